"""Records what a person is given in all their work, and makes their due dates follow: when it is recorded, when a cohort's date is set, and by the worker."""

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.enrolment.states import OVER
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day as in_words
from lms.kit.templatetags.kit import moment
from lms.people.actions import tell
from lms.record.actions import write

from .actions import RULE, YEARS, attempt_of, move_due
from .adjustments import Move, adjustments_of, moves_of, newest_number, people_with_days
from .models import Adjustment, DueLine
from .rules import may_adjust

MOST_PERCENT, MOST_DAYS = 300, 60
GIVES = ("percent", "days", "note")
VALUES = (*GIVES, "starts_on", "ends_on")


@transaction.atomic
def record_adjustment(
    person, *, percent=0, days=0, note="", starts_on, ends_on=None, by, seen=None, digest=None
) -> Adjustment:
    """Say what a person is given from a day, until a day or for good. Ending and changing it is another line.

    1. the line, 2. a record entry (of the arrangement only that there is one), 3. every due date of theirs that follows, as a due line; work that
    is in, or due already, keeps the better day; what was late is judged again, 4. the person is told, with the dates that moved, in one
    message. The same again changes nothing. Raises Refused for figures out of bounds, where another line than number `seen` is the newest, and
    where the due dates that move are not those of `digest` (`digest_of`).
    """
    insist(may_adjust(by, person))
    note = " ".join(note.split())
    values = {
        "percent": percent,
        "days": days,
        "note": note,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    _insist_bounds(values)
    # First the cohorts, as whoever sets a date of theirs: by the date before or the one after, never by both.
    own = Enrolment.objects.filter(person_id=person.pk).order_by("cohort_id")
    for cohort in own.values_list("cohort_id", flat=True):
        Cohort.objects.select_for_update(no_key=True).get(pk=cohort)
    locked = get_user_model().objects.select_for_update(no_key=True).get(pk=person.pk)
    rows = adjustments_of(person.pk)
    last = rows[-1] if rows else None
    if last and all(getattr(last, name) == value for name, value in values.items()):
        return last
    if last is None and not (percent or days or note):
        raise Refused(_("Enter extra time, extra days or an arrangement."))
    if seen is not None and seen != newest_number(rows):
        raise Refused(
            _(
                "Another adjustment was recorded since you opened this page. Read it, then save again."
            )
        )
    made = Adjustment(
        person=locked,
        number=newest_number(rows) + 1,
        by=by.record_label,
        at=clock.now(),
        **values,
    )
    rows.append(made)
    found = [(one, moves_of(one, rows)) for one in _enrolments(person)]
    if digest is not None and digest != digest_of(
        [move for _one, moves in found for move in moves]
    ):
        raise Refused(
            _("The due dates changed since you opened this page. Look at them again, then save.")
        )
    made.save()
    write(
        "assessments.record_adjustment",
        made,
        by=by,
        before=_in_record(last) if last else None,
        after=_in_record(made),
    )
    moved = [move for one in _enrolments(person) for move in _fold(one, rows, is_told=True)]
    tell(
        locked,
        _("Your study arrangements have changed"),
        " ".join([*sentences(made), *map(_moved, moved)]),
        "/my-work/adjustments/",
    )
    return made


def _insist_bounds(values):
    if not (0 <= values["percent"] <= MOST_PERCENT and 0 <= values["days"] <= MOST_DAYS):
        raise Refused(_("Enter up to 300 percent and up to 60 days."))
    if len(values["note"]) > 200:
        raise Refused(_("Use up to 200 characters."))
    first, last = values["starts_on"], values["ends_on"]
    if abs((first - clock.today()).days) > 366 * YEARS:
        raise Refused(_("This day is more than three years away. Check the year."))
    if last and last < first:
        raise Refused(_("The last day must not be before the first day."))


def _in_record(row) -> dict:
    """Keys and figures; of the arrangement only that there is one."""
    return {
        "percent": row.percent,
        "days": row.days,
        "has_note": bool(row.note),
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
    }


def sentences(row) -> list[str]:
    """An adjustment in the words of the message to its person. It is mailed too, perhaps to where an employer reads: not what the arrangement is."""
    found = []
    if row.percent:
        found.append(
            _("In quizzes with a time limit you have %(percent)s%% more time.")
            % {"percent": row.percent}
        )
    if row.days:
        found.append(
            ngettext(
                "Your written work is due %(days)s day later than your cohort’s.",
                "Your written work is due %(days)s days later than your cohort’s.",
                row.days,
            )
            % {"days": row.days}
        )
    if row.note:
        found.append(_("You have an arrangement, which you can read when you sign in."))
    if not found:
        return [
            _("From %(day)s you have no reasonable adjustment.") % {"day": in_words(row.starts_on)}
        ]
    about = {"first": in_words(row.starts_on), "last": row.ends_on and in_words(row.ends_on)}
    if row.ends_on:
        return [*found, _("This applies from %(first)s to %(last)s.") % about]
    return [*found, _("This applies from %(first)s.") % about]


def _moved(move):
    return _("“%(title)s” is now due on %(moment)s.") % {
        "title": move.assessment.title,
        "moment": moment(move.after),
    }


def digest_of(moves) -> str:
    """What a preview showed, to be compared when it is saved."""
    return "|".join(
        f"{move.assessment.code} {move.after:%Y%m%d%H%M} {bool(move.why_not):d}" for move in moves
    )


# ---- due dates that follow ----


def _enrolments(person):
    rows = Enrolment.objects.filter(person_id=person.pk).exclude(state__in=OVER)
    return rows.select_related("person", "cohort", "plan").order_by("pk")


def _fold(enrolment, rows, *, assessment=None, is_told=False) -> list[Move]:
    """The due dates of an enrolment follow the adjustments of its person, inside the caller's transaction. Those that moved; again, none does."""
    locked = Enrolment.objects.select_for_update(of=("self",), no_key=True)
    enrolment = locked.select_related("person", "cohort", "plan").get(pk=enrolment.pk)
    moves = [one for one in moves_of(enrolment, rows, assessment) if not one.why_not]
    for move in moves:
        current = attempt_of(move.assessment, enrolment)
        current.assessment, current.enrolment = move.assessment, enrolment
        about = {"by": RULE, "before": move.before, "is_told": is_told}
        move_due(current, move.after, DueLine.BY_ADJUSTMENT, **about)
    return moves


def fold_cohort(assessment, cohort) -> None:
    """A cohort's date of a piece is another: those of its people who have, or had, extra days are due by it too. Inside the caller's transaction, which has
    locked the cohort; each of them is told."""
    for enrolment in _with_days().filter(cohort=cohort):
        _fold(enrolment, adjustments_of(enrolment.person_id), assessment=assessment)


def fold_all(*, by) -> int:
    """What came about otherwise: somebody with extra days was enrolled, or moved to another cohort. By the worker, each in a transaction; how many due dates
    moved. Again, none does."""
    moved = 0
    for enrolment in _with_days().filter(cohort__ends_on__gte=clock.today()):
        with transaction.atomic():
            Cohort.objects.select_for_update(no_key=True).get(pk=enrolment.cohort_id)
            moved += len(_fold(enrolment, adjustments_of(enrolment.person_id)))
    return moved


def _with_days():
    rows = Enrolment.objects.filter(person__in=people_with_days()).exclude(state__in=OVER)
    return rows.select_related("person", "cohort", "plan").order_by("pk")
