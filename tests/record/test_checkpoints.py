"""Checkpoints are published, stamped and sent to those who keep them; they tell nothing of what the record says."""

import re
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import connection, transaction

from certificates.worker import JOBS, run_job
from lms.kit import clock
from lms.people.actions import admit, grant
from lms.people.checkpoints import mail_checkpoint
from lms.people.models import Mail, Notice, Role
from lms.people.roles import Operator
from lms.people.sending import send_due
from lms.record import notes
from lms.record.actions import write
from lms.record.checkpoints import make_checkpoint
from lms.record.models import Checkpoint, Entry, Head, SequencerQueue

BY = Operator("test")
pytestmark = pytest.mark.django_db


@pytest.fixture
def keepers():
    made = [
        admit(by=BY, email=f"{role}@org.example", first_name="Ada", last_name=role)
        for role in ("hub", "examiner", "tutor", "former")
    ]
    grant(made[0], Role.HUB_OFFICER, by=BY)
    grant(made[1], Role.EXTERNAL_EXAMINER, by=BY)
    grant(made[1], Role.HUB_OFFICER, by=BY)
    grant(made[2], Role.TUTOR, by=BY)
    grant(
        made[3],
        Role.HUB_OFFICER,
        by=BY,
        starts_on=clock.today() - timedelta(days=9),
        ends_on=clock.today() - timedelta(days=1),
    )
    return made


def job(name):
    return run_job(next(one for one in JOBS if one.name == name))


def test_the_worker_sequences_makes_checkpoints_and_sends_one_a_week(keepers, mailoutbox):
    hub, examiner, *_ = keepers
    assert job("record") and not SequencerQueue.objects.exists()
    assert job("checkpoints") == {"size": Head.objects.get().size, "mailed": 2}
    assert sorted(Notice.objects.values_list("person", flat=True)) == [hub.pk, examiner.pk], (
        "each once, and no one whose role ended"
    )
    note, text = Checkpoint.objects.get().note, Notice.objects.first().body
    assert note in text and notes.own_verifier() in text
    assert send_due()["sent"] == 2
    for kept in (mailoutbox[0].body, mailoutbox[0].message().as_string()):
        assert notes.read(kept, [notes.own_verifier()]).size == Checkpoint.objects.get().size, (
            "the mail can be read as it came, and saved with its head"
        )
    entry = Entry.objects.get(action="people.mail_checkpoint")
    assert entry.after == {"size": Checkpoint.objects.get().size, "to": [hub.pk, examiner.pk]}
    assert Mail.objects.count() == 2
    with transaction.atomic():
        write("test.deed", "test.thing:1", by=BY)
    assert job("checkpoints")["mailed"] == 0 and Checkpoint.objects.count() == 2
    with clock.at(clock.now() + timedelta(days=7, minutes=1)):
        assert mail_checkpoint(by=BY) == 2


def test_nothing_new_makes_no_checkpoint(keepers):
    assert make_checkpoint() and make_checkpoint() is None and Checkpoint.objects.count() == 1


def test_the_published_pages_say_sizes_and_hashes_and_nothing_else(client, keepers):
    assert client.get("/record/checkpoint").status_code == 404
    assert "There is no checkpoint yet" in client.get("/record/").content.decode()
    made = make_checkpoint()
    page = client.get("/record/").content.decode()
    assert made.root in page and notes.own_verifier().replace("+", "+") in page.replace(
        "&#x2B;", "+"
    )
    for address in ("/record/checkpoint", f"/record/checkpoint/{made.size}/"):
        answer = client.get(address)
        assert answer.content.decode() == made.note and answer["Content-Type"].startswith(
            "text/plain"
        )
        assert notes.read(answer.content.decode(), [notes.own_verifier()]).root.hex() == made.root
    assert client.get(f"/record/checkpoint/{made.size + 1}/").status_code == 404
    assert not re.search(r"person:|Ada|people\.user|test\.thing", page + made.note)


def test_a_time_stamp_service_that_is_away_holds_up_no_checkpoint(settings, keepers):
    settings.IMSA_TIMESTAMP_URL = "http://127.0.0.1:9/"
    assert make_checkpoint().stamp == ""


class Service(BaseHTTPRequestHandler):
    """Answers like a time-stamp service out of order, after somebody else has saved something."""

    def do_POST(self):
        begun = time.monotonic()
        with transaction.atomic():
            write("test.deed", "test.thing:1", by=BY)
        connection.close()
        self.server.waits.append(time.monotonic() - begun)
        self.send_error(503)

    def log_message(self, *args):
        pass


@pytest.mark.both_engines
def test_nobody_waits_for_a_time_stamp_service(settings, transactional_db):
    with transaction.atomic():
        write("test.deed", "test.thing:1", by=BY)
    with HTTPServer(("127.0.0.1", 0), Service) as server:
        server.waits = []
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        settings.IMSA_TIMESTAMP_URL = f"http://127.0.0.1:{server.server_port}/"
        assert make_checkpoint().stamp == ""
        thread.join()
    assert len(server.waits) == 1 and server.waits[0] < 5, (
        "a save waited for the answer of a service outside"
    )


def test_the_key_is_made_once_and_is_readable_by_nobody_else(settings, tmp_path):
    settings.KEYS_ROOT = tmp_path / "keys"
    assert notes.own_verifier() == notes.own_verifier()
    assert [p.name for p in settings.KEYS_ROOT.iterdir()] == ["record.key"]
    assert (settings.KEYS_ROOT / "record.key").stat().st_mode & 0o077 == 0
