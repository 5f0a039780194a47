"""After a contact's last day nothing of the organisation opens to them, and nothing reaches them."""

from datetime import timedelta

import pytest
from django.test import Client

from certificates.actions import watch
from certificates.actions.changes import look_at_watches
from certificates.checking.uploaded_lists import line_of
from certificates.jobs import BY
from certificates.models import Watch
from cohorts.approvals.reminders import remind_organisations
from cohorts.confirming.actions import ask_organisations
from cohorts.organisations.actions import add_contact, end_contact, tell_organisation
from cohorts.organisations.models import Contact, TelephoneTask
from lms.kit import clock
from lms.people.models import Mail, Notice, Role, RoleGrant, User
from lms.people.roles import has_role
from tests.certificates import scene
from tests.certificates.scene import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]
DAY = timedelta(days=1)
DOORS = (
    "/employer/",
    "/employer/posts/",
    "/employer/lists/",
    "/employer/history/",
    "/employer/watches/",
    "/employer/machines/",
    "/employer/interface/",
    "/employer/nominations/",
    "/employer/organisations/",
)


def letters_to(person):
    return Notice.objects.filter(person=person).count(), Mail.objects.filter(person=person).count()


def test_nothing_opens_to_a_contact_who_left_and_nothing_reaches_them():
    with clock.at(TODAY):
        officer, mill = scene.hub_officer(), scene.organisation("MILL", "Mill House")
        gone, staying = scene.contact(mill), scene.contact(mill)
        certificate = scene.certified("Siân", "Llewellyn")
        line = line_of(1, certificate.number, "Llewellyn", "", TODAY)
        watch(mill, [line], "work", TODAY + 200 * DAY, by=gone)
        client = scene.sign_in(Client(), gone)
        assert {client.get(door).status_code for door in DOORS} == {200}
        contact = Contact.objects.get(person=gone)
        for _twice in range(2):
            end_contact(contact, TODAY, by=officer)
        assert has_role(User.objects.get(pk=gone.pk), Role.EMPLOYER), "the last day still counts"
        before = letters_to(gone)
        assert before[0] == 1, "told once that it is their last day"
    with clock.at(TODAY + DAY):
        gone = User.objects.get(pk=gone.pk)
        client = scene.sign_in(Client(), gone)
        for door in DOORS:
            assert client.get(door).status_code == 403, door
            assert client.post(door, {"pasted": "x", "purpose": "work"}).status_code in (403, 405)
        assert 'href="/employer/"' not in client.get("/me/").content.decode()
        tell_organisation(mill, "A condition", "Words")
        remind_organisations(by=BY)
        ask_organisations(by=BY)
        scene.sanctioned(certificate.enrolment, "suspended")
        look_at_watches(by=BY)
        watching = Notice.objects.filter(subject="A standing you watch")
        assert [notice.person for notice in watching] == [staying]
        assert letters_to(gone) == before and letters_to(staying)[0] >= 1
        calls = TelephoneTask.objects.filter(organisation=mill)
        assert not calls.exists(), "another contact has it"
        end_contact(Contact.objects.get(person=staying), TODAY + DAY, by=officer)
    with clock.at(TODAY + 2 * DAY):
        tell_organisation(mill, "Another condition", "Words")
        assert calls.exists(), "no one is left: an officer calls"
        assert letters_to(gone) == before
        assert Watch.objects.get().ended_at is None, "the watch is the organisation’s"


def test_the_role_stays_for_another_organisation_and_comes_back_with_a_new_post():
    with clock.at(TODAY):
        officer, mill, barn = (
            scene.hub_officer(),
            scene.organisation("MILL", "Mill House"),
            scene.organisation("BARN", "Barn House"),
        )
        who = scene.contact(mill)
        second = add_contact(who, barn, by=officer, starts_on=TODAY)
        end_contact(Contact.objects.get(person=who, organisation=mill), TODAY + 5 * DAY, by=officer)
        assert RoleGrant.objects.get(person=who, role=Role.EMPLOYER).ends_on is None
        end_contact(second, TODAY, by=officer)
        assert RoleGrant.objects.get(person=who).ends_on == TODAY + 5 * DAY, "the later of the two"
        early = scene.person("Nia", "Early", Role.LEARNER)
        for organisation, days in ((barn, 30), (mill, 0), (mill, 0)):
            add_contact(early, organisation, by=officer, starts_on=TODAY + days * DAY)
        assert (
            scene.sign_in(Client(), User.objects.get(pk=early.pk)).get("/employer/").status_code
            == 200
        )
    with clock.at(TODAY + 9 * DAY):
        who = User.objects.get(pk=who.pk)
        assert scene.sign_in(Client(), who).get("/employer/").status_code == 403
        add_contact(who, mill, by=officer, starts_on=TODAY + 9 * DAY)
        page = scene.sign_in(Client(), User.objects.get(pk=who.pk)).get("/employer/")
        assert page.status_code == 200
