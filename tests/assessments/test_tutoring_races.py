"""Two presses, two tutors or two workers at once: nothing goes out twice, and nobody gets more than the limit."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from assessments.tutoring.actions.announcements import announce, change_announcement
from assessments.tutoring.actions.contacts import correct_contact, record_contact
from assessments.tutoring.actions.messages import send_message
from assessments.tutoring.actions.nudges import nudge_people
from assessments.tutoring.models import (
    Announcement,
    AnnouncementVersion,
    ContactEntry,
    MessageRecipient,
    Nudge,
    TutorMessage,
)
from benchmarks.scale import more_units
from lms.kit import clock
from lms.people.models import Notice

from .scene import DAY, OP, Scene
from .test_desk_races import pressed

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db(transaction=True)]
TEXT = {"subject": "S", "body": "B", "reply_to": "R"}
NOTE = {"kind": "call", "day": date(2026, 11, 20), "note": "Talked."}
NEWS = {"title": "T", "text": "X", "show_until": date(2026, 12, 1)}


def test_messages_of_one_press_and_of_two_tutors(settings):
    settings.IMSA_TUTOR_MESSAGES_A_DAY = 2
    with clock.at(DAY):
        scene = Scene()
    people, token = [scene.enrolment.pk], uuid4()
    before = Notice.objects.count()
    press = [
        (name, lambda: send_message(scene.cohort, people, TEXT, token, by=scene.agnes))
        for name in "ab"
    ]
    assert pressed(*press) == []
    assert TutorMessage.objects.count() == 1 and Notice.objects.count() == before + 1
    refused = pressed(
        *(
            (by.email, lambda by=by: send_message(scene.cohort, people, TEXT, uuid4(), by=by))
            for by in (scene.agnes, scene.helen)
        )
    )
    assert len(refused) == 1 and MessageRecipient.objects.count() == 2


def test_a_note_its_correction_and_an_announcement():
    with clock.at(DAY):
        scene = Scene()
    token = uuid4()
    record = lambda: record_contact(scene.enrolment, NOTE, token, by=scene.agnes)  # noqa: E731
    assert pressed(("a", record), ("b", record)) == []
    entry = ContactEntry.objects.get()
    refused = pressed(
        *(
            (
                note,
                lambda note=note: correct_contact(
                    entry, {**NOTE, "note": note}, uuid4(), by=scene.helen
                ),
            )
            for note in ("One.", "Two.")
        )
    )
    assert len(refused) == 1 and ContactEntry.objects.count() == 2
    press = lambda: announce(scene.cohort, NEWS, token, by=scene.agnes)  # noqa: E731
    assert pressed(("a", press), ("b", press)) == []
    made = Announcement.objects.get()
    refused = pressed(
        *(
            (
                title,
                lambda title=title: change_announcement(
                    made, {**NEWS, "title": title}, 1, by=scene.agnes
                ),
            )
            for title in ("One", "Two")
        )
    )
    assert len(refused) == 1 and AnnouncementVersion.objects.count() == 2


def test_two_workers_remind_once():
    with clock.at(DAY - timedelta(days=30)):
        scene = Scene()
        more_units(1)
    assert pressed(*((name, lambda: nudge_people(by=OP)) for name in "ab")) == []
    assert [one.reason for one in Nudge.objects.filter(enrolment=scene.enrolment)] == ["away"]
