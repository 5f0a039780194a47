"""Accounts that were joined with another one of the same person."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lms.kit.clock


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0193_delivery_reports'),
    ]

    operations = [
        migrations.CreateModel(
            name='FormerAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(max_length=254)),
                ('is_proved', models.BooleanField(default=False, help_text='Had someone opened a link that was sent to that address?')),
                ('on_day', models.DateField(default=lms.kit.clock.today)),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='closed_as', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_accounts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('account', models.F('person')), _negated=True), name='no_account_is_joined_with_itself')],
            },
        ),
    ]
