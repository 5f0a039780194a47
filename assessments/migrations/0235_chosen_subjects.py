"""A version says whether each author chooses a subject of their own; those from before do not."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0234_unmasking'),
    ]

    operations = [
        migrations.AddField(
            model_name='assessmentversion',
            name='chooses_subject',
            field=models.BooleanField(default=False, help_text='Does each author choose a subject of their own?'),
        ),
    ]
