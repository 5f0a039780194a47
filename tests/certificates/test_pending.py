"""Decisions that touch many, or give leave to act: previewed person by person, and made by two officers."""

from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from django.test import Client

from certificates.accreditation.standing import verdict
from certificates.actions import add_rules, confirm_decision, drop_decision, propose_decision
from certificates.models import PendingDecision, RuleLine, Temporary
from certificates.queries import facts_and_rules_of
from certificates.queries.facts import standing_rules
from certificates.queries.previews import digest_of, preview
from cohorts.organisations.models import Approval, Contact, TelephoneTask
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role

from . import scene
from .scene import TODAY

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def held():
    made = scene.certified()
    with clock.at(TODAY + 10 * DAY):
        yield made


def code(held):
    return verdict(clock.today(), *facts_and_rules_of(held.enrolment)).code


def suspend(by, reason="A reason.", **more):
    return propose_decision(
        "approval",
        {"deed": "suspended"},
        clock.today(),
        reason,
        by=by,
        organisation=scene.organisation(),
        **more,
    )


class TestPreview:
    def test_true_before_and_after_and_apart_those_who_keep_their_standing(self, held):
        learner = scene.person("Łukasz", "Wójcik", Role.LEARNER)
        scene.enrol(learner)
        scene.employ(learner)
        found = preview(
            "approval", {"deed": "suspended"}, clock.today(), organisation=scene.organisation()
        )
        assert [(t.who, t.before.code, t.after.code) for t in found.changes][0] == (
            held.enrolment.person_id,
            "accredited",
            "between_posts",
        )
        assert {t.who for t in found.changes} == {held.enrolment.person_id} and found.unchanged == (
            learner.pk,
        )
        assert list(found.unreached) == [scene.organisation()]

    def test_one_with_another_post_keeps_what_it_gives(self, held):
        scene.employ(
            held.enrolment.person, scene.organisation("OTHER", "Other House"), ("england",)
        )
        found = preview(
            "approval", {"deed": "suspended"}, clock.today(), organisation=scene.organisation()
        )
        assert found.changes == () and found.unchanged == (held.enrolment.person_id,)

    def test_it_writes_nothing(self, held):
        before = Approval.objects.count(), Notice.objects.count()
        preview("approval", {"deed": "ended"}, clock.today(), organisation=scene.organisation())
        assert (Approval.objects.count(), Notice.objects.count()) == before


class TestTwoOfficers:
    def test_an_approval_counts_when_a_second_confirms(self, held):
        by = scene.hub_officer()
        made = suspend(by)
        assert code(held) == "accredited" and suspend(by) == made
        with pytest.raises(NotAllowed):
            confirm_decision(made, by=by)
        with pytest.raises(NotAllowed):
            confirm_decision(made, by=scene.registrar())
        assert code(held) == "accredited"
        second = scene.hub_officer()
        confirm_decision(made, by=second)
        confirm_decision(made, by=second)
        assert (
            code(held) == "between_posts"
            and Approval.objects.filter(action="suspended").count() == 1
        )

    @pytest.mark.parametrize("tie", ["contact", "post", "coming contact"])
    def test_not_by_anybody_of_the_organisation(self, held, tie):
        own = scene.hub_officer()
        if tie == "post":
            scene.employ(own)
        else:
            Contact.objects.create(
                person=own,
                organisation=scene.organisation(),
                starts_on=clock.today() + (5 * DAY if tie.startswith("coming") else -DAY),
            )
        with pytest.raises(NotAllowed, match="another Hub officer"):
            suspend(own)
        made = suspend(scene.hub_officer())
        with pytest.raises(NotAllowed):
            confirm_decision(made, by=own)
        assert (
            code(held) == "accredited"
            and not Notice.objects.filter(
                person=own, subject="A decision waits for a second officer"
            ).exists()
        )

    def test_rules_count_when_a_second_confirms_and_reach_whom_they_stop(self, held):
        scene.end(held.enrolment.person.employments.get().lines.get(), TODAY + 11 * DAY)
        terms = {"rules": asdict(replace(standing_rules(), grace_months=1))}
        with clock.at(TODAY + 60 * DAY):
            before = RuleLine.objects.count()
            made = propose_decision(
                "rules", terms, clock.today(), "Shorter.", by=scene.hub_officer()
            )
            assert RuleLine.objects.count() == before
            with pytest.raises(NotAllowed):
                confirm_decision(made, by=made.proposed_by)
            confirm_decision(made, by=scene.hub_officer())
            assert RuleLine.objects.count() == before + 1

    def test_what_is_impossible_is_refused_when_it_is_proposed(self, held):
        for given in (
            ("rules", {"rules": asdict(replace(standing_rules(), years=99))}, {}),
            ("approval", {"deed": "approved"}, {"organisation": scene.organisation()}),
            (
                "temporary",
                {"nations": ["england"], "until_day": (clock.today() + DAY).isoformat()},
                {"enrolment": held.enrolment},
            ),
        ):
            with pytest.raises(Refused):
                propose_decision(
                    given[0], given[1], clock.today(), "x", by=scene.hub_officer(), **given[2]
                )
        assert (
            not PendingDecision.objects.exists()
            and not Temporary.objects.exists()
            and not RuleLine.objects.exists()
        )

    def test_temporary_accreditation_is_given_by_two_and_never_to_oneself(self):
        enrolment = scene.ready()
        with clock.at(TODAY):
            scene.RoleGrant.objects.create(
                person=enrolment.person,
                role=Role.HUB_OFFICER,
                starts_on=scene.BEGUN,
                granted_by="test",
            )
            terms = {"nations": ["england"], "until_day": (TODAY + 30 * DAY).isoformat()}
            with pytest.raises(NotAllowed):
                propose_decision(
                    "temporary", terms, TODAY, "Cover.", by=enrolment.person, enrolment=enrolment
                )
            made = propose_decision(
                "temporary", terms, TODAY, "Cover.", by=scene.hub_officer(), enrolment=enrolment
            )
            assert (
                not Temporary.objects.exists()
                and not Notice.objects.filter(person=enrolment.person).exists()
            )
            for by in (made.proposed_by, enrolment.person):
                with pytest.raises(NotAllowed):
                    confirm_decision(made, by=by)
            assert not Temporary.objects.exists()
            confirm_decision(made, by=scene.hub_officer())
            assert Temporary.objects.count() == 1


class TestStale:
    def test_a_preview_that_is_no_longer_true_is_refused_with_what_changed(self, held):
        made = suspend(scene.hub_officer())
        new = scene.certified("Ada", "New")
        with clock.at(TODAY + 11 * DAY):
            with pytest.raises(Refused, match="Ada New: Accredited to Between posts"):
                confirm_decision(made, by=scene.hub_officer())
            assert code(held) == "accredited" and PendingDecision.objects.get().state == "proposed"
            seen = digest_of(
                preview("approval", made.terms, made.from_day, organisation=made.organisation).lines
            )
            confirm_decision(made, by=scene.hub_officer(), seen=seen)
            assert code(held) == code(new) == "between_posts"

    def test_what_somebody_proposed_who_has_left_is_refused_with_what_to_do(self, held):
        made, second = suspend(scene.hub_officer()), scene.sign_in(Client(), scene.hub_officer())
        scene.RoleGrant.objects.filter(person=made.proposed_by).update(ends_on=clock.today() - DAY)
        answer = second.post(
            f"/hub/decisions/{made.pk}/", {"action": "confirm", "seen": digest_of(made.preview)}
        )
        assert (
            answer.status_code == 409
            and "Drop it; it can then be proposed by someone else." in answer.content.decode()
        )
        assert PendingDecision.objects.get().state == "proposed" and code(held) == "accredited"

    def test_rules_that_changed_meanwhile_are_looked_at_again(self, held):
        scene.end(held.enrolment.person.employments.get().lines.get(), TODAY + 11 * DAY)
        made = propose_decision(
            "rules",
            {"rules": asdict(replace(standing_rules(), grace_months=6))},
            clock.today(),
            "x",
            by=scene.hub_officer(),
        )
        add_rules(
            replace(standing_rules(), grace_months=6), clock.today(), "y", by=scene.hub_officer()
        )
        with pytest.raises(Refused):
            confirm_decision(made, by=scene.hub_officer())
        assert RuleLine.objects.count() == 1


class TestInterim:
    def test_a_suspension_at_once_by_one_and_confirmed_by_another(self, held):
        by, second = scene.hub_officer(), scene.hub_officer()
        made = suspend(by, is_interim=True)
        assert (
            code(held) == "between_posts"
            and made.state == "proposed"
            and made.confirm_by == clock.today() + 7 * DAY
        )
        with pytest.raises(NotAllowed):
            confirm_decision(made, by=by)
        with pytest.raises(NotAllowed):
            drop_decision(made, "x", by=by)
        assert (
            Notice.objects.filter(
                person=second, subject="A decision waits for a second officer"
            ).count()
            == 1
        )
        confirm_decision(made, by=second)
        assert Approval.objects.filter(action="suspended").count() == 1

    def test_it_is_confirmed_also_when_whoever_began_it_has_left(self, held):
        """The other way out of it is to lift it, which would approve the organisation again in the middle of a danger."""
        made, second = (
            suspend(scene.hub_officer(), is_interim=True),
            scene.sign_in(Client(), scene.hub_officer()),
        )
        scene.RoleGrant.objects.filter(person=made.proposed_by).update(ends_on=clock.today() - DAY)
        assert second.post(f"/hub/decisions/{made.pk}/", {"action": "confirm"}).status_code == 302
        assert PendingDecision.objects.get().state == "confirmed" and code(held) == "between_posts"
        assert Approval.objects.filter(action="suspended").count() == 1

    def test_it_goes_on_until_somebody_decides_and_is_lifted_by_another(self, held):
        made, contact = suspend(scene.hub_officer(), is_interim=True), scene.contact()
        with clock.at(TODAY + 40 * DAY):
            assert code(held) == "between_posts"
            drop_decision(made, "No danger.", by=scene.hub_officer())
            assert code(held) == "accredited"
            assert [n.subject for n in Notice.objects.filter(person=contact)] == [
                "Harbour House is approved"
            ], "once, not again for each of its people"
            subjects = set(
                Notice.objects.filter(person=held.enrolment.person).values_list(
                    "subject", flat=True
                )
            )
            assert {"Approval of Harbour House suspended", "Harbour House is approved"} <= subjects

    def test_lifting_it_undoes_no_ending_that_two_confirmed(self, held):
        by, second = scene.hub_officer(), scene.hub_officer()
        ending = propose_decision(
            "approval",
            {"deed": "ended"},
            clock.today() + 10 * DAY,
            "They close.",
            by=by,
            organisation=scene.organisation(),
        )
        confirm_decision(ending, by=second)
        made = suspend(by, is_interim=True)
        drop_decision(made, "No danger.", by=second)
        assert code(held) == "accredited"
        with clock.at(TODAY + 21 * DAY):
            assert code(held) == "between_posts"

    @pytest.mark.parametrize(
        ("action", "lifted"), [("ended", 9), ("ended", 10), ("ended", 20), ("suspended", 10)]
    )
    def test_what_two_decided_from_a_day_holds_also_when_it_is_lifted_on_that_day_or_later(
        self, held, action, lifted
    ):
        by, second, start = scene.hub_officer(), scene.hub_officer(), clock.today()
        made = propose_decision(
            "approval",
            {"deed": action},
            start + 10 * DAY,
            "They close.",
            by=by,
            organisation=scene.organisation(),
        )
        confirm_decision(made, by=second)
        made = suspend(by, is_interim=True)
        with clock.at(start + lifted * DAY):
            drop_decision(made, "No danger.", by=second)
            assert code(held) == ("accredited" if lifted < 10 else "between_posts")
        with clock.at(start + 21 * DAY):
            assert code(held) == "between_posts" and Approval.objects.latest("pk").action == action

    @pytest.mark.parametrize(("action", "later"), [("ended", 0), ("suspended", 5)])
    def test_nothing_else_is_interim(self, held, action, later):
        made = propose_decision(
            "approval",
            {"deed": action},
            clock.today() + later * DAY,
            "x",
            by=scene.hub_officer(),
            organisation=scene.organisation(),
            is_interim=True,
        )
        assert not made.is_interim and code(held) == "accredited"


class TestPages:
    def test_the_check_page_names_each_with_before_and_after_and_who_cannot_be_told(self, held):
        client = scene.sign_in(Client(), scene.hub_officer())
        given = {
            "action": "suspended",
            "from_day": clock.today().isoformat(),
            "reason": "A concern.",
        }
        page = client.post(
            "/hub/organisations/HARBOUR/decide/", given, follow=True
        ).content.decode()
        assert (
            "Siân Llewellyn" in page
            and "Accredited" in page
            and "Between posts" in page
            and "No message reaches Harbour House" in page
        )
        assert not PendingDecision.objects.exists()
        assert scene.press(client, "/hub/decisions/check/").status_code == 302
        made = PendingDecision.objects.get()
        second = scene.sign_in(Client(), scene.hub_officer())
        assert f"/hub/decisions/{made.pk}/" in second.get("/hub/").content.decode()
        page = second.get(f"/hub/decisions/{made.pk}/").content.decode()
        seen = page.split('name="seen" value="')[1].split('"')[0]
        stale = second.post(f"/hub/decisions/{made.pk}/", {"action": "confirm", "seen": "0" * 64})
        assert (
            stale.status_code == 409
            and "Nothing was decided" in stale.content.decode()
            and code(held) == "accredited"
        )
        assert (
            second.post(
                f"/hub/decisions/{made.pk}/", {"action": "confirm", "seen": seen}
            ).status_code
            == 302
        )
        assert code(held) == "between_posts"
        task = TelephoneTask.objects.get(subject__startswith="Approval of Harbour House")
        assert f"/hub/calls/{task.pk}/" in second.get("/hub/").content.decode()
        assert (
            second.post(f"/hub/calls/{task.pk}/", {"note": ""}).status_code == 200
            and not TelephoneTask.objects.exclude(recorded_at=None).exists()
        )
        second.post(f"/hub/calls/{task.pk}/", {"note": "Mair"})
        assert f"/hub/calls/{task.pk}/" not in second.get("/hub/").content.decode()

    def test_rules_and_temporary_leave_are_checked_first(self):
        enrolment = scene.ready()
        with clock.at(TODAY):
            client = scene.sign_in(Client(), scene.hub_officer())
            rules = asdict(replace(standing_rules(), years=1)) | {
                "from_day": TODAY.isoformat(),
                "reason": "x",
            }
            learner = scene.person("Łukasz", "Wójcik", Role.LEARNER)
            scene.enrol(learner)
            scene.employ(learner)
            touching = client.post(
                "/hub/rules/", rules | {"grace_months": 1, "years": 1}, follow=True
            )
            assert touching.status_code == 200, (
                "rules that change some people and not others have a check page"
            )
            page = client.post("/hub/rules/", rules, follow=True).content.decode()
            assert "1 year " in page and not RuleLine.objects.exists()
            given = {
                "nations": ["england"],
                "from_day": TODAY.isoformat(),
                "until_day": (TODAY + 20 * DAY).isoformat(),
                "reason": "Cover.",
            }
            page = client.post(
                f"/hub/people/{enrolment.pk}/temporary/", given, follow=True
            ).content.decode()
            assert "Temporarily accredited" in page and not Temporary.objects.exists()
            scene.press(client, "/hub/decisions/check/")
            assert (
                PendingDecision.objects.get().subject == "temporary"
                and not Temporary.objects.exists()
            )

    def test_a_check_page_does_what_it_showed_and_not_what_another_page_wrote_since(self, held):
        """An interim suspension counts at once: pressed in the older of two pages, it would stop everybody of the other organisation."""
        other, client = (
            scene.organisation("OTHER", "Other House"),
            scene.sign_in(Client(), scene.hub_officer()),
        )
        given = {
            "action": "suspended",
            "from_day": clock.today().isoformat(),
            "reason": "A concern.",
            "is_interim": "on",
        }
        shown = client.post(
            f"/hub/organisations/{other.code}/decide/", given, follow=True
        ).content.decode()
        client.post("/hub/organisations/HARBOUR/decide/", given)
        for page in (shown, "none"):
            answer = scene.press(client, "/hub/decisions/check/", page)
            assert (
                answer.status_code == 409
                and "Harbour House" in answer.content.decode()
                and "Nothing was proposed" in answer.content.decode()
            )
        assert not PendingDecision.objects.exists() and code(held) == "accredited"
        assert (
            scene.press(client, "/hub/decisions/check/", answer.content.decode()).status_code == 302
        )
        assert (
            PendingDecision.objects.get().organisation == scene.organisation()
            and code(held) == "between_posts"
        )

    def test_a_registrar_reads_no_decision_of_the_hub(self, held):
        made = suspend(scene.hub_officer())
        client = scene.sign_in(Client(), scene.registrar())
        assert client.get(f"/hub/decisions/{made.pk}/").status_code == 403
        assert (
            client.post(f"/hub/decisions/{made.pk}/", {"action": "confirm"}).status_code == 403
            and code(held) == "accredited"
        )
