"""A hand-in says what its author declared of being fit to hand in, where the rules ask it; hand-ins from before say nothing."""

from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0211_typed_work'),
    ]

    operations = [
        migrations.AddField(
            model_name='handing',
            name='fit_to_sit',
            field=models.TextField(blank=True, default='', help_text='The declaration in its words; empty: not asked.'),
            preserve_default=False,
        ),
        append_only("assessments_handing"),
    ]
