"""A trainee's own transcripts."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from ...deciding.views import transcripts
from ..queries import enrolment_of


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def own_transcripts(request):
    enrolment = _own(request)
    if request.method == "POST":
        transcripts.issue(request, enrolment, is_named=True)
        return redirect("assessments:own_transcripts")
    return transcripts.page(request, enrolment, is_own=True)


@login_required
@never_cache
@require_GET
def own_transcript_file(request, number):
    return transcripts.answer(_own(request), number, is_own=True)


def _own(request):
    enrolment = enrolment_of(request.user)
    if enrolment is None:
        raise Http404("There is no enrolment.")
    return enrolment
