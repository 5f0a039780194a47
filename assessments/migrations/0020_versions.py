"""What an assessment asks stands in a version of it, and a cohort's deadline becomes its sitting. The tables; 0021 fills them."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import lms.kit.clock

PROTECT = django.db.models.deletion.PROTECT
KEY = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def to(model, related_name, **kwargs):
    return models.ForeignKey(
        on_delete=PROTECT, related_name=related_name, to=f"assessments.{model}", **kwargs
    )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0015_corrections_and_release"), ("cohorts", "0008_action")]

    operations = [
        migrations.CreateModel(
            "AssessmentVersion",
            [
                ("id", KEY),
                ("number", models.PositiveSmallIntegerField()),
                ("brief", models.TextField(blank=True)),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        help_text="Percent of the module's mark.",
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                ("words", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "revision",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="How often the draft was saved, for a page opened before.",
                    ),
                ),
                ("opened_at", models.DateTimeField(default=lms.kit.clock.now)),
                ("approved_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("examining", "With the external examiner"),
                            ("approved", "Approved"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=24,
                    ),
                ),
                ("assessment", to("assessment", "versions")),
            ],
            options={"ordering": ["assessment", "number"], "verbose_name": "version"},
        ),
        migrations.CreateModel(
            "VersionQuestion",
            [
                ("id", KEY),
                ("order", models.PositiveSmallIntegerField()),
                ("question", to("question", "places")),
                ("version", to("assessmentversion", "places")),
            ],
            options={"ordering": ["order", "pk"]},
        ),
        migrations.AddField(
            "assessment",
            "is_in_use",
            models.BooleanField(
                default=False,
                help_text="Has a version been approved? Until then it is asked of no one.",
            ),
        ),
        migrations.AddField(
            "question", "replaces", to("question", "replacements", blank=True, null=True)
        ),
        migrations.AddField("criterion", "version", to("assessmentversion", "criteria", null=True)),
        migrations.AlterModelTable("deadline", "assessments_deadline"),
        migrations.RenameModel("Deadline", "Sitting"),
        migrations.AlterField("sitting", "assessment", to("assessment", "sittings")),
        migrations.AlterField(
            "sitting",
            "cohort",
            models.ForeignKey(on_delete=PROTECT, related_name="sittings", to="cohorts.cohort"),
        ),
        migrations.AlterField("sitting", "due_at", models.DateTimeField(null=True)),
        migrations.AddField("sitting", "version", to("assessmentversion", "sittings", null=True)),
        migrations.AddField("sitting", "opens_at", models.DateTimeField(null=True)),
        migrations.AddField("sitting", "marking_due_on", models.DateField(null=True)),
        migrations.AddField("sitting", "feedback_due_on", models.DateField(null=True)),
    ]
