"""Words for scripts: a key, and its sentence or the forms of a number, which the script chooses among."""

from collections.abc import Callable

from django.utils.translation import get_language

from .languages import PLURALS

Words = dict[str, str | dict[str, str]]
"""A key, and its sentence or the forms of a number: “one”, “other”, and whatever else the language has."""


def forms(sentence: Callable[[int], str]) -> dict[str, str]:
    """Each form that the language has, under the name that `Intl.PluralRules` gives it: the script has the number, and not the server."""
    plurals = PLURALS[(get_language() or "en").partition("-")[0]]
    return {name: sentence(number) for name, number in plurals.items()}
