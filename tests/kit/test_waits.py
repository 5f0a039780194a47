"""A page that would wait too long for somebody else's work says so and keeps nothing half done."""

import threading

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection, transaction
from django.test import Client

from lms.kit import waits
from lms.kit.views import BUSY

User = get_user_model()


@pytest.fixture
def limited(settings):
    settings.IMSA_LOCK_SECONDS, settings.IMSA_STATEMENT_SECONDS = 1, 1
    connection.close()
    waits.tune_connections()
    yield
    waits.connection_created.disconnect(dispatch_uid="imsa-waits")
    connection.close()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sql", ["SELECT pg_sleep(20)", "SELECT * FROM people_user FOR UPDATE"])
def test_a_lock_and_a_statement_are_given_up(limited, sql):
    User.objects.create(email="ada@example.org")
    start, end = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            list(User.objects.select_for_update())
            start.set()
            end.wait(20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    start.wait(20)
    with (
        pytest.raises(OperationalError) as found,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    end.set()
    holder.join()
    assert waits.waited_too_long(found.value)


@pytest.mark.django_db
def test_the_page_says_that_nothing_was_saved(monkeypatch):
    from django.contrib.sessions.backends.db import SessionStore

    def busy(self):
        raise OperationalError("database is locked")

    monkeypatch.setattr(SessionStore, "load", busy)
    visitor = Client(raise_request_exception=False)
    visitor.cookies["imsa"] = "a" * 32
    answer = visitor.get("/today/")
    assert answer.status_code == 503 and answer["Retry-After"] and BUSY in answer.content.decode()
