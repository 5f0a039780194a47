"""The first version of the application form, and what may only grow."""

from django.db import migrations
from django.utils import timezone

from lms.kit.append_only import append_only


def publish_first(apps, schema_editor):
    from cohorts.applications.first_version import FIRST_VERSION

    form = apps.get_model("cohorts", "ApplicationForm")
    if not form.objects.exists():
        form.objects.create(
            number=1,
            definition=FIRST_VERSION,
            published_at=timezone.now(),
            published_by="command:migrate",
            state="published",
        )


class Migration(migrations.Migration):

    dependencies = [("cohorts", "0171_applications")]

    operations = [
        migrations.RunPython(publish_first, migrations.RunPython.noop),
        append_only(
            "cohorts_applicationcheck",
            "cohorts_applicationmessage",
            "cohorts_memorandum",
            "cohorts_organisationline",
            "cohorts_organisationreview",
        ),
    ]
