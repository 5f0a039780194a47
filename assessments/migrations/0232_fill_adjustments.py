"""Extra time that was given to an enrolment becomes the person's adjustment, line by line. Of several enrolments the longest counts: nobody has less."""

from itertools import groupby
from zoneinfo import ZoneInfo

from django.db import migrations

LONDON = ZoneInfo("Europe/London")


def fill(apps, schema_editor):
    ExtraTime = apps.get_model("assessments", "ExtraTime")
    Adjustment = apps.get_model("assessments", "Adjustment")
    rows = ExtraTime.objects.order_by("enrolment__person_id", "at", "pk")
    rows = rows.values_list("enrolment__person_id", "enrolment_id", "percent", "by", "at")
    for person, lines in groupby(rows, key=lambda row: row[0]):
        percents, last, number = {}, 0, 0
        for _person, enrolment, percent, by, at in lines:
            percents[enrolment] = percent
            longest = max(percents.values())
            if longest == last:
                continue
            last, number = longest, number + 1
            day = at.astimezone(LONDON).date()
            Adjustment.objects.create(
                person_id=person, number=number, percent=longest, starts_on=day, by=by, at=at
            )


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0231_adjustments'),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
