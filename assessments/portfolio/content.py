"""What a portfolio and a sign-off say, as data with a fingerprint; and text without the names of people and workplaces. Pure."""

import hashlib
import json
import re

from lms.kit.letters import folded

TOKEN = re.compile(r"\w+")
NAME_LEFT_OUT = "[name left out]"
SHORTEST = 2  # letters of a name that is looked for alone


def fingerprint(content) -> str:
    """SHA-256 of data, however its keys were ordered."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def signer_content(title, text, signer, lines) -> dict:
    """What a signer is shown: the item, and each line (entry, number, day as ISO, quarters, activity, text), by entry."""
    return {
        "item": {"title": title, "text": text, "signer": signer},
        "entries": [list(line) for line in sorted(lines)],
    }


def in_hours(quarters: int) -> str:
    """“7.5”: hours of so many quarters, without noughts at the end."""
    return f"{quarters / 4:.2f}".rstrip("0").rstrip(".")


def without_names(text: str, whole=(), alone=()) -> str:
    """The text with “[name left out]” where one of `whole` stands, however it is spaced, accented or capitalised, or one of `alone` with a capital."""
    wholes: dict[str, list[str]] = {}
    for words in whole:
        if wanted := folded(words):
            wholes.setdefault(wanted[0], []).append(wanted)
    single = {folded(word) for word in alone if len(folded(word)) >= SHORTEST}
    several: dict[str, list[str]] = {}  # O’Brien, Anne-Marie: one name, and more than one token
    for words in alone:
        if len(folded(words)) >= SHORTEST and len(TOKEN.findall(words)) > 1:
            several.setdefault(folded(words)[0], []).append(folded(words))
    for group in [*wholes.values(), *several.values()]:
        group.sort(key=len, reverse=True)
    tokens = [(hit.start(), hit.end(), folded(hit[0])) for hit in TOKEN.finditer(text)]
    parts, at, place = [], 0, 0
    while place < len(tokens):
        start, end, word = tokens[place]
        length = _length_at(tokens, place, wholes.get(word[:1], ()))
        if not length and text[start].isupper():
            length = _length_at(tokens, place, several.get(word[:1], ())) or int(word in single)
        if length:
            end = tokens[place + length - 1][1]
            parts += [text[at:start], NAME_LEFT_OUT]
            at = end
        place += length or 1
    return "".join([*parts, text[at:]])


def _length_at(tokens, place, wanted) -> int:
    """How many tokens from here are one of these names; 0 where none is."""
    for name in wanted:
        rest, count = name, 0
        while rest and place + count < len(tokens) and (word := tokens[place + count][2]):
            if not rest.startswith(word):
                break
            rest, count = rest[len(word) :], count + 1
        if not rest:
            return count
    return 0
