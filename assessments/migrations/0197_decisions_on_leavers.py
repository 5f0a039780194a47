"""A chair can decide on what was marked before somebody left; no row changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0196_marks_downloads'),
    ]

    operations = [
        migrations.AlterField(
            model_name='chairsaction',
            name='kind',
            field=models.CharField(choices=[('appeal', 'Appeal upheld'), ('error', 'Correction of an error'), ('circumstances', 'Circumstances accepted late'), ('compensation', 'Compensation'), ('leaver', 'Left before a board decided')], max_length=16),
        ),
        migrations.AlterField(
            model_name='chairsaction',
            name='outcome',
            field=models.CharField(choices=[('compensated', 'Passed by compensation; the mark stays'), ('capped', 'Another attempt, with the cap of a second attempt'), ('uncapped', 'Another attempt, without a cap'), ('by_marks', 'Passed by its marks')], max_length=16),
        ),
    ]
