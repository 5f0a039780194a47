"""Late work under rules with a penalty: judged by the due date as it is now, said to the trainee and the board, and never to a marker."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client

from assessments.attempts import chain
from assessments.attempts.actions import judge_all_late_work, judge_late_work, set_due
from assessments.attempts.models import Attempt, DueLine, MarkLine
from assessments.deciding.actions.boards import Outdated, call_board, confirm_sample, ratify
from assessments.deciding.actions.corrections import agree_to_correction
from assessments.deciding.actions.due_dates import change_due
from assessments.deciding.models import BoardDecision
from assessments.deciding.queries.standing import fingerprint_of, standing_of
from assessments.marking.actions.corrections import request_correction
from assessments.setting.actions.rule_sets import choose_rules, set_rules
from assessments.setting.judging import Rules, preset
from assessments.taking.models import Submission
from lms.kit import clock
from lms.kit.refusals import Refused
from lms.people.models import Notice
from lms.record.models import Entry
from tests import at_moments

from .scene import OP, Scene, in_days, sign_in


def judged_by(scene, rules):
    made = set_rules(None, clock.today(), rules, reason="A test.", by=OP)
    choose_rules(scene.cohort, made, reason="A test.", by=OP)


@pytest.fixture
def sheffield(scene):
    judged_by(scene, preset("sheffield").on(Rules()))
    scene.due(scene.essay)
    scene.due(scene.quiz)
    scene.due(scene.portfolio)
    return scene


def late_essay(scene, days=3, marks=(60, 60), assessment=None):
    """Due on Friday 11 December at 17:00; three days later it is Monday at 17:00, the second late day of Sheffield."""
    with clock.at(in_days(days)):
        paper = scene.hand_in(assessment)
    with clock.at(in_days(days + 1)):
        return scene.mark(paper, *marks)


def history(attempt):
    return [(line.stage, line.mark) for line in MarkLine.objects.filter(attempt=attempt)]


def sound(attempt):
    return chain.differing(MarkLine.objects.filter(attempt=attempt)) == []


def extend(scene, days, kind="circumstances", assessment=None, act=set_due):
    return act(assessment or scene.essay, scene.enrolment, in_days(days), kind, by=scene.registrar)


def board_decides(scene):
    with clock.at(in_days(10)):
        ratify(scene.board(), by=scene.registrar, chair="Ada")


def test_without_a_penalty_in_the_rules_late_work_is_what_it_was(scene):
    scene.due(scene.essay)
    paper = late_essay(scene)
    assert [stage for stage, _ in history(paper.attempt)] == ["first", "second", "agreed"]


def test_the_penalty_follows_the_agreed_mark_and_says_why(sheffield):
    paper = late_essay(sheffield)
    assert history(paper.attempt)[-2:] == [("agreed", 60), ("late", 54)]
    line = paper.lines.get(stage="late")
    assert line.rule.startswith("Handed in 2 days late: 5 percent") and "60 becomes 54" in line.rule
    assert line.inputs["days"] == 2 and line.inputs["lines"] == [3] and sound(paper.attempt)
    assert line.rule_set.number == 1


def test_work_in_time_has_no_such_line(sheffield):
    assert history(late_essay(sheffield, days=0).attempt)[-1] == ("agreed", 60)


def test_a_late_quiz_has_the_penalty_too(sheffield):
    with clock.at(in_days(3)):
        taken = sheffield.take_quiz(right=4)
    assert history(taken.attempt) == [("quiz", 100), ("late", 90)] and sound(taken.attempt)


def test_the_penalty_comes_first_and_the_cap_after_it(sheffield):
    sheffield.everything_marked(mark=44)
    board = sheffield.board()
    ratify(board, by=sheffield.registrar, chair="Ada")
    again = Attempt.objects.get(assessment=sheffield.portfolio, is_current=True)
    assert again.cap == 50
    with clock.at(again.due_at + timedelta(hours=1)):
        paper = sheffield.hand_in(sheffield.portfolio, seed="again")
        sheffield.mark(paper, 60, 60)
    assert history(again)[-3:] == [("agreed", 60), ("late", 57), ("capped", 50)] and sound(again)
    words = chain.explain(MarkLine.objects.filter(attempt=again))
    assert len(words) == 5 and "1 day late" in words[-2] and "at most 50" in words[-1]


def test_markers_learn_of_no_lateness(sheffield):
    paper = late_essay(sheffield)
    for marker in (sheffield.agnes, sheffield.tomasz):
        page = sign_in(Client(), marker).get(f"/marking/{paper.script}/").content.decode()
        assert "Agreed mark" in page and "60" in page
        seen = re.sub(r"<[^>]*>", " ", page.partition("<main")[2]).replace(paper.script, "").lower()
        assert "late" not in seen and "54" not in seen
        assert not Notice.objects.filter(person=marker, body__icontains=" late").exists()


def test_the_trainee_sees_both_marks_at_release_and_none_before(sheffield, client):
    late_essay(sheffield)
    sign_in(client, sheffield.author)
    page = client.get("/my-work/T1-ESSAY/").content.decode()
    assert "54 of 100" not in page and "penalty" not in page
    sheffield.release()
    page = client.get("/my-work/T1-ESSAY/").content.decode()
    assert "54 of 100, provisional" in page
    assert "Without the penalty for late work the mark would be 60." in page
    assert "Handed in 2 days late" in page


def test_board_and_examiner_see_why(sheffield, client):
    paper = late_essay(sheffield)
    sheffield.mark(sheffield.hand_in(sheffield.portfolio), 60, 60)
    sheffield.take_quiz()
    board = sheffield.board()
    sign_in(client, sheffield.registrar)
    page = client.get(f"/boards/{board.pk}/scripts/").content.decode()
    assert "late; 60 without the penalty" in page
    sign_in(client, sheffield.examiner)
    page = client.get(f"/examining/{board.pk}/{paper.script}/").content.decode()
    assert "Penalty for late work" in page and "54: Handed in 2 days late" in page


def test_an_extension_afterwards_adds_a_line_and_takes_nothing_away(sheffield):
    attempt = late_essay(sheffield).attempt
    sheffield.release()
    extend(sheffield, 3)
    assert history(attempt)[-3:] == [("agreed", 60), ("late", 54), ("late", 60)]
    assert chain.standing(MarkLine.objects.filter(attempt=attempt)) == 60 and sound(attempt)
    told = Notice.objects.filter(person=sheffield.author, subject="Your mark has changed")
    assert told.count() == 1
    entries = Entry.objects.count()
    extend(sheffield, 3)
    assert Entry.objects.count() == entries and told.count() == 1, "twice is once"
    extend(sheffield, 1, kind="correction")
    assert history(attempt)[-1][0] == "late" and history(attempt)[-1][1] < 60, (
        "judged, never frozen"
    )


def test_a_mark_that_nobody_has_seen_changes_without_a_message(sheffield):
    late_essay(sheffield)
    extend(sheffield, 3)
    assert not Notice.objects.filter(subject="Your mark has changed").exists()


def test_a_correction_of_a_mark_is_penalised_anew(sheffield):
    paper = late_essay(sheffield)
    task = paper.allocations.get(stage="second")
    asked = request_correction(
        task, {"law": 64, "role": 64}, "Well argued.", "A slip.", by=task.marker
    )
    agree_to_correction(asked, by=sheffield.registrar)
    assert history(paper.attempt)[-3:] == [
        ("second", 64),
        ("agreed", 62),
        ("late", Decimal("55.8")),
    ]
    assert sound(paper.attempt)
    page = sign_in(Client(), task.marker).get(f"/marking/{paper.script}/").content.decode()
    assert "55.8" not in page


def test_another_date_for_the_cohort_counts_when_the_worker_comes_round(sheffield):
    attempt = late_essay(sheffield).attempt
    sheffield.due(sheffield.essay, in_days(3))
    assert history(attempt)[-1] == ("late", 54)
    assert judge_all_late_work(by=OP) == 1
    assert history(attempt)[-1] == ("late", 60)
    before = Entry.objects.count()
    assert judge_late_work(sheffield.cohort, by=OP) == 0 and Entry.objects.count() == before


def test_a_board_records_nothing_by_a_penalty_that_is_no_longer_right(sheffield):
    attempt = late_essay(sheffield).attempt
    sheffield.take_quiz()
    with clock.at(in_days(10)):
        board = sheffield.board()
        shown = fingerprint_of(standing_of(board))
        sheffield.due(sheffield.essay, in_days(3))
        with pytest.raises(Outdated, match="marks or attempts"):
            ratify(board, by=sheffield.registrar, chair="Ada", fingerprint=shown)
        assert history(attempt)[-1] == ("late", 60) and not BoardDecision.objects.exists()
        ratify(board, by=sheffield.registrar, chair="Ada")
    assert history(attempt)[-1] == ("ratified", 60)


def test_after_the_board_another_date_lets_it_decide_again(sheffield):
    """With one attempt there is no other to sit: the mark itself is put right."""
    judged_by(sheffield, preset("sheffield").on(Rules(attempts=1)))
    paper = late_essay(sheffield, marks=(52, 52), assessment=sheffield.portfolio)
    board_decides(sheffield)
    first = BoardDecision.objects.get()
    assert (first.mark, first.outcome) == (Decimal("46.8"), "fail")
    with clock.at(in_days(12)):
        with pytest.raises(Refused, match="its dates stand"):
            extend(sheffield, 3, assessment=sheffield.portfolio)
        extend(sheffield, 3, assessment=sheffield.portfolio, act=change_due)
    assert history(paper.attempt)[-2:] == [("ratified", Decimal("46.8")), ("late", 52)]
    assert Submission.objects.get().state == "agreed"
    newest = BoardDecision.objects.order_by("pk").last()
    assert (newest.outcome, newest.number, newest.is_pass) == ("reopened", 2, False)
    counted = BoardDecision.objects.count(), MarkLine.objects.count(), DueLine.objects.count()
    extend(sheffield, 3, assessment=sheffield.portfolio, act=change_due)
    assert counted == (
        BoardDecision.objects.count(),
        MarkLine.objects.count(),
        DueLine.objects.count(),
    ), "twice is once"
    with clock.at(in_days(20)):
        later = call_board(sheffield.cohort, "Winter board", sheffield.cohort.starts_on, by=OP)
        confirm_sample(later, "Sound.", by=sheffield.examiner)
        ratify(later, by=sheffield.registrar, chair="Ada")
    assert history(paper.attempt)[-1] == ("ratified", 52) and sound(paper.attempt)
    assert BoardDecision.objects.order_by("pk").last().outcome == "pass"


def test_after_the_board_a_date_that_changes_no_mark_is_refused(sheffield):
    judged_by(sheffield, preset("sheffield").on(Rules(attempts=1)))
    paper = late_essay(sheffield, days=0, assessment=sheffield.portfolio)
    board_decides(sheffield)
    before = (
        history(paper.attempt),
        DueLine.objects.count(),
        BoardDecision.objects.count(),
        Entry.objects.count(),
        Notice.objects.count(),
    )
    with pytest.raises(Refused, match="its dates stand"):
        extend(sheffield, 5, assessment=sheffield.portfolio, act=change_due)
    assert before == (
        history(paper.attempt),
        DueLine.objects.count(),
        BoardDecision.objects.count(),
        Entry.objects.count(),
        Notice.objects.count(),
    )


def test_the_page_gives_a_decided_late_mark_another_date(sheffield, client):
    judged_by(sheffield, preset("sheffield").on(Rules(attempts=1)))
    late_essay(sheffield, marks=(52, 52), assessment=sheffield.portfolio)
    board_decides(sheffield)
    sign_in(client, sheffield.registrar)
    address = f"/registry/work/{sheffield.enrolment.pk}/"
    page = client.get(address).content.decode()
    assert "Change the due date" in page and "46.8" not in page
    day = in_days(3).astimezone(clock.now().tzinfo)
    done = client.post(
        address,
        {
            "action": "due",
            "assessment": "T2-PORT",
            "seen": 1,
            "T2-PORT-due-day": f"{day:%Y-%m-%d}",
            "T2-PORT-due-hour": "17:00",
            "T2-PORT-due-kind": "circumstances",
        },
    )
    assert done.status_code == 302
    assert BoardDecision.objects.order_by("pk").last().outcome == "reopened"


def test_a_third_marker_s_mark_is_penalised_once(sheffield):
    paper = late_essay(sheffield, marks=(60, 40, 58))
    assert [stage for stage, _ in history(paper.attempt)] == [
        "first",
        "second",
        "third",
        "agreed",
        "late",
    ]
    assert history(paper.attempt)[-1] == ("late", Decimal("52.2")) and sound(paper.attempt)


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_a_due_date_that_moves_while_the_board_is_recorded_is_the_one_that_counts(on_the_day):
    scene = Scene()
    judged_by(scene, preset("sheffield").on(Rules()))
    scene.due(scene.essay)
    scene.take_quiz()
    paper = late_essay(scene)
    assert history(paper.attempt)[-1] == ("late", 54)

    def move():
        with clock.at(in_days(10)):
            scene.due(scene.essay, in_days(5))

    moment = at_moments.At('FROM "assessments_award"', move)
    with connection.execute_wrapper(moment):
        board_decides(scene)
    assert moment.came and history(paper.attempt)[-1] == ("ratified", 60)
    with pytest.raises(Refused, match="its due date stands"):
        scene.due(scene.essay, in_days(6))
