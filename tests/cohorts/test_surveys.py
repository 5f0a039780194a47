"""Surveys: nobody can tell from what is stored who answered what, nothing is shown of few people or before the end, and each is asked once."""

import json
import uuid
from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, models, transaction
from django.utils.timezone import make_aware

from assessments.setting.actions.leaders import name_leader
from cohorts.enrolment.actions import enrol, make_cohort
from cohorts.surveys.actions import (
    cancel_survey,
    change_last_day,
    make_survey,
    run_surveys,
    save_question_set,
)
from cohorts.surveys.answers import Guarded, hand_in
from cohorts.surveys.exports import export_survey
from cohorts.surveys.first_version import PRESETS
from cohorts.surveys.models import (
    QuestionSet,
    Survey,
    SurveyInvitation,
    SurveyResponse,
    SurveyTally,
)
from cohorts.surveys.queries import responses_for, results_of
from cohorts.surveys.responses import publish_response, remove_text, withdraw_response
from courses.models import Module
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
OPENS, CLOSES = date(2026, 3, 2), date(2026, 3, 20)
KEY = "mid-module-check"
ANSWERS = {"expected": "3", "pace": "1", "support": "4", "helps": ["0", "2"]}


def sent(answers):
    return {f"a-{key}": value for key, value in answers.items()}


def on(day):
    return clock.at(make_aware(datetime(day.year, day.month, day.day, 9)))


@pytest.fixture
def module(programme):
    return Module.objects.create(
        programme=programme, code="IMSA7X1", title="Standing beside", credits=20, order=90
    )


@pytest.fixture
def people(cohort, person_with, by):
    made = []
    for n in range(7):
        person = person_with(email=f"t{n}@test.example", first_name=f"Tess{n}", last_name="Trainee")
        enrol(cohort, person, ["wales"], f"S-9{n}", by=by, enrolled_on=date(2025, 9, 22))
        made.append(person)
    return made


@pytest.fixture
def leader(person_with, module, registrar, by):
    tutor = person_with(Role.TUTOR, first_name="Lena", last_name="Leader")
    name_leader(module, tutor, date(2025, 9, 1), by=registrar)
    return tutor


@pytest.fixture
def survey(cohort, module, people, registrar):
    with on(OPENS):
        return make_survey(
            cohort, module, KEY, "How is it going?", OPENS, CLOSES, uuid.uuid4(), by=registrar
        )


def answer_all(survey, people, **more):
    with on(OPENS + timedelta(days=2)):
        for n, person in enumerate(people):
            texts = {name: f"{words} {n}" for name, words in more.items()}
            assert hand_in(survey, ANSWERS | texts, by=person)


@pytest.mark.both_engines
def test_who_answered_and_what_was_answered_share_no_key_no_time_and_no_order(
    survey, people, by, unchanged
):
    with on(OPENS):
        run_surveys(by=by)
    recorded = Entry.objects.count()
    answer_all(survey, people, keep="The order of arrival is", change="Text")
    assert Entry.objects.count() == recorded, "the record says who answered when"
    # All answers are one row, which names nobody and says no time.
    tally = SurveyTally.objects.get(survey=survey)
    columns = {f.name: f for f in SurveyTally._meta.local_fields}
    assert not [f for f in columns.values() if isinstance(f, models.DateField)]
    assert [f.name for f in columns.values() if f.is_relation] == ["survey"]
    assert set(columns) == {"id", "survey", "people", "counts", "texts"}
    stored = json.dumps([tally.counts, tally.texts])
    for person in people:
        assert person.email not in stored and person.last_name not in stored
    assert set(tally.counts["expected"]) == {"people", "options"}
    # Of who answered there is a day of the message, the same for all, and nothing of the answering.
    fields = {f.name for f in SurveyInvitation._meta.local_fields}
    assert fields == {"id", "survey", "enrolment", "asked_on", "reminded_on", "has_answered"}
    # Texts are written anew in another order each time; with 7 of them, 20 times the order of arrival is a broken shuffle.
    arrival = [f"The order of arrival is {n}" for n in range(7)]
    assert sorted(tally.texts["keep"]) == arrival
    from cohorts.surveys.questions import add_answers

    questions, orders = survey.question_set.questions, []
    for _time in range(20):
        counts, texts = {}, {}
        for words in arrival:
            counts, texts = add_answers(questions, counts, texts, {"keep": words})
        orders.append(texts["keep"])
    assert any(order != arrival for order in orders)
    # Nor do the keys of the counts, whose order SQLite keeps, say what the first person answered.
    tallies = []
    several = [{"pace": "2", "helps": ["4"], "change": "Text"}, ANSWERS | {"keep": "Text"}]
    for arrivals in (several, several[::-1]):
        counts, texts = {}, {}
        for one in arrivals:
            counts, texts = add_answers(questions, counts, texts, one)
        tallies.append(json.dumps([counts, texts]))
    assert tallies[0] == tallies[1]
    # When it closes, who answered is forgotten too.
    with on(CLOSES + timedelta(days=1)):
        run_surveys(by=by)
    assert not SurveyInvitation.objects.exists()
    survey.refresh_from_db()
    assert (survey.state, survey.people) == ("closed", 7)
    with on(CLOSES + timedelta(days=2)):
        found = results_of(survey)
    assert (found.people, found.of, found.is_shown) == (7, 7, True)


def test_who_answers_before_the_messages_go_out_is_not_told_by_a_row_of_their_own(
    survey, people, by
):
    with on(OPENS):
        assert hand_in(survey, ANSWERS, by=people[6])
        assert SurveyInvitation.objects.filter(survey=survey).count() == 7
        run_surveys(by=by)
    rows = SurveyInvitation.objects.filter(survey=survey).order_by("pk")
    assert [row.enrolment.person for row in rows] == people
    assert [row.has_answered for row in rows] == [False] * 6 + [True]
    asked = Notice.objects.filter(url=f"/study/surveys/{survey.pk}/")
    assert {one.person for one in asked} == set(people[:6])


def test_nothing_is_shown_before_the_end_nor_of_few(
    survey, people, registrar, cohort, module, by, unchanged, signed_in
):
    answer_all(survey, people[:4], keep="Only mine")
    with on(CLOSES):
        assert not results_of(survey).is_shown and not results_of(survey).questions
    with on(CLOSES + timedelta(days=1)):
        run_surveys(by=by)
        survey.refresh_from_db()
        found = results_of(survey)
        assert (found.people, found.is_shown, found.questions) == (4, False, [])
        watch = unchanged()
        with pytest.raises(Refused):
            export_survey(survey, "csv", by=registrar)
        with pytest.raises(Refused):
            publish_response(survey, "Four said", "We did", by=registrar)
        page = signed_in(registrar).get(f"/teaching/surveys/{survey.pk}/").content.decode()
        assert "Too few people answered" in page and "Only mine" not in page
        # Nobody who has seen results may let one more person answer.
        with pytest.raises(Refused, match="over"):
            change_last_day(survey, CLOSES + timedelta(days=9), by=registrar)
        with pytest.raises(Refused, match="over"):
            cancel_survey(survey, by=registrar)
        with pytest.raises(NotAllowed, match="not open"):
            hand_in(survey, ANSWERS, by=people[5])
        watch.check()


def test_a_question_that_few_answered_is_left_out(survey, people, registrar):
    with on(OPENS):
        for n, person in enumerate(people):
            more = {"helps": ["1"]} if n < 4 else {}
            assert hand_in(
                survey, {k: v for k, v in ANSWERS.items() if k != "helps"} | more, by=person
            )
    with on(CLOSES + timedelta(days=1)):
        shown = {one.question["key"]: one for one in results_of(survey).questions}
        assert shown["expected"].is_shown and shown["expected"].average == 4
        assert not shown["helps"].is_shown and not shown["helps"].lines
        content = export_survey(survey, "csv", by=registrar).decode("utf-8-sig")
    assert "too few answers" in content and "Units to read" not in content
    assert content.count("too few answers") == 1, "texts that nobody wrote are not hidden"


@pytest.mark.both_engines
def test_each_is_asked_once_reminded_once_and_may_turn_that_off(survey, people, by, signed_in):
    def run(day):
        with on(day):
            run_surveys(by=by)

    run(OPENS - timedelta(days=1))
    assert not Notice.objects.filter(url__startswith="/study/surveys/").exists()
    run(OPENS)
    run(OPENS)
    assert Notice.objects.filter(url=f"/study/surveys/{survey.pk}/").count() == 7
    with on(OPENS + timedelta(days=1)):
        client = signed_in(people[0])
        assert client.post("/study/surveys/reminders/", {"reminders": "off"}).status_code == 302
        assert "You get no reminders" in client.get("/study/surveys/").content.decode()
    answer_all(survey, people[1:3])
    run(CLOSES - timedelta(days=3))
    run(CLOSES - timedelta(days=2))
    reminded = Notice.objects.filter(subject__startswith="A reminder")
    assert sorted(n.person.email for n in reminded) == [f"t{n}@test.example" for n in range(3, 7)]


def test_who_answers_who_makes_and_who_reads(
    survey,
    people,
    registrar,
    leader,
    officer,
    person_with,
    cohort,
    module,
    by,
    unchanged,
    signed_in,
):
    tutor = person_with(Role.TUTOR, email="other-tutor@test.example")
    studying = person_with(Role.REGISTRAR, email="both@test.example")
    with on(OPENS):
        enrol(cohort, studying, ["wales"], "S-99", by=by, enrolled_on=date(2025, 9, 22))
        watch = unchanged()
        for person in (registrar, leader, officer):
            with pytest.raises(NotAllowed):
                hand_in(survey, ANSWERS, by=person)
        for person in (tutor, officer, studying, people[0]):
            with pytest.raises(NotAllowed):
                make_survey(cohort, module, KEY, "X", OPENS, CLOSES, uuid.uuid4(), by=person)
            with pytest.raises(NotAllowed):
                cancel_survey(survey, by=person)
        with pytest.raises(NotAllowed):  # a leader asks about their module, not about the programme
            make_survey(cohort, None, KEY, "X", OPENS, CLOSES, uuid.uuid4(), by=leader)
        with pytest.raises(NotAllowed):
            save_question_set("x", "X", PRESETS[KEY][1], 0, by=leader)
        for wrong in (ANSWERS | {"pace": "7"}, ANSWERS | {"helps": ["9"]}, {"pace": "1"}):
            with pytest.raises(Refused):
                hand_in(survey, wrong, by=people[0])
        watch.check()
        token = uuid.uuid4()
        made = [
            make_survey(cohort, module, KEY, "X", OPENS, CLOSES, token, by=leader) for _ in range(2)
        ]
        assert made[0].pk == made[1].pk
        page = signed_in(leader).get("/teaching/surveys/").content.decode()
        assert "How is it going?" in page
        assert "How is it" not in signed_in(tutor).get("/teaching/surveys/").content.decode()
        assert signed_in(tutor).get(f"/teaching/surveys/{survey.pk}/").status_code == 404
        assert signed_in(studying).get(f"/teaching/surveys/{survey.pk}/").status_code == 403


def test_a_trainee_answers_on_a_page_once_and_loses_nothing(survey, people, signed_in, unchanged):
    with on(OPENS):
        client = signed_in(people[0])
        assert f"/study/surveys/{survey.pk}/" in client.get("/study/surveys/").content.decode()
        url = f"/study/surveys/{survey.pk}/"
        page = client.get(url).content.decode()
        assert "No one can look up what you answered" in page and "1: Strongly disagree" in page
        watch = unchanged()
        answer = client.post(url, sent({"pace": "1", "keep": "The quiet rooms"}))
        page = answer.content.decode()
        assert (
            answer.status_code == 422 and "The quiet rooms" in page and "Choose an answer." in page
        )
        words = ANSWERS | {"keep": "My tutor Margaret Holloway was kind"}
        answer = client.post(url, sent(words))
        page = answer.content.decode()
        assert answer.status_code == 422 and "Margaret Holloway was kind" in page
        assert "Not sent yet" in page
        with pytest.raises(Guarded):
            hand_in(survey, words, by=people[0])
        watch.check()
        assert client.post(url, sent(words | {"keep": "My tutor was kind"})).status_code == 302
        assert "Your answers are in" in client.get(url).content.decode()
        before = SurveyTally.objects.get(survey=survey)
        client.post(url, sent(ANSWERS | {"pace": "0"}))
        after = SurveyTally.objects.get(survey=survey)
        assert (before.people, before.counts) == (after.people, after.counts)


def test_results_are_read_compared_taken_along_and_answered(
    survey, people, leader, registrar, cohort, module, programme, person_with, by, signed_in, client
):
    answer_all(survey, people, keep="Sessions were calm", change="=SUM(A1)")
    later = make_cohort(
        "IMSA-2026-09", "Next intake", programme, date(2026, 9, 21), date(2027, 9, 30), by=by
    )
    with on(CLOSES + timedelta(days=1)):
        run_surveys(by=by)
        survey.refresh_from_db()
        desk = signed_in(leader)
        page = desk.get(f"/teaching/surveys/{survey.pk}/").content.decode()
        assert "7 of 7 who were asked" in page and "Sessions were calm 3" in page
        assert '<rect class="bar__fill" width="200"' in page and "Average 4.0 of 5." in page
        for ending in ("csv", "xlsx"):
            answer = desk.post(f"/teaching/surveys/{survey.pk}/results.{ending}")
            assert answer.status_code == 200
        assert "'=SUM(A1) 0" in export_survey(survey, "csv", by=leader).decode("utf-8-sig")
        assert Entry.objects.filter(action="cohorts.export_survey").count() == 3
        # One text is taken out, with a reason and without a trace of its words.
        url = f"/teaching/surveys/{survey.pk}/remove/"
        gone = {"question": "keep", "text": "Sessions  were\r\ncalm 3", "reason": "Tells who it is"}
        assert desk.post(url, gone | {"reason": ""}).status_code == 302
        assert len(SurveyTally.objects.get(survey=survey).texts["keep"]) == 7
        assert desk.post(url, gone).status_code == 302
        assert "Sessions were calm 3" not in SurveyTally.objects.get(survey=survey).texts["keep"]
        assert not remove_text(survey, "keep", "Sessions were calm 3", "again", by=leader)
        entry = Entry.objects.filter(action="cohorts.remove_survey_text").get()
        assert entry.reason == "Tells who it is" and "calm" not in json.dumps(entry.after)
        # You said, we did: a name is pointed out first.
        url = f"/teaching/surveys/{survey.pk}/response/"
        words = {"you_said": "Sam Whitfield was late.", "we_did": "Sessions begin on time."}
        answer = desk.post(url, words)
        assert answer.status_code == 422 and "Sam Whitfield was late." in answer.content.decode()
        assert not SurveyResponse.objects.exists()
        words["you_said"] = "Sessions began late."
        for _twice in range(2):
            assert desk.post(url, words).status_code == 302
        told = Notice.objects.filter(url="/study/surveys/#responses")
        assert told.count() == 7
        publish_response(survey, "Sessions began late", "They begin on time.", by=registrar)
        assert told.count() == 7, "a correction is told again"
        assert "They begin on time." in client.get("/you-said/").content.decode()
        assert "They begin on time." in signed_in(people[0]).get("/study/surveys/").content.decode()
    newcomer = person_with(email="new@test.example", first_name="Nia", last_name="New")
    enrol(later, newcomer, ["wales"], "S-200", by=by, enrolled_on=date(2026, 9, 21))
    assert [one.survey_id for one in responses_for(newcomer)] == [survey.pk]
    # The next cohort is asked the same, and both stand side by side.
    day = date(2026, 11, 2)
    others = [newcomer]
    for n in range(5):
        person = person_with(email=f"n{n}@test.example", first_name=f"Nia{n}", last_name="Newer")
        enrol(later, person, ["wales"], f"S-21{n}", by=by, enrolled_on=date(2026, 9, 21))
        others.append(person)
    with on(day):
        again = make_survey(later, module, KEY, "Again", day, day, uuid.uuid4(), by=registrar)
        for person in others:
            hand_in(again, ANSWERS | {"expected": "0"}, by=person)
    with on(day + timedelta(days=1)):
        found = results_of(again)
        first = found.questions[0]
        assert found.earlier == survey and (first.average, first.earlier_average) == (1, 4)
        assert [line.earlier for line in first.lines] == [0, 0, 0, 100, 0]
        withdraw_response(survey, by=leader)
        assert "They begin on time." not in client.get("/you-said/").content.decode()


def test_a_survey_is_moved_and_cancelled_while_it_runs(survey, people, registrar, by, signed_in):
    with on(OPENS):
        run_surveys(by=by)
    answer_all(survey, people, keep="Words")
    with on(OPENS + timedelta(days=3)):
        desk, url = signed_in(registrar), f"/teaching/surveys/{survey.pk}/"
        assert desk.post(f"{url}last-day/", {"closes_on": "2026-03-01"}).status_code == 409
        assert desk.post(f"{url}last-day/", {"closes_on": "2026-03-25"}).status_code == 302
        assert Survey.objects.get().closes_on == date(2026, 3, 25)
        for _twice in range(2):
            assert desk.post(f"{url}cancel/").status_code == 302
        tally = SurveyTally.objects.get()
        assert (tally.people, tally.counts, tally.texts) == (0, {}, {})
        assert Notice.objects.filter(subject__startswith="A survey is cancelled").count() == 7
        with pytest.raises(NotAllowed):
            hand_in(survey, ANSWERS, by=people[0])


@pytest.mark.both_engines
def test_question_sets_are_written_in_versions_that_never_change(
    survey, registrar, signed_in, unchanged
):
    desk = signed_in(registrar)
    assert "End-of-module evaluation" in desk.get("/registry/question-sets/").content.decode()
    page = desk.get(f"/registry/question-sets/{KEY}/").content.decode()
    assert "I know what is expected of me" in page
    page_sent = {
        "title": "Mid-module check",
        "seen": "1",
        "q-TOTAL_FORMS": "2",
        "q-INITIAL_FORMS": "1",
    }
    page_sent |= {
        "q-0-key": "expected",
        "q-0-text": "I know it.",
        "q-0-kind": "scale",
        "q-0-options": "",
    }
    page_sent |= {
        "q-0-ORDER": "2",
        "q-1-text": "The pace is",
        "q-1-kind": "choice",
        "q-1-ORDER": "1",
    }
    watch = unchanged()
    answer = desk.post(f"/registry/question-sets/{KEY}/", page_sent | {"q-1-options": "Right"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "The pace is" in page and "Enter 2 to 10 answers" in page
    watch.check()
    page_sent["q-1-options"] = "Slow\r\nRight"
    assert desk.post(f"/registry/question-sets/{KEY}/", page_sent).status_code == 302
    newest = QuestionSet.objects.filter(key=KEY).latest("number")
    assert (newest.number, [q["text"] for q in newest.questions]) == (
        2,
        ["The pace is", "I know it."],
    )
    assert newest.questions[1]["key"] == "expected" and len(newest.questions[1]["options"]) == 5
    answer = desk.post(f"/registry/question-sets/{KEY}/", page_sent | {"title": "Mine"})
    assert answer.status_code == 422 and "saved meanwhile" in answer.content.decode()
    survey.refresh_from_db()
    assert survey.question_set.number == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        QuestionSet.objects.filter(pk=newest.pk).update(title="Other")


def test_an_earlier_last_day_is_told_to_those_alone_who_were_asked_and_have_not_answered(
    survey, people, registrar, by
):
    def told():
        found = Notice.objects.filter(subject__startswith="Less time to answer")
        return {one.person: one.body for one in found.select_related("person")}

    with on(OPENS):
        run_surveys(by=by)
        hand_in(survey, ANSWERS, by=people[0])
        change_last_day(survey, CLOSES + timedelta(days=1), by=registrar)
        assert not told()
        for _twice in range(2):
            change_last_day(survey, CLOSES - timedelta(days=1), by=registrar)
    assert set(told()) == set(people[1:]) and len(told()) == len(people) - 1
    assert Notice.objects.filter(subject__startswith="Less time").count() == len(people) - 1
    assert f"{CLOSES - timedelta(days=1):%-d %B}" in told()[people[1]]
