"""A knowledge check is judged on a device as at the site: one table of cases is put to both, then answers that chance makes."""

import json
import random
import shutil
import subprocess
import unicodedata
from pathlib import Path
from types import SimpleNamespace

import pytest

from courses.knowledge_checks.completion import question_hash, unmet
from courses.knowledge_checks.feedback import Unanswered, judge, read_given
from courses.knowledge_checks.questions import STYLES, bare
from courses.queries.offline import judging_rules
from courses.states import Mark
from lms.kit.script_words import SCRIPTS

HERE = Path(__file__).parent
WORDINGS = json.loads((HERE.parent / "cases/short_answers.json").read_text(encoding="utf-8"))
TABLE = json.loads((HERE.parent / "cases/knowledge-checks.json").read_text(encoding="utf-8"))
CASES = [
    {"question": TABLE["questions"][name], "fields": fields, "expected": expected}
    for name, fields, expected in TABLE["answers"]
]


class Fields(dict):
    def getlist(self, name):
        return self.get(name, [])


@pytest.fixture(scope="module")
def device():
    """What static/js/judging.js makes of cases: `device(answers=[…], spelling=[…], units=[…])`."""
    if shutil.which("node") is None:
        pytest.skip("judging: no node (apt-get install nodejs)")

    def ask(**cases):
        asked = {"words": SCRIPTS["verdict"](), "answers": [], "spelling": [], "units": [], **cases}
        done = subprocess.run(
            ["node", HERE / "judging.mjs"], input=json.dumps(asked), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask


def at_site(question, fields):
    try:
        given = read_given(question, Fields(fields))
        verdict = judge(question, given)
    except Unanswered as fault:
        return {"fault": str(fault)}
    lines = [[line.about, line.text, line.right, line.why] for line in verdict.lines]
    return {"given": given, "right": verdict.right, "lines": lines, "why": verdict.why}


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["fields"])[:60])
def test_the_site_judges_each_case_of_the_table(case):
    assert at_site(case["question"], case["fields"]) == case["expected"]


def test_the_device_judges_each_case_of_the_table(device):
    told = device(answers=CASES)["answers"]
    for case, answer in zip(CASES, told, strict=True):
        assert answer == case["expected"], case


def test_the_table_has_each_style_right_and_wrong_and_refused():
    for style in STYLES:
        met = [case["expected"] for case in CASES if case["question"]["style"] == style]
        assert any("fault" in one for one in met)
        assert {one["right"] for one in met if "right" in one} >= (
            {True} if style == "scenario" else {True, False}
        )


def test_spelling_is_forgiven_on_both_alike(device):
    pairs = TABLE["spelling"]
    written = device(spelling=[one for one, _unused, _same in pairs])["spelling"]
    accepted = device(spelling=[other for _unused, other, _same in pairs])["spelling"]
    for (one, other, same), here, there in zip(pairs, written, accepted, strict=True):
        assert (bare(one) == bare(other)) is same, (one, other)
        assert (here == there) is same, (one, other)


def test_usual_forms_of_a_wording_count_on_both_alike(device):
    words = sorted({words for case in WORDINGS["cases"] for words in case[:2]})
    pairs = [(answer, accepted) for answer in words for accepted in words]
    cases = [
        {
            "question": {
                "style": "short",
                "key": "k",
                "text": "?",
                "accept": ["something else"],
                "also": [accepted],
                "forms": WORDINGS["forms"],
                "why": "So.",
            },
            "fields": {"given": [answer]},
        }
        for answer, accepted in pairs
    ]
    told = device(answers=cases)["answers"]
    for case, answer in zip(cases, told, strict=True):
        assert answer == at_site(case["question"], case["fields"]), case
    rights = {pair: one.get("right") for pair, one in zip(pairs, told, strict=True)}
    for answer, accepted, same in WORDINGS["cases"]:
        assert rights[answer, accepted] or not same, (answer, accepted)


def test_every_letter_of_these_scripts_is_read_alike(device):
    """Latin, Greek, Cyrillic, Hebrew, Arabic, and the signs that stand between words; the newest of them are not in every browser."""
    old = unicodedata.ucd_3_2_0
    points = [*range(0x20, 0x700), *range(0x1E00, 0x2190), *range(0xFB00, 0xFB07)]
    signs = [chr(n) for n in points if old.category(chr(n)) != "Cn"]
    told = device(spelling=[f"a{sign}b 1{sign}2" for sign in signs])["spelling"]
    pairs = zip(signs, told, strict=True)
    assert not [hex(ord(sign)) for sign, one in pairs if one != bare(f"a{sign}b 1{sign}2")]


def test_answers_that_chance_makes_are_judged_alike(device):
    dice, cases = random.Random(15), []
    names = ["given", *(f"given-{n}" for n in range(4))]
    values = ["0", "1", "2", "3", "9", "", "x", "-1", "01", "Lord Advocate", "lord   ADVOCATE."]
    for question in TABLE["questions"].values():
        for _unused in range(200):
            few = dice.sample(names, dice.randrange(len(names) + 1))
            fields = {name: dice.choices(values, k=dice.choice([1, 1, 1, 2])) for name in few}
            cases.append({"question": question, "fields": fields})
    told = device(answers=cases)["answers"]
    assert sum("right" in one for one in told) > 100
    for case, answer in zip(cases, told, strict=True):
        assert answer == at_site(case["question"], case["fields"]), case


def test_what_a_unit_still_asks_is_said_alike(device):
    asked = [dict(unit) for unit in TABLE["units"]]
    told = device(units=asked)["units"]
    for case, answer in zip(asked, told, strict=True):
        unit, done = case["unit"], case["done"]
        questions = {key: {"id": key, "kind": "check", **q} for key, q in unit["checks"].items()}
        marks = {
            (Mark.CHECK, key): SimpleNamespace(
                is_done=True, data={"asked": question_hash(questions[key])}
            )
            for key in done["checks"]
        }
        marks |= {(Mark.ACTIVITY, key): SimpleNamespace() for key in done["activities"]}
        marks |= {(Mark.ATTENDED, ""): SimpleNamespace()} if done["attended"] else {}
        parts = [*questions.values(), *({"id": a, "kind": "activity"} for a in unit["activities"])]
        at_the_site = [
            [str(line.words), list(line.keys)] for line in unmet(unit["needs"], parts, marks)
        ]
        assert answer == at_the_site == case["expected"]


def test_a_device_gets_what_it_judges_by_and_nothing_about_anybody():
    question = {**TABLE["questions"]["choice"], "id": "q1", "kind": "check", "provision": "s8"}
    version = SimpleNamespace(
        segments=[question, {"id": "a1", "kind": "activity"}, {"id": "t1", "kind": "html"}]
    )
    assert judging_rules(version, ["read", "check"]) == {
        "needs": ["read", "check"],
        "checks": {"q1": {"style": "choice", "options": question["options"]}},
        "activities": ["a1"],
    }
