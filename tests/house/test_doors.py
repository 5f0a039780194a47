"""Every address of ours by every role: who gets in, who is told why not, and who learns nothing of it.

The addresses are generated from the resolver, so a new one without a row in DOORS fails here.
"""
import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from certificates.demonstration import seed
from lms.people.demonstration import PEOPLE
from lms.record.models import Entry

from .doors import DOORS, FOREIGN, HIDDEN, NO_KEY, POST_ONLY, SHUT, SIGN_IN, may_push, sample
from .html import faults

# The only addresses whose answers are the same for everybody, and may be kept by browsers and proxies.
FOR_ALL = {
    "certificates:issuer", "certificates:jwks", "certificates:key", "certificates:achievement", "certificates:badge_picture", "certificates:status",
    "picture",
}
ROLES = ["anonymous", *dict.fromkeys(p.key for p in PEOPLE)]


def addresses():
    """Names of all our patterns; allauth's, Wagtail's and documents' are their own makers' to test."""

    def walk(patterns, namespace=""):
        for p in patterns:
            if isinstance(p, URLResolver):
                if not str(p.pattern).startswith(FOREIGN):
                    yield from walk(p.url_patterns, p.namespace or namespace)
            elif isinstance(p, URLPattern) and p.name:
                yield f"{namespace}:{p.name}" if namespace else p.name

    return sorted({name for name in walk(get_resolver().url_patterns) if not name.startswith("wagtail")})


def test_every_address_has_its_row():
    assert set(DOORS) == set(addresses())


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker):
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        seed("issued")
        yield
        transaction.set_rollback(True)


@pytest.mark.xdist_group("doors")
@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_who_gets_through_which_door(demonstration, role):
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        assert client.post("/demo/", {"person": role}).status_code == 302
    wrong, unsound = [], []
    for name in DOORS:
        url = reverse(name, kwargs=sample(name))
        answer = client.get(url)
        got, want = outcome(answer), DOORS[name](role)
        kept = answer.get("Cache-Control", "")
        if role != "anonymous" and "no-store" not in kept and "public" not in kept:
            wrong.append(f"{url} ({name}): a browser may keep it ({kept!r})")
        if "public" in kept and name not in FOR_ALL:
            wrong.append(f"{url} ({name}): called public")
        if got not in (want if isinstance(want, tuple) else (want,)):
            wrong.append(f"{url} ({name}): {got}, not {want}")
        if not answer.streaming and answer.get("Content-Type", "").startswith("text/html") and answer.content:
            unsound += [f"{url} ({got}): {fault}" for fault in faults(answer.content.decode())]
    assert not wrong, "\n".join(wrong)
    assert not unsound, "\n".join(unsound)
    pushed = push_every_shut_door(client, role)
    assert not pushed, "\n".join(pushed)


def outcome(answer):
    signs_in = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    return SIGN_IN if signs_in else answer.status_code


def push_every_shut_door(client, role):
    """POST to all that this role may not read or do; each must stay shut, and nothing be written."""
    wrong, before = [], Entry.objects.count()
    for name in DOORS:
        want = DOORS[name](role)
        if want in (SIGN_IN, HIDDEN, SHUT) or (want == POST_ONLY and not may_push(name, role)):
            url = reverse(name, kwargs=sample(name))
            got = outcome(client.post(url, {}))
            if got not in (SIGN_IN, HIDDEN, SHUT, POST_ONLY, NO_KEY):
                wrong.append(f"POST {url} ({name}) by {role}: {got}")
    if Entry.objects.count() != before:
        wrong.append("something was written")
    return wrong
