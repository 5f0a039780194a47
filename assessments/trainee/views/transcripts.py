"""A trainee's own transcripts, of every programme they were enrolled in."""

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cohorts.enrolment.models import Enrolment

from ...attempts.models import PriorCredit
from ...deciding.models import BoardDecision
from ...deciding.views import transcripts
from ..queries import enrolment_of


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def own_transcripts(request, pk=None):
    """`pk`: an enrolment of theirs; without it the one that their pages are about."""
    enrolment = _own(request, pk)
    if request.method == "POST":
        transcripts.issue(request, enrolment, is_named=True)
        return redirect("assessments:own_transcripts_of", enrolment.pk)
    others = Enrolment.objects.filter(person=request.user.pk).exclude(pk=enrolment.pk)
    decided = BoardDecision.objects.filter(enrolment__in=others).values("enrolment")
    credited = PriorCredit.objects.that_count().filter(enrolment__in=others).values("enrolment")
    return transcripts.page(
        request,
        enrolment,
        is_own=True,
        others=others.filter(Q(pk__in=decided) | Q(pk__in=credited))
        .select_related("cohort")
        .order_by("-enrolled_on", "pk"),
    )


@login_required
@never_cache
@require_GET
def own_transcript_file(request, number, pk=None):
    return transcripts.answer(_own(request, pk), number, is_own=True)


def _own(request, pk):
    if pk is not None:
        rows = Enrolment.objects.select_related("person", "cohort__programme")
        return get_object_or_404(rows, pk=pk, person=request.user.pk)
    enrolment = enrolment_of(request.user)
    if enrolment is None:
        raise Http404("There is no enrolment.")
    return enrolment
