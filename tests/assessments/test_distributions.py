"""The external examiner reads how marks are distributed, and learns no single mark from it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from assessments.deciding.actions.board_calendar import cancel_board
from assessments.deciding.actions.boards import confirm_sample, ratify
from assessments.deciding.distributions import Event, at_last_step, distributions, of_module
from assessments.deciding.queries.distributions import distributions_of
from assessments.setting import judging
from assessments.setting.models import AssessmentVersion
from assessments.setting.queries import default_rules
from assessments.setting.rule_sets import RuleSet
from assessments.taking.models import Submission
from cohorts.enrolment.actions import leave
from lms.kit import clock

from .scene import sign_in
from .test_board_pages import crowd

START = datetime(2026, 11, 1, 9, tzinfo=UTC)


def event(person, mark, minutes):
    return Event(person, Decimal(mark), START + timedelta(minutes=minutes))


def marks_at(events, step=3):
    return sorted(map(int, at_last_step(events, step)))


def test_figures_change_only_when_as_many_marks_have_come_or_changed():
    events = [event(n, 50 + n, n) for n in range(1, 9)]
    looks = [marks_at(events[:count]) for count in range(9)]
    assert looks == [[], [], [], *[[51, 52, 53]] * 3, *[[51, 52, 53, 54, 55, 56]] * 3]


def test_a_mark_that_is_corrected_changes_no_figure_alone():
    events = [event(n, 50 + n, n) for n in range(3)] + [event(0, 90, 10)]
    assert marks_at(events) == [50, 51, 52]
    events += [event(1, 91, 11), event(1, 92, 12)]  # one person twice is no second person
    assert marks_at(events) == [50, 51, 52]
    assert marks_at([*events, event(7, 70, 13)]) == [52, 70, 90, 92]


def test_a_penalty_of_the_same_press_comes_with_its_mark():
    late = Event(3, Decimal(43), START + timedelta(minutes=3, seconds=1))
    assert marks_at([event(1, 51, 1), event(2, 52, 2), event(3, 53, 3), late]) == [43, 51, 52]


def test_a_module_has_a_mark_once_each_of_its_pieces_has():
    pieces = [
        (1, event(1, 60, 1)),
        (1, event(2, 40, 2)),
        (2, event(1, 80, 3)),
        (1, event(1, 70, 4)),
    ]
    found = of_module(pieces, frozenset({1, 2}), lambda marks: sum(marks.values()) / 2)
    assert [(one.person, one.mark) for one in found] == [(1, 70), (1, 75)]


def test_small_bands_are_not_shown_and_cannot_be_worked_out():
    marks = [45, 45, *[55] * 6, *[65] * 7]
    found = distributions({"a": [event(n, mark, n) for n, mark in enumerate(marks)]}, (50, 60), 5)
    assert found["a"].count == 15 and found["a"].counts == [None, None, 7]
    few = distributions({"a": [event(n, 55, n) for n in range(4)]}, (50, 60), 5)["a"]
    assert (few.count, few.mean, few.deviation, few.counts) == (None, None, None, [None] * 3)


def test_of_enough_marks_figures_are_right():
    marks = [48, 52, 52, 56, 62]
    found = distributions({"a": [event(n, m, n) for n, m in enumerate(marks)]}, (50, 60), 1)["a"]
    assert (found.count, str(found.mean), str(found.deviation)) == (5, "54.00", "4.73")
    assert found.counts == [1, 3, 1]


# ---- on the page ----


def limit(scene, count):
    RuleSet.objects.create(
        number=1,
        in_force_from=scene.cohort.starts_on,
        values=judging.as_values(replace(default_rules(), small_group=count)),
        reason="x",
        by="t",
    )


def page_of(scene, board):
    return sign_in(Client(), scene.examiner).get(f"/examining/{board.pk}/").content.decode()


def figures(board):
    return {row.code: row.figures for row in distributions_of(board).rows}


@pytest.mark.both_engines
def test_the_page_shows_pieces_and_modules_without_names_or_small_numbers(scene):
    limit(scene, 3)
    people = [scene.enrolment, *(scene.another(n) for n in range(3))]
    for enrolment, mark in zip(people, (62, 64, 66, 91), strict=True):
        scene.everything_marked(enrolment, mark)
    board = scene.board(confirmed=False)
    found = figures(board)
    assert (found["T1-ESSAY"].count, str(found["T1-ESSAY"].mean)) == (3, "64.00")
    assert found["T1-ESSAY"].counts == [0, 0, 3, 0], "the newest mark changes no figure alone"
    assert found["T1"].count == found["T2"].count == found["T2-PORT"].count == 3
    page = page_of(scene, board)
    assert "Distribution of marks" in page and page.count('<svg class="columns"') == 5
    part = page.split('aria-labelledby="distributions">')[1].split("</section>")[0]
    assert "Quuxington" not in part and "REF-" not in part
    assert not any(one in part for one in Submission.objects.values_list("script", flat=True))


def test_below_the_limit_nothing_is_shown_and_of_chosen_subjects_neither(scene):
    limit(scene, 4)
    people = [scene.enrolment, *(scene.another(n) for n in range(2))]
    for enrolment in people:
        scene.everything_marked(enrolment, 62)
    board = scene.board(confirmed=False)
    page = page_of(scene, board)
    assert page.count("Fewer than 4 marks") == 5 and '<svg class="columns"' not in page
    scene.everything_marked(scene.another(5), 62)
    AssessmentVersion.objects.filter(assessment=scene.essay).update(chooses_subject=True)
    page = page_of(scene, board)
    # The module has two pieces: from its mean that of the essay could be worked out.
    assert (
        page.count("authors chose their subjects") == 2 and page.count('<svg class="columns"') == 3
    )


def test_who_leaves_takes_no_mark_along_and_a_decided_board_shows_what_it_decided(scene):
    limit(scene, 2)
    people = [scene.enrolment, scene.another(1)]
    for enrolment, mark in zip(people, (60, 70), strict=True):
        scene.everything_marked(enrolment, mark)
    board = scene.board(confirmed=False)
    before = figures(board)
    assert before["T2"].count == 2
    leave(people[1], by=scene.registrar)
    assert figures(board) == before
    with clock.at(clock.now() + timedelta(hours=1)):
        confirm_sample(board, "Sound.", by=scene.examiner)
        ratify(board, by=scene.registrar, chair="Prof. Chair")
    with clock.at(clock.now() + timedelta(days=40)):
        for n in (2, 3):
            scene.everything_marked(scene.another(n), 90)
        board.refresh_from_db()
        assert figures(board) == before


def test_a_cancelled_board_shows_none(scene):
    limit(scene, 2)
    board = scene.board(confirmed=False)
    assert distributions_of(board) is not None
    cancel_board(board, "Not enough marked.", by=scene.registrar)
    assert distributions_of(board) is None and "Distribution of marks" not in page_of(scene, board)


@pytest.mark.both_engines
def test_statements_are_as_many_at_24_and_1000_people(scene, rows_read):
    board, client, cost = scene.board(confirmed=False), sign_in(Client(), scene.examiner), []
    for begin, count in ((0, 24), (24, 976)):
        crowd(scene, count, begin=begin, spread=lambda n: 40 + n % 45)
        client.get(f"/examining/{board.pk}/")
        with rows_read() as read:
            assert client.get(f"/examining/{board.pk}/").status_code == 200
        cost.append(read.statements)
    assert cost[0] == cost[1] <= 15
    assert figures(board)["T1-ESSAY"].count == 1000
