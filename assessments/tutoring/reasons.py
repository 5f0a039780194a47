"""Why somebody may need help, in words, from facts. It asks no database, and knows no mark, no health and no claim."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.kit.templatetags.kit import day, moment

BEHIND, AWAY, CHECK, EXTENSION = "behind", "away", "check", "extend"


@dataclass(frozen=True)
class Facts:
    """Of one person on a day. `behind_since`: the day by which the earliest unit that is not studied was to be finished. `quiet_since`: the last day on
    which they did something in the course, or on which they could first have; None where that is not long ago. `was_active`: did they ever?
    `checks`: (unit's title, tries) of knowledge checks that are not passed. `due_at`: the end of a due date of their own that comes soon."""

    behind_since: date | None = None
    quiet_since: date | None = None
    was_active: bool = True
    checks: tuple = ()
    due_at: datetime | None = None


def reasons(facts: Facts, today: date) -> list[tuple[str, str]]:
    """(kind, words) of each, the most pressing first; empty where there is none."""
    found = []
    if facts.behind_since:
        found.append((BEHIND, behind(facts.behind_since, today)))
    if facts.quiet_since:
        found.append((AWAY, away(facts.quiet_since, facts.was_active, today)))
    for title, tries in facts.checks:
        words = ngettext(
            "Knowledge check in “%(title)s” not passed after %(tries)s try",
            "Knowledge check in “%(title)s” not passed after %(tries)s tries",
            tries,
        )
        found.append((CHECK, words % {"title": title, "tries": tries}))
    if facts.due_at:
        found.append(
            (
                EXTENSION,
                _("Due date of their own: %(due_at)s") % {"due_at": moment(facts.due_at)},
            )
        )
    return found


def behind(since: date, today: date) -> str:
    days = (today - since).days
    words = ngettext(
        "%(days)s day behind the timetable: the earliest unit was to be finished by %(since)s",
        "%(days)s days behind the timetable: the earliest unit was to be finished by %(since)s",
        days,
    )
    return words % {"days": days, "since": day(since)}


def away(since: date, was_active: bool, today: date) -> str:
    days = (today - since).days
    if was_active:
        words = ngettext(
            "No activity in the course for %(days)s day, since %(since)s",
            "No activity in the course for %(days)s days, since %(since)s",
            days,
        )
    else:
        words = ngettext(
            "No activity in the course yet, %(days)s day after it began on %(since)s",
            "No activity in the course yet, %(days)s days after it began on %(since)s",
            days,
        )
    return words % {"days": days, "since": day(since)}
