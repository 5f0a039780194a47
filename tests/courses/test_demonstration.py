"""The invented curriculum loads once, and only what changed is published again; each story here loads it once."""
import shutil
from datetime import date

import pytest
from wagtail.models import Page, Site

import courses.demonstration as demonstration
from courses.models import Module, Programme, Provision, Unit, UnitPage, UnitVersion, Variant
from lms.kit import clock, nations
from lms.kit.templatetags.kit import short_day
from lms.people.roles import Operator
from lms.record.models import Entry

OPERATOR = Operator("tests")
COUNTED = (Programme, Module, Unit, Variant, Provision, UnitVersion, UnitPage, Page, Site, Entry)
pytestmark = pytest.mark.django_db


def numbers():
    return [model.objects.count() for model in COUNTED]


def text(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return " ".join(response.content.decode().split())


def test_twice_is_once_and_a_changed_file_publishes_only_what_it_changes(tmp_path, monkeypatch):
    demonstration.load(by=OPERATOR)
    once = numbers()
    demonstration.load(by=OPERATOR)
    assert numbers() == once
    assert UnitVersion.objects.count() == Variant.objects.count() == UnitPage.objects.live().count() > 10

    before = UnitVersion.objects.count()
    for path in demonstration.HERE.glob("*.toml"):
        shutil.copy(path, tmp_path)
    law = tmp_path / "provisions.toml"
    law.write_text(law.read_text().replace("Who may give immigration advice", "Who may advise"))
    monkeypatch.setattr(demonstration, "HERE", tmp_path)
    demonstration.load(by=OPERATOR)
    again = UnitVersion.objects.filter(number=2)
    assert 0 < again.count() == UnitVersion.objects.count() - before < before
    for version in again:
        assert "Who may advise" in version.html and "iaa1999-s84" in [p["key"] for p in version.provisions]
    assert "Who may advise" not in UnitVersion.objects.get(number=1, variant=again[0].variant).html


def test_every_nation_has_its_own_law_with_its_date_and_it_may_be_loaded_in_the_past():
    with clock.at(date(2025, 9, 1)):
        programme = demonstration.load(by=OPERATOR)
    for nation in nations.NATIONS:
        covering = [v for v in Variant.objects.filter(unit__module__programme=programme) if nation in v.nations]
        assert {v.unit_id for v in covering} == set(Unit.objects.values_list("pk", flat=True)), nation
    for version in UnitVersion.objects.all():
        assert version.published_at.year == 2025
        for law in version.provisions:
            for words in (law["source"], f"Law as at {short_day(date.fromisoformat(law['as_at']))}", law["state"], law["nation"]):
                assert words in version.html


def test_the_public_pages(client, django_assert_num_queries):
    demonstration.load(by=OPERATOR)
    home = text(client, "/")
    assert "Welcome to your new Wagtail site" not in home
    for words in ("/check/", "/accounts/login/", "/programme/", "/demo/", "not a statutory registration"):
        assert words in home
    assert "not tagged" in text(client, "/accessibility/")
    assert "Anything about a survivor" in text(client, "/privacy/")

    with django_assert_num_queries(11):
        outline = text(client, "/programme/")
    assert Programme.objects.get().notice in outline
    for unit in Unit.objects.select_related("module"):
        assert unit.title in outline and unit.title in text(client, f"/programme/{unit.module.code.lower()}/")
    for page in UnitPage.objects.all():  # its own address shows nothing and leads to the one gate
        response = client.get(page.url)
        assert response.status_code == 302 and response.url == f"/study/units/{page.variant.unit.code}/"

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


def test_a_row_with_a_cell_too_many_or_too_few_is_refused():
    for row in (["Support", "30 days"], ["Support", "30 days", "90 days", "45 days"]):
        with pytest.raises(ValueError, match="Support"):
            demonstration.table_of(["England and Wales", "Scotland"], [row])
