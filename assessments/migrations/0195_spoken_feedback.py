"""Markers can give spoken feedback where its version says so; a recording has a length, and its words before anybody gets it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0190_essays'),
    ]

    operations = [
        migrations.AddField(
            model_name='assessmentversion',
            name='takes_recordings',
            field=models.BooleanField(default=False, help_text='Can markers give spoken feedback?'),
        ),
        migrations.AddField(
            model_name='feedbackfile',
            name='seconds',
            field=models.PositiveSmallIntegerField(help_text='How long a recording is.', null=True),
        ),
        migrations.AddField(
            model_name='feedbackfile',
            name='words',
            field=models.TextField(blank=True, help_text='What a recording says; empty while it is a draft.'),
        ),
        migrations.AlterField(
            model_name='feedbackfile',
            name='kind',
            field=models.CharField(choices=[('file', 'Feedback file'), ('recording', 'Spoken feedback')], default='file', max_length=12),
        ),
        migrations.AddConstraint(
            model_name='feedbackfile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'file'), ('seconds', None), ('words', '')), models.Q(('kind', 'recording'), ('seconds__isnull', False)), _connector='OR'), name='recordings_have_a_length'),
        ),
        migrations.AddConstraint(
            model_name='feedbackfile',
            constraint=models.CheckConstraint(condition=models.Q(('correction', None), ('kind', 'file'), models.Q(('words', ''), _negated=True), _connector='OR'), name='corrected_recordings_have_words'),
        ),
    ]
