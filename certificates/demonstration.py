"""Takes the invented pilot to a stage by the same actions real people use; it refuses real people's databases."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from assessments import actions as judging
from assessments import demonstration as invented_work
from assessments.models import Assessment, Board
from cohorts import actions as enrolling
from cohorts import demonstration as invented_register
from cohorts.models import Cohort, Employment, Enrolment, Organisation
from cohorts.register import posts_of
from courses import actions as teaching
from courses import demonstration as invented_programme
from courses.demonstration import happenings
from courses.demonstration.teaching import invent_releases, invent_sessions
from courses.models import UnitVersion
from courses.queries import path
from lms.kit import clock, codes, pdf
from lms.kit.refusals import Refused
from lms.people.demonstration import staff
from lms.people.models import User
from lms.people.roles import Operator
from lms.record.actions import write
from lms.record.models import Entry

from . import actions
from .actions.issue_runs import carry_on
from .actions.watches import look_at_watches
from .checking import family_names
from .checking.uploaded_lists import line_of
from .document.wording import BUILT_IN
from .forms.design import clean_signature
from .models import Certificate, Check, DesignVersion, Kind, Run, Sanction, Withholding
from .rules import contacts_today

STAGES = ["enrolled", "studying", "marking", "board", "issued"]
SEEDING = "demonstration.seed"

# How far each trainee goes: the first eight are issued, the last has only just enrolled.
LADDER = [
    ("issued", 8),
    ("decided", 4),
    ("board", 4),
    ("marking", 4),
    ("studying", 3),
    ("enrolled", 1),
]
HEIGHT = {"enrolled": 0, "studying": 1, "marking": 2, "board": 3, "decided": 4, "issued": 4}
CHAIR = "Professor Margaret Oyelaran"
FIRST_INTAKE, SECOND_INTAKE = "IMSA-2025-09", "IMSA-2026-09"


@dataclass
class Scene:
    """The people and dates that the stages share."""

    by: Operator
    day: date
    staff: dict
    stage: str

    @property
    def markers(self):
        return [self.staff["tutor"], self.staff["second"], self.staff["third"]]

    def reaches(self, group, stage):
        return min(HEIGHT[group], STAGES.index(self.stage)) >= HEIGHT[stage]


def seeded_stage() -> str | None:
    entry = Entry.objects.filter(action=SEEDING).order_by("-pk").first()
    return entry.after["stage"] if entry else None


def seed(stage: str) -> dict:
    """Build the demonstration up to `stage`, or carry it on from where it is.

    Raises Refused when the database holds somebody who was not invented, or is past `stage`.
    """
    if User.objects.filter(is_invented=False).exists():
        raise Refused(
            "This database holds real people. The demonstration is never mixed with them."
        )
    past = seeded_stage()
    if past and STAGES.index(past) > STAGES.index(stage):
        raise Refused(
            f"The demonstration is already at “{past}”. Set IMSA_HOME to an empty folder for an earlier stage."
        )
    if past != stage:
        # The record's length makes a seed that was cut short carry on with other numbers.
        with codes.predictable(f"{stage} {Entry.objects.count()}"):
            build(stage)
    return {"stage": stage, "unchanged": past == stage, **counts()}


def build(stage):
    scene = ground(stage)
    groups = grouped()
    study(scene, groups)
    taught_sessions(scene)
    if stage in STAGES[1:]:
        law_and_marks(scene, groups)
    if stage in STAGES[2:]:
        first_intake_work(scene, groups)
    if stage == "board":
        call_board(scene, "Board for the first intake")
    if stage == "issued":
        summer_board(scene)
        certify(scene, groups)
        asked(scene, groups)
        deferred_work(scene, groups)
        call_board(scene, "Autumn board, deferred work")
    if stage in STAGES[2:]:
        second_intake_work(scene, groups)
    remember(scene)


def remember(scene):
    with transaction.atomic():
        write(SEEDING, "demonstration", by=scene.by, after={"stage": scene.stage})


def counts() -> dict:
    return {
        "people": User.objects.count(),
        "trainees": Enrolment.objects.count(),
        "organisations": Organisation.objects.count(),
        "certificates": Certificate.objects.count(),
        "record_entries": Entry.objects.count(),
    }


def on(day):
    return clock.at(day)


def ground(stage) -> Scene:
    """Programme, staff, organisations, people, posts and deadlines."""
    by = Operator("seed_demo")
    with on(date(2025, 7, 8)):
        people = staff(by=by, starts_on=date(2025, 7, 8))
        invented_programme.load(by=by)
        invented_work.load(by=by)
    invented_register.load(by=by)
    scene = Scene(by=by, day=clock.today(), staff=people, stage=stage)
    first, second = (Cohort.objects.get(code=c) for c in (FIRST_INTAKE, SECOND_INTAKE))
    fixed = {
        "IMSA701": date(2026, 1, 16),
        "IMSA702": date(2026, 3, 27),
        "IMSA703": date(2026, 6, 5),
    }
    ahead = {"IMSA701": 17, "IMSA702": 87, "IMSA703": 157}
    for assessment in Assessment.objects.select_related("module"):
        module = assessment.module.code
        judging.set_deadline(assessment, first, at_five(fixed[module]), by=by)
        judging.set_deadline(
            assessment, second, at_five(friday_after(scene.day + timedelta(ahead[module]))), by=by
        )
    return scene


def at_five(day):
    return timezone.make_aware(datetime.combine(day, time(17)))


def weekday_before(day):
    return day - timedelta(max(0, day.weekday() - 4))


def friday_after(day):
    return day + timedelta((4 - day.weekday()) % 7)


def grouped() -> dict[str, list[Enrolment]]:
    """The trainees by how far they go: each intake in its file's order, with Siân at the front of the
    first and Màiri, whose next unit is the Scottish law, at the front of those who study."""
    first = list(
        Enrolment.objects.filter(cohort__code=FIRST_INTAKE)
        .select_related("person", "cohort", "plan")
        .order_by("pk")
    )
    second = list(
        Enrolment.objects.filter(cohort__code=SECOND_INTAKE)
        .select_related("person", "cohort", "plan")
        .order_by("pk")
    )
    first.sort(key=lambda e: e.person.email != "sian.llewellyn@imsa.example")
    second.sort(key=lambda e: e.person.email != "mairi.nicdhomhnaill@imsa.example")
    second[:] = second[1:5] + second[:1] + second[5:]
    groups, waiting = {}, first + second
    for name, size in LADDER:
        groups[name], waiting = waiting[:size], waiting[size:]
    return groups


def study(scene, groups):
    """Everybody reads as far as they are. One person has a unit of one nation left to do."""
    versions = UnitVersion.objects.select_related("variant__unit__module").in_bulk()
    for group, enrolments in groups.items():
        for index, enrolment in enumerate(enrolments):
            units = [
                unit
                for module in path(enrolment.person, enrolment.plan.programme)
                for unit in module.units
            ]
            if not scene.reaches(group, "studying"):
                continue
            if group == "studying":
                units = units[: 2 + index]
            elif group == "marking":
                units = [u for u in units if u.unit.module.code == "IMSA701"]
            elif group == "decided" and index == 3:
                units = [u for u in units if u.variant.is_for_all]
            begun = enrolment.cohort.starts_on + timedelta(10)
            for n, unit in enumerate(units):
                with on(min(begun + timedelta(4 * n), scene.day)):
                    teaching.mark_studied(enrolment.person, versions[unit.version.id], by=scene.by)


def taught_sessions(scene):
    """Sessions with their attendance; a later unit of the second intake opens on a day to come."""
    for cohort in Cohort.objects.filter(code__in=[FIRST_INTAKE, SECOND_INTAKE]):
        timetable = enrolling.timetable_for(cohort, by=scene.by)
        people = [
            e.person
            for e in Enrolment.objects.filter(cohort=cohort)
            .exclude(state="left")
            .select_related("person")
        ]
        invent_sessions(timetable, people, by=scene.by, day=scene.day)
        if cohort.code == SECOND_INTAKE:
            invent_releases(timetable, by=scene.by, day=scene.day)


def law_and_marks(scene, groups):
    """The law moved on after some had studied it; trainees answered, voted and stopped half way."""
    happenings.the_law_moves_on(by=scene.staff["third"], day=scene.day)
    with on(scene.day - timedelta(5)):
        happenings.some_have_read_it([e.person for e in groups["issued"][1:4]])
        happenings.votes([e.person for e in [*groups["issued"][:3], *groups["studying"][:3]]])
    for person in {groups["studying"][0].person, groups["issued"][0].person}:
        happenings.marks_of(person, day=scene.day)


def quizzes(scene, enrolments, day):
    quiz = Assessment.objects.filter(kind=Assessment.QUIZ)
    for n, enrolment in enumerate(enrolments):
        for assessment in quiz:
            with on(day):
                invented_work.hand_in_quiz_for(
                    enrolment, right=9 + n % 4, by=enrolment.person, assessment=assessment
                )


def first_intake_work(scene, groups):
    """The first intake hands everything in; from the board stage on, both markers have sealed it."""
    enrolments = groups["issued"] + groups["decided"]
    quizzes(scene, enrolments, date(2025, 11, 20))
    for essay, day in zip(
        essays(), [date(2026, 1, 14), date(2026, 3, 25), date(2026, 6, 3)], strict=True
    ):
        hand_in_and_mark(scene, essay, enrolments, day)


def deferred_work(scene, groups):
    """Four people were deferred; their work came in the autumn and waits for its board."""
    quizzes(scene, groups["board"], date(2026, 2, 12))
    for essay, days in zip(essays(), (70, 60, 45), strict=True):
        hand_in_and_mark(scene, essay, groups["board"], scene.day - timedelta(days))


def essays():
    return list(
        Assessment.objects.filter(kind=Assessment.ASSIGNMENT)
        .select_related("module")
        .order_by("module__order")
    )


def hand_in_and_mark(scene, essay, enrolments, day):
    for n, enrolment in enumerate(enrolments):
        with on(day):
            submission = invented_work.submit_for(
                enrolment, essay, seed=f"{essay.code}-{n}", by=enrolment.person
            )
        mark = Decimal(58 + (n * 7 + essay.module.order) % 22)
        with on(day + timedelta(14)):
            if scene.stage == "marking":
                judging.allocate(submission, *scene.markers[:2], by=scene.staff["registrar"])
            else:
                second = mark + (n % 3 - 1) * 2
                invented_work.mark_for(
                    submission,
                    mark,
                    second,
                    scene.markers,
                    by=scene.staff["registrar"],
                    marks_third=mark,
                )


def second_intake_work(scene, groups):
    """Four scripts of the second intake, each at another point of the markers' work."""
    essay = Assessment.objects.get(code="701-ESSAY")
    quizzes(scene, groups["marking"], scene.day - timedelta(12))
    registrar, (first, second, third) = scene.staff["registrar"], scene.markers
    for n, enrolment in enumerate(groups["marking"]):
        with on(scene.day - timedelta(9 - n)):
            submission = invented_work.submit_for(
                enrolment, essay, seed=f"second-{n}", by=enrolment.person
            )
        if n == 0 or submission.allocations.exists():
            continue  # the first waits for the registrar to choose markers
        with on(scene.day - timedelta(5)):
            judging.allocate(submission, first, second, by=registrar)
        with on(scene.day - timedelta(2)):
            if n == 2:
                invented_work.mark_for(submission, None, Decimal(64), scene.markers, by=registrar)
            elif n == 3:
                invented_work.mark_for(
                    submission, Decimal(48), Decimal(63), scene.markers, by=registrar
                )
                judging.allocate_third(submission, third, by=registrar)


def call_board(scene, title):
    """A board that can decide today: its examiner has a sample to read, its registrar a list to ratify."""
    with on(scene.day - timedelta(12)):
        cohort = Cohort.objects.get(code=FIRST_INTAKE)
        if not Board.objects.filter(cohort=cohort, state="called").exists():
            judging.call_board(
                cohort, title, weekday_before(scene.day), by=scene.staff["registrar"]
            )


def summer_board(scene):
    """The board of the first intake has met, confirmed by the external examiner."""
    cohort, registrar = Cohort.objects.get(code=FIRST_INTAKE), scene.staff["registrar"]
    with on(date(2026, 7, 8)):
        board = judging.call_board(
            cohort, "Summer board, July 2026", date(2026, 7, 15), by=registrar
        )
    with on(date(2026, 7, 13)):
        words = "I read nine scripts across the range. The marks are sound and the feedback is specific."
        judging.confirm_sample(board, words, by=scene.staff["examiner"])
    with on(date(2026, 7, 15)):
        judging.ratify(board, by=registrar, chair=CHAIR)


def asked(scene, groups):
    """An employer has checked two people and watches three, so that holders see who checked and who is told."""
    if Check.objects.exists():
        return
    employer = scene.staff["employer"]
    with on(scene.day - timedelta(20)):
        where = contacts_today(employer)[0]
    for n, (enrolment, why) in enumerate(
        zip(groups["issued"][:2], ("She begins with us in December.", ""), strict=True)
    ):
        with on(scene.day - timedelta(20 - n)):
            actions.answer_check(
                enrolment.person.imsa_number,
                family_name(enrolment.person),
                by=employer,
                organisation=where,
                purpose="work",
                why=why,
            )
    with on(scene.day - timedelta(15)):
        people = [groups["issued"][n].person for n in (0, 1, 3)]
        lines = [
            line_of(n, p.imsa_number, family_name(p), f"HR-{100 + n}", scene.day - timedelta(15))
            for n, p in enumerate(people, start=1)
        ]
        actions.watch(where, lines, "refer", scene.day + timedelta(200), by=employer)
    with on(scene.day - timedelta(7)):
        look_at_watches(by=scene.by)


def family_name(person):
    return family_names.family_name(person.first_name, person.last_name)


def keep_logs(issued, day):
    """Two holders keep a log, and one asked the other to talk an entry over."""
    sian, colleague = issued[0].person, issued[1].person
    for person, back, minutes, what, learnt in (
        (
            sian,
            60,
            180,
            "A day with the regional anti-trafficking network",
            "Who to ring for a place on the same evening, and what they need to be told first.",
        ),
        (
            sian,
            31,
            90,
            "Read the guidance on interviews with interpreters",
            "I now ask which dialect, and whether the interpreter comes from the same town.",
        ),
        (
            sian,
            9,
            60,
            "Talked over a refusal with my supervisor",
            "I had promised more than I could keep. I say now what is not in my hands.",
        ),
        (
            colleague,
            25,
            120,
            "A course on trauma and memory",
            "Dates that do not agree are no sign of a lie.",
        ),
    ):
        with on(day - timedelta(back)):
            entry = actions.keep_entry(
                person,
                {
                    "on_day": day - timedelta(back),
                    "minutes": minutes,
                    "what": what,
                    "learnt": learnt,
                },
                by=person,
            )
    with on(day - timedelta(8)):
        actions.ask_peer(entry, sian.imsa_number, sian.last_name, by=colleague)


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


def certify(scene, groups):
    """Eight certificates, and then the things that happen to people afterwards."""
    registrar, hub, second = scene.staff["registrar"], scene.staff["hub"], scene.staff["hub2"]
    with on(date(2026, 7, 17)):
        if not DesignVersion.objects.exists():
            actions.publish_design(
                BUILT_IN,
                [
                    signer(hub.full_name, "IMSA Model Hub"),
                    signer(CHAIR, "Chair of the board", "M. Oyelaran"),
                ],
                True,
                by=hub,
            )
    with on(date(2026, 7, 20)):
        if not Run.objects.exists():
            carry_on(actions.begin_issue_run(groups["issued"], by=registrar))
    _, conditioned, suspended, between, withheld = groups["issued"][:5]
    once = not Sanction.objects.exists()
    if once:
        with on(date(2026, 9, 1)):
            proposed = actions.propose(
                conditioned,
                Kind.CONDITIONS,
                date(2026, 9, 14),
                by=hub,
                words="Works only with monthly reflective supervision.",
                reason="Agreed after a supervision review.",
                grounds="Your supervision lapsed between May and August. We think of asking for it monthly.",
            )
        with on(date(2026, 9, 8)):
            actions.reply(proposed, "I agree. My manager has set the dates.", by=conditioned.person)
        with on(date(2026, 9, 14)):
            actions.confirm(proposed, by=second)
        with on(date(2026, 10, 5)):
            concern = actions.open_concern(
                suspended.person, "A colleague asks us to look at how records are kept.", by=hub
            )
            interim = actions.propose(
                suspended,
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
                suspended,
                Kind.RESTORED,
                scene.day,
                by=second,
                reason="The records were looked at and are in order.",
                concern=concern,
            )
        keep_logs(groups["issued"], scene.day)
        with on(scene.day - timedelta(20)):
            where = groups["board"][0].plan.nations
            actions.give_temporary_accreditation(
                groups["board"][0],
                where,
                scene.day - timedelta(20),
                scene.day + timedelta(80),
                "Her work was deferred for an illness. Her supervisor is with her at every meeting.",
                by=hub,
            )
        with on(scene.day - timedelta(2)):
            actions.ask_of_entry(
                groups["issued"][5].person,
                "hub",
                "Someone from my past has asked my employer for me.",
                by=groups["issued"][5].person,
            )
    if not Withholding.objects.exists():
        with on(date(2026, 8, 3)):
            actions.withhold(
                withheld.person,
                "Asked for by the holder, for safety.",
                by=hub,
                from_day=date(2026, 8, 3),
            )
    for enrolment in (between, groups["decided"][2]):
        post = posts_of(enrolment.person_id)[0]
        if post.ends_on is None:
            with on(scene.day - timedelta(8)):
                enrolling.end_post(
                    Employment.objects.get(reference=post.reference),
                    scene.day - timedelta(8),
                    by=hub,
                    reason="The post was not renewed.",
                )
