"""Many questions at once: every line answered in its place, slips named, nothing told of whoever is not to be found."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from certificates.actions import answer_list, withhold
from certificates.checking.uploaded_lists import filed, pasted
from certificates.models import Check, ListCheck
from cohorts.sheets.table import FileProblem
from lms.kit import clock, codes
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice
from lms.record.models import Entry

from . import scene
from .scene import TODAY

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=30)
UNKNOWN = codes.numbered("IMSA", 987_654)


@pytest.fixture(autouse=True)
def today():
    with clock.at(LATER):
        yield LATER


def ask(where, employer, text, **changes):
    return answer_list(
        where, pasted(text, LATER), **{"purpose": "work", "by": employer, "day": LATER, **changes}
    )


def codes_of(listed):
    by_receipt = {c.receipt: c.answer["code"] for c in listed.checks.all()}
    return [by_receipt.get(line[5], line[4] and "slip") for line in listed.lines]


class TestReading:
    @pytest.mark.parametrize(
        ("words", "number", "surname"),
        [
            ("IMSA-7K3M-29XQ\tLlewellyn", "IMSA-7K3M-29XQ", "Llewellyn"),
            ("imsa 7k3m 29xq O’Brien Jones", "imsa 7k3m 29xq", "O’Brien Jones"),
            ("C-7K3M-29XQ, de la Cruz", "C-7K3M-29XQ", "de la Cruz"),
            ("7K3M29XQ;Nguyễn;our 7", "7K3M29XQ", "Nguyễn"),
        ],
    )
    def test_pasted_in_any_shape(self, words, number, surname):
        line = pasted(words, LATER)[0]
        assert (line.number, line.surname) == (number, surname)

    def test_a_heading_and_blank_lines_are_passed_over_and_rows_keep_their_numbers(self):
        lines = pasted("Number\tFamily name\n\nIMSA-2222-2223\tA\n\nIMSA-2222-2224\tB", LATER)
        assert [(line.row, line.surname) for line in lines] == [(3, "A"), (5, "B")]

    def test_every_slip_is_named_in_its_own_line(self):
        good = codes.numbered("IMSA", 5)
        lines = pasted(
            f"{good}\tFine\nIMSA-7K3M-29X0\tLookalike\n{good[:-1]}{'2' if good[-1] != '2' else '3'}\tMistyped\nIMSA-22\tShort\n{good}\t\nxx",
            LATER,
        )
        assert [bool(line.question) for line in lines] == [True, False, False, False, False, False]
        said = [line.fault for line in lines]
        assert (
            "looks like another" in said[1]
            and "mistyped" in said[2]
            and said[4] == "The family name is missing."
        )

    @pytest.mark.parametrize("text", ["", "  \n "])
    def test_an_empty_list(self, text):
        with pytest.raises(FileProblem, match="empty"):
            pasted(text, LATER)

    def test_a_list_beyond_ten_thousand_says_where(self):
        with pytest.raises(FileProblem, match="Line 10001"):
            pasted("IMSA-2222-2222\tA\n" * 10_001, LATER)

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ("IMSA-7K3M-29X One", "A number has 8 characters after IMSA; this has 7."),
            ("IMSA 7K3M 29X0 One", "looks like another"),
            ("C-7K3M-29XQ2 van der Berg", "this has 9"),
            ("One", "The family name is missing."),
        ],
    )
    def test_a_slip_is_named_also_where_only_spaces_part_the_line(self, words, said):
        assert said in pasted(words, LATER)[0].fault

    def test_a_line_too_long_to_be_read_stops_no_other(self):
        lines = pasted("IMSA-7K3M-29XR," + "x" * 140_000 + f"\n{codes.new('IMSA')},One", LATER)
        assert "cannot be read" in lines[0].fault and lines[1].fault == ""

    def test_an_empty_first_cell_stays_the_first(self):
        assert (
            pasted("\tSmith\tHR 7", LATER)[0].fault == "The number is missing."
            and pasted("\tSmith\tHR 7", LATER)[0].surname == "Smith"
        )

    def test_quoted_cells_and_a_formula(self):
        good = codes.new("IMSA")
        line = pasted(f'"{good}","van der Berg","HR, 2"', LATER)[0]
        assert (line.fault, line.surname, line.reference) == ("", "van der Berg", "HR, 2")
        book = Workbook()
        book.active.append(["Number", "Family name"])
        book.active.append(["=A1", "One"])
        out = io.BytesIO()
        book.save(out)
        assert "Cell A2 holds a formula" in filed(out.getvalue(), LATER)[0].fault

    def test_files_find_their_columns_and_say_what_is_missing(self):
        book = Workbook()
        book.active.append(["Staff number", "Surname", "IMSA number"])
        book.active.append(["HR 7", "Llewellyn", "C-7K3M-29XQ"])
        out = io.BytesIO()
        book.save(out)
        line = filed(out.getvalue(), LATER)[0]
        assert (line.row, line.number, line.surname, line.reference) == (
            2,
            "C-7K3M-29XQ",
            "Llewellyn",
            "HR 7",
        )
        with pytest.raises(FileProblem, match="no column is called “Family name”"):
            filed(b"number,town\nC-7K3M-29XQ,Leeds\n", LATER)
        with pytest.raises(FileProblem):
            filed(b"%PDF-1.7", LATER)


class TestAnswering:
    def test_in_the_same_order_with_receipts_and_the_holder_sees_who_asked_and_why(
        self, where, employer
    ):
        one, two = scene.certified("Ada", "One"), scene.certified("Bea", "Two")
        scene.sanctioned(two.enrolment, "suspended")
        listed = ask(
            where,
            employer,
            f"{two.number}\tTwo\nIMSA-22\tSlip\n{one.enrolment.person.imsa_number}\tone\n{UNKNOWN}\tNobody",
            why="Audit",
        )
        assert codes_of(listed) == ["suspended", "slip", "accredited", "not_found"]
        check = Check.objects.get(person=one.enrolment.person)
        assert (check.organisation, check.purpose, check.why, check.list_check) == (
            where,
            "work",
            "Audit",
            listed,
        )
        assert Check.objects.count() == 3 and Entry.objects.get(
            action="certificates.answer_list"
        ).after == {"lines": 4, "answered": 3}

    def test_unknown_misnamed_and_withheld_are_one(self, where, employer):
        one, hidden = scene.certified("Ada", "One"), scene.certified("Linh", "Hidden")
        withhold(hidden.enrolment.person, "x", by=scene.hub_officer())
        listed = ask(where, employer, f"{UNKNOWN}\tA\n{one.number}\tB\n{hidden.number}\tHidden")
        assert codes_of(listed) == ["not_found"] * 3
        assert len({str({**c.answer, "answered_at": ""}) for c in listed.checks.all()}) == 1

    def test_the_number_of_questions_does_not_grow_with_the_lines(
        self, where, employer, django_assert_max_num_queries
    ):
        held = [scene.certified("A", f"Name{n}") for n in range(5)]
        ask(where, employer, "\n".join(f"{h.number}\tName{n}" for n, h in enumerate(held)))
        counts = []
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        for some in (held[:1], held):
            with CaptureQueriesContext(connection) as asked:
                ask(where, employer, "\n".join(f"{h.number}\tName{n}" for n, h in enumerate(some)))
            counts.append(len(asked))
        assert counts[0] == counts[1]

    def test_only_for_ones_own_approved_organisation(self, where, employer):
        other = scene.organisation("MILL", "Mill House")
        for by, organisation in (
            (employer, other),
            (scene.registrar(), where),
            (scene.person(), where),
        ):
            with pytest.raises(NotAllowed):
                ask(organisation, by, f"{UNKNOWN}\tA")
        scene.decide(where, "suspended", LATER)
        with pytest.raises(NotAllowed, match="not approved today"):
            ask(where, employer, f"{UNKNOWN}\tA")
        assert not Check.objects.exists() and not ListCheck.objects.exists()

    def test_too_many_lines_in_a_day(self, where, employer, settings):
        settings.IMSA_LIST_LINES = "3/d"
        ask(where, employer, f"{UNKNOWN}\tA\n" * 3)
        with pytest.raises(Refused, match="3 lines in a day"):
            ask(where, employer, f"{UNKNOWN}\tA")
        assert ListCheck.objects.count() == 1 and Check.objects.count() == 3
        with clock.at(LATER + timedelta(days=1)):
            answer_list(where, pasted(f"{UNKNOWN}\tA", LATER), "work", by=employer, day=LATER)

    def test_guessing_in_lists_is_told_to_the_hub_once_a_day(self, where, employer, settings):
        hub = scene.hub_officer()
        settings.IMSA_LIST_MISSES = "5/d"
        for _ in range(4):
            ask(where, employer, f"{UNKNOWN}\tA\n" * 3)
        told = Notice.objects.filter(person=hub, subject="An organisation may be guessing")
        assert told.count() == 1 and "Harbour House" in told.get().body


class TestPages:
    def post(self, client, **changes):
        return client.post(
            "/employer/lists/", {"pasted": "", "purpose": "work", "why": "", "on": "", **changes}
        )

    def test_from_paste_to_files_in_the_same_order(self, client, employer):
        held = scene.certified("Ada", "One")
        scene.sign_in(client, employer)
        page = self.post(client, pasted=f"{UNKNOWN}\t=HYPERLINK\n{held.number}\tOne\tHR 1")
        assert page.status_code == 302
        page = client.get(page["Location"]).content.decode()
        assert (
            page.index("Not read") < page.index("Accredited")
            and "HR 1" in page
            and "1 line could" in page
        )
        listed = ListCheck.objects.get()
        rows = list(
            csv.reader(
                io.StringIO(
                    client.get(f"/employer/lists/{listed.pk}/answers.csv").content.decode(
                        "utf-8-sig"
                    )
                )
            )
        )
        assert (
            [r[0] for r in rows[1:]] == ["1", "2"]
            and rows[2][4] == "Accredited"
            and rows[1][2] == "'=HYPERLINK"
        )
        sheet = load_workbook(
            io.BytesIO(client.get(f"/employer/lists/{listed.pk}/answers.xlsx").content)
        ).active
        assert [cell.value for cell in sheet[3]][:5] == [
            2,
            held.number,
            "One",
            "HR 1",
            "Accredited",
        ]
        assert (
            sheet["C2"].data_type == "s"
            and sheet["C2"].value == "=HYPERLINK"
            and sheet["K3"].value.date() == LATER
        )
        assert rows[2][9] == sheet["J3"].value.date().isoformat() == "2029-07-19"

    def test_a_file_and_an_earlier_day(self, client, employer):
        held = scene.certified("Ada", "One")
        scene.end(held.register_line, TODAY + timedelta(days=5))
        scene.sign_in(client, employer)
        file = SimpleUploadedFile("staff.csv", f"Number,Family name\n{held.number},One\n".encode())
        self.post(client, file=file, on=TODAY.isoformat())
        assert (
            Check.objects.get().answer["code"] == "accredited"
            and ListCheck.objects.get().file_name == "staff.csv"
        )

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"pasted": ""}, "The list is empty"),
            ({"pasted": "x", "purpose": ""}, "Choose why you ask"),
            ({"pasted": "x", "on": "2031-01-01"}, "has not come yet"),
            ({"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")}, "This is a PDF, not a table"),
            ({"file": SimpleUploadedFile("e.csv", b"")}, "The file is empty"),
            (
                {
                    "pasted": "C-1 One",
                    "file": SimpleUploadedFile("e.csv", b"Number,Family name\nC-1,One\n"),
                },
                "one at a time",
            ),
        ],
    )
    def test_what_cannot_be_read_says_so_and_what_was_typed_stays(
        self, client, employer, changes, said
    ):
        scene.sign_in(client, employer)
        page = self.post(client, **{"why": "Typed already", **changes})
        assert (
            page.status_code == 200
            and said in page.content.decode()
            and "Typed already" in page.content.decode()
        )
        assert not ListCheck.objects.exists()

    def test_another_organisations_list_does_not_exist(self, client, where, employer):
        listed = ask(where, employer, f"{UNKNOWN}\tA")
        other = scene.person("Other", "Contact", scene.Role.EMPLOYER)
        scene.Contact.objects.create(
            person=other, organisation=scene.organisation("MILL", "Mill House"), starts_on=TODAY
        )
        scene.sign_in(client, other)
        for path in (f"/employer/lists/{listed.pk}/", f"/employer/lists/{listed.pk}/answers.csv"):
            assert client.get(path).status_code == 404
        assert not list(client.get("/employer/history/").context["page"].object_list)
        scene.sign_in(client, employer)
        assert [
            c.asked_surname for c in client.get("/employer/history/").context["page"].object_list
        ] == ["A"]

    def test_what_was_asked_is_kept_for_the_organisation(self, client, where, employer):
        ask(where, employer, f"{UNKNOWN}\tAlpha\n{codes.numbered('IMSA', 77)}\tBeta")
        scene.sign_in(client, employer)
        assert [
            c.asked_surname for c in client.get("/employer/history/").context["page"].object_list
        ] == ["Beta", "Alpha"]
        assert [
            c.asked_surname
            for c in client.get("/employer/history/", {"number": UNKNOWN})
            .context["page"]
            .object_list
        ] == ["Alpha"]

    def test_not_approved_it_is_refused_with_the_reason(self, client, where, employer):
        scene.decide(where, "suspended", LATER)
        scene.sign_in(client, employer)
        page = client.get("/employer/lists/")
        assert (
            page.status_code == 200
            and "The approval of Harbour House is suspended" in page.content.decode()
        )
        page = client.post("/employer/lists/", {"pasted": "x"})
        assert page.status_code == 409 and "not approved today" in page.content.decode()


def test_a_pasted_list_of_spaces_costs_what_its_length_does():
    """45,000 spaces in one line kept a process busy until it was killed, and everybody's request with it."""
    from certificates.checking.uploaded_lists import FREE, pasted

    day = clock.today()
    [line] = pasted("C-6N44-Z7HS Llewellyn" + " " * 100_000 + "x", day)
    assert (line.number, line.surname) == ("C-6N44-Z7HS", "Llewellyn x")
    assert not FREE.fullmatch(" " * 100_000 + "x")
    [line] = pasted("  IMSA  7K3M - 29XR   de  la   Torre ", day)
    assert line.number == "IMSA 7K3M - 29XR" and line.surname == "de la Torre"
