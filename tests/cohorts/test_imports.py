"""A bad file is refused with its row and column, and nothing of it is stored."""

import io
import re
import time
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from cohorts.approvals.actions import decide_approval
from cohorts.employment.actions import end_post
from cohorts.imports import verdicts
from cohorts.imports.actions import check_import, write_import
from cohorts.imports.models import Import
from cohorts.sheets.table import FileProblem
from lms.kit.refusals import Refused

HEADER = b"cohort,student_reference,given_names,family_name,known_as,email,nations,enrolled_on\n"
ROW = "IMSA-2025-09,S-1,Màiri,NicDhòmhnaill,,mairi@test.example,Scotland,2025-09-22\n".encode()
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def zipped(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


WHOLE_FILE = {
    "nothing": (b"", "row 1, column A"),
    "only spaces": (b" \r\n \n\t", "row 1, column A"),
    "only a mark of order": (b"\xef\xbb\xbf", "row 1, column A"),
    "only commas": (b",,,\n,,,\n", "row 1, column A"),
    "header alone": (HEADER, "row 2, column A"),
    "a PDF": (b"%PDF-1.7\n...", "a PDF"),
    "a picture": (PNG, "a picture (PNG)"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel file"),
    "a web page": (b"<!DOCTYPE html><html></html>", "a web page"),
    "noise": (bytes(range(128, 256)) * 30, "Row 1, column A: byte 1 of the file (80)"),
    "a word document": (zipped(word__document_dot_xml="<w/>"), "a Word document"),
    "an archive": (zipped(readme="hello"), "a ZIP archive"),
    "a broken archive": (b"PK\x03\x04" + b"nonsense" * 20, "row 1, column A"),
    "latin 1": (
        HEADER + ROW.decode().encode("latin-1"),
        "Row 2, column C: byte 103 of the file (E0) is not UTF-8",
    ),
    "half of utf 16": ((HEADER + ROW).decode().encode("utf-16")[:-1], "saved as UTF-16"),
    "nul bytes": (
        HEADER + b"IMSA-2025-09,S-1,M\0iri,N,,a@b.example,Wales,2025-09-22\n",
        "Row 2, column C: byte 103 of the file is empty (NUL)",
    ),
    "tabs": (HEADER.replace(b",", b"\t") + b"x\n", "parted by tabs"),
    "a missing column": (
        HEADER.replace(b",email", b"") + ROW,
        "Row 1, from column A on: this column is missing: “email”",
    ),
    "a doubled column": (
        HEADER.strip() + b",email\n" + ROW,
        "Row 1, column I: the column “email” stands twice; it is in column F too",
    ),
    "an unknown column": (
        HEADER.strip() + b",shoe_size\n" + ROW,
        "Row 1, column I: “shoe_size” is not a column of a cohort file",
    ),
    "a misspelt column": (
        HEADER.replace(b"nations", b"nation") + ROW,
        "Row 1, column G: “nation” is not a column of a cohort file (is it “nations”?)",
    ),
    "a column without a name": (
        HEADER.strip() + b",\n" + ROW.strip() + b",x\n",
        "Row 1, column I has no name, though row 2",
    ),
    "the other kind": (
        b"entry,email,organisation,post,nations,starts_on,ends_on\nx\n",
        "an employment register file",
    ),
    "an open quotation": (
        HEADER + b'IMSA-2025-09,"S-1,a,b\n',
        "Row 2, column B: the cell begins with a quotation mark that is never closed",
    ),
    "a stray quotation": (
        HEADER + b'IMSA-2025-09,S"1,a\n',
        "Row 2, column B: a quotation mark stands inside the text",
    ),
    "text after a quotation": (
        HEADER + b'IMSA-2025-09,"S"1,a\n',
        "Row 2, column B: something stands after the closing quotation mark",
    ),
    "a long cell": (
        HEADER + b"IMSA-2025-09,S-1," + b"x" * 600 + b"\n",
        "Row 2, column C: the cell has more than 500 characters",
    ),
    "one line of 10 MB": (
        b"x" * 10_000_000,
        "Row 1, column A: the line has more than 80,000 bytes",
    ),
    "one long line of 10 MB": (
        HEADER + ROW + b"IMSA-2025-09," + b"y" * 10_000_000,
        "Row 3, column B: the line has more than 80,000 bytes",
    ),
    "4 MB in quotation marks": (
        HEADER + b'"' + b"a,\n" * 1_300_000,
        "Row 2, column A: the cell has more than 500",
    ),
    "too many cells": (HEADER + b"x," * 50 + b"\n", "Row 2, column AO: a row may have 40 cells"),
    "too many rows": (HEADER + ROW * 2_001, "Row 1002, column A: a file may have 1,000 rows"),
    "blank rows without end": (HEADER + b"\n" * 100_000, "Row 3001, column A"),
    "30 MB of short lines": (HEADER + ROW * 400_000, "Row 1002, column A"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", WHOLE_FILE)
def test_a_file_that_is_no_table_is_refused_whole(case, cohort, by, unchanged):
    content, words = WHOLE_FILE[case]
    watch, began = unchanged(), time.thread_time()
    with pytest.raises(FileProblem) as told:
        check_import("cohort", "people.csv", content, by=by)
    assert words in str(told.value)
    assert re.search(r"row [\d,]+", str(told.value), re.I) and "column" in str(told.value)
    assert time.thread_time() - began < 5
    watch.check()


ONE_CELL = [
    ("cohort", "IMSA-2031-01", "There is no cohort IMSA-2031-01"),
    ("cohort", "", "This cell is empty"),
    ("student_reference", "", "This cell is empty"),
    ("student_reference", "S 1", "no spaces"),
    ("given_names", "=HYPERLINK(x)", "begins with “=”, which a spreadsheet would run"),
    ("given_names", "+44", "begins with “+”"),
    ("given_names", "-1", "begins with “-”"),
    ("family_name", "@SUM(A1)", "begins with “@”"),
    ("known_as", "=1+1", "begins with “=”"),
    ("family_name", "Tom\u202eás", "a character in the cell that cannot be seen"),
    ("family_name", "Tom\x07ás", "a character in the cell that cannot be seen"),
    ("family_name", "Tom\ufffds", "a letter was lost"),
    ("family_name", "TomÃ¡s", "it was probably “Tomás”"),
    ("family_name", "x" * 151, "This has 151 characters; 150 fit"),
    ("email", "", "This cell is empty"),
    ("email", "mairi at home", "is not an email address"),
    ("nations", "", "This cell is empty"),
    ("nations", "Narnia", "“Narnia” is not one of the four nations"),
    ("nations", "Scotland; Cornwall", "“Cornwall” is not one of the four nations"),
    ("nations", ";", "Name at least one nation"),
    ("enrolled_on", "22 September", "is not a date written as 2025-09-22"),
    ("enrolled_on", "2025-02-30", "is not a day in the calendar"),
    ("enrolled_on", "09/22/2025", "is not a day in the calendar. The day comes before the month"),
    ("enrolled_on", "22/09/25", "a year of two figures"),
    ("enrolled_on", "2205-09-22", "too far away"),
    ("enrolled_on", "2026-10-01", "Pilot intake ends on 30 September 2026"),
]


def refusals(rows):
    return [(row["row"], r["column"], r["cell"], r["why"]) for row in rows for r in row["reasons"]]


@pytest.mark.django_db
@pytest.mark.parametrize(("column", "cell", "words"), ONE_CELL)
def test_a_bad_cell_is_named_and_nothing_is_written(
    column, cell, words, cohort, by, cohort_csv, cohort_row, unchanged
):
    """The good row beside it is not written either."""
    watch = unchanged()
    good = cohort_row(email="b@test.example", student_reference="S-2")
    made = check_import(
        "cohort", "people.csv", cohort_csv(good, cohort_row(**{column: cell})), by=by
    )
    assert [row["verdict"] for row in made.rows] == ["new", "refused"]
    [(row, named, at, why)] = refusals(made.rows)
    assert (row, named) == (3, column) and words in why
    assert at == f"{'ABCDEFGH'[HEADER.decode().strip().split(',').index(column)]}3"
    with pytest.raises(Refused):
        write_import(made, by=by)
    watch.check(cohorts_Import=1)


REGISTER_CELLS = [
    ("entry", "ER/1", "stroke"),
    ("email", "nobody@test.example", "Import the cohort file first"),
    ("organisation", "ORG-99", "There is no organisation with the code or name ORG-99"),
    ("post", "", "This cell is empty"),
    ("nations", "Ireland", "not one of the four nations"),
    ("starts_on", "", "This cell is empty"),
    (
        "ends_on",
        "2025-08-31",
        "The post ends on 31 August 2025, before it starts on 1 September 2025",
    ),
    ("line_manager", "the boss", "is not an email address"),
    ("line_manager", "mairi@test.example", "No one is their own line manager"),
    ("confirmed_on", "2090-01-01", "1 January 2090 has not come yet"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("column", "cell", "words"), REGISTER_CELLS)
def test_a_bad_register_cell_is_named(
    column, cell, words, trainee, organisation, by, register_csv, register_row, unchanged
):
    watch = unchanged()
    made = check_import(
        "register", "posts.csv", register_csv(register_row(**{column: cell})), by=by
    )
    [(row, named, _, why)] = refusals(made.rows)
    assert (row, named) == (2, column) and words in why
    watch.check(cohorts_Import=1)


@pytest.mark.django_db
def test_both_rows_of_a_double_are_named(
    cohort, trainee, organisation, by, cohort_csv, cohort_row, register_csv, register_row
):
    made = check_import(
        "cohort",
        "p.csv",
        cohort_csv(cohort_row(), cohort_row(email="MAIRI@test.example", student_reference="s-1")),
        by=by,
    )
    told = refusals(made.rows)
    assert [(r, c) for r, c, *_ in told] == [
        (2, "email"),
        (2, "student_reference"),
        (3, "email"),
        (3, "student_reference"),
    ]
    assert "stands in row 3 too" in told[0][3] and "stands in row 2 too" in told[2][3]
    made = check_import(
        "register", "p.csv", register_csv(register_row(), register_row(post="Other")), by=by
    )
    assert [(r, c) for r, c, *_ in refusals(made.rows)] == [(2, "entry"), (3, "entry")]


@pytest.mark.django_db
def test_a_reference_of_another_person_is_refused(enrolment, by, cohort_csv, cohort_row, unchanged):
    """An email address never changes through a file: that would hand an account to somebody else."""
    watch = unchanged()
    made = check_import(
        "cohort", "p.csv", cohort_csv(cohort_row(email="thief@test.example")), by=by
    )
    [(_, column, _, why)] = refusals(made.rows)
    assert column == "student_reference" and "belongs to mairi@test.example" in why
    watch.check(cohorts_Import=1)


@pytest.mark.django_db
def test_an_entry_stays_with_its_person_and_its_organisation(
    post, other_organisation, person_with, by, register_csv, register_row
):
    person_with(email="other@test.example")
    for cell, column, place in (
        ("other@test.example", "email", "B2"),
        ("ORG-02", "organisation", "C2"),
    ):
        made = check_import(
            "register", "p.csv", register_csv(register_row(**{column: cell})), by=by
        )
        assert [(r, c, where) for r, c, where, _ in refusals(made.rows)] == [(2, column, place)]


@pytest.mark.django_db
def test_a_post_in_a_nation_its_organisation_does_not_work_in_is_pointed_out(
    enrolment, organisation, by, register_csv, register_row
):
    """It would be written and count for nothing, and nobody would know why the person is not accredited."""
    decide_approval(organisation, "approved", date(2025, 7, 8), "", by=by)
    [row] = check_import(
        "register", "p.csv", register_csv(register_row(nations="England; Wales")), by=by
    ).rows
    assert row["verdict"] == "new" and "does not count in Wales" in row["notes"][0]
    [row] = check_import(
        "register", "q.csv", register_csv(register_row(nations="England")), by=by
    ).rows
    assert row["notes"] == []


@pytest.mark.django_db
def test_too_many_cells_are_named(cohort, by, cohort_csv, cohort_row):
    made = check_import("cohort", "p.csv", cohort_csv([*cohort_row(), "Wales"]), by=by)
    [(row, _, cell, why)] = refusals(made.rows)
    assert (row, cell) == (2, "I2") and "more cells in this row than columns" in why


@pytest.mark.django_db
@pytest.mark.parametrize("between", [",", ";"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_every_common_spelling_of_csv_is_read(
    between, mark, ending, cohort, cohort_csv, cohort_row
):
    content = cohort_csv(
        cohort_row(nations="Scotland; Wales, England", enrolled_on="22/09/2025"), between=between
    )
    [row] = verdicts.check("cohort", mark + content.replace(b"\r\n", ending))
    assert row["values"]["nations"] == ["england", "wales", "scotland"]
    assert row["values"]["enrolled_on"] == "2025-09-22" and row["verdict"] == "new"


@pytest.mark.django_db
def test_columns_may_stand_in_any_order_and_optional_ones_may_be_left_out(cohort, cohort_csv):
    header = [
        "Email",
        "Enrolled on",
        "nations",
        "COHORT",
        "family-name",
        "given_names",
        "student_reference",
    ]
    [row] = verdicts.check(
        "cohort",
        cohort_csv(
            ["a@b.example", "2025-09-22", "Wales", "imsa-2025-09", "", "Suryani", "S-9"],
            header=header,
        ),
    )
    assert (
        row["verdict"] == "new"
        and row["values"]["cohort"] == "IMSA-2025-09"
        and "known_as" not in row["values"]
    )


@pytest.mark.django_db
def test_a_decomposed_name_is_composed(cohort, cohort_csv, cohort_row):
    [row] = verdicts.check("cohort", cohort_csv(cohort_row(given_names="Sia\u0302n")))
    assert row["values"]["given_names"] == "Siân"


# ---- workbooks ----


@pytest.mark.django_db
def test_a_workbook_says_the_same_as_its_csv(
    cohort, trainee, organisation, cohort_csv, register_csv, register_row, cohort_row, workbook
):
    from datetime import date, datetime

    header, row = cohort_csv().decode().splitlines()
    as_book = [*row.split(",")[:-1], datetime(2025, 9, 22)]
    assert verdicts.check("cohort", workbook(header.split(","), as_book)) == verdicts.check(
        "cohort", cohort_csv()
    )
    header = register_csv().decode().splitlines()[0].split(",")
    book = register_row(
        starts_on=date(2025, 9, 1), confirmed_on=date(2025, 9, 15), ends_on=None, entry=1001
    )
    assert verdicts.check("register", workbook(header, book)) == verdicts.check(
        "register", register_csv(register_row(entry="1001"))
    )


@pytest.mark.django_db
def test_formula_cells_are_named(cohort, by, cohort_csv, cohort_row, workbook, unchanged):
    watch, header = unchanged(), cohort_csv().decode().splitlines()[0].split(",")
    book = workbook(
        header,
        cohort_row(),
        cohort_row(email="=B2", student_reference="S-2", given_names='=CONCAT("a","b")'),
    )
    made = check_import("cohort", "p.xlsx", book, by=by)
    told = refusals(made.rows)
    assert [(r, c, cell) for r, c, cell, _ in told] == [
        (3, "given_names", "C3"),
        (3, "email", "F3"),
    ]
    assert all(f"Cell {cell} holds a formula" in why for _, _, cell, why in told)
    watch.check(cohorts_Import=1)


@pytest.mark.django_db
def test_cells_of_the_wrong_kind_are_named(cohort, cohort_csv, cohort_row, workbook):
    from datetime import date, datetime, time

    header = cohort_csv().decode().splitlines()[0].split(",")
    cases = {
        "student_reference": (date(2025, 9, 1), "has made a date of this (1 September 2025)"),
        "given_names": (True, "true or false"),
        "enrolled_on": (45922, "is a number, not a date"),
        "family_name": (time(9, 30), "length of time"),
        "known_as": ("=A1", "formula"),
        "email": ("#REF!", "mark for a fault"),
    }
    for column, (value, words) in cases.items():
        [row] = verdicts.check("cohort", workbook(header, cohort_row(**{column: value})))
        assert words in row["reasons"][0]["why"] and row["reasons"][0]["column"] == column, column
    [row] = verdicts.check(
        "cohort", workbook(header, cohort_row(enrolled_on=datetime(2025, 9, 22, 9, 30)))
    )
    assert "a time of day" in row["reasons"][0]["why"]


def test_hostile_workbooks_are_refused():
    book = Workbook()
    book.active.append(["cohort"])
    book.create_sheet("Second").append(["x"])
    two = io.BytesIO()
    book.save(two)
    bomb = zipped(xl__workbook_dot_xml="<w/>", xl__worksheets__sheet1_dot_xml=b"0" * 60_000_000)
    plain = io.BytesIO()
    Workbook().save(plain)
    doctype = zipped(xl__workbook_dot_xml='<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    for content, words in (
        (two.getvalue(), "2 sheets hold something"),
        (bomb, "unpacks to far more"),
        (plain.getvalue(), "The file is empty"),
        (doctype, "declares what no spreadsheet does"),
        (zipped(xl__workbook_dot_xml="<w/>", xl__vbaProject_dot_bin=b"x"), "macros"),
        (zipped(xl__workbook_dot_xml="<w/>"), "cannot be opened"),
    ):
        with pytest.raises(FileProblem, match=words):
            verdicts.check("cohort", content)


def test_a_workbook_that_claims_a_row_beyond_the_last_is_refused():
    out = io.BytesIO()
    book = Workbook()
    book.active.append(["cohort"])
    book.save(out)
    lying = io.BytesIO()
    with zipfile.ZipFile(out) as source, zipfile.ZipFile(lying, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename.endswith("sheet1.xml"):
                content = content.replace(
                    b"</sheetData>",
                    b'<row r="2000000000"><c r="A2000000000" t="inlineStr"><is><t>x</t></is></c></row></sheetData>',
                )
            target.writestr(part.filename, content)
    began = time.thread_time()
    with pytest.raises(FileProblem, match="no workbook has so many rows"):
        verdicts.check("cohort", lying.getvalue())
    assert time.thread_time() - began < 8


@pytest.mark.django_db
def test_the_same_file_brought_twice_is_one(cohort, registrar, cohort_csv):
    made = {check_import("cohort", "p.csv", cohort_csv(), by=registrar).pk for _ in range(2)}
    assert len(made) == 1 and Import.objects.count() == 1


@pytest.mark.django_db
def test_a_file_opens_no_post_that_has_ended(post, by, register_csv, register_row, unchanged):
    end_post(post.employment, date(2025, 11, 30), by=by, reason="left")
    watch = unchanged()
    made = check_import("register", "p.csv", register_csv(register_row(ends_on="")), by=by)
    [row] = made.rows
    assert row["verdict"] == "refused" and "A file does not open it again" in str(row)
    watch.check(cohorts_Import=1)


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_line_is_added_to_an_entry_that_is_locked(post, by):
    """Two lines of one number would be two truths of one day."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        end_post(post.employment, date(2025, 11, 30), by=by, reason="left")
    statements = [q["sql"] for q in asked]
    lock = next(
        n
        for n, sql in enumerate(statements)
        if 'FROM "cohorts_employment"' in sql and "FOR NO KEY UPDATE" in sql
    )
    assert lock < next(
        n for n, sql in enumerate(statements) if 'FROM "cohorts_employmentline"' in sql
    )
