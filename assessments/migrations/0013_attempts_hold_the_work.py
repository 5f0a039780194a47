"""Every piece of work and every line of a mark has its attempt; the history of marks is guarded again."""

import django.db.models.deletion
from django.db import migrations, models

from lms.kit.append_only import append_only

PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [("assessments", "0012_fill_attempts")]

    operations = [
        migrations.AlterField(
            "submission",
            "attempt",
            models.OneToOneField(
                on_delete=PROTECT, related_name="submission", to="assessments.attempt"
            ),
        ),
        migrations.AlterField(
            "quizattempt",
            "attempt",
            models.OneToOneField(on_delete=PROTECT, related_name="quiz", to="assessments.attempt"),
        ),
        migrations.RemoveConstraint("submission", "one_submission_per_assessment"),
        migrations.RemoveConstraint("quizattempt", "one_attempt_per_quiz"),
        migrations.RemoveField("submission", "due_at"),
        migrations.AlterModelOptions("markline", {"ordering": ["attempt", "number"]}),
        migrations.RemoveConstraint("markline", "one_mark_line_per_number"),
        migrations.RemoveField("markline", "submission"),
        migrations.AlterField(
            "markline",
            "attempt",
            models.ForeignKey(
                on_delete=PROTECT, related_name="lines", to="assessments.attempt"
            ),
        ),
        migrations.AddConstraint(
            "markline",
            models.UniqueConstraint(fields=("attempt", "number"), name="one_mark_line_per_number"),
        ),
        append_only("assessments_markline", "assessments_dueline"),
    ]
