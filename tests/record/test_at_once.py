"""Actions, kills and sequencers in any order: what was committed is in the log, once, and nobody waited for anybody."""

import threading
import time

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.people.roles import Operator
from lms.record.actions import write, write_many
from lms.record.checking import _one_state, check
from lms.record.checkpoints import make_checkpoint
from lms.record.models import Checkpoint, Entry, Head, Leaf, SequencerQueue
from lms.record.sequencer import sequence, sequence_all

BY = Operator("test")


class Killed(BaseException):
    """Nothing catches it: the transaction is undone as it is when the process ends."""


def action(count):
    write_many(
        [
            {"action": "test.deed", "thing": f"test.thing:{n}", "after": {"n": n}}
            for n in range(count)
        ],
        by=BY,
    )


def killed(do, *args):
    try:
        with transaction.atomic():
            do(*args)
            raise Killed
    except Killed:
        pass


def committed(count):
    with transaction.atomic():
        action(count)


STEPS = st.one_of(
    st.tuples(st.just("action"), st.integers(1, 5)),
    st.tuples(st.just("action killed"), st.integers(1, 3)),
    st.tuples(st.just("sequencer"), st.integers(1, 7)),
    st.tuples(st.just("sequencer killed"), st.integers(1, 7)),
    st.tuples(st.just("checkpoint"), st.just(0)),
)
DO = {
    "action": committed,
    "action killed": lambda n: killed(action, n),
    "sequencer": sequence,
    "sequencer killed": lambda n: killed(sequence, n),
    "checkpoint": lambda n: make_checkpoint(),
}


@pytest.mark.both_engines
@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEPS, max_size=12))
def test_any_order_of_actions_kills_and_sequencers_gives_a_log_that_verifies_and_misses_nothing(
    steps,
):
    with transaction.atomic():
        before = Entry.objects.count()
        wanted, notes = 0, []
        for what, count in steps:
            made = DO[what](count)
            wanted += count if what == "action" else 0
            notes += [made.note] if isinstance(made, Checkpoint) else []
            assert check(notes)["whole"]
        sequence_all()
        answer = check(notes)
        assert (
            answer["whole"] and not answer["waiting"] and Entry.objects.count() == before + wanted
        )
        assert list(
            Leaf.objects.filter(entry_id__isnull=False).values_list("entry_id", flat=True)
        ) == sorted(Entry.objects.filter(number=None).values_list("pk", flat=True))
        transaction.set_rollback(True)


def in_thread(do, *args):
    """Run in another connection, which ends with it."""
    found = []

    def work():
        try:
            found.append(do(*args))
        except BaseException as fault:
            found.append(fault)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread, found


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_writers_and_sequencers_at_once_lose_nothing():
    before = Entry.objects.count()
    stop = threading.Event()

    def write_some():
        for _ in range(10):
            committed(2)

    def sequence_on():
        while not stop.is_set():
            sequence(3)

    sequencers = [in_thread(sequence_on) for _ in range(2)]
    writers = [in_thread(write_some) for _ in range(4)]
    for thread, found in writers:
        thread.join()
        assert found == [None]
    stop.set()
    for thread, found in sequencers:
        thread.join()
        assert found == [None]
    sequence_all()
    make_checkpoint()
    answer = check()
    assert (
        answer["whole"]
        and Entry.objects.count() == before + 80
        and Head.objects.get().size == Leaf.objects.count()
    )


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_long_action_holds_up_no_other_and_is_sequenced_when_it_commits():
    """A file of 500 rows held every save for a minute when all actions shared one row."""
    sequence_all()
    start, end = threading.Event(), threading.Event()

    def long_action():
        with transaction.atomic():
            action(3)
            start.set()
            end.wait(20)

    thread, found = in_thread(long_action)
    assert start.wait(20)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
    begun = time.monotonic()
    committed(1)
    assert time.monotonic() - begun < 2
    assert sequence_all() == 1, "what is committed later is not waited for"
    assert check()["whole"]
    end.set()
    thread.join()
    assert found == [None] and sequence_all() == 3, (
        "keys that are lower than those sequenced already are found all the same"
    )
    assert check()["whole"] and not SequencerQueue.objects.exists()


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_checkpoints_made_at_once_all_fit():
    """One that looks while another sequences may be of fewer entries; of one size there is one."""
    committed(2)
    made = [in_thread(make_checkpoint) for _ in range(3)]
    for thread, _ in made:
        thread.join()
    assert not [found for _, found in made if isinstance(found[0], BaseException)]
    make_checkpoint()
    notes = list(Checkpoint.objects.values_list("note", flat=True))
    assert Checkpoint.objects.first().size == Leaf.objects.count() and check(notes)["whole"]


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_a_check_reads_one_state_and_holds_up_no_action():
    with _one_state():
        before = Entry.objects.count()
        thread, found = in_thread(committed, 1)
        thread.join(10)
        assert found == [None], "the action waited for the check"
        assert Entry.objects.count() == before
    assert Entry.objects.count() == before + 1 and check()["whole"]


@pytest.mark.django_db
def test_one_statement_writes_many_and_the_clock_costs_one(settings, django_assert_num_queries):
    settings.DEMONSTRATION = True
    with transaction.atomic(), django_assert_num_queries(1):
        action(50)
    with transaction.atomic(), django_assert_num_queries(1):
        write("test.deed", "test.thing:1", by=BY)
