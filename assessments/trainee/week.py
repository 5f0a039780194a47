"""What has a day for one trainee: units to finish, sessions, work that is due, law that changed. One list, for the home, for the page of
all dates, and for reminders."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.enrolment.states import EnrolmentState
from courses.models import ReminderKind
from courses.queries import path, top_ups_of
from courses.queries.timetables import sessions_ahead
from lms.kit import clock
from lms.kit.templatetags.kit import day, moment

from .queries import work_in
from .today import without_credited

WEEK = timedelta(days=7)
MOST = 12  # dates on the home; all of them stand on a page of their own


class DateKind(TextChoices):
    UNIT = ReminderKind.UNIT.value, gettext_lazy("Unit")
    SESSION = ReminderKind.SESSION.value, gettext_lazy("Session")
    WORK = ReminderKind.WORK.value, gettext_lazy("Assessed work")
    LAW = "law", gettext_lazy("Law that changed")


@dataclass(frozen=True)
class DateLine:
    """One thing with a day. `key` is the same for as long as the thing and its date are; `at` where it has a time too; `note` says what
    else there is to know."""

    key: str
    kind: DateKind
    title: str
    url: str
    on: date
    at: datetime | None = None
    ends_at: datetime | None = None
    note: str = ""
    is_later: bool = False

    @property
    def is_overdue(self) -> bool:
        if self.kind == DateKind.SESSION:
            return False
        return self.at < clock.now() if self.at else self.on < clock.today()

    @property
    def is_soon(self) -> bool:
        """Overdue, or within the week from today."""
        return self.on <= clock.today() + WEEK

    @property
    def when(self) -> str:
        if self.kind == DateKind.SESSION:
            return session_times(self.at, self.ends_at)
        words = moment(self.at) if self.at else day(self.on)
        if self.kind == DateKind.UNIT:
            said = _("Was due on %(day)s.") if self.is_overdue else _("Finish by %(day)s.")
        elif self.kind == DateKind.LAW:
            said = _("Due since %(day)s.") if self.is_overdue else _("Read it by %(day)s.")
        else:
            said = _("Due since %(day)s.") if self.is_overdue else _("Due %(day)s.")
        return said % {"day": words}

    @property
    def neutral(self) -> str:
        """What a mail may say of it: what kind of thing and when, and no title."""
        when = moment(self.at) if self.at else day(self.on)
        if self.kind == DateKind.UNIT:
            return _("A unit to finish by %(day)s") % {"day": when}
        if self.kind == DateKind.SESSION:
            return _("A session on %(moment)s") % {"moment": when}
        if self.kind == DateKind.WORK:
            return _("Assessed work due %(moment)s") % {"moment": when}
        return _("A change of law to read by %(day)s") % {"day": when}


def session_times(starts_at, ends_at) -> str:
    """“Tuesday 1 December 2026, 16:00 GMT, until 17:30.”"""
    if ends_at is None:
        return f"{moment(starts_at)}."
    return _("%(moment)s, until %(time)s.") % {
        "moment": moment(starts_at),
        "time": f"{timezone.localtime(ends_at):%H:%M}",
    }


def own_dates(enrolment, work, on_path, top_ups) -> list[DateLine]:
    """What has a day for somebody who studies now, each once: what is overdue first, then by time. Nothing on leave of absence, after leaving or completing.
    `top_ups` with `waits`. One query, none where nobody is taught; `work`, `on_path` and `top_ups` were asked for the page."""
    if enrolment.state != EnrolmentState.ENROLLED:
        return []
    found = [
        *unit_lines(on_path),
        *(session_line(one) for one in sessions_ahead([enrolment.plan])),
        *work_lines(work),
        *law_lines(top_ups),
    ]
    return sorted(found, key=_order)


def _order(line):
    """A day without a time is over when the day is."""
    at = line.at and timezone.localtime(line.at)
    return (not line.is_overdue, line.on, at is None, at and at.time(), line.title, line.key)


def unit_lines(on_path):
    for entry in on_path:
        for step in entry.units:
            if step.is_studied or not step.finish_by or step.variant.withdrawn_at:
                continue
            yield DateLine(
                f"unit-{step.unit.pk}-{step.finish_by}",
                DateKind.UNIT,
                step.label,
                step.resume_url,
                step.finish_by,
                note=step.why_locked or _("About %(minutes)s minutes.") % {"minutes": step.minutes},
                is_later=step.is_later,
            )


def session_line(session) -> DateLine:
    return DateLine(
        f"session-{session.pk}-{session.starts_at.isoformat()}",
        DateKind.SESSION,
        session.unit.title,
        reverse("courses:own_sessions"),
        timezone.localtime(session.starts_at).date(),
        at=session.starts_at,
        ends_at=session.ends_at if session.minutes else None,
        note=session.where,
    )


def work_lines(work):
    for piece in work:
        if piece.is_to_do and piece.due_at:
            yield DateLine(
                f"work-{piece.assessment.pk}-{piece.due_at.isoformat()}",
                DateKind.WORK,
                piece.assessment.title,
                reverse("assessments:piece", args=[piece.assessment.code]),
                timezone.localtime(piece.due_at).date(),
                at=piece.due_at,
                note="" if piece.is_open else f"{piece.label}.",
            )


def law_lines(top_ups):
    for due in top_ups:
        if due.done_at is None and due.waits:
            yield DateLine(
                f"law-{due.top_up_id}-{due.counts_from}",
                DateKind.LAW,
                due.top_up.title,
                reverse("courses:top_up", args=[due.top_up_id]),
                due.counts_from,
            )


def dates_of(enrolment) -> list[DateLine]:
    """The same, asked from the beginning. Eight queries at most."""
    if enrolment.state != EnrolmentState.ENROLLED:
        return []
    work = work_in(enrolment)
    credited = {one.assessment.module_id for one in work if one.status == "credited"}
    on_path = without_credited(path(enrolment.person, plans=[enrolment.plan]), credited)
    top_ups = top_ups_of(enrolment.person)
    for due in top_ups:
        due.waits = due.counts_for([enrolment.plan])
    return own_dates(enrolment, work, on_path, top_ups)


@dataclass(frozen=True)
class Week:
    """What stands on the home beside its one card: what is soon, and how many more there are; units that were saved for later and are in neither."""

    lines: list[DateLine]
    more: int
    later: list
    until: date
    has_card: bool  # does the card hold one of the week?

    def has(self, top_up) -> bool:
        return any(line.key.startswith(f"law-{top_up}-") for line in self.lines)


def week_of(dates, on_path, card_url: str) -> Week:
    """The part of the dates that the home shows; what its card shows (by address) is not said twice."""
    soon = [line for line in dates if line.is_soon]
    rest = [line for line in soon if line.url != card_url]
    shown = {line.url for line in rest[:MOST]} | {card_url}
    later = [
        step
        for entry in on_path
        for step in entry.units
        if step.is_later and not step.is_studied and step.resume_url not in shown
    ]
    return Week(
        rest[:MOST],
        len(rest) - len(rest[:MOST]),
        later,
        clock.today() + WEEK,
        len(rest) < len(soon),
    )
