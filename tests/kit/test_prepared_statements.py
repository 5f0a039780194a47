"""A question written once gives the rows that Django's own gives, for one key and for many, on both engines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Q, SmallIntegerField, Value, Window
from django.db.models.functions import Cast, RowNumber
from django.test.utils import CaptureQueriesContext

from lms.kit.prepared_statements import CompiledQuery, Prepared
from lms.people.models import RoleGrant, User

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


def of_people(keys):
    people = User.objects.filter(pk__in=keys).order_by().annotate(sort=Value("50 % person"))
    grants = RoleGrant.objects.filter(person_id__in=keys).order_by()
    return people.values_list("pk", "email", "date_joined", "is_active", "sort").union(
        grants.annotate(sort=Value("grant")).values_list(
            "person_id", "role", "person__date_joined", "person__is_active", "sort"
        ),
        all=True,
    )


def by_address(keys):
    return User.objects.filter(email__in=keys).values_list("pk", "email")


def somebody(name):
    person = User.objects.create_user(f"{name}@example.org", first_name=name)
    RoleGrant.objects.create(
        person=person, role="registrar", starts_on=date(2025, 1, 1), granted_by="test"
    )
    return person


@pytest.mark.parametrize("count", [1, 2, 9])
def test_the_rows_are_djangos_own(count):
    people = [somebody(f"p{n}") for n in range(9)]
    keys = [p.pk for p in people][:count]
    for _ in range(8):  # the plan is kept from the third time on
        assert (
            sorted(map(tuple, Prepared(of_people)(keys))) == sorted(of_people(keys))
            and len(of_people(keys)) >= count
        )
    asked = Prepared(of_people)
    assert [sorted(map(tuple, asked([key]))) for key in keys] == [
        sorted(of_people([key])) for key in keys
    ]


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


# ---- compiled once, with values of any kind ----


def grants_of(is_open, *, person, word, day, moment):
    rows = RoleGrant.objects.filter(
        person__email__icontains=word, starts_on__gte=day, person__date_joined__lt=moment
    ).exclude(person=person)
    rows = rows.filter(ends_on=None) if is_open else rows
    return rows.select_related("person").prefetch_related("person__grants").order_by("pk")


def test_a_compiled_query_gives_djangos_rows_for_each_of_its_values():
    people, asked = [somebody(f"p{n}") for n in range(6)], CompiledQuery(grants_of)
    RoleGrant.objects.filter(person=people[1]).update(ends_on=date(2026, 1, 1))
    RoleGrant.objects.filter(person=people[2]).update(starts_on=date(2024, 1, 1))
    User.objects.filter(pk=people[3].pk).update(
        email="a%_\\'\"\x02@example.org", date_joined=datetime(2030, 1, 1, tzinfo=UTC)
    )
    later, soon = datetime(2031, 1, 1, tzinfo=UTC), datetime.now(UTC) + timedelta(days=1)
    found = set()
    for is_open in (True, False):
        for values in (
            {"person": p.pk, "word": word, "day": day, "moment": moment}
            for p in people[:2]
            for word in ("p", "%", "_", "\\", "'", "no one")
            for day in (date(2024, 1, 1), date(2025, 1, 1))
            for moment in (soon, later)
        ):
            rows, own = asked(is_open, **values), list(grants_of(is_open, **values))
            assert rows == own and [row.person.email for row in rows] == [
                row.person.email for row in own
            ], values
            found.add(len(own))
    assert len(found) > 3, "the values make no difference here"
    assert len(asked.compiled) == 2, "it was compiled anew"


def test_a_compiled_query_costs_what_its_rows_cost_and_reads_related_rows_as_told():
    person, asked = somebody("o'brien"), CompiledQuery(grants_of)
    values = {
        "person": 0,
        "word": "o'brien",
        "day": date(2020, 1, 1),
        "moment": datetime(2031, 1, 1, tzinfo=UTC),
    }
    for _ in range(3):  # the first time, too: nothing is asked with a placeholder
        with CaptureQueriesContext(connection) as seen:
            (row,) = asked(True, **values)
            assert row.person == person and [*row.person.grants.all()] == [row]
        assert len(seen) == 2


def test_a_list_of_keys_is_one_value_however_many_they_are():
    people = [somebody(f"p{n}") for n in range(6)]

    def make(*, people, others, word):
        rows = RoleGrant.objects.filter(Q(person__in=people) | Q(person_id__in=others))
        return rows.filter(person__email__contains=word).select_related("person").order_by("pk")

    asked, found = CompiledQuery(make), set()
    for keys in ([people[0].pk], [p.pk for p in people[:3]], [-1, people[5].pk], [-1]):
        for others in ([people[1].pk], [-7, people[2].pk, 0]):
            values = {"people": keys, "others": others, "word": "p"}
            rows = asked(**values)
            assert rows == list(make(**values)), values
            found.add(len(rows))
    assert len(found) > 2 and len(asked.compiled) == 1

    with pytest.raises(TypeError, match="__in only"):
        CompiledQuery(lambda *, people: User.objects.filter(pk__in=[*people, 1]))(people=[1, 2])


def test_values_of_rows_are_converted_as_django_does():
    asked = CompiledQuery(
        lambda *, person: User.objects.filter(pk=person).values_list(
            "is_active", "date_joined", "pk"
        )
    )
    for person in (somebody("a"), somebody("b")):
        assert asked(person=person.pk) == [(True, person.date_joined, person.pk)]


def test_a_question_compiled_in_one_thread_is_asked_in_another():
    asked = CompiledQuery(lambda *, person: User.objects.filter(pk=person).values_list("pk"))
    asked(person=1)

    def elsewhere():
        try:
            return asked(person=-5)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(elsewhere).result() == []


@pytest.mark.parametrize(
    "values",
    [
        {"person": None},
        {"person": True},
        {"person": 1.5},
        {"person": []},
        {"person": ["a"]},
        {"person": [True]},
    ],
)
def test_what_it_cannot_spell_it_refuses(values):
    with pytest.raises(TypeError, match="whole numbers"):
        CompiledQuery(lambda *, person: User.objects.filter(pk=person))(**values)


def test_a_value_that_stands_nowhere_is_refused_and_an_empty_shape_has_no_rows():
    with pytest.raises(TypeError, match="does not ask for person"):
        CompiledQuery(lambda *, person: User.objects.all())(person=1)
    assert (
        CompiledQuery(lambda *, person: User.objects.filter(pk__in=[], last_name=person))(
            person="a"
        )
        == []
    )


def test_a_number_beside_a_narrower_column_is_asked_for_on_both_engines():
    """Django drops a condition with a number that its column cannot hold, and what that holds differs by engine."""

    def make(*, least, most):
        rows = User.objects.annotate(nth=Window(RowNumber(), order_by=["pk"])).filter(
            nth__gt=least, nth__lte=most
        )
        return rows.order_by("pk").values_list("first_name")

    for n in range(4):
        somebody(f"p{n}")
    asked = CompiledQuery(make)
    assert asked(least=1, most=3) == [("p1",), ("p2",)] and asked(least=3, most=9) == [("p3",)]


def test_a_placeholder_too_wide_for_its_column_is_an_error_and_no_empty_answer():
    def make(*, n):
        return (
            User.objects.annotate(small=Cast(Value(1), SmallIntegerField()))
            .filter(small__gte=n)
            .values_list("pk")
        )

    somebody("a")
    if connection.vendor == "sqlite":  # its columns are all as wide
        assert len(CompiledQuery(make)(n=1)) == 1
        return
    with pytest.raises(TypeError, match="too narrow|does not ask"):
        CompiledQuery(make)(n=1)
