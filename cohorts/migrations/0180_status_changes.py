"""Dated lines of an enrolment: leave of absence, a last day, leaving undone, transfer."""

import django.db.models.deletion
import lms.kit.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0176_posts_to_confirm_by_employers'),
    ]

    operations = [
        migrations.AlterField(
            model_name='remark',
            name='action',
            field=models.CharField(choices=[('cohorts.change_nations', 'Nations changed'), ('cohorts.interrupt', 'Leave of absence begun'), ('cohorts.resume', 'Leave of absence ended'), ('cohorts.leave', 'Left the programme'), ('cohorts.schedule_change', 'Scheduled'), ('cohorts.change_return', 'Expected return changed'), ('cohorts.cancel_change', 'Cancelled before it began'), ('cohorts.reinstate', 'Leaving undone'), ('cohorts.transfer', 'Transferred to another cohort'), ('cohorts.end_post', 'Last day of the post set'), ('cohorts.reopen_post', 'Last day of the post taken away')], db_column='deed', max_length=80),
        ),
        migrations.CreateModel(
            name='StatusChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('leave_of_absence', 'Leave of absence'), ('departure', 'Leaving the programme'), ('reinstatement', 'Leaving undone'), ('transfer', 'Transfer to another cohort')], max_length=20)),
                ('on_day', models.DateField(help_text='The first day of a leave of absence, the last day on the programme; else the day it was done.')),
                ('return_on', models.DateField(blank=True, help_text='When the person is expected back.', null=True)),
                ('reason_kind', models.CharField(blank=True, choices=[('', 'Not given'), ('health', 'Health'), ('family', 'Family or caring'), ('work', 'Work'), ('money', 'Money'), ('study', 'Study'), ('other', 'Other')], max_length=10)),
                ('state', models.CharField(choices=[('scheduled', 'Scheduled'), ('in_force', 'In force'), ('over', 'Over'), ('withdrawn', 'Cancelled')], default='scheduled', editable=False, max_length=24)),
                ('decided_by', models.CharField(max_length=80)),
                ('decided_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('end_day', models.DateField(blank=True, help_text='The day from which it no longer counts.', null=True)),
                ('asked_at', models.DateTimeField(help_text='When the person was asked whether they are back.', null=True)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='status_changes', to='cohorts.enrolment')),
                ('from_cohort', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfers_out', to='cohorts.cohort')),
                ('to_cohort', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfers_in', to='cohorts.cohort')),
            ],
            options={
                'ordering': ['-decided_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'scheduled')), fields=['on_day'], name='changes_to_come'), models.Index(condition=models.Q(('return_on__isnull', False), ('state', 'in_force')), fields=['return_on'], name='returns_to_come')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['scheduled', 'in_force']), ('kind__in', ['leave_of_absence', 'departure'])), fields=('enrolment', 'kind'), name='one_open_change_of_a_kind'), models.CheckConstraint(condition=models.Q(('return_on__isnull', True), ('return_on__gt', models.F('on_day')), _connector='OR'), name='return_after_leave_begins'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'transfer'), _negated=True), models.Q(('from_cohort__isnull', False), ('to_cohort__isnull', False)), _connector='OR'), name='a_transfer_has_two_cohorts')],
            },
        ),
    ]
