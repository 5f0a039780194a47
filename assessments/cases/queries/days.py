"""Days by which something is asked or answered: working days in all the nations that a trainee studies."""

from calendar import monthrange
from datetime import date, datetime, time

from django.conf import settings
from django.utils.timezone import localtime, make_aware

from ...setting.calendar import working_day_after
from ...setting.queries import days_off, rules_of


def day_after(day: date, days: int, enrolment) -> date:
    """The working day so many working days later. Two queries, for the days on which the University is closed."""
    return _counting_for(enrolment)(day, days)


def moments_after(moment: datetime, most: int, enrolment) -> list[datetime]:
    """The same time of day in London one working day later, and two, up to `most`, whatever the clocks did between. Two queries."""
    there, after = localtime(moment), _counting_for(enrolment)
    at = time(there.hour, there.minute, there.second)
    return [
        make_aware(datetime.combine(after(there.date(), days), at)) for days in range(1, most + 1)
    ]


def _counting_for(enrolment):
    nations = enrolment.nations or ["england"]
    closures = days_off(rules_of(enrolment.cohort_id), nations)
    return lambda day, days: working_day_after(day, days, nations, closures)


def appeal_deadline(decision, enrolment) -> date:
    """The last day for an appeal: working days from the day on which the decision was recorded and sent out."""
    sent_on = localtime(decision.decided_at).date()
    return day_after(sent_on, settings.IMSA_APPEAL_WORKING_DAYS, enrolment)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))
