"""A registrar sets an assessment and the days of a cohort on pages: nothing typed is lost, nothing wrong is written, nobody else learns of a draft."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from assessments.attempts.actions import record_not_submitted
from assessments.deciding.actions.boards import ratify
from assessments.setting.actions.loading import keep_assessment
from assessments.setting.actions.sittings import fingerprint, set_sitting
from assessments.setting.actions.versions import approve, edit_version, start_version
from assessments.setting.calendar import shifted, weeks_between
from assessments.setting.models import Assessment, AssessmentVersion, Sitting
from assessments.setting.queries import criteria_for, questions_for, questions_in, version_for
from assessments.taking.actions.quizzes import begin_quiz
from cohorts.enrolment.actions import make_cohort
from lms.kit.refusals import Refused
from lms.people.models import Notice

from .scene import DUE, ESSAY, OP, in_days, sign_in
from .test_versions import everything, newest

LONDON = ZoneInfo("Europe/London")


@pytest.fixture(autouse=True)
def without_the_examiner(settings):
    """`test_papers.py` is about the examiner's word."""
    settings.IMSA_EXAMINER_APPROVES = False


@pytest.fixture
def registrar(scene):
    return sign_in(Client(), scene.registrar)


def approval(url):
    """What the button of a page that was opened just now sends."""
    code, number = url.strip("/").split("/")[-2:]
    draft = AssessmentVersion.objects.get(assessment__code=code, number=number)
    return {"action": "approve", "seen": str(draft.revision)}


def rows(*criteria):
    """What the browser sends of criteria: (key, title, weight, text, drop)."""
    sent = {"rows": str(len(criteria))}
    for n, (key, title, weight, text, drop) in enumerate(criteria, start=1):
        sent |= {f"key-{n}": key, f"title-{n}": title, f"weight-{n}": weight, f"text-{n}": text}
        sent |= {f"drop-{n}": "on"} if drop else {}
    return sent


@pytest.mark.both_engines
def test_from_nothing_to_a_trainees_page(scene, registrar):
    sent = {"module": scene.two.pk, "kind": "assignment", "code": "t2-talk", "title": "A talk"}
    answer = registrar.post("/registry/assessments/new/", {**sent, "weight": "0"})
    assert answer.headers["Location"] == "/registry/assessments/T2-TALK/1/"
    url = answer.headers["Location"]
    page = registrar.get(url).content.decode()
    assert "The brief is empty." in page and "Approve this version" not in page
    typed = {"action": "save", "seen": "0", "weight": "0", "words": "1500", "brief": "Talk."}
    criteria = rows(
        ("", "Law", "60", "Dated.", False),
        ("", "", "", "", False),
        ("", "Voice", "40", "Clear.", False),
    )
    assert registrar.post(url, {**typed, **criteria}).status_code == 302
    assert "T2-TALK" not in sign_in(Client(), scene.author).get("/my-work/").content.decode()
    assert "Clear." in registrar.get(f"{url}preview/").content.decode()
    assert registrar.post(url, approval(url)).status_code == 302
    talk = Assessment.objects.get(code="T2-TALK")
    found = criteria_for(talk.pk, scene.cohort.pk)
    assert [(c.title, c.weight) for c in found] == [("Law", 60), ("Voice", 40)]
    page = sign_in(Client(), scene.author).get("/my-work/T2-TALK/").content.decode()
    assert "Talk." in page and "1,500 words" in page and "Clear." in page


def test_what_is_wrong_comes_back_as_it_was_typed(scene, registrar):
    registrar.post("/registry/assessments/T1-ESSAY/", {"action": "start", "from": "1"})
    url, before = "/registry/assessments/T1-ESSAY/2/", everything()
    typed = {"action": "save", "seen": "0", "weight": "70", "words": "3000", "brief": "My brief"}
    for wrong, words in (
        ({**rows(("law", "", "60", "", False))}, "Name this criterion"),
        ({**rows(("law", "Law", "", "", False))}, "how many percent"),
        ({**rows(("law", "Law", "sixty", "", False))}, "Give a whole number from 0 to 100."),
        ({"weight": "101"}, "Give a whole number from 0 to 100."),
        ({"words": "7"}, "words"),
    ):
        answer = registrar.post(url, {**typed, **rows(("law", "Law", "60", "", False)), **wrong})
        page = answer.content.decode()
        assert answer.status_code == 422 and words in page and "My brief" in page
        assert everything() == before
    sums = rows(("law", "Law", "60", "", False), ("role", "Role", "40", "", True))
    assert registrar.post(url, {**typed, **sums}).status_code == 302
    page = registrar.get(url).content.decode()
    assert "they weigh 60" in page and "Approve this version" not in page
    before = everything()
    answer = registrar.post(url, approval(url))
    assert answer.status_code == 409 and "they weigh 60" in answer.content.decode()
    stale = registrar.post(url, {**typed, **sums, "brief": "From an old tab"})
    assert stale.status_code == 409 and "From an old tab" in stale.content.decode()
    assert everything() == before
    assert registrar.post(url, {"action": "drop", "seen": "0"}).status_code == 409
    assert everything() == before
    assert registrar.post(url, {"action": "drop", "seen": "1"}).status_code == 302
    assert newest(scene.essay).number == 1


def test_a_code_in_use_and_an_approved_version_are_left_alone(scene, registrar):
    before = everything()
    sent = {"module": scene.two.pk, "kind": "quiz", "code": "t1-quiz", "title": "T", "weight": "1"}
    answer = registrar.post("/registry/assessments/new/", sent)
    assert answer.status_code == 422 and "in use already" in answer.content.decode()
    edit = {"action": "save", "seen": "0", "weight": "1", "brief": "X", **rows()}
    assert registrar.post("/registry/assessments/T1-ESSAY/1/", edit).status_code == 409
    assert everything() == before


def test_nobody_else_learns_of_a_draft(scene, registrar):
    registrar.post("/registry/assessments/T1-ESSAY/", {"action": "start", "from": "1"})
    before = everything()
    for someone in (scene.author, scene.agnes, scene.examiner):
        client = sign_in(Client(), someone)
        for url in ("T1-ESSAY/", "T1-ESSAY/2/", "T1-ESSAY/2/preview/", "T1-ESSAY/1/"):
            assert client.get(f"/registry/assessments/{url}").status_code == 404
        assert (
            client.post("/registry/assessments/T1-ESSAY/2/", {"action": "drop"}).status_code == 404
        )
        assert client.get("/registry/assessments/").status_code == 403
        assert client.post("/registry/cohorts/T2026/dates/", {}).status_code == 403
    assert everything() == before


def test_the_overview_says_what_does_not_add_up_and_what_has_no_dates(scene, registrar):
    page = registrar.get("/registry/assessments/").content.decode()
    assert "Weights do not add up" not in page and "Not set for Cohort of testing" in page
    draft = registrar.post("/registry/assessments/T1-ESSAY/", {"action": "start", "from": "1"})
    kept = rows(("law", "Law", "100", "", False))
    edit = {"action": "save", "seen": "0", "weight": "60", "words": "", "brief": "X", **kept}
    registrar.post(draft.headers["Location"], edit)
    registrar.post(draft.headers["Location"], approval(draft.headers["Location"]))
    page = registrar.get("/registry/assessments/").content.decode()
    assert "weigh 90 % together" in page


def dates(scene, **changes):
    sent = {}
    for piece in (scene.quiz, scene.essay, scene.portfolio):
        sitting = Sitting.objects.filter(assessment=piece, cohort=scene.cohort).first()
        sent[f"{piece.code}-version"] = str(version_for(piece, scene.cohort).pk)
        sent[f"{piece.code}-seen"] = fingerprint(sitting)
    return {**sent, **changes}


def test_the_days_of_a_cohort_are_saved_together_or_not_at_all(scene, registrar):
    url = "/registry/cohorts/T2026/dates/"
    assert "Save the dates" in registrar.get(url).content.decode()
    good = {
        "T1-ESSAY-opens": "2026-11-30",
        "T1-ESSAY-opens_time": "09:30",
        "T1-ESSAY-due": "2026-12-11",
        "T1-ESSAY-marking": "2027-01-08",
        "T1-ESSAY-feedback": "2027-01-15",
    }
    before = everything()
    for wrong, words in (
        ({"T2-PORT-due": "soon"}, "Write the day as 22/09/2025."),
        ({"T2-PORT-due": "2026-12-01", "T2-PORT-marking": "2026-11-30"}, "must not be before"),
        ({"T2-PORT-opens_time": "09:00"}, "Give the day too"),
        ({"T2-PORT-due": "2066-12-01"}, "three years away"),
        ({"T2-PORT-due": "2026-12-01", "T2-PORT-seen": "7|||||"}, "from another page"),
    ):
        answer = registrar.post(url, dates(scene, **{**good, **wrong}))
        page = answer.content.decode()
        assert answer.status_code == 422 and words in page, words
        assert 'value="2026-12-11"' in page and everything() == before
    assert registrar.post(url, dates(scene, **good)).status_code == 302
    sitting = Sitting.objects.get(cohort=scene.cohort)
    assert sitting.opens_at == datetime(2026, 11, 30, 9, 30, tzinfo=LONDON)
    assert sitting.due_at == datetime(2026, 12, 11, 17, 0, tzinfo=LONDON)
    assert (sitting.marking_due_on, sitting.feedback_due_on) == (
        date(2027, 1, 8),
        date(2027, 1, 15),
    )
    before = everything()
    again = {**good, "T1-ESSAY-due_time": "17:00"}
    assert registrar.post(url, dates(scene, **again)).status_code == 302
    assert everything() == before, "twice is once"
    set_sitting(scene.essay, scene.cohort, {"due_at": DUE}, by=scene.registrar)


# ---- the questions of a quiz ----


def question(**changes):
    return {
        "text": "What is it?",
        "nation": "",
        "why": "Because.",
        "choice-1": "This",
        "choice-2": "That",
        "right": "1",
        "provision": "",
        "seen": "0",
        **changes,
    }


def test_a_quiz_is_written_on_pages_and_the_one_before_stays(scene, registrar):
    asked = [q.text for q in questions_for(scene.quiz, scene.enrolment)]
    begin_quiz(scene.quiz, scene.enrolment, by=scene.author)
    registrar.post("/registry/assessments/T1-QUIZ/", {"action": "start", "from": "1"})
    url = "/registry/assessments/T1-QUIZ/2/"
    new = registrar.post(f"{url}questions/new/", question())
    assert new.headers["Location"] == f"{url}#questions"
    page = registrar.get(f"{url}questions/T1-Q1/").content.decode()
    assert "Another version asks this question" in page and "Right 1" in page
    changed = question(seen="1", text="Another wording?", nation="wales", right="2")
    assert registrar.post(f"{url}questions/T1-Q1/", changed).status_code == 302
    gone = {"action": "remove", "seen": "2"}
    assert registrar.post(f"{url}questions/T1-Q2/", gone).status_code == 302
    keys = [q.key for q in questions_in(newest(scene.quiz))]
    assert registrar.post(url, {"action": f"up-{keys[-1]}"}).status_code == 302
    registrar.post(url, {"action": f"up-{keys[0]}"})
    found = questions_in(newest(scene.quiz))
    assert [q.key for q in found] == [*keys[:-2], keys[-1], keys[-2]]
    assert (found[0].text, found[0].nation) == ("Another wording?", "wales")
    assert [c.is_right for c in found[0].choices.all()] == [False, True]
    assert registrar.post(url, approval(url)).status_code == 302
    assert [q.text for q in questions_for(scene.quiz, scene.enrolment)] == asked


def test_a_question_that_is_not_right_comes_back_as_it_was_typed(scene, registrar):
    registrar.post("/registry/assessments/T1-QUIZ/", {"action": "start", "from": "1"})
    url, before = "/registry/assessments/T1-QUIZ/2/questions/", everything()
    for wrong, words, status in (
        ({"text": ""}, "Write the question.", 422),
        ({"choice-2": ""}, "Give two choices or more.", 422),
        ({"choice-2": "This"}, "Two choices say the same.", 422),
        ({"right": "3"}, "The choice you marked as right is empty.", 422),
        ({"right": ""}, "Say which choice is right.", 422),
        ({"provision": "no-law"}, "Select a valid choice", 422),
        ({"seen": "5"}, "from another page", 409),
    ):
        for page in ("new/", "T1-Q1/"):
            answer = registrar.post(url + page, question(**wrong))
            shown = answer.content.decode()
            assert (answer.status_code, words in shown) == (status, True), (words, page)
            assert "Because." in shown and everything() == before
    assert (
        registrar.post("/registry/assessments/T1-QUIZ/2/", {"action": "up-none"}).status_code == 409
    )
    old = registrar.post("/registry/assessments/T1-QUIZ/1/questions/T1-Q1/", question())
    assert old.status_code == 409 and everything() == before
    assert registrar.get("/registry/assessments/T1-QUIZ/1/questions/new/").status_code == 404
    assert registrar.get("/registry/assessments/T1-ESSAY/1/questions/new/").status_code == 404
    for someone in (scene.author, scene.agnes):
        client = sign_in(Client(), someone)
        assert client.get(f"{url}T1-Q1/").status_code == 404
        assert client.post(f"{url}new/", question()).status_code == 404
    assert everything() == before


def test_the_dates_of_an_earlier_cohort_are_filled_by_whole_weeks_and_saved_by_nobody(
    scene, registrar
):
    opens = datetime(2026, 11, 30, 9, 30, tzinfo=LONDON)
    kept = {"opens_at": opens, "due_at": DUE, "feedback_due_on": date(2027, 1, 15)}
    set_sitting(scene.essay, scene.cohort, kept, by=scene.registrar)
    set_sitting(scene.portfolio, scene.cohort, {"due_at": DUE}, by=scene.registrar)
    later = make_cohort(
        "T-2027", "The next", scene.programme, date(2027, 9, 6), date(2028, 8, 31), by=OP
    )
    set_sitting(scene.portfolio, later, {"due_at": in_days(400)}, by=scene.registrar)
    before, url = everything(), "/registry/cohorts/T-2027/dates/"
    page = registrar.get(f"{url}?source=T2026").content.decode()
    assert "Not saved yet" in page and everything() == before
    # 1 September 2026 to 6 September 2027: 53 weeks.
    for value in ("2027-12-06", "09:30", "2027-12-17", "17:00", "2028-01-21"):
        assert f'value="{value}"' in page, value
    assert f'value="{in_days(400).date()}"' in page, "dates that were set stay"
    assert "Choose a cohort of this list." in registrar.get(f"{url}?source=NONE").content.decode()
    assert everything() == before


def test_a_moment_keeps_its_time_of_day_when_the_clocks_change():
    summer = datetime(2026, 10, 23, 17, 0, tzinfo=LONDON)
    assert shifted({"due_at": summer, "none": None}, 2) == {
        "due_at": datetime(2026, 11, 6, 17, 0, tzinfo=LONDON),
        "none": None,
    }
    assert weeks_between(date(2026, 9, 1), date(2027, 9, 6)) == 53


def test_a_text_that_was_saved_meanwhile_is_not_approved_unread(scene, registrar):
    draft = start_version(newest(scene.essay), by=scene.registrar)
    url = f"/registry/assessments/T1-ESSAY/{draft.number}/"
    opened = approval(url)
    edit_version(draft, by=OP, brief="Another text.")
    before = everything()
    assert registrar.post(url, opened).status_code == 409
    assert registrar.post(url, {"action": "approve"}).status_code == 409
    assert everything() == before


def test_somebodys_draft_is_not_written_over_when_assessments_are_loaded(scene):
    draft = start_version(newest(scene.essay), by=scene.registrar)
    edit_version(draft, by=scene.registrar, brief="My own words.")
    before = everything()
    assert keep_assessment(scene.one, ESSAY, by=OP) == scene.essay, "it says nothing new"
    with pytest.raises(Refused, match="someone is working on"):
        keep_assessment(scene.one, {**ESSAY, "brief": "Loaded words."}, by=OP)
    assert everything() == before


def test_dates_of_what_was_recorded_or_decided_stand(scene):
    scene.due(scene.essay, in_days(-40))
    record_not_submitted(scene.essay, scene.enrolment, by=scene.registrar)
    other = start_version(newest(scene.essay), by=scene.registrar)
    edit_version(other, by=scene.registrar, weight=10)
    other = approve(other, by=scene.registrar)
    before = everything()
    with pytest.raises(Refused, match="version it sits stands"):
        set_sitting(scene.essay, scene.cohort, {}, by=scene.registrar, version=other)
    assert everything() == before
    Notice.objects.all().delete()
    set_sitting(scene.essay, scene.cohort, {"due_at": in_days(3)}, by=scene.registrar)
    assert not Notice.objects.filter(person=scene.author).exists(), "it is recorded for them"
    scene.take_quiz()
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    with pytest.raises(Refused, match="A board has decided"):
        set_sitting(scene.essay, scene.cohort, {"due_at": in_days(9)}, by=scene.registrar)


def test_an_examiner_reads_no_answers_of_a_programme_that_they_study(scene):
    draft = start_version(newest(scene.quiz), by=scene.registrar)
    AssessmentVersion.objects.filter(pk=draft.pk).update(state="examining")
    url = f"/examining/papers/T1-QUIZ/{draft.number}/"
    examiner = sign_in(Client(), scene.examiner)
    assert examiner.get(url).status_code == 200
    scene.enrol(scene.examiner, "REF-RUTH")
    assert examiner.get(url).status_code == 404
    assert "T1-QUIZ" not in examiner.get("/examining/papers/").content.decode()
