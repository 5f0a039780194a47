"""Work that is typed on the page, with its versions; a version of an assessment says whether it takes a file, text or either."""

import django.db.models.deletion
import lms.kit.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0205_tutoring'),
    ]

    operations = [
        migrations.AddField(
            model_name='assessmentversion',
            name='submission_type',
            field=models.CharField(choices=[('file', 'A file'), ('text', 'Text, typed on the page'), ('either', 'A file, or text typed on the page')], default='file', help_text='How written work is handed in.', max_length=8),
        ),
        migrations.AddConstraint(
            model_name='assessmentversion',
            constraint=models.CheckConstraint(condition=models.Q(('submission_type__in', ['file', 'text', 'either'])), name='submission_type_there_is'),
        ),
        migrations.CreateModel(
            name='WorkText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True)),
                ('words', models.PositiveIntegerField(default=0)),
                ('revision', models.PositiveIntegerField(default=0, help_text='How often it was saved, for a page opened before.')),
                ('page', models.CharField(blank=True, max_length=36)),
                ('count', models.PositiveBigIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, help_text='Of the file that was last made of it.', max_length=64)),
                ('file_revision', models.PositiveIntegerField(default=0, help_text='Which revision that file holds.')),
                ('changed_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('attempt', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='work_text', to='assessments.attempt')),
            ],
            options={
                'verbose_name': 'text of a piece of work',
            },
        ),
        migrations.CreateModel(
            name='TextVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField(blank=True)),
                ('words', models.PositiveIntegerField()),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('work', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='assessments.worktext')),
            ],
            options={
                'verbose_name': 'version of a text',
                'ordering': ['work_id', '-number'],
                'constraints': [models.UniqueConstraint(fields=('work', 'number'), name='one_text_version_per_number')],
            },
        ),
    ]
