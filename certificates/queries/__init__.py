"""Longer reading questions of this room."""
from .facts import NOBODY, Known, facts_of, known, known_of, the_book
from .people import Again, Stood, Waiting, awaiting_issue, people, standings_of, to_issue_again

__all__ = [
    "NOBODY", "Again", "Known", "Stood", "Waiting", "awaiting_issue", "facts_of", "known", "known_of", "people", "standings_of", "the_book",
    "to_issue_again",
]
