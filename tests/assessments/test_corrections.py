"""A mark typed wrong and submitted is put right by its marker and a second person; nothing is overwritten, and every result follows."""

import threading

import pytest
from django.db import connection
from django.test import Client

from assessments.deciding.actions.boards import ratify
from assessments.deciding.actions.corrections import agree_to_correction, decline_correction
from assessments.deciding.models import Award, BoardDecision
from assessments.deciding.queries.boards import modules_of, readiness
from assessments.deciding.queries.tallies import tally_of
from assessments.marking.actions.allocation import allocate_third
from assessments.marking.actions.corrections import request_correction
from assessments.marking.actions.replacing import replace_marker
from assessments.marking.models import Allocation, Correction
from assessments.taking.models import Submission
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import grant
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import DAY, OP, person, seal, sign_in

WHY = "I typed 6 and meant 60."


def correct(task, mark, comment="Well argued."):
    return request_correction(task, {"law": mark, "role": mark}, comment, WHY, by=task.marker)


def history(submission=None):
    lines = (submission or Submission.objects.get()).lines
    return [(line.stage, line.mark) for line in lines.all()]


@pytest.fixture
def two(scene):
    tasks = scene.allocate(scene.hand_in())
    seal(tasks[0], 60), seal(tasks[1], 6)
    return tasks


def test_a_slip_is_put_right_and_both_judgements_stay(scene, two):
    assert Submission.objects.get().state == "third", "54 apart"
    asked = correct(two[1], 60)
    assert Allocation.objects.get(pk=two[1].pk).total == 6, "nothing counts before a second person"
    notices = Notice.objects.filter(subject__startswith="A correction to agree")
    assert {n.person for n in notices} == {scene.registrar}
    agree_to_correction(asked, by=scene.registrar)
    entries = Entry.objects.count()
    agree_to_correction(asked, by=scene.registrar)
    assert Entry.objects.count() == entries, "twice is once"
    submission = Submission.objects.get()
    assert submission.state == "agreed"
    assert history() == [("first", 60), ("second", 6), ("second", 60), ("agreed", 60)]
    kept = Correction.objects.get()
    assert (kept.earlier_total, kept.total, kept.state) == (6, 60, "agreed")
    assert kept.decided_by == scene.registrar
    assert Notice.objects.filter(
        person=scene.tomasz, subject__startswith="Your correction"
    ).exists()
    assert not Notice.objects.filter(person=scene.author, subject__contains="correct").exists()


def test_a_third_marker_who_is_not_needed_any_more_is_told(scene, two):
    third = allocate_third(Submission.objects.get(), scene.helen, by=scene.registrar)
    agree_to_correction(correct(two[1], 61), by=scene.registrar)
    third.refresh_from_db()
    assert (third.state, third.withdrawn_why) == ("withdrawn", "not_needed")
    assert Notice.objects.filter(person=scene.helen, subject__contains="no longer yours").exists()


def test_an_agreed_mark_follows_the_correction_and_the_author_is_told_if_they_had_seen_it(scene):
    submission = scene.mark(scene.hand_in(), 62, 64)
    second = submission.allocations.get(stage="second")
    agree_to_correction(correct(second, 66), by=scene.registrar)
    assert history()[-1] == ("agreed", 64)
    assert not Notice.objects.filter(subject="Your mark is corrected").exists()
    scene.release()
    agree_to_correction(correct(Allocation.objects.get(pk=second.pk), 68), by=scene.registrar)
    assert history()[-1] == ("agreed", 65)
    assert Notice.objects.get(subject="Your mark is corrected").person == scene.author


@pytest.mark.both_engines
def test_marks_that_are_too_far_apart_after_all_go_to_a_third_marker(scene):
    submission = scene.mark(scene.hand_in(), 62, 64)
    scene.take_quiz()
    scene.release()
    board = scene.board()
    second = submission.allocations.get(stage="second")
    agree_to_correction(correct(second, 46), by=scene.registrar)
    submission.refresh_from_db()
    assert submission.state == "third"
    case = next(c for c in readiness(board) if c.module == scene.one)
    assert not case.is_ready and "third marker" in case.why_not
    assert tally_of(board, modules_of(board)).ready == 0, "the database says the same"
    page = sign_in(Client(), scene.author).get("/my-work/T1-ESSAY/").content.decode()
    assert "63" not in page.partition("<main")[2], "the mark that was wrong is not shown any more"
    seal(allocate_third(submission, scene.helen, by=scene.registrar), 60)
    assert history(submission)[-1] == ("agreed", 60)
    told = Notice.objects.filter(person=scene.author, subject="Your mark is corrected")
    assert "A third marker reads it now" in told.earliest("pk").body
    assert "put right" in told.latest("pk").body, "and of the mark in the end, without a release"


def test_a_module_that_was_decided_is_decided_again_by_the_next_board(scene):
    scene.take_quiz(right=0)
    submission = scene.mark(scene.hand_in(), 40, 40)
    first_board = scene.board()
    ratify(first_board, by=scene.registrar, chair="Prof. Chair")
    last = BoardDecision.objects.get(module=scene.one)
    assert last.outcome == "refer"
    assert Submission.objects.get(pk=submission.pk).state == "ratified"
    with pytest.raises(Refused, match="no longer be corrected here"):
        correct(submission.allocations.get(stage="first"), 90)


@pytest.mark.both_engines
def test_a_pass_that_rests_on_a_slip_is_opened_again(scene):
    scene.take_quiz(right=4)
    submission = scene.mark(scene.hand_in(), 70, 72)
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    assert BoardDecision.objects.get(module=scene.one).is_pass
    task = submission.allocations.get(stage="second")
    agree_to_correction(correct(task, 70), by=scene.registrar)
    submission.refresh_from_db()
    newest = BoardDecision.objects.filter(module=scene.one).order_by("pk").last()
    assert (submission.state, newest.outcome, newest.number) == ("agreed", "reopened", 2)
    client = sign_in(Client(), scene.author)
    assert "To be decided again" in client.get("/study/").content.decode()
    assert "70, provisional" in client.get("/my-work/").content.decode()
    from assessments.deciding.actions.boards import call_board, confirm_sample

    again = call_board(scene.cohort, "Again", DAY, by=scene.registrar)
    case = next(c for c in readiness(again) if c.module == scene.one)
    assert case.decision is None and case.last == newest
    confirm_sample(again, "Sound.", by=scene.examiner)
    ratify(again, by=scene.registrar, chair="Prof. Chair")
    submission.refresh_from_db()
    assert submission.state == "ratified" and history(submission)[-1] == ("ratified", 70)
    final = BoardDecision.objects.filter(module=scene.one).order_by("pk").last()
    assert (final.board, final.outcome) == (again, "pass")


def test_the_same_mark_after_all_opens_no_decision(scene):
    scene.take_quiz(right=4)
    submission = scene.mark(scene.hand_in(), 70, 72)
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    task = submission.allocations.get(stage="second")
    agree_to_correction(correct(task, 72, "Better words."), by=scene.registrar)
    assert BoardDecision.objects.count() == 1
    assert Submission.objects.get().state == "ratified"


def test_an_author_is_told_of_other_words_beside_the_same_mark_once_they_have_seen_them(scene):
    submission = scene.mark(scene.hand_in(), 62, 64)
    second = submission.allocations.get(stage="second")
    told = Notice.objects.filter(person=scene.author, subject="Your feedback is corrected")
    agree_to_correction(correct(second, 64, "Clearer words."), by=scene.registrar)
    assert not told.exists(), "before the release it is no news"
    scene.release()
    again = Allocation.objects.get(pk=second.pk)
    agree_to_correction(correct(again, 64, "Still clearer words."), by=scene.registrar)
    notice = told.get()
    assert "The feedback on “An essay on one year” was corrected." in notice.body
    assert "Tomasz" not in notice.body + notice.subject
    marks = {"law": 66, "role": 61}  # 64 again: of marks that add up the same it is no news
    request = request_correction(again, marks, "Still clearer words.", WHY, by=again.marker)
    agree_to_correction(request, by=scene.registrar)
    assert told.count() == 1


def test_after_an_award_nothing_is_changed_here(scene):
    scene.everything_marked()
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    assert Award.objects.exists()
    task = Allocation.objects.filter(stage="first").first()
    asked, before = correct(task, 10), list(Allocation.objects.values())
    with pytest.raises(Refused, match="award has been conferred"):
        agree_to_correction(asked, by=scene.registrar)
    assert list(Allocation.objects.values()) == before
    assert Correction.objects.get().state == "requested"


def test_who_may_correct_and_who_may_agree(scene, two):
    for someone in (scene.agnes, scene.author, scene.registrar):
        with pytest.raises(NotAllowed):
            request_correction(two[1], {"law": 60, "role": 60}, "x", WHY, by=someone)
    assert not Correction.objects.exists()
    asked = correct(two[1], 60)
    for someone in (scene.agnes, scene.tomasz, scene.author):
        grant(someone, Role.REGISTRAR, by=OP, starts_on=DAY)
    for someone in (scene.agnes, scene.tomasz, scene.author, scene.examiner, OP):
        with pytest.raises(NotAllowed):
            agree_to_correction(asked, by=someone)
        with pytest.raises(NotAllowed):
            decline_correction(asked, "No.", by=someone)
    assert Correction.objects.get().state == "requested" and len(history()) == 2


@pytest.mark.parametrize(
    ("marks", "comment", "why", "says"),
    [
        ({"law": 101, "role": 60}, "x", WHY, "whole number from 0 to 100"),
        ({"law": "69.999", "role": 60}, "x", WHY, "whole number"),
        ({"law": 60}, "x", WHY, "Give a mark for"),
        ({"law": 60, "role": 60}, " ", WHY, "Write a comment"),
        ({"law": 60, "role": 60}, "x", " ", "what the mistake was"),
        ({"law": 6, "role": 6}, "Well argued.", WHY, "Nothing is changed"),
    ],
)
def test_what_is_not_sound_is_not_asked_for(scene, two, marks, comment, why, says):
    with pytest.raises(Refused, match=says):
        request_correction(two[1], marks, comment, why, by=scene.tomasz)
    assert not Correction.objects.exists()


def test_one_request_at_a_time_and_marks_that_are_not_submitted_need_none(scene):
    tasks = scene.allocate(scene.hand_in())
    with pytest.raises(Refused, match="not submitted yet"):
        correct(tasks[0], 60)
    seal(tasks[0], 50)
    assert correct(tasks[0], 60) == correct(tasks[0], 60)
    with pytest.raises(Refused, match="asked for a correction already"):
        correct(tasks[0], 61)
    assert Correction.objects.count() == 1


def test_a_declined_correction_changes_no_mark_and_its_marker_reads_why(scene, two):
    asked, before = correct(two[1], 60), history()
    with pytest.raises(Refused, match="Say to the marker why"):
        decline_correction(asked, "  ", by=scene.registrar)
    decline_correction(asked, "A different judgement is no slip.", by=scene.registrar)
    assert history() == before and Allocation.objects.get(pk=two[1].pk).total == 6
    with pytest.raises(Refused, match="has decided on this correction already"):
        agree_to_correction(asked, by=scene.registrar)
    page = sign_in(Client(), scene.tomasz).get(f"/marking/{two[1].submission.script}/")
    assert "A different judgement is no slip." in page.content.decode()
    assert correct(two[1], 59).state == "requested", "and may ask again"


def test_the_journey_on_the_pages_names_no_author(scene, two):
    script, marker = two[1].submission.script, sign_in(Client(), scene.tomasz)
    page = marker.get(f"/marking/{script}/").content.decode()
    assert f"/marking/{script}/correct/" in page
    typed = {"mark-law": "60", "mark-role": "60", "comment": "Well argued."}
    answer = marker.post(f"/marking/{script}/correct/", typed)
    assert answer.status_code == 422 and "Say what the mistake was." in answer.content.decode()
    assert marker.post(f"/marking/{script}/correct/", typed | {"why": WHY}).status_code == 302
    office = sign_in(Client(), scene.registrar)
    assert "1" in office.get("/registry/").content.decode()
    seen = office.get("/registry/corrections/").content.decode()
    address = f"/registry/corrections/{Correction.objects.get().pk}/"
    assert address in seen
    seen += office.get(address).content.decode()
    assert WHY in seen and "Zebedee" not in seen and "REF-ZQ" not in seen
    assert office.post(address, {"action": "decline"}).status_code == 422
    assert office.post(address, {"action": "agree"}).status_code == 302
    assert Submission.objects.get().state == "agreed"


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_registrars_at_once_decide_once(scene, two):
    asked, other = correct(two[1], 60), person("registrar2", Role.REGISTRAR)
    outcomes, gate = [], threading.Barrier(2)

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
        lambda: agree_to_correction(asked, by=scene.registrar),
        lambda: decline_correction(asked, "No slip.", by=other),
    ]
    threads = [threading.Thread(target=press, args=(one,)) for one in presses]
    [t.start() for t in threads], [t.join() for t in threads]
    assert sorted(o == "done" for o in outcomes) == [False, True], outcomes
    assert (Correction.objects.get().state == "agreed") == (len(history()) == 4)


@pytest.mark.both_engines
def test_while_a_correction_waits_nothing_is_released_and_no_board_decides(scene):
    scene.take_quiz()
    submission = scene.mark(scene.hand_in(), 62, 64)
    board = scene.board()
    modules = modules_of(board)
    assert tally_of(board, modules).ready == 1
    asked = correct(submission.allocations.get(stage="second"), 66)
    assert scene.release() == 0
    case = next(c for c in readiness(board) if c.module == scene.one)
    assert not case.is_ready and "correction" in case.why_not
    assert tally_of(board, modules).ready == 0, "the database says the same"
    with pytest.raises(Refused, match="Nothing is ready"):
        ratify(board, by=scene.registrar, chair="Prof. Chair")
    decline_correction(asked, "No slip.", by=scene.registrar)
    assert scene.release() == 1 and tally_of(board, modules).ready == 1


def test_a_correction_that_another_attempt_has_overtaken_is_not_agreed(scene):
    scene.take_quiz(right=0)
    submission = scene.mark(scene.hand_in(), 40, 40)
    board = scene.board()
    asked = correct(submission.allocations.get(stage="first"), 90)
    asked_state = Correction.objects.filter(pk=asked.pk)
    asked_state.update(state="declined")  # as if it came in just after the board had looked
    ratify(board, by=scene.registrar, chair="Prof. Chair")
    asked_state.update(state="requested")
    before = history(submission)
    with pytest.raises(Refused, match="Another attempt has begun"):
        agree_to_correction(asked, by=scene.registrar)
    assert (
        history(submission) == before
        and Submission.objects.get(pk=submission.pk).state == "ratified"
    )
    assert decline_correction(asked, "Too late.", by=scene.registrar).state == "declined"


def test_who_could_read_a_mark_is_not_given_the_script(scene):
    tasks = scene.allocate(scene.hand_in())
    seal(tasks[0], 60)
    grant(scene.helen, Role.REGISTRAR, by=OP, starts_on=DAY)
    with pytest.raises(Refused, match="can see the first two marks"):
        replace_marker(tasks[1], scene.helen, "away", by=scene.registrar)
    assert Allocation.objects.count() == 2


def test_an_author_who_is_a_registrar_reads_no_mark_of_their_own(scene, two):
    grant(scene.author, Role.REGISTRAR, by=OP, starts_on=DAY)
    office = sign_in(Client(), scene.author)
    script = two[0].submission.script
    for url in ("/registry/allocation/", "/registry/scripts/", "/registry/corrections/"):
        assert script not in office.get(url).content.decode()
    assert (
        script in sign_in(Client(), scene.registrar).get("/registry/allocation/").content.decode()
    )
