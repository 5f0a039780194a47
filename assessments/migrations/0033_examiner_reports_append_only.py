"""An examiner's lines, and what they asked to see, can only be added to."""

from django.db import migrations

from lms.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("assessments", "0032_fill_examiner_reports")]

    operations = [append_only("assessments_examinerreport", "assessments_samplerequest")]
