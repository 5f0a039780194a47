from django.db import migrations

from lms.kit.append_only import append_only


def begin(apps, schema_editor):
    apps.get_model("record", "Head").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]
    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
        append_only("record_entry"),
    ]
