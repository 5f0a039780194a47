"""Files as HR systems make them: what can mean one thing only is read, what was left out or looked up is said, and the rest is refused with what to do."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cohorts.approvals.actions import decide_approval
from cohorts.employment.actions import record_post
from cohorts.employment.models import EmploymentLine
from cohorts.imports.actions import check_import, write_import
from cohorts.imports.models import Import
from cohorts.sheets.table import FileProblem
from lms.kit.refusals import NotAllowed, Refused

pytestmark = pytest.mark.django_db
HEADER = "entry,email,organisation,post,nations,starts_on,ends_on\n"
ROW = "ER-5,mairi@test.example,ORG-01,Advocate,England,2025-09-22,\n"


@pytest.fixture(autouse=True)
def approved(organisation, by):
    decide_approval(organisation, "approved", date(2025, 7, 8), "", by=by)


def read(text, by, *, encoding="utf-8", **more):
    return check_import("register", "hr.csv", text.encode(encoding), by=by, **more).rows


def test_the_names_that_hr_systems_give_their_columns(trainee, officer):
    header = (
        "Post ID,E-mail address,Employer,Job title,Nations,Start date,Leaving date,Manager email\n"
    )
    [row] = read(header + ROW.strip() + ",boss@x.example\n", officer)
    assert row["verdict"] == "new" and row["values"]["line_manager"] == "boss@x.example"
    with pytest.raises(FileProblem, match="stands twice"):
        read(header.replace("Manager email", "First day") + ROW.strip() + ",x\n", officer)


def test_an_organisation_by_its_name_is_written_under_its_code(trainee, officer):
    text = HEADER + ROW.replace("ORG-01", "lanternby  ADVOCACY")
    made = check_import("register", "a.csv", text.encode(), by=officer)
    [row] = made.rows
    assert row["values"]["organisation"] == "ORG-01"
    assert [e for e in row["edits"] if "is ORG-01" in e]
    write_import(made, by=officer)
    assert EmploymentLine.objects.get().organisation.code == "ORG-01"


def test_a_name_that_nobody_has_is_refused_and_so_is_part_of_one(trainee, officer):
    for word in ("Lanternby", "Lanternby Advocacy Ltd", "Łanternby Advocacy"):
        [row] = read(HEADER + ROW.replace("ORG-01", word), officer)
        assert row["verdict"] == "refused" and "code or name" in row["reasons"][0]["why"]


def test_columns_that_have_no_place_are_left_out_on_one_press_and_named(
    trainee, officer, signed_in
):
    text = (HEADER.strip() + ",Ethnicity,Notes\n" + ROW.strip() + ",secret,ill\n").encode()
    client = signed_in(officer)

    def bring(**more):
        file = SimpleUploadedFile("hr.csv", text)
        return client.post("/registry/imports/", {"kind": "register", "file": file} | more)

    page = bring().content.decode()
    assert "“Ethnicity” is not a column" in page and "Leave out columns" in page
    assert not Import.objects.exists()
    page = client.get(bring(leave_out="on")["Location"]).content.decode()
    assert "Columns left out of the whole file: H “Ethnicity”, I “Notes”" in page
    kept = str(Import.objects.get().rows)
    assert "secret" not in kept and "ill'" not in kept
    client.post(f"/registry/imports/{Import.objects.get().pk}/write/")
    assert EmploymentLine.objects.count() == 1


def test_a_column_that_is_nearly_ours_is_never_left_out(trainee, officer):
    text = HEADER.replace("ends_on", "end_on") + ROW
    with pytest.raises(FileProblem, match="is it “ends_on”"):
        read(text, officer, leave_out=True)
    with pytest.raises(FileProblem, match="missing: “nations”"):
        read(HEADER.replace("nations", "countries") + ROW, officer, leave_out=True)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_what_says_that_it_is_utf_16_is_read(trainee, officer, encoding):
    mark = "" if encoding == "utf-16" else "\ufeff"
    [row] = read(
        mark + HEADER + ROW.replace("Advocate", "Eiriolwr Cymraeg – Siân"),
        officer,
        encoding=encoding,
    )
    assert row["values"]["post"] == "Eiriolwr Cymraeg – Siân"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Monday 22 September 2025", "2025-09-22"),
        ("monday, 22 sep 2025", "2025-09-22"),
        ("2025-09-22T00:00:00", "2025-09-22"),
        ("2025-09-22 00:00:00", "2025-09-22"),
        ("Tuesday 22 September 2025", None),
        ("2025-09-22T09:30:00", None),
        ("Someday 22 September 2025", None),
        ("September 22 2025", None),
        ("1/9/25", None),
    ],
)
def test_days_as_this_site_and_databases_write_them(trainee, officer, written, meant):
    [row] = read(HEADER + ROW.replace("2025-09-22", f'"{written}"'), officer)
    assert row["values"].get("starts_on") == meant and (row["verdict"] == "new") == bool(meant)


def test_a_post_outside_every_approval_is_said_beside_its_row(trainee, other_organisation, officer):
    [row] = read(HEADER + ROW.replace("ORG-01", "ORG-02"), officer)
    assert row["verdict"] == "new"
    assert any(
        "has not been approved" in note and "counts on no day" in note for note in row["notes"]
    )


def test_nobody_brings_their_own_post_in_a_file(officer, trainee, by, organisation):
    own = HEADER + f"ER-9,{officer.email},ORG-01,Advocate,England,2025-09-22,\n"
    made = check_import("register", "a.csv", own.encode(), by=officer)
    assert made.rows[0]["verdict"] == "refused"
    assert "No one keeps their own post" in made.rows[0]["reasons"][0]["why"]
    theirs = check_import("register", "b.csv", own.encode(), by=by)
    with pytest.raises(Refused):
        write_import(theirs, by=officer)
    assert not EmploymentLine.objects.exists()
    write_import(theirs, by=by)
    [row] = read(own, officer)
    assert row["verdict"] == "unchanged", "a file of everybody is not refused for it"
    [row] = read(own.replace("England", "Wales"), officer)
    assert row["verdict"] == "refused"
    with pytest.raises(NotAllowed):
        record_post(
            "ER-9",
            officer,
            organisation,
            "Advocate",
            ["wales"],
            date(2025, 9, 22),
            None,
            "",
            None,
            by=officer,
            source="t",
        )
    assert EmploymentLine.objects.count() == 1
