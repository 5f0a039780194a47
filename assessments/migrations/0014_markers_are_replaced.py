"""A marker can be replaced: a script has one task a stage, and one a marker, among those that are not withdrawn."""

from django.db import migrations, models

IS_CURRENT = ~models.Q(state="withdrawn")
STATES = [("open", "To be marked"), ("sealed", "Submitted"), ("withdrawn", "Withdrawn")]
WHY = [
    ("away", "The marker is ill or away"),
    ("recognised", "The marker knows who wrote it"),
    ("conflict", "There is a link between the marker and the author"),
    ("left", "The marker has left or is no longer a tutor"),
    ("other", "Another reason"),
    ("not_needed", "The mark was agreed without it"),
    ("author_left", "The author has left the programme"),
]


class Migration(migrations.Migration):
    dependencies = [("assessments", "0013_attempts_hold_the_work")]

    operations = [
        migrations.AddField(
            "allocation", "withdrawn_at", models.DateTimeField(null=True)
        ),
        migrations.AddField(
            "allocation",
            "withdrawn_why",
            models.CharField(blank=True, choices=WHY, default="", max_length=12),
        ),
        migrations.AlterField(
            "allocation",
            "state",
            models.CharField(choices=STATES, default="open", editable=False, max_length=24),
        ),
        migrations.RemoveConstraint("allocation", "one_marker_per_stage"),
        migrations.RemoveConstraint("allocation", "nobody_marks_twice"),
        migrations.AddConstraint(
            "allocation",
            models.UniqueConstraint(
                fields=("submission", "stage"), condition=IS_CURRENT, name="one_marker_per_stage"
            ),
        ),
        migrations.AddConstraint(
            "allocation",
            models.UniqueConstraint(
                fields=("submission", "marker"), condition=IS_CURRENT, name="nobody_marks_twice"
            ),
        ),
        migrations.AddIndex(
            "allocation",
            models.Index(
                fields=["due_on", "id"], name="tasks_by_day", condition=models.Q(state="open")
            ),
        ),
        migrations.AddIndex(
            "allocation",
            models.Index(
                fields=["submission", "stage"],
                name="tasks_withdrawn",
                condition=models.Q(state="withdrawn"),
            ),
        ),
    ]
