"""All dates of one trainee on one page."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lms.kit.refusals import insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from ..queries import enrolment_of
from ..week import dates_of


@require_GET
@login_required
@never_cache
def dates(request):
    """What is overdue, what the next seven days hold, and what comes after."""
    enrolment = enrolment_of(request.user)
    if enrolment is None:
        insist(may_act_as(request.user, Role.LEARNER))
        return render(request, "assessments/not_enrolled.html")
    found = dates_of(enrolment)
    return render(
        request,
        "assessments/dates.html",
        {
            "enrolment": enrolment,
            "overdue": [line for line in found if line.is_overdue],
            "soon": [line for line in found if line.is_soon and not line.is_overdue],
            "coming": [line for line in found if not line.is_soon],
            "count": len(found),
        },
    )
