"""By what rules work is judged: dated rule sets. An installation in use has the first one from its settings, from before its first cohort."""

from datetime import date

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lms.kit.clock
from lms.kit.append_only import append_only

BEFORE_ALL = date(2000, 1, 1)


def fill(apps, schema_editor):
    """Without a cohort nothing was judged yet, and the settings are the defaults until a registrar sets rules."""
    if not apps.get_model("cohorts", "Cohort").objects.exists():
        return
    apps.get_model("assessments", "RuleSet").objects.create(
        number=1,
        in_force_from=BEFORE_ALL,
        values={
            "pass_mark": int(settings.IMSA_PASS_MARK),
            "boundaries": list(settings.IMSA_CLASS_BOUNDARIES),
            "third_distance": settings.IMSA_THIRD_MARKER_DISTANCE,
            "rounding": "none",
            "attempts": 2 if settings.IMSA_RESIT_ALLOWED else 1,
            "cap": settings.IMSA_RESIT_CAP,
            "attempt_days": settings.IMSA_RESIT_DAYS,
            "marking_days": settings.IMSA_MARKING_WORKING_DAYS,
            "late": "none",
        },
        reason="The settings of this installation, by which work was judged until now.",
        by="operator:migrate",
    )


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0056_timed_quizzes'),
        ('cohorts', '0008_action'),
        ('courses', '0010_words_of_a_block'),
    ]

    operations = [
        migrations.CreateModel(
            name='RuleSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(help_text='Of two who set rules at once one is first.', unique=True)),
                ('in_force_from', models.DateField()),
                ('values', models.JSONField(help_text='As assessments.setting.judging.Rules.')),
                ('preset_source', models.CharField(blank=True, help_text='The public policy that filled the form, with year and address.', max_length=300)),
                ('reason', models.TextField(max_length=1000)),
                ('by', models.CharField(max_length=80)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('programme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rule_sets', to='courses.programme')),
            ],
            options={
                'verbose_name': 'rule set',
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='CohortRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('reason', models.TextField(max_length=1000)),
                ('by', models.CharField(max_length=80)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rule_lines', to='cohorts.cohort')),
                ('rule_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cohort_lines', to='assessments.ruleset')),
            ],
            options={
                'verbose_name': 'rules of a cohort',
                'ordering': ['cohort', 'number'],
                'constraints': [models.UniqueConstraint(fields=('cohort', 'number'), name='one_cohort_rules_per_number')],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        append_only("assessments_ruleset", "assessments_cohortrules"),
    ]
