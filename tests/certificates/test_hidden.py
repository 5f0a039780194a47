"""Whoever asked to be hidden is answered for, at every public door, exactly like somebody who did not; and no watch tells it."""

import base64
import html
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certificates.actions import (
    answer_check,
    answer_list,
    issue_again,
    lift_withholding,
    watch,
    withhold,
)
from certificates.actions.changes import look_at_watches
from certificates.checking.uploaded_lists import line_of
from certificates.jobs import BY
from certificates.models import Change, Check, Delivery, Watch, Webhook
from lms.kit import clock, files
from lms.people.models import Notice

from . import scene
from .scene import TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def now():
    with clock.at(TODAY):
        yield


def asked(address, data=None, accept="text/html"):
    """(status, headers, page without what stands for one session, statements) as a stranger sees them."""
    client = Client()
    client.get("/certificates/verify/")
    with CaptureQueriesContext(
        connection,
    ) as counted:
        found = (
            client.post(address, data, follow=True)
            if data
            else client.get(address, headers={"accept": accept})
        )
    headers = {
        k: v
        for k, v in found.headers.items()
        if k not in ("Content-Security-Policy", "Content-Length", "Expires", "Set-Cookie")
    }
    return found.status_code, headers, found.content.decode(), len(counted)


def with_own_values_out(page, held):
    """The page without what is the person's own: numbers, addresses and moments, and the session's form token."""
    for own in (held.number, *(str(c.uid) for c in held.credentials.all())):
        page = page.replace(own, "OWN")
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|said=[\w=-]+', "", page)
    return re.sub(r"\d\d:\d\d", "", html.unescape(page))


def of_credential(held):
    return asked(f"/credentials/{held.credentials.get(kind='accreditation').uid}")


def of_award(held):
    return asked(f"/credentials/{held.credentials.get(kind='award').uid}")


def of_file(held):
    return asked(
        "/certificates/verify/", {"file": SimpleUploadedFile("c.pdf", files.read(held.file))}
    )


def of_token(held):
    return asked(
        "/certificates/verify/", {"text": held.credentials.get(kind="accreditation").token}
    )


def of_award_token(held):
    return asked("/certificates/verify/", {"text": held.credentials.get(kind="award").token})


DOORS = (of_credential, of_award, of_file, of_token, of_award_token)


def changed(held, how):
    """Somebody asks to be hidden, or has something common happen to them."""
    if how == "withheld":
        withhold(held.enrolment.person, "PRIVATE", by=scene.hub_officer())
    elif how == "withheld for all but organisations":
        withhold(held.enrolment.person, "PRIVATE", by=scene.hub_officer(), mode="hub")
    elif how == "withheld and issued again":
        withhold(held.enrolment.person, "PRIVATE", by=scene.hub_officer())
        issue_again(held.enrolment, "again", by=scene.registrar())
    elif how == "issued again":
        issue_again(held.enrolment, "again", by=scene.registrar())
    elif how != "nothing":
        scene.sanctioned(held.enrolment, how)


@pytest.mark.parametrize(
    "how",
    [
        "withheld",
        "withheld for all but organisations",
        "withheld and issued again",
        "issued again",
        "suspended",
    ],
)
@pytest.mark.parametrize("door", DOORS)
def test_a_file_or_badge_says_of_everybody_the_same(door, how):
    twin, held = scene.certified("Ada", "One"), scene.certified("Bea", "Two")
    changed(held, how)
    one, other = door(twin), door(held)
    assert one[0] == other[0] == 200 and one[1] == other[1]
    assert with_own_values_out(one[2], twin) == with_own_values_out(other[2], held)
    assert one[3] == other[3], "as many statements"
    assert "Accredited" not in with_own_values_out(other[2], held).replace(
        "Accredited Independent Modern Slavery Advocate", ""
    )


def test_reading_a_file_is_seen_by_its_holder_and_gives_no_standing_away(client):
    held = scene.certified("Ada", "One")
    page = of_file(held)[2]
    kept = Check.objects.get()
    assert kept.person == held.enrolment.person and kept.receipt not in page
    assert (
        "was read"
        in scene.sign_in(client, kept.person).get("/certificates/checks/").content.decode()
    )


def test_no_address_holds_a_number_and_another_session_reads_nothing(client):
    held = scene.certified("Ada", "One")
    client.get("/certificates/verify/")  # its form gives the browser its cookie
    led = client.post(
        "/certificates/verify/", {"text": held.credentials.get(kind="accreditation").token}
    )
    made = answer_check(held.number, "One")
    receipt = client.post("/receipts/", {"pasted": made.receipt})
    for found, own in ((led, held.number), (receipt, made.receipt)):
        assert found.status_code == 302 and own not in read_address(found["Location"])
        assert own in client.get(found["Location"]).content.decode()
        assert Client().get(found["Location"]).status_code == 302, "the address alone opens nothing"
        with clock.at(clock.now() + timedelta(minutes=61)):
            assert client.get(found["Location"]).status_code == 302, "an hour, and no longer"


def read_address(address):
    """What whoever reads a browser's history makes of it: as it stands, and out of base64."""
    said = address.partition("said=")[2]
    return address + base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)).decode("latin1")


# ---- those who were answered before ----


@pytest.fixture
def scene_of_watch():
    """Somebody who works elsewhere, and an organisation that watches them."""
    held, mill = scene.certified("Ada", "One"), scene.organisation("MILL", "Mill House")
    contact = scene.contact(mill)
    Webhook.objects.create(
        organisation=mill, address="https://mill.example/hook", secret="x", made_by=contact
    )
    watch(
        mill,
        [line_of(1, held.number, "One", "", TODAY)],
        "work",
        TODAY + timedelta(days=300),
        by=contact,
    )
    return held, mill, contact


def listed(held, where, contact, surname="One"):
    made = answer_list(
        where,
        [line_of(1, held.number, surname, "", clock.today())],
        "work",
        by=contact,
        day=clock.today(),
    )
    return {
        k: v for k, v in Check.objects.get(list_check=made).answer.items() if k != "answered_at"
    }


@pytest.mark.parametrize("mode", ["everybody", "hub"])
def test_who_watched_before_is_told_nothing_of_hiding_then_or_later(scene_of_watch, client, mode):
    held, mill, contact = scene_of_watch
    page = scene.sign_in(client, contact)
    before, seen, told = (
        listed(held, mill, contact),
        page.get("/employer/watches/").content,
        Watch.objects.get().told,
    )
    notices = Notice.objects.filter(person=contact).count()
    withhold(held.enrolment.person, "PRIVATE", by=scene.hub_officer(), mode=mode)
    for day in (TODAY, TODAY + DAY, TODAY + 40 * DAY):
        with clock.at(day):
            look_at_watches(by=BY)
            assert listed(held, mill, contact) == before
    lift_withholding(
        held.enrolment.person, "over", by=scene.hub_officer(), proposed_by=scene.hub_officer()
    )
    look_at_watches(by=BY)
    assert (
        Watch.objects.get().told == told
        and not Change.objects.exists()
        and not Delivery.objects.exists()
    )
    assert Notice.objects.filter(person=contact).count() == notices
    assert strip(page.get("/employer/watches/").content) == strip(seen)


def strip(page):
    return re.sub(r'value="[^"]{40,}"|nonce="[^"]*"|\d\d:\d\d', "", page.decode())


def test_what_really_changes_is_told_to_those_who_watched_as_of_everybody(scene_of_watch):
    held, _, _ = scene_of_watch
    withhold(held.enrolment.person, "PRIVATE", by=scene.hub_officer())
    scene.sanctioned(held.enrolment, "suspended")
    assert look_at_watches(by=BY) == 1
    change = Change.objects.get()
    assert (change.before["code"], change.after["code"]) == (
        "accredited",
        "suspended",
    ) and "PRIVATE" not in str(change.after)


def test_every_other_organisation_and_one_whose_watch_is_over_find_nobody(scene_of_watch):
    held, mill, contact = scene_of_watch
    stranger = scene.organisation("BARN", "Barn House")
    withhold(held.enrolment.person, "PRIVATE", by=scene.hub_officer())
    asks = scene.contact(stranger)
    assert listed(held, stranger, asks) == listed(held, stranger, asks, "Nobody")
    with clock.at(TODAY + timedelta(days=301)):
        assert listed(held, mill, contact)["code"] == "not_found", (
            "the watch's last day was the 300th"
        )
    assert answer_check(held.number, "One", by=contact).answer["code"] == "not_found", (
        "on no one's behalf they are the public"
    )


def test_the_employer_on_the_register_goes_on_seeing_its_people_and_being_told(client):
    held = scene.certified("Ada", "One")
    home = held.register_line.organisation
    contact = scene.contact(home)
    watch(
        home,
        [line_of(1, held.number, "One", "", TODAY)],
        "work",
        TODAY + timedelta(days=300),
        by=contact,
    )
    withhold(held.enrolment.person, "PRIVATE", by=scene.hub_officer())
    page = scene.sign_in(client, contact).get("/employer/").content.decode()
    assert "Ada One" in page and "Accredited" in page and "PRIVATE" not in page
    assert listed(held, home, contact)["code"] == "accredited"
    scene.end(held.register_line, TODAY)
    with clock.at(TODAY + DAY):
        assert look_at_watches(by=BY) == 1 and Change.objects.get().after["code"] == "between_posts"


# ---- the days, and who is told ----


def test_lifting_tells_the_holder_and_the_last_day_is_the_day_before():
    held, officer = scene.certified("Ada", "One"), scene.hub_officer()
    person = held.enrolment.person
    with clock.at(TODAY):
        withhold(person, "PRIVATE", by=officer)
    told = Notice.objects.filter(person=person, subject="Your entry on the register")
    assert told.count() == 1 and "PRIVATE" not in told.get().body
    with clock.at(TODAY + 5 * DAY):
        assert answer_check(held.number, "One").answer["code"] == "not_found"
        lift_withholding(person, "It is over", by=officer, proposed_by=scene.hub_officer())
        assert told.count() == 2 and answer_check(held.number, "One").answer["code"] == "accredited"
        lift_withholding(person, "It is over", by=officer, proposed_by=scene.hub_officer())
        assert told.count() == 2


def test_a_withholding_counts_on_its_last_day_and_not_after():
    from certificates.models import Withholding

    held = scene.certified("Ada", "One")
    withhold(held.enrolment.person, "PRIVATE", by=scene.hub_officer())
    Withholding.objects.update(until_day=TODAY + DAY)
    for day, code in ((TODAY + DAY, "not_found"), (TODAY + 2 * DAY, "accredited")):
        with clock.at(day):
            assert answer_check(held.number, "One").answer["code"] == code, day


# ---- links, and files that are not ours ----


class TestKeptFromALink:
    @pytest.fixture
    def kept(self, client):
        from certificates.actions import make_share_link

        held = scene.certified("Ada", "One")
        _, secret = make_share_link(
            held.enrolment.person, "The court", clock.now() + DAY, by=held.enrolment.person
        )
        led = client.post(f"/proof/{secret}/")
        assert led.status_code == 302
        return held, Check.objects.get(), led["Location"]

    @pytest.mark.parametrize("ending", ["ended by the holder", "its time over"])
    def test_the_answer_ends_with_the_link_and_a_downloaded_receipt_still_proves_it(
        self, kept, client, ending
    ):
        from certificates.actions import end_share_link

        held, check, address = kept
        withhold(held.enrolment.person, "x", by=scene.hub_officer())
        assert (
            "Ada" not in client.get(address).content.decode()
            and client.get(address).status_code == 200
        )
        receipt = client.get(f"{address}receipt.jwt").content.decode()
        if ending == "its time over":
            later = TODAY + 2 * DAY
        else:
            later = TODAY
            end_share_link(check.proof_link, by=held.enrolment.person)
        with clock.at(later):
            for path in (address, f"{address}receipt.jwt"):
                assert client.get(path).status_code == 404
            by_number = client.post(
                "/receipts/", {"pasted": check.receipt}, follow=True
            ).content.decode()
            unknown = client.post("/receipts/", {"pasted": "Q-" + check.receipt[2:-1]}, follow=True)
            assert (
                "We gave no answer under this number" in by_number
                and not re.search(r"\bOne\b", by_number)
                and unknown.status_code == 200
            )
            assert (
                "accredited"
                in client.post("/receipts/", {"pasted": receipt}, follow=True)
                .content.decode()
                .lower()
            )
            assert scene.sign_in(Client(), held.enrolment.person).get(address).status_code == 200, (
                "the holder reads it still"
            )

    def test_other_answers_stay(self, client):
        held = scene.certified("Ada", "One")
        made = answer_check(held.number, "One")
        with clock.at(TODAY + 300 * DAY):
            assert client.get(f"/check/answers/{made.receipt}/").status_code == 200


def test_strangers_fill_nothing_and_the_hub_is_told_once(client, settings):
    from certificates.models import RefusedFile
    from lms.record.models import Entry

    settings.IMSA_REFUSED_FILES, hub = "3/d", scene.hub_officer()
    pages = []
    for n in range(6):
        text = "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.e30." + "abcd" * (n + 1)
        pages.append(
            client.post(
                "/certificates/verify/", {"text": text}, follow=True, REMOTE_ADDR=f"203.0.113.{n}"
            ).content.decode()
        )
    assert (
        RefusedFile.objects.count()
        == Entry.objects.filter(action="certificates.note_refused").count()
        == 3
    )
    assert Notice.objects.filter(person=hub, subject="Many files that are not ours").count() == 1
    assert (
        len({strip(page.encode()) for page in pages}) == 1 and "We did not issue this" in pages[-1]
    )
    scene.sign_in(client, scene.registrar()).post("/certificates/verify/", {"text": text})
    assert RefusedFile.objects.count() == 4, "an account is counted apart from strangers"


# ---- what is said before ----


def test_the_officer_sees_who_watches_and_the_holder_what_cannot_be_hidden(scene_of_watch, client):
    from certificates.actions import ask_of_entry

    held, _, _ = scene_of_watch
    person, officer = held.enrolment.person, scene.hub_officer()
    assert (
        "What can’t be hidden"
        in scene.sign_in(client, person).get("/certificates/entry/").content.decode()
    )
    made = ask_of_entry(person, "withhold", "x", by=person)
    scene.sign_in(client, officer)
    for address in (f"/hub/people/{held.enrolment.pk}/withholding/", f"/hub/requests/{made.pk}/"):
        page = client.get(address).content.decode()
        assert "Mill House, until Sunday 16 May 2027" in page and "may guess why" in page, address


# ---- what a public answer holds ----

PUBLIC = {
    "code",
    "label",
    "tone",
    "meaning",
    "advice",
    "nations",
    "conditions",
    "reasons",
    "answered_at",
    "cy",
}


def test_a_public_answer_holds_these_fields_and_no_other(client):
    """Not until when, not nation by nation, not who asked or why."""
    held = scene.certified("Ada", "One")
    contact = scene.contact()
    for on_behalf, fields in (
        (None, PUBLIC),
        (contact.contacts.get().organisation, PUBLIC | {"until", "each_nation"}),
    ):
        made = answer_check(
            held.number, "One", by=contact, organisation=on_behalf, purpose="work", why="SECRET WHY"
        )
        assert set(made.answer) == fields
        assert set(made.answer["cy"]) == {
            "label",
            "meaning",
            "advice",
            "tone",
            "nations",
            "reasons",
        } | ({"each_nation"} if on_behalf else set())
        page = Client().get(f"/check/answers/{made.receipt}/").content.decode()
        assert (
            "SECRET WHY" not in page
            and contact.full_name not in page
            and "Harbour House" not in page
        )
