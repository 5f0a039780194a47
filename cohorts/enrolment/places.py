"""Gives somebody a place: enrols one person on a page, and moves an enrolment to another cohort."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from courses.actions.timetables import follow_timetable, timetable_of
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.kit.templatetags.kit import short_day
from lms.kit.transitions import make_transition
from lms.people.actions import admit
from lms.record.actions import write

from ..employment.actions import remark
from .actions import enrol
from .models import Cohort, Enrolment
from .rules import is_changeable, may_enrol
from .states import StatusChangeKind
from .status_actions import add_change, lock_enrolment, tell_person


@transaction.atomic
def enrol_one(
    cohort,
    nations,
    student_reference,
    *,
    by,
    enrolled_on,
    person=None,
    email="",
    names=("", ""),
    is_invented=False,
) -> Enrolment:
    """Enrol one person on a page: 1. the account, where there is none (`person` is None), 2. as `enrol`. Raises Refused as it does, and where
    somebody else took the student reference at the same moment."""
    insist(may_enrol(by))
    if person is not None and getattr(by, "pk", None) == person.pk:
        raise NotAllowed(_("No one enrols themselves. Ask another registrar or Hub officer."))
    if person is None:
        person = admit(
            by=by,
            email=email,
            first_name=names[0],
            last_name=names[1],
            is_invented=is_invented or bool(getattr(by, "is_invented", False)),
        )
    try:
        with transaction.atomic():
            return enrol(cohort, person, nations, student_reference, by=by, enrolled_on=enrolled_on)
    except IntegrityError:
        raise Refused(
            _("The student reference %(student_reference)s belongs to another enrolment.")
            % {"student_reference": student_reference}
        ) from None


@transaction.atomic
def transfer(enrolment, cohort, *, by, reason) -> Enrolment:
    """Move an enrolment to another cohort of its programme, under the same student reference.

    1. the enrolment is in that cohort; attempts, marks, decisions, leave and due dates of its own stay on it, and dates it had from its cohort
    are now the new cohort's, 2. the study plan goes by the new cohort's timetable, 3. a dated line, 4. the record, 5. a remark with the reason,
    6. the person is told. In that cohort already: unchanged. Raises Refused without a reason and where something stands in the way
    (`barriers_to`).
    """
    locked = lock_enrolment(enrolment, by)
    if locked.cohort_id == cohort.pk:
        return locked
    if not reason.strip():
        raise Refused(_("Give the reason: it stands on the enrolment’s page."))
    # In the order of their keys, so that two transfers never wait for each other in turn.
    cohorts = {
        c.pk: c
        for c in Cohort.objects.select_for_update(of=("self",), no_key=True)
        .select_related("programme")
        .filter(pk__in=[locked.cohort_id, cohort.pk])
        .order_by("pk")
    }
    before, after = cohorts[locked.cohort_id], cohorts[cohort.pk]
    barriers = barriers_to(locked, after, lock=True)
    if barriers:
        raise Refused(" ".join(barriers))
    locked.cohort = after
    locked.save(update_fields=["cohort"])
    write("cohorts.transfer", locked, by=by, before=before.code, after=after.code)
    follow_timetable([locked.plan], timetable_of(after.programme, after.code, by=by), by=by)
    change = add_change(
        locked,
        StatusChangeKind.TRANSFER,
        clock.today(),
        by=by,
        from_cohort=before,
        to_cohort=after,
    )
    make_transition(change, "take_effect", by=by)
    remark(locked, "cohorts.transfer", reason, by=by)
    tell_person(
        locked,
        _("You are in another cohort"),
        _(
            "You moved from %(before)s to %(after)s. What you studied, your marks and your results stay yours. Work that you have not handed in is due on the dates of %(after)s: look at them now."
        )
        % {"before": before.title, "after": after.title},
        "/my-work/",
    )
    return locked


def barriers_to(enrolment, cohort, *, lock=False) -> list[str]:
    """Why an enrolment cannot move to a cohort now, in sentences; none: it can. What the room of assessments has against it is asked there
    (`IMSA_TRANSFER_BARRIERS`), which with `lock` holds off what would change its answer until the transaction ends."""
    if not is_changeable(enrolment):
        return [
            _("“%(state)s”: this enrolment cannot move.") % {"state": enrolment.get_state_display()}
        ]
    found = []
    if cohort.programme_id != enrolment.cohort.programme_id:
        found.append(_("%(cohort)s is of another programme.") % {"cohort": cohort.title})
    if cohort.ends_on < clock.today():
        found.append(
            _("%(cohort)s ended on %(day)s.")
            % {"cohort": cohort.title, "day": short_day(cohort.ends_on)}
        )
    if Enrolment.objects.filter(cohort=cohort, person=enrolment.person_id).exists():
        found.append(
            _(
                "%(full_name)s was in %(cohort)s before and left it. Record a last day here, and undo leaving there."
            )
            % {"full_name": enrolment.person.full_name, "cohort": cohort.title}
        )
    return found or import_string(settings.IMSA_TRANSFER_BARRIERS)(enrolment, cohort, lock=lock)
