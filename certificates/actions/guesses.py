"""Counts wrong family names for each person asked about, over everybody who asks; tells the person and the Hub."""

from collections import Counter
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.people.actions import tell
from lms.people.models import Role, User
from lms.people.roles import holders_of
from lms.record.actions import write

from ..models import Check, WrongName
from ..queries.fact_lines import SOME
from .checks import named_by

MONTH = timedelta(days=30)
DAY = timedelta(days=1)


def count_wrong_names() -> None:
    """Count today's and yesterday's questions that found nobody for whoever has the number, from the answers that were kept.

    The worker counts, never an answer: no answer has a statement more, or a message to write, for somebody who exists. Of a
    hidden entry asked about with the right name the answer is kept as theirs, and counts for nobody. The same twice.
    """
    since = timezone.make_aware(datetime.combine(clock.today() - DAY, datetime.min.time()))
    missed = Check.objects.filter(
        person=None, asked_at__gte=since
    )  # an answer about somebody has them, whatever it says
    asked = Counter(
        (number, timezone.localdate(at))
        for number, at in missed.order_by().values_list("asked_number", "asked_at").iterator()
    )
    who_has, counts = (
        named_by({one for number, _unused in asked for one in number.split(" or ")}),
        Counter(),
    )
    for (number, day), times in asked.items():
        for who in {who for one in number.split(" or ") for who, *_unused in who_has.get(one, ())}:
            counts[who, day] += times
    rows = [
        WrongName(key=f"{who}:{day:%Y%m%d}", person_id=who, day=day, count=times)
        for (who, day), times in sorted(counts.items())
    ]
    WrongName.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["key"], update_fields=["count"], batch_size=SOME
    )


def tell_of_wrong_names(*, by) -> int:
    """Tell whoever is asked about with many wrong names, and the Hub. How many people.

    They are counted first. For each: 1. the day's line is marked as told, 2. a record entry, 3. the person and every Hub officer have a message, once
    for the day or, where it goes slowly, for the thirty days.
    """
    count_wrong_names()
    today = clock.today()
    rows = WrongName.objects.filter(day__gt=today - MONTH).values("person").order_by("person")
    sums = rows.annotate(
        month=Sum("count"), lately=Sum("count", filter=Q(day__gte=today - timedelta(days=1)))
    ).filter(lately__gt=0)
    found = sums.filter(
        Q(month__gte=settings.IMSA_WRONG_NAMES_A_MONTH)
        | Q(lately__gte=settings.IMSA_WRONG_NAMES_A_DAY)
    )
    return sum(_tell(one["person"], today, by) for one in found)


@transaction.atomic
def _tell(person_id, today, by) -> int:
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    rows = list(WrongName.objects.filter(person=person, day__gt=today - MONTH).order_by("day"))
    fresh = [row for row in rows if row.told_at is None and row.day >= today - timedelta(days=1)]
    over = next((row for row in fresh if row.count >= settings.IMSA_WRONG_NAMES_A_DAY), None)
    slow = sum(row.count for row in rows) >= settings.IMSA_WRONG_NAMES_A_MONTH and not any(
        row.told_at for row in rows
    )
    if not fresh or not (over or slow):
        return 0
    told = over or fresh[-1]
    told.told_at = clock.now()
    told.save(update_fields=["told_at"])
    count, span = (
        (over.count, _("on one day")) if over else (sum(row.count for row in rows), _("in 30 days"))
    )
    write(
        "certificates.tell_of_wrong_names",
        f"people.user:{person.pk}",
        by=by,
        after={"count": count, "span": span},
    )
    tell(
        person,
        _("Questions about your number"),
        _(
            "%(count)s times %(span)s, someone asked the register with your number and a family name that isn’t yours. They got “Not found” each "
            "time. It may be a mistake, or someone may be trying to find out whose number it is. You can see the number of times for each day. "
            "If you are worried, tell the IMSA Model Hub: it can change how your entry is answered."
        )
        % {"count": count, "span": span},
        reverse("certificates:checks"),
    )
    enrolment = person.enrolments.order_by("-enrolled_on", "-pk").first()
    for officer in holders_of(Role.HUB_OFFICER):
        if officer.pk != person.pk:
            tell(
                officer,
                _("Someone may be guessing a name"),
                _(
                    "%(count)s times %(span)s, one person’s number was asked about with a family name that isn’t theirs. Nothing was told, and the "
                    "person has a message. Ask them whether they are at risk."
                )
                % {"count": count, "span": span},
                reverse("certificates:person", args=[enrolment.pk])
                if enrolment
                else reverse("certificates:hub"),
            )
    return 1


def forget_wrong_names() -> int:
    """Drop the counts of days long past."""
    return WrongName.objects.filter(
        day__lte=clock.today() - timedelta(days=settings.IMSA_WRONG_NAMES_KEPT_DAYS)
    ).delete()[0]
