"""Sentences in two languages, and how the catalogue is collected."""

import pickle
from datetime import date

import pytest
from babel.messages import Catalog
from babel.messages.mofile import read_mo

from certificates.accreditation.sentences import Phrase
from lms.kit import catalogues
from lms.kit.languages import ENGLISH, WELSH, Sentence, in_words

DAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("value", "english", "welsh"),
    [
        (DAY, "Thursday 1 January 2026", "dydd Iau 1 Ionawr 2026"),
        (("wales",), "Wales", "Cymru"),
        (("scotland", "england"), "England and Scotland", "Lloegr a’r Alban"),
        (("england", "wales"), "England and Wales", "Lloegr a Chymru"),
        ((), "", ""),
        (6, "6", "6"),
    ],
)
def test_days_and_nations_in_words(value, english, welsh):
    assert in_words(value) == in_words(value, ENGLISH) == english
    assert in_words(value, WELSH) == welsh


def test_a_sentence_keeps_what_it_was_made_of():
    made = Sentence("The conditions apply from %(day)s.", day=DAY)
    assert made == "The conditions apply from Thursday 1 January 2026."
    assert made.in_language(WELSH) == "Mae’r amodau’n berthnasol o dydd Iau 1 Ionawr 2026."
    for one in (made, Phrase("conditions_from", day=DAY)):
        again = pickle.loads(pickle.dumps(one))
        assert again == made and type(again) is type(one) and again.values == {"day": DAY}


def test_words_without_a_translation_are_english_and_a_percent_sign_is_one():
    assert Sentence("A mark of 50% passes.").in_language(WELSH) == "A mark of 50% passes."


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 units are left."), (1, "1 unit is left."), (2, "2 units are left.")]
)
def test_a_sentence_with_a_number(count, words):
    made = Sentence.counting("%(count)s unit is left.", "%(count)s units are left.", count=count)
    assert made == made.in_language(WELSH) == words
    assert pickle.loads(pickle.dumps(made)).in_language(ENGLISH) == words


def test_a_sentence_that_is_not_translated_has_no_welsh_day():
    made = Sentence("No translator has seen this, on %(day)s.", day=DAY)
    assert made.in_language(WELSH) == "No translator has seen this, on Thursday 1 January 2026."


def test_what_is_not_translated_is_not_compiled(tmp_path, monkeypatch):
    """Babel would compile the English of a plural, and say “0 unit” by the numbers of another language."""
    monkeypatch.setattr(catalogues, "LOCALE", tmp_path)
    catalogues.place("cy").parent.mkdir(parents=True)
    catalog = Catalog(locale="cy")
    catalog.add(("%(n)d unit", "%(n)d units"))
    catalog.add("Wales", "Cymru")
    catalogues.write("cy", catalog)
    catalogues.compile_catalogue("cy")
    compiled = read_mo(catalogues.place("cy", "mo").open("rb"))
    assert [m.id for m in compiled if m.id] == ["Wales"]


def collected(tmp_path, monkeypatch, name, text):
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return [(m.id, m.context) for m in catalogues.collected([path]) if m.id]


def test_code_is_collected(tmp_path, monkeypatch):
    text = """
raise Refused(gettext("Choose a day."))
label = pgettext_lazy("in a date", "May")
ngettext("%(n)d day", "%(n)d days", n)
return Sentence("It ended on %(day)s.", day=day), words.pgettext("a", "b")
Refused("Not through yet.")
"""
    assert collected(tmp_path, monkeypatch, "code.py", text) == [
        ("Choose a day.", None),
        ("May", "in a date"),
        (("%(n)d day", "%(n)d days"), None),
        ("It ended on %(day)s.", None),
        ("b", "a"),
    ]


def test_templates_are_collected(tmp_path, monkeypatch):
    text = """{% load i18n %}<p>{% if x %}{% translate "One" %}{% endif %} don't ( [ "</p>
  {% include "a.html" with title=_("Two") %}{% translate "Open" context "a state" %}
    {% blocktranslate trimmed count n=n %}
      {{ n }} day
    {% plural %}
      {{ n }} days
    {% endblocktranslate %}
"""
    assert collected(tmp_path, monkeypatch, "templates/page.html", text) == [
        ("One", None),
        ("Two", None),
        ("Open", "a state"),
        (("%(n)s day", "%(n)s days"), None),
    ]


def test_what_was_translated_is_kept_and_what_is_gone_is_obsolete():
    kept, fresh = Catalog(locale="cy"), Catalog()
    kept.add("Monday", "dydd Llun", context="in a date")
    kept.add("Gone", "Wedi mynd")
    kept.add("Gone and never translated")
    fresh.add("Monday", context="in a date")
    fresh.add("Monday")
    made = catalogues.with_translations(fresh, kept)
    assert made.get("Monday", "in a date").string == "dydd Llun"
    assert not made.get("Monday").string
    assert [m.id for m in made.obsolete.values()] == ["Gone"]
    fresh.add("Gone")
    assert catalogues.with_translations(fresh, made).get("Gone").string == "Wedi mynd"
