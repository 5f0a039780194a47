"""Mail that could not be delivered is shown to those who can do something about it, and to nobody else."""

from datetime import timedelta

import pytest
from django.urls import reverse

from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import admit, grant, tell
from lms.people.models import Mail, Role
from lms.people.outbox import close, post, try_again, try_all_again
from lms.people.roles import Operator
from lms.people.sending import claim, give_up, put_off, send_due
from lms.record.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]
BY = Operator("test")


def someone(email, *roles):
    person = admit(by=BY, email=email, first_name="Ada", last_name=email.split("@")[0].title())
    for role in roles:
        grant(person, role, by=BY)
    return person


@pytest.fixture
def registrar():
    return someone("registrar@imsa.example", Role.REGISTRAR)


@pytest.fixture
def refused():
    person = someone("closed@imsa.example", Role.LEARNER)
    tell(person, "Your accreditation is suspended", "PRIVATE words.")
    mail = Mail.objects.get()
    give_up(mail, "550", "5.1.1 the address: no such mailbox")
    return Mail.objects.get()


def sign_in(client, person, monkeypatch):
    monkeypatch.setattr("lms.people.middleware.has_second_factor", lambda request: True)
    client.force_login(person)


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.HUB_OFFICER])
def test_they_read_whom_it_is_for_and_why_and_never_what_it_says(
    client, refused, role, monkeypatch
):
    sign_in(client, someone("reader@imsa.example", role), monkeypatch)
    page = client.get(reverse("people:mail")).content.decode()
    assert "Ada Closed" in page and "closed@imsa.example" in page and "no such mailbox" in page
    assert "PRIVATE" not in page and "suspended" not in page
    home = client.get("/registry/" if role == Role.REGISTRAR else "/hub/").content.decode()
    assert reverse("people:mail") in home and "not delivered" in home.lower()


def test_strangers_mail_is_listed_nowhere_and_its_text_is_gone(client, registrar, monkeypatch):
    mail = post("stranger@elsewhere.example", "Choose a new password", "A secret link")
    give_up(mail, "550", "no such mailbox")
    sign_in(client, registrar, monkeypatch)
    assert "stranger" not in client.get(reverse("people:mail")).content.decode()
    assert Mail.objects.get().encrypted_body == ""
    for name in ("people:mail_again", "people:mail_close"):
        assert client.post(reverse(name, args=[mail.pk])).status_code == 404


def test_delayed_mail_is_told_with_the_last_problem(client, registrar, monkeypatch):
    tell(registrar, "Something", "Something.")
    sign_in(client, registrar, monkeypatch)
    assert "delayed" not in client.get(reverse("people:mail")).content.decode()
    Mail.objects.update(
        queued_at=clock.now() - timedelta(hours=1), failure="ConnectionRefusedError"
    )
    page = client.get(reverse("people:mail")).content.decode()
    assert "delayed" in page and "ConnectionRefusedError" in page


def test_trying_again_uses_the_address_of_today_and_leaves_a_trace(
    client, registrar, refused, mailoutbox, monkeypatch
):
    refused.person.email = "open@imsa.example"
    refused.person.save()
    sign_in(client, registrar, monkeypatch)
    for _ in range(2):
        assert client.post(reverse("people:mail_again", args=[refused.pk])).status_code == 302
    assert Entry.objects.filter(action="people.retry_mail").count() == 1
    assert send_due()["sent"] == 1 and [m.to for m in mailoutbox] == [["open@imsa.example"]]
    assert (
        client.post(reverse("people:mail_again", args=[refused.pk])).status_code == 302
        and send_due() == {}
    )
    assert not Mail.objects.undelivered().exists()


def test_all_again_at_once(registrar, refused, mailoutbox):
    other = someone("other@imsa.example")
    tell(other, "Something", "Something.")
    give_up(Mail.objects.get(person=other), "554", "relay access denied")
    refused.person.email = "open@imsa.example"
    refused.person.save()
    emptied = Mail.objects.create(
        person=other,
        to="x@imsa.example",
        subject="s",
        message_id="<empty@x>",
        gave_up_at=clock.now(),
        failure_code="550",
    )
    assert try_all_again(by=registrar) == 2 and try_all_again(by=registrar) == 0
    assert Entry.objects.filter(action="people.retry_mail").count() == 1
    assert send_due()["sent"] == 2 and {m.to[0] for m in mailoutbox} == {
        "open@imsa.example",
        other.email,
    }, "to each one's address of today"
    assert Mail.objects.undelivered().get() == emptied, (
        "what has no text any more is not sent as an empty letter"
    )
    with pytest.raises(Refused, match="no longer kept"):
        try_again(emptied, by=registrar)
    assert Mail.objects.get(pk=emptied.pk).gave_up_at


@pytest.mark.parametrize(
    "again",
    [lambda mail, by: try_again(mail, by=by), lambda mail, by: try_all_again(by=by)],
    ids=["one", "all"],
)
def test_what_is_tried_again_has_its_days_anew(registrar, refused, again):
    """Counted from the first try of all, the first hitch would give it up again at once."""
    Mail.objects.update(first_tried_at=clock.now() - timedelta(days=30), tries=9)
    again(refused, registrar)
    assert put_off(claim(), "451", "try later") == "put_off"
    assert Mail.objects.get().gave_up_at is None and Mail.objects.get().tries == 1


def test_removing_it_from_the_list_empties_it_and_it_never_goes_out(registrar, refused, mailoutbox):
    assert close(refused, by=registrar) == close(refused, by=registrar)
    kept = Mail.objects.get()
    assert (
        kept.closed_by == registrar
        and kept.encrypted_body == ""
        and Entry.objects.filter(action="people.close_mail").count() == 1
    )
    assert (
        try_again(refused, by=registrar).gave_up_at
        and try_all_again(by=registrar) == 0
        and send_due() == {}
        and not mailoutbox
    )
    assert not Mail.objects.undelivered().exists()


def test_what_is_on_its_way_is_not_removed(registrar, refused):
    try_again(refused, by=registrar)
    with pytest.raises(Refused):
        close(refused, by=registrar)
    assert Mail.objects.get().closed_at is None


@pytest.mark.parametrize(
    "role",
    [
        Role.LEARNER,
        Role.TUTOR,
        Role.EMPLOYER,
        Role.AUTHOR,
        Role.EXTERNAL_EXAMINER,
        Role.SURVIVOR_CONSULTANT,
    ],
)
def test_nobody_else_sees_or_does_anything(client, refused, role, monkeypatch):
    person = someone("nosy@imsa.example", role)
    before, entries = Mail.objects.values().get(), Entry.objects.count()
    assert not Mail.objects.visible_to(person).exists()
    for action in (
        lambda: try_again(refused, by=person),
        lambda: close(refused, by=person),
        lambda: try_all_again(by=person),
    ):
        with pytest.raises(NotAllowed):
            action()
    sign_in(client, person, monkeypatch)
    assert client.get(reverse("people:mail")).status_code == 403
    assert client.post(reverse("people:mail_again_all")).status_code == 403
    for name in ("people:mail_again", "people:mail_close"):
        assert client.post(reverse(name, args=[refused.pk])).status_code == 403
    assert Mail.objects.values().get() == before and Entry.objects.count() == entries


def test_the_list_is_paged_in_the_database(
    client, registrar, refused, monkeypatch, django_assert_max_num_queries
):
    Mail.objects.bulk_create(
        Mail(
            person=refused.person,
            to="x@imsa.example",
            subject="s",
            message_id=f"<{n}@x>",
            gave_up_at=clock.now(),
            failure_code="550",
        )
        for n in range(120)
    )
    sign_in(client, registrar, monkeypatch)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("people:mail")).content.decode()
    assert page.count("Remove from list<span") == 50 and "Page 1 of 3" in page
