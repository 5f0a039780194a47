"""Makes cohorts and enrols people in them; it refuses one person studying the same programme twice at once."""
from django.db import transaction
from django.urls import reverse

from courses.actions import close_plan, open_plan, set_nations
from courses.actions.timetables import follow_timetable, set_releases, timetable_of
from courses.models import StudyPlan, Timetable
from lms.kit import clock
from lms.kit import nations as four_nations
from lms.kit.moves import move
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.kit.templatetags.kit import short_day
from lms.people.actions import give_number, grant, rename, tell
from lms.people.invitations import invite_if_new
from lms.people.models import Role, User
from lms.record.actions import write

from ..models import Cohort, Enrolment
from ..rules import may_change_nations, may_enrol, may_keep_cohorts, place_held
from ..states import EnrolmentState
from .remarks import remark


@transaction.atomic
def make_cohort(code, title, programme, starts_on, ends_on, *, by) -> Cohort:
    """1. the cohort, 2. a record entry. The same again is the one there is."""
    insist(may_keep_cohorts(by))
    if ends_on <= starts_on:
        raise Refused("A cohort ends after it starts.")
    facts = {"title": " ".join(title.split()), "programme": programme, "starts_on": starts_on, "ends_on": ends_on}
    cohort, is_new = Cohort.objects.get_or_create(code=code.strip().upper(), defaults=facts)
    if is_new:
        write("cohorts.make_cohort", cohort, by=by, after={"code": cohort.code})
    elif any(getattr(cohort, field) != value for field, value in facts.items()):
        raise Refused(f"There is already a cohort {cohort.code}: “{cohort.title}”. Choose another code.")
    return cohort


@transaction.atomic
def enrol(cohort, person, nations, student_reference, *, by, enrolled_on) -> Enrolment:
    """Enrol a person for some nations.

    1. the study plan is opened and goes by the cohort's timetable, 2. the enrolment stands on it, 3. the person
    has an IMSA number, 4. and the role of a trainee from that day, 5. a record entry, 6. the person is told, and invited
    where they have no password yet.
    Enrolled before under the same reference: that enrolment, unchanged.
    """
    insist(may_enrol(by))
    codes = _nations(nations)
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    standing = Enrolment.objects.filter(cohort=cohort, person=person).select_related("plan").first()
    if standing and standing.student_reference == student_reference:
        return standing
    _refuse_a_second_place(cohort, person, student_reference, standing, enrolled_on)
    plan = open_plan(person, cohort.programme, codes, by=by, opened_on=enrolled_on)
    follow_timetable([plan], timetable_of(cohort.programme, cohort.code, by=by), by=by)
    enrolment = Enrolment.objects.create(
        cohort=cohort, person=person, plan=plan, student_reference=student_reference, enrolled_on=enrolled_on
    )
    number = give_number(person, by=by)
    grant(person, Role.LEARNER, by=by, starts_on=enrolled_on)
    write("cohorts.enrol", enrolment, by=by, after={"cohort": cohort.code, "nations": codes})
    tell(
        person, "You are enrolled",
        f"You are enrolled on {cohort.programme.title} with {cohort.title}, for {four_nations.sentence(codes)}. "
        f"Your IMSA number is {number}. Your first unit is waiting for you.", "/study/",
    )
    invite_if_new(person, by=by)
    return enrolment


def _refuse_a_second_place(cohort, person, student_reference, standing, enrolled_on):
    if standing:
        raise Refused(f"{person.full_name} is in {cohort.title} already, as {standing.student_reference}.")
    if Enrolment.objects.filter(student_reference=student_reference).exists():
        raise Refused(f"The student reference {student_reference} belongs to another enrolment.")
    other = Enrolment.objects.filter(person=person, cohort__programme=cohort.programme).exclude(state=EnrolmentState.LEFT).first()
    if other:
        raise Refused(place_held(other))
    if enrolled_on > cohort.ends_on:
        raise Refused(f"{cohort.title} ends on {short_day(cohort.ends_on)}; nobody can join it after that.")


@transaction.atomic
def set_timetable(cohort, lines, *, by, seen=None) -> set[int]:
    """Set when the units of a cohort open and end, all or none: see `courses.actions.timetables.set_releases`.

    1. the timetable, made when it is first needed, 2. plans of people who were enrolled before there was one go
    by it, 3. the dates; those whom they concern are told.
    """
    insist(may_keep_cohorts(by))
    timetable = timetable_for(cohort, by=by)
    return set_releases(timetable, lines, by=by, seen=seen)


@transaction.atomic
def timetable_for(cohort, *, by) -> Timetable:
    """1. the cohort's timetable, made when it is first needed, 2. open plans of its people that go by none go by it."""
    timetable = timetable_of(cohort.programme, cohort.code, by=by)
    without = StudyPlan.objects.filter(enrolment__cohort=cohort, timetable=None, closed_on=None)
    follow_timetable(list(without), timetable, by=by)
    return timetable


@transaction.atomic
def change_nations(enrolment, nations, *, by, reason="", source="") -> Enrolment:
    """1. the study plan covers these nations, and the person is told, 2. a record entry, with the key of the
    file it came from, 3. a remark with the reason."""
    insist(may_keep_cohorts(by))
    codes = _nations(nations)
    locked = _lock(enrolment)
    before = list(locked.plan.nations)
    if before == codes:
        return locked
    may = may_change_nations(locked, codes)
    if not may:
        raise Refused(f"{locked.person.full_name}: {may.reason}")
    set_nations(locked.plan, codes, by=by)
    write("cohorts.change_nations", locked, by=by, before=before, after=codes, reason=source)
    remark(locked, "cohorts.change_nations", reason, by=by)
    enrolment.plan = locked.plan
    enrolment.plan.refresh_from_db()
    return enrolment


@transaction.atomic
def change_name(enrolment, first_name, last_name, *, by, known_as="") -> Enrolment:
    """Change somebody's name on file: a deed poll, a marriage, a slip.

    1. the names, 2. a record entry that says that, not what, changed, 3. the person is told. Certificates keep the name they
    were printed with until the registry issues them again. The same twice is once.
    """
    insist(may_keep_cohorts(by))
    if getattr(by, "pk", None) == enrolment.person_id:
        raise NotAllowed("Nobody changes their own name on file. Ask another registrar.")
    if not first_name.strip() and not last_name.strip():
        raise Refused("A person needs at least one name.")
    person = User.objects.select_for_update(no_key=True).get(pk=enrolment.person_id)
    names = (first_name.strip(), last_name.strip(), known_as.strip())
    if names == (person.first_name, person.last_name, person.known_as):
        return _fresh(enrolment)
    rename(person, by=by, first_name=first_name, last_name=last_name, known_as=known_as)
    tell(
        person, "Your name on file was changed",
        "The programme office changed the name we keep for you. Speak to them if you did not expect this.", reverse("people:me"),
    )
    return _fresh(enrolment)


@transaction.atomic
def correct_enrolled_on(enrolment, enrolled_on, *, by) -> Enrolment:
    """1. the right first day, 2. a record entry."""
    insist(may_keep_cohorts(by))
    locked = _lock(enrolment)
    if locked.enrolled_on == enrolled_on:
        return locked
    before, locked.enrolled_on = locked.enrolled_on, enrolled_on
    locked.save(update_fields=["enrolled_on"])
    write("cohorts.correct_enrolled_on", locked, by=by, before=before.isoformat(), after=enrolled_on.isoformat())
    return locked


@transaction.atomic
def interrupt(enrolment, *, by, reason="") -> Enrolment:
    """1. leave of absence begins: nothing falls due, 2. a record entry, 3. a remark with the reason, 4. the person is told."""
    insist(may_keep_cohorts(by))
    if _lock(enrolment).state == EnrolmentState.INTERRUPTED:
        return _fresh(enrolment)
    move(enrolment, "interrupt", by=by)
    remark(enrolment, "cohorts.interrupt", reason, by=by)
    _tell(
        enrolment, "Your leave of absence has begun",
        "You keep your place. The programme office will agree with you when you come back.",
    )
    return enrolment


@transaction.atomic
def resume(enrolment, *, by, reason="") -> Enrolment:
    """1. the leave of absence is over, 2. a record entry, 3. a remark with the reason, 4. the person is told."""
    insist(may_keep_cohorts(by))
    if _lock(enrolment).state == EnrolmentState.ENROLLED:
        return _fresh(enrolment)
    move(enrolment, "resume", by=by)
    remark(enrolment, "cohorts.resume", reason, by=by)
    _tell(enrolment, "Welcome back", "Your leave of absence is over. Your units are where you left them.")
    return enrolment


@transaction.atomic
def leave(enrolment, *, by, on=None, reason="") -> Enrolment:
    """1. the person has left from that day, 2. a record entry, 3. a remark with the reason, 4. the study plan
    is closed, 5. the person is told."""
    insist(may_keep_cohorts(by))
    if _lock(enrolment).state == EnrolmentState.LEFT:
        return _fresh(enrolment)
    on = on or clock.today()
    if on < enrolment.enrolled_on:
        raise Refused(f"The enrolment began on {short_day(enrolment.enrolled_on)}; nobody can leave before that.")
    move(enrolment, "leave", by=by, left_on=on)
    remark(enrolment, "cohorts.leave", reason, by=by)
    close_plan(enrolment.plan, by=by, on=on)
    _tell(enrolment, "You have left the programme", f"Your last day was {short_day(on)}. Your results stay on record.")
    return enrolment


@transaction.atomic
def complete(enrolment, *, by) -> Enrolment:
    """1. the programme is completed, 2. a record entry. The study plan stays open, so that units can be read again."""
    insist(may_keep_cohorts(by))
    if _lock(enrolment).state == EnrolmentState.COMPLETED:
        return _fresh(enrolment)
    return move(enrolment, "complete", by=by)


def _lock(enrolment):
    rows = Enrolment.objects.select_for_update(of=("self",), no_key=True).select_related("plan", "person", "cohort")
    return rows.get(pk=enrolment.pk)


def _fresh(enrolment):
    enrolment.refresh_from_db()
    return enrolment


def _tell(enrolment, subject, body):
    tell(enrolment.person, subject, body, "/study/")


def _nations(given):
    codes = [code for code in four_nations.ALL if code in set(given)]
    if not codes or set(given) - set(four_nations.ALL):
        raise Refused("Choose at least one of the four nations.")
    return codes
