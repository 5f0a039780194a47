"""Officers find people by what they have in hand; nobody else does, and nobody who hides is told apart."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates.actions import withhold
from certificates.queries.people_search import people_found
from lms.kit import clock
from lms.people.actions import rename
from lms.people.models import Role
from lms.people.roles import Operator
from lms.record.models import Entry

from . import scene

pytestmark = pytest.mark.django_db
URL = "/registry/people/"


@pytest.fixture(autouse=True)
def today():
    with clock.at(scene.TODAY):
        yield


def found(words):
    return [person.pk for person in people_found(words)]


@pytest.mark.both_engines
def test_one_is_found_by_each_thing_that_is_held():
    held = scene.certified("Siân", "Llewellyn")
    person, enrolment = held.enrolment.person, held.enrolment
    rename(person, by=Operator("test"), first_name="Siân", last_name="Okafor-Ngũgĩ")
    other = scene.enrol(scene.person("Owen", "Price", email="owen@test.example"))
    scene.employ(other.person, scene.organisation("OTHER", "Lanternby Advocacy"))
    for words in (
        "okafor",
        "Sian OKAFORNGUGI",
        "llewellyn",  # a former name
        person.email.upper(),
        person.imsa_number,
        person.imsa_number.replace("-", " ").lower(),
        held.number,
        held.number.lower(),
        enrolment.student_reference,
        "harbour",
        "harbour okafor",
    ):
        assert found(words) == [person.pk], words
    assert found("price lanternby") == [other.person_id]
    for words in ("", " ", "x", "harbour price", person.email[:-1], "C-0000-0000", "%", "_", "\\"):
        assert found(words) == [], words


def test_staff_are_not_found():
    scene.person("Rita", "Registrarson", Role.REGISTRAR)
    assert found("registrarson") == []


@pytest.mark.parametrize("role", [None, *Role])
def test_only_registrars_and_the_hub_search(client, role):
    held = scene.certified()
    if role:
        client = scene.sign_in(client, scene.person("A", "Reader", role))
    answers = [
        client.get(URL),
        client.post(URL, {"q": "llewellyn"}),
        client.post(f"{URL}found.csv", {"q": "llewellyn"}),
    ]
    may = role in (Role.REGISTRAR, Role.HUB_OFFICER)
    if may:
        is_hub = role == Role.HUB_OFFICER
        assert [a.status_code for a in answers] == [200, 302, 200 if is_hub else 403]
        assert Entry.objects.filter(action="certificates.export_people").exists() == is_hub
        assert ("Download this list" in client.get(URL).content.decode()) == is_hub
        assert held.enrolment.person.imsa_number in client.get(URL).content.decode()
    else:
        assert {a.status_code for a in answers} == {403 if role else 302}
        assert not Entry.objects.filter(action="certificates.export_people").exists()


def test_the_page_says_nothing_of_hiding_and_the_address_not_what_was_typed(client):
    held, officer = scene.certified(), scene.hub_officer()
    client = scene.sign_in(client, officer)
    assert client.post(URL, {"q": "llewellyn"})["Location"] == URL
    open_ = _main(client)
    assert held.enrolment.person.email in open_ and "1 person found" in open_
    withhold(held.enrolment.person, "She asked.", by=officer)
    assert _main(client) == open_


def _main(client):
    """What the page says, without the token that each form has anew."""
    page = client.get(URL).content.decode()
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page)


def test_a_file_of_those_found_is_recorded_without_what_was_searched(client):
    held, officer = scene.certified(), scene.hub_officer()
    client = scene.sign_in(client, officer)
    client.post(URL, {"q": "llewellyn"})
    text = client.post(f"{URL}found.csv", {"q": "llewellyn"}).content.decode("utf-8-sig")
    assert text.count("\r\n") == 2 and held.enrolment.person.imsa_number in text
    entry = Entry.objects.get(action="certificates.export_people")
    assert entry.after == {"rows": 1, "ending": "csv"}
    assert client.post(f"{URL}found.xlsx", {"q": "llewellyn"}).content[:2] == b"PK"
    assert client.post(f"{URL}found.exe").status_code == 404


def test_many_are_paged_at_the_same_cost(client, django_assert_num_queries):
    for n in range(30):
        scene.enrol(scene.person("Ann", f"Samename{n:02}", email=f"s{n}@test.example"))
    client = scene.sign_in(client, scene.hub_officer())
    client.post(URL, {"q": "samename"})
    client.get(URL)
    with CaptureQueriesContext(connection) as of_many:
        page = client.get(URL).content.decode()
    cost = len(of_many)  # the next request empties the log
    assert "30 people found" in page and "Samename24" in page and "Samename25" not in page
    assert "Samename29" in client.get(f"{URL}?page=2").content.decode()
    client.post(URL, {"q": "samename07"})
    with django_assert_num_queries(cost):
        assert "1 person found" in client.get(URL).content.decode()


def test_a_file_is_of_the_list_that_was_read_and_not_of_everybody(client, monkeypatch):
    scene.certified()
    client = scene.sign_in(client, scene.hub_officer())
    client.post(URL, {"q": "harbour"})
    other = client.post(f"{URL}found.csv", {"q": "llewellyn"}, follow=True)
    assert "searched for something else" in other.content.decode()
    monkeypatch.setattr("certificates.actions.people_exports.MOST", 0)
    many = client.post(f"{URL}found.csv", {"q": "harbour"}, follow=True)
    assert "Search for less" in many.content.decode()
    assert not Entry.objects.filter(action="certificates.export_people").exists()


def test_a_post_entered_by_mistake_finds_nobody():
    line = scene.employ(scene.certified().enrolment.person, scene.organisation("O", "Lanternby"))
    assert len(found("lanternby")) == 1
    line.pk, line.number, line.is_void = None, 2, True
    line.save(force_insert=True)
    assert found("lanternby") == []
