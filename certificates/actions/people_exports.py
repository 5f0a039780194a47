"""A file of people who were searched for; who took it is recorded."""

from django.db import transaction

from lms.kit import clock
from lms.kit.refusals import insist
from lms.record.actions import write

from ..queries.people_search import people_found, with_places
from ..rules import may_search_people

HEADS = [
    "imsa_number",
    "given_names",
    "family_name",
    "email",
    "cohorts",
    "student_references",
    "organisations",
]


@transaction.atomic
def export_found(wanted, ending, *, by) -> list[list[str]]:
    """Rows of everybody found, heads first: 1. a record entry with how many, never what was searched for or whom."""
    insist(may_search_people(by))
    found = with_places(people_found(wanted), clock.today())
    rows = [
        [
            line["person"].imsa_number or "",
            line["person"].first_name,
            line["person"].last_name,
            line["person"].email,
            "; ".join(one.cohort.code for one in line["enrolments"]),
            "; ".join(one.student_reference for one in line["enrolments"]),
            "; ".join(post.organisation_name for post in line["posts"]),
        ]
        for line in found
    ]
    write("certificates.export_people", by, by=by, after={"rows": len(rows), "ending": ending})
    return [HEADS, *rows]
