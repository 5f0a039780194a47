"""A display name is anybody's to choose and nobody's disguise; papers and offices go on using the legal one."""

import pytest
from django.db import IntegrityError, transaction

from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import admit, grant
from lms.people.models import DisplayName, Notice, Role, User
from lms.people.names import accept_name, choose_name, public_name, remove_name
from lms.record.models import Entry
from tests.people.scene import BY, client_of
from tests.shared import begins_with, copy_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


def make_people():
    found = {}
    for key, first, last, role in (
        ("ada", "Ada", "Lovelace", Role.LEARNER),
        ("eve", "Eve", "Milner", Role.LEARNER),
        ("consultant", "Rosa", "Weir", Role.SURVIVOR_CONSULTANT),
        ("tutor", "Agnes", "Okafor", Role.TUTOR),
        ("registrar", "Una", "Marsh", Role.REGISTRAR),
        ("officer", "Ken", "Iqbal", Role.HUB_OFFICER),
    ):
        person = admit(by=BY, email=f"{key}@x.example", first_name=first, last_name=last)
        grant(person, role, by=BY)
        found[key] = User.objects.get(pk=person.pk)
    return found


@pytest.fixture
@begins_with(make_people)
def people():
    return copy_of(make_people)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Agnes Okafor", "works for the programme"),
        ("ókafor agnes", "works for the programme"),
        ("Ken lqbal", "works for the programme"),  # an l for an I
        ("IMSA Team", "reads as if it were the programme"),
        ("The Registrars", "reads as if it were the programme"),
        ("Hope for Justice", "reads as if it were the programme"),
        ("Аgnes Brown", "another script"),  # a Cyrillic A
        ("R", "at least two letters"),
        ("rose@x.example", "at least two letters"),
        ("Rose 7", "at least two letters"),
        ("\ufdfa" * 20, "Enter a shorter name"),  # a letter that is a sentence
    ],
)
def test_a_name_that_would_mislead_is_refused_and_nothing_typed_is_lost(people, name, words):
    page = client_of(people["ada"]).post("/me/name/", {"name": name})
    assert page.status_code == 422 and words in page.content.decode()
    assert name in page.content.decode() and not DisplayName.objects.exists()
    assert public_name(User.objects.get(pk=people["ada"].pk)) == "Ada Lovelace"
    assert not Entry.objects.filter(action="people.choose_display_name").exists()


def test_what_sounds_like_an_office_and_is_a_name_may_stay(people):
    for name in ("Hubert Teaming", "Rosemary", "Màiri", "D’Arcy-Lu"):
        choose_name(people["ada"], by=people["ada"], name=name)
        assert public_name(people["ada"]) == name


def test_one_name_is_one_persons_and_changes_where_others_see_it(people):
    consultant, client = people["consultant"], client_of(people["consultant"])
    for _twice in range(2):
        assert client.post("/me/name/", {"name": "  Wren   Grey "}).status_code == 302
    assert DisplayName.objects.count() == 1
    assert Entry.objects.filter(action="people.choose_display_name").count() == 1
    assert "Wren" not in str(list(Entry.objects.values_list("before", "after", "reason")))
    consultant.refresh_from_db()
    assert public_name(consultant) == consultant.public_name == "Wren Grey"
    assert consultant.full_name == str(consultant) == "Rosa Weir"
    assert "Wren Grey" in client.get("/me/").content.decode()
    with pytest.raises(Refused, match="Someone else uses"):
        choose_name(people["ada"], by=people["ada"], name="wren-grey")
    with pytest.raises(IntegrityError), transaction.atomic():
        row = DisplayName.objects.get()
        DisplayName.objects.create(person=people["ada"], name=row.name, key=row.key)
    with pytest.raises(NotAllowed):
        choose_name(consultant, by=people["registrar"], name="Somebody")
    client.post("/me/name/", {"name": ""})
    consultant.refresh_from_db()
    assert public_name(consultant) == "Rosa Weir"
    choose_name(people["ada"], by=people["ada"], name="Wren Grey")  # free again


def test_another_trainees_name_is_no_answer_to_who_is_here_and_a_registrar_looks_at_it(people):
    eve, registrar = people["eve"], client_of(people["registrar"])
    for name in ("Ada Lovelace", "Ida Nobody"):  # one is here, the other is not: the same answer
        page = client_of(eve).post("/me/name/", {"name": name})
        assert page.status_code == 302
    choose_name(eve, by=eve, name="Ada Lovelace")
    assert Notice.objects.filter(person=people["registrar"]).count() == 2  # each time it was chosen
    told = Notice.objects.filter(person=people["registrar"]).first()
    assert "Ada" not in told.subject + told.body
    row = DisplayName.objects.get(ended_at=None)
    assert "Display name" in registrar.get("/registry/").content.decode()
    page = registrar.get("/people/names/").content.decode()
    assert "Ada Lovelace" in page and "Eve Milner" in page and "It can stay" in page
    for who in ("officer", "tutor", "ada"):
        outsider = client_of(people[who])
        for path in ("/people/names/", f"/people/names/{row.pk}/"):
            assert outsider.get(path).status_code == 403
        assert outsider.post(f"/people/names/{row.pk}/", {"reason": "x"}).status_code == 403
        assert outsider.post(f"/people/names/{row.pk}/accept/").status_code == 403
    accept_name(row, by=people["registrar"])
    assert "It can stay" not in registrar.get("/people/names/").content.decode()

    assert registrar.post(f"/people/names/{row.pk}/", {"reason": " "}).status_code == 422
    for _twice in range(2):
        sent = {"reason": "People took you for a fellow trainee."}
        assert registrar.post(f"/people/names/{row.pk}/", sent).status_code == 302
    eve.refresh_from_db()
    assert public_name(eve) == "Eve Milner"
    assert Notice.objects.filter(person=eve, body__contains="fellow trainee").count() == 1
    assert "fellow trainee" in client_of(eve).get("/me/name/").content.decode()
    with pytest.raises(Refused, match="took this name away"):
        choose_name(eve, by=eve, name="ada lovelace")
    with pytest.raises(NotAllowed):
        remove_name(row, by=people["officer"], reason="x")


def test_names_are_not_tried_out_by_the_dozen(people, settings):
    ada = people["ada"]
    for name in ("Wren", "Finch", "Rook", "Heron", "Swift"):
        choose_name(ada, by=ada, name=name)
    with pytest.raises(Refused, match="several times today"):
        choose_name(ada, by=ada, name="Plover")
    assert User.objects.get(pk=ada.pk).display_name == "Swift"
    choose_name(ada, by=ada, name="")  # going back to the full name is always possible
    assert User.objects.get(pk=ada.pk).display_name == ""
