"""What markers declare of people they are near to."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0082_annotations_and_snippets'),
        ('cohorts', '0008_action'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DeclaredInterest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(blank=True, default='', max_length=40)),
                ('declared_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('lifted_at', models.DateTimeField(null=True)),
                ('cohort', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cohorts.cohort')),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('marker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interests', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'declared interest',
                'ordering': ['-declared_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('cohort', None), models.Q(('reference', ''), _negated=True)), models.Q(models.Q(('cohort', None), _negated=True), ('reference', '')), _connector='OR'), name='interest_in_a_cohort_or_a_person'), models.UniqueConstraint(condition=models.Q(('lifted_at', None), models.Q(('cohort', None), _negated=True)), fields=('marker', 'cohort'), name='one_interest_per_cohort'), models.UniqueConstraint(condition=models.Q(('lifted_at', None), models.Q(('reference', ''), _negated=True)), fields=('marker', 'reference'), name='one_interest_per_reference')],
            },
        ),
    ]
