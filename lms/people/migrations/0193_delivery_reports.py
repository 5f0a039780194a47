"""What mail servers report later, and addresses from which mail comes back."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0192_display_names'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeliveryReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('address', models.CharField(max_length=320)),
                ('kind', models.CharField(choices=[('hard', 'Returned for good'), ('soft', 'Delayed or returned for now'), ('delivered', 'Delivered')], max_length=10)),
                ('at', models.DateTimeField()),
                ('diagnostic', models.CharField(blank=True, max_length=300)),
                ('received_at', models.DateTimeField(db_index=True, default=lms.kit.clock.now)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='UnreachableAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=320)),
                ('office', models.CharField(choices=[('registry', 'Registry'), ('hub', 'Hub'), ('both', 'Registry or Hub')], max_length=10)),
                ('since_at', models.DateTimeField()),
                ('listed_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('diagnostic', models.CharField(blank=True, max_length=300)),
                ('wanted_address', models.CharField(blank=True, max_length=254)),
                ('cleared_at', models.DateTimeField(null=True)),
                ('cleared_by', models.CharField(blank=True, max_length=80)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='unreachable_addresses', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-listed_at', '-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='unreachableaddress',
            index=models.Index(fields=['address', '-cleared_at'], name='bounces_of_address'),
        ),
        migrations.AddConstraint(
            model_name='unreachableaddress',
            constraint=models.UniqueConstraint(condition=models.Q(('cleared_at', None)), fields=('address',), name='one_task_per_address'),
        ),
    ]
