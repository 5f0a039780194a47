"""When the units of one cohort open, and by when they are to be finished; one table, saved as a whole."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from courses.actions.timetables import Changed, Faults
from courses.forms.sessions import ReleasesForm, WeeklyForm
from courses.models import Timetable
from courses.queries.timetables import rows_of, weekly
from lms.kit.refusals import Refused

from ...permissions import open_to
from ..actions import set_timetable
from ..models import Cohort
from ..rules import may_keep_cohorts


@open_to(may_keep_cohorts)
@never_cache
def timetable(request, code):
    """The table; `?start=…&pace=…` fills it with a weekly rhythm to look at, and saves nothing."""
    cohort = get_object_or_404(Cohort.objects.select_related("programme"), code__iexact=code)
    found = Timetable.objects.filter(code=cohort.code).first()
    rows = rows_of(cohort.programme, found)
    if request.method == "POST":
        return save(request, cohort, rows)
    fill = (
        WeeklyForm(request.GET)
        if "start" in request.GET
        else WeeklyForm(initial={"start": cohort.starts_on})
    )
    suggested = None
    if fill.is_bound and fill.is_valid():
        suggested = weekly(rows, fill.cleaned_data["start"], int(fill.cleaned_data["pace"]))
    return show(
        request,
        cohort,
        ReleasesForm(rows=rows, suggested=suggested),
        fill=fill,
        is_filled=bool(suggested),
    )


def save(request, cohort, rows):
    form = ReleasesForm(request.POST, rows=rows)
    if not form.is_valid():
        return show(request, cohort, form, status=422)
    try:
        changed = set_timetable(cohort, form.dates_by_unit, by=request.user, seen=form.seen)
    except Changed as fault:
        form, notes = form.again(fault.lines)
        return show(request, cohort, form, notes=notes, status=409)
    except Faults as fault:
        for key, words in fault.lines.items():
            form.add_error(f"ends_{key}", words)
        return show(request, cohort, form, status=422)
    except Refused as why:
        form.add_error(None, str(why))
        return show(request, cohort, form, status=409)
    count = f"{len(changed)} {'unit' if len(changed) == 1 else 'units'}"
    messages.success(
        request,
        _("Saved: new dates for %(count)s. Trainees whom they concern have one message.")
        % {"count": count}
        if changed
        else _("Nothing has changed."),
    )
    return redirect("cohorts:timetable", cohort.code)


def show(request, cohort, form, *, fill=None, is_filled=False, notes=(), status=200):
    return render(
        request,
        "cohorts/timetable.html",
        {
            "cohort": cohort,
            "form": form,
            "fill": fill or WeeklyForm(initial={"start": cohort.starts_on}),
            "is_filled": is_filled,
            "told": notes,
        },
        status=status,
    )
