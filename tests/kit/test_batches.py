"""Rows made ready beforehand are written whole, or not at all where something has moved; each has the key it was promised."""

import pytest
from django.db import IntegrityError, transaction

from lms.kit.batches import Batch, Moved, reserve
from lms.kit.transitions import IllegalTransition, add_transition
from lms.people.actions import admit
from lms.people.models import FormerName, User
from lms.people.roles import Operator
from lms.record.models import Entry

BY = Operator("test")
pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]


def new(email, **more):
    return User(email=email, first_name="Ann", last_name="Other", **more)


def everything():
    return (
        User.objects.count(),
        Entry.objects.count(),
        list(User.objects.order_by("pk").values_list("pk", "known_as")),
    )


def test_reserved_keys_are_given_to_nobody_else():
    kept = reserve(User, 3) + reserve(User, 2)
    other = admit(by=BY, email="other@test.example", first_name="Other")
    assert len({*kept, other.pk}) == 6 and max(kept) < other.pk
    assert reserve(FormerName, 1)[0] >= 1, "of a table that never had a row"


def test_rows_changes_and_entries_are_written_together_with_their_keys():
    person = admit(by=BY, email="a@test.example", first_name="Ann")
    batch = Batch(by=BY)
    made = [batch.add(new(f"p{n}@test.example")) for n in range(600)]
    batch.add(FormerName(person=made[0], first_name="A", last_name="B", until_day="2026-01-01"))
    batch.change(made[1], known_as="Annie")
    batch.change(person, was={"known_as": "", "imsa_number": None}, known_as="Mo")
    batch.record("test.deed", made[0], after={"n": 1})
    before = everything()
    batch.make_ready()
    assert everything() == before, "nothing is written before its transaction"
    with transaction.atomic():
        batch.write()
    assert (
        User.objects.filter(pk__in=[one.pk for one in made]).count()
        == 600
        == len({one.pk for one in made})
    )
    assert (User.objects.get(pk=made[1].pk).known_as, User.objects.get(pk=person.pk).known_as) == (
        "Annie",
        "Mo",
    )
    assert User.objects.get(pk=made[0].pk).sort_key, "columns that follow others do so here too"
    entry = Entry.objects.latest("pk")
    assert (entry.thing, entry.hash) == (f"people.user:{made[0].pk}", entry.digest())
    assert not made[0]._state.adding and FormerName.objects.get().person_id == made[0].pk


def test_where_something_moved_nothing_is_written():
    one, two = (admit(by=BY, email=f"{key}@test.example", first_name="Ann") for key in "ab")
    batch = Batch(by=BY)
    batch.add(new("c@test.example"))
    for person in (one, two):
        batch.change(person, was={"known_as": ""}, known_as="Batch")
        batch.record("test.deed", person)
    batch.make_ready()
    User.objects.filter(pk=two.pk).update(known_as="Quick")
    before = everything()
    with pytest.raises(Moved), transaction.atomic():
        batch.write()
    assert everything() == before


def test_a_constraint_undoes_the_whole_batch():
    batch = Batch(by=BY)
    batch.add(new("c@test.example"))
    batch.add(new("C@test.example"))
    before = everything()
    with pytest.raises(IntegrityError), transaction.atomic():
        batch.write()
    assert everything() == before


def test_a_transition_that_no_table_names_is_refused_and_a_state_that_moved_is_not_overwritten():
    from cohorts.imports.models import Import

    thing = Import.objects.create(
        kind="cohort", file_name="a.csv", sha256="0" * 64, made_by="command:test"
    )
    with pytest.raises(IllegalTransition, match="Checked"):
        add_transition(Batch(by=BY), thing, "refuse_import")
    batch = Batch(by=BY)
    add_transition(batch, thing, "begin_import")
    with transaction.atomic():
        other = Batch(by=BY)
        add_transition(other, Import.objects.get(pk=thing.pk), "drop_import")
        other.write()
    with pytest.raises(Moved), transaction.atomic():
        batch.write()
    assert (
        Import.objects.get(pk=thing.pk).state == "dropped"
        and not Entry.objects.filter(action="cohorts.begin_import").exists()
    )


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused():
    with pytest.raises(RuntimeError, match="one transaction"):
        Batch(by=BY).write()
