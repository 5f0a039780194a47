"""When one cohort sits each piece of work, in one form."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cohorts.enrolment.models import Cohort
from lms.kit.refusals import insist

from ..actions.sittings import SittingFaults, set_sittings
from ..forms.dates import CopyForm, DatesForm
from ..queries import cohorts_to_copy, dates_to_copy, modules_for, pieces_of, weights_in
from ..rules import may_set_some


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def cohort_dates(request, code):
    insist(may_set_some(request.user))
    cohort = get_object_or_404(Cohort.objects.select_related("programme"), code__iexact=code)
    cohorts = cohorts_to_copy(cohort)
    copy = CopyForm(request.GET if "source" in request.GET else None, cohorts=cohorts)
    suggested = {}
    if request.method == "GET" and copy.is_bound and copy.is_valid():
        suggested = dates_to_copy(copy.cleaned_data["source"], cohort)
    allowed = set(modules_for(request.user).values_list("pk", flat=True))
    forms = [
        DatesForm(
            request.POST if request.method == "POST" else None,
            assessment=piece,
            sitting=piece.sitting,
            versions=piece.approved,
            suggested=suggested.get(piece.pk),
        )
        for piece in pieces_of(cohort)
        if piece.module_id in allowed
    ]
    if request.method == "POST":
        if done := _save(request, cohort, forms):
            return done
    return render(
        request,
        "assessments/setting/dates.html",
        {
            "cohort": cohort,
            "forms": forms,
            "copy": copy if copy.fields["source"].queryset.exists() else None,
            "source": copy.cleaned_data["source"] if suggested else None,
            "is_filled": any(form.is_filled for form in forms),
            "modules": _by_module(forms),
            "wrong": {
                m: n for m, n in weights_in(cohort.pk, cohort.programme_id).items() if n != 100
            },
            "faults": [form for form in forms if form.errors],
        },
        status=422 if any(form.errors for form in forms) else 200,
    )


def _save(request, cohort, forms):
    if not all([form.is_valid() for form in forms]):
        return None
    rows = [form.row() for form in forms if not form.is_untouched()]
    try:
        changed = set_sittings(cohort, rows, by=request.user)
    except SittingFaults as found:
        for form in forms:
            if form.assessment.pk in found.lines:
                form.add_refusal(found.lines[form.assessment.pk])
        return None
    messages.success(
        request,
        ngettext("%(n)s sitting is saved.", "%(n)s sittings are saved.", changed) % {"n": changed}
        if changed
        else _("Nothing was changed."),
    )
    return redirect("assessments:cohort_dates", cohort.code)


def _by_module(forms):
    modules = {}
    for form in forms:
        modules.setdefault(form.assessment.module, []).append(form)
    return list(modules.items())
