"""A post says more: kind, hours, evidence, leave, who confirmed it, and that it was entered by mistake."""

from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0173_organisation_nations'),
    ]

    operations = [
        migrations.AddField(
            model_name='employmentline',
            name='confirmed_by',
            field=models.CharField(blank=True, default='', help_text='Who said so, as the record names them; empty: it came by a file.', max_length=80),
        ),
        migrations.AddField(
            model_name='employmentline',
            name='evidence_kind',
            field=models.CharField(blank=True, choices=[('contract', 'Contract or statement of terms'), ('letter', 'Letter or email from the employer'), ('call', 'Call to the employer on a number of their own'), ('system', 'The employer’s HR system'), ('vetting', 'The employer’s word that a DBS, PVG or AccessNI check was done')], default='', max_length=12),
        ),
        migrations.AddField(
            model_name='employmentline',
            name='evidence_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='employmentline',
            name='evidence_seen_by',
            field=models.CharField(blank=True, default='', max_length=80),
        ),
        migrations.AddField(
            model_name='employmentline',
            name='hours',
            field=models.DecimalField(blank=True, decimal_places=1, help_text='Hours a week.', max_digits=4, null=True),
        ),
        migrations.AddField(
            model_name='employmentline',
            name='is_void',
            field=models.BooleanField(default=False, help_text='Entered by mistake: the post counts on no day.'),
        ),
        migrations.AddField(
            model_name='employmentline',
            name='kind',
            field=models.CharField(blank=True, choices=[('permanent', 'Permanent'), ('fixed_term', 'Fixed term'), ('secondment', 'Secondment from another employer'), ('bank', 'Bank or sessional'), ('volunteer', 'Volunteer'), ('other', 'Other')], default='', max_length=12),
        ),
        migrations.AddField(
            model_name='employmentline',
            name='leave_from',
            field=models.DateField(blank=True, help_text='First day of the newest leave from the post.', null=True),
        ),
        migrations.AddField(
            model_name='employmentline',
            name='leave_until',
            field=models.DateField(blank=True, help_text='Last day of that leave, once it is known.', null=True),
        ),
        migrations.AlterField(
            model_name='remark',
            name='action',
            field=models.CharField(choices=[('cohorts.change_nations', 'Nations changed'), ('cohorts.interrupt', 'Leave of absence begun'), ('cohorts.resume', 'Leave of absence ended'), ('cohorts.leave', 'Left the programme'), ('cohorts.end_post', 'Last day of the post set'), ('cohorts.reopen_post', 'Last day of the post taken away'), ('cohorts.enter_post', 'Post entered'), ('cohorts.change_post', 'Post changed'), ('cohorts.void_post', 'Post voided: entered by mistake'), ('cohorts.record_leave_from_post', 'Leave from the post recorded')], db_column='deed', max_length=80),
        ),
        migrations.AddConstraint(
            model_name='employmentline',
            constraint=models.CheckConstraint(condition=models.Q(('hours', None), models.Q(('hours__gt', 0), ('hours__lte', 80)), _connector='OR'), name='hours_of_a_week'),
        ),
        migrations.AddConstraint(
            model_name='employmentline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('evidence_kind', ''), ('evidence_on', None), ('evidence_seen_by', '')), models.Q(models.Q(('evidence_kind', ''), _negated=True), ('evidence_on__isnull', False), models.Q(('evidence_seen_by', ''), _negated=True)), _connector='OR'), name='evidence_has_a_day_and_a_reader'),
        ),
        migrations.AddConstraint(
            model_name='employmentline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('leave_from', None), ('leave_until', None)), models.Q(('leave_from__gte', models.F('starts_on')), ('leave_from__isnull', False), models.Q(('leave_until', None), ('leave_until__gte', models.F('leave_from')), _connector='OR')), _connector='OR'), name='leave_is_within_its_post'),
        ),
        append_only("cohorts_employmentline"),
    ]
