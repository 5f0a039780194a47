"""Claims and appeals, with their evidence and who opened it."""

import django.db.models.deletion
import lms.kit.clock
from lms.kit.append_only import append_only
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0063_marks_append_only'),
        ('cohorts', '0008_action'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(choices=[('circumstances', 'Mitigating circumstances that the board did not know of'), ('error', 'A significant administrative error')], max_length=16)),
                ('words', models.TextField(max_length=4000)),
                ('deadline_on', models.DateField()),
                ('why_late', models.TextField(blank=True, max_length=1000)),
                ('made_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('answer_by', models.DateField()),
                ('answer', models.TextField(blank=True, max_length=2000)),
                ('letter_on', models.DateField(null=True)),
                ('next_step_by', models.DateField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('received', 'Received'), ('looking', 'Being looked at'), ('upheld', 'Upheld'), ('not_upheld', 'Not upheld'), ('withdrawn', 'Withdrawn')], default='received', editable=False, max_length=24)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('chairs_action', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='assessments.chairsaction')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='assessments.boarddecision')),
            ],
            options={
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CaseReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cohorts.enrolment')),
            ],
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('self_certified', 'Days that you certify yourself'), ('extension', 'More time for this piece of work'), ('circumstances', 'Extenuating circumstances: something affected my work'), ('deferral', 'A later date, as if for the first time')], max_length=16)),
                ('days', models.PositiveSmallIntegerField(null=True)),
                ('wish_on', models.DateField(null=True)),
                ('words', models.TextField(blank=True, max_length=4000)),
                ('due_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('answer_by', models.DateField(null=True)),
                ('evidence_by', models.DateField(null=True)),
                ('answer', models.TextField(blank=True, max_length=2000)),
                ('new_due_at', models.DateTimeField(null=True)),
                ('is_of_university', models.BooleanField(default=False)),
                ('answered_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('waiting', 'With the programme office'), ('evidence', 'Evidence asked for'), ('granted', 'Granted'), ('deferred', 'Granted as a deferral'), ('not_granted', 'Not granted'), ('withdrawn', 'Withdrawn')], default='waiting', editable=False, max_length=24)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.attempt')),
            ],
            options={
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(blank=True, max_length=200)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('added_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('dropped_at', models.DateTimeField(null=True)),
                ('appeal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='assessments.appeal')),
                ('claim', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='assessments.claim')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='EvidenceOpening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='assessments.evidence')),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('state__in', ('received', 'looking'))), fields=['answer_by', 'id'], name='appeals_to_answer'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'withdrawn'), _negated=True), fields=('decision',), name='one_appeal_per_decision'),
        ),
        migrations.AddConstraint(
            model_name='casereading',
            constraint=models.UniqueConstraint(fields=('enrolment', 'by'), name='one_reading_each'),
        ),
        migrations.AddIndex(
            model_name='claim',
            index=models.Index(condition=models.Q(('state__in', ('waiting', 'evidence'))), fields=['answer_by', 'id'], name='claims_to_answer'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('waiting', 'evidence'))), fields=('attempt',), name='one_open_claim'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'self_certified')), fields=('attempt',), name='one_self_certification'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(fields=('claim', 'sha256'), name='evidence_once_per_claim'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(fields=('appeal', 'sha256'), name='evidence_once_per_appeal'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('appeal__isnull', False), ('claim', None)), models.Q(('appeal', None), ('claim__isnull', False)), _connector='OR'), name='evidence_of_one_case'),
        ),
        append_only("assessments_casereading", "assessments_evidenceopening"),
    ]
