"""A real chain from before the log goes through the upgrade and stays verifiable; a broken one stops nothing and is called broken."""

import hashlib
import json
from datetime import UTC, datetime

import pytest
from django.db import transaction

from lms.people.roles import Operator
from lms.record.actions import write
from lms.record.checking import check
from lms.record.models import Entry
from lms.record.sequencer import sequence_all
from tests import steps

BEFORE, AFTER = [("record", "0003_running_clock")], [("record", "0004_log")]


def migrate(to):
    return steps.migrate(to).project_state(to).apps


def old_entry(number, previous, reason):
    """As the code before the log wrote and hashed it."""
    said = {
        "number": number,
        "at": datetime(2026, 11, number, 9, tzinfo=UTC),
        "actor": "person:1",
        "deed": "test.deed",
        "thing": f"x:{number}",
        "before": {"é": 1},
        "after": [number],
        "reason": reason,
        "previous_hash": previous,
    }
    content = [
        said["number"],
        said["at"].isoformat(),
        *(
            said[name]
            for name in ("actor", "deed", "thing", "before", "after", "reason", "previous_hash")
        ),
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return said | {"hash": hashlib.sha256(text.encode()).hexdigest()}


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_whole", [True, False])
def test_the_chain_is_walked_sealed_and_stays_verifiable(is_whole, capsys):
    old = migrate(BEFORE)
    previous = "0" * 64
    for number in (1, 2, 3):
        line = old_entry(number, previous, "first")
        previous = line["hash"]
        if number == 2 and not is_whole:
            line["reason"] = "edited long ago"
        old.get_model("record", "Entry").objects.create(**line)
    old.get_model("record", "Head").objects.filter(pk=1).update(number=3, hash=previous)
    migrate(AFTER)
    assert ("not whole" in capsys.readouterr().out) is not is_whole
    with transaction.atomic():
        write("test.deed", "test.thing:1", by=Operator("test"))
    sequence_all()
    answer = check()
    assert answer["whole"] is is_whole and (
        answer["chain"],
        answer["entries"],
        answer["sequenced"],
    ) == (3, 4, 2)
    assert Entry.objects.exclude(number=None).count() == 3
    if not is_whole:
        assert answer["broken_at"] == 2
