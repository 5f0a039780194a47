"""A reasonable adjustment is the person's, in every cohort; it can only be added to, and due dates follow from it."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0223_quiz_sections'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='dueline',
            name='kind',
            field=models.CharField(choices=[('extension', 'Extension'), ('adjustment', 'Reasonable adjustment'), ('circumstances', 'Extenuating circumstances'), ('attempt', 'Due date of another attempt'), ('correction', 'A wrong date put right'), ('earlier', 'The deadline when it was handed in'), ('by_adjustment', 'Reasonable adjustment for all work')], max_length=16),
        ),
        migrations.CreateModel(
            name='Adjustment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('percent', models.PositiveSmallIntegerField(default=0, help_text='Extra time in timed quizzes.')),
                ('days', models.PositiveSmallIntegerField(default=0, help_text='Extra days for written work, counted as the rules of the cohort count late days.')),
                ('note', models.CharField(blank=True, help_text='Rest breaks, or another arrangement.', max_length=200)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(help_text='The last day; empty for no last day.', null=True)),
                ('by', models.CharField(max_length=80)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjustments', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['person_id', 'number'],
                'constraints': [
                    models.UniqueConstraint(fields=('person', 'number'), name='one_adjustment_per_number'),
                    models.CheckConstraint(condition=models.Q(('percent__lte', 300), ('days__lte', 60)), name='adjustment_within_bounds'),
                    models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='adjustment_ends_after_it_starts'),
                ],
            },
        ),
        append_only("assessments_adjustment"),
    ]
