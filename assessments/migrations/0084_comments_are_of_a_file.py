"""A comment at a place says of which file it is."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0083_declared_interests'),
    ]

    operations = [
        migrations.AddField(
            model_name='annotation',
            name='file_version',
            field=models.CharField(blank=True, default='', help_text='Of which file it is: its author may have replaced it since.', max_length=16),
        ),
    ]
