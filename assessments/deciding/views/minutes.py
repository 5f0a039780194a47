"""The minutes of a board: read, signed, corrected, taken along as a PDF."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit.addresses import number_in
from lms.kit.lists import A_PAGE, address, page_of
from lms.kit.refusals import insist, refusals_at

from ..actions.minutes import correct_minutes, sign_minutes
from ..downloads import minutes_pdf
from ..forms import CorrectionOfMinutesForm, PaperSignatureForm
from ..queries.minutes import actions_since, is_whole, lines_of, minutes_of, signature_in
from ..rules import may_correct_minutes, may_ratify, may_read_minutes, may_sign
from ..states import ChairsOutcome, MemberRole, Opinion, Outcome
from .boards import board_or_404


@login_required
@require_http_methods(["GET", "POST"])
def minutes(request, pk):
    """Drawn when the decisions were recorded; a signature and corrections stand under them."""
    found = board_or_404(pk, request.user)
    insist(may_read_minutes(request.user, found))
    drawn = minutes_of(found)
    if drawn is None:
        return render(request, "assessments/minutes.html", {"board": found, "minutes": None})
    lines, action = lines_of(drawn), request.POST.get("action", "")
    if action == "sign":
        sign_minutes(found, by=request.user, sha256=request.POST.get("sha256", ""))
        messages.success(request, _("You have signed the minutes."))
        return redirect("assessments:minutes", pk)
    forms = {
        "paper": PaperSignatureForm(request.POST if action == "paper" else None, prefix="paper"),
        "correct": CorrectionOfMinutesForm(
            request.POST if action == "correct" else None, prefix="correct"
        ),
    }
    form = forms.get(action)
    if form is not None and form.is_valid():
        with refusals_at(form):
            messages.success(request, _act(found, action, form, request))
            return redirect("assessments:minutes", pk)
    may_record = bool(may_ratify(request.user, found))
    return render(
        request,
        "assessments/minutes.html",
        {
            "board": found,
            "minutes": drawn,
            **in_words(drawn.content),
            "lists": _lists(drawn.content, request.GET),
            "actions": _actions(found, request.GET, may_record),
            "lines": lines,
            "signature": signature_in(lines),
            "is_whole": is_whole(drawn, lines),
            "forms": forms,
            "may_sign": bool(may_sign(request.user, found)),
            "may_record": may_record,
            "may_correct": bool(may_correct_minutes(request.user, found)),
        },
        status=422 if form is not None else 200,
    )


def _act(board, action, form, request) -> str:
    """What was done, in words."""
    if action == "paper":
        sign_minutes(
            board,
            by=request.user,
            sha256=request.POST.get("sha256", ""),
            day=form.cleaned_data["day"],
        )
        return _("It is recorded that the chair signed.")
    seen = number_in(request.POST.get("seen"))
    correct_minutes(board, form.cleaned_data["text"], by=request.user, seen=seen)
    return _("The correction stands under the minutes.")


def in_words(content) -> dict:
    """What the minutes hold besides their lists, as pages and files show it."""
    return {
        "content": content,
        "meets_on": date.fromisoformat(content["meets_on"]),
        "recorded_on": date.fromisoformat(content["recorded"][1]),
        "recorded_by": content["recorded"][0],
        "members": [
            {"name": name, "role": MemberRole(role).label, "is_present": there}
            for name, role, there in content["members"]
        ],
        "interests": [{"name": name, "what": what} for name, what in content["interests"]],
        "examiner": [
            {
                "name": name,
                "opinion": Opinion(opinion).label,
                "comment": comment,
                "on": date.fromisoformat(day),
            }
            for name, opinion, comment, day in content["examiner"]
        ],
    }


def rows_in_words(content) -> list[dict]:
    """The lists of the minutes: `name`, `label`, `heads` of columns, `rows`."""
    decisions = [
        [reference, module, mark, Outcome(outcome).label]
        for reference, module, mark, outcome in content["decisions"]
    ]
    student, module = _("Student"), _("Module")
    return [
        {
            "name": "decisions",
            "label": _("Decisions"),
            "heads": [student, module, _("Mark"), _("Decision")],
            "rows": decisions,
        },
        {
            "name": "left",
            "label": _("Left to a later board"),
            "heads": [student, module, _("Why")],
            "rows": content["left_out"] or [],
        },
        {
            "name": "awards",
            "label": _("Awards"),
            "heads": [student, _("Award")],
            "rows": content["awards"],
        },
    ]


def _lists(content, query):
    lists = [one for one in rows_in_words(content) if one["rows"]]
    for one in lists:
        one["page"] = Paginator(one["rows"], A_PAGE).get_page(query.get(one["name"]))
        others = {other["name"]: query.get(other["name"]) for other in lists if other is not one}
        one["query"] = address(**others)
    return lists


def _actions(board, query, may_record):
    """What the chair decided since; why only for who may record the board, since it may tell of somebody's health."""
    page = page_of(actions_since(board), query.get("since"))
    page.object_list = [
        {
            "on": one.at,
            "reference": one.decision.enrolment.student_reference,
            "module": one.decision.module.code,
            "outcome": ChairsOutcome(one.outcome).label,
            "kind": one.get_kind_display() if may_record else "",
            "chair": one.chair,
        }
        for one in page
    ]
    return page


@login_required
@require_GET
def minutes_file(request, pk):
    """The minutes and the lines under them, as a PDF."""
    found = board_or_404(pk, request.user)
    insist(may_read_minutes(request.user, found))
    drawn = minutes_of(found)
    if drawn is None:
        raise Http404("There are no minutes yet.")
    lines = lines_of(drawn)
    about = {**in_words(drawn.content), "board": found, "minutes": drawn, "lines": lines}
    made = minutes_pdf(about, rows_in_words(drawn.content))
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="minutes-{found.pk}.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
