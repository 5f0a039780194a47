"""Being told of changes: once each, in order, signed, again when it was not taken, and never to a machine inside."""

import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import standardwebhooks
import time_machine

from certificates.actions import (
    add_webhook,
    answer_list,
    end_token,
    end_watch,
    end_webhook,
    make_token,
    watch,
    withhold,
)
from certificates.actions.api_access import api_client_of
from certificates.actions.changes import look_at_watches
from certificates.actions.webhooks import PAUSES, deliver_changes, message_of
from certificates.checking.uploaded_lists import pasted
from certificates.models import Change, Check, Delivery, ListCheck, Watch, Webhook
from lms.kit import clock, codes, outgoing_http
from lms.kit.refusals import YES, NotAllowed, Refused
from lms.people.models import Notice
from lms.people.roles import Operator
from lms.record.models import Entry

from . import scene
from .scene import TODAY

pytestmark = pytest.mark.django_db
BY = Operator("work")
LAST = TODAY + timedelta(days=300)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def today():
    with clock.at(TODAY):
        yield TODAY


@pytest.fixture
def held():
    return scene.certified("Ada", "One")


def add(where, employer, *held, ends_on=LAST, purpose="work", extra=""):
    text = (
        "\n".join(f"{h.number}\t{h.facts['family_name']}\tHR {n}" for n, h in enumerate(held))
        + extra
    )
    return watch(where, pasted(text, clock.today()), purpose, ends_on, by=employer)


def told(where):
    return [
        (c.what, c.before["code"], c.after["code"])
        for c in Change.objects.filter(organisation=where)
    ]


class TestWatching:
    def test_added_kept_and_changed_and_whoever_is_left_out_stays(self, where, employer, held):
        other = scene.certified("Bea", "Two")
        assert [d.what for d in add(where, employer, held, other)] == ["added", "added"]
        assert [d.what for d in add(where, employer, held, other)] == ["kept", "kept"]
        done = add(
            where,
            employer,
            held,
            ends_on=LAST + DAY,
            extra="\nIMSA-22\tSlip\n" + codes.numbered("IMSA", 4) + "\tNobody",
        )
        assert [d.what for d in done] == ["changed", "not_read", "not_found"]
        assert Watch.objects.filter(ended_at=None).count() == 2
        assert Watch.objects.get(person=other.enrolment.person).ends_on == LAST

    def test_the_holder_sees_who_watches_why_and_until_when(self, where, employer, held, client):
        add(where, employer, held)
        page = (
            scene.sign_in(client, held.enrolment.person)
            .get("/certificates/checks/")
            .content.decode()
        )
        assert "Harbour House, until Sunday 16 May 2027" in page and "they work for us" in page

    def test_withheld_and_misnamed_people_cannot_be_watched(self, where, employer, held):
        withhold(held.enrolment.person, "x", by=scene.hub_officer())
        assert [d.what for d in add(where, employer, held)] == [
            "not_found"
        ] and not Watch.objects.exists()

    @pytest.mark.parametrize("ends_on", [TODAY, TODAY - DAY, TODAY + timedelta(days=800)])
    def test_a_last_day_that_cannot_be(self, where, employer, held, ends_on):
        with pytest.raises(Refused, match="Choose a last day"):
            add(where, employer, held, ends_on=ends_on)
        assert not Watch.objects.exists()

    def test_only_for_ones_own_approved_organisation(self, where, employer, held):
        add(where, employer, held)
        watched, stranger = Watch.objects.get(), scene.person("A", "B", scene.Role.EMPLOYER)
        before = Entry.objects.count()
        for action in (lambda: add(where, stranger, held), lambda: end_watch(watched, by=stranger)):
            with pytest.raises(NotAllowed):
                action()
        assert Entry.objects.count() == before and Watch.objects.get().ended_at is None
        end_watch(watched, by=employer)
        end_watch(watched, by=employer)
        assert Entry.objects.filter(action="certificates.end_watch").count() == 1


def test_only_who_is_a_contact_on_the_day_is_told(where, employer, held):
    """The last day counts, the first too; a former and a future contact are told nothing."""
    add(where, employer, held)
    on = {}
    for name, starts_on, ends_on in (
        ("last day", TODAY - DAY, TODAY),
        ("former", TODAY - 9 * DAY, TODAY - DAY),
        ("future", TODAY + DAY, None),
        ("first day", TODAY, None),
    ):
        on[name] = scene.person("C", "Contact", scene.Role.EMPLOYER)
        scene.Contact.objects.create(
            person=on[name], organisation=where, starts_on=starts_on, ends_on=ends_on
        )
    scene.sanctioned(held.enrolment, "suspended")
    look_at_watches(by=BY)
    made = Webhook.objects.create(organisation=where, address="https://x.example/", secret="x")
    Delivery.objects.create(hook=made, change=Change.objects.get(), next_at=clock.now())
    from certificates.actions.webhooks import _tell_given_up

    _tell_given_up(Delivery.objects.get())
    # The organisation employs the person it watches, so its contacts have one message of the change: the employer's.
    for subject in ({}, {"subject": "A change could not be sent to your address"}):
        told_ones = {
            name
            for name, who in on.items()
            if Notice.objects.filter(person=who, **subject).exists()
        }
        assert told_ones == {"last day", "first day"}, subject


def test_a_key_of_another_organisation_asks_and_watches_nothing(where, employer, held):
    from certificates.actions import answer_check
    from certificates.api_client import ApiClient

    foreign = ApiClient(
        1, scene.organisation("MILL", "Mill House").pk, ("check", "watch"), may_act=lambda: YES
    )
    for action in (
        lambda: answer_check(held.number, "One", by=foreign, organisation=where),
        lambda: answer_list(
            where, pasted(f"{held.number}\tOne", TODAY), "work", by=foreign, day=TODAY
        ),
        lambda: add(where, foreign, held),
    ):
        with pytest.raises(NotAllowed, match="another organisation"):
            action()
    assert not Check.objects.exists() and not Watch.objects.exists()


def test_a_key_that_ended_since_it_was_sent_gets_no_list_and_no_watch_and_ends_none(
    where, employer, held
):
    token, secret = make_token(where, "HR", ["check", "watch"], TODAY + 9 * DAY, by=employer)
    program, _organisation = api_client_of(secret)
    add(where, program, held)
    lines = pasted(f"{held.number}\tOne", TODAY)

    second = scene.certified("Cyd", "Two")
    end_token(token, by=employer)

    def rows():
        return [model.objects.count() for model in (Check, ListCheck, Watch, Entry)]

    before = rows()
    for action in (
        lambda: answer_list(where, lines, "work", by=program, day=TODAY),
        lambda: add(where, program, second),
        lambda: end_watch(Watch.objects.get(), by=program),
    ):
        with pytest.raises(NotAllowed, match="has ended"):
            action()
    assert rows() == before and Watch.objects.get().ended_at is None


class TestChanges:
    def test_told_once_with_before_and_after_and_the_contacts_have_one_message(
        self, where, employer, held
    ):
        other = scene.certified("Bea", "Two")
        add(where, employer, held, other)
        assert look_at_watches(by=BY) == 0
        for h in (held, other):
            scene.end(h.register_line, TODAY + DAY)
        with clock.at(TODAY + 2 * DAY):
            assert look_at_watches(by=BY) == 2 and look_at_watches(by=BY) == 0
        assert told(where) == [("changed", "accredited", "between_posts")] * 2
        notice = Notice.objects.get(subject="A standing you watch")
        assert notice.person == employer and "2 people" in notice.body and "One" not in notice.body

    def test_before_a_standing_ends_and_once(self, where, employer, held):
        add(where, employer, held)
        scene.end(held.register_line, TODAY + timedelta(days=60))
        for day in (29, 30, 31, 40):
            with clock.at(TODAY + timedelta(days=day)):
                look_at_watches(by=BY)
        assert told(where) == [("ending", "accredited", "accredited")]
        change = Change.objects.get()
        assert change.at.date() == TODAY + timedelta(days=30)
        assert (
            change.after["then"]["code"] == "between_posts"
            and "ended on Friday 18 September 2026" in change.after["then"]["reasons"][0]
        )
        assert (
            message_of(change)["data"]["then"] == change.after["then"]
            and "then" not in Watch.objects.get().told
        )

    def test_the_watch_is_over_after_its_day_and_nothing_more_is_told(self, where, employer, held):
        add(where, employer, held, ends_on=TODAY + timedelta(days=10))
        scene.end(held.register_line, TODAY + timedelta(days=20))
        for day in (11, 25):
            with clock.at(TODAY + timedelta(days=day)):
                look_at_watches(by=BY)
        assert (
            told(where) == [("over", "accredited", "accredited")] and Watch.objects.get().ended_at
        )

    def test_a_row_that_cannot_be_read_keeps_the_news_of_no_other_back(self, where, employer, held):
        other = scene.certified("Bea", "Two")
        add(where, employer, held, other)
        Watch.objects.filter(person=held.enrolment.person).update(told={})
        for one in (held, other):
            scene.sanctioned(one.enrolment, "suspended")
        assert (
            look_at_watches(by=BY) == 1
            and Change.objects.get().watch.person == other.enrolment.person
        )
        told_as_employer = Notice.objects.filter(person=employer, subject__contains="may not act")
        assert (
            told_as_employer.count() == 2
            and not Notice.objects.filter(person=employer, subject="A standing you watch").exists()
        )

    def test_a_watch_that_ends_while_the_organisation_is_not_approved_ends_unsaid(
        self, where, employer, held
    ):
        add(where, employer, held, ends_on=TODAY + timedelta(days=10))
        scene.decide(where, "suspended", TODAY + timedelta(days=5))
        with clock.at(TODAY + timedelta(days=11)):
            look_at_watches(by=BY)
        assert (
            told(where) == []
            and Watch.objects.get().ended_at
            and not Notice.objects.filter(subject="A standing you watch").exists()
        )

    def test_one_brought_again_with_an_earlier_last_day_says_so(self, where, employer, held):
        add(where, employer, held)
        assert [d.what for d in add(where, employer, held, ends_on=LAST - DAY)] == ["shortened"]
        assert Watch.objects.get().ends_on == LAST - DAY

    def test_an_organisation_that_lost_its_approval_is_told_nothing(self, held):
        mill = scene.organisation("MILL", "Mill House")
        contact = scene.person("M", "Contact", scene.Role.EMPLOYER)
        scene.Contact.objects.create(person=contact, organisation=mill, starts_on=TODAY)
        add(mill, contact, held)
        scene.decide(mill, "suspended", TODAY)
        scene.sanctioned(held.enrolment, "suspended")
        assert look_at_watches(by=BY) == 0 and not Change.objects.exists()

    def test_the_number_of_questions_does_not_grow(
        self, where, employer, held, django_assert_num_queries
    ):
        add(where, employer, held)
        look_at_watches(by=BY)
        with django_assert_num_queries(9):
            look_at_watches(by=BY)
        add(where, employer, *[scene.certified("N", f"More{n}") for n in range(5)])
        with django_assert_num_queries(9):
            look_at_watches(by=BY)


def test_killed_before_the_message_it_is_made_up_for(where, employer, held, monkeypatch):
    from certificates.actions import changes

    where = scene.organisation(
        "FAR", "Far House"
    )  # no employer of theirs: those are told by the action itself
    scene.Contact.objects.create(person=employer, organisation=where, starts_on=TODAY)
    add(where, employer, held)
    scene.sanctioned(held.enrolment, "suspended")
    Notice.objects.filter(person=employer).delete()
    with monkeypatch.context() as patch:
        patch.setattr(changes, "_tell_contacts", lambda: 1 / 0)  # the process ends here
        with pytest.raises(ZeroDivisionError):
            look_at_watches(by=BY)
    messages = Notice.objects.filter(person=employer, subject="A standing you watch")
    assert Change.objects.count() == 1 and not messages.exists()
    assert look_at_watches(by=BY) == 0 and look_at_watches(by=BY) == 0 and messages.count() == 1


class Receiver(ThreadingHTTPServer):
    """A machine of an organisation: keeps what it was sent, and answers as it is told to."""

    def __init__(self, answer):
        self.got, self.answer = [], answer
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}/hook"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(
            ({name.lower(): value for name, value in self.headers.items()}, body)
        )
        self.server.answer(self)

    def log_message(self, *args):
        pass


def status(code, **headers):
    def answer(handler):
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()

    return answer


@pytest.fixture
def receiver(request):
    made = []

    def make(answer):
        made.append(Receiver(answer))
        return made[-1]

    yield make
    for one in made:
        one.shutdown()
        one.server_close()


@pytest.fixture
def changed(where, employer, held, settings):
    """A change waits for an address."""
    settings.IMSA_HOOKS_INSIDE = True

    def make(address):
        hook = add_webhook(where, address, by=employer)
        add(where, employer, held)
        scene.sanctioned(held.enrolment, "suspended")
        assert look_at_watches(by=BY) == 1
        return hook

    return make


class TestWebhook:
    def test_signed_so_that_it_can_be_checked_and_names_nobody(self, receiver, changed):
        server = receiver(status(204))
        hook = changed(server.address)
        assert deliver_changes(by=BY) == 1 and deliver_changes(by=BY) == 0
        headers, body = server.got[0]
        with time_machine.travel(clock.now(), tick=False):
            said = standardwebhooks.Webhook(hook.secret).verify(
                body, headers
            )  # the convention's own library
        assert said["type"] == "standing.changed" and said["data"]["reference"] == "HR 0"
        assert (said["data"]["before"]["code"], said["data"]["after"]["code"]) == (
            "accredited",
            "suspended",
        )
        assert b"One" not in body and Delivery.objects.get().state == "delivered"

    def test_not_taken_it_is_sent_again_later_with_the_same_id_and_at_last_given_up(
        self, receiver, changed, employer
    ):
        server = receiver(status(500))
        changed(server.address)
        moment = clock.now()
        for pause in (0, *PAUSES):
            moment += timedelta(seconds=pause)
            with clock.at(moment - timedelta(seconds=1)):
                assert not server.got or deliver_changes(by=BY) == 0
            sent = len(server.got)
            with clock.at(moment):
                deliver_changes(by=BY)
            assert len(server.got) == sent + 1, "neither sooner nor twice"
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.tries) == (
            "given_up",
            len(PAUSES) + 1,
        ) and delivery.said.startswith("500")
        assert len({headers["webhook-id"] for headers, _ in server.got}) == 1
        assert len({headers["webhook-signature"] for headers, _ in server.got}) > 1, (
            "the moment is signed"
        )
        assert (
            Notice.objects.filter(
                person=employer, subject="A change could not be sent to your address"
            ).count()
            == 1
        )

    def test_a_process_killed_while_sending_leaves_it_to_be_sent_again(self, receiver, changed):
        from certificates.actions.webhooks import _next

        server = receiver(status(200))
        changed(server.address)
        assert _next() is not None and deliver_changes(by=BY) == 0, (
            "taken in hand, and then nothing"
        )
        with clock.at(clock.now() + timedelta(minutes=6)):
            assert deliver_changes(by=BY) == 1

    def test_an_address_that_takes_nothing_is_asked_once_a_turn_and_holds_nobody_up(
        self, receiver, changed, where, employer
    ):
        bad, good = receiver(status(500)), receiver(status(204))
        changed(bad.address)
        add_webhook(where, good.address, by=employer)
        for n in range(3):
            other = scene.certified("Ben", f"Two{'abc'[n]}")
            add(where, employer, other)
            scene.sanctioned(other.enrolment, "suspended")
        assert look_at_watches(by=BY) == 3
        assert deliver_changes(by=BY) == 3 and len(good.got) == 3 and len(bad.got) == 1
        assert Delivery.objects.filter(state="waiting").count() == 4, "kept for later"

    def test_nothing_goes_to_an_address_that_was_ended(self, receiver, changed, where, employer):
        server = receiver(status(204))
        hook = changed(server.address)
        end_webhook(hook, by=employer)
        assert deliver_changes(by=BY) == 0 and not server.got
        assert [d.state for d in Delivery.objects.all()] == [
            "given_up"
        ] and Change.objects.count() == 1

    def test_nothing_goes_to_an_organisation_while_it_is_not_approved(
        self, receiver, changed, where
    ):
        server = receiver(status(204))
        changed(server.address)
        scene.decide(where, "suspended", TODAY)
        assert deliver_changes(by=BY) == 0 and not server.got
        scene.decide(where, "approved", TODAY)
        with clock.at(clock.now() + timedelta(minutes=2)):
            assert deliver_changes(by=BY) == 1 and len(server.got) == 1

    def test_a_redirection_is_not_followed(self, receiver, changed):
        target = receiver(status(200))
        server = receiver(status(302, Location=target.address))
        changed(server.address)
        assert deliver_changes(by=BY) == 0 and not target.got
        assert "leads elsewhere" in Delivery.objects.get().said

    def test_slow_and_endless_answers_are_cut_off(self, receiver, changed, monkeypatch):
        monkeypatch.setattr(outgoing_http, "LONGEST", 1)

        def drip(handler):
            with handler.connection.makefile("wb") as out:
                try:
                    out.write(b"HTTP/1.1 200 OK\r\n")
                    for n in range(100):
                        out.write(f"X-{n}: y\r\n".encode())
                        out.flush()
                        time.sleep(0.1)
                except OSError:
                    pass

        changed(receiver(drip).address)
        begun = time.monotonic()
        assert deliver_changes(by=BY) == 0 and time.monotonic() - begun < 5
        assert "longer than" in Delivery.objects.get().said

    def test_an_address_that_points_inside_is_refused_when_added_and_when_sent(
        self, where, employer, held, settings
    ):
        for address in (
            "http://example.org/hook",
            "https://127.0.0.1/hook",
            "https://10.0.0.7/",
            "https://[::1]/",
            "https://[64:ff9b:1::7f00:1]/",
            "https://[::ffff:0:7f00:1]/",
            "https://192.88.99.1/",
            "https://169.254.169.254/latest",
            "https://localhost/",
            "https://user:pw@example.org/",
            "ftp://example.org/",
            "https://",
            "not an address",
            "https://nowhere.invalid/",
        ):
            with pytest.raises(Refused):
                add_webhook(where, address, by=employer)
        assert not Webhook.objects.exists()
        settings.IMSA_HOOKS_INSIDE = True
        add_webhook(where, "https://127.0.0.1:1/hook", by=employer)
        settings.IMSA_HOOKS_INSIDE = False
        add(where, employer, held)
        scene.sanctioned(held.enrolment, "suspended")
        look_at_watches(by=BY)
        assert deliver_changes(by=BY) == 0 and "private address" in Delivery.objects.get().said

    def test_an_ended_address_is_sent_nothing_more(self, receiver, changed, employer, held):
        server = receiver(status(500))
        hook = changed(server.address)
        deliver_changes(by=BY)
        end_webhook(hook, by=employer)
        end_webhook(hook, by=employer)
        with clock.at(clock.now() + timedelta(minutes=2)):
            deliver_changes(by=BY)
        assert (
            Delivery.objects.get().state == "given_up"
            and Entry.objects.filter(action="certificates.end_hook").count() == 1
        )


class TestPage:
    def test_watch_see_the_change_and_stop(self, client, where, employer, held):
        scene.sign_in(client, employer)
        page = client.post(
            "/employer/watches/",
            {
                "pasted": f"{held.number}\tOne\nIMSA-22\tSlip",
                "purpose": "work",
                "ends_on": LAST.isoformat(),
            },
            follow=True,
        )
        text = page.content.decode()
        assert "1 watch begun" in text and "Line 2" in text and "Accredited" in text
        assert "IMSA-22\tSlip</textarea>" in text, "what was not read stands there to be corrected"
        again = client.get("/employer/watches/")
        assert (
            "IMSA-22\tSlip</textarea>" in again.content.decode()
            and again.context["form"]["ends_on"].value() == LAST.isoformat()
        )
        client.post("/employer/watches/", {"action": "clear"})
        assert "IMSA-22" not in client.get("/employer/watches/").content.decode()
        scene.sanctioned(held.enrolment, "suspended")
        look_at_watches(by=BY)
        text = client.get("/employer/watches/").content.decode()
        assert "Changed lately" in text and "Suspended" in text
        client.post(f"/employer/watches/{Watch.objects.get().pk}/end/")
        assert (
            Watch.objects.get().ended_at
            and client.post(f"/employer/watches/{Watch.objects.get().pk + 1}/end/").status_code
            == 404
        )
