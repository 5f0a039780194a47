"""Essays in a quiz, and the state of one whose essays are being marked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0180_entries_of_exports")]

    operations = [
        migrations.AlterField(
            model_name="question",
            name="kind",
            field=models.CharField(
                choices=[
                    ("single", "One right answer"),
                    ("several", "Several right answers"),
                    ("truth", "True or false"),
                    ("number", "A number"),
                    ("short", "A short answer"),
                    ("match", "Matching pairs"),
                    ("order", "Put in order"),
                    ("cloze", "Gaps in a text"),
                    ("essay", "An essay, marked by people"),
                ],
                default="single",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="quizattempt",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Begun"),
                    ("marking", "Handed in, its essays are being marked"),
                    ("marked", "Marked"),
                    ("ratified", "Decided by the board"),
                ],
                default="open",
                editable=False,
                max_length=24,
            ),
        ),
    ]
