"""Whether what somebody typed is the name of a person on the register; it knows no person, and a part that is hardly a name fits nobody.

Each spelling that fits widens a guess, so all that fits holds a whole family name, or a part of it that is a name by itself:
at least three letters, and no particle (docs/decisions/0007-names.md).
"""

import re
import unicodedata
from itertools import islice, product

from lms.kit.letters import folded, is_a_name, without_unseen

__all__ = ["family_name", "fits", "folded", "is_a_name", "is_same"]

# As the machine-readable line of a passport may spell them (ICAO Doc 9303-3, section 6), besides the letter without its mark.
PASSPORT = {
    "ä": ("ae",),
    "å": ("aa",),
    "ö": ("oe",),
    "ø": ("oe",),
    "ü": ("ue", "uxx"),
    "ñ": ("nxx",),
}
MOST_SPELLINGS = 243
LEAST = 3
PARTICLES = frozenset(
    "ab af al ap ben bin bint da dal dalla das de degli dei del della den der des di do dos du el fitz la las le les los mac mc mhic "
    "ni nic nighean och san santa st ter ten the und van ver verch ferch vom von y ye zu zum zur ibn abu umm ould e i wa".split()
)
APOSTROPHES = "'’‘ʼ`´′"


def spellings(name: str) -> frozenset[str]:
    """The folded name, and with each letter that a passport spells otherwise spelt so. At most MOST_SPELLINGS."""
    whole = unicodedata.normalize("NFC", name.casefold())
    if not any(c in PASSPORT for c in whole):
        return frozenset((folded(name),))
    choices = [(c, *PASSPORT.get(c, ())) for c in whole]
    every = ("".join(chosen) for chosen in islice(product(*choices), MOST_SPELLINGS))
    alike = "".join(
        PASSPORT.get(c, c)[0] if c in PASSPORT else c for c in whole
    )  # also where there are too many
    return frozenset(folded(spelt) for spelt in (name, alike, *every))


def family_name(first: str, last: str) -> str:
    """The name a checker types: the family name, or the only name of somebody with one."""
    return last.strip() or first.strip()


def is_same(typed: str, name: str) -> bool:
    """The same name, however each is spelt."""
    return bool(folded(typed)) and not spellings(typed).isdisjoint(spellings(name))


def fits(typed: str, given_names: str, family: str) -> bool:
    """Does what was typed name this person: the family name, one name of it, or either with given names before or after it?"""
    wanted = spellings(typed) - {""}
    if not wanted:
        return False
    last = family_name(given_names, family)
    if not wanted.isdisjoint(spellings(last)):
        return True
    if not family.strip():
        return False
    parts = parts_of(family)
    if any(not wanted.isdisjoint(spellings(part)) for part in parts):
        return True
    # A full name: some of the given names in their order, and what fits by itself.
    longest = max(len(s) for s in wanted)
    firsts = given_names.split()
    before = [
        " ".join(firsts[i:j]) for i in range(len(firsts)) for j in range(i + 1, len(firsts) + 1)
    ][:30]
    return any(
        not wanted.isdisjoint(spellings(one) | spellings(other))
        for name in (family, *parts)
        for first in before
        if len(first) <= longest * 2
        for one, other in ((f"{first} {name}", f"{name} {first}"),)
    )


def parts_of(family: str) -> list[str]:
    """Names within a family name: “Ortega” of “Fernández Ortega”, “García-López” of “García-López de la Torre”, “Brien” of “O’Brien”."""
    words = [word for word in re.split(r"[\s\-‐‑–/]+", without_unseen(family)) if word][:12]
    found = []
    for i in range(len(words)):
        for j in range(i + 1, len(words) + 1):
            run = words[i:j]
            if (i, j) != (0, len(words)) and _is_name_enough(run[0]) and _is_name_enough(run[-1]):
                found.append(" ".join(run))
    for word in words:
        before, mark, after = next(
            (word.partition(mark) for mark in APOSTROPHES if mark in word), (word, "", "")
        )
        if mark and len(folded(before)) <= 2 and _is_name_enough(after):
            found.append(after)
    return found


def _is_name_enough(word: str) -> bool:
    bare = folded(word)
    return len(bare) >= LEAST and bare not in PARTICLES
