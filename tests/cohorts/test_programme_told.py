"""Registrars and tutors hear of an approval that changes where a trainee works: once, how many and never who."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from cohorts.approvals.actions import decide_approval
from cohorts.approvals.reminders import remind_organisations
from lms.kit import clock
from lms.people.models import Notice, Role

pytestmark = pytest.mark.django_db
JULY, LAST = date(2025, 7, 8), date(2026, 1, 31)


def at(day):
    return clock.at(timezone.make_aware(datetime(day.year, day.month, day.day, 12)))


def told(person):
    rows = Notice.objects.filter(person=person, subject__startswith="Approval of")
    return list(rows.order_by("pk").values_list("subject", "body", "url"))


def test_they_are_told_once_how_many_and_not_who(
    organisation, other_organisation, enrolment, post, registrar, officer, person_with, by
):
    tutor, both = (
        person_with(Role.TUTOR, email="tutor@test.example"),
        person_with(Role.TUTOR, Role.REGISTRAR, email="both@test.example"),
    )
    with at(date(2025, 12, 1)):
        decide_approval(organisation, "approved", JULY, "", by=by, until_day=LAST)
        assert not told(registrar), "nothing of theirs changes: the first decision"
        for _ in range(2):
            decide_approval(organisation, "suspended", date(2025, 12, 1), "a secret", by=officer)
        [(subject, body, url)] = told(tutor)
        assert subject == "Approval of Lanternby Advocacy suspended" and url == "/teaching/cohorts/"
        assert "From Monday 1 December 2025 posts there do not count" in body
        assert "1 trainee has a post there." in body
        for word in ("Màiri", "NicDh", "secret", "ER-1"):
            assert word not in body
        [(_subject, body, url)] = told(registrar)
        assert "Search for the organisation" in body and url == "/registry/people/"
        assert len(told(both)) == 1, "once, though they have both roles"
        decide_approval(
            organisation, "approved", date(2025, 12, 1), "met", by=officer, until_day=LAST
        )
        assert told(tutor)[-1][0] == "Approval of Lanternby Advocacy changed"
        # What was to come and was told is called off: they hear of that too.
        decide_approval(organisation, "suspended", date(2026, 1, 5), "x", by=officer)
        decide_approval(organisation, "approved", date(2025, 12, 1), "", by=officer, until_day=LAST)
        assert "the organisation is approved" in told(tutor)[-1][1] and len(told(tutor)) == 4
        # Renewed, or of an organisation where no trainee works: nothing.
        before = Notice.objects.filter(person=tutor).count()
        decide_approval(other_organisation, "approved", JULY, "", by=by, until_day=LAST)
        decide_approval(other_organisation, "suspended", date(2025, 12, 1), "x", by=officer)
        assert Notice.objects.filter(person=tutor).count() == before
    with at(date(2026, 2, 1)):
        for _ in range(2):
            remind_organisations(by=by)
        assert told(tutor)[-1][0] == "Approval of Lanternby Advocacy is over"
        assert len(told(tutor)) == 5
    assert not told(officer), "Hub officers decide, and are told by other messages"


def test_a_registrar_who_does_it_is_not_told_of_it(organisation, enrolment, post, person_with, by):
    own = person_with(Role.HUB_OFFICER, Role.REGISTRAR, email="own@test.example")
    with at(date(2025, 12, 1)):
        decide_approval(organisation, "approved", JULY, "", by=by)
        decide_approval(organisation, "suspended", date(2025, 12, 1), "x", by=own)
    assert not told(own)
