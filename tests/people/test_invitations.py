"""The first way in: an invitation opens one account, once, for whoever reads its mail, and for nobody else."""
import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people import invitations
from lms.people.actions import admit, grant
from lms.people.models import Invitation, Role, User
from lms.people.roles import Operator
from lms.people.sending import send_due
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
BY = Operator("test")
PASSWORD = "violet kettle morning rain"


@pytest.fixture
def ada():
    person = admit(by=BY, email="ada@example.org", first_name="Ada", last_name="Lovelace")
    grant(person, Role.REGISTRAR, by=BY)
    return person


def link_in(letter):
    return re.search(r"https?://[^/]+(/accounts/invitation/\S+)", letter.body)[1]


def give(client, link, password=PASSWORD, again=None):
    return client.post(link, {"password1": password, "password2": again or password})


def test_the_first_message_says_that_there_is_an_account_and_brings_the_way_in(client, ada, mailoutbox):
    invitations.invite(ada, by=BY)
    send_due()
    [letter] = mailoutbox
    assert letter.to == ["ada@example.org"] and "Lovelace" not in letter.subject
    link = link_in(letter)
    page = client.get(link)
    assert page.status_code == 200 and "Ada Lovelace" in page.content.decode() and "no-store" in page["Cache-Control"]
    assert not User.objects.get().has_usable_password() and Invitation.objects.get().used_at is None, "a mail scanner opened it"
    answer = give(client, link)
    assert answer.status_code == 302 and client.get("/today/")["Location"].startswith("/accounts/2fa/"), "led to the second factor"
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
    assert EmailAddress.objects.get().verified and EmailAddress.objects.get().email == "ada@example.org"
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200, "a factor can be set at once"


def test_it_works_once(client, ada):
    link = invitations.invite(ada, by=BY)
    secret = link.rstrip("/").rpartition("/")[2]
    give(client, f"/accounts/invitation/{secret}/")
    before = Entry.objects.count()
    client.cookies.clear()
    answer = give(client, f"/accounts/invitation/{secret}/", "another long pass phrase here")
    assert answer.status_code == 410 and "has been used" in answer.content.decode()
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD) and Entry.objects.count() == before
    with pytest.raises(Refused):
        invitations.accept(secret, "another long pass phrase here")


def test_a_newer_one_ends_the_older_and_time_ends_both(client, ada):
    older, newer = invitations.invite(ada, by=BY), invitations.invite(ada, by=BY)
    path = lambda link: link.partition("//")[2].partition("/")[2].join(("/", ""))  # noqa: E731
    answer = give(client, path(older))
    assert answer.status_code == 410 and "newer link" in answer.content.decode()
    with clock.at(clock.now() + timedelta(days=14, minutes=1)):
        answer = give(client, path(newer))
        assert answer.status_code == 410 and "expired" in answer.content.decode()
    ada.refresh_from_db()
    assert not ada.has_usable_password()
    assert give(client, path(newer)).status_code == 302


def test_a_link_to_an_earlier_address_opens_nothing(client, ada):
    link = invitations.invite(ada, by=BY)
    User.objects.filter(pk=ada.pk).update(email="ada@elsewhere.example")
    secret = link.rstrip("/").rpartition("/")[2]
    assert give(client, f"/accounts/invitation/{secret}/").status_code == 410
    assert not User.objects.get().has_usable_password()


def test_a_password_chosen_by_a_reset_ends_the_invitation(client, ada):
    secret = invitations.invite(ada, by=BY).rstrip("/").rpartition("/")[2]
    ada.set_password(PASSWORD)
    ada.save()
    invitations.prove(ada)
    assert give(client, f"/accounts/invitation/{secret}/", "another long pass phrase here").status_code == 410
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_an_unknown_link_is_not_found_and_says_what_to_do(client, db):
    answer = client.get("/accounts/invitation/abc/")
    assert answer.status_code == 404 and "copied all of it" in answer.content.decode()


def test_a_weak_or_mistyped_password_is_refused_and_the_link_lives_on(client, ada):
    secret = invitations.invite(ada, by=BY).rstrip("/").rpartition("/")[2]
    link = f"/accounts/invitation/{secret}/"
    for password, again in (("letmein12345", None), ("adalovelace1815", None), (PASSWORD, PASSWORD + "x")):
        answer = give(client, link, password, again)
        assert answer.status_code == 200 and "autocomplete" in answer.content.decode()
        ada.refresh_from_db()
        assert not ada.has_usable_password() and Invitation.objects.get().used_at is None
    assert give(client, link).status_code == 302


def test_only_registrars_and_hub_officers_invite(ada):
    tutor = admit(by=BY, email="t@example.org", first_name="T")
    grant(tutor, Role.TUTOR, by=BY)
    with pytest.raises(NotAllowed):
        invitations.invite(ada, by=tutor)
    assert not Invitation.objects.exists()


def test_whoever_has_a_password_is_not_invited_again(ada):
    ada.set_password(PASSWORD)
    ada.save()
    assert not invitations.invite_if_new(ada, by=BY) and not Invitation.objects.exists()


def test_an_officer_sends_it_again_to_somebody_who_never_signed_in(client, ada):
    trainee = admit(by=BY, email="new@example.org", first_name="New")
    client.force_login(ada)
    session = client.session
    session["demonstration_sign_in"] = True
    session.save()
    client.post(f"/people/{trainee.pk}/invitation/")
    assert Invitation.objects.get().person == trainee
    trainee.set_password(PASSWORD)
    trainee.save()
    assert client.post(f"/people/{trainee.pk}/invitation/").status_code == 409
    assert Invitation.objects.count() == 1
