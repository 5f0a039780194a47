"""People whose time is over or has not come hear nothing and hold nothing back; last days count; and officers hear nothing of themselves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from certificates.accreditation.eligibility import why_not
from certificates.accreditation.facts import Facts, Temporary, TopUp, withheld_on
from certificates.accreditation.standing import verdict
from certificates.actions import lift_withholding, propose, withhold
from certificates.actions.changes import look_at_watches
from certificates.actions.watches import watch
from certificates.actions.webhooks import _tell_given_up
from certificates.api_client import ApiClient
from certificates.checking.uploaded_lists import line_of
from certificates.models import Change, Delivery, Webhook, Withholding
from certificates.rules import may_ask_for
from cohorts.organisations.models import Contact
from lms.kit import clock
from lms.kit.refusals import YES, Refused
from lms.people.models import Notice, Role
from lms.people.roles import Operator

from . import scene
from .scene import TODAY
from .test_eligibility import READY

DAY = timedelta(days=1)


class TestTopUps:
    TEXT = TopUp("New law", ("england",), TODAY - 10 * DAY, TODAY + 5 * DAY)

    def test_one_that_is_not_overdue_yet_holds_no_certificate_back_and_an_overdue_one_does(self):
        assert why_not(replace(READY, top_ups=(self.TEXT,)), TODAY) == []
        assert "New law" in " ".join(why_not(replace(READY, top_ups=(self.TEXT,)), TODAY + 5 * DAY))

    def test_an_overdue_one_holds_the_nation_of_temporary_leave_back(self):
        facts = Facts(
            posts=READY.posts,
            approvals=READY.approvals,
            temporary=(Temporary(("england",), TODAY, TODAY + 30 * DAY),),
            top_ups=(self.TEXT,),
        )
        assert verdict(TODAY + 4 * DAY, facts).code == "temporarily_accredited"
        assert verdict(TODAY + 5 * DAY, facts).code == "not_found"

    def test_leave_names_only_nations_it_was_given_for(self):
        post = replace(READY.posts[0], nations=("england", "scotland"))
        facts = Facts(
            posts=(post,),
            approvals=READY.approvals,
            temporary=(Temporary(("scotland",), TODAY, TODAY + DAY),),
        )
        assert verdict(TODAY, facts).nations == ("scotland",)


def test_an_entry_is_withheld_on_its_last_day_too():
    facts = Facts(withheld=((TODAY, TODAY + 3 * DAY, "everybody"),))
    assert [bool(withheld_on(TODAY + n * DAY, facts)) for n in (-1, 0, 3, 4)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.django_db
class TestActions:
    @pytest.fixture
    def held(self):
        made = scene.certified()
        with clock.at(TODAY + 10 * DAY):
            yield made

    @pytest.fixture
    def contacts(self):
        """Of an organisation that watches: today's, a former and a coming one."""
        where, made = scene.organisation("FAR", "Far House"), []
        for starts, ends in (
            (scene.BEGUN, None),
            (scene.BEGUN, TODAY + 9 * DAY),
            (TODAY + 11 * DAY, None),
        ):
            made.append(scene.person("C", "Contact", Role.EMPLOYER))
            Contact.objects.create(
                person=made[-1], organisation=where, starts_on=starts, ends_on=ends
            )
        return made

    def test_news_of_a_watch_goes_to_contacts_of_today_alone(self, held, contacts):
        now_, former, coming = contacts
        watch(
            scene.organisation("FAR"),
            [line_of(1, held.number, "Llewellyn", "", clock.today())],
            "employment",
            clock.today() + 100 * DAY,
            by=now_,
        )
        scene.sanctioned(held.enrolment, "suspended")
        look_at_watches(by=Operator("work"))
        assert Notice.objects.filter(person=now_, subject="A standing you watch").count() == 1
        assert not Notice.objects.filter(person__in=[former, coming]).exists()

    def test_an_address_that_failed_is_told_to_contacts_of_today_alone(self, held, contacts):
        now_, former, coming = contacts
        watched = watch(
            scene.organisation("FAR"),
            [line_of(1, held.number, "Llewellyn", "", clock.today())],
            "employment",
            clock.today() + 100 * DAY,
            by=now_,
        )
        change = Change.objects.create(
            organisation=scene.organisation("FAR"),
            watch=watched[0].watch,
            what="changed",
            before={},
            after={},
            at=clock.now(),
        )
        hook = Webhook.objects.create(
            organisation=scene.organisation("FAR"), address="https://example.org/", secret="x"
        )
        _tell_given_up(Delivery.objects.create(hook=hook, change=change, next_at=clock.now()))
        assert (
            Notice.objects.filter(person=now_).count() == 1
            and not Notice.objects.filter(person__in=[former, coming]).exists()
        )

    def test_an_officer_is_not_told_of_a_proposal_about_themselves_as_an_officer(self, held):
        own, other = held.enrolment.person, scene.hub_officer()
        scene.RoleGrant.objects.create(
            person=own, role=Role.HUB_OFFICER, starts_on=date(2025, 1, 1), granted_by="test"
        )
        propose(
            held.enrolment,
            "suspended",
            clock.today(),
            by=scene.hub_officer(),
            reason="PRIVATE",
            is_interim=True,
        )
        assert (
            Notice.objects.filter(
                person=other, subject="A decision waits for a second officer"
            ).count()
            == 1
        )
        assert not Notice.objects.filter(
            person=own, subject="A decision waits for a second officer"
        ).exists()

    def test_the_line_manager_stands_in_no_frozen_fact(self):
        enrolment = scene.ready("Ada", "New")
        line = enrolment.person.employments.get().lines.get()
        scene.EmploymentLine.objects.create(
            employment=line.employment,
            number=2,
            organisation=line.organisation,
            post=line.post,
            nations=line.nations,
            starts_on=line.starts_on,
            source="test",
            confirmed_on=line.confirmed_on,
            line_manager="boss@example.org",
        )
        with clock.at(TODAY):
            from certificates.actions import issue

            made = issue(enrolment, by=scene.registrar())
        assert set(made.register_answer) == {
            "asked_at",
            "asked_by",
            "line",
            "line_number",
            "reference",
            "organisation",
            "organisation_name",
            "post",
            "nations",
            "starts_on",
            "ends_on",
            "recorded_at",
            "approved_since",
            "answer",
        }
        assert "boss@example.org" not in str(made.register_answer) + str(made.facts)

    def test_who_is_let_answer_again_is_told_and_no_day_gone_is_withheld(self, held):
        own, by = held.enrolment.person, scene.hub_officer()
        with pytest.raises(Refused):
            withhold(own, "x", by=by, from_day=clock.today() - DAY)
        assert not Withholding.objects.exists()
        withhold(own, "x", by=by)
        before = Notice.objects.filter(person=own).count()
        lift_withholding(own, "y", by=by, proposed_by=scene.hub_officer())
        assert Notice.objects.filter(person=own).count() == before + 1

    def test_a_key_of_another_organisation_asks_nothing(self, held):
        far = scene.organisation("FAR", "Far House")
        answer = may_ask_for(ApiClient(1, far.pk, may_act=lambda: YES), scene.organisation())
        assert (
            not answer
            and "another organisation" in answer.reason
            and may_ask_for(ApiClient(1, far.pk, may_act=lambda: YES), far)
        )
