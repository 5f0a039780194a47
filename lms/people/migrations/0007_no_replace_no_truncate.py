"""Neither REPLACE nor TRUNCATE takes lines away that may only be added."""
from django.db import migrations

from lms.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("people", "0006_access")]
    operations = [
        append_only("people_formername"),
    ]
