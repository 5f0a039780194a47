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
    plan2 = StudyPlan.objects.create(person=who, programme=p, nations=list(nations), opened_on=scene.BEGUN)
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
        StudyPlan.objects.filter(person=who).update(closed_on=TODAY)
        plan=StudyPlan.objects.create(person=who, programme=scene.programme(), nations=["scotland"], opened_on=scene.BEGUN)
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

# ---------------- part 2 ----------------
import threading, time
from certificates.listing import pasted
from certificates.actions import watch, end_watch, ask_of_entry, do_request, decline_request
from certificates.actions import watches as W, entries as EN, renewals as RN, seals as SE
from certificates.models import CheckSeal, Change
from lms.kit.lines import that_count

def in_thread(deed, out, name):
    def run():
        try:
            with clock.at(TODAY):
                out[name] = ("ok", deed())
        except Exception as x:
            out[name] = ("fault", f"{type(x).__name__}: {str(x)[:160]}")
        finally:
            connection.close()
    t = threading.Thread(target=run); t.start(); return t

def only_pg():
    if connection.vendor != "postgresql":
        pytest.skip("pg")

@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_deadlock_request(monkeypatch):
    only_pg()
    with clock.at(TODAY):
        held = scene.certified(); p = held.enrolment.person; hub = scene.hub_officer()
        r = ask_of_entry(p, "withhold", "a", by=p)
    b = threading.Barrier(2, timeout=3)
    real = EN.withhold
    def slow(*a, **k):
        b.wait(); time.sleep(.3); return real(*a, **k)
    monkeypatch.setattr(EN, "withhold", slow)
    realfilter = EN.names.is_a_name
    realWhat = EN.What
    class Slow:
        NAME = realWhat.NAME; LIFT = realWhat.LIFT; HUB = realWhat.HUB
        def __call__(self, what):
            try: b.wait()
            except threading.BrokenBarrierError: pass
            return realWhat(what)
    monkeypatch.setattr(EN, "What", Slow())
    out = {}
    ts = [in_thread(lambda: do_request(r, "ok", by=hub), out, "officer"), in_thread(lambda: ask_of_entry(p, "withhold", "b", by=p), out, "holder")]
    [t.join() for t in ts]
    print(out)
    assert all(v[0] == "ok" for v in out.values())

@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_decline_loses_words(monkeypatch):
    only_pg()
    with clock.at(TODAY):
        held = scene.certified(); p = held.enrolment.person; hub = scene.hub_officer()
        r = ask_of_entry(p, "hub", "a", by=p)
    b = threading.Event(); out = {}
    real = EN.move
    def slow(*a, **k):
        x = real(*a, **k); b.set(); time.sleep(1); return x
    monkeypatch.setattr(EN, "move", slow)
    t1 = in_thread(lambda: decline_request(r, "no need", by=hub), out, "officer"); b.wait(5)
    t2 = in_thread(lambda: ask_of_entry(p, "withhold", "I am in danger", by=p), out, "holder")
    t1.join(); t2.join()
    print(out, list(EntryRequest.objects.values_list("what","text","state")))
    assert EntryRequest.objects.filter(state="asked", text="I am in danger").exists()

@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_deadlock_watch_and_look(monkeypatch):
    only_pg()
    with clock.at(TODAY):
        employer = scene.contact(); where = employer.contacts.get().organisation
        held = scene.certified("Ada", "One"); p = held.enrolment.person
        watch(where, pasted(f"{held.number}\tOne", TODAY), "work", TODAY+100*DAY, by=employer)
        scene.sanctioned(held.enrolment, "suspended", TODAY)
    listed, looked = threading.Event(), threading.Event()
    real_list, real_write = W.answer_list, W.write
    def slow_list(*a, **k):
        x = real_list(*a, **k); listed.set(); looked.wait(5); return x
    def slow_write(deed, *a, **k):
        if deed == "certificates.look_at_watches":
            looked.set(); listed.wait(5); time.sleep(.3)
        return real_write(deed, *a, **k)
    monkeypatch.setattr(W, "answer_list", slow_list); monkeypatch.setattr(W, "write", slow_write)
    out = {}
    ts = [in_thread(lambda: len(watch(where, pasted(f"{held.number}\tOne", TODAY), "case", TODAY+200*DAY, by=employer)), out, "employer"), in_thread(lambda: W.look_at_watches(by=BY), out, "worker")]
    [t.join() for t in ts]
    print(out)
    assert all(v[0] == "ok" for v in out.values())

@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_deadlock_watch_and_end(monkeypatch):
    only_pg()
    with clock.at(TODAY):
        employer = scene.contact(); where = employer.contacts.get().organisation
        held = scene.certified("Ada", "One")
        watch(where, pasted(f"{held.number}\tOne", TODAY), "work", TODAY+100*DAY, by=employer)
        w = Watch.objects.get()
    listed, ended = threading.Event(), threading.Event()
    real_list, real_write = W.answer_list, W.write
    def slow_list(*a, **k):
        x = real_list(*a, **k); listed.set(); ended.wait(5); return x
    def slow_write(deed, *a, **k):
        if deed == "certificates.end_watch":
            ended.set(); listed.wait(5); time.sleep(.3)
        return real_write(deed, *a, **k)
    monkeypatch.setattr(W, "answer_list", slow_list); monkeypatch.setattr(W, "write", slow_write)
    out = {}
    ts = [in_thread(lambda: len(watch(where, pasted(f"{held.number}\tOne", TODAY), "case", TODAY+200*DAY, by=employer)), out, "list"), in_thread(lambda: bool(end_watch(w, by=employer)), out, "end")]
    [t.join() for t in ts]
    print(out)
    assert all(v[0] == "ok" for v in out.values())

@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_renewed_watch_is_ended(monkeypatch):
    only_pg()
    with clock.at(TODAY - 10*DAY):
        employer = scene.contact(); where = employer.contacts.get().organisation
    held = scene.certified("Ada", "One")
    with clock.at(TODAY):
        watch(where, pasted(f"{held.number}\tOne", TODAY), "work", TODAY+DAY, by=employer)
        Watch.objects.update(ends_on=TODAY-DAY)
    real = W.Gathered
    out = {}
    class G:
        def __new__(cls, keys):
            if threading.current_thread() is threading.main_thread():
                t = in_thread(lambda: [d.what for d in watch(where, pasted(f"{held.number}\tOne", TODAY), "work", TODAY+200*DAY, by=employer)], out, "employer"); t.join(3)
                out["waited"] = t.is_alive()
            return real(keys)
    monkeypatch.setattr(W, "Gathered", G)
    with clock.at(TODAY):
        W.look_at_watches(by=BY)
    time.sleep(1)
    print(out, list(Watch.objects.values_list("ends_on","ended_at")))
    assert Watch.objects.filter(ended_at=None).count() == 1

@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_twice(monkeypatch):
    only_pg()
    with clock.at(TODAY):
        employer = scene.contact(); where = employer.contacts.get().organisation
        held = scene.certified("Ada", "One")
        watch(where, pasted(f"{held.number}\tOne", TODAY), "work", TODAY+100*DAY, by=employer)
        scene.sanctioned(held.enrolment, "suspended", TODAY)
    b = threading.Barrier(2, timeout=3); real = W._approved
    def slow(*a):
        try: b.wait()
        except threading.BrokenBarrierError: pass
        return real(*a)
    monkeypatch.setattr(W, "_approved", slow)
    out = {}
    ts = [in_thread(lambda: W.look_at_watches(by=BY), out, n) for n in "ab"]
    [t.join() for t in ts]
    print(out, Change.objects.count())
    assert Change.objects.count() == 1

@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_lock_of_the_worker_lost(settings, tmp_path):
    only_pg()
    from certificates import work
    settings.IMSA_HOME = tmp_path
    (tmp_path/"b").mkdir()
    with work.only_one() as a:
        assert a
        with connection.cursor() as c:
            c.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype='advisory' AND pid<>pg_backend_pid()")
        time.sleep(.5)
        settings.IMSA_HOME = tmp_path/"b"   # another machine
        with work.only_one() as b:
            print(a, b)
            assert not b

@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_seal_late_commit():
    only_pg()
    from django.db import transaction
    from certificates.actions.seals import seal_checks, check_seals
    held = scene.certified("Ada","One")
    go, done, out = threading.Event(), threading.Event(), {}
    def late():
        with transaction.atomic():
            answer_check(held.number, "One"); go.set(); done.wait(10)
    with clock.at(TODAY):
        t = in_thread(late, out, "late"); go.wait(5)
        answer_check(held.number, "One")
    with clock.at(TODAY + DAY):
        print(seal_checks(by=BY))
        done.set(); t.join()
        print(out, check_seals())
        assert check_seals()["whole"]

@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_entry_removed_from_under_a_renewal(settings):
    only_pg()
    from django.db import transaction
    settings.IMSA_RULES = {**settings.IMSA_RULES, "audit_percent": 0}
    held = scene.certified(); p = held.enrolment.person; out = {}
    with clock.at(date(2029,6,1)):
        e = log(p, clock.today()); prepare_renewal(p, "x", True, by=p)
        with transaction.atomic():
            ask_renewal(p, by=p)
            def rem():
                with clock.at(date(2029,6,1)):
                    return RN.remove_entry(e, by=p)
            t = in_thread(rem, out, "remove"); t.join(3); out["waited"] = t.is_alive()
        t.join()
        from certificates.queries.renewing import renewing
        print(out, renewing(p.pk).hours, Renewal.objects.get().state)
        assert renewing(p.pk).done.minutes >= 3600

@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_same_rules_twice():
    only_pg()
    from certificates.actions import add_rules
    from certificates.ruling import Rules
    hub = scene.hub_officer(); b = threading.Barrier(2, timeout=3); out = {}
    from certificates.actions import ruling as RU
    real = RU.in_force
    def go():
        return add_rules(Rules(years=2), TODAY+DAY, "x", by=hub).pk
    def slow(*a):
        try: b.wait()
        except threading.BrokenBarrierError: pass
        return real(*a)
    RU.in_force = slow
    try:
        ts = [in_thread(go, out, n) for n in "ab"]; [t.join() for t in ts]
    finally:
        RU.in_force = real
    print(out, RuleLine.objects.count())
    assert RuleLine.objects.count() == 1

def test_progress_rule_hits_asked():
    from certificates.facts import Facts, Enrolled, Certified, Post, Renewed
    from certificates.accreditation import verdict
    from certificates.ruling import Rules, RuleBook
    c = Certified("C1", TODAY, ("england",), date(2029,7,19))
    f = Facts("x", (Enrolled(scene.BEGUN, nations=("england",), certificates=(c,)),), (Post(1,"o",("england",),date(2026,1,1)),), {1: ((date(2025,1,1),"approved"),)}, renewals=(Renewed(date(2029,3,1)),))
    book = RuleBook(((date.min, Rules()), (date(2029,7,1), Rules(progress_months=0))))
    print(verdict(date(2029,7,20), f, RuleBook()).code, verdict(date(2029,7,20), f, book).code)
    assert verdict(date(2029,7,20), f, book).code == "renewal_in_progress"

def test_stale_renewal():
    from certificates.facts import Facts, Enrolled, Certified, Post, Renewed
    from certificates.accreditation import verdict
    c = Certified("C1", TODAY, ("england",), date(2029,7,19)); c2 = Certified("C2", date(2030,1,10), ("england",), date(2033,1,9))
    f = Facts("x", (Enrolled(scene.BEGUN, nations=("england",), certificates=(c,)), Enrolled(date(2029,1,1), nations=("england",), certificates=(c2,))), (Post(1,"o",("england",),date(2026,1,1)),), {1: ((date(2025,1,1),"approved"),)}, renewals=(Renewed(date(2029,3,1)),))
    print(verdict(date(2033,2,1), f).code)
    assert verdict(date(2033,2,1), f).code == "lapsed"

def test_award_of_two():
    from certificates.facts import Facts, Enrolled, Post, Unit
    from certificates.accreditation import verdict
    u = lambda d: {"england": (Unit("u", d),)}
    f = Facts("x", (Enrolled(scene.BEGUN, until=date(2026,8,1), nations=("england",), award_on=date(2026,7,15), units=u(date(2026,1,1))),
                    Enrolled(date(2026,9,1), nations=("england",), units=u(None))), (Post(1,"o",("england",),date(2026,1,1)),), {1: ((date(2025,1,1),"approved"),)})
    print(verdict(date(2026,10,1), f))

def test_notices_mail_down(monkeypatch, settings):
    from certificates import work
    from lms.people import actions as PA
    calls = []
    def down(*a, **k): calls.append(1); raise OSError("timed out")
    monkeypatch.setattr(PA, "send_mail", down)
    who = scene.person()
    with clock.at(TODAY): Notice.objects.bulk_create([Notice(person=who, subject="a", body="b", written_at=clock.now()) for _ in range(120)])
    with clock.at(TODAY+DAY): work.send_notices()
    print(len(calls)); assert len(calls) < 10

def test_memory_of_list():
    import tracemalloc
    from certificates.queries import known
    ids = [scene.ready("A", f"N{n}").person_id for n in range(60)]
    known(ids[:5])
    tracemalloc.start(); k = known(ids); got = tracemalloc.get_traced_memory()[0]; tracemalloc.stop()
    print("bytes per person (3 units)", got/len(ids))

def test_reissue_over_overdue_top_up():
    held = scene.certified("Siân","Llewellyn", nations=("england","scotland"))
    import courses.models as cm
    print([f.name for f in cm.TopUp._meta.fields])
    with clock.at(TODAY+DAY):
        f = {x.name for x in cm.TopUp._meta.fields}
        given = {"title": "Law", "nations": ["scotland"], "counts_from": TODAY, "sent_at": scene.at(TODAY-5*DAY), "text": "t", "html": "t"}
        tu = cm.TopUp.objects.create(**{k: v for k, v in given.items() if k in f})
        cm.TopUpDue.objects.create(top_up=tu, person=held.enrolment.person, sent_at=scene.at(TODAY-5*DAY))
        print(code(held, TODAY+DAY))
        new = issue_again(held.enrolment, "again", by=scene.registrar())
        print("issued over an overdue top-up", new.nations)
        assert False

from certificates.actions import confirm, drop, decisions as DE, certificates as CE

@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_d3_request(monkeypatch):
    only_pg()
    with clock.at(TODAY):
        held = scene.certified(); p = held.enrolment.person; hub = scene.hub_officer()
        r = ask_of_entry(p, "withhold", "a", by=p)
    inside = threading.Event(); realWhat = EN.What
    class Slow:
        NAME, LIFT, HUB = realWhat.NAME, realWhat.LIFT, realWhat.HUB
        def __call__(self, what):
            inside.set(); time.sleep(.5); return realWhat(what)
    monkeypatch.setattr(EN, "What", Slow())
    out = {}
    a = in_thread(lambda: ask_of_entry(p, "withhold", "b", by=p), out, "holder"); inside.wait(3)
    b = in_thread(lambda: do_request(r, "ok", by=hub), out, "officer")
    a.join(); b.join(); print(out)
    assert all(v[0] == "ok" for v in out.values())

@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_d3_confirm_issue(monkeypatch):
    only_pg()
    with clock.at(TODAY):
        e = scene.ready(); hub, other, reg = scene.hub_officer(), scene.hub_officer(), scene.registrar()
        pr = propose(e, "suspended", TODAY, by=hub, reason="x", grounds="g", is_interim=True)
    locked = threading.Event(); real = CE.known_of
    def slow(*a): locked.set(); time.sleep(.7); return real(*a)
    monkeypatch.setattr(CE, "known_of", slow)
    out = {}
    a = in_thread(lambda: issue(e, by=reg).number, out, "issue"); locked.wait(3)
    b = in_thread(lambda: confirm(pr, by=other).kind, out, "confirm")
    a.join(); b.join(); print(out)
    assert all(v[0] == "ok" for v in out.values())

@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_d3_confirm_drop(monkeypatch):
    only_pg()
    with clock.at(TODAY):
        e = scene.ready(); hub, other = scene.hub_officer(), scene.hub_officer()
        pr = propose(e, "suspended", TODAY, by=hub, reason="x", grounds="g", is_interim=True)
    inside = threading.Event(); real = DE.User.objects
    import contextlib
    class Q:
        def select_for_update(self, **k):
            q = real.select_for_update(**k)
            class G:
                def get(self, **kk):
                    x = q.get(**kk); inside.set(); time.sleep(.5); return x
            return G()
    class U: objects = Q()
    monkeypatch.setattr(DE, "User", U)
    out = {}
    a = in_thread(lambda: confirm(pr, by=other).kind, out, "confirm"); inside.wait(3)
    b = in_thread(lambda: drop(pr, "no", by=hub).state, out, "drop")
    a.join(); b.join(); print(out)
    assert "deadlock" not in str(out)

