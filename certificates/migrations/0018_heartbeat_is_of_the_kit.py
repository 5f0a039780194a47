from django.db import migrations


class Migration(migrations.Migration):
    """The table stays as it is; `lms.kit` writes it now."""

    dependencies = [
        ('certificates', '0017_touches_help'),
        ('kit', '0003_heartbeat'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name='Heartbeat')]),
    ]
