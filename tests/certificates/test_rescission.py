"""An award that the University takes back: the accreditation ends at once, two people decide, those concerned are told, and a mistake is put right."""

from datetime import timedelta

import pytest

from certificates.actions import (
    answer_check,
    confirm_decision,
    drop_decision,
    grant_renewal,
    issue_again,
    look_at_standings,
    propose_decision,
    revoke,
)
from certificates.models import Credential, PendingDecision, Reinstatement, Renewal, Revocation
from certificates.queries import facts_and_rules_of
from certificates.views.verify import verification_of
from cohorts.organisations.models import Contact, TelephoneTask
from lms.kit import clock, files
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.record.models import Entry

from . import scene
from .scene import TODAY

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def held():
    made = scene.certified()
    with clock.at(TODAY + 10 * DAY):
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


def award_of(held):
    return Credential.objects.get(certificate=held, kind="award")


def rescind(held, by=None, second=None):
    made = propose_decision(
        "rescission",
        {},
        clock.today(),
        "PRIVATE plagiarism",
        by=by or scene.registrar(),
        credential=award_of(held),
    )
    return confirm_decision(made, by=second or scene.hub_officer())


def code(held, day=None, **kwargs):
    return answer_check(
        held.number, "Llewellyn", by=None, why="x", **({"on": day} if day else {})
    ).answer


class TestTheStanding:
    def test_it_ends_at_once_and_past_days_answer_as_they_were(self, held):
        rescind(held)
        answer = code(held)
        assert (
            answer["code"] == "award_rescinded"
            and answer["nations"] == []
            and "PRIVATE" not in str(answer)
        )
        assert code(held, TODAY + 9 * DAY)["code"] == "accredited"
        with clock.at(TODAY + 40 * DAY):
            assert (
                code(held)["code"] == "award_rescinded"
                and code(held, TODAY + 10 * DAY)["code"] == "award_rescinded"
            )

    def test_a_proposal_alone_changes_nothing(self, held):
        propose_decision(
            "rescission", {}, clock.today(), "x", by=scene.registrar(), credential=award_of(held)
        )
        assert code(held)["code"] == "accredited" and not Revocation.objects.exists()

    def test_the_file_and_the_credential_say_so(self, held):
        rescind(held)
        said = verification_of(files.read(held.file))
        assert (said["kind"], said["state"]) == ("genuine", "award_rescinded")
        token = Credential.objects.get(certificate=held, kind="accreditation").token.encode()
        assert verification_of(token)["state"] == "award_rescinded"
        award = verification_of(award_of(held).token.encode())
        assert award["state"] == "revoked" and award["is_rescinded"]

    def test_a_withdrawal_says_more_and_a_suspension_less(self, held):
        scene.sanctioned(held.enrolment, "suspended")
        rescind(held)
        assert code(held)["code"] == "award_rescinded"
        scene.sanctioned(held.enrolment, "withdrawn")
        assert code(held)["code"] == "withdrawn"

    def test_no_certificate_and_no_renewal_rests_on_it(self, held):
        renewal = Renewal.objects.create(
            enrolment=held.enrolment,
            term_ends_on=held.valid_until,
            state="asked",
            asked_at=clock.now(),
            rules={},
        )
        rescind(held)
        with pytest.raises(Refused, match="rescinded"):
            issue_again(held.enrolment, "again", by=scene.registrar())
        with pytest.raises(Refused, match="rescinded"):
            grant_renewal(renewal, by=scene.hub_officer())
        renewal.refresh_from_db()
        assert renewal.state == "asked" and renewal.granted_until is None


class TestTwoPeople:
    def test_not_the_one_who_proposed_nor_the_person_nor_another_role(self, held):
        registrar = scene.registrar()
        made = propose_decision(
            "rescission", {}, clock.today(), "x", by=registrar, credential=award_of(held)
        )
        own = held.enrolment.person
        scene.RoleGrant.objects.create(
            person=own, role=Role.HUB_OFFICER, starts_on=scene.BEGUN, granted_by="test"
        )
        for by in (registrar, own, scene.person("A", "B", Role.TUTOR)):
            with pytest.raises(NotAllowed):
                confirm_decision(made, by=by)
        with pytest.raises(NotAllowed):
            propose_decision(
                "rescission",
                {},
                clock.today(),
                "x",
                by=scene.hub_officer(),
                credential=award_of(held),
            )
        assert code(held)["code"] == "accredited" and not Revocation.objects.exists()

    def test_one_proposed_and_another_confirmed_stand_in_the_record(self, held):
        first, second = scene.registrar(), scene.registrar()
        rescind(held, first, second)
        entry = Entry.objects.get(action="certificates.revoke")
        assert (entry.actor, entry.after["proposed_by"]) == (
            second.record_label,
            first.record_label,
        )
        assert (
            not Entry.objects.filter(after__icontains="plagiarism").exists()
            and not Entry.objects.filter(reason__icontains="plagiarism").exists()
        )

    def test_twice_is_once_and_what_was_dropped_stays_so(self, held):
        by, second = scene.registrar(), scene.hub_officer()
        made = propose_decision(
            "rescission", {}, clock.today(), "x", by=by, credential=award_of(held)
        )
        assert (
            propose_decision("rescission", {}, clock.today(), "x", by=by, credential=award_of(held))
            == made
        )
        with pytest.raises(Refused, match="proposed already"):
            propose_decision(
                "rescission",
                {},
                clock.today(),
                "y",
                by=scene.registrar(),
                credential=award_of(held),
            )
        drop_decision(made, "A mix-up.", by=by)
        with pytest.raises(Refused, match="dropped"):
            confirm_decision(made, by=second)
        assert not Revocation.objects.exists()
        rescind(held, by, second)
        confirm_decision(PendingDecision.objects.latest("pk"), by=second)
        assert Revocation.objects.count() == 1

    def test_a_proposer_who_is_no_registrar_any_more_counts_for_nothing(self, held):
        by = scene.registrar()
        made = propose_decision(
            "rescission", {}, clock.today(), "x", by=by, credential=award_of(held)
        )
        scene.RoleGrant.objects.filter(person=by).update(ends_on=clock.today() - DAY)
        with pytest.raises(Refused, match="may not propose it today"):
            confirm_decision(made, by=scene.hub_officer())
        assert not Revocation.objects.exists()


class TestWhoIsTold:
    def test_the_person_each_employer_of_today_and_the_hub_and_each_once(self, held):
        other = scene.organisation("OTHER", "Other House")
        scene.employ(held.enrolment.person, other, ("england",))
        hub, now_, theirs = scene.hub_officer(), contact(), contact(other, first="Mair")
        former, coming = (
            contact(ends_on=clock.today() - DAY, first="Old"),
            contact(starts_on=clock.today() + 5 * DAY, first="New"),
        )
        elsewhere = contact(scene.organisation("FAR", "Far House"), first="Far")
        rescind(held)
        assert (
            Notice.objects.filter(
                person=held.enrolment.person, subject="Your award was rescinded"
            ).count()
            == 1
        )
        for who in (now_, theirs):
            notice = Notice.objects.get(person=who)
            assert (
                "Llewellyn" in notice.body
                and "Award rescinded" in notice.body
                and "PRIVATE" not in notice.body
            )
        assert Notice.objects.filter(person=hub, subject="An award was rescinded").count() == 1
        assert not Notice.objects.filter(person__in=[former, coming, elsewhere]).exists()
        assert look_at_standings() == 0, "what an action announced is not told again"
        assert Notice.objects.filter(person=now_).count() == 1

    def test_an_employer_without_a_contact_is_left_to_be_telephoned(self, held):
        contact(ends_on=clock.today() - DAY)
        rescind(held)
        task = TelephoneTask.objects.get()
        assert (
            task.organisation == scene.organisation()
            and "Llewellyn" in task.text
            and task.recorded_at is None
        )


class TestPuttingItRight:
    def test_the_award_counts_again_and_the_past_stays(self, held):
        rescind(held)
        who = contact()
        with clock.at(TODAY + 20 * DAY):
            made = propose_decision(
                "reinstatement",
                {},
                clock.today(),
                "Wrong person.",
                by=scene.registrar(),
                credential=award_of(held),
            )
            assert code(held)["code"] == "award_rescinded"
            confirm_decision(made, by=scene.registrar())
            assert (
                code(held)["code"] == "accredited"
                and code(held, TODAY + 15 * DAY)["code"] == "award_rescinded"
            )
            assert (
                Notice.objects.filter(
                    person=held.enrolment.person, subject="Your award is reinstated"
                ).count()
                == 1
            )
            assert "Accredited" in Notice.objects.get(person=who).body
            confirm_decision(made, by=scene.registrar())
            assert Reinstatement.objects.count() == 1 and Revocation.objects.count() == 1
            newer = issue_again(held.enrolment, "again", by=scene.registrar())
            assert (
                verification_of(
                    Credential.objects.get(certificate=newer, kind="award").token.encode()
                )["state"]
                == "current"
            )
            assert verification_of(award_of(held).token.encode())["state"] == "revoked", (
                "what was revoked stays revoked"
            )

    def test_it_can_be_rescinded_again(self, held):
        rescind(held)
        made = propose_decision(
            "reinstatement",
            {},
            clock.today(),
            "Wrong.",
            by=scene.registrar(),
            credential=award_of(held),
        )
        confirm_decision(made, by=scene.registrar())
        rescind(held)
        assert code(held)["code"] == "award_rescinded" and Revocation.objects.count() == 2

    def test_nothing_is_reinstated_that_is_not_rescinded(self, held):
        with pytest.raises(Refused, match="not rescinded"):
            propose_decision(
                "reinstatement",
                {},
                clock.today(),
                "Wrong.",
                by=scene.registrar(),
                credential=award_of(held),
            )
        assert not PendingDecision.objects.exists()

    def test_a_later_award_of_another_cohort_speaks_for_itself(self, held):
        rescind(held)
        facts, _ = facts_and_rules_of(held.enrolment)
        assert len(facts.enrolments[0].rescissions) == 1
        assert revoke(award_of(held), "Again.", by=scene.registrar()) == Revocation.objects.get()


class TestPages:
    def test_the_page_checks_first_and_the_hub_counts_it(self, held, client):
        registrar, hub = scene.registrar(), scene.hub_officer()
        scene.sign_in(client, registrar)
        page = client.post(
            f"/certificates/{held.number}/revoke/", {"why": "rescinded", "reason": "x"}, follow=True
        )
        assert (
            page.redirect_chain[-1][0] == "/hub/decisions/check/"
            and "Award rescinded" in page.content.decode()
            and not PendingDecision.objects.exists()
        )
        scene.press(client, "/hub/decisions/check/")
        made = PendingDecision.objects.get()
        assert code(held)["code"] == "accredited"
        assert (
            client.post(
                f"/hub/decisions/{made.pk}/", {"action": "confirm", "seen": "x"}
            ).status_code
            == 403
        )
        scene.sign_in(client, hub)
        assert "Llewellyn" in client.get("/hub/").content.decode()
        page = client.get(f"/hub/decisions/{made.pk}/").content.decode()
        seen = page.split('name="seen" value="')[1].split('"')[0]
        assert (
            client.post(
                f"/hub/decisions/{made.pk}/", {"action": "confirm", "seen": seen}
            ).status_code
            == 302
        )
        assert code(held)["code"] == "award_rescinded"
        assert "Awards rescinded" in client.get("/hub/").content.decode()
        scene.sign_in(client, held.enrolment.person)
        assert "It is permanent" not in client.get("/study/").content.decode()
