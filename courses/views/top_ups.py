"""Top-ups: the page on which one person proposes and another sends or recalls, and the text a trainee reads."""

from contextlib import nullcontext

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit.refusals import insist, refusals_at

from .. import actions, queries, rules
from ..forms.law import ReasonForm, SendForm
from ..knowledge_checks import feedback
from ..models import TopUp, TopUpDue
from ..queries.unit import PartForPage, show_check
from ..rendering.units import draw_stream

WORDS = {
    "propose": gettext_lazy(
        "Proposed. The other authors and the tutors have a message; one of them sends it or returns it."
    ),
    "return": gettext_lazy("It is a draft again, and no one has it."),
    "send": gettext_lazy("Sent. Each person has a message, and sees it first on their study page."),
    "recall": gettext_lazy(
        "Recalled. Each person has a message, and no one’s endorsement waits for it."
    ),
}


@login_required
def top_up_sending(request, pk):
    """Whom a top-up would bind, from when, and by whose word: proposed, returned, sent and recalled here."""
    insist(rules.may_keep_law(request.user))
    subject = get_object_or_404(
        TopUp.objects.select_related("change__provision", "proposed_by", "sent_by", "recalled_by"),
        pk=pk,
    )
    action = request.POST.get("action", "") if request.method == "POST" else ""
    send_form = SendForm(request.POST if action == "propose" else None)
    reason_form = ReasonForm(request.POST if action in ("return", "recall") else None)
    form = {"propose": send_form, "return": reason_form, "recall": reason_form}.get(
        action, send_form
    )
    if action == "send" or action and form.is_bound and form.is_valid():
        with refusals_at(form) if form.is_bound else nullcontext():
            do(action, subject, form, request)
            messages.success(request, WORDS[action])
            return redirect(subject.sending_url)
    new = queries.unreached(subject)
    bound = set(subject.due.values_list("person_id", flat=True))
    nations = subject.nations or actions.nations_of(subject.change)
    return render(
        request,
        "courses/law/sending.html",
        {
            "top_up": subject,
            "change": subject.change,
            "provision": subject.change.provision,
            "nations": nations,
            "html": subject.html or draw_stream(subject.body)[0],
            "new": len(new),
            "bound": len(bound),
            "groups": queries.groups_of(bound or set(new), nations),
            "send_form": send_form,
            "reason_form": reason_form,
            "may_propose": rules.may_publish(request.user),
            "may_confirm": rules.may_confirm_top_up(request.user, subject),
            "may_recall": rules.may_recall_top_up(request.user, subject),
            "is_mine": subject.proposed_by_id == request.user.pk,
        },
        status=422 if form.errors else 200,
    )


def do(action, top_up, form, request):
    by = request.user
    if action == "propose":
        actions.propose_top_up(top_up, by=by, counts_from=form.cleaned_data["counts_from"])
    elif action == "send":
        given = request.POST.get("people", "")
        actions.send_top_up(
            top_up,
            by=by,
            people=int(given) if given.isdecimal() and len(given) < 9 else -1,
            seen=request.POST.get("seen", ""),
        )
    else:
        act = actions.return_top_up if action == "return" else actions.recall_top_up
        act(top_up, by=by, reason=form.cleaned_data["reason"])


@login_required
def top_up(request, pk):
    """What a trainee reads because the law changed; answering and finishing happen here."""
    due = get_object_or_404(
        TopUpDue.objects.visible_to(request.user).select_related(
            "top_up__change__provision", "person"
        ),
        top_up_id=pk,
    )
    fault = {}
    if request.method == "POST":
        key = request.POST.get("check", "")
        try:
            if key:
                question = next(
                    (s for s in due.top_up.parts if s["kind"] == "check" and s["id"] == key), {}
                )
                actions.answer_top_up(
                    due, key, feedback.read_given(question, request.POST), by=request.user
                )
                return redirect(f"{request.path}#p-{key}")
            actions.finish_top_up(due, by=request.user)
            messages.success(
                request,
                _("Recorded: you have read what changed. Nothing more is due for this change."),
            )
            return redirect(request.path)
        except feedback.Unanswered as unanswered:
            fault = {key: str(unanswered)}
    parts = parts_of(due, fault, request.GET.get("again"))
    left = any(p.kind == "check" and not (p.verdict and p.verdict.right) for p in parts)
    return render(
        request,
        "courses/law/top_up.html",
        {
            "due": due,
            "top_up": due.top_up,
            "parts": parts,
            "left": left,
            "waits": due.counts_for(queries.plans_of(request.user)),
        },
        status=422 if fault else 200,
    )


def parts_of(due, fault, again):
    parts = []
    for part in due.top_up.parts or [{"kind": "html", "id": "text", "html": due.top_up.html}]:
        shown = PartForPage(part, fault=fault.get(part["id"], ""))
        if part["kind"] == "check":
            data = due.data.get(part["id"])
            show_check(
                shown, data and AnswerAsMark(data), None, again == part["id"] or bool(shown.fault)
            )
        parts.append(shown)
    return parts


class AnswerAsMark:
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
