"""What external examiners answer about versions, and who leads a module."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import lms.kit.clock
from lms.kit.append_only import append_only

PROTECT = django.db.models.deletion.PROTECT
KEY = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0022_versions_hold_what_is_asked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "Review",
            [
                ("id", KEY),
                (
                    "answer",
                    models.CharField(
                        choices=[("approved", "Approved"), ("changes", "Changes asked for")],
                        max_length=12,
                    ),
                ),
                ("words", models.TextField(blank=True, max_length=4000)),
                ("at", models.DateTimeField(default=lms.kit.clock.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=PROTECT,
                        related_name="reviews",
                        to="assessments.assessmentversion",
                    ),
                ),
            ],
            options={"ordering": ["at", "pk"]},
        ),
        migrations.CreateModel(
            "ModuleLeader",
            [
                ("id", KEY),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "module",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="leaders", to="courses.module"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="leads", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"ordering": ["module", "starts_on", "pk"], "verbose_name": "module leader"},
        ),
        migrations.AddConstraint(
            "moduleleader",
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="module_leader_ends_after_the_start",
            ),
        ),
        migrations.AddConstraint(
            "moduleleader",
            models.UniqueConstraint(
                condition=Q(ends_on=None),
                fields=("module", "person"),
                name="one_open_line_per_module_leader",
            ),
        ),
        append_only("assessments_review"),
    ]
