"""The Hub's and the registrar's lists with more people than fit on a page: nobody twice, nobody lost, counts that stay true."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates.actions.stretches import keep_stretches, rebuild
from certificates.models import Certificate, Stretch, StretchMark
from cohorts.enrolment.models import Enrolment
from courses.models import StudyPlan
from lms.people.models import User
from lms.record.sequencer import sequence_all

from . import scene

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]
NAMES = ("Ångström", "Azaz", "Ó Briain", "de Silva", "Łukasz", "Ziegler", "Nguyễn")


@pytest.fixture
def crowd(time_machine):
    """230 people in training, 60 of them without an accent in common, and eight with a certificate."""
    time_machine.move_to(scene.at(scene.TODAY), tick=False)
    made = User.objects.bulk_create(
        [
            User(
                email=f"crowd{n}@example.org",
                first_name=f"Person {n:03}",
                last_name=NAMES[n % 7] if n < 140 else f"Family {n:03}",
            )
            for n in range(230)
        ]
    )
    plans = StudyPlan.objects.bulk_create(
        [
            StudyPlan(
                person=person,
                programme=scene.programme(),
                nations=["england"],
                opened_on=scene.BEGUN,
            )
            for person in made
        ]
    )
    Enrolment.objects.bulk_create(
        [
            Enrolment(
                person=person,
                cohort=scene.cohort(),
                plan=plan,
                enrolled_on=scene.BEGUN,
                student_reference=f"crowd-{person.pk}",
            )
            for person, plan in zip(made, plans, strict=True)
        ]
    )
    for n in range(3):
        scene.certified(f"Holder {n}", "Holder")
    rebuild()
    return made


@pytest.fixture
def hub(client):
    return scene.sign_in(client, scene.hub_officer()) or client


def names_on(text):
    return re.findall(r'data-label="Person"><a href="/hub/people/\d+/">([^<]+)</a>', text)


def walk(client, address):
    """Every page by its own links: the names in their order."""
    found, seen = [], 0
    while address:
        text = client.get(address).content.decode()
        found.append(names_on(text))
        link = re.search(r'rel="next" href="([^"]+)"', text)
        address, seen = ("/hub/people/" + link[1].replace("&amp;", "&") if link else ""), seen + 1
        assert seen < 20
    return found


def test_every_person_is_on_one_page_in_the_order_of_names(crowd, hub):
    pages = walk(hub, "/hub/people/")
    everybody = [name for page in pages for name in page]
    assert [len(page) for page in pages] == [25] * 9 + [8]
    expected = [
        u.full_name
        for u in User.objects.filter(enrolments__isnull=False).order_by("sort_key", "pk")
    ]
    assert everybody == expected
    assert (
        everybody.index("Person 000 Ångström")
        < everybody.index("Person 001 Azaz")
        < everybody.index("Person 003 de Silva")
    )


def test_one_goes_back_and_a_person_who_comes_meanwhile_moves_nobody(crowd, hub):
    first = hub.get("/hub/people/").content.decode()
    second = re.search(r'rel="next" href="([^"]+)"', first)[1]
    names = names_on(hub.get("/hub/people/" + second).content.decode())
    scene.certified("A newcomer", "Aaaa")
    sequence_all()
    keep_stretches()
    text = hub.get("/hub/people/" + second).content.decode()
    assert names_on(text) == names
    back = re.search(r'rel="prev" href="([^"]+)"', text)[1]
    assert names_on(hub.get("/hub/people/" + back).content.decode()) == names_on(first)
    assert (
        len(names_on(hub.get("/hub/people/?after=99999999").content.decode())) == 25
    )  # nobody's key: from the beginning
    assert len(names_on(hub.get("/hub/people/?after=x'--").content.decode())) == 25


def test_filters_and_searches_are_counted_and_keep_to_themselves(crowd, hub):
    text = hub.get("/hub/people/").content.decode()
    assert "Everyone (233)" in text and "In training (230)" in text and "Accredited (3)" in text
    assert [len(page) for page in walk(hub, "/hub/people/?standing=accredited")] == [3]
    hub.post("/hub/people/?standing=in_training", {"q": "OBRIAIN"})
    text = hub.get("/hub/people/?standing=in_training").content.decode()
    assert len(names_on(text)) == 20 and "All (20)" in text
    assert (
        "briain" not in "".join(re.findall(r'href="([^"]+)"', text)).lower()
    )  # a name stands in no address
    hub.post("/hub/people/", {"q": ""})


def test_the_first_pages_cost_the_same_however_many_there_are(crowd, hub, client):
    def cost(address):
        hub.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert hub.get(address).status_code == 200
        return len(seen)

    before = {address: cost(address) for address in ("/hub/", "/hub/people/")}
    assert max(before.values()) <= 15, before
    Stretch.objects.all().delete()  # the table alone is read: nobody is judged to be counted
    StretchMark.objects.update(version="another")
    assert "Everyone (0)" in hub.get("/hub/people/").content.decode()


def test_a_kept_count_ends_with_the_next_change(crowd, hub, client):
    """Counts of one version of the stretches are not asked for again, and no count outlives it."""

    def asked():
        with CaptureQueriesContext(connection) as seen:
            text = hub.get("/hub/people/").content.decode()
        return re.search(r"Everyone \((\d+)\)", text)[1], sum(
            'COUNT("certificates_stretch"' in (one["sql"] or "") for one in seen
        )

    sequence_all()
    keep_stretches()
    assert [asked(), asked()] == [("233", 1), ("233", 0)]
    scene.certified("One more", "Holder")
    sequence_all()
    keep_stretches()
    assert [asked(), asked()] == [("234", 1), ("234", 0)]


def test_a_registrar_pages_through_what_can_be_issued(crowd, client):
    scene.sign_in(client, scene.registrar())
    for n in range(55):
        scene.ready(f"Ready {n:02}", "Ready")
    rebuild()
    text = client.get("/registry/").content.decode()
    assert "55 certificates can be issued" in text and "and others" in text
    first = client.get("/registry/issue/").content.decode()
    assert len(re.findall("Look and issue", first)) == 25 and "all 55 before issuing" in first
    second, third = (client.get(f"/registry/issue/?ready={n}").content.decode() for n in (2, 3))
    assert [len(re.findall("Look and issue", text)) for text in (second, third)] == [25, 5]
    seen = set(re.findall(r"Ready \d\d Ready", first)) | set(
        re.findall(r"Ready \d\d Ready", second + third)
    )
    assert len(seen) == 55
    with CaptureQueriesContext(connection) as asked:
        client.get("/registry/issue/")
    assert len(asked) <= 15
    assert (
        len(re.findall('name="enrolment"', client.get("/registry/issue/all/").content.decode()))
        == 55
    )


def test_what_is_shown_of_a_person_is_judged_and_never_read_from_the_table(crowd, hub):
    holder = Certificate.objects.select_related("enrolment__person").first().enrolment
    Stretch.objects.filter(enrolment=holder, subject="standing").update(code="withdrawn")
    text = hub.get("/hub/people/?standing=withdrawn").content.decode()
    assert holder.person.full_name in text and "Accredited</" in text


def test_posts_and_days_that_pass_move_people_without_a_action(crowd, hub, time_machine):
    time_machine.shift(timedelta(days=3 * 366))
    scene.sign_in(hub, User.objects.get(grants__role="hub_officer"))
    text = hub.get("/hub/people/").content.decode()
    assert "Lapsed (3)" in text and "Accredited (" not in text
