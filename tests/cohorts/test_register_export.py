"""The register as a file: what leaves comes back unchanged, only the Hub takes it, and the record says who did."""

import io
from datetime import date

import openpyxl
import pytest

from cohorts.employment.actions import end_post, record_post
from cohorts.employment.entering import void_post
from cohorts.imports import register_exports
from cohorts.imports.actions import check_import, note_export
from lms.kit.refusals import NotAllowed
from lms.people.models import Role
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
URL = "/hub/register/export/"


@pytest.fixture
def posts(post, organisation, other_organisation, person_with, by, officer):
    made = [post]
    for n, (where, title, nations, last) in enumerate(
        [
            (other_organisation, "Advocate; night, “on call”", ["wales", "scotland"], None),
            (organisation, "Адвокат", ["england", "northern_ireland"], date(2026, 1, 31)),
            (organisation, "Wrong", ["england"], None),
        ]
    ):
        made.append(
            record_post(
                f"ER-0{n}",
                person_with(email=f"p{n}@test.example"),
                where,
                title,
                nations,
                date(2025, 9, 1 + n),
                last,
                "boss@x.example" if n else "",
                date(2025, 10, 1) if n else None,
                by=by,
                source="t",
            )
        )
    void_post(made[-1].employment, by=officer, reason="x")
    return made


def taken(client, ending, **more):
    answer = client.post(URL, {"which": "all", "ending": ending, "organisation": ""} | more)
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.both_engines
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_that_comes_back_changes_nothing(
    posts, officer, signed_in, ending, unchanged, monkeypatch
):
    monkeypatch.setattr(register_exports, "AT_ONCE", 2)
    content = taken(signed_in(officer), ending)
    rows = check_import("register", f"a.{ending}", content, by=officer).rows
    assert [row["verdict"] for row in rows] == ["unchanged"] * 3, rows
    assert {row["values"]["entry"] for row in rows} == {"ER-1", "ER-00", "ER-01"}


def test_the_record_says_who_took_which_part(posts, officer, signed_in):
    content = taken(signed_in(officer), "csv", which="open", organisation="lanternby advocacy")
    assert content.count(b"\r\n") == 2 and b"ER-1" in content
    entry = Entry.objects.filter(action="cohorts.export_register").get()
    assert entry.actor == officer.record_label
    assert (entry.after["posts"], entry.after["which"], entry.after["ending"]) == (1, "open", "csv")
    assert entry.after["organisation"] == posts[0].organisation_id


def test_nobody_but_the_hub_takes_it(posts, registrar, person_with, signed_in, unchanged):
    watch = unchanged()
    for person in (registrar, person_with(Role.EMPLOYER, email="e@test.example")):
        watch = unchanged()
        client = signed_in(person)
        assert client.get(URL).status_code == 403
        assert client.post(URL, {"which": "all", "ending": "csv"}).status_code == 403
        with pytest.raises(NotAllowed):
            note_export("all", "csv", None, 1, by=person)
        watch.check()
    assert URL not in signed_in(registrar).get("/hub/register/").content.decode()


def test_a_workbook_that_would_be_too_long_is_refused_before_anything_is_made(
    posts, officer, signed_in, unchanged, monkeypatch
):
    monkeypatch.setattr("cohorts.imports.views.MOST_IN_WORKBOOK", 2)
    client = signed_in(officer)
    watch = unchanged()
    page = client.post(URL, {"which": "all", "ending": "xlsx"}).content.decode()
    assert "too many for a workbook" in page
    page = client.post(
        URL, {"which": "all", "ending": "csv", "organisation": "No such"}
    ).content.decode()
    assert "no organisation with this code or name" in page and 'value="No such"' in page
    watch.check()


def test_no_cell_is_run_as_a_formula(posts, officer, signed_in, organisation, person_with, by):
    record_post(
        "ER-F",
        person_with(email="f@test.example"),
        organisation,
        '=HYPERLINK("http://x.example")',
        ["england"],
        date(2025, 9, 1),
        None,
        "",
        None,
        by=by,
        source="t",
    )
    end_post(posts[0].employment, date(2026, 1, 1), by=officer, reason="x")
    client = signed_in(officer)
    assert b"\"'=HYPERLINK" in taken(client, "csv")
    book = openpyxl.load_workbook(io.BytesIO(taken(client, "xlsx")))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert [c.is_date for c in cells if c.coordinate == "F2"] == [True]
