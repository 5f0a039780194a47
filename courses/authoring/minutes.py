"""How long a unit takes, judged from what is in it, so that what it says of itself is true."""

from lms.kit.clean import plain

WORDS_A_MINUTE = 130  # read to be studied: about half the speed of reading for pleasure
TASKS = {
    "choice_check": 1,
    "several_check": 1,
    "short_check": 1,
    "order_check": 2,
    "match_check": 2,
    "scenario_check": 4,
    "poll": 1,
    "activity": 8,
    "reflection": 5,
    "critical_question": 10,
    "provision": 0.5,
    "rights": 1,
}
LEFT_OUT = {
    "key",
    "id",
    "type",
    "goes",
    "source",
    "file",
    "captions",
    "provision",
    "works",
    "terms",
    "contacts",
}
A_THIRD = 3


def minutes_of(blocks) -> int:
    """Minutes to read these blocks ({"type", "value"}, as a page keeps them) and to do what they ask."""
    words = sum(len(words_in(block["value"]).split()) for block in blocks)
    return round(words / WORDS_A_MINUTE + sum(TASKS.get(block["type"], 0) for block in blocks))


def is_near(stated, counted) -> bool:
    """Is what a unit says of itself within a third of what was found?"""
    return abs(stated - counted) * A_THIRD <= counted


def words_in(value) -> str:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return " ".join(words_in(inner) for name, inner in value.items() if name not in LEFT_OUT)
    return " ".join(words_in(inner) for inner in value) if isinstance(value, list) else ""
