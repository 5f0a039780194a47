"""Transcripts of one person: the registrar's page, and what the trainee's own shares with it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cohorts.enrolment.models import Enrolment
from lms.kit.lists import page_of
from lms.kit.refusals import insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from ..actions.transcripts import issue_transcript
from ..downloads import transcript_pdf
from ..queries.transcripts import has_results, transcripts_of
from ..rules import may_take_transcript


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def transcripts(request, pk):
    """A registrar issues one, with the name or by student reference alone."""
    enrolment = _enrolment(request, pk)
    if request.method == "POST":
        is_named = request.POST.get("kind") != "number"
        issue(request, enrolment, is_named=is_named)
        return redirect("assessments:transcripts", pk)
    return page(request, enrolment, is_own=False)


@login_required
@never_cache
@require_GET
def transcript_file(request, pk, number):
    return answer(_enrolment(request, pk), number)


def _enrolment(request, pk):
    insist(may_act_as(request.user, Role.REGISTRAR))
    rows = Enrolment.objects.select_related("person", "cohort__programme")
    enrolment = get_object_or_404(rows, pk=pk)
    insist(may_take_transcript(request.user, enrolment))
    return enrolment


def issue(request, enrolment, *, is_named):
    made = issue_transcript(enrolment, by=request.user, is_named=is_named)
    messages.success(
        request, _("Transcript %(number)s is ready to download.") % {"number": made.number}
    )


def page(request, enrolment, *, is_own, others=()):
    """Trainees see what names them; what the office made out by reference alone is the office's. `others`: their enrolments in which a board has
    decided too."""
    found = transcripts_of(enrolment)
    found = found.exclude(content__name="") if is_own else found
    context = {
        "enrolment": enrolment,
        "is_own": is_own,
        "others": others,
        "has_results": has_results(enrolment),
        "page": page_of(found, request.GET.get("page")),
    }
    return render(request, "assessments/transcripts.html", context)


def answer(enrolment, number, *, is_own=False):
    """The file of one that was issued, of those that `page` lists."""
    found = transcripts_of(enrolment).filter(number=number)
    transcript = (found.exclude(content__name="") if is_own else found).first()
    if transcript is None:
        raise Http404("There is no such transcript.")
    made = HttpResponse(transcript_pdf(transcript), content_type="application/pdf")
    made["Content-Disposition"] = f'attachment; filename="transcript-{number}.pdf"'
    made["X-Content-Type-Options"] = "nosniff"
    made["Cache-Control"] = "private, no-store"
    return made
