"""Guessing a name by its number is counted for the person, over everybody who asks, and told to them and to the Hub."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates.actions import answer_check, answer_list, issue_again, withhold
from certificates.actions.guesses import count_wrong_names, forget_wrong_names, tell_of_wrong_names
from certificates.checking.uploaded_lists import line_of
from certificates.jobs import BY
from certificates.models import Check, ListCheck, WrongName
from lms.kit import clock, codes
from lms.kit.worker.jobs import all_jobs
from lms.people.models import Notice
from lms.record.models import Entry

from . import scene
from .scene import TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NAMES = (
    "Abel",
    "Baker",
    "Clark",
    "Davies",
    "Evans",
    "Foster",
    "Grant",
    "Hughes",
    "Irwin",
    "Jones",
    "Kelly",
    "Lewis",
)


@pytest.fixture
def held():
    with clock.at(TODAY):
        yield scene.certified("Ada", "One")


def guess(number, count):
    for name in NAMES[:count]:
        answer_check(number, name)


def of(person):
    count_wrong_names()
    return list(WrongName.objects.filter(person=person).order_by("day").values_list("day", "count"))


def told(who):
    return Notice.objects.filter(
        person=who, subject__in=("Questions about your number", "Someone may be guessing a name")
    ).count()


def test_both_numbers_every_asker_and_lists_count_together(held, client):
    person, where = held.enrolment.person, scene.organisation("MILL", "Mill House")
    guess(held.number, 2)
    guess(held.facts["imsa_number"], 3)
    client.post("/check/", {"number": held.number, "surname": "Zed"}, REMOTE_ADDR="203.0.113.7")
    answer_list(
        where,
        [line_of(n, held.number, name, "", TODAY) for n, name in enumerate(NAMES[:4], 1)],
        "work",
        by=scene.contact(where),
        day=TODAY,
    )
    newer = issue_again(held.enrolment, "again", by=scene.registrar())
    guess(newer.number, 1)
    assert of(person) == [(TODAY, 11)]


def test_what_fits_and_a_hidden_person_asked_with_the_right_name_count_for_nobody(held):
    answer_check(held.number, "One")
    withhold(held.enrolment.person, "x", by=scene.hub_officer())
    answer_check(held.number, "One")
    answer_check(codes.numbered("IMSA", 77), "One")
    assert of(held.enrolment.person) == [] and not WrongName.objects.exists()


def test_as_many_statements_whoever_has_the_number(held, settings):
    settings.IMSA_WRONG_NAMES_A_DAY = 2
    answer_check(codes.numbered("IMSA", 78), "One")  # who is read in place of nobody is known
    counts = []
    for number, name in [
        (held.number, "Abel"),
        (held.number, "Baker"),
        (held.number, "Clark"),
        (codes.numbered("IMSA", 77), "One"),
    ]:
        with CaptureQueriesContext(connection) as asked:
            answer_check(number, name)
        counts.append(len(asked))
    assert len(set(counts)) == 1, (
        "also where the limit is reached: the worker tells, never the answer"
    )


def test_the_person_and_the_hub_are_told_once_for_a_day(held, settings):
    person, hub = held.enrolment.person, scene.hub_officer()
    settings.IMSA_WRONG_NAMES_A_DAY = 5
    guess(held.number, 4)
    assert tell_of_wrong_names(by=BY) == 0 and told(person) == told(hub) == 0
    guess(held.number, 1)
    assert tell_of_wrong_names(by=BY) == 1 and tell_of_wrong_names(by=BY) == 0
    assert (
        told(person) == told(hub) == 1
        and Entry.objects.filter(action="certificates.tell_of_wrong_names").count() == 1
    )
    guess(held.number, 9)
    assert tell_of_wrong_names(by=BY) == 0
    with clock.at(TODAY + DAY):
        guess(held.number, 5)
        assert tell_of_wrong_names(by=BY) == 1
    assert told(person) == told(hub) == 2
    words = " ".join(
        Notice.objects.filter(
            subject__in=("Questions about your number", "Someone may be guessing a name")
        ).values_list("body", flat=True)
    )
    assert "Abel" not in words and held.number not in words and person.full_name not in words, (
        "a mail may be read by someone else"
    )


def test_a_last_question_of_the_day_is_told_on_the_next(held, settings):
    settings.IMSA_WRONG_NAMES_A_DAY = 3
    guess(held.number, 3)
    with clock.at(TODAY + DAY):
        assert tell_of_wrong_names(by=BY) == 1 and told(held.enrolment.person) == 1


def test_a_question_after_londons_midnight_counts_for_the_new_day(held):
    with clock.at(datetime(2026, 7, 20, 22, 59, tzinfo=UTC)):
        guess(held.number, 1)
    with clock.at(datetime(2026, 7, 20, 23, 0, tzinfo=UTC)):
        guess(held.number, 2)
        assert of(held.enrolment.person) == [(TODAY, 1), (TODAY + DAY, 2)]


def test_an_officer_who_is_asked_about_is_told_as_the_person_alone(held, settings):
    person, other = held.enrolment.person, scene.hub_officer()
    scene.RoleGrant.objects.create(
        person=person, role="hub_officer", starts_on=TODAY, granted_by="test"
    )
    settings.IMSA_WRONG_NAMES_A_DAY = 2
    guess(held.number, 2)
    tell_of_wrong_names(by=BY)
    assert (
        told(person) == 1
        and Notice.objects.filter(person=person, subject="Questions about your number").count() == 1
        and told(other) == 1
    )


def test_a_few_names_a_day_are_told_when_thirty_days_make_many(held, settings):
    settings.IMSA_WRONG_NAMES_A_DAY, settings.IMSA_WRONG_NAMES_A_MONTH = 5, 12
    days = []
    for n in range(40):
        with clock.at(TODAY + n * DAY):
            guess(held.number, 2)
            if tell_of_wrong_names(by=BY):
                days.append(n)
    assert days == [5, 35], "the sixth day makes twelve; then once in thirty days"


def test_the_worker_tells():
    assert "wrong names" in {job.name for job in all_jobs()}


def test_counts_are_shown_to_the_person_and_the_hub_and_to_nobody_else(held, client):
    guess(held.number, 3)
    with clock.at(TODAY + DAY):
        guess(held.number, 1)
        count_wrong_names()
        count_wrong_names()
        for who, address in (
            (held.enrolment.person, "/certificates/checks/"),
            (scene.hub_officer(), f"/hub/people/{held.enrolment.pk}/"),
        ):
            page = " ".join(scene.sign_in(client, who).get(address).content.decode().split())
            assert (
                "Questions with another name" in page
                and "Monday 20 July 2026" in page
                and "3 times" in page
            ), address
            assert "Abel" not in page
        other = scene.certified("Bea", "Two").enrolment.person
        assert (
            "3 times"
            not in scene.sign_in(client, other).get("/certificates/checks/").content.decode()
        )


def test_counts_of_days_long_past_are_dropped(held, settings):
    guess(held.number, 1)
    count_wrong_names()
    with clock.at(TODAY + timedelta(days=settings.IMSA_WRONG_NAMES_KEPT_DAYS - 1)):
        assert forget_wrong_names() == 0
    with clock.at(TODAY + timedelta(days=settings.IMSA_WRONG_NAMES_KEPT_DAYS)):
        assert forget_wrong_names() == 1 and not WrongName.objects.exists()


class TestLists:
    @pytest.fixture
    def where(self):
        return scene.organisation("MILL", "Mill House")

    def ask(self, where, lines, by=None):
        lines = [line_of(n, number, name, "", TODAY) for n, (number, name) in enumerate(lines, 1)]
        return answer_list(where, lines, "work", by=by or scene.contact(where), day=TODAY)

    def test_names_for_one_number_stop_and_the_right_name_among_them_too(
        self, held, where, settings
    ):
        settings.IMSA_MISSES_PER_NUMBER = "3/d"
        listed = self.ask(where, [(held.number, name) for name in (*NAMES[:3], "One")])
        assert [bool(line[5]) for line in listed.lines] == [True, True, True, False]
        assert "Several other names" in listed.lines[3][4] and Check.objects.count() == 3
        again = self.ask(where, [(held.number, "One"), (codes.numbered("IMSA", 7), "One")])
        assert [bool(line[5]) for line in again.lines] == [False, True], (
            "the next list goes on where the first stopped"
        )
        other = scene.organisation("BARN", "Barn House")
        assert self.ask(other, [(held.number, "One")]).lines[0][5], "others are kept from nothing"

    def test_the_same_line_again_is_no_other_name(self, held, where, settings):
        settings.IMSA_MISSES_PER_NUMBER = "2/d"
        assert all(line[5] for line in self.ask(where, [(held.number, "One")] * 5).lines)

    def test_lists_stop_at_the_misses_of_a_day_what_was_asked_is_kept_and_the_hub_told_once(
        self, held, where, settings
    ):
        settings.IMSA_LIST_MISSES = "3/d"
        hub = scene.hub_officer()
        self.ask(where, [(codes.numbered("IMSA", 60 + n), "One") for n in range(3)])
        stopped = self.ask(where, [(held.number, "One"), (codes.numbered("IMSA", 90), "One")])
        assert [line[5] for line in stopped.lines] == [
            "",
            "",
        ] and "Ask again tomorrow" in stopped.lines[0][4]
        assert Check.objects.count() == 3 and ListCheck.objects.count() == 2
        assert (
            Notice.objects.filter(person=hub, subject="An organisation may be guessing").count()
            == 1
        )
