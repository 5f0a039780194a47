"""What a stranger, a pause or a reused code must not bring about in somebody's account."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client

from lms.kit.refusals import Refused
from lms.people import encryption, outbox
from lms.people.actions import admit, grant
from lms.people.invitations import accept, invite
from lms.people.models import Mail, Notice, Role
from lms.people.recoveries import confirm_recovery, open_recovery
from lms.people.roles import Operator
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
BY = Operator("test")
PASSWORD = "seven copper teapots"


def someone(role=Role.LEARNER, email="ada@imsa.example", password=PASSWORD):
    person = admit(by=BY, email=email, first_name="Ada", last_name="Lovelace")
    if password:
        person.set_password(password)
        person.save()
    grant(person, role, by=BY)
    return person


def sign_in(client, person, password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": person.email, "password": password}, **more)


def code(secret, step=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def pause(client, seconds):
    session = client.session
    session["seen_at"] = int(time.time()) - seconds
    session["account_authentication_methods"] = [
        {**r, "at": r["at"] - seconds} for r in session.get("account_authentication_methods", [])
    ]
    session.save()


def letters(person):
    return [
        encryption.decrypt(m.encrypted_body, outbox.PURPOSE)
        for m in Mail.objects.filter(person=person).order_by("pk")
    ]


def test_a_form_of_another_site_is_not_done_after_a_pause():
    """A form is put aside only after the check that it came from here: what is put aside is not checked again."""
    client, person = Client(enforce_csrf_checks=True), someone()
    client.force_login(person)
    pause(client, 13 * 3600)
    assert client.post("/me/reading/", {"size": "largest"}).status_code == 403
    assert "account_reauthentication_state" not in client.session


def test_a_form_whose_address_asks_something_is_done_after_a_pause(client):
    person = someone()
    sign_in(client, person)
    pause(client, 13 * 3600)
    asked = client.post("/me/reading/?from=here", {"size": "largest"})
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    client.post(asked["Location"], {"password": PASSWORD})
    person.refresh_from_db()
    assert person.reading == {"size": "largest"}


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_a_code_opens_once_for_as_long_as_it_is_good(client, step):
    person, secret, thief = someone(Role.TUTOR), generate_totp_secret(), Client()
    TOTP.activate(person, secret)
    one = code(secret, step)
    for who in (client, thief):
        sign_in(who, person)
        who.post("/accounts/2fa/authenticate/", {"code": one})
        cache.delete(
            f"allauth.mfa.totp.used?user={person.pk}&code={one}"
        )  # allauth forgets it after one step of three
    assert "_auth_user_id" in client.session and "_auth_user_id" not in thief.session


def test_a_recovery_code_used_and_recovery_codes_seen_are_told_and_recorded(client):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    person, secret = someone(Role.TUTOR), generate_totp_secret()
    TOTP.activate(person, secret)
    spare = RecoveryCodes.activate(person).get_unused_codes()[0]
    sign_in(client, person)
    client.post("/accounts/2fa/authenticate/", {"code": spare})
    assert (
        Entry.objects.filter(action="people.use_recovery_code").count() == 1
        and "A recovery code" in letters(person)[-1]
    )
    client.post("/accounts/2fa/reauthenticate/", {"code": code(secret)})
    assert client.get("/accounts/2fa/recovery-codes/").status_code == 200
    assert Entry.objects.filter(action="people.see_recovery_codes").count() == 1


def test_strangers_use_up_nobodys_links(client):
    """The fourth time in an hour is answered as ever, for a known address and an unknown one; it sends nothing more."""
    person = someone()
    answers = [
        client.post("/accounts/password/reset/", {"email": e})
        for e in [person.email, "nobody@elsewhere.example"]
        for _ in range(5)
    ]
    assert {(a.status_code, a["Location"]) for a in answers} == {
        (302, "/accounts/password/reset/done/")
    }
    assert Mail.objects.count() == 3


def test_an_address_that_was_somebody_elses_opens_its_owners_account_alone(client):
    first = someone(email="shared@imsa.example")
    EmailAddress.objects.create(
        user=first, email="shared@imsa.example", verified=True, primary=True
    )
    first.email = "moved@imsa.example"
    first.save()
    second = someone(email="shared@imsa.example", password="")
    accept(invite(second, by=BY).rstrip("/").split("/")[-1], "nine wooden bicycles")
    sign_in(client, second)
    assert "_auth_user_id" not in client.session, "the former owner's password"
    sign_in(client, second, "nine wooden bicycles")
    assert client.session["_auth_user_id"] == str(second.pk)


def test_a_first_officer_who_is_none_any_more_opened_nothing():
    first, second, person = (
        someone(Role.REGISTRAR, "r@imsa.example"),
        someone(Role.HUB_OFFICER, "h@imsa.example"),
        someone(Role.TUTOR),
    )
    TOTP.activate(person, generate_totp_secret())
    made = open_recovery(person, by=first, how_checked="Rang the number in the file")
    first.is_active = False
    first.save()
    with pytest.raises(Refused):
        confirm_recovery(made, by=second)
    assert person.authenticator_set.exists()


def test_many_wrong_passwords_are_told_to_the_owner_once_and_a_reset_ends_the_rest(
    client, settings
):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login_anywhere": "6/h/key"}
    person = someone()
    for n in range(9):
        sign_in(Client(), person, "not the phrase at all", REMOTE_ADDR=f"198.51.100.{n}")
    assert Notice.objects.filter(person=person, subject__contains="wrong password").count() == 1
    client.post("/accounts/password/reset/", {"email": person.email})
    link = re.search(r"/accounts/password/reset/key/\S+", letters(person)[-1])[0]
    form = client.get(link, follow=True)
    client.post(
        form.redirect_chain[-1][0],
        {"password1": "nine wooden bicycles", "password2": "nine wooden bicycles"},
    )
    fresh = Client()
    sign_in(fresh, person, "nine wooden bicycles", REMOTE_ADDR="203.0.113.9")
    assert "_auth_user_id" in fresh.session
