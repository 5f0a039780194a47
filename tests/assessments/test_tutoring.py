"""Who in a cohort may need help and why, messages, the log of contact, reminders and announcements."""

import re
from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils.timezone import make_aware

from assessments.attempts.actions import set_due
from assessments.attempts.models import Attempt, PriorCredit
from assessments.cases.models.prior_learning import PriorLearningClaim
from assessments.tutoring.actions.announcements import (
    announce,
    change_announcement,
    end_announcement,
)
from assessments.tutoring.actions.contacts import correct_contact, record_contact
from assessments.tutoring.actions.messages import send_message
from assessments.tutoring.actions.nudges import choose_nudges, nudge_people
from assessments.tutoring.models import (
    Announcement,
    AnnouncementVersion,
    ContactEntry,
    MessageRecipient,
    Nudge,
    NudgeChoice,
    TutorMessage,
)
from assessments.tutoring.queries import people_of, with_reasons
from assessments.tutoring.reasons import Facts, reasons
from benchmarks.scale import more_units
from cohorts.enrolment.actions import interrupt, leave, make_cohort, resume, set_timetable
from cohorts.enrolment.models import Enrolment
from courses.actions import mark_studied
from courses.actions.notes import Guarded
from courses.models import Progress, StudyPlan, Unit, Variant
from courses.models.curriculum_stamp import stamp_anew
from courses.states import Mark
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import admit, grant
from lms.people.contact import set_contact
from lms.people.models import Mail, Notice, Role, User
from lms.record.models import Entry
from tests import shared

from .scene import DAY, OP, Scene, person, sign_in

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
KINDS = ("behind", "away", "check", "extend")
TEXT = {"subject": "Unit 3", "body": "Shall we talk?", "reply_to": "agnes@test.example"}
ALL = (
    Announcement,
    AnnouncementVersion,
    ContactEntry,
    MessageRecipient,
    Nudge,
    NudgeChoice,
    TutorMessage,
    Notice,
    Entry,
)


def rows():
    return [model.objects.count() for model in ALL]


def beginning():
    """Two units: the first was to be finished eighteen days ago, the second has time. Two people study them."""
    with clock.at(DAY):
        scene = Scene()
        scene.versions = more_units(2)
        first, second = Unit.objects.filter(code__startswith="B-").order_by("order")
        set_timetable(
            scene.cohort,
            {
                first.pk: (date(2026, 9, 1), date(2026, 11, 2)),
                second.pk: (date(2026, 9, 1), date(2026, 12, 24)),
            },
            by=scene.registrar,
        )
        scene.other = scene.another(1)
        grant(scene.author, Role.LEARNER, by=OP)
    return scene


@pytest.fixture
@shared.begins_with(beginning)
def scene(db, on_the_day):
    return shared.copy_of(beginning)


def lines(scene, due_dates=True):
    found = with_reasons(people_of(scene.cohort, due_dates=due_dates), scene.cohort)
    return {one.enrolment.pk: [kind for kind, _words in one.reasons] for one in found}


def studies(scene, who, *versions, days_ago=1):
    with clock.at(DAY - timedelta(days=days_ago)):
        for version in versions:
            mark_studied(who.person, version, by=OP)


@pytest.fixture(autouse=True)
def invented(settings):
    settings.DEMONSTRATION = True


# ---- reasons ----


def test_the_words_hold_their_figures():
    found = dict(
        reasons(
            Facts(
                date(2026, 11, 2),
                date(2026, 11, 19),
                True,
                (("Law", 2),),
                datetime(2026, 11, 24, 17, tzinfo=ZoneInfo("Europe/London")),
            ),
            TODAY,
        )
    )
    assert tuple(found) == KINDS
    assert (
        found["behind"].startswith("18 days behind") and "Monday 2 November 2026" in found["behind"]
    )
    assert found["away"] == "No activity in the course for 1 day, since Thursday 19 November 2026"
    assert found["check"] == "Knowledge check in “Law” not passed after 2 tries"
    assert "Tuesday 24 November 2026, 17:00" in found["extend"]
    assert reasons(Facts(), TODAY) == []
    never = reasons(Facts(quiet_since=date(2026, 9, 1), was_active=False), TODAY)
    assert never[0][1].startswith("No activity in the course yet, 80 days after")


@pytest.mark.both_engines
def test_a_reason_stands_for_each_fact_and_goes_with_it(scene):
    me, other = scene.enrolment, scene.other
    assert lines(scene)[me.pk] == ["behind", "away"]
    studies(scene, other, scene.versions[0])
    assert lines(scene)[other.pk] == []
    variant = Variant.objects.get(unit__code="B-1")
    check = Progress.objects.create(
        person=other.person,
        variant=variant,
        kind=Mark.CHECK,
        key="q",
        data={"tries": 1, "right": False},
        is_done=False,
    )
    assert lines(scene)[other.pk] == []
    check.data["tries"] = 2
    check.save()
    assert lines(scene)[other.pk] == ["check"]
    Progress.objects.filter(pk=check.pk).update(is_done=True)
    assert lines(scene)[other.pk] == [], "what was once right stays right"
    Progress.objects.filter(pk=check.pk).update(is_done=False)
    studies(scene, other, scene.versions[1])
    assert lines(scene)[other.pk] == [], "who studied the unit went past the check"
    with clock.at(DAY + timedelta(days=30)):
        assert lines(scene)[other.pk] == [], "nothing is left to study"


@pytest.mark.both_engines
def test_who_has_credit_for_the_module_is_not_asked_for_its_units(scene):
    me, module = scene.enrolment, Unit.objects.get(code="B-1").module
    about = {"enrolment": me, "module": module}
    claim = PriorLearningClaim.objects.create(
        kind="assessed", ended_on=TODAY, answer_by=TODAY, state="granted", **about
    )
    PriorCredit.objects.create(
        claim=claim,
        number=1,
        is_granted=True,
        credits=20,
        decided_on=TODAY,
        recorded_by=scene.registrar,
        **about,
    )
    found = lines(scene)
    assert found[me.pk] == [] and found[scene.other.pk] == ["behind", "away"]


@pytest.mark.both_engines
def test_nations_say_which_units_count(scene):
    Variant.objects.filter(unit__code="B-0").update(nations=["wales"])
    stamp_anew()
    assert "behind" not in lines(scene)[scene.enrolment.pk]
    welsh = scene.enrol(person("w"), "REF-W", ["england", "wales"])
    assert "behind" in lines(scene)[welsh.pk]


def test_who_is_on_leave_or_has_left_needs_no_help(scene):
    third = scene.enrol(person("third"), "REF-3", ["scotland"])  # as the first, and is behind
    interrupt(scene.enrolment, by=scene.registrar)
    leave(scene.other, by=scene.registrar, on=DAY)
    found = {one.pk: one.may_need_help for one in people_of(scene.cohort, due_dates=True)}
    assert found == {scene.enrolment.pk: False, third.pk: True}
    assert lines(scene) == {scene.enrolment.pk: [], third.pk: ["behind", "away"]}


def due(scene, day, kind):
    at = make_aware(datetime(2026, 11, day, 17))
    return set_due(scene.essay, scene.enrolment, at, kind, by=scene.registrar)


@pytest.mark.both_engines
@pytest.mark.parametrize("kind", ["extension", "adjustment", "circumstances"])
def test_a_due_date_of_ones_own_says_when_and_never_why_or_whether_work_is_in(scene, kind):
    studies(scene, scene.enrolment, *scene.versions)
    scene.due(scene.essay, make_aware(datetime(2026, 11, 20, 17)))
    due(scene, 28, kind)
    assert lines(scene)[scene.enrolment.pk] == [], "too far away"
    due(scene, 25, kind)
    assert lines(scene)[scene.enrolment.pk] == ["extend"]
    url = f"/teaching/cohorts/{scene.cohort.code}/"
    page = main(sign_in(Client(), scene.agnes), url)
    assert "Due date of their own: Wednesday 25 November 2026, 17:00" in page
    assert "essay" not in page.lower() and "djustment" not in page
    scene.hand_in()
    assert main(sign_in(Client(), scene.agnes), url) == page, "it tells nobody that work is in"


def test_who_marks_in_the_cohort_sees_no_due_dates_of_peoples_own(scene):
    studies(scene, scene.enrolment, *scene.versions)
    scene.due(scene.essay, make_aware(datetime(2026, 11, 20, 17)))
    due(scene, 25, "extension")
    script = scene.hand_in()
    scene.allocate(script)
    for tutor, sees in ((scene.agnes, False), (scene.tomasz, False), (scene.helen, True)):
        client = sign_in(Client(), tutor)
        for url in ("", f"{scene.enrolment.pk}/"):
            page = main(client, f"/teaching/cohorts/{scene.cohort.code}/{url}")
            assert ("Due date of their own" in page) == sees
            assert script.script not in page and script.receipt not in page
            assert "REF-" not in page, "no reference that stands beside marks"


def test_another_attempt_is_no_reason_for_it_would_tell_of_a_result(scene):
    studies(scene, scene.enrolment, *scene.versions)
    soon = make_aware(datetime(2026, 11, 25, 17))
    Attempt.objects.create(
        enrolment=scene.enrolment, assessment=scene.essay, number=2, kind="resit", due_at=soon
    )
    assert lines(scene)[scene.enrolment.pk] == []


# ---- the page ----


def main(client, url):
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    page = answer.content.decode().split("<main")[1].split("</main")[0]
    return re.sub(r'value="[^"]{60,}"|nonce="[^"]*"', "", page)


def test_who_may_open_a_cohorts_page(scene):
    url = f"/teaching/cohorts/{scene.cohort.code}/"
    twin = admit(by=OP, email="zq.unmistakable+work@author.example", first_name="Z", last_name="Q")
    grant(twin, Role.TUTOR, by=OP)
    grant(scene.other.person, Role.TUTOR, by=OP)
    employer = person("boss", Role.EMPLOYER)
    for someone, status in (
        (scene.agnes, 200),
        (scene.registrar, 200),
        (scene.examiner, 403),
        (scene.author, 403),
        (employer, 403),
        (twin, 403),
        (scene.other.person, 403),
    ):
        client = sign_in(Client(), someone)
        for path in ("", "messages/", "announcements/", f"{scene.enrolment.pk}/"):
            assert client.get(url + path).status_code == status, (someone, path)
    assert sign_in(Client(), scene.agnes).get("/teaching/cohorts/none/").status_code == 404
    other = make_cohort("T2", "Other", scene.programme, DAY, DAY + timedelta(days=9), by=OP)
    wrong = f"/teaching/cohorts/{other.code}/{scene.enrolment.pk}/"
    assert sign_in(Client(), scene.agnes).get(wrong).status_code == 404


def test_the_page_lists_those_who_may_need_help_and_everyone(scene):
    studies(scene, scene.other, scene.versions[0])
    client = sign_in(Client(), scene.agnes)
    url = f"/teaching/cohorts/{scene.cohort.code}/"
    page = main(client, url)
    assert "1 person of 2 who study today" in page
    assert "18 days behind the timetable" in page and "Zebedee" in page and "Trainee1" not in page
    page = main(client, f"{url}?show=all")
    assert "Zebedee" in page and "Trainee1" in page
    assert url in main(client, "/teaching/cohorts/")
    assert "/teaching/cohorts/" in main(client, "/teaching/sessions/")


@pytest.mark.slow
@pytest.mark.parametrize("people", [24, 1000])
def test_the_page_asks_the_database_twelve_times_at_most(
    scene, people, django_assert_max_num_queries
):
    new = User.objects.bulk_create(
        User(email=f"n{n}@test.example", first_name="N", last_name=f"Trainee {n:04}")
        for n in range(people)
    )
    timetable = scene.enrolment.plan.timetable_id
    plans = StudyPlan.objects.bulk_create(
        StudyPlan(
            person=p,
            programme=scene.programme,
            nations=["england"] if n % 2 else ["england", "scotland"],
            timetable_id=timetable,
            opened_on=DAY,
        )
        for n, p in enumerate(new)
    )
    Enrolment.objects.bulk_create(
        Enrolment(
            cohort=scene.cohort,
            person=p.person,
            plan=p,
            student_reference=f"N{n}",
            enrolled_on=date(2026, 9, 1),
        )
        for n, p in enumerate(plans)
    )
    variant = Variant.objects.get(unit__code="B-1")
    Progress.objects.bulk_create(
        Progress(
            person=p, variant=variant, kind=Mark.CHECK, key="q", data={"tries": 3}, is_done=False
        )
        for p in new[::2]
    )
    client = sign_in(Client(), scene.agnes)
    url = f"/teaching/cohorts/{scene.cohort.code}/"
    client.get(url)
    with django_assert_max_num_queries(12):
        page = client.get(f"{url}?show=help&page=2" if people > 24 else url).content.decode()
    assert page.count('name="to"') == 25


# ---- messages ----


def send(scene, people=None, token=None, by=None, **text):
    return send_message(
        scene.cohort,
        [one.pk for one in (people or [scene.enrolment, scene.other])],
        {**TEXT, **text},
        token or uuid4(),
        by=by or scene.agnes,
    )


def test_a_message_goes_once_to_each_and_no_mail_holds_its_words(scene):
    token, before = uuid4(), Notice.objects.count()
    made = send(scene, token=token)
    assert send(scene, token=token) == made
    assert Notice.objects.count() == before + 2 and made.recipients.count() == 2
    assert "Shall we talk" not in "".join(n.body + n.subject for n in Notice.objects.all())
    entry = Entry.objects.get(action="assessments.message_people")
    assert "talk" not in str(entry.after)
    page = main(sign_in(Client(), scene.author), f"/study/contact/{made.pk}/")
    assert "Shall we talk?" in page and "agnes@test.example" in page
    assert f"/study/contact/{made.pk}/" in main(sign_in(Client(), scene.author), "/study/contact/")
    assert "/study/contact/" in main(sign_in(Client(), scene.author), "/study/")
    stranger = scene.another(7)
    assert sign_in(Client(), stranger.person).get(f"/study/contact/{made.pk}/").status_code == 404


def test_no_more_than_so_many_a_day_from_all_tutors_together(scene, settings):
    settings.IMSA_TUTOR_MESSAGES_A_DAY = 2
    send(scene, [scene.enrolment])
    send(scene, [scene.enrolment], by=scene.helen)
    before = rows()
    with pytest.raises(Refused, match="Zebedee Quuxington"):
        send(scene)
    assert rows() == before
    with clock.at(DAY + timedelta(days=1)):
        send(scene)


def test_who_may_not_write_and_who_cannot_be_written_to(scene):
    leave(scene.other, by=scene.registrar, on=DAY)
    before = rows()
    for by in (scene.registrar, scene.examiner, scene.author):
        with pytest.raises(NotAllowed):
            send(scene, [scene.enrolment], by=by)
    with pytest.raises(Refused, match="does not study in this cohort"):
        send(scene)
    with pytest.raises(Refused, match="Choose at least one"):
        send_message(scene.cohort, [], TEXT, uuid4(), by=scene.agnes)
    assert rows() == before
    made = send(scene, [scene.enrolment])
    with pytest.raises(Refused, match="out of date"):
        send(scene, [scene.enrolment], token=made.token, by=scene.helen)


def test_a_tutor_chooses_writes_checks_and_sends(scene):
    client, url = sign_in(Client(), scene.agnes), f"/teaching/cohorts/{scene.cohort.code}/write/"
    assert client.get(url).status_code == 302, "nobody is ticked"
    page = main(client, f"{url}?to={scene.enrolment.pk}&to=999999&to=x")
    assert "To 1 person" in page and "Zebedee Quuxington" in page
    assert "To 2 people" in main(client, f"{url}?all=1")
    token = str(uuid4())
    data = {"people": str(scene.enrolment.pk), "token": token, **TEXT, "step": "check"}
    before = rows()
    answer = client.post(url, {**data, "body": ""})
    assert answer.status_code == 422 and "Unit 3" in answer.content.decode()
    answer = client.post(url, {**data, "people": ""})
    assert answer.status_code == 422 and "No one is chosen" in answer.content.decode()
    answer = client.post(url, {**data, "body": "<script>x</script>\n\nhttps://a.example/ok"})
    page = answer.content.decode()
    assert "Send to 1 person" in page and 'href="https://a.example/ok"' in page
    assert "<script>x" not in page and rows() == before
    answer = client.post(url, {**data, "step": "change"})
    assert "Shall we talk?" in answer.content.decode() and rows() == before
    for _twice in range(2):
        answer = client.post(url, {**data, "step": "send"})
        assert answer.status_code == 302
    assert TutorMessage.objects.count() == 1
    page = main(client, answer["Location"])
    assert "Zebedee Quuxington" in page and "Sent to 1 person" in page
    assert "Unit 3" in main(client, f"/teaching/cohorts/{scene.cohort.code}/messages/")
    assert "Unit 3" in main(client, f"/teaching/cohorts/{scene.cohort.code}/{scene.enrolment.pk}/")
    assert sign_in(Client(), scene.registrar).get(f"{url}?all=1").status_code == 403


# ---- the log of contact ----

NOTE = {"kind": "call", "day": TODAY, "note": "Talked about the timetable."}


def test_contact_is_recorded_once_and_put_right_by_another_line(scene):
    token = uuid4()
    made = record_contact(scene.enrolment, NOTE, token, by=scene.agnes)
    assert record_contact(scene.enrolment, NOTE, token, by=scene.agnes) == made
    assert correct_contact(made, NOTE, uuid4(), by=scene.helen) == made, "the same words"
    right = correct_contact(made, {**NOTE, "kind": "meeting"}, uuid4(), by=scene.helen)
    before = rows()
    with pytest.raises(Refused, match="corrected this entry meanwhile"):
        correct_contact(made, {**NOTE, "kind": "message"}, uuid4(), by=scene.agnes)
    with pytest.raises(Refused, match="not in the future"):
        record_contact(
            scene.enrolment, {**NOTE, "day": TODAY + timedelta(days=1)}, uuid4(), by=scene.agnes
        )
    for by in (scene.registrar, scene.author, scene.examiner):
        with pytest.raises(NotAllowed):
            record_contact(scene.enrolment, NOTE, uuid4(), by=by)
    assert rows() == before and right.replaces == made
    assert "timetable" not in str(
        [e.after for e in Entry.objects.filter(action="assessments.record_contact")]
    )


def test_a_note_that_tells_who_somebody_else_is_is_asked_about(scene):
    url = f"/teaching/cohorts/{scene.cohort.code}/{scene.enrolment.pk}/"
    data = {"kind": "call", "day": "2026-11-20", "token": str(uuid4())}
    data["note"] = "Zebedee supports Maria Kowalska in Leeds."
    client, before = sign_in(Client(), scene.agnes), rows()
    answer = client.post(url, data)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Maria Kowalska" in page and rows() == before
    assert "<strong>Zebedee" not in page
    with pytest.raises(Guarded):
        record_contact(scene.enrolment, {**NOTE, "note": data["note"]}, uuid4(), by=scene.agnes)
    assert client.post(url, {**data, "keep": "1"}).status_code == 302
    assert ContactEntry.objects.count() == 1
    assert client.post(url, {**data, "day": "x", "note": "Kept?"}).status_code == 422


def test_the_log_is_read_by_tutors_registrars_and_the_person_and_by_nobody_else(scene):
    made = record_contact(scene.enrolment, NOTE, uuid4(), by=scene.agnes)
    url = f"/teaching/cohorts/{scene.cohort.code}/{scene.enrolment.pk}/"
    for reader in (scene.helen, scene.registrar):
        assert "Talked about the timetable." in main(sign_in(Client(), reader), url)
    assert "Record contact" not in main(sign_in(Client(), scene.registrar), url)
    assert sign_in(Client(), scene.registrar).post(url, {}).status_code == 403
    assert "Talked about" in main(sign_in(Client(), scene.author), "/study/contact/")
    assert "Talked about" not in main(sign_in(Client(), scene.other.person), "/study/contact/")
    helen = sign_in(Client(), scene.helen)
    page = main(helen, f"{url}{made.pk}/")
    assert "Talked about the timetable." in page
    data = {"kind": "call", "day": "2026-11-19", "note": "Talked.", "token": str(uuid4())}
    assert helen.post(f"{url}{made.pk}/", data).status_code == 302
    newest = ContactEntry.objects.get(replaces=made)
    assert helen.get(f"{url}{made.pk}/")["Location"] == f"{url}{newest.pk}/"
    assert "Talked about the timetable." in main(helen, f"{url}{newest.pk}/"), "the earlier text"
    page = main(sign_in(Client(), scene.author), "/study/contact/")
    assert "Replaced by a correction" in page and "Talked." in page
    wrong = f"/teaching/cohorts/{scene.cohort.code}/{scene.other.pk}/{made.pk}/"
    assert helen.get(wrong).status_code == 404


# ---- reminders ----


def test_reminders_once_in_a_fortnight_for_each_reason(scene):
    studies(scene, scene.other, *scene.versions)
    before = Notice.objects.filter(person=scene.author).count()
    assert nudge_people(by=OP) == 1 and nudge_people(by=OP) == 0
    assert set(Nudge.objects.values_list("enrolment", "reason")) == {
        (scene.enrolment.pk, "behind"),
        (scene.enrolment.pk, "away"),
    }
    notice = Notice.objects.filter(person=scene.author).first()
    assert Notice.objects.filter(person=scene.author).count() == before + 1
    assert "18 days behind" in notice.body and "turn these reminders off" in notice.body
    studies(scene, scene.enrolment, scene.versions[1], days_ago=0)
    with clock.at(DAY + timedelta(days=13)):
        assert nudge_people(by=OP) == 0
    with clock.at(DAY + timedelta(days=14)):
        assert nudge_people(by=OP) == 1
    assert Nudge.objects.filter(reason="behind").count() == 2


def test_nobody_is_reminded_who_turned_it_off_is_on_leave_has_left_or_whose_cohort_is_over(scene):
    choose_nudges(scene.author, True, by=scene.author)
    assert Entry.objects.filter(action__contains="choose").count() == 0
    interrupt(scene.other, by=scene.registrar)
    gone = scene.another(5)
    leave(gone, by=scene.registrar, on=DAY)
    before = rows()
    assert nudge_people(by=OP) == 0 and rows() == before
    choose_nudges(scene.author, False, by=scene.author)
    resume(scene.other, by=scene.registrar)
    with clock.at(datetime(2027, 9, 1, 12, tzinfo=ZoneInfo("Europe/London"))):
        assert nudge_people(by=OP) == 0
    assert nudge_people(by=OP) == 2


def test_who_chose_no_email_reads_the_reminder_here_alone(scene):
    User.objects.filter(pk=scene.author.pk).update(is_invented=False)
    set_contact(scene.author, by=scene.author, ways=("telephone",), telephone="020 7946 0000")
    studies(scene, scene.other, *scene.versions)
    mails, told = Mail.objects.count(), Notice.objects.filter(person=scene.author)
    before = told.count()
    assert nudge_people(by=OP) == 1
    assert told.count() == before + 1 and Mail.objects.count() == mails


def test_reminders_are_turned_off_and_on_by_oneself_alone(scene, settings):
    client = sign_in(Client(), scene.author)
    assert "Reminders are on" in main(client, "/study/contact/")
    for _twice in range(2):
        assert client.post("/study/contact/reminders/", {"choice": "off"}).status_code == 302
    assert "Reminders are off" in main(client, "/study/contact/")
    client.post("/study/contact/reminders/", {"choice": "on"})
    assert "Reminders are on" in main(client, "/study/contact/")
    with pytest.raises(NotAllowed):
        choose_nudges(scene.author, True, by=scene.agnes)
    assert NudgeChoice.objects.get().is_off is False
    settings.IMSA_NUDGE_DAYS = 0
    assert nudge_people(by=OP) == 0


# ---- announcements ----

NEWS = {"title": "Session moved", "text": "See https://a.example/x", "show_until": TODAY}


def test_an_announcement_is_on_the_study_page_until_its_day(scene):
    token, before = uuid4(), Notice.objects.count()
    made = announce(scene.cohort, NEWS, token, by=scene.agnes)
    assert announce(scene.cohort, NEWS, token, by=scene.agnes) == made
    assert Notice.objects.count() == before + 2
    page = main(sign_in(Client(), scene.author), "/study/")
    assert "Session moved" in page and 'href="https://a.example/x"' in page
    with clock.at(DAY + timedelta(days=1)):
        assert "Session moved" not in main(sign_in(Client(), scene.author), "/study/")
        page = main(
            sign_in(Client(), scene.agnes), f"/teaching/cohorts/{scene.cohort.code}/announcements/"
        )
        assert page.index("No longer shown") < page.index("Session moved")
    leave(scene.other, by=scene.registrar, on=DAY)
    assert "Session moved" not in main(sign_in(Client(), scene.other.person), "/study/")


def test_an_announcement_is_corrected_and_ended_and_keeps_what_it_said(scene):
    made = announce(scene.cohort, NEWS, uuid4(), by=scene.agnes)
    told = Notice.objects.count()
    later = {**NEWS, "show_until": TODAY + timedelta(days=3)}
    change_announcement(made, later, 1, by=scene.helen)
    assert Notice.objects.count() == told, "only its day changed"
    change_announcement(made, {**later, "title": "Session in room 2"}, 2, by=scene.helen)
    assert Notice.objects.count() == told + 2
    before = rows()
    change_announcement(made, {**later, "title": "Session in room 2"}, 2, by=scene.helen)
    with pytest.raises(Refused, match="changed this announcement meanwhile"):
        change_announcement(made, {**later, "title": "Mine"}, 2, by=scene.agnes)
    with pytest.raises(Refused, match="meanwhile"):
        end_announcement(made, 2, by=scene.agnes)
    for act in (
        lambda: announce(scene.cohort, NEWS, uuid4(), by=scene.registrar),
        lambda: change_announcement(made, NEWS, 3, by=scene.author),
        lambda: end_announcement(made, 3, by=scene.examiner),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(Refused, match="today or a later day"):
        announce(
            scene.cohort,
            {**NEWS, "show_until": TODAY - timedelta(days=1)},
            uuid4(),
            by=scene.agnes,
        )
    assert rows() == before
    end_announcement(made, 3, by=scene.agnes)
    before = rows()
    end_announcement(made, 3, by=scene.agnes)
    for values in (NEWS, {**later, "title": "Session in room 2"}):  # also the words it has
        with pytest.raises(Refused, match="has ended"):
            change_announcement(made, values, 3, by=scene.helen)
    assert rows() == before
    url = f"/teaching/cohorts/{scene.cohort.code}/announcements/{made.pk}/"
    page = main(sign_in(Client(), scene.agnes), url)
    assert "Session moved" in page and "Ended by" in page
    assert "Session in room 2" not in main(sign_in(Client(), scene.author), "/study/")


def test_announcing_from_the_page(scene):
    client = sign_in(Client(), scene.agnes)
    url = f"/teaching/cohorts/{scene.cohort.code}/announcements/"
    data = {"title": "T", "text": "Words", "show_until": "2026-11-30", "token": str(uuid4())}
    before = rows()
    answer = client.post(url, {**data, "show_until": "2026-11-01"})
    assert answer.status_code == 422 and "Words" in answer.content.decode() and rows() == before
    assert sign_in(Client(), scene.registrar).post(url, data).status_code == 403
    assert client.post(url, data).status_code == client.post(url, data).status_code == 302
    made = Announcement.objects.get()
    one = f"{url}{made.pk}/"
    sent = {**data, "action": "change", "text": "Other words", "seen": "1"}
    assert client.post(one, sent).status_code == 302
    answer = client.post(one, {**sent, "text": "Third words"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Third words" in page and "Other words" in page
    assert client.post(one, {"action": "end", "seen": "2"}).status_code == 302
    assert made.versions.count() == 3
    assert client.post(one, {"action": "end", "seen": "1"}).status_code == 302, "it has ended"


# ---- the database ----


@pytest.mark.both_engines
def test_what_was_said_can_only_be_added_to(scene):
    made = record_contact(scene.enrolment, NOTE, uuid4(), by=scene.agnes)
    send(scene)
    announce(scene.cohort, NEWS, uuid4(), by=scene.agnes)
    nudge_people(by=OP)
    for model in (*ALL[:5], TutorMessage):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
    with pytest.raises(DatabaseError), transaction.atomic():
        ContactEntry.objects.filter(pk=made.pk).update(note="x")
