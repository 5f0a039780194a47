"""Marks that trainees do not see yet, by cohort and piece of work, and the button that lets them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cohorts.enrolment.models import Cohort
from lms.kit import clock
from lms.kit.addresses import number_in
from lms.kit.lists import page_of
from lms.kit.refusals import insist
from lms.people.models import Role
from lms.people.roles import has_role

from ...setting.models import Assessment
from ..actions.release import fingerprint_of, release_marks
from ..queries.release import awaiting_release, release_counts, state_of
from ..rules import may_release, may_release_in, may_release_some


@login_required
@never_cache
@require_GET
def waiting(request):
    insist(may_release(request.user))
    rows = release_counts(request.user)
    page = page_of(rows, request.GET.get("page"), count=len(rows))
    is_registrar = has_role(request.user, Role.REGISTRAR)
    context = {"page": page, "today": clock.today(), "is_registrar": is_registrar}
    return render(request, "assessments/release.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def release(request, cohort, code):
    """How many marks the button releases, or whose the registrar chooses; it releases those and no others."""
    insist(may_release(request.user))
    group = get_object_or_404(Cohort, code=cohort)
    pieces = Assessment.objects.select_related("module")
    piece = get_object_or_404(pieces, code=code, module__programme=group.programme_id)
    state = state_of(piece, group)
    insist(may_release_in(request.user, piece.module, state.rule))
    if request.method == "POST":
        if "chosen" in request.POST:
            which = {"enrolments": [number_in(one) for one in request.POST.getlist("enrolment")]}
        else:
            which = {"seen": request.POST.get("seen", "")}
        count = release_marks(piece, group, by=request.user, **which)
        messages.success(
            request,
            ngettext("%(count)s mark is released.", "%(count)s marks are released.", count)
            % {"count": count},
        )
        return redirect("assessments:release")
    rows = release_counts(request.user)
    found = (r for r in rows if (r["enrolment__cohort"], r["assessment"]) == (group.pk, piece.pk))
    row = next(found, {"waiting": 0, "marking": 0})
    keys = awaiting_release(request.user).filter(assessment=piece, enrolment__cohort=group)
    may_choose = may_release_some(request.user, group)
    students = keys.order_by("enrolment__student_reference").values(
        "enrolment", "enrolment__student_reference"
    )
    return render(
        request,
        "assessments/release_marks.html",
        {
            "cohort": group,
            "assessment": piece,
            "row": row,
            "rule": state.in_words,
            "not_yet": row.get("not_yet", ""),
            "may_choose": may_choose,
            "page": page_of(students, request.GET.get("page"), count=row["waiting"])
            if may_choose
            else None,
            "seen": fingerprint_of(keys.values_list("pk", flat=True)),
        },
    )
