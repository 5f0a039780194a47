"""Two accounts of one person: an officer looks at both and proposes, their owner answers by a link, another officer confirms."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit import clock
from lms.kit.lists import page_of
from lms.kit.refusals import Refused, insist, refusals_at
from lms.people.models import User

from ..actions import account_merges as actions
from ..forms.merges import DropMergeForm, MergeForm, OtherAccountForm, SeparationForm
from ..queries.account_merges import candidates_for, merges_shown, preview_of_merge
from ..rules import may_confirm_merge, may_confirm_separation, may_merge, may_see_merges
from ..states import MergeState


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def begin(request, pk):
    """Which other account: one with the same name, or one that is typed."""
    insist(may_see_merges(request.user))
    account = get_object_or_404(User, pk=pk)
    form = OtherAccountForm(request.POST or None, first=account)
    if request.method == "POST" and form.is_valid():
        return redirect("certificates:merge_check", account.pk, form.cleaned_data["other"].pk)
    return render(
        request,
        "certificates/merge_begin.html",
        {"account": account, "form": form, "candidates": candidates_for(account)},
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def check(request, pk, other):
    """What it would do, account `pk` closing and `other` staying; then propose it. Nobody is shown what waits to be decided about themselves."""
    insist(may_see_merges(request.user))
    account, person = get_object_or_404(User, pk=pk), get_object_or_404(User, pk=other)
    if account.pk == person.pk:
        return redirect("certificates:begin_merge", account.pk)
    form, may = MergeForm(request.POST or None), may_merge(request.user, account, person)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            made = actions.propose_merge(
                account,
                person,
                form.cleaned_data["reason"],
                by=request.user,
                identity_check=form.cleaned_data["identity_check"],
            )
            messages.success(
                request,
                _("Proposed. It counts when its owner has said yes and a second officer confirms."),
            )
            return redirect("certificates:merge", made.pk)
    return render(
        request,
        "certificates/merge_check.html",
        {
            "account": account,
            "person": person,
            "form": form,
            "may": may,
            "preview": preview_of_merge(account, person) if may else None,
        },
    )


@login_required
@never_cache
@require_http_methods(["GET"])
def merges(request):
    insist(may_see_merges(request.user))
    page = page_of(merges_shown(), request.GET.get("page"))
    return render(request, "certificates/merges.html", {"page": page})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def merge(request, pk):
    """What one officer proposed, with today's preview, and what a second officer makes of it; later, what was done, and how it is undone.
    Officers' words are shown to no officer whom they are, or could be, about."""
    insist(may_see_merges(request.user))
    rows = merges_shown().select_related("separation_proposed_by", "separation_closed_by")
    found = get_object_or_404(rows, pk=pk)
    action = request.POST.get("action")
    drop_form = DropMergeForm(request.POST if action == "drop" else None)
    separation_form = SeparationForm(request.POST if action == "separate" else None)
    refused = ""
    try:
        if words := _act(request, found, action, drop_form, separation_form):
            messages.success(request, words)
            return redirect("certificates:merge", found.pk)
    except Refused as why:
        refused = str(why)
        found = get_object_or_404(rows, pk=pk)
    is_open = found.state == MergeState.PROPOSED
    may = may_merge(request.user, found.account, found.person)
    last_day = found.closed_at and actions.last_day_to_separate(found)
    return render(
        request,
        "certificates/merge.html",
        {
            "merge": found,
            "refused": refused,
            "is_open": is_open,
            "is_separating": found.state == MergeState.SEPARATING,
            "may": may,
            "may_confirm": may_confirm_merge(request.user, found),
            "may_confirm_separation": may_confirm_separation(request.user, found),
            "may_separate": may and found.state == MergeState.MERGED and clock.today() <= last_day,
            "last_day": last_day,
            "drop_form": drop_form,
            "separation_form": separation_form,
            "preview": preview_of_merge(found.account, found.person) if is_open and may else None,
        },
        status=409 if refused else 200,
    )


def _act(request, row, action, drop_form, separation_form) -> str:
    """Does what was pressed; the words for it, or nothing where there is something to mend."""
    by = request.user
    if action == "confirm":
        actions.confirm_merge(row, by=by, seen=request.POST.get("seen") or "-")
        return _("Merged. Their owner has been told at both addresses.")
    if action == "drop" and drop_form.is_valid():
        actions.drop_merge(row, drop_form.cleaned_data["why"], by=by)
        return _("Dropped. Nothing was changed.")
    if action == "separate" and separation_form.is_valid():
        actions.propose_separation(row, separation_form.cleaned_data["reason"], by=by)
        return _("Proposed. It counts when a second officer confirms it.")
    if action == "stay":
        actions.drop_separation(row, by=by)
        return _("Dropped. The two stay one account.")
    if action == "confirm_separation":
        actions.confirm_separation(row, by=by)
        return _("Separated again. Both have been told.")
    return ""


@never_cache
@require_http_methods(["GET", "POST"])
def answer(request, secret):
    """Opening the link changes nothing: mail scanners open every link. It tells no name and no other address."""
    found = actions.merge_of(secret)
    fault, has_proved = actions.link_fault(found), False
    if found and found.state == MergeState.PROPOSED:
        has_proved = bool(getattr(found, actions.column_of(found, secret)))
    if fault:
        return render(
            request,
            "people/invitation_fault.html",
            {"fault": fault},
            status=410 if found else 404,
        )
    if request.method == "POST":
        actions.answer_merge(secret, is_owner=request.POST.get("answer") == "yes")
        return redirect("certificates:answer_merge", secret)
    return render(request, "certificates/merge_answer.html", {"has_proved": has_proved})
