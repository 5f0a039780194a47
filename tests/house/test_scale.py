"""What a trainee opens most asks the database the same, whether there is one of everything or very many."""

from datetime import date

import pytest

from benchmarks.scale import more_trainees, more_units
from cohorts.enrolment.actions import enrol, make_cohort
from courses.actions import mark_studied
from courses.models import Module, Programme
from lms.people.actions import admit
from lms.people.roles import Operator

pytestmark = pytest.mark.django_db
OPERATOR = Operator("test")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("units", "trainees"),
    [(1, 1), (200, 10_000)],
    ids=["one of everything", "200 units, 10,000 trainees"],
)
def test_course_home_and_unit_page_ask_the_same_of_one_and_of_many(
    units, trainees, client, django_assert_num_queries
):
    programme = Programme.objects.create(code="PGC", title="The certificate", credits=60)
    Module.objects.create(
        programme=programme, code="M1", title="Law and rights", credits=20, order=1
    )
    versions = more_units(units)
    more_trainees(trainees - 1, versions, each=1)
    person = admit(by=OPERATOR, email="mairi@imsa.example", first_name="Màiri")
    cohort = make_cohort(
        "C-1", "First intake", programme, date(2025, 9, 1), date(2027, 9, 1), by=OPERATOR
    )
    enrol(cohort, person, ["scotland"], "SMU1", by=OPERATOR, enrolled_on=date(2025, 9, 1))
    mark_studied(person, versions[0], by=person)
    client.force_login(person)
    for address, questions in (("/study/", 11), ("/study/units/B-0/all/", 6)):
        client.get(address)  # the curriculum is read once, and again when it changes
        with django_assert_num_queries(questions):
            assert client.get(address).status_code == 200
