"""What one person is given in all their work: recorded by a registrar, read by the person, and by nobody else."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import OVER
from lms.kit import clock
from lms.kit.addresses import number_in
from lms.kit.refusals import insist, refusals_at
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...attempts.adjusting import VALUES, digest_of, record_adjustment
from ...attempts.adjustments import (
    adjustment_on,
    adjustments_of,
    adjustments_to_come,
    moves_of,
    newest_number,
)
from ...attempts.forms import AdjustmentForm
from ...attempts.models import Adjustment
from ...attempts.rules import may_adjust


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def of_trainee(request, pk):
    """The first press shows which due dates change, the second saves what was shown."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    found = get_object_or_404(
        Enrolment.objects.visible_to(request.user).select_related("person", "cohort"), pk=pk
    )
    insist(may_adjust(request.user, found.person))
    rows = adjustments_of(found.person_id)
    last = rows[-1] if rows else None
    is_sent = request.method == "POST"
    form = AdjustmentForm(
        request.POST if is_sent else None, is_new=last is None, initial=_initial(last)
    )
    context = _read(rows) | {
        "enrolment": found,
        "form": form,
        "seen": request.POST.get("seen", "") if is_sent else newest_number(rows),
        "is_shown": False,
    }
    if is_sent and form.is_valid():
        if request.POST.get("action") == "save":
            with refusals_at(form):
                record_adjustment(
                    found.person,
                    **{name: form.cleaned_data[name] for name in VALUES},
                    by=request.user,
                    seen=number_in(request.POST.get("seen"), None),
                    digest=request.POST.get("shown", ""),
                )
                messages.success(
                    request, _("The adjustment is saved, and the trainee has been told.")
                )
                return redirect("assessments:adjustments_of", pk)
            # Refused: what is new stands on this page, which keeps what was typed.
            rows = adjustments_of(found.person_id)
            context |= _read(rows) | {"seen": newest_number(rows)}
        else:
            context |= _preview(found.person, rows, form)
    status = 422 if is_sent and form.errors else 200
    return render(request, "assessments/adjustments_of.html", context, status=status)


def _initial(last):
    if last is None:
        return {"percent": 0, "days": 0, "starts_on": clock.today()}
    return {name: getattr(last, name) for name in VALUES}


def _read(rows):
    today = clock.today()
    return {
        "rows": rows[::-1],
        "adjustment": adjustment_on(rows, today),
        "to_come": adjustments_to_come(rows, today),
    }


def _preview(person, rows, form):
    values = {name: form.cleaned_data[name] for name in VALUES}
    wanted = Adjustment(person=person, number=newest_number(rows) + 1, at=clock.now(), **values)
    enrolments = Enrolment.objects.filter(person=person).exclude(state__in=OVER)
    moves = [
        move
        for one in enrolments.select_related("cohort", "plan").order_by("pk")
        for move in moves_of(one, [*rows, wanted])
    ]
    typed = {name: "" if value is None else value for name, value in values.items()}
    for name in ("starts_on", "ends_on"):
        typed[name] = values[name].isoformat() if values[name] else ""
    return {
        "is_shown": True,
        "wanted": wanted,
        "moves": moves,
        "digest": digest_of(moves),
        "typed": typed,
    }


@login_required
@never_cache
@require_GET
def own(request):
    """What the reader is given, and everything that was recorded of it."""
    rows = adjustments_of(request.user.pk)
    return render(request, "assessments/own_adjustments.html", _read(rows))
