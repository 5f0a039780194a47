"""A piece of work can have a minimum of its own, or have to be passed, for its module to be passed."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0063_marks_append_only'),
    ]

    operations = [
        migrations.AddField(
            model_name='assessmentversion',
            name='minimum',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Below it the module is not passed; empty: as the rules say.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)]),
        ),
        migrations.AddField(
            model_name='assessmentversion',
            name='must_pass',
            field=models.BooleanField(default=False, help_text='Below the pass mark the module is not passed.'),
        ),
    ]
