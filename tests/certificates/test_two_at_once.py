"""Two officers, or two workers, at one moment: a decision is made once, and each change is told once."""

import pytest

from certificates.actions import (
    confirm_decision,
    drop_decision,
    look_at_standings,
    propose_decision,
)
from certificates.models import Credential, PendingDecision, Revocation
from cohorts.organisations.models import Approval, Contact
from lms.kit import clock
from lms.people.models import Notice, Role

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
