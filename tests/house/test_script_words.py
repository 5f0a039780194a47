"""What scripts say stands in lms/kit/script_words.py, where gettext has it, and no sentence stands in static/js (docs/translating.md)."""

import re
from pathlib import Path

import pytest
from babel import Locale
from django.utils.translation import override

from lms.kit.languages import LANGUAGES, PLURALS
from lms.kit.script_words import SCRIPTS

ROOT = Path(__file__).resolve().parents[2]
TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`""", re.S
)
IN_A_SENTENCE = re.compile(r"[A-Z][\w’]*[,:.]? +[\w“]")
KEY = re.compile(r"\b(?:sentence|pieces|contents)\((?:[^()\"]+\? )?\"(\w+)\"(?: : \"(\w+)\")?")
MADE_UP = "kind_"  # a key that shelf.js puts together


def sentences(source: str) -> list[str]:
    strings = [token for token in TOKEN.findall(source) if not token.startswith("/")]
    return [words for words in strings if IN_A_SENTENCE.search(re.sub(r"\$\{[^}]*\}", "1", words))]


def scripts() -> list[Path]:
    return sorted((ROOT / "static/js").glob("*.js"))


@pytest.mark.parametrize("path", scripts(), ids=lambda path: path.name)
def test_no_sentence_stands_in_a_script(path):
    assert not sentences(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('tell(form, "Choose one answer.");', 1),
        ("const said = `Kept on ${day(at)}.`;", 1),
        ('el("a", {}, "Sign in")', 1),
        ("// The words that scripts say.", 0),
        ('tell(form, sentence("choose_answer")); // Choose one.', 0),
        ('event.key === "Escape"', 0),
        ('document.querySelector("dialog[data-note] form")', 0),
    ],
)
def test_a_sentence_in_a_script_is_found(source, count):
    assert len(sentences(source)) == count


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_says_what_its_page_gives_it_and_nothing_else(script):
    source = (ROOT / f"static/js/{script}.js").read_text(encoding="utf-8")
    words = SCRIPTS[script]()
    said = {key for keys in KEY.findall(source) for key in keys if key}
    assert said - set(words) == set()
    assert not [k for k in words if f'"{k}"' not in source and not k.startswith(MADE_UP)]


def test_a_kind_of_what_waits_has_its_words():
    source = (ROOT / "static/js/shelf.js").read_text(encoding="utf-8")
    kinds = re.search(r"KINDS = new Set\(\[(.*?)\]\)", source)[1]
    have = {key.removeprefix(MADE_UP) for key in SCRIPTS["shelf"]() if key.startswith(MADE_UP)}
    assert have == {*re.findall(r'"(\w+)"', kinds), "other"}


def test_no_two_scripts_have_the_same_key():
    """A page may load several, and their words stand together."""
    keys = [key for words in SCRIPTS.values() for key in words()]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_page_that_loads_a_script_has_its_words(script):
    """The shelf is loaded by offline.js, where a page has a `data-take` or a `data-shelf`, and verdict.js where it may judge; notes.js asks for words where there is a dialog."""
    signs = {
        "shelf": ("data-take=", "data-shelf "),
        "notes": ("<dialog ",),
        "verdict": (" data-judged",),
    }.get(script, (f"js/{script}.js",))
    pages = [p for room in ROOT.glob("*/templates") for p in room.rglob("*.html")]
    loading = [p for p in pages if any(sign in p.read_text(encoding="utf-8") for sign in signs)]
    if script == "notes":
        loading = [p for p in loading if "data-note" in p.read_text(encoding="utf-8")]
    assert loading
    tag = f'{{% script_words "{script}" %}}'
    assert not [p for p in loading if tag not in p.read_text(encoding="utf-8")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_has_each_form_of_the_language(language):
    plural = Locale(language).plural_form
    assert set(PLURALS[language]) == {plural(number) for number in range(200)}
    assert all(plural(number) == name for name, number in PLURALS[language].items())
    with override(language):
        assert set(SCRIPTS["shelf"]()["more"]) == set(PLURALS[language])
