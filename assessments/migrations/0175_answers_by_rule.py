"""Answers that count by rule are found without reading every answer; what the office said of late answers can be said anew."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0170_sign_offs_by_address'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='response',
            index=models.Index(condition=models.Q(('is_late_arrival', True)), fields=['quiz'], name='responses_by_rule'),
        ),
        migrations.AddField(
            model_name='lateanswers',
            name='earlier_outcomes',
            field=models.JSONField(default=list, help_text='What the office had said before, each with its moment and the registrar’s key.'),
        ),
    ]
