"""Every address of ours by every role: who gets in, who is told why not, and who learns nothing of it.

The addresses are generated from the resolver, so a new one without a row in ACCESS fails here.
"""

import os

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lms.people.demonstration import PEOPLE
from lms.record.models import Entry

from .access_matrix import (
    ACCESS,
    FOREIGN,
    HIDDEN,
    NO_KEY,
    POST_ONLY,
    SHUT,
    SIGN_IN,
    may_push,
    sample,
)
from .html import faults
from .links import Followed, sends_without_a_way

# The only addresses whose answers are the same for everybody, and may be kept by browsers and proxies.
FOR_ALL = {
    "certificates:issuer",
    "certificates:jwks",
    "certificates:key",
    "certificates:achievement",
    "certificates:badge_picture",
    "certificates:status",
    "picture",
}
ROLES = ["anonymous", *dict.fromkeys(p.key for p in PEOPLE)]
# Who may do what is Python and is asked of all of them once; PostgreSQL is asked by those who between them open every door.
ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
OF_THE_ENGINE = [
    "finished",
    "second",
    "third",
    "examiner",
    "registrar",
    "hub",
    "employer",
    "consultant",
]


def addresses():
    """Names of all our patterns; allauth's, Wagtail's and documents' are their own makers' to test."""

    def walk(patterns, namespace=""):
        for p in patterns:
            if isinstance(p, URLResolver):
                if not str(p.pattern).startswith(FOREIGN):
                    yield from walk(p.url_patterns, p.namespace or namespace)
            elif isinstance(p, URLPattern) and p.name:
                yield f"{namespace}:{p.name}" if namespace else p.name

    return sorted(
        {name for name in walk(get_resolver().url_patterns) if not name.startswith("wagtail")}
    )


def test_every_address_has_its_row():
    assert set(ACCESS) == set(addresses())


@pytest.mark.xdist_group("access")
@pytest.mark.django_db
@pytest.mark.parametrize("role", OF_THE_ENGINE if ON_POSTGRES else ROLES)
def test_who_gets_through_which_door(demonstration, role):
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        assert client.post("/demo/", {"person": role}).status_code == 302
    wrong, unsound, pages = [], [], []
    links = Followed(client)
    for name in ACCESS:
        url = reverse(name, kwargs=sample(name))
        answer = client.get(url)
        got, want = outcome(answer), ACCESS[name](role)
        kept = answer.get("Cache-Control", "")
        if role != "anonymous" and "no-store" not in kept and "public" not in kept:
            wrong.append(f"{url} ({name}): a browser may keep it ({kept!r})")
        if "public" in kept and name not in FOR_ALL:
            wrong.append(f"{url} ({name}): called public")
        if got not in (want if isinstance(want, tuple) else (want,)):
            wrong.append(f"{url} ({name}): {got}, not {want}")
        if (
            not answer.streaming
            and answer.get("Content-Type", "").startswith("text/html")
            and answer.content
        ):
            page = answer.content.decode()
            unsound += [f"{url} ({got}): {fault}" for fault in faults(page)]
            pages.append((page, url, name))
            if (
                name != "gallery"
                and not role.startswith("hub")
                and (words := sends_without_a_way(page))
            ):
                wrong.append(f"{url} ({name}): “{words}”, and no way to reach it")
        links.note(url, answer.status_code)
    for page in pages:
        links.follow(*page)
    wrong += links.wrong
    assert not wrong, "\n".join(wrong)
    assert not unsound, "\n".join(unsound)
    if not ON_POSTGRES:  # a refusal is Python's, and was asked for on SQLite
        pushed = push_every_shut_door(client, role)
        assert not pushed, "\n".join(pushed)


def test_those_who_ask_postgresql_open_every_door_between_them(demonstration):
    opened = {
        name
        for name in ACCESS
        for role in OF_THE_ENGINE
        if ACCESS[name](role) not in (SIGN_IN, HIDDEN, SHUT)
    }
    assert (
        not {
            name
            for name in ACCESS
            for role in ROLES
            if ACCESS[name](role) not in (SIGN_IN, HIDDEN, SHUT)
        }
        - opened
    )


def outcome(answer):
    signs_in = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    return SIGN_IN if signs_in else answer.status_code


def push_every_shut_door(client, role):
    """POST to all that this role may not read or do; each must stay shut, and nothing be written."""
    wrong, before = [], Entry.objects.count()
    for name in ACCESS:
        want = ACCESS[name](role)
        if want in (SIGN_IN, HIDDEN, SHUT) or (want == POST_ONLY and not may_push(name, role)):
            url = reverse(name, kwargs=sample(name))
            got = outcome(client.post(url, {}))
            if got not in (SIGN_IN, HIDDEN, SHUT, POST_ONLY, NO_KEY):
                wrong.append(f"POST {url} ({name}) by {role}: {got}")
    if Entry.objects.count() != before:
        wrong.append("something was written")
    return wrong


@pytest.mark.xdist_group("access")
@pytest.mark.django_db
def test_no_page_leads_its_reader_to_a_shut_door_after_decisions(demonstration):
    """The same after what seldom happens: an award rescinded and a second one proposed, an entry withheld and proposed to be shown,
    an organisation suspended."""
    from certificates import actions
    from certificates.models import Certificate, Credential, PendingDecision, Revocation
    from cohorts.organisations.models import Organisation
    from lms.kit import clock
    from lms.people.models import Role, User
    from lms.people.roles import holders_of

    today, registrar, (hub, hub2, *_) = (
        clock.today(),
        holders_of(Role.REGISTRAR)[0],
        holders_of(Role.HUB_OFFICER),
    )
    sian = User.objects.get(email="sian.llewellyn@imsa.example")
    own = Credential.objects.get(kind="award", certificate__enrolment__person=sian)
    other = Credential.objects.filter(kind="award").exclude(pk=own.pk).first()
    actions.confirm_decision(
        actions.propose_decision("rescission", {}, today, "x", by=registrar, credential=own), by=hub
    )
    actions.propose_decision("rescission", {}, today, "x", by=registrar, credential=other)
    dropped = actions.propose_decision(
        "reinstatement", {}, today, "x", by=registrar, credential=own
    )
    actions.drop_decision(dropped, "y", by=hub)
    enrolment = other.certificate.enrolment
    actions.withhold(enrolment.person, "x", by=hub)
    actions.propose_decision("lift", {"mode": ""}, today, "x", by=hub, enrolment=enrolment)
    where = Organisation.objects.get(code="ORG-18")
    actions.confirm_decision(
        actions.propose_decision(
            "approval", {"deed": "suspended"}, today, "x", by=hub, organisation=where
        ),
        by=hub2,
    )
    certificates = [
        f"/certificates/{c.number}/"
        for c in Certificate.objects.filter(enrolment__in=(own.certificate.enrolment, enrolment))
    ]
    pending = [f"/hub/decisions/{p.pk}/" for p in PendingDecision.objects.all()]
    of_awards = [
        f"/hub/decisions/{p.pk}/"
        for p in PendingDecision.objects.exclude(subject__in=("lift", "approval"))
    ]
    pages = {
        "registrar": [
            "/registry/",
            "/registry/issue/",
            *certificates,
            *[f"{c}revoke/" for c in certificates],
            *of_awards,
        ],
        "hub": [
            "/hub/",
            *certificates,
            *pending,
            f"/hub/people/{enrolment.pk}/",
            f"/hub/people/{enrolment.pk}/withholding/",
            f"/hub/people/{own.certificate.enrolment_id}/",
            f"/hub/rescissions/{Revocation.objects.get().pk}/",
        ],
        "finished": [
            "/study/",
            "/certificates/proofs/",
            "/certificates/renewal/",
            "/certificates/entry/",
            f"/certificates/{own.certificate.number}/",
        ],
        "employer": [
            "/employer/",
            "/employer/lists/",
            "/employer/watches/",
            "/employer/machines/",
            "/employer/history/",
            "/employer/interface/",
        ],
    }
    wrong = []
    for role, addresses_ in pages.items():
        client = Client(raise_request_exception=False)
        client.post("/demo/", {"person": role})
        links = Followed(client)
        for address in addresses_:
            answer = client.get(address, follow=True)
            if answer.status_code != 200:
                wrong.append(f"{role}: {address} is {answer.status_code}")
                continue
            page = answer.content.decode()
            wrong += [f"{role}: {address}: {fault}" for fault in faults(page)]
            if role != "hub" and (words := sends_without_a_way(page)):
                wrong.append(f"{role}: {address}: “{words}”, and no way to reach it")
            if role == "registrar" and "Only Hub officers read" in page:
                wrong.append(
                    f"{role}: {address} says that only Hub officers read what registrars write"
                )
            links.note(address, 200)
            links.follow(page, address, address)
        wrong += [f"{role}: {one}" for one in links.wrong]
    assert not wrong, "\n".join(wrong)
