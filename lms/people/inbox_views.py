"""The pages of a person's messages."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Max
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from lms.kit.addresses import number_in
from lms.kit.lists import address, page_of

from . import inbox
from .models import Notice


@require_GET
@login_required
def own_messages(request):
    """Newest first; reading the page marks nothing as read."""
    found = Notice.objects.visible_to(request.user)
    page = page_of(found, request.GET.get("page"), length=20)
    return render(
        request,
        "people/messages.html",
        {
            "page": page,
            "unread": inbox.unread_count(request.user),
            "newest": found.aggregate(newest=Max("pk"))["newest"],
            "message_years": settings.IMSA_MESSAGE_YEARS,
        },
    )


@require_POST
@login_required
def read_message(request, pk):
    """One press marks a message as read, and opens what it is about where that was pressed."""
    notice = get_object_or_404(
        Notice.objects.visible_to(request.user).select_related("person"), pk=pk
    )
    inbox.mark_read(notice, by=request.user)
    if request.POST.get("then") == "open" and notice.url:
        return redirect(notice.url)
    return redirect(f"{_list_at(request)}#message-{notice.pk}")


@require_POST
@login_required
def read_all_messages(request):
    """All that the page knew of; what came since stays unread."""
    inbox.mark_all_read(request.user, number_in(request.POST.get("newest"), 0), by=request.user)
    return redirect(_list_at(request))


def _list_at(request) -> str:
    number = number_in(request.POST.get("page"), 1)
    query = address(page=number if number > 1 else None).removesuffix("&")
    return reverse("people:own_messages") + (f"?{query}" if query else "")
