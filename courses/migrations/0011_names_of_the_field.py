from django.conf import settings
from django.db import migrations, models


def of_person(name):
    return models.ForeignKey(
        on_delete=models.PROTECT, related_name=name, to=settings.AUTH_USER_MODEL
    )


class Migration(migrations.Migration):
    """Two nouns get the field's names. The tables keep theirs, so that no row moves."""

    dependencies = [("courses", "0010_words_of_a_block")]

    operations = [
        migrations.AlterModelTable("writing", "courses_writing"),
        migrations.AlterModelTable("arrival", "courses_arrival"),
        migrations.RenameModel("Writing", "ReaderNote"),
        migrations.RenameModel("Arrival", "OfflineSync"),
        migrations.AlterField("offlinesync", "person", of_person("offline_syncs")),
        migrations.AlterField("readernote", "person", of_person("reader_notes")),
        migrations.AlterField(
            "readernote",
            "variant",
            models.ForeignKey(
                on_delete=models.PROTECT, related_name="reader_notes", to="courses.variant"
            ),
        ),
    ]
