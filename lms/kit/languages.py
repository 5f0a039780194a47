"""The languages of this house, and each one's catalogue of words below lms/locale. Pure: it imports no Django.

Whoever writes a view, a form or an action uses Django's gettext, which reads the same catalogues. This module is for pure code and for
an answer that is kept in both languages at once. docs/translating.md says how a sentence is written.
"""

from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

ENGLISH, WELSH = "en", "cy"
LANGUAGES = {ENGLISH: "English", WELSH: "Cymraeg"}
LOCALE = Path(__file__).resolve().parents[1] / "locale"


def gettext_noop(message: str) -> str:
    """The same words, and a sign for `manage.py makemessages` that the catalogues have them."""
    return message


def pgettext_noop(context: str, message: str) -> str:
    """The same for words that mean something of their own in `context`."""
    return message


@cache
def catalogue(language: str) -> NullTranslations:
    """Its `gettext` and `pgettext` give the words in `language`; English stands in the code, and for what is not translated yet."""
    return NullTranslations() if language == ENGLISH else translation("django", LOCALE, [language])
