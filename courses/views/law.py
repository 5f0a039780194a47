"""The ledger of law: what falls due, what changed, and whom it concerns."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit.lists import page_of
from lms.kit.refusals import Refused, insist, refusals_at
from lms.people.models import Role, User
from lms.people.roles import has_role

from .. import actions, queries, rules
from ..forms.law import ChangeForm, DropForm, ReadAgainForm, SlipForm, UndoForm
from ..models import LawChange, LawProposal, Provision, TopUp, TopUpDue

PROPOSED = gettext_noop(
    "Proposed. Nothing has changed yet: the other authors and the tutors have a message, and one of them confirms it or drops it."
)


def without_text():
    """Top-ups as a list shows them."""
    return Prefetch("top_ups", TopUp.objects.defer("body", "html", "parts"))


@login_required
def calendar(request):
    """What is overdue, due soon and unowned, then the whole ledger."""
    insist(rules.may_keep_law(request.user))
    changes = LawChange.objects.select_related("provision").prefetch_related(without_text())[:20]
    waiting = (
        LawProposal.objects.filter(settled_at=None)
        .select_related("provision", "proposed_by")
        .order_by("proposed_at")
    )
    return render(
        request,
        "courses/law/calendar.html",
        {"calendar": queries.review_calendar(), "changes": changes, "waiting": waiting},
    )


@login_required
def provision(request, key):
    """One provision: what it says, who teaches it, what happened to it."""
    insist(rules.may_keep_law(request.user))
    subject = get_object_or_404(Provision.objects.select_related("owner", "read_by"), key=key)
    form = ReadAgainForm(request.POST if request.POST.get("action") == "read" else None)
    if request.method == "POST":
        if request.POST.get("action") == "own":
            actions.take_on(subject, by=request.user, owner=request.user)
            messages.success(request, _("You look after this provision now."))
            return redirect("courses:provision", key)
        if form.is_valid():
            actions.read_again(
                subject, by=request.user, seen=request.POST.get("seen", ""), **form.cleaned_data
            )
            messages.success(
                request, _("Recorded: someone read the source and nothing had changed.")
            )
            return redirect("courses:provision", key)
    return render(
        request,
        "courses/law/provision.html",
        {
            "provision": subject,
            "rights": [
                {**right, "law": subject, "source": subject.source} for right in subject.rights
            ],
            "form": form,
            "seen": request.POST.get("seen", subject.mark),
            "versions": queries.versions_citing(subject),
            "questions": queries.graded_questions(subject),
            "changes": subject.changes.all(),
            "corrections": subject.corrections.select_related("corrected_by"),
            "waiting": subject.proposals.filter(settled_at=None).first(),
        },
        status=422 if form.is_bound and not form.is_valid() else 200,
    )


@login_required
def change_law(request, key):
    """Write a change of law: first what follows from it, then a proposal for a second person. Where no published unit teaches the
    provision, it binds nobody and is recorded at once."""
    insist(rules.may_keep_law(request.user))
    subject = get_object_or_404(Provision, key=key)
    binds = subject.citations.exists()
    form = ChangeForm(
        request.POST or None,
        provision=subject,
        typed=typed_before(subject, request.GET.get("from", "")),
    )
    if request.method == "POST" and form.is_valid() and "edit" not in request.POST:
        data = form.cleaned_data
        told = {
            "by": request.user,
            "words": data["words"],
            "effective_on": data["effective_on"],
            "now": form.now(),
        }
        try:
            if "checked" not in request.POST:
                return render(
                    request,
                    "courses/law/change_check.html",
                    {"form": form, "binds": binds, **foreseen(subject, binds, **told)},
                )
            made = (
                actions.propose_change(subject, **told)
                if binds
                else actions.record_change(subject, **told)
            )
        except Refused as refused:  # what was typed stays on the page
            form.add_error(None, str(refused))
        else:
            messages.success(
                request,
                _(PROPOSED)
                if binds
                else _("The change is recorded. No published unit teaches this provision."),
            )
            return redirect(made)
    waiting = subject.proposals.filter(settled_at=None).first()
    shown = {"provision": subject, "form": form, "binds": binds, "waiting": waiting}
    return render(request, "courses/law/change.html", shown, status=422 if form.errors else 200)


def typed_before(provision, pk):
    """What was typed in a proposal that was dropped, so that it is not typed twice."""
    dropped = (
        provision.proposals.filter(pk=pk, change=None, undoes=None).exclude(settled_at=None).first()
        if pk.isdecimal() and len(pk) < 9
        else None
    )
    return (
        {**dropped.now, "words": dropped.words, "effective_on": dropped.effective_on}
        if dropped
        else {}
    )


def foreseen(provision, binds, **terms):
    """What would follow from a change: it is written, looked at, and undone. Raises Refused as the action does."""
    with transaction.atomic():
        made = (
            actions.propose_change(provision, **terms)
            if binds
            else actions.record_change(provision, **terms)
        )
        context = {
            "change": made,
            "provision": provision,
            "effect": queries.effect_of(
                Provision.objects.get(pk=provision.pk),
                made.now["reading"],
                made.now["jurisdictions"],
            ),
        }
        transaction.set_rollback(True)
    return context


@login_required
def law_proposal(request, pk):
    """A change that one person proposed: whom it concerns, and the second person's word."""
    insist(rules.may_keep_law(request.user))
    rows = LawProposal.objects.select_related(
        "provision", "proposed_by", "settled_by", "change", "undoes"
    )
    subject = get_object_or_404(rows, pk=pk)
    action, confirm_fault = request.POST.get("action", "") if request.method == "POST" else "", ""
    form = DropForm(request.POST if action == "drop" else None)
    if action == "confirm":
        try:
            change = actions.confirm_change(
                subject, by=request.user, seen=request.POST.get("seen", "")
            )
        except Refused as refused:
            confirm_fault = str(refused)
        else:
            messages.success(
                request,
                _("Confirmed and recorded. Below are the units and the people it concerns."),
            )
            return redirect(change)
    elif action == "drop" and form.is_valid():
        with refusals_at(form):
            actions.drop_change(subject, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, _("Dropped. What was typed is kept on this page."))
            return redirect(subject)
    context = {
        "proposal": subject,
        "provision": subject.provision,
        "questions": queries.graded_questions(subject.provision),
        "drop_form": form,
        "confirm_fault": confirm_fault,
    }
    if subject.is_open:
        context |= concerned_by(subject, request)
    status = 409 if confirm_fault else 422 if form.errors else 200
    return render(
        request,
        "courses/law/proposal.html",
        {
            **context,
            "may_confirm": rules.may_confirm_change(request.user, subject),
            "is_mine": subject.proposed_by_id == request.user.pk,
        },
        status=status,
    )


def concerned_by(proposal, request):
    law, reading = proposal.provision, proposal.now["reading"]
    effect = queries.effect_of(law, reading, proposal.now["jurisdictions"])
    context = {
        "effect": effect,
        "moved": law.as_it_stands() != proposal.was,
        "may_name": may_name(request.user),
    }
    if context["may_name"]:
        page = Paginator(queries.people_of(law, reading), 25).get_page(request.GET.get("page"))
        page.object_list = list(page.object_list)
        queries.annotate_studies(page.object_list, law, effect)
        context["page"] = page
    return context


def may_name(person) -> bool:
    """Names are for those who look after people; authors work with numbers."""
    return has_role(person, Role.REGISTRAR, Role.HUB_OFFICER, Role.TUTOR)


@login_required
def undo_law_change(request, pk):
    """A change was recorded and the law had not changed: its undoing is put before a second person."""
    insist(rules.may_keep_law(request.user))
    subject = get_object_or_404(
        LawChange.objects.select_related("provision").prefetch_related(without_text()), pk=pk
    )
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            made = actions.propose_undoing(subject, by=request.user, why=form.cleaned_data["why"])
            messages.success(request, _(PROPOSED))
            return redirect(made)
    effect = queries.effect_of(
        subject.provision, subject.was["reading"], subject.was["jurisdictions"]
    )
    shown = {"change": subject, "provision": subject.provision, "effect": effect, "form": form}
    return render(request, "courses/law/undo.html", shown, status=422 if form.errors else 200)


@login_required
def put_law_right(request, key):
    """The ledger was written down wrongly; the law has not changed."""
    insist(rules.may_keep_law(request.user))
    subject = get_object_or_404(Provision, key=key)
    form = SlipForm(request.POST or None, provision=subject)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.put_right(
                subject,
                by=request.user,
                why=form.cleaned_data["why"],
                now=form.now(),
                seen=request.POST.get("seen", ""),
            )
        except Refused as refused:  # what was typed stays on the page
            form.add_error(None, str(refused))
        else:
            if made:
                messages.success(
                    request,
                    _("The ledger is put right. Publish the units that print the slip again."),
                )
                return redirect("courses:provision", key)
            form.add_error(
                None, _("The ledger says this already. Change what was wrong, then save.")
            )
    seen = request.POST.get(
        "seen", subject.mark
    )  # of the page that was read, also where it is shown again with a fault
    return render(
        request,
        "courses/law/slip.html",
        {"provision": subject, "form": form, "seen": seen},
        status=422 if form.errors else 200,
    )


@login_required
def law_change(request, pk):
    """One change: what it said, what it says, which versions taught the old text, and how many people studied them."""
    insist(rules.may_keep_law(request.user))
    subject = get_object_or_404(
        LawChange.objects.select_related("provision", "recorded_by").prefetch_related(
            without_text()
        ),
        pk=pk,
    )
    top_up = subject.top_up
    concerned = User.objects.filter(
        pk__in=queries.studied_old_text(subject.provision).values("person")
    )
    due = (
        top_up.due.select_related("person").order_by("done_at", "person__sort_key", "pk")
        if top_up
        else TopUpDue.objects.none()
    )
    counted = due.aggregate(people=Count("pk"), done=Count("done_at"))
    may_write = rules.may_publish(request.user)
    if request.method == "POST":
        insist(may_write)
        top_up = actions.draft_top_up(subject, by=request.user)
        return redirect("wagtailsnippets_courses_topup:edit", top_up.pk)
    versions, newest = (
        queries.versions_teaching_old_text(subject.provision),
        queries.the_outline().newest,
    )
    lag = [v for v in versions if newest[v.variant_id].id == v.pk]
    return render(
        request,
        "courses/law/law_change.html",
        {
            "change": subject,
            "questions": queries.graded_questions(subject.provision),
            "versions": versions,
            "lag": lag,
            "top_up": top_up,
            "recalled": [t for t in subject.top_ups.all() if t.recalled_at],
            "concerned": concerned.count(),
            "waiting": concerned.exclude(pk__in=due.order_by().values("person")).count()
            if top_up
            else 0,
            "people": counted["people"],
            "done": counted["done"],
            "page": page_of(due, request.GET.get("page"), count=counted["people"]),
            "may_write": may_write,
            "may_name": may_name(request.user),
            "proposal": LawProposal.objects.filter(change=subject)
            .select_related("proposed_by", "undoes")
            .first(),
            "undone": subject.undoings.exclude(change=None).select_related("change").first(),
            "is_newest": subject.provision.changes.first() == subject,
        },
    )
