"""Who took a file of marks along, and which; it can only be added to."""

import django.db.models.deletion
import lms.kit.clock
from lms.kit.append_only import append_only
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0195_spoken_feedback'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MarksDownload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=120)),
                ('sha256', models.CharField(help_text='Of the file.', max_length=64)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('board', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='downloads', to='assessments.board')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='downloads', to='assessments.exportrun')),
            ],
            options={
                'verbose_name': 'download of marks',
                'ordering': ['-at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('board__isnull', False), ('run', None)), models.Q(('board', None), ('run__isnull', False)), _connector='OR'), name='a_download_is_of_one_thing')],
            },
        ),
        append_only("assessments_marksdownload"),
    ]
