from django.db import migrations

from lms.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]
    operations = [append_only("assessments_markline", "assessments_boarddecision")]
