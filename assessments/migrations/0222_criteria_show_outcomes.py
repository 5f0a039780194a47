"""A criterion says which learning outcomes of the module it shows, in words that stay."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0221_named_work'),
    ]

    operations = [
        migrations.AddField(
            model_name='criterion',
            name='outcomes',
            field=models.JSONField(blank=True, default=list, help_text='Learning outcomes it shows, in words.'),
        ),
    ]
