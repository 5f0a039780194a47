"""Who was told that feedback is due; it can only be added to."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ("assessments", "0241_prior_learning"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FeedbackReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField()),
                ("step", models.PositiveSmallIntegerField()),
                ("day", models.DateField()),
                ("at", models.DateTimeField(default=lms.kit.clock.now)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("sitting", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="feedback_reminders", to="assessments.sitting")),
            ],
            options={
                "verbose_name": "reminder of feedback",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "sitting", "due_on", "step"), name="one_feedback_reminder_a_step"
                    )
                ],
            },
        ),
        append_only("assessments_feedbackreminder"),
    ]
