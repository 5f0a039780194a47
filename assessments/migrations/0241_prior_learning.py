"""Claims on prior learning and what is decided on them; a decision can only be added to."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0236_chairs_actions_are_signed'),
        ('cohorts', '0199_remarks_of_both'),
        ('courses', '0195_timetable'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PriorCredit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('is_granted', models.BooleanField()),
                ('credits', models.PositiveSmallIntegerField(default=0)),
                ('chair', models.CharField(max_length=200)),
                ('reason', models.TextField(blank=True, max_length=1000)),
                ('decided_on', models.DateField()),
                ('decided_at', models.DateTimeField(default=lms.kit.clock.now)),
            ],
            options={
                'verbose_name': 'decision on prior learning',
                'ordering': ['enrolment_id', 'module_id', 'number'],
            },
        ),
        migrations.CreateModel(
            name='PriorLearningClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('assessed', 'A course on which I was assessed, and passed'), ('experience', 'What I learned from experience, such as work or a course without assessment')], max_length=12)),
                ('title', models.CharField(max_length=200)),
                ('provider', models.CharField(max_length=200)),
                ('ended_on', models.DateField()),
                ('award', models.CharField(blank=True, max_length=200)),
                ('words', models.TextField(max_length=4000)),
                ('made_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('answer_by', models.DateField()),
                ('question', models.TextField(blank=True, max_length=2000)),
                ('reply', models.TextField(blank=True, max_length=4000)),
                ('opinion', models.CharField(blank=True, choices=[('for', 'The learning meets the outcomes of the module: grant the credit'), ('against', 'It does not: do not grant the credit')], max_length=8)),
                ('opinion_words', models.TextField(blank=True, max_length=2000)),
                ('opinion_at', models.DateTimeField(null=True)),
                ('appeal_ground', models.CharField(blank=True, choices=[('circumstances', 'Mitigating circumstances that the board did not know of'), ('error', 'A significant administrative error')], max_length=16)),
                ('appeal_words', models.TextField(blank=True, max_length=4000)),
                ('why_late', models.TextField(blank=True, max_length=1000)),
                ('appealed_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('checking', 'With the programme office'), ('asked', 'The office asked something'), ('academic', 'With an academic'), ('board', 'With the exam board'), ('granted', 'Granted'), ('refused', 'Not granted'), ('appealed', 'Appeal made'), ('withdrawn', 'Withdrawn')], default='checking', editable=False, max_length=24)),
            ],
            options={
                'verbose_name': 'claim on prior learning',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='evidence',
            name='evidence_of_one_case',
        ),
        migrations.AddField(
            model_name='priorcredit',
            name='board',
            field=models.ForeignKey(help_text='Empty: by chair’s action.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='prior_credits', to='assessments.board'),
        ),
        migrations.AddField(
            model_name='priorcredit',
            name='enrolment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prior_credits', to='cohorts.enrolment'),
        ),
        migrations.AddField(
            model_name='priorcredit',
            name='module',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.module'),
        ),
        migrations.AddField(
            model_name='priorcredit',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='priorlearningclaim',
            name='academic',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='priorlearningclaim',
            name='enrolment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prior_claims', to='cohorts.enrolment'),
        ),
        migrations.AddField(
            model_name='priorlearningclaim',
            name='module',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prior_claims', to='courses.module'),
        ),
        migrations.AddField(
            model_name='priorlearningclaim',
            name='sent_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='priorcredit',
            name='claim',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='assessments.priorlearningclaim'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='prior',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='assessments.priorlearningclaim'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(fields=('prior', 'sha256'), name='evidence_once_per_prior_claim'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('appeal__isnull', False), ('claim', None), ('prior', None)), models.Q(('appeal', None), ('claim__isnull', False), ('prior', None)), models.Q(('appeal', None), ('claim', None), ('prior__isnull', False)), _connector='OR'), name='evidence_of_one_case'),
        ),
        migrations.AddIndex(
            model_name='priorlearningclaim',
            index=models.Index(condition=models.Q(('state__in', ('checking', 'asked', 'academic', 'board', 'appealed'))), fields=['answer_by', 'id'], name='prior_claims_to_answer'),
        ),
        migrations.AddConstraint(
            model_name='priorlearningclaim',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'withdrawn'), _negated=True), fields=('enrolment', 'module'), name='one_prior_claim_per_module'),
        ),
        migrations.AddConstraint(
            model_name='priorcredit',
            constraint=models.UniqueConstraint(fields=('enrolment', 'module', 'number'), name='one_prior_credit_per_number'),
        ),
        migrations.AddConstraint(
            model_name='priorcredit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('credits__gt', 0), ('is_granted', True)), models.Q(('credits', 0), ('is_granted', False)), _connector='OR'), name='prior_credit_has_credits'),
        ),
        append_only("assessments_priorcredit"),
    ]
