"""Places of a cohort by nation, and nominations of employers."""

import django.db.models.deletion
import django.db.models.functions.text
import lms.kit.clock
import lms.kit.nations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0180_status_changes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NationPlaces',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nation', models.CharField(choices=[('england', 'England'), ('wales', 'Wales'), ('scotland', 'Scotland'), ('northern_ireland', 'Northern Ireland')], max_length=20)),
                ('places', models.PositiveIntegerField()),
                ('taken', models.PositiveIntegerField(default=0, editable=False)),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nation_places', to='cohorts.cohort')),
            ],
            options={
                'ordering': ['cohort', 'nation'],
                'constraints': [models.UniqueConstraint(fields=('cohort', 'nation'), name='places_once_a_nation'), models.CheckConstraint(condition=models.Q(('taken__lte', models.F('places'))), name='no_place_offered_twice')],
            },
        ),
        migrations.CreateModel(
            name='Nomination',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_names', models.CharField(blank=True, max_length=150)),
                ('family_name', models.CharField(blank=True, max_length=150)),
                ('email', models.EmailField(max_length=254)),
                ('post', models.CharField(max_length=200)),
                ('nations', models.JSONField(default=list, validators=[lms.kit.nations.validate_nations])),
                ('line_manager', models.EmailField(blank=True, max_length=254)),
                ('statement', models.TextField()),
                ('nominated_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('state', models.CharField(choices=[('new', 'Waiting for a decision'), ('waiting_list', 'On the waiting list'), ('offered', 'Place offered'), ('accepted', 'Accepted and enrolled'), ('declined', 'Offer declined'), ('lapsed', 'Offer not answered in time'), ('refused', 'No place offered'), ('withdrawn', 'Withdrawn by the employer')], default='new', editable=False, max_length=24)),
                ('decided_by', models.CharField(blank=True, max_length=80)),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('student_reference', models.CharField(blank=True, max_length=40)),
                ('starts_on', models.DateField(help_text='First day of the enrolment that is offered.', null=True)),
                ('secret_hash', models.CharField(blank=True, db_index=True, max_length=64)),
                ('expires_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nominations', to='cohorts.cohort')),
                ('enrolment', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='nomination', to='cohorts.enrolment')),
                ('nominated_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nominations', to='cohorts.organisation')),
            ],
            options={
                'ordering': ['-nominated_at', '-pk'],
                'indexes': [models.Index(fields=['cohort', 'state'], name='nominations_by_state')],
                'constraints': [models.UniqueConstraint(models.F('cohort'), models.F('organisation'), django.db.models.functions.text.Lower('email'), condition=models.Q(('state__in', ['new', 'waiting_list', 'offered', 'accepted'])), name='one_nomination_at_a_time'), models.UniqueConstraint(models.F('cohort'), django.db.models.functions.text.Lower('email'), condition=models.Q(('state__in', ['offered', 'accepted'])), name='one_offer_per_person_and_cohort'), models.UniqueConstraint(condition=models.Q(('state', 'offered')), fields=('student_reference',), name='one_offer_per_student_reference'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'offered'), _negated=True), models.Q(('expires_at__isnull', False), ('starts_on__isnull', False), models.Q(('secret_hash', ''), _negated=True), models.Q(('student_reference', ''), _negated=True)), _connector='OR'), name='an_offer_can_be_answered'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), ('enrolment__isnull', False), _connector='OR'), name='an_acceptance_has_an_enrolment')],
            },
        ),
    ]
