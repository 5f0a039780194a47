from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0008_notes_to_read")]

    operations = [
        migrations.AddIndex("boarddecision", models.Index(fields=["enrolment", "module", "-decided_at", "-id"], name="newest_decision")),
    ]
