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

from ..actions.members import appoint_member, record_attendance, remove_member
from ..forms import AttendanceForm, MemberForm
from ..models import BoardMember
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
    action = request.POST.get("action", "")
    people = _people() if found.state == BoardState.CALLED else []
    add = MemberForm(request.POST if action == "add" else None, people=people)
    attendance = AttendanceForm(request.POST if action == "attendance" else None, members=sitting)
    form = {"add": add, "attendance": attendance}.get(action)
    if action == "remove":
        key = number_in(request.POST.get("member"))
        remove_member(get_object_or_404(BoardMember, pk=key, board=found), by=request.user)
        messages.success(request, _("They are removed, and told."))
        return redirect("assessments:members", pk)
    if request.method == "POST" and form is None:
        raise Refused(_("Load the page again, and choose what is to be done."))
    if form is not None and form.is_valid():
        with refusals_at(form):
            if form is add:
                appoint_member(found, add.person(), add.cleaned_data["role"], by=request.user)
                messages.success(request, _("They are added, and told."))
            else:
                record_attendance(
                    found, attendance.present_members(), by=request.user, seen=attendance.seen()
                )
                messages.success(request, _("It is recorded who is there."))
            return redirect("assessments:members", pk)
    return render(
        request,
        "assessments/members.html",
        {
            "board": found,
            "sitting": sitting,
            "former": [line for line in lines if line.removed_at],
            "is_open": found.state == BoardState.CALLED,
            "has_met": clock.today() >= found.meets_on,
            "add": add,
            "attendance": attendance,
            "quorum": quorum_in_words(found.judging.rules),
            "is_assumed": "quorum" not in found.judging.rules.confirmed,
            "fault": quorum_fault(sitting, found.judging.rules),
        },
        status=422 if form is not None else 200,
    )


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
