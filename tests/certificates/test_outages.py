"""An outage uses up no line of a run: a full disk or a key that is away is waited for, and then everything is issued once."""

import errno
import shutil
from pathlib import Path

import pytest
from django.conf import settings as installed

from certificates.actions import begin_issue_run
from certificates.jobs import issue_runs
from certificates.models import Certificate, IssueRun, IssueRunLine
from certificates.signing import keys
from lms.kit import clock
from lms.kit.worker.jobs import Job
from lms.kit.worker.turns import run_job

from . import scene
from .scene import TODAY

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def waiting(db, settings, tmp_path):
    """A run of two, and files and keys of this test's own."""
    settings.PRIVATE_ROOT, settings.KEYS_ROOT = tmp_path / "private", tmp_path / "keys"
    forget()
    with clock.at(TODAY):
        begin_issue_run([scene.ready("A", "Name"), scene.ready("B", "Other")], by=scene.registrar())
        yield tmp_path
    forget()


def forget():
    """As a process that starts anew."""
    keys._certificate_key.cache_clear()
    keys._credential_key.cache_clear()


def states():
    return set(IssueRunLine.objects.values_list("state", flat=True))


def issue_them():
    return run_job(Job("runs", 2, issue_runs))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EACCES])
def test_a_disk_that_takes_no_file(waiting, monkeypatch, number):
    keys.certificate_key()  # made while there was room
    whole = installed.PRIVATE_ROOT

    def full(*args):
        raise OSError(number, "no")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", full)
        assert "cannot keep files" in issue_them()
    assert (
        states() == {"waiting"}
        and not Certificate.objects.exists()
        and not [p for p in whole.rglob("*.pdf")]
    )
    assert issue_them() == 2 and states() == {"issued"} and IssueRun.objects.get().state == "done"


def test_a_key_whose_file_is_away(waiting):
    keys.certificate_key()
    key = waiting / "keys" / "own" / "signing.key"
    shutil.move(key, waiting / "elsewhere.key")
    forget()
    assert "cannot be read" in issue_them() and "IMSA_SIGNING_KEY" in keys.fault()
    assert states() == {"waiting"} and not Certificate.objects.exists()
    shutil.move(waiting / "elsewhere.key", key)
    assert keys.fault() == "" and issue_them() == 2 and IssueRun.objects.get().state == "done"


def test_a_key_that_was_read_before_its_file_went_is_told(waiting):
    keys.certificate_key()
    (waiting / "keys" / "own" / "signing.key").unlink()
    assert "IMSA_SIGNING_KEY" in keys.fault()
