"""Essays in a quiz: no mark before people have given it, no name in what they read, and the one mark of the quiz from both parts."""

import re
import threading
import zipfile
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client

from assessments.attempts.queries import chains_that_differ
from assessments.deciding.actions.boards import ratify
from assessments.deciding.actions.corrections import agree_to_correction
from assessments.deciding.models import BoardDecision
from assessments.marking import blind
from assessments.marking.actions.allocation import allocate, allocate_third
from assessments.marking.actions.corrections import request_correction
from assessments.marking.actions.discussions import agree_to_proposal, propose_mark
from assessments.marking.actions.marks import save_marks
from assessments.marking.actions.marks import seal as seal_marks
from assessments.marking.actions.moderation import appoint_moderator, end_all, give_verdict
from assessments.marking.mark_sheets import package
from assessments.marking.models import Moderation
from assessments.setting import essays, kinds
from assessments.setting.actions.loading import keep_assessment
from assessments.setting.judging import Rules, preset
from assessments.setting.qti_exports import qti_package
from assessments.setting.queries import questions_in
from assessments.setting.question_exports import gift, moodle_xml
from assessments.setting.question_files import read_rows
from assessments.taking.actions.quizzes import (
    Unanswered,
    begin_quiz,
    close_quizzes,
    hand_in_quiz,
    save_answers,
)
from assessments.taking.actions.responses import answer_question
from assessments.taking.essay_answers import marks_that_count
from assessments.taking.models import ItemCredit, QuizAttempt, Submission
from assessments.taking.queries import questions_asked
from assessments.taking.quiz_marks import quiz_mark
from lms.kit import clock, files
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice
from lms.record.models import Entry

from .scene import DAY, OP, TELLTALES, Scene, in_days, sign_in
from .test_discussion import discussing
from .test_late_work import judged_by
from .test_submissions import together

PAGE, CHECK = "/my-work/T1-LONG/", "/my-work/T1-LONG/check/"
GUIDANCE, MODEL = "Look for dates.\nAnd for the duty.", "The duty began in 2015."
DUTY = {
    "key": "L-DUTY",
    "kind": "essay",
    "text": "What is the duty to notify?\nName its source.",
    "why": "It rests on section 52.",
    "solution": {"marks": 6, "least": 3, "most": 8, "guidance": GUIDANCE, "model": MODEL},
}
ROLE = {
    "key": "L-ROLE",
    "kind": "essay",
    "text": "What may an advocate not do?",
    "solution": {"marks": 3},
}
EASY = {
    "key": "L-EASY",
    "text": "Which is right?",
    "choice": [{"text": "This", "right": True}, {"text": "That", "right": False}],
}
LONG = {
    "code": "T1-LONG",
    "kind": "quiz",
    "title": "At length",
    "weight": 0,
    "brief": "Answer them all.",
    "question": [EASY, DUTY, ROLE],
}
TEXTS = {"L-DUTY": "Section 52 says who tells whom.\n\nWithin days.", "L-ROLE": "Decide for them."}


def quiz_for(scene, **about):
    return keep_assessment(scene.one, LONG | about, by=OP)


def answers_to(attempt, right=True, **texts):
    found = {}
    for one in questions_asked(attempt):
        if one.kind == kinds.ESSAY:
            found[one.key] = {**TEXTS, **texts}[one.key]
        else:
            found[one.key] = next(c.pk for c in one.choices.all() if c.is_right == right)
    return found


def take(scene, quiz, enrolment=None, right=True, **texts):
    enrolment = enrolment or scene.enrolment
    attempt = begin_quiz(quiz, enrolment, by=enrolment.person)
    return hand_in_quiz(attempt, answers_to(attempt, right, **texts), by=enrolment.person)


def script_of(attempt):
    return Submission.objects.get(attempt=attempt.attempt_id)


def seal(task, duty, role, comment="Well argued."):
    return seal_marks(task, by=task.marker, marks={"L-DUTY": duty, "L-ROLE": role}, comment=comment)


def marked(scene, attempt, first=(60, 75), second=(60, 75)):
    tasks = allocate(script_of(attempt), scene.agnes, scene.tomasz, by=scene.registrar)
    seal(tasks[0], *first), seal(tasks[1], *second)
    attempt.refresh_from_db()
    return attempt


def page(client, url):
    return client.get(url).content.decode()


# ---- the question ----


@pytest.mark.parametrize(
    "solution",
    [{"marks": 0}, {"marks": "six"}, {"marks": 101}, {"least": 9, "most": 5}, {"most": 9000}],
)
def test_an_essay_that_cannot_be_asked_says_why(solution):
    assert len(essays.faults_of_essay(essays.sound_essay({"marks": 1} | solution))) == 1


def test_no_rule_says_what_an_essay_earns():
    question = SimpleNamespace(kind="essay", solution={"marks": 6})
    assert kinds.credit(question, [], "") == 0
    with pytest.raises(ValueError, match="People"):
        kinds.credit(question, [], "Words.")


def test_an_answer_is_kept_whole_or_refused():
    question = SimpleNamespace(kind="essay", solution={"marks": 6})
    assert kinds.read_answer(question, [], [" One\r\ntwo \0"]) == "One\ntwo"
    assert len(kinds.read_answer(question, [], ["x" * essays.LONGEST])) == essays.LONGEST
    with pytest.raises(kinds.Misread, match="room for 20000"):
        kinds.read_answer(question, [], ["x" * (essays.LONGEST + 1)])
    assert kinds.read_answer(question, [], ["one", "two"]) is None


def test_points_make_the_mark():
    half = Fraction(1, 2)
    assert quiz_mark([1, 0], [1, 3]) == 25 and quiz_mark([half, 1]) == 75
    assert quiz_mark([1], [1], 9, Decimal("65.00")) == Decimal("68.5")
    assert quiz_mark([], [], 9, Decimal("65.00")) == 65


@pytest.mark.parametrize("ending", ["xml", "gift", "zip"])
def test_a_file_keeps_essays(scene, ending):
    version = quiz_for(scene).versions.get(state="approved")
    write = {"xml": moodle_xml, "gift": gift, "zip": qti_package}[ending]
    written = write(questions_in(version))
    content = written if isinstance(written, bytes) else written.encode()
    rows, _losses = read_rows(f"questions.{ending}", content)
    facts = {row.facts["text"]: row.facts for row in rows}
    found = facts[DUTY["text"]]
    assert not any(row.fault for row in rows) and found["kind"] == "essay"
    assert found["why"] == DUTY["why"]
    if ending == "gift":
        assert found["solution"] == essays.sound_essay({}) and "no place for it" in written
    else:
        limits = {} if ending == "xml" else {"least": None, "most": None}
        assert found["solution"] == essays.sound_essay(DUTY["solution"] | limits)


def test_its_author_writes_and_changes_it(scene, client):
    draft = quiz_for(scene)
    from assessments.setting.actions.versions import start_version

    version = start_version(draft.versions.get(), by=scene.registrar)
    sign_in(client, scene.registrar)
    here = f"/registry/assessments/T1-LONG/{version.number}/"
    url = f"{here}questions/new/?kind=essay"
    typed = {"text": "A new one?", "marks": "4", "least": "9", "most": "5", "guidance": "Look."}
    answer = client.post(url, typed | {"revision": "0"})
    words = answer.content.decode()
    assert answer.status_code in (200, 422) and "fewest words are more" in words
    assert "A new one?" in words and version.places.count() == 3
    answer = client.post(url, typed | {"least": "", "seen": version.revision})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    made = version.places.last().question
    assert (made.kind, made.solution["marks"], made.solution["most"]) == ("essay", 4, 5)
    words = page(client, "/registry/assessments/T1-LONG/1/")
    assert "Look for dates." in words and MODEL in words and "Two markers for each" in words
    words = page(client, f"{here}preview/")
    assert "counts 4 points" in words and "Look for dates." not in words


# ---- handing in ----


def test_no_mark_of_a_part_is_anybodys_result(scene):
    attempt = take(scene, quiz_for(scene))
    script = script_of(attempt)
    assert (attempt.state, attempt.mark, script.state) == ("marking", None, "submitted")
    assert not attempt.attempt.lines.exists() and script.script != attempt.receipt
    assert ItemCredit.objects.filter(item__quiz=attempt).count() == 1  # essays have none
    told = Notice.objects.filter(person=scene.author).latest("pk")
    assert "no mark until" in told.body and "provisional" not in told.body
    again = hand_in_quiz(attempt, {}, by=scene.author)
    assert (
        again.pk == attempt.pk and Submission.objects.filter(attempt=attempt.attempt).count() == 1
    )


def test_an_open_essay_is_not_handed_in_and_everything_stays(scene):
    quiz = quiz_for(scene)
    attempt = begin_quiz(quiz, scene.enrolment, by=scene.author)
    given = answers_to(attempt) | {"L-ROLE": "  "}
    with pytest.raises(Unanswered):
        hand_in_quiz(attempt, given, by=scene.author)
    attempt.refresh_from_db()
    assert attempt.state == "open" and not Submission.objects.filter(attempt=attempt.attempt)


def test_what_was_saved_is_handed_in_when_time_is_over_and_an_empty_essay_earns_nothing(
    scene, monkeypatch
):
    quiz = quiz_for(scene, minutes=10)
    version = quiz.versions.get(state="approved")
    version.minutes = 10
    version.save()
    attempt = begin_quiz(quiz, scene.enrolment, by=scene.author)
    given = answers_to(attempt)
    save_answers(attempt, {"L-EASY": given["L-EASY"], "L-DUTY": given["L-DUTY"]}, by=scene.author)
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert close_quizzes(by=OP) == 1
        assert close_quizzes(by=OP) == 0
    attempt.refresh_from_db()
    script = script_of(attempt)
    assert attempt.state == "marking" and script.submitted_at == attempt.handed_in_at
    tasks = allocate(script, scene.agnes, scene.tomasz, by=scene.registrar)
    assert [c.key for c in blind.script_for(scene.agnes, script.script).criteria] == ["L-DUTY"]
    for task in tasks:
        seal_marks(task, by=task.marker, marks={"L-DUTY": 50}, comment="So.")
    attempt.refresh_from_db()
    assert attempt.mark == Decimal("40.00")  # 1 of 1, 3 of 6, 0 of 3


def test_a_quiz_whose_essays_are_all_empty_is_marked_at_once(scene):
    quiz = quiz_for(scene)
    version = quiz.versions.get(state="approved")
    version.minutes = 10
    version.save()
    attempt = begin_quiz(quiz, scene.enrolment, by=scene.author)
    save_answers(attempt, {"L-EASY": answers_to(attempt)["L-EASY"]}, by=scene.author)
    with clock.at(clock.now() + timedelta(minutes=11)):
        close_quizzes(by=OP)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.mark) == ("marked", Decimal("10.00"))
    assert not Submission.objects.filter(attempt=attempt.attempt).exists()


def test_a_disk_that_takes_no_file_hands_nothing_in(scene, settings, tmp_path):
    quiz = quiz_for(scene)
    attempt = begin_quiz(quiz, scene.enrolment, by=scene.author)
    given = answers_to(attempt)
    shut = tmp_path / "shut"
    shut.write_text("a file where a folder should be")
    kept, settings.PRIVATE_ROOT = settings.PRIVATE_ROOT, shut
    with pytest.raises(Exception, match=r".+"):
        hand_in_quiz(attempt, given, by=scene.author)
    settings.PRIVATE_ROOT = kept
    attempt.refresh_from_db()
    assert attempt.state == "open" and not Submission.objects.filter(attempt=attempt.attempt)
    assert hand_in_quiz(attempt, given, by=scene.author).state == "marking"


# ---- marking ----


def test_two_markers_settle_the_quiz(scene):
    attempt = marked(scene, take(scene, quiz_for(scene)), (60, 75), (64, 75))
    lines = list(attempt.attempt.lines.all())
    assert [line.stage for line in lines] == ["first", "second", "agreed", "quiz"]
    assert lines[2].mark == Decimal("66.34")  # (6 × 62 + 3 × 75) / 9
    assert attempt.state == "marked" and attempt.mark == lines[3].mark == Decimal("69.71")
    assert lines[3].inputs["lines"] == [3] and lines[3].inputs["essays"] == 9
    assert chains_that_differ()[1] == []


def test_a_mark_is_not_made_before_the_second_marker(scene):
    attempt = take(scene, quiz_for(scene))
    tasks = allocate(script_of(attempt), scene.agnes, scene.tomasz, by=scene.registrar)
    seal(tasks[0], 60, 75)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.mark) == ("marking", None)


def test_marks_far_apart_wait_for_a_third(scene):
    attempt = marked(scene, take(scene, quiz_for(scene)), (40, 40), (75, 75))
    script = script_of(attempt)
    assert script.state in ("third", "discussion") and attempt.mark is None


def counted(attempt):
    script = script_of(attempt)
    tasks = {task.stage: task for task in script.allocations.filter(state="sealed")}
    return marks_that_count(script.lines.all(), tasks)


def test_a_third_marker_settles_it_and_the_points_shown_make_the_mark_shown(scene):
    attempt = marked(scene, take(scene, quiz_for(scene)), (40, 40), (75, 75))
    assert counted(attempt) == {}
    seal(allocate_third(script_of(attempt), scene.helen, by=scene.registrar), 60, 50)
    attempt.refresh_from_db()
    assert counted(attempt) == {"L-DUTY": 60, "L-ROLE": 50}  # the middle of 40, 75 and 56.67
    assert attempt.mark == Decimal(
        "61"
    )  # (1 + 6 × 0.6 + 3 × 0.5) of 10, by the mark as it is rounded


def test_two_markers_agree_on_each_essay_in_a_discussion(scene):
    discussing(scene)
    attempt = marked(scene, take(scene, quiz_for(scene)), (40, 40), (75, 75))
    script = script_of(attempt)
    first = script.allocations.get(marker=scene.agnes)
    reasons = {"L-DUTY": "It is dated.", "L-ROLE": "It is half of it."}
    made = propose_mark(first, {"L-DUTY": 70, "L-ROLE": 50}, reasons, by=scene.agnes)
    agree_to_proposal(made, "So be it.", by=scene.tomasz)
    attempt.refresh_from_db()
    assert counted(attempt) == {"L-DUTY": 70, "L-ROLE": 50}
    assert (attempt.state, attempt.mark) == ("marked", Decimal("67"))
    assert chains_that_differ()[1] == []


@pytest.mark.parametrize("marks", [{}, {"L-DUTY": 60}, {"L-DUTY": 60, "L-ROLE": 101}])
def test_marks_that_are_none_change_nothing(scene, marks):
    attempt = take(scene, quiz_for(scene))
    task = allocate(script_of(attempt), scene.agnes, scene.tomasz, by=scene.registrar)[0]
    before = Entry.objects.count()
    with pytest.raises(Refused):
        seal_marks(task, by=task.marker, marks=marks, comment="So.")
    task.refresh_from_db()
    assert task.state == "open" and Entry.objects.count() == before
    with pytest.raises(NotAllowed):
        save_marks(task, {"L-DUTY": 60}, "", by=scene.helen)


def test_late_work_pays_for_the_whole_quiz_once_and_its_markers_learn_of_nothing(scene):
    judged_by(scene, preset("sheffield").on(Rules()))
    quiz = quiz_for(scene)
    scene.due(quiz)
    with clock.at(in_days(3)):
        attempt = take(scene, quiz)
    with clock.at(in_days(4)):
        marked(scene, attempt)
        number = script_of(attempt).script
        seen = [line.stage for line in blind.script_for(scene.agnes, number).chain]
    lines = [(line.stage, line.mark) for line in attempt.attempt.lines.all()]
    assert lines[2:] == [("agreed", 65), ("quiz", Decimal("68.5")), ("late", Decimal("61.65"))]
    assert seen == ["first", "second", "agreed"] and chains_that_differ()[1] == []


def test_a_marker_does_not_learn_how_the_rest_of_the_quiz_went(scene, client):
    attempt = marked(scene, take(scene, quiz_for(scene)))
    sign_in(client, scene.agnes)
    assert "68.5" not in page(client, f"/marking/{script_of(attempt).script}/")


def test_scripts_of_the_same_essays_have_one_rubric_and_one_sheet(scene):
    quiz = quiz_for(scene)
    one, two = (take(scene, quiz, who) for who in (scene.enrolment, scene.another(1)))
    for attempt in (one, two):
        allocate(script_of(attempt), scene.agnes, scene.tomasz, by=scene.registrar)
    first, second = blind.waiting_of(scene.agnes, "T1-LONG", 9)
    assert first.criteria == second.criteria and [c.weight for c in first.criteria] == [6, 3]
    with zipfile.ZipFile(package(scene.agnes, [first, second])) as archive:
        names = set(archive.namelist())
    assert names == {f"{first.script}.docx", f"{second.script}.docx", "marks.xlsx"}


def test_an_essay_of_a_scenario_comes_with_its_text(scene):
    about = {
        "scenario": [{"key": "ana", "text": "Ana works in a laundry."}],
        "question": [EASY, DUTY | {"scenario": "ana"}, ROLE],
    }
    script = script_of(take(scene, quiz_for(scene, **about)))
    allocate(script, scene.agnes, scene.tomasz, by=scene.registrar)
    shown = {one.key: one for one in blind.script_for(scene.agnes, script.script).essays}
    assert shown["L-DUTY"].scenario == "Ana works in a laundry." and not shown["L-ROLE"].scenario


def test_a_concern_about_essays_is_followed_as_about_a_file(scene, client):
    from assessments.cases.actions.misconduct import flag_script

    script = script_of(take(scene, quiz_for(scene)))
    task = allocate(script, scene.agnes, scene.tomasz, by=scene.registrar)[0]
    flag = flag_script(task, "Copied, it seems.", "page 1", by=scene.agnes)
    sign_in(client, scene.registrar)
    here = f"/registry/misconduct/{flag.case_id}/"
    assert "markers’ copy" in page(client, here)
    assert client.get(f"{here}file/").status_code == 200


def test_what_is_loaded_twice_is_one_version(scene):
    assert quiz_for(scene).versions.count() == quiz_for(scene).versions.count() == 1


# ---- who reads what ----


def test_nothing_a_marker_gets_names_the_author(scene, client):
    attempt = take(scene, quiz_for(scene))
    script = script_of(attempt)
    task = allocate(script, scene.agnes, scene.tomasz, by=scene.registrar)[0]
    sign_in(client, scene.agnes)
    here = f"/marking/{script.script}/"
    urls = ["/marking/", here, f"{here}file/", f"{here}view/"]
    texts = []
    for url in urls:
        answer = client.get(url)
        assert answer.status_code == 200, url
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        texts.append(body.decode("utf-8", "replace") + str(answer.headers))
    texts.append(repr(blind.script_for(scene.agnes, script.script)))
    told = Notice.objects.filter(person=scene.agnes).latest("pk")
    texts.append(told.subject + told.body)
    texts.append(files.text_of("docx", files.read(script.copy)))
    assert not [one for one in TELLTALES for text in texts if one in text]
    desk = texts[1]
    assert "Look for dates." in desk and "Section 52 says who tells whom." in desk
    assert "Name its source." in desk and "Within days." in texts[3]
    assert attempt.receipt not in "".join(texts) and task.version in desk


def test_the_marker_works_at_the_desk(scene, client):
    attempt = take(scene, quiz_for(scene))
    script = script_of(attempt)
    allocate(script, scene.agnes, scene.tomasz, by=scene.registrar)
    sign_in(client, scene.agnes)
    here = f"/marking/{script.script}/"
    seen = re.search(r'name="seen" value="([^"]+)"', page(client, here))[1]
    typed = {"mark-L-DUTY": "70", "mark-L-ROLE": "x", "comment": "Good.", "seen": seen}
    answer = client.post(here, typed | {"action": "save"})
    assert answer.status_code == 200 and "L-ROLE" in answer.content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page(client, here))[1]
    typed |= {"mark-L-ROLE": "40", "seen": seen, "action": "check"}
    assert client.post(here, typed).url == f"{here}seal/"
    check = page(client, f"{here}seal/")
    assert "counts 67 %" in check and "60 of 100" in check
    seen, noted = (
        re.search(rf'name="{name}" value="([^"]*)"', check)[1] for name in ("seen", "noted")
    )
    done = client.post(f"{here}seal/", typed | {"seen": seen, "noted": noted})
    assert done.status_code == 302
    assert script.allocations.get(marker=scene.agnes).state == "sealed"
    assert client.get(here).status_code == 200


def test_the_trainee_reads_how_far_it_is_and_no_more(scene, client):
    quiz = quiz_for(scene)
    scene.due(quiz)
    attempt = take(scene, quiz)
    sign_in(client, scene.author)
    words = page(client, PAGE)
    assert "has no mark yet" in words and "provisional" not in words and GUIDANCE[:14] not in words
    marked(scene, attempt)
    words = page(client, PAGE)
    assert "Well argued." not in words and "68.5" not in words and "are marked. You see" in words
    assert "68.5" not in page(client, "/my-work/")
    scene.release(quiz)
    words = page(client, PAGE)
    assert "68.5, provisional" in words and "Well argued." not in words and MODEL not in words
    with clock.at(in_days(1)):
        client = sign_in(Client(), scene.author)
        words = page(client, PAGE)
    assert "Well argued." in words and MODEL in words and "1 of 1 right" in words
    assert "3.6 of 6 points" in words and "2.25 of 3 points" in words
    assert "Look for dates." not in words and DUTY["why"] in words


def test_the_check_says_length_and_names(scene, client):
    quiz = quiz_for(scene)
    sign_in(client, scene.author)
    client.post(PAGE, {"action": "begin", "attempt": "1"})
    attempt = QuizAttempt.objects.get(assessment=quiz)
    given = answers_to(attempt, **{"L-ROLE": "I am Zebedee Quuxington."})
    given["L-DUTY"] = "one two three four five six seven eight nine"
    typed = {f"answer-{key}": value for key, value in given.items()}
    assert client.post(PAGE, typed | {"action": "check", "attempt": "1"}).url == CHECK
    words = page(client, CHECK)
    assert "9 words." in words and "more than the 8 words" in words
    assert "Your name is still in an essay" in words and "People mark your essays" in words
    done = client.post(PAGE, typed | {"action": "hand_in", "attempt": "1"})
    assert done.status_code == 302
    attempt.refresh_from_db()
    assert attempt.state == "marking"


def test_an_answer_that_is_too_long_comes_back_as_it_was_typed(scene, client):
    quiz = quiz_for(scene)
    sign_in(client, scene.author)
    client.post(PAGE, {"action": "begin", "attempt": "1"})
    attempt = QuizAttempt.objects.get(assessment=quiz)
    long = "word " * 4001
    answer = client.post(
        PAGE, {"answer-L-DUTY": long, "answer-L-ROLE": "Kept.", "action": "save", "attempt": "1"}
    )
    words = answer.content.decode()
    assert answer.status_code == 422 and "room for 20000" in words and long.strip() in words
    assert 'href="#q-answer-L-DUTY-words"' in words
    assert [one.value for one in attempt.responses.all()] == ["Kept."]


def test_the_examiner_reads_essays_by_number(scene, client):
    quiz = quiz_for(scene)
    attempt = marked(scene, take(scene, quiz))
    board = scene.board(confirmed=False)
    sign_in(client, scene.examiner)
    number = script_of(attempt).script
    words = page(client, f"/examining/{board.pk}/{number}/")
    assert "Section 52 says who tells whom." in words and "Look for dates." in words
    assert not [one for one in TELLTALES if one in words]


# ---- what waits, and what is put right ----


def test_a_board_waits_for_essays_and_then_ratifies_both(scene):
    from assessments.deciding.queries.boards import readiness

    attempt = take(scene, quiz_for(scene))
    board = scene.board(confirmed=False)
    reasons = " ".join(case.why_not for case in readiness(board))
    assert "T1-LONG waits for markers" in reasons
    marked(scene, attempt)
    reasons = " ".join(case.why_not for case in readiness(board))
    assert "T1-LONG" not in reasons


def test_a_mistake_put_right_makes_another_mark_of_the_quiz(scene):
    attempt = marked(scene, take(scene, quiz_for(scene)))
    task = script_of(attempt).allocations.get(marker=scene.agnes)
    wanted = request_correction(
        task, {"L-DUTY": 66, "L-ROLE": 75}, "Well argued.", "A slip.", by=scene.agnes
    )
    agree_to_correction(wanted, by=scene.registrar)
    attempt.refresh_from_db()
    last = attempt.attempt.lines.last()
    assert last.stage == "quiz" and attempt.mark == last.mark == Decimal("70.3")
    assert attempt.state == "marked" and chains_that_differ()[1] == []


def test_the_one_marker_of_a_moderated_quiz_and_the_moderator(scene, client):
    attempt = take(scene, quiz_for(scene, scheme="moderated"))
    script = script_of(attempt)
    with pytest.raises(Refused):
        allocate(script, scene.agnes, scene.tomasz, by=scene.registrar)
    (task,) = allocate(script, scene.agnes, by=scene.registrar)
    seal(task, 60, 75)
    script.refresh_from_db(), attempt.refresh_from_db()
    assert script.state == "moderation" and attempt.mark is None
    found = Moderation.objects.get()
    appoint_moderator(found, scene.tomasz, by=scene.registrar)
    sign_in(client, scene.tomasz)
    words = page(client, f"/marking/{script.script}/moderation/")
    assert "Section 52 says who tells whom." in words and "Look for dates." in words
    assert not [one for one in (*TELLTALES, "Agnes") if one in words]
    give_verdict(found.scripts.get(draw__gt=0), True, "So would I.", by=scene.tomasz)
    end_all(by=OP)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.mark) == ("marked", Decimal("68.5"))
    assert chains_that_differ()[1] == []


def test_a_board_decides_by_the_mark_of_the_whole_quiz_and_again_after_a_mistake(scene):
    scene.take_quiz()
    scene.mark(scene.hand_in(), 62, 62)
    quiz = quiz_for(scene, weight=10)
    attempt = marked(scene, take(scene, quiz))
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    attempt.refresh_from_db()
    script = script_of(attempt)
    assert (attempt.state, script.state) == ("ratified", "ratified")
    decided = BoardDecision.objects.get(module=scene.one).components
    assert {"code": "T1-LONG", "weight": 10, "mark": "68.50"} in decided
    wanted = request_correction(
        script.allocations.get(marker=scene.agnes),
        {"L-DUTY": 66, "L-ROLE": 75},
        "Well argued.",
        "A slip.",
        by=scene.agnes,
    )
    agree_to_correction(wanted, by=scene.registrar)
    attempt.refresh_from_db(), script.refresh_from_db()
    assert attempt.mark == attempt.attempt.lines.last().mark == Decimal("70.3")
    assert script.state == "agreed"
    assert Entry.objects.filter(action="assessments.correct_quiz").count() == 1


def test_the_office_replaces_no_file_of_essays(scene):
    from assessments.taking.rules import may_permit_replacement, may_replace

    script = script_of(take(scene, quiz_for(scene)))
    assert not may_replace(scene.author, script)
    assert not may_permit_replacement(scene.registrar, script)


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_markers_at_once_make_one_mark():
    with clock.at(DAY):
        scene = Scene()
        attempt = take(scene, quiz_for(scene))
        tasks = allocate(script_of(attempt), scene.agnes, scene.tomasz, by=scene.registrar)
    gate = threading.Barrier(2)

    def press(task):
        with clock.at(DAY):
            gate.wait()
            seal(task, 60, 75)
        connection.close()

    together(press, *tasks)
    attempt.refresh_from_db()
    assert [line.stage for line in attempt.attempt.lines.all()][2:] == ["agreed", "quiz"]
    assert (attempt.state, attempt.mark) == ("marked", Decimal("68.5"))


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_presses_hand_essays_in_once():
    with clock.at(DAY):
        scene = Scene()
        attempt = begin_quiz(quiz_for(scene), scene.enrolment, by=scene.author)
        given = answers_to(attempt)
    gate = threading.Barrier(2)

    def press(_name):
        with clock.at(DAY):
            gate.wait()
            hand_in_quiz(QuizAttempt.objects.get(pk=attempt.pk), given, by=scene.author)
        connection.close()

    together(press, "a", "b")
    assert Submission.objects.filter(attempt=attempt.attempt_id).count() == 1
    with pytest.raises(Refused), clock.at(DAY):
        item = attempt.items.get(question__key="L-ROLE").pk
        answer_question(item, "Later.", by=scene.author, page="a" * 8, key="b" * 8)
