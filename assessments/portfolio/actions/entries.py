"""Adds to the practice log and the reflections of a portfolio; it refuses to edit or delete a line, and to keep a sign-off on an entry that changed."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courses.actions.notes import Guarded
from courses.privacy_guard.guard import look
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import short_day
from lms.record.actions import write

from ...setting.actions.sittings import pin_sitting
from ..models import EntryLine, Portfolio, PortfolioEntry
from ..queries import newest_lines
from ..rules import may_keep_portfolio
from ..states import Activity, EntryKind
from .signing import outdate_in

LONGEST = {EntryKind.PRACTICE: 4000, EntryKind.REFLECTION: 20_000}
MOST_ENTRIES, A_DAY = 3000, 96  # quarters of an hour


def lock_portfolio(assessment, enrolment, *, by) -> Portfolio:
    """The portfolio, locked and begun where there was none, for its trainee. Raises NotAllowed, and Refused before it opens."""
    insist(may_keep_portfolio(by, assessment, enrolment))
    pin_sitting(assessment, enrolment.cohort_id)
    made, is_new = Portfolio.objects.get_or_create(assessment=assessment, enrolment=enrolment)
    if is_new:
        write("assessments.begin_portfolio", made, by=by)
    locked = lock(made.pk)
    # Asked again: another page may have handed it in while this one waited for the lock.
    insist(may_keep_portfolio(by, locked.assessment, locked.enrolment))
    return locked


def lock(pk) -> Portfolio:
    """The row that whoever writes in a portfolio, asks and signs would fight over; always before what hangs on it."""
    rows = Portfolio.objects.select_for_update(of=("self",), no_key=True)
    about = "assessment__module", "enrolment__person", "enrolment__cohort"
    return rows.select_related(*about).get(pk=pk)


@transaction.atomic
def write_entry(
    assessment,
    enrolment,
    kind,
    *,
    by,
    client_key,
    day: date,
    text,
    quarters=0,
    activity="",
    keep_anyway=False,
) -> PortfolioEntry:
    """Add an entry. 1. the portfolio, where this is its first, 2. the entry and its first line, 3. a record entry without a word of it.

    `quarters`: quarters of an hour, from 1 to 96 for practice and 0 for a reflection. The same `client_key` with the same words again is the entry there
    is. Raises Guarded where the words seem to tell who somebody is and the writer has not said to keep them; Refused for a day to come, with more than 24
    hours, and for other words under a `client_key` that was saved.
    """
    portfolio = lock_portfolio(assessment, enrolment, by=by)
    there = portfolio.entries.filter(client_key=client_key).first()
    if there:
        if kind == EntryKind.REFLECTION:
            quarters, activity = 0, ""
        _insist_same(there, kind, day, text, quarters, activity)
        return there
    values = _sound(portfolio, kind, day, text, quarters, activity, keep_anyway)
    count = portfolio.entries.count()
    if count >= MOST_ENTRIES:
        raise Refused(_("A portfolio has room for %(most)s entries.") % {"most": MOST_ENTRIES})
    entry = PortfolioEntry.objects.create(
        portfolio=portfolio, kind=kind, number=count + 1, client_key=client_key
    )
    EntryLine.objects.create(entry=entry, number=1, **values)
    write("assessments.write_entry", entry, by=by, after={"number": entry.number, "kind": kind})
    return entry


@transaction.atomic
def correct_entry(
    entry, *, by, seen, day: date, text, quarters=0, activity="", keep_anyway=False
) -> PortfolioEntry:
    """Write an entry anew; the earlier line stays. 1. its next line, 2. each sign-off that rests on it no longer counts, and the signer and the
    trainee are told, 3. the record is written. The same words again change nothing. Raises Refused where it was changed since the line `seen`."""
    portfolio, newest = _lock_entry(entry, by=by)
    _insist_counts(newest)
    asked = {"day": day, "text": text.strip(), "quarters": quarters, "activity": activity}
    if all(getattr(newest, name) == value for name, value in asked.items()):
        return entry
    _insist_newest(newest, seen)
    values = _sound(portfolio, entry.kind, day, text, quarters, activity, keep_anyway, entry=entry)
    _add_line(entry, newest, by=by, action="assessments.correct_entry", **values)
    outdate_in(portfolio, entry, by=by)
    return entry


@transaction.atomic
def withdraw_entry(entry, *, by, seen) -> PortfolioEntry:
    """An entry no longer counts; it stays, with a line that says so. 1. the line, 2. and 3. as in `correct_entry`. Twice is once."""
    portfolio, newest = _lock_entry(entry, by=by)
    if newest.is_withdrawn:
        return entry
    _insist_newest(newest, seen)
    values = {name: getattr(newest, name) for name in ("day", "quarters", "activity", "text")}
    _add_line(
        entry, newest, by=by, action="assessments.withdraw_entry", is_withdrawn=True, **values
    )
    outdate_in(portfolio, entry, by=by)
    return entry


def _insist_same(entry, kind, day, text, quarters, activity):
    """The form was sent before: is what it says now what is saved?"""
    newest = entry.lines.order_by("-number")[0]
    _insist_counts(newest)
    saved = entry.kind, newest.day, newest.text, newest.quarters, newest.activity
    if saved != (kind, day, text.strip(), quarters, activity):
        raise Refused(_("This entry was saved a moment ago as it was then. Open it to correct it."))


def _lock_entry(entry, *, by):
    of = entry.portfolio
    portfolio = lock_portfolio(of.assessment, of.enrolment, by=by)
    return portfolio, EntryLine.objects.filter(entry=entry).order_by("-number")[0]


def _insist_newest(newest, seen):
    if newest.number != seen:
        raise Refused(
            _(
                "This entry was changed on another page after you opened this one. Compare both, then save again."
            )
        )


def _insist_counts(newest):
    if newest.is_withdrawn:
        raise Refused(_("This entry is withdrawn. Add a new one instead."))


def _add_line(entry, newest, *, by, action, **values):
    try:
        with transaction.atomic():
            EntryLine.objects.create(entry=entry, number=newest.number + 1, **values)
    except IntegrityError:  # the lock keeps two apart; the constraint guards besides
        raise Refused(_("This entry was changed a moment ago. Load the page again.")) from None
    write(action, entry, by=by, after={"line": newest.number + 1})


def _sound(portfolio, kind, day, text, quarters, activity, keep_anyway, entry=None) -> dict:
    """The columns of a line. Raises Refused, and Guarded."""
    text, longest = text.strip(), LONGEST[EntryKind(kind)]
    if not text or len(text) > longest:
        raise Refused(_("Write something, up to %(longest)s characters.") % {"longest": longest})
    first = portfolio.enrolment.cohort.starts_on
    if day > clock.today():
        raise Refused(_("Enter a day that is not in the future."))
    if day < first:
        raise Refused(
            _("Enter a day from %(day)s, when your cohort started.") % {"day": short_day(first)}
        )
    if kind == EntryKind.PRACTICE:
        _insist_hours(portfolio, day, quarters, entry)
        if activity not in Activity.values:
            raise Refused(_("Choose what kind of activity it was."))
    else:
        quarters, activity = 0, ""
    if not keep_anyway and (findings := look(text)):
        raise Guarded(findings)
    return {"day": day, "quarters": quarters, "activity": activity, "text": text}


def _insist_hours(portfolio, day, quarters, entry):
    if not 1 <= quarters <= A_DAY:
        raise Refused(_("Enter the time in quarter hours, from 0.25 to 24 hours."))
    others = newest_lines(portfolio).filter(day=day)
    if entry:
        others = others.exclude(entry=entry)
    if sum(others.values_list("quarters", flat=True)) + quarters > A_DAY:
        raise Refused(_("With this entry your log would have more than 24 hours on that day."))
