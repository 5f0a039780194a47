"""Question sets in versions, surveys of cohorts, one tally of all answers, and what was done about them."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0211_people_apply'),
        ('courses', '0195_timetable'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='QuestionSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60)),
                ('number', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=150)),
                ('questions', models.JSONField(default=list)),
                ('made_by', models.CharField(max_length=80)),
                ('made_at', models.DateTimeField(default=lms.kit.clock.now)),
            ],
            options={
                'verbose_name': 'question set',
                'ordering': ['title', 'key', '-number'],
                'constraints': [models.UniqueConstraint(fields=('key', 'number'), name='one_question_set_per_number')],
            },
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(help_text='Makes it be made once.', unique=True)),
                ('title', models.CharField(max_length=150)),
                ('opens_on', models.DateField()),
                ('closes_on', models.DateField(help_text='The last day for answers.')),
                ('people', models.PositiveIntegerField(default=0, help_text='How many were asked; written when it closes.')),
                ('state', models.CharField(choices=[('live', 'Live'), ('closed', 'Closed'), ('cancelled', 'Cancelled')], default='live', editable=False, max_length=24)),
                ('made_by', models.CharField(max_length=80)),
                ('made_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='cohorts.cohort')),
                ('module', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='courses.module')),
                ('question_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='cohorts.questionset')),
            ],
            options={
                'verbose_name': 'survey',
                'ordering': ['-closes_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SurveyInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_on', models.DateField(null=True)),
                ('reminded_on', models.DateField(null=True)),
                ('has_answered', models.BooleanField(default=False)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='survey_invitations', to='cohorts.enrolment')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='cohorts.survey')),
            ],
            options={
                'verbose_name': 'invitation to a survey',
                'ordering': ['survey_id', 'enrolment_id'],
            },
        ),
        migrations.CreateModel(
            name='SurveyReminderChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_off', models.BooleanField(default=False)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='survey_reminder_choice', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'choice of survey reminders',
                'ordering': ['person_id'],
            },
        ),
        migrations.CreateModel(
            name='SurveyResponse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('you_said', models.TextField(max_length=2000)),
                ('we_did', models.TextField(max_length=2000)),
                ('published_on', models.DateField(help_text='Since when people can read it; empty: nobody can.', null=True)),
                ('first_published_on', models.DateField(help_text='When its cohort was told of it.', null=True)),
                ('made_by', models.CharField(max_length=80)),
                ('survey', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='response', to='cohorts.survey')),
            ],
            options={
                'verbose_name': 'response to a survey',
                'ordering': ['-published_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SurveyTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('people', models.PositiveIntegerField(default=0, help_text='How many answered.')),
                ('counts', models.JSONField(default=dict)),
                ('texts', models.JSONField(default=dict)),
                ('survey', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='tally', to='cohorts.survey')),
            ],
            options={
                'verbose_name': 'tally of a survey',
                'ordering': ['survey_id'],
            },
        ),
        migrations.AddIndex(
            model_name='survey',
            index=models.Index(fields=['state', 'closes_on'], name='surveys_by_last_day'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=models.CheckConstraint(condition=models.Q(('closes_on__gte', models.F('opens_on'))), name='survey_closes_after_it_opens'),
        ),
        migrations.AddConstraint(
            model_name='surveyinvitation',
            constraint=models.UniqueConstraint(fields=('survey', 'enrolment'), name='one_invitation_to_a_survey'),
        ),
        append_only("cohorts_questionset"),
    ]
