"""A note to the programme office is assigned and answered; the lines can only be added to."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0232_fill_adjustments'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NoteLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('assignment', 'Assigned'), ('answer', 'Answer')], max_length=10)),
                ('words', models.TextField(blank=True, max_length=2000)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('registrar', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='note_lines', to='assessments.submission')),
            ],
            options={
                'verbose_name': 'line of a note',
                'ordering': ['submission_id', 'number'],
                'constraints': [
                    models.UniqueConstraint(fields=('submission', 'number'), name='one_note_line_per_number'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind', 'assignment'), ('registrar__isnull', False), ('words', '')), models.Q(('kind', 'answer'), ('registrar', None), models.Q(('words', ''), _negated=True)), _connector='OR'), name='note_line_is_one_thing'),
                ],
            },
        ),
        append_only("assessments_noteline"),
    ]
