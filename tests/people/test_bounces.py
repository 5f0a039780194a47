"""Mail that comes back is believed of those who can know it, is one task for one office, and is told to the person."""

import io
import json
import sys
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import tell
from lms.people.address_changes import ask, confirm
from lms.people.bounces import (
    close_bounce,
    drop_old_reports,
    open_bounces,
    tell_of_strangers,
    unreachable_of,
    want_address,
)
from lms.people.models import DeliveryReport, Mail, Notice, Role, UnreachableAddress, User
from lms.people.outbox import UNLISTED, Office, post
from lms.people.roles import Operator
from lms.record.models import Entry
from tests.people.scene import client_of, people_of
from tests.shared import begins_with, copy_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]
SECRET = "a-secret-of-at-least-thirty-two-letters"
DAY = timedelta(days=1)
BY = Operator("test")


make_people = partial(
    people_of,
    ada=Role.LEARNER,
    contact=Role.EMPLOYER,
    tutor=Role.TUTOR,
    registrar=Role.REGISTRAR,
    officer=Role.HUB_OFFICER,
)


@pytest.fixture
@begins_with(make_people)
def people():
    return copy_of(make_people)


@pytest.fixture(autouse=True)
def secret(settings):
    settings.IMSA_MAIL_REPORTS_SECRET = SECRET


def report(address, kind="hard", at=None, **more):
    at = (at or clock.now()).astimezone(UTC)
    return {"address": address, "kind": kind, "at": at.isoformat(), **more}


def send(*reports, key=SECRET, raw=None):
    body = raw if raw is not None else json.dumps(list(reports))
    return Client(enforce_csrf_checks=True).post(
        "/mail/reports/",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )


def test_a_hard_one_is_one_task_of_the_persons_office_and_told_to_the_person(people):
    ada = people["ada"]
    words = "550 5.1.1 <Ada@x.example> no such mailbox"
    first = report("Ada@x.example", diagnostic=words)
    assert send(first).json() == {"recorded": 1, "known": 0, "unknown": 0}
    assert send(first).json() == {"recorded": 0, "known": 1, "unknown": 0}
    send(report("ada@x.example", at=clock.now() + timedelta(hours=1)))
    row = open_bounces().get()
    assert (row.person, row.office, row.address) == (ada, "registry", "ada@x.example")
    assert "no such mailbox" in row.diagnostic and "x.example" not in row.diagnostic
    notices = Notice.objects.filter(subject="Email to someone comes back")
    assert [n.person for n in notices] == [people["registrar"]] and "Ada" not in notices[0].body
    assert "x.example" not in str(list(Entry.objects.values_list("before", "after", "reason")))
    assert "comes back to us" not in client_of(people["tutor"]).get("/me/").content.decode()
    page = client_of(ada).get("/me/").content.decode()
    assert "comes back to us" in page and "/me/address/" in page
    registrar, officer = client_of(people["registrar"]), client_of(people["officer"])
    assert "/mail/bounces/" in registrar.get("/registry/").content.decode()
    assert "ada@x.example" in registrar.get("/mail/bounces/").content.decode()
    assert "ada@x.example" not in officer.get("/mail/bounces/").content.decode()
    assert "ada@x.example" in officer.get("/mail/bounces/?show=all").content.decode()
    for who in ("tutor", "contact"):
        assert client_of(people[who]).get("/mail/bounces/").status_code == 403
        assert client_of(people[who]).post(f"/mail/bounces/{row.pk}/close/").status_code == 403
    send(report("contact@x.example"))
    assert "contact@x.example" in officer.get("/mail/bounces/").content.decode()
    assert "/mail/bounces/" in officer.get("/hub/").content.decode()
    for _twice in range(2):
        assert registrar.post(f"/mail/bounces/{row.pk}/close/").status_code == 302
    assert unreachable_of(ada) is None
    assert Entry.objects.filter(action="people.close_bounce").count() == 1
    with pytest.raises(NotAllowed):
        close_bounce(open_bounces().get(), by=people["tutor"])


def test_the_person_asks_for_another_address_and_proving_it_clears(people):
    ada = people["ada"]
    send(report(ada.email))
    client = client_of(ada)
    page = client.post("/me/address/", {"address": "nonsense"})
    assert page.status_code == 422 and "nonsense" in page.content.decode()
    assert "comes back" in client.post("/me/address/", {"address": ada.email}).content.decode()
    assert client.post("/me/address/", {"address": "New@x.example"}).status_code == 302
    row = open_bounces().get()
    want_address(row, by=ada, address="new@x.example")
    told = Notice.objects.filter(subject="Someone says which email address to use")
    assert [one.person for one in told] == [people["registrar"]] and "@" not in told[0].body
    assert "new@x.example" in client_of(people["registrar"]).get("/mail/bounces/").content.decode()
    with pytest.raises(NotAllowed):
        want_address(row, by=people["tutor"], address="evil@x.example")
    assert User.objects.get(pk=ada.pk).email == "ada@x.example"
    confirm(ask(ada, "new@x.example", by=people["registrar"]).secret)
    row.refresh_from_db()
    assert row.cleared_at and row.cleared_by == "proved" and row.wanted_address == ""
    with pytest.raises(Refused):
        want_address(row, by=ada, address="third@x.example")
    send(report("new@x.example", at=clock.now() - timedelta(hours=1)))
    assert not open_bounces().exists(), "it came back before they opened a link that came there"
    assert send(report("ada@x.example", at=clock.now() - DAY)).json()["recorded"] == 1
    assert not open_bounces().exists(), "nothing is sent to the address of before"


def test_a_later_delivery_clears_and_an_older_report_changes_nothing(people):
    ada, now = people["ada"], clock.now()
    send(report(ada.email, at=now - 3 * DAY))
    send(report(ada.email, "delivered", at=now - 4 * DAY))
    assert open_bounces().count() == 1, "it arrived before it came back"
    send(report(ada.email, "delivered", at=now - 2 * DAY))
    assert not open_bounces().exists()
    send(report(ada.email, at=now - 2.5 * DAY), report(ada.email, "soft", at=now))
    assert not open_bounces().exists()
    send(report(ada.email, at=now))
    assert open_bounces().count() == 1


def test_what_nobody_sent_is_not_believed_and_what_cannot_be_read_is_named(people, settings):
    assert send(report("stranger@y.example")).json()["unknown"] == 1
    post("applicant@y.example", "Your application", "A link")
    assert send(report("Applicant@y.example")).json()["recorded"] == 1
    assert open_bounces().get().office == "both"
    for who in ("registrar", "officer"):
        assert "applicant@y" in client_of(people[who]).get("/mail/bounces/").content.decode()
    before = DeliveryReport.objects.count()
    good = report("ada@x.example")
    for bad, words in (
        (good | {"kind": "bounced"}, "Report 2: kind"),
        (good | {"at": "yesterday"}, "Report 2: at"),
        (good | {"at": "2026-11-30T14:05:00"}, "Report 2: at"),
        (good | {"address": "nobody"}, "Report 2: address"),
        (good | {"address": ["a@b"]}, "Report 2: address"),
        (good | {"address": "\ud800@x.example"}, "Report 2: address"),
        (good | {"at": "0001-01-01T00:00:00+14:00"}, "Report 2: at"),
        ("text", "Report 2"),
    ):
        answer = send(good, bad)
        assert answer.status_code == 400 and words in answer.json()["fault"]
    for raw in ("", "{", "[" * 3000, '[{"address": "\\ud800"}]', "[]"):
        assert send(raw=raw).status_code == 400
    assert send(good, key="another").status_code == 401
    assert send(good, key="").status_code == 401
    assert send(*[good] * 101).status_code == 400
    settings.IMSA_MAIL_REPORTS_SECRET = ""
    assert send(good, key="").status_code == 404
    assert DeliveryReport.objects.count() == before


def returned(message_id, action="failed", status="5.1.1", recipient="ada@x.example"):
    return f"""From: MAILER-DAEMON@mx.x.example
To: no-reply@localhost
Subject: Returned mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut

Sorry.
--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.x.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such mailbox
Last-Attempt-Date: Mon, 30 Nov 2026 09:00:00 +0000

--cut
Content-Type: text/rfc822-headers

Message-ID: {message_id}
To: {recipient}

--cut--
""".encode()


def read(mail, monkeypatch):
    stdin = io.TextIOWrapper(io.BytesIO(mail))
    monkeypatch.setattr(sys, "stdin", stdin)
    out = io.StringIO()
    call_command("read_bounce", stdout=out)
    return json.loads(out.getvalue())


def test_a_returned_mail_is_believed_if_it_names_a_mail_of_ours(people, monkeypatch):
    with clock.at(datetime(2026, 11, 30, 12, tzinfo=UTC)):
        tell(people["ada"], "A message", "Words")
        mail = Mail.objects.get(person=people["ada"])
        forged = returned("<made-up@localhost>")
        assert read(forged, monkeypatch)["unknown"] == 1
        other = returned(mail.message_id, recipient="contact@x.example")
        assert read(other, monkeypatch)["unknown"] == 1
        late = returned(mail.message_id, "delayed", "4.4.1")
        assert read(late, monkeypatch)["recorded"] == 1 and not open_bounces().exists()
        for count in ("recorded", "known"):
            assert read(returned(mail.message_id), monkeypatch)[count] == 1
        row = open_bounces().get()
        assert row.person == people["ada"] and row.diagnostic == "550 no such mailbox"
        assert row.since_at == datetime(2026, 11, 30, 9, tzinfo=UTC)
        part = b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n'
        deep = b"".join(part % (n, n) for n in range(3000))
        away = b"Subject: Out of office\n\nI am away"
        for wrong in (b"", b"\xff\x00", away, returned(""), deep):
            with pytest.raises(CommandError):
                read(wrong, monkeypatch)


def test_sign_in_tells_it_and_old_reports_are_dropped(people):
    ada = people["ada"]
    ada.set_password("seven copper teapots")
    ada.save()
    first = report(ada.email)
    send(first)
    client = Client()
    page = client.post(
        "/accounts/login/", {"login": ada.email, "password": "seven copper teapots"}, follow=True
    )
    assert "Email to your address comes back to us" in page.content.decode()
    with clock.at(clock.now() + 31 * DAY):
        assert drop_old_reports() == 1
        assert open_bounces().count() == 1, "the task stays until it is dealt with"
        UnreachableAddress.objects.all().update(cleared_at=clock.now() - 40 * DAY)
        send(first)
        assert not open_bounces().exists(), "forgotten is not new"
        UnreachableAddress.objects.all().update(cleared_at=None)
        assert drop_old_reports() == 0
    close_bounce(UnreachableAddress.objects.get(), by=people["registrar"])
    with clock.at(clock.now() + 366 * DAY):
        assert drop_old_reports() == 2, "the report and the task"


def at_hour(day, hour):
    return clock.at(datetime(2027, 3, day, hour, tzinfo=UTC))


def told():
    """Who was told of addresses without an account, and how many each time."""
    found = Notice.objects.filter(subject__contains="without an account").order_by("pk")
    return [(n.person.first_name, n.body.split()[0]) for n in found.select_related("person")]


def test_an_office_hears_of_its_strangers_alone_once_a_day_and_sees_what_it_was_about(people):
    office, hub = people["registrar"], people["officer"]
    with at_hour(2, 12):
        post("place@y.example", "Your place on the programme", "x", office=Office.REGISTRY)
        post("boss@y.example", "A confirmation", "x", office=Office.REGISTRY)
        post("org@y.example", "Your organisation", "x", office=Office.HUB)
        post("new@y.example", "A new address", "x")
        post("typed@y.example", "Your place on the programme", "x", office=UNLISTED)
        addresses = ("place", "boss", "org", "new", "typed")
        send(*(report(f"{one}@y.example") for one in addresses))
        assert "typed@y.example" not in [row.address for row in open_bounces()]
        assert not told(), "one message for each address"
    with at_hour(3, 7):
        assert tell_of_strangers(by=BY) == 0, "in the night"
    with at_hour(3, 8):
        assert [tell_of_strangers(by=BY) for _twice in range(2)] == [2, 0]
        assert sorted(told()) == sorted([(office.first_name, "3"), (hub.first_name, "2")])
        words = str(list(Notice.objects.filter(person=hub).values_list("subject", "body")))
        assert "y.example" not in words and "place" not in words
        post("late@y.example", "Your organisation", "x", office=Office.HUB)
        send(report("late@y.example"))
    with at_hour(3, 20):
        assert tell_of_strangers(by=BY) == 0, "twice in one day"
    with at_hour(4, 9):
        assert tell_of_strangers(by=BY) == 1 and told()[-1] == (hub.first_name, "1")
        assert len(told()) == 3
        mine = client_of(office).get("/mail/bounces/").content.decode()
        assert "place@y" in mine and "org@y" not in mine
        assert "The email was about: Your place on the programme" in mine
        every = client_of(hub).get("/mail/bounces/?show=all").content.decode()
        assert "place@y" in every and "Your place on the programme" not in every
        assert "The email was about: Your organisation" in every
        for client, shown in ((client_of(office), True), (client_of(hub), False)):
            answer = client.post("/mail/bounces/list.csv", {"show": "all"})
            content = b"".join(answer.streaming_content).decode()
            assert "place@y.example" in content
            assert ("Your place on the programme" in content) is shown
        # What comes back from two offices is both's, and of no office alone.
        post("org@y.example", "A confirmation", "x", office=Office.REGISTRY)
        send(report("org@y.example", at=clock.now() + timedelta(minutes=1)))
        row = open_bounces().get(address="org@y.example")
        assert (row.office, row.about, row.told_on) == (Office.BOTH, "", None)
