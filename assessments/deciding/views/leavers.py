"""Modules of somebody who left that were marked and not decided, for a decision by chair's action; by student reference."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import EnrolmentState
from lms.kit.refusals import Refused, insist, refusals_at

from ..actions.leavers import decide_for_leaver
from ..forms import LeaverForm
from ..queries.boards import cases_of_leaver
from ..queries.chairs_actions import chairs_actions_of
from ..queries.leavers import board_for_leaver, version_of_case
from ..rules import may_call_board, may_decide_on, may_record
from ..states import Outcome


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def leaver(request, enrolment):
    """Each module with its marks or what it lacks, a form for each that is passed by them, and what chairs decided so far."""
    insist(may_call_board(request.user))
    people = Enrolment.objects.visible_to(request.user).filter(state=EnrolmentState.LEFT)
    found = get_object_or_404(people.select_related("cohort__programme", "person"), pk=enrolment)
    board = board_for_leaver(found)
    if board:
        insist(may_record(request.user, board))
        insist(may_decide_on(request.user, found))
    cases = cases_of_leaver(board, found) if board else []
    which = request.POST.get("module", "") if request.method == "POST" else ""
    rows = [
        _row(one, board, request.POST if which == str(one.module.pk) else None) for one in cases
    ]
    row = next((row for row in rows if row["form"].is_bound), None)
    if request.method == "POST" and row is None:
        raise Refused(_("Load the page again, and choose the module."))
    if row and row["form"].is_valid():
        with refusals_at(row["form"]):
            decide_for_leaver(
                found,
                row["case"].module,
                **row["form"].cleaned_data,
                by=request.user,
                seen=request.POST.get("seen", ""),
            )
            messages.success(request, _("The decision is recorded, and the person is told."))
            return redirect("assessments:leaver", enrolment)
    context = {
        "enrolment": found,
        "board": board,
        "rows": rows,
        "actions": chairs_actions_of(found),
    }
    return render(request, "assessments/leaver.html", context, status=422 if row else 200)


def _row(case, board, data):
    return {
        "case": case,
        "seen": version_of_case(case),
        "is_passed": case.is_ready and case.outcome == Outcome.PASS,
        "is_unseen": case.is_ready and case.marked_after(board.sample_confirmed_at),
        "form": LeaverForm(data, prefix=f"m{case.module.pk}"),
    }
