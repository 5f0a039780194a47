"""Who sits on a board. Boards from before have no members, and read the same."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0094_fill_item_credits'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BoardMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('chair', 'Chair'), ('secretary', 'Secretary'), ('internal', 'Internal member'), ('external', 'External member')], max_length=16)),
                ('appointed_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('removed_at', models.DateTimeField(null=True)),
                ('is_present', models.BooleanField(help_text='Empty until the attendance is recorded.', null=True)),
                ('appointed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='assessments.board')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='board_seats', to=settings.AUTH_USER_MODEL)),
                ('removed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'member of a board',
                'ordering': ['board', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('board', 'person'), name='one_seat_per_person'), models.UniqueConstraint(condition=models.Q(('removed_at', None), ('role__in', ('chair', 'secretary'))), fields=('board', 'role'), name='one_chair_and_one_secretary')],
            },
        ),
    ]
