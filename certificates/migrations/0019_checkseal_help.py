from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0018_heartbeat_is_of_the_kit")]

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
