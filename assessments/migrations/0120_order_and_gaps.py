"""Two more kinds of question: items to put in order, and gaps in a text."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0151_feedback_files'),
    ]

    operations = [
        migrations.AlterField(
            model_name='question',
            name='kind',
            field=models.CharField(choices=[('single', 'One right answer'), ('several', 'Several right answers'), ('truth', 'True or false'), ('number', 'A number'), ('short', 'A short answer'), ('match', 'Matching pairs'), ('order', 'Put in order'), ('cloze', 'Gaps in a text')], default='single', max_length=12),
        ),
    ]
