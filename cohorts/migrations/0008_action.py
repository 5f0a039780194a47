"""The fields have the field's word; the columns keep their names, since SQLite would build append-only tables anew and drop their triggers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0007_posts_to_confirm")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("approval", "deed", "action"),
                migrations.RenameField("remark", "deed", "action"),
                migrations.AlterField(
                    "approval",
                    "action",
                    models.CharField(
                        choices=[
                            ("approved", "Approved"),
                            ("suspended", "Approval suspended"),
                            ("ended", "Approval ended"),
                        ],
                        db_column="deed",
                        max_length=16,
                    ),
                ),
                migrations.AlterField(
                    "remark",
                    "action",
                    models.CharField(
                        choices=[
                            ("cohorts.change_nations", "Nations changed"),
                            ("cohorts.interrupt", "Leave of absence begun"),
                            ("cohorts.resume", "Leave of absence ended"),
                            ("cohorts.leave", "Left the programme"),
                            ("cohorts.end_post", "Last day of the post set"),
                            ("cohorts.reopen_post", "Last day of the post taken away"),
                        ],
                        db_column="deed",
                        max_length=80,
                    ),
                ),
            ]
        )
    ]
