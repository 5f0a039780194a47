from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0007_questions_rest_on_law")]

    operations = [
        migrations.AddIndex("submission", models.Index(
            fields=["submitted_at", "id"], condition=~models.Q(note="") & models.Q(note_read_at=None), name="notes_to_read",
        )),
    ]
