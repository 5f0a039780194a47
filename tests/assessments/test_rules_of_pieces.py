"""A version of an assessment says itself how marks are released, how many attempts there are and what a later one counts; else the rules of the cohort do."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from assessments.attempts.models import Attempt
from assessments.deciding.actions.boards import ratify
from assessments.deciding.actions.chairs_action import decide_by_chair
from assessments.deciding.actions.release import release_by_rule, release_marks
from assessments.deciding.actions.reminders import remind_of_feedback
from assessments.deciding.models import BoardDecision
from assessments.deciding.queries.boards import modules_of, readiness
from assessments.deciding.queries.release import release_counts, rule_in_words
from assessments.deciding.queries.tallies import verdicts_of
from assessments.setting import judging
from assessments.setting.actions.leaders import name_leader
from assessments.setting.actions.versions import edit_version, start_version
from assessments.setting.forms.versions import VersionForm
from assessments.setting.models import AssessmentVersion, Sitting
from assessments.setting.queries import default_rules
from assessments.setting.rule_sets import RuleSet
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice
from lms.record.models import Entry

from .scene import OP, in_days, seal, sign_in

FRIDAY = date(2027, 1, 15)
URL = "/registry/release/T2026/T1-ESSAY/"


def says(assessment, **facts):
    """The approved version says so, as if it had from the beginning."""
    AssessmentVersion.objects.filter(assessment=assessment).update(**facts)


def rules(scene, **figures):
    values = judging.as_values(replace(default_rules(), **figures))
    RuleSet.objects.create(
        number=1, in_force_from=scene.cohort.starts_on, values=values, reason="x", by="t"
    )


def released():
    return Attempt.objects.exclude(released_at=None).count()


def refused(match, scene, *, by, kind=Refused):
    before = released(), Entry.objects.count(), Notice.objects.count()
    with pytest.raises(kind, match=match):
        release_marks(scene.essay, scene.cohort, by=by)
    assert (released(), Entry.objects.count(), Notice.objects.count()) == before


def leads(scene, tutor):
    name_leader(scene.one, tutor, clock.today(), by=scene.registrar)
    return tutor


@pytest.fixture
def marked(scene):
    return scene.mark(scene.hand_in(), 61, 65)


# ---- release ----


def test_without_a_word_the_rules_count_and_are_as_before(scene, marked):
    assert scene.release() == 1
    kept = Attempt.objects.exclude(released_at=None).get().release_rule
    assert kept == {"by": "office", "when": "agreed", "rule_set": 0}
    entry = Entry.objects.get(action="assessments.release_mark")
    assert entry.after["rule"] == kept


def test_what_the_version_says_stands_over_the_rule_set_and_is_kept_with_the_release(scene, marked):
    rules(scene, release_when=judging.ON_DATE)
    refused("this cohort has none", scene, by=scene.registrar)
    says(scene.essay, release_when=judging.AS_AGREED)
    assert scene.release() == 1
    kept = Attempt.objects.exclude(released_at=None).get().release_rule
    assert kept == {"by": "office", "when": "agreed", "version": 1}
    assert "Version 1 of this assessment" in rule_in_words(kept)


@pytest.mark.both_engines
def test_nothing_is_released_before_the_feedback_date(scene, marked):
    says(scene.essay, release_when=judging.ON_DATE)
    Sitting.objects.filter(assessment=scene.essay).update(feedback_due_on=FRIDAY)
    with clock.at(FRIDAY - timedelta(1)):
        refused("from the feedback date, Friday 15 January 2027", scene, by=scene.registrar)
        page = sign_in(Client(), scene.registrar).get(URL).content.decode()
        assert "from the feedback date" in page and "Release 1 mark" not in page
        assert sign_in(Client(), scene.registrar).post(URL, {"seen": "x"}).status_code == 409
    with clock.at(FRIDAY):
        assert scene.release() == 1


def test_nothing_is_released_until_all_work_of_the_cohort_is_marked(scene, marked):
    says(scene.essay, release_when=judging.ALL_MARKED)
    other = scene.hand_in(enrolment=scene.another(1), seed="two")
    refused("1 script of this cohort is still being marked", scene, by=scene.registrar)
    scene.mark(other, 50, 52)
    assert scene.release() == 2


@pytest.mark.both_engines
def test_the_site_releases_by_itself_where_the_rule_says_so_and_once(scene, marked):
    assert release_by_rule(by=OP) == 0, "the office releases by hand"
    says(scene.essay, release_by=judging.BY_ITSELF, release_when=judging.ALL_MARKED)
    other = scene.hand_in(enrolment=scene.another(1), seed="two")
    assert release_by_rule(by=OP) == 0 and released() == 0
    scene.mark(other, 50, 52)
    assert release_by_rule(by=OP) == 2 and release_by_rule(by=OP) == 0
    assert Notice.objects.filter(subject="Your work is marked").count() == 2


def test_a_leader_releases_where_the_rule_says_so_and_nowhere_else(scene, marked):
    helen = leads(scene, scene.helen)
    refused("programme office releases", scene, by=helen, kind=NotAllowed)
    assert release_counts(helen) == []
    assert sign_in(Client(), helen).get(URL).status_code == 403
    says(scene.essay, release_by=judging.BY_LEADER)
    refused("Only a registrar", scene, by=scene.agnes, kind=NotAllowed)
    client = sign_in(Client(), helen)
    assert "T1-ESSAY" in client.get("/registry/release/").content.decode()
    page = client.get(URL)
    assert "REF-ZQ-998877" not in page.content.decode()
    chosen = client.post(URL, {"chosen": "1", "enrolment": scene.enrolment.pk})
    assert chosen.status_code == 403 and released() == 0, "a leader chooses nobody by reference"
    assert client.post(URL, {"seen": page.context["seen"]}).status_code == 302
    assert released() == 1


def test_a_leader_who_releases_is_reminded_of_the_feedback_date(scene, marked):
    leads(scene, scene.helen)
    Sitting.objects.filter(assessment=scene.essay).update(feedback_due_on=FRIDAY)
    with clock.at(FRIDAY):
        assert remind_of_feedback(by=OP) == 1
    says(scene.essay, release_by=judging.BY_LEADER)
    with clock.at(FRIDAY + timedelta(7)):
        assert remind_of_feedback(by=OP) == 2
    told = Notice.objects.filter(subject="Feedback dates: marks to release")
    assert {one.person_id for one in told} == {scene.registrar.pk, scene.helen.pk}


# ---- attempts and cap ----


def fail(scene, quiz=0):
    """The whole module: the quiz with so many right answers, and an essay below the pass mark."""
    scene.take_quiz(right=quiz)
    return scene.mark(scene.hand_in(), 20, 20)


def decide(scene):
    return ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")


def next_attempts():
    rows = Attempt.objects.filter(is_current=True, number=2).order_by("assessment__code")
    return [(one.assessment.code, one.cap and int(one.cap), one.cap_version) for one in rows]


@pytest.mark.both_engines
def test_each_piece_has_its_own_cap_and_the_line_says_whose_it_is(scene):
    says(scene.essay, attempt_cap=40)
    fail(scene)
    decide(scene)
    assert next_attempts() == [("T1-ESSAY", 40, 1), ("T1-QUIZ", 50, None)]
    body = Notice.objects.filter(subject="The board has decided").latest("pk").body
    assert "(counts at most 40)" in body and "(counts at most 50)" in body
    second = scene.hand_in(seed="again")
    for task in scene.allocate(second):
        seal(task, 66)
    line = second.attempt.lines.get(stage="capped")
    assert (int(line.mark), line.inputs["version"]) == (40, 1)
    assert line.rule == "Another attempt counts at most 40, as version 1 of this assessment says."


def test_a_hundred_is_no_cap_and_the_rules_of_the_others_stay(scene):
    says(scene.essay, attempt_cap=100)
    fail(scene)
    decide(scene)
    assert next_attempts() == [("T1-ESSAY", None, None), ("T1-QUIZ", 50, None)]
    assert "(no cap)" in Notice.objects.filter(subject="The board has decided").latest("pk").body


@pytest.mark.both_engines
@pytest.mark.parametrize(("limit", "outcome"), [(1, "fail"), (2, "refer"), (None, "refer")])
def test_a_piece_with_one_attempt_has_no_other(scene, limit, outcome):
    says(scene.essay, attempt_limit=limit)
    fail(scene, quiz=4)
    board = scene.board()
    (case,) = [one for one in readiness(board) if one.module == scene.one]
    (line,) = verdicts_of(board, modules_of(board), with_repeats=True)
    assert case.outcome == outcome and line.repeats == (outcome == "refer")
    ratify(board, by=scene.registrar, chair="Prof. Chair")
    assert BoardDecision.objects.get().outcome == outcome
    assert len(next_attempts()) == (outcome == "refer")


def test_a_piece_can_have_another_attempt_where_the_rules_have_none(scene):
    rules(scene, attempts=1)
    says(scene.essay, attempt_limit=2)
    fail(scene, quiz=4)
    board = scene.board()
    (line,) = verdicts_of(board, modules_of(board), with_repeats=True)
    assert line.repeats == 1
    ratify(board, by=scene.registrar, chair="Prof. Chair")
    assert BoardDecision.objects.get().outcome == "refer"


def test_chair_s_action_gives_the_cap_of_the_piece(scene):
    says(scene.essay, attempt_cap=40, attempt_limit=1)
    fail(scene, quiz=4)
    decide(scene)
    decide_by_chair(
        scene.enrolment,
        scene.one,
        "appeal",
        outcome="capped",
        reason="Upheld.",
        chair="Prof. Chair",
        due_at=in_days(60),
        by=scene.registrar,
    )
    assert next_attempts() == [("T1-ESSAY", 40, 1)]


# ---- the leader's page ----


def test_a_draft_keeps_what_is_set_and_the_next_version_begins_with_it(scene):
    (version,) = scene.essay.versions.all()
    draft = start_version(version, by=scene.registrar)
    own = {
        "attempt_limit": 3,
        "attempt_cap": 45,
        "release_by": "leader",
        "release_when": "complete",
    }
    edit_version(draft, **own, by=scene.registrar)
    draft.refresh_from_db()
    assert {name: getattr(draft, name) for name in own} == own
    assert {name: VersionForm(version=draft)[name].value() for name in own} == own
    page = sign_in(Client(), scene.registrar).get(f"/registry/assessments/T1-ESSAY/{draft.number}/")
    assert "Who releases marks and feedback" in page.content.decode()
    version.refresh_from_db()
    assert (version.release_by, version.attempt_limit) == ("", None), "as the rules of the cohort"


@pytest.mark.parametrize(
    "facts",
    [{"attempt_limit": 6}, {"attempt_cap": 0}, {"release_by": "anyone"}, {"release_when": "never"}],
)
def test_what_there_is_not_is_refused_by_action_and_database(scene, facts):
    (version,) = scene.essay.versions.all()
    draft = start_version(version, by=scene.registrar)
    with pytest.raises(Refused):
        edit_version(draft, **facts, by=scene.registrar)
    with pytest.raises(IntegrityError), transaction.atomic():
        AssessmentVersion.objects.filter(pk=draft.pk).update(**facts)
    draft.refresh_from_db()
    assert (draft.attempt_limit, draft.attempt_cap, draft.release_by) == (None, None, "")
