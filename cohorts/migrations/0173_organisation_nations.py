"""In which nations an organisation works, as dated lines that may only grow."""

import django.db.models.deletion
import lms.kit.clock
import lms.kit.nations
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0172_first_application_form'),
    ]

    operations = [
        migrations.CreateModel(
            name='OrganisationNations',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_day', models.DateField(null=True)),
                ('nations', models.JSONField(default=list, validators=[lms.kit.nations.validate_nations])),
                ('reason', models.TextField(blank=True)),
                ('decided_by', models.CharField(max_length=80)),
                ('decided_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nation_lines', to='cohorts.organisation')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('from_day__isnull', True)), fields=('organisation',), name='organisation_nations_one_beginning')],
            },
        ),
        append_only("cohorts_organisationnations"),
    ]
