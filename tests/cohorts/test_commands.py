"""The two handles: JSON on standard output, exit status 0, 1 refused, 2 bad usage."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from cohorts.employment.models import EmploymentLine
from cohorts.enrolment.models import Enrolment
from cohorts.imports.models import Import
from lms.record.models import Entry


def run(command, *args):
    """The exit status and the answer."""
    out, status = io.StringIO(), 0
    try:
        call_command(command, *args, stdout=out)
    except SystemExit as left:
        status = left.code
    return status, json.loads(out.getvalue())


@pytest.fixture
def path_of(tmp_path):
    def make(content, name="people.csv"):
        (tmp_path / name).write_bytes(content)
        return str(tmp_path / name)

    return make


@pytest.mark.django_db
def test_a_dry_run_says_all_and_stores_nothing(cohort, cohort_csv, path_of, unchanged):
    watch = unchanged()
    status, answer = run("import_cohort", path_of(cohort_csv()), "--dry-run")
    assert status == 0 and answer["problem"] is None
    assert (answer["kind"], answer["dry_run"], answer["written"]) == ("cohort", True, False)
    assert answer["counts"] == {"new": 1, "changed": 0, "unchanged": 0, "refused": 0}
    assert answer["rows"][0]["values"]["email"] == "mairi@test.example"
    watch.check()


@pytest.mark.django_db
def test_both_files_are_written_and_the_second_time_nothing_is_new(
    cohort, organisation, cohort_csv, register_csv, path_of
):
    for _ in range(2):
        for command, content in (
            ("import_cohort", cohort_csv()),
            ("import_register", register_csv()),
        ):
            status, answer = run(command, path_of(content))
            assert (status, answer["written"]) == (0, True)
    assert answer["counts"] == {"new": 0, "changed": 0, "unchanged": 1, "refused": 0}
    assert (Enrolment.objects.count(), EmploymentLine.objects.count()) == (1, 1)
    assert Entry.objects.filter(action="cohorts.enrol", actor="command:import_cohort").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_refusals_leave_with_1_and_no_trace(
    dry, cohort, cohort_csv, cohort_row, path_of, unchanged
):
    watch = unchanged()
    status, answer = run(
        "import_cohort",
        path_of(cohort_csv(cohort_row(), cohort_row(email="no", student_reference="S-2"))),
        *dry,
    )
    assert (status, answer["written"], answer["counts"]["refused"]) == (1, False, 1)
    assert (
        answer["rows"][1]["reasons"][0]["column"] == "email"
        and "1 of 2 rows are refused" in answer["problem"]
    )
    status, answer = run("import_cohort", path_of(b"%PDF-1.7"), *dry)
    assert status == 1 and "a PDF" in answer["problem"] and answer["rows"] == []
    watch.check()
    assert not Import.objects.exists()


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_bad_usage(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        status, answer = run("import_register", str(path))
        assert (
            status == 2 and "cannot be opened" in answer["problem"] and answer["kind"] == "register"
        )


def test_bad_arguments_are_json_too():
    for arguments in ([], ["a.csv", "b.csv"], ["--nonsense", "a.csv"]):
        done = subprocess.run(
            [sys.executable, "manage.py", "import_cohort", *arguments],
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings.test"},
        )
        assert done.returncode == 2 and json.loads(done.stdout)["written"] is False, done
    assert Path(settings.BASE_DIR, "manage.py").exists()
