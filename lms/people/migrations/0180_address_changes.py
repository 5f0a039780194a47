"""Another email address that was asked for somebody, until its owner confirms it."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0009_notice_batch'),
    ]

    operations = [
        migrations.CreateModel(
            name='AddressChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old_address', models.EmailField(max_length=254)),
                ('new_address', models.EmailField(max_length=254)),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('asked_by', models.CharField(max_length=80)),
                ('asked_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('expires_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(help_text='When it was cancelled, or a newer one took its place.', null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='address_changes', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-asked_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('confirmed_at', None), ('ended_at', None)), fields=('person',), name='one_open_address_change')],
            },
        ),
    ]
