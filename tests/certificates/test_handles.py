"""docs/handles.md: JSON on standard output, and an exit status that means what it says."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import ManagementUtility, call_command

from certificates.models import Certificate, Check
from lms.kit import clock, files
from lms.kit.worker.jobs import all_jobs
from lms.kit.worker.lock import only_one
from lms.record.models import Entry

from . import scene
from .scene import TODAY

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def run(*args):
    """(exit status, what was printed)."""
    out = StringIO()
    try:
        call_command(*[str(a) for a in args], stdout=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


def answer(*args):
    status, text = run(*args)
    return status, json.loads(text)


@pytest.fixture
def later():
    with clock.at(TODAY + timedelta(days=60)):
        yield


class TestStanding:
    def test_before_and_after_the_posts_end_with_no_job_run(self, later):
        held, last = scene.certified("Łukasz", "Zieliński"), TODAY + timedelta(days=20)
        scene.end(held.register_line, last)
        asked = ("standing", held.number, "--surname", "zielinski", "--json")
        assert answer(*asked, "--on", last)[1]["code"] == "accredited"
        status, said = answer(*asked, "--on", last + timedelta(days=1))
        assert (status, said["code"], said["nations"]) == (0, "between_posts", [])
        assert said["reasons"] == [
            "The post on the employment register ended on Sunday 9 August 2026."
        ]
        assert said["receipt"] and said["as_at"] == "2026-08-10" and Check.objects.count() == 2
        assert {
            "label",
            "meaning",
            "advice",
            "tone",
            "conditions",
            "answered_at",
            "number",
            "surname",
        } <= set(said)

    def test_not_found_is_an_answer(self, later):
        held = scene.certified()
        assert (
            answer("standing", held.number, "--surname", "Jones", "--json")[1]["code"]
            == "not_found"
        )

    @pytest.mark.parametrize(
        "args", [["C-2222-2223", "--surname", "A"], ["C-7K3M-29XO", "--surname", "A"]]
    )
    def test_a_slip_is_refused_and_writes_nothing(self, args):
        status, said = answer("standing", *args, "--json")
        assert (
            status == 1
            and said["refused"]
            and not Check.objects.exists()
            and not Entry.objects.exists()
        )

    def test_a_day_to_come(self, later):
        status, said = answer(
            "standing",
            scene.certified().number,
            "--surname",
            "Llewellyn",
            "--on",
            "2030-01-01",
            "--json",
        )
        assert status == 1 and "not come yet" in said["refused"]

    def test_in_plain_words(self, later):
        held = scene.certified()
        status, text = run("standing", held.number, "--surname", "Llewellyn")
        assert (
            status == 0
            and text.startswith("Accredited on 2026-09-18.")
            and "Nations: England." in text
        )


@pytest.mark.parametrize(
    "args",
    [
        ["standing", "C-1"],
        ["standing", "C-1", "--surname", "A", "--on", "soon"],
        ["issue_certificates"],
        ["verify_certificate"],
    ],
)
def test_bad_usage_is_two(args, capsys):
    with pytest.raises(SystemExit) as ended:
        ManagementUtility(["manage.py", *args]).execute()
    assert ended.value.code == 2 and not capsys.readouterr().out


def test_a_file_that_cannot_be_read_is_bad_usage(tmp_path):
    """From outside, as a script sees it."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings.dev", "IMSA_HOME": str(tmp_path)}
    command = [sys.executable, "manage.py", "verify_certificate", "/nowhere.pdf", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and not done.stdout and "cannot be read" in done.stderr


class TestIssueCertificates:
    def test_a_dry_run_issues_nothing_and_the_run_issues_once(self):
        ready, blocked = scene.ready("A", "Ready"), scene.ready("B", "Blocked")
        scene.end(blocked.person.employments.get().lines.get(), TODAY - timedelta(days=1))
        with clock.at(TODAY):
            status, said = answer("issue_certificates", "--cohort", "TEST-25", "--dry-run")
            assert status == 0 and said["issued"] == [
                {"student_reference": ready.student_reference, "number": None}
            ]
            assert not Certificate.objects.exists() and not Entry.objects.exists()
            status, said = answer("issue_certificates", "--cohort", "TEST-25")
            number = Certificate.objects.get().number
            assert said["issued"] == [
                {"student_reference": ready.student_reference, "number": number}
            ]
            assert (
                said["not_issued"][0]["student_reference"] == blocked.student_reference
                and "ended on" in said["not_issued"][0]["reasons"][0]
            )
            assert "Ready" not in str(said) and "Blocked" not in str(said)
            assert answer("issue_certificates", "--cohort", "TEST-25")[1]["issued"] == []
        assert Certificate.objects.get().issued_by == "command:issue_certificates"

    def test_an_unknown_cohort(self):
        status, said = answer("issue_certificates", "--cohort", "NONE")
        assert status == 1 and "no cohort NONE" in said["refused"]


class TestVerifyCertificate:
    def test_the_issued_file_and_nothing_else(self, tmp_path):
        held, place = scene.certified(), tmp_path / "c.pdf"
        content = files.read(held.file)
        place.write_bytes(content)
        status, said = answer("verify_certificate", place, "--json")
        assert (
            status == 0
            and said["genuine"]
            and said["number"] == held.number
            and said["sha256"] == held.sha256
        )
        place.write_bytes(content[:30000] + bytes([content[30000] ^ 1]) + content[30001:])
        status, said = answer("verify_certificate", place, "--json")
        assert (
            status == 1
            and not said["genuine"]
            and said["signed"]
            and not said["unchanged"]
            and said["number"] is None
        )
        place.write_bytes(content + b"\n%more")
        assert answer("verify_certificate", place, "--json")[1]["covers_whole_file"] is False
        place.write_text("not a PDF")
        status, said = answer("verify_certificate", place, "--json")
        assert status == 1 and not said["signed"] and said["why"]

    def test_signed_by_us_but_never_issued(self, tmp_path):
        from certificates.document import drawing
        from certificates.signing import pdf

        held, place = scene.certified(), tmp_path / "c.pdf"
        place.write_bytes(pdf.sign(drawing.draw({**held.facts, "name": "Someone Else"}))[0])
        status, said = answer("verify_certificate", place, "--json")
        assert (
            status == 1
            and said["signed_by_us"]
            and not said["genuine"]
            and "not a certificate on this register" in said["why"]
        )


def test_the_worker_says_what_came_of_each_job_and_leaves_when_another_works(settings, tmp_path):
    settings.IMSA_HOME = tmp_path
    status, said = answer("work", "--once")
    assert (
        status == 0
        and set(said) == {job.name for job in all_jobs()}
        and not any("failed" in str(came) for came in said.values())
    )
    with only_one() as mine:
        assert mine and answer("work", "--once") == (
            1,
            {"refused": "Another worker of this installation is at work."},
        )


def test_every_handle_in_the_table_exists():
    from django.core.management import get_commands

    text = (ROOT / "docs" / "handles.md").read_text()
    named = {line.split("`")[1].split()[0] for line in text.splitlines() if line.startswith("| `")}
    assert named == {
        "seed_demo",
        "import_cohort",
        "import_register",
        "standing",
        "issue_certificates",
        "verify_certificate",
        "check_record",
        "show_transitions",
        "check_links",
        "check_marks",
        "work",
        "checkpoint",
        "send_notices",
        "drop_old_files",
        "drop_stray_files",
        "read_bounce",
    }
    assert named <= set(get_commands())
