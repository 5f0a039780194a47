"""Longer reading questions of this room."""

from .alerts import Alert, alerts_of
from .facts import NOBODY, Known, facts_of, known, known_of, the_book
from .people import (
    Again,
    Stood,
    Waiting,
    awaiting_issue,
    holds_certificate,
    people,
    rescinded,
    standings_of,
    to_follow_up,
    to_issue_again,
)

__all__ = [
    "NOBODY",
    "Again",
    "Known",
    "Alert",
    "Stood",
    "Waiting",
    "awaiting_issue",
    "facts_of",
    "holds_certificate",
    "known",
    "known_of",
    "alerts_of",
    "people",
    "rescinded",
    "standings_of",
    "the_book",
    "to_follow_up",
    "to_issue_again",
]
