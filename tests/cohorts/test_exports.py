"""Files of what is listed: in the import's own form, safe in a spreadsheet, and it is recorded who took one."""

import io

import pytest
from openpyxl import load_workbook

from cohorts.enrolment.actions import change_name, enrol
from cohorts.imports.actions import check_import
from lms.people.models import Role
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
PEOPLE = "/registry/cohort-files/IMSA-2025-09/people"


@pytest.fixture
def two(enrolment, person_with, cohort, by):
    other = person_with(email="aled@test.example", first_name="Aled", last_name="Owen")
    enrol(cohort, other, ["wales", "england"], "S-2", by=by, enrolled_on=enrolment.enrolled_on)
    return enrolment


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_of_people_comes_back_unchanged(two, officer, registrar, signed_in, ending):
    answer = signed_in(officer).post(f"{PEOPLE}.{ending}")
    assert f".{ending}" in answer["Content-Disposition"]
    brought = check_import("cohort", f"people.{ending}", answer.content, by=registrar)
    assert [row["verdict"] for row in brought.rows] == ["unchanged", "unchanged"], brought.rows
    entry = Entry.objects.get(action="cohorts.export_people")
    assert entry.actor == officer.record_label and entry.after == {"rows": 2, "ending": ending}


def test_a_file_holds_those_that_are_listed_and_no_formula(two, registrar, signed_in):
    change_name(two, '=HYPERLINK("x")', "Mairi", by=registrar)
    client = signed_in(registrar)
    page = client.post(f"{PEOPLE}.csv", {"q": "S-1"}).content.decode("utf-8-sig")
    assert "Owen" not in page and "\"'=HYPERLINK" in page
    book = load_workbook(io.BytesIO(client.post(f"{PEOPLE}.xlsx", {"q": "S-1"}).content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert client.post(f"{PEOPLE}.csv", {"state": "left"}).content.decode().count("\r\n") == 1
    listed = client.post("/registry/cohort-files/cohorts.csv").content.decode()
    assert '"IMSA-2025-09","Pilot intake"' in listed and listed.strip().endswith('"2"')
    assert client.post(f"{PEOPLE}.pdf").status_code == 404
    assert client.get(f"{PEOPLE}.csv").status_code == 405


def test_nobody_else_takes_a_file(two, person_with, trainee, signed_in, unchanged):
    for who in (trainee, person_with(Role.TUTOR), person_with(Role.EMPLOYER)):
        client = signed_in(who)
        watch = unchanged()
        for url in (f"{PEOPLE}.csv", "/registry/cohort-files/cohorts.csv"):
            assert client.post(url).status_code == 403
        watch.check()
