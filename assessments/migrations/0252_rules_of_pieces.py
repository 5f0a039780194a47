"""A version can say itself how many attempts there are, what a later one counts and how marks are released. Versions from before say nothing: as the rule set."""

from django.db import migrations, models

OFFICE = [
    ("office", "The programme office"),
    ("leader", "The leader of the module, or the programme office"),
    ("automatic", "The site by itself, or the programme office before"),
]
WHEN = [
    ("agreed", "As soon as a mark is agreed"),
    ("complete", "Once all work of the cohort is marked"),
    ("feedback", "From the feedback date of the cohort, not before"),
]


class Migration(migrations.Migration):

    dependencies = [("assessments", "0251_feedback_reminders")]

    operations = [
        migrations.AddField("assessmentversion", "attempt_limit", models.PositiveSmallIntegerField(blank=True, null=True)),
        migrations.AddField("assessmentversion", "attempt_cap", models.PositiveSmallIntegerField(blank=True, null=True)),
        migrations.AddField("assessmentversion", "release_by", models.CharField(blank=True, choices=OFFICE, default="", max_length=12), preserve_default=False),
        migrations.AddField("assessmentversion", "release_when", models.CharField(blank=True, choices=WHEN, default="", max_length=12), preserve_default=False),
        migrations.AddField("attempt", "cap_version", models.PositiveSmallIntegerField(help_text="The version whose cap it is; empty: that of the rules.", null=True)),
        migrations.AddField("attempt", "release_rule", models.JSONField(default=dict, help_text="By which rule: who releases, from when, and whose rule it is.")),
        migrations.AddConstraint(
            "assessmentversion",
            models.CheckConstraint(
                condition=models.Q(("attempt_limit__range", (1, 5)), ("attempt_cap__range", (1, 100))),
                name="attempts_of_a_piece_in_range",
            ),
        ),
        migrations.AddConstraint(
            "assessmentversion",
            models.CheckConstraint(
                condition=models.Q(
                    ("release_by__in", ["", "office", "leader", "automatic"]),
                    ("release_when__in", ["", "agreed", "complete", "feedback"]),
                ),
                name="release_rule_there_is",
            ),
        ),
    ]
