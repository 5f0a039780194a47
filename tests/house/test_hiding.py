"""A withheld person looks like somebody common at every door: what a stranger, an unrelated organisation, its program, and whoever has a
file or a link are answered about them is compared, byte for byte and statement for statement, with what they are answered about a twin.

The doors are generated from the resolver (`hiding.py`): a new address that stands in no table fails here. Time is measured by
`./dev bench hiding`.
"""

import base64
import io
import json
import re
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from html import unescape
from itertools import zip_longest
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from certificates.actions import (
    answer_check,
    answer_share_link,
    ask_of_entry,
    checks,
    confirm,
    end_share_link,
    issue_again,
    keep_entry,
    lift_withholding,
    make_share_link,
    make_token,
    open_concern,
    propose,
    reply,
    watch,
    withhold,
)
from certificates.actions.changes import look_at_watches
from certificates.checking.uploaded_lists import line_of
from certificates.jobs import BY
from certificates.models import Change, Delivery, Webhook
from certificates.signing import keys
from certificates.signing.open_badges import decoded, is_set, read_token
from lms.kit import clock, files
from lms.people.models import FormerName, Notice
from tests.certificates import scene
from tests.certificates.scene import TODAY

from .hiding import ASKED, NOTHING, SHUT, Person, addresses, as_a_peer, nobody

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("hiding")]
DAY = timedelta(days=1)
LATER = TODAY + timedelta(days=300)
BITS = (
    "a badge in it that a program can look up: it shows whether your accreditation is in force and whether a newer certificate replaced it, and goes on "
    "showing it. It shows no name and no place."
)


# ---- every address has its row ----


def test_every_address_stands_in_one_table():
    rows = [*ASKED, *SHUT, *(name for names in NOTHING.values() for name in names)]
    assert sorted(rows) == sorted(set(rows)), "an address stands in two"
    assert set(rows) == set(addresses()), "say where a new address belongs: tests/house/hiding.py"


# ---- people, and those who ask ----


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic(), clock.at(TODAY):
        keys._remembered.clear()
        found = made()
        checks._kept_decoys.update(until=0.0)
        yield found
        transaction.set_rollback(True)
    keys._remembered.clear()


@pytest.fixture(autouse=True)
def now():
    with clock.at(TODAY):
        yield


def made():
    """Three people whose facts are alike: one withheld from everybody, one from all but organisations, and their common twin. The
    first two had a new certificate while they were withheld. Mill House watches all three; Barn House has nothing to do with them."""
    mill, barn = scene.organisation("MILL", "Mill House"), scene.organisation("BARN", "Barn House")
    found = SimpleNamespace(
        mill=asker(mill),
        barn=asker(barn),
        officer=scene.hub_officer(),
        home=asker(scene.organisation()),
    )
    Webhook.objects.create(
        organisation=mill,
        address="https://mill.example/hook",
        secret="x",
        made_by=found.mill.contact,
    )
    found.hidden, found.hubbed, found.twin = (
        person(*names, found)
        for names in (("Annaq", "Ashbyq"), ("Bessq", "Birchq"), ("Coraq", "Cookeq"))
    )
    found.replaced = replace(
        found.hidden, badges=[*found.hidden.badges]
    )  # with the certificate that was replaced since
    for who, mode in ((found.hidden, "everybody"), (found.hubbed, "hub")):
        withhold(who.user, "PRIVATE", by=found.officer, mode=mode)
        newer = issue_again(who.enrolment, "again", by=scene.registrar())
        who.number, who.files, who.badges[1] = (
            newer.number,
            [files.read(newer.file)],
            newer.credentials.get(kind="accreditation"),
        )
    found.replaced.newer = found.hidden.number
    return found


def asker(organisation):
    contact = scene.contact(organisation)
    _, secret = make_token(organisation, "Rota", ["check", "watch", "posts"], LATER, by=contact)
    entry = keep_entry(
        contact, {"on_day": TODAY, "minutes": 60, "what": "A course", "learnt": "Much"}, by=contact
    )
    return SimpleNamespace(organisation=organisation, contact=contact, key=secret, entry=entry.pk)


def person(given, family, found) -> Person:
    held = scene.certified(given, family, email=f"{family.lower()}@example.org")
    enrolment, user = held.enrolment, held.enrolment.person
    FormerName.objects.create(
        person=user, first_name=given, last_name="Elder", until_day=TODAY - 300 * DAY
    )
    mill, content = found.mill, files.read(held.file)
    watch(
        mill.organisation,
        [line_of(1, held.number, family, "", TODAY)],
        "work",
        LATER,
        by=mill.contact,
    )
    (link, secret), (over, ended) = (
        make_share_link(user, "The court", clock.now() + DAY, by=user) for _ in range(2)
    )
    kept = [
        answer_check(held.number, family),
        answer_check(
            held.number, family, by=mill.contact, organisation=mill.organisation, purpose="work"
        ),
        *(answer_share_link(one, held.number, family) for one in (link, over)),
    ]
    end_share_link(over, by=user)
    award, accreditation = (
        held.credentials.get(kind="award"),
        held.credentials.get(kind="accreditation"),
    )
    submission = enrolment.submissions.get()
    rows = {
        "person": user,
        "enrolment": enrolment,
        "watch": user.watches.get(),
        "proof": link,
        "concern": open_concern(user, "Heard.", by=found.officer),
        "proposal": propose(
            enrolment, "suspended", TODAY, by=found.officer, reason="x", grounds="y"
        ),
        "request": ask_of_entry(user, "name", "x", "Other", by=user),
        "entry": keep_entry(
            user, {"on_day": TODAY, "minutes": 60, "what": "A course", "learnt": "Much"}, by=user
        ),
    }
    keys_of = {name: row.pk for name, row in rows.items()}
    keys_of |= {
        "post": held.register_line.employment.reference,
        "submission": submission.receipt,
        "script": submission.script,
    }
    made = Person(
        held.number,
        held.facts["imsa_number"],
        family,
        given,
        older=held.number,
        email=user.email,
        files=[content],
        badges=[award, accreditation],
        kept=[check.receipt for check in kept],
        secret=secret,
        ended=ended,
        keys=keys_of,
    )
    made.user, made.enrolment = user, enrolment
    return made


class Visitor:
    """Somebody without a name, a contact of an organisation, or its program; remembers each answer."""

    def __init__(self, kind, of):
        self.kind, self.of, self.client, self.heard, self.entry = kind, of, Client(), [], of.entry
        if kind == "contact":
            scene.sign_in(self.client, of.contact)
        self.client.get("/check/")  # its form gives the browser its cookie

    def send(self, method, path, data=None, at=0, **given):
        answer = getattr(self.client, method)(
            path, data, REMOTE_ADDR=f"203.0.113.{7 + at}", **given
        )
        self.heard.append((answer.resolver_match.route if answer.resolver_match else "", answer))
        return answer

    def get(self, path, data=None, accept="text/html", at=0):
        return self.send("get", path, data, headers={"accept": accept}, at=at)

    def posted(self, path, data, at=0):
        """What comes of a form, and the page it leads to."""
        answer = self.send("post", path, data, at=at)
        return self.get(answer["Location"], at=at) if answer.status_code == 302 else answer

    def check(self, number, surname, on="", at=0) -> str:
        """The address of the answer."""
        purpose = {"purpose": "work", "why": "A rota"} if self.kind == "contact" else {}
        return self.posted(
            "/check/", {"number": number, "surname": surname, "on": on, **purpose}, at=at
        ).request["PATH_INFO"]

    def api(self, method, path, data=None):
        sent = (
            {"data": data}
            if method == "get"
            else {"data": json.dumps(data), "content_type": "application/json"}
        )
        return self.send(
            method, f"/api/v1/{path}", headers={"authorization": f"Bearer {self.of.key}"}, **sent
        )


@contextmanager
def undone():
    """Whatever is written in between never was, in the database and in what is remembered beside it."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()


def told(question, kind, of, about, warm=False):
    """([route, status, headers, content], statements) of a question: with what was asked for taken out. `warm`: asked once before, so that
    what every question reads is in memory."""
    checks._decoys()
    for _ in range(1 + warm):
        with undone(), override_settings(**question.settings):
            visitor = Visitor(kind, of)
            with statements() as asked:
                question.ask(visitor, about)
            texts = [text_of(answer, about) for _, answer in visitor.heard]
            heard = [
                (route, answer.status_code, headers_of(answer, about, text), text)
                for (route, answer), text in zip(visitor.heard, texts, strict=True)
            ]
    return heard, asked


# ---- what is compared ----

NEW_EACH_TIME = [  # what differs between any two answers about one and the same person
    (re.compile(r'(?<=name="csrfmiddlewaretoken" value=")[^"]*|(?<="token": ")\w+'), "FORM TOKEN"),
    (re.compile(r"nonce[-=][\w\"+/=-]+"), "NONCE"),
    (re.compile(r"Q(?:-[0-9A-Z]{4}){3}", re.I), "RECEIPT"),
    (re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"), "MOMENT"),
    (
        re.compile(
            r'(?<=/lists/)\d+|(?<=answers-)\d+|(?<="list": )\d+|(?<="cursor": )\d+|(?<="watch": )\d+'
        ),
        "KEY",
    ),
    (re.compile(r'(?<=data-until=")\d+'), "UNTIL"),
    (re.compile(r'(?<=name="token" value=")[\w-]+'), "ONCE"),  # a form's, against a second press
    (re.compile(r'#\d+"|(?<="statusListIndex": )"\d+"'), "PLACE"),  # drawn by lot
]
SEALED = re.compile(r"said=([\w=-]+)")
TOKEN = re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+")
LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b|\"s\d+_x\d+\"")


def common(text, about) -> str:
    """A text without what was asked for, which the asker knows, and without what is new each time. What is signed is opened, and
    what is sealed counts by its length."""
    text = TOKEN.sub(opened, SEALED.sub(lambda found: f"said={len(found[1])}", unescape(text)))
    for own in about.own():
        text = re.sub(re.escape(own), "OWN" if "@" not in own else "ADDRESS", text, flags=re.I)
    for pattern, word in NEW_EACH_TIME:
        text = pattern.sub(word, text)
    return text


def opened(found) -> str:
    header, payload, signature = found[0].split(".")
    parts = [
        json.dumps(
            json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))), ensure_ascii=False
        )
        for part in (header, payload)
    ]
    return f"{' '.join(parts)} signed in {len(signature)}"


def headers_of(answer, about, text) -> list[str]:
    """The length is left out where it depends on what was drawn by lot or counted: of a token, a workbook, a page with a key in it."""
    is_of_a_length = (
        not answer.get("Content-Type", "").startswith("application/v") and "KEY" not in text
    )
    headers = [
        f"{name}: {common(unquote(value), about)}"
        for name, value in answer.headers.items()
        if is_of_a_length or name != "Content-Length"
    ]
    cookies = [
        (name, {k: v for k, v in morsel.items() if k != "expires"})
        for name, morsel in sorted(answer.cookies.items())
    ]
    return headers + [f"Set-Cookie: {name} {kind}" for name, kind in cookies]


def text_of(answer, about) -> str:
    content = answer.getvalue() if answer.streaming else answer.content
    if content[:2] == b"PK":
        book = zipfile.ZipFile(io.BytesIO(content))
        return "\n".join(
            f"{name}: {common(book.read(name).decode(), about)}"
            for name in sorted(book.namelist())
            if name != "docProps/core.xml"
        )
    try:
        return common(content.decode(), about)
    except UnicodeDecodeError:
        return content.hex()


@contextmanager
def statements():
    """The shapes of what the database is asked in between: as they are written, before the values are filled in."""
    asked = []

    def note(execute, statement, *given):
        asked.append(LITERAL.sub("?", statement))
        return execute(statement, *given)

    with connection.execute_wrapper(note):
        yield asked


def same(one, other):
    """Compared answer by answer, so that a difference is found where it is."""
    (heard, asked), (heard_of_twin, asked_of_twin) = one, other
    for n, (mine, twins) in enumerate(zip(heard, heard_of_twin, strict=True)):
        for part, of_twin in zip(mine, twins, strict=True):
            assert part == of_twin, f"answer {n}, {mine[0]}: {first_difference(part, of_twin)}"
    assert asked == asked_of_twin, f"statements: {first_difference(asked, asked_of_twin)}"


def first_difference(one, other):
    one, other = (
        part.splitlines()
        if isinstance(part, str)
        else [*map(str, part)]
        if isinstance(part, list | tuple)
        else [part]
        for part in (one, other)
    )
    return next(((a, b) for a, b in zip_longest(one, other) if a != b), "")


# ---- a withheld person and their twin ----

QUESTIONS = {
    f"{q.ask.__name__}, as {q.twin}, {kind}, {[*q.settings]}": (q, kind)
    for questions in ASKED.values()
    for q in questions
    for kind in q.only
}


@pytest.mark.parametrize(
    "name", list(QUESTIONS)[::3] if connection.vendor == "postgresql" else QUESTIONS
)  # of each kind one asks that engine too
def test_a_withheld_person_is_told_from_nobody(world, name):
    question, kind = QUESTIONS[name]
    twin = nobody() if question.twin == "nobody" else world.twin
    withheld = [
        world.hidden,
        *[world.replaced] * (question.twin == "common"),
        *[world.hubbed] * (question.twin == "common" or kind == "anonymous"),
    ]
    expected = told(question, kind, world.barn, twin, warm=True)
    doors, routes = (
        {door for door, asked in ASKED.items() if question in asked},
        {route for route, *_ in expected[0]},
    )
    assert {addresses()[door] for door in doors} <= routes, "asked at every door whose row says so"
    for about in withheld:
        same(told(question, kind, world.barn, about), expected)


@pytest.mark.parametrize("kind", ["anonymous", "contact"])
def test_what_is_a_persons_own_is_shut_as_if_it_were_not_there(world, kind):
    """Also a key that nobody has is answered in the same way."""
    visitor, wrong = Visitor(kind, world.barn), []
    for name, arguments in SHUT.items():
        for method in ("get", "post"):
            found = {
                who: seen(visitor, method, reverse(name, kwargs=arguments(about)), about)
                for who, about in (
                    ("withheld", world.hidden),
                    ("through the Hub", world.hubbed),
                    ("common", world.twin),
                    ("nobody", nobody()),
                )
            }
            wrong += [
                f"{method} {name}: {who}: {first_difference(one, found['nobody'])}"
                for who, one in found.items()
                if one != found["nobody"]
            ]
    assert not wrong, "\n".join(wrong)


def seen(visitor, method, path, about, data=None):
    """One answer and its statements, without the address that was asked."""
    with undone(), statements() as asked:
        answer = visitor.send(method, path, data)
    assert answer.status_code != 500
    text = text_of(answer, about)
    headers = [
        line for line in headers_of(answer, about, text) if not line.startswith("Content-Length")
    ]  # it counts the address
    parts = [answer.status_code, *headers, *text.splitlines()]
    return [without_address(str(part), path) for part in parts] + asked


def without_address(text, path):
    """The address, and each that stands above it, as words: a page that is not there leads to the nearest one that is."""
    place = 0
    while path.strip("/"):
        text = text.replace(path, f"THE ADDRESS, {place} UP")
        path, place = path.rstrip("/").rpartition("/")[0] + "/", place + 1
    return text


@pytest.mark.parametrize("kind", ["anonymous", "contact"])
def test_an_address_that_takes_nobody_takes_nobody(world, kind):
    """Whatever is added to it as a question, a withheld person is told from nobody by nothing, and is named nowhere."""
    visitor, wrong = Visitor(kind, world.barn), []
    for name in (name for names in NOTHING.values() for name in names):
        path = path_without_arguments(name)
        if path is None or name in ("account_logout", "people:end_others"):
            continue
        found = []
        for about in (nobody(), world.hidden):
            given = {
                "q": about.surname,
                "name": about.surname,
                "number": about.number,
                "email": about.email,
                "person": about.imsa,
                "receipt": "x",
            }
            seen(visitor, "get", path, about, given)
            found.append(seen(visitor, "get", path, about, given))
        if found[0] != found[1]:
            wrong.append(f"{name}: {first_difference(*found)}")
    assert not wrong, "\n".join(wrong)


def path_without_arguments(name):
    route = addresses()[name]
    if "<" in route or "(" in route:
        return None
    return f"/{route.removeprefix('^').removesuffix('$')}"


# ---- before, while somebody is withheld, and after ----

WATCHERS = [
    (q, kind)
    for q, kind in QUESTIONS.values()
    if kind in ("contact", "key")
    and q.twin == "nobody"
    and not q.settings
    and q.ask is not as_a_peer
]
HOLDERS = [(q, kind) for q, kind in QUESTIONS.values() if q.twin == "common"]


@pytest.mark.parametrize(
    ("asks", "mode"), [("mill", "everybody"), ("mill", "hub"), ("barn", "everybody")]
)
def test_who_knows_them_already_sees_no_change(world, asks, mode):
    """An organisation that watches them asks whatever it likes; everybody else asks with what they have in hand."""
    questions, of, about = (
        (WATCHERS if asks == "mill" else HOLDERS),
        getattr(world, asks),
        world.twin,
    )

    def all_told(warm=False):
        return {
            (q.ask.__name__, kind, *q.settings): told(q, kind, of, about, warm)
            for q, kind in questions
        }

    others = Notice.objects.exclude(person=about.user)
    before, notices = all_told(warm=True), others.count()
    with undone():
        withhold(about.user, "PRIVATE", by=world.officer, mode=mode)
        assert look_at_watches(by=BY) == 0 and others.count() == notices
        while_withheld = all_told()
        lift_withholding(about.user, "over", by=world.officer, proposed_by=scene.hub_officer())
        assert look_at_watches(by=BY) == 0 and others.count() == notices
        after = all_told()
        assert not Change.objects.exists() and not Delivery.objects.exists()
    for found in (while_withheld, after):
        for name, one in found.items():
            same(one, before[name])


# ---- what cannot be hidden, and what is said of it before ----


def entry_page(about):
    return " ".join(
        scene.sign_in(Client(), about.user).get("/certificates/entry/").content.decode().split()
    )


class TestWhatCannotBeHidden:
    def test_a_bit_in_a_list_that_somebody_holds_already(self, world):
        """It goes on as everybody's does; it names nobody."""

        def bits():
            read = {}
            for about in (world.hidden, world.twin):
                badge = about.badges[1]
                token = Client().get(f"/status/{badge.status_list_id}").content.decode()
                read[about.surname] = is_set(
                    decoded(read_token(token).claims["credentialSubject"]["encodedList"]),
                    badge.status_index,
                )
            return read

        with undone():
            assert set(bits().values()) == {False}
        with undone():
            for about in (world.hidden, world.twin):
                proposal = about.enrolment.proposals.get()
                reply(proposal, "x", by=about.user)
                confirm(proposal, by=scene.hub_officer())
            assert set(bits().values()) == {True}
        assert BITS in entry_page(world.hidden)

    def test_whoever_has_the_paper_draws_their_own_conclusion(self, world):
        with undone():
            visitor = Visitor("anonymous", world.barn)
            page = visitor.posted(
                "/certificates/verify/",
                {"file": SimpleUploadedFile("c.pdf", world.hidden.files[0])},
            ).content.decode()
            assert "Genuine" in page and world.hidden.number in page
            assert (
                "Not found"
                in visitor.client.get(
                    visitor.check(world.hidden.number, world.hidden.surname)
                ).content.decode()
            )
        assert (
            "Someone who has your certificate and is told “Not found” at the check may guess that you asked to be hidden."
            in entry_page(world.hidden)
        )

    def test_organisations_that_watched_before_and_a_link_of_ones_own_go_on(self, world):
        with undone():
            visitor = Visitor("key", world.mill)
            answer = visitor.api(
                "post",
                "check",
                {
                    "purpose": "work",
                    "number": world.hidden.number,
                    "family_name": world.hidden.surname,
                },
            ).json()
            assert answer["code"] == "accredited"
            assert "Accredited" in visitor.get(f"/proof/{world.hidden.secret}/").content.decode()
        page = entry_page(world.hidden)
        assert (
            "Organisations that were watching your standing before go on being told when it changes"
            in page
        )
        assert "A link that you shared yourself works until it ends" in page

    def test_who_is_answered_through_the_hub_is_known_to_the_organisations_that_ask(self, world):
        """As the person asked it: an approved organisation that has number and name is sent to the Hub, and everybody else finds nobody."""
        given = {
            "purpose": "work",
            "number": world.hubbed.number,
            "family_name": world.hubbed.surname,
        }
        with undone():
            assert (
                Visitor("key", world.barn).api("post", "check", given).json()["code"]
                == "ask_the_hub"
            )
            wrong = (
                Visitor("key", world.barn)
                .api("post", "check", {**given, "family_name": "Wrong"})
                .json()
            )
            assert wrong["code"] == "not_found"
        assert (
            "Approved organisations are told to ask the Hub. Everyone else is told “Not found”."
            in entry_page(world.hubbed)
        )

    def test_the_employer_of_record_sees_its_people_and_who_of_them_is_hidden(self, world):
        """On its own page, which is not public, and for as long as the post is open. Its lists and keys answer as everybody's do."""
        with undone():
            page = Visitor("contact", world.home).get("/employer/").content.decode()
            assert (
                all(about.surname in page for about in (world.hidden, world.hubbed, world.twin))
                and page.count("No one else is told") == 2
            )
            assert "PRIVATE" not in page
            for about, code in ((world.hidden, "not_found"), (world.twin, "accredited")):
                given = {"purpose": "work", "number": about.number, "family_name": about.surname}
                assert Visitor("key", world.home).api("post", "check", given).json()["code"] == code
            for about in (world.hidden, world.twin):
                scene.end(about.enrolment.certificates.first().register_line, TODAY - DAY)
            page = Visitor("contact", world.home).get("/employer/").content.decode()
            assert (
                world.hubbed.surname in page
                and world.hidden.surname not in page
                and world.twin.surname not in page
            )
        assert (
            "Your employer goes on seeing you on its own page, which says that your entry is hidden."
            in entry_page(world.hidden)
        )
