"""How people want to be contacted, and notes that named officers open; their openings can only be added."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0181_refused_address_changes'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContactPreference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ways', models.JSONField(blank=True, default=list)),
                ('encrypted_words', models.TextField(blank=True)),
                ('leaves_no_message', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='contact_preference', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SafeContactNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('encrypted_text', models.TextField(blank=True)),
                ('token', models.CharField(help_text='Of the form, so that pressing twice is once.', max_length=40)),
                ('written_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('removed_at', models.DateTimeField(null=True)),
                ('removed_by', models.CharField(blank=True, max_length=80)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='safe_contact_notes', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-written_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SafeContactOpening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('encrypted_reason', models.TextField()),
                ('opened_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('note', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='people.safecontactnote')),
                ('opener', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-opened_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SafeContactReader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readers', to='people.safecontactnote')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddConstraint(
            model_name='safecontactnote',
            constraint=models.UniqueConstraint(fields=('author', 'token'), name='one_note_per_form'),
        ),
        migrations.AddConstraint(
            model_name='safecontactnote',
            constraint=models.CheckConstraint(condition=models.Q(('removed_at', None), ('encrypted_text', ''), _connector='OR'), name='removed_note_is_empty'),
        ),
        migrations.AddConstraint(
            model_name='safecontactreader',
            constraint=models.UniqueConstraint(fields=('note', 'reader'), name='named_once_per_note'),
        ),
        append_only("people_safecontactopening"),
    ]
