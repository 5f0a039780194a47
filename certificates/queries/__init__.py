"""Longer reading questions of this room."""
from .facts import NOBODY, Known, facts_of, known, known_of, the_book
from .people import Stood, Waiting, awaiting_issue, people, standings_of

__all__ = ["NOBODY", "Known", "Stood", "Waiting", "awaiting_issue", "facts_of", "known", "known_of", "people", "standings_of", "the_book"]
