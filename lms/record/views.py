"""Publishes the record's checkpoints: sizes and hashes for anybody to keep, and nothing of what the record says."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from . import notes
from .models import Checkpoint

TEXT = "text/plain; charset=utf-8"


@require_safe
def checkpoints(request):
    """The list, the newest first, and the key that signs them."""
    page = Paginator(Checkpoint.objects.only("size", "root", "at"), 50).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "record/checkpoints.html",
        {"page": page, "key": notes.own_verifier() if page.object_list else ""},
    )


@require_safe
def newest(request):
    """The newest checkpoint as a signed note; 404 before the first."""
    return _note(get_object_or_404(Checkpoint.objects.order_by("-size")[:1]))


@require_safe
def checkpoint(request, size):
    """The checkpoint of this size as a signed note."""
    return _note(get_object_or_404(Checkpoint, size=size))


def _note(row):
    return HttpResponse(row.note, content_type=TEXT, headers={"Cache-Control": "no-cache"})
