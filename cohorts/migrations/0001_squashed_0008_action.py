"""The tables of this room as they stand after 0008_action, for an installation that begins; an older one takes the steps that it replaces."""

import django.db.models.deletion
import lms.kit.clock
import lms.kit.nations
from django.conf import settings
from django.db import migrations, models

from lms.kit.append_only import append_only
from lms.kit.first_tables import CreateTables


class Migration(migrations.Migration):

    replaces = [
        ("cohorts", "0001_initial"),
        ("cohorts", "0002_append_only"),
        ("cohorts", "0003_standing_who_is_told"),
        ("cohorts", "0004_no_replace_no_truncate"),
        ("cohorts", "0005_import_written_by_the_worker"),
        ("cohorts", "0006_posts_not_confirmed"),
        ("cohorts", "0007_posts_to_confirm"),
        ("cohorts", "0008_action"),
    ]

    initial = True

    dependencies = [
        ("courses", "0010_words_of_a_block"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTables(
            migrations.CreateModel(
                name='Cohort',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=20, unique=True)),
                    ('title', models.CharField(max_length=200)),
                    ('starts_on', models.DateField()),
                    ('ends_on', models.DateField()),
                    ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cohorts', to='courses.programme')),
                ],
                options={
                    'ordering': ['-starts_on', 'code'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gt', models.F('starts_on'))), name='cohort_ends_after_it_starts')],
                },
            ),
            migrations.CreateModel(
                name='Enrolment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('student_reference', models.CharField(max_length=40, unique=True)),
                    ('enrolled_on', models.DateField()),
                    ('left_on', models.DateField(blank=True, null=True)),
                    ('state', models.CharField(choices=[('enrolled', 'Enrolled'), ('interrupted', 'On leave of absence'), ('left', 'Left the programme'), ('completed', 'Completed')], default='enrolled', editable=False, max_length=24)),
                    ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='cohorts.cohort')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to=settings.AUTH_USER_MODEL)),
                    ('plan', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='enrolment', to='courses.studyplan')),
                ],
                options={
                    'ordering': ['cohort', 'person__last_name', 'person__first_name'],
                    'constraints': [models.UniqueConstraint(fields=('cohort', 'person'), name='one_enrolment_per_cohort')],
                },
            ),
            migrations.CreateModel(
                name='Organisation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=20, unique=True)),
                    ('name', models.CharField(max_length=200, unique=True)),
                    ('nations', models.JSONField(default=list, validators=[lms.kit.nations.validate_nations])),
                    ('sector', models.CharField(blank=True, max_length=120)),
                    ('is_invented', models.BooleanField(default=False, editable=False)),
                ],
                options={
                    'ordering': ['name'],
                },
            ),
            migrations.CreateModel(
                name='Approval',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('action', models.CharField(choices=[('approved', 'Approved'), ('suspended', 'Approval suspended'), ('ended', 'Approval ended')], db_column='deed', max_length=16)),
                    ('from_day', models.DateField()),
                    ('reason', models.TextField(blank=True)),
                    ('decided_by', models.CharField(max_length=80)),
                    ('decided_at', models.DateTimeField(default=lms.kit.clock.now)),
                    ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='cohorts.organisation')),
                ],
                options={
                    'ordering': ['from_day', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Contact',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('starts_on', models.DateField()),
                    ('ends_on', models.DateField(blank=True, null=True)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to=settings.AUTH_USER_MODEL)),
                    ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='cohorts.organisation')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ends_on__isnull', True)), fields=('person', 'organisation'), name='one_open_contact')],
                },
            ),
            migrations.CreateModel(
                name='TelephoneTask',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('subject', models.CharField(max_length=200)),
                    ('text', models.TextField()),
                    ('made_at', models.DateTimeField(default=lms.kit.clock.now)),
                    ('recorded_at', models.DateTimeField(null=True)),
                    ('note', models.CharField(blank=True, max_length=300)),
                    ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='telephone_tasks', to='cohorts.organisation')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['made_at', 'pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('recorded_at__isnull', True), ('recorded_by__isnull', False), _connector='OR'), name='a_call_has_a_caller')],
                },
            ),
            migrations.CreateModel(
                name='Employment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reference', models.CharField(max_length=40, unique=True)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='employments', to=settings.AUTH_USER_MODEL)),
                ],
            ),
            migrations.CreateModel(
                name='EmploymentLine',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField()),
                    ('post', models.CharField(max_length=200)),
                    ('nations', models.JSONField(default=list, validators=[lms.kit.nations.validate_nations])),
                    ('starts_on', models.DateField()),
                    ('ends_on', models.DateField(blank=True, help_text='The last day of the post.', null=True)),
                    ('line_manager', models.EmailField(blank=True, max_length=254)),
                    ('confirmed_on', models.DateField(blank=True, null=True)),
                    ('source', models.CharField(help_text='The import or person it came from.', max_length=80)),
                    ('recorded_at', models.DateTimeField(default=lms.kit.clock.now)),
                    ('employment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='cohorts.employment')),
                    ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='cohorts.organisation')),
                ],
                options={
                    'ordering': ['employment', 'number'],
                    'indexes': [models.Index(condition=models.Q(('confirmed_on', None)), fields=['starts_on', 'id'], name='posts_to_confirm')],
                    'constraints': [models.UniqueConstraint(fields=('employment', 'number'), name='one_line_per_number'), models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='post_ends_after_it_starts')],
                },
            ),
            migrations.CreateModel(
                name='Remark',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('about', models.CharField(db_index=True, help_text='As the record names it: “cohorts.enrolment:12”.', max_length=120)),
                    ('action', models.CharField(choices=[('cohorts.change_nations', 'Nations changed'), ('cohorts.interrupt', 'Leave of absence begun'), ('cohorts.resume', 'Leave of absence ended'), ('cohorts.leave', 'Left the programme'), ('cohorts.end_post', 'Last day of the post set'), ('cohorts.reopen_post', 'Last day of the post taken away')], db_column='deed', max_length=80)),
                    ('text', models.TextField()),
                    ('written_by', models.CharField(max_length=80)),
                    ('written_at', models.DateTimeField(default=lms.kit.clock.now)),
                ],
                options={
                    'ordering': ['-written_at', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='Import',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('cohort', 'Cohort file'), ('register', 'Employment register file')], max_length=10)),
                    ('file_name', models.CharField(max_length=200)),
                    ('sha256', models.CharField(max_length=64)),
                    ('rows', models.JSONField(default=list)),
                    ('made_by', models.CharField(max_length=80)),
                    ('made_at', models.DateTimeField(default=lms.kit.clock.now)),
                    ('begun_at', models.DateTimeField(null=True)),
                    ('ready', models.PositiveIntegerField(default=0, help_text='Rows the worker has made ready; all are written at once.')),
                    ('why_not', models.TextField(blank=True, help_text='Why the worker could not write it.')),
                    ('written_at', models.DateTimeField(null=True)),
                    ('state', models.CharField(choices=[('checked', 'Checked, nothing written yet'), ('writing', 'Being written'), ('written', 'Written'), ('dropped', 'Dropped')], default='checked', editable=False, max_length=24)),
                    ('begun_by', models.ForeignKey(help_text='On whose behalf the worker writes it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'file',
                    'ordering': ['-made_at'],
                },
            ),
        ),
        append_only(
            "cohorts_employmentline",
        ),
    ]
