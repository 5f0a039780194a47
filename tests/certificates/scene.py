"""People and their facts for this room's tests, written as rows and not by the rooms below: these tests are not theirs."""

import itertools
import re
from datetime import date, datetime, timedelta

from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.deciding.models import Award, Board
from assessments.setting.models import Assessment, AssessmentVersion
from assessments.taking.models import Submission
from cohorts.employment.models import Employment, EmploymentLine
from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.organisations.models import Approval, Contact, Organisation
from courses.models import Module, Programme, Study, StudyPlan, Unit, UnitVersion, Variant
from lms.kit import clock
from lms.people.models import Role, RoleGrant, User

BEGUN, WORK_IN, AWARDED, TODAY = (
    date(2025, 9, 15),
    date(2026, 6, 3),
    date(2026, 7, 15),
    date(2026, 7, 20),
)
counter = itertools.count(1)


def at(day):
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))


def person(first="Siân", last="Llewellyn", *roles, email=None):
    made = User.objects.create_user(
        email or f"p{next(counter)}@example.org", first_name=first, last_name=last
    )
    for role in roles:
        RoleGrant.objects.create(
            person=made, role=role, starts_on=date(2025, 1, 1), granted_by="test"
        )
    return made


def registrar():
    return person("Peter", "Lindqvist", Role.REGISTRAR)


def hub_officer():
    return person("Nadia", "Rahman", Role.HUB_OFFICER)


def programme():
    """Two units, one of them with a text of its own for Scotland, and one essay."""
    made, new = Programme.objects.get_or_create(
        code="TEST", defaults={"title": "A programme", "credits": 60}
    )
    if new:
        module = Module.objects.create(
            programme=made, code="T1", title="A module", credits=60, order=1
        )
        core = Unit.objects.create(
            module=module, code="U1", title="Standing beside someone", order=1
        )
        law = Unit.objects.create(module=module, code="U2", title="The law", order=2)
        for unit, key, where in (
            (core, "all", ["england", "wales", "scotland", "northern_ireland"]),
            (law, "scotland", ["scotland"]),
            (law, "england-wales", ["england", "wales"]),
        ):
            variant = Variant.objects.create(unit=unit, key=key, nations=where)
            UnitVersion.objects.create(
                variant=variant,
                number=1,
                title=unit.title,
                html="",
                hash="0",
                published_at=at(BEGUN),
            )
        essay = Assessment.objects.create(
            module=module, code="T1-ESSAY", kind="assignment", title="An essay", is_in_use=True
        )
        AssessmentVersion.objects.create(
            assessment=essay, number=1, weight=100, approved_at=at(BEGUN), state="approved"
        )
    return made


def cohort():
    return Cohort.objects.get_or_create(
        code="TEST-25",
        defaults={
            "title": "Test intake",
            "programme": programme(),
            "starts_on": BEGUN,
            "ends_on": date(2026, 9, 1),
        },
    )[0]


def cohort_of(code):
    """Another cohort of the same programme."""
    return Cohort.objects.get_or_create(
        code=code,
        defaults={
            "title": code,
            "programme": programme(),
            "starts_on": BEGUN,
            "ends_on": date(2030, 9, 1),
        },
    )[0]


def organisation(code="HARBOUR", name="Harbour House", approved=date(2025, 8, 1)):
    made, new = Organisation.objects.get_or_create(
        code=code,
        defaults={"name": name, "nations": ["england", "wales", "scotland", "northern_ireland"]},
    )
    if new and approved:
        Approval.objects.create(
            organisation=made, action="approved", from_day=approved, decided_by="test"
        )
    return made


def decide(where, action, from_day):
    return Approval.objects.create(
        organisation=where, action=action, from_day=from_day, decided_by="test"
    )


def employ(who, where=None, nations=("england",), starts_on=date(2025, 9, 1), ends_on=None):
    entry = Employment.objects.create(reference=f"E{next(counter)}", person=who)
    return EmploymentLine.objects.create(
        employment=entry,
        number=1,
        organisation=where or organisation(),
        post="Advocate",
        nations=list(nations),
        starts_on=starts_on,
        ends_on=ends_on,
        source="test",
        confirmed_on=starts_on,
    )


def end(line, day):
    """The register hears that the post has ended."""
    return EmploymentLine.objects.create(
        employment=line.employment,
        number=line.number + 1,
        organisation=line.organisation,
        post=line.post,
        nations=line.nations,
        starts_on=line.starts_on,
        ends_on=day,
        source="test",
        confirmed_on=line.confirmed_on,
    )


def enrol(who, nations=("england",)):
    plan = StudyPlan.objects.create(
        person=who, programme=programme(), nations=list(nations), opened_on=BEGUN
    )
    return Enrolment.objects.create(
        cohort=cohort(),
        person=who,
        plan=plan,
        student_reference=f"S{next(counter)}",
        enrolled_on=BEGUN,
    )


def study(who, nations):
    for version in UnitVersion.objects.select_related("variant"):
        if set(version.variant.nations) & set(nations):
            Study.objects.get_or_create(
                person=who, version=version, defaults={"studied_at": at(BEGUN + timedelta(days=30))}
            )


def hand_in(enrolment, day=WORK_IN):
    n = next(counter)
    assessment = Assessment.objects.get()
    return Submission.objects.create(
        assessment=assessment,
        enrolment=enrolment,
        attempt=Attempt.objects.create(assessment=assessment, enrolment=enrolment),
        script=f"SC{n}",
        receipt=f"R{n}",
        submitted_at=at(day),
        state="ratified",
    )


def award(enrolment, day=AWARDED):
    board, _ = Board.objects.get_or_create(
        cohort=enrolment.cohort,
        defaults={
            "title": "July board",
            "meets_on": AWARDED,
            "state": "ratified",
            "ratified_at": at(AWARDED),
        },
    )
    return Award.objects.create(
        enrolment=enrolment,
        board=board,
        title="Postgraduate Certificate in Modern Slavery Advocacy",
        conferred_on=day,
    )


def ready(first="Siân", last="Llewellyn", nations=("england",), where=None, **names):
    """Somebody for whom nothing stands against a certificate on TODAY."""
    who = person(first, last, Role.LEARNER, **names)
    enrolment = enrol(who, nations)
    study(who, nations)
    hand_in(enrolment)
    award(enrolment)
    employ(who, where, nations)
    return enrolment


def certified(*args, on=TODAY, by=None, **kwargs):
    from certificates.actions import issue

    enrolment = ready(*args, **kwargs)
    with clock.at(on):
        return issue(enrolment, by=by or registrar())


def sanctioned(enrolment, kind, day=None, words="", reason="A concern.", until=None):
    """A decision as it comes about: proposed by one officer, answered by the person, confirmed by another."""
    from certificates.actions import confirm, propose, reply

    proposal = propose(
        enrolment,
        kind,
        day or clock.today(),
        by=hub_officer(),
        words=words,
        reason=reason,
        grounds="What it is about.",
        until_day=until,
    )
    if proposal.told_at:
        reply(proposal, "My answer.", by=enrolment.person)
    return confirm(proposal, by=hub_officer())


def contact(where=None):
    who = person("Gareth", "Pritchard", Role.EMPLOYER)
    Contact.objects.create(
        person=who, organisation=where or organisation(), starts_on=date(2025, 1, 1)
    )
    return who


def press(client, path, page=None, **more):
    """Send a check page as it was shown, `page` or the one of this moment, with what it says of the draft."""
    shown = re.search(r'name="draft" value="(\w+)"', page or client.get(path).content.decode())
    return client.post(path, {"draft": shown[1]} if shown else {}, **more)


def sign_in(client, who):
    """With a second factor, as the middleware asks of every role but learner."""
    client.force_login(who)
    session = client.session
    session["demonstration_sign_in"] = True
    session.save()
    return client
