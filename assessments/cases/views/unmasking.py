"""Who opened names beside anonymous work: for registrars and external examiners, without whose names they were."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit.list_files import ListFile, send
from lms.kit.lists import address, page_of
from lms.kit.refusals import insist
from lms.kit.spreadsheets import TYPES
from lms.people.models import Role
from lms.people.roles import may_act_as

from ..forms.unmasking import FilterForm
from ..queries.unmasking import unmaskings

COLUMNS = {
    "when": lambda one: f"{localtime(one.at):%Y-%m-%d %H:%M}",
    "who": lambda one: one.by.full_name,
    "task": lambda one: one.get_task_display(),
    "reason": lambda one: one.reason,
    "work": lambda one: one.assessment.code if one.assessment else "",
    "cohort": lambda one: one.enrolment.cohort.code,
}


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def of_office(request):
    return _page(request, Role.REGISTRAR)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def of_examiner(request):
    return _page(request, Role.EXTERNAL_EXAMINER)


def _page(request, role):
    """The list; posted, with `as` in the address, all of it as a file of that ending."""
    insist(may_act_as(request.user, role))
    form = FilterForm(request.POST if request.method == "POST" else request.GET)
    form.is_valid()
    rows, query = unmaskings(**form.wanted()), form.query()
    if request.method == "POST" and not form.errors:
        listed = ListFile("opened-names", rows, COLUMNS, lambda by: may_act_as(by, role))
        return send(listed, request.GET.get("as", ""), by=request.user)
    context = {
        "page": page_of(rows, request.GET.get("page")),
        "form": form,
        "query": address(**query),
        "download": {**{ending: f"?as={ending}" for ending in TYPES}, "fields": query},
        "is_office": role == Role.REGISTRAR,
        "is_narrowed": bool(query),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "assessments/unmaskings.html", context, status=status)
