"""A module to take away: each reader gets the newest open texts of their own nations, and nobody else's."""

import io
import os
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from courses.actions import mark_studied, open_plan, publish_version, withdraw
from courses.models import Prerequisite, Release, Timetable, UnitVersion
from courses.rendering.units import RenderedUnit
from lms.kit import clock
from lms.kit.pdf import NotDrawn, text_of
from lms.people.models import Role
from lms.people.roles import Operator

pytestmark = pytest.mark.django_db

EPUB, PDF = "/study/modules/M1/module.epub", "/study/modules/M1/module.pdf"


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


def content(answer):
    assert answer.status_code == 200, answer.content.decode()
    return b"".join(answer.streaming_content)


def text(answer):
    """All words of an EPUB."""
    packed = zipfile.ZipFile(io.BytesIO(content(answer)))
    return "\n".join(packed.read(name).decode() for name in packed.namelist())


def drawn():
    return sorted(Path(django_settings.PRIVATE_ROOT, "exports").glob("*"))


def make_newer(unit):
    publish_version(
        unit.variants.get(key="scotland"),
        RenderedUnit("Newer", "<p>Newer text</p>"),
        by=Operator("tests"),
    )


def test_a_trainee_takes_the_texts_of_their_own_nations_and_no_others(
    enter, trainee, plan, law_unit, make_unit
):
    make_unit("ALL")
    said = text(enter(trainee).get(EPUB))
    assert "Text for scotland" in said and "Text for all" in said
    assert "Text for england-wales" not in said and "Text for northern-ireland" not in said
    assert "A demonstration." in said, "the notice of the programme stands on the cover"


@pytest.mark.parametrize(
    "nation", ["england", "wales", "northern_ireland", "atlantis", "../scotland"]
)
def test_a_trainee_cannot_ask_for_another_nation(enter, trainee, plan, law_unit, nation):
    for place in (EPUB, PDF):
        assert enter(trainee).get(place, {"nation": nation}).status_code == 404
    assert not drawn()


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
def test_staff_take_every_nation_or_the_one_they_name(enter, make_person, law_unit, role):
    inside = enter(make_person("Staff", role))
    every = text(inside.get(EPUB))
    assert all(
        f"Text for {key}" in every for key in ("england-wales", "scotland", "northern-ireland")
    )
    one = text(inside.get(EPUB, {"nation": "wales"}))
    assert "Text for england-wales" in one and "Text for scotland" not in one
    assert inside.get(EPUB, {"nation": "atlantis"}).status_code == 404


def test_others_learn_of_no_module_and_a_stranger_signs_in(client, enter, make_person, law_unit):
    for place in (EPUB, PDF):
        assert "/accounts/" in client.get(place)["Location"]
    for person in (make_person("Nobody", Role.LEARNER), make_person("Boss", Role.EMPLOYER)):
        for place in (EPUB, PDF, "/study/modules/NONE/module.pdf"):
            assert enter(person).get(place).status_code == 404
    assert not drawn()


def test_only_the_newest_version_is_in_it_with_its_notes_outcomes_and_dates(
    enter, trainee, plan, law_unit, provision, the_words, operator
):
    variant = law_unit.variants.get(key="scotland")
    publish_version(
        variant,
        the_words(
            "New law",
            "<p>Newest words</p>",
            outcomes=["Say <it>"],
            content_note="It mentions fear.",
            provisions=[provision.as_it_stands()],
        ),
        by=operator,
    )
    said = text(enter(trainee).get(EPUB))
    assert "Newest words" in said and "Text for scotland" not in said
    assert "Say &lt;it&gt;" in said and "It mentions fear." in said
    assert "Law as at 21 November 2026" in said and "Version 2" in said


def test_withdrawn_locked_and_unwritten_units_are_left_out_and_named(
    enter, trainee, programme, make_unit, operator
):
    first, second, third, fourth = (make_unit(code) for code in ("ONE", "TWO", "THREE", "FOUR"))
    make_unit("FIVE", publish=False)
    for unit in (first, second, third, fourth):
        publish_version(
            unit.variants.get(),
            RenderedUnit(f"Title {unit.code}", f"<p>Text of {unit.code}</p>"),
            by=operator,
        )
    timetable = Timetable.objects.create(programme=programme, code="T")
    Release.objects.create(timetable=timetable, unit=third, opens_on=date(2099, 1, 1))
    Prerequisite.objects.create(unit=fourth, first=first, why="It builds on it.")
    withdraw(second.variants.get(), by=operator)
    plan = open_plan(trainee, programme, ["scotland"], by=operator, opened_on=date(2025, 9, 1))
    plan.timetable = timetable
    plan.save()
    said = text(enter(trainee).get(EPUB))
    assert "Text of ONE" in said
    assert not any(f"Text of {code}" in said for code in ("TWO", "THREE", "FOUR"))
    assert "Not in this copy" in said and "Title TWO" in said
    assert "FIVE" not in said, "what was never published is not there for trainees"
    mark_studied(
        trainee,
        UnitVersion.objects.filter(variant__unit=first).order_by("number").last(),
        by=trainee,
    )
    assert "Text of FOUR" in text(enter(trainee).get(EPUB)), "what opens is in the next copy"


def test_a_module_with_nothing_open_says_so(enter, trainee, plan, make_unit):
    make_unit("ONE", publish=False)
    for place in (EPUB, PDF):
        answer = enter(trainee).get(place)
        assert answer.status_code == 409 and "nothing to take with you" in answer.content.decode()
    assert not drawn()


def test_what_is_sent_is_a_private_attachment_with_its_own_name(enter, trainee, plan, law_unit):
    with clock.at(datetime(2030, 6, 30, 23, 30, tzinfo=UTC)):  # half past midnight in London
        make_newer(law_unit)
    for place, kind, ending in (
        (EPUB, "application/epub+zip", "epub"),
        (PDF, "application/pdf", "pdf"),
    ):
        answer = enter(trainee).get(place)
        assert answer["Content-Type"] == kind
        assert (
            answer["Content-Disposition"]
            == f'attachment; filename="M1-scotland-2030-07-01.{ending}"'
        )
        assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", ")) and answer[
            "X-Content-Type-Options"
        ] == "nosniff"
        assert content(answer)[:4] in (b"%PDF", b"PK\x03\x04")
    assert enter(trainee).post(EPUB).status_code == 405


def test_a_pdf_is_drawn_once_for_the_same_words_and_anew_for_others(
    enter, trainee, make_person, plan, law_unit
):
    inside = enter(trainee)
    first = content(inside.get(PDF))
    assert "Text for scotland" in text_of(first) and "Text for england" not in text_of(first)
    (place,) = drawn()
    place.write_bytes(b"%PDF kept")
    assert content(inside.get(PDF)) == b"%PDF kept"
    assert (
        content(enter(make_person("Staff", Role.TUTOR)).get(PDF, {"nation": "scotland"}))
        == b"%PDF kept"
    ), "same words, same file"
    make_newer(law_unit)
    assert "Newer text" in text_of(content(enter(trainee).get(PDF)))
    assert len(drawn()) == 2 and all(one.suffix == ".pdf" for one in drawn())


def test_a_file_is_kept_whole_or_not_at_all_and_old_ones_are_swept(
    enter, trainee, plan, law_unit, monkeypatch
):
    from courses.views import exporting

    def breaks(book):
        raise NotDrawn("a letter is missing")

    monkeypatch.setitem(exporting.KINDS, "pdf", ("application/pdf", breaks))
    answer = enter(trainee).get(PDF)
    assert answer.status_code == 409 and "EPUB" in answer.content.decode()
    assert not drawn()
    content(enter(trainee).get(EPUB))
    (old,) = drawn()
    os.utime(old, (0, 0))
    make_newer(law_unit)
    content(enter(trainee).get(EPUB))
    assert old not in drawn() and len(drawn()) == 1


def test_it_asks_the_database_no_more_for_many_units(
    enter, trainee, plan, make_unit, django_assert_max_num_queries
):
    for n in range(12):
        make_unit(f"U{n}")
    inside = enter(trainee)
    content(inside.get(EPUB))
    with django_assert_max_num_queries(10):
        content(inside.get(EPUB))
