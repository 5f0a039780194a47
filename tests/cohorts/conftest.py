"""People, a cohort and two organisations, made by the actions themselves."""

import io
from datetime import date

import pytest
from django.apps import apps
from django.test import Client
from openpyxl import Workbook

from cohorts.employment.actions import record_post
from cohorts.enrolment.actions import enrol, make_cohort
from cohorts.organisations.actions import add_organisation
from courses.models import Programme
from lms.people.actions import admit, grant
from lms.people.middleware import DEMONSTRATION_KEY
from lms.people.models import Role
from lms.people.roles import Operator

BY = Operator("test")
START = date(2025, 9, 22)


@pytest.fixture
def by():
    return BY


@pytest.fixture
def person_with():
    """person_with(Role.REGISTRAR): somebody who holds that role today."""

    def make(*roles, email=None, **names):
        names = names or {"first_name": "Someone", "last_name": "Else"}
        person = admit(by=BY, email=email or f"{'-'.join(roles) or 'nobody'}@test.example", **names)
        for role in roles:
            grant(person, role, by=BY, starts_on=date(2025, 1, 1))
        return person

    return make


@pytest.fixture
def registrar(person_with):
    return person_with(Role.REGISTRAR, first_name="Rita", last_name="Registrar")


@pytest.fixture
def officer(person_with):
    return person_with(Role.HUB_OFFICER, first_name="Hugo", last_name="Hub")


@pytest.fixture
def programme(db):
    return Programme.objects.get_or_create(
        code="IMSA-PGC", defaults={"title": "PG Cert", "credits": 60}
    )[0]


@pytest.fixture
def cohort(programme):
    return make_cohort("IMSA-2025-09", "Pilot intake", programme, START, date(2026, 9, 30), by=BY)


@pytest.fixture
def organisation(db):
    return add_organisation("ORG-01", "Lanternby Advocacy", ["england"], "Housing", by=BY)


@pytest.fixture
def other_organisation(db):
    return add_organisation("ORG-02", "Wexcombe Refuge", ["wales"], "Refuge", by=BY)


@pytest.fixture
def trainee(person_with):
    return person_with(email="mairi@test.example", first_name="Màiri", last_name="NicDhòmhnaill")


@pytest.fixture
def enrolment(cohort, trainee):
    return enrol(cohort, trainee, ["scotland"], "S-1", by=BY, enrolled_on=START)


@pytest.fixture
def post(organisation, trainee):
    """The first line of the trainee's post."""
    return record_post(
        "ER-1",
        trainee,
        organisation,
        "Advocate",
        ["scotland"],
        date(2025, 9, 1),
        None,
        "boss@lanternby.example",
        date(2025, 9, 1),
        by=BY,
        source="test",
    )


@pytest.fixture
def signed_in():
    def make(person):
        client = Client()
        client.force_login(person, backend="lms.people.backends.PasswordBackend")
        session = client.session
        session[DEMONSTRATION_KEY] = True
        session.save()
        return client

    return make


def everything():
    """How many rows each table has; sessions aside."""
    return {
        m._meta.label: m._base_manager.count()
        for m in apps.get_models()
        if m._meta.label not in ("sessions.Session", "people.OpenSession") and m._meta.managed
    }


@pytest.fixture
def unchanged():
    """A check that no table has gained or lost a row since."""

    class Watch:
        def __init__(self):
            self.before = everything()

        def check(self, **but):
            now = everything()
            gained = {k: now[k] - n for k, n in self.before.items() if now[k] != n}
            assert gained == {k.replace("_", "."): n for k, n in but.items()}

    return Watch


COHORT_HEADER = [
    "cohort",
    "student_reference",
    "given_names",
    "family_name",
    "known_as",
    "email",
    "nations",
    "enrolled_on",
]
REGISTER_HEADER = [
    "entry",
    "email",
    "organisation",
    "post",
    "nations",
    "starts_on",
    "ends_on",
    "line_manager",
    "confirmed_on",
]
COHORT_ROW = [
    "IMSA-2025-09",
    "S-1",
    "Màiri",
    "NicDhòmhnaill",
    "",
    "mairi@test.example",
    "Scotland",
    "2025-09-22",
]
REGISTER_ROW = [
    "ER-1",
    "mairi@test.example",
    "ORG-01",
    "Advocate",
    "Scotland",
    "2025-09-01",
    "",
    "boss@lanternby.example",
    "2025-09-15",
]


def as_csv(*rows, between=","):
    return (
        "\r\n".join(
            between.join(
                '"' + c.replace('"', '""') + '"' if {between, '"'} & set(c) else c for c in row
            )
            for row in rows
        ).encode()
        + b"\r\n"
    )


def as_xlsx(*rows):
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.fixture
def cohort_csv():
    return lambda *rows, header=COHORT_HEADER, between=",": as_csv(
        header, *(rows or [COHORT_ROW]), between=between
    )


@pytest.fixture
def register_csv():
    return lambda *rows, header=REGISTER_HEADER, between=",": as_csv(
        header, *(rows or [REGISTER_ROW]), between=between
    )


@pytest.fixture
def workbook():
    return as_xlsx


def changed(row, **cells):
    """A row with some cells changed, by the names of its file's columns."""
    header = COHORT_HEADER if len(row) == len(COHORT_HEADER) else REGISTER_HEADER
    return [cells.get(name, cell) for name, cell in zip(header, row, strict=True)]


@pytest.fixture
def cohort_row():
    return lambda **cells: changed(COHORT_ROW, **cells)


@pytest.fixture
def register_row():
    return lambda **cells: changed(REGISTER_ROW, **cells)
