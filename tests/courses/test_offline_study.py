"""Studying without a connection: what a device judges, what it keeps beside the units, and what it is told was held back."""

import json

import pytest

from courses.actions import publish_version, withdraw
from courses.actions.notes import write_reflection
from courses.actions.offline_sync import receive
from courses.models import (
    Helpline,
    Module,
    OfflineSync,
    Prerequisite,
    Progress,
    ReaderNote,
    Release,
    Study,
    Timetable,
    Unit,
    Variant,
)
from lms.kit import clock, nations

from .asking import PARTS, QUESTION, drawn, make_asking, right, thing

TELLING = "Her NRM reference is NRM-123456 and she rang from 07700 900123."


@pytest.fixture
def asking(module, operator):
    return make_asking(module, operator)


@pytest.fixture
def chain(asking, make_unit):
    """Three units, each of which the one before it opens."""
    units = [asking.variant.unit, make_unit("NEXT"), make_unit("LAST")]
    for first, unit in zip(units, units[1:], strict=False):
        Prerequisite.objects.create(unit=unit, first=first, why="It builds on it.")
    return units


def manifest(inside):
    return inside.get("/study/take/M1/manifest.json").json()


def sent(person, *items):
    return receive(person, list(items), by=person)


# ---- judged on the device, and again at the site ----


def rules_in(page):
    return json.loads(
        page.partition('id="unit-rules" type="application/json">')[2].partition("<")[0]
    )


@pytest.mark.django_db
def test_a_kept_unit_holds_what_it_is_judged_by(enter, plan, trainee, asking):
    page = enter(trainee).get(f"/study/take/units/ASK/all/{asking.pk}/").content.decode()
    rules = rules_in(page)
    assert rules["needs"] == ["read", "check"] and rules["activities"] == ["a1"]
    assert rules["checks"]["q1"] == {
        "style": "choice",
        "options": QUESTION["options"],
        "why": QUESTION["why"],
    }
    assert "Mairi" not in page and "csrfmiddlewaretoken" not in page


@pytest.mark.django_db
def test_what_the_site_finds_stands_and_is_said(plan, trainee, asking):
    """A device with older rules called a wrong answer right."""
    wrong = thing("check", asking, part="q1", fields={"given": ["1"]}, right=True)
    came = sent(trainee, wrong)[0]
    assert came["outcome"] == "kept" and came["right"] is False
    assert "not right yet" in came["sentence"]
    assert not Progress.objects.get(key="q1").is_done
    assert sent(trainee, wrong)[0] == came and Progress.objects.get(key="q1").data["tries"] == 1
    agreed = sent(trainee, {**right(asking), "right": True})[0]
    assert "sentence" not in agreed and Progress.objects.get(key="q1").is_done


@pytest.mark.django_db
def test_a_unit_done_without_a_connection_counts_once(enter, plan, trainee, chain, asking):
    """A unit with its checks, and then the unit that it opens: sent twice, done once, in the order it was done."""
    following = chain[1].variants.get().versions.get()
    story = thing("check", asking, part="s1", fields={"given-0": ["0"], "given-1": ["0"]})
    items = [right(asking), story, thing("studied", asking), thing("studied", following)]
    first = sent(trainee, *items)
    assert [line["outcome"] for line in first] == ["kept"] * 4
    assert sent(trainee, *items) == first
    assert list(Study.objects.order_by("pk").values_list("version", flat=True)) == [
        asking.pk,
        following.pk,
    ]
    assert {row.data["tries"] for row in Progress.objects.filter(kind="check")} == {1}


# ---- what is kept ----


@pytest.mark.django_db
def test_units_that_kept_ones_open_are_kept_with_them(enter, plan, trainee, chain, asking):
    inside = enter(trainee)
    plan_of = manifest(inside)
    assert [unit["code"] for unit in plan_of["units"]] == ["ASK", "NEXT", "LAST"]
    assert plan_of["left_out"] == []
    after = [[one["title"] for one in unit["done"]["opens_after"]] for unit in plan_of["units"]]
    assert after == [[], ["Unit"], ["Unit NEXT"]]
    for unit in plan_of["units"]:
        assert inside.get(unit["take"]).status_code == 200
    # With a connection the unit is still shut: the copy is for the device, which opens it.
    assert inside.get("/study/units/NEXT/all/").status_code == 403


@pytest.mark.django_db
def test_a_unit_that_one_of_another_module_opens_is_kept_too(
    enter, plan, trainee, asking, programme, operator
):
    other = Module.objects.create(
        programme=programme, code="M2", title="Other", credits=20, order=2
    )
    unit = Unit.objects.create(module=other, code="FAR", title="Far", order=1)
    variant = Variant.objects.create(unit=unit, key="all", nations=nations.ALL)
    publish_version(variant, drawn("Far"), by=operator)
    Prerequisite.objects.create(unit=unit, first=asking.variant.unit, why="It builds on it.")
    inside = enter(trainee)
    kept = inside.get("/study/take/M2/manifest.json").json()["units"]
    assert [unit["done"]["opens_after"] for unit in kept] == [
        [{"address": "/study/units/ASK/all/", "title": "Unit"}]
    ]
    assert inside.get(kept[0]["take"]).status_code == 200


@pytest.mark.django_db
def test_a_unit_whose_day_has_not_come_is_not_given(enter, plan, trainee, chain, operator):
    timetable = Timetable.objects.create(code="T", programme=plan.programme)
    type(plan).objects.filter(pk=plan.pk).update(timetable=timetable)
    Release.objects.create(
        timetable=timetable, unit=chain[1], opens_on=clock.today().replace(year=2099)
    )
    inside = enter(trainee)
    plan_of = manifest(inside)
    assert [unit["code"] for unit in plan_of["units"]] == ["ASK"]
    assert len(plan_of["left_out"]) == 2, "nor is the unit that only it would open"
    for unit in chain[1:]:
        version = unit.variants.get().versions.get()
        assert inside.get(f"/study/take/units/{unit.code}/all/{version.pk}/").status_code == 404


@pytest.mark.django_db
def test_a_unit_that_was_taken_down_opens_nothing_on_a_device(
    enter, plan, trainee, chain, operator
):
    withdraw(chain[1].variants.get(), by=operator)
    assert [unit["code"] for unit in manifest(enter(trainee))["units"]] == ["ASK"]


@pytest.mark.django_db
def test_a_device_is_told_what_was_done_before_and_only_in_these_words(
    enter, plan, trainee, asking, operator
):
    inside = enter(trainee)
    sent(trainee, right(asking), thing("activity", asking, part="a1"))
    done = manifest(inside)["units"][0]["done"]
    assert done["checks"] == ["q1"] and done["activities"] == ["a1"]
    assert done["studied"] is False and done["attended"] is False
    newer = drawn(parts=[PARTS[0], {**QUESTION, "text": "Reworded?"}, *PARTS[2:]])
    publish_version(asking.variant, newer, by=operator)
    assert manifest(inside)["units"][0]["done"]["checks"] == []


@pytest.mark.django_db
def test_pages_beside_the_units_are_kept_and_name_nobody(enter, plan, trainee, asking):
    Helpline.objects.create(
        key="line",
        name="The line",
        who_for="Survivors",
        nations=["scotland"],
        checked_on="2026-11-01",
    )
    Helpline.objects.create(
        key="other",
        name="Elsewhere",
        who_for="Survivors",
        nations=["wales"],
        checked_on="2026-11-01",
    )
    inside = enter(trainee)
    sent(trainee, thing("note", asking, part="t1", text="heather on the hill"))
    pages = {page["address"]: page["take"] for page in manifest(inside)["pages"]}
    assert set(pages) == {
        "/study/",
        "/study/offline/",
        "/study/notes/",
        "/study/contacts/",
        "/study/glossary/",
        "/study/modules/M1/",
    }
    for address, take in pages.items():
        page = inside.get(take)
        assert page.status_code == 200, address
        for words in ("Mairi", trainee.email, "csrfmiddlewaretoken", "heather on the hill"):
            assert words not in page.content.decode()
    contacts = inside.get(pages["/study/contacts/"]).content.decode()
    assert "The line" in contacts and "Elsewhere" not in contacts
    assert inside.get("/study/take/pages/nothing/").status_code == 404
    assert inside.get("/study/take/NONE/page/").status_code == 404


# ---- what was held back ----


def held_on(page):
    """How many things the head of a page says are not saved; None where it says nothing."""
    head = page.content.decode().partition("data-held=")[2].partition("</a>")[0]
    return None if " hidden" in head else head.rpartition(">")[2]


@pytest.mark.django_db
def test_a_writing_that_was_held_back_is_said_until_its_writer_chooses(
    enter, plan, trainee, asking
):
    inside = enter(trainee)
    assert held_on(inside.get("/study/notes/")) is None
    telling = thing("reflection", asking, part="r1", text=TELLING, edition=0)
    assert sent(trainee, telling)[0]["outcome"] == "look"
    assert held_on(inside.get("/study/notes/")) == "Not saved: 1"
    page = inside.get("/study/offline/").content.decode()
    assert "Not saved on the site" in page and "NRM-123456" not in page
    changed = thing(
        "reflection", asking, part="r1", text="She rang.", edition=0, instead_of=telling["token"]
    )
    assert sent(trainee, changed)[0]["outcome"] == "kept"
    assert held_on(inside.get("/study/notes/")) is None
    assert ReaderNote.objects.get().text == "She rang."


@pytest.mark.django_db
def test_a_conflict_of_two_devices_is_said_and_may_be_left(enter, plan, trainee, asking):
    inside = enter(trainee)
    write_reflection(trainee, asking, "r1", "From the other device.", by=trainee, edition=0)
    offline = thing("reflection", asking, part="r1", text="From the train.", edition=0)
    assert sent(trainee, offline)[0]["outcome"] == "conflict"
    assert held_on(inside.get("/study/notes/")) == "Not saved: 1"
    left = thing("settled", asking, instead_of=offline["token"])
    assert [line["outcome"] for line in sent(trainee, left, left)] == ["kept", "kept"]
    assert held_on(inside.get("/study/notes/")) is None
    assert ReaderNote.objects.get().text == "From the other device."


@pytest.mark.django_db
def test_what_is_still_telling_stays_held_back_once(enter, plan, trainee, asking):
    telling = thing("reflection", asking, part="r1", text=TELLING, edition=0)
    again = thing("reflection", asking, part="r1", text=TELLING, instead_of=telling["token"])
    sent(trainee, telling, {**again, "edition": 0})
    assert held_on(enter(trainee).get("/study/notes/")) == "Not saved: 1"


@pytest.mark.django_db
def test_a_device_that_was_cleared_need_not_be_named_for_ever(enter, plan, trainee, tutor, asking):
    sent(trainee, thing("reflection", asking, part="r1", text=TELLING, edition=0))
    held = OfflineSync.objects.get()
    enter(tutor).post("/study/offline/", {"held": held.pk})
    held.refresh_from_db()
    assert held.is_held, "somebody else's is not theirs to remove"
    inside = enter(trainee)
    for given in ("", "x", "9" * 30):
        assert inside.post("/study/offline/", {"held": given}).status_code == 302
    assert held_on(inside.get("/study/notes/")) == "Not saved: 1"
    for _twice in range(2):
        assert inside.post("/study/offline/", {"held": held.pk}).status_code == 302
    assert held_on(inside.get("/study/notes/")) is None
    assert OfflineSync.objects.count() == 1, "nothing is deleted"


@pytest.mark.django_db
def test_nobody_settles_for_somebody_else(plan, trainee, make_person, asking):
    telling = thing("reflection", asking, part="r1", text=TELLING, edition=0)
    sent(trainee, telling)
    other = make_person("Rory")
    sent(other, thing("settled", asking, instead_of=telling["token"]))
    assert OfflineSync.objects.get(person=trainee).is_held
