"""Approvals with a last day: what they answer on each day, whom the preview names, who is told, and that nobody is stopped by mistake."""

from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.accreditation.standing import verdict
from certificates.actions import (
    confirm_decision,
    drop_decision,
    look_at_standings,
    propose_decision,
)
from certificates.queries import facts_and_rules_of
from certificates.queries.previews import preview
from cohorts.approvals.actions import decide_approval
from cohorts.approvals.rules import may_decide
from cohorts.organisations.models import Approval, Organisation
from cohorts.organisations.queries import (
    approval_on,
    approvals_of,
    organisations_on,
    rows_with_ends,
    with_end,
)
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role

from . import scene
from .scene import TODAY

DAY = timedelta(days=1)
NOW = TODAY + 10 * DAY
FIRST = date(2026, 1, 1)

decisions = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.sampled_from(["approved", "suspended", "ended"]),
        st.none() | st.integers(0, 20),
    ),
    max_size=7,
)


def brute_force(made) -> list:
    """What each of sixty days answers when every decision simply writes over all that follows its day."""
    days = [None] * 60
    for start, action, length in made:
        for n in range(start, 60):
            is_over = action == "approved" and length is not None and n > start + length
            days[n] = "expired" if is_over else action
    return days


def until(start, action, length):
    return FIRST + (start + length) * DAY if action == "approved" and length is not None else None


@given(decisions)
@settings(max_examples=300, deadline=None)
def test_each_day_answers_as_if_each_decision_wrote_over_all_that_follows(made):
    lines = [
        line
        for start, action, length in made
        for line in with_end(FIRST + start * DAY, action, until(start, action, length))
    ]
    found = [approval_on(lines, FIRST + n * DAY) for n in range(60)]
    assert [line and line[1] for line in found] == brute_force(made)


@pytest.mark.both_engines
@pytest.mark.django_db
@pytest.mark.parametrize(
    "made",
    [
        [(0, "approved", 10)],
        [(0, "approved", 10), (5, "suspended", None), (20, "approved", 3)],
        [(0, "approved", 10), (11, "approved", 20)],
        [(0, "approved", 30), (10, "approved", 2)],
        [(0, "approved", None), (10, "ended", None), (12, "approved", 1)],
        [(3, "approved", 0)],
    ],
)
def test_the_list_of_organisations_answers_the_same_on_both_engines(made):
    where = scene.organisation(approved=None)
    for start, action, length in made:
        Approval.objects.create(
            organisation=where,
            action=action,
            from_day=FIRST + start * DAY,
            until_day=until(start, action, length),
            decided_by="test",
        )
    lines = approvals_of([where.pk])[where.pk]
    for n, answer in enumerate(brute_force(made)):
        day = FIRST + n * DAY
        assert organisations_on(day).get(pk=where.pk).approval_now == (answer or "")
        assert (approval_on(lines, day) or (None, None))[1] == answer


@pytest.fixture
def held(db):
    made = scene.certified()
    with clock.at(NOW):
        look_at_standings()
        yield made


def code(thing, day=None):
    return verdict(day or clock.today(), *facts_and_rules_of(thing)).code


def renew(last_day, first_day=None, by=None, organisation=None):
    return propose_decision(
        "approval",
        {"deed": "approved", "until": last_day.isoformat()},
        first_day or clock.today(),
        "",
        by=by or scene.hub_officer(),
        organisation=organisation or scene.organisation(),
    )


class TestHolder:
    def test_the_last_day_counts_and_the_day_after_does_not_and_past_days_keep_their_answer(
        self, held
    ):
        last = NOW + 30 * DAY
        confirm_decision(renew(last), by=scene.hub_officer())
        assert code(held.enrolment, last) == "accredited"
        assert code(held.enrolment, last + DAY) == "between_posts"
        with clock.at(last + 40 * DAY):
            assert code(held.enrolment, last) == "accredited"
            assert code(held.enrolment) == "between_posts"

    def test_the_person_is_told_once_on_the_day_after_and_not_before(self, held):
        last = NOW + 30 * DAY
        confirm_decision(renew(last), by=scene.hub_officer())
        notices = Notice.objects.filter(person=held.enrolment.person)
        before = notices.count()
        with clock.at(last):
            assert look_at_standings() == 0
        with clock.at(last + DAY):
            assert look_at_standings() == 1 and look_at_standings() == 0
        assert notices.count() == before + 1
        assert "Between posts" in notices.order_by("pk").last().body

    def test_the_person_is_told_also_where_the_approval_that_ends_was_a_renewal(self, held):
        """Without the last decision they would stand as they were told: that alone must keep no message back."""
        decide_approval(
            scene.organisation(),
            "approved",
            NOW,
            "",
            by=scene.hub_officer(),
            until_day=NOW + 9 * DAY,
        )
        decide_approval(
            scene.organisation(),
            "approved",
            NOW + 10 * DAY,
            "",
            by=scene.hub_officer(),
            until_day=NOW + 20 * DAY,
        )
        with clock.at(NOW + 10 * DAY):
            assert look_at_standings() == 0 and code(held.enrolment) == "accredited"
        with clock.at(NOW + 21 * DAY):
            assert look_at_standings() == 1

    def test_the_check_names_no_employer_and_says_since_when(self, held):
        confirm_decision(renew(NOW + 30 * DAY), by=scene.hub_officer())
        with clock.at(NOW + 31 * DAY):
            page = Client().post(
                "/check/",
                {"number": held.number, "surname": "Llewellyn"},
                follow=True,
                HTTP_HOST="testserver",
            )
        assert "Harbour House" not in page.content.decode()

    def test_a_renewal_before_the_end_leaves_no_day_out(self, held):
        last = NOW + 30 * DAY
        confirm_decision(renew(last), by=scene.hub_officer())
        confirm_decision(renew(last + 365 * DAY, last + DAY), by=scene.hub_officer())
        assert {code(held.enrolment, last + n * DAY) for n in (-1, 0, 1, 2, 300)} == {"accredited"}


class TestPreview:
    def test_it_names_those_who_change_with_the_day_and_not_those_in_training(self, held):
        learner = scene.person("Łukasz", "Wójcik", Role.LEARNER)
        enrolment = scene.enrol(learner)
        scene.employ(learner)
        last = NOW + 30 * DAY
        proposal = renew(last)
        found = preview("approval", proposal.terms, NOW, organisation=scene.organisation())
        person = held.enrolment.person_id
        assert [(t.who, t.before.code, t.after.code, t.on_day) for t in found.changes] == [
            (person, "accredited", "between_posts", last + DAY)
        ]
        assert found.unchanged == (learner.pk,)
        was = code(enrolment, last + DAY)
        confirm_decision(proposal, by=scene.hub_officer())
        for change in found.changes:
            assert code(held.enrolment, change.on_day) == change.after.code
            assert code(held.enrolment, change.on_day - DAY) == change.before.code
        assert code(enrolment, last + DAY) == was

    def test_of_a_renewal_it_is_empty_until_the_old_last_day(self, held):
        last = NOW + 30 * DAY
        confirm_decision(renew(last), by=scene.hub_officer())
        terms = {"deed": "approved", "until": (last + 1000 * DAY).isoformat()}
        found = preview("approval", terms, NOW, organisation=scene.organisation())
        # Without the renewal it would end: the first change is the day after the old last day.
        assert [t.on_day for t in found.changes] == [last + DAY]
        assert found.changes[0].after.code == "accredited"


class TestDecision:
    def test_nobody_confirms_their_own_and_nothing_changes(self, held):
        officer = scene.hub_officer()
        proposal = renew(NOW + 30 * DAY, by=officer)
        with pytest.raises(NotAllowed):
            confirm_decision(proposal, by=officer)
        assert not Approval.objects.filter(until_day__isnull=False).exists()

    def test_a_last_day_before_the_first_is_refused_and_so_is_one_of_a_suspension(self, held):
        where, officer = scene.organisation(), scene.hub_officer()
        for action, last in (("approved", NOW - DAY), ("suspended", NOW + DAY)):
            with pytest.raises(Refused):
                decide_approval(where, action, NOW, "Why.", by=officer, until_day=last)
        assert where.approvals.count() == 1

    def test_the_same_decision_twice_is_one(self, held):
        where, officer = scene.organisation(), scene.hub_officer()
        first = decide_approval(where, "approved", NOW, "", by=officer, until_day=NOW + DAY)
        again = decide_approval(where, "approved", NOW, "", by=officer, until_day=NOW + DAY)
        assert first == again and where.approvals.count() == 2

    def test_after_its_last_day_it_may_be_approved_again_and_not_suspended(self, held):
        where, officer = scene.organisation(), scene.hub_officer()
        decide_approval(where, "approved", NOW, "", by=officer, until_day=NOW + DAY)
        lines = rows_with_ends(where.approvals.order_by("pk"))
        later = NOW + 5 * DAY
        assert may_decide(lines, "approved", later, "", later)
        assert not may_decide(lines, "suspended", later, "Why.", later)

    def test_an_interim_suspension_that_is_lifted_keeps_the_last_day(self, held):
        where, last = scene.organisation(), NOW + 30 * DAY
        confirm_decision(renew(last), by=scene.hub_officer())
        with clock.at(NOW + 5 * DAY):
            interim = propose_decision(
                "approval",
                {"deed": "suspended"},
                clock.today(),
                "A concern.",
                by=scene.hub_officer(),
                organisation=where,
                is_interim=True,
            )
            assert code(held.enrolment) == "between_posts"
        with clock.at(NOW + 7 * DAY):
            drop_decision(interim, "Nothing in it.", by=scene.hub_officer())
            assert code(held.enrolment) == "accredited"
        assert where.approvals.order_by("pk").last().until_day == last
        assert code(held.enrolment, last + DAY) == "between_posts"

    def test_lifted_after_the_last_day_it_is_not_approved_again(self, held):
        where = scene.organisation()
        confirm_decision(renew(NOW + 6 * DAY), by=scene.hub_officer())
        with clock.at(NOW + 5 * DAY):
            interim = propose_decision(
                "approval",
                {"deed": "suspended"},
                clock.today(),
                "A concern.",
                by=scene.hub_officer(),
                organisation=where,
                is_interim=True,
            )
        with clock.at(NOW + 8 * DAY):
            drop_decision(interim, "Nothing in it.", by=scene.hub_officer())
            assert code(held.enrolment) == "between_posts"
            assert organisations_on(clock.today()).get(pk=where.pk).approval_now == "ended"


class TestPage:
    def test_proposed_on_the_organisations_page_and_read_by_the_second_officer(self, held):
        where, last = scene.organisation(), NOW + 30 * DAY
        client = scene.sign_in(Client(), scene.hub_officer())
        sent = {
            "action": "approved",
            "from_day": NOW.isoformat(),
            "until_day": last.isoformat(),
            "reason": "",
        }
        answer = client.post(f"/hub/organisations/{where.code}/decide/", sent)
        assert answer.status_code == 302
        answer = scene.press(client, "/hub/decisions/check/")
        shown = scene.sign_in(Client(), scene.hub_officer()).get(answer.url).content.decode()
        assert "Approved until" in shown and "29 August 2026" in shown

    def test_an_approval_is_never_without_an_end_unless_somebody_says_so(self, held):
        where, last = scene.organisation(), NOW + 30 * DAY
        confirm_decision(renew(last), by=scene.hub_officer())
        with clock.at(NOW + 5 * DAY):
            decide_approval(where, "suspended", clock.today(), "Why.", by=scene.hub_officer())
            client = scene.sign_in(Client(), scene.hub_officer())
            url = f"/hub/organisations/{where.code}/"
            assert f'value="{last.isoformat()}"' in client.get(url).content.decode()
            sent = {"action": "approved", "from_day": clock.today().isoformat(), "reason": ""}
            page = client.post(f"{url}decide/", sent)
            assert page.status_code == 200 and "Without a last day" in page.content.decode()
            page = client.post(f"{url}decide/", sent | {"is_endless": "on"}, follow=True)
        assert "No last day (before: Saturday 29 August 2026)" in page.content.decode()

    def test_what_cannot_be_is_said_at_the_form_with_what_was_typed(self, held):
        where = Organisation.objects.get()
        client = scene.sign_in(Client(), scene.hub_officer())
        sent = {
            "action": "approved",
            "from_day": NOW.isoformat(),
            "until_day": (NOW - DAY).isoformat(),
            "reason": "Typed already.",
        }
        page = client.post(f"/hub/organisations/{where.code}/decide/", sent).content.decode()
        assert "would end before it begins" in page and "Typed already." in page
        assert where.approvals.count() == 1
