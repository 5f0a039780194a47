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
    return frozenset(_in_order(name))


def _in_order(name: str) -> tuple[str, ...]:
    """The same, the plain one first, and second the one with every such letter spelt so."""
    whole = unicodedata.normalize("NFC", name.casefold())
    if not any(c in PASSPORT for c in whole):
        return (folded(name),)
    choices = [(c, *PASSPORT.get(c, ())) for c in whole]
    every = ("".join(chosen) for chosen in islice(product(*choices), MOST_SPELLINGS))
    alike = "".join(
        PASSPORT.get(c, c)[0] if c in PASSPORT else c for c in whole
    )  # also where there are too many
    return tuple(dict.fromkeys(folded(spelt) for spelt in (name, alike, *every)))


def _one_after_another(names: list[tuple[str, ...]]) -> set[str]:
    """Spellings of names that stand one after another. A folded name has no spaces, so they are put together as they are."""
    found = {"".join(chosen) for chosen in islice(product(*names), MOST_SPELLINGS)}
    return found | {"".join(one[min(1, len(one) - 1)] for one in names)}


def family_name(first: str, last: str) -> str:
    """The name a checker types: the family name, or the only name of somebody with one."""
    return last.strip() or first.strip()


def is_same(typed: str, name: str) -> bool:
    """The same name, however each is spelt."""
    return bool(folded(typed)) and not spellings(typed).isdisjoint(spellings(name))


def fits(typed: str, given_names: str, family: str) -> bool:
    """Does what was typed name this person: the family name, one name of it, or either with given names before or after it?

    Everything that fits is put together before it is looked at: who is named right, and whose entry is withheld, must not be answered sooner than who is
    named wrong."""
    wanted = spellings(typed) - {""}
    if not wanted:
        return False
    if not family.strip():
        return not wanted.isdisjoint(_in_order(family_name(given_names, family)))
    own = [_in_order(name) for name in (family, *parts_of(family))]
    known = {spelt for name in own for spelt in name}
    # A full name: some of the given names in their order, and what fits by itself.
    longest, words = max(len(s) for s in wanted), given_names.split()
    given = [_in_order(word) for word in words]
    runs = [(i, j) for i in range(len(words)) for j in range(i + 1, len(words) + 1)][:30]
    for i, j in runs:
        if len(" ".join(words[i:j])) <= longest * 2:
            for name in own:
                known |= _one_after_another([*given[i:j], name])
                known |= _one_after_another([name, *given[i:j]])
    return not wanted.isdisjoint(known)


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
