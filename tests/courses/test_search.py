"""A search finds what the reader may see, and nothing else; odd words are answered calmly."""

import pytest
from django.utils.html import strip_tags

from courses.actions import open_plan, publish_version, withdraw
from courses.actions.notes import write_note
from courses.models import Helpline, Prerequisite, Release, Term, Timetable, Unit, UnitPage, Variant
from courses.rendering.units import draw
from courses.search import search, snippet, words_of
from lms.kit import nations
from lms.people.models import Role

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


@pytest.fixture
def taught(module, the_words, operator):
    """A unit for everybody, and one whose law differs, each with a word of its own."""

    def publish(code, key, codes, html, order):
        unit, _ = Unit.objects.get_or_create(
            code=code, defaults={"module": module, "title": f"Unit {code}", "order": order}
        )
        variant = Variant.objects.create(unit=unit, key=key, nations=codes)
        return publish_version(variant, the_words(f"Unit {code}", html), by=operator)

    return {
        "all": publish(
            "ALL",
            "all",
            nations.ALL,
            "<p>Persuasion is what an advocate has. Ask about <b>consent</b> & wait.</p>",
            1,
        ),
        "scotland": publish(
            "LAW",
            "scotland",
            ["scotland"],
            "<p>The Lord Advocate writes Instructions on consent.</p>",
            2,
        ),
        "england-wales": publish(
            "LAW",
            "england-wales",
            ["england", "wales"],
            "<p>Section 45 needs no consent of the prosecutor.</p>",
            2,
        ),
    }


@pytest.fixture
def terms(db):
    Term.objects.create(
        key="rg", term="Reasonable grounds", also=["RG"], meaning="The first decision.", nations=[]
    )
    Term.objects.create(
        key="pf", term="Procurator fiscal", meaning="A prosecutor.", nations=["scotland"]
    )
    Term.objects.create(
        key="psni",
        term="PSNI",
        meaning="A police service, and a word on consent.",
        nations=["northern_ireland"],
    )


def urls(hits):
    return [hit.url for hit in hits]


def test_only_texts_on_the_plan_are_found(plan, trainee, tutor, taught):
    found = search(trainee, "consent")
    assert sorted(urls(found.units)) == ["/study/units/ALL/all/", "/study/units/LAW/scotland/"]
    assert search(trainee, "prosecutor section").units == []
    assert len(search(tutor, "consent").units) == 3


def test_without_a_plan_nothing_is_found(trainee, make_person, taught, terms):
    for person in (trainee, make_person("Gareth", Role.EMPLOYER)):
        assert search(person, "consent").units == [] and search(person, "Procurator").terms == []


def test_another_nations_words_are_not_found(plan, trainee, tutor, terms):
    assert urls(search(trainee, "procurator").terms) == ["/study/glossary/#term-pf"]
    assert (
        search(trainee, "PSNI").terms == []
        and search(trainee, "police service consent").terms == []
    )
    assert len(search(tutor, "PSNI").terms) == 1


def test_two_letters_are_a_word(plan, trainee, terms):
    assert urls(search(trainee, "RG").terms) == ["/study/glossary/#term-rg"]


def test_the_newest_text_is_found_and_the_old_one_is_not(
    plan, trainee, taught, the_words, operator
):
    assert search(trainee, "persuasion").units
    publish_version(
        taught["all"].variant, the_words("Unit ALL", "<p>Listening comes first.</p>"), by=operator
    )
    assert search(trainee, "persuasion").units == [] and search(trainee, "listening").units
    withdraw(taught["all"].variant, by=operator)
    assert search(trainee, "listening").units == []


def test_a_unit_that_is_not_open_yet_is_not_read_through_the_search(
    plan, trainee, tutor, taught, programme
):
    Prerequisite.objects.create(
        unit=taught["scotland"].variant.unit,
        first=taught["all"].variant.unit,
        why="It comes first.",
    )
    assert urls(search(trainee, "consent").units) == ["/study/units/ALL/all/"]
    Prerequisite.objects.all().delete()
    timetable = Timetable.objects.create(programme=programme, code="T1")
    Release.objects.create(
        timetable=timetable, unit=taught["all"].variant.unit, opens_on="2199-01-01"
    )
    plan.timetable = timetable
    plan.save()
    assert urls(search(trainee, "consent").units) == ["/study/units/LAW/scotland/"]


def test_ones_own_words_are_found_by_oneself_alone(
    plan, trainee, tutor, make_person, taught, programme, operator
):
    other = make_person("Rory", Role.LEARNER)
    open_plan(other, programme, ["scotland"], by=operator, opened_on="2025-09-01")
    note = write_note(
        trainee,
        taught["all"],
        by=trainee,
        key="text",
        quote="what an advocate has",
        text="My own bewilderment",
    )
    assert urls(search(trainee, "bewilderment").own) == [f"/study/notes/{note.pk}/"]
    for person in (other, tutor):
        assert (
            search(person, "bewilderment").own == [] and search(person, "bewilderment").count == 0
        )


@pytest.mark.parametrize(
    "odd",
    [
        "",
        " ",
        "a",
        "\0",
        "'",
        '"',
        "*",
        "%",
        "_",
        "\\",
        "'; DROP TABLE people_user; --",
        '"consent',
        "consent*",
        "NEAR(consent)",
        "NOT consent",
        "consent AND",
        "OR",
        "^consent",
        "(consent",
        "title:consent",
        "-consent",
        "😀",
        "ﷺ",
        "<script>",
        "word " * 400,
        "x" * 5000,
        "%s %(x)s",
        "{}",
        "a b c",
        "l'un",
        "Màiri’s",
        "consent:*",
        "consent & !persuasion",
        "<->",
    ],
)
def test_odd_words_are_answered_calmly(enter, plan, trainee, taught, terms, odd):
    answer = enter(trainee).get("/study/search/", {"q": odd})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().replace('<script type="module"', "")


def test_words_are_marked_and_everything_else_is_only_text():
    shown = snippet(
        "Before. " * 40 + "An <b>advocate</b> & Consenting people wait." + " After." * 60,
        ["consent"],
    )
    assert (
        "<mark>Consenting</mark>" in shown
        and "&lt;b&gt;" in shown
        and "&amp;" in shown
        and len(shown) < 420
    )
    assert words_of("Lord Advocate’s, the SCA & 45!") == ["lord", "advocate", "the", "sca", "45"]


def test_a_contact_and_a_provision_are_found_where_the_reader_can_read_them(
    enter, plan, trainee, tutor, provision, law_unit, operator
):
    page = UnitPage(title="Law", body=[("provision", {"provision": provision, "note": ""})])
    publish_version(law_unit.variants.get(key="scotland"), draw(page), by=operator)
    for key, where in (("tara", ["scotland"]), ("bawso", ["wales"])):
        Helpline.objects.create(
            key=key,
            name=key.upper(),
            nations=where,
            phone="0141 276 7724",
            who_for="Women who were trafficked",
            checked_on="2026-11-21",
        )
    assert urls(search(trainee, "0141 276").contacts) == ["/study/contacts/#contact-tara"]
    assert (
        len(search(tutor, "trafficked").contacts) == 2 and search(trainee, "bawso").contacts == []
    )
    found = search(trainee, "human trafficking exploitation")
    assert urls(found.law) == ["/study/units/LAW/scotland/"] and provision.act in strip_tags(
        found.law[0].title
    )
    shown = enter(trainee).get("/study/contacts/").content.decode()
    assert "TARA" in shown and "BAWSO" not in shown and "21 November 2026" in shown


def test_the_page_asks_at_most_ten_questions_and_shows_nations(
    enter, plan, trainee, taught, terms, django_assert_max_num_queries
):
    for n in range(12):
        write_note(
            trainee, taught["all"], by=trainee, key="text", quote="", text=f"On consent, {n}"
        )
    inside = enter(trainee)
    inside.get("/study/search/", {"q": "consent"})
    with django_assert_max_num_queries(10):
        shown = inside.get("/study/search/", {"q": "consent"}).content.decode()
    assert '<li class="chip">Scotland</li>' in shown and "<mark>consent</mark>" in shown


def test_a_stranger_is_asked_to_sign_in(client, db):
    for address in ("/study/search/?q=consent", "/study/glossary/"):
        assert client.get(address).url.startswith("/accounts/login/")


def test_the_glossary_has_every_word_of_the_readers_nations_with_its_place(
    enter, plan, trainee, tutor, terms
):
    shown = enter(tutor).get("/study/glossary/").content.decode()
    assert (
        shown.index("term-pf") < shown.index("term-psni") < shown.index("term-rg")
        and "(RG)" in shown
        and "Northern Ireland" in shown
    )
    shown = enter(trainee).get("/study/glossary/").content.decode()
    assert shown.index("term-pf") < shown.index("term-rg") and "term-psni" not in shown
