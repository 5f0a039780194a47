"""What may only grow is guarded by the database itself, also after a later migration made its table anew."""

import io
import json

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from lms.kit.triggers import append_only_tables, missing_triggers
from lms.people.roles import Operator
from lms.record.actions import write
from lms.record.models import Entry
from lms.record.sequencer import sequence_all

BY = Operator("test")


@pytest.mark.both_engines
@pytest.mark.django_db
def test_every_table_that_may_only_grow_refuses_change_and_removal():
    assert len(append_only_tables()) > 10 and missing_triggers() == []


def checked():
    out, status = io.StringIO(), 0
    try:
        call_command("check_record", stdout=out)
    except SystemExit as ended:
        status = ended.code
    return status, json.loads(out.getvalue())


@pytest.mark.both_engines
@pytest.mark.django_db
def test_a_trigger_that_somebody_took_away_is_missed_and_put_back_with_a_trace():
    on = " ON record_entry" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER record_entry_no_update{on}")
        if connection.vendor == "postgresql":
            cursor.execute(
                "ALTER TABLE certificates_checkseal DISABLE TRIGGER certificates_checkseal_no_delete"
            )
    status, answer = checked()
    assert status == 1 and answer["whole"], "the record itself is whole"
    assert "record_entry_no_update" in answer["sealed"]["triggers"]["missing"]
    assert ("certificates_checkseal_no_delete" in answer["sealed"]["triggers"]["missing"]) == (
        connection.vendor == "postgresql"
    )
    call_command(
        "restore_triggers", reason="Turned off for a load and forgotten.", stdout=io.StringIO()
    )
    assert checked()[0] == 0 and missing_triggers() == []
    entry = Entry.objects.order_by("pk").last()
    assert (
        entry.action == "kit.restore_triggers"
        and "record_entry_no_update" in entry.after["triggers"]
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(action="x")
    before = Entry.objects.count()
    call_command("restore_triggers", reason="Again.", stdout=io.StringIO())
    assert Entry.objects.count() == before


@pytest.mark.both_engines
@pytest.mark.django_db
def test_what_was_written_while_nothing_was_queued_gets_its_place_and_is_named():
    """Else an honest record would be called broken for ever after a dump was restored without its triggers."""
    write("people.rename", "people.user:1", by=BY)
    sequence_all()
    on = " ON record_entry" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER record_entry_queued{on}")
    stray = write("people.rename", "people.user:2", by=BY)
    assert not checked()[1]["whole"]
    call_command("restore_triggers", reason="A dump without triggers.", stdout=io.StringIO())
    assert Entry.objects.order_by("pk").last().after["queued"] == [stray.pk]
    sequence_all()
    status, answer = checked()
    assert status == 0 and answer["whole"] and answer["waiting"] == 0
