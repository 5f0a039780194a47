"""Health that can be believed: what is missing is named, an outage is a 503 with a sentence, and nothing is lost by one."""

import errno
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError
from django.test import Client

from certificates.models import Heartbeat
from lms.kit import clock, files, readiness
from lms.kit.files.outages import disk
from lms.kit.refusals import NotNow
from lms.people.actions import admit, tell
from lms.people.models import Mail, Notice
from lms.people.roles import Operator
from lms.record.actions import accept_clock, write
from lms.record.checking import check as check_record
from lms.record.models import Entry, Head

BY = Operator("test")


@pytest.fixture
def ready(settings, db, tmp_path):
    settings.IMSA_HOME = tmp_path
    settings.IMSA_DISK_FREE = 1
    Heartbeat.objects.create(job="runs", at=clock.now())


@pytest.fixture
def real(settings):
    settings.DEMONSTRATION = False


def away(*args, **kwargs):
    raise OperationalError("server closed the connection")


@pytest.mark.both_engines
def test_all_is_well(ready):
    assert readiness.faults(is_fresh=True) == {}
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")


def test_a_probe_asks_by_address_and_over_http(settings, ready):
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["imsa.example"]
    readiness.faults(is_fresh=True)
    assert [
        Client().get(path, headers={"host": "10.0.0.7:8000"}).status_code
        for path in ("/healthz", "/readyz")
    ] == [200, 200]


@pytest.mark.parametrize(
    "spoil, name",
    [
        (lambda s, tmp: setattr(s, "IMSA_SIGNING_KEY", str(tmp / "gone.key")), "key"),
        (lambda s, tmp: setattr(s, "IMSA_HOME", tmp / "gone"), "disk"),
        (lambda s, tmp: setattr(s, "IMSA_DISK_FREE", 1 << 60), "disk"),
        (lambda s, tmp: Heartbeat.objects.update(at=clock.now() - timedelta(hours=1)), "worker"),
        (lambda s, tmp: Heartbeat.objects.all().delete(), "worker"),
        (lambda s, tmp: setattr(s, "DEMONSTRATION", False), "installation"),
    ],
)
def test_what_is_missing_is_named(settings, ready, tmp_path, spoil, name):
    spoil(settings, tmp_path)
    readiness.faults(is_fresh=True)
    answer = Client().get("/readyz")
    assert (
        answer.status_code == 503
        and f"{name}: " in answer.content.decode()
        and str(tmp_path) not in answer.content.decode()
    )
    assert Client().get("/healthz").status_code == 200


def test_late_mail_is_named_without_its_reader(ready):
    tell(admit(by=BY, email="ada@example.org", first_name="Ada"), "Your award", "It is decided.")
    Mail.objects.update(next_try_at=clock.now() - timedelta(hours=1))
    found = readiness.faults(is_fresh=True)
    assert set(found) == {"mail"} and "ada" not in found["mail"].lower()


@pytest.mark.both_engines
def test_a_clock_that_went_back_is_named_and_no_action_is_dated_before_the_last(ready, real):
    ahead = clock.now() + timedelta(days=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: ahead)
        admit(by=BY, email="ada@example.org", first_name="Ada")
    entries = Entry.objects.count()
    assert "clock" in readiness.faults(is_fresh=True)
    with pytest.raises(NotNow, match="clock"):
        admit(by=BY, email="bo@example.org", first_name="Bo")
    assert Entry.objects.count() == entries and not Notice.objects.exists()
    accept_clock(by=BY, reason="The clock ran two days ahead.")
    admit(by=BY, email="bo@example.org", first_name="Bo")
    assert (
        check_record()["went_back"] == list(Entry.objects.values_list("pk", flat=True)[entries:])
        and Entry.objects.count() == entries + 2
    )


@pytest.mark.django_db
def test_seconds_are_no_clock_that_went_back(real):
    Head.objects.update(at=clock.now() + timedelta(seconds=60))
    admit(by=BY, email="ada@example.org", first_name="Ada")
    assert Head.objects.get().at > clock.now()  # the head never goes back by itself


@pytest.mark.django_db
def test_while_the_database_is_away_a_page_answers_503_with_a_sentence(monkeypatch):
    visitor = Client(raise_request_exception=False)
    visitor.cookies["imsa"] = "a" * 32
    monkeypatch.setattr(SessionStore, "load", away)  # in a middleware, not in a view
    answer = visitor.get("/today/")
    assert (
        answer.status_code == 503
        and answer["Retry-After"]
        and "cannot reach its records" in answer.content.decode()
    )


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EACCES])
def test_a_disk_that_takes_no_file_is_not_now_and_leaves_nothing(
    settings, tmp_path, monkeypatch, number
):
    settings.PRIVATE_ROOT = tmp_path

    def full(handle):
        raise OSError(number, "no")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(NotNow):
        files.keep(b"an essay", "submissions", "pdf")
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_a_fault_of_ours_is_no_outage():
    with pytest.raises(FileNotFoundError), disk():
        open("/nowhere/at/all")


@pytest.mark.django_db
def test_an_entry_needs_the_true_time_only_where_the_site_is_real():
    Head.objects.update(at=clock.now() + timedelta(days=1))
    from django.db import transaction

    with transaction.atomic():
        assert write("test.deed", "thing", by=BY).pk
