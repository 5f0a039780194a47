"""The languages of this house, and each one's catalogue of words below lms/locale. Pure: it imports no Django.

Whoever writes a view, a form or an action uses Django's gettext, which reads the same catalogues. This module is for pure code and for
an answer that is kept in both languages at once. docs/translating.md says how a sentence is written.
"""

from datetime import date
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

ENGLISH, WELSH = "en", "cy"
LANGUAGES = {ENGLISH: "English", WELSH: "Cymraeg"}
LOCALE = Path(__file__).resolve().parents[1] / "locale"
PLURALS = {
    ENGLISH: {"one": 1, "other": 2},
    WELSH: {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 6, "other": 4},
}
"""The names that CLDR, and so a browser, gives to the forms of a number, each with a number that takes it."""


def gettext_noop(message: str) -> str:
    """The same words, and a sign for `manage.py makemessages` that the catalogues have them."""
    return message


def pgettext_noop(context: str, message: str) -> str:
    """The same for words that mean something of their own in `context`."""
    return message


def in_english(words: str) -> str:
    """The same words, and a sign that they stay as they are: kept in the record, signed, or as another program writes them."""
    return words


@cache
def catalogue(language: str) -> NullTranslations:
    """Its `gettext` and `pgettext` give the words in `language`; English stands in the code, and for what is not translated yet."""
    return NullTranslations() if language == ENGLISH else translation("django", LOCALE, [language])


class Sentence(str):
    """English words, and the message and values they were made of: what pure code answers, so that the layer above can say it in another
    language. `Sentence("The post ended on %(day)s.", day=day)`."""

    message: str | tuple[str, str]
    values: dict

    def __new__(cls, message, /, **values):
        made = super().__new__(cls, _filled(message, values, ENGLISH))
        made.message, made.values = message, values
        return made

    @classmethod
    def counting(cls, one, several, /, *, count, **values):
        """`Sentence.counting("%(count)s unit is missing.", "%(count)s units are missing.", count=3)`; a language has as many forms as it needs."""
        return cls((one, several), count=count, **values)

    def __getnewargs_ex__(self):
        return (self.message,), self.values

    def in_language(self, language: str) -> str:
        return _filled(self.message, self.values, language)


def _filled(message, values, language) -> str:
    words = _in(language, message, values)
    if language != ENGLISH and words == _in(ENGLISH, message, values):
        language = ENGLISH  # not translated yet: no Welsh day in an English sentence
    return words % {name: in_words(v, language) for name, v in values.items()} if values else words


def _in(language, message, values) -> str:
    if isinstance(message, tuple):
        one, several = message
        return catalogue(language).ngettext(one, several, values["count"])
    return catalogue(language).gettext(message)


def in_words(value, language=ENGLISH) -> str:
    """“Friday 14 November 2026”; “England and Scotland”."""
    if isinstance(value, date):
        day, month = day_names(language)[value.weekday()], month_names(language)[value.month - 1]
        return f"{day} {value.day} {month} {value.year}"
    if isinstance(value, tuple | list | set | frozenset):
        names = nation_names(language)
        codes = [code for code in names if code in value]
        first = ", ".join(names[code] for code in codes[:-1] or codes)
        return f"{first} {_last_nations(language)[codes[-1]]}" if len(codes) > 1 else first
    if isinstance(value, Sentence):
        return value.in_language(language)
    return str(value)


@cache
def day_names(language) -> tuple[str, ...]:
    """From Monday."""
    words = catalogue(language)
    return (
        words.pgettext("in a date", "Monday"),
        words.pgettext("in a date", "Tuesday"),
        words.pgettext("in a date", "Wednesday"),
        words.pgettext("in a date", "Thursday"),
        words.pgettext("in a date", "Friday"),
        words.pgettext("in a date", "Saturday"),
        words.pgettext("in a date", "Sunday"),
    )


@cache
def month_names(language) -> tuple[str, ...]:
    words = catalogue(language)
    return (
        words.pgettext("in a date", "January"),
        words.pgettext("in a date", "February"),
        words.pgettext("in a date", "March"),
        words.pgettext("in a date", "April"),
        words.pgettext("in a date", "May"),
        words.pgettext("in a date", "June"),
        words.pgettext("in a date", "July"),
        words.pgettext("in a date", "August"),
        words.pgettext("in a date", "September"),
        words.pgettext("in a date", "October"),
        words.pgettext("in a date", "November"),
        words.pgettext("in a date", "December"),
    )


@cache
def nation_names(language) -> dict[str, str]:
    """Code to name, in the fixed order."""
    words = catalogue(language)
    return {
        "england": words.gettext("England"),
        "wales": words.gettext("Wales"),
        "scotland": words.gettext("Scotland"),
        "northern_ireland": words.gettext("Northern Ireland"),
    }


@cache
def _last_nations(language) -> dict[str, str]:
    """The last of several, with its “and”; Welsh changes the word that follows. England is never the last."""
    words = catalogue(language)
    return {
        "wales": words.pgettext("last of several nations", "and Wales"),
        "scotland": words.pgettext("last of several nations", "and Scotland"),
        "northern_ireland": words.pgettext("last of several nations", "and Northern Ireland"),
    }
