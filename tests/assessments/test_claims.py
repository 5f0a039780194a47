"""A trainee gets more time, or an answer; what they tell the office reaches nobody who marks, and no more is asked than is needed."""

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client, override_settings
from django.utils.timezone import localtime
from PIL import Image

from assessments.attempts.actions import set_due
from assessments.attempts.models import Attempt, DueLine
from assessments.attempts.queries import due_of
from assessments.cases.actions.answers import (
    accept_circumstances,
    ask_evidence,
    decline_claim,
    grant_claim,
    grant_deferral,
)
from assessments.cases.actions.claims import make_claim, self_certify, withdraw_claim
from assessments.cases.actions.evidence import add_evidence, drop_old_evidence, open_evidence
from assessments.cases.actions.office import read_case
from assessments.cases.models.claims import Claim
from assessments.cases.models.evidence import Evidence, EvidenceOpening
from assessments.cases.models.readings import CaseReading
from assessments.cases.queries.claims import overdue_claims
from assessments.deciding.models import Hold
from assessments.marking.conflicts import conflicts
from certificates.actions.stray_files import NAMED_BY
from cohorts.enrolment.actions import leave
from cohorts.enrolment.models import Enrolment
from lms.kit import clock, files
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import grant, rename
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import DAY, DUE, OP, TELLTALES, Scene, in_days, pdf_bytes, person, sign_in
from .test_submissions import together

WORDS = "Unmistakable words about why."
URL = "/my-work/T1-ESSAY/claims/"


@pytest.fixture
def dated(scene):
    scene.due(scene.essay)
    return scene


def tables():
    """All that a refusal must leave as it is."""
    return [
        list(table.objects.order_by("pk").values())
        for table in (Claim, CaseReading, Evidence, EvidenceOpening, DueLine, Attempt, Notice)
    ] + [Entry.objects.count()]


def refused(match, action, *args, **kwargs):
    before = tables()
    with pytest.raises((Refused, NotAllowed), match=match):
        action(*args, **kwargs)
    assert tables() == before


def ask(scene, kind="extension", words=WORDS, wish_on=None):
    return make_claim(scene.essay, scene.enrolment, kind, words, wish_on, by=scene.author)


def letter(seed="letter", name="letter.pdf"):
    return SimpleUploadedFile(name, pdf_bytes(seed), "application/pdf")


def due(scene):
    return due_of(Attempt.objects.get(assessment=scene.essay, is_current=True))


# ---- days that trainees certify themselves ----


@pytest.mark.both_engines
def test_a_few_days_are_granted_at_once_and_once(dated):
    scene = dated
    for _twice in range(2):
        claim = self_certify(scene.essay, scene.enrolment, 3, by=scene.author)
    assert claim.state == "granted" and claim.words == "" and Claim.objects.count() == 1
    # Three working days after Friday, 11 December, at the same time of day
    assert localtime(due(scene)).strftime("%d %H:%M") == "16 17:00"
    line = DueLine.objects.get()
    assert (line.kind, line.by) == ("extension", "command:self_certification")
    assert Notice.objects.filter(person=scene.author, subject__startswith="A new due").count() == 1
    assert not Notice.objects.filter(person=scene.registrar).exists()
    refused("already. Make a claim", self_certify, scene.essay, scene.enrolment, 4, by=scene.author)


def test_scotland_and_northern_ireland_have_holidays_of_their_own(scene):
    scene.due(scene.essay, DUE.replace(month=11, day=27))
    self_certify(scene.essay, scene.enrolment, 1, by=scene.author)
    assert localtime(due(scene)).date() == date(2026, 12, 1), "St Andrew’s Day is none"


def test_no_more_days_and_no_more_often_than_the_programme_allows(dated):
    scene = dated
    for days in (0, 6, -1):
        refused("up to 5", self_certify, scene.essay, scene.enrolment, days, by=scene.author)
    refused("no due date", self_certify, scene.portfolio, scene.enrolment, 1, by=scene.author)
    scene.due(scene.portfolio), scene.due(scene.quiz)
    self_certify(scene.essay, scene.enrolment, 1, by=scene.author)
    self_certify(scene.portfolio, scene.enrolment, 1, by=scene.author)
    refused("2 times", self_certify, scene.quiz, scene.enrolment, 1, by=scene.author)
    page = sign_in(Client(), scene.author).get("/my-work/T1-QUIZ/claims/").content.decode()
    assert "Take these days" not in page and "Make a claim" in page
    with clock.at(DAY + timedelta(days=366)):
        refused("was due already", self_certify, scene.quiz, scene.enrolment, 1, by=scene.author)
        scene.due(scene.quiz, in_days(390))
        self_certify(scene.quiz, scene.enrolment, 1, by=scene.author)


def test_not_for_work_that_is_in_or_was_due_and_for_nobody_else(dated):
    scene = dated
    other = scene.another(1)
    for by in (scene.registrar, scene.agnes, other.person, OP):
        refused("Only the trainee", self_certify, scene.essay, scene.enrolment, 1, by=by)
    refused(
        "Another attempt", self_certify, scene.essay, scene.enrolment, 1, by=scene.author, seen=2
    )
    with clock.at(in_days(1)):
        refused("due already", self_certify, scene.essay, scene.enrolment, 1, by=scene.author)
    scene.hand_in()
    refused("is in", self_certify, scene.essay, scene.enrolment, 1, by=scene.author)
    leave(scene.enrolment, reason="Moved.", by=scene.registrar)
    gone = Enrolment.objects.get(pk=scene.enrolment.pk)
    refused("any more", make_claim, scene.essay, gone, "extension", "W.", None, by=scene.author)


@pytest.mark.both_engines
def test_two_presses_at_once_are_one_extension_and_stay_within_the_year(transactional_db):
    with clock.at(DAY):
        scene = Scene()
        for one in (scene.essay, scene.portfolio, scene.quiz):
            scene.due(one)
        answers = []

        def press(one):
            try:
                with clock.at(DAY):
                    answers.append(self_certify(one, scene.enrolment, 2, by=scene.author).pk)
            except Refused as refusal:
                answers.append(str(refusal))
            connection.close()

        together(press, scene.essay, scene.essay, scene.portfolio, scene.quiz)
        assert len(answers) == 4
        assert Claim.objects.count() == 2 == DueLine.objects.count()


# ---- claims ----


@pytest.mark.both_engines
def test_a_claim_goes_to_the_office_and_is_answered_with_a_date(dated):
    scene = dated
    second = person("second", Role.REGISTRAR)
    for _twice in range(2):
        claim = ask(scene)
    assert Claim.objects.count() == 1 and due(scene) == DUE, "the due date stays until an answer"
    # Friday, 20 November: five working days of Scotland
    assert claim.answer_by == date(2026, 11, 27)
    for registrar in (scene.registrar, second):
        told = Notice.objects.get(person=registrar)
        assert told.url == f"/registry/claims/{claim.pk}/"
        assert WORDS not in told.body and "Quuxington" not in told.subject + told.body
    assert not Notice.objects.exclude(person__in=[scene.registrar, second, scene.author]).exists()
    assert WORDS not in str(list(Entry.objects.values()))
    new = in_days(10)
    for _twice in range(2):
        claim = grant_claim(claim, new, "Take care.", by=scene.registrar, seen=claim.version)
    assert (claim.state, claim.answered_by, due(scene)) == ("granted", scene.registrar, new)
    assert DueLine.objects.get().kind == "extension"
    told = Notice.objects.filter(person=scene.author).values_list("subject", "body")
    assert any("Take care." in body for _subject, body in told)
    assert not any("claim" in subject.lower() for subject, _body in told), "neutral subjects"
    refused("already", decline_claim, claim, "No.", by=second)


def test_what_is_longer_than_the_programme_can_give_is_the_universitys(dated):
    claim = ask(dated, "circumstances")
    far = in_days(25)
    refused("10 working days", grant_claim, claim, far, by=dated.registrar)
    refused("10 working days", grant_deferral, claim, far, by=dated.registrar)
    grant_claim(claim, far, by=dated.registrar, is_of_university=True)
    claim.refresh_from_db()
    assert claim.is_of_university and DueLine.objects.get().kind == "circumstances"


def test_an_answer_brings_no_due_date_forward_and_fits_one_that_was_given_by_hand(dated):
    scene, claim = dated, ask(dated)
    for action in (grant_claim, grant_deferral):
        refused("It is due on", action, claim, in_days(-2), by=scene.registrar)
    refused("due then already", grant_claim, claim, DUE, by=scene.registrar)
    set_due(scene.essay, scene.enrolment, in_days(10), "adjustment", by=scene.registrar)
    refused("It is due on", grant_claim, claim, in_days(9), by=scene.registrar)
    assert grant_claim(claim, in_days(10), by=scene.registrar).state == "granted"
    assert due(scene) == in_days(10) and DueLine.objects.get().kind == "adjustment"


def test_the_programmes_days_do_not_stack_from_claim_to_claim(dated):
    scene = dated
    grant_claim(ask(scene), in_days(14), by=scene.registrar)
    second = ask(scene, words="Once more.")
    refused("10 working days", grant_claim, second, in_days(21), by=scene.registrar)
    grant_claim(second, in_days(21), by=scene.registrar, is_of_university=True)


@pytest.mark.both_engines
def test_a_deferral_opens_another_attempt_without_a_cap(dated):
    claim = ask(dated, "deferral")
    for _twice in range(2):
        grant_deferral(claim, in_days(60), by=dated.registrar, is_of_university=True)
    attempt = Attempt.objects.get(assessment=dated.essay, is_current=True)
    assert (attempt.kind, attempt.cap, attempt.number) == ("deferred", None, 2)
    claim.refresh_from_db()
    assert claim.state == "deferred" and not claim.is_current


def test_circumstances_about_work_that_is_in_are_accepted_for_the_board(dated):
    scene = dated
    scene.hand_in()
    claim = ask(scene, "circumstances")
    office, url = sign_in(Client(), scene.registrar), f"/registry/claims/{claim.pk}/"
    page = office.get(url).content.decode()
    assert "Accepted: the board is told" in page and "as a deferral" not in page
    sent = {"action": "accept", "seen": claim.version, "answer": "Be well."}
    assert office.post(url, sent).status_code == 302
    claim.refresh_from_db()
    assert (claim.state, claim.new_due_at, due(scene)) == ("granted", None, DUE)
    hold = Hold.objects.get()
    assert (hold.module, hold.kind) == (scene.one, "circumstances") and WORDS not in hold.why
    told = Notice.objects.filter(person=scene.author, body__contains="Be well.").get()
    assert "The board is told" in told.body and WORDS not in told.body
    before = tables()
    accept_circumstances(claim, by=scene.registrar)
    assert tables() == before, "twice is once"
    second = ask(scene, "circumstances", "More words.")
    accept_circumstances(second, by=scene.registrar)
    assert Hold.objects.count() == 1, "one hold serves both"
    page = sign_in(Client(), scene.author).get(URL).content.decode()
    assert "accepts what you told it" in page


def test_only_circumstances_about_work_that_is_in_are_for_the_board(dated):
    scene, claim = dated, ask(dated, "circumstances")
    refused("work that is in", accept_circumstances, claim, by=scene.registrar)
    withdraw_claim(claim, by=scene.author)
    claim = ask(scene)
    scene.hand_in()
    refused("work that is in", accept_circumstances, claim, by=scene.registrar)
    assert not Hold.objects.exists()


def test_a_no_has_its_reason_and_leaves_a_way_on(dated):
    claim = ask(dated)
    refused("why it is not granted", decline_claim, claim, " ", by=dated.registrar)
    for _twice in range(2):
        decline_claim(claim, "The date stays fair.", by=dated.registrar)
    told = Notice.objects.filter(person=dated.author).first()
    assert "The date stays fair." in told.body and due(dated) == DUE
    page = sign_in(Client(), dated.author).get(URL).content.decode()
    assert "The date stays fair." in page and "Send the claim" in page
    ask(dated, words="Something new.")
    assert Claim.objects.count() == 2


def test_evidence_is_asked_for_with_a_day_and_comes_back_into_the_queue(dated):
    scene, claim = dated, ask(dated)
    refused("help you to decide", ask_evidence, claim, "", date(2026, 12, 1), by=scene.registrar)
    refused("still to come", ask_evidence, claim, "A note.", DAY, by=scene.registrar)
    for _twice in range(2):
        asked = ask_evidence(claim, "A note.", date(2026, 12, 1), by=scene.registrar)
    assert asked.state == "evidence"
    assert Notice.objects.filter(person=scene.author, body__contains="A note.").count() == 1
    office = sign_in(Client(), scene.registrar)
    assert "Quuxington" not in office.get("/registry/claims/").content.decode()
    assert "Quuxington" in office.get("/registry/claims/?show=evidence").content.decode()
    with clock.at(date(2026, 11, 26)):
        for _twice in range(2):
            add_evidence(claim, letter(), by=scene.author)
    claim.refresh_from_db()
    assert claim.state == "waiting" and claim.answer_by == date(2026, 12, 4)
    assert Evidence.objects.count() == 1
    assert (
        Notice.objects.filter(person=scene.registrar, subject="Evidence for a claim").count() == 1
    )
    refused("came in", decline_claim, claim, "No.", by=scene.registrar, seen=asked.version)


def test_a_trainee_withdraws_and_nobody_else_does(dated):
    claim = ask(dated)
    refused("Only the trainee", withdraw_claim, claim, by=dated.registrar)
    for _twice in range(2):
        withdraw_claim(claim, by=dated.author)
    refused("“Withdrawn” already", grant_claim, claim, in_days(3), by=dated.registrar)
    refused("“Withdrawn” already", add_evidence, claim, letter(), by=dated.author)


def test_whoever_left_still_sends_evidence_and_takes_a_claim_back(dated):
    scene, claim = dated, ask(dated)
    leave(scene.enrolment, reason="Moved.", by=scene.registrar)
    client = sign_in(Client(), scene.author)
    sent = {"claim": claim.pk, "action": "evidence", "file": letter()}
    assert client.post(URL, sent).status_code == 302 and Evidence.objects.count() == 1
    ask_again = {"action": "ask", "kind": "extension", "words": "W."}
    assert client.post(URL, ask_again).status_code == 403
    assert client.post(URL, {"claim": claim.pk, "action": "withdraw"}).status_code == 302
    claim.refresh_from_db()
    assert claim.state == "withdrawn"


def test_evidence_that_did_not_come_makes_a_claim_overdue(dated):
    scene, claim = dated, ask(dated)
    ask_evidence(claim, "A note.", date(2026, 12, 1), by=scene.registrar)
    office = sign_in(Client(), scene.registrar)
    for day, is_overdue in ((date(2026, 12, 1), False), (date(2026, 12, 2), True)):
        with clock.at(day):
            assert overdue_claims(scene.registrar).exists() == is_overdue
            page = office.get("/registry/claims/?show=evidence").content.decode()
            assert (">Overdue<" in page) == is_overdue
            assert ("Claim overdue" in office.get("/registry/").content.decode()) == is_overdue


def test_one_open_claim_and_only_what_can_be_asked(dated):
    scene = dated
    refused("Choose what", ask, scene, "self_certified")
    refused("Choose what", ask, scene, "spite")
    refused("what kept you", ask, scene, words="  ")
    refused("what kept you", ask, scene, words="x" * 4001)
    claim = ask(scene)
    refused("Withdraw it", ask, scene, words="Other words.")
    refused("a claim of yours", self_certify, scene.essay, scene.enrolment, 2, by=scene.author)
    with pytest.raises(DatabaseError), transaction.atomic():
        Claim.objects.create(attempt=claim.attempt, kind="extension", words="W.")
    withdraw_claim(claim, by=scene.author)
    scene.everything_marked()
    refused("cannot be moved", ask, scene, "deferral")
    ask(scene, "circumstances")


@pytest.mark.both_engines
def test_two_registrars_who_answer_at_once_give_one_answer(transactional_db):
    with clock.at(DAY):
        scene = Scene()
        scene.due(scene.essay)
        claim, answers = ask(scene), []

        def press(n):
            try:
                with clock.at(DAY):
                    if n % 2:
                        grant_claim(claim, in_days(3), by=scene.registrar)
                    else:
                        decline_claim(claim, "No.", by=scene.registrar)
                    answers.append("done")
            except Refused as refusal:
                answers.append(str(refusal))
            connection.close()

        together(press, 0, 1, 2, 3)
        claim.refresh_from_db()
        assert len(answers) == 4 and claim.state in ("granted", "not_granted")
        assert DueLine.objects.count() == (claim.state == "granted")


# ---- who may read it ----


def test_nobody_near_the_trainee_or_their_script_comes_upon_a_claim(dated):
    scene, claim = dated, ask(dated)
    file = add_evidence(claim, letter(), by=scene.author)
    submission = scene.hand_in()
    scene.allocate(submission)
    classmate = scene.another(1).person
    namesake = person("other", Role.REGISTRAR, first="ZEBEDEE", last="Quuxington")
    for someone in (scene.agnes, scene.examiner, classmate, scene.helen):
        if someone != scene.helen:
            grant(someone, Role.REGISTRAR, by=OP, starts_on=DAY)
        someone.__dict__.pop("_roles_today", None)
    near = (scene.agnes, classmate, namesake)
    for someone in (*near, scene.helen, OP):
        for action in (
            lambda by: grant_claim(claim, in_days(2), by=by),
            lambda by: read_case(claim, by=by),
            lambda by: open_evidence(file, by=by),
        ):
            refused("registrar", action, someone)
    for someone in near:
        client = sign_in(Client(), someone)
        listed = client.get("/registry/claims/").content.decode()
        assert "Quuxington" not in listed.replace(someone.full_name, "")
        for url in (f"/registry/claims/{claim.pk}/", f"/registry/claims/{claim.pk}/{file.pk}/"):
            assert client.get(url).status_code == 404, "not even that it is there"
    helen = sign_in(Client(), scene.helen)
    for url in ("/registry/claims/", f"/registry/claims/{claim.pk}/"):
        assert helen.get(url).status_code == 403
    other = sign_in(Client(), classmate)
    assert other.get(f"{URL}{claim.pk}/{file.pk}/").status_code == 404
    assert not EvidenceOpening.objects.exists() and not CaseReading.objects.exists()


def test_a_trainee_who_is_registrar_does_not_answer_themselves(dated):
    scene, claim = dated, ask(dated)
    grant(scene.author, Role.REGISTRAR, by=OP, starts_on=DAY)
    scene.author.__dict__.pop("_roles_today", None)
    refused("your own work", grant_claim, claim, in_days(2), by=scene.author)
    client = sign_in(Client(), scene.author)
    assert client.get(f"/registry/claims/{claim.pk}/").status_code == 403
    assert (
        "Quuxington"
        not in client.get("/registry/claims/").content.decode().replace("Zebedee Quuxington", "", 1)
        or Claim.objects.for_office(scene.author).count() == 0
    )


def test_a_second_account_of_the_trainee_is_known_by_mailbox_and_former_name(dated):
    claim = ask(dated)
    plus = person("x", Role.REGISTRAR)
    plus.email = "ZQ.unmistakable+office@author.example"
    plus.save()
    refused("email address", grant_claim, claim, in_days(2), by=plus)
    former = person("former", Role.REGISTRAR, first="Zebedee", last="Quuxington")
    rename(former, by=OP, first_name="Zeb", last_name="Wedlock")
    refused("Your name", grant_claim, claim, in_days(2), by=former)


def test_where_no_registrar_may_read_it_the_hub_hears_that_one_is_missing(dated):
    scene, hub = dated, person("hub", Role.HUB_OFFICER)
    rename(scene.registrar, by=OP, first_name="Zebedee", last_name="Quuxington")
    claim = ask(scene)
    told = Notice.objects.get(person=hub)
    assert "no registrar may read" in told.body and "Quuxington" not in told.subject + told.body
    assert sign_in(Client(), hub).get(told.url).status_code == 200
    assert not Notice.objects.filter(url=f"/registry/claims/{claim.pk}/").exists()


def test_each_opening_of_a_file_is_recorded_and_whoever_read_marks_no_script(dated):
    scene, claim = dated, ask(dated)
    file = add_evidence(claim, letter(), by=scene.author)
    office = sign_in(Client(), scene.registrar)
    page = office.get(f"/registry/claims/{claim.pk}/").content.decode()
    assert WORDS in page and "letter.pdf" in page and "S-" not in page
    for _twice in range(2):
        office.get(f"/registry/claims/{claim.pk}/")
        answer = office.get(f"/registry/claims/{claim.pk}/{file.pk}/")
        assert b"".join(answer.streaming_content) == pdf_bytes("letter")
        assert "attachment" in answer["Content-Disposition"]
    assert EvidenceOpening.objects.filter(by=scene.registrar).count() == 2
    assert CaseReading.objects.count() == 1
    assert Entry.objects.filter(action="assessments.open_evidence").count() == 2
    assert office.get(f"/registry/claims/{claim.pk}/999/").status_code == 404
    for rows in (EvidenceOpening.objects.all(), CaseReading.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(at=clock.now())
    grant(scene.registrar, Role.TUTOR, by=OP, starts_on=DAY)
    submission = scene.hand_in()
    assert conflicts([submission], [scene.registrar, scene.agnes]).keys() == {
        (submission.pk, scene.registrar.pk)
    }


def test_no_page_of_a_marker_an_examiner_or_a_board_has_a_word_of_it(dated):
    scene, claim = dated, ask(dated, "circumstances", "Secret note to the office")
    add_evidence(claim, letter(name="quuxington-final-draft.pdf"), by=scene.author)
    scene.everything_marked()
    board = scene.board()
    pages = {
        scene.agnes: [
            "/marking/",
            *(f"/marking/{s.submission.script}/" for s in scene.agnes.allocations.all()),
        ],
        scene.examiner: ["/examining/", f"/examining/{board.pk}/"],
        scene.registrar: [
            f"/boards/{board.pk}/",
            f"/boards/{board.pk}/scripts/",
            "/registry/scripts/",
        ],
    }
    for someone, urls in pages.items():
        client = sign_in(Client(), someone)
        for url in urls:
            page = client.get(url).content.decode()
            assert "claim" not in page.lower().replace("declaim", ""), url
            assert TELLTALES[-1] not in page


# ---- files ----


def test_evidence_is_looked_into_counted_and_deleted_in_time(dated):
    scene, claim = dated, ask(dated)
    with override_settings(IMSA_EVIDENCE_DAYS=30):
        file = add_evidence(claim, letter(), by=scene.author)
        place = Path(settings.PRIVATE_ROOT, file.path)
        assert place.read_bytes() == pdf_bytes("letter") and file.path.startswith("evidence/")
        assert Evidence in [model for model, _column in NAMED_BY["evidence"]]
        refused("Only the trainee", add_evidence, claim, letter("b"), by=scene.registrar)
        for n in range(9):
            add_evidence(claim, letter(f"more {n}"), by=scene.author)
        refused("10 files", add_evidence, claim, letter("eleventh"), by=scene.author)
        with clock.at(DAY + timedelta(days=400)):
            assert drop_old_evidence(by=OP) == 0, "the claim is open"
        withdraw_claim(claim, by=scene.author)
        with clock.at(DAY + timedelta(days=29)):
            assert drop_old_evidence(by=OP) == 0
        with clock.at(DAY + timedelta(days=31)):
            refused("Only a registrar", drop_old_evidence, by=scene.agnes)
            assert drop_old_evidence(by=OP) == 10 and drop_old_evidence(by=OP) == 0
        file.refresh_from_db()
        assert (file.path, file.name) == ("", "") and file.dropped_at
        refused("deleted", open_evidence, file, by=scene.registrar)
        page = sign_in(Client(), scene.registrar).get(f"/registry/claims/{claim.pk}/")
        assert "deleted when its time was over" in page.content.decode()


# ---- pages ----


def test_a_trainee_asks_on_pages_and_sees_where_it_stands(dated):
    client = sign_in(Client(), dated.author)
    assert URL in client.get("/my-work/T1-ESSAY/").content.decode()
    assert URL in client.get("/my-work/").content.decode()
    page = client.get(URL).content.decode()
    assert "You do not need to tell us more" in page and "10 working days" in page
    assert "Tuesday, 15 December 2026" in page or "15 December 2026" in page
    before = tables()
    for sent in (
        {"action": "certify"},
        {"action": "certify", "days": "9"},
        {"action": "ask", "kind": "extension"},
        {"action": "ask", "kind": "spite", "words": "W."},
        {"action": "ask", "kind": "extension", "words": "W.", "wish_on": "soon"},
        {"action": "ask", "kind": "extension", "words": "W.", "seen": "7"},
    ):
        answer = client.post(URL, sent)
        assert answer.status_code == 422, sent
        assert tables() == before
    assert client.post(URL, {"action": "spite"}).status_code == 409
    assert client.post(URL, {"action": "evidence", "claim": "1"}).status_code == 409
    sent = {"action": "ask", "kind": "extension", "words": WORDS, "wish_on": "2026-12-20"}
    assert client.post(URL, sent).status_code == 302
    claim = Claim.objects.get()
    page = client.get(URL).content.decode()
    assert WORDS in page and "27 November 2026" in page and "Send the claim" not in page
    assert "You will hear by" in client.get("/my-work/T1-ESSAY/").content.decode()
    assert "You asked the office" in client.get("/my-work/").content.decode()
    bad = {"action": "evidence", "claim": claim.pk, "file": SimpleUploadedFile("a.exe", b"MZ")}
    assert client.post(URL, bad).status_code == 422 and not Evidence.objects.exists()
    good = {"action": "evidence", "claim": claim.pk, "file": letter()}
    assert client.post(URL, good).status_code == 302
    file = Evidence.objects.get()
    answer = client.get(f"{URL}{claim.pk}/{file.pk}/")
    assert b"".join(answer.streaming_content) == pdf_bytes("letter")
    assert client.post(URL, {"action": "withdraw", "claim": claim.pk}).status_code == 302
    claim.refresh_from_db()
    assert claim.state == "withdrawn"
    assert client.post(URL, {"action": "certify", "days": "2"}).status_code == 302
    assert "15 December 2026" in client.get(URL).content.decode()
    assert client.get("/my-work/NONE/claims/").status_code == 404


def test_a_registrar_answers_on_a_page_and_is_told_of_what_is_overdue(dated):
    scene, claim = dated, ask(dated)
    client, url = sign_in(Client(), scene.registrar), f"/registry/claims/{claim.pk}/"
    assert "Claim to answer" in client.get("/registry/").content.decode()
    with clock.at(date(2026, 11, 28)):
        assert "Claim overdue" in client.get("/registry/").content.decode()
        assert "Overdue" in client.get("/registry/claims/").content.decode()
    client.get(url)
    before = tables()
    for sent, words in (
        ({}, "Choose your answer"),
        ({"action": "grant"}, "Say which day"),
        ({"action": "grant", "day": "x"}, "Give the day as"),
        ({"action": "grant", "day": "2027-03-01", "hour": "17:00"}, "10 working days"),
        ({"action": "decline"}, "why, and what they can do"),
        ({"action": "evidence", "day": "2026-12-01"}, "why, and what they can do"),
        ({"action": "grant", "day": "2026-12-18", "seen": "waiting-3"}, "came in"),
    ):
        answer = client.post(url, {"seen": claim.version, **sent})
        assert answer.status_code == 422 and words in answer.content.decode(), sent
        assert tables() == before
    sent = {"action": "grant", "day": "2026-12-18", "hour": "12:00", "seen": claim.version}
    assert client.post(url, sent).status_code == 302
    assert localtime(due(scene)).strftime("%d %H:%M") == "18 12:00"
    page = client.get(url).content.decode()
    assert "Answer the claim" not in page and "Given Registrar" in page
    assert "Granted" in client.get("/registry/claims/?show=answered").content.decode()
    assert client.get("/registry/claims/999999/").status_code == 404


def test_the_queue_asks_the_database_the_same_of_one_and_of_many(
    dated, django_assert_max_num_queries
):
    for n in range(30):
        one = dated.another(n)
        make_claim(dated.essay, one, "extension", "W.", None, by=one.person)
    client = sign_in(Client(), dated.registrar)
    with django_assert_max_num_queries(15):
        page = client.get("/registry/claims/").content.decode()
    assert page.count("REF-") == 25


def test_who_records_that_nothing_came_in_sees_that_a_claim_waits(dated):
    scene, claim = dated, ask(dated)
    url, link = f"/registry/work/{scene.enrolment.pk}/", f"/registry/claims/{claim.pk}/"
    assert link in sign_in(Client(), scene.registrar).get(url).content.decode()
    grant(scene.agnes, Role.REGISTRAR, by=OP, starts_on=DAY)
    scene.allocate(scene.hand_in())
    page = sign_in(Client(), scene.agnes).get(url).content.decode()
    assert link not in page and "has asked about" not in page


def test_a_photograph_of_a_letter_is_kept_without_where_it_was_taken(dated):
    scene, claim, out = dated, ask(dated), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "Unmistakable place", 6  # a description, and turned by a quarter
    Image.new("RGB", (400, 200), "white").save(out, "JPEG", exif=exif)
    assert b"Unmistakable" in out.getvalue()
    photo = SimpleUploadedFile("IMG_1.JPG", out.getvalue())
    file = add_evidence(claim, photo, by=scene.author)
    kept = Path(settings.PRIVATE_ROOT, file.path).read_bytes()
    assert b"Unmistakable" not in kept and Image.open(io.BytesIO(kept)).size == (200, 400)
    assert file.name == "IMG_1.jpg" and file.path.endswith(".jpg")
    answer = sign_in(Client(), scene.registrar).get(f"/registry/claims/{claim.pk}/{file.pk}/")
    assert answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff"
    for name, content in (("a.png", b"no picture"), ("b.jpg", b""), ("c.jpg", b"<svg/>")):
        before = tables()
        with pytest.raises(files.BadFile):
            add_evidence(claim, SimpleUploadedFile(name, content), by=scene.author)
        assert tables() == before
