"""A line of a mark's history keeps what it was found from and by which rules; late work can have a penalty. 0062 fills the lines there are."""

import django.db.models.deletion
from django.db import migrations, models

from lms.kit.append_only import append_only

guarded = append_only("assessments_markline")


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0060_rule_sets'),
    ]

    operations = [
        # 0063 guards the history of marks again, when each line has what it was found from.
        migrations.RunPython(guarded.reverse_code, guarded.code),
        migrations.AddField(
            model_name='markline',
            name='inputs',
            field=models.JSONField(default=dict, help_text='What the mark was found from: earlier lines, and the figures.'),
        ),
        migrations.AddField(
            model_name='markline',
            name='rule_set',
            field=models.ForeignKey(help_text='The rules by which it was judged; empty: the settings of then.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mark_lines', to='assessments.ruleset'),
        ),
        migrations.AlterField(
            model_name='markline',
            name='stage',
            field=models.CharField(choices=[('first', 'First marker'), ('second', 'Second marker'), ('third', 'Third marker'), ('agreed', 'Agreed mark'), ('quiz', 'Marked by rule'), ('not_submitted', 'Not handed in'), ('late', 'Penalty for late work'), ('capped', 'What the attempt counts'), ('ratified', 'Decided by the board')], max_length=16),
        ),
    ]
