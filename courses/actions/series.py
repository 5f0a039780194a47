"""Sessions that are arranged together: a weekly evening with its gaps; one message to each whom they are for."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import moment
from lms.people.actions import tell
from lms.record.actions import write

from ..models import Progress, Session, SessionSeries, Timetable, Unit
from ..states import Mark
from .session_details import Details, changes_in_words, later_by, wall_shift
from .sessions import (
    cancel,
    change,
    check_time,
    in_words_cancelled,
    insist_reason,
    lock,
    may_arrange,
    place,
    refuse_recorded,
    session_in_record,
)
from .timetables import Changed, people_by_unit

MOST, MOST_TOLD = 60, 8


@transaction.atomic
def arrange_series(timetable, rows, *, by, where, details: Details) -> SessionSeries:
    """Arrange many sessions at once: `rows` are pairs of a unit and a moment.

    1. the series, 2. its sessions, 3. one record entry, 4. one message to each for whom one of them is. All or nothing. The same again is
    the series that is there; a session of the same unit at one of the times, from elsewhere, is refused by name.
    """
    insist(may_arrange(by))
    where = place(where, details.mode)
    details.insist()
    rows = sorted(set(rows), key=lambda row: (row[1], row[0].pk))
    refuse_rows(timetable, rows)
    Timetable.objects.select_for_update(no_key=True).get(pk=timetable.pk)
    already = Session.objects.filter(
        timetable=timetable, starts_at__in=[at for _unit, at in rows]
    ).select_related("series")
    wanted = {(unit.pk, at) for unit, at in rows}
    there = [one for one in already if (one.unit_id, one.starts_at) in wanted]
    if there:
        return same_series(there, rows, where, details)
    series = SessionSeries.objects.create(timetable=timetable, made_by_id=by.pk)
    made = [
        Session(
            timetable=timetable,
            unit=unit,
            starts_at=at,
            where=where,
            made_by_id=by.pk,
            series=series,
        )
        for unit, at in rows
    ]
    for session in made:
        details.set_on(session)
    try:
        with transaction.atomic():
            Session.objects.bulk_create(made)
    except IntegrityError:  # one session, arranged elsewhere in this moment
        raise Refused(
            _(
                "Someone else has just arranged one of these sessions. Look at the list, then try again."
            )
        ) from None
    write(
        "courses.arrange_series",
        series,
        by=by,
        after={
            "timetable": timetable.pk,
            "sessions": [[unit.pk, at.isoformat()] for unit, at in rows],
            "mode": details.mode,
            "minutes": details.minutes,
        },
    )
    tell_of_series(
        timetable, [(s.unit, moment(s.starts_at)) for s in coming(made)], _("Sessions are arranged")
    )
    return series


def refuse_rows(timetable, rows):
    if not rows:
        raise Refused(_("Select at least one date."))
    if len(rows) > MOST:
        raise Refused(_("A series has at most %(most)s sessions.") % {"most": MOST})
    units = Unit.objects.filter(module__programme=timetable.programme_id)
    if {unit.pk for unit, _at in rows} - set(units.values_list("pk", flat=True)):
        raise Refused(_("One of these units is not in the programme of that cohort."))
    for _unit, at in rows:
        check_time(at)


def same_series(there, rows, where, details) -> SessionSeries:
    """The series that was arranged already, where it is the same."""
    series = {one.series_id for one in there}
    is_same = all((one.where, Details.of(one)) == (where, details) for one in there)
    if len(there) == len(rows) and len(series) == 1 and None not in series and is_same:
        return there[0].series
    lines = ", ".join(moment(one.starts_at) for one in there[:MOST_TOLD])
    raise Refused(
        _(
            "There is already a session of that unit on: %(lines)s. Clear those dates, or change them."
        )
        % {"lines": lines}
    )


def following(session) -> list[Session]:
    """A session and those of its series that come after it, locked, by time."""
    rows = Session.objects.select_for_update(of=("self",), no_key=True).select_related(
        "unit__module", "timetable"
    )
    if session.series_id is None:
        return [session]
    rows = rows.filter(series=session.series_id, starts_at__gte=session.starts_at)
    return list(rows.order_by("starts_at", "pk"))


@transaction.atomic
def move_following(
    session, *, by, starts_at, where, details: Details, sequence=None
) -> list[Session]:
    """Move a session and those of its series that follow by as much on London's clocks, to another place or way. Each takes only what is another
    one than the first session had; the rest it keeps, such as a room of its own.

    1. the sessions, 2. one record entry, 3. one message to each for whom one of them is. All or nothing. `sequence`: the session's number of
    changes when the page was opened; raises Changed where it is another. Refused where attendance of one is recorded, where another session
    stands at one of the times, and in the hour in which clocks change.
    """
    insist(may_arrange(by))
    first = lock(session)
    if sequence not in (None, first.sequence):
        words = _("Someone else has changed this session since you opened the page.")
        raise Changed(words, {first.pk: (first.starts_at, first.where)})
    where = place(where, details.mode)
    details.insist()
    rows, shift = following(first), wall_shift(first.starts_at, starts_at)
    refuse_attended(rows)
    was_where, were = first.where, Details.of(first)

    def place_of(one):
        return one.where if where == was_where else where

    def details_of(one):
        return Details.of(one).with_changes(were, details)

    moved = [(one, one.starts_at, later_by(one.starts_at, shift)) for one in rows]
    moved = [
        line
        for line in moved
        if line[1] != line[2]
        or (line[0].where, Details.of(line[0])) != (place_of(line[0]), details_of(line[0]))
    ]
    if not moved:
        return []
    for one, _was, at in moved:
        check_time(at)
        others = Session.objects.filter(timetable=one.timetable_id, unit=one.unit_id, starts_at=at)
        if others.exclude(pk__in=[row.pk for row in rows]).exists():
            raise Refused(
                _("There is another session of this unit on %(at)s.") % {"at": moment(at)}
            )
    before = [session_in_record(one) for one in rows]
    # Never onto a time that one of them still has.
    for one, _was, at in reversed(moved) if shift > timedelta(0) else moved:
        change(one, at, place_of(one), details_of(one))
    write(
        "courses.move_following",
        first,
        by=by,
        before=before,
        after=[session_in_record(one) for one, _was, _at in moved],
    )
    lines = [
        (
            one.unit,
            _("%(now)s (was %(was)s)") % {"now": moment(at), "was": moment(was)}
            if at != was
            else moment(at),
        )
        for one, was, at in moved
        if max(one.ends_at, was) > clock.now()
    ]
    after = changes_in_words(were, details)
    if {one.where for one, _was, _at in moved} == {where}:
        after.insert(0, _("Where: %(where)s.") % {"where": where})
    tell_of_series(first.timetable, lines, _("Sessions have changed"), " ".join(after))
    return [one for one, _was, _at in moved]


@transaction.atomic
def cancel_following(session, *, by, reason) -> int:
    """Cancel a session and those of its series that follow: 1. one message to each for whom one of them is, with the reason, 2. one record
    entry, 3. the sessions are gone, and a line of each stays for calendars. Says how many. Refused where attendance of one is recorded."""
    insist(may_arrange(by))
    insist_reason(reason)
    first = Session.objects.filter(pk=session.pk).first()
    if first is None:
        return 0
    rows = following(lock(first))
    refuse_attended(rows)
    lines = [(one.unit, moment(one.starts_at)) for one in coming(rows)]
    tell_of_series(
        rows[0].timetable,
        lines,
        _("Sessions are cancelled"),
        _("Why: %(reason)s.") % {"reason": in_words_cancelled(reason)},
    )
    write(
        "courses.cancel_following",
        rows[0],
        by=by,
        before=[session_in_record(one) for one in rows],
        reason=reason,
    )
    for one in rows:
        cancel(one, by, reason)
    return len(rows)


def refuse_attended(rows):
    marks = Progress.objects.filter(kind=Mark.ATTENDED, key__in=[str(one.pk) for one in rows])
    if marks.exists():
        for one in rows:
            refuse_recorded(one)


def coming(rows):
    return [one for one in rows if not one.is_over]


def tell_of_series(timetable, lines, subject, after=""):
    """One message to each about those of `lines`, pairs of a unit and words, that are for them."""
    if not lines:
        return
    groups = people_by_unit(timetable, list({unit.pk for unit, _words in lines}))
    people = {person.pk: person for rows in groups.values() for person in rows}
    for person in people.values():
        mine = [f"{unit.title}: {words}." for unit, words in lines if person in groups[unit.pk]]
        if len(mine) > MOST_TOLD:
            mine[MOST_TOLD:] = [
                _("And %(count)s more, on the page of your sessions.")
                % {"count": len(mine) - MOST_TOLD}
            ]
        tell(person, subject, " ".join([*mine, after]).strip(), "/study/sessions/")
