"""No mail is lost, none goes to an address a second time, and no mail server holds up anything but mail."""

import importlib
import os
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.apps import apps
from django.core.mail import send_mail
from django.db import connection, transaction

from lms.kit import clock
from lms.kit.worker.rests import RESTS
from lms.people import delivery_log, email_backends
from lms.people.actions import admit, tell
from lms.people.jobs import Mailing
from lms.people.models import Mail, Notice
from lms.people.outbox import post
from lms.people.roles import Operator
from lms.people.sending import (
    BACK_OFF,
    Refusal,
    ServerAway,
    claim,
    confirm,
    forget_old,
    give_up,
    put_off,
    refusal,
    send_due,
)

from .sink import DRIPS, DROPS, HANGS_AFTER_DATA, PUTS_OFF, SILENT, TAKEN, Sink

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]
BY = Operator("test")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.IMSA_HOME = tmp_path


@pytest.fixture
def sink(settings):
    with Sink() as made:
        settings.IMSA_MAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
            "lms.people.email_backends.Smtp",
            "127.0.0.1",
            made.port,
        )
        settings.EMAIL_TIMEOUT = 1
        yield made


def people(n):
    return [
        admit(by=BY, email=f"person{i}@imsa.example", first_name="Person", last_name=str(i))
        for i in range(n)
    ]


def told(n):
    made = people(n)
    for person in made:
        tell(person, "Work submitted", f"Of person {person.pk}.")
    return made


def addresses(sink):
    return [address for address, _ in sink.mails]


def test_a_batch_is_one_connection_and_each_mail_goes_once(sink):
    made = told(5)
    assert send_due() == {"sent": 5} and send_due() == {}
    assert addresses(sink) == [p.email for p in made] and sink.connections == 1
    assert (
        not Mail.objects.exclude(encrypted_body="").exists()
        and not Notice.objects.filter(sent_at=None).exists()
    )
    assert {m["Message-ID"] for _, m in sink.mails} == set(
        Mail.objects.values_list("message_id", flat=True)
    )


def test_what_is_rolled_back_is_never_mailed(sink):
    person = people(1)[0]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(person, "Work submitted", "It is not.")
        raise ZeroDivisionError
    assert not Mail.objects.exists() and send_due() == {} and not sink.mails


def test_an_invented_person_has_no_letter_box(sink):
    person = admit(by=BY, email="invented@imsa.example", first_name="Invented", is_invented=True)
    assert tell(person, "Work submitted", "No one is there.").sent_at and not Mail.objects.exists()


def test_a_refused_address_holds_up_nobody_and_is_shown(sink):
    first, *others = told(4)
    sink.refused = {first.email}
    assert send_due() == {"given_up": 1, "sent": 3}
    assert addresses(sink) == [p.email for p in others]
    mail = Mail.objects.get(person=first)
    assert (
        mail.gave_up_at
        and mail.failure_code == "550"
        and "no such mailbox" in mail.failure
        and first.email not in mail.failure
    )
    assert mail.encrypted_body, "it can be sent again when the address is put right"
    assert send_due() == {}, "and is not tried for ever"


def test_what_is_put_off_is_tried_later_and_later_and_given_up_after_days(sink):
    told(1)
    sink.mode, now = PUTS_OFF, clock.now()
    for wait in (*BACK_OFF, BACK_OFF[-1]):
        with clock.at(now):
            assert send_due() == {"put_off": 1} and send_due() == {}
        with clock.at(now + wait - timedelta(seconds=1)):
            assert send_due() == {}
        now += wait
    with clock.at(now + timedelta(days=3)):
        assert send_due() == {"given_up": 1}
    mail = Mail.objects.get()
    assert mail.failure_code == "451" and mail.gave_up_at and not sink.mails


def test_a_queue_that_nobody_sent_for_days_is_not_given_up_at_the_first_failure(sink):
    told(1)
    sink.mode = PUTS_OFF
    with clock.at(clock.now() + timedelta(days=10)):
        assert send_due() == {"put_off": 1}


@pytest.mark.parametrize("mode", [SILENT, HANGS_AFTER_DATA, DROPS, DRIPS])
def test_a_server_that_goes_away_ends_the_batch_and_loses_nothing(sink, mode, monkeypatch):
    monkeypatch.setattr(email_backends, "CONNECT_SECONDS", 2)
    monkeypatch.setattr(email_backends, "MAIL_SECONDS", 2)
    made = told(3)
    sink.mode = mode
    assert send_due() == {"put_off": 1, "server_away": 1}
    assert sink.connections == 1 and Mail.objects.waiting().count() == 3, (
        "one try, not one for each mail"
    )
    sink.mode = TAKEN
    with clock.at(clock.now() + 2 * BACK_OFF[0]):
        assert send_due() == {"sent": 3}
    assert Counter(addresses(sink)) == Counter(p.email for p in made)


def test_a_worker_whose_server_is_away_rests_longer_each_time(sink, monkeypatch):
    told(3)
    sink.mode, mailing = DROPS, Mailing()
    assert mailing()["server_away"] and "not reached" in mailing() and sink.connections == 1
    monkeypatch.setattr(mailing.rest, "not_before", 0.0)
    assert (
        mailing()["server_away"]
        and mailing.rest.misses == 2
        and mailing.rest.not_before > time.monotonic() + RESTS[0]
    )


def test_a_action_asks_no_mail_server_anything(sink, client):
    sink.mode = SILENT
    person = people(1)[0]
    person.set_password("eleven brown hens in a long coat")
    person.save()
    tell(person, "Work submitted", "We have it.")
    client.post("/accounts/password/reset/", {"email": person.email})
    send_mail(
        "A page title of Wagtail's", "Please look.", None, [person.email, "other@imsa.example"]
    )
    assert sink.connections == 0 and Mail.objects.count() == 4
    assert set(Mail.objects.filter(notice=None).values_list("to", "subject")) == {
        (person.email, "IMSA Learning: Choose a new password"),
        (person.email, "IMSA Learning: You have a new message"),
        ("other@imsa.example", "IMSA Learning: You have a new message"),
    }


def test_an_address_that_is_none_and_a_text_nobody_can_read_hold_up_nobody(sink, settings):
    one, two, three = people(3)
    post("a\nBcc: b@imsa.example", "You have a new message", "Hello", person=one)
    tell(two, "Old", "Written under another key.")
    settings.SECRET_KEY = "another" * 8
    tell(three, "New", "Written under this key.")
    assert send_due() == {"given_up": 2, "sent": 1} and addresses(sink) == [three.email]
    settings.SECRET_KEY_FALLBACKS = ["demonstration-only-not-a-secret-0123456789abcdef"]
    Mail.objects.filter(person=two).update(gave_up_at=None)
    assert send_due() == {"sent": 1}, "a key that was changed with care loses nothing"


def test_a_claim_is_one_senders_until_it_expires_and_the_repeat_is_the_same_mail(sink, settings):
    told(1)
    mine = claim()
    assert mine and claim() is None and send_due() == {}
    before = Mail.objects.get()
    with clock.at(clock.now() + timedelta(seconds=settings.IMSA_MAIL_CLAIM_SECONDS + 1)):
        assert send_due() == {"sent": 1}
    [(_, mail)] = sink.mails
    assert mail["Message-ID"] == before.message_id and mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].startswith(before.queued_at.strftime("%a, %d %b %Y %H:%M:%S"))


def test_a_sender_that_lost_its_claim_changes_nothing_of_the_mail(sink, settings):
    """A slow sender comes back after another has taken the mail on: what it has to say is no longer asked."""
    told(1)
    slow = claim()
    with clock.at(clock.now() + timedelta(seconds=settings.IMSA_MAIL_CLAIM_SECONDS + 1)):
        quick, before = claim(), Mail.objects.values().get()
        put_off(slow, "451", "try later")
        give_up(slow, "550", "no such mailbox")
        assert quick and Mail.objects.values().get() == before
        confirm(quick)
    moment = Mail.objects.get().sent_at
    with clock.at(moment + timedelta(hours=1)):
        confirm(quick)
        put_off(quick, "451", "try later")
    assert (
        Mail.objects.get().sent_at == moment == Notice.objects.get().sent_at
        and Mail.objects.get().failure == ""
    )


@pytest.mark.parametrize(
    ("code", "kind", "is_final"),
    [(550, Refusal, True), (599, Refusal, True), (451, Refusal, False), (421, ServerAway, None)],
)
def test_what_a_servers_answer_means(code, kind, is_final):
    """421 says good-bye whatever was asked: taken for this mail's fault, it would be tried on every mail after it."""
    mail = Mail(to="ada@imsa.example")
    found = refusal(code, b"5.1.1 <ada@imsa.example>: no  such\r\nmailbox", mail)
    assert (
        type(found) is kind
        and "ada@imsa" not in str(found)
        and getattr(found, "is_final", None) is is_final
    )


def test_what_the_delivery_log_names_is_not_sent_again(sink, settings):
    told(1)
    delivery_log.note(claim().message_id)  # and killed here
    with clock.at(clock.now() + timedelta(seconds=settings.IMSA_MAIL_CLAIM_SECONDS + 1)):
        assert send_due() == {"sent": 1} and sink.connections == 0
    assert Mail.objects.get().sent_at


def test_a_clock_that_was_set_back_makes_no_mail_wait_for_the_old_time(sink):
    told(2)
    with clock.at(clock.now() + timedelta(days=400)):
        claim()
    Mail.objects.filter(claimed_at=None).update(next_try_at=clock.now() + timedelta(days=400))
    assert send_due() == {"sent": 2}


def test_mail_is_forgotten_when_it_was_dealt_with_and_not_before(sink, settings):
    sent, waiting, refused, again = told(4)
    sink.refused = {refused.email}
    Mail.objects.filter(person=waiting).update(next_try_at=clock.now() + timedelta(hours=1))
    Mail.objects.filter(person=again).update(next_try_at=clock.now() + timedelta(hours=1))
    send_due()
    with clock.at(clock.now() + timedelta(days=settings.IMSA_MAIL_DAYS + 1)):
        assert forget_old() == 1
    assert (
        set(Mail.objects.values_list("person", flat=True)) == {waiting.pk, refused.pk, again.pk}
        and Notice.objects.count() == 4
    )


def test_the_upgrade_queues_what_was_never_mailed_once_and_nothing_that_was(sink):
    upgrade = importlib.import_module("lms.people.migrations.0004_mail_of_unsent_notices")
    unsent, sent = people(2)
    invented = admit(by=BY, email="invented@imsa.example", first_name="Invented", is_invented=True)
    for person, at in ((unsent, None), (sent, clock.now()), (invented, None)):
        Notice.objects.create(person=person, subject="Before the upgrade", body="Old.", sent_at=at)
    upgrade.queue_unsent(apps, None)
    upgrade.queue_unsent(apps, None)
    assert (
        send_due() == {"sent": 1}
        and addresses(sink) == [unsent.email]
        and not Notice.objects.filter(sent_at=None).exists()
    )


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_share_the_mail(sink):
    made, start, counted, faults = told(12), Barrier(2), Counter(), []

    def send():
        try:
            start.wait()
            counted.update(send_due())
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(2)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert (
        not faults
        and counted == {"sent": 12}
        and Counter(addresses(sink)) == Counter(p.email for p in made)
    )


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_thirty_killed_workers_lose_no_mail_and_send_none_as_another(sink, settings, tmp_path):
    """A mail that was taken in the very moment of a kill may come once more, as the same mail: at most one for each kill."""
    kills, made = 30, people(300)
    with transaction.atomic():
        for person in made:
            tell(person, "Work submitted", "We have it.")
    sink.pause, sink.arrived = 0.01, tmp_path / "arrived"
    sink.arrived.touch()
    env = {
        **os.environ,
        "IMSA_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
        "PYTHONPATH": str(ROOT),
    }
    program = [
        sys.executable,
        str(ROOT / "tests/people/killed_workers.py"),
        str(connection.settings_dict["NAME"]),
        str(sink.port),
        str(kills),
        "7",
        str(sink.arrived),
    ]
    subprocess.run(program, cwd=ROOT, env=env, check=True, capture_output=True, timeout=240)
    reached = len(sink.mails)
    settings.IMSA_MAIL_CLAIM_SECONDS = 0
    while send_due():
        pass
    assert reached >= kills // 2, "the kills fell while mail was being sent"
    assert set(addresses(sink)) == {p.email for p in made}, "lost"
    assert not Mail.objects.exclude(gave_up_at=None, sent_at__isnull=False).exists()
    ids = {(address, mail["Message-ID"], mail["Date"]) for address, mail in sink.mails}
    assert len(ids) == len(made), "sent to one address as two mails"
    repeats = len(sink.mails) - len(made)
    print(
        f"{repeats} of {len(made)} mails came a second time in {kills} kills, under the same Message-ID"
    )
    assert repeats <= kills // 6, "without the delivery log, one kill in four is a repeat"
