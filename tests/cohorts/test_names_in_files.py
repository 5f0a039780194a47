"""Names in files: what was lost or spoilt on the way is refused with a guess, and a file does what its bringer may do on a page."""
from datetime import date
from pathlib import Path

import pytest

from cohorts import actions, imports
from cohorts.models import EmploymentLine, Enrolment
from lms.kit.refusals import Refused
from lms.people.actions import rename
from lms.people.models import FormerName, Notice

CASES = Path(__file__).parents[1] / "cases"
pytestmark = pytest.mark.django_db


def bring(content, by, kind="cohort"):
    return actions.check_import(kind, f"{kind}.csv", content, by=by)


# ---- every file of the cases with its right result ----

@pytest.mark.parametrize(("file", "words"), [
    ("cohort-question-marks-for-lost-letters.csv", "question mark"), ("cohort-utf8-read-as-cp850.csv", "probably “Siân”"),
    ("cohort-latin-name-with-one-cyrillic-letter.csv", "Cyrillic"), ("cohort-email-in-name-column.csv", "email address, not a name"),
])
def test_a_spoilt_name_is_refused(cohort, registrar, unchanged, file, words):
    watch = unchanged()
    [row] = imports.check("cohort", (CASES / file).read_bytes(), by=registrar)
    assert row["verdict"] == "refused" and words in " ".join(r["why"] for r in row["reasons"])
    watch.check()


@pytest.mark.parametrize("file", ["cohort-zero-width-space-in-name.csv", "cohort-escaped-carriage-return.xlsx"])
def test_what_nobody_sees_is_taken_away(cohort, registrar, file):
    [row] = imports.check("cohort", (CASES / file).read_bytes(), by=registrar)
    assert (row["verdict"], row["values"]["family_name"]) == ("new", "Sample"), row


def test_line_ends_of_a_mac_are_read_as_others_are(cohort, registrar):
    content = (CASES / "cohort-cr-only-480-rows.csv").read_bytes()
    assert b"\n" not in content
    rows = imports.check("cohort", content, by=registrar)
    assert len(rows) == 480 and rows == imports.check("cohort", content.replace(b"\r", b"\n"), by=registrar)


def test_a_line_that_names_the_separator_is_passed_over(cohort, registrar, cohort_csv):
    for between in ";,":
        [row] = imports.check("cohort", f"sep={between}\r\n".encode() + cohort_csv(between=between), by=registrar)
        assert row["verdict"] == "new"


@pytest.mark.parametrize(("text", "iso"), [
    ("22-Sep-2025", "2025-09-22"), ("22 September 2025", "2025-09-22"), ("1 Sept 2025", "2025-09-01"), ("22nd September 2025", "2025-09-22"),
])
def test_days_with_the_month_in_words_are_read(cohort, registrar, cohort_csv, cohort_row, text, iso):
    [row] = imports.check("cohort", cohort_csv(cohort_row(enrolled_on=text)), by=registrar)
    assert row["values"]["enrolled_on"] == iso


@pytest.mark.parametrize("text", ["1/9/25", "22-Foo-2025", "22-Sep-25", "9 2025", "31 February 2026"])
def test_days_that_could_be_two_are_not(cohort, registrar, cohort_csv, cohort_row, text):
    assert imports.check("cohort", cohort_csv(cohort_row(enrolled_on=text)), by=registrar)[0]["verdict"] == "refused"


@pytest.mark.parametrize("name", ["Sm1th", "<b>Ann</b>", "Ann; DROP", "Ann|Sample", "Smith_Jones"])
def test_what_no_checker_could_type_is_no_name(cohort, registrar, cohort_csv, cohort_row, name):
    [row] = imports.check("cohort", cohort_csv(cohort_row(family_name=name), between=","), by=registrar)
    assert row["verdict"] == "refused" and row["reasons"][0]["column"] == "family_name"


@pytest.mark.parametrize(("given", "family", "note"), [
    ("سارة", "Sample", "cannot print"), ("Ann", "Adébáyọ̀", "cannot print"), ("Dr Jane", "Sample", "title"), ("Mrs.", "Sample", "title"),
])
def test_what_to_look_at_is_told_at_the_dry_run(cohort, registrar, cohort_csv, cohort_row, given, family, note):
    [row] = imports.check("cohort", cohort_csv(cohort_row(given_names=given, family_name=family)), by=registrar)
    assert row["verdict"] == "new" and [n for n in row["notes"] if note in n]


def test_an_ordinary_name_is_told_nothing(cohort, registrar, cohort_csv):
    assert imports.check("cohort", cohort_csv(), by=registrar)[0]["notes"] == []


def test_the_same_name_under_another_address_is_told(cohort, registrar, enrolment, cohort_csv, cohort_row):
    [row] = imports.check("cohort", cohort_csv(cohort_row(given_names="Dr Màiri", email="other@test.example", student_reference="S-9")), by=registrar)
    assert row["verdict"] == "new" and any("another email address" in n for n in row["notes"])


# ---- a file does what a page does ----

@pytest.mark.parametrize("cells", [
    {"family_name": "Brennan"}, {"given_names": "Mary"}, {"known_as": "Mo"}, {"nations": "Scotland; England"}, {"enrolled_on": "2025-09-23"},
])
def test_a_hub_officer_changes_nothing_of_somebody_enrolled(enrolment, officer, registrar, cohort_csv, cohort_row, unchanged, cells):
    content = cohort_csv(cohort_row(**cells))
    made = bring(content, officer)
    assert made.rows[0]["verdict"] == "refused" and "egistrar" in made.rows[0]["reasons"][0]["why"]
    by_registrar = bring(content, registrar)
    assert by_registrar.rows[0]["verdict"] == "changed"
    watch = unchanged()
    for brought in (made, by_registrar):  # also one that a registrar checked
        with pytest.raises(Refused):
            actions.write_import(brought, by=officer)
    watch.check()
    enrolment.person.refresh_from_db()
    assert enrolment.person.last_name == "NicDhòmhnaill"


def test_a_hub_officer_enrols_somebody_new_by_a_file(cohort, officer, cohort_csv):
    actions.write_import(bring(cohort_csv(), officer), by=officer)
    assert Enrolment.objects.count() == 1


def test_a_registrar_renames_by_a_file_and_the_person_is_told(enrolment, registrar, cohort_csv, cohort_row):
    made = bring(cohort_csv(cohort_row(family_name="Brennan")), registrar)
    actions.write_import(made, by=registrar)
    actions.write_import(made, by=registrar)
    assert Notice.objects.filter(person=enrolment.person, subject="Your name on file was changed").count() == 1
    assert FormerName.objects.get().last_name == "NicDhòmhnaill"


def test_nobody_renames_themselves_by_a_file(enrolment, registrar, cohort_csv, cohort_row, unchanged):
    enrolled = actions.enrol(enrolment.cohort, registrar, ["scotland"], "S-7", by=registrar, enrolled_on=enrolment.enrolled_on)
    watch = unchanged()
    row = cohort_row(student_reference="S-7", given_names="Rita", family_name="Other", email=registrar.email)
    [judged] = imports.check("cohort", cohort_csv(row), by=registrar)
    assert judged["verdict"] == "refused" and "their own name" in judged["reasons"][0]["why"]
    watch.check()
    assert enrolled.person.last_name == "Registrar"


def test_an_older_file_does_not_take_a_name_back(enrolment, registrar, by, cohort_csv, cohort_row):
    rename(enrolment.person, by=by, first_name="Màiri", last_name="Price")
    for spelt in ("NicDhòmhnaill", "NICDHÒMHNAILL"):
        [row] = imports.check("cohort", cohort_csv(cohort_row(family_name=spelt)), by=registrar)
        assert row["verdict"] == "refused" and "This was the person's name until" in row["reasons"][0]["why"]


def test_a_post_ended_by_a_file_is_told_as_on_the_page(post, person_with, organisation, registrar, register_csv, register_row, by):
    contact = person_with(email="contact@test.example")
    actions.add_contact(contact, organisation, by=by, starts_on=date(2025, 1, 1))
    made = bring(register_csv(register_row(ends_on="2025-11-30")), registrar, "register")
    actions.write_import(made, by=registrar)
    assert EmploymentLine.objects.last().ends_on == date(2025, 11, 30)
    assert Notice.objects.filter(person=post.employment.person, subject__contains="Your post at").count() == 1
    assert Notice.objects.filter(person=contact, subject="A post has been ended").count() == 1
    actions.write_import(bring(register_csv(register_row(ends_on="2025-11-30")), registrar, "register"), by=registrar)
    assert Notice.objects.filter(subject__contains="Your post at").count() == 1


# ---- headings ----

def test_a_title_above_the_column_names_is_named_as_such(cohort, registrar, cohort_csv, unchanged):
    watch = unchanged()
    with pytest.raises(imports.FileProblem, match="the column names stand in row 3. Delete the rows above it") as problem:
        bring(b"IMSA PG Cert - September intake,,,,,,,\r\nPrinted today,,,,,,,\r\n" + cohort_csv(), registrar)
    assert len(problem.value.sentences) == 1
    watch.check()


def test_headings_of_a_students_system_are_understood(cohort, registrar, cohort_csv):
    header = ["Cohort", "Student reference", "Forename", "Surname", "Known as", "Email address", "Nations", "Start date"]
    assert imports.check("cohort", cohort_csv(header=header), by=registrar)[0]["verdict"] == "new"


# ---- faults that tests once did not see ----

@pytest.mark.parametrize(("stored", "brought", "kept"), [
    (date(2025, 9, 1), "2025-10-15", date(2025, 10, 15)), (date(2025, 11, 1), "2025-10-15", date(2025, 11, 1)),
])
def test_the_later_confirmation_is_kept_whichever_comes_first(post, by, registrar, register_csv, register_row, stored, brought, kept):
    actions.confirm_post(post.employment, by=by, on=stored)
    actions.write_import(bring(register_csv(register_row(confirmed_on=brought)), registrar, "register"), by=registrar)
    assert EmploymentLine.objects.order_by("number").last().confirmed_on == kept


def test_somebody_who_completed_gets_no_second_place(enrolment, programme, registrar, by, cohort_csv, cohort_row):
    actions.make_cohort("IMSA-2026-09", "Next intake", programme, date(2026, 9, 21), date(2027, 9, 30), by=by)
    Enrolment.objects.filter(pk=enrolment.pk).update(state="completed")
    [row] = imports.check("cohort", cohort_csv(cohort_row(cohort="IMSA-2026-09", student_reference="S-2", enrolled_on="2026-09-21")), by=registrar)
    assert row["verdict"] == "refused" and "has completed this programme" in row["reasons"][0]["why"]


def test_somebody_who_completed_keeps_every_nation(enrolment, registrar, by, cohort_csv, cohort_row):
    Enrolment.objects.filter(pk=enrolment.pk).update(state="completed")
    [row] = imports.check("cohort", cohort_csv(cohort_row(nations="Wales")), by=registrar)
    assert row["verdict"] == "refused" and "none taken away" in row["reasons"][0]["why"]


def test_a_post_of_one_day_is_read(trainee, organisation, registrar, register_csv, register_row):
    [row] = imports.check("register", register_csv(register_row(starts_on="2025-09-01", ends_on="2025-09-01", confirmed_on="")), by=registrar)
    assert row["verdict"] == "new"


def test_rows_on_a_hidden_sheet_are_not_read(cohort, registrar, cohort_row):
    import io

    from openpyxl import Workbook

    book, out = Workbook(), io.BytesIO()
    for line in (["cohort", "student_reference", "given_names", "family_name", "known_as", "email", "nations", "enrolled_on"], cohort_row()):
        book.active.append(line)
    hidden = book.create_sheet("Old")
    hidden.append(["left over"])
    hidden.sheet_state = "hidden"
    book.save(out)
    assert [row["verdict"] for row in imports.check("cohort", out.getvalue(), by=registrar)] == ["new"]


def test_a_file_is_not_written_with_other_changes_than_were_read(enrolment, registrar, by, cohort_csv, cohort_row, unchanged):
    made = bring(cohort_csv(cohort_row(known_as="Mo", enrolled_on="2025-09-24")), registrar)
    actions.correct_enrolled_on(enrolment, date(2025, 9, 23), by=by)  # the verdict stays “changed”, what it says does not
    watch = unchanged()
    with pytest.raises(Refused, match="has changed since"):
        actions.write_import(made, by=registrar)
    watch.check()
