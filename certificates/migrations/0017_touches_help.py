from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0016_forget_dropped_names")]

    operations = [
        migrations.AlterField(
            "stretchbasis",
            "touches",
            models.PositiveBigIntegerField(
                default=0,
                help_text="How often an action touched the facts: one that came while they were judged shows.",
            ),
        ),
    ]
