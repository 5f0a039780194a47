"""A file of people who were searched for; who took it is recorded."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.record.actions import write

from ..queries.people_search import people_found, with_places
from ..rules import may_export_people

MOST = 2_000  # people in a file, which is made in memory
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
    """Rows of everybody found, heads first: 1. a record entry with how many, never what was searched for or whom. Raises Refused
    where more than MOST are found."""
    insist(may_export_people(by))
    people = list(people_found(wanted)[: MOST + 1])
    if len(people) > MOST:
        raise Refused(
            _(
                "More than %(count)s people were found. Search for less, or take the file of a cohort or of the register."
            )
            % {"count": MOST}
        )
    found = with_places(people, clock.today())
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
