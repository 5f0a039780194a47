"""No line that is logged while markers read and act names the author; nor where one of their pages fails."""

import logging

import pytest
from django.conf import settings
from django.test import Client

from assessments.marking.states import AllocationState
from assessments.taking.models import Submission
from lms.kit import files

from .scene import pdf_bytes, seal, sign_in
from .test_blind import addresses, found_in, portfolio

LOGGERS = ("", "imsa", "django", "django.request", "django.security", "py.warnings")


class Lines(logging.Handler):
    """Every line, as the site's own format writes it, with the traceback of a failure and what the record knows of its request."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []
        about = settings.LOGGING["formatters"]["line"]
        self.setFormatter(logging.Formatter(about["format"], style=about["style"]))

    def emit(self, record):
        self.lines.append(f"{self.format(record)} {record.args!r}")


@pytest.fixture
def lines():
    found, before = Lines(), {}
    for name in LOGGERS:
        logger = logging.getLogger(name)
        before[logger] = logger.level
        logger.setLevel(logging.DEBUG)
        logger.addHandler(found)
    yield found.lines
    for logger, level in before.items():
        logger.removeHandler(found)
        logger.setLevel(level)


@pytest.mark.parametrize("kind", ["essay", "portfolio"])
def test_no_log_line_of_a_marker_names_the_author(scene, lines, kind):
    submission = (
        portfolio(scene) if kind == "portfolio" else scene.hand_in(note="Secret note to the office")
    )
    board = scene.board(confirmed=False)
    first, second = scene.allocate(submission)
    lines.clear()  # what the author did may name its address; from here on markers act
    url = f"/marking/{submission.script}/"
    people = {"marker": [scene.agnes, scene.tomasz, scene.helen], "examiner": [scene.examiner]}
    author = {scene.author.imsa_number, str(submission.receipt), scene.author.email}

    def walk():
        for who, those in people.items():
            for someone in those:
                client = sign_in(Client(raise_request_exception=False), someone)
                for address in addresses(submission.script, board)[who]:
                    answer = client.get(address)
                    b"".join(answer) if answer.streaming else answer.content

    walk()
    for task, mark in ((first, "41"), (second, "70")):
        client = sign_in(Client(raise_request_exception=False), task.marker)
        version = client.get(url).content.decode().split('name="version" value="')
        sent = {"law": mark, "role": mark, "comment": "Read.", "action": "save"}
        if len(version) > 1:
            sent["version"] = version[1].split('"')[0]
        for address, data in (
            (f"{url}typing/", sent),
            (url, sent),
            (url, {**sent, "law": "seventy"}),
            (f"{url}flag/", {"words": "", "place": ""}),
            (f"{url}decline/", {"reason": ""}),
            (f"{url}feedback/", {}),
            (f"{url}recording/", {}),
            (f"{url}seal/", {**sent, "action": "seal"}),
        ):
            client.post(address, data)
        task.refresh_from_db()
        if task.state != AllocationState.SEALED:
            seal(task, int(mark))
    # A page fails: the copy is gone from the disk.
    copy = Submission.objects.get(pk=submission.pk).copy
    files.drop(copy)
    walk()
    text = "\n".join(lines)
    assert "Internal Server Error" in text or "Traceback" in text, "a failure was looked at"
    assert submission.script in text, "the lines are those of these pages"
    assert not found_in(text.encode()) and not [one for one in author if one in text]


def test_the_search_finds_a_name_that_is_logged(lines):
    logging.getLogger("imsa.test").warning("of %s", "Zebedee")
    assert found_in("\n".join(lines).encode()) == ["Zebedee"]
    assert pdf_bytes()  # the scene's own file names its writer, so that a copy that does is found
