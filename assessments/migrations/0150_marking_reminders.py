"""Which markers were reminded, and which registrars were given a day's list; both can only be added to."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0141_late_answers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MarkingReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('near', 'Due soon'), ('overdue', 'Overdue')], max_length=8)),
                ('due_on', models.DateField()),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('discussion', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='assessments.discussion')),
                ('marker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('task', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='assessments.allocation')),
            ],
            options={
                'verbose_name': 'reminder to a marker',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('task', None), _negated=True), fields=('task', 'kind', 'due_on'), name='one_reminder_per_task'), models.UniqueConstraint(condition=models.Q(('discussion', None), _negated=True), fields=('discussion', 'marker', 'kind', 'due_on'), name='one_reminder_per_discussion'), models.CheckConstraint(condition=models.Q(models.Q(('discussion__isnull', False), ('task', None)), models.Q(('discussion', None), ('task__isnull', False)), _connector='OR'), name='reminder_of_a_task_or_a_discussion')],
            },
        ),
        migrations.CreateModel(
            name='OverdueList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('tasks', models.PositiveIntegerField()),
                ('discussions', models.PositiveIntegerField()),
                ('registrar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'list of overdue marking',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('registrar', 'day'), name='one_overdue_list_a_day')],
            },
        ),
        append_only("assessments_markingreminder", "assessments_overduelist"),
    ]
