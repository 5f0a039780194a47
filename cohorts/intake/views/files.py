"""The nominations of a cohort as a file; the employer's statement stays on the page."""

from django.shortcuts import get_object_or_404
from django.utils.timezone import localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.kit import nations
from lms.kit.list_files import ListFile, send
from lms.kit.lists import chosen

from ...enrolment.models import Cohort
from ...permissions import open_to
from ..queries import nominations_for
from ..rules import may_run_intake
from ..states import NominationState

COLUMNS = {
    "given_names": lambda one: one.given_names,
    "family_name": lambda one: one.family_name,
    "email": lambda one: one.email,
    "organisation": lambda one: one.organisation.code if one.organisation else "",
    "organisation_name": lambda one: one.employer_name,
    "post": lambda one: one.post,
    "nations": lambda one: "; ".join(nations.labels(one.nations)),
    "line_manager": lambda one: one.line_manager,
    "nominated_on": lambda one: localtime(one.nominated_at).date(),
    "state": lambda one: one.get_state_display(),
    "student_reference": lambda one: one.student_reference,
    "starts_on": lambda one: one.starts_on,
}


@require_POST
@never_cache
@open_to(may_run_intake)
def nominations(request, code, ending):
    cohort = get_object_or_404(Cohort, code__iexact=code)
    state = chosen(request.POST, state=["", *NominationState.values])["state"]
    listed = ListFile(
        f"{cohort.code}-nominations", nominations_for(cohort, state), COLUMNS, may_run_intake
    )
    return send(listed, ending, by=request.user)
