"""A chair signs a decision that was recorded in their name; no row changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0235_chosen_subjects'),
    ]

    operations = [
        migrations.AlterField(
            model_name='minutesline',
            name='kind',
            field=models.CharField(choices=[('signed', 'Signed by the chair'), ('paper', 'Signed by the chair on paper'), ('correction', 'Correction'), ('action', 'Decision of the chair signed')], max_length=16),
        ),
    ]
