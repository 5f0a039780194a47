"""A version says how many of its questions are asked, and each attempt has the questions that it was asked. 0053 fills them."""

import django.db.models.deletion
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0051_fill_handings'),
    ]

    operations = [
        migrations.AddField(
            model_name='assessmentversion',
            name='asks',
            field=models.PositiveSmallIntegerField(blank=True, help_text='How many of a quiz’s questions each attempt is asked; empty for all.', null=True),
        ),
        migrations.AddField(
            model_name='assessmentversion',
            name='shuffles_choices',
            field=models.BooleanField(default=False, help_text='Do a question’s choices stand in another order in each attempt?'),
        ),
        migrations.AddField(
            model_name='quizattempt',
            name='seed',
            field=models.CharField(blank=True, default='', help_text='Of the draw of its questions.', max_length=32),
        ),
        migrations.CreateModel(
            name='PaperItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('choices', models.JSONField(default=list, help_text='The choices’ ids as they stood; empty for the question’s order.')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='assessments.question')),
                ('quiz', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='assessments.quizattempt')),
            ],
            options={
                'ordering': ['quiz', 'position'],
                'constraints': [models.UniqueConstraint(fields=('quiz', 'position'), name='one_item_per_position'), models.UniqueConstraint(fields=('quiz', 'question'), name='one_item_per_question')],
            },
        ),
        append_only("assessments_paperitem"),
    ]
