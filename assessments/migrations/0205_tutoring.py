"""Messages of tutors, the log of contact, announcements and reminders; all but the choice of reminders can only be added to."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0197_decisions_on_leavers'),
        ('cohorts', '0160_codes_for_marks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(help_text='Makes it go out once.', unique=True)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='cohorts.cohort')),
            ],
            options={
                'verbose_name': 'announcement',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ContactEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(help_text='Makes it stand here once.', unique=True)),
                ('kind', models.CharField(choices=[('message', 'Message'), ('call', 'Call'), ('meeting', 'Meeting')], max_length=8)),
                ('day', models.DateField()),
                ('note', models.TextField(max_length=1000)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='cohorts.enrolment')),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='assessments.contactentry')),
            ],
            options={
                'verbose_name': 'entry of the contact log',
                'verbose_name_plural': 'entries of the contact log',
                'ordering': ['-day', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='NudgeChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_off', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='nudge_choice', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'choice of reminders',
            },
        ),
        migrations.CreateModel(
            name='TutorMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(help_text='Makes it go out once.', unique=True)),
                ('subject', models.CharField(max_length=150)),
                ('body', models.TextField(max_length=5000)),
                ('reply_to', models.CharField(max_length=200)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tutor_messages', to='cohorts.cohort')),
            ],
            options={
                'verbose_name': 'message of a tutor',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='AnnouncementVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=150)),
                ('text', models.TextField(max_length=5000)),
                ('show_until', models.DateField()),
                ('is_ended', models.BooleanField(default=False)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('announcement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='assessments.announcement')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'version of an announcement',
                'ordering': ['announcement_id', '-number'],
                'constraints': [models.UniqueConstraint(fields=('announcement', 'number'), name='one_announcement_version_per_number')],
            },
        ),
        migrations.CreateModel(
            name='Nudge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('behind', 'Behind the timetable'), ('away', 'No activity for some time')], max_length=8)),
                ('day', models.DateField()),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nudges', to='cohorts.enrolment')),
            ],
            options={
                'verbose_name': 'reminder about study',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('enrolment', 'reason', 'day'), name='one_nudge_for_a_reason_a_day')],
            },
        ),
        migrations.CreateModel(
            name='MessageRecipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tutor_messages', to='cohorts.enrolment')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recipients', to='assessments.tutormessage')),
            ],
            options={
                'verbose_name': 'recipient of a message',
                'ordering': ['-at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('message', 'enrolment'), name='one_message_to_each_person')],
            },
        ),
        append_only(
            "assessments_tutormessage",
            "assessments_messagerecipient",
            "assessments_contactentry",
            "assessments_announcement",
            "assessments_announcementversion",
            "assessments_nudge",
        ),
    ]
