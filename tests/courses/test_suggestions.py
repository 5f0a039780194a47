"""A consultant's words reach those who write, and the answer reaches the consultant."""

import pytest

from courses.actions import publish_response, publish_version, set_aside, suggest, take_up
from courses.models import Suggestion
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice
from lms.people.names import choose_name
from lms.record.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(make_unit):
    return make_unit("U1").variants.get().versions.get()


def test_the_same_words_are_one_suggestion_and_the_author_is_told_once(
    version, consultant, author, tutor
):
    one = suggest(version, by=consultant, text="  Say it gently. ")
    assert suggest(version, by=consultant, text="Say it gently.") == one
    assert Suggestion.objects.get().text == "Say it gently."
    assert [n.person for n in Notice.objects.all()] == [author]


def test_without_an_author_the_tutors_are_told(version, consultant, tutor):
    suggest(version, by=consultant, text="Say it gently.")
    assert Notice.objects.get().person == tutor


@pytest.mark.parametrize("action, state", [(take_up, "taken_up"), (set_aside, "not_taken_up")])
def test_an_answer_reaches_the_consultant_once(version, consultant, tutor, action, state):
    suggestion = suggest(version, by=consultant, text="Say it gently.")
    action(suggestion, by=tutor, answer="Thank you. It is changed.")
    action(suggestion, by=tutor, answer="Thank you. It is changed.")
    kept = Suggestion.objects.get()
    assert (kept.state, kept.answer, kept.answered_by) == (
        state,
        "Thank you. It is changed.",
        tutor,
    )
    assert Notice.objects.filter(person=consultant).count() == 1
    assert "It is changed." in Notice.objects.get(person=consultant).body


def test_an_answer_is_not_turned_round(version, consultant, tutor):
    suggestion = suggest(version, by=consultant, text="Say it gently.")
    take_up(suggestion, by=tutor, answer="Yes.")
    entries = Entry.objects.count()
    with pytest.raises(Refused):
        set_aside(suggestion, by=tutor, answer="No.")
    kept = Suggestion.objects.get()
    assert (kept.state, kept.answer) == ("taken_up", "Yes.") and Entry.objects.count() == entries


def test_refusals_change_nothing(version, consultant, tutor, trainee):
    suggestion = suggest(version, by=consultant, text="Say it gently.")
    entries, notices = Entry.objects.count(), Notice.objects.count()
    with pytest.raises(NotAllowed):
        take_up(suggestion, by=consultant, answer="I agree with myself.")
    with pytest.raises(NotAllowed):
        suggest(version, by=trainee, text="Mine")
    for empty in ("", "  "):
        with pytest.raises(Refused):
            take_up(suggestion, by=tutor, answer=empty)
        with pytest.raises(Refused):
            suggest(version, by=consultant, text=empty)
    assert Suggestion.objects.get().state == "offered"
    assert (Entry.objects.count(), Notice.objects.count()) == (entries, notices)


def test_another_consultants_suggestion_is_not_there(enter, version, consultant, make_person):
    suggestion = suggest(version, by=consultant, text="Say it gently.")
    other = make_person("Ana", "survivor_consultant")
    assert enter(other).get(f"/suggestions/{suggestion.pk}/").status_code == 404
    assert "Say it gently" not in enter(other).get("/consult/").content.decode()
    assert enter(consultant).get(f"/suggestions/{suggestion.pk}/").status_code == 200
    answer = {"action": "take_up", "answer": "Yes"}
    assert enter(consultant).post(f"/suggestions/{suggestion.pk}/", answer).status_code == 403
    assert Suggestion.objects.get().state == "offered"


def test_a_suggestion_keeps_the_version_it_was_about(
    enter, version, consultant, operator, the_words
):
    inside = enter(consultant)
    inside.get("/consult/units/U1/all/")
    publish_version(version.variant, the_words("U1", "<p>New</p>"), by=operator)
    response = inside.post(
        "/consult/units/U1/all/", {"version": version.pk, "text": "<script>alert(1)</script>"}
    )
    assert response.status_code == 302
    assert Suggestion.objects.get().version == version
    assert "<script>alert" not in inside.get("/consult/").content.decode()


def test_an_empty_form_says_what_to_do_and_keeps_the_rest(enter, version, consultant, tutor):
    page = (
        enter(consultant)
        .post("/consult/units/U1/all/", {"version": version.pk, "text": " "})
        .content.decode()
    )
    assert "Write what you would change" in page and not Suggestion.objects.exists()
    suggestion = suggest(version, by=consultant, text="Say it gently.")
    page = (
        enter(tutor)
        .post(f"/suggestions/{suggestion.pk}/", {"answer": "My answer"})
        .content.decode()
    )
    assert "Choose whether it is taken up." in page and "My answer" in page
    assert Suggestion.objects.get().state == "offered"


def test_those_who_answer_see_the_name_that_the_consultant_chose(
    enter, version, consultant, tutor, author
):
    legal = consultant.full_name
    choose_name(consultant, by=consultant, name="Wren Grey")
    suggestion = suggest(version, by=consultant, text="Say it gently.")
    client = enter(tutor)
    for page in ("/suggestions/", f"/suggestions/{suggestion.pk}/"):
        text = client.get(page).content.decode()
        assert "Wren Grey" in text and legal not in text
    sent = {"answer": "Thank you.", "action": "taken_up"}
    told = client.post(f"/suggestions/{suggestion.pk}/", sent, follow=True).content.decode()
    assert legal not in told
    take_up(suggestion, by=tutor, answer="Thank you.")
    with pytest.raises(Refused, match="name"):
        publish_response(suggestion, by=author, you_said="Wren Grey asks for care", we_did="We did")
