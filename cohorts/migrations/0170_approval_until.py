"""An approval may have a last day."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("cohorts", "0160_codes_for_marks")]

    operations = [
        migrations.AddField(
            "approval", "until_day", models.DateField(blank=True, null=True)
        ),
        migrations.AlterField(
            "approval",
            "action",
            models.CharField(
                choices=[
                    ("approved", "Approved"),
                    ("suspended", "Approval suspended"),
                    ("ended", "Approval ended"),
                    ("expired", "Approval period over"),
                ],
                db_column="deed",
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            "approval",
            models.CheckConstraint(
                condition=models.Q(
                    ("until_day__isnull", True),
                    models.Q(("action", "approved"), ("until_day__gte", models.F("from_day"))),
                    _connector="OR",
                ),
                name="approval_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            "approval",
            models.CheckConstraint(
                condition=models.Q(("action", "expired"), _negated=True),
                name="approval_expiry_is_not_recorded",
            ),
        ),
    ]
