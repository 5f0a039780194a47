"""The external examiner's pages: scripts by number, never by name."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit.addresses import number_in
from lms.kit.lists import address, page_of
from lms.kit.refusals import insist, refusals_at

from ...attempts.chain import SETTLED, explain, newest
from ...marking import blind
from ...marking.places import is_shown
from ...marking.views.desk import chain, file_answer
from ...marking.views.feedback import feedback_answer
from ...marking.views.script_files import script_in_page
from ..actions.reports import write_report
from ..forms import ReportForm
from ..models import Board
from ..queries.boards import reports_of
from ..queries.distributions import distributions_of
from ..queries.release import rule_in_words
from ..queries.sample import judgements_of, sample_of
from ..queries.sample import sample_feedback as find_feedback
from ..rules import may_confirm, may_examine
from ..states import BoardState, Opinion
from .boards import board_or_404


@login_required
@require_GET
def examining(request):
    insist(may_examine(request.user))
    found = Board.objects.select_related("cohort", "sample_confirmed_by").order_by(
        "-meets_on", "-pk"
    )
    page, seen = request.GET.get("page"), request.GET.get("seen")
    return render(
        request,
        "assessments/examining.html",
        {
            "waiting": page_of(
                found.filter(sample_confirmed_at=None, state=BoardState.CALLED), page, length=20
            ),
            "seen": page_of(found.exclude(sample_confirmed_at=None), seen),
            "keeps_page": address(page=page),
            "keeps_seen": address(seen=seen),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def examine(request, pk):
    """The sample's chains by script number, and the examiner's word on them."""
    insist(may_examine(request.user))
    board = board_or_404(pk, request.user)
    insist(may_confirm(request.user, board))
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            report = write_report(
                board,
                form.cleaned_data["opinion"],
                form.cleaned_data["comment"],
                by=request.user,
                seen=number_in(request.POST.get("seen")),
                **form.request(),
            )
            messages.success(request, _thanks(report))
            return redirect("assessments:examine", pk)
        board.refresh_from_db()
    reports = reports_of(board)
    sample = sample_of(board, request.GET.get("page"), request.GET.get("earlier"))
    groups = [
        {**group, "scripts": [_chained(script) for script in group["scripts"]]}
        for group in sample.groups
    ]
    context = {
        "board": board,
        "form": form,
        "reports": reports,
        "newest": reports[0] if reports else None,
        "groups": groups,
        "sample": sample,
        "distributions": _charts_of(distributions_of(board)),
        "keeps_page": address(page=request.GET.get("page")),
        "keeps_earlier": address(earlier=request.GET.get("earlier")),
    }
    return render(request, "assessments/examine.html", context)


BAR, HIGHEST = 24, 48  # the width of a band's bar in a chart, and the height of the fullest


def _charts_of(distributions):
    """What a page shows of distributions: the `bands`, the `limit`, whether `any` figure is shown, and of each of the `rows` its `cells` and `bars`; a band that is not shown has no bar."""
    if distributions is None or not distributions.rows:
        return None
    rows = []
    for row in distributions.rows:
        most = max((count or 0 for count in row.figures.counts), default=0) or 1
        bars = []
        for place, count in enumerate(row.figures.counts):
            height = round(HIGHEST * (count or 0) / most)
            top = HIGHEST - height
            bars.append(
                {"x": BAR * place + 2, "y": top, "height": height, "is_shown": count is not None}
            )
        cells = list(zip(distributions.bands, row.figures.counts, strict=True))
        rows.append({"row": row, "cells": cells, "bars": bars})
    return {
        "rows": rows,
        "bands": distributions.bands,
        "limit": distributions.limit,
        "width": BAR * len(distributions.bands),
        "any": any(row.figures.count for row in distributions.rows),
    }


def _thanks(report) -> str:
    if report.lets_decide:
        return _("You have confirmed the sample. The board can decide.")
    if report.opinion == Opinion.MORE:
        return _(
            "The scripts you asked for are in the sample. The board can decide once you confirm."
        )
    return _("The registrars are told. The board can decide once you confirm.")


@login_required
@require_GET
def sample_script(request, pk, number):
    """One script as its markers judged it, by number: the brief, a mark a criterion, and their words."""
    insist(may_examine(request.user))
    board = get_object_or_404(Board.objects.select_related("cohort"), pk=pk)
    insist(may_confirm(request.user, board))
    try:
        found = judgements_of(board, number)
    except blind.NoSuchScript as unknown:
        raise Http404 from unknown
    lines, why = chain(blind.chain_of(found["script"])), explain(found["script"].lines.all())
    copy, _unused = blind.sample_file(number, board.cohort_id)
    shown_script = blind.sample_script(number, board.cohort_id)
    context = {
        "board": board,
        "lines": lines,
        "why": why,
        "release_rule": rule_in_words(found["script"].attempt.release_rule),
        "shown": shown_script,
        "is_shown": is_shown(copy, shown_script.file_sha256),
        "view_url": reverse("assessments:sample_view", args=[pk, number]),
        "file_url": reverse("assessments:sample_file", args=[pk, number]),
        **found,
    }
    return render(request, "assessments/sample_script.html", context)


def _chained(script):
    """One script of the sample: its marks side by side, and the chain behind them."""
    lines = script.chain
    marks = {line.stage: line.mark for line in lines}
    rule = newest(lines, SETTLED).rule  # of a quiz with essays that of the whole, as its mark
    return {
        "number": script.script,
        "first": marks.get("first"),
        "second": marks.get("second"),
        "third": marks.get("third"),
        "mark": script.mark,
        "rule": rule,
        "lines": chain(lines),
    }


@login_required
@require_GET
def sample_file(request, pk, number):
    insist(may_examine(request.user))
    board = get_object_or_404(Board, pk=pk)
    insist(may_confirm(request.user, board))
    return file_answer(blind.sample_file, number, board.cohort_id)


@login_required
@never_cache
@require_GET
@xframe_options_sameorigin
def sample_view(request, pk, number):
    """The same copy, to be read in the page beside the marks; who may examine this board is asked each time."""
    insist(may_examine(request.user))
    board = get_object_or_404(Board, pk=pk)
    insist(may_confirm(request.user, board))
    try:
        found = blind.sample_script(number, board.cohort_id)
    except blind.NoSuchScript as unknown:
        raise Http404 from unknown
    back_url = reverse("assessments:sample_script", args=[pk, number])
    return script_in_page(request, found, back_url, blind.sample_file, number, board.cohort_id)


@login_required
@require_GET
def sample_feedback(request, pk, number, file):
    """A marker's feedback file on such a script, under its number."""
    insist(may_examine(request.user))
    board = get_object_or_404(Board, pk=pk)
    insist(may_confirm(request.user, board))
    return feedback_answer(request, find_feedback, board, number, file)
