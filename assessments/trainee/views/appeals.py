"""A trainee appeals against a decision of a board, and sees what came of it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from courses.models import Module
from lms.kit import clock, files
from lms.kit.addresses import number_in
from lms.kit.refusals import Refused

from ...cases.actions.appeals import make_appeal, withdraw_appeal
from ...cases.actions.evidence import add_evidence
from ...cases.forms.appeals import AppealForm
from ...cases.forms.claims import EvidenceForm
from ...cases.queries.appeals import appeals_of
from ...cases.queries.days import appeal_deadline
from ...cases.states import AppealState
from ...deciding.queries.chairs_actions import newest_decision
from ...taking.downloads import download
from ..queries import enrolment_of


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def appeal(request, code):
    """The newest decision on a module, until when it can be appealed against, and the appeals there are."""
    enrolment, decision = _decision_or_404(request, code)
    rows = appeals_of(enrolment, decision.module)
    deadline_on = appeal_deadline(decision, enrolment)
    is_late = clock.today() > deadline_on
    action = request.POST.get("action") if request.method == "POST" else ""
    is_appealed = any(
        one.decision_id == decision.pk and one.state != AppealState.WITHDRAWN for one in rows
    )
    form = AppealForm(request.POST if action == "appeal" else None, is_late=is_late)
    evidence = EvidenceForm(
        *((request.POST, request.FILES) if action == "evidence" else (None, None))
    )
    if request.method == "POST":
        done = _act(request, decision, rows, form, evidence)
        if done:
            messages.success(request, done)
            return redirect("assessments:appeal_of", code)
    return render(
        request,
        "assessments/appeal_of.html",
        {
            "enrolment": enrolment,
            "decision": decision,
            "module": decision.module,
            "appeals": rows,
            "deadline_on": deadline_on,
            "is_late": is_late,
            "can_appeal": form.is_bound or not (is_appealed or decision.outcome == "reopened"),
            "days": settings.IMSA_APPEAL_WORKING_DAYS,
            "answer_days": settings.IMSA_APPEAL_ANSWER_WORKING_DAYS,
            "evidence_days": settings.IMSA_EVIDENCE_DAYS,
            "form": form,
            "evidence": evidence,
        },
        status=422 if action else 200,
    )


def _act(request, decision, rows, form, evidence):
    """What was done, in words; "" where a form came back with a fault."""
    action = request.POST.get("action")
    found = next((one for one in rows if str(one.pk) == request.POST.get("appeal")), None)
    if action == "withdraw" and found:
        withdraw_appeal(found, by=request.user)
        return _("Your appeal is withdrawn. The result stands.")
    if action not in ("appeal", "evidence") or (action == "evidence" and found is None):
        raise Refused(_("Load the page again, and choose what is to be done."))
    if action == "appeal" and number_in(request.POST.get("seen")) != decision.pk:
        raise Refused(_("This result was decided again since. Load the page again."))
    bound = form if action == "appeal" else evidence
    if not bound.is_valid():
        return ""
    data = bound.cleaned_data
    try:
        if action == "evidence":
            add_evidence(found, data["file"], by=request.user)
            return _("Your file is with the programme office.")
        why_late = data.get("why_late", "")
        make_appeal(decision, data["ground"], data["words"], by=request.user, why_late=why_late)
        return _("Your appeal is with the programme office. You can add evidence below.")
    except files.BadFile as refusal:
        bound.add_error("file", str(refusal))
    except Refused as refusal:
        bound.add_error(None, str(refusal))
    return ""


@login_required
@never_cache
@require_GET
def own_file(request, code, pk, number):
    """The trainee's own file, as they sent it with an appeal."""
    enrolment, decision = _decision_or_404(request, code)
    rows = [one for one in appeals_of(enrolment, decision.module) if one.pk == pk]
    file = next((one for row in rows for one in row.evidence.all() if one.pk == number), None)
    if file is None or not file.path:
        raise Http404("There is no such file.")
    return download(file.path, file.name)


def _decision_or_404(request, code):
    enrolment = enrolment_of(request.user)
    module = (
        enrolment
        and Module.objects.filter(programme_id=enrolment.cohort.programme_id, code=code).first()
    )
    decision = module and newest_decision(enrolment, module)
    if not decision:
        raise Http404("No board has decided on such a module of this reader's.")
    decision.module, decision.enrolment = module, enrolment
    return enrolment, decision
