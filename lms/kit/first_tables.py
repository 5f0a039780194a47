"""A migration step that makes all tables of a room at once."""

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory


class CreateTables(Operation):
    """Some `CreateModel` steps as one, in any order: a model may refer to a later one.

    Each step of a migration draws every model anew that leads to what it changes, and through the account nearly all of
    them do; that was four fifths of the time an empty installation took to begin.
    """

    category = OperationCategory.ADDITION

    def __init__(self, *steps: CreateModel):
        self.steps = steps

    def state_forwards(self, app_label, state):
        state.clear_delayed_apps_cache()
        state.__dict__.pop("apps", None)  # drawn once, when the tables are made
        for step in self.steps:
            step.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for step in self.steps:
            step.database_forwards(app_label, schema_editor, from_state, to_state)
        for sql in schema_editor.deferred_sql:  # indexes and keys: `append_only` reads them next
            schema_editor.execute(sql)
        schema_editor.deferred_sql.clear()

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for step in reversed(self.steps):
            step.database_backwards(app_label, schema_editor, from_state, to_state)

    def references_model(self, name, app_label):
        return any(step.references_model(name, app_label) for step in self.steps)

    def describe(self):
        return f"Create {len(self.steps)} tables"
