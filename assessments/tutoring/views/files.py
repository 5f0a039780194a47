"""The people of a cohort with the reasons why they may need help, as a file: what its page shows, and no mark."""

from functools import partial

from django.views.decorators.http import require_POST

from cohorts.enrolment.states import EnrolmentState
from lms.kit.list_files import ListFile, send
from lms.kit.lists import chosen

from ..queries import with_reasons
from ..rules import may_see_cohort
from .cohorts import of_cohort, people_for

COLUMNS = {
    "given_names": lambda line: line.enrolment.person.first_name,
    "family_name": lambda line: line.enrolment.person.last_name,
    "state": lambda line: line.enrolment.get_state_display(),
    "reasons": lambda line: (
        " ".join(str(words) for _kind, words in line.reasons)
        if line.enrolment.state == EnrolmentState.ENROLLED
        else ""
    ),
}


@require_POST
@of_cohort
def progress(request, cohort, ending):
    rows = people_for(cohort)
    if chosen(request.POST, show=["help", "all"])["show"] == "help":
        rows = rows.filter(may_need_help=True)
    listed = ListFile(
        f"{cohort.code}-progress",
        rows,
        COLUMNS,
        partial(may_see_cohort, cohort=cohort),
        lambda some: with_reasons(some, cohort),
    )
    return send(listed, ending, by=request.user)
