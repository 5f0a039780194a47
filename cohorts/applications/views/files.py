"""The Hub's list of applications as a file."""

from django.utils.timezone import localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.kit.list_files import ListFile, send
from lms.kit.lists import chosen, words_of

from ...permissions import open_to
from ..queries import SHOWS, applications_for_hub
from ..rules import may_review
from .review import OFFICERS

COLUMNS = {
    "reference": lambda one: one.reference,
    "organisation": lambda one: one.name,
    "submitted_on": lambda one: localtime(one.submitted_at).date(),
    "status": lambda one: one.get_state_display(),
    "officer": lambda one: one.assigned_to.full_name if one.assigned_to else "",
    "closed_on": lambda one: one.closed_at and localtime(one.closed_at).date(),
}


@require_POST
@never_cache
@open_to(may_review)
def applications(request, ending):
    picked = chosen(request.POST, show=SHOWS, officer=OFFICERS)
    rows = applications_for_hub(by=request.user, wanted=words_of(request.POST), **picked)
    return send(ListFile("applications", rows, COLUMNS, may_review), ending, by=request.user)
