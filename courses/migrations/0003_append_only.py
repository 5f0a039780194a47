from django.db import migrations

from lms.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("courses", "0002_law_and_study")]
    operations = [append_only("courses_unitversion", "courses_citation", "courses_lawchange", "courses_correction")]
