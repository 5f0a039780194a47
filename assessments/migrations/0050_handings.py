"""Each hand-in of written work is a row of its own, so that a file can be replaced and no receipt is lost. The tables; 0051 fills them."""

import django.db.models.deletion
from django.db import migrations, models

import lms.kit.clock
from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0040_chairs_action'),
    ]

    operations = [
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('original', models.CharField(blank=True, help_text='Private path of the file as handed in.', max_length=200)),
                ('original_name', models.CharField(blank=True, max_length=200)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('copy', models.CharField(blank=True, help_text="Private path of the markers' copy, without document properties.", max_length=200)),
                ('copy_sha256', models.CharField(blank=True, max_length=64)),
                ('kept_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='upload', to='assessments.submission')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Handing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('original', models.CharField(blank=True, help_text='Private path of the file as handed in.', max_length=200)),
                ('original_name', models.CharField(blank=True, max_length=200)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('copy', models.CharField(blank=True, help_text="Private path of the markers' copy, without document properties.", max_length=200)),
                ('copy_sha256', models.CharField(blank=True, max_length=64)),
                ('number', models.PositiveSmallIntegerField()),
                ('receipt', models.CharField(max_length=20, unique=True)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handings', to='assessments.submission')),
            ],
            options={
                'verbose_name': 'hand-in',
                'ordering': ['submission', 'number'],
                'constraints': [models.UniqueConstraint(fields=('submission', 'number'), name='one_handing_per_number')],
            },
        ),
        migrations.CreateModel(
            name='ReplacementPermission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('reason', models.CharField(choices=[('wrong_file', 'The wrong file was handed in'), ('unreadable', 'The file cannot be opened or read'), ('identifies', 'Someone can be recognised in it'), ('ours', 'A mistake of the programme office'), ('other', 'Another reason')], max_length=16)),
                ('by', models.CharField(max_length=80)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replacement_permissions', to='assessments.submission')),
            ],
            options={
                'ordering': ['submission', 'number'],
                'constraints': [models.UniqueConstraint(fields=('submission', 'number'), name='one_permission_per_hand_in')],
            },
        ),
        append_only("assessments_handing", "assessments_replacementpermission"),
    ]
