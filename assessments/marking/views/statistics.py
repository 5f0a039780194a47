"""How markers mark, for registrars; what would be a statistic of a few people is not shown."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lms.kit.lists import page_of
from lms.kit.refusals import insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from ..meter import marks_by_marker, with_limits


@login_required
@never_cache
@require_GET
def mark_statistics(request):
    """Of each piece of work of a cohort, how many marks a marker submitted, their mean and how far they lie apart."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    page = page_of(marks_by_marker(request.user), request.GET.get("page"))
    context = {"page": page, "rows": with_limits(page)}
    return render(request, "assessments/mark_statistics.html", context)
