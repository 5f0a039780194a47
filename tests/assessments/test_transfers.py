"""An enrolment moves to another cohort only when nothing of it waits, and takes its attempts and decisions along."""

from datetime import date

import pytest

from assessments.deciding.actions.boards import ratify
from assessments.deciding.queries.transcripts import content_of_transcript
from assessments.deciding.queries.transfers import barriers_to_transfer
from assessments.setting.actions.versions import approve, start_version
from assessments.setting.models import Sitting
from assessments.taking.actions.quizzes import begin_quiz
from assessments.trainee.queries import work_in
from cohorts.enrolment.actions import make_cohort
from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.places import transfer
from lms.kit.refusals import Refused

from .scene import OP

pytestmark = pytest.mark.django_db


def later(scene):
    return make_cohort("LATER", "Later", scene.programme, date(2027, 9, 1), date(2028, 9, 1), by=OP)


def test_what_waits_for_a_board_stays_with_its_cohort(scene):
    other, enrolment = later(scene), scene.enrolment
    assert barriers_to_transfer(enrolment, other) == []
    submission = scene.hand_in()
    code = submission.assessment.code
    (why,) = barriers_to_transfer(enrolment, other)
    assert code in why and scene.cohort.title in why
    with pytest.raises(Refused, match="no exam board has decided"):
        transfer(enrolment, other, by=OP, reason="ill")
    assert Enrolment.objects.get(pk=enrolment.pk).cohort == scene.cohort
    assert enrolment.submissions.get().state == "submitted"


def test_what_a_board_decided_goes_along(scene):
    other, enrolment = later(scene), scene.enrolment
    scene.take_quiz()
    scene.mark(scene.hand_in(), 62, 62)
    assert barriers_to_transfer(enrolment, other)
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    decided = list(enrolment.decisions.order_by("pk").values_list("pk", "mark"))
    before = content_of_transcript(enrolment)
    assert decided and barriers_to_transfer(enrolment, other) == []
    moved = transfer(enrolment, other, by=OP, reason="ill")
    found = Enrolment.objects.select_related("cohort__programme", "person").get(pk=moved.pk)
    assert found.cohort == other
    assert list(found.decisions.order_by("pk").values_list("pk", "mark")) == decided
    after = content_of_transcript(found)
    assert after["modules"] == before["modules"] and after["cohort"] == "Later"
    assert {work.assessment.code for work in work_in(found)} == {"T1-QUIZ", "T1-ESSAY", "T2-PORT"}


def test_a_quiz_in_progress_stays(scene):
    begin_quiz(scene.quiz, scene.enrolment, by=scene.author)
    (why,) = barriers_to_transfer(scene.enrolment, later(scene))
    assert "A quiz is in progress: T1-QUIZ" in why


def test_work_keeps_the_version_it_was_marked_by(scene):
    other = later(scene)
    scene.everything_marked()
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    new = approve(start_version(scene.essay.versions.get(), by=scene.registrar), by=OP)
    Sitting.objects.create(assessment=scene.essay, cohort=other, version=new)
    (why,) = barriers_to_transfer(scene.enrolment, other)
    assert "another version of T1-ESSAY" in why
