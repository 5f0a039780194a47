"""Files of what is listed: people of a cohort in the form that a cohort file has, and the cohorts; who took one is recorded."""

from django.db import transaction

from lms.kit import nations as four_nations
from lms.kit.refusals import insist
from lms.kit.spreadsheets import WRITERS
from lms.record.actions import write

from ..sheets.columns import columns_of
from ..sheets.headers import COHORT
from .queries import cohorts_found, people_of_cohort, with_counts
from .rules import may_see_cohorts


@transaction.atomic
def export_people(cohort, ending, *, by, state="", wanted="") -> bytes:
    """The people of a cohort, in one state and with these words, as a cohort file that can be brought in again: 1. a record entry with how
    many and the ending, never whom. `ending`: “csv” or “xlsx”."""
    insist(may_see_cohorts(by))
    people = list(people_of_cohort(cohort, state=state, wanted=wanted))
    content = WRITERS[ending](cohort_file(cohort, people))
    write("cohorts.export_people", cohort, by=by, after={"rows": len(people), "ending": ending})
    return content


def cohort_file(cohort, enrolments) -> list[list[str]]:
    """Rows of a cohort file, the names of its columns first. All cells are text, as the import reads them."""
    values = {
        "cohort": lambda e: cohort.code,
        "student_reference": lambda e: e.student_reference,
        "given_names": lambda e: e.person.first_name,
        "family_name": lambda e: e.person.last_name,
        "known_as": lambda e: e.person.known_as,
        "email": lambda e: e.person.email,
        "nations": lambda e: "; ".join(four_nations.labels(e.plan.nations)),
        "enrolled_on": lambda e: e.enrolled_on.isoformat(),
        "spr_code": lambda e: e.spr_code,
        "exam_number": lambda e: e.exam_number,
    }
    names = [column.name for column in columns_of(COHORT)]
    return [names, *([values[name](e) for name in names] for e in enrolments)]


@transaction.atomic
def export_cohorts(ending, *, by, wanted="") -> bytes:
    """The cohorts with these words, each with how many were ever enrolled: 1. a record entry about whoever took it, with how many."""
    insist(may_see_cohorts(by))
    found = with_counts(cohorts_found(wanted=wanted))
    rows = [["cohort", "title", "programme", "starts_on", "ends_on", "people"]]
    rows += [
        [
            c.code,
            c.title,
            c.programme.code,
            c.starts_on.isoformat(),
            c.ends_on.isoformat(),
            c.people,  # type: ignore[attr-defined]
        ]
        for c in found
    ]
    content = WRITERS[ending](rows)
    write("cohorts.export_cohorts", by, by=by, after={"rows": len(rows) - 1, "ending": ending})
    return content
