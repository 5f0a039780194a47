"""A portfolio keeps every line that was written in it; what somebody at work confirmed is what they were shown, and ends with it."""

import threading
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client, override_settings
from django.utils.translation import override

from assessments.marking.conflicts import _pairs_of, conflicts
from assessments.portfolio.actions.entries import correct_entry, withdraw_entry
from assessments.portfolio.actions.requests import ask, ask_again, cancel
from assessments.portfolio.actions.signing import LinkHolder, sign_off_by, take_back, void
from assessments.portfolio.document import draw_portfolio, portfolio_content
from assessments.portfolio.models import (
    EntryLine,
    Portfolio,
    PortfolioEntry,
    SignOff,
    SignOffBasis,
    SignOffLine,
)
from assessments.portfolio.queries import portfolio_of, progress_of, version_asked
from assessments.portfolio.rules import may_sign, supervisors_of
from cohorts.enrolment.actions import leave
from cohorts.enrolment.models import Enrolment
from cohorts.organisations.models import Contact
from courses.actions.notes import Guarded
from lms.kit import clock, pdf
from lms.kit.refusals import NotAllowed, Refused
from lms.people.encryption import decrypt
from lms.people.models import Mail, Notice, User
from lms.people.outbox import PURPOSE
from lms.record.models import Entry

from .portfolios import WITNESS, Practice, by_boss, by_link
from .scene import DAY, OP, Scene, person, sign_in
from .test_submissions import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice(scene):
    return Practice(scene)


def tables():
    """All that a refusal must leave as it is."""
    kinds = (Portfolio, PortfolioEntry, EntryLine, SignOff, SignOffBasis, SignOffLine, Notice, Mail)
    return [list(table.objects.order_by("pk").values()) for table in (*kinds, Entry)]


def refused(call, kind=Refused):
    before = tables()
    with pytest.raises(kind) as why:
        call()
    assert tables() == before
    return str(why.value)


def progress(practice):
    return progress_of(portfolio_of(*practice.about), version_asked(*practice.about))


# ---- the log ----


def test_what_is_missing_is_told_all_the_time(practice):
    assert progress(practice).missing == [
        "3 hours of practice",
        "1 reflection",
        "Confirmation of “Makes a referral”",
        "Confirmation of “Speaks up in a meeting”",
    ]
    practice.log(quarters=7)
    assert progress(practice).missing[0] == "1.25 hours of practice"
    practice.log("b", quarters=5), practice.reflect()
    assert progress(practice).missing == [
        "Confirmation of “Makes a referral”",
        "Confirmation of “Speaks up in a meeting”",
    ]


def test_the_same_form_sent_twice_is_one_entry(practice):
    one, other = practice.log("same"), practice.log("same")
    assert one == other and PortfolioEntry.objects.count() == 1
    assert practice.reflect() == practice.reflect()
    for other in ({"text": "Other words."}, {"quarters": 7}, {"day": DAY - timedelta(days=1)}):
        assert "Open it to correct it" in refused(lambda other=other: practice.log("same", **other))
    withdraw_entry(one, by=practice.trainee, seen=1)
    assert "withdrawn" in refused(lambda: practice.log("same"))


def test_a_corrected_entry_keeps_what_it_said(practice):
    entry = practice.log()
    correct_entry(
        entry, by=practice.trainee, seen=1, day=DAY, quarters=4, activity="direct", text="Shorter."
    )
    lines = list(entry.lines.values_list("number", "quarters", "text"))
    assert lines == [(1, 6, "I wrote to the council."), (2, 4, "Shorter.")]
    assert progress(practice).quarters == 4


def test_an_entry_that_another_page_changed_is_not_overwritten(practice):
    entry = practice.log()
    about = {"day": DAY, "quarters": 4, "activity": "direct"}
    correct_entry(entry, by=practice.trainee, seen=1, text="First.", **about)
    refused(lambda: correct_entry(entry, by=practice.trainee, seen=1, text="Second.", **about))


def test_a_withdrawn_entry_stays_and_counts_no_longer(practice):
    entry = practice.log()
    withdraw_entry(entry, by=practice.trainee, seen=1)
    withdraw_entry(entry, by=practice.trainee, seen=1)  # twice is once
    assert entry.lines.count() == 2 and progress(practice).quarters == 0
    refused(
        lambda: correct_entry(
            entry, by=practice.trainee, seen=2, day=DAY, quarters=1, activity="direct", text="Back."
        )
    )
    newest = entry.lines.get(number=2)
    same = {name: getattr(newest, name) for name in ("day", "quarters", "activity", "text")}
    assert "is withdrawn" in refused(
        lambda: correct_entry(entry, by=practice.trainee, seen=1, **same)
    )


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"day": DAY + timedelta(days=1)}, "future"),
        ({"day": date(2026, 8, 31)}, "cohort started"),
        ({"quarters": 0}, "quarter hours"),
        ({"quarters": 97}, "quarter hours"),
        ({"text": "  "}, "Write something"),
        ({"text": "x" * 4001}, "4000"),
    ],
)
def test_an_entry_that_cannot_be_is_refused_in_words(practice, values, word):
    practice.log("before")
    assert word in refused(lambda: practice.log("new", **values))


def test_a_day_has_no_more_than_24_hours(practice):
    entry = practice.log(quarters=90)
    assert "24 hours" in refused(lambda: practice.log("b", quarters=7))
    # The entry itself does not count twice when it is corrected.
    correct_entry(
        entry, by=practice.trainee, seen=1, day=DAY, quarters=96, activity="direct", text="All day."
    )


def test_a_name_is_asked_about_before_it_is_saved(practice):
    practice.log("before")
    text = "I met Blessing Okafor and phoned her on 07700 900123."
    refused(lambda: practice.log("new", text=text), Guarded)
    assert practice.log("new", text=text, keep_anyway=True).lines.get().text == text


def test_only_the_trainee_writes_and_only_while_they_study(practice, scene):
    entry = practice.log()
    refused(
        lambda: withdraw_entry(entry, by=scene.registrar, seen=1),
        NotAllowed,
    )
    leave(practice.enrolment, by=OP, reason="test")
    practice.enrolment.refresh_from_db()
    refused(lambda: practice.log("new"), NotAllowed)


def test_what_ends_while_the_lock_is_waited_for_is_asked_again(practice):
    practice.log("before")
    ended = []

    def leaves_meanwhile(execute, statement, *rest):
        found = execute(statement, *rest)
        if not ended and 'FROM "assessments_portfolio"' in statement:
            ended.append(1)  # as if another page had done it before the lock
            Enrolment.objects.filter(pk=practice.enrolment.pk).update(state="left")
        return found

    def write_meanwhile():
        with connection.execute_wrapper(leaves_meanwhile):
            practice.log("new")

    refused(write_meanwhile, NotAllowed)
    assert ended


@pytest.mark.both_engines
def test_the_database_keeps_every_line(practice):
    line = practice.log().lines.get()
    witnessed, _secret = practice.ask_witness(1)
    for row in (line, line.entry, witnessed.lines.get(), witnessed.basis.get()):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        EntryLine.objects.filter(pk=line.pk).update(text="Other.")


# ---- a witness ----


def test_a_witness_confirms_by_a_link_that_takes_one_answer(practice):
    practice.log()
    witnessed, secret = practice.ask_witness(1)
    assert secret and secret not in repr(tables())
    assert sign_off_by(secret) == witnessed
    by_link(witnessed, secret)
    witnessed.refresh_from_db()
    line = witnessed.lines.get(step="signed")
    assert (line.name, line.job, line.fingerprint) == (
        WITNESS["name"],
        "Solicitor",
        witnessed.fingerprint,
    )
    assert sign_off_by(secret) is None
    refused(lambda: by_link(witnessed, secret, is_confirmed=False, comment="No."))
    assert "Speaks up" not in " ".join(progress(practice).missing)
    assert Notice.objects.filter(person=practice.trainee, body__contains="Speaks up").exists()


def test_a_witness_answers_with_a_browser_that_names_the_site_and_nothing_else(practice):
    practice.log()
    witnessed, secret = practice.ask_witness(1)
    witness, url = Client(enforce_csrf_checks=True), f"/sign-off/{secret}/"
    page = witness.get(url)
    assert page["Referrer-Policy"] == "same-origin", "after “no-referrer” it sends “Origin: null”"
    token = page.content.decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')
    sent = {"action": "sign", "answer": "yes", "name": "W O", "job": "Solicitor"}
    sent |= {"fingerprint": witnessed.fingerprint, "csrfmiddlewaretoken": token[0]}
    assert witness.post(url, sent, headers={"origin": "null"}).status_code == 403
    answer = witness.post(url, sent, headers={"origin": "http://testserver"})
    assert "Thank you" in answer.content.decode() and SignOff.objects.get().state == "signed"


def test_entries_are_shown_while_they_can_be_answered_and_to_who_confirmed(practice):
    def shows(url, someone=None):
        client = sign_in(Client(), someone) if someone else Client()
        return "I wrote to the council." in client.get(url).content.decode()

    entry = practice.log()
    asked, (_witnessed, secret) = practice.ask_boss(1), practice.ask_witness(1)
    with clock.at(DAY + timedelta(days=22)):
        assert not shows(f"/sign-off/{secret}/"), "it ran out"
    assert shows(f"/sign-off/{secret}/")
    desk = f"/supervising/{asked.pk}/"
    Contact.objects.update(ends_on=DAY - timedelta(days=1))
    assert not shows(desk, practice.boss), "who left the workplace"
    Contact.objects.update(ends_on=None)
    assert shows(desk, practice.boss)
    by_boss(asked, practice.boss)
    assert shows(desk, practice.boss), "what they confirmed"
    about = {"day": DAY, "quarters": 4, "activity": "direct", "text": "Other."}
    correct_entry(entry, by=practice.trainee, seen=1, **about)
    assert not shows(desk, practice.boss)
    assert sign_off_by(secret) is None and Client().get(f"/sign-off/{secret}/").status_code == 404


def test_a_mail_holds_the_link_and_goes_to_nobody_an_invented_trainee_named(practice):
    practice.log()
    practice.ask_witness(1)
    assert not Mail.objects.filter(to=WITNESS["email"]).exists()
    type(practice.trainee).objects.filter(pk=practice.trainee.pk).update(is_invented=False)
    practice.enrolment.refresh_from_db()
    ask_again(SignOff.objects.get(), by=practice.trainee)
    mail = Mail.objects.get(to=WITNESS["email"])
    assert "Quux" not in mail.subject and mail.person is None


def test_a_witness_who_says_no_says_why_and_the_trainee_is_told(practice):
    practice.log()
    witnessed, secret = practice.ask_witness(1)
    refused(lambda: by_link(witnessed, secret, is_confirmed=False, comment=" "))
    by_link(witnessed, secret, is_confirmed=False, comment="I was not there.")
    assert not progress(practice).items[1].is_confirmed
    other, _secret = practice.ask_witness(1, name="Someone Else", email="else@elsewhere.example")
    assert other.pk != witnessed.pk


@pytest.mark.parametrize(
    "who",
    [
        {"email": "ZQ.unmistakable+me@author.example"},
        {"name": "Quuxington Zebedee"},
        {"name": "zebedee  quuxington"},
    ],
)
def test_nobody_is_their_own_witness(practice, who):
    practice.log()
    refused(lambda: practice.ask_witness(1, **who))


def test_nobody_signs_their_own_item_by_the_link_they_were_not_sent(practice):
    practice.log()
    witnessed, secret = practice.ask_witness(1)
    refused(lambda: by_link(witnessed, secret, name="Zebedee Quuxington"), NotAllowed)
    client = sign_in(Client(), practice.trainee)
    answer = client.get(f"/sign-off/{secret}/")
    assert "own practice" in answer.content.decode()
    before = tables()
    sent = {"action": "sign", "answer": "yes", "name": "Other Name", "job": "Boss"}
    sent["fingerprint"] = witnessed.fingerprint
    assert client.post(f"/sign-off/{secret}/", sent).status_code == 403
    assert tables() == before


def test_what_was_not_shown_is_not_confirmed(practice):
    practice.log()
    witnessed, secret = practice.ask_witness(1)
    refused(lambda: by_link(witnessed, secret, fingerprint="0" * 64))
    refused(lambda: by_link(witnessed, "another secret"))


@pytest.mark.parametrize("role", ["agnes", "examiner"])
def test_nobody_who_marks_is_made_a_witness(practice, scene, role):
    practice.log()
    email = getattr(scene, role).email.upper()
    assert "marks here" in refused(lambda: practice.ask_witness(1, email=email))


def test_a_request_can_be_answered_until_the_end_of_the_day_that_it_names(practice):
    practice.log()
    witnessed, secret = practice.ask_witness(1)
    last = datetime.combine(DAY + timedelta(days=21), time(23, 30), ZoneInfo("Europe/London"))
    with clock.at(last + timedelta(hours=1)):
        refused(lambda: by_link(witnessed, secret))
    with clock.at(last):
        by_link(witnessed, secret)


@pytest.mark.both_engines
def test_a_request_runs_out_and_is_sent_again_with_another_link(practice):
    practice.log()
    witnessed, secret = practice.ask_witness(1)
    with clock.at(DAY + timedelta(days=22)):
        refused(lambda: by_link(witnessed, secret))
        _again, newer = ask_again(witnessed, by=practice.trainee)
        assert sign_off_by(secret) is None
        by_link(witnessed, newer)
    assert SignOff.objects.get().state == "signed"


def test_a_cancelled_request_opens_nothing(practice):
    practice.log()
    witnessed, secret = practice.ask_witness(1)
    cancel(witnessed, by=practice.trainee), cancel(witnessed, by=practice.trainee)
    assert sign_off_by(secret) is None
    assert [line.step for line in witnessed.lines.all()] == ["asked", "cancelled"]


def test_what_is_confirmed_is_not_cancelled_and_the_words_say_so(practice):
    practice.log()
    witnessed, secret = practice.ask_witness(1)
    by_link(witnessed, secret)
    assert "nothing to cancel" in refused(lambda: cancel(witnessed, by=practice.trainee))
    why = refused(lambda: practice.ask_witness(1, email="else@elsewhere.example"))
    assert "confirmed already" in why and "ancel" not in why


@override_settings(IMSA_SIGN_OFFS_A_DAY=2)
def test_nobody_is_flooded_with_requests(practice):
    practice.log()
    witnessed, _secret = practice.ask_witness(1)
    ask_again(witnessed, by=practice.trainee)
    assert "tomorrow" in refused(lambda: ask_again(witnessed, by=practice.trainee))


def test_only_entries_of_the_log_are_shown_and_never_a_reflection(practice):
    practice.log(), practice.reflect()
    refused(lambda: practice.ask_witness(1, 2))
    refused(lambda: practice.ask_witness(99))


def test_one_live_request_for_an_item(practice):
    practice.log()
    one, _secret = practice.ask_witness(1)
    again, secret = practice.ask_witness(1)
    assert again == one and not secret  # the same again is the one there is
    refused(lambda: practice.ask_witness(1, email="else@elsewhere.example"))
    with pytest.raises(IntegrityError), transaction.atomic():
        SignOff.objects.create(
            portfolio=one.portfolio,
            item_key="meeting",
            item_title="x",
            signer="witness",
            name="n",
            email="e@e.example",
            fingerprint="x",
            expires_at=clock.now(),
        )


# ---- what ends a sign-off ----


@pytest.mark.both_engines
def test_a_correction_ends_what_rests_on_the_entry_and_tells_both(practice):
    practice.full()
    Notice.objects.all().delete()
    entry = PortfolioEntry.objects.get(number=2)
    correct_entry(
        entry, by=practice.trainee, seen=1, day=DAY, quarters=6, activity="direct", text="Other."
    )
    states = dict(SignOff.objects.values_list("item_key", "state"))
    assert states == {"referral": "outdated", "meeting": "signed"}  # which rests on another entry
    told = set(Notice.objects.values_list("person__email", flat=True))
    assert told == {practice.trainee.email, practice.boss.email}
    assert progress(practice).missing == ["Confirmation of “Makes a referral”"]
    assert by_boss(practice.ask_boss(2), practice.boss).state == "signed"  # asked for again


def test_a_request_that_waits_ends_with_its_entry_too(practice):
    entry = practice.log()
    witnessed, secret = practice.ask_witness(1)
    withdraw_entry(entry, by=practice.trainee, seen=1)
    refused(lambda: by_link(witnessed, secret))
    assert SignOff.objects.get().state == "outdated"


def test_a_signer_withdraws_with_a_reason_and_nothing_is_deleted(practice):
    practice.full()
    signed, lines = SignOff.objects.get(item_key="referral"), SignOffLine.objects.count()
    refused(lambda: take_back(signed, " ", by=practice.boss))
    refused(lambda: take_back(signed, "Mine now.", by=practice.trainee), NotAllowed)
    Notice.objects.all().delete()
    take_back(signed, "It was someone else.", by=practice.boss)
    take_back(signed, "It was someone else.", by=practice.boss)  # twice is once
    assert SignOffLine.objects.count() == lines + 1
    assert progress(practice).missing == ["Confirmation of “Makes a referral”"]
    told = set(Notice.objects.values_list("person__email", flat=True))
    assert told == {practice.trainee.email, practice.boss.email}


def test_a_witness_withdraws_by_the_link_that_came_after_their_answer(practice):
    type(practice.trainee).objects.filter(pk=practice.trainee.pk).update(is_invented=False)
    practice.log()
    witnessed, secret = practice.ask_witness(1)
    by_link(witnessed, secret)
    mail = decrypt(Mail.objects.filter(to=WITNESS["email"]).latest("pk").encrypted_body, PURPOSE)
    again = mail.partition("/sign-off/")[2].partition("/")[0]
    refused(lambda: take_back(witnessed, "No.", by=LinkHolder(witnessed.pk), secret=secret))
    take_back(witnessed, "A mistake.", by=LinkHolder(witnessed.pk), secret=again)
    assert SignOff.objects.get().state == "taken_back"


def test_a_registrar_removes_a_confirmation_and_no_one_else_does(practice, scene):
    practice.full()
    signed = SignOff.objects.get(item_key="meeting")
    for someone in (practice.trainee, practice.boss, scene.agnes):
        refused(lambda someone=someone: void(signed, "No.", by=someone), NotAllowed)
    void(signed, "The witness does not exist.", by=scene.registrar)
    assert SignOff.objects.get(pk=signed.pk).state == "voided"


# ---- a supervisor with an account ----


def test_only_a_supervisor_whom_the_register_knows_is_asked_and_signs(practice):
    practice.log()
    stranger = person("stranger")
    refused(lambda: practice.ask_boss(1, key=f"person-{stranger.pk}"))
    asked = practice.ask_boss(1)
    refused(lambda: by_boss(asked, stranger), NotAllowed)
    Contact.objects.update(ends_on=DAY - timedelta(days=1))
    assert not may_sign(practice.boss, SignOff.objects.get())
    refused(lambda: by_boss(asked, practice.boss), NotAllowed)


@pytest.mark.both_engines
def test_a_supervisor_sees_what_is_shown_to_them_and_nothing_else(practice):
    practice.log(text="Shown to the boss."), practice.log("b", text="Not shown to anyone.")
    practice.reflect(text="A thought of my own.")
    asked = practice.ask_boss(1)
    client = sign_in(Client(), practice.boss)
    assert "Makes a referral" in client.get("/supervising/").content.decode()
    page = client.get(f"/supervising/{asked.pk}/").content.decode()
    assert "Shown to the boss." in page
    assert "Not shown to anyone." not in page and "A thought of my own." not in page
    for path in ("", "entries/1/", "items/referral/", "check/"):
        assert client.get(f"/my-work/T2-LOG/{path}").status_code == 404
    other = sign_in(Client(), person("otherboss"))
    assert other.get(f"/supervising/{asked.pk}/").status_code == 404
    sent = {"action": "sign", "answer": "yes", "name": "Perpetua V", "job": "Manager"}
    answer = client.post(f"/supervising/{asked.pk}/", sent | {"fingerprint": asked.fingerprint})
    assert answer.status_code == 302 and SignOff.objects.get().state == "signed"


def test_another_account_of_the_trainee_is_nobodys_supervisor(practice):
    twin = person("twin", first="Zebedee", last="Quuxington")
    Contact.objects.create(person=twin, organisation=practice.workplace, starts_on=DAY)
    assert [one["person"] for one in supervisors_of(practice.trainee)] == [practice.boss]


def test_a_line_manager_without_an_account_answers_by_a_link(practice):
    line = practice.trainee.employments.get().lines.get()
    line.pk, line.number, line.line_manager = None, 2, "Manager@Work.example"
    line.save()
    practice.log()
    sign_off, secret = ask(
        *practice.about,
        "referral",
        [1],
        by=practice.trainee,
        supervisor="mail-manager@work.example",
    )
    assert sign_off.email == "manager@work.example" and sign_off.person is None
    person("mona", first="Mona", last="Manager")
    User.objects.filter(first_name="Mona").update(email=sign_off.email)  # an account since
    by_link(sign_off, secret, name="Mona Manager")
    assert progress(practice).items[0].is_confirmed


@pytest.mark.both_engines
def test_who_was_asked_to_confirm_marks_none_of_it(practice, scene):
    practice.log()
    later, other = person("later"), person("other")  # who mark one day
    asked, _secret = practice.ask_witness(1, name="Other", email=other.email)
    cancel(asked, by=practice.trainee)
    practice.ask_witness(1, name="Someone", email=later.email.upper())
    practice.ask_boss(1)
    handed = scene.hand_in()
    found = conflicts([handed], [later, other, scene.tomasz])
    assert set(found) == {(handed.pk, later.pk)}, "a cancelled request bars nobody"
    assert "portfolio" not in found[handed.pk, later.pk]


def test_who_was_asked_by_address_is_found_by_an_index():
    if connection.vendor == "sqlite":
        assert "sign_offs_by_address" in _pairs_of(people=[1], enrolments=[1]).explain()


# ---- two at once ----


def at_once(*calls):
    """What came of each, called at the same moment."""
    gate, found = threading.Barrier(len(calls)), {}

    def go(n):
        with clock.at(DAY):
            gate.wait()
            try:
                found[n] = calls[n]()
            except (Refused, NotAllowed) as refusal:
                found[n] = refusal
        connection.close()

    together(go, *range(len(calls)))
    return [found[n] for n in range(len(calls))]


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_one_form_pressed_twice_at_once_is_one_entry(on_the_day):
    practice = Practice(Scene())
    one, other = at_once(practice.log, practice.log)
    assert one == other
    assert (Portfolio.objects.count(), EntryLine.objects.count()) == (1, 1)


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_a_signature_and_a_correction_at_once_leave_no_signature_on_what_changed(on_the_day):
    practice = Practice(Scene())
    entry = practice.log()
    witnessed, secret = practice.ask_witness(1)
    about = {"day": DAY, "quarters": 4, "activity": "direct", "text": "Other."}
    at_once(
        lambda: by_link(witnessed, secret),
        lambda: correct_entry(entry, by=practice.trainee, seen=1, **about),
    )
    assert SignOff.objects.get().state == "outdated"
    assert entry.lines.count() == 2 and not progress(practice).items[1].is_confirmed


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_a_link_that_is_answered_twice_at_once_takes_one_answer(on_the_day):
    practice = Practice(Scene())
    practice.log()
    witnessed, secret = practice.ask_witness(1)
    at_once(
        lambda: by_link(witnessed, secret),
        lambda: by_link(witnessed, secret, is_confirmed=False, comment="No."),
    )
    steps = [line.step for line in SignOffLine.objects.order_by("number")]
    assert len(steps) == 2 and steps[1] == SignOff.objects.get().state


def test_a_file_is_of_the_portfolio_in_whichever_language_it_is_read(scene):
    """Else a reader who changes language between making and handing in would be told that the portfolio has changed."""
    practice = Practice(scene, may_lack=True)
    practice.log()
    portfolio = Portfolio.objects.get()
    version = version_asked(*practice.about)
    english = portfolio_content(portfolio, version)
    with override("cy"):
        assert portfolio_content(portfolio, version) == english
        text = pdf.text_of(draw_portfolio(english))
    assert english["missing"] and "Still missing" in text and "What was done" in text
