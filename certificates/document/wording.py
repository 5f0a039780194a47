"""What a certificate says: the places of its wording, what each may hold, and the words it comes with. Free of Django.

The words stand here in English; other languages in lms/locale.
"""

import re

from lms.kit.languages import LANGUAGES, Sentence, catalogue, gettext_noop

# Place: (what it is for, the most characters, placeholders it may hold).
PLACES = {
    "issuer": ("Who issues it", 80, ()),
    "title": ("The title of the role", 120, ()),
    "lead": ("The words above the name", 80, ()),
    "body": ("The sentence below the name", 500, ("award", "conferred", "nations")),
    "statement": ("The small print", 500, ("site",)),
    "valid": (
        "The line with its number and days",
        300,
        ("number", "imsa_number", "issued", "until"),
    ),
}
NEEDED = {
    "body": ("award", "conferred"),
    "statement": ("site",),
    "valid": ("number", "issued", "until"),
}
# The braces are filled in by `filled`: the Hub's officers write them too.
WORDING = {
    "issuer": gettext_noop("IMSA Model Hub"),
    "title": gettext_noop("Independent Modern Slavery Advocate"),
    "lead": gettext_noop("This certifies that"),
    "body": gettext_noop(
        "holds the {award}, conferred by the University on {conferred}, and is accredited as an Independent Modern Slavery Advocate in "
        "{nations}, while in a post at an approved Employing Organisation."
    ),
    "statement": gettext_noop(
        "IMSA is not a statutory registration. This page says what was true on the day of issue. Whether its holder may act as an IMSA "
        "today is answered only at {site}/check/, by this number and the family name."
    ),
    "valid": gettext_noop(
        "Certificate {number}, IMSA number {imsa_number}. Issued on {issued}. Valid until {until} at the latest."
    ),
}
BUILT_IN = {
    language: {place: catalogue(language).gettext(words) for place, words in WORDING.items()}
    for language in LANGUAGES
}
# The line above the small print that says what to type at the check.
FAMILY_NAME = gettext_noop("Family name for checks:")
TO_CHECK = {language: catalogue(language).gettext(FAMILY_NAME) for language in LANGUAGES}
PLACEHOLDER = re.compile(r"{(\w*)}")


def faults(wording: dict, shows_nations=True) -> list[tuple[str, Sentence]]:
    """(place, what is wrong with it) for one language; an empty list means it can be printed."""
    found = [(place, _fault(place, wording.get(place, ""), shows_nations)) for place in PLACES]
    return [(place, fault) for place, fault in found if fault]


def _fault(place, text, shows_nations) -> Sentence | None:
    _, most, allowed = PLACES[place]
    places, around = PLACEHOLDER.findall(text), PLACEHOLDER.sub("", text)
    needed = [*NEEDED.get(place, ())] + ["nations"] * (place == "body" and shows_nations)
    may = ", ".join(map(_placeholder, allowed)) or Sentence("none")
    if not text.strip():
        return Sentence("Write these words.")
    if len(text) > most:
        return Sentence("This has %(count)s characters; %(most)s fit.", count=len(text), most=most)
    if stray := [name for name in places if name not in allowed]:
        return Sentence(
            "Here %(placeholder)s would not be filled in. Placeholders that may stand here: %(may)s.",
            placeholder=_placeholder(stray[0]),
            may=may,
        )
    if "{" in around or "}" in around:
        return Sentence(
            "A brace here would not be filled in. Placeholders that may stand here: %(may)s.",
            may=may,
        )
    if missing := [name for name in needed if name not in places]:
        return Sentence(
            "%(placeholders)s must stand in it.",
            placeholders=", ".join(map(_placeholder, missing)),
        )
    if place == "body" and not shows_nations and "nations" in places:
        return Sentence("The design does not show nations, so {nations} cannot stand here.")
    return None


def _placeholder(name: str) -> str:
    return f"{{{name}}}"


def filled(wording: dict, values: dict) -> dict:
    """Each place with its placeholders filled in."""
    return {
        place: wording[place].format(**{name: values[name] for name in allowed})
        for place, (_, _, allowed) in PLACES.items()
    }
