"""A result can be held back from a board, and let go."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0033_examiner_reports_append_only'),
        ('cohorts', '0008_action'),
        ('courses', '0010_words_of_a_block'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('query', 'A question about the mark'), ('misconduct', 'Academic misconduct'), ('circumstances', 'Extenuating circumstances')], max_length=16)),
                ('why', models.TextField(max_length=1000)),
                ('tells_kind', models.BooleanField(default=True)),
                ('placed_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('lifted_at', models.DateTimeField(null=True)),
                ('outcome', models.TextField(blank=True, max_length=1000)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='cohorts.enrolment')),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('module', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='courses.module')),
                ('placed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['enrolment', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at', None), ('module__isnull', False)), fields=('enrolment', 'module'), name='one_hold_per_module'), models.UniqueConstraint(condition=models.Q(('lifted_at', None), ('module', None)), fields=('enrolment',), name='one_hold_on_all')],
            },
        ),
    ]
