from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0012_stretches")]

    operations = [
        migrations.AddField(
            "stretchmark", "version",
            models.CharField(default="", help_text="Another with each change of the stretches: what was counted of this one holds.", max_length=32),
        ),
        migrations.AddIndex("certificate", models.Index(fields=["issued_at", "id"], name="certificates_by_moment")),
    ]
