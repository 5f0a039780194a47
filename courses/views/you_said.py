"""“You said, we did”: what survivor consultants suggested and cohorts answered, and what came of it, for everybody, without names."""

from itertools import groupby

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lms.kit.refusals import Refused, insist

from .. import rules
from ..actions import suggestions
from ..forms.study import TellForm
from ..models import Suggestion
from ..states import SuggestionState


def you_said(request):
    """By module, newest first; then what surveys of cohorts told (IMSA_SURVEY_RESPONSES: the room above answers)."""
    rows = (
        Suggestion.objects.filter(told_on__isnull=False)
        .select_related("version__variant__unit__module")
        .order_by(
            "version__variant__unit__module__order",
            "version__variant__unit__module__code",
            "-told_on",
            "-pk",
        )
    )
    modules = [
        (m, list(lines)) for m, lines in groupby(rows, key=lambda s: s.version.variant.unit.module)
    ]
    surveys = import_string(settings.IMSA_SURVEY_RESPONSES)()
    return render(request, "courses/you_said.html", {"modules": modules, "surveys": surveys})


@login_required
def publish_response(request, pk):
    """Put one answered suggestion on the public page."""
    subject = get_object_or_404(
        Suggestion.objects.visible_to(request.user).select_related("version", "person"), pk=pk
    )
    insist(rules.may_publish(request.user))
    form = TellForm(
        request.POST or None, initial={"you_said": subject.you_said, "we_did": subject.we_did}
    )
    if request.method == "POST" and form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("you_said", "we_did")}
        try:
            suggestions.publish_response(subject, by=request.user, **words)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is on the public page. The consultant is told."))
            return redirect("courses:suggestion", pk)
    return render(
        request,
        "courses/authoring/tell.html",
        {
            "suggestion": subject,
            "form": form,
            "is_answered": subject.state != SuggestionState.OFFERED,
        },
    )


@require_POST
@login_required
def withdraw_response(request, pk):
    subject = get_object_or_404(Suggestion.objects.visible_to(request.user), pk=pk)
    suggestions.withdraw_response(subject, by=request.user)
    messages.success(request, _("It is no longer on the public page."))
    return redirect("courses:suggestion", pk)
