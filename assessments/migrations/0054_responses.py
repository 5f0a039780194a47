"""Each answer to a quiz is a row of its own. 0055 fills them with what was saved."""

import django.db.models.deletion
import lms.kit.clock
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0053_fill_paper_items'),
    ]

    operations = [
        migrations.AlterField(
            model_name='quizattempt',
            name='answers',
            field=models.JSONField(default=dict, help_text='Question key to choice id, as handed in; until then `responses` hold them.'),
        ),
        migrations.CreateModel(
            name='Response',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('client_key', models.CharField(max_length=80, unique=True)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('choice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.choice')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='assessments.paperitem')),
                ('quiz', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='assessments.quizattempt')),
            ],
            options={
                'ordering': ['quiz', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('item', 'number'), name='one_response_per_number')],
            },
        ),
        append_only("assessments_response"),
    ]
