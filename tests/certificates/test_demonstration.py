"""The demonstration climbs its stages, happens once, and is never mixed with real people."""

import json

import pytest
from django.core.management import call_command

from assessments import demonstration as assessments_demonstration
from assessments.deciding.models import Board
from assessments.setting.models import Assessment, AssessmentVersion
from assessments.setting.outcomes import unreached
from assessments.setting.sections import sections_by_question
from assessments.taking.models import Submission
from certificates.demonstration import STAGES, seed
from certificates.models import Certificate
from cohorts.discussion.models import DiscussionSpace
from cohorts.enrolment.models import Enrolment
from cohorts.organisations.models import Organisation
from courses.models import Study
from lms.people.models import User
from lms.people.roles import Operator
from lms.record.checking import check
from lms.record.models import Entry

pytestmark = pytest.mark.django_db


def ran(capsys, *args):
    try:
        call_command("seed_demo", *args)
        code = 0
    except SystemExit as end:
        code = end.code
    return code, json.loads(capsys.readouterr().out)


def test_the_pilot_has_its_shape_and_climbs(capsys):
    assert ran(capsys, "--stage", "enrolled")[0] == 0
    assert (Enrolment.objects.count(), Organisation.objects.count()) == (24, 23)
    scottish = [e for e in Enrolment.objects.select_related("plan") if "scotland" in e.nations]
    assert len(scottish) == 2 and not Study.objects.exists()

    seed("board")
    assert Study.objects.exists() and Board.objects.get().state == "called"
    assert Submission.objects.filter(state="agreed").count() == 36
    seed("issued")
    assert Certificate.objects.count() == 8 and check()["whole"]

    entries = Entry.objects.count()
    assert ran(capsys, "--stage", "issued") == (0, {**seed("issued"), "unchanged": True})
    code, answer = ran(capsys, "--stage", "board")
    assert code == 1 and "already" in answer["refused"]
    assert Entry.objects.count() == entries


def test_it_refuses_a_database_that_holds_somebody_real(capsys):
    User.objects.create_user("real@imsa.example", first_name="Real")
    before = Entry.objects.count(), User.objects.count()
    for stage in STAGES:
        code, answer = ran(capsys, "--stage", stage)
        assert code == 1 and "real people" in answer["refused"]
    assert ran(capsys, "--if-empty")[1]["unchanged"]
    assert (Entry.objects.count(), User.objects.count()) == before


def test_bad_usage_is_exit_two():
    from django.core.management import ManagementUtility

    with pytest.raises(SystemExit) as end:
        ManagementUtility(["manage.py", "seed_demo", "--stage", "nowhere"]).execute()
    assert end.value.code == 2


def test_a_visitor_sees_outcomes_sections_and_a_discussion():
    """What the programme office and the trainees of a real programme would find there too."""
    seed("issued")
    for essay in Assessment.objects.filter(kind=Assessment.ASSIGNMENT).select_related("module"):
        criteria = list(essay.versions.get(state="approved").criteria.all())
        assert all(one.outcomes for one in criteria)
        assert {o for one in criteria for o in one.outcomes} <= set(essay.module.outcomes)
        assert not unreached(essay.module, criteria), essay.code
    quiz = Assessment.objects.get(kind=Assessment.QUIZ).versions.get(state="approved")
    sections = sections_by_question(quiz)
    assert len(sections) == quiz.places.count() == 12 and len(set(sections.values())) == 3
    space = DiscussionSpace.objects.get()
    assert space.takes_posts and space.cohort.code == "IMSA-2026-09"
    assert [thread.posts.count() for thread in space.threads.all()] == [2, 3]
    by = Operator("seed_demo")
    before = AssessmentVersion.objects.count()
    assert assessments_demonstration.load(by=by) and AssessmentVersion.objects.count() == before
