"""The first way in: an invitation opens one account, once, for whoever reads its mail, and for nobody else."""

import re
import time
from datetime import timedelta
from threading import Thread

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction

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


def test_the_first_message_says_that_there_is_an_account_and_brings_the_way_in(
    client, ada, mailoutbox
):
    invitations.invite(ada, by=BY)
    send_due()
    [letter] = mailoutbox
    assert letter.to == ["ada@example.org"] and "Lovelace" not in letter.subject
    link = link_in(letter)
    page = client.get(link)
    assert (
        page.status_code == 200
        and "Ada Lovelace" in page.content.decode()
        and "no-store" in page["Cache-Control"]
    )
    assert (
        not User.objects.get().has_usable_password() and Invitation.objects.get().used_at is None
    ), "a mail scanner opened it"
    answer = give(client, link)
    assert answer.status_code == 302 and client.get("/today/")["Location"].startswith(
        "/accounts/2fa/"
    ), "led to the second factor"
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
    assert (
        EmailAddress.objects.get().verified
        and EmailAddress.objects.get().email == "ada@example.org"
    )
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200, (
        "a factor can be set at once"
    )


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
    assert (
        give(client, f"/accounts/invitation/{secret}/", "another long pass phrase here").status_code
        == 410
    )
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_an_unknown_link_is_not_found_and_says_what_to_do(client, db):
    answer = client.get("/accounts/invitation/abc/")
    assert answer.status_code == 404 and "copied all of it" in answer.content.decode()


def test_a_weak_or_mistyped_password_is_refused_and_the_link_lives_on(client, ada):
    secret = invitations.invite(ada, by=BY).rstrip("/").rpartition("/")[2]
    link = f"/accounts/invitation/{secret}/"
    for password, again in (
        ("letmein12345", None),
        ("adalovelace1815", None),
        (PASSWORD, PASSWORD + "x"),
    ):
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


def secret_of(link):
    return link.rstrip("/").rpartition("/")[2]


def test_a_closed_account_is_invited_by_nobody_and_opened_by_no_older_link(client, ada):
    link = f"/accounts/invitation/{secret_of(invitations.invite(ada, by=BY))}/"
    User.objects.filter(pk=ada.pk).update(is_active=False)
    with pytest.raises(Refused, match="closed"):
        invitations.invite(ada, by=BY)
    answer = give(client, link)
    assert answer.status_code == 410 and "This account is closed." in answer.content.decode()
    ada.refresh_from_db()
    assert not ada.has_usable_password() and Invitation.objects.get().used_at is None


def test_whoever_has_an_open_invitation_or_was_here_before_gets_no_second_one_by_the_way(
    ada, mailoutbox
):
    """A second mail would make the first one's link a dead end; after a lost factor the way in is the one two officers gave."""
    assert invitations.invite_if_new(ada, by=BY) and not invitations.invite_if_new(ada, by=BY)
    assert Invitation.objects.filter(ended_at=None).count() == 1 and send_due() == {"sent": 1}
    with clock.at(clock.now() + timedelta(days=15)):
        User.objects.filter(pk=ada.pk).update(last_login=clock.now())
        ada.refresh_from_db()
        assert not invitations.invite_if_new(ada, by=BY), (
            "they were here before, and lost their password since"
        )
        User.objects.filter(pk=ada.pk).update(last_login=None)
        ada.refresh_from_db()
        assert invitations.invite_if_new(ada, by=BY), "the first ran out unused"
    assert Invitation.objects.count() == 2


def test_an_earlier_address_of_the_same_person_is_proved_no_longer(ada):
    EmailAddress.objects.create(user=ada, email="ada@former.example", verified=True, primary=True)
    invitations.accept(secret_of(invitations.invite(ada, by=BY)), PASSWORD)
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("ada@example.org", True, True)
    ]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_open_one_link_at_once_choose_one_password(transactional_db):
    """Both have read the link as unused before either chose: the second is told, and its password is not kept."""
    person = admit(by=BY, email="ada@example.org", first_name="Ada", last_name="Lovelace")
    secret, came = secret_of(invitations.invite(person, by=BY)), []

    def choose(password):
        try:
            invitations.accept(secret, password)
            came.append(password)
        except Refused as refused:
            came.append(str(refused))
        finally:
            connection.close()

    threads = [Thread(target=choose, args=(f"{PASSWORD} {n}",)) for n in range(2)]
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        for thread in threads:
            thread.start()
        with connection.cursor() as cursor:
            until = time.monotonic() + 30
            while time.monotonic() < until:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone()[0] >= 2:
                    break
                time.sleep(0.02)
            else:
                pytest.fail("they did not wait for each other")
    for thread in threads:
        thread.join(30)
    person.refresh_from_db()
    [chosen] = [one for one in came if one.startswith(PASSWORD)]
    assert person.check_password(chosen) and any("has been used" in one for one in came)
    assert Entry.objects.filter(action="people.accept_invitation").count() == 1
