"""No mail subject says anything of a person: it lies open on a locked phone and in the logs of every mail server on its way."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
ROOMS = [ROOT / room for room in ("lms", "courses", "cohorts", "assessments", "certificates")]
# What would tell of somebody's standing, work, marks or workplace.
TELLING = re.compile(
    r"accredit|suspend|withdraw|withh|revok|certificate|award|mark|board|concern|entry|register|post\b|employ|survivor|advocate|decision",
    re.I,
)

# Functions that pass a subject on as it is: whoever calls them is looked at in their place.
PASSING = {"mail_nominee"}


def posts():
    """Every call of `post` in the rooms, and what its subject is in the code."""
    for path in (p for room in ROOMS for p in room.rglob("*.py") if "migrations" not in p.parts):
        text = path.read_text()
        if "outbox" not in text and not any(name in text for name in PASSING):
            continue
        for node in ast.walk(ast.parse(text)):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", "")) in {"post", *PASSING}
                and len(node.args) >= 3
            ):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.args[1]


def test_every_subject_in_the_code_is_a_fixed_text_that_tells_nothing():
    found = list(posts())
    assert len(found) >= 2
    for where, subject in found:
        if where.startswith("lms/people/adapter.py"):
            continue  # a template's, below
        if isinstance(subject, ast.Call) and getattr(subject.func, "id", "") in ("_", "gettext"):
            (subject,) = subject.args
            if where.startswith("cohorts/intake/actions.py") and ast.unparse(subject) == "subject":
                continue  # in `mail_nominee`
        fixed = isinstance(subject, ast.Constant) or (
            isinstance(subject, ast.Name) and subject.id.isupper()
        )
        assert fixed, f"{where}: a mail's subject is a fixed text"
        if isinstance(subject, ast.Constant):
            assert not TELLING.search(subject.value), where


@pytest.mark.parametrize(
    "path", sorted((ROOT / "lms/templates").glob("*/email/*_subject.txt")), ids=lambda p: p.stem
)
def test_every_subject_in_a_template_is_a_fixed_text_that_tells_nothing(path):
    text = path.read_text()
    assert "{{" not in text and not TELLING.search(text)


def test_nothing_is_mailed_past_the_outbox():
    """`send_mail` and `EmailMessage.send` would still be queued; a connection of one's own would not."""
    own = {ROOT / "lms/people/sending.py", ROOT / "lms/people/email_backends.py"}
    for path in (p for room in ROOMS for p in room.rglob("*.py") if p not in own):
        assert not re.search(
            r"\bsmtplib\b|\bget_connection\b|mail\.backends\.(smtp|console)", path.read_text()
        ), path
    assert settings.EMAIL_BACKEND == "lms.people.email_backends.Queue"


def test_the_html_of_mail_loads_nothing_runs_nothing_and_asks_nothing():
    """A mail that loads a picture or a font tells a stranger when and where it was opened; a form or script is refused or worse."""
    found = sorted((ROOT / "lms/templates").rglob("*_mail.html"))
    assert found
    for path in found:
        text = path.read_text()
        assert not re.search(
            r"<(?:img|link|script|form|iframe|object|embed|video|audio|svg|base)\b|\bsrc=|\bon[a-z]+=|url\(|@import|@font-face|\|safe",
            text,
            re.I,
        ), path
        assert "http" not in re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text), (
            f"{path}: addresses come from the text"
        )
        assert "autoescape" not in text, path
    rooms = [p for room in ROOMS for p in room.rglob("*_mail.html")]
    assert sorted(rooms) == found, "mail is drawn in one place"
