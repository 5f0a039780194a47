"""A criterion has levels, and a version says in which steps it is marked."""

import django.core.validators
import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0071_misconduct'),
    ]

    operations = [
        migrations.CreateModel(
            name='Level',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark_from', models.DecimalField(decimal_places=1, max_digits=4, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)])),
                ('mark_to', models.DecimalField(decimal_places=1, max_digits=4, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)])),
                ('descriptor', models.TextField(max_length=1000)),
            ],
            options={
                'verbose_name': 'level',
                'ordering': ['criterion', '-mark_from'],
            },
        ),
        migrations.AddField(
            model_name='assessmentversion',
            name='step',
            field=models.DecimalField(choices=[(Decimal('1.0'), 'Whole marks'), (Decimal('0.5'), 'Whole and half marks')], decimal_places=1, default=Decimal('1.0'), help_text='The steps in which a criterion is marked.', max_digits=2),
        ),
        migrations.AddConstraint(
            model_name='assessmentversion',
            constraint=models.CheckConstraint(condition=models.Q(('step__in', [Decimal('1.0'), Decimal('0.5')])), name='marks_are_whole_or_half'),
        ),
        migrations.AddField(
            model_name='level',
            name='criterion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='levels', to='assessments.criterion'),
        ),
        migrations.AddConstraint(
            model_name='level',
            constraint=models.UniqueConstraint(fields=('criterion', 'mark_from'), name='one_level_begins_at_a_mark'),
        ),
        migrations.AddConstraint(
            model_name='level',
            constraint=models.CheckConstraint(condition=models.Q(('mark_from__gte', 0), ('mark_from__lte', models.F('mark_to')), ('mark_to__lte', 100)), name='level_ends_at_or_above_its_start'),
        ),
    ]
