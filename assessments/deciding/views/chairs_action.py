"""Decisions after the board for one student, by chair's action; by student reference."""

from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cohorts.enrolment.models import Enrolment
from lms.kit.addresses import number_in
from lms.kit.refusals import Refused, insist, refusals_at

from ..actions.chairs_action import decide_by_chair
from ..forms import ChairsActionForm
from ..models import Board
from ..queries.chairs_actions import chairs_actions_of, newest_decisions
from ..rules import may_call_board, may_decide_on, may_record


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def chairs_action(request, pk, enrolment):
    """The newest decision on each module, a form for each, and what chairs decided so far."""
    insist(may_call_board(request.user))
    board = get_object_or_404(Board, pk=pk)
    people = Enrolment.objects.visible_to(request.user).filter(cohort_id=board.cohort_id)
    found = get_object_or_404(people.select_related("cohort", "person"), pk=enrolment)
    decisions = newest_decisions(found)
    for one in {board.pk: board, **{d.board_id: d.board for d in decisions}}.values():
        insist(may_record(request.user, one))
    insist(may_decide_on(request.user, found))
    which = request.POST.get("module", "") if request.method == "POST" else ""
    rows = [_row(one, request.POST if which == str(one.module_id) else None) for one in decisions]
    row = next((row for row in rows if row["form"].is_bound), None)
    if request.method == "POST" and row is None:
        raise Refused(_("Load the page again, and choose the module."))
    if row and row["form"].is_valid():
        form = row["form"]
        with refusals_at(form):
            decide_by_chair(
                found,
                row["decision"].module,
                form.cleaned_data["kind"],
                by=request.user,
                seen=number_in(request.POST.get("seen")),
                **form.decision(),
            )
            messages.success(
                request, _("The chair’s decision is recorded, and the trainee is told.")
            )
            return redirect("assessments:chairs_action", pk, enrolment)
    return render(
        request,
        "assessments/chairs_action.html",
        {"board": board, "enrolment": found, "rows": rows, "actions": chairs_actions_of(found)},
        status=422 if row else 200,
    )


def _row(decision, data):
    return {
        "decision": decision,
        "parts": [(part["code"], Decimal(part["mark"])) for part in decision.components],
        "form": ChairsActionForm(data, prefix=f"m{decision.module_id}"),
        "can_change": not decision.is_pass,
    }
