"""The header of every page counts the messages that somebody has not read."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0221_messages_with_text"),
    ]

    operations = [
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('read_at', None)), fields=['person'], name='notices_not_read'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['person', '-written_at', '-id'], name='notices_of_person'),
        ),
    ]
