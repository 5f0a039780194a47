"""A trainee asks for more time, or tells of circumstances, for one piece of work; and sees what came of it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit import clock, files
from lms.kit.addresses import number_in
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import moment

from ...attempts.queries import current_attempts
from ...cases.actions.claims import make_claim, self_certify, withdraw_claim
from ...cases.actions.evidence import add_evidence
from ...cases.forms.claims import ClaimForm, EvidenceForm, SelfCertifyForm
from ...cases.queries.claims import claims_of, self_certifications_left
from ...cases.queries.days import moments_after
from ...cases.rules import may_ask, may_send
from ...cases.states import ClaimKind
from ...taking.downloads import download
from ..queries import enrolment_of, work_in


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def claims(request, code):
    """What can be asked for one piece of work, and what was."""
    enrolment, work = _work_or_404(request, code)
    rows = claims_of(enrolment, work.assessment)
    attempt = current_attempts(enrolment).get(work.assessment.pk)
    sent = request.POST if request.method == "POST" else None
    action = sent.get("action") if sent else None
    forms = _forms(request, enrolment, work, rows, action)
    if sent is not None:
        done = _act(request, enrolment, work, rows, forms, action)
        if done:
            messages.success(request, done)
            return redirect("assessments:claims_of", code)
    return render(
        request,
        "assessments/claims_of.html",
        {
            "enrolment": enrolment,
            "assessment": work.assessment,
            "work": work,
            "claims": rows,
            "open": next((one for one in rows if one.is_open), None),
            "seen": attempt.number if attempt else 1,
            "may": may_ask(request.user, enrolment),
            "left": self_certifications_left(request.user),
            "times": settings.IMSA_SELF_CERTIFIED_TIMES,
            "programme_days": settings.IMSA_PROGRAMME_EXTENSION_DAYS,
            "answer_days": settings.IMSA_CLAIM_ANSWER_WORKING_DAYS,
            "evidence_days": settings.IMSA_EVIDENCE_DAYS,
            **forms,
        },
        status=200 if sent is None else 422,
    )


def _forms(request, enrolment, work, rows, action):
    """Each form that can be used now; the one that was sent holds what was typed."""
    sent = request.POST if action else None
    has_open = any(one.is_open for one in rows)
    found = {"certify": None, "ask": None, "evidence": None}
    if action == "certify" or _may_certify(request, work, rows, has_open):
        found["certify"] = SelfCertifyForm(
            sent if action == "certify" else None, dates=_dates(enrolment, work)
        )
    if action == "ask" or (not has_open and work.status != "decided"):
        found["ask"] = ClaimForm(sent if action == "ask" else None, is_in=work.is_in)
    if has_open or action == "evidence":
        is_sent = action == "evidence"
        found["evidence"] = EvidenceForm(
            request.POST if is_sent else None, request.FILES if is_sent else None
        )
    return found


def _may_certify(request, work, rows, has_open):
    """The action asks again; this only keeps a form from being shown that it would refuse."""
    is_coming = work.is_to_do and work.due_at and work.due_at > clock.now()
    has_certified = any(one.kind == ClaimKind.SELF_CERTIFIED and one.is_current for one in rows)
    return (
        is_coming and not has_open and not has_certified and self_certifications_left(request.user)
    )


def _dates(enrolment, work):
    most = settings.IMSA_SELF_CERTIFIED_DAYS
    if not work.due_at:
        return [(days, "") for days in range(1, most + 1)]
    moments = moments_after(work.due_at, most, enrolment)
    return [(days, moment(due_at)) for days, due_at in enumerate(moments, start=1)]


def _act(request, enrolment, work, rows, forms, action):
    """What was done, in words; "" where a form came back with a fault."""
    may = may_ask if action in ("certify", "ask") else may_send
    insist(may(request.user, enrolment))
    by = {"by": request.user, "seen": number_in(request.POST.get("seen"), None)}
    claim = next((one for one in rows if str(one.pk) == request.POST.get("claim")), None)
    if action == "withdraw" and claim:
        withdraw_claim(claim, by=request.user)
        return _("Your claim is withdrawn.")
    form = forms.get(action)
    if form is None or (action == "evidence" and claim is None):
        raise Refused(_("Load the page again, and choose what is to be done."))
    if not form.is_valid():
        return ""
    data = form.cleaned_data
    try:
        if action == "certify":
            self_certify(work.assessment, enrolment, data["days"], **by)
            return _("You have more time. Your new due date is on this page.")
        if action == "ask":
            kind, words, wish_on = data["kind"], data["words"], data["wish_on"]
            make_claim(work.assessment, enrolment, kind, words, wish_on, **by)
            return _("Your claim is with the programme office. You can add evidence below.")
        add_evidence(claim, data["file"], by=request.user)
        return _("Your file is with the programme office.")
    except files.BadFile as refusal:
        form.add_error("file", str(refusal))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return ""


@login_required
@never_cache
@require_GET
def own_evidence(request, code, pk, number):
    """The trainee's own file, as they sent it."""
    enrolment, work = _work_or_404(request, code)
    rows = [one for one in claims_of(enrolment, work.assessment) if one.pk == pk]
    file = next((one for row in rows for one in row.evidence.all() if one.pk == number), None)
    if file is None or not file.path:
        raise Http404("There is no such file.")
    return download(file.path, file.name)


def _work_or_404(request, code):
    enrolment = enrolment_of(request.user)
    if enrolment is None:
        raise Http404("No one without an enrolment has work here.")
    work = next((one for one in work_in(enrolment) if one.assessment.code == code), None)
    if work is None:
        raise Http404("This programme has no such work.")
    return enrolment, work
