"""A file that Excel saved as plain “CSV”: read where it can be Windows-1252 alone; it refuses what could be the letters of another page.

The bytes 80 to 9F are controls in ISO 8859 and letters or quotation marks here, so one of them has to be there. What is read must look like
words, and no other page in use may read the same bytes as other words.
"""

import re

PAGE = "cp1252"
RIVALS = ("mac_roman", "cp850", "cp437", "cp1250", "cp1254", "cp1257", "iso8859_15")
OTHERS = re.compile(r"[^\x00-\x7f]")
MARKS = "–—…•€£°·\u00a0"  # beside words, in whatever place
LONGEST_WORD = 40
BEFORE_A_NAME = {
    "o",
    "d",
    "l",
    "m",
    "n",
    "t",
    "mc",
    "dell",
    "all",
}  # O’Brien, D’Arcy, L’Estrange, M’Bala, N’Golo, ’t


def text_if_certain(content: bytes) -> str | None:
    """The text, or None where it is not certain."""
    if not any(0x80 <= byte <= 0x9F for byte in content):
        return None
    text = _read(content, PAGE)
    if text is None or not is_plausible(text):
        return None
    rivals = {_read(content, page) for page in RIVALS} - {None, text}
    return None if any(map(is_plausible, rivals)) else text


def first_changed(text: str) -> tuple[int, str]:
    """The number of the first line with such a letter, and the word that it stands in."""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := OTHERS.search(line):
            start, end = found.start(), found.end()
            while start and (line[start - 1].isalpha() or line[start - 1] in "’'-"):
                start -= 1
            while end < len(line) and (line[end].isalpha() or line[end] in "’'-"):
                end += 1
            return number, line[start:end]
    return 0, ""


def _read(content, page):
    try:
        return content.decode(page)
    except UnicodeDecodeError:
        return None


def is_plausible(text: str) -> bool:
    """Does every letter and mark beyond ASCII stand where a word has one: capitals first, or all capitals; an apostrophe within a name?"""
    return all(_stands_well(text, hit.start()) for hit in OTHERS.finditer(text))


def _stands_well(text, index):
    c, before, after = text[index], text[index - 1 : index], text[index + 1 : index + 2]
    if c in "’‘":
        return _is_an_apostrophe(text, index, before, after)
    if c in "“”":
        return before.isalpha() != after.isalpha()
    if c in MARKS:
        return True
    if not c.isalpha() or c in "ªºµƒ":
        return False
    if c.isupper():
        return not before.isalpha() or _word_at(text, index).isupper()
    return not after.isupper() and not (
        index > 1 and text[index - 2 : index].isalpha() and text[index - 2 : index].isupper()
    )


def _word_at(text, index):
    start, end = index, index + 1
    while start and index - start < LONGEST_WORD and text[start - 1].isalpha():
        start -= 1
    while end < len(text) and end - index < LONGEST_WORD and text[end].isalpha():
        end += 1
    return text[start:end]


def _is_an_apostrophe(text, index, before, after):
    if not before.isalpha():
        return after.isalpha()  # ’t Hooft, or a quotation begins
    if not after.isalpha():
        return before in "sS" or after in ' ,;".'  # the Friends’ house, or a quotation ends
    word = re.search(r"[^\W\d_]{0,12}\Z", text[max(0, index - 12) : index])
    rest = re.match(r"[^\W\d_]{0,3}", text[index + 1 : index + 4])
    return (word and word[0].casefold() in BEFORE_A_NAME) or bool(rest and rest[0] in ("s", "S"))
