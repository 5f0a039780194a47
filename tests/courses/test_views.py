"""What each reader may open, and how many questions a page asks."""

import pytest

from courses.actions import mark_studied, publish_version, set_nations, suggest, withdraw
from courses.models import Study, Suggestion
from lms.people.models import Role
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
LAW = "/study/units/LAW/"


def text(response):
    return " ".join(response.content.decode().split())


def test_a_text_outside_the_plan_does_not_exist_for_a_trainee(enter, plan, trainee, law_unit):
    inside = enter(trainee)
    entries = Entry.objects.count()
    assert inside.get(f"{LAW}scotland/").status_code == 200
    other = law_unit.variants.get(key="england-wales").versions.get()
    assert inside.get(f"{LAW}england-wales/").status_code == 404
    assert inside.get(f"/study/versions/{other.pk}/").status_code == 404
    assert inside.post(f"{LAW}england-wales/studied/", {"version": other.pk}).status_code == 404
    assert inside.post(f"{LAW}scotland/studied/", {"version": other.pk}).status_code == 404
    assert not Study.objects.exists() and Entry.objects.count() == entries


def test_without_a_plan_nothing_is_there(enter, trainee, law_unit):
    inside = enter(trainee)
    for address in (LAW, f"{LAW}scotland/", "/study/modules/M1/"):
        assert inside.get(address).status_code == 404


def test_a_stranger_is_asked_to_sign_in(client, law_unit):
    for address in (LAW, f"{LAW}scotland/", "/study/modules/M1/", "/consult/", "/suggestions/"):
        response = client.get(address)
        assert response.status_code == 302 and response.url.startswith("/accounts/login/")


@pytest.mark.parametrize(
    "role",
    [
        Role.TUTOR,
        Role.AUTHOR,
        Role.SURVIVOR_CONSULTANT,
        Role.EXTERNAL_EXAMINER,
        Role.REGISTRAR,
        Role.HUB_OFFICER,
    ],
)
def test_those_who_teach_write_advise_and_decide_read_every_nation(
    enter, make_person, law_unit, role
):
    inside = enter(make_person("Reader", role))
    for key in ("england-wales", "scotland", "northern-ireland"):
        response = inside.get(f"{LAW}{key}/")
        assert response.status_code == 200 and "I have studied this unit" not in text(response)
    assert inside.get("/study/modules/M1/").status_code == 200


def test_an_employer_does_not_read_the_units(enter, make_person, law_unit):
    assert enter(make_person("Gareth", Role.EMPLOYER)).get(f"{LAW}scotland/").status_code == 404


def test_the_plain_address_leads_to_the_only_text_or_offers_the_choice(
    enter, plan, trainee, tutor, law_unit
):
    response = enter(trainee).get(LAW)
    assert response.status_code == 302 and response.url == f"{LAW}scotland/"
    response = enter(tutor).get(LAW)
    assert response.status_code == 200
    for where in ("England and Wales", "Scotland", "Northern Ireland"):
        assert where in text(response)


def test_the_version_that_was_read_is_recorded_though_a_newer_one_came(
    enter, plan, trainee, make_unit, operator, the_words
):
    variant = make_unit("U1").variants.get()
    first = variant.versions.get()
    inside = enter(trainee)
    assert f'name="version" value="{first.pk}"' in text(inside.get("/study/units/U1/all/"))
    publish_version(variant, the_words("Unit U1", "<p>Corrected</p>"), by=operator)
    response = inside.post("/study/units/U1/all/studied/", {"version": first.pk})
    assert response.status_code == 302
    assert Study.objects.get().version == first
    page = text(inside.get("/study/units/U1/all/"))
    assert (
        "You studied version 1" in page
        and "This is version 2" in page
        and "<p>Corrected</p>" in page
    )
    assert f"/study/versions/{first.pk}/" in page
    old = text(inside.get(f"/study/versions/{first.pk}/"))
    assert "<p>Text for all</p>" in old and "has been replaced" in old


@pytest.mark.parametrize("given", ["", "abc", "0", "-1", "9" * 30, "٣"])
def test_a_version_that_is_not_one_records_nothing(enter, plan, trainee, make_unit, given):
    make_unit("U1")
    assert (
        enter(trainee).post("/study/units/U1/all/studied/", {"version": given}).status_code == 404
    )
    assert not Study.objects.exists()


def test_a_reload_of_the_actions_address_leads_back_to_the_unit(enter, plan, trainee, make_unit):
    make_unit("U1")
    response = enter(trainee).get("/study/units/U1/all/studied/")
    assert response.status_code == 302 and response.url == "/study/units/U1/all/"
    assert not Study.objects.exists()


def test_what_was_studied_can_be_read_again_when_the_nations_have_changed(
    enter, plan, trainee, law_unit, operator
):
    read = law_unit.variants.get(key="scotland").versions.get()
    mark_studied(trainee, read, by=trainee)
    set_nations(plan, ["wales"], by=operator)
    inside = enter(trainee)
    assert inside.get(f"{LAW}scotland/").status_code == 404
    assert "Text for scotland" in text(inside.get(f"/study/versions/{read.pk}/"))


def test_a_withdrawn_text_is_not_shown(enter, plan, trainee, make_unit, operator):
    variant = make_unit("U1").variants.get()
    withdraw(variant, by=operator)
    page = text(enter(trainee).get("/study/units/U1/all/"))
    assert "being put right" in page and "Text for all" not in page


def test_the_content_note_comes_before_the_material(
    enter, plan, trainee, make_unit, operator, the_words
):
    variant = make_unit("U1").variants.get()
    hard = the_words("Unit U1", "<p>The material</p>", content_note="It tells of violence.")
    publish_version(variant, hard, by=operator)
    page = text(enter(trainee).get("/study/units/U1/all/"))
    assert 0 < page.index("It tells of violence.") < page.index("The material")


def test_law_that_nobody_has_read_again_in_time_says_so(
    enter, plan, trainee, make_unit, operator, the_words
):
    variant = make_unit("U1").variants.get()
    law = [{"key": "k", "as_at": "2020-01-01", "review_by": "2020-06-30"}]
    publish_version(variant, the_words("Unit U1", "<p>Law</p>", provisions=law), by=operator)
    page = text(enter(trainee).get("/study/units/U1/all/"))
    assert "Law as at 1 January 2020" in page and "again by Tuesday 30 June 2020" in page


@pytest.mark.parametrize("units", [1, 30])
def test_a_unit_page_asks_ten_questions_at_most(
    enter, plan, trainee, make_unit, units, django_assert_num_queries
):
    for n in range(units):
        make_unit(f"U{n:02}")
    inside = enter(trainee)
    inside.get("/study/modules/M1/")
    # session, person, roles, plans, what is studied, one's own words; at first the text, and that it was begun
    for questions in (
        10,
        6,
    ):  # the first with a savepoint of the test’s; what is published is read once
        with django_assert_num_queries(questions):
            assert inside.get("/study/units/U00/all/").status_code == 200


@pytest.mark.parametrize("units", [1, 30])
def test_a_consultants_unit_page_asks_ten_too(
    enter, consultant, make_unit, units, django_assert_num_queries
):
    for n in range(units):
        made = make_unit(f"U{n:02}")
        suggest(made.variants.get().versions.get(), by=consultant, text="Shorter.")
    inside = enter(consultant)
    inside.get("/study/units/U00/all/")
    with django_assert_num_queries(7):
        assert inside.get("/study/units/U00/all/").status_code == 200


@pytest.mark.parametrize("units", [1, 30])
def test_lists_ask_a_fixed_number_of_questions(
    enter, consultant, tutor, trainee, plan, make_unit, units, django_assert_num_queries
):
    for n in range(units):
        made = make_unit(f"U{n:02}")
        suggest(made.variants.get().versions.get(), by=consultant, text="Shorter.")
    for person, address, questions in (
        (trainee, "/study/modules/M1/", 5),
        (consultant, "/consult/", 5),
        (tutor, "/suggestions/", 5),
    ):
        inside = enter(person)
        inside.get(address)
        with django_assert_num_queries(questions):
            assert inside.get(address).status_code == 200


def test_empty_pages_say_what_will_be_there(enter, consultant, tutor, module, plan, trainee):
    assert "No units yet" in text(enter(consultant).get("/consult/"))
    assert "Nothing waits for an answer" in text(enter(tutor).get("/suggestions/"))
    assert "No units yet" in text(enter(trainee).get("/study/modules/M1/"))


def test_only_a_consultant_consults_and_only_those_who_teach_or_write_answer(
    enter, trainee, tutor, consultant, plan, make_unit
):
    make_unit("U1")
    for person, address in (
        (trainee, "/consult/"),
        (tutor, "/consult/"),
        (trainee, "/suggestions/"),
        (consultant, "/suggestions/"),
        (trainee, "/consult/units/U1/all/"),
    ):
        assert enter(person).get(address).status_code == 403
    assert enter(trainee).post("/consult/units/U1/all/", {"text": "Mine"}).status_code == 403
    assert not Suggestion.objects.exists()
