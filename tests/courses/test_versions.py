"""What was published stays as it was, whatever is written later."""

import pytest
from django.db import Error, connection, transaction

from courses.actions import mark_studied, publish_version, withdraw
from courses.models import Study, UnitVersion
from lms.kit.refusals import NotAllowed
from lms.record.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant(make_unit):
    return make_unit("U1").variants.get()


def test_republishing_makes_version_2_and_the_study_still_points_to_1(
    variant, plan, trainee, author, the_words
):
    study = mark_studied(trainee, variant.versions.get(), by=trainee)
    second = publish_version(variant, the_words("Unit U1", "<p>Corrected</p>"), by=author)
    assert second.number == 2 and second.published_by == author
    assert Study.objects.get(pk=study.pk).version.number == 1
    assert variant.versions.get(number=1).html == "<p>Text for all</p>"


def test_publishing_the_same_words_again_makes_no_new_version(variant, author, the_words):
    entries = Entry.objects.count()
    assert (
        publish_version(variant, the_words("Unit U1", "<p>Text for all</p>"), by=author).number == 1
    )
    assert variant.versions.count() == 1 and Entry.objects.count() == entries


@pytest.mark.parametrize(
    "change",
    [
        {"outcomes": ["One"]},
        {"content_note": "Hard"},
        {"provisions": [{"key": "x", "as_at": "2026-11-21"}]},
    ],
)
def test_a_change_of_anything_a_reader_sees_is_a_new_version(variant, author, the_words, change):
    assert (
        publish_version(
            variant, the_words("Unit U1", "<p>Text for all</p>", **change), by=author
        ).number
        == 2
    )


def test_only_an_author_publishes(variant, tutor, trainee, the_words):
    entries = Entry.objects.count()
    for person in (tutor, trainee):
        with pytest.raises(NotAllowed):
            publish_version(variant, the_words("Unit U1", "<p>Mine</p>"), by=person)
        with pytest.raises(NotAllowed):
            withdraw(variant, by=person)
    assert variant.versions.count() == 1 and Entry.objects.count() == entries


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "action", ["UPDATE courses_unitversion SET html = 'changed'", "DELETE FROM courses_unitversion"]
)
def test_the_database_itself_refuses_to_change_a_version(variant, action):
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(action)
    assert UnitVersion.objects.get().html == "<p>Text for all</p>"
    with pytest.raises(TypeError):
        UnitVersion.objects.get().save()


def test_a_withdrawn_unit_is_open_again_when_it_is_published(variant, author, the_words):
    withdraw(variant, by=author)
    withdraw(variant, by=author)
    assert Entry.objects.filter(action="courses.withdraw").count() == 1
    assert (
        publish_version(variant, the_words("Unit U1", "<p>Text for all</p>"), by=author).number == 1
    )
    variant.refresh_from_db()
    assert variant.withdrawn_at is None
