"""What an import hands back, and the watch under which a file is read."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit.files.limits import reading

SECONDS = 20
ODD = gettext_noop(
    "This file is built in a way we cannot read safely. Save its words in a new file."
)
TOO_LONG = gettext_noop(
    "This file takes too long to read. Divide it into smaller files and choose them one by one."
)
BLOCK_MOST = 20_000  # characters in one text block: what an editor can still work in


@dataclass(frozen=True)
class ImportResult:
    """`blocks`: raw stream data. `losses`: a sentence, with its place, for everything that could not be taken."""

    blocks: list[dict]
    losses: list[str]


def block(kind: str, value) -> dict:
    return {"type": kind, "value": value, "id": str(uuid4())}


def with_time_limit(read: Callable, *arguments):
    """What `read` gives, unless it takes too long or too much to read; whatever a library raises is “cannot read”."""
    with reading(SECONDS, _(ODD), _(TOO_LONG)):
        return read(*arguments)


def shortened(words: str, most: int = 60) -> str:
    """The beginning of a text, to know it by."""
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def cut(words: str, most: int) -> list[str]:
    """A long text in pieces no longer than `most`, at the end of a sentence or between words where there is one."""
    pieces = []
    while len(words) > most:
        at = max(words.rfind(mark, most // 2, most) for mark in (". ", "? ", "\n"))
        at = at + 1 if at > 0 else max(words.rfind(" ", most // 2, most), 0) or most
        pieces.append(words[:at])
        words = words[at:]
    return [*pieces, words]
