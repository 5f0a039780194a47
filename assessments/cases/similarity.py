"""Where two texts are alike, word for word; it knows no person, gives no verdict, and a few words in common do not count.

Runs of WINDOW words are hashed (“shingles”), and what two texts share is counted as a part of the shorter one, so that a short text
copied out of a long one is found too. Exact, and small enough to keep: a text of 3,000 words is 24 kB.
"""

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

WINDOW = 6  # words in a row that make a shingle; fewer are in common by chance and by the language
LONGEST = 60  # words shown of a passage
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Alike:
    """`words`: how many words stand in runs that both have, about; `percent`: what part of the shorter text that is."""

    words: int
    percent: int


def words_of(text: str) -> list[str]:
    """Without capitals, punctuation and the hyphens at the ends of lines."""
    return WORD.findall(re.sub(r"[-‐]\n", "", text).casefold())


def shingles(text: str) -> array:
    """A hash of 64 bits for each run of WINDOW words, each once, in order of size."""
    words = words_of(text)
    found = {
        int.from_bytes(blake2b(" ".join(words[n : n + WINDOW]).encode(), digest_size=8).digest())
        for n in range(len(words) - WINDOW + 1)
    }
    return array("Q", sorted(found))


def compare(one: Iterable[int], other: Iterable[int], common: Iterable[int] = ()) -> Alike:
    """What two texts share, without what is `common` to all: the words of the task, say."""
    apart = set(common)
    first, second = set(one) - apart, set(other) - apart
    both, shorter = len(first & second), min(len(first), len(second))
    words = both + WINDOW - 1 if both else 0
    return Alike(words, round(100 * both / shorter) if shorter else 0)


def passages(text: str, other: Iterable[int], common: Iterable[int] = (), most: int = 6) -> list:
    """The longest runs of words of `text` that the other text has too, the longest first."""
    words, shared, runs, begin = words_of(text), set(other) - set(common), [], None
    for n in range(len(words) - WINDOW + 2):
        run = " ".join(words[n : n + WINDOW])
        is_shared = n + WINDOW <= len(words) and (
            int.from_bytes(blake2b(run.encode(), digest_size=8).digest()) in shared
        )
        if is_shared and begin is None:
            begin = n
        elif not is_shared and begin is not None:
            runs.append(words[begin : n + WINDOW - 1])
            begin = None
    runs.sort(key=len, reverse=True)
    return [" ".join(run[:LONGEST]) + (" …" if len(run) > LONGEST else "") for run in runs[:most]]
