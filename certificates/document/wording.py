"""What a certificate says: the places of its wording, what each may hold, and the words it comes with. Free of Django.

The words stand here in English; other languages in lms/locale.
"""

import re

from lms.kit.languages import LANGUAGES, catalogue, gettext_noop

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
TO_CHECK = {
    language: catalogue(language).gettext("Family name for checks:") for language in LANGUAGES
}
PLACEHOLDER = re.compile(r"{(\w*)}")


def faults(wording: dict, shows_nations=True) -> list[tuple[str, str]]:
    """(place, what is wrong with it) for one language; an empty list means it can be printed."""
    found = []
    for place, (_, most, allowed) in PLACES.items():
        text = wording.get(place, "")
        held = PLACEHOLDER.findall(text)
        needed = [
            *NEEDED.get(place, ()),
            *(["nations"] if place == "body" and shows_nations else []),
        ]
        if not text.strip():
            found.append((place, "Write these words."))
        elif len(text) > most:
            found.append((place, f"This has {len(text)} characters; {most} fit."))
        elif (
            stray := [name for name in held if name not in allowed]
            or "{" in PLACEHOLDER.sub("", text)
            or "}" in PLACEHOLDER.sub("", text)
        ):
            named = f" {{{stray[0]}}}" if isinstance(stray, list) else ""
            may = ", ".join(f"{{{name}}}" for name in allowed) or "none"
            found.append(
                (
                    place,
                    f"Here{named} would not be filled in. Placeholders that may stand here: {may}.",
                )
            )
        elif missing := [name for name in needed if name not in held]:
            found.append(
                (place, f"{', '.join(f'{{{name}}}' for name in missing)} must stand in it.")
            )
        elif place == "body" and not shows_nations and "nations" in held:
            found.append(
                (place, "The design does not show nations, so {nations} cannot stand here.")
            )
    return found


def filled(wording: dict, values: dict) -> dict:
    """Each place with its placeholders filled in."""
    return {
        place: wording[place].format(**{name: values[name] for name in allowed})
        for place, (_, _, allowed) in PLACES.items()
    }
