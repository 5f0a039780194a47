"""Two officers, or two workers, at one moment: a decision is made once, and each change is told once."""

from contextlib import nullcontext

import pytest

from certificates.actions import (
    answer_check,
    confirm_decision,
    drop_decision,
    issue,
    look_at_standings,
    propose_decision,
)
from certificates.actions.account_merges import confirm_merge, drop_merge, propose_merge
from certificates.models import Certificate, Credential, PendingDecision, Revocation
from cohorts.organisations.models import Approval, Contact
from lms.kit import clock
from lms.kit.refusals import Refused
from lms.people.models import FormerAccount, Notice, Role
from lms.record.models import Entry

from . import scene
from .scene import TODAY
from .test_at_once import at_once

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db(transaction=True)]


def contact():
    who = scene.person("Gareth", "Evans", Role.EMPLOYER)
    Contact.objects.create(person=who, organisation=scene.organisation(), starts_on=scene.BEGUN)
    return who


def test_two_officers_confirm_or_drop_one_decision():
    scene.certified()
    with clock.at(TODAY):
        made = propose_decision(
            "approval",
            {"deed": "suspended"},
            TODAY,
            "x",
            by=scene.hub_officer(),
            organisation=scene.organisation(),
        )
    officers = [scene.hub_officer() for _ in range(2)]
    at_once(*(lambda by=by: confirm_decision(made, by=by) for by in officers))
    assert (
        Approval.objects.filter(action="suspended").count() == 1
        and PendingDecision.objects.get().state == "confirmed"
    )
    with clock.at(TODAY):
        made = propose_decision(
            "approval",
            {"deed": "approved"},
            TODAY,
            "x",
            by=scene.hub_officer(),
            organisation=scene.organisation(),
        )
    at_once(
        lambda: confirm_decision(made, by=officers[0]),
        lambda: drop_decision(made, "x", by=officers[1]),
    )
    made.refresh_from_db()
    assert Approval.objects.filter(action="approved").count() == (
        2 if made.state == "confirmed" else 1
    )


def test_one_rescission_and_one_message_to_each():
    held, who = scene.certified(), contact()
    with clock.at(TODAY):
        made = propose_decision(
            "rescission",
            {},
            TODAY,
            "x",
            by=scene.registrar(),
            credential=Credential.objects.get(certificate=held, kind="award"),
        )
    at_once(
        *(
            lambda by=by: confirm_decision(made, by=by)
            for by in (scene.hub_officer(), scene.registrar())
        )
    )
    assert Revocation.objects.count() == 1 and Notice.objects.filter(person=who).count() == 1
    at_once(look_at_standings, look_at_standings)
    assert Notice.objects.filter(person=who).count() == 1


def test_two_looks_tell_a_term_that_ended_once():
    held, who = scene.certified(), contact()
    with clock.at(TODAY):
        look_at_standings()
        Notice.objects.filter(person=who).delete()
    scene.end(held.register_line, TODAY)
    with clock.at(TODAY + scene.timedelta(days=1)):
        look_at_standings()
        assert Notice.objects.filter(person=who).count() == 1
        look_at_standings()
    assert Notice.objects.filter(person=who).count() == 1


def withdrawal_of(organisation):
    """The approval is to end today: proposed, and a second officer to confirm it."""
    with clock.at(TODAY):
        made = propose_decision(
            "approval",
            {"deed": "ended"},
            TODAY,
            "x",
            by=scene.hub_officer(),
            organisation=organisation,
        )
    by = scene.hub_officer()
    return lambda: confirm_decision(made, by=by)


def test_an_approval_ends_while_a_certificate_is_issued():
    """Either comes first: the certificate stands and the person hears that the post counts no more, or there is none. Never one that was issued after the end."""
    waiting, by, where = scene.ready(), scene.registrar(), scene.organisation()
    withdraw = withdrawal_of(where)
    issued, withdrawn = at_once(lambda: issue(waiting, by=by), withdraw)
    assert withdrawn == "done" or "changed" in withdrawn, withdrawn
    if withdrawn != "done":  # the preview of before the certificate: read again, then confirmed
        assert issued == "done"
        (again,) = at_once(withdraw_again(where))
        assert again == "done"
    acts = [
        entry.action
        for entry in Entry.objects.filter(
            action__in=("certificates.issue", "cohorts.decide_approval")
        ).order_by("pk")
    ]
    if issued == "done":
        assert acts == ["certificates.issue", "cohorts.decide_approval"]
        held = Certificate.objects.get()
        with clock.at(TODAY):
            look_at_standings()
            answer = answer_check(held.number, held.facts["family_name"]).answer
        assert answer["code"] == "between_posts"
        assert Notice.objects.filter(person=waiting.person).count() >= 2
    else:
        assert "approv" in issued, issued
        assert acts == ["cohorts.decide_approval"] and not Certificate.objects.exists()
    with clock.at(TODAY), pytest.raises(Refused) if issued != "done" else nullcontext():
        issue(waiting, by=by)
    assert Certificate.objects.count() == (issued == "done")


def withdraw_again(organisation):
    open_one = PendingDecision.objects.get(state="proposed")
    with clock.at(TODAY):
        drop_decision(open_one, "The facts changed.", by=scene.hub_officer())
    return withdrawal_of(organisation)


def test_two_officers_confirm_a_merge_or_drop_it():
    """One merge, whoever is first; a drop beside it leaves everything or nothing moved."""
    held, spare = scene.certified(), scene.person("Siân", "Pryce", Role.LEARNER)
    scene.employ(spare, scene.organisation("LANTERN", "Lanternby"))
    officers = [scene.hub_officer(), scene.registrar()]
    person = held.enrolment.person

    def proposed():
        with clock.at(TODAY):
            return propose_merge(
                spare, person, "x", by=scene.hub_officer(), identity_check="Saw her passport."
            )

    made = proposed()
    at_once(
        lambda: drop_merge(made, "x", by=officers[0]), lambda: confirm_merge(made, by=officers[1])
    )
    made.refresh_from_db()
    is_merged = made.state == "merged"
    assert FormerAccount.objects.count() == spare_is_closed(spare) == is_merged
    assert person.employments.count() == 1 + is_merged
    if not is_merged:
        made = proposed()
        came = at_once(*(lambda by=by: confirm_merge(made, by=by) for by in officers))
        assert came == ["done", "done"]
    assert FormerAccount.objects.count() == 1 and person.employments.count() == 2
    assert Entry.objects.filter(action="certificates.confirm_merge").count() == 1


def spare_is_closed(spare):
    spare.refresh_from_db()
    return not spare.is_active
