"""The invented curriculum loads once, and only what changed is published again; each story here loads it once."""

import shutil
from datetime import date

import pytest
from django.core.cache import cache
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Page, Site

import courses.demonstration as demonstration
from courses.actions import open_plan
from courses.actions.timetables import follow_timetable
from courses.authoring.reviewers import LOOKED_AT, REVIEWS, URGENT
from courses.demonstration import happenings
from courses.demonstration.teaching import VACATIONS, invent_releases
from courses.editor.overview import desk
from courses.models import (
    LawChange,
    Module,
    Programme,
    Provision,
    Suggestion,
    Timetable,
    TopUp,
    Unit,
    UnitPage,
    UnitVersion,
    Variant,
)
from courses.queries import next_on, path, review_calendar
from lms.kit import clock, nations
from lms.kit.templatetags.kit import short_day
from lms.people.demonstration import staff
from lms.people.roles import Operator
from lms.record.models import Entry

OPERATOR = Operator("tests")
BOTH = [task for task, _, _ in REVIEWS]
BEGINS, DAY = date(2025, 7, 8), date(2026, 12, 1)
MADE = (
    Programme,
    Module,
    Unit,
    Variant,
    Provision,
    UnitVersion,
    UnitPage,
    Page,
    Site,
    Image,
    Document,
)
COUNTED = (*MADE, Entry)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def people():
    with clock.at(BEGINS):
        return staff(by=OPERATOR, starts_on=BEGINS)


def numbers(models=COUNTED):
    return [model.objects.count() for model in models]


def text(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return " ".join(response.content.decode().split())


def test_twice_is_once_and_a_changed_file_publishes_only_what_it_changes(tmp_path, monkeypatch):
    demonstration.load(by=OPERATOR)
    once = numbers()
    demonstration.load(by=OPERATOR)
    assert numbers() == once
    assert (
        UnitVersion.objects.count()
        == Variant.objects.count()
        == UnitPage.objects.live().count()
        > 10
    )

    before = UnitVersion.objects.count()
    shutil.copytree(demonstration.HERE, tmp_path, dirs_exist_ok=True)
    law = tmp_path / "law" / "united_kingdom.toml"
    law.write_text(
        law.read_text().replace("Who may give immigration advice", "Who may advise at all today")
    )
    monkeypatch.setattr(demonstration, "HERE", tmp_path)
    demonstration.load(by=OPERATOR)
    again = UnitVersion.objects.filter(number=2)
    assert 0 < again.count() == UnitVersion.objects.count() - before < before
    for version in again:
        assert "Who may advise at all today" in version.html and "iaa1999-s84" in [
            p["key"] for p in version.provisions
        ]
    assert (
        "Who may advise at all today"
        not in UnitVersion.objects.get(number=1, variant=again[0].variant).html
    )


def test_every_nation_has_its_own_law_with_its_date_and_it_may_be_loaded_in_the_past():
    cache.clear()  # Wagtail keeps drawn pictures by key, and another test's picture had the same
    with clock.at(date(2025, 9, 1)):
        programme = demonstration.load(by=OPERATOR)
    for nation in nations.NATIONS:
        covering = [
            v
            for v in Variant.objects.filter(unit__module__programme=programme)
            if nation in v.nations
        ]
        assert {v.unit_id for v in covering} == set(Unit.objects.values_list("pk", flat=True)), (
            nation
        )
    for version in UnitVersion.objects.all():
        assert version.published_at.year == 2025
        for law in version.provisions:
            for words in (
                law["source"],
                f"as at {short_day(date.fromisoformat(law['as_at']))}",
                law["state"],
                law["nation"],
            ):
                assert words in version.html
    loaded_without_reviewers()


def test_the_public_pages(client, django_assert_num_queries):
    demonstration.load(by=OPERATOR)
    home = text(client, "/")
    assert "Welcome to your new Wagtail site" not in home
    for words in (
        "/check/",
        "/accounts/login/",
        "/programme/",
        "/demo/",
        "not a statutory registration",
    ):
        assert words in home
    assert "not tagged" in text(client, "/accessibility/")
    assert "Anything about a survivor" in text(client, "/privacy/")

    text(client, "/programme/")  # Wagtail keeps where its sites begin
    with django_assert_num_queries(11):
        outline = text(client, "/programme/")
    assert Programme.objects.get().notice in outline
    for unit in Unit.objects.select_related("module"):
        assert unit.title in outline and unit.title in text(
            client, f"/programme/{unit.module.code.lower()}/"
        )
    for page in UnitPage.objects.all():  # its own address shows nothing and leads to the one gate
        response = client.get(page.url)
        assert (
            response.status_code == 302
            and response.url == f"/study/units/{page.variant.unit.code}/"
        )

    module = Module.objects.first()
    for n in range(30):
        unit = Unit.objects.create(module=module, code=f"X{n}", title=f"Extra {n}", order=90 + n)
        Variant.objects.create(unit=unit, key="all", nations=nations.ALL)
    with django_assert_num_queries(11):
        text(client, "/programme/")

    page = Page.objects.get(slug="privacy").specific
    page.body = "<p>Our own words</p><script>alert(1)</script>"
    page.save_revision().publish()
    demonstration.load(by=OPERATOR)
    shown = text(client, "/privacy/")
    assert "Our own words" in shown and "alert(1)</script>" not in shown


def loaded_without_reviewers():
    """Without reviewers a version says so; the files are small, and in their units."""
    for version in UnitVersion.objects.all():
        assert [(r["task"], r["by"]) for r in version.reviews] == [
            (demonstration.UNREVIEWED, None)
        ] and version.reviews[0]["why"]
    assert not Provision.objects.exclude(owner=None).exists()
    picture, paper = Image.objects.get(), Document.objects.get()
    assert (
        picture.file.size < 40_000 and paper.file.size < 60_000 and paper.file.read(5) == b"%PDF-"
    )
    shown = UnitVersion.objects.get(variant__unit__code="701-2").html
    assert 'alt="Three boxes' in shown and "two-decisions" in shown
    assert paper.url in UnitVersion.objects.get(variant__unit__code="703-6").html


def test_what_has_happened_by_today_is_there_once(client, people, trainee):
    """Versions name who read them, the ledger and the desk have something on them, and the public page tells of two."""
    counts = []
    for turn in ("once", "twice"):
        with clock.at(BEGINS):
            programme = demonstration.load(by=OPERATOR)
        if turn == "once":
            with clock.at(date(2026, 9, 21)):
                timetable = Timetable.objects.create(programme=programme, code="T")
                plan = open_plan(
                    trainee, programme, ["scotland"], by=OPERATOR, opened_on=clock.today()
                )
                follow_timetable([plan], timetable, by=OPERATOR)
        with clock.at(DAY):
            invent_releases(timetable, by=OPERATOR, day=DAY)
            happenings.the_law_moves_on(by=people["third"], day=DAY)
        counts.append(numbers((*MADE, Suggestion, LawChange, TopUp)))
    assert counts[0] == counts[1]

    for version in UnitVersion.objects.all():
        tasks = [r["task"] for r in version.reviews]
        assert tasks in (BOTH, [*BOTH, LOOKED_AT], [URGENT]), version
        assert all(r["by"] for r in version.reviews) and all(
            r["why"] for r in version.reviews if r["task"] == URGENT
        )
        assert len({r["by"] for r in version.reviews if r["task"] in BOTH}) == (
            0 if tasks == [URGENT] else 2
        ), "two people, or none and a reason"
    assert TopUp.objects.get().nations == ["england", "wales"], (
        "who learns another nation's law is not told of it"
    )

    behind = [
        line.label
        for _, units in desk()
        for _, lines in units
        for line in lines
        if line.core_changed
    ]
    assert behind == ["Northern Ireland"]
    with clock.at(DAY):
        calendar = review_calendar()
        assert (
            len(calendar.overdue) == 1
            and 2 <= len(calendar.soon) <= 8
            and 0 < len(calendar.unowned) < 7
        )
        following = next_on(path(trainee))
    assert following.finish_by and all(r.finish_by for r in timetable.releases.all())
    for release in timetable.releases.all():
        ends = (release.finish_by.month, release.finish_by.day)
        assert not any(first <= ends <= last for first, last in VACATIONS), release.finish_by
    waits = [r for r in timetable.releases.all() if r.opens_on > DAY]
    assert [r.unit.code for r in waits] == ["703-8"]

    shown = text(client, "/you-said/")
    assert shown.count("<dt>You said</dt>") == 2
    assert (
        not any(name in shown for name in ("Linh", "Nguyễn"))
        and "every unit before it is published" not in shown
    )


def test_a_row_with_a_cell_too_many_or_too_few_is_refused():
    for row in (["Support", "30 days"], ["Support", "30 days", "90 days", "45 days"]):
        with pytest.raises(ValueError, match="Support"):
            demonstration.table_of(["England and Wales", "Scotland"], [row])
