"""Files of cohorts and their people, as they are listed; a POST, since who took one is recorded."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.kit import clock
from lms.kit.lists import chosen, words_of
from lms.kit.spreadsheets import TYPES

from ...permissions import open_to
from .. import exports
from ..models import Cohort
from ..rules import may_see_cohorts
from ..states import EnrolmentState


@require_POST
@never_cache
@open_to(may_see_cohorts)
def people(request, code, ending):
    cohort = get_object_or_404(Cohort, code__iexact=code)
    state = chosen(request.POST, state=["", *EnrolmentState.values])["state"]
    content = exports.export_people(
        cohort, _ending(ending), by=request.user, state=state, wanted=words_of(request.POST)
    )
    return _file(content, f"{cohort.code}-people-{clock.today():%Y-%m-%d}", ending)


@require_POST
@never_cache
@open_to(may_see_cohorts)
def cohorts(request, ending):
    content = exports.export_cohorts(
        _ending(ending), by=request.user, wanted=words_of(request.POST)
    )
    return _file(content, f"cohorts-{clock.today():%Y-%m-%d}", ending)


def _ending(ending) -> str:
    if ending not in TYPES:
        raise Http404
    return ending


def _file(content, name, ending):
    return HttpResponse(
        content,
        content_type=TYPES[ending],
        headers={"Content-Disposition": f'attachment; filename="{name}.{ending}"'},
    )
