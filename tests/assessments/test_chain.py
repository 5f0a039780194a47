"""A mark is a chain of lines that says why it is this mark, and is found again from what each line rests on, in whatever order people act."""

import io
import json
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from assessments.attempts import chain
from assessments.attempts.actions import defer, record_not_submitted, set_due
from assessments.attempts.models import Attempt, MarkLine
from assessments.attempts.penalties import Policy
from assessments.attempts.queries import chains_that_differ
from assessments.deciding.actions.boards import call_board, confirm_sample, ratify
from assessments.deciding.actions.chairs_action import decide_by_chair
from assessments.deciding.actions.corrections import agree_to_correction
from assessments.deciding.actions.due_dates import change_due
from assessments.deciding.models import BoardDecision
from assessments.marking.actions.allocation import allocate_third
from assessments.marking.actions.corrections import request_correction
from assessments.setting.actions.rule_sets import choose_rules, set_rules
from assessments.setting.judging import PRESETS, Rules
from assessments.taking.models import Submission
from lms.kit import clock
from lms.kit.refusals import Refused

from .scene import DUE, OP, Scene, seal

MARK = st.decimals(0, 100, places=2)


def stored(lines, begin=1):
    return [
        SimpleNamespace(
            number=n, stage=line.stage, mark=line.mark, rule=line.rule, inputs=line.inputs
        )
        for n, line in enumerate(lines, begin)
    ]


def given_marks(marks):
    stages = dict(zip(chain.BY_MARKERS, marks, strict=False))
    return stored([chain.Line(s, m, "By hand.", {"by": "typed"}) for s, m in stages.items()])


LATENESS = st.builds(
    chain.Lateness,
    st.integers(0, 9),
    st.sampled_from([Policy.of(one.on(Rules())) for one in PRESETS]),
    st.just("due"),
    st.just("in"),
)


@given(
    st.lists(MARK, min_size=2, max_size=3),
    st.one_of(st.none(), st.just(Decimal(50))),
    st.one_of(st.none(), LATENESS),
    st.lists(LATENESS, max_size=4),
)
def test_whatever_due_dates_follow_the_chain_is_found_again(marks, cap, first, later):
    lines = given_marks(marks)
    by = "middle" if len(marks) == 3 else "mean"
    inputs = {"by": by, "lines": [line.number for line in lines]}
    agreed = chain.found_by(inputs, [line.mark for line in lines])
    settled = chain.settled(len(lines) + 1, "agreed", agreed, "So.", cap, first, inputs)
    lines += stored(settled, len(lines) + 1)
    for one in later:
        anew = chain.judged_anew(len(lines) + 1, lines, cap, one)
        lines += stored(anew, len(lines) + 1)
        assert chain.judged_anew(len(lines) + 1, lines, cap, one) == [], "twice is once"
    assert chain.differing(lines) == []
    assert json.loads(json.dumps([line.inputs for line in lines])) == [one.inputs for one in lines]
    last = later[-1] if later else first
    free = chain.penalise(agreed, last.days, last.policy) if last else agreed
    assert chain.standing(lines) == (free if cap is None else min(free, cap))
    assert chain.explain(lines)[-1].startswith(chain.in_figures(chain.standing(lines)))


def test_a_line_that_was_tampered_with_is_named_and_so_is_what_rests_on_it():
    lines = given_marks([60, 64])
    rest = chain.settled(
        3, "agreed", Decimal(62), "So.", None, None, {"by": "mean", "lines": [1, 2]}
    )
    lines += stored(rest, 3)
    lines += stored([chain.Line("ratified", Decimal(62), "", {"by": "same", "lines": [3]})], 4)
    assert chain.differing(lines) == []
    lines[2].mark = Decimal(72)
    assert chain.differing(lines) == [3]
    lines[0].mark = Decimal(80)
    assert chain.differing(lines) == [4], "72 is the mean of 80 and 64; the board's 62 is not"


def test_the_command_names_marks_that_are_not_what_their_inputs_give(scene):
    attempt = scene.mark(scene.hand_in(), 60, 64).attempt
    out = io.StringIO()
    call_command("check_marks", stdout=out)
    assert json.loads(out.getvalue())["chains"] == 1
    MarkLine.objects.create(
        attempt=attempt,
        number=4,
        stage="agreed",
        mark=90,
        rule="No.",
        inputs={"by": "mean", "lines": [1, 2]},
        by="test",
    )
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("check_marks", stdout=out)
    assert json.loads(out.getvalue())["differing"] == [attempt.pk]


# ---- people act in any order ----


class InAnyOrder(RuleBasedStateMachine):
    """One trainee's portfolio, the whole of a module, under rules with a penalty. What is refused is refused; what is done leaves chains that are
    found again and that explain what was decided."""

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.scene = scene = Scene()
        rules = Rules(late="percent", late_step=5, late_zero_after=5, attempts=3, rounding="whole")
        made = set_rules(None, clock.today(), rules, reason="A test.", by=OP)
        choose_rules(scene.cohort, made, reason="A test.", by=OP)
        scene.due(scene.portfolio)
        self.now, self.boards, self.done = DUE - timedelta(days=9), 0, set()

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def act(self, name, call):
        """Each in a savepoint of its own, as an action's own transaction would be."""
        self.now += timedelta(hours=1)
        with clock.at(self.now):
            try:
                with transaction.atomic():
                    call()
            except Refused:
                return
        self.done.add(name)

    def paper(self):
        rows = Submission.objects.filter(attempt__is_current=True).exclude(submitted_at=None)
        return rows.first()

    @rule(days=st.integers(1, 8))
    def time_goes_by(self, days):
        self.now += timedelta(days=days)

    @rule()
    def hand_in(self):
        seed = str(self.now)
        self.act("hand in", lambda: self.scene.hand_in(self.scene.portfolio, seed=seed))

    @rule(first=st.integers(30, 80), apart=st.integers(0, 14), third=st.integers(30, 80))
    @precondition(lambda self: self.paper())
    def mark(self, first, apart, third):
        def do():
            paper = self.paper()
            for task, mark in zip(self.scene.allocate(paper), (first, first + apart), strict=True):
                seal(task, mark)
            paper.refresh_from_db()
            if paper.state == "third":
                seal(allocate_third(paper, self.scene.helen, by=self.scene.registrar), third)

        self.act("mark", do)

    @rule(mark=st.integers(20, 95), stage=st.sampled_from(["first", "second"]))
    @precondition(lambda self: self.paper())
    def correct(self, mark, stage):
        def do():
            task = self.paper().allocations.filter(stage=stage, state="sealed").first()
            if task is None:
                raise Refused("No marks yet.")
            marks = {"law": mark, "role": mark}
            asked = request_correction(task, marks, "Other words.", "A slip.", by=task.marker)
            agree_to_correction(asked, by=self.scene.registrar)

        self.act("correct", do)

    @rule(days=st.integers(-3, 12))
    def another_due_date(self, days):
        at = DUE + timedelta(days=days)
        self.act("due", lambda: self.change(at))

    def change(self, at):
        change_due(
            self.scene.portfolio,
            self.scene.enrolment,
            at,
            "circumstances",
            by=self.scene.registrar,
        )

    @rule()
    def nothing_came(self):
        scene = self.scene
        self.act(
            "not handed in",
            lambda: record_not_submitted(scene.portfolio, scene.enrolment, by=scene.registrar),
        )

    @rule()
    def sit_it_later(self):
        scene, at = self.scene, self.now + timedelta(days=5)
        self.act("defer", lambda: defer(scene.portfolio, scene.enrolment, at, by=scene.registrar))

    @rule()
    def release(self):
        self.act("release", lambda: self.scene.release(self.scene.portfolio))

    @rule()
    def decide(self):
        def do():
            scene, self.boards = self.scene, self.boards + 1
            day = clock.today()
            board = call_board(scene.cohort, f"Board {self.boards}", day, by=scene.registrar)
            confirm_sample(board, "Sound.", by=scene.examiner)
            ratify(board, by=scene.registrar, chair="Ada")

        self.act("decide", do)

    @rule(outcome=st.sampled_from(["capped", "uncapped", "compensated"]))
    def chair(self, outcome):
        scene = self.scene
        due_at = None if outcome == "compensated" else self.now + timedelta(days=20)
        self.act(
            "chair",
            lambda: decide_by_chair(
                scene.enrolment,
                scene.two,
                "appeal",
                outcome=outcome,
                reason="Upheld.",
                chair="Ada",
                by=scene.registrar,
                due_at=due_at,
            ),
        )

    @invariant()
    def every_chain_is_found_again(self):
        assert chains_that_differ()[1] == []
        for attempt in Attempt.objects.prefetch_related("lines"):
            lines = list(attempt.lines.all())
            standing = chain.standing(lines)
            assert standing is None or 0 <= standing <= (attempt.cap or 100)
            assert [line.number for line in lines] == list(range(1, len(lines) + 1))
            assert (standing is None) == (chain.explain(lines) == [])

    @invariant()
    def what_a_board_decided_is_what_a_line_says(self):
        for decision in BoardDecision.objects.exclude(outcome="reopened"):
            (part,) = decision.components
            mark = Decimal(part["mark"])
            lines = MarkLine.objects.filter(attempt__enrolment=decision.enrolment_id, mark=mark)
            assert lines.filter(stage="ratified").exists()


@pytest.mark.django_db
def test_no_order_of_actions_gives_a_mark_that_the_chain_does_not_explain():
    run(
        InAnyOrder,
        settings=settings(
            max_examples=12,
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_due_date_that_moves_back_and_forth_keeps_every_line(scene):
    rules = Rules(late="percent", late_step=5, late_zero_after=5)
    made = set_rules(None, clock.today(), rules, reason="A test.", by=OP)
    choose_rules(scene.cohort, made, reason="A test.", by=OP)
    scene.due(scene.essay)
    with clock.at(DUE + timedelta(days=4)):
        attempt = scene.mark(scene.hand_in(), 60, 60).attempt
    for days in (10, 0, 10):
        set_due(
            scene.essay,
            scene.enrolment,
            DUE + timedelta(days=days),
            "correction",
            by=scene.registrar,
        )
    lines = list(MarkLine.objects.filter(attempt=attempt))
    assert [line.stage for line in lines][3:] == ["late"] * 4 and chain.differing(lines) == []
    assert [line.mark for line in lines][3:] == [54, 60, 54, 60]
