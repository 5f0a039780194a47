"""The days of a person's standing, and of a certificate that waits for a registrar, as stretches; it judges and stores nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from .eligibility import why_not
from .facts import Certified, Facts, last_day_of, nations_served, with_last
from .rule_book import RuleBook
from .standing import DAY, turning_days, verdict

STANDING, ISSUE = "standing", "issue"
READY, BLOCKED, AGAIN = "ready", "blocked", "again"
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Span:
    """Days on which something is the same, both ends counted. The last one has no end: `date.max`."""

    from_day: date
    until_day: date
    code: str


def standing_spans(facts: Facts, book: RuleBook) -> list[Span]:
    """The answers of `verdict` over all days from the first fact on; before it nobody is found. Two in a row may have the same
    code, where nations or conditions change."""

    def answer_on(day):
        here = verdict(day, facts, book)
        return here.code, here.nations, here.conditions

    return [
        Span(start, end, answer[0])
        for start, end, answer in spans(turning_days(facts, book), answer_on)
    ]


def issue_spans(
    facts: Facts,
    book: RuleBook,
    enrolment: int,
    printed: tuple[str, str] | None,
    name: tuple[str, str],
) -> list[Span]:
    """When an enrolment's certificate can be issued (READY), cannot yet (BLOCKED) or is to be issued again (AGAIN); other days
    are left out. `printed` is the name on the certificate that speaks for this enrolment, `name` the one on file."""
    facts = with_last(facts, enrolment)
    held = facts.enrolments[-1]
    if held.award_on is None:
        return []
    current = held.certificates[-1] if held.certificates else None

    def code_on(day) -> str:
        if any(r.is_in_force(day) for r in held.rescissions):
            return ""
        if current is None or list(current.nations) != list(held.nations):
            return BLOCKED if why_not(facts, day) else READY
        return AGAIN if is_due_again(day, current, facts, printed, name) else ""

    return [
        Span(*line) for line in spans(turning_days(facts, book) | {date.min}, code_on) if line[2]
    ]


def is_due_again(day: date, certificate: Certified, facts: Facts, printed, name) -> bool:
    """Does a certificate say less than is true on the day: another name, or an earlier last day? Only one that speaks for the
    person, whose term runs and whose nations a post of that day serves."""
    newest = max(
        (c for e in facts.enrolments for c in e.certificates), key=lambda c: (c.issued_on, c.number)
    )
    if certificate.number != newest.number or day < certificate.issued_on:
        return False
    last_day = last_day_of(certificate, facts, day)
    says_less = (printed is not None and printed != name) or last_day > certificate.valid_until
    return (
        says_less
        and day <= last_day
        and bool(nations_served(day, facts) & set(certificate.nations))
    )


def spans(
    days: Iterable[date], answer_on: Callable[[date], Answer]
) -> list[tuple[date, date, Answer]]:
    """First day, last day and answer of each run of days with the same answer. `days` are all days on which it may differ from
    the day before's."""
    found = []
    turns = sorted(set(days))
    for here, after in zip(turns, [*turns[1:], None], strict=True):
        answer, until = answer_on(here), after - DAY if after else date.max
        if found and found[-1][2] == answer:
            found[-1] = (found[-1][0], until, answer)
        else:
            found.append((here, until, answer))
    return found
