"""A question has a kind, and a response is a choice as before or an answer of another kind. The table of responses is guarded again."""

import django.db.models.deletion
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0086_case_follows'),
    ]

    operations = [
        migrations.AddField(
            model_name='choice',
            name='pair',
            field=models.CharField(blank=True, default='', help_text='Of matching pairs: what belongs to the text.', max_length=400),
        ),
        migrations.AddField(
            model_name='question',
            name='kind',
            field=models.CharField(choices=[('single', 'One right answer'), ('several', 'Several right answers'), ('truth', 'True or false'), ('number', 'A number'), ('short', 'A short answer'), ('match', 'Matching pairs')], default='single', max_length=12),
        ),
        migrations.AddField(
            model_name='question',
            name='solution',
            field=models.JSONField(blank=True, default=dict, help_text='What is right where nothing is chosen, as in assessments.setting.kinds.'),
        ),
        migrations.AddField(
            model_name='response',
            name='answer',
            field=models.JSONField(help_text='Where it is not one choice, as in assessments.setting.kinds.', null=True),
        ),
        migrations.AlterField(
            model_name='quizattempt',
            name='answers',
            field=models.JSONField(default=dict, help_text='Question key to answer, as handed in; until then `responses` hold them.'),
        ),
        migrations.AlterField(
            model_name='response',
            name='choice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.choice'),
        ),
        migrations.AddConstraint(
            model_name='response',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer__isnull', False), ('choice__isnull', True)), models.Q(('answer__isnull', True), ('choice__isnull', False)), _connector='OR'), name='response_is_a_choice_or_an_answer'),
        ),
        append_only("assessments_response"),
    ]
