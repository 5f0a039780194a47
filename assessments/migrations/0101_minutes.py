"""Minutes of boards, and the lines that sign and correct them; both can only be added to."""


import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0100_members_of_boards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Minutes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.JSONField(help_text='As assessments.deciding.queries.minutes.')),
                ('sha256', models.CharField(help_text='Of the content.', max_length=64)),
                ('drawn_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('board', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='minutes', to='assessments.board')),
            ],
            options={
                'verbose_name': 'minutes',
            },
        ),
        migrations.CreateModel(
            name='MinutesLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('signed', 'Signed by the chair'), ('paper', 'Signed by the chair on paper'), ('correction', 'Correction')], max_length=16)),
                ('text', models.TextField(blank=True, max_length=2000)),
                ('sha256', models.CharField(max_length=64)),
                ('name', models.CharField(help_text='Who signed or corrected, as they were called.', max_length=200)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('minutes', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='assessments.minutes')),
            ],
            options={
                'verbose_name': 'line under minutes',
                'ordering': ['minutes', 'number'],
                'constraints': [models.UniqueConstraint(fields=('minutes', 'number'), name='one_minutes_line_per_number'), models.UniqueConstraint(condition=models.Q(('kind__in', ('signed', 'paper'))), fields=('minutes',), name='minutes_are_signed_once')],
            },
        ),
        append_only("assessments_minutes", "assessments_minutesline"),
    ]
