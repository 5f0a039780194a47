"""Closures: days without teaching that are no working days, of the University or of some nations. The record holds no person's name."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.kit import clock, nations
from lms.kit.refusals import May, Refused, insist
from lms.kit.templatetags.kit import moment, short_day
from lms.people.actions import tell
from lms.people.models import Role
from lms.people.roles import may_act_as
from lms.record.actions import write

from ..models import Closure
from ..queries.gaps import sessions_in

LONGEST, FURTHEST = 92, 1100  # days


def may_record_closures(by) -> May:
    return may_act_as(by, Role.REGISTRAR)


@transaction.atomic
def record_closure(*, by, title, starts_on, ends_on, codes=()) -> Closure:
    """A closure for some nations, or with no `codes` for everyone.

    1. the closure, 2. the record is written, 3. whoever arranged a coming session on one of its days is told. The same again is the one
    there is; the same title and days for other nations is refused, and so is what is longer than LONGEST days or begins before today: late
    work was judged by the days as they were.
    """
    insist(may_record_closures(by))
    title = " ".join(title.split())
    codes = [code for code in nations.ALL if code in set(codes)]
    refuse_unreadable(title, starts_on, ends_on)
    closure, is_new = Closure.objects.get_or_create(
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        cancelled_at=None,
        defaults={"nations": codes, "made_by_id": by.pk},
    )
    if not is_new and closure.nations != codes:
        raise Refused(
            _(
                "There is a closure with this title and these days for other nations. Cancel it first."
            )
        )
    if is_new and starts_on < clock.today():
        raise Refused(
            _(
                "A closure can’t begin before today, because late work has been judged by the days as they were. Begin it today or later."
            )
        )
    if is_new:
        write("courses.record_closure", closure, by=by, after=closure_in_record(closure))
        tell_of_closure(closure, by)
    return closure


@transaction.atomic
def cancel_closure(closure, *, by) -> Closure:
    """1. it no longer counts, 2. the record is written. Due days that were worked out from it already stay. Refused from its first day on:
    late work may have been judged by it."""
    insist(may_record_closures(by))
    locked = Closure.objects.select_for_update(of=("self",), no_key=True).get(pk=closure.pk)
    if locked.cancelled_at is None:
        if locked.has_begun:
            raise Refused(
                _(
                    "This closure has begun, so it can no longer be cancelled: late work may have been judged by it."
                )
            )
        locked.cancelled_at, locked.cancelled_by_id = clock.now(), by.pk
        locked.save(update_fields=["cancelled_at", "cancelled_by"])
        write("courses.cancel_closure", locked, by=by, before=closure_in_record(locked))
    return locked


@transaction.atomic
def end_closure(closure, *, by) -> Closure:
    """A closure that was recorded for too long ends today: 1. today is its last day, 2. the record is written. Its days until today stay: late work
    was judged by them. One that is over, or was cancelled, stays as it is; refused before its first day, when it is cancelled."""
    insist(may_record_closures(by))
    locked = Closure.objects.select_for_update(of=("self",), no_key=True).get(pk=closure.pk)
    if locked.cancelled_at is not None or not locked.goes_on:
        return locked
    if not locked.has_begun:
        raise Refused(_("This closure has not begun. Cancel it instead."))
    before, locked.ends_on = closure_in_record(locked), clock.today()
    try:
        with transaction.atomic():
            locked.save(update_fields=["ends_on"])
    except IntegrityError:
        raise Refused(_("There is a closure with this title that ends today.")) from None
    write("courses.end_closure", locked, by=by, before=before, after=closure_in_record(locked))
    return locked


def refuse_unreadable(title, starts_on, ends_on):
    if not title or len(title) > 120:
        raise Refused(_("Give the closure a title of up to 120 characters."))
    if ends_on < starts_on:
        raise Refused(_("The last day can’t be before the first."))
    if (ends_on - starts_on).days >= LONGEST:
        raise Refused(
            _("A closure has at most %(longest)s days. Look at the years.") % {"longest": LONGEST}
        )
    if abs((starts_on - clock.today()).days) > FURTHEST:
        raise Refused(_("That is more than three years away. Look at the year."))


def closure_in_record(closure):
    return {
        "starts_on": closure.starts_on.isoformat(),
        "ends_on": closure.ends_on.isoformat(),
        "nations": closure.nations,
    }


def tell_of_closure(closure, by):
    """One message to each who arranged a session that falls on it."""
    theirs = {}
    for session in sessions_in(closure):
        if session.starts_at > clock.now() and session.made_by_id not in (None, by.pk):
            theirs.setdefault(session.made_by_id, []).append(session)
    for rows in theirs.values():
        lines = [f"{one.timetable.code}: {moment(one.starts_at)}." for one in rows[:8]]
        if len(rows) > 8:
            lines.append(_("And %(count)s more.") % {"count": len(rows) - 8})
        tell(
            rows[0].made_by,
            _("A closure falls on sessions that you arranged"),
            " ".join(
                [
                    _("%(title)s, %(first)s to %(last)s. Move these sessions or cancel them:")
                    % {
                        "title": closure.title,
                        "first": short_day(closure.starts_on),
                        "last": short_day(closure.ends_on),
                    },
                    *lines,
                ]
            ),
            "/teaching/sessions/",
        )
