"""Who sits on a board: the registrar's page, and each member's own list."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit import clock
from lms.kit.addresses import number_in
from lms.kit.lists import page_of
from lms.kit.refusals import Refused, insist, refusals_at
from lms.people.roles import holders_of_each

from ..actions.interests import declare_for_member
from ..actions.members import appoint_member, record_attendance, remove_member
from ..forms import AttendanceForm, MemberForm, MemberInterestForm
from ..models import BoardMember
from ..queries.interests import interests_before, interests_in_words, recusals_of
from ..queries.members import member_lines, quorum_fault, quorum_in_words, seats_of
from ..rules import MAY_SIT_AS, may_ratify, may_see_own_boards
from ..states import BoardState
from .boards import board_or_404


@login_required
@require_http_methods(["GET", "POST"])
def members(request, pk):
    """Add members, remove them, and record who is there, until the board has decided."""
    found = board_or_404(pk, request.user)
    insist(may_ratify(request.user, found))
    lines = member_lines(found)
    sitting = [line for line in lines if not line.removed_at]
    is_open = found.state == BoardState.CALLED
    action = request.POST.get("action", "")
    if action == "remove":
        key = number_in(request.POST.get("member"))
        remove_member(get_object_or_404(BoardMember, pk=key, board=found), by=request.user)
        messages.success(request, _("They are removed, and told."))
        return redirect("assessments:members", pk)
    forms = _forms(request.POST, action, sitting, is_open)
    form = forms.get(action)
    if request.method == "POST" and form is None:
        raise Refused(_("Load the page again, and choose what is to be done."))
    if form is not None and form.is_valid():
        with refusals_at(form):
            messages.success(request, _act(found, action, form, by=request.user))
            return redirect("assessments:members", pk)
    recusals = recusals_of(found, sitting, interests_before(sitting), request.user)
    return render(
        request,
        "assessments/members.html",
        {
            "board": found,
            "sitting": sitting,
            "former": [line for line in lines if line.removed_at],
            "is_open": is_open,
            "has_met": clock.today() >= found.meets_on,
            "forms": forms,
            "interests": interests_in_words(found, recusals, sitting),
            "quorum": quorum_in_words(found.judging.rules),
            "is_assumed": "quorum" not in found.judging.rules.confirmed,
            "fault": quorum_fault(sitting, found.judging.rules, recusals.in_all),
        },
        status=422 if form is not None else 200,
    )


def _forms(answers, action, sitting, is_open) -> dict:
    """By what each does; the one that was answers with what was typed."""
    given = {name: answers if action == name else None for name in ("add", "attendance", "declare")}
    return {
        "add": MemberForm(given["add"], people=_people() if is_open else [], prefix="add"),
        "attendance": AttendanceForm(given["attendance"], members=sitting, prefix="there"),
        "declare": MemberInterestForm(given["declare"], members=sitting, prefix="near"),
    }


def _act(board, action, form, *, by) -> str:
    """What was done, in words."""
    if action == "add":
        appoint_member(board, form.person(), form.cleaned_data["role"], by=by)
        return _("They are added, and told.")
    if action == "attendance":
        record_attendance(board, form.present_members(), by=by, seen=form.seen())
        return _("It is recorded who is there.")
    declare_for_member(form.chosen_member(), by=by, reference=form.cleaned_data["reference"])
    return _("The interest is recorded.")


def _people():
    """Who may sit on a board, by name."""
    roles = {role for needed in MAY_SIT_AS.values() for role in needed}
    holders = holders_of_each(*roles)
    found = {person.pk: person for people in holders.values() for person in people}
    return sorted(found.values(), key=lambda person: person.full_name)


@login_required
@require_GET
def own_boards(request):
    """The boards that somebody sits on."""
    insist(may_see_own_boards(request.user))
    page = page_of(seats_of(request.user), request.GET.get("page"))
    return render(request, "assessments/own_boards.html", {"page": page})
