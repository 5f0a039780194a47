"""A time that a model names for a person's data is kept by a job of the worker, and docs/retention.md says so."""

import re

import pytest
from django.conf import settings

from lms.kit.worker.jobs import all_jobs

from .test_house import ROOT
from .test_personal_data import OURS

TIME = re.compile(r"IMSA_[A-Z_]+_(?:DAYS|YEARS)|\d+ (?:days|months|years?)|\ba year\b")
LEAST = re.compile(r"at least 5 years after the course ends", re.IGNORECASE)
# Which job keeps the time of which column.
JOBS = {
    "assessments.Evidence.path": "evidence",
    "assessments.ExportFile.content": "kept files",
    "assessments.Upload.original": "kept files",
    "assessments.PartialUpload.path": "kept files",
    "assessments.Submission.original": "kept files",
    "assessments.DeclaredInterest.reference": "old typed work",
    "assessments.WorkText.text": "old typed work",
    "assessments.TextVersion.text": "old typed work",
    "certificates.Concern.text": "old concerns",
    "cohorts.Import.rows": "old files of people and posts",
    "cohorts.Nomination.statement": "closed nominations",
    "cohorts.PostReport.text": "old remarks",
    "cohorts.PostReport.note": "old remarks",
    "cohorts.Remark.text": "old remarks",
    "cohorts.TelephoneTask.text": "old remarks",
    "courses.OfflineSync.outcome": "old offline syncs",
    "courses.StudyReminder.keys": "reminders of dates",
    "courses.StudyReminder.person": "reminders of dates",
    "people.DeliveryReport.address": "old mail",
    "people.DeliveryReport.diagnostic": "old mail",
    "people.UnreachableAddress.address": "old mail",
    "people.Mail.to": "old mail",
    "people.Notice.body": "old messages and sign-ins",
    "people.Recovery.how_checked": "old messages and sign-ins",
    "people.User.last_login": "old messages and sign-ins",
}


def times():
    """By column: each time that its model names, but for the least time of work."""
    return {
        f"{model._meta.label}.{column}": found
        for model in OURS
        for column, why in model.__dict__.get("PERSONAL_DATA", {}).items()
        if (found := TIME.findall(LEAST.sub("", why)))
    }


def test_every_time_that_is_named_has_a_job_that_keeps_it():
    assert set(times()) == set(JOBS)
    assert set(JOBS.values()) <= {job.name for job in all_jobs()}


@pytest.mark.parametrize("job", sorted(set(JOBS.values())))
def test_the_page_about_it_names_the_job(job):
    assert f"“{job}”" in (ROOT / "docs/retention.md").read_text()


def test_the_figures_that_are_named_are_settings():
    page = (ROOT / "docs/retention.md").read_text()
    named = set(re.findall(r"IMSA_[A-Z_]+_(?:DAYS|YEARS)\b", page + str(times())))
    assert named and all(isinstance(getattr(settings, name), int) for name in named)


def test_the_judge_knows_a_time_when_it_sees_one():
    assert TIME.findall("what happened; 24 months") and TIME.findall("kept 6 years")
    assert not TIME.findall(LEAST.sub("", "their answers; at least 5 years after the course ends"))
