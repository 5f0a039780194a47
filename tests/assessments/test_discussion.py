"""Two marks that no rule settles are discussed where the rules say so: neither reads the other's before both are in, nobody reads whose work it
is, and no mark stands that only one of them wanted."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from assessments.attempts.queries import chains_that_differ
from assessments.deciding.actions.corrections import agree_to_correction
from assessments.deciding.queries.release import awaiting_release
from assessments.marking.actions.allocation import allocate_third
from assessments.marking.actions.corrections import request_correction
from assessments.marking.actions.discussions import (
    agree_to_proposal,
    decline_proposal,
    end_discussion,
    propose_mark,
)
from assessments.marking.discussions import discussion_for, discussions_of
from assessments.marking.models import Allocation, Discussion, Proposal
from assessments.marking.queries import awaited_in, discussions_to_follow
from assessments.setting import judging
from assessments.setting.queries import default_rules
from assessments.setting.rule_sets import RuleSet
from assessments.taking.models import Submission
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import end_grants
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import DAY, OP, TELLTALES, seal, sign_in

REASONS = {"law": "The dates are right.", "role": "It stays within the limits."}


def discussing(scene):
    rules = replace(default_rules(), disagreement=judging.DISCUSS, discussion_days=3)
    RuleSet.objects.create(
        number=1,
        in_force_from=scene.cohort.starts_on,
        values=judging.as_values(rules),
        reason="x",
        by="t",
    )


@pytest.fixture
def two(scene):
    discussing(scene)
    tasks = scene.allocate(scene.hand_in())
    seal(tasks[0], 48, "Too little law."), seal(tasks[1], 66, "Rich in law.")
    return [Allocation.objects.get(pk=task.pk) for task in tasks]


def propose(task, mark, **more):
    marks = {"law": mark, "role": mark}
    return propose_mark(task, marks, REASONS, by=task.marker, **more)


def state():
    return (
        list(Discussion.objects.values_list("state", "ending")),
        list(Proposal.objects.values_list("state", "answer")),
        Submission.objects.get().state,
        [(line.stage, line.mark) for line in Submission.objects.get().lines.all()],
        Entry.objects.count(),
        Notice.objects.count(),
    )


def refused(call, match, kind=Refused):
    before = state()
    with pytest.raises(kind, match=match):
        call()
    assert state() == before


def test_both_are_told_and_neither_is_a_third_marker_called(scene, two):
    found = Discussion.objects.get()
    assert (found.state, found.submission.state) == ("open", "discussion")
    assert found.due_on == DAY + timedelta(days=5), "three working days over a weekend"
    told = Notice.objects.filter(subject__contains="discuss the mark")
    assert {notice.person for notice in told} == {scene.agnes, scene.tomasz}
    assert not Notice.objects.filter(subject__contains="third marker").exists()
    assert not awaiting_release(scene.registrar).exists()


def test_nobody_reads_the_other_mark_before_both_are_submitted(scene):
    discussing(scene)
    tasks = scene.allocate(scene.hand_in())
    seal(tasks[0], 48, "Too little law.")
    script = Submission.objects.get().script
    for person in (scene.agnes, scene.tomasz, scene.helen):
        client = sign_in(Client(), person)
        assert client.get(f"/marking/{script}/discussion/").status_code == 404


def test_a_mark_that_both_stand_by_joins_the_history_with_both_reasons(scene, two):
    made = propose(two[0], 58)
    assert propose(two[0], 58) == made and Proposal.objects.count() == 1, "twice is once"
    agree_to_proposal(made, "The dates convince me.", by=scene.tomasz)
    entries = Entry.objects.count()
    agree_to_proposal(made, "The dates convince me.", by=scene.tomasz)
    assert Entry.objects.count() == entries
    submission = Submission.objects.get()
    assert submission.state == "agreed"
    line = submission.lines.last()
    assert (line.stage, line.mark) == ("agreed", 58)
    assert line.rule == "Agreed by the two markers after discussion."
    assert line.inputs["by"] == "discussion" and line.inputs["lines"] == [1, 2]
    assert line.inputs["reasons"] == {"first": REASONS}
    assert line.inputs["answer"] == "The dates convince me."
    assert chains_that_differ() == (1, [])
    assert Discussion.objects.get().state == "agreed"
    assert Notice.objects.filter(person=scene.agnes, subject__contains="is agreed").exists()


def test_a_no_leaves_it_open_and_either_can_propose_again(scene, two):
    made = propose(two[0], 50)
    decline_proposal(made, "It is better than that.", by=scene.tomasz)
    entries = Entry.objects.count()
    decline_proposal(made, "It is better than that.", by=scene.tomasz)
    assert Entry.objects.count() == entries, "twice is once"
    refused(lambda: agree_to_proposal(made, "After all.", by=scene.tomasz), "answered already")
    agree_to_proposal(propose(two[1], 60), "I can live with it.", by=scene.agnes)
    assert Submission.objects.get().lines.last().mark == 60


@pytest.mark.both_engines
def test_without_agreement_a_third_marker_reads_it_as_ever(scene, two):
    made = propose(two[0], 50)
    found = end_discussion(made.discussion, "We read the law differently.", by=scene.tomasz)
    assert end_discussion(found, "We read the law differently.", by=scene.tomasz) == found
    assert Proposal.objects.get().state == "lapsed"
    assert Notice.objects.filter(person=scene.agnes, subject__contains="has ended").count() == 1
    submission = Submission.objects.get()
    assert submission.state == "third"
    assert Notice.objects.filter(person=scene.registrar, subject__contains="third marker").exists()
    refused(lambda: propose(two[0], 55), "is over")
    refused(lambda: agree_to_proposal(made, "Late.", by=scene.tomasz), "is over")
    seal(allocate_third(submission, scene.helen, by=scene.registrar), 61)
    assert Submission.objects.get().lines.last().mark == 61


def test_whoever_may_not_and_whatever_is_missing_changes_nothing(scene, two):
    made = propose(two[0], 58)
    refused(lambda: agree_to_proposal(made, "Mine.", by=scene.agnes), "You proposed")
    refused(lambda: agree_to_proposal(made, "  ", by=scene.tomasz), "Say why")
    refused(lambda: agree_to_proposal(made, "x" * 1001, by=scene.tomasz), "up to 1000")
    for person in (scene.helen, scene.registrar, scene.author):
        refused(lambda p=person: agree_to_proposal(made, "No.", by=p), "Only the two", NotAllowed)
        refused(lambda p=person: decline_proposal(made, "No.", by=p), "Only the two", NotAllowed)
    refused(lambda: propose(two[1], 60), "has proposed a mark meanwhile")
    refused(lambda: propose(two[0], 61), "waits for the other")
    for person in (scene.helen, scene.author):
        refused(lambda p=person: end_discussion(made.discussion, "No.", by=p), ".", NotAllowed)
    decline_proposal(made, "No.", by=scene.tomasz)
    one = {"law": 60, "role": 60}
    for marks, reasons, why in (
        ({"law": 60}, REASONS, "Give a mark"),
        ({"law": 60, "role": 101}, REASONS, "0 to 100"),
        (one, {"law": "Fine."}, "Give a reason"),
    ):
        refused(lambda m=marks, r=reasons: propose_mark(two[0], m, r, by=scene.agnes), why)


def test_a_page_from_before_proposes_nothing(scene, two):
    seen = Discussion.objects.get().version
    decline_proposal(propose(two[0], 58), "No.", by=scene.tomasz)
    refused(lambda: propose(two[1], 60, seen=seen), "Something changed")
    assert propose(two[1], 60, seen=Discussion.objects.get().version)


def test_a_marker_who_is_no_tutor_any_more_agrees_to_nothing_and_a_registrar_ends_it(scene, two):
    made = propose(two[0], 58)
    end_grants(scene.tomasz, Role.TUTOR, by=OP, on=DAY - timedelta(days=1))
    scene.tomasz = type(scene.tomasz).objects.get(pk=scene.tomasz.pk)
    refused(lambda: agree_to_proposal(made, "Yes.", by=scene.tomasz), ".", NotAllowed)
    (row,) = discussions_to_follow(scene.registrar)
    assert [task.marker for task in awaited_in(row)] == [scene.tomasz]
    end_discussion(row, "A marker has left.", by=scene.registrar)
    assert Submission.objects.get().state == "third"


def test_corrected_marks_that_agree_by_rule_need_no_discussion(scene, two):
    made = propose(two[0], 58)
    marks = {"law": 64, "role": 64}
    asked = request_correction(two[0], marks, "Well argued.", "I typed 48 for 64.", by=scene.agnes)
    agree_to_correction(asked, by=scene.registrar)
    made.refresh_from_db()
    assert (Discussion.objects.get().state, made.state) == ("closed", "lapsed")
    submission = Submission.objects.get()
    assert (submission.state, submission.lines.last().mark) == ("agreed", 65)
    assert chains_that_differ() == (1, [])


def test_a_discussed_mark_stays_when_only_a_comment_is_corrected(scene, two):
    agree_to_proposal(propose(two[0], 58), "Yes.", by=scene.tomasz)
    task = Allocation.objects.get(pk=two[0].pk)
    asked = request_correction(task, task.marks, "Other words.", "A slip.", by=scene.agnes)
    agree_to_correction(asked, by=scene.registrar)
    submission = Submission.objects.get()
    assert submission.state == "agreed"
    assert [line.mark for line in submission.lines.all() if line.stage == "agreed"] == [58]


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_engines
def test_two_who_propose_at_once_make_one_proposal(scene, two):
    outcomes, gate = [], threading.Barrier(2)

    def press(task, mark):
        try:
            gate.wait()
            outcomes.append(propose(task, mark).pk)
        except Refused as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=press, args=pair) for pair in zip(two, (55, 60), strict=True)
    ]
    [t.start() for t in threads], [t.join() for t in threads]
    (told,) = [one for one in outcomes if isinstance(one, str)]
    assert "proposed a mark meanwhile" in told and Proposal.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_engines
def test_one_agrees_while_the_other_ends_it_and_one_of_both_counts(scene, two):
    made, outcomes, gate = propose(two[0], 58), [], threading.Barrier(2)

    def press(do):
        try:
            gate.wait()
            do()
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    presses = [
        lambda: agree_to_proposal(made, "Yes.", by=scene.tomasz),
        lambda: end_discussion(made.discussion, "No.", by=scene.agnes),
    ]
    threads = [threading.Thread(target=press, args=(one,)) for one in presses]
    [t.start() for t in threads], [t.join() for t in threads]
    assert sorted(o == "done" for o in outcomes) == [False, True], outcomes
    ended = Discussion.objects.get().state
    assert {"agreed": "agreed", "ended": "third"}[ended] == Submission.objects.get().state


def test_the_pages_lead_both_markers_to_a_mark_and_name_no_author(scene, two):
    script = Submission.objects.get().script
    address = f"/marking/{script}/discussion/"
    agnes, tomasz = (sign_in(Client(), person) for person in (scene.agnes, scene.tomasz))
    office = sign_in(Client(), scene.registrar)
    assert "Your turn" in agnes.get("/marking/").content.decode()
    assert address in agnes.get(f"/marking/{script}/").content.decode()
    page = agnes.get(address).content.decode()
    for words in ("48", "66", "Too little law.", "Rich in law.", "Propose this mark"):
        assert words in page
    form = {"action": "propose", "seen": Discussion.objects.get().version}
    for key in ("law", "role"):
        form |= {f"mark-{key}": "57", f"reason-{key}": REASONS[key]}
    lame = agnes.post(address, {**form, "reason-law": ""})
    assert lame.status_code == 422 and "Give a reason for “Law”" in lame.content.decode()
    assert agnes.post(address, form).status_code == 302
    assert "With the other marker" in agnes.get("/marking/").content.decode()
    late = tomasz.post(address, {**form, "reason-law": "My own words."})
    assert late.status_code == 422
    words = late.content.decode()
    assert "has proposed a mark meanwhile" in words and "My own words." in words
    assert REASONS["role"] in words, "what was proposed, to be answered"
    seen = office.get("/registry/discussions/").content.decode()
    assert scene.tomasz.full_name in seen and "to answer a proposal" in seen
    of = f"/registry/discussions/{Discussion.objects.get().pk}/"
    assert "End the discussion" in office.get(of).content.decode()
    assert "Mark under discussion" in office.get("/registry/").content.decode()
    pages = [
        agnes.get(address), tomasz.get(address), agnes.get("/marking/"),
        office.get("/registry/discussions/"), office.get(of),
    ]  # fmt: skip
    texts = [page.content.decode() for page in pages]
    texts += [f"{n.subject} {n.body}" for n in Notice.objects.exclude(person=scene.author)]
    assert not [telltale for telltale in TELLTALES for text in texts if telltale in text]
    proposal = Proposal.objects.get().pk
    answer = {"action": "agree", "proposal": proposal, "answer-answer": "I see it now."}
    assert tomasz.post(address, answer).status_code == 302
    assert Submission.objects.get().lines.last().mark == 57
    assert "Agreed after discussion" in tomasz.get(address).content.decode()
    assert "after discussion" in tomasz.get(f"/marking/{script}/").content.decode()


def test_an_author_and_a_third_marker_find_no_discussion(scene, two):
    script = Submission.objects.get().script
    for person in (scene.author, scene.helen):
        assert sign_in(Client(), person).get(f"/marking/{script}/discussion/").status_code == 404
    found = discussion_for(scene.agnes, script)
    assert found.script.script == script and not hasattr(found, "submission")
    assert not discussions_of(scene.helen).object_list
    assert [row.is_theirs for row in discussions_of(scene.agnes)] == [True]


def test_the_office_ends_a_discussion_from_its_page(scene, two):
    office = sign_in(Client(), scene.registrar)
    of = f"/registry/discussions/{Discussion.objects.get().pk}/"
    assert office.post(of, {"why": ""}).status_code == 422
    assert Discussion.objects.get().state == "open"
    assert office.post(of, {"why": "Tomasz is ill."}).status_code == 302
    assert (Discussion.objects.get().ending, Submission.objects.get().state) == (
        "Tomasz is ill.",
        "third",
    )
