"""The history of marks is guarded again."""

from django.db import migrations

from lms.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("assessments", "0062_fill_inputs")]
    operations = [append_only("assessments_markline")]
