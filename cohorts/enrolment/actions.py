"""Makes cohorts and enrols people in them; it refuses one person studying the same programme twice at once."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.actions import close_plan
from courses.actions.attendance import carry_attendance_of
from courses.actions.plans import open_plan_in, set_nations_in
from courses.actions.timetables import follow_timetable, set_releases, timetable_in, timetable_of
from courses.models import StudyPlan, Timetable
from lms.kit import clock
from lms.kit import nations as four_nations
from lms.kit.batches import Batch
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.kit.templatetags.kit import short_day
from lms.kit.transitions import add_transition, make_transition
from lms.people.actions import give_number_in, grant_in, rename_in, tell
from lms.people.invitations import insist_open, is_new
from lms.people.models import Invitation, Role, RoleGrant, User
from lms.people.notices import bring_now
from lms.record.actions import write

from ..employment.actions import remark
from .models import Cohort, Enrolment
from .rules import (
    may_change_nations,
    may_change_status,
    may_enrol,
    may_keep_cohorts,
    why_no_second_place,
)
from .states import EnrolmentState
from .telling import tell_office_of_nations_in


@transaction.atomic
def make_cohort(code, title, programme, starts_on, ends_on, *, by) -> Cohort:
    """1. the cohort, 2. a record entry. The same again is the one there is."""
    insist(may_keep_cohorts(by))
    if ends_on <= starts_on:
        raise Refused(_("A cohort ends after it starts."))
    facts = {
        "title": " ".join(title.split()),
        "programme": programme,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    cohort, is_new = Cohort.objects.get_or_create(code=code.strip().upper(), defaults=facts)
    if is_new:
        write("cohorts.make_cohort", cohort, by=by, after={"code": cohort.code})
    elif any(getattr(cohort, field) != value for field, value in facts.items()):
        raise Refused(
            _("There is already a cohort %(cohort_code)s: “%(cohort)s”. Choose another code.")
            % {"cohort_code": cohort.code, "cohort": cohort.title}
        )
    return cohort


@transaction.atomic
def enrol(cohort, person, nations, student_reference, *, by, enrolled_on) -> Enrolment:
    """Enrol a person for some nations.

    1. the study plan is opened and goes by the cohort's timetable, 2. the enrolment stands on it, 3. the person has an IMSA number, 4. and the
    role of a trainee from that day, 5. a record entry, 6. the person is told, and invited where they have no password yet.
    Enrolled before under the same reference: that enrolment, unchanged.
    """
    insist(may_enrol(by))
    _nations(nations)
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    batch = Batch(by=by)
    enrolment = enrol_in(
        batch,
        Places([locked], [cohort]),
        cohort,
        locked,
        nations,
        student_reference,
        enrolled_on=enrolled_on,
    )
    batch.write()
    bring_now(batch)
    person.imsa_number = locked.imsa_number
    person.__dict__.pop("_roles_today", None)
    return enrolment


class Places:
    """What enrolments of people into cohorts rest on, read in six statements: where they are enrolled, their open plans and roles,
    references that are in use, timetables. Rows of people who are new in a batch need no reading."""

    def __init__(self, people, cohorts, references=None):
        keys = [person.pk for person in people]
        found = Enrolment.objects.filter(person__in=keys).select_related("cohort", "plan", "person")
        self.enrolments = {}
        for enrolment in found:
            enrolment.plan.person = enrolment.person
            self.enrolments.setdefault(enrolment.person_id, []).append(enrolment)
        plans = StudyPlan.objects.filter(person__in=keys, closed_on=None)
        self.plans = {(plan.person_id, plan.programme_id): plan for plan in plans}
        self.learners = set(
            RoleGrant.objects.filter(person__in=keys, role=Role.LEARNER, ends_on=None).values_list(
                "person_id", flat=True
            )
        )
        waiting = Invitation.objects.filter(
            person__in=keys, used_at=None, ended_at=None, expires_at__gt=clock.now()
        )
        self.invited = set(waiting.values_list("person_id", flat=True))
        self.timetables = {
            t.code: t
            for t in Timetable.objects.filter(code__in={cohort.code for cohort in cohorts})
        }
        self.taken = (
            None
            if references is None
            else set(
                Enrolment.objects.filter(student_reference__in=references).values_list(
                    "student_reference", flat=True
                )
            )
        )

    def is_taken(self, reference):
        if self.taken is None:
            return Enrolment.objects.filter(student_reference=reference).exists()
        return reference in self.taken


def enrol_in(
    batch, places, cohort, person, nations, student_reference, *, enrolled_on
) -> Enrolment:
    """`enrol` as part of a batch."""
    codes = _nations(nations)
    mine = places.enrolments.get(person.pk, [])
    standing = next((enrolment for enrolment in mine if enrolment.cohort_id == cohort.pk), None)
    if standing and standing.student_reference == student_reference:
        return standing
    _refuse_a_second_place(cohort, person, student_reference, standing, enrolled_on, places, mine)
    timetable = timetable_in(
        batch, places.timetables.get(cohort.code), cohort.programme, cohort.code
    )
    places.timetables[cohort.code] = timetable
    open_plan = places.plans.get((person.pk, cohort.programme_id))
    plan = open_plan_in(
        batch,
        open_plan,
        person,
        cohort.programme,
        codes,
        opened_on=enrolled_on,
        timetable=timetable,
    )
    enrolment = batch.add(
        Enrolment(
            cohort=cohort,
            person=person,
            plan=plan,
            student_reference=student_reference,
            enrolled_on=enrolled_on,
        )
    )
    number = give_number_in(batch, person)
    if person.pk not in places.learners:
        grant_in(batch, person, Role.LEARNER, starts_on=enrolled_on)
    batch.record("cohorts.enrol", enrolment, after={"cohort": cohort.code, "nations": codes})
    batch.tell(
        person,
        _("You are enrolled"),
        _(
            "You are enrolled on %(programme)s with %(cohort)s, for %(nations)s. "
            "Your IMSA number is %(number)s. Your first unit is waiting for you."
        )
        % {
            "programme": cohort.programme.title,
            "cohort": cohort.title,
            "nations": four_nations.sentence(codes),
            "number": number,
        },
        "/study/",
    )
    if is_new(person) and not person.is_invented and person.pk not in places.invited:
        insist_open(person)
        batch.invite(person)
    return enrolment


def _refuse_a_second_place(cohort, person, student_reference, standing, enrolled_on, places, mine):
    if standing:
        raise Refused(
            _("%(full_name)s is in %(cohort)s already, as %(student_reference)s.")
            % {
                "full_name": person.full_name,
                "cohort": cohort.title,
                "student_reference": standing.student_reference,
            }
        )
    if places.is_taken(student_reference):
        raise Refused(
            _("The student reference %(student_reference)s belongs to another enrolment.")
            % {"student_reference": student_reference}
        )
    other = next(
        (
            e
            for e in mine
            if e.cohort.programme_id == cohort.programme_id and e.state != EnrolmentState.LEFT
        ),
        None,
    )
    if other:
        raise Refused(why_no_second_place(other))
    if enrolled_on > cohort.ends_on:
        raise Refused(
            _("%(cohort)s ends on %(day)s; no one can join it after that.")
            % {"cohort": cohort.title, "day": short_day(cohort.ends_on)}
        )


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
    file it came from, 3. a remark with the reason, 4. the other registrars are told."""
    insist(may_keep_cohorts(by))
    codes = _nations(nations)
    locked = _lock(enrolment)
    if list(locked.plan.nations) == codes:
        return locked
    batch = Batch(by=by)
    tell_office_of_nations_in(batch, [change_nations_in(batch, locked, codes, source=source)])
    batch.after(lambda: carry_attendance_of([locked.plan]))
    batch.write()
    bring_now(batch)
    remark(locked, "cohorts.change_nations", reason, by=by)
    enrolment.plan = locked.plan
    enrolment.plan.refresh_from_db()
    return enrolment


def change_nations_in(batch, enrolment, nations, *, source=""):
    """`change_nations` as part of a batch, to other nations; the caller lets attendance follow (`carry_attendance_of`) and tells the office of all that it returns."""
    codes, before = _nations(nations), list(enrolment.plan.nations)
    may = may_change_nations(enrolment, codes)
    if not may:
        raise Refused(f"{enrolment.person.full_name}: {may.reason}")
    set_nations_in(batch, enrolment.plan, codes)
    batch.record("cohorts.change_nations", enrolment, before=before, after=codes, reason=source)
    return enrolment, before, codes


@transaction.atomic
def change_name(enrolment, first_name, last_name, *, by, known_as="") -> Enrolment:
    """Change somebody's name on file: an action poll, a marriage, a slip.

    1. the names, 2. a record entry that says that, not what, changed, 3. the person is told. Certificates keep the name they
    were printed with until the registry issues them again. The same twice is once.
    """
    insist(may_keep_cohorts(by))
    person = User.objects.select_for_update(no_key=True).get(pk=enrolment.person_id)
    batch = Batch(by=by)
    change_name_in(batch, person, first_name, last_name, known_as)
    batch.write()
    bring_now(batch)
    return _fresh(enrolment)


def change_name_in(batch, person, first_name, last_name, known_as):
    """`change_name` as part of a batch."""
    insist(may_keep_cohorts(batch.by))
    if getattr(batch.by, "pk", None) == person.pk:
        raise NotAllowed(_("No one changes their own name on file. Ask another registrar."))
    if not first_name.strip() and not last_name.strip():
        raise Refused(_("A person needs at least one name."))
    names = (first_name.strip(), last_name.strip(), known_as.strip())
    if names == (person.first_name, person.last_name, person.known_as):
        return
    rename_in(batch, person, first_name=first_name, last_name=last_name, known_as=known_as)
    batch.tell(
        person,
        _("Your name on file was changed"),
        _(
            "The programme office changed the name we keep for you. Speak to them if you did not expect this."
        ),
        reverse("people:me"),
    )


@transaction.atomic
def correct_enrolled_on(enrolment, enrolled_on, *, by) -> Enrolment:
    """1. the right first day, 2. a record entry."""
    insist(may_keep_cohorts(by))
    locked = _lock(enrolment)
    if locked.enrolled_on == enrolled_on:
        return locked
    batch = Batch(by=by)
    correct_enrolled_on_in(batch, locked, enrolled_on)
    batch.write()
    return locked


def correct_enrolled_on_in(batch, enrolment, enrolled_on):
    """`correct_enrolled_on` as part of a batch, to another day."""
    before = enrolment.enrolled_on
    batch.change(enrolment, was={"enrolled_on": before}, enrolled_on=enrolled_on)
    batch.record(
        "cohorts.correct_enrolled_on",
        enrolment,
        before=before.isoformat(),
        after=enrolled_on.isoformat(),
    )


@transaction.atomic
def change_codes(enrolment, spr_code, exam_number, *, by) -> Enrolment:
    """By what other systems know an enrolment: 1. SPR code and exam number, 2. a record entry that says that, not what, changed. The same again changes nothing.
    Raises NotAllowed for one's own."""
    insist(may_keep_cohorts(by))
    locked = _lock(enrolment)
    batch = Batch(by=by)
    change_codes_in(batch, locked, {"spr_code": spr_code, "exam_number": exam_number})
    batch.write()
    return locked


def change_codes_in(batch, enrolment, codes: dict):
    """`change_codes` as part of a batch; a code that is not named stays."""
    before = {name: getattr(enrolment, name) for name in codes}
    if before == codes:
        return
    if getattr(batch.by, "pk", None) == enrolment.person_id:
        raise NotAllowed(_("No one changes their own codes. Ask another registrar."))
    if not enrolment._state.adding:
        insist(may_keep_cohorts(batch.by))
    batch.change(enrolment, was=before, **codes)
    batch.record("cohorts.change_codes", enrolment, after=sorted(codes))


@transaction.atomic
def interrupt(enrolment, *, by, reason="") -> Enrolment:
    """1. leave of absence begins: nothing falls due, 2. a record entry, 3. a remark with the reason, 4. the person is told."""
    insist(may_change_status(by, enrolment))
    if _lock(enrolment).state == EnrolmentState.INTERRUPTED:
        return _fresh(enrolment)
    make_transition(enrolment, "interrupt", by=by)
    remark(enrolment, "cohorts.interrupt", reason, by=by)
    _tell(
        enrolment,
        _("Your leave of absence has begun"),
        _("You keep your place. The programme office will agree with you when you come back."),
    )
    return enrolment


@transaction.atomic
def resume(enrolment, *, by, reason="") -> Enrolment:
    """1. the leave of absence is over, 2. a record entry, 3. a remark with the reason, 4. the person is told."""
    insist(may_change_status(by, enrolment))
    if _lock(enrolment).state == EnrolmentState.ENROLLED:
        return _fresh(enrolment)
    make_transition(enrolment, "resume", by=by)
    remark(enrolment, "cohorts.resume", reason, by=by)
    _tell(
        enrolment,
        _("Welcome back"),
        _("Your leave of absence is over. Your units are where you left them."),
    )
    return enrolment


@transaction.atomic
def leave(enrolment, *, by, on=None, reason="") -> Enrolment:
    """1. the person has left from that day, 2. a record entry, 3. a remark with the reason, 4. the study plan
    is closed, 5. the person is told."""
    insist(may_change_status(by, enrolment))
    if _lock(enrolment).state == EnrolmentState.LEFT:
        return _fresh(enrolment)
    on = on or clock.today()
    if on < enrolment.enrolled_on:
        raise Refused(
            _("The enrolment began on %(day)s; no one can leave before that.")
            % {"day": short_day(enrolment.enrolled_on)}
        )
    make_transition(enrolment, "leave", by=by, left_on=on)
    remark(enrolment, "cohorts.leave", reason, by=by)
    close_plan(enrolment.plan, by=by, on=on)
    _tell(
        enrolment,
        _("You have left the programme"),
        _("Your last day was %(day)s. Your results stay on record.") % {"day": short_day(on)},
    )
    return enrolment


@transaction.atomic
def complete(enrolment, *, by) -> Enrolment:
    """1. the programme is completed, 2. a record entry. The study plan stays open, so that units can be read again."""
    insist(may_keep_cohorts(by))
    if _lock(enrolment).state == EnrolmentState.COMPLETED:
        return _fresh(enrolment)
    return make_transition(enrolment, "complete", by=by)


def complete_in(batch, enrolment):
    """`complete` as part of a batch."""
    if enrolment.state != EnrolmentState.COMPLETED:
        add_transition(batch, enrolment, "complete")


def _lock(enrolment):
    rows = Enrolment.objects.select_for_update(of=("self",), no_key=True).select_related(
        "plan", "person", "cohort"
    )
    return rows.get(pk=enrolment.pk)


def _fresh(enrolment):
    enrolment.refresh_from_db()
    return enrolment


def _tell(enrolment, subject, body):
    tell(enrolment.person, subject, body, "/study/")


def _nations(nations):
    codes = [code for code in four_nations.ALL if code in set(nations)]
    if not codes or set(nations) - set(four_nations.ALL):
        raise Refused(_("Choose at least one of the four nations."))
    return codes
