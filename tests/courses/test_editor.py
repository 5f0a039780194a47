"""Wagtail's editor, as an author uses it, and as others do not."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from wagtail.test.utils.form_data import rich_text

from courses.models import Prerequisite, Provision, Unit, UnitPage, UnitVersion, Variant
from lms.kit import clock
from lms.people.models import Role
from lms.record.models import Entry

from .editing import address, blocks_of, form_for, keys_of, published_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(module, provision, operator):
    return published_page(module, provision, operator)


@pytest.fixture
def editing(enter, author, page, settings):
    """An author inside; what is reviewed first is tested in test_reviews."""
    settings.IMSA_PUBLISH_NEEDS_REVIEW = False
    return enter(author)


def test_an_author_opens_edits_and_publishes_a_unit(editing, author, page, client):
    assert editing.get(address(page)).status_code == 200
    law = Provision.objects.first()
    response = editing.post(
        address(page),
        form_for(
            page,
            ("text", rich_text("<p>Written by an author</p>")),
            ("provision", {"provision": law.pk, "note": ""}),
        ),
    )
    assert response.status_code == 302
    version = page.variant.versions.get(number=2)
    assert "Written by an author" in version.html and law.act in version.html
    assert (version.published_by, version.revision) == (
        author,
        UnitPage.objects.get(pk=page.pk).live_revision_id,
    )
    entry = Entry.objects.get(action="courses.publish", thing=f"courses.unitversion:{version.pk}")
    assert entry.actor == author.record_label


def test_opening_and_publishing_without_a_change_makes_no_new_version(editing, page):
    response = editing.post(address(page), {**form_for(page, *blocks_of(page)), **keys_of(page)})
    assert response.status_code == 302
    assert page.variant.versions.count() == 1


def test_a_draft_and_a_page_for_tomorrow_are_not_yet_read(editing, page):
    data = form_for(page, ("text", rich_text("<p>Draft</p>")))
    del data["action-publish"]
    assert editing.post(address(page), data).status_code == 302
    assert page.variant.versions.count() == 1


def test_a_first_publication_set_for_later_is_kept_when_it_comes(page, editing, author):
    unit = Unit.objects.create(module=page.variant.unit.module, code="NEW", title="New", order=99)
    variant = Variant.objects.create(unit=unit, key="all", nations=["scotland"])
    new = UnitPage(
        title="New", slug="new", variant=variant, live=False, body=[("text", "<p>New</p>")]
    )
    page.get_parent().add_child(instance=new)
    new.go_live_at = clock.now() + timedelta(days=30)
    new.save_revision(user=author).publish()
    assert not variant.versions.exists()
    new.go_live_at = None
    new.save_revision(user=author).publish()
    assert variant.versions.get().number == 1


def test_taking_a_page_down_takes_the_unit_away_and_publishing_brings_it_back(editing, page):
    assert editing.post(f"/admin/pages/{page.pk}/unpublish/").status_code == 302
    variant = Variant.objects.get(pk=page.variant_id)
    assert variant.withdrawn_at and Entry.objects.filter(action="courses.withdraw").count() == 1
    editing.post(address(page), {**form_for(page, *blocks_of(page)), **keys_of(page)})
    variant.refresh_from_db()
    assert variant.withdrawn_at is None and variant.versions.count() == 1


def test_a_preview_shows_the_draft_and_stores_nothing(editing, page):
    data = form_for(page, ("text", rich_text("<p>Only a preview</p>")))
    assert editing.post(f"/admin/pages/{page.pk}/edit/preview/", data).json()["is_valid"]
    assert (
        "Only a preview"
        in editing.get(f"/admin/pages/{page.pk}/edit/preview/?mode=").content.decode()
    )
    assert page.variant.versions.count() == 1


def test_a_copy_of_a_unit_page_publishes_nothing(editing, page):
    before = UnitVersion.objects.count()
    page.copy(update_attrs={"slug": "copy", "title": "Copy"})
    assert UnitPage.objects.get(slug="copy").variant is None
    assert UnitVersion.objects.count() == before


def test_whoever_is_no_longer_an_author_changes_nothing(enter, author, page, make_person):
    enter(author)
    author.grants.filter(role=Role.AUTHOR).update(ends_on="2025-12-31")
    inside = enter(author)
    law = Provision.objects.first()
    for where, data in (
        (address(page), form_for(page, ("text", rich_text("<p>Mine</p>")))),
        (f"/admin/snippets/courses/provision/edit/{law.pk}/", {"act": "Mine"}),
    ):
        assert inside.post(where, data).status_code == 403
    assert page.variant.versions.count() == 1
    law.refresh_from_db()
    assert law.act != "Mine"


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in (Role.AUTHOR, Role.TUTOR, Role.SURVIVOR_CONSULTANT)]
)
def test_nobody_else_comes_into_the_editor(enter, make_person, page, role):
    response = enter(make_person("Other", role)).get(address(page))
    assert response.status_code == 403 and "course author" in response.content.decode()


def test_what_a_provision_says_is_not_changed_behind_the_backs_of_those_who_learned_it(
    editing, page
):
    law = Provision.objects.get()
    edit = f"/admin/snippets/courses/provision/edit/{law.pk}/"
    assert editing.get(edit).status_code == 200
    assert editing.get("/admin/snippets/courses/provision/").status_code == 200
    entries, said = Entry.objects.filter(action="courses.write_curriculum").count(), law.said
    response = editing.post(
        edit,
        {
            "act": "Another Act",
            "section": "s.1",
            "jurisdictions": ["wales"],
            "key": law.key,
            "title": "Other",
            "summary": "Other law.",
            "commencement": "bill",
            "source": "https://law.example/new",
            "as_at": law.as_at,
            "review_by": law.review_by,
            "owner": "",
            "basis": "read",
        },
        follow=True,
    )
    law.refresh_from_db()
    assert law.said == said and law.source == "https://law.example/new"
    assert f"/law/{law.key}/change/" in response.content.decode()
    assert Entry.objects.filter(action="courses.write_curriculum").count() == entries + 1


@pytest.mark.parametrize(
    "name",
    [
        "programme",
        "module",
        "unit",
        "variant",
        "prerequisite",
        "provision",
        "term",
        "helpline",
        "work",
        "studytask",
        "formativetask",
    ],
)
def test_the_curriculums_lists_and_forms_open(editing, name):
    assert editing.get(f"/admin/snippets/courses/{name}/").status_code == 200
    assert editing.get(f"/admin/snippets/courses/{name}/add/").status_code == 200


def test_an_author_adds_a_unit_for_one_nation(editing, page):
    unit = page.variant.unit
    given = {"unit": unit.pk, "key": "wales", "nations": ["wales"]}
    response = editing.post("/admin/snippets/courses/variant/add/", given)
    assert response.status_code == 302
    assert Variant.objects.get(unit=unit, key="wales").nations == ["wales"]


def before(unit, first, why="It builds on it."):
    return {"unit": str(unit.pk), "first": str(first.pk), "why": why}


def test_units_that_would_wait_for_each_other_are_refused(editing, make_unit):
    one, two, three = make_unit("ONE"), make_unit("TWO"), make_unit("THREE")
    add = "/admin/snippets/courses/prerequisite/add/"
    assert editing.post(add, before(two, one)).status_code == 302
    assert editing.post(add, before(three, two)).status_code == 302
    for unit, first in ((one, three), (one, two)):
        answer = editing.post(add, before(unit, first))
        assert answer.status_code == 200 and "neither could be opened" in answer.content.decode()
    assert Prerequisite.objects.count() == 2
    with pytest.raises(ValidationError):  # whoever writes it, and however
        Prerequisite.objects.create(unit=one, first=three, why="Round and round.")
    assert Prerequisite.objects.count() == 2


def test_an_author_takes_back_what_comes_first_and_it_is_recorded(editing, make_unit):
    one, two = make_unit("ONE"), make_unit("TWO")
    line = Prerequisite.objects.create(unit=two, first=one, why="It builds on it.")
    assert (
        editing.post(f"/admin/snippets/courses/prerequisite/delete/{line.pk}/").status_code == 302
    )
    assert not Prerequisite.objects.exists()
    assert Entry.objects.get(action="courses.drop_prerequisite").before == {
        "first": one.pk,
        "why": "It builds on it.",
    }


def test_a_provision_can_be_mended_in_the_editor_until_a_unit_teaches_it(editing, page, provision):
    """After that a change of law, or a slip put right, is recorded where readers can be told."""
    free = Provision.objects.create(
        key="free",
        act="An Act",
        section="s.54",
        title="Not read yet",
        summary="No one teaches it.",
        commencement="in_force",
        jurisdictions=["scotland"],
        source="https://law.example/",
        as_at=provision.as_at,
        review_by=provision.review_by,
    )
    for thing, section in ((free, "s.45"), (provision, provision.section)):
        form = {
            name: getattr(thing, name)
            for name in (
                "act",
                "title",
                "summary",
                "commencement",
                "source",
                "key",
                "jurisdictions",
            )
        }
        form |= {
            "section": "s.45",
            "as_at": str(thing.as_at),
            "review_by": str(thing.review_by),
            "owner": "",
            "basis": "read",
        }
        editing.post(f"/admin/snippets/courses/provision/edit/{thing.pk}/", form)
        thing.refresh_from_db()
        assert thing.section == section
