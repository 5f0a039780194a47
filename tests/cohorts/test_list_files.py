"""Every list leaves as a file: what its page lists, safe in a spreadsheet, to those alone who see the page, and the record says who took it."""

import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from cohorts.applications.models import Application, ApplicationForm
from cohorts.approvals.actions import decide_approval
from cohorts.confirming.actions import ask_organisations
from cohorts.employment.actions import record_post
from cohorts.enrolment.status_actions import plan_leave
from cohorts.intake.models import Nomination
from cohorts.organisations.actions import add_contact
from cohorts.organisations.models import TelephoneTask
from courses.actions.attendance import record_attendance
from courses.actions.closures import record_closure
from courses.models import Session
from lms.kit import clock, list_files
from lms.people.models import Role, UnreachableAddress
from lms.record.models import Entry

from .test_timetable_pages import held, timetable, units  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_a_day():
    with clock.at(NOW):
        yield


@pytest.fixture
def tutor(person_with):
    return person_with(Role.TUTOR, first_name="Agnes", last_name="Tutor")


def content_of(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8-sig")


def lines_of(answer) -> list[str]:
    return content_of(answer).splitlines()


@pytest.fixture
def everything(
    cohort,
    post,
    organisation,
    other_organisation,
    officer,
    registrar,
    by,
    person_with,
    held,  # noqa: F811
    enrolment,
    tutor,
):
    """A row in every list."""
    decide_approval(organisation, "approved", date(2025, 7, 8), "", by=by)
    contact = person_with(Role.EMPLOYER, email="contact@test.example")
    add_contact(contact, organisation, by=by, starts_on=date(2025, 7, 8))
    ask_organisations(by=by)
    TelephoneTask.objects.create(
        organisation=other_organisation, subject="=SUM(A1)", text="Tell them"
    )
    form = ApplicationForm.objects.order_by("number").last()
    Application.objects.create(
        reference="APP-1",
        form=form,
        email="new@test.example",
        name="=Evil",
        submitted_at=NOW,
        state="submitted",
    )
    Nomination.objects.create(
        cohort=cohort,
        organisation=organisation,
        given_names="Nia",
        family_name="New",
        email="nia@test.example",
        post="Advocate",
        nations=["wales"],
        statement="A secret story",
        nominated_by=contact,
    )
    record_post(
        "ER-9",
        enrolment.person,
        other_organisation,
        "=Clerk",
        ["wales"],
        date(2026, 1, 1),
        None,
        "",
        None,
        by=by,
        source="test",
    )
    plan_leave(enrolment, date(2026, 4, 1), date(2026, 6, 1), by=registrar, reason="Private")
    UnreachableAddress.objects.create(
        address="gone@test.example",
        office="registry",
        about="Your place on the programme",
        diagnostic="=550 no such box",
        since_at=NOW,
    )
    record_closure(by=registrar, title="Snow", starts_on=date(2026, 3, 4), ends_on=date(2026, 3, 5))
    record_attendance(held, {enrolment.person_id: "in_room"}, by=tutor)


LISTS = {
    "/hub/organisations/list": (
        "officer",
        '"ORG-01","Lanternby Advocacy","England","Housing","Approved"',
    ),
    "/hub/calls/list": ("officer", '''"ORG-02","Wexcombe Refuge","'=SUM(A1)","Tell them"'''),
    "/hub/applications/list": ("officer", '''"APP-1","'=Evil","2026-03-02"'''),
    "/registry/intake/IMSA-2025-09/nominations": (
        "registrar",
        '"Nia","New","nia@test.example","ORG-01"',
    ),
    "/hub/posts/list": ("officer", '"ER-1","Màiri NicDhòmhnaill"'),
    "/teaching/sessions/list": ("tutor", '"IMSA-2025-09","M1","Unit 1","2026-02-24","16:00"'),
    "/teaching/sessions/{session}/attendance": (
        "tutor",
        '"Màiri","NicDhòmhnaill","In the room","Register"',
    ),
    "/hub/posts/outside/list": (
        "officer",
        '"ER-9","Màiri NicDhòmhnaill","mairi@test.example","\'=Clerk","Wales","ORG-02"',
    ),
    "/registry/leave/list": (
        "registrar",
        '"IMSA-2025-09","S-1","Màiri","NicDhòmhnaill","Leave of absence","Scheduled","2026-04-01","2026-06-01"',
    ),
    "/mail/bounces/list": (
        "registrar",
        '"gone@test.example","","Your place on the programme","Registry","2026-03-02","\'=550 no such box"',
    ),
    "/registry/closures/list": ("registrar", '"Snow","2026-03-04","2026-03-05",""'),
    "/teaching/cohorts/IMSA-2025-09/progress": ("tutor", '"Màiri","NicDhòmhnaill","Enrolled"'),
}


def test_each_list_as_its_readers_see_it(
    everything, officer, registrar, tutor, signed_in, trainee, unchanged
):
    people = {"officer": officer, "registrar": registrar, "tutor": tutor}
    clients = {name: signed_in(person) for name, person in people.items()}
    stranger = signed_in(trainee)
    for path, (who, row) in LISTS.items():
        path = path.format(session=Session.objects.get().pk)
        watch = unchanged()
        assert stranger.post(f"{path}.csv").status_code == 403, path
        assert clients[who].get(f"{path}.csv").status_code == 405
        assert clients[who].post(f"{path}.pdf").status_code == 404
        watch.check()
        lines = lines_of(clients[who].post(f"{path}.csv", {"show": "all"}))
        assert [line for line in lines[1:] if row in line], (path, lines)
        entry = Entry.objects.filter(action="people.export_list").last()
        assert entry.actor == people[who].record_label
        assert entry.after["rows"] == len(lines) - 1 and entry.after["ending"] == "csv"
        answer = clients[who].post(f"{path}.xlsx", {"show": "all"})
        rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows())
        assert len(rows) == len(lines)
        assert not [cell for row in rows for cell in row if cell.data_type == "f"]
    for page, who in (
        ("/hub/organisations/", "officer"),
        ("/hub/", "officer"),
        ("/hub/applications/", "officer"),
        ("/hub/posts/", "officer"),
        ("/registry/intake/IMSA-2025-09/", "registrar"),
        ("/registry/closures/", "registrar"),
        ("/hub/posts/outside/", "officer"),
        ("/registry/leave/", "registrar"),
        ("/mail/bounces/", "registrar"),
        ("/teaching/sessions/", "tutor"),
        (f"/teaching/sessions/{Session.objects.get().pk}/", "tutor"),
        ("/teaching/cohorts/IMSA-2025-09/?show=all", "tutor"),
    ):
        assert "Download this list" in clients[who].get(page).content.decode(), page


def test_a_file_has_the_filters_of_its_page_and_leaves_in_parts(
    everything, officer, signed_in, monkeypatch, unchanged
):
    monkeypatch.setattr(list_files, "AT_ONCE", 1)
    client = signed_in(officer)
    page = client.get("/hub/organisations/?approval=approved&q=Lantern").content.decode()
    assert '<input type="hidden" name="approval" value="approved">' in page
    whole = lines_of(client.post("/hub/organisations/list.csv"))
    assert [line.split(",")[0] for line in whole[1:]] == ['"ORG-01"', '"ORG-02"']
    some = lines_of(
        client.post("/hub/organisations/list.csv", {"approval": "approved", "q": "Lantern"})
    )
    assert len(some) == 2 and "ORG-01" in some[1]
    assert len(lines_of(client.post("/hub/posts/list.csv", {"silent": "1"}))) == 1
    monkeypatch.setattr(list_files, "MOST_IN_WORKBOOK", 1)
    watch = unchanged()
    answer = client.post("/hub/organisations/list.xlsx")
    assert answer.status_code == 409 and "too many for a workbook" in answer.content.decode()
    watch.check()


def test_the_statement_of_a_nomination_stays_on_its_page(everything, registrar, signed_in):
    answer = signed_in(registrar).post("/registry/intake/IMSA-2025-09/nominations.csv")
    assert "A secret story" not in content_of(answer)


def test_nominations_hold_those_who_applied_themselves(cohort, registrar, signed_in):
    Nomination.objects.create(
        cohort=cohort,
        given_names="Olu",
        email="olu@test.example",
        employer="A Shelter",
        post="Advocate",
        nations=["wales"],
    )
    answer = signed_in(registrar).post("/registry/intake/IMSA-2025-09/nominations.csv")
    assert '"Olu","","olu@test.example","","A Shelter","Advocate"' in lines_of(answer)[1]
