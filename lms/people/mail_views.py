"""Mail that could not be delivered, for the registrars and Hub officers who can do something about it; it shows nobody what the mail says."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.kit import clock
from lms.kit.refusals import insist

from . import outbox
from .models import Mail
from .roles import may_act_as

LATE = timedelta(minutes=15)  # mail that waits longer than this is worth a line


@login_required
@never_cache
def undelivered(request):
    """The list, newest first, and what waits because the mail server is away."""
    insist(may_act_as(request.user, *outbox.DEALERS))
    found = (
        Mail.objects.visible_to(request.user)
        .select_related("person")
        .order_by("-gave_up_at", "-pk")
    )
    late = Mail.objects.waiting().filter(queued_at__lt=clock.now() - LATE)
    oldest = late.order_by("queued_at").first()
    return render(
        request,
        "people/mail.html",
        {
            "page": Paginator(found, 50).get_page(request.GET.get("page")),
            "oldest": oldest,
            "late": late.count() if oldest else 0,
            "problem": late.exclude(failure="").order_by("-next_try_at").first()
            if oldest
            else None,
        },
    )


@require_POST
@login_required
def again(request, pk):
    insist(may_act_as(request.user, *outbox.DEALERS))
    mail = get_object_or_404(Mail.objects.filter(person__isnull=False), pk=pk)
    outbox.try_again(mail, by=request.user)
    messages.success(request, _("The email will be sent again in a moment."))
    return redirect("people:mail")


@require_POST
@login_required
def again_all(request):
    count = outbox.try_all_again(by=request.user)
    messages.success(
        request,
        ngettext(
            "%(count)s email will be sent again in a moment.",
            "%(count)s emails will be sent again in a moment.",
            count,
        )
        % {"count": count},
    )
    return redirect("people:mail")


@require_POST
@login_required
def close(request, pk):
    insist(may_act_as(request.user, *outbox.DEALERS))
    mail = get_object_or_404(Mail.objects.filter(person__isnull=False), pk=pk)
    outbox.close(mail, by=request.user)
    messages.success(request, _("Removed from the list."))
    return redirect("people:mail")
