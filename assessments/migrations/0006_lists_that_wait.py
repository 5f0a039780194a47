"""Indexes of what waits: scripts for markers, tasks to be marked, and notes to be read. Each holds the few rows that wait, not all there ever were."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0005_no_replace_no_truncate")]
    operations = [
        migrations.AddIndex("allocation", models.Index(fields=["marker", "due_on"], condition=models.Q(state="open"), name="tasks_open")),
        migrations.AddIndex("submission", models.Index(
            fields=["state", "submitted_at", "id"], condition=models.Q(state__in=["submitted", "third"]), name="papers_to_allocate",
        )),
        migrations.AddIndex("submission", models.Index(fields=["submitted_at", "id"], condition=~models.Q(note=""), name="papers_with_a_note")),
    ]
