"""Who opened a name beside anonymous work, when and why; it can only be added to."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0233_notes_are_answered'),
        ('cohorts', '0160_codes_for_marks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Unmasking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.CharField(choices=[('claim', 'Answering a claim'), ('appeal', 'Answering an appeal'), ('case', 'A case of academic misconduct'), ('evidence', 'Reading evidence'), ('answers', 'Answering late quiz answers'), ('receipt', 'Finding work by its receipt')], max_length=10)),
                ('key', models.PositiveBigIntegerField(help_text='Of the claim, the work and so on.')),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('assessment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.assessment')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cohorts.enrolment')),
            ],
            options={
                'verbose_name': 'opening of a name',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['-at', '-id'], name='unmaskings_newest')],
                'constraints': [
                    models.UniqueConstraint(fields=('by', 'task', 'key'), name='one_unmasking_a_task'),
                    models.CheckConstraint(condition=models.Q(('reason', ''), ('task', 'receipt'), _negated=True), name='unmasking_without_a_task_says_why'),
                ],
            },
        ),
        append_only("assessments_unmasking"),
    ]
