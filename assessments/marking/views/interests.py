"""What markers declare of people they are near to: their own page, and the registrars' list."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit.addresses import number_in
from lms.kit.lists import page_of
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import has_role, may_act_as

from ..actions.interests import declare_interest, lift_interest
from ..forms.allocation import InterestForm
from ..models import DeclaredInterest
from ..queries import interests_of, interests_to_see
from ..rules import may_declare_interest, may_lift_interest


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def own_interests(request):
    """A marker's own; what they declare stays until a registrar lifts it."""
    insist(may_declare_interest(request.user))
    form = InterestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            declare_interest(by=request.user, cohort=given["cohort"], reference=given["reference"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is declared. The programme office is told."))
            return redirect("assessments:own_interests")
    context = {
        "form": form,
        "page": page_of(interests_of(request.user), request.GET.get("page")),
        "is_tutor": has_role(request.user, Role.TUTOR),
    }
    status = 422 if form.errors else 200
    return render(request, "assessments/own_interests.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def interests(request):
    """Every interest that counts, for registrars."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    if request.method == "POST":
        key = number_in(request.POST.get("interest"))
        lift_interest(get_object_or_404(DeclaredInterest, pk=key), by=request.user)
        messages.success(request, _("The interest counts no more."))
        return redirect("assessments:interests")
    page = page_of(interests_to_see(), request.GET.get("page"))
    rows = [(one, bool(may_lift_interest(request.user, one))) for one in page]
    return render(request, "assessments/interests.html", {"rows": rows, "page": page})
