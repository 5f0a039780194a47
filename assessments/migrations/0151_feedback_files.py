"""Files with which markers give feedback, and what was sealed of them."""

import django.db.models.deletion
import lms.kit.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0150_marking_reminders'),
    ]

    operations = [
        migrations.AddField(
            model_name='allocation',
            name='feedback',
            field=models.JSONField(blank=True, default=list, help_text='The same of files, by fingerprint.'),
        ),
        migrations.AddField(
            model_name='correction',
            name='earlier_feedback',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='correction',
            name='feedback',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.CreateModel(
            name='FeedbackFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('file', 'Feedback file')], default='file', max_length=8)),
                ('path', models.CharField(help_text='Private path of the copy without properties.', max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('file_version', models.CharField(help_text='Of which file it is: its author may have replaced it since.', max_length=16)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('allocation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feedback_files', to='assessments.allocation')),
                ('correction', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='feedback_files', to='assessments.correction')),
            ],
            options={
                'verbose_name': 'feedback file',
                'ordering': ['allocation', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('correction', None)), fields=('allocation', 'kind'), name='one_feedback_file_per_task'), models.UniqueConstraint(condition=models.Q(('correction', None), _negated=True), fields=('correction', 'kind'), name='one_feedback_file_per_correction')],
            },
        ),
    ]
