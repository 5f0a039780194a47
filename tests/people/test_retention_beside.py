"""The worker empties old rows without waiting for whoever holds one."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from lms.kit import clock
from lms.people.actions import tell
from lms.people.models import Notice, Role
from lms.people.retention import clear_old_messages
from tests.people.scene import BY, people_of


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_message_that_somebody_holds_is_left_for_another_day():
    ada = people_of(ada=Role.LEARNER)["ada"]
    held, free = (tell(ada, "A message", "Words.", "").pk for _each in range(2))
    Notice.objects.update(written_at=clock.now() - timedelta(days=800))
    is_held, is_over = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Notice.objects.select_for_update(no_key=True).get(pk=held)
            is_held.set()
            is_over.wait(30)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    try:
        assert is_held.wait(30)
        assert clear_old_messages(by=BY) == 1
        assert list(Notice.objects.filter(body="").values_list("pk", flat=True)) == [free]
    finally:
        is_over.set()
        other.join()
    assert clear_old_messages(by=BY) == 1
