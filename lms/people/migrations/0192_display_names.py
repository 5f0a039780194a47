"""Names by which others in the course see people."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0191_contact'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='display_name',
            field=models.CharField(blank=True, default='', editable=False, max_length=60),
        ),
        migrations.CreateModel(
            name='DisplayName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('key', models.CharField(max_length=200)),
                ('chosen_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('is_like_another', models.BooleanField(default=False)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='display_names', to=settings.AUTH_USER_MODEL)),
                ('removed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seen_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-chosen_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('person',), name='one_display_name_each'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('key',), name='no_two_share_a_name'), models.CheckConstraint(condition=models.Q(('removed_by', None), models.Q(('ended_at__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='display_name_goes_with_a_reason')],
            },
        ),
    ]
