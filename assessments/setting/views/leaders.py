"""Who leads which module."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lms.kit import clock
from lms.kit.addresses import number_in
from lms.kit.lists import page_of
from lms.kit.refusals import Refused, insist

from ..actions.leaders import end_leader, name_leader
from ..forms.people import LeaderForm
from ..leader_models import ModuleLeader
from ..queries import modules_for
from ..rules import may_teach


@login_required
@require_http_methods(["GET", "POST"])
def leaders(request):
    """Name a tutor, or end what they do."""
    insist(may_teach(request.user))
    is_end = request.POST.get("action") == "end"
    if is_end:
        key = request.POST.get("line", "")
        rows = ModuleLeader.objects.filter(module__in=modules_for(request.user))
        end_leader(get_object_or_404(rows, pk=number_in(key)), by=request.user)
        messages.success(request, _("This is saved. After today they do not lead the module."))
        return redirect("assessments:leaders")
    form = LeaderForm(
        request.POST if request.method == "POST" else None,
        modules=modules_for(request.user),
        initial={"starts_on": clock.today()},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            name_leader(given["module"], given["person"], given["starts_on"], by=request.user)
            messages.success(request, _("The leader is saved, and told."))
            return redirect("assessments:leaders")
        except Refused as refusal:
            form.add_error("person", str(refusal))
    rows = ModuleLeader.objects.filter(module__in=modules_for(request.user))
    rows = rows.select_related("module", "person").order_by("module__order", "-starts_on", "pk")
    return render(
        request,
        "assessments/setting/leaders.html",
        {"page": page_of(rows, request.GET.get("page")), "form": form},
        status=422 if form.errors else 200,
    )
