"""A question written once gives the rows that Django's own gives, for one key and for many, on both engines."""
from datetime import date

import pytest
from django.db import connection
from django.db.models import Value
from django.test.utils import CaptureQueriesContext

from lms.kit.prepared import Prepared
from lms.people.models import RoleGrant, User

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


def of_people(keys):
    people = User.objects.filter(pk__in=keys).order_by().annotate(sort=Value("50 % person"))
    grants = RoleGrant.objects.filter(person_id__in=keys).order_by()
    return people.values_list("pk", "email", "date_joined", "is_active", "sort").union(
        grants.annotate(sort=Value("grant")).values_list("person_id", "role", "person__date_joined", "person__is_active", "sort"), all=True,
    )


def by_address(keys):
    return User.objects.filter(email__in=keys).values_list("pk", "email")


def somebody(name):
    person = User.objects.create_user(f"{name}@example.org", first_name=name)
    RoleGrant.objects.create(person=person, role="registrar", starts_on=date(2025, 1, 1), granted_by="test")
    return person


@pytest.mark.parametrize("count", [1, 2, 9])
def test_the_rows_are_djangos_own(count):
    people = [somebody(f"p{n}") for n in range(9)]
    keys = [p.pk for p in people][:count]
    for _ in range(8):  # the plan is kept from the third time on
        assert sorted(map(tuple, Prepared(of_people)(keys))) == sorted(of_people(keys)) and len(of_people(keys)) >= count
    asked = Prepared(of_people)
    assert [sorted(map(tuple, asked([key]))) for key in keys] == [sorted(of_people([key])) for key in keys]


def test_names_with_quotes_are_values_and_never_words():
    person, asked = somebody("o'brien"), Prepared(by_address, str)
    User.objects.filter(pk=person.pk).update(email="o'brien\"%s@example.org")
    for keys in (["o'brien\"%s@example.org"], ["o'brien\"%s@example.org", "x') OR 1=1 --"]):
        assert asked(keys) == [[person.pk, "o'brien\"%s@example.org"]]
    assert asked(["x') OR 1=1 --"]) == [] and asked([]) == []


def test_it_counts_as_one_question():
    asked = Prepared(of_people)
    with CaptureQueriesContext(connection) as seen:
        asked([1, 2, 3])
    assert len(seen) == 1


def test_a_question_that_forgets_its_keys_is_refused():
    with pytest.raises(TypeError, match="does not ask for its keys"):
        Prepared(lambda keys: User.objects.values_list("pk"))([1])
    with pytest.raises(TypeError, match="__in only"):
        Prepared(lambda keys: User.objects.filter(pk=keys[0]).values_list("pk"))([1])
