"""A new installation makes its tables at once, an older one step by step: both end with the same."""

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader

from tests.steps import ROOMS, EachStep, at_once


def test_the_steps_and_the_tables_at_once_end_with_the_same_models():
    at_once, each = MigrationLoader(None), EachStep(None)
    found = MigrationAutodetector(each.project_state(), at_once.project_state()).changes(
        graph=at_once.graph
    )
    assert found == {}, {
        app: [str(op) for m in ms for op in m.operations] for app, ms in found.items()
    }


def test_what_may_only_grow_in_the_steps_may_only_grow_in_the_tables_at_once():
    found = MigrationLoader(None).disk_migrations
    keys = at_once(found)
    assert {label for label, _name in keys} == set(ROOMS)
    for key in keys:
        steps = [found[step] for step in found[key].replaces]
        assert _guarded(found[key]) == set().union(*map(_guarded, steps)) != set(), key


def _guarded(step):
    return {table for operation in step.operations for table in getattr(operation, "tables", ())}
