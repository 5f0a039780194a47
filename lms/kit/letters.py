"""What stands in text about people: letters nobody sees, letters spoilt or lost on the way, and letters of two scripts; it changes nothing unasked."""

import re
import unicodedata
from collections import Counter

from django.utils.translation import gettext_noop

JOINERS = "\u200c\u200d"
# Scripts in which the joiners are part of the spelling.
JOINED = (
    "ARABIC",
    "SYRIAC",
    "DEVANAGARI",
    "BENGALI",
    "GURMUKHI",
    "GUJARATI",
    "ORIYA",
    "TAMIL",
    "TELUGU",
    "KANNADA",
    "MALAYALAM",
    "SINHALA",
    "MYANMAR",
    "KHMER",
    "MONGOLIAN",
)
TOGETHER = {
    "HIRAGANA": "CJK",
    "KATAKANA": "CJK",
    "HANGUL": "CJK",
    "BOPOMOFO": "CJK",
    "IDEOGRAPHIC": "CJK",
}
# Code pages as which UTF-8 is commonly opened, and then saved again.
WRONG_PAGES = ("cp1252", "cp850", "cp437", "mac_roman", "cp1250", "iso8859_2", "cp858", "latin-1")
COMMON = "éáíóúöüäåøæñçèàâêôłńśżźčšžřëïîûẁŵŷìòãõðþßùőűěůąęćđ"
MARKS = " .-'’‘ʼ`´′‐‑–·()/,\u00a0"
CALLED = {"\ufeff": gettext_noop("byte order mark")}
# Letters that do not come apart into a letter and an accent.
PLAIN = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "ŧ": "t",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ŋ": "ng",
        "ɓ": "b",
        "ɗ": "d",
        "ƙ": "k",
        "ƴ": "y",
    }
)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def without_unseen(text: str) -> str:
    """The text without what has no shape of its own (category Cf: zero-width, soft hyphen, byte order mark, directions); a joiner
    stays between letters of a script that spells with it."""

    def stays(i, c):
        if unicodedata.category(c) != "Cf":
            return True
        return (
            c in JOINERS
            and 0 < i < len(text) - 1
            and all(_script(beside) in JOINED for beside in (text[i - 1], text[i + 1]))
        )

    return text if text.isascii() else "".join(c for i, c in enumerate(text) if stays(i, c))


def unseen_in(text: str) -> list[str]:
    """The names of what `without_unseen` takes away from the text, each once: “zero width space”."""
    if text.isascii():
        return []
    kept = Counter(without_unseen(text))
    gone = Counter(c for c in text if unicodedata.category(c) == "Cf") - kept
    return [CALLED.get(c) or unicodedata.name(c, f"U+{ord(c):04X}").lower() for c in sorted(gone)]


def unescaped(text: str) -> str:
    """What a workbook means by “_x000D_” (ECMA-376, ST_Xstring)."""
    return ESCAPED.sub(lambda hit: chr(int(hit[1], 16)), text) if "_x" in text else text


def mended(text: str) -> str:
    """“Siân” for “SiÃ¢n” or “Si├ón”: UTF-8 that was read as another code page and saved again, also twice. Otherwise the text."""
    return re.sub(
        r"[^\x00-\x7f]+",
        lambda hit: min(_possible_readings(hit[0]), key=_oddness, default=hit[0]),
        text,
    )


def _possible_readings(run: str, times: int = 3) -> list[str]:
    """What a run of letters may have been, before each wrong reading of it."""
    found = []
    for page in WRONG_PAGES:
        try:
            meant = run.encode(page).decode("utf-8")
        except UnicodeError:
            continue
        # What comes out must be Latin letters or the marks of names; a real name seldom turns into those.
        if all(c in MARKS or _script(c) == "LATIN" for c in meant):
            found.append(meant)
        if times > 1 and not meant.isascii() and meant != run:
            found += _possible_readings(meant, times - 1)
    return found


def _oddness(reading: str) -> tuple:
    """Of several readings the shortest, in the letters that stand in names most often."""
    return len(reading), sum(
        COMMON.find(c) if c in COMMON else len(COMMON) for c in reading.casefold()
    )


def stranger(text: str) -> tuple[str, str]:
    """A letter that is of another script than the rest of its word, and its name; empty where there is none (Unicode UTS 39)."""
    for word in re.split(r"[\s\-'’]+", unicodedata.normalize("NFKC", text)):
        scripts = [(script, c) for c in word if (script := _script(c))]
        kinds = [script for script, _ in scripts]
        usual = max(kinds, key=kinds.count, default="")
        odd = next((c for script, c in scripts if script != usual), "")
        if odd:
            return odd, unicodedata.name(odd).capitalize()
    return "", ""


def _script(c: str) -> str:
    if unicodedata.category(c) not in ("Lu", "Ll", "Lt", "Lo"):
        return ""
    script = unicodedata.name(c, "UNKNOWN").split(" ")[0].split("-")[0]
    return TOGETHER.get(script, script)


def is_a_name(text: str) -> bool:
    """Letters of any script, with spaces, hyphens, apostrophes, full stops and what else stands in printed names ( ( ) / , ); nothing else."""
    return any(c.isalpha() for c in text) and all(
        c.isalpha() or unicodedata.category(c).startswith("M") or c in MARKS + JOINERS for c in text
    )


def folded(name: str) -> str:
    """A name without case, accents, spaces, hyphens and apostrophes, those among them that are letters (ʼ, ʻ, ʿ): “O’Brien-Łuc” is “obrienluc”."""
    apart = unicodedata.normalize("NFKD", name.casefold()).casefold().translate(PLAIN)
    return "".join(
        c
        for c in unicodedata.normalize("NFKD", apart)
        if c.isalnum() and unicodedata.category(c) != "Lm"
    )


def sort_key(first: str, last: str) -> str:
    """Where a person stands in a list, compared letter by letter: by family name, or the only name, then given names; accents and capitals aside."""
    bare = (unicodedata.normalize("NFD", n).casefold() for n in (last or first, first))
    return "\t".join("".join(c for c in n if not unicodedata.combining(c)) for n in bare)
