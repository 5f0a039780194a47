"""A marker tells the office about something in a script, and hears “thank you” and nothing more."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit.refusals import refusals_at

from ...marking import blind
from ...marking.views.remarks import task_of
from ..actions.misconduct import flag_script
from ..forms.misconduct import FlagForm


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def flag(request, number):
    try:
        found = blind.script_for(request.user, number)
    except blind.NoSuchScript:
        raise Http404("There is no such script.") from None
    form = FlagForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_at(form):
            flag_script(task_of(found), data["words"], data["place"], by=request.user)
            messages.success(request, _("Thank you. The programme office has what you wrote."))
            return redirect("assessments:script", number)
    context = {"script": found, "form": form}
    status = 422 if form.errors else 200
    return render(request, "assessments/flag.html", context, status=status)
