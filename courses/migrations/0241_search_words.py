import django.db.models.deletion
from django.db import migrations, models

from courses.models.search_words import words_in
from lms.kit.clean import plain


def fill(apps, editor):
    """The words of what is published already."""
    words = apps.get_model("courses", "SearchWord")
    for version in apps.get_model("courses", "UnitVersion").objects.only("title", "html").iterator(100):
        words.objects.bulk_create(
            [words(version=version, word=word) for word in sorted(words_in(f"{version.title} {plain(version.html)}"))],
            batch_size=500,
        )


class Migration(migrations.Migration):
    dependencies = [("courses", "0231_answer_challenges")]

    operations = [
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=40)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_words",
                        to="courses.unitversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["word", "version"], name="versions_with_a_word")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "word"), name="one_word_of_a_version"
                    )
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
