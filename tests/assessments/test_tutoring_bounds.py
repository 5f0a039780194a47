"""What tutors' pages of a cohort must not do: say that something is sent which is not, tell markers whose work comes, or flood people."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import make_aware

from assessments.marking.models import Moderation, ModerationScript
from assessments.setting.models import Sitting
from assessments.tutoring.actions.announcements import (
    announce,
    change_announcement,
    end_announcement,
)
from assessments.tutoring.actions.contacts import correct_contact, record_contact
from assessments.tutoring.actions.messages import send_message
from assessments.tutoring.actions.nudges import nudge_people
from assessments.tutoring.models import Announcement, ContactEntry, Nudge, TutorMessage
from assessments.tutoring.refusals import AlreadySent
from cohorts.enrolment.actions import leave
from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, User
from tests import shared

from .scene import DAY, OP, sign_in
from .test_tutoring import NEWS, NOTE, TEXT, TODAY, beginning, due, main, rows, send, studies

pytestmark = pytest.mark.django_db
HIDDEN = "Not shown to you, because you mark work of this cohort."


@pytest.fixture
@shared.begins_with(beginning)
def scene(db, on_the_day, settings):
    settings.DEMONSTRATION = True
    return shared.copy_of(beginning)


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
        with pytest.raises(AlreadySent):
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


# ---- blind marking ----


def test_who_marks_in_the_cohort_reads_only_what_they_wrote(scene):
    scene.allocate(scene.hand_in())  # to Agnes and Tomasz
    words = {"subject": "Extended", "body": "Hand it in by moonlight.", "reply_to": "helen@x"}
    sent = send(scene, [scene.enrolment], by=scene.helen, **words)
    entry = record_contact(scene.enrolment, {**NOTE, "note": "More time."}, uuid4(), by=scene.helen)
    entry = correct_contact(
        entry, {**NOTE, "note": "More time till moonlight."}, uuid4(), by=scene.helen
    )
    own = record_contact(scene.enrolment, NOTE, uuid4(), by=scene.agnes)
    base = f"/teaching/cohorts/{scene.cohort.code}/"
    log = f"{base}{scene.enrolment.pk}/"
    urls = (log, f"{log}{entry.pk}/", f"{base}messages/", f"{base}messages/{sent.pk}/")
    secrets = ("Extended", "moonlight", "More time", "helen@x")
    agnes, helen = sign_in(Client(), scene.agnes), sign_in(Client(), scene.helen)
    for url in urls:
        page = main(agnes, url)
        assert not [one for one in secrets if one in page], url
        assert [one for one in secrets if one in main(helen, url)], url
    assert HIDDEN in main(agnes, f"{log}{entry.pk}/") and HIDDEN in main(agnes, urls[-1])
    assert "Talked about the timetable." in main(agnes, log), "their own words"
    before = rows()
    data = {"kind": "call", "day": "2026-11-20", "note": "Other.", "token": str(uuid4())}
    assert agnes.post(f"{log}{entry.pk}/", data).status_code == 403
    with pytest.raises(NotAllowed, match="You mark work of this cohort"):
        correct_contact(entry, {**NOTE, "note": "Other."}, uuid4(), by=scene.agnes)
    assert rows() == before
    assert agnes.post(f"{log}{own.pk}/", data).status_code == 302


def test_who_moderates_in_the_cohort_sees_no_due_dates_of_peoples_own_either(scene):
    studies(scene, scene.enrolment, *scene.versions)
    scene.due(scene.essay, make_aware(datetime(2026, 11, 20, 17)))
    due(scene, 25, "extension")
    script = scene.hand_in()
    sitting = Sitting.objects.get(assessment=scene.essay, cohort=scene.cohort)
    made = Moderation.objects.create(
        sitting=sitting, number=1, inputs={}, seed="x", moderator=scene.tomasz, due_on=TODAY
    )
    ModerationScript.objects.create(moderation=made, submission=script, moderator=scene.helen)
    url = f"/teaching/cohorts/{scene.cohort.code}/"
    for tutor, sees in ((scene.agnes, True), (scene.tomasz, False), (scene.helen, False)):
        assert ("Due date of their own" in main(sign_in(Client(), tutor), url)) == sees, tutor


# ---- what reaches people ----


def test_who_has_just_enrolled_is_not_reminded_of_what_they_could_not_have_done(scene):
    studies(scene, scene.other, *scene.versions)
    rows = Enrolment.objects.filter(pk=scene.enrolment.pk)
    rows.update(enrolled_on=TODAY - timedelta(days=13))
    assert nudge_people(by=OP) == 0
    with clock.at(DAY + timedelta(days=1)):
        assert nudge_people(by=OP) == 1
    assert Nudge.objects.filter(enrolment=scene.enrolment, reason="behind").count() == 1


def test_announcements_send_no_more_than_so_many_notices_a_day(scene, settings):
    settings.IMSA_ANNOUNCEMENT_NOTICES_A_DAY = 2
    count, client = Notice.objects.count, sign_in(Client(), scene.agnes)
    before = count()
    made = announce(scene.cohort, NEWS, uuid4(), by=scene.agnes)
    later = {**NEWS, "show_until": TODAY + timedelta(days=3)}
    change_announcement(made, later, 1, by=scene.agnes)  # no words, no notice
    change_announcement(made, {**later, "title": "Room 2"}, 2, by=scene.helen)
    assert count() == before + 4
    url = f"/teaching/cohorts/{scene.cohort.code}/announcements/"
    data = {**later, "action": "change", "seen": "3", "token": str(uuid4())}
    page = client.post(f"{url}{made.pk}/", data, follow=True).content.decode()
    assert "sent 2 notices today" in page
    assert client.post(url, {**NEWS, "token": str(uuid4())}).status_code == 302
    assert count() == before + 4
    study = main(sign_in(Client(), scene.author), "/study/")
    assert study.count("Session moved") == 2, "both are read on the study page all the same"
    with clock.at(DAY + timedelta(days=1)):
        announce(scene.cohort, later, uuid4(), by=scene.agnes)
    assert count() == before + 6


def test_who_may_write_is_asked_when_it_is_written(scene):
    """A tutor who turns out to study in the cohort, under another account, is let in and writes nothing."""
    made = announce(scene.cohort, NEWS, uuid4(), by=scene.agnes)
    line = record_contact(scene.enrolment, NOTE, uuid4(), by=scene.agnes)
    student = User.objects.get(pk=scene.other.person_id)
    names = student.first_name, student.last_name

    def become_alike(execute, sql, *rest):
        if sql.startswith("SAVEPOINT") and student.last_name != scene.agnes.last_name:
            student.first_name, student.last_name = scene.agnes.first_name, scene.agnes.last_name
            student.save()
        return execute(sql, *rest)

    later = {**NEWS, "title": "Room 2"}
    for act in (
        lambda: announce(scene.cohort, NEWS, uuid4(), by=scene.agnes),
        lambda: change_announcement(made, later, 1, by=scene.agnes),
        lambda: end_announcement(made, 1, by=scene.agnes),
        lambda: send_message(scene.cohort, [scene.enrolment.pk], TEXT, uuid4(), by=scene.agnes),
        lambda: record_contact(scene.enrolment, NOTE, uuid4(), by=scene.agnes),
        lambda: correct_contact(line, {**NOTE, "note": "Other."}, uuid4(), by=scene.agnes),
    ):
        student.first_name, student.last_name = names
        student.save()
        before = rows()
        with (
            connection.execute_wrapper(become_alike),
            pytest.raises(NotAllowed, match="same name|with your name"),
        ):
            act()
        assert rows() == before
