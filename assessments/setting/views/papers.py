"""The external examiner's word on what is going to be asked, before anybody is asked it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit.addresses import number_in
from lms.kit.lists import page_of
from lms.kit.refusals import Refused, insist

from ..actions.reviews import answer
from ..forms.people import ReviewForm
from ..marking_guide import means_of_marking
from ..models import Review
from ..outcomes import unreached
from ..queries import papers as papers_found
from ..queries import questions_in, rubric_of
from ..rules import may_review, may_review_in
from ..sections import with_sections
from ..states import VersionState


@login_required
@require_GET
def papers(request):
    insist(may_review(request.user))
    found = page_of(papers_found(request.user), request.GET.get("page"))
    return render(request, "assessments/setting/papers.html", {"page": found})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def paper(request, code, number):
    """Brief, criteria or questions of one version, and the answer."""
    insist(may_review(request.user))
    found = get_object_or_404(
        papers_found(request.user), assessment__code__iexact=code, number=number
    )
    may, seen = may_review_in(request.user, found.assessment.module), found.revision
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        insist(may)
        seen = number_in(request.POST.get("seen"))
        if form.is_valid():
            given = form.cleaned_data
            try:
                answer(found, given["answer"], given["words"], by=request.user, seen=seen)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                seen = found.revision
            else:
                messages.success(
                    request,
                    _("You have approved this version.")
                    if given["answer"] == Review.APPROVED
                    else _("You have asked for changes. The programme office is told."),
                )
                return redirect("assessments:papers")
    criteria = rubric_of(found)
    context = {
        "version": found,
        "assessment": found.assessment,
        "criteria": criteria,
        "unreached": unreached(found.assessment.module, criteria),
        "means": means_of_marking(criteria),
        "questions": with_sections(found, questions_in(found)) if found.assessment.is_quiz else [],
        "reviews": list(found.reviews.all()),
        "form": form,
        "seen": seen,
        "waits": found.state == VersionState.EXAMINING,
        "may": may,
    }
    return render(
        request, "assessments/setting/paper.html", context, status=422 if form.errors else 200
    )
