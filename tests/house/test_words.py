"""Words on the page: what an office in the UK would not say does not come back."""

import io
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("lms", "courses", "cohorts", "assessments", "certificates")
NOT_SAID = (
    "waits for you",
    "Go on where you stopped",
    "Is this certificate true",
    "You have a place here",
    "once more",
    "Who is answered",
    "Nobody is answered",
    "entry answers$",
    "Write it down",
    "Take the request back",
    "It counts from",
    "Be told of changes",
    "Rehearse a",
    "drawn by lot",
    "stand otherwise",
    "Talks with",
    "without markers",
    "Seal your marks",
    "Seal these",
    "came about",
    "began no watch",
    "Not ready, and why",
    "gone for good",
    r"Your (?:work|quiz) is in\b",
    "as it was given to you",
    "[Gg]ive out",
    r"\b(?:some|any|every|no)body\b",
)
PHRASE = re.compile("|".join(NOT_SAID), re.I)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|=\"[^\"\s]*\"", re.S)
COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}", re.S)
IN_TAG = re.compile(r"\{%[^%]*?%\}", re.S)


def templates():
    return sorted(p for room in ROOMS for p in (ROOT / room).rglob("templates/**/*") if p.is_file())


def sources():
    """Where sentences for people stand in code: not in the docstrings, and not in a model's notes for us."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).parts
            if not {"migrations", "models", "management", "demonstration"} & set(parts) and (
                path.stem not in ("models", "models_of_access", "demonstration")
            ):
                yield path


def sentences(path):
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        if (
            token.type == tokenize.STRING
            and '"""' not in token.string[:5]
            and " " in token.string.strip()
        ):
            yield token.start[0], token.string


def test_no_page_or_mail_says_it():
    found = []
    for path in templates():
        text = COMMENT.sub("", path.read_text(encoding="utf-8"))
        said = [TAG.sub(" ", text), *re.findall(r'"([^"]*)"', " ".join(IN_TAG.findall(text)))]
        found += [
            f"{path.relative_to(ROOT)}: {hit}" for words in said for hit in PHRASE.findall(words)
        ]
    assert not found


def test_no_sentence_in_code_says_it():
    found = [
        f"{path.relative_to(ROOT)}:{line}: {hit}"
        for path in sources()
        for line, text in sentences(path)
        for hit in PHRASE.findall(text)
    ]
    assert not found


@pytest.mark.parametrize(
    "said", ["Look at it once more.", "Nobody is answered", "Give out scripts"]
)
def test_the_search_finds_what_it_is_for(said):
    assert PHRASE.search(said)


DOOR = re.compile(r"\bdoors?\b|\boutsiders?\b|\b(?:some|any|no)(?:body|one) outside\b", re.I)
"""An entrance of the product is an address, a page or a sign-in; whoever is not of the house is somebody else."""


def notes(path):
    """Comments and docstrings."""
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        if token.type == tokenize.COMMENT or '"""' in token.string[:5]:
            yield token.start[0], token.string


def test_no_document_or_note_of_ours_has_a_door():
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
    documents += [p for p in (ROOT / "docs").rglob("*.md") if "curriculum" not in p.parts]
    found = [p.name for p in documents if DOOR.search(p.read_text(encoding="utf-8"))]
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if not {"migrations", "demonstration"} & set(path.relative_to(ROOT).parts):
                if path.name not in (
                    "words.py",
                    "place_words.py",
                ):  # of the privacy guard: lists of words
                    found += [
                        f"{path.name}:{line}" for line, text in notes(path) if DOOR.search(text)
                    ]
    assert not found
