"""What changed between two versions: in words, in law, and only for those who may read both."""

from datetime import date

import pytest

from courses.actions import mark_studied, open_plan, publish_version
from courses.models import Prerequisite
from lms.people.models import Role

pytestmark = pytest.mark.django_db

HIGHLY = "<script>alert(1)</script>"


@pytest.fixture
def versions(law_unit, provision, the_words, operator):
    """Three versions of the Scottish text; the law changed before the third."""
    variant = law_unit.variants.get(key="scotland")
    first = variant.versions.get()
    second = publish_version(
        variant,
        the_words(
            "Unit LAW",
            "<p>Text for scotland, with three more words</p>",
            outcomes=["Say it"],
            provisions=[provision.as_it_stands()],
        ),
        by=operator,
    )
    provision.summary, provision.commencement = (
        f"The Lord Advocate directs prosecutors. {HIGHLY}",
        "not_in_force",
    )
    provision.save()
    third = publish_version(
        variant,
        the_words(
            "Unit LAW",
            "<p>Text for scotland, with more words</p>",
            outcomes=["Say it"],
            provisions=[provision.as_it_stands()],
        ),
        by=operator,
    )
    return first, second, third


def between(one, other):
    return f"/study/versions/{one.pk}/compare/{other.pk}/"


def page(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_says_how_many_words_which_law_and_when(enter, tutor, versions):
    first, second, third = versions
    said = page(enter(tutor).get(between(second, third)))
    assert "1 word removed" in said and "added" in said
    assert '<del><span class="vh">removed: </span>three</del>' in said
    assert "Says something else" in said and "Instructions" in said
    assert (
        'removed: </span>instructs</del> <ins><span class="vh">added: </span>directs</ins>' in said
    )
    assert f"/study/versions/{second.pk}/" in said and f"/study/versions/{third.pk}/" in said
    assert "Law as at 21 November 2026" in said
    said = page(enter(tutor).get(between(first, second)))
    assert "11 words added" in said and "Now cited" in said and "<ins>" in said
    assert f'href="{between(first, third)}"' in said, "neither is the newest, and it says so"


def test_what_was_written_in_a_text_is_never_run(enter, tutor, versions, the_words, operator):
    nasty = publish_version(
        versions[2].variant,
        the_words(
            HIGHLY,
            f"<p>Text <a href='javascript:x()'>here</a></p>{HIGHLY}",
            content_note=HIGHLY,
            outcomes=[HIGHLY],
        ),
        by=operator,
    )
    said = page(enter(tutor).get(between(versions[1], nasty)))
    assert (
        "<script>alert" not in said and 'href="javascript' not in said and "&lt;script&gt;" in said
    )


def test_the_older_one_comes_first_and_a_version_is_not_compared_with_itself(
    enter, tutor, versions
):
    first, second, _ = versions
    assert enter(tutor).get(between(second, first))["Location"] == between(first, second)
    assert enter(tutor).get(between(first, first))["Location"] == first.get_absolute_url()


def test_versions_of_two_texts_are_not_compared(enter, tutor, versions, law_unit):
    other = law_unit.variants.get(key="england-wales").versions.get()
    for place in (
        between(versions[0], other),
        between(other, versions[0]),
        f"/study/versions/{other.pk}/compare/999999/",
    ):
        assert enter(tutor).get(place).status_code == 404


def test_a_trainee_compares_their_own_nations_texts_only(
    enter, trainee, plan, versions, law_unit, make_person, programme, operator
):
    assert "removed" in page(enter(trainee).get(between(*versions[1:])))
    welsh = make_person("Sian", Role.LEARNER)
    open_plan(welsh, programme, ["wales"], by=operator, opened_on=date(2025, 9, 1))
    for person in (welsh, make_person("New", Role.LEARNER), make_person("Boss", Role.EMPLOYER)):
        answer = enter(person).get(between(*versions[1:]))
        assert answer.status_code == 404 and "three" not in answer.content.decode()


def test_a_stranger_signs_in(client, versions):
    assert "/accounts/" in client.get(between(*versions[1:]))["Location"]


def test_a_unit_that_is_not_open_yet_is_not_read_by_comparing(
    enter, trainee, plan, versions, make_unit, law_unit
):
    Prerequisite.objects.create(unit=law_unit, first=make_unit("FIRST"), why="It builds on it.")
    answer = enter(trainee).get(between(*versions[1:]))
    assert (
        answer.status_code == 403
        and "First study" in answer.content.decode()
        and "three" not in answer.content.decode()
    )


def test_a_unit_leads_from_the_version_studied_to_what_changed(enter, trainee, plan, versions):
    mark_studied(trainee, versions[1], by=trainee)
    said = page(enter(trainee).get(versions[1].variant.get_absolute_url()))
    assert (
        f'<a href="{between(versions[1], versions[2])}">What changed since the version you studied</a>'
        in said
    )


def test_versions_with_the_same_words_say_so(
    enter, tutor, versions, the_words, operator, provision
):
    again = publish_version(
        versions[2].variant,
        the_words(
            "Unit LAW",
            "<p>Text for scotland, with more words</p>",
            outcomes=["Say it"],
            provisions=[provision.as_it_stands()],
            core_revision=7,
        ),
        by=operator,
    )
    said = page(enter(tutor).get(between(versions[2], again)))
    assert "The words are the same in both versions." in said and "cite the same law" in said
