"""What more is read of files as offices make them: titles above the names of columns, Windows-1252 where nothing else is possible, kinds and hours of posts."""

from decimal import Decimal

import pytest

from cohorts.employment.models import EmploymentLine
from cohorts.employment.states import PostKind
from cohorts.imports.actions import check_import, write_import
from cohorts.imports.register_exports import csv_parts, lines_to_export, workbook
from cohorts.sheets.cells import POST_KINDS
from cohorts.sheets.table import FileProblem
from cohorts.sheets.windows_1252 import text_if_certain

pytestmark = pytest.mark.django_db
HEADER = "entry,email,organisation,post,nations,starts_on,ends_on,kind,hours\n"
ROW = "ER-1,mairi@test.example,ORG-01,Advocate,Scotland,2025-09-01,,"


def read(text, by, encoding="utf-8"):
    return check_import("register", "a.csv", text.encode(encoding), by=by)


def test_rows_above_the_names_of_the_columns_are_left_out_and_named(trainee, organisation, officer):
    title = "Staff list of Lanternby\n\n“Printed on 3 March, by HR”\n"
    for header, row in ((HEADER, ROW), (HEADER.replace(",", ";"), ROW.replace(",", ";"))):
        separator = ";" if ";" in header else ","
        made = read(f"{title}{header}{row}{separator}\n", officer)
        assert [r["verdict"] for r in made.rows] == ["new"] and made.rows[0]["row"] == 5
        assert made.rows[0]["edits"][0].startswith(
            "Left out, as it stands above the column names: row 1 “Staff list of Lanternby”; row 3 "
        )
    with pytest.raises(FileProblem, match="the column names stand in row 2. Delete the rows above"):
        read("Staff list\n" + HEADER.replace("nations,", "") + ROW + ",\n", officer)


SPELT = "Siân O’Brien – Friends’ House, St Mary’s"


def test_windows_1252_is_read_where_it_is_certain_and_it_is_said(
    trainee, organisation, officer, unchanged
):
    made = read(
        HEADER + ROW.replace("Advocate", '"Lead, Sinéad O’Brien’s team"') + ",\n", officer, "cp1252"
    )
    [row] = made.rows
    assert row["verdict"] == "new" and row["values"]["post"] == "Lead, Sinéad O’Brien’s team"
    assert "Windows-1252" in row["edits"][0] and "line 2: “Sinéad”" in row["edits"][0]
    write_import(made, by=officer)
    assert EmploymentLine.objects.get().post == "Lead, Sinéad O’Brien’s team"
    watch = unchanged()
    for words, encoding in (
        ("Siân", "cp1252"),  # the same bytes are ISO 8859-2 and others
        ("Renée Martín", "mac_roman"),
        ("Dvořák’s team", "cp1250"),
        ("Jørgensen’s team", "cp1252"),  # or Jřrgensen’s
        ("Renée Núñez", "cp850"),
        ("Łódź", "cp1250"),
        ("Luís", "mac_roman"),  # or Lu’s
    ):
        with pytest.raises(FileProblem, match="is not UTF-8"):
            read(HEADER + ROW.replace("Advocate", words) + ",\n", officer, encoding)
    watch.check()


def test_only_words_as_words_are_written_count_as_certain():
    assert text_if_certain(SPELT.replace("â", "a").encode("cp1252")) == SPELT.replace("â", "a")
    for spoilt in (b"Mart\x92n", b"Ren\x8ee", b"\x81\x92s", b"plain", b"x\x99s"):
        assert text_if_certain(spoilt) is None


def test_kind_and_hours_go_out_and_come_back(trainee, organisation, officer, by, signed_in):
    made = read(HEADER + ROW + 'fixed-term,"37,5"\n', officer)
    assert made.rows[0]["values"]["kind"] == "fixed_term"
    write_import(made, by=officer)
    [line] = EmploymentLine.objects.all()
    assert (line.kind, line.hours) == ("fixed_term", Decimal("37.5"))
    for content in (b"".join(csv_parts(lines_to_export("all"))), workbook(lines_to_export("all"))):
        [row] = check_import("register", "b", content, by=officer).rows
        assert row["verdict"] == "unchanged" and row["values"]["hours"] == "37.5", row
    # An empty cell, or no such column, keeps what is stored.
    for text in (HEADER + ROW + ",\n", HEADER.replace(",kind,hours", "") + ROW.rstrip(",") + ",\n"):
        assert read(text, officer).rows[0]["verdict"] == "unchanged"
    changed = read(HEADER + ROW + "Permanent,20\n", officer)
    assert changed.rows[0]["changes"] == [
        ["Kind of post", "Fixed term", "Permanent"],
        ["Hours a week", "37.5", "20.0"],
    ]
    write_import(changed, by=officer)
    newest = EmploymentLine.objects.get(number=2)
    assert (newest.kind, newest.hours) == ("permanent", 20)
    for kind, hours, why in (
        ("sometimes", "", "is not a kind of post: Permanent, Fixed term"),
        ("", "0", "not a number of hours"),
        ("", "81", "not a number of hours"),
        ("", "37.25", "not a number of hours"),
        ("", "370", "not a number of hours"),
    ):
        [row] = read(HEADER + ROW + f"{kind},{hours}\n", officer).rows
        assert row["verdict"] == "refused" and why in row["reasons"][0]["why"]
    assert {*POST_KINDS} == {*PostKind.values}


def test_a_reference_is_the_same_in_capitals_or_not(post, officer, signed_in):
    [row] = read(HEADER + ROW.replace("ER-1", "er-1") + ",\n", officer).rows
    assert row["verdict"] == "unchanged"
    client = signed_in(officer)
    for asked in ("er-1", "MAIRI@test.example"):
        answer = client.post("/hub/register/", {"asked": asked})
        assert answer.status_code == 302, answer.content.decode()
