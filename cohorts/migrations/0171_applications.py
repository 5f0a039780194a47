"""Applications of organisations, the versions of their form, and what an approved organisation owes: conditions, memorandum, reviews, dated facts."""

import django.db.models.deletion
import django.db.models.functions.text
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0170_approval_until'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='confirmed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='organisation',
            name='charity_number',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=24, unique=True)),
                ('email', models.EmailField(max_length=254)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('answers', models.JSONField(default=dict)),
                ('started_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('saved_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('signatory', models.CharField(blank=True, max_length=200)),
                ('why_declined', models.TextField(blank=True, max_length=4000)),
                ('closed_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('draft', 'Not submitted yet'), ('submitted', 'With the IMSA Model Hub'), ('question', 'Question for the applicant'), ('approved', 'Approved'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn by the applicant')], default='draft', editable=False, max_length=24)),
                ('assigned_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='cohorts.organisation')),
            ],
            options={
                'verbose_name': 'application',
                'ordering': ['submitted_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ApplicationCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('result', models.CharField(choices=[('met', 'Met'), ('not_met', 'Not met'), ('not_applicable', 'Does not apply')], max_length=16)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='cohorts.application')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ApplicationForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True)),
                ('definition', models.JSONField(default=dict, help_text='“questions” in their order, and the “checklist” of the review.')),
                ('published_at', models.DateTimeField(null=True)),
                ('published_by', models.CharField(blank=True, max_length=80)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published')], default='draft', editable=False, max_length=24)),
            ],
            options={
                'verbose_name': 'application form',
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('state',), name='application_one_draft')],
            },
        ),
        migrations.AddField(
            model_name='application',
            name='form',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cohorts.applicationform'),
        ),
        migrations.CreateModel(
            name='ApplicationLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField()),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='cohorts.application')),
            ],
        ),
        migrations.CreateModel(
            name='ApplicationMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=4000)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='cohorts.application')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Condition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=1000)),
                ('due_on', models.DateField()),
                ('recorded_by', models.CharField(max_length=80)),
                ('recorded_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('met_on', models.DateField(null=True)),
                ('met_by', models.CharField(blank=True, max_length=80)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conditions', to='cohorts.organisation')),
            ],
            options={
                'ordering': ['due_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Memorandum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(max_length=40)),
                ('signatory', models.CharField(max_length=200)),
                ('signed_on', models.DateField()),
                ('recorded_by', models.CharField(max_length=80)),
                ('recorded_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memoranda', to='cohorts.organisation')),
            ],
            options={
                'ordering': ['signed_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='OrganisationLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_day', models.DateField(null=True)),
                ('name', models.CharField(max_length=200)),
                ('sector', models.CharField(blank=True, max_length=120)),
                ('charity_number', models.CharField(blank=True, max_length=40)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('recorded_by', models.CharField(max_length=80)),
                ('recorded_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='cohorts.organisation')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='OrganisationReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=16)),
                ('due_on', models.DateField()),
                ('days', models.SmallIntegerField()),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cohorts.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='OrganisationReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on_day', models.DateField()),
                ('findings', models.TextField(max_length=4000)),
                ('recorded_by', models.CharField(max_length=80)),
                ('recorded_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='cohorts.organisation')),
            ],
            options={
                'ordering': ['on_day', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ApplicationDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('terms', models.JSONField(default=dict, help_text='What would be made: days as ISO dates.')),
                ('proposed_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('closed_at', models.DateTimeField(null=True)),
                ('why_dropped', models.TextField(blank=True, max_length=2000)),
                ('state', models.CharField(choices=[('proposed', 'Waiting for a second officer'), ('confirmed', 'Confirmed'), ('dropped', 'Dropped')], default='proposed', editable=False, max_length=24)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='cohorts.application')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'proposed approval',
                'ordering': ['proposed_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), models.Q(('closed_by__isnull', False), models.Q(('closed_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='application_two_people_decide'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('application',), name='application_one_proposal')],
            },
        ),
        migrations.CreateModel(
            name='ApplicationFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(blank=True, max_length=40)),
                ('path', models.CharField(help_text='Private path.', max_length=120)),
                ('name', models.CharField(max_length=160)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('added_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='cohorts.application')),
            ],
            options={
                'ordering': ['added_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('application', 'question', 'sha256'), name='application_file_once')],
            },
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['state', 'submitted_at'], name='application_queue'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('state', 'draft')), fields=['saved_at'], name='application_drafts'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('state__in', ['draft', 'question', 'submitted'])), name='application_one_open_per_address'),
        ),
        migrations.AddConstraint(
            model_name='condition',
            constraint=models.CheckConstraint(condition=models.Q(('met_on__isnull', True), models.Q(('met_by', ''), _negated=True), _connector='OR'), name='condition_met_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='organisationline',
            constraint=models.UniqueConstraint(condition=models.Q(('from_day__isnull', True)), fields=('organisation',), name='organisation_one_beginning'),
        ),
        migrations.AddConstraint(
            model_name='organisationreminder',
            constraint=models.UniqueConstraint(fields=('organisation', 'kind', 'due_on', 'days'), name='organisation_reminded_once'),
        ),
        migrations.AddConstraint(
            model_name='organisationreview',
            constraint=models.UniqueConstraint(fields=('organisation', 'on_day'), name='organisation_one_review_a_day'),
        ),
    ]
