"""Nominations: nobody's account is touched before they accept, no place is offered twice, and everybody who must know is told."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import make_aware

from cohorts.approvals.actions import decide_approval
from cohorts.enrolment.actions import enrol, make_cohort
from cohorts.enrolment.models import Enrolment
from cohorts.intake.actions import (
    defer,
    nominate,
    offer,
    put_on_waiting_list,
    refuse,
    set_places,
    withdraw,
)
from cohorts.intake.answers import accept, decline, lapse_offers
from cohorts.intake.models import NationPlaces, Nomination
from cohorts.intake.queries import intake_cohorts
from cohorts.organisations.actions import add_contact
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.kit.transitions import IllegalTransition
from lms.people.actions import admit, grant
from lms.people.address_changes import ask, confirm
from lms.people.encryption import decrypt
from lms.people.models import Mail, Notice, Role, User

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 15)
FIRST = date(2026, 9, 21)


def on(day):
    return clock.at(
        make_aware(datetime(day.year, day.month, day.day, 12), ZoneInfo("Europe/London"))
    )


@pytest.fixture(autouse=True)
def in_january():
    with on(TODAY):
        yield


@pytest.fixture
def later(programme, by):
    return make_cohort("IMSA-2026-09", "Intake of 2026", programme, FIRST, date(2027, 9, 30), by=by)


@pytest.fixture
def contact(organisation, officer, by, person_with):
    decide_approval(organisation, "approved", date(2025, 9, 1), "", by=by)
    person = person_with(Role.EMPLOYER, email="contact@test.example")
    add_contact(person, organisation, by=officer, starts_on=date(2025, 9, 1))
    return person


@pytest.fixture
def places(later, registrar):
    set_places(later, {"wales": 1, "england": 2}, by=registrar)
    return later


FACTS = {
    "given_names": "Aled",
    "family_name": "Owen",
    "email": "aled@test.example",
    "post": "Advocate",
    "nations": ["wales"],
    "line_manager": "",
    "statement": "He supports people.",
}


@pytest.fixture
def nomination(places, organisation, contact):
    return nominate(places, organisation, by=contact, **FACTS)


def another(places, organisation, contact, n, nations=("wales",)):
    facts = FACTS | {"email": f"n{n}@test.example", "nations": list(nations)}
    return nominate(places, organisation, by=contact, **facts)


def made_offer(nomination, registrar, reference="S-70"):
    found = offer(nomination, reference, FIRST, by=registrar)
    return found.link.rstrip("/").rpartition("/")[2]


def taken(cohort):
    return dict(NationPlaces.objects.filter(cohort=cohort).values_list("nation", "taken"))


def subjects(person):
    return list(
        Notice.objects.filter(person=person).order_by("pk").values_list("subject", flat=True)
    )


@pytest.mark.both_engines
def test_from_nomination_to_enrolment(nomination, places, registrar, contact):
    assert not User.objects.filter(email=FACTS["email"]).exists()
    assert nominate(places, nomination.organisation, by=contact, **FACTS).pk == nomination.pk
    secret = made_offer(nomination, registrar)
    assert not User.objects.filter(email=FACTS["email"]).exists()
    mail = Mail.objects.get(to=FACTS["email"])
    body = decrypt(mail.encrypted_body, "mail")
    assert secret in body and "Nothing is recorded" not in body, "the nomination is"
    assert "Owen" not in mail.subject and "Lanternby" not in mail.subject
    assert taken(places)["wales"] == 1
    enrolment = accept(secret)
    assert accept(secret).pk == enrolment.pk
    person = enrolment.person
    assert (person.full_name, enrolment.nations, enrolment.student_reference) == (
        "Aled Owen",
        ["wales"],
        "S-70",
    )
    assert enrolment.enrolled_on == FIRST and taken(places)["wales"] == 1
    assert subjects(person) == ["You are enrolled"]
    assert Mail.objects.filter(person=person, subject__contains="Set up your account").count() == 1
    assert subjects(contact)[-2:] == ["A place is offered", "A place is accepted"]
    nomination.refresh_from_db()
    assert nomination.state == "accepted" and nomination.enrolment == enrolment
    with pytest.raises(IllegalTransition):
        withdraw(nomination, by=contact)


@pytest.mark.both_engines
def test_no_place_is_offered_twice(nomination, places, organisation, contact, registrar, unchanged):
    made_offer(nomination, registrar)
    second = another(places, organisation, contact, 2, ["wales", "england"])
    watch = unchanged()
    with pytest.raises(Refused, match="no free place for Wales"):
        offer(second, "S-71", FIRST, by=registrar)
    watch.check()
    assert taken(places) == {"wales": 1, "england": 0, "scotland": 0, "northern_ireland": 0}
    with pytest.raises(Refused, match="there cannot be fewer"):
        set_places(places, {"wales": 0, "england": 2}, by=registrar)
    with pytest.raises(IntegrityError), transaction.atomic():  # what two at once would run into
        NationPlaces.objects.filter(cohort=places, nation="wales").update(taken=2)
    withdraw(nomination, by=contact)
    assert taken(places)["wales"] == 0
    offer(second, "S-71", FIRST, by=registrar)
    assert taken(places)["wales"] == 1 and taken(places)["england"] == 1


def test_an_offer_is_declined_or_lapses_and_its_place_is_free(
    nomination, places, registrar, contact, by
):
    secret = made_offer(nomination, registrar)
    decline(secret)
    decline(secret)
    assert taken(places)["wales"] == 0 and not User.objects.filter(email=FACTS["email"]).exists()
    with pytest.raises(Refused, match="declined"):
        accept(secret)
    again = made_offer(nomination, registrar)
    assert again != secret and taken(places)["wales"] == 1
    with pytest.raises(Refused, match="do not know this link"):
        accept(secret)
    with on(TODAY + timedelta(days=15)):
        with pytest.raises(Refused, match="time to answer"):
            accept(again)
        assert lapse_offers(by=by) == 1 and lapse_offers(by=by) == 0
    nomination.refresh_from_db()
    assert nomination.state == "lapsed" and taken(places)["wales"] == 0
    assert subjects(contact).count("An offer was not answered") == 1
    assert Enrolment.objects.count() == 0


def test_an_offer_is_taken_back_and_its_link_ends(nomination, places, registrar):
    secret = made_offer(nomination, registrar)
    put_on_waiting_list(nomination, by=registrar)
    put_on_waiting_list(nomination, by=registrar)
    assert taken(places)["wales"] == 0
    with pytest.raises(Refused, match="do not know this link"):
        accept(secret)
    subjects_sent = Mail.objects.filter(to=FACTS["email"]).values_list("subject", flat=True)
    assert [s.partition(": ")[2] for s in subjects_sent.order_by("pk")] == [
        "A place is offered to you",
        "The place that was offered to you",
    ]


def test_deferral_to_the_next_cohort(nomination, places, registrar, contact, programme, by):
    next_one = make_cohort(
        "IMSA-2027-09", "Intake of 2027", programme, date(2027, 9, 20), date(2028, 9, 30), by=by
    )
    made_offer(nomination, registrar)
    with pytest.raises(Refused, match="takes no nominations"):
        defer(nomination, next_one, by=registrar)
    assert taken(places)["wales"] == 1
    set_places(next_one, {"wales": 1}, by=registrar)
    defer(nomination, next_one, by=registrar)
    defer(nomination, next_one, by=registrar)
    nomination.refresh_from_db()
    assert (nomination.cohort, nomination.state) == (next_one, "waiting_list")
    assert taken(places)["wales"] == 0 and taken(next_one)["wales"] == 0
    assert subjects(contact).count("A nomination is deferred") == 1
    accept(made_offer(nomination, registrar))
    assert Enrolment.objects.get().cohort == next_one


def test_a_known_person_is_untouched_until_they_accept(
    nomination, places, registrar, by, person_with, cohort
):
    known = person_with(email="aled@test.example", first_name="Aled", last_name="Owen-Price")
    secret = made_offer(nomination, registrar)
    assert subjects(known) == [] and not known.enrolments.exists()
    accept(secret)
    known.refresh_from_db()
    assert known.last_name == "Owen-Price" and known.enrolments.count() == 1


def test_who_studies_already_gets_no_offer(
    nomination, places, registrar, by, cohort, person_with, unchanged
):
    known = person_with(email="aled@test.example", first_name="Aled", last_name="Owen")
    enrol(cohort, known, ["wales"], "S-1", by=by, enrolled_on=cohort.starts_on)
    watch = unchanged()
    with pytest.raises(Refused, match="is or was enrolled"):
        offer(nomination, "S-70", FIRST, by=registrar)
    with pytest.raises(Refused, match="belongs to another enrolment"):
        offer(nomination, "S-1", FIRST, by=registrar)
    watch.check()


def test_two_employers_do_not_learn_of_each_other_and_one_offer_is_made(
    nomination, places, other_organisation, registrar, officer, by, person_with
):
    set_places(places, {"wales": 5}, by=registrar)
    decide_approval(other_organisation, "approved", date(2025, 9, 1), "", by=by)
    contact = person_with(Role.EMPLOYER, email="second@test.example")
    add_contact(contact, other_organisation, by=officer, starts_on=date(2025, 9, 1))
    second = nominate(places, other_organisation, by=contact, **FACTS)
    assert second.pk != nomination.pk
    made_offer(nomination, registrar)
    with pytest.raises(Refused, match="has an offer already"):
        offer(second, "S-71", FIRST, by=registrar)
    assert taken(places)["wales"] == 1
    assert set(Nomination.objects.visible_to(contact)) == {second}
    assert set(Nomination.objects.visible_to(registrar)) == {nomination, second}


def test_who_may(
    nomination,
    places,
    organisation,
    other_organisation,
    contact,
    registrar,
    officer,
    trainee,
    person_with,
    unchanged,
):
    close = person_with(Role.REGISTRAR, email="aled@test.example")
    stranger = person_with(Role.EMPLOYER, email="stranger@test.example")
    watch = unchanged()
    for who in (contact, stranger, officer, trainee, close):
        for refused in (
            (offer, ("S-70", FIRST)),
            (refuse, ("no",)),
            (put_on_waiting_list, ()),
            (defer, (places,)),
        ):
            with pytest.raises(NotAllowed):
                refused[0](nomination, *refused[1], by=who)
        if who != close:
            with pytest.raises(NotAllowed):
                set_places(places, {"wales": 3}, by=who)
    for who, where in (
        (stranger, organisation),
        (registrar, organisation),
        (contact, other_organisation),
    ):
        with pytest.raises(NotAllowed):
            nominate(places, where, by=who, **FACTS | {"email": "x@test.example"})
    for who in (stranger, registrar, officer):
        with pytest.raises(NotAllowed):
            withdraw(nomination, by=who)
    watch.check()


def test_a_cohort_without_places_or_that_has_begun_takes_nobody(
    places, cohort, organisation, contact, unchanged
):
    watch = unchanged()
    with pytest.raises(Refused, match="takes no nominations"):
        nominate(cohort, organisation, by=contact, **FACTS)
    with on(FIRST + timedelta(days=1)), pytest.raises(Refused, match="takes no nominations"):
        nominate(places, organisation, by=contact, **FACTS)
    watch.check()


# ---- pages ----


def test_an_employer_nominates_and_withdraws(
    places, organisation, contact, signed_in, unchanged, person_with, by
):
    client = signed_in(contact)
    assert "/employer/nominations/" in client.get("/employer/").content.decode()
    given = FACTS | {"organisation": organisation.pk, "cohort": places.pk}
    watch = unchanged()
    page = client.post("/employer/nominations/new/", given).content.decode()
    assert "Tick to say that they know" in page and "He supports people." in page
    page = client.post(
        "/employer/nominations/new/", given | {"email": "nonsense", "is_agreed": "on"}
    ).content.decode()
    assert "Aled" in page and "nonsense" in page
    watch.check()
    for _twice in range(2):
        assert (
            client.post("/employer/nominations/new/", given | {"is_agreed": "on"}).status_code
            == 302
        )
    made = Nomination.objects.get()
    page = client.get("/employer/nominations/").content.decode()
    assert "Aled Owen" in page and "Waiting for a decision" in page
    other = signed_in(person_with(Role.EMPLOYER, email="stranger@test.example"))
    assert "Aled" not in other.get("/employer/nominations/").content.decode()
    assert other.post(f"/employer/nominations/{made.pk}/withdraw/").status_code == 404
    colleague = person_with(Role.EMPLOYER, email="colleague@test.example")
    add_contact(colleague, organisation, by=by, starts_on=TODAY)
    client.post(f"/employer/nominations/{made.pk}/withdraw/")
    assert "A nomination is withdrawn" in subjects(colleague)
    assert "A nomination is withdrawn" not in subjects(contact), "their own doing"
    made.refresh_from_db()
    assert made.state == "withdrawn"


def test_a_registrar_decides_and_the_person_answers(
    nomination, places, registrar, signed_in, client
):
    desk, url = signed_in(registrar), f"/registry/nominations/{nomination.pk}/"
    assert "/registry/intake/" in desk.get("/registry/").content.decode()
    assert "Intake of 2026" in desk.get("/registry/intake/").content.decode()
    page = desk.get(f"/registry/intake/{places.code}/?state=new").content.decode()
    assert url in page and "Aled Owen" in page
    page = desk.post(
        f"{url}offer/", {"offer-student_reference": "", "offer-starts_on": "2026-09-21"}
    )
    assert "Enter the student reference" in page.content.decode()
    assert "Enter the reason" in desk.post(f"{url}refuse/", {}).content.decode()
    given = {"offer-student_reference": "S-70", "offer-starts_on": "2026-09-21"}
    for _twice in range(2):
        assert desk.post(f"{url}offer/", given).status_code == 302
    body = decrypt(Mail.objects.get(to=FACTS["email"]).encrypted_body, "mail")
    link = re.search(r"/offers/[^/\s]+/", body).group()
    for _scanner in range(2):
        page = client.get(link).content.decode()
        assert "Accept the place" in page and "Lanternby Advocacy" in page
    nomination.refresh_from_db()
    assert nomination.state == "offered"
    assert client.post(link, {}).status_code == 302  # neither button
    assert Enrolment.objects.count() == 0
    for _twice in range(2):
        client.post(link, {"accept": "yes"})
    assert Enrolment.objects.get().person.email == FACTS["email"]
    assert "You have accepted this place" in client.get(link).content.decode()
    assert client.get("/offers/nothing/").status_code == 404


def test_places_are_set_on_the_page(later, registrar, signed_in):
    client, url = signed_in(registrar), f"/registry/intake/{later.code}/"
    given = {"england": "3", "wales": "2", "scotland": "0", "northern_ireland": ""}
    assert "Enter a number" in client.post(url, given).content.decode()
    client.post(url, given | {"northern_ireland": "1"})
    rows = dict(NationPlaces.objects.values_list("nation", "places"))
    assert rows == {"england": 3, "wales": 2, "scotland": 0, "northern_ireland": 1}


def test_a_second_nomination_with_other_facts_is_refused_and_not_dropped(
    nomination, places, contact, unchanged
):
    watch = unchanged()
    with pytest.raises(Refused, match="Nothing was stored"):
        nominate(
            places, nomination.organisation, by=contact, **FACTS | {"nations": ["wales", "england"]}
        )
    watch.check()
    nomination.refresh_from_db()
    assert nomination.nations == ["wales"]


def test_who_had_the_nominated_address_gets_no_second_account(nomination, registrar, by):
    secret = made_offer(nomination, registrar)
    person = admit(by=by, email=FACTS["email"], first_name="Aled", last_name="Owen")
    confirm(ask(person, "aled@new.example", by=registrar).secret)
    assert accept(secret).person == person
    assert not User.objects.filter(email=FACTS["email"]).exists()


@pytest.mark.both_engines
def test_an_offer_is_mailed_again_with_a_new_link(nomination, places, registrar, signed_in):
    first = made_offer(nomination, registrar)
    client, url = signed_in(registrar), f"/registry/nominations/{nomination.pk}/"
    assert "Mail the offer again" in client.get(url).content.decode()
    assert client.post(f"{url}again/").status_code == 302
    mails = Mail.objects.filter(to=FACTS["email"]).order_by("pk")
    assert len(mails) == 2 and taken(places)["wales"] == 1
    with pytest.raises(Refused):
        accept(first)
    link = re.search(r"/offers/([^/\s]+)/", decrypt(mails[1].encrypted_body, "mail"))
    assert accept(link.group(1)).student_reference == "S-70"
    assert "Mail the offer again" not in client.get(url).content.decode()
    late = client.post(f"{url}again/", follow=True).content.decode()  # on a page from before
    assert "cannot be changed in that way" in late
    assert Mail.objects.filter(subject__endswith="A place is offered to you").count() == 2


def test_a_registrar_does_not_decide_on_a_nomination_that_went_to_their_former_address(
    nomination, by, registrar, unchanged
):
    person = admit(by=by, email=FACTS["email"], first_name="Aled", last_name="Owen")
    confirm(ask(person, "aled@new.example", by=registrar).secret)
    grant(person, Role.REGISTRAR, by=by)
    person = User.objects.get(pk=person.pk)
    watch = unchanged()
    with pytest.raises(NotAllowed, match="Another registrar decides"):
        offer(nomination, "S-70", FIRST, by=person)
    watch.check()


def test_a_cohort_that_ended_is_listed_with_all_that_waits_in_it(
    nomination, places, organisation, contact, registrar
):
    made_offer(another(places, organisation, contact, 2, ["england"]), registrar)
    with on(places.ends_on + timedelta(days=1)):
        row = intake_cohorts().get(pk=places.pk)
    assert (row.new, row.listed, row.with_offer) == (1, 0, 1)
