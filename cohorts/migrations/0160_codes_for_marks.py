"""By what a student record system and an examination office know an enrolment; empty in those from before."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0008_action'),
    ]

    operations = [
        migrations.AddField(
            model_name='enrolment',
            name='exam_number',
            field=models.CharField(blank=True, default='', max_length=40, verbose_name='Exam number'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='spr_code',
            field=models.CharField(blank=True, default='', max_length=40, verbose_name='SPR code'),
        ),
    ]
