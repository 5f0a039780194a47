"""A module is not passed by its other pieces where one is short of what it needs; boards count and decide the same."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from assessments.deciding import module_results
from assessments.deciding.actions.boards import ratify
from assessments.deciding.models import BoardDecision
from assessments.deciding.queries.boards import modules_of, readiness
from assessments.deciding.queries.tallies import tally_of, verdicts_of
from assessments.setting.actions.rule_sets import choose_rules, set_rules
from assessments.setting.actions.versions import edit_version, start_version
from assessments.setting.judging import Rules
from assessments.setting.models import AssessmentVersion
from lms.kit import clock
from lms.kit.refusals import Refused

from .scene import OP, sign_in


def needs(assessment, **facts):
    AssessmentVersion.objects.filter(assessment=assessment).update(**facts)


def judged(scene, essay=62, right=1):
    """A quiz of 25, 50, 75 or 100 that counts 30, and an essay that counts 70."""
    scene.take_quiz(right=right)
    scene.mark(scene.hand_in(), essay, essay)
    board = scene.board()
    return board, next(c for c in readiness(board) if c.module == scene.one)


def passes(scene, board):
    return sum(line.passes for line in verdicts_of(board, modules_of(board)))


def test_without_a_minimum_the_pieces_make_up_for_each_other(scene):
    board, case = judged(scene)
    assert (case.outcome, case.short, passes(scene, board)) == ("pass", [], 1)


@pytest.mark.parametrize("facts", [{"minimum": 40}, {"must_pass": True}])
def test_a_piece_that_is_short_fails_its_module_and_is_done_again(scene, facts):
    needs(scene.quiz, **facts)
    board, case = judged(scene)
    assert case.mark > 50 and case.outcome == "refer" and passes(scene, board) == 0
    assert [part.assessment.code for part in case.short] == ["T1-QUIZ"]
    page = sign_in(Client(), scene.registrar).get(f"/boards/{board.pk}/check/").content.decode()
    least = facts.get("minimum", 50)
    assert f"T1-QUIZ has 25 and needs {least}" in page and "Another attempt" in page
    ratify(board, by=scene.registrar, chair="Ada")
    decision = BoardDecision.objects.get()
    assert (decision.is_pass, decision.outcome) == (False, "refer")
    again = scene.enrolment.attempts.filter(number=2)
    assert [attempt.assessment.code for attempt in again] == ["T1-QUIZ"]


def test_a_piece_just_at_its_minimum_is_enough(scene):
    needs(scene.quiz, minimum=25)
    board, case = judged(scene)
    assert case.outcome == "pass" and passes(scene, board) == 1
    assert tally_of(board, modules_of(board)).ready == 1


def test_the_rules_give_the_minimum_of_every_piece_that_has_none_of_its_own(scene):
    made = set_rules(None, clock.today(), Rules(component_minimum=40), reason="So.", by=OP)
    choose_rules(scene.cohort, made, reason="So.", by=OP)
    needs(scene.essay, minimum=0)
    board, case = judged(scene)
    assert case.outcome == "refer" and [p.assessment.code for p in case.short] == ["T1-QUIZ"]
    page = sign_in(Client(), scene.author).get("/my-work/T2-PORT/").content.decode()
    assert "40 at least: below it the module is not passed" in page


MARK = st.decimals(0, 100, places=2)


@given(
    MARK,
    st.integers(1, 100),
    st.one_of(st.none(), st.integers(0, 100)),
    st.booleans(),
    st.integers(0, 100),
)
def test_a_piece_that_is_short_is_always_done_again(mark, pass_mark, minimum, must_pass, default):
    class Part:
        least = module_results.least_of_piece(pass_mark, minimum, must_pass, default)

    part = Part()
    part.mark = mark
    is_short = mark < part.least
    assert not is_short or module_results.to_repeat([part], pass_mark) == [part]
    decided = module_results.outcome(100, pass_mark, may_repeat=True, is_short=is_short)
    assert decided == ("refer" if is_short else "pass")


def test_a_draft_says_what_a_piece_needs_and_the_next_version_keeps_it(scene):
    first = AssessmentVersion.objects.get(assessment=scene.essay)
    draft = start_version(first, by=scene.registrar)
    edit_version(draft, by=scene.registrar, minimum=40, must_pass=True)
    draft.refresh_from_db()
    assert (draft.minimum, draft.must_pass, first.minimum) == (40, True, None)
    with pytest.raises(Refused, match="minimum must be"):
        edit_version(draft, by=scene.registrar, minimum=101)
    page = sign_in(Client(), scene.registrar)
    address = f"/registry/assessments/T1-ESSAY/{draft.number}/"
    assert "Minimum mark" in page.get(address).content.decode()
    preview = page.get(f"{address}preview/").content.decode()
    assert "40: below it the module is not passed" in preview and "Must be passed" in preview
