"""Counts wrong family names for each person asked about, over everybody who asks; tells the person and the Hub."""
import zlib
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, Sum
from django.urls import reverse

from lms.kit import clock
from lms.people.actions import tell
from lms.people.models import Role, User
from lms.people.roles import holders_of
from lms.record.actions import write

from ..models import WrongName

MONTH = timedelta(days=30)
NOBODY_ROWS = 1000  # numbers that nobody has share so many rows, as people have one each
SOME = 400


def count_wrong_names(asked) -> None:
    """Count what found nobody. `asked`: (the number, keys of the people who have it) of each such question; of a withheld entry
    asked about with the right name no key stands there.

    One statement, whoever has the number and whether anybody has: nothing is told here, so that no answer is slower for
    somebody who exists. `tell_of_wrong_names` tells.
    """
    today, counts = clock.today(), {}
    for number, people in asked:
        for key, person in [(f"p{pk}", pk) for pk in people] or [(f"n{zlib.crc32(number.encode()) % NOBODY_ROWS}", None)]:
            key = f"{key}:{today:%Y%m%d}"
            counts[key] = (person, counts.get(key, (person, 0))[1] + 1)
    rows = sorted((key, person, count) for key, (person, count) in counts.items())
    for start in range(0, len(rows), SOME):
        _add(rows[start:start + SOME], today)


def _add(rows, today):
    table = connection.ops.quote_name(WrongName._meta.db_table)
    places = ", ".join(["(%s, %s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO {table} AS t (key, person_id, day, count) VALUES {places}
            ON CONFLICT (key) DO UPDATE SET count = t.count + excluded.count""",
            [value for key, person, count in rows for value in (key, person, connection.ops.adapt_datefield_value(today), count)],
        )


def tell_of_wrong_names(*, by) -> int:
    """Tell whoever is asked about with many wrong names, and the Hub. How many people.

    For each: 1. the day's line is marked as told, 2. a record entry, 3. the person and every Hub officer have a message, once
    for the day or, where it goes slowly, for the thirty days.
    """
    today = clock.today()
    rows = WrongName.objects.filter(day__gt=today - MONTH, person__isnull=False).values("person").order_by("person")
    sums = rows.annotate(month=Sum("count"), lately=Sum("count", filter=Q(day__gte=today - timedelta(days=1)))).filter(lately__gt=0)
    found = sums.filter(Q(month__gte=settings.IMSA_WRONG_NAMES_A_MONTH) | Q(lately__gte=settings.IMSA_WRONG_NAMES_A_DAY))
    return sum(_tell(one["person"], today, by) for one in found)


@transaction.atomic
def _tell(person_id, today, by) -> int:
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    rows = list(WrongName.objects.filter(person=person, day__gt=today - MONTH).order_by("day"))
    fresh = [row for row in rows if row.told_at is None and row.day >= today - timedelta(days=1)]
    over = next((row for row in fresh if row.count >= settings.IMSA_WRONG_NAMES_A_DAY), None)
    slow = sum(row.count for row in rows) >= settings.IMSA_WRONG_NAMES_A_MONTH and not any(row.told_at for row in rows)
    if not fresh or not (over or slow):
        return 0
    told = over or fresh[-1]
    told.told_at = clock.now()
    told.save(update_fields=["told_at"])
    count, span = (over.count, "on one day") if over else (sum(row.count for row in rows), "in 30 days")
    write("certificates.tell_of_wrong_names", f"people.user:{person.pk}", by=by, after={"count": count, "span": span})
    tell(
        person, "Questions about your number",
        f"{count} times {span}, someone asked the register with your number and a family name that isn’t yours. They got “Not found” each "
        "time. It may be a mistake, or someone may be trying to find out whose number it is. You can see the number of times for each day. "
        "If you are worried, tell the IMSA Model Hub: it can change how your entry is answered.", reverse("certificates:checks"),
    )
    enrolment = person.enrolments.order_by("-enrolled_on", "-pk").first()
    for officer in holders_of(Role.HUB_OFFICER):
        if officer.pk != person.pk:
            tell(
                officer, "Someone may be guessing a name",
                f"{count} times {span}, one person’s number was asked about with a family name that isn’t theirs. Nothing was told, and the "
                "person has a message. Ask them whether they are at risk.",
                reverse("certificates:person", args=[enrolment.pk]) if enrolment else reverse("certificates:hub"),
            )
    return 1


def forget_wrong_names() -> int:
    """Drop the counts of days long past."""
    return WrongName.objects.filter(day__lte=clock.today() - timedelta(days=settings.IMSA_WRONG_NAMES_KEPT_DAYS)).delete()[0]
