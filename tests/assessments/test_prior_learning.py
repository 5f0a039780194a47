"""Credit for what somebody learned before: claimed, checked, recommended on, decided by a board; it counts without a mark and nothing that accreditation needs is lost."""

from datetime import date
from unittest.mock import ANY

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from assessments.attempts.models import PriorCredit
from assessments.cases.actions.evidence import add_evidence, drop_old_evidence, open_evidence
from assessments.cases.actions.prior_decisions import decide_prior_claim
from assessments.cases.actions.prior_learning import (
    appeal_prior_claim,
    ask_claimant,
    claim_prior_learning,
    read_prior_claim,
    recommend,
    reply_to_office,
    send_to_academic,
    withdraw_prior_claim,
)
from assessments.cases.models.evidence import Evidence, EvidenceOpening
from assessments.cases.models.prior_learning import PriorLearningClaim
from assessments.deciding import export_formats
from assessments.deciding.actions.board_calendar import cancel_board
from assessments.deciding.actions.boards import call_board, ratify
from assessments.deciding.actions.holds import place_hold
from assessments.deciding.actions.members import appoint_member
from assessments.deciding.actions.transcripts import issue_transcript
from assessments.deciding.downloads import transcript_pdf
from assessments.deciding.models import Award, BoardDecision, Hold
from assessments.deciding.queries.boards import modules_of
from assessments.deciding.queries.exports import reading_of
from assessments.deciding.queries.minutes import minutes_of
from assessments.deciding.queries.standing import standing_of
from assessments.deciding.queries.tallies import tally_of
from assessments.marking.conflicts import conflicts
from assessments.setting.models import AssessmentVersion
from assessments.taking.actions.quizzes import begin_quiz
from assessments.taking.actions.texts import save_text
from assessments.trainee.queries import results_of, work_in
from certificates.queries.facts import facts_of
from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import DAY, OP, person, sign_in
from .test_claims import letter

CHAIR = "Prof. Ada Chair"
TYPED = {
    "title": "Identifying victims",
    "provider": "A university",
    "ended_on": date(2024, 5, 7),
    "award": "20 credits at level 7",
    "words": "Unmistakable words of a claim.",
}
TABLES = (
    *(PriorLearningClaim, PriorCredit, Evidence, EvidenceOpening, Notice),
    *(Award, BoardDecision, Enrolment),
)


def state():
    return [list(table.objects.order_by("pk").values()) for table in TABLES] + [
        Entry.objects.count()
    ]


def refused(match, action, *args, **kwargs):
    before = state()
    with pytest.raises((Refused, NotAllowed), match=match):
        action(*args, **kwargs)
    assert state() == before


def claim(scene, module=None, kind="assessed", **other):
    return claim_prior_learning(
        scene.enrolment, module or scene.two, kind, by=scene.author, **(TYPED | other)
    )


def at_the_board(scene, opinion="for"):
    made = send_to_academic(claim(scene), scene.helen, by=scene.registrar)
    return recommend(made, opinion, "It meets the outcomes.", by=scene.helen)


def grant(scene, made, **other):
    about = {"chair": CHAIR, "by": scene.registrar, "decided_on": DAY} | other
    return decide_prior_claim(made, True, **about)


def status(scene, module):
    return {w.status for w in work_in(scene.enrolment) if w.assessment.module_id == module.pk}


def test_what_cannot_be_claimed(scene):
    refused("1 September 2021 or later", claim, scene, ended_on=date(2021, 8, 31))
    refused("cannot be to come", claim, scene, ended_on=date(2026, 11, 21))
    refused("what your claim rests on", claim, scene, kind="attended")
    refused("up to 4000 characters", claim, scene, words=" ")
    refused(
        "Only the trainee",
        claim_prior_learning,
        scene.enrolment,
        scene.two,
        "assessed",
        by=scene.registrar,
        **TYPED,
    )
    made = claim(scene, ended_on=date(2021, 9, 1))  # the first day that counts
    before = state()
    assert claim(scene, ended_on=date(2021, 9, 1)) == made and state() == before
    refused("claimed this module already", claim, scene, words="Other words.")
    refused("claimed this module already", claim, scene, ended_on=made.ended_on, title="Other")
    # Two modules have 40 credits; the rules give 30.
    refused("30 credits at most", claim, scene, scene.one)
    withdraw_prior_claim(made, by=scene.author)
    scene.hand_in(scene.portfolio)
    refused("work for it is in", claim, scene)
    claim(scene, scene.one)


def test_from_the_claim_to_the_board(scene):
    made = claim(scene)
    assert "Unmistakable" not in str(list(Entry.objects.values()))
    assert "Unmistakable" not in str(list(Notice.objects.values()))
    file = add_evidence(made, letter(), by=scene.author)
    refused("Only the trainee", add_evidence, made, letter("two"), by=scene.helen)
    # The office asks back, and has its days again.
    ask_claimant(made, "Which level?", by=scene.registrar)
    made.refresh_from_db()
    refused("is “The office asked", send_to_academic, made, scene.helen, by=scene.registrar)
    reply_to_office(made, "Level 7.", by=scene.author)
    before = state()
    reply_to_office(made, "Level 7.", by=scene.author)
    assert state() == before
    # Who marks for the trainee does not recommend, nor does who checks, nor a stranger decide.
    script = scene.hand_in()
    scene.allocate(script)
    refused("given work of this trainee", send_to_academic, made, scene.agnes, by=scene.registrar)
    refused("Only a", send_to_academic, made, scene.helen, by=scene.helen)
    refused("Only a", open_evidence, file, by=scene.helen)
    assert not conflicts([script], [scene.helen])
    send_to_academic(made, scene.helen, by=scene.registrar)
    assert conflicts([script], [scene.helen]), "the list names the trainee before it is opened"
    file = Evidence.objects.get()
    open_evidence(file, by=scene.helen)
    read_prior_claim(PriorLearningClaim.objects.get(), by=scene.helen)
    # Also when another is asked: what was read was read.
    PriorLearningClaim.objects.update(academic=None)
    assert conflicts([script], [scene.helen])
    PriorLearningClaim.objects.update(academic=scene.helen)
    refused("recommends first", grant, scene, made)
    refused("Someone else", recommend, made, "for", "Why.", by=person("other", Role.TUTOR))
    recommend(made, "for", "It meets the outcomes.", by=scene.helen)
    refused(
        "another registrar records",
        decide_prior_claim,
        made,
        True,
        chair=CHAIR,
        by=scene.helen,
        decided_on=DAY,
    )
    refused("who recommended does not decide", grant, scene, made, chair=scene.helen.full_name)
    refused(
        "Say to the trainee why",
        decide_prior_claim,
        made,
        False,
        chair=CHAIR,
        by=scene.registrar,
        decided_on=DAY,
    )
    refused("from the day of the claim to today", grant, scene, made, decided_on=date(2026, 11, 19))
    board = call_board(scene.cohort, "Later", date(2026, 11, 27), by=scene.registrar)
    refused("from that day", grant, scene, made, board=board, decided_on=None)
    decided = grant(scene, made)
    before = state()
    assert grant(scene, made) == decided and state() == before
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE assessments_priorcredit SET credits = 60")
    # Nothing is handed in for it any more.
    assert status(scene, scene.two) == {"credited"}
    refused("credited for prior learning", scene.hand_in, scene.portfolio)
    with clock.at(date(2028, 1, 10)):
        assert drop_old_evidence(by=OP) == 1


def test_it_counts_without_a_mark_and_withdrawn_it_does_not(scene):
    made = at_the_board(scene)
    met = call_board(scene.cohort, "Met, with nothing to record", DAY, by=scene.registrar)
    grant(scene, made, board=met, decided_on=None)
    cancel_board(met, "Nothing was ready.", by=scene.registrar)
    scene.take_quiz(right=5)
    scene.mark(scene.hand_in(), 62, 62)
    board = scene.board()
    held = scene.enrolment, scene.two, "query", "Why."
    tally = tally_of(board, modules_of(board))
    assert (tally.ready, tally.decided, tally.waiting, tally.awards) == (1, 1, 0, 1)
    assert [
        (r.status, r.mark)
        for r in reading_of(export_formats.Format(), scene.cohort).results
        if r.piece.module == "T2"
    ] == [("credited", None)]
    refused("cannot be held back", place_hold, *held, by=scene.registrar)
    seen = standing_of(board)
    decide_prior_claim(
        made, False, chair=CHAIR, reason="A mistake.", by=scene.registrar, decided_on=DAY
    )
    assert standing_of(board) != seen and status(scene, scene.two) == {"to_do"}
    assert tally_of(board, modules_of(board)).awards == 0
    facts = facts_of(scene.enrolment).enrolments[-1]
    assert facts.work_complete_on is None
    grant(scene, made, reason="It was none.")
    assert facts_of(scene.enrolment).enrolments[-1].work_complete_on == DAY
    ratify(board, by=scene.registrar, chair=CHAIR)
    award = Award.objects.get()
    assert award.inputs.get("credited") == [["T2", 20]] and award.enrolment_id == scene.enrolment.pk
    minutes = minutes_of(board).content
    assert minutes["prior_learning"][-1] == [
        "REF-ZQ-998877",
        "T2",
        20,
        DAY.isoformat(),
        CHAIR,
        True,
    ]
    assert len(minutes["prior_learning"]) == 3, "of the cancelled board too, which has no minutes"
    assert "T2" not in str(minutes["left_out"])
    transcript = issue_transcript(Enrolment.objects.get(pk=scene.enrolment.pk), by=scene.author)
    assert {
        m["code"]: (m["mark"], m["outcome"], m["credits"]) for m in transcript.content["modules"]
    } == {
        "T2": ("", "rpl", 20),
        "T1": (ANY, "pass", 20),
    }
    assert transcript_pdf(transcript).startswith(b"%PDF")
    refused(
        "award has been conferred",
        decide_prior_claim,
        made,
        False,
        chair=CHAIR,
        reason="No.",
        by=scene.registrar,
        decided_on=DAY,
    )


def test_the_last_credit_brings_the_award(scene):
    scene.take_quiz(right=5)
    scene.mark(scene.hand_in(), 62, 62)
    made = at_the_board(scene)
    board = scene.board()
    ratify(board, by=scene.registrar, chair=CHAIR)
    assert not Award.objects.exists()
    hold = Hold.objects.create(enrolment=scene.enrolment, kind="query", why="W.")
    refused("held back", grant, scene, made)
    hold.delete()
    grant(scene, made)
    assert Award.objects.get().enrolment_id == scene.enrolment.pk


def test_refused_and_appealed(scene):
    made = at_the_board(scene, "against")
    refused(
        "nothing here that you can appeal",
        appeal_prior_claim,
        made,
        "error",
        "Why.",
        by=scene.author,
    )
    decide_prior_claim(
        made, False, chair=CHAIR, reason="Not the outcomes.", by=scene.registrar, decided_on=DAY
    )
    assert (
        "Not the outcomes." in Notice.objects.filter(person=scene.author).order_by("pk").last().body
    )
    with clock.at(date(2026, 12, 20)):
        refused("ended on", appeal_prior_claim, made, "error", "A page was lost.", by=scene.author)
    appeal_prior_claim(made, "error", "A page was lost.", by=scene.author)
    begin_quiz(scene.quiz, scene.enrolment, by=scene.author)  # the other module: no matter
    again = {"chair": CHAIR, "reason": "Not the outcomes.", "decided_on": DAY}
    answer = decide_prior_claim(made, False, by=scene.registrar, **again)
    assert answer.number == 2, "the same words answer an appeal too"
    before = state()
    assert decide_prior_claim(made, False, by=scene.registrar, **again) == answer
    assert state() == before and PriorLearningClaim.objects.get().state == "refused"
    assert grant(scene, made, reason="The page is found.").number == 3
    assert {r["module"].code: r["is_credited"] for r in results_of(scene.enrolment)} == {
        "T1": False,
        "T2": True,
    }
    AssessmentVersion.objects.filter(assessment=scene.portfolio).update(submission_type="text")
    about = (scene.portfolio, scene.enrolment)
    refused("credited for prior learning", save_text, *about, "Words.", by=scene.author)


def test_the_pages(scene):
    url = "/my-work/prior-learning/"
    author, office, academic = (
        sign_in(Client(), one) for one in (scene.author, scene.registrar, scene.helen)
    )
    sent = {"module": scene.two.pk, "kind": "attended", **TYPED}
    page = author.post(url, sent)
    assert page.status_code == 422 and b"without being assessed gives no credit" in page.content
    assert (
        b"Unmistakable words of a claim." in page.content
        and not PriorLearningClaim.objects.exists()
    )
    page = author.post(url, sent | {"kind": "assessed"}, follow=True)
    made = PriorLearningClaim.objects.get()
    own, there, asked = (
        f"{url}{made.pk}/",
        f"/registry/prior-learning/{made.pk}/",
        f"/teaching/prior-learning/{made.pk}/",
    )
    assert page.redirect_chain[-1][0] == own
    again = sent | {"kind": "assessed"}
    assert author.post(url, again)["Location"] == own, "the same again"
    page = author.post(url, again | {"title": "Another course"})
    assert b"claimed this module already" in page.content and b"Another course" in page.content
    assert PriorLearningClaim.objects.get() == made
    author.post(own, {"action": "evidence", "file": letter()})
    assert academic.get(asked).status_code == 404 and office.get(own).status_code == 404
    assert (
        made.enrolment.person.full_name.encode() in office.get("/registry/prior-learning/").content
    )
    version = PriorLearningClaim.objects.get().version
    page = office.post(there, {"action": "send", "academic": scene.helen.pk, "seen": "old"})
    assert page.status_code == 422 and PriorLearningClaim.objects.get().state == "checking"
    assert (
        office.post(
            there, {"action": "send", "academic": scene.helen.pk, "seen": version}
        ).status_code
        == 302
    )
    file = Evidence.objects.get().pk
    assert b"T2" in academic.get("/teaching/prior-learning/").content
    assert academic.get(f"/registry/prior-learning/{made.pk}/{file}/").status_code == 200
    assert EvidenceOpening.objects.get().by == scene.helen
    version = PriorLearningClaim.objects.get().version
    assert (
        academic.post(
            asked, {"action": "recommend", "opinion": "for", "words": "Yes.", "seen": version}
        ).status_code
        == 302
    )
    board = scene.board(confirmed=False)
    assert f"{there}".encode() in office.get(f"/boards/{board.pk}/").content
    version = PriorLearningClaim.objects.get().version
    decision = {
        "action": "decide",
        "outcome": "grant",
        "by_whom": board.pk,
        "chair": CHAIR,
        "seen": version,
    }
    page = office.post(there, decision | {"chair": ""})
    assert page.status_code == 422 and b"name of the chair" in page.content
    assert office.post(there, decision).status_code == 302
    assert PriorCredit.objects.get().board == board
    for client, address in (
        (author, "/study/"),
        (author, url),
        (author, own),
        (author, "/my-work/"),
        (office, there),
        (office, f"/boards/{board.pk}/"),
        (academic, asked),
        (author, "/my-work/T2-PORT/"),
    ):
        assert (
            b"redited" in client.get(address).content
            or b"ranted" in client.get(address).content
            or b"RPL" in client.get(address).content
        )
    assert office.get("/registry/prior-learning/?show=closed").status_code == 200


def test_what_is_typed_stays_when_the_claim_has_moved_on(scene):
    made = claim(scene)
    author, office, academic = (
        sign_in(Client(), one) for one in (scene.author, scene.registrar, scene.helen)
    )
    own, there, asked = (
        f"/my-work/prior-learning/{made.pk}/",
        f"/registry/prior-learning/{made.pk}/",
        f"/teaching/prior-learning/{made.pk}/",
    )
    old = PriorLearningClaim.objects.get().version

    def came_back(client, address, words, sent):
        before = state()
        page = client.post(address, sent)
        assert page.status_code == 422 and words in page.content.decode()
        assert "can no longer be sent" in page.content.decode() and state() == before

    for client, address in ((office, there), (author, own)):
        client.get(address)  # to open it is recorded
    send_to_academic(made, scene.helen, by=scene.registrar)
    academic.get(asked)
    for client, address, name in ((office, there, "question"), (author, own, "reply")):
        words = f"Typed as a {name}."
        sent = {"action": "ask" if name == "question" else name, name: words, "seen": old}
        came_back(client, address, words, sent)
    words = "It meets each outcome."
    sent = {"action": "recommend", "opinion": "for", "words": words, "seen": old}
    send_to_academic(made, person("other", Role.TUTOR), by=scene.registrar)
    before = state()
    for address in (asked, f"/teaching/prior-learning/{made.pk + 999}/"):
        page = academic.post(address, sent)
        assert page.status_code == 409 and words in page.content.decode()
        assert scene.author.full_name not in page.content.decode() and state() == before
    assert academic.get(asked).status_code == 404
    send_to_academic(made, scene.helen, by=scene.registrar)
    withdraw_prior_claim(made, by=scene.author)
    came_back(academic, asked, words, sent)
    sent = {"action": "appeal", "ground": "error", "words": "A page was lost."}
    page = author.post(own, sent)
    assert page.status_code == 422 and b"A page was lost." in page.content
    assert PriorLearningClaim.objects.get().state == "withdrawn"


def test_a_chair_is_told_of_what_is_recorded_as_theirs_alone(scene):
    made, board = at_the_board(scene), scene.board()
    chair = appoint_member(board, person("chair", Role.TUTOR), "chair", by=scene.registrar).person
    about = {"person": chair, "subject": "A decision is recorded in your name"}
    grant(scene, made)
    assert not Notice.objects.filter(**about).exists(), "in another chair's name"
    for _again in range(2):
        grant(scene, made, chair=chair.full_name, reason="Put right.")
    told = Notice.objects.get(**about)
    assert told.url == "/boards/mine/" and scene.author.last_name not in told.body


def test_the_registrys_home_counts_what_waits_for_the_office(scene, rows_read):
    office = sign_in(Client(), scene.registrar)

    def is_listed():
        return b"laim on prior learning to look at" in office.get("/registry/").content

    assert not is_listed()
    made = claim(scene)
    assert is_listed()
    ask_claimant(made, "In which year was that?", by=scene.registrar)
    assert not is_listed(), "it waits for the trainee"
    reply_to_office(made, "In 2024.", by=scene.author)
    assert is_listed()
    with rows_read() as read:
        assert office.get("/registry/").status_code == 200
    assert read.statements <= 15
    send_to_academic(made, scene.helen, by=scene.registrar)
    assert not is_listed(), "it waits for the academic"
