"""A chair decides after the board, on one module of one person; nobody else's result moves, and the board's words stay."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from assessments.attempts.models import Attempt
from assessments.deciding.actions.boards import ratify
from assessments.deciding.actions.chairs_action import decide_by_chair
from assessments.deciding.models import Award, BoardDecision, ChairsAction, Hold
from assessments.marking.actions.corrections import request_correction
from assessments.marking.models import Allocation
from assessments.setting.models import AssessmentVersion
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import grant
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import DAY, OP, Scene, sign_in
from .test_submissions import together

WHY = "Unmistakable words about an illness."


@pytest.fixture
def failed(scene, settings):
    settings.IMSA_RESIT_ALLOWED = False
    return fail(scene)


def fail(scene):
    """The author failed the essay's module for good, with less than 50 in both pieces, and passed the other."""
    scene.take_quiz(right=0)
    scene.mark(scene.hand_in(), 44, 44)
    scene.mark(scene.hand_in(scene.portfolio, seed="two"), 62, 62)
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    return BoardDecision.objects.get(module=scene.one)


def decide(scene, outcome="compensated", kind="appeal", module=None, **other):
    words = {"reason": WHY, "chair": "Prof. Chair", "by": scene.registrar, **other}
    if outcome != "compensated":
        words.setdefault("due_at", clock.now() + timedelta(days=30))
    return decide_by_chair(scene.enrolment, module or scene.one, kind, outcome=outcome, **words)


def everything():
    tables = BoardDecision, ChairsAction, Award, Attempt, Entry, Notice
    return [list(table.objects.order_by("pk").values()) for table in tables]


def refused(scene, match, *args, error=Refused, **other):
    before = everything()
    with pytest.raises(error, match=match):
        decide(scene, *args, **other)
    assert everything() == before


@pytest.mark.both_engines
def test_compensation_passes_the_module_keeps_the_mark_and_brings_the_award(scene, failed):
    assert failed.outcome == "fail" and not Award.objects.exists()
    made = decide(scene, kind="compensation", seen=failed.pk)
    assert (made.is_pass, made.mark, made.number) == (True, failed.mark, 2)
    assert made.board_id == failed.board_id
    assert Award.objects.get().enrolment == scene.enrolment
    scene.enrolment.refresh_from_db()
    assert scene.enrolment.state == "completed"
    told = Notice.objects.get(person=scene.author, subject="A decision after the board")
    assert "by compensation" in told.body and WHY not in told.body
    before = everything()
    assert decide(scene, kind="compensation", seen=failed.pk) == made, "twice is once"
    assert everything() == before
    refused(scene, "award has been conferred", reason="Other words.")


@pytest.mark.parametrize(
    ("outcome", "cap", "kind"), [("capped", 50, "resit"), ("uncapped", None, "deferred")]
)
def test_another_attempt_after_a_final_fail(scene, failed, outcome, cap, kind):
    due_at = clock.now() + timedelta(days=30)
    made = decide(scene, outcome, due_at=due_at)
    assert (made.outcome, made.is_pass) == ("refer", False)
    opened = Attempt.objects.filter(is_current=True, assessment__module=scene.one)
    assert {(a.number, a.cap, a.kind, a.due_at) for a in opened} == {(2, cap, kind, due_at)}
    other = Attempt.objects.get(assessment=scene.portfolio)
    assert other.is_current and other.number == 1, "the module that was passed stays as it is"
    told = Notice.objects.get(person=scene.author, subject="A decision after the board").body
    assert "An essay on one year" in told and "It is due on" in told and WHY not in told
    assert ("at most 50" in told) == (cap == 50)
    before = everything()
    assert decide(scene, outcome, due_at=due_at) == made and everything() == before
    refused(scene, "Another attempt is open", "compensated")
    scene.hand_in(seed="three")
    refused(scene, "work or a mark", outcome, reason="Other words.")


def test_no_chair_compensates_a_piece_below_its_own_minimum(scene, failed):
    needed = AssessmentVersion.objects.filter(assessment=scene.essay)
    needed.update(minimum=45)
    refused(scene, "T1-ESSAY has 44 and needs 45", kind="compensation")
    needed.update(minimum=44)
    assert decide(scene, kind="compensation").is_pass


def test_a_piece_above_the_pass_mark_and_below_its_minimum_is_done_again(scene, settings):
    settings.IMSA_RESIT_ALLOWED = False
    AssessmentVersion.objects.filter(assessment=scene.essay).update(minimum=60)
    scene.take_quiz(right=4)
    scene.mark(scene.hand_in(), 55, 55)
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    decide(scene, "capped")
    again = Attempt.objects.get(is_current=True, number=2)
    assert again.assessment == scene.essay


def test_what_is_refused_changes_nothing(scene, failed):
    refused(scene, "is passed", module=scene.two)
    refused(scene, "decided again since", seen=failed.pk + 99)
    refused(scene, "Say why", reason="  ")
    refused(scene, "which chair", chair=" ")
    refused(scene, "Choose why", kind="spite")
    refused(scene, "Choose what", "expelled")
    refused(scene, "Compensation passes", "capped", "compensation")
    refused(scene, "still to come", "capped", due_at=clock.now())
    refused(scene, "three years", "capped", due_at=clock.now() + timedelta(days=2000))
    Hold.objects.create(enrolment=scene.enrolment, kind="query", why="W.")
    refused(scene, "held back")


def test_nothing_is_superseded_where_no_board_decided(scene):
    refused(scene, "No board has decided")


def test_no_party_to_the_results_decides_or_reads(scene, failed):
    decide(scene, "capped")
    url = f"/boards/{failed.board_id}/chair/{scene.enrolment.pk}/"
    assert WHY in sign_in(Client(), scene.registrar).get(url).content.decode()
    refused(scene, "registrar", "uncapped", by=scene.helen, error=NotAllowed)
    for someone in (scene.author, scene.agnes, scene.examiner):
        grant(someone, Role.REGISTRAR, by=OP, starts_on=DAY)
        someone.__dict__.pop("_roles_today", None)
        answer = sign_in(Client(), someone).get(url)
        assert answer.status_code == 403 and WHY not in answer.content.decode()
        refused(scene, "someone else|another registrar", "uncapped", by=someone, error=NotAllowed)


def test_the_row_cannot_be_changed(scene, failed):
    decide(scene, "capped")
    with pytest.raises(DatabaseError), transaction.atomic():
        ChairsAction.objects.update(reason="Other words.")


def test_the_page_decides_and_keeps_what_was_typed(scene, failed):
    client = sign_in(Client(), scene.registrar)
    url = f"/boards/{failed.board_id}/chair/{scene.enrolment.pk}/"
    assert url in client.get(f"/registry/work/{scene.enrolment.pk}/").content.decode()
    page = client.get(url).content.decode()
    assert "REF-ZQ-998877" in page and "Quuxington" not in page and "44" in page
    p = f"m{scene.one.pk}"
    words = {f"{p}-kind": "appeal", f"{p}-outcome": "capped", f"{p}-reason": WHY}
    sent = {"module": scene.one.pk, "seen": failed.pk, f"{p}-chair": "Prof. Chair", **words}
    before = everything()
    answer = client.post(url, sent)
    assert answer.status_code == 422 and "Say on which day" in answer.content.decode()
    sent[f"{p}-day"] = f"{clock.today() + timedelta(days=30):%Y-%m-%d}"
    stale = client.post(url, {**sent, "seen": "x"})
    assert stale.status_code == 422 and WHY in stale.content.decode()
    assert everything() == before
    assert client.post(url, sent).status_code == 302
    assert ChairsAction.objects.get().kind == "appeal" and WHY in client.get(url).content.decode()
    assert "Another attempt" in sign_in(Client(), scene.author).get("/study/").content.decode()
    assert client.get(f"/boards/999999/chair/{scene.enrolment.pk}/").status_code == 404


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_registrars_at_once_record_one_decision(on_the_day, settings):
    settings.IMSA_RESIT_ALLOWED = False
    scene, answers = Scene(), []
    last = fail(scene)

    def press(n):
        with clock.at(DAY):
            try:
                decide(scene, "uncapped" if n else "capped", seen=last.pk)
                answers.append("decided")
            except Refused as refusal:
                answers.append(str(refusal))
        connection.close()

    together(press, 0, 1)
    assert len(answers) == 2 and answers.count("decided") == 1
    assert ChairsAction.objects.count() == 1
    assert Attempt.objects.filter(number=2).count() == 2 and Attempt.objects.count() == 5


def test_nothing_is_decided_while_a_correction_of_a_mark_waits(scene, failed):
    task = Allocation.objects.get(submission__assessment=scene.essay, stage="first")
    marks = {"law": 90, "role": 90}
    request_correction(task, marks, "Well argued.", "I typed 44 and meant 90.", by=task.marker)
    refused(scene, "correction of a mark .* waits", kind="compensation")
    refused(scene, "correction of a mark .* waits", "capped")
