"""The record shows every edit, gap and removal, and the database refuses them first."""
import pytest
from django.db import DatabaseError, connection, transaction

from lms.people.roles import Operator
from lms.record.actions import check, write
from lms.record.models import Entry

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
