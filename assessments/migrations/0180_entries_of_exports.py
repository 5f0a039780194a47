"""What an export keeps of its results is said of the function that makes it; no row changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0175_answers_by_rule'),
    ]

    operations = [
        migrations.AlterField(
            model_name='exportfile',
            name='results',
            field=models.JSONField(help_text='As assessments.deciding.exporting.entries_of.'),
        ),
    ]
