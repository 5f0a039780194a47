"""People apply for a place themselves; a nomination without an organisation is one of these, and closed ones are cleared."""

import django.db.models.deletion
import django.db.models.functions.text
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0199_remarks_of_both'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlaceApplication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('answers', models.JSONField(default=dict)),
                ('saved_at', models.DateTimeField(default=lms.kit.clock.now)),
            ],
            options={
                'verbose_name': 'application for a place',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='PlaceLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'link to an application for a place',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='cohort',
            name='takes_applications',
            field=models.BooleanField(default=False, help_text='May people apply for a place themselves, on a public page?'),
        ),
        migrations.AddField(
            model_name='nomination',
            name='cleared_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='nomination',
            name='closed_at',
            field=models.DateTimeField(help_text='Empty while it is open, and in those closed before this was kept.', null=True),
        ),
        migrations.AddField(
            model_name='nomination',
            name='employer',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='nomination',
            name='employer_answer',
            field=models.CharField(blank=True, choices=[('yes', 'Agrees'), ('no', 'Does not agree')], max_length=8),
        ),
        migrations.AddField(
            model_name='nomination',
            name='employer_answered_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='nomination',
            name='employer_email',
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name='nomination',
            name='employer_secret_hash',
            field=models.CharField(blank=True, db_index=True, max_length=64),
        ),
        migrations.AlterField(
            model_name='nomination',
            name='nominated_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='nomination',
            name='organisation',
            field=models.ForeignKey(help_text='Empty: the person applied themselves.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='nominations', to='cohorts.organisation'),
        ),
        migrations.AlterField(
            model_name='nomination',
            name='state',
            field=models.CharField(choices=[('new', 'Waiting for a decision'), ('waiting_list', 'On the waiting list'), ('offered', 'Place offered'), ('accepted', 'Accepted and enrolled'), ('declined', 'Offer declined'), ('lapsed', 'Offer not answered in time'), ('refused', 'No place offered'), ('withdrawn', 'Withdrawn')], default='new', editable=False, max_length=24),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.UniqueConstraint(models.F('cohort'), django.db.models.functions.text.Lower('email'), condition=models.Q(('organisation', None), ('state__in', ['new', 'waiting_list', 'offered', 'accepted'])), name='one_own_application_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('nominated_by', None), ('organisation', None)), models.Q(('nominated_by__isnull', False), ('organisation__isnull', False)), _connector='OR'), name='nominated_by_an_employer_or_oneself'),
        ),
        migrations.AddField(
            model_name='placeapplication',
            name='cohort',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='cohorts.cohort'),
        ),
        migrations.AddField(
            model_name='placeapplication',
            name='nomination',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='application', to='cohorts.nomination'),
        ),
        migrations.AddField(
            model_name='placelink',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='cohorts.placeapplication'),
        ),
        migrations.AddIndex(
            model_name='placeapplication',
            index=models.Index(fields=['saved_at'], name='place_applications_by_day'),
        ),
        migrations.AddConstraint(
            model_name='placeapplication',
            constraint=models.UniqueConstraint(models.F('cohort'), django.db.models.functions.text.Lower('email'), condition=models.Q(('nomination', None)), name='one_place_draft_per_address'),
        ),
    ]
