"""Who was near the author by an address, a cohort or a post that is not theirs any more does not mark."""

from datetime import date, timedelta

import pytest

from assessments.marking.conflicts import conflicts
from assessments.marking.models import DeclaredInterest
from assessments.portfolio.models import Portfolio, SignOff
from assessments.portfolio.rules import supervisors_of
from cohorts.approvals.actions import decide_approval
from cohorts.enrolment.models import StatusChange
from cohorts.organisations.actions import add_organisation
from lms.kit import clock
from lms.people.models import AddressChange

from .scene import DAY, OP
from .test_conflicts import actions_cohort, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(scene):
    made = add_organisation("HOST", "Host of Testing", ["scotland"], "", by=OP)
    decide_approval(made, "approved", date(2026, 1, 1), "", by=OP)
    return made


@pytest.mark.both_engines
@pytest.mark.parametrize("what", ["line manager", "signer", "mailbox"])
def test_an_address_that_somebody_had_counts_as_theirs(scene, host, what):
    """Agnes was near the author by an address that she no longer has."""
    submission, had = scene.hand_in(), "agnes@old.example"
    if what == "line manager":
        post("P-1", scene.author, host, had.upper())
    elif what == "signer":
        portfolio = Portfolio.objects.create(enrolment=scene.enrolment, assessment=scene.essay)
        SignOff.objects.create(
            portfolio=portfolio,
            item_key="k",
            item_title="T",
            signer="supervisor",
            name="A",
            email=had,
            expires_at=clock.now(),
            state="signed",
        )
    else:
        box, _at, domain = scene.author.email.partition("@")
        had = f"{box}+a@{domain}"
    assert not conflicts([submission], [scene.agnes, scene.tomasz])
    AddressChange.objects.create(
        person=scene.agnes,
        old_address=had,
        new_address=scene.agnes.email,
        secret_hash="x",
        asked_by="test",
        expires_at=clock.now(),
        confirmed_at=clock.now(),
    )
    assert [*conflicts([submission], [scene.agnes, scene.tomasz])] == [
        (submission.pk, scene.agnes.pk)
    ]
    AddressChange.objects.update(refused_at=clock.now())
    assert conflicts([submission], [scene.agnes]), "until an officer undoes it"
    AddressChange.objects.update(confirmed_at=None)  # as `reopen_account` does with the old address
    assert not conflicts([submission], [scene.agnes])


@pytest.mark.both_engines
@pytest.mark.parametrize("who", ["author", "marker", "interest"])
def test_a_cohort_that_somebody_moved_from_is_still_theirs(scene, who):
    submission, before, other = scene.hand_in(), scene.cohort, actions_cohort(scene)
    moved = scene.enrolment
    if who == "interest":
        DeclaredInterest.objects.create(marker=scene.agnes, cohort=before)
    else:
        theirs = scene.enrol(scene.agnes, "REF-AGNES")
        moved = theirs if who == "marker" else moved
    moved.cohort = other
    moved.save(update_fields=["cohort"])
    submission.enrolment.refresh_from_db()
    assert not conflicts([submission], [scene.agnes])
    StatusChange.objects.create(
        enrolment=moved,
        kind="transfer",
        on_day=DAY,
        from_cohort=before,
        to_cohort=other,
        decided_by="test",
    )
    assert conflicts([submission], [scene.agnes]) and not conflicts([submission], [scene.tomasz])


def test_a_line_manager_whom_the_register_names_no_more_does_not_mark(scene, host):
    """Handed in under Agnes; an officer enters another line manager afterwards, and a third later."""
    with clock.at(clock.now() - timedelta(days=20)):
        post("P-1", scene.author, host, scene.tomasz.email)
    with clock.at(clock.now() - timedelta(days=10)):
        post("P-1", scene.author, host, scene.agnes.email)
    submission = scene.hand_in()
    with clock.at(clock.now() + timedelta(days=2)):
        post("P-1", scene.author, host, "another@test.example")
        found = conflicts([submission], [scene.agnes, scene.tomasz])
    assert [*found] == [(submission.pk, scene.agnes.pk)]


def test_a_line_manager_by_an_address_that_they_had_is_asked_at_their_account(scene, host):
    post("P-1", scene.author, host, "agnes@old.example")
    assert [one["person"] for one in supervisors_of(scene.author)] == [None]
    AddressChange.objects.create(
        person=scene.agnes,
        old_address="agnes@old.example",
        new_address=scene.agnes.email,
        secret_hash="x",
        asked_by="test",
        expires_at=clock.now(),
        confirmed_at=clock.now(),
    )
    assert [one["person"] for one in supervisors_of(scene.author)] == [scene.agnes]
