"""Who opened names beside anonymous work: for registrars and external examiners, without whose names they were."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lms.kit.lists import address, page_of
from lms.kit.refusals import insist
from lms.kit.spreadsheets import as_csv
from lms.people.models import Role
from lms.people.roles import may_act_as

from ..forms.unmasking import FilterForm
from ..queries.unmasking import unmaskings


@login_required
@never_cache
@require_GET
def of_office(request):
    return _page(request, Role.REGISTRAR)


@login_required
@never_cache
@require_GET
def of_examiner(request):
    return _page(request, Role.EXTERNAL_EXAMINER)


def _page(request, role):
    """The list, or with `as=csv` all of it as a file."""
    insist(may_act_as(request.user, role))
    form = FilterForm(request.GET)
    form.is_valid()
    rows, query = unmaskings(**form.wanted()), form.query()
    if request.GET.get("as") == "csv" and not form.errors:
        answer = HttpResponse(_file(rows), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="opened-names.csv"'
        return answer
    context = {
        "page": page_of(rows, request.GET.get("page")),
        "form": form,
        "query": address(**query),
        "file": address(**query, **{"as": "csv"})[:-1],
        "is_office": role == Role.REGISTRAR,
        "is_narrowed": bool(query),
    }
    return render(request, "assessments/unmaskings.html", context)


def _file(rows) -> bytes:
    heads = [_("When"), _("Who"), _("Why"), _("Reason"), _("Work"), _("Cohort")]
    lines = (
        [
            f"{localtime(one.at):%Y-%m-%d %H:%M}",
            one.by.full_name,
            one.get_task_display(),
            one.reason,
            one.assessment.code if one.assessment else "",
            one.enrolment.cohort.code,
        ]
        for one in rows.iterator(chunk_size=2000)
    )
    return as_csv([heads, *lines])
