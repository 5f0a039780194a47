"""Neither REPLACE nor TRUNCATE takes lines away that may only be added."""
from django.db import migrations

from lms.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("courses", "0006_two_people_bind_many")]
    operations = [
        append_only(
            "courses_unitversion", "courses_citation", "courses_lawchange", "courses_correction",
        ),
    ]
