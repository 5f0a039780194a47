"""What a unit still asks before it is complete; pure, and time is never part of it."""

import hashlib
import json
from dataclasses import dataclass

from lms.kit.languages import Sentence

from ..states import Mark, Need


@dataclass(frozen=True)
class Unmet:
    """One thing still asked, in words for the reader. `keys`: the parts of the unit it is about."""

    need: str
    words: str
    keys: tuple[str, ...] = ()


APART = ("id", "kind", "key", "also", "forms")  # a wording more that is right changes no question


def question_hash(question: dict) -> str:
    """Which wording of a question an answer belongs to: an answer to other words proves nothing."""
    said = {name: value for name, value in question.items() if name not in APART}
    return hashlib.sha256(
        json.dumps(said, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()[:16]


def is_passed(question: dict, mark) -> bool:
    """Was this wording of the question ever answered right?"""
    return bool(mark and mark.is_done and mark.data.get("asked") == question_hash(question))


def unmet(needs, segments, marks) -> list[Unmet]:
    """What is still asked of a reader, besides saying that they read it. `marks`: (kind, key) to mark."""
    found = []
    checks = [
        s["id"]
        for s in segments
        if s["kind"] == "check" and not is_passed(s, marks.get((Mark.CHECK, s["id"])))
    ]
    if Need.CHECK in needs and checks:
        found.append(
            Unmet(
                Need.CHECK,
                Sentence.counting(
                    "%(count)s knowledge check is still to be answered rightly. You can try as often as you like.",
                    "%(count)s knowledge checks are still to be answered rightly. You can try as often as you like.",
                    count=len(checks),
                ),
                tuple(checks),
            )
        )
    tasks = [
        s["id"]
        for s in segments
        if s["kind"] == "activity" and (Mark.ACTIVITY, s["id"]) not in marks
    ]
    if Need.ACTIVITY in needs and tasks:
        words = Sentence.counting(
            "%(count)s activity is still to be done.",
            "%(count)s activities are still to be done.",
            count=len(tasks),
        )
        found.append(Unmet(Need.ACTIVITY, words, tuple(tasks)))
    if Need.ATTENDED in needs and not any(kind == Mark.ATTENDED for kind, _ in marks):
        found.append(
            Unmet(
                Need.ATTENDED,
                Sentence("Your tutor has not recorded yet that you attended this unit’s session."),
            )
        )
    return found
