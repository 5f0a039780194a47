"""What an examiner confirmed before is the first line."""

from django.db import migrations


def fill(apps, schema_editor):
    reports = apps.get_model("assessments", "ExaminerReport")
    boards = apps.get_model("assessments", "Board").objects.exclude(sample_confirmed_at=None)
    reports.objects.bulk_create(
        [
            reports(
                board_id=board.pk,
                number=1,
                examiner_id=board.sample_confirmed_by_id,
                opinion="sound",
                comment=board.sample_comment,
                at=board.sample_confirmed_at,
            )
            for board in boards.exclude(sample_confirmed_by=None)
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0031_examiner_reports")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
