"""Submitted marks can be corrected, and marks are released: what trainees saw before, they go on seeing."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery

import lms.kit.clock

HUNDRED = [
    django.core.validators.MinValueValidator(0),
    django.core.validators.MaxValueValidator(100),
]
PROTECT = django.db.models.deletion.PROTECT
WAITS = models.Q(state="requested")


def release_what_was_seen(apps, schema_editor):
    attempt, line = (apps.get_model("assessments", name) for name in ("Attempt", "MarkLine"))
    agreed = line.objects.filter(attempt=OuterRef("pk"), stage="agreed").order_by("-number")
    seen = attempt.objects.filter(submission__state__in=["agreed", "ratified"])
    seen.annotate(agreed_at=Subquery(agreed.values("at")[:1])).update(released_at=F("agreed_at"))


def mark():
    return models.DecimalField(decimal_places=2, max_digits=5, validators=HUNDRED)


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0014_markers_are_replaced"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "attempt",
            "released_at",
            models.DateTimeField(
                help_text="When its mark of written work was released to the trainee.", null=True
            ),
        ),
        migrations.AddIndex(
            "attempt",
            models.Index(
                condition=models.Q(released_at=None, is_current=True),
                fields=["assessment", "enrolment"],
                name="attempts_not_released",
            ),
        ),
        migrations.AlterField(
            "boarddecision",
            "outcome",
            models.CharField(
                blank=True,
                choices=[
                    ("pass", "Passed"),
                    ("refer", "Another attempt"),
                    ("fail", "Not passed"),
                    ("reopened", "To be decided again"),
                ],
                default="",
                help_text="Empty in decisions from before outcomes: passed or not passed.",
                max_length=12,
            ),
        ),
        migrations.RunPython(release_what_was_seen, migrations.RunPython.noop),
        migrations.CreateModel(
            "Correction",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("marks", models.JSONField(help_text="Criterion key to a mark of 0-100.")),
                ("comment", models.TextField(max_length=8000)),
                ("total", mark()),
                ("earlier_marks", models.JSONField(help_text="As they were submitted.")),
                ("earlier_comment", models.TextField(max_length=8000)),
                ("earlier_total", mark()),
                ("why", models.TextField(max_length=1000)),
                ("requested_at", models.DateTimeField(default=lms.kit.clock.now)),
                ("decided_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(blank=True, default="", max_length=1000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Waiting for a second person"),
                            ("agreed", "Agreed"),
                            ("declined", "Not agreed"),
                        ],
                        default="requested",
                        editable=False,
                        max_length=24,
                    ),
                ),
                (
                    "allocation",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="corrections", to="assessments.allocation"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            {
                "ordering": ["requested_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=WAITS, fields=("allocation",), name="one_correction_at_a_time"
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=WAITS, fields=["requested_at", "id"], name="corrections_to_agree"
                    )
                ],
            },
        ),
    ]
