from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0009_newest_decision")]

    operations = [
        migrations.AlterField(
            "allocation", "state", models.CharField(choices=[("open", "To be marked"), ("sealed", "Submitted")], default="open", editable=False, max_length=24),
        ),
    ]
