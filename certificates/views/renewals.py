"""A holder's own renewal: the log, talks with peers, and each step to the new term."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit import clock
from lms.kit.refusals import refusals_at

from .. import actions
from ..accreditation.standing import verdict
from ..forms.renewals import CpdLogForm, PeerDiscussionForm, PeerForm, RenewalForm
from ..models import LogEntry, Renewal
from ..queries import alerts_of
from ..queries.renewals import frozen_until, renewing
from ..rules import NO_SHARE_LINK, may_renew
from ..states import RenewalState
from .checks import is_too_often, too_many


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def renewal(request):
    """Each step of the renewal, done or missing; what was decided; and asking for it."""
    found = renewing(request.user.pk)
    if found is None:
        return render(request, "certificates/no_renewal.html")
    renewal, today = found.renewal, clock.today()
    code = verdict(today, found.facts, found.book).code
    may = may_renew(code)
    if not may and request.method != "POST":
        return render(
            request,
            "certificates/no_renewal.html",
            {"may": may, "alerts": alerts_of(request.user)},
        )
    is_draft = renewal is None or renewal.state == RenewalState.DRAFT
    form = RenewalForm(
        request.POST or None,
        initial={"statement": renewal.statement, "is_declared": renewal.is_declared}
        if renewal
        else None,
    )
    if request.method == "POST" and (form.is_valid() or not may):
        data = form.cleaned_data if form.is_valid() else {}
        actions.prepare_renewal(
            request.user,
            data.get("statement", ""),
            data.get("is_declared", False),
            by=request.user,
        )
        if request.POST.get("action") == "ask":
            missing = renewing(request.user.pk).missing
            if missing:
                messages.warning(
                    request,
                    _("Saved, and not asked for yet. Still missing: %(missings)s.")
                    % {"missings": "; ".join(s.label.lower() for s in missing)},
                )
            else:
                actions.ask_renewal(request.user, by=request.user)
                messages.success(
                    request,
                    _("Your renewal is asked for. You will have a message when it is decided."),
                )
        else:
            messages.success(request, _("Saved. Nothing is asked for yet."))
        return redirect("certificates:renewal")
    refused = (
        Renewal.objects.filter(enrolment__person=request.user, state=RenewalState.REFUSED)
        .order_by("-decided_at")
        .first()
    )
    return render(
        request,
        "certificates/renewal.html",
        {
            "found": found,
            "alerts": alerts_of(request.user) if code in NO_SHARE_LINK else [],
            "held": renewal,
            "form": form,
            "is_draft": is_draft,
            "is_open": found.term.is_open(today),
            "is_late": found.term.is_late(today),
            "today": today,
            "refused": refused,
            "steps": [
                {
                    "label": s.label,
                    "note": s.note,
                    "state": "done" if s.is_done else "todo",
                    "url": _where(s, is_draft and found.term.is_open(today)),
                }
                for s in found.steps
            ],
        },
    )


def _where(step, is_form_here) -> str:
    """The page on which a step that is still to do is done; a post is the employer's and the register's."""
    if step.is_done:
        return ""
    if step.key in ("statement", "declared"):
        return (
            f"#id_{'statement' if step.key == 'statement' else 'is_declared'}"
            if is_form_here
            else ""
        )
    return {
        "hours": reverse("certificates:cpd_log"),
        "talks": reverse("certificates:cpd_log"),
        "top_ups": reverse("assessments:study"),
    }.get(step.key, "")


# ---- the log ----


@login_required
@never_cache
def cpd_log(request):
    """One's own log, the newest first, with how much of it counts in this term."""
    page = Paginator(
        LogEntry.objects.filter(person=request.user).select_related("peer"), 25
    ).get_page(request.GET.get("page"))
    found = renewing(request.user.pk)
    asked = LogEntry.objects.filter(peer=request.user, talked_at=None).count()
    return render(
        request,
        "certificates/cpd_log.html",
        {"page": page, "found": found, "frozen": frozen_until(request.user.pk), "asked": asked},
    )


def _own(request, pk) -> LogEntry:
    return get_object_or_404(LogEntry.objects.select_related("peer"), pk=pk, person=request.user)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_entry(request):
    form = CpdLogForm(request.POST or None, initial={"on_day": clock.today()})
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            actions.keep_entry(request.user, form.entry_fields(), by=request.user)
            messages.success(request, _("It is in your log."))
            return redirect("certificates:cpd_log")
    return render(request, "certificates/cpd_log_entry.html", {"form": form, "entry": None})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def cpd_log_entry(request, pk):
    """Read one entry of one's own log, change it, ask a peer, or take it out."""
    entry = _own(request, pk)
    action = request.POST.get("action", "")
    hours = f"{entry.minutes / 60:g}"
    form = CpdLogForm(
        request.POST if action == "save" else None,
        initial={
            "on_day": entry.on_day,
            "hours": hours,
            "what": entry.what,
            "learnt": entry.learnt,
        },
    )
    peer = PeerForm(request.POST if action == "peer" else None)
    if action == "save" and form.is_valid():
        with refusals_at(form):
            actions.keep_entry(request.user, form.entry_fields(), by=request.user, entry=entry)
            messages.success(request, _("Your log is changed."))
            return redirect("certificates:cpd_log")
    if action == "peer" and is_too_often(request, "peer"):
        return too_many(request, "questions")
    if action == "peer" and peer.is_valid():
        with refusals_at(peer):
            actions.ask_peer(
                entry, peer.cleaned_data["number"], peer.cleaned_data["surname"], by=request.user
            )
            messages.success(
                request, _("If that is a colleague’s number and name, they have been asked.")
            )
            return redirect("certificates:cpd_log_entry", pk=entry.pk)
    if action == "remove":
        actions.remove_entry(entry, by=request.user)
        messages.success(request, _("The entry is taken out of your log."))
        return redirect("certificates:cpd_log")
    frozen = frozen_until(request.user.pk)
    return render(
        request,
        "certificates/cpd_log_entry.html",
        {
            "form": form,
            "peer": peer,
            "entry": entry,
            "is_frozen": bool(frozen and entry.on_day <= frozen),
            "frozen": frozen,
        },
    )


@login_required
@never_cache
def peer_discussions(request):
    """What colleagues asked the reader to talk over."""
    rows = (
        LogEntry.objects.filter(peer=request.user)
        .select_related("person")
        .order_by("-peer_asked_at")
    )
    recent = clock.now() - timedelta(days=366)
    return render(
        request,
        "certificates/peer_discussions.html",
        {
            "waiting": [e for e in rows if not e.talked_at],
            "done": [e for e in rows if e.talked_at and e.talked_at > recent],
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def peer_discussion(request, pk):
    """One entry a colleague asked to talk over: confirm that it happened, or say no."""
    entry = get_object_or_404(
        LogEntry.objects.visible_to(request.user).select_related("person"), pk=pk
    )
    if entry.peer_id != request.user.pk:
        raise Http404("No one asked you to talk this over.")
    form = PeerDiscussionForm(request.POST or None)
    if request.method == "POST" and request.POST.get("action") == "decline":
        actions.decline_peer_discussion(entry, by=request.user)
        messages.success(request, _("Your colleague was told to ask someone else."))
        return redirect("certificates:peer_discussions")
    if request.method == "POST" and form.is_valid():
        actions.confirm_peer_discussion(entry, form.cleaned_data["words"], by=request.user)
        messages.success(request, _("The talk is confirmed."))
        return redirect("certificates:peer_discussions")
    return render(request, "certificates/peer_discussion.html", {"entry": entry, "form": form})
