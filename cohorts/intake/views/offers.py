"""An offer, for whoever has its link. Opening it changes nothing: mail scanners open every link."""

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit.refusals import Refused

from ..answers import accept, decline, fault_of
from ..queries import nomination_by
from ..states import NominationState


@never_cache
@require_http_methods(["GET", "POST"])
def offer(request, secret):
    found = nomination_by(secret)
    fault = fault_of(found)
    if request.method == "POST" and not fault:
        try:
            if "accept" in request.POST:
                accept(secret)
            elif "decline" in request.POST:
                decline(secret)
        except Refused as why:
            return _show(request, found, str(why), 409)
        return redirect("cohorts:offer", secret)
    if fault:
        is_answer = found is not None and found.state in (
            NominationState.ACCEPTED,
            NominationState.DECLINED,
        )
        return _show(request, found, fault, 200 if is_answer else 410 if found else 404)
    return render(request, "cohorts/offer.html", {"nomination": found})


def _show(request, nomination, fault, status):
    is_accepted = nomination is not None and nomination.state == NominationState.ACCEPTED
    context = {"fault": fault, "is_accepted": is_accepted}
    return render(request, "cohorts/offer_over.html", context, status=status)
