"""The nations of an organisation are changed by two officers."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('certificates', '0020_names_of_the_field'),
        ('cohorts', '0173_organisation_nations'),
    ]

    operations = [
        migrations.AlterField(
            model_name='pendingdecision',
            name='subject',
            field=models.CharField(choices=[('approval', 'Approval of an organisation'), ('nations', 'Nations of an organisation'), ('rules', 'Rules of accreditation'), ('temporary', 'Temporary accreditation'), ('rescission', 'Rescission of an award'), ('reinstatement', 'Reinstatement of an award'), ('lift', 'Answering about a withheld entry'), ('name', 'Answering to another family name')], max_length=14),
        ),
        migrations.AddConstraint(
            model_name='pendingdecision',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'proposed'), ('subject', 'nations')), fields=('organisation',), name='pending_one_of_nations'),
        ),
    ]
