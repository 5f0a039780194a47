"""Days on which nobody is taught: bank holidays of the nations that a cohort studies, and closures."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from lms.kit import nations as four
from lms.kit.bank_holidays import bank_holidays

from ..models import Closure, Session, StudyPlan


def nations_of(timetable) -> tuple[str, ...]:
    """Every nation that somebody with an open plan on a timetable studies; all four while there is nobody. One query."""
    rows = StudyPlan.objects.filter(timetable=timetable, closed_on=None)
    return nations_or_all(code for one in rows.values_list("nations", flat=True) for code in one)


def nations_or_all(codes: Iterable[str]) -> tuple[str, ...]:
    there = set(codes)
    return tuple(code for code in four.ALL if code in there) or tuple(four.ALL)


def closures_in(first: date, last: date, nations: Iterable[str]) -> list[Closure]:
    """The closures that fall, even in part, between two days and concern one of these nations. One query."""
    nations = set(nations)
    rows = Closure.objects.filter(cancelled_at=None, starts_on__lte=last, ends_on__gte=first)
    return [one for one in rows.order_by("starts_on", "pk") if one.concerns(nations)]


def closure_days(nations: Iterable[str]) -> tuple[str, ...]:
    """Every day (“2026-12-29”) on which a closure that concerns one of these nations counts. One query."""
    nations = set(nations)
    rows = [one for one in Closure.objects.filter(cancelled_at=None) if one.concerns(nations)]
    return tuple(day.isoformat() for one in rows for day in days_of(one))


def days_of(closure: Closure) -> list[date]:
    count = (closure.ends_on - closure.starts_on).days + 1
    return [closure.starts_on + timedelta(days=n) for n in range(count)]


def gaps_between(first: date, last: date, nations: Iterable[str]) -> dict[date, str]:
    """Day to why nobody is taught on it, for the days between two. One query."""
    nations = tuple(nations)
    found = {}
    for year in range(first.year, last.year + 1):
        for code in nations:
            for day in bank_holidays(year, code):
                found.setdefault(day, []).append(code)
    gaps = {day: holiday_in_words(codes) for day, codes in found.items() if first <= day <= last}
    for text in settings.IMSA_EXTRA_HOLIDAYS:
        gaps.setdefault(date.fromisoformat(text), _("Bank holiday"))
    for one in closures_in(first, last, nations):
        for day in days_of(one):
            gaps[day] = f"{gaps[day]}; {one.title}" if day in gaps else one.title
    return {day: why for day, why in sorted(gaps.items()) if first <= day <= last}


def holiday_in_words(codes) -> str:
    if set(codes) == set(four.ALL):
        return _("Bank holiday")
    return _("Bank holiday in %(nations)s") % {"nations": four.sentence(codes)}


def sessions_in(closure: Closure) -> list[Session]:
    """The coming and past sessions of cohorts whom a closure concerns, on its days, by time. Two queries."""
    rows = Session.objects.filter(
        starts_at__date__gte=closure.starts_on, starts_at__date__lte=closure.ends_on
    ).select_related("unit__module", "timetable", "made_by")
    there = list(rows.order_by("starts_at", "pk"))
    studied = {one.timetable_id: [] for one in there}
    plans = StudyPlan.objects.filter(timetable__in=studied, closed_on=None)
    for timetable, codes in plans.values_list("timetable", "nations"):
        studied[timetable] += codes
    return [one for one in there if closure.concerns(nations_or_all(studied[one.timetable_id]))]
