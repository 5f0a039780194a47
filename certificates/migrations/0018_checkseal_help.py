from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0017_touches_help")]

    operations = [
        migrations.AlterField(
            "checkseal",
            "scope",
            models.PositiveSmallIntegerField(
                default=1,
                help_text="Which of their fields it is the hash of (actions/anchors.py).",
            ),
        ),
    ]
