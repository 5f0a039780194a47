from django.db import migrations

from lms.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0001_initial")]
    operations = [append_only("cohorts_employmentline")]
