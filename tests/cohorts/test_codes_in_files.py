"""Codes of other systems come with a cohort file; a column that is left out keeps them."""

from datetime import date

import pytest

from cohorts.enrolment.models import Enrolment
from cohorts.imports.actions import write_import
from lms.people.actions import grant
from lms.people.models import Role
from lms.people.roles import Operator

from .conftest import COHORT_HEADER, COHORT_ROW
from .test_files import bring, verdicts

HEADER = [*COHORT_HEADER, "spr_code", "exam_number"]


@pytest.mark.django_db
def test_they_are_written_shown_when_they_change_and_kept_without_a_column(
    cohort, registrar, cohort_csv
):
    def file(*codes):
        return cohort_csv([*COHORT_ROW, *codes], header=HEADER)

    def stored():
        return Enrolment.objects.values_list("spr_code", "exam_number").get()

    write_import(bring("cohort", file("250101/1", "B1"), registrar), by=registrar)
    assert stored() == ("250101/1", "B1")
    without = bring("cohort", cohort_csv(), registrar)
    assert verdicts(without) == ["unchanged"]
    write_import(without, by=registrar)
    assert stored() == ("250101/1", "B1")
    other = bring("cohort", file("250101/2", "B1"), registrar)
    assert other.rows[0]["changes"] == [["SPR code", "250101/1", "250101/2"]]
    write_import(other, by=registrar)
    assert stored() == ("250101/2", "B1")
    blank = bring("cohort", file("", ""), registrar)
    assert verdicts(blank) == ["unchanged"], "an empty cell wipes nothing that was typed in"
    write_import(blank, by=registrar)
    assert stored() == ("250101/2", "B1")
    assert verdicts(bring("cohort", file("=1", "B1"), registrar)) == ["refused"]
    assert stored() == ("250101/2", "B1")


@pytest.mark.django_db
def test_a_hub_officer_writes_none_over_and_a_registrar_not_their_own(
    cohort, registrar, officer, cohort_csv
):
    write_import(
        bring("cohort", cohort_csv([*COHORT_ROW, "1", "B1"], header=HEADER), registrar),
        by=registrar,
    )
    file = cohort_csv([*COHORT_ROW, "2", "B1"], header=HEADER)
    [row] = bring("cohort", file, officer).rows
    assert row["verdict"] == "refused" and "Only a registrar" in row["reasons"][0]["why"]
    learner = Enrolment.objects.get().person
    grant(learner, Role.REGISTRAR, by=Operator("test"), starts_on=date(2025, 9, 22))
    [row] = bring("cohort", file, learner).rows
    assert row["verdict"] == "refused" and "own codes" in row["reasons"][0]["why"]
