"""A version of a quiz may have a time limit, and a person more time for it."""

import django.db.models.deletion
import lms.kit.clock
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0055_fill_responses'),
        ('cohorts', '0008_action'),
    ]

    operations = [
        migrations.AddField(
            model_name='assessmentversion',
            name='minutes',
            field=models.PositiveSmallIntegerField(blank=True, help_text='How long a quiz may take from its beginning; empty for no limit.', null=True),
        ),
        migrations.CreateModel(
            name='ExtraTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('percent', models.PositiveSmallIntegerField()),
                ('by', models.CharField(max_length=80)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extra_times', to='cohorts.enrolment')),
            ],
            options={
                'ordering': ['enrolment', 'number'],
                'constraints': [models.UniqueConstraint(fields=('enrolment', 'number'), name='one_extra_time_per_number')],
            },
        ),
        append_only("assessments_extratime"),
    ]
