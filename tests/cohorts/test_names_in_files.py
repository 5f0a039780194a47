"""Names in files: what was lost or spoilt on the way is refused with a guess, and a file does what its bringer may do on a page."""

import html
from datetime import date, timedelta
from pathlib import Path

import pytest

from cohorts.employment.actions import confirm_post
from cohorts.employment.models import EmploymentLine
from cohorts.enrolment.actions import correct_enrolled_on, enrol, make_cohort
from cohorts.enrolment.models import Enrolment
from cohorts.imports import verdicts
from cohorts.imports.actions import check_import, write_import
from cohorts.organisations.actions import add_contact
from cohorts.organisations.models import Approval
from cohorts.sheets.table import FileProblem
from lms.kit import clock
from lms.kit.refusals import Refused
from lms.people.actions import rename
from lms.people.models import FormerName, Notice

from .conftest import COHORT_HEADER

CASES = Path(__file__).parents[1] / "cases"
pytestmark = pytest.mark.django_db


def bring(content, by, kind="cohort"):
    return check_import(kind, f"{kind}.csv", content, by=by)


# ---- every file of the cases with its right result ----


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("cohort-question-marks-for-lost-letters.csv", "question mark"),
        ("cohort-utf8-read-as-cp850.csv", "probably “Siân”"),
        ("cohort-latin-name-with-one-cyrillic-letter.csv", "Cyrillic"),
        ("cohort-email-in-name-column.csv", "email address, not a name"),
    ],
)
def test_a_spoilt_name_is_refused(cohort, registrar, unchanged, file, words):
    watch = unchanged()
    [row] = verdicts.check("cohort", (CASES / file).read_bytes(), by=registrar)
    assert row["verdict"] == "refused" and words in " ".join(r["why"] for r in row["reasons"])
    watch.check()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("cohort-zero-width-space-in-name.csv", "cannot be seen was left out (zero width space)"),
        ("cohort-escaped-carriage-return.xlsx", ""),
    ],
)
def test_what_nobody_sees_is_taken_away_and_the_row_says_so(cohort, registrar, file, words):
    [row] = verdicts.check("cohort", (CASES / file).read_bytes(), by=registrar)
    assert (row["verdict"], row["values"]["family_name"]) == ("new", "Sample"), row
    assert words in " ".join(row["edits"])


@pytest.mark.parametrize(
    ("cells", "kept", "said"),
    [
        (
            {"family_name": "Sam\u200bple"},
            "Sample",
            "D2, family_name: A character that cannot be seen was left out (zero width space).",
        ),
        (
            {"family_name": "Sam\u00adple\u200e"},
            "Sample",
            "D2, family_name: A character that cannot be seen was left out (soft hyphen, left-to-right mark).",
        ),
        (
            {"given_names": "\ufeffAnn"},
            "Ann",
            "C2, given_names: A character that cannot be seen was left out (byte order mark).",
        ),
        (
            {"given_names": "Ann\u00a0 Mary"},
            "Ann Mary",
            "C2, given_names: Spaces within the cell became one ordinary space.",
        ),
        (
            {"given_names": "  Ann "},
            "Ann",
            "C2, given_names: Spaces at the start or end of the cell were left out.",
        ),
        (
            {"email": "Ann@Test.example"},
            "ann@test.example",
            "F2, email: “Ann@Test.example” is kept as “ann@test.example”.",
        ),
        (
            {"cohort": "imsa-2025-09"},
            "IMSA-2025-09",
            "A2, cohort: “imsa-2025-09” is kept as “IMSA-2025-09”.",
        ),
        (
            {"nations": "Scot\u200bland"},
            ["scotland"],
            "G2, nations: A character that cannot be seen was left out (zero width space).",
        ),
        (
            {"enrolled_on": "2025-09-22\u200b"},
            "2025-09-22",
            "H2, enrolled_on: A character that cannot be seen was left out (zero width space).",
        ),
    ],
)
def test_every_change_of_what_was_typed_is_named_with_its_cell(
    cohort, registrar, cohort_csv, cohort_row, client, cells, kept, said
):
    made = bring(cohort_csv(cohort_row(**cells)), registrar)
    [row] = made.rows
    assert (row["verdict"], row["values"][next(iter(cells))], row["edits"]) == ("new", kept, [said])
    client.force_login(registrar)
    session = client.session
    session["demonstration_sign_in"] = True
    session.save()
    assert said in html.unescape(client.get(f"/registry/imports/{made.pk}/").content.decode())


@pytest.mark.parametrize(
    "cells",
    [{}, {"given_names": "A\u0301ine"}, {"given_names": "می\u200cخواهم", "family_name": "رضایی"}],
)
def test_what_is_kept_as_it_was_typed_is_told_nothing(
    cohort, registrar, cohort_csv, cohort_row, cells
):
    """á as one code or two is the same text, and a joiner that Persian spells with stays."""
    [row] = verdicts.check("cohort", cohort_csv(cohort_row(**cells)), by=registrar)
    assert row["verdict"] == "new" and row["edits"] == []


def test_a_cell_of_nothing_but_unseen_characters_is_empty(
    trainee, organisation, registrar, register_csv, register_row, unchanged
):
    watch = unchanged()
    [row] = verdicts.check(
        "register", register_csv(register_row(post="\u200b\ufeff")), by=registrar
    )
    assert row["verdict"] == "refused" and [(r["cell"], r["why"]) for r in row["reasons"]] == [
        ("D2", "This cell is empty. It must be filled in.")
    ]
    watch.check()


def test_line_ends_of_a_mac_are_read_as_others_are(cohort, registrar):
    content = (CASES / "cohort-cr-only-480-rows.csv").read_bytes()
    assert b"\n" not in content
    rows = verdicts.check("cohort", content, by=registrar)
    assert len(rows) == 480 and rows == verdicts.check(
        "cohort", content.replace(b"\r", b"\n"), by=registrar
    )


def test_a_line_that_names_the_separator_is_passed_over(cohort, registrar, cohort_csv):
    for between in ";,":
        [row] = verdicts.check(
            "cohort", f"sep={between}\r\n".encode() + cohort_csv(between=between), by=registrar
        )
        assert row["verdict"] == "new"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("22-Sep-2025", "2025-09-22"),
        ("22 September 2025", "2025-09-22"),
        ("1 Sept 2025", "2025-09-01"),
        ("22nd September 2025", "2025-09-22"),
        ("22.09.2025", "2025-09-22"),
    ],
)
def test_days_with_the_month_in_words_are_read(
    cohort, registrar, cohort_csv, cohort_row, text, iso
):
    [row] = verdicts.check("cohort", cohort_csv(cohort_row(enrolled_on=text)), by=registrar)
    assert row["values"]["enrolled_on"] == iso


@pytest.mark.parametrize(
    "text", ["1/9/25", "22-Foo-2025", "22-Sep-25", "9 2025", "31 February 2026"]
)
def test_days_that_could_be_two_are_not(cohort, registrar, cohort_csv, cohort_row, text):
    assert (
        verdicts.check("cohort", cohort_csv(cohort_row(enrolled_on=text)), by=registrar)[0][
            "verdict"
        ]
        == "refused"
    )


@pytest.mark.parametrize("name", ["Sm1th", "<b>Ann</b>", "Ann; DROP", "Ann|Sample", "Smith_Jones"])
def test_what_no_checker_could_type_is_no_name(cohort, registrar, cohort_csv, cohort_row, name):
    [row] = verdicts.check(
        "cohort", cohort_csv(cohort_row(family_name=name), between=","), by=registrar
    )
    assert row["verdict"] == "refused" and row["reasons"][0]["column"] == "family_name"


@pytest.mark.parametrize(
    ("given", "family", "note"),
    [
        ("سارة", "Sample", "cannot print"),
        ("Ann", "Adébáyọ̀", "cannot print"),
        ("Dr Jane", "Sample", "title"),
        ("Mrs.", "Sample", "title"),
    ],
)
def test_what_to_look_at_is_told_at_the_dry_run(
    cohort, registrar, cohort_csv, cohort_row, given, family, note
):
    [row] = verdicts.check(
        "cohort", cohort_csv(cohort_row(given_names=given, family_name=family)), by=registrar
    )
    assert row["verdict"] == "new" and [n for n in row["notes"] if note in n]


def test_an_ordinary_name_is_told_nothing(cohort, registrar, cohort_csv):
    with clock.at(date(2025, 9, 1)):
        assert verdicts.check("cohort", cohort_csv(), by=registrar)[0]["notes"] == []


def test_the_same_name_under_another_address_is_told(
    cohort, registrar, enrolment, cohort_csv, cohort_row
):
    [row] = verdicts.check(
        "cohort",
        cohort_csv(
            cohort_row(given_names="Dr Màiri", email="other@test.example", student_reference="S-9")
        ),
        by=registrar,
    )
    assert row["verdict"] == "new" and any("another email address" in n for n in row["notes"])


# ---- a file does what a page does ----


@pytest.mark.parametrize(
    "cells",
    [
        {"family_name": "Brennan"},
        {"given_names": "Mary"},
        {"known_as": "Mo"},
        {"nations": "Scotland; England"},
        {"enrolled_on": "2025-09-23"},
    ],
)
def test_a_hub_officer_changes_nothing_of_somebody_enrolled(
    enrolment, officer, registrar, cohort_csv, cohort_row, unchanged, cells
):
    content = cohort_csv(cohort_row(**cells))
    made = bring(content, officer)
    assert made.rows[0]["verdict"] == "refused" and "egistrar" in made.rows[0]["reasons"][0]["why"]
    by_registrar = bring(content, registrar)
    assert by_registrar.rows[0]["verdict"] == "changed"
    watch = unchanged()
    for brought in (made, by_registrar):  # also one that a registrar checked
        with pytest.raises(Refused):
            write_import(brought, by=officer)
    watch.check()
    enrolment.person.refresh_from_db()
    assert enrolment.person.last_name == "NicDhòmhnaill"


def test_a_hub_officer_enrols_somebody_new_by_a_file(cohort, officer, cohort_csv):
    write_import(bring(cohort_csv(), officer), by=officer)
    assert Enrolment.objects.count() == 1


def test_a_registrar_renames_by_a_file_and_the_person_is_told(
    enrolment, registrar, cohort_csv, cohort_row
):
    made = bring(cohort_csv(cohort_row(family_name="Brennan")), registrar)
    write_import(made, by=registrar)
    write_import(made, by=registrar)
    assert (
        Notice.objects.filter(
            person=enrolment.person, subject="Your name on file was changed"
        ).count()
        == 1
    )
    assert FormerName.objects.get().last_name == "NicDhòmhnaill"


def test_nobody_renames_themselves_by_a_file(
    enrolment, registrar, cohort_csv, cohort_row, unchanged
):
    enrolled = enrol(
        enrolment.cohort,
        registrar,
        ["scotland"],
        "S-7",
        by=registrar,
        enrolled_on=enrolment.enrolled_on,
    )
    watch = unchanged()
    row = cohort_row(
        student_reference="S-7", given_names="Rita", family_name="Other", email=registrar.email
    )
    [judged] = verdicts.check("cohort", cohort_csv(row), by=registrar)
    assert judged["verdict"] == "refused" and "their own name" in judged["reasons"][0]["why"]
    watch.check()
    assert enrolled.person.last_name == "Registrar"


def test_an_older_file_does_not_take_a_name_back(enrolment, registrar, by, cohort_csv, cohort_row):
    rename(enrolment.person, by=by, first_name="Màiri", last_name="Price")
    for spelt in ("NicDhòmhnaill", "NICDHÒMHNAILL"):
        [row] = verdicts.check("cohort", cohort_csv(cohort_row(family_name=spelt)), by=registrar)
        assert (
            row["verdict"] == "refused"
            and "This was the person's name until" in row["reasons"][0]["why"]
        )


def test_a_post_ended_by_a_file_is_told_as_on_the_page(
    post, person_with, organisation, registrar, register_csv, register_row, by
):
    contact = person_with(email="contact@test.example")
    add_contact(contact, organisation, by=by, starts_on=date(2025, 1, 1))
    made = bring(register_csv(register_row(ends_on="2025-11-30")), registrar, "register")
    write_import(made, by=registrar)
    assert EmploymentLine.objects.last().ends_on == date(2025, 11, 30)
    assert (
        Notice.objects.filter(
            person=post.employment.person, subject__contains="Your post at"
        ).count()
        == 1
    )
    assert Notice.objects.filter(person=contact, subject="A post has been ended").count() == 1
    write_import(
        bring(register_csv(register_row(ends_on="2025-11-30")), registrar, "register"), by=registrar
    )
    assert Notice.objects.filter(subject__contains="Your post at").count() == 1


# ---- headings ----


def test_a_title_above_names_that_are_not_all_there_is_named_as_such(
    cohort, registrar, cohort_csv, unchanged
):
    watch = unchanged()
    with pytest.raises(
        FileProblem, match="the column names stand in row 3. Delete the rows above it"
    ) as problem:
        bring(
            b"IMSA PG Cert - September intake,,,,,,,\r\nPrinted today,,,,,,,\r\n"
            + cohort_csv().replace(b"nations,", b"", 1),
            registrar,
        )
    assert len(problem.value.sentences) == 1
    watch.check()


def test_headings_of_a_students_system_are_understood(cohort, registrar, cohort_csv):
    header = [
        "Cohort",
        "Student reference",
        "Forename",
        "Surname",
        "Known as",
        "Email address",
        "Nations",
        "Start date",
    ]
    assert verdicts.check("cohort", cohort_csv(header=header), by=registrar)[0]["verdict"] == "new"


# ---- faults that tests once did not see ----


@pytest.mark.parametrize(
    ("stored", "brought", "kept"),
    [
        (date(2025, 9, 1), "2025-10-15", date(2025, 10, 15)),
        (date(2025, 11, 1), "2025-10-15", date(2025, 11, 1)),
    ],
)
def test_the_later_confirmation_is_kept_whichever_comes_first(
    post, by, registrar, register_csv, register_row, stored, brought, kept
):
    confirm_post(post.employment, by=by, on=stored)
    write_import(
        bring(register_csv(register_row(confirmed_on=brought)), registrar, "register"), by=registrar
    )
    assert EmploymentLine.objects.order_by("number").last().confirmed_on == kept


def test_somebody_who_completed_gets_no_second_place(
    enrolment, programme, registrar, by, cohort_csv, cohort_row
):
    make_cohort(
        "IMSA-2026-09", "Next intake", programme, date(2026, 9, 21), date(2027, 9, 30), by=by
    )
    Enrolment.objects.filter(pk=enrolment.pk).update(state="completed")
    [row] = verdicts.check(
        "cohort",
        cohort_csv(
            cohort_row(cohort="IMSA-2026-09", student_reference="S-2", enrolled_on="2026-09-21")
        ),
        by=registrar,
    )
    assert (
        row["verdict"] == "refused" and "has completed this programme" in row["reasons"][0]["why"]
    )


def test_somebody_who_completed_keeps_every_nation(
    enrolment, registrar, by, cohort_csv, cohort_row
):
    Enrolment.objects.filter(pk=enrolment.pk).update(state="completed")
    [row] = verdicts.check("cohort", cohort_csv(cohort_row(nations="Wales")), by=registrar)
    assert row["verdict"] == "refused" and "none taken away" in row["reasons"][0]["why"]


def test_a_post_of_one_day_is_read(trainee, organisation, registrar, register_csv, register_row):
    [row] = verdicts.check(
        "register",
        register_csv(register_row(starts_on="2025-09-01", ends_on="2025-09-01", confirmed_on="")),
        by=registrar,
    )
    assert row["verdict"] == "new"


def test_rows_on_a_hidden_sheet_are_not_read(cohort, registrar, cohort_row):
    import io

    from openpyxl import Workbook

    book, out = Workbook(), io.BytesIO()
    for line in (
        [
            "cohort",
            "student_reference",
            "given_names",
            "family_name",
            "known_as",
            "email",
            "nations",
            "enrolled_on",
        ],
        cohort_row(),
    ):
        book.active.append(line)
    hidden = book.create_sheet("Old")
    hidden.append(["left over"])
    hidden.sheet_state = "hidden"
    book.save(out)
    assert [row["verdict"] for row in verdicts.check("cohort", out.getvalue(), by=registrar)] == [
        "new"
    ]


def test_a_file_is_not_written_with_other_changes_than_were_read(
    enrolment, registrar, by, cohort_csv, cohort_row, unchanged
):
    made = bring(cohort_csv(cohort_row(known_as="Mo", enrolled_on="2025-09-24")), registrar)
    correct_enrolled_on(
        enrolment, date(2025, 9, 23), by=by
    )  # the verdict stays “changed”, what it says does not
    watch = unchanged()
    with pytest.raises(Refused, match="has changed since"):
        write_import(made, by=registrar)
    watch.check()


# ---- days and doubles that are slips ----


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("22/09/1926", "22 September 1926 is too far away to be meant. Check the year"),
        ("22/09/2226", "22 September 2226 is too far away"),
        ("30.02.2026", "“30.02.2026” is not a day in the calendar"),
        ("2026-02-30", "is not a day in the calendar"),
        ("22/09/25", "has a year of two figures. Write the year in full"),
        ("22-Sep-25", "a year of two figures"),
        ("22.9.25", "a year of two figures"),
        (
            "22/09/2015",
            "22 September 2015 is more than a year before Pilot intake starts, on 22 September 2025. Check the year",
        ),
        ("22/09/2031", "no one can join it after that"),
    ],
)
def test_a_day_far_away_or_of_no_calendar_is_refused_with_its_cell(
    cohort, registrar, cohort_csv, cohort_row, unchanged, text, words
):
    watch = unchanged()
    [row] = verdicts.check("cohort", cohort_csv(cohort_row(enrolled_on=text)), by=registrar)
    [why] = row["reasons"]
    assert (why["column"], why["cell"]) == ("enrolled_on", "H2") and words in why["why"]
    watch.check()


def test_somebody_new_in_a_cohort_that_is_over_is_pointed_out(
    cohort, registrar, cohort_csv, cohort_row
):
    after = cohort.ends_on + timedelta(days=60)
    with clock.at(after):
        [row] = verdicts.check("cohort", cohort_csv(cohort_row()), by=registrar)
        assert row["verdict"] == "new" and [
            n
            for n in row["notes"]
            if n.startswith("A2, cohort: Pilot intake ended on 30 September 2026")
        ]
        made = bring(cohort_csv(cohort_row()), registrar)
        write_import(made, by=registrar)
        [row] = verdicts.check("cohort", cohort_csv(cohort_row()), by=registrar)
        assert (row["verdict"], row["notes"]) == ("unchanged", []), (
            "who is in it already is told nothing"
        )


def test_one_post_under_two_entries_is_refused_in_the_register_and_within_a_file(
    post,
    enrolment,
    organisation,
    registrar,
    register_csv,
    register_row,
    unchanged,
):
    watch = unchanged()
    again = {"entry": "ER-2", "post": " advocate ", "starts_on": "01/09/2025"}
    [row] = verdicts.check("register", register_csv(register_row(**again)), by=registrar)
    [why] = row["reasons"]
    assert (why["column"], why["cell"]) == (
        "entry",
        "A2",
    ) and "under the entry ER-1 already" in why["why"]
    rows = verdicts.check(
        "register",
        register_csv(
            register_row(entry="ER-3", starts_on="2025-10-01"),
            register_row(entry="ER-4", starts_on="2025-10-01"),
        ),
        by=registrar,
    )
    assert [r["verdict"] for r in rows] == ["refused", "refused"]
    assert "ER-4" in rows[0]["reasons"][0]["why"] and "ER-3" in rows[1]["reasons"][0]["why"]
    watch.check()


def test_a_second_post_at_the_same_organisation_is_pointed_out_and_possible(
    post, enrolment, organisation, registrar, register_csv, register_row
):
    [row] = verdicts.check(
        "register",
        register_csv(register_row(entry="ER-2", post="Trainer", nations="England")),
        by=registrar,
    )
    assert row["verdict"] == "new" and [
        n for n in row["notes"] if n.startswith("A2, entry:") and "entry ER-1" in n
    ]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"starts_on": "2001-09-01"}, "first approved from 1 June 2025"),
        ({"starts_on": "2030-09-01"}, "more than a year away"),
        ({"ends_on": "2060-09-01"}, "more than ten years away"),
        ({}, "is in no cohort"),
    ],
)
def test_a_post_that_is_probably_a_slip_is_pointed_out_with_its_cell(
    trainee, organisation, registrar, officer, register_csv, register_row, cells, words
):
    Approval.objects.create(
        organisation=organisation, action="approved", from_day=date(2025, 6, 1), decided_by="test"
    )
    with clock.at(date(2026, 3, 1)):
        [row] = verdicts.check(
            "register", register_csv(register_row(nations="England", **cells)), by=registrar
        )
    found = [n for n in row["notes"] if words in n]
    assert row["verdict"] == "new" and len(found) == 1 and found[0][:2] in ("B2", "F2", "G2"), row[
        "notes"
    ]


def test_a_name_in_place_of_an_organisations_code_says_which_code_it_is(
    trainee, organisation, registrar, register_csv, register_row
):
    [row] = verdicts.check(
        "register", register_csv(register_row(organisation="Lanternby Advocacy")), by=registrar
    )
    assert "“Lanternby Advocacy” is ORG-01." in row["edits"]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_of_more_than_a_thousand_rows_says_how_to_split_it(
    cohort, registrar, cohort_csv, cohort_row, workbook, unchanged, ending
):
    watch = unchanged()
    rows = [cohort_row(email=f"p{n}@test.example", student_reference=f"S-{n}") for n in range(1001)]
    content = cohort_csv(*rows) if ending == "csv" else workbook(COHORT_HEADER, *rows)
    with pytest.raises(
        FileProblem,
        match="Split it into files of at most 1,000 rows, each with the column names in its first row",
    ):
        verdicts.check("cohort", content, by=registrar)
    watch.check()
