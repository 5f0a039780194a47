from dataclasses import replace
from datetime import date, datetime, timedelta, UTC
import pytest
from django.db import connection
from certificates.actions import *
from certificates import actions
from certificates.actions import answer_check, issue, issue_again, withhold, give_leave, end_leave, grant_renewal, ask_renewal, prepare_renewal, keep_entry, confirm_talk, decline_talk, revoke, propose, open_concern, close_concern
from certificates.actions.reminders import remind
from certificates.models import *
from certificates.models import LogEntry
from certificates.queries import known_of
from certificates.queries.renewing import frozen_until
from lms.kit import clock
from lms.people.models import Notice, Role
from lms.people.roles import Operator
from lms.kit.refusals import Refused
from cohorts.models import *
from courses.models import *
from . import scene
from .scene import TODAY
pytestmark = pytest.mark.django_db
BY = Operator("work"); DAY = timedelta(1)

def second(who, nations, code="OTHER-26", awarded=True):
    p = scene.programme()
    c = Cohort.objects.create(code=code, title="x", programme=p, starts_on=scene.BEGUN, ends_on=date(2030,1,1))
    plan = StudyPlan.objects.filter(person=who).first()
    StudyPlan.objects.filter(person=who).update(**({"closed_on": TODAY} if any(f.name=="closed_on" for f in StudyPlan._meta.fields) else {}))
    plan2 = StudyPlan.objects.create(person=who, programme=p, nations=list(nations), opened_on=scene.BEGUN) if not StudyPlan.objects.filter(person=who, nations=list(nations)).exists() else plan
    e = Enrolment.objects.create(cohort=c, person=who, plan=plan2, student_reference=code, enrolled_on=scene.BEGUN)
    if awarded:
        scene.study(who, nations); scene.hand_in(e); scene.award(e)
    return e

def code(person_or_cert, day, name="Llewellyn"):
    with clock.at(day):
        a = answer_check(person_or_cert.number, name).answer
        return a["code"], a["nations"]

def test_two_leaves():
    with clock.at(TODAY):
        who = scene.person("Siân","Llewellyn",Role.LEARNER)
        a = scene.enrol(who, ("england",)); scene.employ(who, nations=("scotland",))
        plan=a.plan
        c = Cohort.objects.create(code="C2", title="x", programme=scene.programme(), starts_on=scene.BEGUN, ends_on=date(2030,1,1))
        b = Enrolment.objects.create(cohort=c, person=who, plan=plan, student_reference="c2", enrolled_on=scene.BEGUN)
        hub = scene.hub_officer()
        give_leave(b, ["scotland"], TODAY, TODAY+30*DAY, "x", by=hub)
        f, book = known_of(who.pk)
        from certificates.accreditation import standing_on
        print("one leave", standing_on(TODAY, f, book).code)
        give_leave(a, ["england"], TODAY, TODAY+60*DAY, "x", by=hub)
        f, book = known_of(who.pk)
        s=standing_on(TODAY, f, book)
        print("two leaves", s.code, s.nations)
        assert s.code == "temporarily_accredited"

def test_leave_beside_certificate():
    held = scene.certified()
    with clock.at(TODAY):
        b = second(held.enrolment.person, ("england",), awarded=False)
        give_leave(b, ["scotland"], TODAY, TODAY+30*DAY, "x", by=scene.hub_officer())
    assert False, "given"

def test_end_leave_message():
    with clock.at(TODAY):
        who = scene.person("Siân","Llewellyn",Role.LEARNER)
        a = scene.enrol(who, ("england",)); scene.employ(who)
        l = give_leave(a, ["england"], TODAY, TODAY+30*DAY, "x", by=scene.hub_officer())
        end_leave(l, by=scene.hub_officer())
        from certificates.accreditation import standing_on
        s = standing_on(TODAY, *known_of(who.pk)).code
        m = Notice.objects.filter(person=who).last().body
        print(s, m)
        assert s != "temporarily_accredited"

def test_withhold_future_then_now():
    held = scene.certified()
    with clock.at(TODAY):
        hub = scene.hub_officer()
        withhold(held.enrolment.person, "moves house", by=hub, from_day=TODAY+30*DAY)
        withhold(held.enrolment.person, "danger now", by=hub)
    assert code(held, TODAY)[0] == "not_found"

def log(person, day):
    for n in range(3):
        keep_entry(person, {"on_day": day - n*DAY, "minutes": 1440, "what": "x", "learnt": f"y{n}"}, by=person)
    e = LogEntry.objects.filter(person=person).first()
    e.peer = scene.person("Pe","Er"); e.save(); confirm_talk(e, "ok", by=e.peer)
    return e

def asked(held, moment):
    p = held.enrolment.person
    with clock.at(moment):
        e = log(p, clock.today())
        prepare_renewal(p, "x", True, by=p)
        return ask_renewal(p, by=p), e

def test_frozen_bst(settings):
    settings.IMSA_RULES = {**settings.IMSA_RULES, "audit_percent": 0}
    held = scene.certified()
    r, e = asked(held, datetime(2029,6,30,23,30,tzinfo=UTC))  # 00:30 on 1 July in London
    r.refresh_from_db()
    with clock.at(datetime(2029,7,1,12,tzinfo=UTC)):
        print(frozen_until(held.enrolment.person_id))
        first = LogEntry.objects.filter(on_day=date(2029,7,1)).first()
        actions.remove_entry(first, by=first.person) if hasattr(actions,"remove_entry") else None
        print(LogEntry.objects.count())
        assert frozen_until(held.enrolment.person_id) == date(2029,7,1)

def test_decline_after_asked(settings):
    settings.IMSA_RULES = {**settings.IMSA_RULES, "audit_percent": 0}
    held = scene.certified()
    r, e = asked(held, date(2029,6,1))
    with clock.at(date(2029,6,2)):
        grant_renewal(r, by=scene.hub_officer())
        e.refresh_from_db()
        try:
            decline_talk(e, by=e.peer)
        except Refused as x:
            print("refused", x); return
        e.refresh_from_db()
        assert e.talked_at is not None

def test_nation_added_after_renewal(settings):
    settings.IMSA_RULES = {**settings.IMSA_RULES, "audit_percent": 0}
    held = scene.certified()
    r, e = asked(held, date(2029,7,1))
    with clock.at(date(2029,8,1)):
        grant_renewal(r, by=scene.hub_officer())
        en = held.enrolment
        en.plan.nations = ["england","scotland"]; en.plan.save()
        scene.study(en.person, ["scotland"])
        new = issue(en, by=scene.registrar())
        print(new.issued_on, new.valid_until, new.facts["valid_until"], [ (c.kind,c.valid_until) for c in new.credentials.all()])
        assert new.valid_until >= new.issued_on

def test_wrong_line():
    with clock.at(TODAY):
        who = scene.person("Siân","Llewellyn",Role.LEARNER)
        en = scene.enrol(who, ("england",)); scene.study(who, ("england",)); scene.hand_in(en); scene.award(en)
        a = scene.employ(who, nations=("scotland",)); b = scene.employ(who, nations=("england",))
        c = issue(en, by=scene.registrar())
        print(c.register_line_id, a.pk, b.pk, c.register_answer["nations"])
        assert c.register_line_id == b.pk

def test_two_certificates_shrink():
    held = scene.certified(nations=("england",))
    p = held.enrolment.person
    with clock.at(TODAY+DAY):
        scene.employ(p, nations=("scotland",), starts_on=TODAY)
        b = second(p, ("scotland",))
        print(code(held, TODAY+DAY))
        new = issue(b, by=scene.registrar())
        print(code(held, TODAY+DAY), code(new, TODAY+DAY))
        assert len(code(held, TODAY+DAY)[1]) == 2

def test_again_stopiteration():
    held = scene.certified(nations=("england",))
    p = held.enrolment.person
    with clock.at(TODAY+DAY):
        scene.employ(p, nations=("scotland",), starts_on=TODAY)
        b = second(p, ("scotland",)); issue(b, by=scene.registrar())
        scene.end(p.employments.first().lines.get(), TODAY)
        issue_again(held.enrolment, "again", by=scene.registrar())

def test_reminder_to_withdrawn():
    held = scene.certified()
    with clock.at(date(2028,12,1)):
        scene.sanctioned(held.enrolment, "withdrawn", date(2028,12,2))
    with clock.at(date(2029,6,25)):
        print(code(held, date(2029,6,25)))
        n = remind(by=BY)
        for m in Notice.objects.filter(person=held.enrolment.person).order_by("pk"): print(m.subject, "|", m.body)
        assert n == 0

def test_revoked_award_comes_back():
    held = scene.certified()
    with clock.at(TODAY+DAY):
        revoke(held.credentials.get(kind="award"), "rescinded", by=scene.registrar())
        p = held.enrolment.person; p.last_name = "Price"; p.save()
        new = issue_again(held.enrolment, "name", by=scene.registrar())
        fresh = Credential.objects.filter(kind="award", revocation=None)
        print(fresh)
        assert not fresh.exists()

def test_closed_concern():
    held = scene.certified(); other = scene.person("Other","Body")
    with clock.at(TODAY):
        h = scene.hub_officer()
        c = open_concern(other, "about other", by=h)
        close_concern(c, "nothing", by=h)
        propose(held.enrolment, "suspended", TODAY, by=h, reason="x", grounds="g", concern=c)
    assert False, "proposed about a closed concern of another person"

def test_restore_term_lapse():
    held = scene.certified()
    with clock.at(date(2029,9,1)):
        assert code(held, date(2029,9,1))[0]=="lapsed"
        scene.sanctioned(held.enrolment, "restored", date(2029,9,1))
        print(Notice.objects.filter(person=held.enrolment.person).last().body)
        assert code(held, date(2029,9,1))[0]!="lapsed"

def test_rehearse_misses_grace():
    from certificates.rehearsing import rehearse
    held = scene.certified()
    p = held.enrolment.person
    with clock.at(TODAY):
        scene.end(p.employments.get().lines.get(), date(2026,12,31))
        f, book = known_of(p.pk)
        got = {(m.kind, m.from_day) for _, m in rehearse({p.pk: f}, book, TODAY, date(2028,1,5)).messages}
    sent=set()
    d = TODAY+DAY
    from certificates.renewing import messages, due_on
    while d <= date(2028,1,5):
        for m in due_on(d, messages(f, book, d)): sent.add((m.kind, m.from_day))
        d += DAY
    print(sent - got, got - sent)
    assert sent == got

def test_tsa_outage(settings):
    from certificates.actions.runs import carry_on
    from certificates.actions import begin_run
    settings.IMSA_TIMESTAMP_URL = "http://127.0.0.1:9/"
    with clock.at(TODAY):
        run = begin_run([scene.ready("A", f"N{n}") for n in range(3)], by=scene.registrar())
        carry_on(run); run.refresh_from_db()
        print(run.state, list(run.lines.values_list("state","why_not")))
        assert run.state == "running"

def test_over_for_unapproved(where, employer):
    from certificates.listing import pasted
    from certificates.actions.watches import look_at_watches
    from certificates.actions import watch
    held = scene.certified()
    with clock.at(TODAY):
        watch(where, pasted(f"{held.number}\tLlewellyn", TODAY), "work", TODAY+10*DAY, by=employer)
    with clock.at(TODAY+DAY):
        scene.decide(where, "suspended", TODAY+DAY)
    with clock.at(TODAY+11*DAY):
        print(look_at_watches(by=BY), list(Notice.objects.filter(person=employer).values_list("subject", flat=True)))
        assert not Notice.objects.filter(person=employer).exists()

def test_reissue_over_overdue():
    from courses.models import TopUpDue
    print([f.name for f in TopUpDue._meta.fields])

def test_plan_swapped():
    held = scene.certified()
    with clock.at(TODAY+DAY):
        en = held.enrolment; en.plan.nations=["scotland"]; en.plan.save(); scene.study(en.person,["scotland"])
        scene.employ(en.person, nations=("scotland","england"), starts_on=TODAY)
        print(code(held, TODAY+DAY)); new = issue(en, by=scene.registrar()); print(new.nations, code(held, TODAY+DAY))
        assert "england" in new.nations

def test_request_changed_under_officer():
    from certificates.actions import ask_of_entry, do_request
    held = scene.certified(); p = held.enrolment.person
    with clock.at(TODAY):
        r = ask_of_entry(p, "name", "works as", "Jones", by=p)
        seen = EntryRequest.objects.get(pk=r.pk)
        ask_of_entry(p, "lift", "", "", by=p)
        withhold(p, "danger", by=scene.hub_officer())
        do_request(seen, "ok", by=scene.hub_officer())
        print(Withholding.objects.values_list("until_day"), EntryRequest.objects.values_list("what","state"))
        assert Withholding.objects.get().until_day is None
