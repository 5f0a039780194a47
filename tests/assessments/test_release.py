"""Nobody sees a mark before the programme office releases it or a board decides on it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from assessments.attempts.models import Attempt
from assessments.deciding.actions.boards import ratify
from assessments.deciding.actions.holds import lift_hold, place_hold
from assessments.deciding.actions.release import release_marks
from assessments.setting.models import Sitting
from cohorts.enrolment.actions import leave
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import grant
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import DAY, OP, sign_in


def released():
    return Attempt.objects.exclude(released_at=None).count()


def pages_of(someone):
    client = sign_in(Client(), someone)
    return "".join(
        client.get(url).content.decode().partition("<main")[2]
        for url in ("/study/", "/my-work/", "/my-work/T1-ESSAY/", "/people/messages/")
    )


def test_an_agreed_mark_and_its_comments_are_seen_only_once_released(scene):
    scene.mark(scene.hand_in(), 61, 65)
    before = pages_of(scene.author)
    assert "63" not in before and "Well argued." not in before and "provisional" not in before
    assert not Notice.objects.filter(person=scene.author, subject="Your work is marked").exists()
    assert scene.release() == 1
    entries = Entry.objects.count()
    assert scene.release() == 0 and Entry.objects.count() == entries, "twice is once"
    after = pages_of(scene.author)
    assert "63" in after and "Well argued." in after
    assert Notice.objects.get(subject="Your work is marked").person == scene.author


def test_a_boards_decision_shows_the_mark_without_a_release(scene):
    scene.take_quiz(right=4)
    scene.mark(scene.hand_in(), 61, 65)
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    page = pages_of(scene.author)
    assert "63 of 100, decided by the board" in page and "Well argued." in page
    assert scene.release() == 0


def test_only_a_registrar_releases_and_never_their_own(scene):
    scene.mark(scene.hand_in(), 61, 65)
    for someone in (scene.agnes, scene.examiner, scene.author):
        with pytest.raises(NotAllowed):
            release_marks(scene.essay, scene.cohort, by=someone)
    grant(scene.author, Role.REGISTRAR, by=OP, starts_on=DAY)
    assert release_marks(scene.essay, scene.cohort, by=scene.author) == 0
    assert released() == 0


@pytest.mark.both_engines
def test_another_number_than_was_seen_releases_nothing(scene):
    scene.mark(scene.hand_in(), 61, 65)
    with pytest.raises(Refused, match="1 mark waits"):
        release_marks(scene.essay, scene.cohort, by=scene.registrar, seen="another page")
    office, url = sign_in(Client(), scene.registrar), "/registry/release/T2026/T1-ESSAY/"
    page = office.get(url)
    assert "Release 1 mark" in page.content.decode()
    scene.mark(scene.hand_in(enrolment=scene.another(2), seed="two"), 70, 70)
    assert office.post(url, {"seen": page.context["seen"]}).status_code == 409
    assert office.post(url, {}).status_code == 409
    assert released() == 0
    seen = office.get(url).context["seen"]
    assert office.post(url, {"seen": seen}).status_code == 302 and released() == 2


def test_work_of_somebody_who_left_and_work_still_being_marked_is_not_released(scene):
    scene.mark(scene.hand_in(), 61, 65)
    other = scene.another(2)
    scene.allocate(scene.hand_in(enrolment=other, seed="two"))
    leave(scene.enrolment, by=OP, reason="left")
    assert scene.release() == 0 and released() == 0


def test_the_list_counts_what_waits_and_names_nobody(scene):
    scene.mark(scene.hand_in(), 61, 65)
    scene.allocate(scene.hand_in(enrolment=scene.another(2), seed="two"))
    office = sign_in(Client(), scene.registrar)
    page = office.get("/registry/release/").content.decode().partition("<main")[2]
    assert "T1-ESSAY" in page and "Zebedee" not in page and "63" not in page
    row = office.get("/registry/release/").context["page"].object_list[0]
    assert (row["waiting"], row["marking"]) == (1, 1)


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_at_once_release_each_mark_once(scene):
    scene.mark(scene.hand_in(), 61, 65)
    counts, gate = [], threading.Barrier(2)

    def press():
        gate.wait()
        try:
            counts.append(scene.release())
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    [t.start() for t in threads], [t.join() for t in threads]
    assert sum(counts) == 1
    assert Entry.objects.filter(action="assessments.release_mark").count() == 1
    assert Notice.objects.filter(subject="Your work is marked").count() == 1


@pytest.mark.both_engines
def test_a_result_that_is_held_back_is_not_released_until_it_is_let_go(scene):
    scene.mark(scene.hand_in(), 61, 65)
    hold = place_hold(scene.enrolment, scene.one, "misconduct", "Two alike.", by=scene.registrar)
    assert scene.release() == 0 and released() == 0
    lift_hold(hold, "No case.", by=scene.registrar)
    assert scene.release() == 1


@pytest.mark.both_engines
def test_marks_of_some_are_released_alone_and_what_waits_no_more_releases_nothing(scene):
    scene.mark(scene.hand_in(), 61, 65)
    other = scene.another(2)
    scene.mark(scene.hand_in(enrolment=other, seed="two"), 70, 70)
    office, url = sign_in(Client(), scene.registrar), "/registry/release/T2026/T1-ESSAY/"
    page = office.get(url).content.decode()
    assert "REF-ZQ-998877" in page and "REF-0002" in page
    before = Entry.objects.count(), Notice.objects.count()
    for chosen in ([], ["x"], [str(other.pk), "999999"]):
        assert office.post(url, {"chosen": "1", "enrolment": chosen}).status_code == 409
    assert (Entry.objects.count(), Notice.objects.count()) == before and released() == 0
    sent = {"chosen": "1", "enrolment": [str(other.pk)]}
    assert office.post(url, sent).status_code == 302 and released() == 1
    assert Notice.objects.get(subject="Your work is marked").person_id == other.person_id
    entries = Entry.objects.count()
    assert office.post(url, sent).status_code == 302 and Entry.objects.count() == entries
    assert scene.release() == 1 and released() == 2


def test_who_marks_or_studies_there_sees_no_list_of_whose_mark_was_agreed_just_now(scene):
    """Else the student who is new in the list is the author of the script whose mark they submitted a moment ago."""
    scene.mark(scene.hand_in(), 61, 65)
    scene.mark(scene.hand_in(enrolment=scene.another(2), seed="two"), 70, 70)
    grant(scene.agnes, Role.REGISTRAR, by=OP, starts_on=DAY)
    office, url = sign_in(Client(), scene.agnes), "/registry/release/T2026/T1-ESSAY/"
    page = office.get(url).content.decode()
    assert "REF-0002" not in page and "REF-ZQ" not in page and "Release 2 marks" in page
    sent = {"chosen": "1", "enrolment": [str(scene.enrolment.pk)]}
    assert office.post(url, sent).status_code == 403 and released() == 0


def test_a_registrar_releases_their_own_mark_not_even_by_choosing_it(scene):
    scene.mark(scene.hand_in(), 61, 65)
    grant(scene.author, Role.REGISTRAR, by=OP, starts_on=DAY)
    with pytest.raises(NotAllowed, match="mark or study"):
        release_marks(scene.essay, scene.cohort, by=scene.author, enrolments=[scene.enrolment.pk])
    assert released() == 0


def test_the_list_says_by_when_feedback_is_due(scene):
    scene.mark(scene.hand_in(), 61, 65)
    office = sign_in(Client(), scene.registrar)
    assert "No day set" in office.get("/registry/release/").content.decode()
    Sitting.objects.filter(assessment=scene.essay, cohort=scene.cohort).update(
        feedback_due_on=DAY - timedelta(days=1)
    )
    assert "Overdue" in office.get("/registry/release/").content.decode()
