"""One scenario of a draft: its text, and the questions about it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit.addresses import number_in
from lms.kit.refusals import Refused

from ..actions.scenarios import remove_scenario, write_scenario
from ..forms.questions import KindForm
from ..forms.scenarios import ScenarioForm
from ..queries import questions_in
from ..scenarios import scenario_in
from .assessments import add_refusal, version_or_404


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def scenario(request, code, number, key=None):
    """Write a new scenario, or another text of one; approved versions that ask about it keep theirs."""
    draft = version_or_404(request, code, number)
    if not draft.assessment.is_quiz:
        raise Http404("Written work has no scenarios.")
    found = scenario_in(draft, key) if key else None
    if key and found is None:
        raise Http404("There is no such scenario in this version.")
    if not draft.is_draft and not request.POST.get("seen"):
        raise Http404("An approved version has no scenarios to write.")
    if request.method == "POST":
        return _save(request, draft, found)
    form = ScenarioForm(initial={"text": found.text if found else ""})
    return _show(request, draft, found, form)


def _save(request, draft, scenario):
    seen = number_in(request.POST.get("seen"))
    here = (draft.assessment.code, draft.number)
    if scenario and request.POST.get("action") == "remove":
        remove_scenario(draft, scenario, by=request.user, seen=seen)
        messages.success(request, _("The scenario is no longer in this version."))
        return redirect(f"{reverse('assessments:version', args=here)}#questions")
    form = ScenarioForm(request.POST)
    if not form.is_valid():
        return _show(request, draft, scenario, form, status=422, seen=seen)
    try:
        text = form.cleaned_data["text"]
        made = write_scenario(draft, text, by=request.user, scenario=scenario, seen=seen)
    except Refused as refusal:
        seen = add_refusal(form, refusal, seen)
        return _show(request, draft, scenario, form, status=409, seen=seen)
    messages.success(request, _("The scenario is saved. Trainees do not see it yet."))
    return redirect("assessments:scenario", *here, made.key)


def _show(request, draft, scenario, form, status=200, seen=None):
    draft.refresh_from_db(fields=["revision"])
    questions = questions_in(draft) if scenario else []
    context = {
        "version": draft,
        "assessment": draft.assessment,
        "scenario": scenario,
        "form": form,
        "kind_form": KindForm(),
        "questions": [one for one in questions if one.scenario_id == scenario.pk],
        "seen": draft.revision if seen is None else seen,
    }
    return render(request, "assessments/setting/scenario.html", context, status=status)
