"""An index for references as files write them, and the verdicts of each file counted once."""

from collections import Counter

from django.db import migrations, models
from django.db.models.functions import Upper


def count_verdicts(apps, schema_editor):
    """One file at a time: its rows can be large."""
    Import = apps.get_model("cohorts", "Import")
    for pk in list(Import.objects.values_list("pk", flat=True)):
        rows = Import.objects.values_list("rows", flat=True).get(pk=pk)
        Import.objects.filter(pk=pk).update(counts=dict(Counter(row["verdict"] for row in rows)))


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0232_discussion")]

    operations = [
        migrations.AddIndex(
            "employment", models.Index(Upper("reference"), name="entries_by_reference")
        ),
        migrations.AddField(
            "import",
            "counts",
            models.JSONField(
                default=dict,
                help_text="How many rows have each verdict, so that no list reads the rows.",
            ),
        ),
        migrations.RunPython(count_verdicts, migrations.RunPython.noop),
    ]
