"""When a draft was saved last, by its marker or by their page."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0080_criterion_levels'),
    ]

    operations = [
        migrations.AddField(
            model_name='allocation',
            name='saved_at',
            field=models.DateTimeField(null=True),
        ),
    ]
