"""An email address changes only when its owner says so, and the one who loses it is told."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people import encryption, outbox
from lms.people.actions import admit, grant
from lms.people.address_changes import ask, cancel, confirm
from lms.people.address_refusals import reopen
from lms.people.invitations import accept, invite
from lms.people.models import AddressChange, Mail, Notice, Role, RoleGrant, User
from lms.people.same_person import addresses_of, person_of
from lms.record.models import Entry
from tests.people.scene import BY, client_of

pytestmark = pytest.mark.django_db
NEW = "ada@new.example"


def someone(*roles, email="ada@old.example", password="seven copper teapots"):
    person = admit(by=BY, email=email, first_name="Ada", last_name="Lovelace")
    if password:
        person.set_password(password)
        person.save()
    for role in roles:
        grant(person, role, by=BY)
    return person


def bodies(to):
    mails = Mail.objects.filter(to=to).order_by("pk")
    return [encryption.decrypt(mail.encrypted_body, outbox.PURPOSE) for mail in mails]


@pytest.mark.both_engines
def test_the_owner_of_the_new_address_changes_it():
    person, officer = someone(Role.LEARNER), someone(Role.REGISTRAR, email="r@x.example")
    made = ask(person, "ADA@New.example", by=officer)
    assert ask(person, NEW, by=officer).pk == made.pk and len(bodies(NEW)) == 1
    person.refresh_from_db()
    assert person.email == "ada@old.example"
    assert (
        "was asked to change" in bodies("ada@old.example")[0]
        and NEW not in bodies("ada@old.example")[0]
    )
    confirm(made.secret)
    confirm(made.secret)
    person.refresh_from_db()
    assert person.email == NEW and person.check_password("seven copper teapots")
    assert EmailAddress.objects.get(user=person).email == NEW
    assert len(bodies("ada@old.example")) == 3  # asked for, a link to refuse, and changed
    assert (
        Notice.objects.filter(person=person, subject="Your email address was changed").count() == 1
    )
    entries = Entry.objects.filter(action__contains="address")
    assert [e.action for e in entries.order_by("pk")] == [
        "people.ask_address",
        "people.change_address",
    ]
    assert entries.latest("pk").actor == "command:confirm_address"  # a link, not the person
    assert entries.latest("pk").after == {"asked_by": f"person:{officer.pk}", "approved_by": ""}
    assert not any("example" in str((e.before, e.after, e.reason)) for e in entries)


def test_who_never_signed_in_is_invited_at_the_new_address():
    person = someone(password="")
    link = invite(person, by=BY)
    made = ask(person, NEW, by=BY)
    confirm(made.secret)
    with pytest.raises(Refused):
        accept(link.rstrip("/").rpartition("/")[2], "nine silver kettles")
    assert any("/accounts/invitation/" in body for body in bodies(NEW))


def test_an_older_cancelled_or_late_link_changes_nothing():
    person, other = someone(), someone(email="other@x.example")
    first = ask(person, NEW, by=BY)
    second = ask(person, "ada@newer.example", by=BY)
    for secret in (first.secret, "nonsense"):
        with pytest.raises(Refused):
            confirm(secret)
    cancel(second, by=BY)
    cancel(second, by=BY)
    with pytest.raises(Refused, match="cancelled"):
        confirm(second.secret)
    third = ask(person, NEW, by=BY)
    with clock.at(clock.now() + timedelta(days=15)), pytest.raises(Refused, match="expired"):
        confirm(third.secret)
    User.objects.filter(pk=other.pk).update(email="Ada@NEW.example")
    with pytest.raises(Refused, match="Another account"):
        confirm(third.secret)
    with pytest.raises(Refused, match="Another account"):
        ask(person, NEW, by=BY)
    with pytest.raises(Refused, match="already"):
        ask(person, "ADA@old.example", by=BY)
    person.refresh_from_db()
    assert person.email == "ada@old.example"


@pytest.mark.parametrize("role", [None, *Role])
def test_who_may_ask(role):
    person = someone(Role.LEARNER)
    by = someone(*([role] if role else []), email="by@x.example")
    if role in (Role.REGISTRAR, Role.HUB_OFFICER):
        ask(person, NEW, by=by)
        with pytest.raises(NotAllowed):
            ask(by, NEW, by=by)
        for duty in (Role.TUTOR, Role.EMPLOYER, Role.HUB_OFFICER):
            with pytest.raises(NotAllowed):
                ask(someone(duty, email=f"{duty}@x.example"), "z@x.example", by=by)
        return
    with pytest.raises(NotAllowed):
        ask(person, NEW, by=by)
    client = client_of(by)
    for url in (f"/people/{person.pk}/address/", f"/people/{person.pk}/address/cancel/"):
        assert client.post(url, {"email": NEW}).status_code == 403
    assert not AddressChange.objects.exists() and not bodies(NEW)


def test_on_the_pages_opening_the_link_changes_nothing():
    person, officer = someone(), someone(Role.HUB_OFFICER, email="hub@x.example")
    client, url = client_of(officer), f"/people/{person.pk}/address/"
    page = client.post(url, {"email": "not one"}).content.decode()
    assert "Enter an email address" in page and "not one" in page
    assert client.post(url, {"email": NEW}).status_code == 302
    assert NEW in client.get(url).content.decode()
    link = re.search(r"/accounts/address/[^/\s]+/", bodies(NEW)[0]).group()
    stranger = Client()
    for _scanner in range(2):
        assert "Confirm this address" in stranger.get(link).content.decode()
    person.refresh_from_db()
    assert person.email == "ada@old.example"
    for _twice in range(2):
        stranger.post(link)
    person.refresh_from_db()
    assert person.email == NEW
    assert "is confirmed" in stranger.get(link).content.decode()
    shown = {"change": AddressChange.objects.get().pk}
    late = client.post(f"{url}cancel/", shown, follow=True).content.decode()
    assert "the request you saw has ended" in late and "no longer works" not in late
    assert cancel(AddressChange.objects.get(), by=officer).ended_at is None
    assert stranger.get("/accounts/address/nothing/").status_code == 404
    client.post(url, {"email": "third@x.example"})
    client.post(f"{url}cancel/", shown)
    third = AddressChange.objects.get(confirmed_at=None)
    assert third.ended_at is None, "who pressed had another request before them"
    assert f'name="change" value="{third.pk}"' in client.get(url).content.decode()
    client.post(f"{url}cancel/", {"change": third.pk})
    assert AddressChange.objects.get(confirmed_at=None).ended_at


def refusals():
    """The links to refuse that went to the old address, the newest last."""
    found = [re.search(r"/accounts/address/refuse/[^\s]+/", b) for b in bodies("ada@old.example")]
    return [one.group() for one in found if one]


@pytest.mark.both_engines
def test_the_owner_of_the_old_address_refuses_before_it_changes():
    person, officer = someone(Role.LEARNER), someone(Role.REGISTRAR, email="r@x.example")
    made, stranger = ask(person, NEW, by=officer), Client()
    (link,) = refusals()
    for _scanner in range(2):
        assert "This was not me" in stranger.get(link).content.decode()
    assert AddressChange.objects.get().ended_at is None
    for _twice in range(2):
        stranger.post(link)
    assert "You have refused this" in stranger.get(link).content.decode()
    with pytest.raises(Refused, match="refused"):
        confirm(made.secret)
    person.refresh_from_db()
    assert person.email == "ada@old.example" and person.check_password("seven copper teapots")
    entry = Entry.objects.get(action="people.refuse_address")
    assert entry.after["asked_by"] == f"person:{officer.pk}"
    assert Notice.objects.filter(person=officer, subject__contains="refused").count() == 1
    assert stranger.get("/accounts/address/refuse/nothing/").status_code == 404


@pytest.mark.both_engines
def test_a_refusal_after_the_change_gives_the_account_to_nobody_until_an_officer_has_asked():
    person, asker = someone(Role.LEARNER), someone(Role.REGISTRAR, email="r@x.example")
    other = someone(Role.HUB_OFFICER, email="h@x.example")
    confirm(ask(person, NEW, by=asker).secret)
    person.refresh_from_db()
    person.set_password("of whoever reads it")
    person.save()
    reader = client_of(person)
    assert reader.get("/me/").status_code == 200
    link = refusals()[-1]
    page = Client().get(link).content.decode()
    assert "The account is then closed" in page and "address back" not in page
    for _twice in range(2):
        Client().post(link)
    assert "is closed until" in Client().get(link).content.decode()
    person.refresh_from_db()
    assert (person.email, person.is_active) == (NEW, False)
    assert reader.get("/me/").status_code == 302
    assert not any("/accounts/invitation/" in body for body in bodies("ada@old.example")), (
        "a former employer may read the old mailbox"
    )
    assert any("closed" in body for body in bodies(NEW))
    assert Entry.objects.get(action="people.refuse_address").after["closes"] is True
    with pytest.raises(NotAllowed, match="another officer"):
        reopen(person, "ada@old.example", by=asker)
    with pytest.raises(Refused, match="one of the two"):
        reopen(person, "third@x.example", by=other)
    person.refresh_from_db()
    assert not person.is_active
    for _twice in range(2):
        reopen(person, "ada@old.example", by=other)
    person.refresh_from_db()
    assert (person.email, person.is_active) == ("ada@old.example", True)
    assert not person.has_usable_password()
    assert EmailAddress.objects.get(user=person).email == "ada@old.example"
    assert sum("/accounts/invitation/" in body for body in bodies("ada@old.example")) == 1
    assert Entry.objects.filter(action="people.reopen_account").count() == 1
    assert addresses_of(person) == {"ada@old.example"} and person_of(NEW) is None
    assert "stays as it was" in Client().get(link).content.decode()


def test_an_officer_opens_it_with_the_new_address_on_the_page():
    person, officer = someone(Role.LEARNER), someone(Role.REGISTRAR, email="r@x.example")
    confirm(ask(person, NEW, by=BY).secret)
    Client().post(refusals()[-1])
    client, url = client_of(officer), f"/people/{person.pk}/address/"
    page = client.get(url).content.decode()
    assert "The account is closed" in page and "New email address" not in page
    with pytest.raises(Refused, match="closed"):
        ask(person, "third@x.example", by=officer)
    assert AddressChange.objects.count() == 1
    assert person_of("ada@old.example") == person, "also while nobody has decided"
    client.post(f"{url}reopen/", {"address": NEW})
    person.refresh_from_db()
    assert not person.is_active, "not before somebody spoke to them"
    client.post(f"{url}reopen/", {"address": NEW, "is_checked": "on"})
    person.refresh_from_db()
    assert (person.email, person.is_active) == (NEW, True)
    assert "The account is closed" not in client.get(url).content.decode()
    assert addresses_of(person) == {"ada@old.example", NEW}, "conflicts of interest go by both"
    assert "opened it again" in Client().get(refusals()[-1]).content.decode()


def test_the_letter_of_a_request_that_a_newer_one_replaced_says_what_its_link_does():
    person = someone(Role.LEARNER)
    ask(person, "typing.error@new.example", by=BY)
    confirm(ask(person, NEW, by=BY).secret)
    link = refusals()[0]
    assert "The account is then closed" in Client().get(link).content.decode()
    Client().post(link)
    person.refresh_from_db()
    assert not person.is_active
    assert "is closed until" in Client().get(link).content.decode()


def test_after_some_days_it_is_too_late_to_refuse():
    person = someone(Role.LEARNER)
    confirm(ask(person, NEW, by=BY).secret)
    link = refusals()[-1]
    with clock.at(clock.now() + timedelta(days=15)):
        assert Client().get(link).status_code == 410
        Client().post(link)
    person.refresh_from_db()
    assert person.email == NEW


@pytest.mark.parametrize("what", ["duty", "coming duty", "asker"])
def test_who_may_is_asked_again_when_it_is_confirmed(what):
    person, officer = someone(Role.LEARNER), someone(Role.REGISTRAR, email="r@x.example")
    made = ask(person, NEW, by=officer)
    if what == "asker":
        RoleGrant.objects.filter(person=officer).delete()
    else:
        RoleGrant.objects.create(
            person=person,
            role=Role.TUTOR,
            starts_on=clock.today() + timedelta(days=what == "coming duty"),
            granted_by="test",
        )
    with pytest.raises(Refused, match="programme office"):
        confirm(made.secret)
    person.refresh_from_db()
    assert person.email == "ada@old.example"
