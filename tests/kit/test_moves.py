"""States change by their tables alone, for every thing that has one."""
import json

import pytest
from django.core.management import call_command

from lms.kit.moves import IllegalMove, move, tables
from lms.record.models import Entry

TABLES = sorted(tables().items())


@pytest.mark.parametrize(("label", "model"), TABLES)
def test_every_state_can_be_reached_and_named(label, model):
    field = model._meta.get_field("state")
    states = {value for value, _ in field.choices}
    reached, edge = {field.default}, {field.default}
    while edge:
        edge = {after for (state, _), after in model.MOVES.items() if state in edge} - reached
        reached |= edge
    assert reached == states
    assert {state for state, _ in model.MOVES} | set(model.MOVES.values()) <= states
    assert not field.editable


@pytest.mark.django_db
def test_an_illegal_move_changes_nothing_and_says_why(django_user_model):
    from cohorts.models import Import
    from lms.people.roles import Operator

    thing = Import.objects.create(kind="cohort", file_name="a.csv", sha256="0" * 64, made_by="command:test")
    by = Operator("test")
    move(thing, "drop_import", by=by)
    entries = Entry.objects.count()
    with pytest.raises(IllegalMove, match="Dropped"):
        move(thing, "write_import", by=by)
    thing.refresh_from_db()
    assert (thing.state, Entry.objects.count()) == ("dropped", entries)


def test_show_moves_prints_every_table(capsys):
    call_command("show_moves")
    shown = json.loads(capsys.readouterr().out)
    assert set(shown) == {label for label, _ in TABLES}
    assert {"from": "draft", "deed": "submit", "to": "submitted"} in shown["assessments.Submission"]["moves"]
