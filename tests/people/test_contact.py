"""How somebody is contacted is theirs to choose, and a note on it is opened by those it names alone, in their sight."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, transaction

from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people import encryption, outbox
from lms.people.contact import Preferences, preferences_of, set_contact
from lms.people.models import (
    ContactPreference,
    FormerAccount,
    Mail,
    Notice,
    Role,
    RoleGrant,
    SafeContactNote,
    SafeContactOpening,
    User,
)
from lms.people.safe_contact import (
    drop_of_leavers,
    name_readers,
    open_note,
    remove_note,
    write_note,
)
from lms.record.models import Entry
from tests.people.scene import BY, client_of, people_of
from tests.shared import begins_with, copy_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]
WORDS = "Ring the library desk and ask for Rosa"
DAY = timedelta(days=1)


make_people = partial(
    people_of,
    ada=Role.LEARNER,
    eve=Role.LEARNER,
    registrar=Role.REGISTRAR,
    officer=Role.HUB_OFFICER,
    other=Role.HUB_OFFICER,
    tutor=Role.TUTOR,
    consultant=Role.SURVIVOR_CONSULTANT,
)


@pytest.fixture
@begins_with(make_people)
def people():
    return copy_of(make_people)


def mailed():
    bodies = [encryption.decrypt(m.encrypted_body, outbox.PURPOSE) for m in Mail.objects.all()]
    return " ".join([*bodies, *Mail.objects.values_list("subject", flat=True)])


def recorded():
    return " ".join(str((e.action, e.before, e.after, e.reason)) for e in Entry.objects.all())


CHOICE = {
    "ways": ["telephone", "message"],
    "telephone": "0161 496 0000",
    "hours": "After 5pm",
    "name": "Rosa",
    "leaves_no_message": "on",
}


def test_a_person_chooses_and_only_those_who_contact_them_read_it(people):
    ada, client = people["ada"], client_of(people["ada"])
    assert 'href="/me/contact/"' in client.get("/me/").content.decode()
    assert "checked" not in client.get("/me/contact/").content.decode(), "nothing is chosen before"
    page = client.post("/me/contact/", CHOICE | {"telephone": "not a number"})
    text = page.content.decode()
    assert page.status_code == 422 and "in figures" in text and "not a number" in text
    assert "Rosa" in text and not ContactPreference.objects.exists()
    page = client.post("/me/contact/", CHOICE | {"telephone": ""}).content.decode()
    assert "Enter the telephone number" in page
    for _twice in range(2):
        assert client.post("/me/contact/", CHOICE).status_code == 302
    assert preferences_of(ada) == Preferences(
        ways=("message", "telephone"),
        telephone="0161 496 0000",
        hours="After 5pm",
        name="Rosa",
        leaves_no_message=True,
    )
    assert Entry.objects.filter(action="people.set_contact_preferences").count() == 1
    row = ContactPreference.objects.get()
    assert "0161" not in row.encrypted_words and "0161" not in recorded() + mailed()
    assert "0161 496 0000" in client.get("/me/contact/").content.decode()
    for who in ("registrar", "officer"):
        text = client_of(people[who]).get(f"/people/{ada.pk}/contact/").content.decode()
        assert "0161 496 0000" in text and "Never leave a message" in text and "Rosa" in text
    for who in ("eve", "tutor", "consultant"):
        assert client_of(people[who]).get(f"/people/{ada.pk}/contact/").status_code == 403
    with pytest.raises(NotAllowed):
        set_contact(ada, by=people["registrar"], ways=["post"], post="1 Road")
    assert preferences_of(ada).ways == ("message", "telephone")
    client.post("/me/contact/", {})
    assert preferences_of(ada) == Preferences()


def test_only_who_is_named_opens_a_note_with_a_reason_that_the_person_reads(people):
    ada, client = people["ada"], client_of(people["ada"])
    sent = {"text": WORDS, "readers": [people["officer"].pk], "token": "t1"}
    page = client.post("/me/contact/notes/", {"text": WORDS, "token": "t1"})
    assert page.status_code == 422 and WORDS in page.content.decode()
    for other in (people["tutor"], people["eve"]):
        page = client.post("/me/contact/notes/", sent | {"readers": [other.pk]})
        assert page.status_code == 422 and not SafeContactNote.objects.exists()
    for _twice in range(2):
        assert client.post("/me/contact/notes/", sent).status_code == 302
    note = SafeContactNote.objects.get()
    assert WORDS not in note.encrypted_text and note.encrypted_text
    url = f"/people/notes/{note.pk}/"
    assert WORDS in client.get(url).content.decode(), "the person reads it always"
    with pytest.raises(Refused):
        open_note(note, by=ada, reason="My own")
    assert not SafeContactOpening.objects.exists()

    for who in ("registrar", "other", "tutor", "eve", "consultant"):
        outsider = client_of(people[who])
        for path in (url, f"{url}text/"):
            assert outsider.get(path).status_code == 404
        for path in (url, f"{url}readers/", f"{url}remove/"):
            sent_there = {"reason": "x", "readers": [people[who].pk]}
            assert outsider.post(path, sent_there).status_code == 404
        with pytest.raises(NotAllowed):
            open_note(note, by=people[who], reason="A call")
    assert not SafeContactOpening.objects.exists() and note.readers.count() == 1

    officer = client_of(people["officer"])
    assert url in officer.get(f"/people/{ada.pk}/contact/").content.decode()
    text = officer.get(url).content.decode()
    assert WORDS not in text and "Why do you need to open it" in text
    assert officer.get(f"{url}text/").status_code == 302, "not without a reason"
    assert officer.post(url, {"reason": " "}).status_code == 422
    for _twice in range(2):
        text = officer.post(url, {"reason": "To arrange a visit"}, follow=True).content.decode()
        assert WORDS in text
    opening = SafeContactOpening.objects.get()
    own = client.get(url).content.decode()
    assert "Officer Ray" in own and "To arrange a visit" in own
    assert officer.post(f"{url}remove/").status_code == 403
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert officer.get(f"{url}text/").status_code == 302, "asked again later"
    for change in ({"encrypted_reason": "Another"}, {"opener": people["other"]}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SafeContactOpening.objects.filter(pk=opening.pk).update(**change)

    RoleGrant.objects.filter(person=people["officer"]).update(
        starts_on=clock.today() - 9 * DAY, ends_on=clock.today() - DAY
    )
    late = client_of(User.objects.get(pk=people["officer"].pk))
    assert late.get(url).status_code == 403 and late.get(f"{url}text/").status_code == 403
    assert "is no longer a registrar" in client.get(url).content.decode()
    assert WORDS not in mailed() + recorded() and "Visit" not in recorded().title()
    assert not Notice.objects.filter(body__contains="Ada").exists()
    assert [
        e.action for e in Entry.objects.filter(thing__contains="safecontact").order_by("pk")
    ] == [
        "people.write_safe_contact_note",
        "people.open_safe_contact_note",
    ]


def test_a_person_with_a_note_looks_like_one_without_to_who_is_not_named(people):
    write_note(people["ada"], by=people["ada"], text=WORDS, readers=[people["officer"]], token="t1")
    for who in ("registrar", "other"):
        client = client_of(people[who])
        pages = [
            client.get(f"/people/{people[key].pk}/contact/")
            .content.decode()
            .replace(key, "x")
            .replace(key.title(), "X")
            for key in ("ada", "eve")
        ]
        by_chance = "token", 'name="reader"'  # letters by lot, in which a name may stand
        bare = [
            [line for line in page.split("\n") if not any(word in line for word in by_chance)]
            for page in pages
        ]
        assert bare[0] == bare[1]


def test_an_officer_writes_one_the_person_is_told_names_others_and_removes_it(people):
    ada, officer = people["ada"], client_of(people["officer"])
    sent = {"text": WORDS, "readers": [], "token": "t2"}
    assert officer.post(f"/people/{ada.pk}/contact/", sent).status_code == 302
    note = SafeContactNote.objects.get()
    assert [r.reader_id for r in note.readers.all()] == [people["officer"].pk]
    told = Notice.objects.get(person=ada)
    assert "note" not in f"{told.subject} {told.body}".lower() and told.url == "/me/contact/"
    assert "contact/notes" not in mailed(), "others may read this mailbox"
    url = f"/people/notes/{note.pk}/"
    officer.post(f"{url}readers/", {"readers": [people["registrar"].pk]})
    assert note.readers.count() == 2 and Notice.objects.filter(person=people["registrar"]).exists()
    made = open_note(note, by=people["registrar"], reason="A letter came back")
    assert "letter" not in made.encrypted_reason
    with pytest.raises(Refused):
        name_readers(note, by=ada, readers=[people["tutor"]])
    name_readers(note, by=ada, readers=[people["registrar"]])
    with pytest.raises(NotAllowed):  # the person decides, also about who wrote it
        open_note(note, by=people["officer"], reason="A call")
    assert officer.post(f"{url}readers/", {"readers": []}).status_code == 403
    with pytest.raises(NotAllowed):  # nor do they put themselves on again
        name_readers(note, by=people["officer"], readers=[people["registrar"]])
    assert [r.reader_id for r in note.readers.all()] == [people["registrar"].pk]
    page = officer.get(url).content.decode()
    assert "Remove this note" in page and "Change who may open it" not in page
    with pytest.raises(NotAllowed):
        remove_note(note, by=people["registrar"])
    client = client_of(ada)
    for _twice in range(2):
        assert client.post(f"{url}remove/").status_code == 302
    note.refresh_from_db()
    assert note.removed_at and note.encrypted_text == ""
    assert Entry.objects.filter(action="people.remove_safe_contact_note").count() == 1
    own = client.get(url).content.decode()
    assert "A letter came back" in own and WORDS not in own
    with pytest.raises(Refused):
        open_note(note, by=people["registrar"], reason="Again")
    assert client_of(people["registrar"]).get(f"{url}text/").status_code == 302


def test_what_was_kept_is_dropped_when_somebody_has_left(people, django_assert_max_num_queries):
    gone, here = people["consultant"], people["officer"]
    for person in (gone, here):
        set_contact(person, by=person, ways=["message"])
        write_note(person, by=person, text=WORDS, readers=[people["registrar"]], token="t")
    RoleGrant.objects.filter(person=gone).update(
        starts_on=clock.today() - 200 * DAY, ends_on=clock.today() - 89 * DAY
    )
    assert drop_of_leavers(by=BY) == 0
    RoleGrant.objects.filter(person=gone).update(ends_on=clock.today() - 91 * DAY)
    assert [drop_of_leavers(by=BY) for _twice in range(2)] == [1, 0]
    assert [p.person_id for p in ContactPreference.objects.all()] == [here.pk]
    assert [n.person_id for n in SafeContactNote.objects.exclude(encrypted_text="")] == [here.pk]
    for person in people.values():
        set_contact(person, by=person, ways=["message"])
    with django_assert_max_num_queries(20):  # asked of all at once; `gone` is dropped again
        assert drop_of_leavers(by=BY) == 1
    eve = people["eve"]
    joined = FormerAccount.objects.create(
        account=eve, person=people["ada"], address=eve.email, on_day=clock.today() - 90 * DAY
    )
    assert drop_of_leavers(by=BY) == 0
    FormerAccount.objects.filter(pk=joined.pk).update(on_day=clock.today() - 91 * DAY)
    assert drop_of_leavers(by=BY) == 1 and preferences_of(eve) == Preferences()
