"""Neither REPLACE nor TRUNCATE takes lines away that may only be added."""
from django.db import migrations

from lms.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0003_standing_who_is_told")]
    operations = [
        append_only("cohorts_employmentline"),
    ]
