"""What waits for a registrar, oldest first, and the issuing of certificates."""
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from assessments.queries.boards import boards_open
from assessments.queries.marks import awaiting_allocation, awaiting_third
from cohorts.models import Cohort, Enrolment, Import
from cohorts.register import posts_of
from cohorts.states import ImportState
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import short_day

from .. import actions, rules
from ..accreditation import last_day_of
from ..eligibility import why_not
from ..facts import Certified
from ..models import Certificate
from ..queries import awaiting_issue, facts_of
from ..queries import rules as rules_in_force
from ..rules import may_see_registry
from ..standings import words_for


@login_required
@never_cache
def registry(request):
    """The registrar's day: each count leads to its work."""
    insist(may_see_registry(request.user))
    waiting = awaiting_issue()
    ready = [w for w in waiting if not w.reasons]
    scripts, thirds = awaiting_allocation(), awaiting_third()
    imports = Import.objects.filter(state=ImportState.CHECKED).order_by("made_at")
    boards = list(boards_open())
    first = ready and ready[0].award.conferred_on
    to_files, to_allocate = reverse("cohorts:imports"), reverse("assessments:allocation")
    to_boards = reverse("assessments:boards")
    figures = [
        _figure(len(ready), "certificate,certificates", "to issue", reverse("certificates:issue_list"), first),
        _figure(imports.count(), "file,files", "checked and not written", to_files, _oldest(imports, "made_at")),
        _figure(scripts.count(), "script,scripts", "without markers", to_allocate, _oldest(scripts, "submitted_at")),
        _figure(thirds.count(), "script,scripts", "for a third marker", to_allocate, _oldest(thirds, "submitted_at")),
        _figure(len(boards), "board,boards", "to prepare", to_boards, boards and boards[0].meets_on, "Next meets on"),
    ]
    return render(request, "certificates/registry.html", {
        "figures": figures, "blocked": [w for w in waiting if w.reasons], "ready": ready, "boards": boards,
        "is_quiet": not any(f["count"] for f in figures),
    })


def _oldest(rows, moment):
    return rows.values_list(moment, flat=True).first()


def _figure(count, forms, rest, url, since, word="Oldest from"):
    one, many = forms.split(",")
    note = f"{word} {short_day(since)}" if since else ""
    return {"count": count, "label": f"{one if count == 1 else many} {rest}".capitalize(), "url": url, "note": note}


@login_required
@never_cache
def issue_list(request):
    """Awards without a certificate: those that can be issued, and the others with every reason."""
    insist(may_see_registry(request.user))
    cohorts = list(Cohort.objects.order_by("starts_on"))
    chosen = next((c for c in cohorts if c.code == request.GET.get("cohort")), None)
    waiting = awaiting_issue(chosen)
    recent = Certificate.objects.select_related("enrolment__person").order_by("-issued_at")[:10]
    return render(request, "certificates/issue_list.html", {
        "cohorts": cohorts, "chosen": chosen, "ready": [w for w in waiting if not w.reasons],
        "blocked": [w for w in waiting if w.reasons], "recent": recent,
    })


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def issue_one(request, pk):
    """Before and after in words, then the deed."""
    insist(may_see_registry(request.user))
    enrolment = get_object_or_404(
        Enrolment.objects.visible_to(request.user).select_related("person", "cohort", "plan", "award", "certificate"), pk=pk
    )
    held = getattr(enrolment, "certificate", None)
    if held and request.method == "GET":
        return redirect("certificates:certificate", number=held.number)
    if request.method == "POST":
        made = actions.issue(enrolment, by=request.user)
        messages.success(request, f"Certificate {made.number} is issued, and {made.facts['name']} has been told.")
        return redirect("certificates:certificate", number=made.number)
    facts, today = facts_of(enrolment), clock.today()
    return render(request, "certificates/issue_one.html", {
        "enrolment": enrolment, "award": getattr(enrolment, "award", None), "reasons": why_not(facts, today), "today": today,
        "may": rules.may_issue(request.user, enrolment), "before": words_for("eligible"), "after": words_for("accredited"),
        "valid_until": last_day_of(Certified("", today, ()), rules_in_force()),
        "posts": [p for p in posts_of(enrolment.person_id) if p.is_open_on(today)],
    })


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def issue_all(request):
    """Everybody who can be issued, named one by one, then the deed for each: one refusal stops no other."""
    insist(may_see_registry(request.user))
    if request.method == "POST":
        wanted = Enrolment.objects.filter(pk__in=[k for k in request.POST.getlist("enrolment") if k.isdigit()])
        made = 0
        for enrolment in wanted.select_related("person").order_by("person__last_name", "pk"):
            try:
                actions.issue(enrolment, by=request.user)
                made += 1
            except Refused as refused:
                messages.warning(request, f"{enrolment.person.full_name}: {refused}")
        if made:
            count = "1 certificate is" if made == 1 else f"{made} certificates are"
            messages.success(request, f"{count} issued, and each holder has been told.")
        else:
            messages.info(request, "Nothing was issued.")
        return redirect("certificates:issue_list")
    return render(request, "certificates/issue_all.html", {
        "ready": [w for w in awaiting_issue() if not w.reasons], "today": clock.today(), "after": words_for("accredited"),
        "valid_until": last_day_of(Certified("", clock.today(), ()), rules_in_force()),
    })
