"""What officers and employers wrote goes after six years; what is open, what the register says and the record stay."""

from datetime import date, timedelta

import pytest

from cohorts.approvals.actions import decide_approval
from cohorts.confirming.actions import close_report, report_difference
from cohorts.confirming.clearing import REMOVED, clear_old_remarks
from cohorts.confirming.models import PostReport
from cohorts.employment.actions import end_post
from cohorts.employment.models import EmploymentLine, Remark
from cohorts.organisations.actions import add_contact, record_call
from cohorts.organisations.models import TelephoneTask
from lms.kit import clock
from lms.people.models import Role
from lms.record.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]
WORDS = "Her line manager says that she was off sick."
DAY = timedelta(days=1)


@pytest.fixture
def contact(organisation, person_with, by):
    decide_approval(organisation, "approved", date(2025, 1, 1), "", by=by)
    person = person_with(Role.EMPLOYER, email="c@x.example", first_name="Cora", last_name="Contact")
    add_contact(person, organisation, by=by, starts_on=date(2025, 1, 1))
    return person


def test_words_go_after_six_years_and_what_was_decided_stays(
    post, organisation, contact, officer, by, signed_in
):
    closed = report_difference(post.employment, 1, WORDS, by=contact)
    close_report(closed, WORDS, by=officer)
    opened = report_difference(post.employment, 1, "Other hours.", by=contact)
    calls = [
        TelephoneTask.objects.create(organisation=organisation, subject="A post", text=WORDS)
        for _each in range(2)
    ]
    record_call(calls[0], WORDS, by=officer)
    end_post(post.employment, date(2026, 1, 31), by=officer, reason=WORDS)
    lines, now = EmploymentLine.objects.count(), clock.now()
    with clock.at(now + 6 * 365 * DAY):
        assert clear_old_remarks(by=by) == 0, "a day or two short of six years"
    assert Remark.objects.count() == 1
    with clock.at(now + (6 * 365 + 3) * DAY):
        assert [clear_old_remarks(by=by) for _twice in range(2)] == [3, 0]
    assert not Remark.objects.exists()
    [one.refresh_from_db() for one in (closed, opened, *calls)]
    assert (closed.text, closed.note, closed.closed_by) == (REMOVED, "", officer)
    assert (opened.text, opened.note) == ("Other hours.", "")
    assert [(one.text, one.note) for one in calls] == [("", ""), (WORDS, "")]
    assert EmploymentLine.objects.count() == lines and PostReport.objects.count() == 2
    kept = " ".join(str((e.after, e.reason)) for e in Entry.objects.all())
    assert WORDS not in kept
    actions = Entry.objects.filter(after={"rows": 1}).values_list("action", flat=True)
    assert set(actions) == {
        "cohorts.drop_old_remarks",
        "cohorts.clear_old_reports",
        "cohorts.clear_old_calls",
    }
    page = signed_in(officer).get(f"/hub/posts/{closed.pk}/").content.decode()
    assert REMOVED in page and WORDS not in page
