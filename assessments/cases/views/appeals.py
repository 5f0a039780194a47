"""The office's queue of appeals, and one appeal with what can be answered."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit.lists import address, chosen, page_of
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...deciding.rules import may_record
from ...taking.downloads import download
from ..actions.appeals import decline_appeal, examine_appeal, uphold_appeal
from ..actions.evidence import open_evidence
from ..actions.office import read_case
from ..forms.appeals import DeclineForm, UpholdForm
from ..queries.appeals import appeal_for, appeals_for, overdue_appeals
from ..rules import may_handle
from .lists import links_of

FORMS = {"uphold": UpholdForm, "decline": DeclineForm}


@login_required
@never_cache
@require_GET
def appeals(request):
    """Appeals that are open, the soonest due first."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    labels = {"open": _("Open"), "closed": _("Answered")}
    show = chosen(request.GET, show=list(labels))["show"]
    rows = {key: appeals_for(request.user, key) for key in labels}
    return render(
        request,
        "assessments/appeals.html",
        {
            "page": page_of(rows[show], request.GET.get("page")),
            "overdue": overdue_appeals(request.user).count(),
            "tally": links_of(rows, labels, show),
            "show": show,
            "query": address(show=show),
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def appeal(request, pk):
    """One appeal; to open it is recorded."""
    found = _appeal_or_404(request, pk)
    read_case(found, by=request.user)
    action = request.POST.get("action") if request.method == "POST" else ""
    forms = {
        name: form(request.POST if action == name else None, prefix=name)
        for name, form in FORMS.items()
    }
    if request.method == "POST":
        done = _act(request, found, forms, action)
        if done:
            messages.success(request, done)
            return redirect("assessments:appeal", pk)
    return render(
        request,
        "assessments/appeal.html",
        {
            "appeal": found,
            "decision": found.decision,
            "enrolment": found.enrolment,
            "may_record": may_record(request.user, found.decision.board),
            **forms,
        },
        status=422 if action else 200,
    )


def _act(request, appeal, forms, action):
    """What was done, in words; "" where a form came back with a fault."""
    if action == "examine":
        examine_appeal(appeal, by=request.user)
        return _("The trainee is told that you are looking at it.")
    if action not in forms:
        raise Refused(_("Load the page again, and choose what is to be done."))
    form, by = forms[action], {"by": request.user, "seen": request.POST.get("seen", "")}
    if not form.is_valid():
        return ""
    data = form.cleaned_data
    try:
        if action == "uphold":
            uphold_appeal(appeal, data["answer"], chairs=form.chairs(), **by)
            return _("The appeal is upheld, and the trainee is told.")
        decline_appeal(appeal, data["answer"], data["letter_on"], **by)
        return _("The answer is recorded, and the trainee is told it with the next step.")
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ""


@login_required
@never_cache
@require_GET
def appeal_evidence(request, pk, number):
    """One file of evidence. Each opening is recorded before the file leaves."""
    found = _appeal_or_404(request, pk)
    file = next((one for one in found.evidence.all() if one.pk == number), None)
    if file is None:
        raise Http404("There is no such file.")
    open_evidence(file, by=request.user)
    return download(file.path, file.name)


def _appeal_or_404(request, pk):
    insist(may_act_as(request.user, Role.REGISTRAR))
    found = appeal_for(request.user, pk)
    if found is None:
        raise Http404("There is no such appeal.")
    insist(may_handle(request.user, found.enrolment))
    return found
