"""The ledger of law: what falls due, what changed, and whom it concerns."""
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render

from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import has_role

from .. import actions, queries, rules
from ..forms_of_law import ChangeForm, ReadAgainForm, SlipForm
from ..models import LawChange, Provision, TopUp


def without_text():
    """Top-ups as a list shows them."""
    return Prefetch("top_ups", TopUp.objects.defer("body", "html", "parts"))


@login_required
def calendar(request):
    """What is overdue, due soon and unowned, then the whole ledger."""
    insist(rules.may_keep_law(request.user))
    changes = LawChange.objects.select_related("provision").prefetch_related(without_text())[:20]
    return render(request, "courses/law/calendar.html", {"calendar": queries.review_calendar(), "changes": changes})


@login_required
def provision(request, key):
    """One provision: what it says, who teaches it, what happened to it."""
    insist(rules.may_keep_law(request.user))
    subject = get_object_or_404(Provision.objects.select_related("owner"), key=key)
    form = ReadAgainForm(request.POST if request.POST.get("deed") == "read" else None)
    if request.method == "POST":
        if request.POST.get("deed") == "own":
            actions.take_on(subject, by=request.user, owner=request.user)
            messages.success(request, "You look after this provision now.")
            return redirect("courses:provision", key)
        if form.is_valid():
            actions.read_again(subject, by=request.user, **form.cleaned_data)
            messages.success(request, "Recorded: somebody read the source and nothing had changed.")
            return redirect("courses:provision", key)
    return render(request, "courses/law/provision.html", {
        "provision": subject, "form": form, "versions": queries.versions_citing(subject), "changes": subject.changes.all(),
        "corrections": subject.corrections.select_related("corrected_by"),
    }, status=422 if form.is_bound and not form.is_valid() else 200)


@login_required
def change_law(request, key):
    """Record that the law changed: first what follows from it, then the deed."""
    insist(rules.may_keep_law(request.user))
    subject = get_object_or_404(Provision, key=key)
    form = ChangeForm(request.POST or None, provision=subject)
    if request.method == "POST" and form.is_valid() and "edit" not in request.POST:
        given = form.cleaned_data
        told = {"words": given["words"], "effective_on": given["effective_on"], "now": form.now()}
        try:
            if "checked" not in request.POST:
                return render(request, "courses/law/change_check.html", {"form": form, **foreseen(subject, by=request.user, **told)})
            change = actions.record_change(subject, by=request.user, **told)
        except Refused as refused:  # what was typed stays on the page
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The change is recorded. Below are the units and the people it concerns.")
            return redirect(change)
    return render(request, "courses/law/change.html", {"provision": subject, "form": form}, status=422 if form.errors else 200)


def foreseen(provision, **told):
    """What would follow from a change: it is made, looked at, and undone. Raises Refused as the deed does."""
    with transaction.atomic():
        change = actions.record_change(provision, **told)
        people = {person for person, in queries.studied_old_text(change.provision).values_list("person_id")}
        shown = {
            "change": change, "provision": provision, "versions": queries.versions_teaching_old_text(change.provision),
            "people": len(people), "groups": queries.groups_of(people, change.provision.nations),
        }
        transaction.set_rollback(True)
    return shown


@login_required
def put_law_right(request, key):
    """The ledger was written down wrongly; the law has not changed."""
    insist(rules.may_keep_law(request.user))
    subject = get_object_or_404(Provision, key=key)
    form = SlipForm(request.POST or None, provision=subject)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.put_right(subject, by=request.user, why=form.cleaned_data["why"], now=form.now())
        except Refused as refused:  # what was typed stays on the page
            form.add_error(None, str(refused))
        else:
            if made:
                messages.success(request, "The ledger is put right. Publish the units that print the slip again.")
                return redirect("courses:provision", key)
            form.add_error(None, "The ledger says this already. Change what was wrong, then save.")
    return render(request, "courses/law/slip.html", {"provision": subject, "form": form}, status=422 if form.errors else 200)


@login_required
def law_change(request, pk):
    """One change: what it said, what it says, which versions taught the old text, and how many people studied them."""
    insist(rules.may_keep_law(request.user))
    subject = get_object_or_404(LawChange.objects.select_related("provision", "recorded_by").prefetch_related(without_text()), pk=pk)
    concerned = {person for person, in queries.studied_old_text(subject.provision).values_list("person_id")}
    top_up = subject.top_up
    due = list(top_up.due.select_related("person").order_by("done_at", "person__last_name", "pk")) if top_up else []
    waiting = concerned - {line.person_id for line in due}
    may_write = rules.may_publish(request.user)
    if request.method == "POST":
        insist(may_write)
        top_up = actions.draft_top_up(subject, by=request.user)
        return redirect("wagtailsnippets_courses_topup:edit", top_up.pk)
    # Names are for those who look after people; authors work with numbers.
    may_name = has_role(request.user, Role.REGISTRAR, Role.HUB_OFFICER, Role.TUTOR)
    versions, newest = queries.versions_teaching_old_text(subject.provision), queries.the_outline().newest
    lag = [v for v in versions if newest[v.variant_id].id == v.pk]
    return render(request, "courses/law/law_change.html", {
        "change": subject, "versions": versions, "lag": lag, "top_up": top_up,
        "recalled": [t for t in subject.top_ups.all() if t.recalled_at], "concerned": len(concerned), "waiting": len(waiting), "due": due, "done": sum(bool(d.done_at) for d in due),
        "may_write": may_write, "may_name": may_name,
    })
