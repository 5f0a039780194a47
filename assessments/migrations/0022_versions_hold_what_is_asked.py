"""Criteria and sittings have their version, and what a version says stands nowhere else."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [("assessments", "0021_fill_versions")]

    operations = [
        migrations.AlterField(
            "sitting",
            "version",
            models.ForeignKey(
                on_delete=PROTECT, related_name="sittings", to="assessments.assessmentversion"
            ),
        ),
        migrations.AddConstraint(
            "sitting",
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(due_at=None) | Q(opens_at__lt=F("due_at")),
                name="sitting_opens_before_it_is_due",
            ),
        ),
        migrations.RemoveConstraint("criterion", "one_criterion_per_key"),
        migrations.RemoveField("criterion", "assessment"),
        migrations.AlterField(
            "criterion",
            "version",
            models.ForeignKey(
                on_delete=PROTECT, related_name="criteria", to="assessments.assessmentversion"
            ),
        ),
        migrations.AddConstraint(
            "criterion",
            models.UniqueConstraint(fields=("version", "key"), name="one_criterion_per_key"),
        ),
        migrations.AlterModelOptions("question", {"ordering": ["pk"]}),
        migrations.RemoveField("question", "order"),
        migrations.RemoveField("assessment", "brief"),
        migrations.RemoveField("assessment", "weight"),
        migrations.RemoveField("assessment", "words"),
        migrations.AddConstraint(
            "assessmentversion",
            models.UniqueConstraint(fields=("assessment", "number"), name="one_assessment_version_per_number"),
        ),
        migrations.AddConstraint(
            "assessmentversion",
            models.UniqueConstraint(
                condition=~Q(state="approved"),
                fields=("assessment",),
                name="one_draft_per_assessment",
            ),
        ),
        migrations.AddConstraint(
            "versionquestion",
            models.UniqueConstraint(fields=("version", "question"), name="one_place_per_question"),
        ),
    ]
