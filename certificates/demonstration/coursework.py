"""What the trainees hand in, how it is marked, and the boards that decide on it."""

from datetime import date, timedelta
from decimal import Decimal

from assessments import demonstration as invented_work
from assessments.deciding.actions.boards import call_board, confirm_sample, ratify
from assessments.deciding.actions.release import release_marks
from assessments.deciding.models import Board
from assessments.marking.actions.allocation import allocate, allocate_third
from assessments.marking.actions.corrections import request_correction
from assessments.setting.models import Assessment
from cohorts.enrolment.models import Cohort

from .scene import CHAIR, FIRST_INTAKE, on, weekday_before


def first_intake_work(scene, groups):
    """The first intake hands everything in; from the board stage on, both markers have sealed it."""
    enrolments = groups["issued"] + groups["decided"]
    quizzes(scene, enrolments, date(2025, 11, 20))
    for essay, day in zip(
        essays(), [date(2026, 1, 14), date(2026, 3, 25), date(2026, 6, 3)], strict=True
    ):
        hand_in_and_mark(scene, essay, enrolments, day)


def second_intake_work(scene, groups):
    """Four scripts of the second intake, each at another point of the markers' work."""
    essay = Assessment.objects.get(code="701-ESSAY")
    quizzes(scene, groups["marking"], scene.day - timedelta(12))
    registrar, (first, second, third) = scene.staff["registrar"], scene.markers
    for n, enrolment in enumerate(groups["marking"]):
        with on(scene.day - timedelta(9 - n)):
            submission = invented_work.submit_for(
                enrolment, essay, seed=f"second-{n}", by=enrolment.person
            )
        if n == 0 or submission.allocations.exists():
            continue  # the first waits for the registrar to choose markers
        with on(scene.day - timedelta(5)):
            allocate(submission, first, second, by=registrar)
        with on(scene.day - timedelta(2)):
            if n == 2:
                invented_work.mark_for(submission, None, Decimal(64), scene.markers, by=registrar)
                slip_to_correct(submission)
            elif n == 3:
                invented_work.mark_for(
                    submission, Decimal(48), Decimal(63), scene.markers, by=registrar
                )
                allocate_third(submission, third, by=registrar)


def slip_to_correct(submission):
    """A marker has swapped two figures and asks to put it right."""
    task = submission.allocations.get(sealed_at__isnull=False)
    marks = dict.fromkeys(task.marks, 46)
    why = "I typed 64 and meant 46: the two figures are swapped in every criterion."
    request_correction(task, marks, task.comment, why, by=task.marker)


def deferred_work(scene, groups):
    """Four people were deferred; their work came in the autumn and waits for its board."""
    quizzes(scene, groups["board"], date(2026, 2, 12))
    for essay, days in zip(essays(), (70, 60, 45), strict=True):
        hand_in_and_mark(
            scene, essay, groups["board"], scene.day - timedelta(days), prefix="deferred-"
        )
        with on(scene.day - timedelta(days - 15)):
            for cohort in {enrolment.cohort for enrolment in groups["board"]}:
                release_marks(essay, cohort, by=scene.staff["registrar"])


def quizzes(scene, enrolments, day):
    quiz = Assessment.objects.filter(kind=Assessment.QUIZ)
    for n, enrolment in enumerate(enrolments):
        for assessment in quiz:
            with on(day):
                invented_work.hand_in_quiz_for(
                    enrolment, right=9 + n % 4, by=enrolment.person, assessment=assessment
                )


def essays():
    return list(
        Assessment.objects.filter(kind=Assessment.ASSIGNMENT)
        .select_related("module")
        .order_by("module__order")
    )


def hand_in_and_mark(scene, essay, enrolments, day, prefix=""):
    """Each an essay of their own, but for one of the deferred: its file is another's, which the office is shown."""
    for n, enrolment in enumerate(enrolments):
        is_same = n == 0 and essay.module.order == 1
        seed = f"{'' if is_same else prefix}{essay.code}-{n}"
        with on(day):
            submission = invented_work.submit_for(enrolment, essay, seed=seed, by=enrolment.person)
        mark = Decimal(58 + (n * 7 + essay.module.order) % 22)
        with on(day + timedelta(14)):
            if scene.stage == "marking":
                allocate(submission, *scene.markers[:2], by=scene.staff["registrar"])
            else:
                second = mark + (n % 3 - 1) * 2
                invented_work.mark_for(
                    submission,
                    mark,
                    second,
                    scene.markers,
                    by=scene.staff["registrar"],
                    marks_third=mark,
                )


def call_next_board(scene, title):
    """A board that can decide today: its examiner has a sample to read, its registrar a list to ratify."""
    with on(scene.day - timedelta(12)):
        cohort = Cohort.objects.get(code=FIRST_INTAKE)
        if not Board.objects.filter(cohort=cohort, state="called").exists():
            call_board(cohort, title, weekday_before(scene.day), by=scene.staff["registrar"])


def summer_board(scene):
    """The board of the first intake has met, confirmed by the external examiner."""
    cohort, registrar = Cohort.objects.get(code=FIRST_INTAKE), scene.staff["registrar"]
    with on(date(2026, 7, 8)):
        board = call_board(cohort, "Summer board, July 2026", date(2026, 7, 15), by=registrar)
    with on(date(2026, 7, 13)):
        words = "I read nine scripts across the range. The marks are sound and the feedback is specific."
        confirm_sample(board, words, by=scene.staff["examiner"])
    with on(date(2026, 7, 15)):
        ratify(board, by=registrar, chair=CHAIR)
