"""What an external examiner says to a board is a list of lines."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0030_boards_move_and_are_cancelled'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ExaminerReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('opinion', models.CharField(choices=[('sound', 'The marking is sound'), ('reservations', 'The marking is sound, with reservations'), ('not_sound', 'The marking is not sound'), ('more', 'I want to see more scripts')], max_length=16)),
                ('comment', models.TextField(max_length=4000)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='assessments.board')),
                ('examiner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['board', '-number'],
            },
        ),
        migrations.CreateModel(
            name='SampleRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scripts', models.JSONField(help_text='Script numbers.')),
                ('report', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='request', to='assessments.examinerreport')),
            ],
        ),
        migrations.AddConstraint(
            model_name='examinerreport',
            constraint=models.UniqueConstraint(fields=('board', 'number'), name='one_report_per_number'),
        ),
    ]
