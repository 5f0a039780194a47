"""A weekly series of sessions: typed, looked at date by date, and arranged."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from lms.kit.refusals import Refused

from ..actions.series import arrange_series
from ..forms.series import DatesForm, SeriesForm
from .sessions import for_staff


@for_staff
def new_series(request):
    """What is typed comes back as dates to look at; only then is anything saved. Both halves are one POST form after the first look."""
    if request.method != "POST":
        return show(request, SeriesForm())
    first = SeriesForm(request.POST)
    if not first.is_valid():
        return show(request, first, status=422)
    step = request.POST.get("step")
    if step == "back":
        return show(request, first)
    dates = DatesForm(request.POST if step == "arrange" else None, first=first)
    if not dates.is_bound:
        return show(request, first, dates)
    if dates.is_valid():
        given, rows = first.cleaned_data, dates.rows
        try:
            series = arrange_series(
                given["timetable"],
                rows,
                by=request.user,
                where=given["where"],
                details=first.details,
            )
            count = series.sessions.count()
            messages.success(
                request,
                ngettext(
                    "%(count)s session is arranged. Everyone it is for has one message.",
                    "%(count)s sessions are arranged. Everyone they are for has one message.",
                    count,
                )
                % {"count": count},
            )
            return redirect("courses:sessions")
        except Refused as why:
            dates.add_error(None, str(why))
    return show(request, first, dates, status=422)


def show(request, first, dates=None, status=200):
    return render(
        request,
        "courses/sessions/series.html",
        {
            "form": first,
            "dates": dates,
            "gaps": sum(bool(gap) for _day, gap in dates.dates) if dates else 0,
            "missing": first.cleaned_data["count"] - sum(not gap for _day, gap in dates.dates)
            if dates
            else 0,
        },
        status=status,
    )
