from django.core.management import call_command
from django.db import migrations


def make(apps, schema_editor):
    # By name, so that it is there whichever cache the settings of the day use.
    call_command("createcachetable", "shared_cache", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = []
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
