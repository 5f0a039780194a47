"""The curriculum's own test: is it whole, sourced, checked and without a broken reference? Read from its files."""

import re
from datetime import date
from itertools import pairwise

import pytest

from courses.demonstration import HERE, files, read, read_law
from courses.knowledge_checks import feedback
from courses.states import SUBJECT_AREAS
from lms.kit import nations
from lms.kit.clean import plain
from lms.people.demonstration import PEOPLE
from lms.people.models import Role

MODULES = {m["code"]: read(f"{m['code']}.toml")["unit"] for m in read("programme.toml")["module"]}
UNITS = {u["code"]: u for units in MODULES.values() for u in units}
PROVISIONS = {p["key"]: p for p in read_law()["provision"]}
TERMS = {t["key"]: t for t in read("glossary.toml")["term"]}
CONTACTS = {c["key"]: c for c in read("contacts.toml")["contact"]}
TEXTS = [(u, v) for u in UNITS.values() for v in u["variant"]]


def name(text):
    unit, variant = text
    return (
        f"{unit['code']} {'+'.join(variant['nations']) if len(variant['nations']) < 4 else 'all'}"
    )


def blocks_of(unit, variant):
    """What a reader of this variant meets: the core with its gaps filled."""
    return [*unit.get("core", {}).get("block", []), *variant["block"]]


def of_kind(kind, unit, variant):
    return [b for b in blocks_of(unit, variant) if b["kind"] == kind]


def words_of(value) -> str:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return " ".join(
            words_of(v)
            for k, v in value.items()
            if k not in ("kind", "style", "key", "source", "goes")
        )
    return " ".join(words_of(v) for v in value) if isinstance(value, list) else ""


BLOCKS = [b for u in UNITS.values() for b in u.get("core", {}).get("block", [])] + [
    b for _, v in TEXTS for b in v["block"]
]
each_text = pytest.mark.parametrize("text", TEXTS, ids=name)


def sections_of(law) -> set[tuple]:
    """The Act with each section, regulation or schedule that an entry holds; an instrument held whole is one. A Part, a
    note, guidance and what has no number are none."""
    act, said = law["act"], law["section"]
    if found := re.fullmatch(r"ss\.(\d+) (?:to|and) (\d+)", said):
        return {(act, f"s.{n}") for n in range(int(found[1]), int(found[2]) + 1)}
    is_one = re.fullmatch(r"(s|reg)\.\d+[A-Z]?|Schedule \d+", said)
    is_instrument = said == "whole instrument" and re.search(r"Instrument|Regulations", act)
    return {(act, said)} if is_one or is_instrument else set()


def test_it_is_a_certificate_of_60_credits_a_tutor_would_recognise():
    assert sum(m["credits"] for m in read("programme.toml")["module"]) == 60 and len(MODULES) == 3
    areas = [area for m in read("programme.toml")["module"] for area in m["subject_areas"]]
    assert set(areas) == set(SUBJECT_AREAS)
    assert "demonstration" in read("programme.toml")["programme"]["notice"]
    assert len(UNITS) >= 24 and len(PROVISIONS) >= 60 and len(TERMS) >= 50
    questions = [b["key"] for b in BLOCKS if b["kind"] == "check"]
    assert len(questions) == len(set(questions)) >= 150
    assert sum(len(words_of(b).split()) for b in BLOCKS if b["kind"] != "check") > 25_000


@each_text
def test_every_unit_is_whole(text):
    unit, variant = text
    assert 2 <= len(variant["outcomes"]) <= 5 and all(
        o[0].isupper() and o.endswith(".") for o in variant["outcomes"]
    )
    assert variant["review_by"] > date(2026, 11, 21)
    assert len(of_kind("check", *text)) >= 5
    last = blocks_of(*text)[-1] if "core" not in unit else of_kind("reading", *text)[-1]
    assert (
        last["kind"] == "reading"
        and last["items"]
        and all(i["source"].startswith("https://") for i in last["items"])
    )
    hard = of_kind("case_study", *text)
    assert variant["content_note"] or unit["code"] in {"701-1", "701-4"} or not hard
    assert all(case["content_note"] for case in hard)


@each_text
def test_nothing_it_refers_to_is_missing(text):
    unit, variant = text
    for law in of_kind("provision", *text):
        assert law["provision"] in PROVISIONS
    for block in of_kind("glossary", *text):
        assert set(block["terms"]) <= set(TERMS)
    for block in of_kind("contacts", *text):
        assert set(block["keys"]) <= set(CONTACTS)
    for line in unit.get("after", []):
        assert line["unit"] in UNITS and line["why"].endswith(".")
    gaps = {b["name"] for b in unit.get("core", {}).get("block", []) if b["kind"] == "gap"}
    assert {b["gap"] for b in variant["block"] if b["kind"] == "fill"} == gaps


@each_text
def test_every_question_can_be_asked_and_answered(text):
    for block in of_kind("check", *text):
        assert feedback.faults(block) == [], block["key"]


@each_text
def test_its_headings_are_in_order(text):
    html = " ".join(b.get("html", "") for b in blocks_of(*text))
    levels = [int(n) for n in re.findall(r"<h([1-6])", html)]
    assert levels[:1] in ([2], []) and all(
        after <= before + 1 for before, after in pairwise(levels)
    )


@each_text
def test_law_of_one_nation_is_not_taught_to_another(text):
    """A provision cited in a nation's own variant is law there."""
    _, variant = text
    if len(variant["nations"]) < 4:
        for law in of_kind("provision", {}, variant):
            found = nations.of_jurisdictions(PROVISIONS[law["provision"]]["jurisdictions"])
            assert set(found) & set(variant["nations"]), law["provision"]


def test_every_nation_meets_every_unit():
    for code, unit in UNITS.items():
        assert sorted(n for v in unit["variant"] for n in v["nations"]) == sorted(nations.ALL), code


def test_no_unit_waits_for_itself():
    def before(code, seen=()):
        assert code not in seen, f"{code} waits for itself"
        for line in UNITS[code].get("after", []):
            before(line["unit"], (*seen, code))

    for code in UNITS:
        before(code)


@pytest.mark.parametrize("row", ["support floor", "protection", "notify", "children", "guidance"])
def test_every_row_of_the_one_look_table_is_checked_twice(row):
    text = demonstration_file("IMSA701.toml").splitlines()
    marked = [n for n, line in enumerate(text) if line.strip() == f"# one-look: {row}"]
    assert len(marked) >= 2
    for n in marked:
        assert any('kind = "check"' in line for line in text[n : n + 4])
    table = next(
        b for u, v in TEXTS if u["code"] == "701-4" for b in v["block"] if b["kind"] == "comparison"
    )
    assert len(table["rows"]) >= 5 and len(table["columns"]) == 3


def demonstration_file(filename):
    return (HERE / filename).read_text()


def test_the_ledger_says_where_it_was_read_and_when_it_is_read_again():
    for key, law in PROVISIONS.items():
        assert law["source"].startswith("https://") and law["as_at"] < law["review_by"], key
        assert law["jurisdictions"] and law["summary"].strip() and law["commencement"], key


def test_the_ledger_holds_sixty_sections_each_once_and_each_is_taught():
    held = [pair for law in PROVISIONS.values() for pair in sections_of(law)]
    assert len(held) == len(set(held)) >= 60
    taught = {b["provision"] for b in BLOCKS if b["kind"] == "provision"}
    giving = {right["key"]: key for key, law in PROVISIONS.items() for right in law["rights"]}
    taught |= {giving[key] for b in BLOCKS if b["kind"] == "rights" for key in b["keys"]}
    assert taught <= set(PROVISIONS)
    assert not set(PROVISIONS) - taught, "no one learns them"


def test_no_law_is_taught_as_law_of_a_place_where_it_is_not():
    """What is law of the whole kingdom is printed as such; what is not an Act (guidance, a treaty) has no extent."""
    for key, law in PROVISIONS.items():
        if {"england_wales", "scotland", "northern_ireland"} <= set(law["jurisdictions"]):
            assert law.get("extent", "") in ("U.K.", "E+W+S+N.I.", ""), key
        if law.get("extent") in ("S", "N.I.", "E+W"):
            assert not {
                "S": {"england_wales", "northern_ireland"},
                "N.I.": {"england_wales", "scotland"},
                "E+W": {"scotland", "northern_ireland"},
            }[law["extent"]] & set(law["jurisdictions"]), key


def test_every_commencement_that_was_not_read_says_so():
    for key, law in PROVISIONS.items():
        if law["commencement"] == "in_force":
            assert re.search(r"\b(19|20)\d\d\b", law["summary"]), f"{key} does not say since when"


@pytest.mark.parametrize("key", ["complainer", "procurator-fiscal", "copfs", "sheriff", "asp"])
def test_a_word_of_scotland_is_explained_and_not_hedged(key):
    assert "Scot" in TERMS[key]["meaning"] and "confirmed" not in TERMS[key]["meaning"]


@pytest.mark.parametrize(
    "assumed",
    [
        r"travel is not the defining",
        r"(stop|prevent)s? an arrest",
        r"\bDBS\b",
        r"AccessNI",
        r"organisation in the United Kingdom (needs|must)",
        r"law for England and Wales\. When anyone",
    ],
)
def test_what_the_sources_leave_open_is_not_taught_as_fact(assumed):
    """Statements that were only assumed when the law was compiled, or reach further than what was read."""
    for filename in HERE.rglob("*.toml"):
        found = re.search(assumed, filename.read_text(), re.I)
        assert not found, f"{filename.name}: {found[0]}"


def test_most_law_is_looked_after_and_by_people_who_may():
    keepers = read_law()["keepers"]
    roles = {p.key: p.role for p in PEOPLE}
    acts = {law["act"] for law in PROVISIONS.values()}
    kept = [act for acts_of_one in keepers.values() for act in acts_of_one]
    assert (
        {roles[key] for key in keepers} <= {Role.TUTOR, Role.AUTHOR}
        and len(kept) == len(set(kept))
        and set(kept) <= acts
    )
    unowned = [key for key, law in PROVISIONS.items() if law["act"] not in kept]
    assert 0 < len(unowned) <= 6


def test_pictures_and_recordings_are_also_said_in_words():
    assert any(b["kind"] == "picture" for b in BLOCKS) and any(
        b["kind"] == "document" for b in BLOCKS
    )
    for block in BLOCKS:
        if block["kind"] == "picture":
            assert 60 < len(block["alt"]) <= 400 and block["caption"]
        if block["kind"] in ("audio", "video"):
            assert len(plain(block["transcript"]).split()) > 5 and (
                block["kind"] == "audio" or block["captions"]
            )
        if block["kind"] == "document":
            assert len(block["about"].split()) > 10


def test_every_word_in_the_picture_is_in_its_alternative():
    alt = bare_words(next(b for b in BLOCKS if b["kind"] == "picture")["alt"])
    for heading, what, asks in files.BOXES:
        for line in (heading, what, " ".join(asks)):
            assert bare_words(line) in alt, line


def bare_words(text) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def test_what_asks_to_be_finished_has_a_day_for_each_unit():
    for module in read("programme.toml")["module"]:
        assert len(module["finish_in_weeks"]) == len(MODULES[module["code"]])
        assert module["finish_in_weeks"] == sorted(module["finish_in_weeks"])


def test_no_contact_has_a_number_without_a_source():
    for key, contact in CONTACTS.items():
        assert contact["checked_on"] and contact["nations"], key
        assert contact["source"].startswith("https://") or not contact["phone"], key


def test_no_two_words_of_the_glossary_share_a_spelling():
    forms = [f.casefold() for t in TERMS.values() for f in (t["term"], *t.get("also", []))]
    assert len(forms) == len(set(forms))
