"""Reminders of coming dates and which of them somebody wants; opening hours of contacts."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("courses", "0211_writing_held_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='helpline',
            name='hours',
            field=models.CharField(blank=True, default='', help_text='When somebody answers, as the source says, and the number for other hours.', max_length=200, verbose_name='opening hours'),
        ),
        migrations.AlterField(
            model_name='progress',
            name='kind',
            field=models.CharField(choices=[('place', 'Where they stopped'), ('later', 'Saved for later'), ('check', 'Answer to a knowledge check'), ('activity', 'Activity done'), ('poll', 'Answer to a poll'), ('attended', 'Session attended')], max_length=12),
        ),
        migrations.CreateModel(
            name='ReminderChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('unit', 'The last day to finish a unit'), ('session', 'A session'), ('work', 'The due date of assessed work')], max_length=8)),
                ('is_off', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminder_choices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'choice of reminders about dates',
                'constraints': [models.UniqueConstraint(fields=('person', 'kind'), name='one_reminder_choice_per_kind')],
            },
        ),
        migrations.CreateModel(
            name='StudyReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('keys', models.JSONField(default=list, help_text='Of what; a date that moves has another key.')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='study_reminders', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'reminder about dates',
                'indexes': [models.Index(fields=['day'], name='study_reminders_by_day')],
                'constraints': [models.UniqueConstraint(fields=('person', 'day'), name='one_study_reminder_a_day')],
            },
        ),
    ]
