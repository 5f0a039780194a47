"""People apply for a place themselves: nobody else learns of it without their tick, it is decided like a nomination, and what they typed goes when its time is over."""

import logging
import re
from datetime import date, timedelta
from io import StringIO

import pytest
from django.test import Client

from cohorts.applications.forms import StartForm
from cohorts.enrolment.actions import make_cohort
from cohorts.intake.actions import defer, nominate, offer, refuse, set_places
from cohorts.intake.answers import accept
from cohorts.intake.applying import (
    answer_for_employer,
    open_to_applications,
    save_place_answers,
    start_place_application,
    submit_place_application,
    withdraw_place_application,
)
from cohorts.intake.clearing import clear_closed_nominations, drop_old_places
from cohorts.intake.models import NationPlaces, Nomination, PlaceApplication, PlaceLink
from cohorts.intake.queries import place_application_by
from cohorts.jobs import BY
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.encryption import decrypt
from lms.people.models import Mail, Notice, Role, User
from lms.record.models import Entry

from ..assessments.scene import sign_in
from .test_intake import FACTS, FIRST, TODAY, contact, in_january, later, on, places  # noqa: F401

pytestmark = pytest.mark.django_db
EMAIL = "nia@test.example"
ANSWERS = {
    "given_names": "Nia",
    "family_name": "Unmistakable",
    "employer": "A shelter by the sea",
    "post": "Support worker",
    "may_ask": True,
    "employer_email": "boss@test.example",
    "nations": ["wales"],
    "statement": "Words of a statement.",
}


@pytest.fixture
def open_cohort(places, registrar):  # noqa: F811
    open_to_applications(places, True, by=registrar)
    return places


def bodies(to):
    return [decrypt(m.encrypted_body, "mail") for m in Mail.objects.filter(to=to).order_by("pk")]


def secret_in(text, path="places"):
    return re.search(rf"/{path}/([\w-]{{40,}})/", text)[1]


def begun(cohort, email=EMAIL, **other):
    start_place_application(cohort, email)
    found = place_application_by(secret_in(bodies(email)[-1]))
    return save_place_answers(found, ANSWERS | other)


def state():
    return [
        list(table.objects.order_by("pk").values())
        for table in (Nomination, PlaceApplication, PlaceLink, NationPlaces, Mail, Notice)
    ] + [Entry.objects.count()]


def refused(match, action, *args, kind=(Refused, NotAllowed), **kwargs):
    before = state()
    with pytest.raises(kind, match=match):
        action(*args, **kwargs)
    assert state() == before


@pytest.mark.both_engines
def test_from_the_link_to_the_enrolment(places, registrar, contact, person_with):  # noqa: F811
    start_place_application(places, EMAIL)
    assert not PlaceApplication.objects.exists() and not Mail.objects.filter(to=EMAIL).exists(), (
        "it is closed as shipped"
    )
    refused("Only a", open_to_applications, places, True, by=contact)
    open_to_applications(places, True, by=registrar)
    before = state()
    open_to_applications(places, True, by=registrar)
    assert state() == before
    draft = begun(places, statement="")
    refused("Something is missing", submit_place_application, draft)
    save_place_answers(draft, {"statement": ANSWERS["statement"]})
    made = submit_place_application(draft)
    before = state()
    assert submit_place_application(draft) == made and state() == before
    assert PlaceApplication.objects.get().answers == {} and made.organisation is None
    # Nothing typed is in a mail or in the record; the employer's mail does not say who.
    (asked,) = bodies("boss@test.example")
    assert "Nia" not in asked and "Unmistakable" not in str(list(Entry.objects.values()))
    assert not any("Unmistakable" in text for text in bodies(EMAIL))
    refused("submitted this application", save_place_answers, draft, {"post": "Other"})
    second = begun(places, "other@test.example", may_ask=False)
    submit_place_application(second)
    assert len(bodies("boss@test.example")) == 1, "nobody is asked without a tick"
    page = Client().get(f"/places/employer/{secret_in(asked, 'places/employer')}/").content
    assert b"Nia Unmistakable" in page and b"statement" not in page
    answer_for_employer(secret_in(asked, "places/employer"), "yes")
    answer_for_employer(secret_in(asked, "places/employer"), "no")
    made.refresh_from_db()
    assert made.employer_answer == "yes", "the first answer stands"
    close = person_with(Role.REGISTRAR, email="boss@test.example")
    refused("Another registrar decides", offer, made, "S-90", FIRST, by=close)
    page = sign_in(Client(), registrar).get(f"/registry/nominations/{made.pk}/").content
    assert b"boss@test.example" in page, "who was asked stands beside the answer"
    link = offer(made, "S-90", FIRST, by=registrar).link
    refused("has an offer already", offer, made, "S-77", FIRST, by=registrar)
    assert "You applied for" in bodies(EMAIL)[-1]
    enrolment = accept(link.rstrip("/").rpartition("/")[2])
    assert enrolment.person.full_name == "Nia Unmistakable"
    assert NationPlaces.objects.get(cohort=places, nation="wales").taken == 1
    refused("cannot be withdrawn here", withdraw_place_application, draft)


def test_refused_withdrawn_and_cleared(open_cohort, registrar, organisation, contact):  # noqa: F811
    # An employer nominates the same person: neither learns of the other, and both wait.
    employers = nominate(open_cohort, organisation, by=contact, **FACTS | {"email": EMAIL})
    draft = begun(open_cohort)
    made = submit_place_application(draft)
    start_place_application(open_cohort, EMAIL)  # who asks again is led to what is there
    assert place_application_by(secret_in(bodies(EMAIL)[-1])).pk == draft.pk
    told = Notice.objects.count()
    refuse(made, "No post yet.", by=registrar)
    assert "No post yet." in bodies(EMAIL)[-1] and Notice.objects.count() == told
    refused("cannot be changed", refuse, made, "Another reason.", by=registrar)
    other = submit_place_application(begun(open_cohort, "zoe@test.example"))
    offer(other, "S-91", FIRST, by=registrar)
    own = PlaceApplication.objects.get(nomination=other)
    withdraw_place_application(own)
    before = state()
    withdraw_place_application(own)
    assert state() == before
    assert NationPlaces.objects.get(cohort=open_cohort, nation="wales").taken == 0
    idle = begun(open_cohort, "idle@test.example")
    start_place_application(open_cohort, "unread@test.example")
    with on(TODAY + timedelta(days=8)):
        assert drop_old_places(by=BY) == 1, "without an answer"
    assert PlaceApplication.objects.filter(pk=idle.pk).exists()
    with on(TODAY + timedelta(days=364)):
        assert clear_closed_nominations(by=BY) == 0
    with on(TODAY + timedelta(days=366)):
        assert drop_old_places(by=BY) == 1
        refused("Only a", clear_closed_nominations, by=contact)
        assert clear_closed_nominations(by=BY) == 2 and clear_closed_nominations(by=BY) == 0
        made.refresh_from_db(), employers.refresh_from_db()
        left = (
            made.family_name,
            made.email,
            made.statement,
            made.employer,
            made.employer_email,
            made.reason,
            Nomination.objects.get(pk=other.pk).student_reference,
        )
        assert set(left) == {""} and made.state == "refused"
        assert employers.email == EMAIL, "an open one stays"
        assert PlaceApplication.objects.count() == 0
        page = sign_in(Client(), registrar).get(f"/registry/nominations/{made.pk}/").content
        assert b"Also nominated" not in page, "two that are cleared have no address in common"
        refused(
            "removed when its time was over",
            offer,
            other,
            "S-92",
            FIRST,
            by=registrar,
            kind=Exception,
        )


def test_the_pages(open_cohort, registrar, monkeypatch):
    client = Client()
    assert b"Send me the link" in client.get("/places/").content
    form = StartForm()
    with clock.at(clock.now() + timedelta(seconds=10)):
        sent = {"cohort": open_cohort.code, "email": EMAIL, "shown": form.initial["shown"]}
        field = re.search(rb'name="cohort".*?</select>', client.get("/places/").content, re.S)
        if field and (value := re.search(rb'<option value="([^"]+)"', field[0])):
            sent["cohort"] = value[1].decode()
        else:
            sent["cohort"] = re.search(
                rb'name="cohort" value="([^"]+)"', client.get("/places/").content
            )[1].decode()
        assert client.post("/places/", sent).status_code == 302
    own = f"/places/{secret_in(bodies(EMAIL)[0])}/"
    assert client.get("/places/none/").status_code == 404
    log = StringIO()
    ours = logging.getLogger("django").handlers
    handler = next(one for one in ours if type(one) is logging.StreamHandler)
    monkeypatch.setattr(handler, "stream", log)
    page = client.post(f"{own}page/3/", {"may_ask": "on", "employer_email": "nobody"})
    assert page.status_code == 422 and b"nobody" in page.content
    lines = log.getvalue()
    assert "/places/…/page/3/" in lines and own.split("/")[2] not in lines
    for number, names in enumerate(
        (("given_names", "family_name"), ("employer", "post"), (), ("nations",), ("statement",)), 1
    ):
        assert client.get(f"{own}page/{number}/").status_code == 200
        page = client.post(f"{own}page/{number}/", {name: ANSWERS[name] for name in names})
        assert page.status_code == 302, (number, page.content)
    assert b"Check your answers" in client.get(own).content and not Nomination.objects.exists()
    assert client.post(own).status_code == 422 or not Nomination.objects.exists()
    assert client.post(own, {"is_true": "on"}).status_code == 302
    assert b"Waiting for a decision" in client.get(own).content
    office = sign_in(Client(), registrar)
    made = Nomination.objects.get()
    assert b"Applied themselves" in office.get(f"/registry/nominations/{made.pk}/").content
    page = office.get(f"/registry/intake/{open_cohort.code}/").content
    assert b"applied themselves" in page and b"Close it to applications" in page
    listed = b"".join(office.post(f"/registry/intake/{open_cohort.code}/nominations.csv"))
    assert ANSWERS["employer"].encode() in listed, "also of who has no organisation"
    office.post(f"/registry/intake/{open_cohort.code}/applications/", {"open": "no"})
    assert b"No cohort takes applications" in client.get("/places/").content
    assert client.post(f"{own}withdraw/").status_code == 302
    made.refresh_from_db()
    assert made.state == "withdrawn" and not User.objects.filter(email=EMAIL).exists()


def test_an_employer_is_mailed_no_oftener_than_an_applicant(open_cohort):
    answers = []
    for n in range(4):
        begun(open_cohort, f"n{n}@test.example")
        own = f"/places/{secret_in(bodies(f'n{n}@test.example')[0])}/"
        answers.append(Client().post(own, {"is_true": "on"}).status_code)
    assert answers == [302, 302, 302, 429] and Nomination.objects.count() == 3
    assert len(bodies("boss@test.example")) == 3


def test_the_link_of_what_is_submitted_works_until_the_cohort_begins(
    open_cohort,
    registrar,
    programme,
    by,
):
    made = submit_place_application(begun(open_cohort))
    own, secret = PlaceApplication.objects.get(), secret_in(bodies(EMAIL)[0])
    idle = begun(open_cohort, "idle@test.example")
    open_to_applications(open_cohort, False, by=registrar)
    with on(TODAY + timedelta(days=60)):
        assert place_application_by(secret) == own
        assert place_application_by(secret_in(bodies(idle.email)[0])) is None
    with on(FIRST):
        assert place_application_by(secret) is None
    # Deferred, it is found by the cohort for which it waits now, also beside a draft.
    next_one = make_cohort(
        "IMSA-2027-09", "Intake of 2027", programme, date(2027, 9, 20), date(2028, 9, 30), by=by
    )
    set_places(next_one, {"wales": 1}, by=registrar)
    open_to_applications(next_one, True, by=registrar)
    begun(next_one)
    defer(made, next_one, by=registrar)
    start_place_application(next_one, EMAIL)
    assert place_application_by(secret_in(bodies(EMAIL)[-1])) == own
