"""Issues certificates; it refuses without an entry on the employment register to name."""
import unicodedata

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from assessments.models import Award
from cohorts.models import Enrolment
from cohorts.register import posts_of
from lms.kit import clock, codes, files, nations
from lms.kit.pdf import NotDrawn
from lms.kit.refusals import Refused, insist
from lms.people.actions import give_number, tell
from lms.record.actions import actor_label, write

from .. import drawing, signing
from ..accreditation import last_day_of
from ..eligibility import why_not
from ..facts import Certified, decision_on, in_words, is_approved
from ..models import Certificate
from ..queries import facts_of, rules
from ..rules import may_issue


@transaction.atomic
def issue(enrolment, *, by) -> Certificate:
    """Issue the certificate of one enrolment, or return the one there is.

    1. the enrolment is locked and every reason why not is asked again, 2. the facts are frozen
    with the register line they rest on, 3. the PDF is drawn, signed and kept, 4. the certificate
    and a record entry are written, 5. the holder is told. A crash before 4 leaves a stray file
    that nothing names, and no certificate.
    """
    insist(may_issue(by, enrolment))
    locked = Enrolment.objects.select_for_update(of=("self",), no_key=True).select_related("person", "plan").get(pk=enrolment.pk)
    held = Certificate.objects.filter(enrolment=locked).first()
    if held:
        return held
    known, today = facts_of(locked), clock.today()
    reasons = why_not(known, today)
    if reasons:
        raise Refused(" ".join(reasons))
    award, post = Award.objects.get(enrolment=locked), _post_relied_on(locked, known, today)
    give_number(locked.person, by=by)
    printed = _printed(locked, award, today)
    odd = drawing.unprintable(printed["name"])
    if odd:
        raise Refused(
            f"The certificate’s typeface has no letter “{odd[0]}”, so the name would not print. Tell whoever runs this site."
        )
    try:
        signed, key_id = signing.sign(drawing.draw(printed))
    except NotDrawn:
        raise Refused(
            "The certificate cannot be drawn as it should be, so nothing was issued. Tell whoever runs this site."
        ) from None
    certificate = Certificate.objects.create(
        number=printed["number"], enrolment=locked, award=award, register_line_id=post.line_id,
        register_answer=_answer_of_register(post, known, by, today), facts=printed, nations=list(locked.plan.nations),
        issued_on=today, issued_by=actor_label(by), file=files.keep(signed, "certificates", "pdf"),
        sha256=files.sha256(signed), key_id=key_id,
    )
    write("certificates.issue", certificate, by=by, after={"number": certificate.number, "sha256": certificate.sha256})
    tell(
        locked.person, "Your certificate is issued",
        f"Certificate {certificate.number} was issued on {in_words(today)}. You can download it and see who checked it.",
        reverse("certificates:certificate", args=[certificate.number]),
    )
    return certificate


def _post_relied_on(enrolment, known, today):
    """The register's post that makes this certificate possible: the earliest that counts."""
    wanted = {
        (p.organisation, p.starts_on, p.ends_on) for p in known.posts
        if p.is_open(today) and is_approved(p.organisation, today, known) and p.serves() & set(enrolment.plan.nations)
    }
    return next(p for p in posts_of(enrolment.person_id) if (p.organisation_id, p.starts_on, p.ends_on) in wanted)


def _answer_of_register(post, known, by, today):
    approved_since = decision_on(today, known.approvals[post.organisation_id])[0]
    return {
        "asked_at": clock.now().isoformat(), "asked_by": actor_label(by), "line": post.line_id,
        "line_number": post.line_number, "reference": post.reference, "organisation": post.organisation_code,
        "organisation_name": post.organisation_name, "post": post.post, "nations": list(post.nations),
        "starts_on": post.starts_on.isoformat(), "ends_on": post.ends_on and post.ends_on.isoformat(),
        "recorded_at": post.recorded_at.isoformat(), "approved_since": approved_since.isoformat(),
        "answer": f"In post at {post.organisation_name}, an approved organisation, on {in_words(today)}.",
    }


def _printed(enrolment, award, today) -> dict:
    """Everything the certificate says, as it is kept for ever."""
    person, number = enrolment.person, codes.new("C")
    valid_until = last_day_of(Certified(number, today, ()), rules())
    return {
        "number": number,
        "imsa_number": person.imsa_number,
        "name": _composed(" ".join(filter(None, [person.first_name.strip(), person.last_name.strip()]))),
        "given_names": _composed(person.first_name.strip()),
        "family_name": _composed(person.last_name.strip()),
        "nations": nations.labels(enrolment.plan.nations),
        "nations_in_words": nations.sentence(enrolment.plan.nations),
        "award_title": award.title,
        "conferred_on": award.conferred_on.isoformat(),
        "issued_on": today.isoformat(),
        "valid_until": valid_until.isoformat(),
        "statement": (
            "IMSA is not a statutory registration. This page says what was true on the day of issue. Whether its holder may "
            f"act as an IMSA today is answered only at {settings.SITE_URL}/check/, by this number and the family name."
        ),
        "check_address": f"{settings.SITE_URL}/check/?number={number}",
        "demonstration": settings.DEMONSTRATION,
    }


def _composed(name):
    return unicodedata.normalize("NFC", name)
