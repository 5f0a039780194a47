"""An attempt stands between a person's enrolment and their work; a board's decision has an outcome. The tables; 0012 fills them."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import lms.kit.clock
from lms.kit.append_only import append_only

MARK = {
    "max_digits": 5,
    "decimal_places": 2,
    "validators": [
        django.core.validators.MinValueValidator(0),
        django.core.validators.MaxValueValidator(100),
    ],
}
PROTECT = django.db.models.deletion.PROTECT
guarded = append_only("assessments_markline", "assessments_boarddecision")


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0010_marks_are_submitted"),
        ("cohorts", "0008_action"),
    ]

    operations = [
        # 0013 guards the history of marks again, when each line names its attempt.
        migrations.RunPython(guarded.reverse_code, guarded.code),
        # The name is the attempts' own from here on.
        migrations.AlterField(
            "quizattempt",
            "assessment",
            models.ForeignKey(
                on_delete=PROTECT, related_name="quizzes", to="assessments.assessment"
            ),
        ),
        migrations.AlterField(
            "quizattempt",
            "enrolment",
            models.ForeignKey(on_delete=PROTECT, related_name="quizzes", to="cohorts.enrolment"),
        ),
        migrations.CreateModel(
            "Attempt",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(default=1)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("first", "First attempt"),
                            ("resit", "Second attempt"),
                            ("deferred", "Deferred attempt"),
                        ],
                        default="first",
                        max_length=12,
                    ),
                ),
                ("cap", models.DecimalField(null=True, **MARK)),
                ("due_at", models.DateTimeField(null=True)),
                ("is_current", models.BooleanField(default=True)),
                ("opened_at", models.DateTimeField(default=lms.kit.clock.now)),
                (
                    "not_submitted_at",
                    models.DateTimeField(
                        help_text="When it was recorded that nothing was handed in.", null=True
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="attempts", to="assessments.assessment"
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="attempts", to="cohorts.enrolment"
                    ),
                ),
            ],
            options={"ordering": ["enrolment", "assessment", "number"], "verbose_name": "attempt"},
        ),
        migrations.CreateModel(
            "DueLine",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("extension", "Extension"),
                            ("adjustment", "Reasonable adjustment"),
                            ("circumstances", "Extenuating circumstances"),
                            ("attempt", "Due date of another attempt"),
                            ("correction", "A wrong date put right"),
                            ("earlier", "The deadline when it was handed in"),
                        ],
                        max_length=16,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField(default=lms.kit.clock.now)),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="due_lines", to="assessments.attempt"
                    ),
                ),
            ],
            options={"ordering": ["attempt", "number"]},
        ),
        migrations.AddConstraint(
            "attempt",
            models.UniqueConstraint(
                fields=("enrolment", "assessment", "number"), name="one_attempt_per_number"
            ),
        ),
        migrations.AddConstraint(
            "attempt",
            models.UniqueConstraint(
                condition=models.Q(("is_current", True)),
                fields=("enrolment", "assessment"),
                name="one_current_attempt",
            ),
        ),
        migrations.AddConstraint(
            "dueline",
            models.UniqueConstraint(fields=("attempt", "number"), name="one_due_line_per_number"),
        ),
        migrations.AddField(
            "submission",
            "attempt",
            models.OneToOneField(
                null=True, on_delete=PROTECT, related_name="submission", to="assessments.attempt"
            ),
        ),
        migrations.AddField(
            "quizattempt",
            "attempt",
            models.OneToOneField(
                null=True, on_delete=PROTECT, related_name="quiz", to="assessments.attempt"
            ),
        ),
        migrations.AddField(
            "markline",
            "attempt",
            models.ForeignKey(
                null=True, on_delete=PROTECT, related_name="+", to="assessments.attempt"
            ),
        ),
        migrations.AlterField(
            "markline",
            "submission",
            models.ForeignKey(
                null=True, on_delete=PROTECT, related_name="lines", to="assessments.submission"
            ),
        ),
        migrations.AlterField(
            "markline",
            "stage",
            models.CharField(
                choices=[
                    ("first", "First marker"),
                    ("second", "Second marker"),
                    ("third", "Third marker"),
                    ("agreed", "Agreed mark"),
                    ("quiz", "Marked by rule"),
                    ("not_submitted", "Not handed in"),
                    ("capped", "What the attempt counts"),
                    ("ratified", "Decided by the board"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddField(
            "boarddecision",
            "outcome",
            models.CharField(
                blank=True,
                choices=[
                    ("pass", "Passed"),
                    ("refer", "Another attempt"),
                    ("fail", "Not passed"),
                ],
                default="",
                help_text="Empty in decisions from before outcomes: passed or not passed.",
                max_length=12,
            ),
        ),
        migrations.AddField(
            "boarddecision", "number", models.PositiveSmallIntegerField(default=1)
        ),
        migrations.RemoveConstraint("boarddecision", "one_decision_per_board"),
        migrations.AddConstraint(
            "boarddecision",
            models.UniqueConstraint(
                fields=("board", "enrolment", "module", "number"), name="one_decision_per_board"
            ),
        ),
        append_only("assessments_boarddecision"),
    ]
