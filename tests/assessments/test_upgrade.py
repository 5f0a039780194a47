"""What earlier releases kept reads the same after the upgrade, and is guarded again.

Going back and forth through the steps takes most of a minute, so what begins before nearly the same step shares a journey.
"""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction

from assessments.attempts import chain
from assessments.attempts.adjustments import adjustment_on, adjustments_of
from assessments.attempts.models import Adjustment, MarkLine
from assessments.attempts.queries import chains_that_differ, due_of
from assessments.deciding.models import BoardDecision
from assessments.setting.actions.loading import keep_assessment
from assessments.setting.models import Assessment, Question, Sitting
from assessments.setting.queries import criteria_for, questions_in, version_for
from assessments.taking.actions.quizzes import begin_quiz, hand_in_quiz, save_answers
from assessments.taking.models import (
    Handing,
    ItemCredit,
    PaperItem,
    QuizAttempt,
    Response,
    Submission,
)
from assessments.taking.queries import answers_of, questions_asked
from cohorts.imports.models import Import
from cohorts.imports.rules import may_be_written
from cohorts.imports.verdicts import counts_of
from lms.kit.triggers import missing_triggers
from tests.steps import migrate

from .scene import DAY, DUE, OP, QUIZ, Scene, answers, in_days
from .test_item_statistics import answer
from .test_paper_items import right_answers

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db(transaction=True)]


class Earlier:
    """The database as a step of `assessments` left it, and one of `cohorts` where it is named; `make` adds a row to a table of that day."""

    def __init__(self, step, of_cohorts=None):
        before = [("assessments", step)]
        if of_cohorts:
            before.append(("cohorts", of_cohorts))
        loader, named = migrate(before), {app for app, _step in before}
        beside = {"people", "courses", "cohorts"} - named
        leaves = [node for node in loader.graph.leaf_nodes() if node[0] in beside]
        self.apps = loader.project_state([*before, *leaves]).apps

    def make(self, name, **values):
        return self.apps.get_model(name).objects.create(**values)

    def study(self, code, cohorts):
        """A module, its cohorts, and somebody enrolled in the last."""
        programme = self.make("courses.Programme", code=code, title=code, credits=60)
        module = self.make(
            "courses.Module", programme=programme, code=code, title=code, credits=60, order=1
        )
        days = {"starts_on": DAY, "ends_on": DUE.date()}
        found = [
            self.make("cohorts.Cohort", code=one, title=one, programme=programme, **days)
            for one in cohorts
        ]
        person = self.make("people.User", email=f"{code}@test.example")
        plan = self.make(
            "courses.StudyPlan",
            person=person,
            programme=programme,
            nations=["wales"],
            opened_on=DAY,
        )
        place = self.make(
            "cohorts.Enrolment",
            cohort=found[-1],
            person=person,
            plan=plan,
            student_reference=f"R-{code}",
            enrolled_on=DAY,
        )
        return module, found, place


def test_work_of_the_first_releases_reads_the_same():
    """Before attempts: a late essay that was agreed, a quiz that a board decided, a fail without an outcome. Before versions: a rubric,
    questions in their order, a deadline, and work of a cohort without one."""
    try:
        keys = before_attempts(Earlier("0010_marks_are_submitted"))
        of_versions = before_versions(Earlier("0013_attempts_hold_the_work"))
    finally:
        migrate()
    check_attempts(*keys)
    check_versions(*of_versions)
    assert missing_triggers() == []


def before_attempts(old):
    module, (cohort,), place = old.study("A", ["A"])
    work = {"module": module, "title": "T", "brief": "B", "weight": 50}
    essay = old.make("assessments.Assessment", code="A-E", kind="assignment", **work)
    quiz = old.make("assessments.Assessment", code="A-Q", kind="quiz", **work)
    old.make("assessments.Deadline", assessment=essay, cohort=cohort, due_at=in_days(9))
    paper = old.make(
        "assessments.Submission",
        assessment=essay,
        enrolment=place,
        script="S-1",
        receipt="R-1",
        submitted_at=in_days(1),
        due_at=DUE,
        state="agreed",
    )
    for number, stage in enumerate(("first", "second", "agreed"), 1):
        line = {"number": number, "stage": stage, "mark": 44, "by": "person:1"}
        old.make("assessments.MarkLine", submission=paper, **line)
    taken = old.make(
        "assessments.QuizAttempt",
        assessment=quiz,
        enrolment=place,
        receipt="R-2",
        mark=80,
        handed_in_at=DUE,
        state="ratified",
    )
    board = old.make("assessments.Board", cohort=cohort, title="B", meets_on=DAY)
    decision = {"board": board, "enrolment": place, "module": module, "mark": 44}
    old.make("assessments.BoardDecision", is_pass=False, **decision)
    return paper.pk, taken.pk


def check_attempts(paper, taken):
    paper, taken = Submission.objects.get(pk=paper), QuizAttempt.objects.get(pk=taken)
    assert [(line.number, line.stage, line.mark) for line in paper.lines.all()] == [
        (1, "first", 44),
        (2, "second", 44),
        (3, "agreed", 44),
    ]
    assert paper.attempt.released_at == paper.lines.last().at, "what was seen goes on being seen"
    assert due_of(paper.attempt) == DUE and paper.attempt.due_lines.get().kind == "earlier"
    assert chain.standing(taken.attempt.lines.all()) == 80
    decision = BoardDecision.objects.get()
    assert (decision.outcome, decision.label, decision.leaves_open) == ("", "Not passed", False)
    for rows in (MarkLine.objects, BoardDecision.objects):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(mark=100)


def before_versions(old):
    module, (first, second), place = old.study("V", ["V1", "V2"])
    work = {"module": module, "title": "T", "brief": "B", "weight": 50, "words": 900}
    essay = old.make("assessments.Assessment", code="V-E", kind="assignment", **work)
    quiz = old.make("assessments.Assessment", code="V-Q", kind="quiz", **work)
    for key, weight, order in (("two", 40, 2), ("one", 60, 1)):
        criterion = {"key": key, "title": key, "weight": weight, "order": order}
        old.make("assessments.Criterion", assessment=essay, **criterion)
    for key, order in (("Q2", 2), ("Q1", 1)):
        asked = old.make("assessments.Question", assessment=quiz, key=key, text=key, order=order)
        old.make("assessments.Choice", question=asked, text="A", is_right=True)
    old.make("assessments.Deadline", assessment=essay, cohort=first, due_at=DUE)
    sat = old.make("assessments.Attempt", assessment=quiz, enrolment=place)
    old.make("assessments.MarkLine", attempt=sat, number=1, stage="quiz", mark=80, by="person:1")
    return module.pk, first.pk, second.pk


def check_versions(module, first, second):
    essay, quiz = Assessment.objects.filter(module=module).order_by("code")
    for assessment in (essay, quiz):
        for cohort in (first, second):
            version = version_for(assessment.pk, cohort)
            found = version.number, version.brief, version.weight, version.words
            assert found == (1, "B", 50, 900) and version.is_approved
    criteria = [(one.key, one.weight) for one in criteria_for(essay.pk, first)]
    assert criteria == [("one", 60), ("two", 40)]
    assert [q.key for q in questions_in(version_for(quiz, second))] == ["Q1", "Q2"]
    sittings = Sitting.objects.filter(assessment__module=module)
    assert set(sittings.values_list("assessment__code", "cohort__code", "due_at")) == {
        ("V-E", "V1", DUE),
        ("V-Q", "V2", None),
    }
    assert quiz.attempts.get().lines.get().mark == 80


def test_work_and_quizzes_from_before_hand_ins_and_responses_were_kept(on_the_day):
    """The last release kept the file with the work alone, asked everybody of a nation the same, and knew what was asked by the answers."""
    scene = Scene()
    paper = scene.hand_in()
    draft = Submission.objects.create(
        assessment=scene.portfolio,
        enrolment=scene.enrolment,
        attempt=scene.enrolment.attempts.create(assessment=scene.portfolio),
        script="S-2",
        receipt="R-2",
    )
    done = scene.take_quiz(right=3)
    begun = begin_quiz(scene.quiz, (other := scene.another(1)), by=other.person)
    save_answers(begun, dict(list(right_answers(begun).items())[:2]), by=other.person)
    half = begin_quiz(scene.quiz, (third := scene.another(2)), by=third.person)
    kept = dict(list(answers(scene.quiz, third, 4).items())[:2])
    QuizAttempt.objects.filter(pk=half.pk).update(answers={**kept, "gone": 7})
    again_with = {**QUIZ, "question": QUIZ["question"][:3]}
    keep_assessment(scene.one, again_with, by=OP)  # a newer version, which this cohort does not sit
    try:
        migrate([("assessments", "0040_chairs_action")])
    finally:
        migrate()
    found = Handing.objects.get()
    assert (found.submission_id, found.number, found.receipt, found.at) == (
        paper.pk,
        1,
        paper.receipt,
        paper.submitted_at,
    )
    assert found.file() == paper.file() and Path(settings.PRIVATE_ROOT, found.original).exists()
    assert not draft.handings.exists()
    keys = {quiz.pk: [q.key for q in questions_asked(quiz)] for quiz in QuizAttempt.objects.all()}
    assert keys == {
        done.pk: ["T1-Q1", "T1-Q2", "T1-Q3", "T1-Q5"],
        begun.pk: ["T1-Q1", "T1-Q2", "T1-Q4", "T1-Q5"],
        half.pk: ["T1-Q1", "T1-Q2", "T1-Q4", "T1-Q5"],
    }
    positions = PaperItem.objects.filter(quiz=done).values_list("position", flat=True)
    assert list(positions) == [1, 2, 3, 4]
    done.refresh_from_db(), half.refresh_from_db()
    assert answers_of(half) == kept and answers_of(done) == done.answers
    assert not done.responses.exists()
    for rows, change in (
        (Handing.objects, {"receipt": "R-9"}),
        (PaperItem.objects, {"position": 9}),
        (Response.objects, {"number": 9}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)


def test_quizzes_from_before_there_were_kinds_of_questions_read_the_same(on_the_day):
    scene = Scene()
    quiz = begin_quiz(scene.quiz, scene.enrolment, by=scene.author)
    right = answers(scene.quiz, scene.enrolment, 3)
    done = scene.take_quiz(scene.another(1), right=3)
    answer(scene, scene.another(2), "1101")
    item = next(q for q in questions_asked(quiz) if q.key == "T1-Q1")
    Response.objects.create(
        quiz=quiz, item_id=item.item, number=1, choice_id=right["T1-Q1"], client_key="before"
    )
    before = rows_of(quiz, done)
    assert before["credits"][-4:] == [1, 1, 0, 1]
    try:
        migrate([("assessments", "0086_case_follows")])
    finally:
        migrate()
    quiz.refresh_from_db(), done.refresh_from_db()
    assert rows_of(quiz, done) == before and before["open"] == {"T1-Q1": right["T1-Q1"]}
    assert not Response.objects.exclude(answer=None).exists()
    assert set(Question.objects.values_list("kind", flat=True)) == {"single"}
    assert hand_in_quiz(quiz, right, by=scene.author).mark == 75
    assert chains_that_differ() == (3, []) and missing_triggers() == []


def rows_of(quiz, done):
    return {
        "open": answers_of(quiz),
        "in": answers_of(done),
        "mark": done.mark,
        "rows": list(Response.objects.order_by("pk").values("pk", "item", "number", "choice")),
        "credits": list(ItemCredit.objects.order_by("item").values_list("credit", flat=True)),
    }


def test_extra_time_becomes_the_persons_and_the_verdicts_of_files_are_counted():
    """Before adjustments were the person's: two enrolments with their own lines, of which the longest counted on each day. Before files said how many rows have each verdict:
    one with some, one that was dropped, one whose rows are forgotten."""
    old = Earlier("0231_adjustments", "0232_discussion")
    try:
        people = before_adjustments(old)
        files = before_counts(old)
    finally:
        migrate()
    check_adjustments(*people)
    check_counts(*files)
    assert missing_triggers() == []


def before_adjustments(old):
    _module, cohorts, place = old.study("X", ["X1", "X2"])
    person = place.person_id
    other = old.make("people.User", email="nobody-longer@test.example")
    earlier = old.make(
        "courses.StudyPlan",
        person_id=person,
        programme=place.plan.programme,
        nations=["wales"],
        opened_on=DAY,
        closed_on=DAY,
    )
    beside = old.make(
        "cohorts.Enrolment",
        cohort=cohorts[0],
        person_id=person,
        plan=earlier,
        student_reference="R-X-2",
        enrolled_on=DAY,
    )
    lines = [
        (place, 1, 25, at(2026, 9, 1, 9)),
        (beside, 1, 10, at(2026, 9, 2, 9)),  # less than the other place has: no line
        (beside, 2, 50, at(2026, 9, 3, 23, 30)),  # the next day in London
        (place, 2, 0, at(2026, 9, 10, 9)),  # taken away in one place, and the other has 50
        (beside, 3, 0, at(2026, 9, 20, 9)),  # over
    ]
    for enrolment, number, percent, moment in lines:
        old.make(
            "assessments.ExtraTime",
            enrolment=enrolment,
            number=number,
            percent=percent,
            by="person:7",
            at=moment,
        )
    return person, other.pk


def check_adjustments(person, other):
    found = Adjustment.objects.filter(person=person)
    assert list(found.values_list("number", "percent", "starts_on", "ends_on", "days", "by")) == [
        (1, 25, date(2026, 9, 1), None, 0, "person:7"),
        (2, 50, date(2026, 9, 4), None, 0, "person:7"),
        (3, 0, date(2026, 9, 20), None, 0, "person:7"),
    ]
    given = [adjustment_on(adjustments_of(person), date(2026, 9, day)) for day in (1, 3, 4, 19)]
    assert [one and one.percent for one in given] == [25, 25, 50, 50]
    after = adjustment_on(adjustments_of(person), date(2026, 9, 20))
    assert not after or not after.percent, "nothing any more"
    assert not Adjustment.objects.filter(person=other).exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        found.update(percent=100)


def before_counts(old):
    rows = [{"row": n, "verdict": v} for n, v in enumerate(["new", "new", "refused", "unchanged"])]
    facts = {"kind": "cohort", "file_name": "f.csv", "sha256": "0" * 64, "made_by": "person:7"}
    return [
        old.make("cohorts.Import", rows=some, state=state, **facts).pk
        for some, state in ((rows, "checked"), ([], "dropped"), ([], "written"))
    ]


def check_counts(checked, dropped, written):
    files = Import.objects.in_bulk([checked, dropped, written])
    assert files[checked].counts == {"new": 2, "refused": 1, "unchanged": 1}
    assert counts_of(files[checked]) == {"new": 2, "changed": 0, "unchanged": 1, "refused": 1}
    assert not may_be_written(files[checked]), "a row of it is refused"
    assert files[dropped].counts == files[written].counts == {}
    assert len(files[checked].rows) == 4, "its rows are as they were"


def at(*moment):
    return datetime(*moment, tzinfo=UTC)
