"""Whom the rows of a meeting's file name: people of the session by their e-mail address alone, never by a name."""

from dataclasses import dataclass, field

from courses.models import Session
from courses.queries.timetables import Attendee, people_at

from ..sheets.meetings import Stay


@dataclass
class Match:
    """Somebody of the session, with their rows added up."""

    person: object
    rows: list[int] = field(default_factory=list)
    minutes: int = 0
    mode: str = ""  # as it is recorded already
    is_short: bool = False


@dataclass
class Matches:
    """What a file says of a session: people to record, people recorded already, and rows that name nobody of it."""

    people: list[Match]
    unknown: list[Stay]

    @property
    def new(self):
        return [one for one in self.people if not one.mode]

    @property
    def recorded(self):
        return [one for one in self.people if one.mode]


def match_stays(session: Session, stays: list[Stay], least: int) -> Matches:
    """The rows held against the people of a session. `least`: minutes below which a stay is short. The questions of `people_at`."""
    people: dict[str, Attendee] = {
        one.person.email.casefold(): one for one in people_at(session) if one.is_open
    }
    found: dict[str, Match] = {}
    unknown = []
    for stay in stays:
        one = people.get(stay.email.casefold()) if stay.email and not stay.fault else None
        if one is None:
            unknown.append(stay)
            continue
        match = found.setdefault(stay.email.casefold(), Match(one.person, mode=one.mode))
        match.rows.append(stay.number)
        match.minutes += stay.minutes
    for match in found.values():
        match.is_short = match.minutes < least
    return Matches(list(found.values()), unknown)
