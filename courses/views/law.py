"""The ledger of law: what falls due, what changed, whom it concerns; and the top-up a trainee reads."""
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render

from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import has_role

from .. import actions, checks, queries, rules
from ..drawing import draw_stream
from ..forms_of_law import ChangeForm, ReadAgainForm, SendForm, SlipForm
from ..models import LawChange, Provision, TopUp, TopUpDue
from ..queries.unit import Shown, show_check


@login_required
def calendar(request):
    """What is overdue, due soon and unowned, then the whole ledger."""
    insist(rules.may_keep_law(request.user))
    changes = LawChange.objects.select_related("provision", "top_up")[:20]
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
    """Record that the law changed."""
    insist(rules.may_keep_law(request.user))
    subject = get_object_or_404(Provision, key=key)
    form = ChangeForm(request.POST or None, provision=subject)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            change = actions.record_change(
                subject, by=request.user, words=given["words"], effective_on=given["effective_on"], now=form.now(),
            )
        except Refused as refused:  # what was typed stays on the page
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The change is recorded. Below are the units and the people it concerns.")
            return redirect(change)
    return render(request, "courses/law/change.html", {"provision": subject, "form": form}, status=422 if form.errors else 200)


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
    subject = get_object_or_404(LawChange.objects.select_related("provision", "recorded_by", "top_up"), pk=pk)
    concerned = {person for person, in queries.studied_old_text(subject.provision).values_list("person_id")}
    top_up = getattr(subject, "top_up", None)
    due = list(top_up.due.select_related("person").order_by("done_at", "person__last_name", "pk")) if top_up else []
    waiting = concerned - {line.person_id for line in due}
    form = SendForm(request.POST or None)
    may_write = rules.may_publish(request.user)
    if request.method == "POST":
        insist(may_write)
        if request.POST.get("deed") == "draft":
            top_up = actions.draft_top_up(subject, by=request.user)
            return redirect("wagtailsnippets_courses_topup:edit", top_up.pk)
        if top_up and (top_up.sent_at or form.is_valid()):
            counts_from = None if top_up.sent_at else form.cleaned_data["counts_from"]
            try:
                actions.send_top_up(top_up, by=request.user, counts_from=counts_from)
            except Refused as refused:
                if not form.is_bound or top_up.sent_at:
                    raise
                form.add_error(None, str(refused))
            else:
                messages.success(request, "Sent. Each person has a message, and sees it first on their study page.")
                return redirect(subject)
    # Names are for those who look after people; authors work with numbers.
    may_name = has_role(request.user, Role.REGISTRAR, Role.HUB_OFFICER, Role.TUTOR)
    versions, newest = queries.versions_teaching_old_text(subject.provision), queries.the_outline().newest
    lag = [v for v in versions if newest[v.variant_id].id == v.pk]
    return render(request, "courses/law/law_change.html", {
        "change": subject, "versions": versions, "lag": lag, "top_up": top_up, "form": form,
        "concerned": len(concerned), "waiting": len(waiting), "due": due, "done": sum(bool(d.done_at) for d in due),
        "may_write": may_write, "may_name": may_name,
    }, status=422 if form.errors else 200)


@login_required
def top_up(request, pk):
    """What a trainee reads because the law changed; answering and finishing happen here."""
    due = get_object_or_404(
        TopUpDue.objects.visible_to(request.user).select_related("top_up__change__provision", "person"), top_up_id=pk
    )
    fault = {}
    if request.method == "POST":
        key = request.POST.get("check", "")
        try:
            if key:
                question = next((s for s in due.top_up.parts if s["kind"] == "check" and s["id"] == key), {})
                actions.answer_top_up(due, key, checks.read_given(question, request.POST), by=request.user)
                return redirect(f"{request.path}#p-{key}")
            actions.finish_top_up(due, by=request.user)
            messages.success(request, "Recorded: you have read what changed. Nothing more is due for this change.")
            return redirect(request.path)
        except checks.Unanswered as unanswered:
            fault = {key: str(unanswered)}
    parts = parts_of(due, fault, request.GET.get("again"))
    left = any(p.kind == "check" and not (p.verdict and p.verdict.right) for p in parts)
    return render(
        request, "courses/law/top_up.html",
        {"due": due, "top_up": due.top_up, "parts": parts, "left": left, "waits": due.counts_for(queries.plans_of(request.user))},
        status=422 if fault else 200,
    )


def parts_of(due, fault, again):
    parts = []
    for part in due.top_up.parts or [{"kind": "html", "id": "text", "html": due.top_up.html}]:
        shown = Shown(part, fault=fault.get(part["id"], ""))
        if part["kind"] == "check":
            data = due.data.get(part["id"])
            show_check(shown, data and Kept(data), None, again == part["id"] or bool(shown.fault))
        parts.append(shown)
    return parts


class Kept:
    """An answer in a top-up, read as a mark is."""

    def __init__(self, data):
        self.data, self.is_done = data, data["right"]


@login_required
def top_up_preview(request, pk):
    """The draft as people will read it."""
    insist(rules.may_keep_law(request.user))
    subject = get_object_or_404(TopUp.objects.select_related("change__provision"), pk=pk)
    html = subject.html or draw_stream(subject.body)[0]
    return render(request, "courses/law/preview.html", {"top_up": subject, "html": html})
