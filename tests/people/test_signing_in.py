"""Signing in: nobody is let in by half, nobody is shut out by a stranger, and every change is told, recorded and ends what was open."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from lms.kit.refusals import NotAllowed, Refused
from lms.people import recoveries, sessions
from lms.people.actions import admit, grant
from lms.people.models import Invitation, Notice, OpenSession, Recovery, Role, User
from lms.people.roles import Operator
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
BY = Operator("test")
PASSWORD = "violet kettle morning rain"


@pytest.fixture
def make():
    def made(email, role=None, password=PASSWORD):
        person = admit(by=BY, email=email, first_name=email.split("@")[0].title())
        if password:
            person.set_password(password)
            person.save()
        if role:
            grant(person, role, by=BY)
        return person

    return made


def sign_in(client, person, password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": person.email, "password": password}, **more)


def code(secret, steps=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def with_factor(client, person):
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    sign_in(client, person)
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    return secret


class TestFactors:
    def test_a_stranger_asking_for_a_password_hinders_nobody(self, client, make):
        person = make("helen@example.org", Role.AUTHOR)
        Client().post("/accounts/password/reset/", {"email": person.email})
        sign_in(client, person)
        assert client.get("/accounts/2fa/totp/activate/").status_code == 200
        assert client.get("/accounts/2fa/webauthn/add/").status_code == 200

    def test_the_password_alone_takes_no_factor_off(self, client, make):
        """A session from before the factor, and one that proves the password again."""
        person = make("gareth@example.org", Role.EMPLOYER)
        old = Client()
        sign_in(old, person)
        TOTP.activate(person, generate_totp_secret())
        for _ in range(2):
            assert old.post("/accounts/2fa/totp/deactivate/").status_code == 302
            assert old.get("/accounts/2fa/recovery-codes/generate/").status_code == 302
            old.post("/accounts/reauthenticate/", {"password": PASSWORD})
        assert Authenticator.objects.filter(user=person, type="totp").exists()

    @pytest.mark.django_db(transaction=True)
    def test_adding_one_is_told_recorded_and_ends_other_sessions(self, client, make):
        person = make("gareth@example.org", Role.TUTOR)
        old = Client()
        sign_in(old, person)
        sign_in(client, person)
        secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
        client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
        assert Authenticator.objects.filter(user=person, type="totp").exists()
        assert old.get("/me/")["Location"].startswith("/accounts/login/"), (
            "the other session is over"
        )
        assert client.get("/me/").status_code == 200
        assert (
            Notice.objects.filter(person=person, subject="A second factor was added").count() == 1
        )
        assert Entry.objects.filter(action="people.add_factor").count() == 1

    def test_a_phone_twenty_seconds_slow_is_let_in_and_a_code_works_once(self, client, make):
        person, secret = make("t@example.org", Role.TUTOR), generate_totp_secret()
        TOTP.activate(person, secret)
        sign_in(client, person)
        earlier = code(secret, -1)
        client.post("/accounts/2fa/authenticate/", {"code": earlier})
        assert client.get("/me/").status_code == 200
        again = Client()
        sign_in(again, person)
        again.post("/accounts/2fa/authenticate/", {"code": earlier})
        assert again.get("/me/").status_code == 302, "a code that was used is used"

    def test_whoever_holds_a_certificate_needs_one(self, client, make, settings):
        person = make("sian@example.org", Role.LEARNER)
        sign_in(client, person)
        assert client.get("/me/").status_code == 200
        settings.IMSA_GUARDED = f"{__name__}.yes"
        other = Client()
        sign_in(other, person)
        assert other.get("/me/")["Location"].startswith("/accounts/2fa/")


def yes(person):
    return True


class TestPasswords:
    def test_a_change_is_told_recorded_and_ends_other_sessions(self, client, make):
        person = make("m@example.org", Role.LEARNER)
        old = Client()
        sign_in(old, person)
        sign_in(client, person)
        new = "seven quiet herons at dusk"
        client.post(
            "/accounts/password/change/",
            {"oldpassword": PASSWORD, "password1": new, "password2": new},
        )
        assert old.get("/me/")["Location"].startswith("/accounts/login/")
        assert client.get("/me/").status_code == 200
        assert "This browser" in client.get("/me/sessions/").content.decode()
        assert Notice.objects.filter(person=person, subject="Your password was changed").exists()
        assert Entry.objects.filter(action="people.change_password").exists()

    @pytest.mark.parametrize(
        "weak",
        [
            "letmein12345",
            "Password1234!",
            "qwertyuiop12",
            "1q2w3e4r5t6y",
            "imsaimsaimsa",
            "hopeforjustice1",
            "aaaaaaaaaaaa",
            "Liverpool2026!",
            "Welcome12345",
            "ｐａｓｓｗｏｒｄ１２３４５",
        ],
    )
    def test_what_is_easily_guessed_is_refused(self, client, make, weak):
        person = make("m@example.org", Role.LEARNER)
        sign_in(client, person)
        client.post(
            "/accounts/password/change/",
            {"oldpassword": PASSWORD, "password1": weak, "password2": weak},
        )
        person.refresh_from_db()
        assert person.check_password(PASSWORD)

    def test_the_same_password_from_another_keyboard(self, client, make):
        """ŵ in one letter, and as w with a circumflex that follows it, as Firefox on a Mac sends it."""
        person = make("mairi@example.org", Role.LEARNER, "d\u0175r oer y mynydd mawr")
        assert sign_in(client, person, "dw\u0302r oer y mynydd mawr").status_code == 302

    def test_an_older_hash_is_tried_as_it_was_typed(self, make):
        from django.contrib.auth.hashers import make_password

        person = make("old@example.org")
        User.objects.filter(pk=person.pk).update(
            password=make_password("dw\u0302r oer y mynydd mawr")
        )
        person.refresh_from_db()
        assert person.check_password("dw\u0302r oer y mynydd mawr")

    def test_one_hash_whoever_it_is(self, make, settings, monkeypatch):
        settings.PASSWORD_HASHERS = [f"{__name__}.Counted"]
        make("known@example.org", Role.LEARNER)
        make("invited@example.org", Role.LEARNER, password=None)
        counts = {}
        for who, password in (
            ("known", PASSWORD),
            ("known", "wrong phrase entirely"),
            ("invited", "wrong phrase entirely"),
            ("nobody", "wrong phrase entirely"),
        ):
            Counted.count = 0
            Client().post("/accounts/login/", {"login": f"{who}@example.org", "password": password})
            counts[who, password] = Counted.count
        assert set(counts.values()) == {1}, counts


class Counted(ScryptPasswordHasher):
    work_factor, count = 2, 0

    def encode(self, *args, **kwargs):
        Counted.count += 1
        return super().encode(*args, **kwargs)


class TestLimits:
    def test_a_strangers_wrong_passwords_shut_nobody_out(self, make):
        person = make("hub@example.org", Role.LEARNER)
        for n in range(1, 4):
            for _ in range(4):
                sign_in(Client(), person, "not it at all", REMOTE_ADDR=f"198.51.100.{n}")
        owner = Client(REMOTE_ADDR="203.0.113.9")
        sign_in(owner, person)
        assert owner.get("/me/").status_code == 200

    def test_one_network_is_stopped_after_five(self, make):
        person = make("hub@example.org", Role.LEARNER)
        for _ in range(5):
            sign_in(Client(), person, "not it at all", REMOTE_ADDR="198.51.100.1")
        thief = Client(REMOTE_ADDR="198.51.100.1")
        sign_in(thief, person)
        assert thief.get("/me/").status_code == 302


class TestSessions:
    def test_their_owner_sees_and_ends_them(self, client, make):
        person, other = make("m@example.org", Role.LEARNER), make("o@example.org", Role.LEARNER)
        phone, theirs = Client(HTTP_USER_AGENT="Mozilla/5.0 (iPhone) Safari/605"), Client()
        sign_in(phone, person)
        sign_in(theirs, other)
        sign_in(client, person)
        page = client.get("/me/sessions/").content.decode()
        assert "Safari on iPhone" in page and page.count("This browser") == 1
        client.post(f"/me/sessions/{OpenSession.objects.get(person=other).pk}/end/")
        assert theirs.get("/me/").status_code == 200, "someone else's is not theirs to end"
        client.post(f"/me/sessions/{OpenSession.objects.get(browser='Safari on iPhone').pk}/end/")
        assert phone.get("/me/").status_code == 302 and client.get("/me/").status_code == 200
        assert Entry.objects.filter(action="people.end_sessions").count() == 1

    def test_one_that_is_over_is_listed_no_longer(self, client, make):
        person = make("m@example.org", Role.LEARNER)
        phone = Client(HTTP_USER_AGENT="Mozilla/5.0 (iPhone) Safari/605")
        sign_in(phone, person)
        sign_in(client, person)
        Session.objects.filter(session_key=phone.session.session_key).update(
            expire_date=timezone.now() - timedelta(minutes=1)
        )
        assert [one.browser for one in sessions.sessions_of(person)] == ["A browser"]
        assert "iPhone" not in client.get("/me/sessions/").content.decode()

    def test_one_left_alone_asks_again_and_keeps_what_was_typed(self, make, settings):
        person = make("t@example.org", Role.LEARNER)
        client = Client()
        sign_in(client, person)
        session = client.session
        long_ago = time.time() - 13 * 3600
        session[sessions.SEEN] = int(long_ago)
        session["account_authentication_methods"] = [
            {**r, "at": long_ago} for r in session["account_authentication_methods"]
        ]
        session.save()
        answer = client.post("/me/reading/", {"size": "largest"})
        assert answer["Location"].startswith("/accounts/reauthenticate/")
        person.refresh_from_db()
        assert person.reading == {}
        done = client.post(answer["Location"], {"password": PASSWORD, "next": "/me/reading/"})
        assert done.status_code == 302
        person.refresh_from_db()
        assert person.reading == {"size": "largest"}, (
            "what was sent is done once it is known who sent it"
        )

    def test_being_busy_makes_no_session_longer(self, client, make, settings):
        person = make("t@example.org", Role.LEARNER)
        sign_in(client, person)
        session = client.session
        session["account_authentication_methods"] = [
            {**r, "at": time.time() - settings.SESSION_COOKIE_AGE - 60}
            for r in session["account_authentication_methods"]
        ]
        session.save()
        assert client.get("/me/")["Location"].startswith("/accounts/reauthenticate/")
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        assert client.get("/me/").status_code == 200

    def test_a_session_with_two_factors_goes_on_with_the_second(self, client, make, settings):
        """The password alone opened an officer's idle session again."""
        person = make("hub@example.org", Role.HUB_OFFICER)
        secret = with_factor(client, person)
        session = client.session
        session[sessions.SEEN] = 0
        session["account_authentication_methods"] = [
            {**r, "at": time.time() - 3700} for r in session["account_authentication_methods"]
        ]
        session.save()
        assert client.get("/recoveries/")["Location"].startswith("/accounts/2fa/reauthenticate/")
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        assert client.get("/recoveries/").status_code == 302
        client.post("/accounts/2fa/reauthenticate/", {"code": code(secret, 1)})
        assert client.get("/recoveries/").status_code == 200

    def test_a_resumed_form_passes_no_gate(self, client, make):
        person = make("hub@example.org", Role.HUB_OFFICER)
        make("t@example.org", Role.TUTOR)
        sign_in(client, person)
        session = client.session
        session[sessions.SEEN] = 0
        session["account_authentication_methods"] = [
            {**r, "at": time.time() - 3700} for r in session["account_authentication_methods"]
        ]
        session.save()
        answer = client.post(
            "/recoveries/", {"email": "t@example.org", "how_checked": "Rang the number in the file"}
        )
        assert answer["Location"].startswith("/accounts/2fa/?needed"), (
            "a guarded page asks for a factor first"
        )
        client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/recoveries/"})
        assert not Recovery.objects.exists()

    def test_the_browser_that_is_known_does_not_tell_whose_it_is(self, client, make, settings):
        import base64

        sign_in(client, make("afraid@example.org", Role.LEARNER))
        kept = client.cookies[settings.IMSA_KNOWN_COOKIE].value
        assert (
            b"afraid" not in base64.urlsafe_b64decode(kept.split(":")[0] + "==")
            and "afraid" not in kept
        )


class TestLostFactor:
    @pytest.fixture
    def officers(self, make):
        return make("reg@example.org", Role.REGISTRAR), make("hub@example.org", Role.HUB_OFFICER)

    def test_two_officers_replace_it(self, client, make, officers):
        person = make("t@example.org", Role.TUTOR)
        with_factor(client, person)
        first, second = officers
        asked = recoveries.open_recovery(
            person, by=first, how_checked="Rang the number in the file"
        )
        assert (
            Authenticator.objects.filter(user=person).exists()
            and client.get("/me/").status_code == 200
        ), "nothing changed yet"
        assert (
            recoveries.open_recovery(person, by=second, how_checked="Rang the number in the file")
            == asked
        )
        recoveries.confirm_recovery(asked, by=second)
        person.refresh_from_db()
        assert (
            not Authenticator.objects.filter(user=person).exists()
            and not person.has_usable_password()
        )
        assert not OpenSession.objects.filter(person=person).exists(), (
            "whoever holds the lost phone is signed out too"
        )
        assert (
            client.get("/me/").status_code == 302
            and Invitation.objects.filter(person=person, used_at=None).count() == 1
        )
        entries = Entry.objects.count()
        recoveries.confirm_recovery(asked, by=second)
        assert Entry.objects.count() == entries

    def test_never_one_officer_twice_nor_for_oneself(self, make, officers):
        first, second = officers
        person = make("t@example.org", Role.TUTOR)
        TOTP.activate(person, generate_totp_secret())
        TOTP.activate(first, generate_totp_secret())
        asked = recoveries.open_recovery(
            person, by=first, how_checked="Rang the number in the file"
        )
        own = recoveries.open_recovery(first, by=second, how_checked="Rang the number in the file")
        for recovery, by in ((asked, first), (asked, person), (own, first), (own, second)):
            with pytest.raises(NotAllowed):
                recoveries.confirm_recovery(recovery, by=by)
        with pytest.raises(NotAllowed):
            recoveries.open_recovery(second, by=second, how_checked="I know who I am")
        assert (
            Authenticator.objects.count() == 2
            and not Recovery.objects.exclude(confirmed_at=None).exists()
        )

    def test_what_was_refused_is_not_confirmed_and_what_was_confirmed_not_refused(
        self, client, make, officers
    ):
        person, (first, second) = make("t@example.org", Role.TUTOR), officers
        with_factor(client, person)
        refused = recoveries.open_recovery(
            person, by=first, how_checked="Rang the number in the file"
        )
        recoveries.refuse_recovery(refused, by=second)
        with pytest.raises(Refused, match="This was refused"):
            recoveries.confirm_recovery(refused, by=second)
        person.refresh_from_db()
        assert (
            Authenticator.objects.filter(user=person).exists()
            and person.has_usable_password()
            and client.get("/me/").status_code == 200
        )
        again = recoveries.open_recovery(
            person, by=first, how_checked="Rang the number in the file"
        )
        recoveries.confirm_recovery(again, by=second)
        entries = Entry.objects.count()
        with pytest.raises(Refused, match="confirmed already"):
            recoveries.refuse_recovery(again, by=second)
        assert (
            Recovery.objects.get(pk=again.pk).refused_at is None
            and Entry.objects.count() == entries
        )

    def test_an_officer_who_lost_their_own_is_told_as_its_owner_alone(self, make, officers):
        first, second = officers
        third = make("third@example.org", Role.HUB_OFFICER)
        TOTP.activate(first, generate_totp_secret())
        recoveries.open_recovery(first, by=second, how_checked="Rang the number in the file")
        assert set(Notice.objects.values_list("person", "subject")) == {
            (first.pk, "Your second factor is about to be replaced"),
            (third.pk, "A lost second factor needs a second officer"),
        }

    def test_it_says_how_it_was_checked_or_is_not_opened(self, make, officers):
        person = make("t@example.org", Role.TUTOR)
        with pytest.raises(Refused):
            recoveries.open_recovery(person, by=officers[0], how_checked="ok")
        with pytest.raises(Refused, match="no second factor"):
            recoveries.open_recovery(
                person, by=officers[0], how_checked="Rang the number in the file"
            )
        assert not Recovery.objects.exists()


def test_the_log_names_nobody_and_no_network(client, make, caplog):
    person = make("very.recognisable@example.org", Role.LEARNER)
    with caplog.at_level("INFO", "imsa.signin"):
        logger = __import__("logging").getLogger("imsa.signin")
        logger.addHandler(caplog.handler)
        try:
            sign_in(client, person, "wrong phrase entirely", REMOTE_ADDR="198.51.100.77")
            sign_in(client, person, REMOTE_ADDR="198.51.100.77")
        finally:
            logger.removeHandler(caplog.handler)
    text = caplog.text
    assert "wrong password" in text and "signed in" in text and f"account={person.pk}" in text
    assert (
        "recognisable" not in text
        and "198.51" not in text
        and not Session.objects.filter(session_data__contains="198.51").exists()
    )
