"""One file of marks: looked at first, then made, with a receipt from which the same file is downloaded again."""

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cohorts.enrolment.models import Cohort
from lms.kit.addresses import number_in
from lms.kit.lists import A_PAGE, address, page_of, words_of
from lms.kit.refusals import Refused, insist

from ..actions.downloads import record_export_download
from ..actions.exports import make_export
from ..export_formats import AGREED
from ..export_models import ExportFile, ExportRun
from ..exporting import ENTRY, Changes, changes_since, entries_of, media_type, omissions_of
from ..models import Board
from ..queries.export_checks import preflight_of
from ..queries.exports import draft_of, profile_now, reading_of, words_for
from ..rules import may_export_marks, may_write_profiles
from ..states import BoardState


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def export_board(request, number, pk):
    """Of what one board decided; before it has, of what stands."""
    insist(may_write_profiles(request.user))
    boards = Board.objects.exclude(state=BoardState.CANCELLED).select_related("cohort__programme")
    board = get_object_or_404(boards, pk=pk)
    return _export(request, number, board.cohort, board)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def export_cohort(request, number, code):
    """Of a whole cohort, whichever board decided."""
    insist(may_write_profiles(request.user))
    cohort = get_object_or_404(Cohort.objects.select_related("programme"), code__iexact=code)
    return _export(request, number, cohort, None)


def _export(request, number, cohort, board):
    insist(may_export_marks(request.user, cohort))
    profile = profile_now(number)
    if profile is None:
        raise Http404("There is no such profile.")
    refusal = ""
    if request.method == "POST":
        try:
            made = make_export(
                profile, cohort, board, by=request.user, seen=request.POST.get("seen", "")
            )
            messages.success(request, _("The file is ready to download."))
            return redirect("assessments:export_receipt", made.pk)
        except Refused as refused:
            refusal = str(refused)
    reading, tables, fingerprint = draft_of(profile, cohort, board)
    found = preflight_of(profile.form, reading, tables, cohort=cohort)
    place = min(max(number_in(request.GET.get("file"), 1), 1), max(len(tables), 1))
    table = tables[place - 1] if tables else None
    query = address(file=request.GET.get("file", ""))
    return render(
        request,
        "assessments/exports/export.html",
        {
            "profile": profile,
            "cohort": cohort,
            "board": board,
            "refusal": refusal,
            "stops": Paginator(found.stops, A_PAGE).get_page(request.GET.get("stops")),
            "notes": Paginator(found.notes, A_PAGE).get_page(request.GET.get("notes")),
            "tables": tables,
            "place": place,
            "table": table,
            "rows": Paginator(table.rows if table else [], A_PAGE).get_page(
                request.GET.get("page")
            ),
            "count": sum(len(one.rows) for one in tables),
            "omissions": omissions_of(profile.form, reading),
            "elsewhere": reading.elsewhere,
            "fingerprint": fingerprint,
            "has_header": profile.form.header == "yes",
            "query": query,
        },
        status=409 if refusal else 200,
    )


@login_required
@never_cache
@require_GET
def receipt(request, pk):
    """What was made, whether it is still what we would make, and a place to check a file by its hash."""
    run = _run_or_404(request, pk)
    file = ExportFile.objects.filter(run=run).first()
    form, changes, is_other = run.profile.form, Changes([], [], []), False
    if file and all(len(one) == ENTRY for one in file.results):
        reading = reading_of(form, run.cohort, run.board)
        changes = changes_since(file.results, entries_of(form, reading, words_for(run.cohort)))
    else:
        is_other = draft_of(run.profile, run.cohort, run.board)[2] != run.fingerprint
    rows = [(*one, True) for one in changes.results] + [(*one, False) for one in changes.words]
    typed = words_of(request.GET, "sha256").lower()
    return render(
        request,
        "assessments/exports/receipt.html",
        {
            "run": run,
            "has_file": bool(file),
            "changes": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
            "has_results": bool(changes.results),
            "additions": Paginator(changes.additions, A_PAGE).get_page(
                request.GET.get("additions")
            ),
            "is_agreed": form.basis == AGREED,
            "is_other": is_other,
            "typed": typed,
            "is_same": typed == run.sha256,
            "downloads": page_of(
                run.downloads.select_related("by"), request.GET.get("downloads"), length=10
            ),
        },
    )


@login_required
@never_cache
@require_GET
def file(request, pk):
    """The same bytes again; who downloads them is written down first."""
    run = _run_or_404(request, pk)
    found = ExportFile.objects.filter(run=run).first()
    if found is None:
        raise Refused(
            _("This file is no longer kept. Its receipt stays. Make a new one from the profile.")
        )
    content = bytes(found.content)
    if hashlib.sha256(content).hexdigest() != run.sha256:
        raise Refused(
            _(
                "This file is no longer what its receipt says. Tell whoever runs this site, and make a new one."
            )
        )
    record_export_download(run, by=request.user)
    answer = HttpResponse(content, content_type=media_type(run.file_name))
    answer["Content-Disposition"] = f'attachment; filename="{run.file_name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _run_or_404(request, pk) -> ExportRun:
    insist(may_write_profiles(request.user))
    rows = ExportRun.objects.select_related(
        "profile", "cohort__programme", "board__cohort", "exported_by"
    )
    run = get_object_or_404(rows, pk=pk)
    insist(may_export_marks(request.user, run.cohort))
    return run
