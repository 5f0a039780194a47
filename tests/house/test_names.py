"""Names in code: what has the field's word does not get a word of our own again."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("lms", "courses", "cohorts", "assessments", "certificates")
REFUSED = {
    "HookForm",
    "IllegalMove",
    "LogForm",
    "LogWordsForm",
    "MOVES",
    "Matter",
    "ProofForm",
    "Rehearsal",
    "TalkForm",
    "accept_log",
    "add_hook",
    "answer_proof",
    "begin_run",
    "confirm_talk",
    "decline_talk",
    "end_hook",
    "end_leave",
    "end_machine",
    "end_proof",
    "give_leave",
    "log_of",
    "log_of_renewal",
    "machine_of",
    "make_proof",
    "matters_of",
    "may_end_machines",
    "may_keep_log",
    "may_keep_machines",
    "move_in",
    "open_proof",
    "stop_run",
    "why_leave_fails",
}
"""The names that were replaced; a name that ends in `_MOVES` counts too."""
DEED = re.compile(r"(^|_)deeds?($|_)|Deed", re.IGNORECASE)
"""An action. The word stays where it is stored: columns, the terms of a proposal, what the record says of an approval."""
OLD_MODULES = {
    "lms/kit/moves.py",
    "lms/kit/outside.py",
    "lms/kit/prepared.py",
    "lms/kit/lines.py",
    "certificates/accreditation/rehearsal.py",
    "certificates/views/proofs.py",
}


def names(tree):
    for node in ast.walk(tree):
        for field in ("id", "attr", "arg", "name", "asname"):
            name = getattr(node, field, None)
            if isinstance(name, str):
                yield getattr(node, "lineno", 0), name


def refused(tree):
    return [
        (line, name)
        for line, name in names(tree)
        if name in REFUSED or name.endswith("_MOVES") or DEED.search(name)
    ] + [
        (node.lineno, "move")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "lms.kit.transitions"
        for alias in node.names
        if alias.name == "move"
    ]


def test_no_name_in_code_is_one_that_was_replaced():
    found = []
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                tree = ast.parse(path.read_text(encoding="utf-8"))
                found += [
                    f"{path.relative_to(ROOT)}:{line}: {name}" for line, name in refused(tree)
                ]
    assert not found


def test_no_module_has_its_old_name_again():
    assert not [path for path in OLD_MODULES if (ROOT / path).exists()]


@pytest.mark.parametrize(
    "line",
    [
        "MOVES = {}",
        "x.QUIZ_MOVES",
        "class IllegalMove: ...",
        "from lms.kit.transitions import move",
        "def end_proof(): ...",
        "def write(deed): ...",
        "DEEDS = 1",
        "class ApprovalDeed: ...",
    ],
)
def test_the_search_finds_what_it_is_for(line):
    assert refused(ast.parse(line))


@pytest.mark.parametrize("line", ["x = indeed", "{'deed': 'ended'}", "'SELECT deed'"])
def test_a_stored_word_and_another_word_are_left_alone(line):
    assert not refused(ast.parse(line))
