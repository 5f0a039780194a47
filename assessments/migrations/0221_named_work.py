"""A piece need not be anonymous: its version says so, and each piece of work keeps what its author was told."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0212_fit_to_sit'),
    ]

    operations = [
        migrations.AddField(
            model_name='assessmentversion',
            name='names_author',
            field=models.BooleanField(default=False, help_text='Do markers see who wrote it? Never of a quiz.'),
        ),
        migrations.AddField(
            model_name='submission',
            name='names_author',
            field=models.BooleanField(default=False, help_text='Do markers see who wrote it? As its author was told, for good.'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('names_author', False), ('submitted_at__isnull', False), _connector='OR'), name='work_names_its_author_once_in'),
        ),
    ]
