"""Leave of absence and planned changes as a file: what their page lists, in one table. The reasons stay on the enrolments' pages."""

from django.utils.timezone import localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.kit.list_files import ListFile, send

from ...permissions import open_to
from ..queries import changes_listed
from ..rules import may_change_status

CHANGES = {
    "cohort": lambda one: one.enrolment.cohort.code,
    "student_reference": lambda one: one.enrolment.student_reference,
    "given_names": lambda one: one.enrolment.person.first_name,
    "family_name": lambda one: one.enrolment.person.last_name,
    "change": lambda one: one.get_kind_display(),
    "state": lambda one: one.get_state_display(),
    "day": lambda one: one.on_day,
    "expected_back": lambda one: one.return_on,
    "asked_on": lambda one: one.asked_at and localtime(one.asked_at).date(),
}


@require_POST
@never_cache
@open_to(may_change_status)
def planned_changes(request, ending):
    related = ("enrolment__person", "enrolment__cohort")
    rows = changes_listed().select_related(*related).order_by("on_day", "pk")
    listed = ListFile("planned-changes", rows, CHANGES, may_change_status)
    return send(listed, ending, by=request.user)
