"""A marker tells, the office looks, the trainee is heard, and a mark of zero stands in the history; markers hear “thank you”."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from assessments.attempts import chain
from assessments.attempts.models import Attempt, MarkLine
from assessments.cases.actions.alike import find_alike, look_at_resemblance
from assessments.cases.actions.misconduct import (
    close_concern,
    decide_case,
    flag_script,
    inform_trainee,
    open_case,
    raise_concern,
    reply_to_case,
    take_up_again,
)
from assessments.cases.models.misconduct import (
    CaseReply,
    MisconductCase,
    MisconductFlag,
    Resemblance,
    ScriptText,
)
from assessments.cases.models.readings import CaseReading
from assessments.cases.queries.misconduct import places_to_look
from assessments.deciding.actions.boards import call_board, confirm_sample, ratify
from assessments.deciding.actions.corrections import agree_to_correction
from assessments.deciding.actions.holds import lift_hold, place_hold
from assessments.deciding.models import BoardDecision, Hold
from assessments.deciding.queries.boards import readiness
from assessments.marking.actions.corrections import request_correction
from assessments.marking.blind import script_for
from assessments.taking.actions.replacements import keep_replacement, replace_file
from lms.kit import clock, files
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import grant
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import DAY, OP, TELLTALES, Scene, pdf, pdf_bytes, person, sign_in
from .test_submissions import together

WORDS = "Unmistakable words about page three."
LATER = date(2026, 12, 4)


def tables():
    models = (MisconductCase, MisconductFlag, CaseReply, Hold, MarkLine, BoardDecision, Notice)
    return [list(model.objects.order_by("pk").values()) for model in models] + [
        Resemblance.objects.count(),
        CaseReading.objects.count(),
        Entry.objects.count(),
    ]


def refused(match, action, *args, **kwargs):
    before = tables()
    with pytest.raises((Refused, NotAllowed), match=match):
        action(*args, **kwargs)
    assert tables() == before


def flagged(scene, mark=62):
    """An essay that is marked, and of which its first marker told the office."""
    scene.take_quiz()
    submission = scene.mark(scene.hand_in(seed="e"), mark, mark)
    task = submission.allocations.get(marker=scene.agnes)
    flag_script(task, WORDS, "page 3", by=scene.agnes)
    return MisconductCase.objects.get()


def heard(scene):
    case = open_case(flagged(scene), "To be read.", by=scene.registrar)
    inform_trainee(case, "What we saw.", LATER, by=scene.registrar)
    reply_to_case(case, "I cited it.", by=scene.author)
    case.refresh_from_db()
    return case


# ---- what markers tell ----


@pytest.mark.both_engines
def test_a_marker_tells_the_office_and_learns_nothing(scene):
    case = flagged(scene)
    task = case.submission.allocations.get(marker=scene.agnes)
    flag_script(task, WORDS, "page 3", by=scene.agnes)
    assert MisconductFlag.objects.count() == 1
    flag_script(case.submission.allocations.get(marker=scene.tomasz), "I too.", by=scene.tomasz)
    assert MisconductCase.objects.count() == 1 and case.flags.count() == 2
    told = Notice.objects.filter(person=scene.registrar, url=f"/registry/misconduct/{case.pk}/")
    assert told.count() == 2
    for one in told:
        assert WORDS not in one.body
        assert not any(word in one.subject + one.body for word in TELLTALES)
    assert not Notice.objects.filter(
        person=scene.author, body__contains="office has written"
    ).exists()
    assert WORDS not in str(list(Entry.objects.values()))
    for by in (scene.tomasz, scene.helen, scene.registrar, scene.author, OP):
        refused("Only a marker", flag_script, task, "W.", by=by)
    refused("what you saw", flag_script, task, " ", by=scene.agnes)
    refused("what you saw", flag_script, task, "x" * 2001, by=scene.agnes)
    with pytest.raises(DatabaseError), transaction.atomic():
        MisconductCase.objects.create(submission=case.submission)
    for rows in (MisconductFlag.objects.all(),):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(words="Other.")


def test_a_markers_page_says_thank_you_and_leads_to_nobody(scene):
    submission = scene.hand_in()
    scene.allocate(submission)
    client, url = sign_in(Client(), scene.agnes), f"/marking/{submission.script}/flag/"
    assert url in client.get(f"/marking/{submission.script}/").content.decode()
    assert client.post(url, {"words": " "}).status_code == 422
    answer = client.post(url, {"words": WORDS, "place": "page 3"}, follow=True)
    page = answer.content.decode()
    assert "Thank you." in page and not any(word in page for word in TELLTALES)
    case = MisconductCase.objects.get()
    open_case(case, "To be read.", by=scene.registrar)
    for number in (url, f"/marking/{submission.script}/", "/marking/"):
        page = client.get(number).content.decode()
        assert WORDS not in page and "Held back" not in page
        assert not any(word in page for word in TELLTALES)
    assert sign_in(Client(), scene.helen).get(url).status_code == 404


@pytest.mark.both_engines
def test_two_markers_who_tell_at_once_make_one_case(transactional_db):
    with clock.at(DAY):
        scene = Scene()
        tasks, answers = scene.allocate(scene.hand_in()), []

        def press(task):
            try:
                with clock.at(DAY):
                    answers.append(flag_script(task, "Seen.", by=task.marker).case_id)
            except Refused as refusal:
                answers.append(str(refusal))
            connection.close()

        together(press, *tasks, *tasks)
        assert len(answers) == 4 and len(set(answers)) == 1
        assert MisconductCase.objects.count() == 1 and MisconductFlag.objects.count() == 2


# ---- what the office does ----


@pytest.mark.both_engines
def test_a_case_holds_the_result_back_hears_the_trainee_and_lets_go(scene):
    case = flagged(scene)
    refused("why you look", open_case, case, " ", by=scene.registrar)
    for _twice in range(2):
        case = open_case(case, "To be read.", by=scene.registrar)
    hold = Hold.objects.get()
    assert (case.hold, hold.kind, hold.module, hold.tells_kind) == (
        hold,
        "misconduct",
        scene.one,
        False,
    )
    held = Notice.objects.get(person=scene.author, subject="A result of yours is held back")
    assert "misconduct" not in held.body
    about = {"by": scene.registrar}
    refused("until", inform_trainee, case, "What we saw.", DAY, **about)
    refused("Write to the trainee", inform_trainee, case, " ", LATER, **about)
    refused("Tell the trainee first", decide_case, case, "low", "warning", "W.", **about)
    refused("is closed", reply_to_case, case, "Before I know.", by=scene.author)
    for _twice in range(2):
        inform_trainee(case, "What we saw.", LATER, **about)
    told = Notice.objects.filter(person=scene.author, url=f"/my-work/letters/{case.pk}/")
    assert told.count() == 1 and "What we saw." not in told.get().body
    refused("can answer until", decide_case, case, "low", "warning", "W.", **about)
    refused("Only the trainee", reply_to_case, case, "Mine.", by=scene.agnes)
    for _twice in range(2):
        reply_to_case(case, "I cited it.", by=scene.author)
    assert CaseReply.objects.count() == 1
    refused("has answered already", inform_trainee, case, "Other words.", LATER, **about)
    refused("came in", decide_case, case, "low", "warning", "W.", seen="looking-1-0", **about)
    for level, outcome in (
        ("none", "warning"),
        ("poor", "zero"),
        ("high", "nothing"),
        ("x", "zero"),
    ):
        refused("fits the level", decide_case, case, level, outcome, "W.", **about)
    for _twice in range(2):
        decide_case(case, "poor", "warning", "Cite with page numbers.", **about)
    hold.refresh_from_db()
    case.refresh_from_db()
    assert case.state == "closed" and hold.lifted_at and "warning" in hold.outcome.lower()
    assert Notice.objects.filter(person=scene.author, body__contains="page numbers").count() == 1
    assert chain.standing(case.submission.attempt.lines.all()) == 62, "marks stay as they are"
    refused("already", decide_case, case, "low", "zero", "W.", **about)


@pytest.mark.both_engines
def test_a_mark_of_zero_is_a_line_of_its_own_and_the_next_attempt_is_capped(scene):
    case = heard(scene)
    for _twice in range(2):
        decide_case(case, "medium", "zero", "Copied.", by=scene.registrar)
    attempt = Attempt.objects.get(assessment=scene.essay)
    stages = list(attempt.lines.values_list("stage", "mark"))
    assert stages[-1] == ("misconduct", Decimal(0)) and stages[-2] == ("agreed", Decimal(62))
    assert chain.standing(attempt.lines.all()) == 0
    shown = script_for(scene.agnes, case.submission.script)
    assert [line.stage for line in shown.chain] == ["first", "second", "agreed"]
    page = sign_in(Client(), scene.agnes).get(f"/marking/{case.submission.script}/")
    assert "isconduct" not in page.content.decode()
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    decision = BoardDecision.objects.get()
    assert decision.outcome == "refer" and decision.mark < 50
    again = Attempt.objects.get(assessment=scene.essay, is_current=True)
    assert (again.kind, again.cap, again.number) == ("resit", 50, 2)


def test_a_correction_of_the_marks_does_not_lift_a_zero(scene):
    case = heard(scene)
    decide_case(case, "medium", "zero", "Copied.", by=scene.registrar)
    task = case.submission.allocations.get(marker=scene.agnes)
    marks = {"law": 68, "role": 68}
    correction = request_correction(task, marks, "Well argued.", "A slip.", by=scene.agnes)
    agree_to_correction(correction, by=scene.registrar)
    lines = list(Attempt.objects.get(assessment=scene.essay).lines.values_list("stage", "mark"))
    assert lines[-2:] == [("agreed", Decimal(65)), ("misconduct", Decimal(0))]


def test_after_a_board_the_award_waits_and_a_zero_is_decided_again(scene):
    case = flagged(scene)
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    case = open_case(case, "Seen late.", by=scene.registrar)
    assert case.hold.module is None and case.hold.lifted_at is None, "all results: the award waits"
    inform_trainee(case, "What we saw.", LATER, by=scene.registrar)
    with clock.at(LATER + timedelta(days=1)):
        decide_case(case, "high", "zero", "Copied.", by=scene.registrar)
        last = BoardDecision.objects.latest("pk")
        assert last.outcome == "reopened"
        again = call_board(scene.cohort, "Next board", clock.today(), by=scene.registrar)
        confirm_sample(again, "Sound.", by=scene.examiner)
        ratify(again, by=scene.registrar, chair="Prof. Chair")
    newest = BoardDecision.objects.latest("pk")
    assert newest.outcome == "refer" and newest.mark < 50


def test_what_the_university_decides_stays_held_back_until_somebody_lifts_it(scene):
    case = open_case(flagged(scene), "W.", by=scene.registrar)
    inform_trainee(case, "What we saw.", LATER, by=scene.registrar)
    reply_to_case(case, "Mine.", by=scene.author)
    decide_case(case, "high", "referred", "The University decides.", by=scene.registrar)
    board = scene.board()
    held = [c.why_not for c in readiness(board) if c.module == scene.one]
    assert held and all(why.startswith("Held back") for why in held)
    assert Hold.objects.get().lifted_at is None


def test_a_result_that_is_held_back_for_something_else_is_held_back_for_this_too(scene):
    case = flagged(scene)
    first = place_hold(case.enrolment, scene.one, "query", "A question.", by=scene.registrar)
    case = open_case(case, "W.", by=scene.registrar)
    lift_hold(first, "Answered.", by=scene.registrar)
    assert case.hold.module is None and Hold.objects.filter(lifted_at=None).get() == case.hold


def decided(scene, level="high", outcome="zero"):
    case = open_case(flagged(scene), "W.", by=scene.registrar)
    inform_trainee(case, "What we saw.", LATER, by=scene.registrar)
    reply_to_case(case, "Mine.", by=scene.author)
    return decide_case(case, level, outcome, "Copied.", by=scene.registrar)


def test_a_zero_is_not_lifted_once_another_attempt_has_begun(scene):
    case = decided(scene)
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    assert not Attempt.objects.get(pk=case.submission.attempt_id).is_current
    again = take_up_again(case, "The University upheld the appeal.", by=scene.registrar)
    refused("counts no more", decide_case, again, "none", "nothing", "No.", by=scene.registrar)


def test_a_lifted_zero_gives_back_what_the_work_was_worth_and_stays_lifted(scene):
    case = decided(scene)
    attempt = case.submission.attempt
    worth = chain.newest(attempt.lines.all(), chain.SETTLED).mark
    assert chain.standing(attempt.lines.all()) == 0
    again = take_up_again(case, "A mistake of ours.", by=scene.registrar)
    assert take_up_again(case, "A mistake of ours.", by=scene.registrar) == again
    assert again.hold.lifted_at is None and MisconductCase.objects.count() == 2
    decide_case(again, "none", "nothing", "It was a quotation.", by=scene.registrar)
    lines = list(attempt.lines.all())
    assert chain.standing(lines) == worth and chain.differing(lines) == []
    assert [line.stage for line in lines][-2:] == ["misconduct", "misconduct"]
    added = chain.with_misconduct([chain.Line("agreed", worth, "Again.")], lines)
    assert len(added) == 1, "a zero that was lifted does not come back"
    assert MisconductCase.objects.get(pk=case.pk).outcome == "zero", "what was decided stays"
    assert not Hold.objects.filter(lifted_at=None).exists()


def test_what_the_university_decided_ends_the_hold(scene):
    case = decided(scene, outcome="referred")
    again = take_up_again(case, "The University has decided.", by=scene.registrar)
    assert again.hold == case.hold and Hold.objects.count() == 1
    decide_case(again, "high", "zero", "The University’s decision.", by=scene.registrar)
    assert Hold.objects.get().lifted_at
    assert chain.standing(case.submission.attempt.lines.all()) == 0


def test_a_concern_that_was_closed_is_not_taken_up_again(scene):
    case = close_concern(flagged(scene), "A quotation.", by=scene.registrar)
    refused("nothing to decide anew", take_up_again, case, "W.", by=scene.registrar)
    refused(".", take_up_again, case, "W.", by=scene.agnes)


def test_a_closed_case_is_taken_up_again_on_its_page_and_each_names_the_other(scene):
    case = decided(scene)
    client, url = sign_in(Client(), scene.registrar), f"/registry/misconduct/{case.pk}/"
    assert b"Take it up again" in client.get(url).content
    answer = client.post(url, {"action": "again", "again-why": "A mistake of ours."})
    assert answer.status_code == 302
    again = MisconductCase.objects.get(follows=case)
    shut = client.get(url).content.decode()
    assert f"/registry/misconduct/{again.pk}/" in shut and "Take it up again" not in shut
    assert url in client.get(f"/registry/misconduct/{again.pk}/").content.decode()


def test_a_zero_waits_for_the_mark_and_for_nothing_that_counts_no_more(scene):
    submission = scene.hand_in()
    task, _second = scene.allocate(submission)
    flag_script(task, WORDS, by=scene.agnes)
    case = open_case(MisconductCase.objects.get(), "W.", by=scene.registrar)
    inform_trainee(case, "What we saw.", LATER, by=scene.registrar)
    reply_to_case(case, "Mine.", by=scene.author)
    refused("has its mark", decide_case, case, "low", "zero", "W.", by=scene.registrar)
    decide_case(case, "low", "warning", "W.", by=scene.registrar)


def test_a_concern_is_closed_and_the_trainee_never_hears(scene):
    case = flagged(scene)
    for _twice in range(2):
        close_concern(case, "A quotation.", by=scene.registrar)
    assert (
        not Hold.objects.exists()
        and not Notice.objects.filter(person=scene.author, url__contains="letters").exists()
    )
    refused("already", open_case, case, "W.", by=scene.registrar)
    page = sign_in(Client(), scene.registrar).get(f"/registry/misconduct/{case.pk}/")
    assert page.status_code == 200 and not CaseReading.objects.exists(), "no name was opened"
    task = case.submission.allocations.get(marker=scene.agnes)
    flag_script(task, "Something new.", by=scene.agnes)
    assert MisconductCase.objects.count() == 2


def test_two_cases_of_a_module_share_its_hold(scene):
    first = open_case(flagged(scene), "W.", by=scene.registrar)
    first_hold = first.hold
    other = MisconductCase.objects.create(
        submission=scene.hand_in(scene.portfolio), hold=first_hold
    )
    MisconductCase.objects.filter(pk=other.pk).update(state="looking")
    decide_case(first, "none", "nothing", "Nothing.", by=scene.registrar)
    first_hold.refresh_from_db()
    assert first_hold.lifted_at is None
    decide_case(other, "none", "nothing", "Nothing.", by=scene.registrar)
    first_hold.refresh_from_db()
    assert first_hold.lifted_at


def test_nobody_who_marks_or_examines_the_cohort_comes_upon_a_case(scene):
    case = heard(scene)
    classmate = scene.another(1).person
    namesake = person("other", Role.REGISTRAR, first="ZEBEDEE", last="Quuxington")
    scene.allocate(scene.hand_in(enrolment=scene.another(2), seed="2"), (scene.helen, scene.tomasz))
    scene.board()
    for someone in (scene.agnes, scene.helen, scene.examiner, classmate):
        grant(someone, Role.REGISTRAR, by=OP, starts_on=DAY)
        someone.__dict__.pop("_roles_today", None)
    for someone in (scene.agnes, scene.helen, scene.examiner, classmate, namesake):
        refused("registrar|someone else", open_case, case, "W.", by=someone)
        refused("registrar|someone else", decide_case, case, "none", "nothing", "W.", by=someone)
        refused("registrar|someone else", raise_concern, case.submission, "W.", by=someone)
        client = sign_in(Client(), someone)
        for url in ("", "file/"):
            assert client.get(f"/registry/misconduct/{case.pk}/{url}").status_code == 404
        assert case.submission.script not in client.get("/registry/misconduct/").content.decode()
        assert client.get(f"/my-work/letters/{case.pk}/").status_code == 404


def test_pages_of_office_and_trainee(scene):
    case = flagged(scene)
    office, url = sign_in(Client(), scene.registrar), f"/registry/misconduct/{case.pk}/"
    trainee, letter = sign_in(Client(), scene.author), f"/my-work/letters/{case.pk}/"
    assert "Case of misconduct open" in office.get("/registry/").content.decode()
    assert case.submission.script in office.get("/registry/misconduct/").content.decode()
    page = office.get(url).content.decode()
    assert WORDS in page and not any(word in page for word in TELLTALES), (
        "a number, and no name yet"
    )
    assert not CaseReading.objects.exists() and trainee.get(letter).status_code == 404
    assert office.post(url, {"action": "decide"}).status_code == 409
    assert office.post(url, {"action": "open"}).status_code == 422
    assert office.post(url, {"action": "open", "open-why": "To be read."}).status_code == 302
    assert "Zebedee Quuxington" in office.get(url).content.decode() and CaseReading.objects.get()
    assert b"".join(office.get(f"{url}file/").streaming_content).startswith(b"%PDF")
    assert Entry.objects.filter(action="assessments.open_script_copy").count() == 1
    sent = {"action": "inform", "inform-letter": "What we saw.", "inform-reply_by": "2026-12-04"}
    assert office.post(url, {**sent, "inform-reply_by": "2026-11-20"}).status_code == 422
    assert office.post(url, sent).status_code == 302
    assert letter in trainee.get("/my-work/T1-ESSAY/").content.decode()
    page = trainee.get(letter).content.decode()
    assert "What we saw." in page and WORDS not in page and "Given Agnes" not in page
    assert trainee.post(letter, {"words": " "}).status_code == 422
    assert trainee.post(letter, {"words": "I cited it."}).status_code == 302
    assert "I cited it." in office.get(url).content.decode()
    case.refresh_from_db()
    decision = {
        "action": "decide",
        "seen": case.version,
        "decide-level": "low",
        "decide-outcome": "zero",
        "decide-answer": "Copied.",
    }
    before = tables()
    for wrong in ({"decide-level": ""}, {"decide-outcome": "nothing"}, {"seen": "looking-1-0"}):
        assert office.post(url, {**decision, **wrong}).status_code == 422
    assert tables() == before
    assert office.post(url, decision).status_code == 302
    assert "Copied." in trainee.get(letter).content.decode()
    assert trainee.post(letter, {"words": "One more."}).status_code == 422
    assert "Low level" in office.get("/registry/misconduct/?show=closed").content.decode()


# ---- places to look ----


@pytest.mark.both_engines
def test_the_same_file_of_two_people_is_a_place_to_look_and_no_case(scene):
    scene.hand_in(seed="same")
    scene.hand_in(enrolment=scene.another(1), seed="same")
    scene.hand_in(enrolment=scene.another(2), seed="other")
    assert find_alike(by=OP) == 1 and find_alike(by=OP) == 0
    found = Resemblance.objects.get()
    assert found.is_identical and found.percent == 100 and ScriptText.objects.count() == 3
    assert not MisconductCase.objects.exists() and not Hold.objects.exists()
    refused("Only a registrar", find_alike, by=scene.agnes)
    office, url = sign_in(Client(), scene.registrar), f"/registry/misconduct/alike/{found.pk}/"
    assert "Pair of scripts that are alike" in office.get("/registry/").content.decode()
    page = office.get("/registry/misconduct/").content.decode() + office.get(url).content.decode()
    assert "The same file" in page and "no finding" in page
    assert not any(word in page for word in TELLTALES)
    for n in (1, 2):
        assert b"".join(office.get(f"{url}{n}/").streaming_content).startswith(b"%PDF")
    assert office.get(f"{url}3/").status_code == 404
    sent = {"action": "raise", "script": found.second.script, "words": "The same file."}
    assert office.post(url, {**sent, "script": "S-NONE"}).status_code == 409
    assert office.post(url, {**sent, "words": " "}).status_code == 422
    assert office.post(url, sent).status_code == 302
    assert MisconductCase.objects.get().submission == found.second
    found.refresh_from_db()
    assert found.looked_by == scene.registrar
    assert "No two scripts are alike" in office.get("/registry/misconduct/").content.decode()


def replace_script(scene, seed):
    keep_replacement(scene.essay, scene.enrolment, pdf(seed), by=scene.author)
    fingerprint = hashlib.sha256(pdf_bytes(seed)).hexdigest()
    replace_file(scene.essay, scene.enrolment, fingerprint, by=scene.author)
    return find_alike(by=OP)


def test_a_pair_is_judged_by_the_file_that_is_in_now(scene):
    scene.due(scene.essay)
    scene.hand_in(seed="same")
    scene.hand_in(enrolment=scene.another(1), seed="same")
    find_alike(by=OP)
    pair = Resemblance.objects.get()
    assert replace_script(scene, "a file of its own") == 0
    pair.refresh_from_db()
    assert not pair.is_identical and pair.percent < 15
    assert not places_to_look(scene.registrar).exists(), "no suspicion of a file that is gone"
    look_at_resemblance(pair, by=scene.registrar)
    replace_script(scene, "same")
    pair.refresh_from_db()
    assert (pair.is_identical, pair.looked_at, pair.looked_by) == (True, None, None)
    assert places_to_look(scene.registrar).get() == pair


def test_a_pair_that_was_looked_at_stays_so_while_the_files_are_the_same(scene):
    scene.hand_in(seed="same")
    second = scene.hand_in(enrolment=scene.another(1), seed="same")
    find_alike(by=OP)
    look_at_resemblance(Resemblance.objects.get(), by=scene.registrar)
    ScriptText.objects.filter(submission=second).delete()
    find_alike(by=OP)
    assert not places_to_look(scene.registrar).exists()


def test_who_marks_one_of_the_two_sees_no_pair(scene):
    first = scene.hand_in(seed="same")
    scene.hand_in(enrolment=scene.another(1), seed="same")
    find_alike(by=OP)
    scene.allocate(first)
    grant(scene.agnes, Role.REGISTRAR, by=OP, starts_on=DAY)
    scene.agnes.__dict__.pop("_roles_today", None)
    found = Resemblance.objects.get()
    refused("registrar", look_at_resemblance, found, by=scene.agnes)
    client = sign_in(Client(), scene.agnes)
    assert client.get(f"/registry/misconduct/alike/{found.pk}/").status_code == 404
    assert first.script not in client.get("/registry/misconduct/").content.decode()
    for _twice in range(2):
        look_at_resemblance(found, by=scene.registrar)
    assert Entry.objects.filter(action="assessments.look_at_resemblance").count() == 1


def test_one_persons_two_pieces_and_another_assessment_are_not_compared(scene):
    scene.hand_in(seed="same")
    scene.hand_in(scene.portfolio, seed="same")
    scene.hand_in(scene.portfolio, enrolment=scene.another(1), seed="same as none")
    find_alike(by=OP)
    assert not Resemblance.objects.exists(), "a few words in common do not count"


def test_a_file_that_is_gone_or_unreadable_stops_nobody_else(scene):
    one = scene.hand_in(seed="same")
    scene.hand_in(enrolment=scene.another(1), seed="same")
    type(one).objects.filter(pk=one.pk).update(copy="scripts/none.pdf")
    assert find_alike(by=OP) == 1, "the fingerprint is compared all the same"


def test_the_office_reads_the_file_that_was_told_about_also_when_another_took_its_place(scene):
    scene.due(scene.essay)
    submission = scene.hand_in(seed="first")
    task, _second = scene.allocate(submission)
    first = submission.copy
    flag_script(task, WORDS, by=scene.agnes)
    with clock.at(clock.now() + timedelta(minutes=5)):
        replace_script(scene, "second")
        case = open_case(MisconductCase.objects.get(), "W.", by=scene.registrar)
        client, url = sign_in(Client(), scene.registrar), f"/registry/misconduct/{case.pk}/"
        page = client.get(url).content.decode()
        assert page.count("?file=") == 2 and page.count("What was told is about this file.") == 1
        assert page.index("What was told is about") < page.index("?file=2")
        earlier = b"".join(client.get(f"{url}file/?file=1").streaming_content)
        assert earlier == files.read(first)
        assert client.get(f"{url}file/?file=3").status_code == 404
