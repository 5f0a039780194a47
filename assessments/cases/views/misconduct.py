"""The office's cases of misconduct and places to look, by script number; whose it is shows once a case is opened."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit.addresses import number_in
from lms.kit.lists import address, chosen, page_of
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...taking.downloads import download
from ..actions.alike import look_at_resemblance
from ..actions.misconduct import (
    close_concern,
    decide_case,
    inform_trainee,
    open_case,
    open_copy,
    raise_concern,
    take_up_again,
)
from ..actions.office import read_case
from ..forms.misconduct import CloseForm, DecisionForm, FlagForm, LetterForm, OpenForm
from ..queries.misconduct import alike_to, case_for, cases_for, places_to_look, resemblance_for
from ..rules import may_pursue
from ..states import CaseState
from .lists import links_of

FORMS = {
    CaseState.CONCERN: {"open": OpenForm, "close": CloseForm},
    CaseState.LOOKING: {"inform": LetterForm, "decide": DecisionForm},
    CaseState.CLOSED: {"again": OpenForm},
}


@login_required
@never_cache
@require_GET
def misconduct(request):
    """Cases, and scripts that are alike."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    labels = {"open": _("Open"), "closed": _("Closed")}
    show = chosen(request.GET, show=list(labels))["show"]
    rows = {key: cases_for(request.user, key) for key in labels}
    return render(
        request,
        "assessments/misconduct.html",
        {
            "page": page_of(rows[show], request.GET.get("page")),
            "places": page_of(places_to_look(request.user), request.GET.get("places")),
            "tally": links_of(rows, labels, show),
            "show": show,
            "query": address(show=show),
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def case(request, pk):
    """One case. Once it is opened it says whose script it is, and whoever reads that is given no script of theirs."""
    found = _case_or_404(request, pk)
    if found.opened_at:  # a concern, also one that was closed, shows no name
        read_case(found, by=request.user)
    action = request.POST.get("action", "") if request.method == "POST" else ""
    later = found.later.first()
    is_final = found.state == CaseState.CLOSED and (later or not found.opened_at)
    kinds = {} if is_final else FORMS[CaseState(found.state)]
    forms = {
        name: form(request.POST if action == name else None, prefix=name)
        for name, form in kinds.items()
    }
    if request.method == "POST":
        if action not in forms:
            raise Refused(_("Load the page again, and choose what is to be done."))
        done = _act(request, found, forms[action], action)
        if done:
            messages.success(request, done)
            return redirect("assessments:case", pk)
    return render(
        request,
        "assessments/case.html",
        {
            "case": found,
            "later": later,
            "files": _files(found),
            "script": found.submission,
            "enrolment": found.enrolment if found.opened_at else None,
            "alike": alike_to(found.submission, request.user),
            **forms,
        },
        status=422 if action else 200,
    )


def _act(request, case, form, action):
    """What was done, in words; "" where the form came back with a fault."""
    if not form.is_valid():
        return ""
    data, by = form.cleaned_data, request.user
    try:
        if action == "open":
            open_case(case, data["why"], by=by)
            return _("The case is opened.")
        if action == "again":
            take_up_again(case, data["why"], by=by)
            return _("It is taken up again. The case that follows is named on this page.")
        if action == "close":
            close_concern(case, data["answer"], by=by)
            return _("The concern is closed.")
        if action == "inform":
            inform_trainee(case, data["letter"], data["reply_by"], by=by)
            return _("The trainee is told, and can answer.")
        seen = request.POST.get("seen", "")
        decide_case(case, data["level"], data["outcome"], data["answer"], by=by, seen=seen)
        return _("The decision is recorded, and the trainee is told.")
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ""


@login_required
@never_cache
@require_GET
def case_file(request, pk):
    """The markers' copy of the script, under its number: of the hand-in that the address names, else of the newest. Each opening is recorded."""
    submission, number = _case_or_404(request, pk).submission, request.GET.get("file")
    if number is None:
        return _copy(submission, request)
    for handing in submission.handings.all():
        if handing.number == number_in(number):
            return _copy(submission, request, handing.copy)
    raise Http404("There is no such file.")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def resemblance(request, pk):
    """Two scripts that are alike: where, and what can be done. It is a place to look, and no finding."""
    found = _resemblance_or_404(request, pk)
    form = FlagForm(request.POST if request.POST.get("action") == "raise" else None)
    if request.method == "POST":
        if request.POST.get("action") == "look":
            look_at_resemblance(found, by=request.user)
            messages.success(request, _("Recorded. The two scripts leave the list."))
            return redirect("assessments:misconduct")
        scripts = {one.script: one for one in (found.first, found.second)}
        script = scripts.get(request.POST.get("script"))
        if script is None or not form.is_bound:
            raise Refused(_("Load the page again, and choose what is to be done."))
        if form.is_valid():
            data = form.cleaned_data
            flag = raise_concern(script, data["words"], data["place"], by=request.user)
            look_at_resemblance(found, by=request.user)
            messages.success(request, _("A concern is noted. Look into it, or close it."))
            return redirect("assessments:case", flag.case_id)
    return render(
        request,
        "assessments/resemblance.html",
        {"found": found, "scripts": [found.first, found.second], "form": form},
        status=422 if form.errors else 200,
    )


@login_required
@never_cache
@require_GET
def resemblance_file(request, pk, number):
    """The first or the second of the two; each opening is recorded."""
    found = _resemblance_or_404(request, pk)
    if number not in (1, 2):
        raise Http404("There are two scripts.")
    return _copy(found.first if number == 1 else found.second, request)


def _copy(submission, request, path=""):
    path = path or submission.copy
    open_copy(submission, by=request.user)
    return download(path, f"{submission.script}.{path.rpartition('.')[2]}")


def _files(case) -> list[dict]:
    """Each file that was handed in, the newest last, with what was told while it was the one that counted; none of the essays of a quiz, which have one copy."""
    handings, told = list(case.submission.handings.all()), list(case.flags.all())
    ends = [one.at for one in handings[1:]] + [None]
    return [
        {"handing": one, "flags": [f for f in told if one.at <= f.at and (not end or f.at < end)]}
        for one, end in zip(handings, ends, strict=False)
    ]


def _case_or_404(request, pk):
    insist(may_act_as(request.user, Role.REGISTRAR))
    found = case_for(request.user, pk)
    if found is None:
        raise Http404("There is no such case.")
    insist(may_pursue(request.user, found.enrolment))
    return found


def _resemblance_or_404(request, pk):
    insist(may_act_as(request.user, Role.REGISTRAR))
    found = resemblance_for(request.user, pk)
    if found is None:
        raise Http404("There is no such pair.")
    for one in (found.first, found.second):
        insist(may_pursue(request.user, one.enrolment))
    return found
