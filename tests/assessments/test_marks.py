"""Two people judge one script without knowing whose it is, or what the other thinks."""

import threading
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from assessments.attempts.models import MarkLine
from assessments.marking.actions.allocation import allocate, allocate_third
from assessments.marking.actions.marks import save_marks
from assessments.marking.actions.marks import seal as seal_marks
from assessments.marking.models import Allocation
from assessments.taking.models import Submission
from cohorts.approvals.actions import decide_approval
from cohorts.employment.actions import record_post
from cohorts.organisations.actions import add_organisation
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import OP, Scene, in_days, person, seal
from .test_submissions import together


def standing():
    return (
        Entry.objects.count(),
        list(Allocation.objects.values()),
        list(Submission.objects.values()),
        list(MarkLine.objects.values()),
    )


def refused(match, action, *args, kind=Refused, **kwargs):
    """The action is refused in these words and leaves everything as it was."""
    before = standing()
    with pytest.raises(kind, match=match):
        action(*args, **kwargs)
    assert standing() == before


# ---- sharing out ----


def test_a_script_goes_to_two_markers_within_fifteen_working_days(scene):
    submission = scene.hand_in()
    tasks = scene.allocate(submission)
    submission.refresh_from_db()
    assert submission.state == "marking" and [t.stage for t in tasks] == ["first", "second"]
    assert {t.due_on for t in tasks} == {date(2026, 12, 14)}
    told = Notice.objects.get(person=scene.author, subject="Your work is with two markers")
    assert "You will hear by Monday 14 December 2026." in told.body
    for marker in (scene.agnes, scene.tomasz):
        assert submission.script in Notice.objects.get(person=marker).subject


def test_the_same_two_again_is_the_same_allocation(scene):
    submission = scene.hand_in()
    tasks, before = scene.allocate(submission), None
    before = standing()
    assert [t.pk for t in scene.allocate(submission)] == [t.pk for t in tasks]
    assert standing() == before


def test_who_may_not_be_given_a_script(scene):
    submission = scene.hand_in()
    author_who_teaches = scene.author
    refused("not a tutor", allocate, submission, scene.agnes, scene.examiner, by=scene.registrar)
    refused("two people", allocate, submission, scene.agnes, scene.agnes, by=scene.registrar)
    from lms.people.actions import grant

    grant(author_who_teaches, Role.TUTOR, by=OP, starts_on=date(2026, 1, 1))
    refused(
        "wrote script",
        allocate,
        submission,
        scene.agnes,
        author_who_teaches,
        by=scene.registrar,
    )
    refused(
        "Only a registrar",
        allocate,
        submission,
        scene.agnes,
        scene.tomasz,
        by=scene.agnes,
        kind=NotAllowed,
    )


def test_a_line_manager_never_marks_their_own_trainee(scene):
    host = add_organisation("HOST", "Host of Testing", ["scotland"], "", by=OP)
    decide_approval(host, "approved", date(2026, 1, 1), "", by=OP)
    manager = person("manager", Role.TUTOR)
    record_post(
        "P-1",
        scene.author,
        host,
        "Advocate",
        ["scotland"],
        date(2026, 1, 1),
        None,
        manager.email.upper(),
        None,
        by=OP,
        source="test",
    )
    submission = scene.hand_in()
    refused("manages the person", allocate, submission, scene.agnes, manager, by=scene.registrar)
    scene.mark(submission, 40, 70)
    refused("manages the person", allocate_third, submission, manager, by=scene.registrar)


def test_other_markers_cannot_replace_those_who_have_it(scene):
    submission = scene.hand_in()
    scene.allocate(submission)
    refused(
        "With its markers",
        allocate,
        submission,
        scene.agnes,
        scene.helen,
        by=scene.registrar,
    )


# ---- marking ----


def test_a_draft_is_kept_and_stays_open(scene):
    task = scene.allocate(scene.hand_in())[0]
    save_marks(task, {"law": "71", "role": ""}, "So far.", by=scene.agnes)
    task.refresh_from_db()
    assert (task.marks, task.comment, task.state, task.total) == (
        {"law": 71},
        "So far.",
        "open",
        None,
    )
    assert not MarkLine.objects.exists()


@pytest.mark.parametrize(
    ("marks", "comment", "words"),
    [
        ({"law": 60}, "Good.", "Role"),
        ({"law": 60, "role": 101}, "Good.", "0 to 100"),
        ({"law": 60, "role": "-1"}, "Good.", "0 to 100"),
        ({"law": 60, "role": "6.5"}, "Good.", "whole number"),
        ({"law": 60, "role": 60}, "  ", "comment"),
        ({"law": 60, "role": 60, "charm": 90}, "Good.", "another piece of work"),
    ],
)
def test_an_incomplete_seal_is_refused(scene, marks, comment, words):
    task = scene.allocate(scene.hand_in())[0]
    refused(words, seal_marks, task, by=scene.agnes, marks=marks, comment=comment)


def test_only_the_marker_seals(scene):
    task = scene.allocate(scene.hand_in())[0]
    for by in (scene.tomasz, scene.registrar, scene.author, OP):
        refused(
            "Only the marker",
            seal_marks,
            task,
            by=by,
            marks={"law": 60, "role": 60},
            comment="Good.",
            kind=NotAllowed,
        )


def test_one_seal_agrees_nothing(scene):
    submission = scene.hand_in()
    seal(scene.allocate(submission)[0], 62)
    submission.refresh_from_db()
    assert submission.state == "marking" and [line.stage for line in submission.lines.all()] == [
        "first"
    ]


def test_both_sealed_agree_on_the_mean(scene):
    submission = scene.mark(scene.hand_in(), 62, 65)
    assert submission.state == "agreed"
    assert [(line.number, line.stage, float(line.mark)) for line in submission.lines.all()] == [
        (1, "first", 62.0),
        (2, "second", 65.0),
        (3, "agreed", 63.5),
    ]
    assert not Notice.objects.filter(person=scene.author, subject="Your work is marked").exists()
    scene.release()
    assert "63" not in Notice.objects.get(person=scene.author, subject="Your work is marked").body


def test_marks_apart_or_astride_call_a_third_who_settles_by_the_middle_mark(scene):
    submission = scene.mark(scene.hand_in(), 48, 52)
    assert submission.state == "third" and not submission.lines.filter(stage="agreed").exists()
    assert (
        Notice.objects.filter(person=scene.registrar, subject__contains="third marker").count() == 1
    )
    refused("marks script", allocate_third, submission, scene.agnes, by=scene.registrar)
    task = allocate_third(submission, scene.helen, by=scene.registrar)
    assert allocate_third(submission, scene.helen, by=scene.registrar).pk == task.pk
    seal(task, 51)
    submission.refresh_from_db()
    agreed = submission.lines.get(stage="agreed")
    assert submission.state == "agreed" and agreed.mark == 51 and "middle" in agreed.rule


def test_a_seal_stands(scene):
    task = scene.allocate(scene.hand_in())[0]
    seal(task, 62)
    before = standing()
    seal(task, 62)
    assert standing() == before
    refused(
        "stand",
        seal_marks,
        task,
        by=scene.agnes,
        marks={"law": 90, "role": 90},
        comment="Well argued.",
    )
    refused("stand", save_marks, task, {"law": 90}, "", by=scene.agnes)


@pytest.mark.both_engines
def test_the_database_itself_keeps_a_line_as_it_is(scene):
    scene.mark(scene.hand_in(), 62, 65)
    for action in (
        lambda: MarkLine.objects.update(mark=100),
        lambda: MarkLine.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            action()
    assert float(MarkLine.objects.get(stage="agreed").mark) == 63.5


# ---- two at once ----


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_markers_who_seal_at_once_make_one_agreed_line(on_the_day):
    scene = Scene()
    submission = scene.hand_in()
    tasks, gate, faults = scene.allocate(submission), threading.Barrier(2), []

    def press(n):
        with clock.at(in_days(-5)):
            gate.wait()
            try:
                seal(tasks[n], 62 + n)
            except Exception as fault:
                faults.append(fault)
        connection.close()

    together(press, 0, 1)
    submission.refresh_from_db()
    assert not faults and submission.state == "agreed"
    assert sorted(submission.lines.values_list("stage", flat=True)) == ["agreed", "first", "second"]
    assert submission.lines.get(stage="agreed").number == 3


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_registrars_who_share_out_at_once_make_one_allocation(on_the_day):
    scene = Scene()
    submission, gate, answers = scene.hand_in(), threading.Barrier(2), []
    pairs = [(scene.agnes, scene.tomasz), (scene.helen, scene.tomasz)]

    def press(n):
        with clock.at(in_days(-5)):
            gate.wait()
            try:
                scene.allocate(submission, pairs[n])
                answers.append("given out")
            except Refused as refusal:
                answers.append(str(refusal))
        connection.close()

    together(press, 0, 1)
    assert Allocation.objects.count() == 2 and answers.count("given out") == 1
    assert any("With its markers" in answer for answer in answers)
