"""Keys of the Hub's own programs: made once, seen once, ended by any officer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.kit import clock
from lms.kit.lists import page_of
from lms.kit.refusals import insist, refusals_at

from ..accreditation.facts import months_after
from ..actions import hub_keys as actions
from ..forms.hub_keys import HubKeyForm
from ..models import HubKey
from ..rules import may_keep_hub_keys

SHOWN = "hub_key"


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def hub_keys(request):
    insist(may_keep_hub_keys(request.user))
    form = HubKeyForm(request.POST or None, initial={"ends_on": months_after(clock.today(), 12)})
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            made, secret = actions.make_hub_key(**form.cleaned_data, by=request.user)
            request.session[SHOWN] = {"name": made.name, "secret": secret}
            return redirect("certificates:hub_keys")
    rows = HubKey.objects.select_related("made_by", "ended_by")
    return render(
        request,
        "certificates/hub_keys.html",
        {
            "form": form,
            "shown": request.session.pop(SHOWN, None),
            "page": page_of(rows, request.GET.get("page")),
            "today": clock.today(),
        },
    )


@require_POST
@login_required
@never_cache
def end_hub_key(request, pk):
    insist(may_keep_hub_keys(request.user))
    actions.end_hub_key(get_object_or_404(HubKey, pk=pk), by=request.user)
    messages.success(request, _("The key has ended. The program that uses it is refused."))
    return redirect("certificates:hub_keys")
