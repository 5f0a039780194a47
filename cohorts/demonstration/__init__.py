"""The invented pilot: 23 organisations, 24 people in two intakes and their posts, brought in by the actions a person would use."""

import csv
import hashlib
from datetime import date
from pathlib import Path

from courses.models import Programme
from lms.kit import clock, nations
from lms.people.models import User

from ..approvals.actions import decide_approval
from ..enrolment.actions import make_cohort
from ..enrolment.models import Cohort
from ..imports.actions import check_import, write_import
from ..imports.models import Import
from ..organisations.actions import add_contact, add_organisation
from ..organisations.models import Organisation
from ..organisations.states import ApprovalAction
from ..sheets.headers import COHORT, REGISTER

HERE = Path(__file__).parent
COHORT_CODE = "IMSA-2025-09"
INTAKES = [
    (COHORT_CODE, "Pilot intake, September 2025", date(2025, 9, 22), date(2026, 9, 30)),
    ("IMSA-2026-09", "Pilot intake, September 2026", date(2026, 9, 21), date(2027, 9, 30)),
]
PILOT_STARTS = date(2025, 7, 8)
EMPLOYER_CONTACT = ("gareth.pritchard@imsa.example", "ORG-18")


def load(*, by) -> Cohort:
    """Organisations and their approvals, the two intakes, both files, and one employer contact. Twice is once.

    Needs the programme (courses.demonstration) and the contact's account (lms.people.demonstration).
    """
    with clock.at(PILOT_STARTS):
        load_organisations(by=by)
    programme = Programme.objects.get(code="IMSA-PGC")
    cohort, _ = [
        make_cohort(code, title, programme, starts, ends, by=by)
        for code, title, starts, ends in INTAKES
    ]
    first, second = INTAKES
    with clock.at(first[2]):
        bring(COHORT, "pilot-cohort.csv", by=by, but_not=second[0])
        bring(REGISTER, "pilot-register.csv", by=by, but_not="2026-08-24")
    with clock.at(second[2]):
        bring(COHORT, "pilot-cohort.csv", by=by)
        bring(REGISTER, "pilot-register.csv", by=by)
    email, code = EMPLOYER_CONTACT
    add_contact(
        User.objects.get(email=email),
        Organisation.objects.get(code=code),
        by=by,
        starts_on=PILOT_STARTS,
    )
    return cohort


def load_organisations(*, by):
    """The organisations, each approved from the first day of the pilot unless something was decided since."""
    with (HERE / "organisations.csv").open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            made = add_organisation(
                row["code"],
                row["name"],
                nations.read(row["nations"]),
                row["sector"],
                by=by,
                is_invented=True,
            )
            if not made.approvals.exists():
                decide_approval(made, ApprovalAction.APPROVED, PILOT_STARTS, "", by=by)


def bring(kind, name, *, by, but_not=None) -> Import | None:
    """One of the two files, as a person would bring it; nothing happens when it is here already.

    `but_not` leaves out the rows that hold these words: in 2025 the second intake was not in the files yet.
    """
    lines = (HERE / name).read_text(encoding="utf-8").splitlines(keepends=True)
    content = "".join(line for line in lines if not but_not or but_not not in line).encode()
    fingerprint = hashlib.sha256(content).hexdigest()
    written = Import.objects.filter(
        kind=kind, sha256=fingerprint, made_by=by.record_label, written_at__isnull=False
    ).first()
    return written or write_import(check_import(kind, name, content, by=by), by=by)
