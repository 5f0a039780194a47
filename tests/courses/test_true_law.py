"""What survivors depend on: every right with its time limit and start, every entry of the ledger with its ground, and a handbook that adds up."""

import re
from datetime import date

import pytest

from courses import rights
from courses.authoring.minutes import is_near, minutes_of
from courses.demonstration import HERE, read, read_law
from courses.queries.handbook import HOURS_OF_A_CREDIT
from courses.states import Basis, Commencement
from lms.kit import nations

OUTLINE = read("programme.toml")["module"]
UNITS = {u["code"]: u for m in OUTLINE for u in read(f"{m['code']}.toml")["unit"]}
LAW = {p["key"]: p for p in read_law()["provision"]}
RIGHTS = {right["key"]: (law, right) for law in LAW.values() for right in law["rights"]}
WORKS = {work["key"]: work for work in read("works.toml")["work"]}
HANDBOOKS = {book["code"]: book for book in read("handbook.toml")["module"]}
# Words that say somebody has not looked, or has looked in vain.
HEDGE = re.compile(
    r"\b(was|were|is|are|has been|have been)( still)? not (been )?(read|found|confirmed|recorded)\b|\bnot (found|confirmed|recorded)\b|\bunconfirmed\b"
    r"|\bnobody (here )?(has )?(read|confirmed)\b|\bno source (read|says)\b|\bcould not be (read|found|confirmed)\b|\b(none|no \w+) (was|were) found\b",
    re.I,
)
DAY = re.compile(r"\b\d{1,2} [A-Z][a-z]+ 20\d\d\b")


def blocks_of(unit, variant):
    return [*unit.get("core", {}).get("block", []), *variant["block"]]


def texts_of(value):
    """Every piece of text in a structure that a reader meets."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("key", "source", "provision", "works", "keys"):
                yield from texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)


def sentences():
    files = [
        path
        for path in sorted(HERE.rglob("*.toml"))
        if path.name not in ("works.toml", "handbook.toml")
    ]
    for path in files:
        for text in texts_of(read(str(path.relative_to(HERE)))):
            yield from ((path.name, s) for s in re.split(r"(?<=[.?!])\s+|</(?:p|li|h\d)>", text))


@pytest.mark.parametrize("law", LAW.values(), ids=LAW)
def test_every_entry_says_where_it_is_law_since_when_and_what_it_rests_on(law):
    assert law["jurisdictions"] and set(law["jurisdictions"]) <= set(nations.JURISDICTIONS) - {
        "unconfirmed"
    }
    assert law["commencement"] in set(Commencement.values) - {Commencement.UNCONFIRMED}
    assert (
        law["basis"] in Basis.values
        and law["source"].startswith("https://")
        and len(law.get("extent", "")) <= 20
    )
    if law["basis"] == Basis.READ:
        assert law["read_on"] <= law["as_at"] <= date(2026, 11, 29)
    else:
        assert "read_on" not in law, "no one read its text whole"
    assert not HEDGE.search(law["summary"]) or DAY.search(law["summary"]), (
        "it says that its own source was not read"
    )
    assert law["as_at"] < law["review_by"]


def test_what_nobody_looked_for_is_not_taught_as_not_found():
    found = [(name, s) for name, s in sentences() if HEDGE.search(s)]
    assert len(found) <= 40, "\n".join(f"{name}: {s.strip()[:160]}" for name, s in found)
    vague = [f"{name}: {s.strip()[:200]}" for name, s in found if not DAY.search(s)]
    assert not vague, "\n".join(vague)


@pytest.mark.parametrize("key", RIGHTS)
def test_every_right_has_its_holder_its_time_and_where_that_starts(key):
    law, right = RIGHTS[key]
    assert rights.faults_of(right) == []
    assert set(right["nations"]) <= set(nations.of_jurisdictions(law["jurisdictions"])), (
        "a right of one nation is given to another"
    )


@pytest.mark.parametrize("nation", nations.ALL)
def test_every_right_of_a_nation_is_taught_in_it(nation):
    taught = {
        key
        for unit in UNITS.values()
        for variant in unit["variant"]
        if nation in variant["nations"]
        for block in blocks_of(unit, variant)
        if block["kind"] == "rights"
        for key in block["keys"]
    }
    assert taught <= set(RIGHTS)
    there = {key for key, (_, right) in RIGHTS.items() if nation in right["nations"]}
    assert there <= taught, f"{nation}: no one teaches {sorted(there - taught)}"


@pytest.mark.parametrize(
    "key, nation, time, start",
    [
        ("reconsideration-nrm", "england", "30", "decision"),
        ("reconsideration-nrm", "scotland", "30", "decision"),
        ("support-scotland", "scotland", "90", "reasonable grounds"),
        ("support-ni", "northern_ireland", "45", "reasonable grounds"),
        ("cics-gb", "wales", "2 years|two years", "(injury|incident)"),
        ("judicial-review-ew", "england", "3 months|three months", ""),
        ("judicial-review-scotland", "scotland", "3 months|three months", ""),
        ("judicial-review-ni", "northern_ireland", "3 months|three months", ""),
        ("reconsideration-vts", "england", "30|28", ""),
    ],
)
def test_the_times_that_cost_a_right_when_they_are_wrong(key, nation, time, start):
    _, right = RIGHTS[key]
    assert nation in right["nations"]
    assert re.search(time, right["deadline"], re.I) and re.search(start, right["runs_from"], re.I)


@pytest.mark.parametrize("code", UNITS)
def test_a_unit_takes_as_long_as_it_says_and_asks_what_its_page_does_not_answer(code):
    unit = UNITS[code]
    assert any(code in work["units"] for work in WORKS.values()), "nothing is read beside it"
    for variant in unit["variant"]:
        blocks = blocks_of(unit, variant)
        taken = minutes_of(
            [
                {
                    "type": f"{b['style']}_check" if b["kind"] == "check" else b["kind"],
                    "value": dict(b),
                }
                for b in blocks
            ]
        )
        assert is_near(unit["minutes"], taken), f"{unit['minutes']} minutes; it takes {taken}"
        asked = [b for b in blocks if b["kind"] == "critical_question"]
        assert asked and all(len(b["text"].split()) > 20 for b in asked)


@pytest.mark.parametrize("module", OUTLINE, ids=lambda m: m["code"])
class TestTheHandbook:
    def test_its_reading_list_is_scholarship_and_was_seen_to_exist(self, module):
        works = [work for work in WORKS.values() if module["code"] in work["modules"]]
        kinds = [work["kind"] for work in works]
        assert (
            len(works) >= 12
            and kinds.count("article") + kinds.count("book") >= 5
            and set(kinds) & {"guidance", "inspection", "judgment"}
        )
        for work in works:
            assert work["verified_on"] <= date(2026, 11, 28) and work["verified_at"].startswith(
                ("https://", "http://")
            ), work["key"]
            assert (
                work["address"].startswith("https://")
                and work["argues"].endswith((".", "”"))
                and work["disputed"].endswith((".", "”"))
            ), work["key"]
            assert (
                work["authors"]
                and 1950 <= work["year"] <= 2026
                and set(work["units"]) <= set(UNITS)
            ), work["key"]

    def test_its_hours_add_up_to_ten_for_each_credit(self, module):
        book = HANDBOOKS[module["code"]]
        units = sum(u["minutes"] for u in read(f"{module['code']}.toml")["unit"])
        study = sum(round(task["hours"] * 60) for task in book["study"])
        total = (
            (book["taught_hours"] + book["assessment_hours"]) * 60
            + units
            + study
            + book["formative"]["minutes"]
        )
        assert total == module["credits"] * HOURS_OF_A_CREDIT * 60, f"{total / 60} hours"
        for task in book["study"]:
            assert set(task.get("works", [])) <= set(WORKS) and len(task["text"].split()) > 20

    def test_its_practice_task_has_an_answer_and_what_a_marker_says(self, module):
        task = HANDBOOKS[module["code"]]["formative"]
        assert (
            len(task["model_answer"].split()) > 400
            and len(task["commentary"].split()) > 100
            and len(task["brief"].split()) > 40
        )
        names = [
            work["authors"].split(",")[0].split(" ")[0]
            for work in WORKS.values()
            if module["code"] in work["modules"]
        ]
        assert sum(name in task["model_answer"] for name in names) >= 3, "it argues with no one"


def test_every_check_was_read_again_and_what_came_of_it_is_written_down():
    from django.conf import settings

    notes = "\n".join(
        path.read_text()
        for path in sorted((settings.BASE_DIR / "docs" / "curriculum").glob("checks*.md"))
    )
    keys = [
        b["key"]
        for u in UNITS.values()
        for v in u["variant"]
        for b in blocks_of(u, v)
        if b["kind"] == "check"
    ]
    missing = [key for key in dict.fromkeys(keys) if key not in notes]
    assert not missing, missing
