"""One student's results held back and let go, by student reference."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cohorts.enrolment.models import Enrolment
from courses.models import Module
from lms.kit.refusals import Refused, insist, refusals_at
from lms.people.models import Role
from lms.people.roles import may_act_as

from ..actions.holds import lift_hold, place_hold
from ..forms import HoldForm, LiftForm
from ..models import Hold
from ..rules import may_hold


@login_required
@require_http_methods(["GET", "POST"])
def holds(request, pk):
    """What is held back of one student, why, and the forms that hold back and let go."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    enrolment = get_object_or_404(Enrolment.objects.select_related("cohort", "person"), pk=pk)
    insist(may_hold(request.user, enrolment))
    modules = list(Module.objects.filter(programme_id=enrolment.cohort.programme_id))
    rows = list(
        Hold.objects.filter(enrolment=enrolment).select_related("module", "placed_by", "lifted_by")
    )
    sent = request.POST if request.method == "POST" else None
    which = sent.get("hold", "") if sent else ""
    place = HoldForm(None if which else sent, modules=modules)
    lifts = {h.pk: LiftForm(sent if which == str(h.pk) else None, prefix=f"h{h.pk}") for h in rows}
    form = next((lifts[h.pk] for h in rows if which == str(h.pk)), None if which else place)
    if sent is not None and form is None:
        raise Refused(_("Load the page again, and choose what is to be done."))
    if sent is not None and form.is_valid():
        with refusals_at(form):
            if form is place:
                place_hold(enrolment, *form.hold(), by=request.user, tells_kind=form.tells_kind())
                messages.success(request, _("Held back, and the trainee is told."))
            else:
                hold = next(h for h in rows if str(h.pk) == which)
                lift_hold(hold, form.cleaned_data["outcome"], by=request.user)
                messages.success(request, _("Let go, and the trainee is told."))
            return redirect("assessments:holds", pk)
    return render(
        request,
        "assessments/holds.html",
        {
            "enrolment": enrolment,
            "form": place,
            "waiting": [{"hold": h, "form": lifts[h.pk]} for h in rows if not h.lifted_at],
            "ended": [h for h in rows if h.lifted_at],
        },
        status=200 if sent is None else 422,
    )
