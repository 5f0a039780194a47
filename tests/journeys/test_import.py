"""A registrar brings the cohort and the register, mends a mistake, and the people are here."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cohorts import demonstration
from cohorts.employment import register
from cohorts.employment.models import EmploymentLine
from cohorts.enrolment.actions import make_cohort
from cohorts.enrolment.models import Enrolment
from cohorts.imports.models import Import
from courses.models import Programme
from lms.kit import clock
from lms.people.actions import admit, grant
from lms.people.middleware import DEMONSTRATION_KEY
from lms.people.models import Notice, Role, User
from lms.people.roles import Operator
from lms.record.checking import check

BY = Operator("test")


@pytest.fixture
def registry(db):
    """A registrar's browser, with an empty cohort and the organisations there."""
    programme, _ = Programme.objects.get_or_create(
        code="IMSA-PGC", defaults={"title": "PG Cert", "credits": 60}
    )
    for code, title, starts_on, ends_on in demonstration.INTAKES:
        make_cohort(code, title, programme, starts_on, ends_on, by=BY)
    demonstration.load_organisations(by=BY)
    person = admit(by=BY, email="registrar@test.example", first_name="Rita")
    grant(person, Role.REGISTRAR, by=BY, starts_on=date(2025, 1, 1))
    client = Client()
    client.force_login(person, backend="lms.people.backends.PasswordBackend")
    session = client.session
    session[DEMONSTRATION_KEY] = True
    session.save()
    return client


def bring(client, kind, content, name):
    """Upload as the form does; the page that follows."""
    answer = client.post(
        "/registry/imports/", {"kind": kind, "file": SimpleUploadedFile(name, content)}, follow=True
    )
    return answer, answer.content.decode()


def pilot(name):
    return (demonstration.HERE / name).read_bytes()


@pytest.fixture
def in_october():
    with clock.at(date(2026, 10, 5)):
        yield


def test_from_two_files_to_a_cohort_in_post(in_october, registry):
    # The register cannot come before the people.
    _, page = bring(registry, "register", pilot("pilot-register.csv"), "register.csv")
    assert "24 of 24 rows cannot be written" in page and "Import the cohort file first" in page

    # One wrong cell, and nothing is written.
    spoilt = pilot("pilot-cohort.csv").replace(b"Wales,", b"Narnia,", 1)
    _, page = bring(registry, "cohort", spoilt, "cohort.csv")
    assert "1 of 24 rows cannot be written" in page and "G2, nations" in page and "Narnia" in page
    assert not Enrolment.objects.exists()

    # Mended: every row is new, and still nothing is written until the button is pressed.
    answer, page = bring(registry, "cohort", pilot("pilot-cohort.csv"), "cohort.csv")
    assert "Write 24 rows" in page and not Enrolment.objects.exists()
    address = answer.redirect_chain[-1][0]
    page = registry.post(f"{address}write/", follow=True).content.decode()
    assert "Written: 24 new rows." in page and Enrolment.objects.count() == 24
    page = registry.post(f"{address}write/", follow=True).content.decode()
    assert "written already" in page and Enrolment.objects.count() == 24
    assert Notice.objects.filter(subject="You are enrolled").count() == 24

    # The register waits, was refused, and is right once it is checked again.
    waiting = Import.objects.get(kind="register")
    registry.post(f"/registry/imports/{waiting.pk}/check/")
    page = registry.post(f"/registry/imports/{waiting.pk}/write/", follow=True).content.decode()
    assert "Written: 24 new rows." in page and EmploymentLine.objects.count() == 24

    # The cohort page shows everybody with a nation and a post; the same file again says “nothing to do”.
    page = registry.get("/registry/cohorts/IMSA-2025-09/").content.decode()
    assert (
        "Siân Llewellyn" in page and "Canolfan Llanfaerwen" in page and "No post today" not in page
    )
    _, page = bring(registry, "register", pilot("pilot-register.csv"), "register.csv")
    assert "There is nothing to write" in page

    # A post ends; yesterday's answer stays, today's changes, and the old file does not bring it back.
    sian = User.objects.get(email="sian.llewellyn@imsa.example")
    registry.post(
        "/hub/register/ER-0002/end/",
        {"end-ends_on": "2026-11-30", "end-reason": "a new post elsewhere"},
    )
    assert register.employment_on(sian, date(2026, 11, 30)) and not register.employment_on(
        sian, date(2026, 12, 1)
    )
    with clock.at(date(2026, 12, 1)):
        assert "No post today" in registry.get("/registry/cohorts/IMSA-2025-09/").content.decode()
    _, page = bring(registry, "register", pilot("pilot-register.csv"), "register.csv")
    assert "1 of 24 rows cannot be written" in page and "A file does not open it again" in page
    assert check()["whole"]
