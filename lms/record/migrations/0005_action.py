"""The field has the field's word; the column keeps its name, since SQLite would build an append-only table anew and drop its triggers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0004_log")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("entry", "deed", "action"),
                migrations.AlterField(
                    "entry",
                    "action",
                    models.CharField(db_column="deed", db_index=True, max_length=80),
                ),
            ]
        ),
        migrations.AlterField(
            "head",
            "at",
            models.DateTimeField(
                null=True,
                help_text="The latest time of an entry: no action is dated before it.",
            ),
        ),
    ]
