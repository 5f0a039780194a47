"""The same action pressed twice in one moment, or by two people: it is done once, and nobody sees a fault of the page."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from certificates.accreditation.rule_book import Rules
from certificates.actions import (
    add_rules,
    add_webhook,
    answer_check,
    ask_of_entry,
    begin_issue_run,
    confirm,
    do_request,
    drop,
    end_watch,
    give_temporary_accreditation,
    issue_again,
    open_concern,
    propose,
    revoke,
    watch,
    withhold,
    work_under,
)
from certificates.actions import checks as asking
from certificates.actions.changes import look_at_watches
from certificates.actions.issue_runs import carry_on
from certificates.checking.uploaded_lists import pasted
from certificates.models import (
    Check,
    Credential,
    EntryRequest,
    IssueRun,
    Proposal,
    RuleLine,
    Sanction,
    Temporary,
    Watch,
    Webhook,
    Withholding,
    WorkingName,
)
from certificates.queries import the_book
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.roles import Operator
from lms.record.models import Entry

from . import scene
from .scene import TODAY

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db(transaction=True)]
LATER = TODAY.replace(year=2027)


@pytest.fixture(autouse=True)
def own_decoys():
    asking._kept_decoys["until"] = 0


def at_once(*actions):
    """What came of each, done in one moment on connections of their own: "done", or the sentence of a refusal."""
    gate, came = Barrier(len(actions)), {}

    def press(n, action):
        try:
            gate.wait()
            with clock.at(TODAY):
                action()
            came[n] = "done"
        except (Refused, NotAllowed) as refused:
            came[n] = str(refused)
        except Exception as fault:
            came[n] = fault
        finally:
            connection.close()

    threads = [Thread(target=press, args=pair) for pair in enumerate(actions)]
    [t.start() for t in threads]
    [t.join(60) for t in threads]
    assert not [fault for fault in came.values() if isinstance(fault, Exception)], came
    return [came[n] for n in range(len(actions))]


def entries(action):
    return Entry.objects.filter(action=f"certificates.{action}").count()


def test_two_contacts_watch_the_same_people(settings):
    held = [scene.certified("Ada", f"One{letter}") for letter in "abc"]
    one = scene.contact()
    where = one.contacts.get().organisation
    other = scene.contact(where)
    text = "\n".join(f"{h.number}\t{h.facts['family_name']}" for h in held)
    lines = pasted(text, TODAY)
    assert at_once(
        *(lambda by=by: watch(where, lines, "work", LATER, by=by) for by in (one, other))
    ) == ["done", "done"]
    assert Watch.objects.count() == 3 and Check.objects.count() == 6


def test_one_decision_is_proposed_once_and_confirmed_once():
    held = scene.certified()
    officers = [scene.hub_officer() for _ in range(3)]

    def proposing(by):
        return lambda: propose(
            held.enrolment,
            "suspended",
            TODAY,
            by=by,
            reason="A report.",
            grounds="A report.",
            is_interim=True,
        )

    came = at_once(proposing(officers[0]), proposing(officers[0]))
    assert came.count("done") >= 1 and Proposal.objects.count() == 1 and entries("propose") == 1
    proposal = Proposal.objects.get()
    at_once(*(lambda by=by: confirm(proposal, by=by) for by in officers[1:]))
    assert Sanction.objects.count() == 1 and entries("sanction") == 1


def test_two_officers_withhold_and_rename_at_once():
    held = scene.certified()
    officers = [scene.hub_officer() for _ in range(2)]
    at_once(*(lambda by=by: withhold(held.enrolment.person, "At risk.", by=by) for by in officers))
    assert Withholding.objects.count() == 1
    at_once(*(lambda by=by: work_under(held.enrolment.person, "Hardy", by=by) for by in officers))
    assert WorkingName.objects.filter(until_day=None).count() == 1


def test_one_leave_one_rule_and_one_request():
    enrolment, officer, registrar = scene.ready(), scene.hub_officer(), scene.registrar()
    twice = [
        lambda: give_temporary_accreditation(
            enrolment, ["england"], TODAY, TODAY.replace(month=9), "Needed.", by=officer
        )
    ] * 2
    assert at_once(*twice) == ["done", "done"] and Temporary.objects.count() == 1
    with clock.at(TODAY):
        rules = Rules(**{**the_book().on(TODAY).__dict__, "grace_months": 7})
    at_once(*[lambda: add_rules(rules, TODAY, "Decided.", by=officer)] * 2)
    assert RuleLine.objects.count() == 1
    at_once(*[lambda: begin_issue_run([enrolment], by=registrar)] * 2)
    with clock.at(TODAY):
        for run in IssueRun.objects.all():
            carry_on(run)
    assert enrolment.certificates.count() == 1, "issued once, however many runs name it"
    at_once(*[lambda: ask_of_entry(enrolment.person, "hub", "", "", by=enrolment.person)] * 2)
    assert EntryRequest.objects.count() == 1


def test_one_address_is_added_once(settings):
    settings.IMSA_HOOKS_INSIDE = True
    employer = scene.contact()
    where = employer.contacts.get().organisation
    at_once(*[lambda: add_webhook(where, "http://127.0.0.1:9/x", by=employer)] * 2)
    assert Webhook.objects.count() == 1


def test_many_questions_at_once_are_each_kept():
    held, officer = scene.certified(), scene.hub_officer()
    asked = [lambda: answer_check(held.number, "Llewellyn")] * 4 + [
        lambda: open_concern(held.enrolment.person, "Told.", by=officer)
    ]
    assert at_once(*asked) == ["done"] * 5 and Check.objects.count() == 4


# ---- different actions about one person: each waits for the other, and none for ever ----

ROUNDS = 5  # one deadlock needs its moment: it is given several


def proposed(enrolment, by):
    with clock.at(TODAY):
        return propose(
            enrolment,
            "suspended",
            TODAY,
            by=by,
            reason="A report.",
            grounds="A report.",
            is_interim=True,
        )


def test_a_decision_is_confirmed_while_the_certificate_is_issued_again():
    registrar, one, two = scene.registrar(), scene.hub_officer(), scene.hub_officer()
    for n in range(ROUNDS):
        held = scene.certified("Ada", f"Name{n}", by=registrar)
        proposal = proposed(held.enrolment, one)
        came = at_once(
            lambda p=proposal: confirm(p, by=two),
            lambda h=held: issue_again(h.enrolment, "again", by=registrar),
        )
        assert came[0] == "done" and (
            came[1] == "done" or "only while the accreditation stands" in came[1]
        )
        assert held.enrolment.certificates.count() == 1 + (came[1] == "done")
    assert Sanction.objects.count() == ROUNDS


def test_one_officer_confirms_while_another_drops():
    one, two, three = (scene.hub_officer() for _ in range(3))
    for n in range(ROUNDS):
        proposal = proposed(scene.certified("Ada", f"Name{n}").enrolment, one)
        came = at_once(
            lambda p=proposal: confirm(p, by=two),
            lambda p=proposal: drop(p, "Not needed.", by=three),
        )
        assert came.count("done") == 1, "one of the two, and the other is told"
        assert Proposal.objects.get(pk=proposal.pk).state == (
            "confirmed" if came[0] == "done" else "dropped"
        )
        assert hasattr(Proposal.objects.get(pk=proposal.pk), "sanction") == (came[0] == "done")


def test_a_holder_changes_a_request_while_it_is_done():
    officer = scene.hub_officer()
    for n in range(ROUNDS):
        person = scene.certified("Ada", f"Name{n}").enrolment.person
        with clock.at(TODAY):
            asked = ask_of_entry(person, "lift", "", "", by=person)
        came = at_once(
            lambda p=person: ask_of_entry(p, "withhold", "They found me.", "", by=p),
            lambda a=asked: do_request(a, "", by=officer, mark=a.mark),
        )
        assert came[0] == "done" and (came[1] == "done" or "changed what they ask" in came[1])
        last = EntryRequest.objects.filter(person=person).order_by("pk").last()
        assert (last.what, last.state) == ("withhold", "asked"), (
            "what they asked last waits to be answered"
        )


def test_the_worker_looks_while_contacts_watch_and_stop():
    employer = scene.contact()
    where, officer = employer.contacts.get().organisation, scene.hub_officer()
    held = [scene.certified("Ada", f"One{letter}") for letter in "abcd"]
    text = "\n".join(f"{h.number}\t{h.facts['family_name']}" for h in held)
    with clock.at(TODAY):
        watch(where, pasted(text, TODAY), "work", LATER, by=employer)
    for n in range(ROUNDS):
        watched = Watch.objects.filter(ended_at=None).order_by("-pk").first()
        at_once(
            lambda: look_at_watches(by=Operator("work")),
            lambda n=n: watch(
                where, pasted(text, TODAY), "work", LATER.replace(day=1 + n), by=employer
            ),
            lambda w=watched: end_watch(w, by=employer),
            lambda: withhold(held[0].enrolment.person, "At risk.", by=officer),
        )
        with clock.at(TODAY):
            watch(where, pasted(text, TODAY), "work", LATER, by=employer)
    assert (
        Watch.objects.filter(ended_at=None).count() in (3, 4) and Withholding.objects.count() == 1
    )


def test_an_award_is_rescinded_while_its_certificate_is_issued_again():
    registrar, other = scene.registrar(), scene.registrar()
    for n in range(ROUNDS):
        held = scene.certified("Ada", f"Name{n}", by=registrar)
        award = held.credentials.get(kind="award")
        came = at_once(
            lambda a=award: revoke(a, "Rescinded.", by=other),
            lambda h=held: issue_again(h.enrolment, "again", by=registrar),
        )
        assert came[0] == "done" and (came[1] == "done" or "rescinded this award" in came[1])
        assert (
            Credential.objects.filter(certificate__enrolment=held.enrolment, kind="award").count()
            == 1
        )
