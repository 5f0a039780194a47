"""Longer reading questions of this room."""

from .alerts import Alert, alerts_of
from .facts import NOBODY, FactSet, facts_and_rules_of, facts_of, load_facts, the_book
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
    "FactSet",
    "Alert",
    "Stood",
    "Waiting",
    "awaiting_issue",
    "facts_of",
    "holds_certificate",
    "load_facts",
    "facts_and_rules_of",
    "alerts_of",
    "people",
    "rescinded",
    "standings_of",
    "the_book",
    "to_follow_up",
    "to_issue_again",
]
