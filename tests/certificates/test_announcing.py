"""Whoever must stop is told: the person and every employer of today, watch or no watch, now or for a coming day, and once."""

from datetime import timedelta

import pytest
from django.test import Client

from certificates.actions import (
    confirm,
    confirm_decision,
    end_temporary_accreditation,
    look_at_standings,
    propose,
    propose_decision,
)
from certificates.actions.announcing import employers_unreached
from certificates.actions.changes import look_at_watches
from certificates.actions.watches import watch
from certificates.checking.uploaded_lists import line_of
from certificates.models import Temporary, Withholding
from certificates.queries import alerts_of
from cohorts.approvals.actions import decide_approval
from cohorts.organisations.actions import record_call
from cohorts.organisations.models import Contact, TelephoneTask
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role, User
from lms.people.roles import Operator

from . import scene
from .scene import TODAY

DAY = timedelta(days=1)
BY = Operator("work")
pytestmark = pytest.mark.django_db


@pytest.fixture
def held():
    made = scene.certified()
    with clock.at(TODAY + 10 * DAY):
        look_at_standings()
        yield made


def contact(organisation=None, starts_on=scene.BEGUN, ends_on=None, first="Gareth"):
    who = scene.person(first, "Evans", Role.EMPLOYER)
    Contact.objects.create(
        person=who,
        organisation=organisation or scene.organisation(),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    return who


def told(who):
    return list(Notice.objects.filter(person=who).order_by("pk"))


def test_a_suspension_reaches_each_employer_and_nobody_else(held):
    now_, former, coming = (
        contact(),
        contact(ends_on=clock.today() - DAY),
        contact(starts_on=clock.today() + DAY),
    )
    scene.sanctioned(held.enrolment, "suspended", reason="PRIVATE")
    assert (
        len(told(now_)) == 1
        and "may not act" in told(now_)[0].subject
        and "Suspended" in told(now_)[0].body
    )
    assert "PRIVATE" not in told(now_)[0].body and told(former) == [] and told(coming) == []
    assert look_at_standings() == 0 and len(told(now_)) == 1
    scene.sanctioned(held.enrolment, "restored")
    assert len(told(now_)) == 2 and "accredited" in told(now_)[1].subject
    assert look_at_standings() == 0 and len(told(now_)) == 2


def test_one_from_a_coming_day_is_told_when_decided_and_not_again_on_its_day(held):
    who, day = contact(), clock.today() + 20 * DAY
    scene.sanctioned(held.enrolment, "suspended", day=day)
    assert len(told(who)) == 1 and "from a coming day" in told(who)[0].subject
    assert look_at_standings() == 0
    person = len(told(held.enrolment.person))
    with clock.at(day):
        assert look_at_standings() == 0
    assert len(told(who)) == 1 and len(told(held.enrolment.person)) == person


def test_the_person_hears_of_a_decision_once(held):
    """The decision tells them, in words that were chosen for it; what tells the employers tells them no second time."""
    own, proposal = (
        held.enrolment.person,
        propose(
            held.enrolment,
            "suspended",
            clock.today(),
            by=scene.hub_officer(),
            reason="x",
            grounds="x",
            is_interim=True,
        ),
    )
    before = len(told(own))
    confirm(proposal, by=scene.hub_officer())
    assert len(told(own)) == before + 1
    look_at_standings()
    assert len(told(own)) == before + 1


def test_a_contact_who_is_the_person_hears_it_once_and_in_their_own_words(held):
    own, other = held.enrolment.person, contact()
    Contact.objects.create(person=own, organisation=scene.organisation(), starts_on=scene.BEGUN)
    before = len(told(own))
    scene.sanctioned(held.enrolment, "suspended", reason="PRIVATE")
    assert (
        not [n.subject for n in told(own)[before:] if n.subject.startswith("One of your people")]
        and len(told(other)) == 1
    )


def test_a_contact_whose_account_is_closed_is_nobody_to_write_to(held):
    """Nobody reads that mail: the page says so before, and the call stays open until somebody has telephoned."""
    gone = contact()
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert employers_unreached([held.enrolment.person_id], clock.today()) == [scene.organisation()]
    scene.sanctioned(held.enrolment, "suspended")
    assert (
        told(gone) == []
        and TelephoneTask.objects.filter(
            organisation=scene.organisation(), recorded_at=None
        ).count()
        == 1
    )
    contact(first="Mair")
    assert employers_unreached([held.enrolment.person_id], clock.today()) == []


def test_who_employed_them_once_hears_no_more_of_them(held):
    former = contact()
    scene.end(held.register_line, clock.today())
    with clock.at(clock.today() + DAY):
        look_at_standings()
        before = len(told(former))
    with clock.at(clock.today() + 2 * DAY):
        scene.sanctioned(held.enrolment, "suspended")
        look_at_standings()
    assert before == 1 and len(told(former)) == 1


def test_conditions_reach_the_employer_with_their_words(held):
    who = contact()
    scene.sanctioned(held.enrolment, "conditions", words="Supervised meetings only.")
    assert "Supervised meetings only." in told(who)[0].body


def test_an_interim_suspension_reaches_the_employer_at_once(held):
    who = contact()
    made = propose(
        held.enrolment,
        "suspended",
        clock.today(),
        by=scene.hub_officer(),
        reason="x",
        is_interim=True,
    )
    assert told(who) == []
    confirm(made, by=scene.hub_officer())
    assert len(told(who)) == 1


def test_a_watcher_who_employs_the_person_has_one_message(held):
    who, stranger = contact(), contact(scene.organisation("FAR", "Far House"))
    for organisation, by in ((scene.organisation(), who), (scene.organisation("FAR"), stranger)):
        watch(
            organisation,
            [line_of(1, held.number, "Llewellyn", "", clock.today())],
            "employment",
            clock.today() + 100 * DAY,
            by=by,
        )
    scene.sanctioned(held.enrolment, "suspended")
    look_at_watches(by=BY)
    look_at_standings()
    assert (
        len(told(who)) == 1
        and len(told(stranger)) == 1
        and told(stranger)[0].subject == "A standing you watch"
    )


class TestDaysThatPass:
    def test_a_term_that_ends_is_told_to_both(self, held):
        who = contact()
        with clock.at(held.valid_until + DAY):
            before = len(told(held.enrolment.person))
            assert look_at_standings() == 2 and look_at_standings() == 0
        assert "Lapsed" in told(who)[0].body and len(told(held.enrolment.person)) == before + 1

    def test_a_post_that_ended_is_told_to_the_employer_it_was_at(self, held):
        who = contact()
        line = held.enrolment.person.employments.get().lines.get()
        scene.end(line, clock.today() + 5 * DAY)
        with clock.at(clock.today() + 5 * DAY):
            assert look_at_standings() == 0
        with clock.at(clock.today() + 6 * DAY):
            look_at_standings()
            assert len(told(who)) == 1 and "Between posts" in told(who)[0].body
        with clock.at(held.valid_until + DAY):
            look_at_standings()
        assert len(told(who)) == 1, "whoever employs them no more hears nothing more"

    def test_a_new_employer_of_somebody_suspended_is_told(self, held):
        scene.sanctioned(held.enrolment, "suspended")
        other = scene.organisation("OTHER", "Other House")
        who = contact(other)
        scene.employ(held.enrolment.person, other, ("england",), starts_on=clock.today())
        with clock.at(clock.today() + DAY):
            look_at_standings()
        assert len(told(who)) == 1 and "Suspended" in told(who)[0].body

    def test_an_organisation_that_is_not_approved_is_told_nothing_of_its_people(self, held):
        who = contact()
        scene.decide(scene.organisation(), "suspended", clock.today())
        scene.sanctioned(held.enrolment, "suspended")
        assert look_at_standings() == 0 and told(who) == []

    def test_the_name_of_somebody_withheld_stands_in_no_message(self, held):
        who = contact()
        Withholding.objects.create(
            person=held.enrolment.person,
            mode="everybody",
            from_day=clock.today(),
            reason="x",
            decided_by="test",
        )
        scene.sanctioned(held.enrolment, "suspended")
        assert (
            len(told(who)) == 1
            and "Llewellyn" not in told(who)[0].body
            and held.enrolment.person.imsa_number not in told(who)[0].body
        )

    def test_leave_that_is_ended_reaches_the_employer(self):
        enrolment = scene.ready()
        with clock.at(TODAY):
            who = contact()
            leave = Temporary.objects.create(
                enrolment=enrolment,
                nations=["england"],
                from_day=TODAY - DAY,
                until_day=TODAY + 30 * DAY,
                reason="x",
                decided_by="test",
            )
            end_temporary_accreditation(leave, by=scene.hub_officer())
            assert len(told(who)) == 1 and "may not act" in told(who)[0].subject


class TestAnApproval:
    def test_the_people_the_contacts_and_their_other_employers_are_told_once(self, held):
        own, other = scene.organisation(), scene.organisation("OTHER", "Other House")
        scene.employ(held.enrolment.person, other, ("england",))
        mine, theirs = contact(own), contact(other)
        line = held.enrolment.person.employments.order_by("pk")[0].lines.get()
        scene.end(line, clock.today() + 3 * DAY)
        with clock.at(clock.today() + 4 * DAY):
            look_at_standings()
            Notice.objects.all().delete()
            second = contact(other, first="Second")
            made = propose_decision(
                "approval",
                {"deed": "suspended"},
                clock.today(),
                "A reason.",
                by=scene.hub_officer(),
                organisation=other,
            )
            assert not Notice.objects.filter(person=held.enrolment.person).exists()
            confirm_decision(made, by=scene.hub_officer())
            assert [n.subject for n in told(held.enrolment.person)] == [
                "Approval of Other House suspended"
            ]
            assert len(told(theirs)) == 1 and len(told(second)) == 1 and told(mine) == []
            look_at_standings()
            assert len(told(held.enrolment.person)) == 1 and len(told(theirs)) == 1

    def test_the_other_employer_hears_that_a_nation_falls_away(self):
        held = scene.certified(nations=("england", "scotland"))
        with clock.at(TODAY + 10 * DAY):
            other = scene.organisation("OTHER", "Other House")
            line = held.enrolment.person.employments.get().lines.get()
            scene.end(line, clock.today() - DAY)
            scene.employ(held.enrolment.person, other, ("england",))
            third = scene.organisation("THIRD", "Third House")
            scene.employ(held.enrolment.person, third, ("scotland",))
            look_at_standings()
            Notice.objects.all().delete()
            who = contact(third)
            made = propose_decision(
                "approval",
                {"deed": "ended"},
                clock.today(),
                "A reason.",
                by=scene.hub_officer(),
                organisation=other,
            )
            confirm_decision(made, by=scene.hub_officer())
            assert (
                len(told(who)) == 1
                and "Scotland" in told(who)[0].body
                and "England" not in told(who)[0].body.split("Nations:")[1]
            )
            look_at_standings()
            assert len(told(who)) == 1

    def test_one_action_alone_tells_the_people_too(self, held):
        decide_approval(
            scene.organisation(), "suspended", clock.today(), "A reason.", by=scene.hub_officer()
        )
        assert "Approval of Harbour House suspended" in [
            n.subject for n in told(held.enrolment.person)
        ]
        assert look_at_standings() == 0

    def test_one_without_a_contact_stays_open_until_somebody_telephoned(self, held):
        officer = scene.hub_officer()
        decide_approval(scene.organisation(), "suspended", clock.today(), "A reason.", by=officer)
        task = TelephoneTask.objects.get()
        with pytest.raises(Refused):
            record_call(task, " ", by=officer)
        with pytest.raises(NotAllowed):
            record_call(task, "Mair", by=scene.registrar())
        task.refresh_from_db()
        assert task.recorded_at is None
        record_call(task, "Mair Evans, manager", by=officer)
        record_call(task, "Other", by=scene.hub_officer())
        task.refresh_from_db()
        assert (task.recorded_by, task.note) == (officer, "Mair Evans, manager")

    def test_the_person_reads_the_true_cause_and_the_public_reads_no_name(self, held):
        from certificates.accreditation.standing import verdict
        from certificates.queries import facts_and_rules_of

        scene.decide(scene.organisation(), "suspended", clock.today())
        standing = verdict(clock.today(), *facts_and_rules_of(held.enrolment))
        assert "approval of Harbour House was suspended" in standing.particulars[0]
        assert (
            "approval of the employing organisation was suspended" in standing.reasons[0]
            and "Harbour" not in standing.reasons[0]
        )


class TestWhatWasLifted:
    def test_a_suspension_that_was_lifted_warns_no_more_and_says_that_it_was(self, held):
        own = held.enrolment.person
        made = propose(
            held.enrolment,
            "suspended",
            clock.today(),
            by=scene.hub_officer(),
            reason="x",
            is_interim=True,
        )
        confirm(made, by=scene.hub_officer())
        assert [m.title for m in alerts_of(own)] == [
            "Your accreditation is suspended. You may not act as an IMSA.",
            "You can answer what the Hub decided",
        ]
        scene.sanctioned(held.enrolment, "restored")
        assert alerts_of(own) == []
        page = (
            scene.sign_in(Client(), own).get(f"/certificates/questions/{made.pk}/").content.decode()
        )
        assert "This no longer counts" in page and "Send my answer" not in page

    def test_one_lifted_from_a_coming_day_warns_until_then(self, held):
        made = propose(
            held.enrolment,
            "suspended",
            clock.today(),
            by=scene.hub_officer(),
            reason="x",
            is_interim=True,
        )
        confirm(made, by=scene.hub_officer())
        scene.sanctioned(held.enrolment, "restored", day=clock.today() + 3 * DAY)
        titles = [m.title for m in alerts_of(held.enrolment.person)]
        assert "You can answer what the Hub decided" in titles


def test_the_officer_who_telephones_reads_the_name_of_somebody_withheld(held):
    Withholding.objects.create(
        person=held.enrolment.person,
        mode="everybody",
        from_day=clock.today(),
        reason="x",
        decided_by="test",
    )
    scene.sanctioned(held.enrolment, "suspended")
    assert "Llewellyn" in TelephoneTask.objects.get().text


def test_the_page_says_before_the_decision_that_no_message_reaches_the_employer(held):
    made = propose(
        held.enrolment,
        "suspended",
        clock.today(),
        by=scene.hub_officer(),
        reason="x",
        is_interim=True,
    )
    client = scene.sign_in(Client(), scene.hub_officer())
    assert (
        "No message reaches Harbour House"
        in client.get(f"/hub/proposals/{made.pk}/").content.decode()
    )
    contact()
    assert "No message reaches" not in client.get(f"/hub/proposals/{made.pk}/").content.decode()
