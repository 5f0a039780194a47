"""What a chair decides after the board, with its kind and reason; it can only be added to."""

import django.db.models.deletion
import lms.kit.clock
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0034_results_held_back"),
    ]

    operations = [
        migrations.AlterField(
            model_name="boarddecision",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("pass", "Passed"),
                    ("compensated", "Passed by compensation"),
                    ("refer", "Another attempt"),
                    ("fail", "Not passed"),
                    ("reopened", "To be decided again"),
                ],
                default="",
                help_text="Empty in decisions from before outcomes: passed or not passed.",
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="ChairsAction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("appeal", "Appeal upheld"),
                            ("error", "Correction of an error"),
                            ("circumstances", "Circumstances accepted late"),
                            ("compensation", "Compensation"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("compensated", "Passed by compensation; the mark stays"),
                            ("capped", "Another attempt, with the cap of a second attempt"),
                            ("uncapped", "Another attempt, without a cap"),
                        ],
                        max_length=16,
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(max_length=1000)),
                ("chair", models.CharField(max_length=200)),
                ("at", models.DateTimeField(default=lms.kit.clock.now)),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chairs_action",
                        to="assessments.boarddecision",
                    ),
                ),
            ],
        ),
        append_only("assessments_boarddecision", "assessments_chairsaction"),
    ]
