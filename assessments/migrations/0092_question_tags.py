"""Questions have tags, and a version draws so many with a tag."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0091_question_files'),
    ]

    operations = [
        migrations.AddField(
            model_name='assessmentversion',
            name='draws',
            field=models.JSONField(blank=True, default=list, help_text='Of those asked, how many have a tag: a list of tag and count.'),
        ),
        migrations.CreateModel(
            name='QuestionTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('facet', models.CharField(choices=[('outcome', 'Learning outcome'), ('difficulty', 'Difficulty'), ('word', 'Tag')], max_length=12)),
                ('name', models.CharField(max_length=60)),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tags', to='assessments.question')),
            ],
            options={
                'verbose_name': 'tag',
                'ordering': ['question', 'facet', 'name'],
                'indexes': [models.Index(fields=['facet', 'name'], name='questions_by_tag')],
                'constraints': [models.UniqueConstraint(fields=('question', 'facet', 'name'), name='one_question_tag_per_name')],
            },
        ),
    ]
