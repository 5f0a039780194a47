"""States change by their tables alone, for every thing that has one."""

import json

import pytest
from django.core.management import call_command

from lms.kit.transitions import IllegalTransition, make_transition, tables
from lms.record.models import Entry

TABLES = sorted(tables().items())


@pytest.mark.parametrize(("label", "model"), TABLES)
def test_every_state_can_be_reached_and_named(label, model):
    field = model._meta.get_field("state")
    states = {value for value, _ in field.choices}
    reached, edge = {field.default}, {field.default}
    while edge:
        edge = {after for (state, _), after in model.TRANSITIONS.items() if state in edge} - reached
        reached |= edge
    assert reached == states
    assert {state for state, _ in model.TRANSITIONS} | set(model.TRANSITIONS.values()) <= states
    assert not field.editable


@pytest.mark.django_db
def test_an_illegal_transition_changes_nothing_and_says_why(django_user_model):
    from cohorts.imports.models import Import
    from lms.people.roles import Operator

    thing = Import.objects.create(
        kind="cohort", file_name="a.csv", sha256="0" * 64, made_by="command:test"
    )
    by = Operator("test")
    make_transition(thing, "drop_import", by=by)
    entries = Entry.objects.count()
    with pytest.raises(IllegalTransition, match="Dropped"):
        make_transition(thing, "write_import", by=by)
    thing.refresh_from_db()
    assert (thing.state, Entry.objects.count()) == ("dropped", entries)


@pytest.mark.parametrize("command", ["show_transitions", "show_moves"])
def test_show_transitions_prints_every_table(capsys, command):
    call_command(command)
    shown = json.loads(capsys.readouterr().out)
    assert set(shown) == {label for label, _ in TABLES}
    assert {"from": "draft", "deed": "submit", "to": "submitted"} in shown[
        "assessments.Submission"
    ]["moves"]


def import_of(**more):
    from cohorts.imports.models import Import

    return Import.objects.create(
        kind="cohort", file_name="a.csv", sha256="0" * 64, made_by="command:test", **more
    )


@pytest.mark.django_db
def test_a_copy_read_before_the_last_transition_changes_nothing():
    """Two people hold the same page: the second action is judged by what is in the database, never by the page."""
    from lms.people.roles import Operator

    thing, by = import_of(), Operator("test")
    stale = type(thing).objects.get(pk=thing.pk)
    make_transition(thing, "drop_import", by=by)
    entries = Entry.objects.count()
    with pytest.raises(IllegalTransition, match="Dropped"):
        make_transition(stale, "write_import", by=by)
    thing.refresh_from_db()
    assert (thing.state, stale.state, Entry.objects.count()) == ("dropped", "dropped", entries)


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_row_is_locked_while_it_moves():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from lms.people.roles import Operator

    thing = import_of()
    with CaptureQueriesContext(connection) as asked:
        make_transition(thing, "drop_import", by=Operator("test"))
    assert any("cohorts_import" in q["sql"] and "FOR NO KEY UPDATE" in q["sql"] for q in asked)
