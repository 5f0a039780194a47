"""Certificates for many at once: who can be issued, the run that issues them, and how it goes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cohorts.enrolment.models import Cohort, Enrolment
from lms.kit import clock
from lms.kit.languages import ENGLISH, LANGUAGES
from lms.kit.models import Heartbeat
from lms.kit.refusals import insist

from .. import actions
from ..accreditation.standing import term_from
from ..accreditation.standing_wording import words_for
from ..accreditation.stretches import READY
from ..actions.designs import languages_of_design
from ..actions.stretches import refresh_few
from ..models import IssueRun
from ..queries import awaiting_issue, the_book
from ..queries.stretches import waiting_on
from ..rules import may_see_registry
from ..states import RunState
from .registry import cohort_code

AT_ONCE = 200  # certificates that one look can begin
AWAY = 120  # seconds without a sign of the worker


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def issue_all(request):
    """Everybody who can be issued, named one by one, then the action for each: one refusal stops no other."""
    insist(may_see_registry(request.user))
    chosen = Cohort.objects.filter(code=cohort_code(request)).first()
    languages = languages_of_design()
    if request.method == "POST":
        language = request.POST.get("language", ENGLISH)
        wanted = Enrolment.objects.filter(
            pk__in=[k for k in request.POST.getlist("enrolment") if k.isdigit()]
        )
        begun = actions.begin_issue_run(
            list(wanted.order_by("person__last_name", "pk")),
            by=request.user,
            cohort=chosen,
            language=language if language in languages else ENGLISH,
        )
        return redirect("certificates:issue_run", pk=begun.pk)
    snapshot, today = refresh_few(), clock.today()
    keys = waiting_on(today, READY, snapshot, chosen)
    first = keys[:AT_ONCE]
    ready = (
        [w for w in awaiting_issue(enrolments=first, fact_set=snapshot.facts) if not w.reasons]
        if first
        else []
    )
    return render(
        request,
        "certificates/issue_all.html",
        {
            "ready": ready,
            "all": len(keys) if len(keys) > AT_ONCE else len(ready),
            "today": today,
            "chosen": chosen,
            "after": words_for("accredited"),
            "valid_until": term_from(clock.today(), the_book()),
            "languages": [(code, LANGUAGES[code]) for code in languages],
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def issue_run(request, pk):
    """How a run of certificates goes: how many are issued, who waits, who was not issued and why."""
    insist(may_see_registry(request.user))
    run = get_object_or_404(IssueRun.objects.select_related("made_by", "cohort"), pk=pk)
    if request.method == "POST":
        actions.stop_issue_run(run, by=request.user)
        messages.success(request, _("No more is issued. What was issued stays issued."))
        return redirect("certificates:issue_run", pk=run.pk)
    counts = dict(run.lines.order_by().values_list("state").annotate(n=Count("pk")))
    beat = Heartbeat.objects.filter(job="runs").first()
    is_running = run.state == RunState.RUNNING
    return render(
        request,
        "certificates/issue_run.html",
        {
            "run": run,
            "language": LANGUAGES[run.language],
            "is_running": is_running,
            "issued": counts.get("issued", 0),
            "all": sum(counts.values()),
            "waiting": counts.get("waiting", 0),
            "failed": run.lines.filter(state="not_issued").select_related("enrolment__person"),
            "is_stopped": run.state == RunState.STOPPED,
            "lines": run.lines.filter(state="issued")
            .select_related("enrolment__person", "certificate")
            .order_by("-pk")[:50],
            "worker_is_away": is_running
            and (beat is None or (clock.now() - beat.at).total_seconds() > AWAY),
        },
    )
