"""A search forgives a slip of the pen and a whole question, and still shows nobody what they may not read."""

import pytest
from django.db import connection

from courses.actions import publish_version
from courses.actions.notes import write_note
from courses.models import Helpline, SearchWord, Term, Unit, Variant
from courses.queries.spelling import distance, has_trigrams
from courses.search import MOST_PARTLY, content_words, search, words_of
from lms.kit import nations

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


@pytest.fixture
def taught(module, the_words, operator):
    def publish(code, key, codes, html):
        unit, _ = Unit.objects.get_or_create(
            code=code, defaults={"module": module, "title": f"Unit {code}", "order": 1}
        )
        variant = Variant.objects.create(unit=unit, key=key, nations=codes)
        return publish_version(variant, the_words(f"Unit {code}", html), by=operator)

    return {
        "all": publish(
            "ALL",
            "all",
            nations.ALL,
            "<p>Trafficking is a crime. There is a deadline for a reconsideration request.</p>",
        ),
        "england": publish(
            "ENG", "england", ["england"], "<p>Guardianship of unaccompanied children.</p>"
        ),
    }


def urls(hits):
    return [hit.url for hit in hits]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("trafficing", "trafficking"),
        ("trafikking", "trafficking"),
        ("dealdine", "deadline"),
        ("Reconsidration", "reconsideration"),
        ("crmie", "crime"),
        ("deadline for reconsideratoin", "deadline reconsideration"),
    ],
)
def test_a_slip_is_found_and_said(plan, trainee, taught, typed, meant):
    found = search(trainee, typed)
    assert found.corrected == meant and not found.is_partial
    assert urls(found.units) == ["/study/units/ALL/all/"]


def test_what_was_typed_can_be_searched_for_exactly(enter, plan, trainee, taught):
    assert search(trainee, "trafficing", exactly=True).count == 0
    inside = enter(trainee)
    shown = inside.get("/study/search/", {"q": "trafficing"}).content.decode()
    assert "Showing results for “<strong>trafficking</strong>”" in shown
    assert 'href="?q=trafficing&amp;exactly=1"' in shown
    shown = inside.get("/study/search/", {"q": "trafficing", "exactly": "1"}).content.decode()
    assert "Nothing found for “trafficing”" in shown and "Showing results" not in shown


def test_a_word_that_is_there_is_never_changed(plan, trainee, taught):
    note = write_note(
        trainee, taught["all"], by=trainee, key="text", quote="", text="My trafficing notes"
    )
    found = search(trainee, "trafficing")
    assert found.corrected == "" and urls(found.own) == [f"/study/notes/{note.pk}/"]
    assert search(trainee, "reconsider").corrected == "", "it begins a word that is there"


def test_a_question_is_searched_for_by_its_words(plan, trainee, taught):
    found = search(trainee, "What is the deadline for reconsideration?")
    assert urls(found.units) == ["/study/units/ALL/all/"] and not found.is_partial
    assert content_words(words_of("What is the deadline?")) == ["deadline"]
    assert content_words(words_of("who is it")) == ["who", "is", "it"]


def test_where_nothing_has_all_words_what_has_most_comes_first(enter, plan, trainee, taught):
    Term.objects.create(key="a", term="Deadline", meaning="A last day.", nations=[])
    Term.objects.create(key="b", term="Zeal", meaning="The deadline of a request.", nations=[])
    found = search(trainee, "deadline request bewilderment")
    assert found.is_partial and found.corrected == ""
    assert urls(found.terms) == ["/study/glossary/#term-b", "/study/glossary/#term-a"]
    shown = enter(trainee).get("/study/search/", {"q": "deadline request bewilderment"})
    assert "Nothing has all of these words." in shown.content.decode()


def test_the_best_of_very_many_is_not_cut_off(plan, trainee, taught):
    def note(text):
        return write_note(trainee, taught["all"], by=trainee, key="text", quote="", text=text)

    wanted = note("A request about the deadline")
    for n in range(MOST_PARTLY + 5):
        note(f"Some deadline {n}")
    found = search(trainee, "deadline request bewilderment")
    assert found.is_partial and urls(found.own)[0] == f"/study/notes/{wanted.pk}/"


def test_no_spelling_comes_from_what_the_reader_may_not_read(
    plan, trainee, tutor, make_person, taught
):
    assert search(tutor, "guardianshp").corrected == "guardianship"
    assert search(trainee, "guardianshp").corrected == ""
    Term.objects.create(key="psni", term="Ombudsman", meaning="It.", nations=["northern_ireland"])
    Helpline.objects.create(
        key="h",
        name="Lighthouse",
        nations=["wales"],
        phone="",
        who_for="Anyone",
        checked_on="2026-11-21",
    )
    for typed in ("ombudsmen", "lighthuose"):
        assert search(tutor, typed).corrected
        assert search(trainee, typed).corrected == "" and search(trainee, typed).count == 0
    write_note(trainee, taught["all"], by=trainee, key="text", quote="", text="My own bewilderment")
    for person in (tutor, make_person("Gareth")):
        found = search(person, "bewildermnt")
        assert found.corrected == "" and found.count == 0


def test_ones_own_notes_are_found_in_a_second_spelling(enter, plan, trainee, taught):
    write_note(
        trainee, taught["all"], by=trainee, key="text", quote="", text="On trafficking, again"
    )
    shown = enter(trainee).get("/study/search/", {"q": "trafficing"}).content.decode()
    assert "Your notes and reflections" in shown and "On <mark>trafficking</mark>" in shown


def test_the_words_of_a_version_are_kept_when_it_is_published(taught):
    words = set(SearchWord.objects.filter(version=taught["all"]).values_list("word", flat=True))
    assert {"trafficking", "reconsideration", "unit"} <= words and "is" not in words


def test_the_page_has_few_statements_whatever_was_typed(
    enter, plan, trainee, taught, django_assert_max_num_queries
):
    inside = enter(trainee)
    inside.get("/study/search/", {"q": "deadline"})
    for typed in ("trafficing reconsidration", "deadline bewilderment zeal", "xyzzy", "the"):
        with django_assert_max_num_queries(15):
            inside.get("/study/search/", {"q": typed})


def test_the_header_of_study_pages_has_a_search_field(enter, plan, trainee, taught):
    inside = enter(trainee)
    for address in ("/study/", "/study/units/ALL/all/", "/study/notes/"):
        shown = inside.get(address).content.decode()
        assert 'action="/study/search/" role="search"' in shown, address
        assert 'for="study-search"' in shown and 'id="study-search" name="q"' in shown
    for address in ("/study/search/", "/me/"):
        assert 'id="study-search"' not in inside.get(address).content.decode()


def test_letters_to_change_are_counted():
    pairs = {
        ("consent", "consent"): 0,
        ("cosent", "consent"): 1,
        ("consnet", "consent"): 1,
        ("konzent", "consent"): 2,
        ("advocate", "consent"): 3,
    }
    for (one, other), changes in pairs.items():
        assert distance(one, other, 2) == distance(other, one, 2) == changes


def test_a_server_without_trigrams_finds_it_too(plan, trainee, taught):
    if connection.vendor == "postgresql":
        assert has_trigrams()
        with connection.cursor() as cursor:
            cursor.execute("DROP EXTENSION pg_trgm CASCADE")
    assert not has_trigrams()
    assert search(trainee, "trafficing").corrected == "trafficking"
