"""Sections of a quiz, each with a title and instructions; an attempt keeps in which section it was asked a question."""

import django.db.models.deletion
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0222_criteria_show_outcomes'),
    ]

    operations = [
        migrations.CreateModel(
            name='QuizSection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField(blank=True, help_text='What trainees read before it.', max_length=4000)),
                ('first', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='opening', to='assessments.versionquestion')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sections', to='assessments.assessmentversion')),
            ],
            options={
                'verbose_name': 'section of a quiz',
                'ordering': ['version_id', 'first__order', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='paperitem',
            name='section',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.quizsection'),
        ),
        append_only("assessments_paperitem"),  # SQLite makes the table anew on the way back
    ]
