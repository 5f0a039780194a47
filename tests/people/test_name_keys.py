"""Lists are sorted and searched by columns that follow the name."""

import pytest

from lms.people.actions import rename
from lms.people.models import User
from lms.people.roles import Operator

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


def people(*names):
    return User.objects.bulk_create(
        [
            User(email=f"p{n}@example.org", first_name=first, last_name=last)
            for n, (first, last) in enumerate(names)
        ]
    )


def test_the_database_sorts_as_a_reader_expects():
    people(
        ("Zoë", "Ångström"),
        ("Ann", "de Silva"),
        ("Bo", "Desai"),
        ("Cy", "DE"),
        ("Beyoncé", ""),
        ("Eve", "Ázaz"),
        ("Ada", "Ångström"),
        ("Di", "O’Brien"),
    )
    found = [
        u.full_name for u in User.objects.filter(email__startswith="p").order_by("sort_key", "pk")
    ]
    assert found == [
        "Ada Ångström",
        "Zoë Ångström",
        "Eve Ázaz",
        "Beyoncé",
        "Cy DE",
        "Ann de Silva",
        "Bo Desai",
        "Di O’Brien",
    ]


def test_a_new_name_is_found_and_the_old_is_not():
    person = User.objects.create_user("aoife@example.org", first_name="Aoife", last_name="Byrne")
    rename(person, first_name="Łucja", last_name="O’Brien-Ñuñez", by=Operator("test"))
    assert list(User.objects.filter(search_key__contains="obriennunez")) == [person]
    assert User.objects.get(sort_key__startswith="o’brien-nunez\tłucja") == person
    assert not User.objects.filter(search_key__contains="aoife").exists()
    person.refresh_from_db()
    person.first_name = "Ewa"
    person.save(update_fields=["first_name"])
    assert User.objects.get(search_key__startswith="ewa") == person


def test_a_name_is_not_changed_past_its_keys():
    (person,) = people(("Ada", "Żuk"))
    person.last_name = "Silent"
    for silent in (
        lambda: User.objects.filter(pk=person.pk).update(last_name="Silent"),
        lambda: User.objects.filter(pk=person.pk).update(first_name="Silent"),
    ):
        with pytest.raises(TypeError):
            silent()
    person.refresh_from_db()
    assert (person.full_name, person.sort_key) == ("Ada Żuk", "zuk\tada")
