"""Corrections of submitted marks, for the second person who decides on them; by script number, without an author."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit.lists import page_of
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...marking import blind
from ...marking.criteria import criteria_of
from ...marking.feedback_files import feedback_rows, file_among
from ...marking.forms.marks import DeclineCorrectionForm
from ...marking.models import Correction
from ...marking.queries import corrections_to_agree
from ...marking.rules import may_agree_to_correction
from ...marking.states import CorrectionState
from ...marking.views.desk import chain
from ...marking.views.feedback import feedback_answer
from ...taking.states import SubmissionState
from ..actions.corrections import agree_to_correction, decline_correction

TONES = {
    CorrectionState.REQUESTED: "wait",
    CorrectionState.AGREED: "good",
    CorrectionState.DECLINED: "plain",
}


WAITING = gettext_lazy(
    "The other marker is still at work. The corrected mark counts when both have submitted."
)
CONSEQUENCES = {
    SubmissionState.DISCUSSION: gettext_lazy(
        "If the two marks agree now, they settle the mark, and the two markers discuss it no longer."
    ),
    SubmissionState.MODERATION: gettext_lazy(
        "The corrected mark counts in moderation. Where a moderator has looked at the script, its page says that it changed since."
    ),
    SubmissionState.THIRD: gettext_lazy(
        "If the first two marks agree now, they settle the mark, and a third marker who has not submitted is no longer needed."
    ),
    SubmissionState.AGREED: gettext_lazy(
        "The mark of the script is worked out again. Where the two marks are too far apart now, its markers discuss them or a third marker reads it, as the rules say."
    ),
    SubmissionState.RATIFIED: gettext_lazy(
        "A board has decided on this work. If its mark changes, the trainee is told, and a later board decides on the module again."
    ),
}


@login_required
@never_cache
@require_GET
def corrections(request):
    insist(may_act_as(request.user, Role.REGISTRAR))
    page = page_of(corrections_to_agree(request.user), request.GET.get("page"))
    return render(request, "assessments/corrections.html", {"page": page})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def correction(request, pk):
    """Both judgements side by side, the reason, and what follows."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    found = get_object_or_404(
        Correction.objects.select_related(
            "allocation__marker",
            "allocation__submission__assessment",
            "allocation__submission__attempt",
            "allocation__submission__enrolment",
            "decided_by",
        ),
        pk=pk,
    )
    script = found.allocation.submission
    insist(may_agree_to_correction(request.user, script))
    form = DeclineCorrectionForm()
    if request.method == "POST" and request.POST.get("action") == "agree":
        agree_to_correction(found, by=request.user)
        messages.success(request, _("The correction counts, and the marker is told."))
        return redirect("assessments:corrections")
    if request.method == "POST":
        form = DeclineCorrectionForm(request.POST)
        if form.is_valid():
            try:
                decline_correction(found, form.cleaned_data["answer"], by=request.user)
                messages.success(request, _("The submitted marks stand, and the marker is told."))
                return redirect("assessments:corrections")
            except Refused as refusal:
                form.add_error("answer", str(refusal))
    titles = {c.key: c.title for c in criteria_of(script)}
    return render(
        request,
        "assessments/correction.html",
        {
            "found": found,
            "script": script,
            "tone": TONES[found.state],
            "rows": [
                {"title": title, "earlier": found.earlier_marks.get(key), "mark": found.marks[key]}
                for key, title in titles.items()
                if key in found.marks
            ],
            "feedback": feedback_rows(found.feedback),
            "earlier_feedback": feedback_rows(found.earlier_feedback),
            "lines": chain(blind.chain_of(script)),
            "is_open": found.state == CorrectionState.REQUESTED,
            "consequence": CONSEQUENCES.get(script.state, WAITING),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_GET
def correction_feedback(request, pk, file):
    """A feedback file that was submitted, or comes in its place, for the person who agrees or does not."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    rows = Correction.objects.select_related("allocation__submission__enrolment")
    found = get_object_or_404(rows, pk=pk)
    script = found.allocation.submission
    insist(may_agree_to_correction(request.user, script))
    of_both = [*found.feedback, *found.earlier_feedback]
    return feedback_answer(
        request, file_among, of_both, file, script.script, found.allocation.stage
    )
