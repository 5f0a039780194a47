"""A reasonable adjustment is the person's: it is in every due date of theirs, needs no claim, and is nobody else's to know."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from assessments.attempts.actions import defer, set_due
from assessments.attempts.adjusting import fold_all, record_adjustment
from assessments.attempts.models import Adjustment, Attempt, DueLine, MarkLine, PriorCredit
from assessments.attempts.queries import due_of
from assessments.cases.models.prior_learning import PriorLearningClaim
from assessments.setting.actions.rule_sets import choose_rules, set_rules
from assessments.setting.judging import EVERY, Rules
from cohorts.enrolment.actions import make_cohort
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import DAY, DUE, OP, in_days, person, sign_in

LONDON = ZoneInfo("Europe/London")
FRIDAY_AFTER = datetime(2026, 12, 18, 17, 0, tzinfo=LONDON)  # five working days after DUE


def state():
    tables = Adjustment, DueLine, Attempt, MarkLine, Notice, Entry
    return [list(table.objects.order_by("pk").values()) for table in tables]


def refused(do, words=None):
    before = state()
    with pytest.raises((Refused, NotAllowed), match=words):
        do()
    assert state() == before


def record(scene, days=5, **values):
    values = {"starts_on": DAY, "by": scene.registrar, "days": days, **values}
    return record_adjustment(scene.author, **values)


def due(scene, assessment=None):
    found = Attempt.objects.filter(
        enrolment=scene.enrolment, assessment=assessment or scene.essay, is_current=True
    ).first()
    return found and due_of(found)


def kinds(scene, assessment=None):
    rows = DueLine.objects.filter(attempt__assessment=assessment or scene.essay)
    return list(rows.order_by("pk").values_list("kind", flat=True))


def test_every_due_date_follows_now_and_when_one_is_set_later(scene):
    other = scene.another(1)
    scene.due(scene.essay), scene.due(scene.quiz)
    Notice.objects.all().delete()
    made = record(scene, percent=25, note="A break each hour")
    assert due(scene) == FRIDAY_AFTER and kinds(scene) == ["by_adjustment"]
    assert not Attempt.objects.filter(assessment=scene.quiz).exists(), "a quiz has its extra time"
    told = Notice.objects.get()
    assert told.person == scene.author and "adjust" not in told.subject.lower()
    assert "break" not in told.body and "an arrangement" in told.body, "it is mailed too"
    assert "5 days later" in told.body and "“An essay on one year” is now due on" in told.body
    entry = Entry.objects.get(action="assessments.record_adjustment")
    assert entry.after["days"] == 5 and "break" not in str(entry.after)
    assert record(scene, percent=25, note="A break each hour") == made, "twice is once"
    assert Adjustment.objects.count() == 1 == Notice.objects.count()
    # A date that is set later, moved, and moved back, each once, and nobody else's moves.
    scene.due(scene.portfolio, in_days(7))
    assert due(scene, scene.portfolio) == FRIDAY_AFTER + timedelta(days=11), (
        "with two bank holidays"
    )
    scene.due(scene.essay, in_days(3))
    assert due(scene) == datetime(2026, 12, 21, 17, 0, tzinfo=LONDON)
    scene.due(scene.essay)
    assert due(scene) == FRIDAY_AFTER and fold_all(by=OP) == 0
    assert not Attempt.objects.filter(enrolment=other).exists()
    # Another cohort's rules count every day; the worker finds who was enrolled since.
    wide = make_cohort("T2027", "Next", scene.programme, date(2026, 9, 1), date(2027, 8, 31), by=OP)
    rules = set_rules(None, clock.today(), Rules(late_counts=EVERY), reason="A test.", by=OP)
    choose_rules(wide, rules, reason="A test.", by=OP)
    scene.cohort = wide
    scene.due(scene.essay)
    joins = person("joins")
    record_adjustment(joins, days=2, starts_on=DAY, by=scene.registrar)
    place = scene.enrol(joins, "REF-JOIN")
    assert fold_all(by=OP) == 1 and fold_all(by=OP) == 0
    assert Attempt.objects.get(enrolment=place).due_at == in_days(2)


def test_ending_and_changing_add_lines_and_what_is_in_keeps_the_better_day(scene):
    scene.due(scene.essay), scene.due(scene.portfolio)
    record(scene)
    with clock.at(in_days(5)):  # after the cohort's date, within the person's own
        scene.hand_in()
        record(scene, days=0, seen=1)
        assert due(scene) == FRIDAY_AFTER, "work that is in keeps the better day"
        assert due(scene, scene.portfolio) == FRIDAY_AFTER, "nothing becomes overdue by it"
    other = scene.another(1)
    with clock.at(in_days(-3)):
        scene.author, scene.enrolment = other.person, other
        record(scene, starts_on=date(2026, 12, 1))
        assert due(scene) == FRIDAY_AFTER
        last = record(scene, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 10), seen=1)
        assert due(scene) == DUE, "its last day is before the piece is due"
        rows = DueLine.objects.filter(attempt__enrolment=other, attempt__assessment=scene.essay)
        assert [line.due_at for line in rows] == [FRIDAY_AFTER, DUE]
        # A date of the cohort that moves is theirs too, though they have a line of their own.
        scene.due(scene.essay, in_days(3))
        assert due(scene) == in_days(3)
    assert last.number == 2 and Adjustment.objects.filter(person=other.person).count() == 2


def test_extensions_and_later_attempts_have_it_too(scene):
    scene.due(scene.essay)
    set_due(scene.essay, scene.enrolment, in_days(3), "extension", by=scene.registrar)
    with clock.at(DAY + timedelta(days=1)):
        record(scene)
        assert due(scene) == datetime(2026, 12, 21, 17, 0, tzinfo=LONDON), "what was given before"
    with clock.at(DAY + timedelta(days=2)):
        set_due(scene.essay, scene.enrolment, in_days(14), "extension", by=scene.registrar)
        assert fold_all(by=OP) == 0 and due(scene) == in_days(14), "a date given since is as given"
        again = defer(scene.essay, scene.enrolment, in_days(31), by=scene.registrar)
        assert again.due_at == in_days(38) == due(scene) and again.number == 2
        assert defer(scene.essay, scene.enrolment, in_days(31), by=scene.registrar) == again
    told = Notice.objects.filter(person=scene.author).order_by("pk").last()
    assert "deferred" in told.subject.lower() or "is now due" in told.body


def test_a_module_that_counts_by_prior_learning_has_no_due_date_to_move(scene):
    scene.due(scene.essay)
    about = {"enrolment": scene.enrolment, "module": scene.essay.module}
    claim = PriorLearningClaim.objects.create(
        kind="assessed", title="T", provider="P", ended_on=DAY, words="W", answer_by=DAY, **about
    )
    said = {"number": 1, "credits": 15, "chair": "C", "decided_on": DAY}
    credit = {"claim": claim, "recorded_by": scene.registrar, **about, **said}
    PriorCredit.objects.create(is_granted=True, **credit)
    record(scene)
    assert due(scene) is None and "is now due" not in Notice.objects.latest("pk").body
    PriorCredit.objects.create(is_granted=False, **{**credit, "number": 2, "credits": 0})
    assert fold_all(by=OP) == 1 and due(scene) == FRIDAY_AFTER, "withdrawn: as everybody's again"


def test_who_may_not_and_what_is_no_adjustment_changes_nothing(scene):
    scene.due(scene.essay)
    office = person("office", Role.REGISTRAR)
    for someone in (scene.agnes, scene.examiner, scene.author, OP):
        refused(lambda by=someone: record(scene, by=by))
    refused(lambda: record_adjustment(office, days=1, starts_on=DAY, by=office), "about you")
    refused(lambda: record(scene, days=61), "60 days")
    refused(lambda: record(scene, percent=301), "300")
    refused(lambda: record(scene, days=0), "Enter extra time")
    refused(lambda: record(scene, ends_on=DAY - timedelta(days=1)), "last day")
    refused(lambda: record(scene, starts_on=date(2036, 1, 1)), "year")
    refused(lambda: record(scene, digest="T1-ESSAY"), "changed")
    record(scene)
    refused(lambda: record(scene, days=6, seen=0), "Another adjustment")


def test_the_pages_show_what_moves_then_save_and_only_the_person_reads_it(scene):
    scene.due(scene.essay)
    office, url = (
        sign_in(Client(), scene.registrar),
        f"/registry/work/{scene.enrolment.pk}/adjustments/",
    )
    assert url in office.get(f"/registry/work/{scene.enrolment.pk}/").content.decode()
    typed = {"percent": "25", "days": "5", "note": "A break each hour", "starts_on": "2026-11-20"}
    typed |= {"ends_on": "", "seen": "0"}
    before = state()
    wrong = office.post(url, {**typed, "days": "many", "starts_on": ""})
    assert wrong.status_code == 422 and "A break each hour" in wrong.content.decode()
    shown = office.post(url, typed).content.decode()
    assert "Due dates that change" in shown and "18 December 2026" in shown and state() == before
    digest = shown.split('name="shown" value="')[1].split('"')[0]
    scene.due(scene.essay, in_days(3))
    stale = office.post(url, {**typed, "action": "save", "shown": digest})
    assert stale.status_code == 422 and not Adjustment.objects.exists()
    assert "A break each hour" in stale.content.decode() and stale.context["seen"] == 0
    shown = office.post(url, typed).content.decode()
    digest = shown.split('name="shown" value="')[1].split('"')[0]
    assert office.post(url, {**typed, "action": "save", "shown": digest})["Location"] == url
    assert due(scene) == datetime(2026, 12, 21, 17, 0, tzinfo=LONDON)
    assert "A break each hour" in office.get(url).content.decode()
    own = sign_in(Client(), scene.author)
    assert "/my-work/adjustments/" in own.get("/my-work/").content.decode()
    page = own.get("/my-work/adjustments/").content.decode()
    assert "A break each hour" in page and "5 days later" in page
    for someone in (scene.agnes, scene.examiner):
        assert sign_in(Client(), someone).get(url).status_code == 403
        other = sign_in(Client(), someone).get("/my-work/adjustments/").content.decode()
        assert "A break each hour" not in other
    with clock.at(in_days(5)):  # after the cohort's date, before the person's own
        tutor = sign_in(Client(), scene.agnes)
        for address in (
            "/teaching/cohorts/T2026/",
            f"/teaching/cohorts/T2026/{scene.enrolment.pk}/",
        ):
            words = tutor.get(address).content.decode()
            assert "Due date of their own" not in words and "adjustment" not in words.lower()


@pytest.mark.both_engines
def test_the_database_keeps_what_was_recorded(scene):
    made = record(scene)
    for spoil in (lambda: Adjustment.objects.update(days=0), Adjustment.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil()
    about = {"person": scene.author, "by": "x", "starts_on": DAY}
    for wrong in ({"number": made.number}, {"number": 9, "days": 61}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Adjustment.objects.create(**about, **wrong)
