"""What tutors' pages of a cohort must not do: say that something is sent which is not, tell markers whose work comes, or flood people."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from assessments.tutoring.actions.announcements import announce
from assessments.tutoring.actions.contacts import correct_contact, record_contact
from assessments.tutoring.models import Announcement, ContactEntry, TutorMessage
from assessments.tutoring.refusals import SentAlready
from cohorts.enrolment.actions import leave
from lms.kit.refusals import Refused

from .scene import DAY, sign_in
from .test_tutoring import NEWS, NOTE, TEXT, TODAY, invented, rows, scene, send  # noqa: F401

pytestmark = pytest.mark.django_db


def test_other_words_under_a_used_token_are_refused_and_can_go_out_on_purpose(scene):
    token = uuid4()
    send(scene, token=token)
    record_contact(scene.enrolment, NOTE, token, by=scene.agnes)
    announce(scene.cohort, NEWS, token, by=scene.agnes)
    before, later = rows(), TODAY + timedelta(days=1)
    for act in (
        lambda: send(scene, token=token, body="No, on Friday."),
        lambda: send(scene, [scene.other], token=token),
        lambda: record_contact(
            scene.enrolment, {**NOTE, "note": "He rang."}, token, by=scene.agnes
        ),
        lambda: announce(scene.cohort, {**NEWS, "show_until": later}, token, by=scene.agnes),
    ):
        with pytest.raises(SentAlready):
            act()
    assert rows() == before
    client, base = sign_in(Client(), scene.agnes), f"/teaching/cohorts/{scene.cohort.code}/"
    other = {"people": str(scene.other.pk), **TEXT, "step": "send"}
    other |= {"kind": "call", "day": "2026-11-20", "note": "He rang."}
    other |= {"title": "Room 3", "text": "Room 3", "show_until": "2026-11-30"}
    for path, model in (
        ("write/", TutorMessage),
        (f"{scene.enrolment.pk}/", ContactEntry),
        ("announcements/", Announcement),
    ):
        answer = client.post(base + path, {**other, "token": str(token)})
        page = answer.content.decode()
        assert answer.status_code == 422 and "from this form already" in page
        assert model.objects.count() == 1, "it stays as it is, and nothing else went out"
        new = re.search(r'name="token" value="([^"]+)"', page)[1]
        assert client.post(base + path, {**other, "token": new}).status_code == 302
        assert model.objects.count() == 2


def test_a_correction_that_was_made_is_not_said_to_be_made_again(scene):
    made, token = record_contact(scene.enrolment, NOTE, uuid4(), by=scene.agnes), uuid4()
    changed = correct_contact(made, {**NOTE, "note": "One."}, token, by=scene.agnes)
    assert correct_contact(made, {**NOTE, "note": "One."}, token, by=scene.agnes) == changed
    before = rows()
    for note in ("Two.", NOTE["note"]):
        with pytest.raises(Refused, match="corrected this entry already"):
            correct_contact(made, {**NOTE, "note": note}, token, by=scene.agnes)
    assert rows() == before


def test_past_the_limit_the_message_goes_to_the_others(scene, settings):
    settings.IMSA_TUTOR_MESSAGES_A_DAY = 1
    send(scene, [scene.other])
    third, gone = scene.another(3), scene.another(4)
    leave(gone, by=scene.registrar, on=DAY)
    people = ",".join(str(one.pk) for one in (scene.enrolment, scene.other, third, gone))
    client, url = sign_in(Client(), scene.agnes), f"/teaching/cohorts/{scene.cohort.code}/write/"
    before = rows()
    data = {"people": people, "token": str(uuid4()), **TEXT, "step": "send"}
    answer = client.post(url, data)
    page = answer.content.decode()
    assert answer.status_code == 422 and rows() == before and "Shall we talk?" in page
    assert "Nothing was sent." in page and "To 2 people" in page
    for one in (scene.other, gone):
        assert page.count(one.person.full_name) == 1, "in the refusal alone"
    rest = re.search(r'name="people" value="([^"]+)"', page)[1]
    assert rest == f"{scene.enrolment.pk},{third.pk}"
    assert client.post(url, {**data, "people": rest}).status_code == 302
    assert TutorMessage.objects.first().recipients.count() == 2
    answer = client.post(url, {**data, "people": str(scene.other.pk), "token": str(uuid4())})
    assert answer.status_code == 422 and "To 1 person" in answer.content.decode()
    assert "If you continue" not in answer.content.decode()
