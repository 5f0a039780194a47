"""Cases of academic misconduct, what was told about a script, and scripts that are alike."""

import django.db.models.deletion
import lms.kit.clock
from lms.kit.append_only import append_only
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0070_claims'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='markline',
            name='stage',
            field=models.CharField(choices=[('first', 'First marker'), ('second', 'Second marker'), ('third', 'Third marker'), ('agreed', 'Agreed mark'), ('quiz', 'Marked by rule'), ('not_submitted', 'Not handed in'), ('late', 'Penalty for late work'), ('capped', 'What the attempt counts'), ('misconduct', 'Academic misconduct'), ('ratified', 'Decided by the board')], max_length=16),
        ),
        migrations.CreateModel(
            name='MisconductCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('opened_at', models.DateTimeField(null=True)),
                ('letter', models.TextField(blank=True, max_length=4000)),
                ('reply_by', models.DateField(null=True)),
                ('informed_at', models.DateTimeField(null=True)),
                ('level', models.CharField(blank=True, choices=[('none', 'No case'), ('poor', 'Poor academic practice'), ('low', 'Low level'), ('medium', 'Medium level'), ('high', 'High level')], default='', max_length=8)),
                ('outcome', models.CharField(blank=True, choices=[('nothing', 'Nothing follows'), ('warning', 'A warning'), ('zero', 'A mark of zero for this work; another attempt is capped'), ('referred', 'Referred to the University')], default='', max_length=12)),
                ('answer', models.TextField(blank=True, max_length=4000)),
                ('closed_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('concern', 'A concern'), ('looking', 'Being looked at'), ('closed', 'Closed')], default='concern', editable=False, max_length=24)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hold', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.hold')),
                ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.submission')),
            ],
            options={
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CaseReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField(max_length=4000)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='assessments.misconductcase')),
            ],
            options={
                'ordering': ['case', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='MisconductFlag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField(max_length=2000)),
                ('place', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='assessments.misconductcase')),
            ],
            options={
                'ordering': ['case', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Resemblance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_identical', models.BooleanField(default=False)),
                ('words', models.PositiveIntegerField(default=0)),
                ('percent', models.PositiveSmallIntegerField(default=0)),
                ('passages', models.JSONField(default=list)),
                ('found_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('looked_at', models.DateTimeField(null=True)),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.submission')),
                ('looked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.submission')),
            ],
            options={
                'ordering': ['-is_identical', '-percent', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ScriptText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(max_length=64)),
                ('shingles', models.BinaryField()),
                ('read_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.submission')),
            ],
        ),
        migrations.AddIndex(
            model_name='misconductcase',
            index=models.Index(condition=models.Q(('state', 'closed'), _negated=True), fields=['made_at', 'id'], name='cases_open'),
        ),
        migrations.AddConstraint(
            model_name='misconductcase',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'closed'), _negated=True), fields=('submission',), name='one_open_case_per_script'),
        ),
        migrations.AddIndex(
            model_name='resemblance',
            index=models.Index(condition=models.Q(('looked_at', None)), fields=['-is_identical', '-percent', 'id'], name='places_to_look'),
        ),
        migrations.AddConstraint(
            model_name='resemblance',
            constraint=models.UniqueConstraint(fields=('first', 'second'), name='one_resemblance_per_pair'),
        ),
        migrations.AddConstraint(
            model_name='resemblance',
            constraint=models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='first_script_is_the_older'),
        ),
        append_only("assessments_misconductflag", "assessments_casereply"),
    ]
