"""A trainee appeals in time, on a ground there is; the board sees that it is open, and what is upheld is the chair's decision."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client, override_settings

from assessments.attempts.models import Attempt
from assessments.cases.actions.appeals import (
    decline_appeal,
    examine_appeal,
    make_appeal,
    uphold_appeal,
    withdraw_appeal,
)
from assessments.cases.actions.evidence import add_evidence, drop_old_evidence
from assessments.cases.models.appeals import Appeal
from assessments.cases.models.evidence import Evidence, EvidenceOpening
from assessments.cases.queries.days import appeal_deadline, months_after
from assessments.deciding.actions.boards import ratify
from assessments.deciding.models import BoardDecision, ChairsAction
from cohorts.enrolment.actions import leave
from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import grant
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import DAY, OP, Scene, in_days, pdf_bytes, person, sign_in
from .test_submissions import together

WORDS = "Unmistakable words about the board."
URL = "/my-work/appeals/T1/"
CHAIRS = {
    "outcome": "uncapped",
    "reason": "Not known then.",
    "chair": "Prof. Chair",
    "due_at": in_days(60),
}


def decided(scene):
    """Module one is failed by its essay, module two is passed."""
    scene.take_quiz()
    scene.mark(scene.hand_in(seed="e"), 20, 20)
    scene.mark(scene.hand_in(scene.portfolio, seed="p"), 62, 62)
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    return BoardDecision.objects.get(module=scene.one)


@pytest.fixture
def decision(scene):
    with override_settings(IMSA_RESIT_ALLOWED=False):
        return decided(scene)


def tables():
    return [
        list(table.objects.order_by("pk").values())
        for table in (
            Appeal,
            Evidence,
            EvidenceOpening,
            BoardDecision,
            ChairsAction,
            Attempt,
            Notice,
        )
    ] + [Entry.objects.count()]


def refused(match, action, *args, **kwargs):
    before = tables()
    with pytest.raises((Refused, NotAllowed), match=match):
        action(*args, **kwargs)
    assert tables() == before


def appeal_of(scene, decision, ground="circumstances", words=WORDS, **given):
    return make_appeal(decision, ground, words, by=scene.author, **given)


def letter(seed="letter"):
    return SimpleUploadedFile("letter.pdf", pdf_bytes(seed), "application/pdf")


@pytest.mark.both_engines
def test_an_appeal_that_is_upheld_is_the_chairs_decision_and_names_it(scene, decision):
    for _twice in range(2):
        appeal = appeal_of(scene, decision)
    assert Appeal.objects.count() == 1
    # Ten working days after Friday, 20 November, without St Andrew's Day in Scotland
    assert appeal.deadline_on == date(2026, 12, 7)
    told = Notice.objects.get(person=scene.registrar, subject="An appeal from a trainee")
    assert WORDS not in told.body and told.url == f"/registry/appeals/{appeal.pk}/"
    assert WORDS not in str(list(Entry.objects.values()))
    for _twice in range(2):
        examine_appeal(appeal, by=scene.registrar)
    assert Notice.objects.filter(person=scene.author, body__contains="looked at").count() == 1
    for _twice in range(2):
        upheld = uphold_appeal(appeal, "You are right.", by=scene.registrar, chairs=CHAIRS)
    action = ChairsAction.objects.get()
    assert upheld.chairs_action == action and action.kind == "appeal"
    assert (
        action.decision.outcome == "refer"
        and BoardDecision.objects.filter(module=scene.one).count() == 2
    )
    attempt = Attempt.objects.get(assessment=scene.essay, is_current=True)
    assert (attempt.kind, attempt.cap, attempt.due_at) == ("deferred", None, in_days(60))
    assert Notice.objects.filter(person=scene.author, body__contains="You are right.").count() == 1
    refused("already", decline_appeal, appeal, "No.", DAY, by=scene.registrar)
    page = sign_in(Client(), scene.registrar).get(f"/registry/appeals/{appeal.pk}/")
    assert "Another attempt, without a cap" in page.content.decode()


def test_one_that_is_not_upheld_names_the_next_step_and_its_deadline(scene, decision):
    appeal = appeal_of(scene, decision, "error")
    refused("why", decline_appeal, appeal, " ", DAY, by=scene.registrar)
    refused("older", decline_appeal, appeal, "No.", date(2026, 1, 1), by=scene.registrar)
    for _twice in range(2):
        decline_appeal(appeal, "The sum is right.", DAY, by=scene.registrar)
    told = Notice.objects.filter(person=scene.author).first().body
    assert "The sum is right." in told and "OIA" in told and "20 November 2027" in told
    page = sign_in(Client(), scene.author).get(URL).content.decode()
    assert "20 November 2027" in page and "Send the appeal" not in page
    refused("appealed against this decision", appeal_of, scene, decision, words="Other.")
    assert months_after(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_after(date(2026, 12, 31), 2) == date(2027, 2, 28)


def test_upheld_without_the_chair_says_how_it_is_put_right(scene, decision):
    passed = BoardDecision.objects.get(module=scene.two)
    appeal = appeal_of(scene, passed, "error")
    refused("passed, so", uphold_appeal, appeal, "Yes.", by=scene.registrar, chairs=CHAIRS)
    uphold_appeal(appeal, "Your transcript is corrected.", by=scene.registrar)
    appeal.refresh_from_db()
    assert appeal.state == "upheld" and appeal.chairs_action is None
    assert not ChairsAction.objects.exists()


def test_an_appeal_in_time_a_late_one_with_its_reason_and_none_without(scene, decision):
    assert appeal_deadline(decision, scene.enrolment) == date(2026, 12, 7)
    refused("ground", appeal_of, scene, decision, "judgement")
    refused("did not know", appeal_of, scene, decision, words=" ")
    refused("did not know", appeal_of, scene, decision, words="x" * 4001)
    with clock.at(date(2026, 12, 8)):
        refused("ended on", appeal_of, scene, decision)
        client = sign_in(Client(), scene.author)
        assert "The time for an appeal is over" in client.get(URL).content.decode()
        sent = {"action": "appeal", "ground": "error", "words": WORDS, "seen": decision.pk}
        assert client.post(URL, sent).status_code == 422 and not Appeal.objects.exists()
        assert client.post(URL, {**sent, "why_late": "I was away."}).status_code == 302
    assert Appeal.objects.get().why_late == "I was away."
    page = sign_in(Client(), scene.registrar).get("/registry/appeals/").content.decode()
    assert "After the deadline" in page


@pytest.mark.both_engines
def test_against_the_newest_decision_alone_and_by_its_trainee_also_when_they_have_left(
    scene, decision
):
    appeal = appeal_of(scene, decision)
    with pytest.raises(DatabaseError), transaction.atomic():
        Appeal.objects.create(
            decision=decision, ground="error", words="W.", deadline_on=DAY, answer_by=DAY
        )
    uphold_appeal(appeal, "Yes.", by=scene.registrar, chairs=CHAIRS)
    for by in (scene.registrar, scene.agnes, OP):
        refused("Only the trainee", make_appeal, decision, "error", "W.", by=by)
    newest = BoardDecision.objects.filter(module=scene.one).latest("pk")
    leave(scene.enrolment, reason="Moved.", by=scene.registrar)
    second = appeal_of(scene, newest, "error", "Other words.")
    refused("Only the trainee", withdraw_appeal, second, by=scene.registrar)
    for _twice in range(2):
        withdraw_appeal(second, by=scene.author)
    refused("already", uphold_appeal, second, "Yes.", by=scene.registrar)
    assert Enrolment.objects.get(pk=scene.enrolment.pk).state == "left"
    third = appeal_of(scene, newest, "error", "Once again.")
    assert third.pk != second.pk, "one that was withdrawn can be made again"


def test_what_was_decided_again_is_not_appealed_against(scene, decision):
    BoardDecision.objects.create(
        board=decision.board,
        enrolment=scene.enrolment,
        module=scene.one,
        mark=20,
        is_pass=False,
        outcome="reopened",
        number=2,
        decided_at=clock.now() + timedelta(minutes=1),
    )
    refused("decided again since", appeal_of, scene, decision)
    newest = BoardDecision.objects.filter(module=scene.one).latest("pk")
    refused("to be decided again", appeal_of, scene, newest)
    assert "Send the appeal" not in sign_in(Client(), scene.author).get(URL).content.decode()


def test_the_board_and_the_trainee_see_that_it_is_open(scene, decision):
    client, url = sign_in(Client(), scene.registrar), f"/boards/{decision.board_id}/"
    assert "Appeal open" not in client.get(url).content.decode()
    results = sign_in(Client(), scene.author)
    assert URL in results.get("/study/").content.decode()
    appeal = appeal_of(scene, decision)
    page = client.get(url).content.decode()
    assert page.count("Appeal open") == 1 and WORDS not in page
    assert "Appeal to answer" in client.get("/registry/").content.decode()
    assert "See your appeal" in results.get("/study/").content.decode()
    withdraw_appeal(appeal, by=scene.author)
    assert "Appeal open" not in client.get(url).content.decode()


def test_nobody_near_the_trainee_or_their_script_comes_upon_it(scene, decision):
    appeal = appeal_of(scene, decision)
    file = add_evidence(appeal, letter(), by=scene.author)
    classmate = scene.another(1).person
    namesake = person("other", Role.REGISTRAR, first="ZEBEDEE", last="Quuxington")
    for someone in (scene.agnes, classmate):
        grant(someone, Role.REGISTRAR, by=OP, starts_on=DAY)
        someone.__dict__.pop("_roles_today", None)
    for someone in (scene.agnes, classmate, namesake, scene.helen, OP):
        refused("registrar", examine_appeal, appeal, by=someone)
        refused("registrar", uphold_appeal, appeal, "Yes.", by=someone, chairs=CHAIRS)
        refused("registrar", decline_appeal, appeal, "No.", DAY, by=someone)
    for someone in (scene.agnes, classmate, namesake):
        client = sign_in(Client(), someone)
        for url in (f"/registry/appeals/{appeal.pk}/", f"/registry/appeals/{appeal.pk}/{file.pk}/"):
            assert client.get(url).status_code == 404
        assert (
            f"/registry/appeals/{appeal.pk}/"
            not in client.get("/registry/appeals/").content.decode()
        )
    other = sign_in(Client(), classmate)
    assert other.get(URL).status_code == 404
    assert other.get(f"{URL}{appeal.pk}/{file.pk}/").status_code == 404
    assert not EvidenceOpening.objects.exists()


def test_who_may_record_no_decision_of_this_board_is_told_before_they_answer(scene, decision):
    """As the decision by chair's action refuses it, with which an appeal is upheld."""
    classmate = scene.another(1).person
    registrar = person(
        "alike", Role.REGISTRAR, first=classmate.first_name, last=classmate.last_name
    )
    appeal = appeal_of(scene, decision)
    page = sign_in(Client(), registrar).get(f"/registry/appeals/{appeal.pk}/").content.decode()
    assert "You cannot record a chair’s decision on this board" in page
    assert "same name or email address" in page
    examine_appeal(appeal, by=registrar)
    refused("same name", uphold_appeal, appeal, "Yes.", by=registrar, chairs=CHAIRS)


def test_evidence_of_an_appeal_is_opened_on_record_and_deleted_in_time(scene, decision):
    appeal = appeal_of(scene, decision)
    file = add_evidence(appeal, letter(), by=scene.author)
    office = sign_in(Client(), scene.registrar)
    answer = office.get(f"/registry/appeals/{appeal.pk}/{file.pk}/")
    assert b"".join(answer.streaming_content) == pdf_bytes("letter")
    assert EvidenceOpening.objects.filter(evidence=file, by=scene.registrar).count() == 1
    refused("came in", decline_appeal, appeal, "No.", DAY, by=scene.registrar, seen="received-0")
    withdraw_appeal(appeal, by=scene.author)
    refused("“Withdrawn” already", add_evidence, appeal, letter("b"), by=scene.author)
    with clock.at(DAY + timedelta(days=366)):
        assert drop_old_evidence(by=OP) == 1


@pytest.mark.both_engines
def test_two_who_answer_at_once_give_one_answer(transactional_db):
    with clock.at(DAY), override_settings(IMSA_RESIT_ALLOWED=False):
        scene = Scene()
        decision, answers = decided(scene), []
        appeal = appeal_of(scene, decision)

        def press(n):
            try:
                with clock.at(DAY):
                    if n % 2:
                        uphold_appeal(appeal, "Yes.", by=scene.registrar, chairs=CHAIRS)
                    else:
                        decline_appeal(appeal, "No.", DAY, by=scene.registrar)
                    answers.append("done")
            except Refused as refusal:
                answers.append(str(refusal))
            connection.close()

        together(press, 0, 1, 2, 3)
        appeal.refresh_from_db()
        assert len(answers) == 4 and appeal.state in ("upheld", "not_upheld")
        assert ChairsAction.objects.count() == (appeal.state == "upheld")


def test_pages_of_trainee_and_office(scene, decision):
    client, office = sign_in(Client(), scene.author), sign_in(Client(), scene.registrar)
    assert "7 December 2026" in client.get(URL).content.decode()
    assert client.get("/my-work/appeals/NONE/").status_code == 404
    before = tables()
    good = {"action": "appeal", "ground": "error", "words": WORDS, "seen": decision.pk}
    for wrong in ({"ground": ""}, {"ground": "spite"}, {"words": " "}):
        assert client.post(URL, {**good, **wrong}).status_code == 422
    assert client.post(URL, {**good, "seen": "1" * 9}).status_code == 409
    assert client.post(URL, {"action": "spite"}).status_code == 409
    assert tables() == before
    assert client.post(URL, good).status_code == 302
    appeal = Appeal.objects.get()
    file = {"action": "evidence", "appeal": appeal.pk, "file": letter()}
    assert client.post(URL, file).status_code == 302
    own = client.get(f"{URL}{appeal.pk}/{Evidence.objects.get().pk}/")
    assert b"".join(own.streaming_content) == pdf_bytes("letter")
    url = f"/registry/appeals/{appeal.pk}/"
    page = office.get(url).content.decode()
    assert WORDS in page and "S-" not in page
    assert office.post(url, {"action": "examine"}).status_code == 302
    appeal.refresh_from_db()
    sent = {
        "action": "uphold",
        "seen": appeal.version,
        "uphold-outcome": "uncapped",
        "uphold-day": "2027-02-01",
        "uphold-reason": "Not known.",
        "uphold-chair": "Prof. Chair",
        "uphold-answer": "You are right.",
    }
    before = tables()
    for name in ("outcome", "day", "reason", "chair", "answer"):
        assert office.post(url, {**sent, f"uphold-{name}": ""}).status_code == 422, name
    assert office.post(url, {**sent, "seen": "received-0"}).status_code == 422
    assert office.post(url, {"action": "decline", "decline-answer": "No."}).status_code == 422
    assert office.post(url, {"action": "spite"}).status_code == 409
    assert tables() == before
    assert office.post(url, sent).status_code == 302
    assert "Upheld" in office.get("/registry/appeals/?show=closed").content.decode()
    assert "You are right." in client.get(URL).content.decode()
    assert office.get("/registry/appeals/999999/").status_code == 404
