from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0014_another_name_by_two")]

    operations = [
        migrations.AlterField(
            "withholding", "mode",
            models.CharField(choices=[("everybody", "Nobody (safety)"), ("hub", "Approved organisations are told to ask the Hub")], default="everybody", max_length=10),
        ),
    ]
