"""The house's outer walls: what a tracked file may be called, and what it may not hold."""

import ast
import io
import os
import re
import socket
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.conftest import dev

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("lms", "courses", "cohorts", "assessments", "certificates")
JUNK_DRAWERS = {"utils.py", "helpers.py", "managers.py", "signals.py"}
UNFINISHED = re.compile(
    r"(?i:lorem" r" ipsum)|\b(TO" r"DO|FIX" r"ME)\b"
)  # in pieces, so that it does not find itself


def tracked():
    """Every file git knows or would take; in an unpacked archive, every file that is not made here."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode == 0 and listed.stdout:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        made = {
            ".venv",
            ".cache",
            "var",
            ".git",
            "__pycache__",
            ".pytest_cache",
            ".ruff_cache",
            ".hypothesis",
        }
        paths = [path for path in ROOT.rglob("*") if not made & set(path.relative_to(ROOT).parts)]
    return sorted(path for path in paths if path.is_file())


def named(path):
    return path.relative_to(ROOT).as_posix()


FILES = tracked()


# ---- names ----


def test_there_is_no_junk_drawer():
    found = [
        named(path)
        for path in FILES
        if path.name in JUNK_DRAWERS or "common" in path.relative_to(ROOT).parts[:-1]
    ]
    assert not found, "a thing belongs in a room, on a named shelf"


def test_manage_py_is_djangos_own_once_it_has_asked_whether_the_settings_fit():
    """A manage.py that does more would surprise every Django developer (docs/decisions/0007-running.md says why it does this)."""
    ours = (ROOT / "manage.py").read_text()
    asks, hands_over = (
        ours.index("installation.stop_unless_fit()"),
        ours.index("execute_from_command_line(sys.argv)"),
    )
    assert asks < hands_over and ours.count("sys.argv") == 2


# ---- the locks and the two commands ----


@pytest.mark.parametrize("name", ["requirements.lock", "bootstrap.lock"])
def test_a_lock_has_hashes_and_no_addresses(name):
    text = (ROOT / name).read_text()
    assert "://" not in text and "#" not in text
    pinned = re.split(r"\n(?=\S)", text.strip())
    assert all("==" in one and "--hash=sha256:" in one for one in pinned)


def test_the_lock_holds_everything_the_project_asks_for():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = project["project"]["dependencies"] + project["dependency-groups"]["test"]
    locked = {
        line.split("==")[0]
        for line in (ROOT / "requirements.lock").read_text().splitlines()
        if "==" in line
    }
    names = {re.split(r"[\[<>=!~ ;]", one)[0].lower() for one in asked}
    assert names <= locked, "run ./dev lock"


def test_dev_uses_the_standard_library_only():
    tree = ast.parse((ROOT / "dev").read_text())
    names = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    names |= {
        node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    }
    assert names <= sys.stdlib_module_names
    assert os.access(ROOT / "dev", os.X_OK) or os.name == "nt"


def ask_dev(*args):
    return subprocess.run(
        [sys.executable, "dev", *args], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    "args",
    [["run", "http"], ["run", "0"], ["run", "65536"], ["run", "8000", "8001"], ["dance"], []],
)
def test_dev_explains_itself_when_asked_nonsense(args):
    answer = ask_dev(*args)
    assert answer.returncode == 2 and answer.stderr.startswith("usage: ./dev run")


def test_dev_says_plainly_that_a_port_is_taken():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = ask_dev("run", str(port))
    assert answer.returncode == 1 and f"Port {port} cannot be used" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_stamp_says_which_locks_and_migrations_it_stands_for(tmp_path):
    one, two = dev.digest([ROOT / "dev"]), dev.digest([ROOT / "dev", ROOT / "manage.py"])
    assert one != two and dev.digest([ROOT / "manage.py", ROOT / "dev"]) == two
    stands_for = {named(path) for path in dev.migrations()}
    assert {
        "lms/kit/append_only.py",
        "courses/models/curriculum.py",
        "certificates/migrations/0002_append_only.py",
    } <= stands_for


# ---- words ----


def test_nothing_is_left_unfinished():
    found = []
    for path in FILES:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{named(path)}:{number}"
            for number, line in enumerate(text.splitlines(), 1)
            if UNFINISHED.search(line)
        ]
    assert not found


class Inline(HTMLParser):
    """Collects what a strict Content Security Policy would refuse."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        names = {name for name, _ in attrs}
        wrong = {name for name in names if name == "style" or re.fullmatch(r"on[a-z]+", name)}
        wrong |= {
            f"{name}=javascript:"
            for name, value in attrs
            if (value or "").strip().lower().startswith("javascript:")
        }
        is_data = any(
            name == "type" and value in ("application/json", "application/ld+json")
            for name, value in attrs
        )
        if tag == "style" or (tag == "script" and "src" not in names and not is_data):
            wrong.add(f"<{tag}>")
        self.found += [(self.getpos()[0], one) for one in sorted(wrong)]


def test_no_template_has_anything_inline():
    """Templates named `*_pdf.html` are drawn on paper and `*_mail.html` are shown by mail programs, which take no stylesheet of
    ours: no policy reaches them. What mail may hold is asked in test_mail."""
    found = []
    for path in FILES:
        if (
            path.suffix in (".html", ".svg")
            and "templates" in path.parts
            and not path.stem.endswith(("_pdf", "_mail"))
        ):
            # A template's own tags could hide an attribute from the parser, so they go first.
            text = re.sub(r"{%.*?%}|{#.*?#}", "", path.read_text(), flags=re.S)
            inline = Inline()
            inline.feed(text)
            found += [f"{named(path)}:{line}: {what}" for line, what in inline.found]
    assert not found


# ---- states ----


def assigned_states(tree):
    """Lines that assign `.state`, or set it through setattr, update() or update_fields' neighbours."""
    for node in ast.walk(tree):
        targets = (
            getattr(node, "targets", [getattr(node, "target", None)])
            if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign))
            else []
        )
        for target in targets:
            for part in ast.walk(target):
                if isinstance(part, ast.Attribute) and part.attr == "state":
                    yield part.lineno
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if (
                name == "setattr"
                and len(node.args) > 1
                and getattr(node.args[1], "value", None) == "state"
            ):
                yield node.lineno
            if name in ("update", "update_or_create") and any(
                word.arg == "state" for word in node.keywords
            ):
                yield node.lineno


@pytest.mark.parametrize(
    "line",
    [
        "thing.state = 1",
        "a, thing.state = 1, 2",
        "thing.state += 1",
        "setattr(thing, 'state', 1)",
        "Thing.objects.filter(pk=1).update(state=1)",
    ],
)
def test_the_search_for_assigned_states_finds_one(line):
    assert list(assigned_states(ast.parse(line))) == [1]


def test_only_a_transition_assigns_a_state():
    found = []
    for path in FILES:
        inside = named(path)
        if (
            path.suffix == ".py"
            and inside.startswith(ROOMS)
            and "/migrations/" not in inside
            and inside != "lms/kit/transitions.py"
        ):
            found += [f"{inside}:{line}" for line in assigned_states(ast.parse(path.read_text()))]
    assert not found, "lms.kit.transitions.make_transition is the one way"


# ---- the models and their migrations agree ----


@pytest.mark.django_db
def test_no_migration_is_missing():
    out = io.StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=out)


def test_ruff_has_nothing_to_say():
    answer = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stdout
