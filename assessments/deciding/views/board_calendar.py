"""A board on another day, or no board."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lms.kit.refusals import insist, refusals_at

from ..actions.board_calendar import cancel_board, move_board
from ..forms import MoveForm, WhyForm
from ..rules import may_change_board
from ..states import BoardState
from .boards import board_or_404, days_of


@login_required
@require_http_methods(["GET", "POST"])
def change_board(request, pk):
    """Another day for a board, or no board; each with its reason."""
    found = board_or_404(pk, request.user)
    insist(may_change_board(request.user, found))
    action = request.POST.get("action", "")
    move = MoveForm(request.POST if action == "move" else None, prefix="move")
    cancel = WhyForm(request.POST if action == "cancel" else None, prefix="cancel")
    form = {"move": move, "cancel": cancel}.get(action)
    if form and form.is_valid():
        with refusals_at(form):
            if form is move:
                move_board(
                    found,
                    move.cleaned_data["meets_on"],
                    move.cleaned_data["why"],
                    by=request.user,
                    seen=_day_of(request.POST.get("seen", "")),
                )
                messages.success(request, _("The board is moved, and those it concerns are told."))
            else:
                cancel_board(found, cancel.cleaned_data["why"], by=request.user)
                messages.success(
                    request, _("The board is cancelled, and those it concerns are told.")
                )
            return redirect("assessments:boards")
        found = board_or_404(pk, request.user)
    if found.state != BoardState.CALLED and not (form and form.errors):
        return redirect("assessments:boards")
    return render(
        request,
        "assessments/change_board.html",
        {"board": found, "forms": _change_forms(move, cancel), "days": days_of(found)},
    )


def _change_forms(move, cancel):
    return [
        {
            "action": "move",
            "form": move,
            "title": _("Move it to another day"),
            "about": _("The external examiner’s confirmation stands. Trainees read the new day."),
            "submit": _("Move this board"),
            "tone": "",
        },
        {
            "action": "cancel",
            "form": cancel,
            "title": _("Cancel it"),
            "about": _(
                "A cancelled board decides nothing. Call another one to decide these results; the external examiner then looks again."
            ),
            "submit": _("Cancel this board"),
            "tone": "grave",
        },
    ]


def _day_of(text):
    """The day on the page that was sent; a day that nobody was shown, where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
