"""The database itself queues every new entry for the sequencer, in the action's own transaction, so no action can forget it."""

from django.db import migrations

TRIGGER = "record_entry_queued"
POSTGRES = """
CREATE OR REPLACE FUNCTION imsa_queue_entry() RETURNS trigger AS $$
BEGIN INSERT INTO record_sequencerqueue (entry_id) SELECT id FROM added WHERE key IS NOT NULL; RETURN NULL; END; $$ LANGUAGE plpgsql;
"""
POSTGRES_TRIGGER = """
CREATE TRIGGER record_entry_queued AFTER INSERT ON record_entry REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION imsa_queue_entry()
"""
SQLITE = """
CREATE TRIGGER record_entry_queued AFTER INSERT ON record_entry WHEN NEW.key IS NOT NULL
BEGIN INSERT INTO record_sequencerqueue (entry_id) VALUES (NEW.id); END
"""


def queued() -> migrations.RunPython:
    """A migration step, to be taken again wherever SQLite makes record_entry anew, as append_only() is."""

    def begin(apps, schema_editor):
        end(apps, schema_editor)
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(POSTGRES, params=None)
            schema_editor.execute(POSTGRES_TRIGGER, params=None)
        else:
            schema_editor.execute(SQLITE, params=None)

    def end(apps, schema_editor):
        on = " ON record_entry" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS record_entry_queued{on}")

    return migrations.RunPython(begin, end)
