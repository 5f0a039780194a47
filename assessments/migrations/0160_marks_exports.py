"""Files of marks for other systems: profiles, codes and receipts can only be added to. A file is dropped after a time."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0130_portfolio'),
        ('cohorts', '0160_codes_for_marks'),
        ('courses', '0010_words_of_a_block'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ExportProfile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('version', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=100)),
                ('values', models.JSONField(help_text='As assessments.deciding.export_formats.Format.')),
                ('preset_source', models.CharField(blank=True, help_text='The public description that filled the form.', max_length=300)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('by', models.CharField(max_length=80)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
            ],
            options={
                'verbose_name': 'profile of marks exports',
                'ordering': ['number', 'version'],
                'constraints': [models.UniqueConstraint(fields=('number', 'version'), name='one_profile_per_version')],
            },
        ),
        migrations.CreateModel(
            name='ExportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(help_text='Of the files of its cohort.')),
                ('file_name', models.CharField(max_length=120)),
                ('sha256', models.CharField(help_text='Of the file.', max_length=64)),
                ('size', models.PositiveIntegerField(help_text='Bytes.')),
                ('rows', models.PositiveIntegerField()),
                ('omissions', models.PositiveIntegerField(help_text='Results that are not in the file.')),
                ('fingerprint', models.CharField(help_text='SHA-256 of the results that the file was made from.', max_length=64)),
                ('exported_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('board', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='export_runs', to='assessments.board')),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='export_runs', to='cohorts.cohort')),
                ('exported_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('profile', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='assessments.exportprofile')),
            ],
            options={
                'verbose_name': 'marks export',
                'ordering': ['cohort', '-number'],
            },
        ),
        migrations.CreateModel(
            name='ExportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.BinaryField()),
                ('results', models.JSONField(help_text='As assessments.deciding.queries.exports.results_of.')),
                ('run', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='file', to='assessments.exportrun')),
            ],
            options={
                'verbose_name': 'file of a marks export',
            },
        ),
        migrations.CreateModel(
            name='ModuleCodes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('mod_code', models.CharField(blank=True, max_length=20, verbose_name='Module code (MOD)')),
                ('map_code', models.CharField(blank=True, max_length=20, verbose_name='Assessment pattern (MAP)')),
                ('occurrence', models.CharField(blank=True, max_length=20, verbose_name='Occurrence (MAV)')),
                ('period', models.CharField(blank=True, max_length=20, verbose_name='Period slot (PSL)')),
                ('by', models.CharField(max_length=80)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='record_codes', to='courses.module')),
            ],
            options={
                'verbose_name': 'codes of a module',
                'ordering': ['module', '-number'],
            },
        ),
        migrations.CreateModel(
            name='PieceCodes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('mab_sequence', models.CharField(blank=True, max_length=20, verbose_name='Component (MAB)')),
                ('mks_code', models.CharField(blank=True, max_length=20, verbose_name='Marking scheme (MKS)')),
                ('by', models.CharField(max_length=80)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='record_codes', to='assessments.assessment')),
            ],
            options={
                'verbose_name': 'codes of a piece of work',
                'ordering': ['assessment', '-number'],
            },
        ),
        migrations.AddConstraint(
            model_name='exportrun',
            constraint=models.UniqueConstraint(fields=('cohort', 'number'), name='one_export_per_number'),
        ),
        migrations.AddConstraint(
            model_name='modulecodes',
            constraint=models.UniqueConstraint(fields=('module', 'number'), name='one_module_codes_per_number'),
        ),
        migrations.AddConstraint(
            model_name='piececodes',
            constraint=models.UniqueConstraint(fields=('assessment', 'number'), name='one_piece_codes_per_number'),
        ),
        append_only(
            "assessments_exportprofile",
            "assessments_exportrun",
            "assessments_modulecodes",
            "assessments_piececodes",
        ),
    ]
