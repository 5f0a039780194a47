"""An employer's nominations: a list, a form, and withdrawing one."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.kit.lists import page_of
from lms.kit.refusals import Refused, insist

from ...permissions import open_to
from ..actions import nominate, withdraw
from ..forms import NominationForm
from ..models import Nomination
from ..queries import open_cohorts
from ..rules import may_nominate, may_see_nominations, may_withdraw
from ..states import WAITING

FACTS = (
    "given_names",
    "family_name",
    "email",
    "post",
    "nations",
    "line_manager",
    "statement",
)


@never_cache
@require_safe
@open_to(may_see_nominations)
def nominations(request):
    rows = Nomination.objects.of_contact(request.user).select_related("cohort", "organisation")
    page = page_of(rows.order_by("-nominated_at", "-pk"), request.GET.get("page"))
    return render(
        request,
        "cohorts/nominations.html",
        {"page": page, "waiting": WAITING, "is_open": open_cohorts().exists()},
    )


@never_cache
@require_http_methods(["GET", "POST"])
@open_to(may_see_nominations)
def new_nomination(request):
    form = NominationForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        insist(may_nominate(request.user, data["organisation"]))
        try:
            made = nominate(
                data["cohort"],
                data["organisation"],
                by=request.user,
                **{name: data[name] for name in FACTS},
            )
        except Refused as why:
            form.add_error("cohort", str(why))
        else:
            messages.success(
                request,
                _("%(name)s is nominated for %(cohort)s. You hear when the registry has decided.")
                % {"name": made.full_name, "cohort": made.cohort.title},
            )
            return redirect("cohorts:nominations")
    return render(
        request,
        "cohorts/new_nomination.html",
        {"form": form, "is_open": open_cohorts().exists()},
    )


@require_POST
@open_to(may_see_nominations)
def withdraw_nomination(request, pk):
    found = get_object_or_404(
        Nomination.objects.of_contact(request.user).select_related("organisation"), pk=pk
    )
    insist(may_withdraw(request.user, found))
    withdraw(found, by=request.user)
    messages.success(
        request, _("The nomination of %(name)s is withdrawn.") % {"name": found.full_name}
    )
    return redirect("cohorts:nominations")
