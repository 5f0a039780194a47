"""An award has its class with what it was found from; transcripts are issued. Neither changes. Awards from before have no class."""


import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0101_minutes'),
        ('cohorts', '0008_action'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='award',
            name='classification',
            field=models.CharField(blank=True, choices=[('pass', 'Pass'), ('merit', 'Merit'), ('distinction', 'Distinction')], default='', help_text='Empty: not classified.', max_length=16),
        ),
        migrations.AddField(
            model_name='award',
            name='inputs',
            field=models.JSONField(default=dict, help_text='What the class was found from, and by which rules.'),
        ),
        migrations.AddField(
            model_name='award',
            name='rule_set',
            field=models.ForeignKey(help_text='The rules by which it was classified.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='assessments.ruleset'),
        ),
        migrations.CreateModel(
            name='Transcript',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('content', models.JSONField(help_text='As assessments.deciding.queries.transcripts.')),
                ('sha256', models.CharField(help_text='Of the content.', max_length=64)),
                ('issued_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transcripts', to='cohorts.enrolment')),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'transcript',
                'ordering': ['enrolment', '-number'],
                'constraints': [models.UniqueConstraint(fields=('enrolment', 'number'), name='one_transcript_per_number')],
            },
        ),
        append_only("assessments_award", "assessments_transcript"),
    ]
