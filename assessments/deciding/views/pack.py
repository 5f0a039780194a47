"""The pack of a board as a file: PDF to read, workbook to work with; by student reference and never by name."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lms.kit.lists import page_of
from lms.kit.refusals import insist

from ..actions.downloads import record_pack_download
from ..downloads import pack_pdf, pack_workbook
from ..queries.pack import pack_of
from ..rules import may_record
from .boards import board_or_404

KINDS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@login_required
@never_cache
@require_GET
def pack_downloads(request, pk):
    """Who downloaded the pack of a board, when, and which file: each is made anew."""
    found = board_or_404(pk, request.user)
    insist(may_record(request.user, found))
    rows = found.downloads.select_related("by")
    context = {"board": found, "downloads": page_of(rows, request.GET.get("downloads"))}
    return render(request, "assessments/pack_downloads.html", context)


@login_required
@require_GET
def pack(request, pk, ending):
    found = board_or_404(pk, request.user)
    insist(may_record(request.user, found))
    if ending not in KINDS:
        raise Http404("There is no such file.")
    lists = pack_of(found, request.user)
    made = pack_pdf(found, lists) if ending == "pdf" else pack_workbook(lists)
    file_name = f"board-{found.pk}.{ending}"
    record_pack_download(found, made, file_name, by=request.user)
    answer = HttpResponse(made, content_type=KINDS[ending])
    answer["Content-Disposition"] = f'attachment; filename="{file_name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
