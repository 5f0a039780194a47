"""The four nations, and the three legal jurisdictions they make."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

NATIONS = {
    "england": gettext_noop("England"),
    "wales": gettext_noop("Wales"),
    "scotland": gettext_noop("Scotland"),
    "northern_ireland": gettext_noop("Northern Ireland"),
}
JURISDICTIONS = {
    "england_wales": gettext_noop("England and Wales"),
    "england": gettext_noop("England"),
    "wales": gettext_noop("Wales"),
    "scotland": gettext_noop("Scotland"),
    "northern_ireland": gettext_noop("Northern Ireland"),
    "unconfirmed": gettext_noop("Extent not confirmed"),
}
ALL = list(NATIONS)
SPELLINGS = {
    **{code: code for code in NATIONS},
    **{label.casefold(): code for code, label in NATIONS.items()},
    "eng": "england",
    "wal": "wales",
    "cymru": "wales",
    "sco": "scotland",
    "alba": "scotland",
    "ni": "northern_ireland",
    "n ireland": "northern_ireland",
    "n. ireland": "northern_ireland",
    "n.ireland": "northern_ireland",
    "n.i.": "northern_ireland",
}


class UnknownNation(ValueError):
    """A word that names none of the four nations."""


def labels(codes) -> list[str]:
    """Nation names in the house's fixed order."""
    return [label for code, label in NATIONS.items() if code in set(codes)]


def sentence(codes) -> str:
    """“England, Wales and Scotland”."""
    words = labels(codes)
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def of_jurisdictions(codes) -> list[str]:
    """The nations in which law of these jurisdictions is law; all of them where nobody has confirmed its extent."""
    if "unconfirmed" in codes:
        return ALL
    found = {"england", "wales"} if "england_wales" in codes else set()
    return [code for code in NATIONS if code in found | set(codes)]


def read(text: str) -> list[str]:
    """Codes for “Scotland; Northern Ireland” (semicolon, comma, slash, plus, “&” or “and”, as the site prints them). Raises UnknownNation."""
    import re

    found = set()
    for word in re.split(r"[;,/+&]|\band\b|\ba\b", text or "", flags=re.IGNORECASE):
        word = " ".join(word.split())
        if not word:
            continue
        try:
            found.add(SPELLINGS[word.casefold()])
        except KeyError:
            raise UnknownNation(word) from None
    return [code for code in NATIONS if code in found]


def validate_nations(value):
    from django.core.exceptions import ValidationError

    if not isinstance(value, list) or not value or [c for c in value if c not in NATIONS]:
        raise ValidationError(_("Choose at least one of the four nations."))
