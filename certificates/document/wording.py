"""What a certificate says: the places of its wording, what each may hold, and the words it comes with. Free of Django.

The Welsh is ours and waits for a Welsh speaker of the Hub to confirm it (docs/standings.md).
"""

import re

from ..accreditation.sentences import ENGLISH, WELSH

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
BUILT_IN = {
    ENGLISH: {
        "issuer": "IMSA Model Hub",
        "title": "Independent Modern Slavery Advocate",
        "lead": "This certifies that",
        "body": (
            "holds the {award}, conferred by the University on {conferred}, and is accredited as an Independent Modern Slavery Advocate in "
            "{nations}, while in a post at an approved Employing Organisation."
        ),
        "statement": (
            "IMSA is not a statutory registration. This page says what was true on the day of issue. Whether its holder may act as an IMSA "
            "today is answered only at {site}/check/, by this number and the family name."
        ),
        "valid": "Certificate {number}, IMSA number {imsa_number}. Issued on {issued}. Valid until {until} at the latest.",
    },
    WELSH: {
        "issuer": "Hyb Model IMSA",
        "title": "Eiriolwr Annibynnol ar Gaethwasiaeth Fodern",
        "lead": "Mae hyn yn tystio bod",
        "body": (
            "yn dal y {award}, a ddyfarnwyd gan y Brifysgol ar {conferred}, ac wedi’i achredu yn Eiriolwr Annibynnol ar Gaethwasiaeth Fodern "
            "ar gyfer {nations}, tra bydd mewn swydd mewn Sefydliad Cyflogi cymeradwy."
        ),
        "statement": (
            "Nid yw IMSA yn gofrestriad statudol. Mae’r dudalen hon yn dweud beth oedd yn wir ar y diwrnod cyhoeddi. Dim ond yn {site}/check/, "
            "drwy’r rhif hwn a’r cyfenw, y ceir gwybod a gaiff ei ddeiliad weithredu fel IMSA heddiw."
        ),
        "valid": "Tystysgrif {number}, rhif IMSA {imsa_number}. Cyhoeddwyd ar {issued}. Dilys tan {until} fan bellaf.",
    },
}
# The line above the small print that says what to type at the check.
TO_CHECK = {ENGLISH: "Family name for checks:", WELSH: "Cyfenw ar gyfer gwirio:"}
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
