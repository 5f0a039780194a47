from django.db import migrations, models


class Migration(migrations.Migration):
    """The heartbeat comes down from `certificates`, whose migrations made its table and its rows: only Django's state changes."""

    dependencies = [
        ('kit', '0002_running_installation'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[
            migrations.CreateModel(
                name='Heartbeat',
                fields=[
                    ('job', models.CharField(max_length=40, primary_key=True, serialize=False)),
                    ('at', models.DateTimeField()),
                    ('took', models.FloatField(default=0, help_text='Seconds.')),
                    ('said', models.JSONField(null=True)),
                ],
                options={
                    'db_table': 'certificates_heartbeat',
                },
            ),
        ]),
    ]
