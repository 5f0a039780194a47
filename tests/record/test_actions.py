"""The record shows every edit, gap and removal, and the database refuses them first."""
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from lms.people.roles import Operator
from lms.record.actions import check, write
from lms.record.models import Entry, Head

BY = Operator("test")


def three():
    with transaction.atomic():
        return [write("test.deed", f"test.thing:{n}", by=BY, after={"n": n}) for n in range(3)]


def lift_guards():
    """What somebody with the database's own password could do."""
    on = " ON record_entry" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for deed in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER record_entry_no_{deed}{on}")


@pytest.mark.both_engines
@pytest.mark.django_db
def test_a_chain_that_nobody_touched_is_whole():
    three()
    answer = check()
    assert answer["whole"] and answer["entries"] == Entry.objects.count()


@pytest.mark.both_engines
@pytest.mark.django_db
@pytest.mark.parametrize("sql", ["UPDATE record_entry SET reason = 'x'", "DELETE FROM record_entry"])
def test_the_database_refuses_to_change_the_record(sql):
    three()
    before = list(Entry.objects.values())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert list(Entry.objects.values()) == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE record_entry SET reason = 'x' WHERE number = {n}", "changed"),
        ("DELETE FROM record_entry WHERE number = {n}", "missing"),
    ],
)
def test_with_the_guards_torn_off_a_change_still_shows(sql, why):
    middle = three()[1]
    lift_guards()
    with connection.cursor() as cursor:
        cursor.execute(sql.format(n=middle.number))
    answer = check()
    assert not answer["whole"] and answer["broken_at"] == middle.number and why in answer["why"]


@pytest.mark.django_db
def test_entries_cut_from_the_end_are_missed():
    last = three()[-1]
    lift_guards()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM record_entry WHERE number = %s", [last.number])
    assert not check()["whole"]


@pytest.mark.django_db(transaction=True)
def test_a_deed_without_a_transaction_is_not_recorded():
    before = Entry.objects.count()
    with pytest.raises(RuntimeError):
        write("test.deed", "test.thing:1", by=BY)
    assert Entry.objects.count() == before


OTHER = {
    "number": 8, "at": datetime(2026, 11, 28, 12, 0, 1, tzinfo=UTC), "actor": "person:2", "deed": "test.other", "thing": "test.thing:2",
    "before": {"n": 2}, "after": {"n": 3}, "reason": "another", "previous_hash": "1" * 64,
}


def test_every_column_is_under_the_hash():
    """An actor, a moment or a reason that could be rewritten unseen would make the record say another did it."""
    said = {
        "number": 7, "at": datetime(2026, 11, 28, 12, tzinfo=UTC), "actor": "person:1", "deed": "test.deed", "thing": "test.thing:1",
        "before": {"n": 1}, "after": {"n": 2}, "reason": "why", "previous_hash": "0" * 64,
    }
    assert {f.name for f in Entry._meta.fields} - {"id", "hash"} == set(said) == set(OTHER)
    digests = {Entry(**said).digest(), *(Entry(**said | {name: value}).digest() for name, value in OTHER.items())}
    assert len(digests) == 1 + len(OTHER)


@pytest.mark.django_db
def test_an_end_that_counts_other_than_the_entries_is_noticed():
    three()
    Head.objects.update(number=F("number") + 1)
    assert not check()["whole"]
