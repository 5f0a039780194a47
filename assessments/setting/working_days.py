"""Days by which a cohort's work is marked, discussed and moderated: by the calendar of claims and lateness (`calendar.py`)."""

from datetime import date

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import EnrolmentState
from lms.kit import clock, nations

from .calendar import working_day_after
from .judging import Rules
from .queries import days_off


def nations_of(cohort) -> tuple[str, ...]:
    """Every nation that somebody of a cohort (its key) studies; England where there is nobody yet. One query.

    Of all of them and never of one author: a due day that left out one nation's holidays alone would say whose script it is.
    """
    rows = Enrolment.objects.filter(cohort=cohort).exclude(state=EnrolmentState.LEFT)
    there = {
        n for one in rows.order_by().values_list("plan__nations", flat=True).distinct() for n in one
    }
    return tuple(code for code in nations.ALL if code in there) or ("england",)


def working_day_of(cohort, rules: Rules, days: int, after: date | None = None) -> date:
    """The working day so many working days after a day (today if left out): without the bank holidays of any nation of a cohort (its key), and the
    days on which the University is closed, by its rules or a closure. Two queries."""
    there = nations_of(cohort)
    return working_day_after(after or clock.today(), days, there, days_off(rules, there))
