"""Neither REPLACE nor TRUNCATE takes lines away that may only be added."""
from django.db import migrations

from lms.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_desk_notes_read_and_conflicts_reported")]
    operations = [
        append_only("assessments_markline", "assessments_boarddecision"),
    ]
