"""Names in code: what has the field's word does not get a word of our own again."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("lms", "courses", "cohorts", "assessments", "certificates")
REFUSED = {
    "Arrival",
    "CheckSeal",
    "Hook",
    "HookForm",
    "IllegalMove",
    "LogForm",
    "LogWordsForm",
    "MACHINES",
    "MOST_HOOKS",
    "MOVES",
    "Matter",
    "NO_PROOF",
    "NotTaken",
    "ProofForm",
    "ProofLink",
    "Rehearsal",
    "RehearseForm",
    "Run",
    "RunLine",
    "Supposed",
    "TalkForm",
    "Unsound",
    "Writing",
    "WritingKind",
    "Writings",
    "_rehearsed",
    "_tally_on",
    "accept_log",
    "add_hook",
    "answer_proof",
    "begin_run",
    "check_seals",
    "confirm_talk",
    "decline_talk",
    "end_hook",
    "end_leave",
    "end_machine",
    "end_proof",
    "give_leave",
    "insist_sound",
    "keep_said",
    "log_of",
    "log_of_renewal",
    "machine_of",
    "make_proof",
    "matters_of",
    "may_end_machines",
    "may_keep_log",
    "may_keep_machines",
    "may_prove",
    "move_in",
    "open_proof",
    "rehearse",
    "seal_checks",
    "still_right",
    "stop_run",
    "take_unit",
    "tallies_of",
    "tally_on",
    "tell_all",
    "untell",
    "why_leave_fails",
    "writings_of",
}
"""The names that were replaced; a name that ends in `_MOVES` counts too."""
DEED = re.compile(r"(^|_)(deed|DEED)[sS]?($|_)|Deed")
"""An action. The word stays where it is stored: columns, the terms of a proposal, what the record says of an approval."""
PARTICIPLES = frozenset(
    "said told taken asked held drawn given kept made done found shown known meant written gone left sent heard begun turned"
    " gathered looked rehearsed supposed".split()
)
"""No definition and no parameter begins with one: it tells that something happened, and not what the name stands for. Short-lived locals
are free (CONTRIBUTING.md)."""
MAY_STAY = {
    "courses/queries/path.py: done": "done of total, as a bar of progress says it",
    "lms/record/merkle.py: left": "the side, beside `right`",
}
"""File and definition, with the reason."""
PARAMETER_ROOMS = ("lms", "courses", "cohorts", "assessments", "certificates")
OLD_MODULES = {
    "lms/kit/moves.py",
    "lms/kit/outside.py",
    "lms/kit/prepared.py",
    "lms/kit/lines.py",
    "certificates/accreditation/rehearsal.py",
    "certificates/views/proofs.py",
    "certificates/actions/seals.py",
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


def is_participle(name):
    """Does it begin with one? A day or a person of something (`sent_on`, `made_by`), a given name and what somebody is known as are nouns."""
    if name.startswith(("given_name", "known_as")) or name.endswith(
        ("_on", "_at", "_by", "_until")
    ):
        return False
    words = re.findall(r"[A-Z][a-z]*|[a-z]+", name)
    return bool(words) and words[0].lower() in PARTICIPLES


def participles(tree):
    """(line, name) of each function, class and declared field that begins with a participle."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if is_participle(node.name):
                yield node.lineno, node.name
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                    if is_participle(line.target.id):
                        yield line.lineno, line.target.id


def parameters(tree):
    """(line, name) of each parameter of a function or a lambda that begins with a participle."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and is_participle(node.arg):
            yield node.lineno, node.arg


def in_rooms(rooms, search):
    found = []
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                file = path.relative_to(ROOT)
                tree = ast.parse(path.read_text(encoding="utf-8"))
                found += [
                    f"{file}:{line}: {name}"
                    for line, name in search(tree)
                    if f"{file}: {name}" not in MAY_STAY
                ]
    return found


def test_no_definition_begins_with_a_participle():
    assert not in_rooms(ROOMS, participles)


def test_no_parameter_begins_with_a_participle():
    assert not in_rooms(PARAMETER_ROOMS, parameters)


@pytest.mark.parametrize(
    "code",
    [
        "def looked_up(): ...",
        "def _held(): ...",
        "class Found: ...",
        "class KeptFile: ...",
        "class Answer:\n    given: str = ''",
    ],
)
def test_the_search_finds_a_participle(code):
    assert list(participles(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "def tell(person, said): ...",
        "def keep(*, kept_notes=()): ...",
        "look = lambda made: made",
        "def show(request, **found): ...",
    ],
)
def test_the_search_finds_a_participle_among_parameters(code):
    assert list(parameters(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "def f(known_as, given_names, sent_on): found = 1",
        "def look_up(): ...",
        "found = 1",
        "class Answer:\n    given_names: str\n    sent_on: date",
    ],
)
def test_a_noun_or_a_verb_is_left_alone(code):
    assert not [*participles(ast.parse(code)), *parameters(ast.parse(code))]


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
