"""A file of questions waits to be looked at before its questions are written."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0090_question_kinds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='QuestionFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('rows', models.JSONField(default=list, help_text='As assessments.setting.question_files.QuestionRow.')),
                ('losses', models.JSONField(default=list)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('imported_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='question_files', to='assessments.assessmentversion')),
            ],
            options={
                'verbose_name': 'file of questions',
                'constraints': [models.UniqueConstraint(condition=models.Q(('imported_at', None)), fields=('version', 'person'), name='one_question_file_waits_per_person')],
            },
        ),
    ]
