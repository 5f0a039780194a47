"""The external examiner is asked about what this board can decide, and about nothing that is final already."""

import re
from datetime import timedelta

from django.test import Client

from assessments.deciding.actions.boards import call_board, confirm_sample, ratify
from assessments.deciding.queries.sample import sample_of
from assessments.taking.models import Submission
from cohorts.enrolment.actions import interrupt
from lms.kit import clock

from .scene import DAY, sign_in


def numbers(sample):
    return {script.script for group in sample.groups for script in group["scripts"]}


def second_board(scene, at=DAY):
    return call_board(scene.cohort, "Spring board", at, by=scene.registrar)


def decided_and_waiting(scene):
    """Two scripts an earlier board decided, and two of another trainee that only the next can decide."""
    old = scene.everything_marked()
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    new = scene.everything_marked(scene.another(1), mark=58)
    return {s.script for s in old}, {s.script for s in new}


def test_a_second_board_samples_only_what_it_can_decide(scene):
    old, new = decided_and_waiting(scene)
    sample = sample_of(second_board(scene))
    assert numbers(sample) == new and (sample.count, sample.of) == (2, 2)
    assert {line["script"].script for line in sample.earlier} == old
    assert {line["board"].title for line in sample.earlier} == {"Autumn board"}


def test_what_was_decided_is_apart_and_folded_and_not_called_provisional(scene):
    old, new = decided_and_waiting(scene)
    board = second_board(scene)
    page = sign_in(Client(), scene.examiner).get(f"/examining/{board.pk}/").content.decode()
    asked, folded = page.split('<details class="fold">')
    assert all(n in asked and n not in folded for n in new) and all(
        n in folded and n not in asked for n in old
    )
    assert (
        "2 scripts that earlier boards decided" in folded
        and "You are not asked about these." in folded
    )
    assert (
        "Now: the 2 marks this board can decide are provisional." in page
        and "every mark is provisional" not in page
    )
    assert "What an earlier board decided is final already, and stays as it is." in page


def test_half_a_module_is_left_to_a_later_board_and_who_is_away_is_not(scene):
    scene.mark(scene.hand_in(scene.essay, seed="e"), 62, 62)  # the quiz of the module is missing
    away = scene.another(1)
    scene.everything_marked(away)
    interrupt(away, by=scene.registrar)
    away_scripts = Submission.objects.filter(enrolment=away)
    sample = sample_of(scene.board(confirmed=False))
    theirs = set(away_scripts.values_list("script", flat=True))
    assert numbers(sample) == theirs and sample.for_later == 1
    page = (
        sign_in(Client(), scene.examiner)
        .get(f"/examining/{scene.board(confirmed=False).pk}/")
        .content.decode()
    )
    assert "1 marked script is left to a later board" in page and all(
        number in page for number in theirs
    )


def test_a_board_that_has_decided_shows_what_it_decided(scene):
    old, new = decided_and_waiting(scene)
    board = second_board(scene)
    first = scene.cohort.boards.get(title="Autumn board")
    sample = sample_of(first)
    assert numbers(sample) == old and list(sample.earlier) == []
    with clock.at(DAY + timedelta(hours=1)):
        confirm_sample(board, "Sound.", by=scene.examiner)
        ratify(board, by=scene.registrar, chair="Prof. Chair")
    assert numbers(sample_of(board)) == new and numbers(sample_of(first)) == old
    assert list(sample_of(first).earlier) == [], "a later decision is not an earlier one"
    page = sign_in(Client(), scene.examiner).get(f"/examining/{first.pk}/").content.decode()
    assert "2 of the 2 scripts this board decided" in re.sub(r"\s+", " ", page)
