"""The minutes of a board: read, signed, corrected, taken along as a PDF."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit.addresses import number_in
from lms.kit.lists import A_PAGE, address, page_of
from lms.kit.refusals import insist, refusals_at
from lms.kit.templatetags.kit import short_day

from ...marking.conflicts import reference_key
from ..actions.minutes import correct_minutes, sign_chairs_action, sign_minutes
from ..downloads import minutes_pdf
from ..forms import CorrectionOfMinutesForm, PaperSignatureForm
from ..queries.interests import WHOLE, interests_of_reader
from ..queries.minutes import actions_since, is_whole, lines_of, minutes_of, signature_in, signed_in
from ..rules import may_correct_minutes, may_ratify, may_read_minutes, may_sign
from ..states import ChairsOutcome, MemberRole, Opinion, Outcome
from .boards import board_or_404


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def minutes(request, pk):
    """Drawn when the decisions were recorded; a signature and corrections stand under them."""
    found = board_or_404(pk, request.user)
    insist(may_read_minutes(request.user, found))
    drawn = minutes_of(found)
    if drawn is None:
        return render(request, "assessments/minutes.html", {"board": found, "minutes": None})
    lines, action = lines_of(drawn), request.POST.get("action", "")
    may_record = bool(may_ratify(request.user, found))
    near = interests_of_reader(request.user)
    is_chair = bool(may_sign(request.user, found))
    if action == "sign":
        sign_minutes(found, by=request.user, sha256=request.POST.get("sha256", ""))
        messages.success(request, _("You have signed the minutes."))
        return redirect("assessments:minutes", pk)
    if action == "sign_action":
        key = number_in(request.POST.get("number"), 0)
        sign_chairs_action(get_object_or_404(actions_since(found), pk=key), by=request.user)
        messages.success(request, _("You have signed the decision."))
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
    return render(
        request,
        "assessments/minutes.html",
        {
            "board": found,
            "minutes": drawn,
            **in_words(drawn.content, may_record),
            "lists": _lists(drawn.content, request.GET, near),
            "actions": _actions(
                found, request.GET, may_record, near, request.user.full_name if is_chair else ""
            ),
            "is_short": _has_any(drawn.content, near),
            "lines": lines,
            "signature": signature_in(lines),
            "is_whole": is_whole(drawn, lines),
            "forms": forms,
            "may_sign": is_chair,
            "signed": signed_in(lines),
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


def in_words(content, may_record) -> dict:
    """What the minutes hold besides their lists, as pages and files show it. In whom a member has an interest only the office reads."""
    return {
        "content": content,
        "meets_on": date.fromisoformat(content["meets_on"]),
        "recorded_on": date.fromisoformat(content["recorded"][1]),
        "recorded_by": content["recorded"][0],
        "members": [
            {"name": name, "role": MemberRole(role).label, "is_present": there}
            for name, role, there in content["members"]
        ],
        "interests": [
            {"name": name, "what": what if may_record or what == WHOLE else _("one person")}
            for name, what in content["interests"] or ()
        ],
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


def rows_in_words(content, near=frozenset()) -> list[dict]:
    """The lists of the minutes: `name`, `label`, `heads` of columns, `rows`. Without those to whom the reader is `near`."""
    decisions = [
        [reference, module, mark, Outcome(outcome).label]
        for reference, module, mark, outcome in content["decisions"]
    ]
    lists = _all_lists(content, decisions)
    for one in lists:
        one["rows"] = [row for row in one["rows"] if reference_key(row[0]) not in near]
    return lists


def _has_any(content, near) -> bool:
    """Is there a row that the reader is not shown?"""
    rows = [*content["decisions"], *(content["left_out"] or ()), *content["awards"]]
    rows += content.get("prior_learning", ())
    return any(reference_key(row[0]) in near for row in rows)


def _all_lists(content, decisions):
    student, module = _("Student"), _("Module")
    return [
        {
            "name": "decisions",
            "label": _("Decisions"),
            "heads": [student, module, _("Mark"), _("Decision")],
            "rows": decisions,
        },
        {
            "name": "prior",
            "label": _("Recognition of prior learning"),
            "heads": [student, module, _("Decision"), _("On"), _("Chair")],
            "rows": _prior_learning(content.get("prior_learning", ())),
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


def _prior_learning(rows) -> list[list]:
    return [
        [
            reference,
            module,
            _("%(credits)s credits, no mark") % {"credits": credits}
            if credits
            else _("Not granted"),
            short_day(date.fromisoformat(day)),
            _("%(chair)s, by chair’s action") % {"chair": chair} if is_alone else chair,
        ]
        for reference, module, credits, day, chair, is_alone in rows
    ]


def _lists(content, query, near):
    lists = [one for one in rows_in_words(content, near) if one["rows"]]
    for one in lists:
        one["page"] = Paginator(one["rows"], A_PAGE).get_page(query.get(one["name"]))
        others = {other["name"]: query.get(other["name"]) for other in lists if other is not one}
        one["query"] = address(**others)
    return lists


def _actions(board, query, may_record, near, chair):
    """What the chair decided since."""
    page = page_of(actions_since(board), query.get("since"))
    page.object_list = actions_in_words(page, may_record, near, chair)
    return page


def actions_in_words(actions, may_record, near, chair="") -> list[dict]:
    """Without those to whom the reader is `near`. Why may tell of somebody's health: its kind is for who may record the board, and all that is signed for the `chair` of
    that name, where they read it themselves."""
    return [
        {
            "number": one.pk,
            "on": one.at,
            "reference": one.decision.enrolment.student_reference,
            "module": one.decision.module.code,
            "outcome": ChairsOutcome(one.outcome).label,
            "kind": one.get_kind_display() if may_record or one.chair == chair else "",
            "chair": one.chair,
            "to_sign": one if one.chair == chair else None,
        }
        for one in actions
        if reference_key(one.decision.enrolment.student_reference) not in near
    ]


def _list_of_actions(actions) -> dict:
    heads = [_("Student"), _("Module"), _("Decision"), _("Chair"), _("On")]
    rows = [
        [one["reference"], one["module"], one["outcome"], one["chair"], short_day(one["on"])]
        for one in actions
    ]
    return {"name": "since", "label": _("Decided by the chair since"), "heads": heads, "rows": rows}


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
    may_record, near = bool(may_ratify(request.user, found)), interests_of_reader(request.user)
    about = {
        **in_words(drawn.content, may_record),
        "board": found,
        "minutes": drawn,
        "lines": lines,
        "is_whole": is_whole(drawn, lines),
        "is_short": _has_any(drawn.content, near),
    }
    since = actions_in_words(actions_since(found), may_record, near)
    made = minutes_pdf(about, [*rows_in_words(drawn.content, near), _list_of_actions(since)])
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="minutes-{found.pk}.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
