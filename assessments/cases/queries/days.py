"""Days by which something is asked or answered: working days of the nations that a trainee studies."""

from calendar import monthrange
from datetime import date, datetime, time

from django.conf import settings
from django.utils.timezone import localtime, make_aware

from .. import working_days


def day_after(day: date, days: int, enrolment) -> date:
    """The working day so many working days later; of several nations, the latest."""
    extra = [date.fromisoformat(one) for one in settings.IMSA_EXTRA_HOLIDAYS]
    return working_days.working_day_after(day, days, enrolment.nations, extra)


def moment_after(moment: datetime, days: int, enrolment) -> datetime:
    """The same time of day in London on that day, whatever the clocks did between."""
    there = localtime(moment)
    day = day_after(there.date(), days, enrolment)
    return make_aware(datetime.combine(day, time(there.hour, there.minute, there.second)))


def appeal_deadline(decision, enrolment) -> date:
    """The last day for an appeal: working days from the day on which the decision was recorded and sent out."""
    sent_on = localtime(decision.decided_at).date()
    return day_after(sent_on, settings.IMSA_APPEAL_WORKING_DAYS, enrolment)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))
