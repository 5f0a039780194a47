"""A change of how somebody gets in is there with its record entry, its message and the end of other sessions, or not at all: also when
the process is killed in between, and when two requests bring the same link or code at once."""

import os
import signal
import time
from threading import Barrier, Thread

import pytest
from allauth.account import urls as account_urls
from allauth.account.internal.flows.password_reset import get_reset_password_from_key_url
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa import urls as factor_urls
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import resolve

from lms.kit.refusals import NotAllowed, Refused
from lms.people import account_views, invitations, recoveries
from lms.people.actions import admit, grant
from lms.people.models import Invitation, Mail, Notice, Recovery, Role, User
from lms.people.roles import Operator
from lms.record.models import Entry

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db(transaction=True)]
BY = Operator("test")
PASSWORD, NEW = "violet kettle morning rain", "seven quiet herons at dusk"


def someone(email="gareth@example.org", role=Role.TUTOR):
    person = admit(by=BY, email=email, first_name=email.split("@")[0].title())
    person.set_password(PASSWORD)
    person.save()
    grant(person, role, by=BY)
    return person


def code(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def client_of(person, with_factor=False):
    """A session that was opened just now."""
    client = Client()
    client.force_login(person)
    session = client.session
    how = (
        {"method": "mfa", "type": "totp", "reauthenticated": True}
        if with_factor
        else {"method": "password"}
    )
    session["account_authentication_methods"] = [{**how, "at": time.time()}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client


def reset_link(person):
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    return get_reset_password_from_key_url(RequestFactory().get("/"), key).removeprefix(
        "http://testserver"
    )


def opened_link(person):
    client = Client()
    return client, client.get(reset_link(person))["Location"]


# ---- a process killed in between ----


def stored(person):
    return (
        User.objects.values_list("password", flat=True).get(pk=person.pk),
        sorted(Authenticator.objects.filter(user=person).values_list("pk", "type", "data")),
        Entry.objects.count(),
        Notice.objects.count(),
        Mail.objects.count(),
        set(Session.objects.values_list("session_key", flat=True)),
    )


def kill_at(table, press):
    """Do `press` in a process of its own, which is killed (SIGKILL) when it comes to write its first row of `table`."""
    connection.close()
    child = os.fork()
    if not child:

        def kill(execute, sql, *more):
            if sql.startswith(f'INSERT INTO "{table}"'):
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, *more)

        try:
            with connection.execute_wrapper(kill):
                press()
        finally:
            os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL, (
        "it never came to write that row"
    )


def first_app(person):
    client = client_of(person)
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    return lambda: client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})


def app_off(person):
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    client = client_of(person, with_factor=True)
    return lambda: client.post("/accounts/2fa/totp/deactivate/")


def passkey_off(person):
    passkey = Authenticator.objects.create(
        user=person, type="webauthn", data={"name": "Key", "credential": {}}
    )
    client = client_of(person, with_factor=True)
    return lambda: client.post(f"/accounts/2fa/webauthn/keys/{passkey.pk}/remove/")


def new_codes(person):
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    client = client_of(person, with_factor=True)
    return lambda: client.post("/accounts/2fa/recovery-codes/generate/")


def code_used(person):
    TOTP.activate(person, generate_totp_secret())
    one = RecoveryCodes.activate(person).get_unused_codes()[0]
    client = Client()
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return lambda: client.post("/accounts/2fa/authenticate/", {"code": one})


def code_used_again(person):
    TOTP.activate(person, generate_totp_secret())
    one = RecoveryCodes.activate(person).get_unused_codes()[0]
    client = client_of(person, with_factor=True)
    return lambda: client.post("/accounts/2fa/reauthenticate/", {"code": one})


def password_change(person):
    client = client_of(person)
    return lambda: client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    )


def password_reset(person):
    client, page = opened_link(person)
    return lambda: client.post(page, {"password1": NEW, "password2": NEW})


@pytest.mark.parametrize(
    "change, action",
    [
        (first_app, "add_factor"),
        (app_off, "remove_factor"),
        (passkey_off, "remove_factor"),
        (new_codes, "new_recovery_codes"),
        (code_used, "use_recovery_code"),
        (code_used_again, "use_recovery_code"),
        (password_change, "change_password"),
        (password_reset, "reset_password"),
    ],
)
def test_a_change_whose_process_is_killed_never_happened_and_is_done_by_the_next_press(
    change, action
):
    person = someone()
    client_of(person)  # another browser
    press = change(person)
    before = stored(person)
    for table in ("record_entry", "people_mail"):
        kill_at(table, press)
        assert stored(person) == before, (
            f"{change.__name__}: changed without a trace, cut at {table}"
        )
    press()
    after = stored(person)
    assert after[:2] != before[:2] and Entry.objects.filter(action=f"people.{action}").count() == 1
    assert Notice.objects.filter(person=person).count() == 1


def test_whoever_adds_a_factor_goes_on_and_every_other_browser_is_signed_out():
    person = someone()
    other, client = client_of(person), client_of(person)
    for one in (other, client):
        one.get("/me/sessions/")
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    assert client.get("/me/").status_code == 200
    kinds = sorted(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    assert (
        kinds == ["recovery_codes", "totp"]
        and Entry.objects.filter(action="people.add_factor").count() == 1
    )
    assert not Entry.objects.filter(action="people.new_recovery_codes").exists(), (
        "codes that come with a first factor are no change of their own"
    )


def test_a_refusal_of_what_was_put_aside_brings_back_no_recovery_code():
    """The code opened the session again; what was sent before it is judged by itself."""
    person = someone()
    TOTP.activate(person, generate_totp_secret())
    one = RecoveryCodes.activate(person).get_unused_codes()[0]
    client = client_of(person, with_factor=True)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "totp", "at": time.time() - 2 * 3600}
    ]
    session["seen_at"] = int(time.time()) - 2 * 3600
    session.save()
    where = client.post(f"/people/{person.pk}/invitation/")["Location"]
    assert where.startswith("/accounts/2fa/reauthenticate/")
    assert client.post(where, {"code": one}).status_code == 403, "a tutor invites no one"
    assert (
        one
        not in RecoveryCodes(
            Authenticator.objects.get(user=person, type="recovery_codes")
        ).get_unused_codes()
    )
    assert Entry.objects.filter(action="people.use_recovery_code").count() == 1


CHANGES_NOTHING = {  # addresses of allauth that take a form and change no way in
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
    "account_reauthenticate",
    "account_email",
    "account_email_verification_sent",
    "account_reset_password",
    "account_confirm_login_code",
    "account_confirm_email",
    "account_reset_password_from_key_done",
    "account_reset_password_done",
    "account_request_login_code",
    "mfa_index",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_edit_webauthn",
    "mfa_login_webauthn",
}


def names_in(patterns):
    for one in patterns:
        yield from names_in(one.url_patterns) if hasattr(one, "url_patterns") else [one.name]


@pytest.mark.django_db(transaction=False)
def test_every_address_of_allauth_that_changes_a_way_in_is_one_transaction():
    ours = {one.name: one for one in account_views.urlpatterns}
    theirs = {*names_in(account_urls.urlpatterns), *names_in(factor_urls.urlpatterns)}
    assert theirs - CHANGES_NOTHING == set(ours), (
        "a new address: does it change how someone gets in?"
    )
    for address in (
        "password/change/",
        "password/reset/key/1-set-password/",
        "2fa/totp/activate/",
        "2fa/webauthn/keys/1/remove/",
    ):
        assert resolve(f"/accounts/{address}").func in {one.callback for one in ours.values()}, (
            "allauth's own answers there"
        )


# ---- two at once ----


def at_once(*actions):
    """What each gave, or its refusal, done in one moment on connections of their own."""
    gate, came = Barrier(len(actions)), {}

    def press(n, action):
        try:
            gate.wait()
            came[n] = action()
        except (Refused, NotAllowed) as refused:
            came[n] = refused
        except Exception as fault:
            came[n] = fault
        finally:
            connection.close()

    threads = [Thread(target=press, args=pair) for pair in enumerate(actions)]
    [t.start() for t in threads]
    [t.join(60) for t in threads]
    faults = [
        one
        for one in came.values()
        if isinstance(one, Exception) and not isinstance(one, Refused | NotAllowed)
    ]
    assert not faults and len(came) == len(actions), faults
    return [came[n] for n in range(len(actions))]


def counted(action):
    return Entry.objects.filter(action=f"people.{action}").count()


def test_one_invitation_opened_twice_at_once_makes_one_password():
    person = admit(by=BY, email="ada@example.org", first_name="Ada")
    link = invitations.invite(person, by=BY)
    secret = link.rstrip("/").rpartition("/")[2]
    answers = at_once(
        *(
            lambda password=password: Client().post(
                f"/accounts/invitation/{secret}/", {"password1": password, "password2": password}
            )
            for password in (PASSWORD, NEW)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [302, 410]
    person.refresh_from_db()
    assert person.check_password(
        (PASSWORD, NEW)[answers.index(min(answers, key=lambda a: a.status_code))]
    ), "the one who was told so has it"
    assert (
        counted("accept_invitation") == 1 and Invitation.objects.exclude(used_at=None).count() == 1
    )


def test_one_reset_link_used_twice_at_once_makes_one_password():
    person = someone()
    pairs = [opened_link(person) for _ in range(2)]
    answers = at_once(
        *(
            lambda client=client, page=page, password=password: client.post(
                page, {"password1": password, "password2": password}
            )
            for (client, page), password in zip(
                pairs, (NEW, "four brass lanterns glow"), strict=True
            )
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    won = NEW if answers[0].status_code == 302 else "four brass lanterns glow"
    person.refresh_from_db()
    assert person.check_password(won) and counted("reset_password") == 1


def test_a_password_changed_twice_at_once_is_changed_by_whoever_knew_it():
    person = someone()
    clients = [client_of(person) for _ in range(2)]
    at_once(
        *(
            lambda client=client, new=new: client.post(
                "/accounts/password/change/",
                {"oldpassword": PASSWORD, "password1": new, "password2": new},
            )
            for client, new in zip(clients, (NEW, "four brass lanterns glow"), strict=True)
        )
    )
    assert counted("change_password") == 1, "the second was judged by the password of before"


def test_an_app_set_up_twice_at_once_is_one_factor_and_the_other_browser_is_signed_out():
    person = someone()
    presses = [first_app(person) for _ in range(2)]
    answers = at_once(*presses)
    ways_on = [answer.headers.get("Location", "") for answer in answers]
    # Whoever comes second is asked for the factor that there is now, or, when it came while their request ran, is told.
    (other,) = [n for n, to in enumerate(ways_on) if to != "/accounts/2fa/recovery-codes/"]
    if not ways_on[other]:
        text = answers[other].content.decode()
        assert answers[other].status_code == 400 and "You have been signed out" in text
        assert "Nothing has been changed" not in text and person.email not in text
    else:
        assert ways_on[other].startswith(("/accounts/2fa/reauthenticate/", "/accounts/login/"))
    assert (
        Authenticator.objects.filter(user=person, type="totp").count() == 1
        and counted("add_factor") == 1
    )


def test_one_recovery_code_given_twice_at_once_opens_one_session():
    person = someone()
    TOTP.activate(person, generate_totp_secret())
    one = RecoveryCodes.activate(person).get_unused_codes()[0]
    clients = [Client(), Client()]
    for client in clients:
        client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    at_once(
        *(
            lambda client=client: client.post("/accounts/2fa/authenticate/", {"code": one})
            for client in clients
        )
    )
    assert sorted(client.get("/me/").status_code for client in clients) == [200, 302]
    assert counted("use_recovery_code") == 1


@pytest.fixture
def recovery():
    person = someone()
    TOTP.activate(person, generate_totp_secret())
    officers = [someone(f"{name}@example.org", Role.REGISTRAR) for name in ("one", "two", "three")]
    return recoveries.open_recovery(
        person, by=officers[0], how_checked="Rang the number on file and asked for the start date."
    ), officers


def test_a_recovery_opened_and_confirmed_twice_at_once_is_done_once(recovery):
    found, officers = recovery
    again = at_once(
        *(
            lambda by=by: recoveries.open_recovery(
                found.person, by=by, how_checked="Met in person at the office, passport seen."
            )
            for by in officers[1:]
        )
    )
    assert {one.pk for one in again} == {found.pk} and counted("open_recovery") == 1
    done = at_once(
        *(lambda by=by: recoveries.confirm_recovery(found, by=by) for by in officers[1:])
    )
    assert {one.pk for one in done} == {found.pk} and counted("confirm_recovery") == 1
    assert Invitation.objects.filter(person=found.person, ended_at=None).count() == 1, (
        "one link, and it works"
    )


def test_a_recovery_confirmed_and_refused_at_once_is_one_of_the_two(recovery):
    found, officers = recovery
    came = at_once(
        lambda: recoveries.confirm_recovery(found, by=officers[1]),
        lambda: recoveries.refuse_recovery(found, by=officers[2]),
    )
    assert sum(isinstance(one, Refused) for one in came) == 1
    now = Recovery.objects.get(pk=found.pk)
    is_confirmed = now.confirmed_at is not None
    assert is_confirmed != (now.refused_at is not None) and (
        counted("confirm_recovery"),
        counted("refuse_recovery"),
    ) == (is_confirmed, not is_confirmed)
    assert Authenticator.objects.filter(user=found.person).exists() != is_confirmed


def test_a_recovery_whose_process_is_killed_leaves_the_account_as_it_was(recovery):
    found, officers = recovery
    before = stored(found.person)
    for table in ("people_invitation", "record_entry", "people_mail"):
        kill_at(table, lambda: recoveries.confirm_recovery(found, by=officers[1]))
        assert stored(found.person) == before and Recovery.objects.get(pk=found.pk).is_open
    recoveries.confirm_recovery(found, by=officers[1])
    assert (
        not Authenticator.objects.filter(user=found.person).exists()
        and counted("confirm_recovery") == 1
    )
