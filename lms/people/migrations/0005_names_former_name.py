import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("people", "0004_mail_of_unsent_notices")]
    operations = [
        migrations.CreateModel(
            name="FormerName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_name", models.CharField(blank=True, max_length=150)),
                ("last_name", models.CharField(blank=True, max_length=150)),
                ("until_day", models.DateField(help_text="The day on which another name followed.")),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="former_names", to=settings.AUTH_USER_MODEL)),
            ],
            options={"ordering": ["pk"]},
        ),
        append_only("people_formername"),
    ]
