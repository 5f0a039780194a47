"""Each piece of written work that is in becomes its own first hand-in, with its file, its receipt and its moment."""

from django.db import migrations

LOT = 2000
FILE = ("original", "original_name", "sha256", "size", "copy", "copy_sha256", "receipt")


def fill(apps, schema_editor):
    Submission = apps.get_model("assessments", "Submission")
    Handing = apps.get_model("assessments", "Handing")
    rows = Submission.objects.exclude(submitted_at=None).filter(handings=None).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), LOT):
        lot = Submission.objects.filter(pk__in=keys[start : start + LOT]).order_by("pk")
        Handing.objects.bulk_create(
            Handing(
                submission_id=row["pk"],
                number=1,
                at=row["submitted_at"],
                **{name: row[name] for name in FILE},
            )
            for row in lot.values("pk", "submitted_at", *FILE)
        )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0050_handings")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
