"""However facts are divided over two accounts of one person: joined, they answer as one account that had them all."""

import uuid
from datetime import date, timedelta
from random import Random

import pytest
from django.db import transaction

from assessments.attempts.adjusting import record_adjustment
from assessments.attempts.adjustments import extra_percent, people_with_days
from assessments.attempts.models import Adjustment
from certificates.actions.account_merges import (
    confirm_separation,
    drop_merge,
    propose_merge,
    propose_separation,
)
from certificates.actions.account_rows import join
from certificates.actions.certificates import lock
from certificates.models import Temporary, Withholding
from certificates.queries.account_hindrances import hindrances_between, silent_hindrances
from certificates.queries.account_merges import merges_shown, moves_of, preview_of_merge
from cohorts.discussion.models import DiscussionPost, DiscussionSpace, DiscussionThread
from cohorts.discussion.names_shown import names_shown
from cohorts.employment.models import Employment
from cohorts.enrolment.models import Enrolment
from courses.models import Study
from lms.kit import clock
from lms.kit.refusals import NotNow, Refused
from lms.people.contact import Preferences, preferences_of, set_contact
from lms.people.models import (
    ContactPreference,
    DisplayName,
    FormerAccount,
    Role,
    RoleGrant,
    UnreachableAddress,
)
from lms.people.names import choose_name, remove_name
from lms.people.roles import Operator
from lms.people.safe_contact import drop_of_leavers, write_note
from tests.shared import begins_with, copy_of

from . import scene
from .scene import BEGUN, TODAY
from .test_account_merges import make_two, merged, proposed, standings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with clock.at(TODAY):
        yield


@pytest.fixture
@begins_with(make_two)
def two():
    return copy_of(make_two)


@pytest.mark.both_engines
def test_whichever_account_had_what_the_person_stands_as_if_one_had_it_all(two):
    """Any split of enrolments, posts, study and decisions over two accounts gives, joined, for every day what one account with all of it gives."""
    account, person, rng = two["account"], two["person"], Random(14)
    enrolments = [*Enrolment.objects.filter(person__in=(account, person)).order_by("pk")]
    late = scene.employ(
        person, scene.organisation("MILL", "Mill House"), ["wales"], date(2027, 2, 1)
    )
    scene.end(Employment.objects.filter(person=person).first().lines.get(), date(2026, 11, 30))
    Temporary.objects.create(
        enrolment=two["enrolment"],
        nations=["scotland"],
        from_day=date(2026, 2, 1),
        until_day=date(2026, 6, 1),
        reason="x",
        decided_by="test",
    )
    scene.decide(late.organisation, "suspended", date(2027, 9, 1))
    rows = [
        *enrolments,
        *Employment.objects.filter(person__in=(account, person)),
        *Study.objects.filter(person__in=(account, person)),
    ]
    # Everything at one account; of two studies of one text the earlier.
    Study.objects.filter(person=person, version__in=account.studies.values("version")).delete()
    rows = [row for row in rows if type(row)._base_manager.filter(pk=row.pk).exists()]

    def divide(owners):
        for row, owner in zip(rows, owners, strict=True):
            type(row)._base_manager.filter(pk=row.pk).update(person=owner)
            if isinstance(row, Enrolment):
                scene.StudyPlan.objects.filter(pk=row.plan_id).update(person=owner)

    divide([person] * len(rows))
    (whole,) = standings(person)
    assert len({code for code, *_ in whole}) > 3
    for _n in range(8):
        with transaction.atomic():
            divide([rng.choice((account, person)) for _row in rows])
            join(account, person, moves_of(account, person), by=two["second"])
            assert standings(person) == [whole]
            transaction.set_rollback(True)
        account.refresh_from_db()
        person.refresh_from_db()


@pytest.mark.both_engines
def test_what_somebody_is_given_and_chose_comes_along_and_goes_back(two):
    account, person, enrolment = two["account"], two["person"], two["enrolment"]
    for one, percent in ((person, 10), (account, 25)):
        Adjustment.objects.create(
            person=one, number=1, percent=percent, days=3, starts_on=BEGUN, by="test"
        )
    choose_name(account, by=account, name="Sam Harbour")
    set_contact(account, by=account, ways=["email"], hours="Mornings")
    note = write_note(account, by=account, text="Ring twice.", readers=[two["first"]], token="t")
    UnreachableAddress.objects.create(
        person=account, address=account.email, office="registry", since_at=clock.now()
    )
    thread = DiscussionThread.objects.create(
        space=DiscussionSpace.objects.create(cohort=enrolment.cohort), title="A title"
    )
    post = DiscussionPost.objects.create(
        thread=thread, token=uuid.uuid4(), author=account, text="Words"
    )

    def seen():
        for row in (account, person, enrolment, note, post):
            row.refresh_from_db()
        return [account.display_name, person.display_name], note.person, post.author

    made = merged(two)
    assert seen() == (["Sam Harbour"] * 2, person, person)
    shown = names_shown([post.author], enrolment.cohort)
    assert shown == {person.pk: "Sam Harbour"}, "never a full name instead"
    assert preferences_of(person).hours == "Mornings"
    assert extra_percent(enrolment) == 25
    assert {row["owner_"] for row in people_with_days()} == {person.pk}
    assert not UnreachableAddress.objects.filter(cleared_at=None).exists()
    with clock.at(TODAY + timedelta(days=1)):
        record_adjustment(person, percent=30, starts_on=TODAY, by=two["first"], seen=1)
        assert extra_percent(enrolment) == 30
        choose_name(person, by=person, name="Lou Mill")
        set_contact(person, by=person, ways=["telephone"], telephone="0161 496 0000")
        made = propose_separation(made, "Two sisters.", by=two["first"])
        confirm_separation(made, by=two["second"])
        assert seen() == (["Sam Harbour", "Lou Mill"], account, account)
        assert preferences_of(account) == Preferences(), "the other one’s number is never shown"
        assert preferences_of(person).telephone == "0161 496 0000"
        assert extra_percent(enrolment) == 25 and extra_percent(two["held"].enrolment) == 30
    in_force = DisplayName.objects.filter(ended_at=None).values_list("person", "name")
    assert {*in_force} == {(account.pk, "Sam Harbour"), (person.pk, "Lou Mill")}


def test_a_name_that_is_taken_away_goes_from_the_closed_account_too(two):
    account, person = two["account"], two["person"]
    choose_name(account, by=account, name="Sam Harbour")
    merged(two)
    remove_name(DisplayName.objects.get(), by=two["first"], reason="Not a name.")
    account.refresh_from_db()
    person.refresh_from_db()
    assert account.display_name == person.display_name == ""


def test_contact_details_that_stayed_with_a_closed_account_go_as_those_of_leavers(two):
    for one in (two["account"], two["person"]):
        set_contact(one, by=one, ways=["email"], hours="Mornings")
    merged(two)
    assert ContactPreference.objects.count() == 2
    with clock.at(TODAY + timedelta(days=91)):
        drop_of_leavers(by=Operator("test"))
    assert not ContactPreference.objects.filter(person=two["account"]).exists()


def test_no_pair_of_accounts_tells_an_officer_what_is_not_for_them(two):
    """Registrars and Hub officers see the preview of any two accounts, without a trace."""
    account, person, officer = two["account"], two["person"], two["second"]
    before = hindrances_between(account, officer)
    hidden = Withholding.objects.create(
        person=account, mode="hub", from_day=TODAY, reason="x", decided_by=officer.record_label
    )
    assert hindrances_between(account, officer) == before
    assert silent_hindrances(account, officer)
    Withholding.objects.filter(pk=hidden.pk).update(decided_by=person.record_label)
    with pytest.raises(Refused, match="stay apart"):
        merged(two)
    assert not FormerAccount.objects.exists() and account.enrolments.exists()
    RoleGrant.objects.create(
        person=account, role=Role.SURVIVOR_CONSULTANT, starts_on=BEGUN, granted_by="test"
    )
    shown = preview_of_merge(account, person)
    assert "duties" in " ".join(shown.hindrances)
    assert "consultant" not in f"{shown.hindrances} {shown.lines}".lower()


def test_no_certificate_is_issued_for_an_account_that_closed_meanwhile(two):
    enrolment = two["enrolment"]
    merged(two)
    assert enrolment.person_id == two["account"].pk, "as a page has it that was opened before"
    with pytest.raises(NotNow, match="made one"):
        lock(enrolment)


def test_nobody_is_shown_what_waits_about_themselves_and_what_waits_stands_first(two, client):
    account, person, officer = two["account"], two["person"], two["first"]
    client = scene.sign_in(client, officer)
    page = client.get(f"/registry/people/{account.pk}/merge/{person.pk}/").content.decode()
    assert "What it does" in page
    for pair in ((account, officer), (officer, account)):
        page = client.get("/registry/people/{}/merge/{}/".format(*(one.pk for one in pair)))
        assert "What it does" not in page.content.decode()
    waits = proposed(two)
    with clock.at(TODAY + timedelta(days=1)):
        other = propose_merge(scene.person("A", "Bell"), scene.person(), "x", by=officer)
        drop_merge(other, "x", by=officer)
    assert list(merges_shown()) == [waits, other]
