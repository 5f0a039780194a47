"""What was used never changes: a cohort is asked, and judged, by the version it sits, whatever is written afterwards."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from assessments.setting.actions.loading import keep_assessment
from assessments.setting.actions.questions import remove_question, write_question
from assessments.setting.actions.sittings import BadDate, set_sitting
from assessments.setting.actions.versions import (
    Incomplete,
    Outdated,
    approve,
    drop_draft,
    edit_version,
    make_assessment,
    start_version,
)
from assessments.setting.models import (
    Assessment,
    AssessmentVersion,
    Choice,
    Criterion,
    Question,
    Sitting,
)
from assessments.setting.queries import criteria_for, questions_for, questions_in, version_for
from assessments.taking.actions.quizzes import begin_quiz, hand_in_quiz
from cohorts.enrolment.actions import enrol, make_cohort
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice
from lms.record.models import Entry

from .scene import DAY, DUE, ESSAY, OP, QUIZ, Scene, answers, in_days, pdf, person, sign_in
from .test_submissions import together

TABLES = (Assessment, AssessmentVersion, Criterion, Question, Choice, Sitting, Entry)


@pytest.fixture(autouse=True)
def without_the_examiner(settings):
    """`test_papers.py` is about the examiner's word."""
    settings.IMSA_EXAMINER_APPROVES = False


def everything():
    return [list(table._base_manager.order_by("pk").values_list()) for table in TABLES]


def newest(assessment):
    return assessment.versions.order_by("-number")[0]


def next_essay(scene, **facts):
    draft = start_version(newest(scene.essay), by=scene.registrar)
    criteria = [
        {"title": "Argument", "weight": 50, "description": "It holds."},
        {"title": "Law", "weight": 50, "description": "Dated."},
    ]
    edit_version(
        draft, by=scene.registrar, **{"brief": "Write less.", "criteria": criteria, **facts}
    )
    return approve(draft, by=scene.registrar)


def another_cohort(scene, code="T2027"):
    made = make_cohort(
        code, f"Cohort {code}", scene.programme, DUE.date(), DUE.date() + timedelta(300), by=OP
    )
    someone = person(f"of-{code.lower()}")
    return made, enrol(made, someone, ["wales"], f"REF-{code}", by=OP, enrolled_on=DUE.date())


def test_work_is_marked_by_the_version_its_cohort_sat(scene):
    submission = scene.hand_in()
    next_essay(scene)
    assert [c.key for c in criteria_for(scene.essay, scene.cohort)] == ["law", "role"]
    client = sign_in(Client(), scene.agnes)
    scene.allocate(submission)
    page = client.get(f"/marking/{submission.script}/").content.decode()
    assert "Role" in page and "Argument" not in page
    later, _place = another_cohort(scene)
    assert [c.title for c in criteria_for(scene.essay, later)] == ["Argument", "Law"]


def test_a_board_weighs_by_the_version_its_cohort_sat(scene):
    scene.everything_marked()
    next_essay(scene, weight=10)
    board = scene.board()
    from assessments.deciding.queries.boards import readiness

    case = next(case for case in readiness(board) if case.module == scene.one)
    assert {p.assessment.code: p.assessment.weight for p in case.parts} == {
        "T1-ESSAY": 70,
        "T1-QUIZ": 30,
    }


def test_a_cohort_without_a_sitting_sits_the_newest_approved_version(scene):
    assert version_for(scene.essay, scene.cohort).number == 1
    draft = start_version(newest(scene.essay), by=scene.registrar)
    assert version_for(scene.essay, scene.cohort).number == 1, "nobody is asked a draft"
    approve(draft, by=scene.registrar)
    assert version_for(scene.essay, scene.cohort).number == 2


def test_the_first_file_handed_in_pins_the_version(scene):
    scene.hand_in()
    assert Sitting.objects.get(assessment=scene.essay).version.number == 1
    version = next_essay(scene)
    before = everything()
    with pytest.raises(Refused, match="the version it sits stands"):
        set_sitting(scene.essay, scene.cohort, {}, by=scene.registrar, version=version)
    assert everything() == before


def test_before_any_work_is_in_a_cohort_can_sit_another_version(scene):
    scene.due(scene.essay)
    version = next_essay(scene)
    assert version_for(scene.essay, scene.cohort).number == 1
    set_sitting(scene.essay, scene.cohort, {}, by=scene.registrar, version=version)
    assert version_for(scene.essay, scene.cohort).number == 2


def test_a_question_that_was_asked_is_replaced_and_never_edited(scene):
    attempt = begin_quiz(scene.quiz, scene.enrolment, by=scene.author)
    draft = start_version(newest(scene.quiz), by=scene.registrar)
    old = Question.objects.get(key="T1-Q1")
    facts = {
        "text": "Another wording?",
        "choices": [{"text": "Yes", "is_right": True}, {"text": "No", "is_right": False}],
    }
    made = write_question(draft, facts, by=scene.registrar, question=old)
    assert made.replaces == old and made.key == "T1-Q1.v2"
    remove_question(draft, Question.objects.get(key="T1-Q2"), by=scene.registrar)
    approve(draft, by=scene.registrar)
    old.refresh_from_db()
    assert old.text == "Question number 1?" and old.choices.count() == 3
    assert [q.key for q in questions_for(scene.quiz, scene.enrolment)][:2] == ["T1-Q1", "T1-Q2"]
    assert [q.key for q in questions_in(draft)] == ["T1-Q1.v2", "T1-Q3", "T1-Q4", "T1-Q5"]
    assert (
        hand_in_quiz(attempt, answers(scene.quiz, scene.enrolment, 4), by=scene.author).mark == 100
    )


def test_a_question_of_this_draft_alone_is_edited_where_it_stands(scene):
    draft = start_version(newest(scene.quiz), by=scene.registrar)
    choices = [{"text": "A", "is_right": True}, {"text": "B", "is_right": False}]
    made = write_question(draft, {"text": "New?", "choices": choices}, by=scene.registrar)
    again = write_question(
        draft, {"text": "Newer?", "choices": choices}, by=scene.registrar, question=made
    )
    assert again.pk == made.pk and again.text == "Newer?"
    remove_question(draft, made, by=scene.registrar)
    assert not Question.objects.filter(pk=made.pk).exists()
    before = everything()
    for wrong in (choices[:1], [*choices, choices[0]], [{**c, "is_right": True} for c in choices]):
        with pytest.raises(Refused):
            write_question(draft, {"text": "Odd?", "choices": wrong}, by=scene.registrar)
    with pytest.raises(Refused, match="no entry “no-law”"):
        write_question(
            draft, {"text": "Odd?", "choices": choices, "provision": "no-law"}, by=scene.registrar
        )
    assert everything() == before


def test_an_approved_version_is_never_written_to(scene):
    version, before = newest(scene.essay), everything()
    with pytest.raises(Refused, match="Start a new version"):
        edit_version(version, by=scene.registrar, brief="Other")
    with pytest.raises(Refused, match="Start a new version"):
        drop_draft(version, by=scene.registrar)
    with pytest.raises(Refused, match="Start a new version"):
        write_question(newest(scene.quiz), {"text": "?", "choices": []}, by=scene.registrar)
    assert everything() == before


def test_only_a_registrar_sets_anything(scene):
    draft, before = start_version(newest(scene.essay), by=scene.registrar), None
    before = everything()
    for by in (scene.author, scene.agnes, scene.examiner):
        for act in (
            lambda by=by: make_assessment(scene.one, "X", "quiz", "X", weight=1, by=by),
            lambda by=by: start_version(draft, by=by),
            lambda by=by: edit_version(draft, by=by, brief="X"),
            lambda by=by: approve(draft, by=by),
            lambda by=by: drop_draft(draft, by=by),
            lambda by=by: set_sitting(scene.essay, scene.cohort, {"due_at": DUE}, by=by),
        ):
            with pytest.raises(NotAllowed):
                act()
    assert everything() == before


def test_a_stale_page_overwrites_nothing_and_twice_is_once(scene):
    draft = start_version(newest(scene.essay), by=scene.registrar)
    assert start_version(newest(scene.essay), by=scene.registrar) == draft
    edit_version(draft, by=scene.registrar, brief="First", seen=0)
    before = everything()
    with pytest.raises(Outdated):
        edit_version(draft, by=scene.registrar, brief="Second", seen=0)
    edit_version(draft, by=scene.registrar, brief="First")
    assert everything() == before
    approve(draft, by=scene.registrar)
    before = everything()
    approve(draft, by=scene.registrar)
    assert everything() == before


def test_an_unfinished_draft_is_not_approved(scene):
    draft = make_assessment(scene.two, "t2-new", "assignment", "New", weight=0, by=scene.registrar)
    before = everything()
    with pytest.raises(Incomplete, match="brief is empty"):
        approve(draft, by=scene.registrar)
    assert everything() == before
    assert not Assessment.objects.filter(code="T2-NEW").exists(), "it is asked of nobody"
    assert "T2-NEW" not in sign_in(Client(), scene.author).get("/my-work/").content.decode()
    drop_draft(draft, by=scene.registrar)
    assert not Assessment.drafts_too.filter(code="T2-NEW").exists()


def test_a_new_piece_is_not_asked_of_people_whom_a_board_has_decided(scene):
    from assessments.deciding.actions.boards import ratify

    scene.everything_marked()
    ratify(scene.board(), by=scene.registrar, chair="The chair")
    draft = make_assessment(scene.one, "T1-NEW", "assignment", "New", weight=0, by=scene.registrar)
    edit_version(draft, by=scene.registrar, brief="B", criteria=[{"title": "C", "weight": 100}])
    before = everything()
    with pytest.raises(Refused, match="has decided module T1"):
        approve(draft, by=scene.registrar)
    assert everything() == before


def test_the_loader_writes_a_new_version_and_twice_is_once(scene):
    scene.hand_in()
    before = everything()
    assert keep_assessment(scene.one, ESSAY, by=OP) == scene.essay
    assert keep_assessment(scene.one, QUIZ, by=OP) == scene.quiz
    assert everything() == before
    keep_assessment(scene.one, {**ESSAY, "brief": "Other", "weight": 60}, by=OP)
    assert version_for(scene.essay, scene.cohort).number == 1
    later, _place = another_cohort(scene)
    assert (version_for(scene.essay, later).brief, newest(scene.essay).weight) == ("Other", 60)


# ---- dates ----


def test_before_it_opens_a_trainee_sees_title_and_dates_alone(scene):
    set_sitting(
        scene.essay, scene.cohort, {"opens_at": in_days(-7), "due_at": DUE}, by=scene.registrar
    )
    client = sign_in(Client(), scene.author)
    page = client.get("/my-work/T1-ESSAY/").content.decode()
    assert "This opens on" in page and "11 December 2026" in page
    assert "Write it." not in page and "Right and dated." not in page
    assert client.post("/my-work/T1-ESSAY/", {"action": "save", "note": "X"}).status_code == 403
    with pytest.raises(Refused, match="opens on"):
        scene.hand_in()
    assert not scene.essay.submissions.exists()
    with clock.at(in_days(-6)):
        assert "Write it." in client.get("/my-work/T1-ESSAY/").content.decode()
        scene.hand_in()


def test_dates_that_cannot_be_are_refused_and_nothing_changes(scene):
    scene.due(scene.essay)
    before = everything()
    day = DUE.date()
    for name, dates in (
        ("opens_at", {"opens_at": in_days(1)}),
        ("marking_due_on", {"marking_due_on": day - timedelta(1)}),
        ("feedback_due_on", {"marking_due_on": day + timedelta(9), "feedback_due_on": day}),
        ("due_at", {"due_at": in_days(3000)}),
    ):
        with pytest.raises(BadDate) as caught:
            set_sitting(scene.essay, scene.cohort, dates, by=scene.registrar)
        assert caught.value.name == name
    draft = start_version(newest(scene.essay), by=scene.registrar)
    before = everything()
    with pytest.raises(Refused, match="approved"):
        set_sitting(scene.essay, scene.cohort, {}, by=scene.registrar, version=draft)
    assert everything() == before


def test_once_work_is_in_the_due_date_only_moves_later_and_trainees_are_told(scene):
    set_sitting(
        scene.essay, scene.cohort, {"opens_at": in_days(-30), "due_at": DUE}, by=scene.registrar
    )
    scene.hand_in()
    before, told = everything(), Notice.objects.count()
    for name, dates in (("due_at", {"due_at": in_days(-1)}), ("opens_at", {"opens_at": None})):
        with pytest.raises(BadDate) as caught:
            set_sitting(scene.essay, scene.cohort, dates, by=scene.registrar)
        assert caught.value.name == name
    assert everything() == before and Notice.objects.count() == told
    for _again in range(2):
        set_sitting(scene.essay, scene.cohort, {"due_at": in_days(7)}, by=scene.registrar)
    assert Notice.objects.filter(person=scene.author, subject__startswith="New date").count() == 1


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_a_hand_in_and_another_version_at_once_leave_no_work_on_a_version_its_cohort_does_not_sit():
    with clock.at(DAY):
        scene = Scene()
        scene.due(scene.quiz)
        draft = start_version(newest(scene.quiz), by=scene.registrar)
        remove_question(draft, Question.objects.get(key="T1-Q1"), by=scene.registrar)
        approve(draft, by=scene.registrar)
    gate, refused = threading.Barrier(2), []

    def press(which):
        with clock.at(DAY):
            gate.wait()
            try:
                if which == "begin":
                    begin_quiz(scene.quiz, scene.enrolment, by=scene.author)
                else:
                    set_sitting(scene.quiz, scene.cohort, {}, by=scene.registrar, version=draft)
            except Refused:
                refused.append(which)
        connection.close()

    together(press, "begin", "change")
    assert scene.quiz.quizzes.count() == 1
    number = version_for(scene.quiz, scene.cohort).number
    assert number == (1 if refused else 2) and refused in ([], ["change"])


def test_nobody_is_handed_a_file_for_a_piece_in_no_use(scene):
    draft = make_assessment(scene.two, "T2-NEW", "assignment", "New", weight=0, by=scene.registrar)
    with pytest.raises(Refused, match="No version of T2-NEW is approved"):
        from assessments.taking.actions.submissions import submit

        submit(draft.assessment, scene.enrolment, pdf(), "", by=scene.author)
