"""Eight certificates, and then the things that happen to people afterwards."""

from datetime import date, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from cohorts.employment.actions import end_post as end_employment
from cohorts.employment.models import Employment
from cohorts.employment.register import posts_of
from lms.kit import pdf

from .. import actions
from ..actions.issue_runs import carry_on
from ..document.wording import BUILT_IN
from ..forms.design import clean_signature
from ..models import DesignVersion, IssueRun, Kind, Sanction, Withholding
from .holders import keep_logs
from .scene import CHAIR, on


def certify(scene, groups):
    """Those of the first intake are issued, and some of them are decided upon."""
    publish_design(scene)
    issue_them(scene, groups)
    if not Sanction.objects.exists():
        set_conditions(scene, groups["issued"][1])
        suspend(scene, groups["issued"][2])
        keep_logs(groups["issued"], scene.day)
        accredit_for_a_while(scene, groups["board"][0])
        ask_to_be_withheld(scene, groups["issued"][5].person)
    withhold(scene, groups["issued"][4].person)
    for enrolment in (groups["issued"][3], groups["decided"][2]):
        end_post(scene, enrolment.person_id)


def publish_design(scene):
    hub = scene.staff["hub"]
    with on(date(2026, 7, 17)):
        if not DesignVersion.objects.exists():
            signers = [
                signer(hub.full_name, "IMSA Model Hub"),
                signer(CHAIR, "Chair of the board", "M. Oyelaran"),
            ]
            actions.publish_design(BUILT_IN, signers, True, by=hub)


def issue_them(scene, groups):
    with on(date(2026, 7, 20)):
        if not IssueRun.objects.exists():
            carry_on(actions.begin_issue_run(groups["issued"], by=scene.staff["registrar"]))


def set_conditions(scene, enrolment):
    """Proposed, agreed to, and confirmed by a second officer."""
    with on(date(2026, 9, 1)):
        proposed = actions.propose(
            enrolment,
            Kind.CONDITIONS,
            date(2026, 9, 14),
            by=scene.staff["hub"],
            words="Works only with monthly reflective supervision.",
            reason="Agreed after a supervision review.",
            grounds="Your supervision lapsed between May and August. We think of asking for it monthly.",
        )
    with on(date(2026, 9, 8)):
        actions.reply(proposed, "I agree. My manager has set the dates.", by=enrolment.person)
    with on(date(2026, 9, 14)):
        actions.confirm(proposed, by=scene.staff["hub2"])


def suspend(scene, enrolment):
    """While a concern is looked into; that it ends is proposed, and waits for the other officer."""
    hub, second = scene.staff["hub"], scene.staff["hub2"]
    with on(date(2026, 10, 5)):
        concern = actions.open_concern(
            enrolment.person, "A colleague asks us to look at how records are kept.", by=hub
        )
        interim = actions.propose(
            enrolment,
            Kind.SUSPENDED,
            date(2026, 10, 5),
            by=hub,
            reason="Suspended while a concern is looked into.",
            is_interim=True,
            concern=concern,
        )
        actions.confirm(interim, by=second)
    with on(scene.day - timedelta(3)):
        actions.propose(
            enrolment,
            Kind.RESTORED,
            scene.day,
            by=second,
            reason="The records were looked at and are in order.",
            concern=concern,
        )


def accredit_for_a_while(scene, enrolment):
    first_day = scene.day - timedelta(20)
    with on(first_day):
        actions.give_temporary_accreditation(
            enrolment,
            enrolment.plan.nations,
            first_day,
            scene.day + timedelta(80),
            "Her work was deferred for an illness. Her supervisor is with her at every meeting.",
            by=scene.staff["hub"],
        )


def ask_to_be_withheld(scene, person):
    with on(scene.day - timedelta(2)):
        actions.ask_of_entry(
            person, "hub", "Someone from my past has asked my employer for me.", by=person
        )


def withhold(scene, person):
    if Withholding.objects.exists():
        return
    day = date(2026, 8, 3)
    with on(day):
        actions.withhold(
            person, "Asked for by the holder, for safety.", by=scene.staff["hub"], from_day=day
        )


def end_post(scene, person_id):
    post, last_day = posts_of(person_id)[0], scene.day - timedelta(8)
    if post.ends_on is not None:
        return
    with on(last_day):
        end_employment(
            Employment.objects.get(reference=post.reference),
            last_day,
            by=scene.staff["hub"],
            reason="The post was not renewed.",
        )


def signer(name, office, signs="") -> dict:
    """Somebody who signs, with a signature in the typeface's italic: an invented one."""
    signs = signs or name
    face = ImageFont.truetype(str(pdf.FONTS / "EBGaramond-Italic.ttf"), 150)
    drawn = Image.new("RGB", (int(face.getlength(signs)) + 240, 320), "white")
    ImageDraw.Draw(drawn).text((60, 60), signs, font=face, fill=(28, 24, 70))
    slanted = drawn.transform(
        drawn.size,
        Image.Transform.AFFINE,
        (1, 0.18, -30, -0.03, 1, 12),
        Image.Resampling.BICUBIC,
        fillcolor="white",
    )
    out = BytesIO()
    slanted.save(out, "PNG")
    return {
        "name": name,
        "office": office,
        "picture": clean_signature(SimpleUploadedFile("signature.png", out.getvalue())),
    }
