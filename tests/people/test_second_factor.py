"""Every role but learner stands behind a second factor; the demonstration's door opens for invented people only."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.urls import reverse

from lms.kit import clock
from lms.people.actions import admit, grant
from lms.people.demonstration import PEOPLE
from lms.people.models import Mail, Notice, Role, User
from lms.people.roles import GUARDED, Operator, holders_of, roles_of
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
BY = Operator("test")
PASSWORD = "a long enough phrase"


@pytest.fixture
def real(client):
    def make(role, email="real.person@imsa.example"):
        person = admit(by=BY, email=email, first_name="Real", last_name="Person")
        person.set_password(PASSWORD)
        person.save()
        grant(person, role, by=BY)
        return person

    return make


def sign_in(client, person, password=PASSWORD):
    return client.post("/accounts/login/", {"login": person.email, "password": password})


def code(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.mark.parametrize("role", sorted(GUARDED))
def test_a_password_alone_opens_no_guarded_page(client, real, role):
    sign_in(client, real(role))
    for page in ("/today/", "/me/", "/registry/", "/admin/"):
        answer = client.get(page)
        assert answer.status_code == 302 and answer["Location"].startswith(reverse("mfa_index"))


def test_a_trainee_needs_no_second_factor(client, real):
    sign_in(client, real(Role.LEARNER))
    assert client.get("/me/").status_code == 200


def test_a_second_factor_opens_the_door(client, real):
    person, secret = real(Role.TUTOR), generate_totp_secret()
    TOTP.activate(person, secret)
    answer = sign_in(client, person)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get("/me/").status_code == 302, "half signed in is not signed in"
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert client.get("/me/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_whoever_sets_up_a_code_app_is_let_in_at_once(client, real):
    """Otherwise a new tutor's first minute is a riddle."""
    person = real(Role.TUTOR)
    sign_in(client, person)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    done = client.post(reverse("mfa_activate_totp"), {"code": code(secret)}, follow=True)
    assert (
        done.status_code == 200 and Authenticator.objects.filter(user=person, type="totp").exists()
    )
    assert client.get("/me/").status_code == 200


def test_a_wrong_code_and_a_wrong_password_open_nothing(client, real):
    person, secret = real(Role.TUTOR), generate_totp_secret()
    TOTP.activate(person, secret)
    assert sign_in(client, person, "not the phrase at all").status_code == 200
    sign_in(client, person)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert client.get("/me/").status_code == 302


def test_strangers_cannot_sign_up(client):
    people = User.objects.count()
    client.post(
        "/accounts/signup/",
        {"email": "s@imsa.example", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert User.objects.count() == people


def test_the_demonstration_door_is_shut_to_real_people(client, real):
    person = real(Role.REGISTRAR, email=next(p.email for p in PEOPLE if p.key == "registrar"))
    assert client.post("/demo/", {"person": "registrar"}).status_code == 404
    assert "_auth_user_id" not in client.session and not person.is_invented


def test_there_is_no_demonstration_door_outside_a_demonstration(settings):
    import importlib
    import sys

    import lms.people.urls as people_urls

    settings.DEMONSTRATION = False
    try:
        importlib.reload(people_urls)
        assert "demonstration" not in {p.name for p in people_urls.urlpatterns}
    finally:
        settings.DEMONSTRATION = True
        importlib.reload(people_urls)
    assert sys.modules["lms.people.urls"] is people_urls


def test_a_superuser_holds_no_role(client):
    root = User.objects.create_superuser("root@imsa.example", PASSWORD, first_name="Root")
    assert roles_of(root) == frozenset()


def test_granting_needs_the_right_role_and_happens_once(real):
    person, tutor = real(Role.LEARNER), real(Role.TUTOR, "t@imsa.example")
    entries = Entry.objects.count()
    from lms.kit.refusals import NotAllowed

    with pytest.raises(NotAllowed):
        grant(person, Role.REGISTRAR, by=tutor)
    assert (roles_of(person), Entry.objects.count()) == ({"learner"}, entries)
    first = grant(person, Role.TUTOR, by=BY)
    assert grant(person, Role.TUTOR, by=BY) == first and Entry.objects.count() == entries + 1


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_down_undoes_no_action(settings, real, mailoutbox):
    from django.core.management import call_command
    from django.db import transaction

    from lms.people.actions import tell

    person = real(Role.LEARNER)
    settings.IMSA_MAIL_BACKEND = "lms.people.email_backends.Smtp"
    settings.EMAIL_PORT = 1  # nobody listens there
    with transaction.atomic():
        tell(person, "Received", "Your essay is with us.")
    call_command("send_notices")
    assert Notice.objects.filter(person=person, subject="Received", sent_at=None).count() == 1
    assert Mail.objects.get(person=person).failure.startswith("ConnectionRefusedError")
    settings.IMSA_MAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Mail.objects.update(next_try_at=clock.now())
    call_command("send_notices")
    call_command("send_notices")
    assert ["Received" in m.body for m in mailoutbox] == [True]


def test_whoever_is_no_longer_active_holds_no_role_and_is_written_to_by_nobody(real):
    tutor, left = real(Role.TUTOR), real(Role.TUTOR, "left@imsa.example")
    User.objects.filter(pk=left.pk).update(is_active=False)
    assert (
        holders_of(Role.TUTOR) == [tutor] and roles_of(User.objects.get(pk=left.pk)) == frozenset()
    )


@pytest.mark.parametrize("rights", [{"is_superuser": True}, {"is_staff": True}])
def test_an_account_made_at_the_shell_stands_behind_a_second_factor_too(client, rights):
    root = User.objects.create_user("root@imsa.example", PASSWORD, first_name="Root", **rights)
    sign_in(client, root)
    for page in ("/me/", "/admin/"):
        answer = client.get(page)
        assert answer.status_code == 302 and answer["Location"].startswith(reverse("mfa_index"))
