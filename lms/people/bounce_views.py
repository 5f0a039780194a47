"""Mail that comes back: where mail services report it, the officers' list, and the page of the person whose address it is."""

import json
import secrets

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from lms.kit.list_files import ListFile, downloads, send
from lms.kit.lists import address, chosen, page_of
from lms.kit.refusals import insist, refusals_at

from .bounce_reading import Unreadable, reports_in
from .bounces import (
    bounces_listed,
    close_bounce,
    may_deal_with,
    offices_of,
    record_reports,
    unreachable_of,
    want_address,
)
from .models import UnreachableAddress
from .roles import Operator

BY = Operator("mail_reports")
LONGEST = 256 * 1024  # bytes of one request
SHOW = ("mine", "all")


@csrf_exempt
@never_cache
@require_POST
def receive(request):
    """Reports of a mail service, which sends `Authorization: Bearer` and the installation's secret. 200 with how many were recorded, known and unknown;
    400 with what cannot be read, and nothing is kept; 401 for another secret; 404 where the installation has none."""
    expected = settings.IMSA_MAIL_REPORTS_SECRET
    if not expected:
        raise Http404("This installation takes no reports.")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not secrets.compare_digest(given.encode(), expected.encode()):
        return JsonResponse({"fault": "Send the secret as Authorization: Bearer …"}, status=401)
    if len(request.body) > LONGEST:
        return JsonResponse({"fault": "Send fewer reports at once."}, status=413)
    try:
        reports = reports_in(json.loads(request.body))
    except Unreadable as fault:
        return JsonResponse({"fault": str(fault)}, status=400)
    except (ValueError, RecursionError):
        return JsonResponse({"fault": "Send JSON."}, status=400)
    return JsonResponse(record_reports(reports, by=BY))


@never_cache
@login_required
def bounces(request):
    """Addresses that mail does not reach, the newest first: those of the reader's office (`show=mine`) or all."""
    insist(may_deal_with(request.user))
    shown = chosen(request.GET, show=SHOW)
    page = page_of(bounces_listed(request.user, shown["show"]), request.GET.get("page"))
    return render(
        request,
        "people/bounces.html",
        {
            "page": page,
            "own": offices_of(request.user),
            "show": shown["show"],
            "query": address(**shown),
            "download": downloads("people:bounces_file", **shown),
        },
    )


@require_POST
@never_cache
@login_required
def bounces_file(request, ending):
    """The same list, with the same filter."""
    insist(may_deal_with(request.user))
    own = offices_of(request.user)
    columns = {
        "address": lambda one: one.address,
        "person": lambda one: one.person.full_name if one.person else "",
        "about": lambda one: one.about if one.office in own else "",
        "office": lambda one: one.get_office_display(),
        "since": lambda one: localtime(one.since_at).date(),
        "mail_server": lambda one: one.diagnostic,
        "address_they_ask_for": lambda one: one.wanted_address,
    }
    rows = bounces_listed(request.user, chosen(request.POST, show=SHOW)["show"])
    listed = ListFile("addresses-not-reached", rows, columns, may_deal_with)
    return send(listed, ending, by=request.user)


@require_POST
@login_required
def close(request, pk):
    insist(may_deal_with(request.user))
    close_bounce(get_object_or_404(UnreachableAddress, pk=pk), by=request.user)
    messages.success(
        request, _("Removed from the list. If email comes back again, it is listed again.")
    )
    return redirect("people:bounces")


class WantedForm(forms.Form):
    address = forms.EmailField(
        label=gettext_lazy("Which email address should we use?"),
        max_length=254,
        error_messages={
            "required": gettext_lazy("Enter the email address."),
            "invalid": gettext_lazy("Enter an email address, like name@example.org."),
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def own_address(request):
    """The reader's address, and a form to ask for another while mail to it comes back."""
    found = unreachable_of(request.user)
    form = WantedForm(
        request.POST or None, initial={"address": found.wanted_address if found else ""}
    )
    if request.method == "POST" and found and form.is_valid():
        with refusals_at(form):
            want_address(found, by=request.user, address=form.cleaned_data["address"])
            messages.success(
                request,
                _(
                    "Thank you. The programme office checks it with you, then sends a link to the new address."
                ),
            )
            return redirect("people:own_address")
    return render(
        request,
        "people/own_address.html",
        {"found": found, "form": form},
        status=422 if found and form.errors else 200,
    )
