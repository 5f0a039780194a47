"""A line that somebody typed must not stop a process: every regular expression of the house takes 100,000 hostile characters in linear time.

`re` cannot be interrupted in a server's thread, so no time limit helps: the expression itself has to be linear. Processor time is what is
limited here, in a child process; a busy machine changes nothing.
"""

import ast
import functools
import json
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("lms", "courses", "cohorts", "assessments", "certificates")
METHODS = {"match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
LENGTH = 40_000
SECONDS = 0.6  # of the processor, for one expression, method and text; a linear one takes some milliseconds
# Made from words that the house knows, where the code runs: name of the file, and why its time is bounded.
MADE_OF_OUR_WORDS = {
    "courses/actions/suggestions.py": "whole names between word boundaries",
    "courses/exporting/printed.py": "a set of letters",
    "courses/rendering/glossary.py": "the glossary's own terms",
    "courses/privacy_guard/guard.py": "a person's own names",
    "courses/search.py": "words of the question, at most 200 characters",
}


def modules():
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if (
                "migrations" not in path.parts
                and path.name != "__init__.py"
                or path.name == "__init__.py"
                and path.stat().st_size
            ):
                if "settings" not in path.parts and "migrations" not in path.parts:
                    yield path


def flags_of(call, place):
    keywords = [k.value for k in call.keywords if k.arg == "flags"]
    given = keywords or call.args[place : place + 1]
    return eval(compile(ast.Expression(given[0]), "flags", "eval"), {"re": re}) if given else 0  # noqa: S307 - our own source


def literal_calls(tree):
    """(pattern, flags, method, line) of each re.… call whose pattern stands there as a literal; (None, 0, method, line) where it is made."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and getattr(node.func.value, "id", "") == "re"
        ):
            method = node.func.attr
            if method in METHODS or method == "compile":
                place = {"compile": 1, "sub": 4, "subn": 4, "split": 3}.get(method, 2)
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, (str, bytes)):
                    yield first.value, flags_of(node, place), method, node.lineno
                else:
                    yield None, 0, method, node.lineno


def patterns_in(value, depth=0):
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 3 and isinstance(value, (list, tuple, set, frozenset)):
        for one in value:
            yield from patterns_in(one, depth + 1)
    elif depth < 3 and isinstance(value, dict):
        for one in value.values():
            yield from patterns_in(one, depth + 1)


def methods_of(names, sources):
    """How a constant is used anywhere; all ways where nobody can tell (it stands in a list, say)."""
    found = {
        method
        for name in names
        for text in sources
        for method in re.findall(rf"\b{name}\.({'|'.join(METHODS)})\(", text)
    }
    return found or METHODS - {"subn", "finditer", "split"}


@functools.cache
def expressions():
    """Every expression: where, pattern, flags, the methods it is used with. Made ones that nobody declared are named apart."""
    paths = list(modules())
    sources = [path.read_text() for path in paths]
    found, unknown = {}, []
    for path, source in zip(paths, sources, strict=True):
        at = path.relative_to(ROOT).as_posix()
        seen = set()
        if "re" in {
            alias.name
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Import)
            for alias in node.names
        }:
            module = import_module(
                at.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            )
            own = {}
            for name, value in vars(module).items():
                for pattern in patterns_in(value):
                    own.setdefault((pattern.pattern, pattern.flags & ~re.UNICODE), set()).add(name)
            for (pattern, flags), names in own.items():
                seen.add(pattern)
                found.setdefault((pattern, flags), [at, set()])[1].update(
                    methods_of(names, sources)
                )
            for pattern, flags, method, line in literal_calls(ast.parse(source)):
                if pattern is None:
                    compiled_here = method == "compile" and own
                    if not compiled_here and at not in MADE_OF_OUR_WORDS:
                        unknown.append(f"{at}:{line}")
                elif method != "compile":
                    found.setdefault((pattern, int(flags)), [f"{at}:{line}", set()])[1].add(method)
    return found, unknown


def judged(rows):
    child = subprocess.run(
        [sys.executable, Path(__file__).with_name("hostile.py")],
        input=json.dumps([LENGTH, SECONDS, rows]),
        capture_output=True,
        text=True,
        env={"PATH": os.environ.get("PATH", "")},
    )
    assert child.returncode == 0, child.stderr[-2000:]
    return json.loads(child.stdout)


def rows():
    found, _ = expressions()
    return [
        [
            at,
            pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern,
            flags & ~re.UNICODE,
            sorted(methods),
            isinstance(pattern, bytes),
        ]
        for (pattern, flags), (at, methods) in found.items()
    ]


def test_the_expression_that_stopped_a_process_would_be_found():
    old = r"^\s*((?:IMSA|C)?[\s\-‐-―]*[0-9A-Za-z]{4}[\s\-‐-―]*[0-9A-Za-z]{4})[\s,;]+(.+)$"
    assert judged([["old", old, int(re.I), ["match"], False]])
    assert judged([["old", r"(a+)+$", 0, ["match"], False]])
    assert not judged([["fine", r"[a-z]+[0-9]", 0, ["match"], False]])


def test_every_expression_is_known():
    _, unknown = expressions()
    assert not unknown, (
        "made while running; write it as a literal, or say in MADE_OF_OUR_WORDS what bounds it"
    )


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_every_expression_takes_hostile_text_in_linear_time(part):
    mine = rows()[part::4]
    assert mine
    assert judged(mine) == []
