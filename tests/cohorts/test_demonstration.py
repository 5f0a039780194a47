"""The pilot's shape: 24 people of two intakes at 23 organisations in four nations, and the same from a workbook."""

import csv
import io
from collections import Counter
from datetime import date

import pytest
from openpyxl import Workbook

from cohorts import demonstration
from cohorts.employment import register
from cohorts.enrolment.models import Enrolment
from cohorts.imports import verdicts
from cohorts.organisations.models import Contact, Organisation
from cohorts.organisations.queries import approvals_of, approved_on
from lms.kit import clock
from lms.people.demonstration import staff
from lms.people.models import User
from lms.people.roles import Operator
from lms.record.checking import check
from lms.record.models import Entry

BY, TODAY = Operator("seed_demo"), date(2026, 10, 5)


@pytest.fixture
def loaded(programme):
    with clock.at(TODAY):
        staff(by=BY, starts_on=date(2025, 7, 8))
        return demonstration.load(by=BY)


@pytest.mark.django_db
def test_the_pilot_stands_as_it_was(loaded):
    people = Enrolment.objects.select_related("plan", "person")
    assert people.count() == 24 and Organisation.objects.count() == 23
    assert all(e.person.is_invented and e.person.email.endswith("@imsa.example") for e in people)
    nations = Counter(nation for e in people for nation in e.plan.nations)
    assert (
        nations["scotland"] == 2 and nations["wales"] >= 3 and nations["northern_ireland"] in (2, 3)
    )
    assert max(len(e.person.last_name) for e in people) == 40
    assert [e.person.last_name for e in people if not e.person.last_name] == [""]
    posts = [register.employment_on(e.person, TODAY).posts for e in people]
    assert all(len(p) == 1 for p in posts) and len({p[0].organisation_id for p in posts}) == 23
    lines = approvals_of([p[0].organisation_id for p in posts])
    assert all(approved_on(line, date(2025, 7, 8)) for line in lines.values())
    sian = register.employment_on(
        User.objects.get(email="sian.llewellyn@imsa.example"), TODAY
    ).posts[0]
    assert (
        sian.nations == ("wales",) and Contact.objects.get().organisation_id == sian.organisation_id
    )
    assert check()["whole"]


@pytest.mark.django_db
def test_loading_twice_is_once_even_after_a_decision(loaded, officer):
    from cohorts.approvals.actions import decide_approval
    from cohorts.employment.actions import end_post

    entry = Enrolment.objects.first().person.employments.get()
    end_post(entry, date(2026, 11, 30), by=officer, reason="left")
    decide_approval(
        Organisation.objects.first(), "suspended", date(2025, 12, 1), "because", by=officer
    )
    before = Entry.objects.count()
    with clock.at(TODAY):
        demonstration.load(by=BY)
    assert Entry.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "name"), [("cohort", "pilot-cohort.csv"), ("register", "pilot-register.csv")]
)
def test_the_same_files_as_workbooks_say_the_same(kind, name, loaded):
    content = (demonstration.HERE / name).read_bytes()
    book, out = Workbook(), io.BytesIO()
    for number, row in enumerate(csv.reader(io.StringIO(content.decode()))):
        days = [
            date.fromisoformat(c) if number and c[:2] == "20" and c.count("-") == 2 else c or None
            for c in row
        ]
        book.active.append(days)
    book.save(out)
    with clock.at(TODAY):
        from_book, from_csv = verdicts.check(kind, out.getvalue()), verdicts.check(kind, content)
    assert from_book == from_csv and verdicts.counts(from_csv)["unchanged"] == 24
