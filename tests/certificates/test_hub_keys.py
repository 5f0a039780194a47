"""A program of the Hub reads and supplies posts of any organisation, by a key that any officer ends; no other key opens it, and it opens nothing else."""

from datetime import timedelta

import pytest

from certificates.actions import make_token
from certificates.actions.hub_keys import end_hub_key, hub_client_of, make_hub_key
from certificates.api_hub import EXPORTS_AN_HOUR, hub
from certificates.models import HubKey
from cohorts.confirming.actions import close_report
from cohorts.confirming.models import LastHeard, PostReport, SuppliedPost
from cohorts.confirming.supplying import link_supplied, supply_post
from cohorts.employment.models import EmploymentLine
from cohorts.imports.actions import check_import, note_export
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import end_grants
from lms.people.models import Notice, Role
from lms.people.roles import Operator
from lms.record.models import Entry

from . import scene
from .scene import TODAY

pytestmark = pytest.mark.django_db
LAST = TODAY + timedelta(days=300)


@pytest.fixture(autouse=True)
def today():
    with clock.at(scene.at(TODAY)):
        yield TODAY


@pytest.fixture
def officer():
    return scene.hub_officer()


@pytest.fixture
def second_officer(officer):
    return scene.person("Sana", "Second", Role.HUB_OFFICER)


@pytest.fixture
def registrar():
    return scene.registrar()


@pytest.fixture
def line(where):
    held = scene.certified("Ada", "One", where=where).enrolment.person
    return EmploymentLine.objects.get(employment__person=held)


@pytest.fixture
def call(client):
    def call(method, path, secret, body=None):
        headers = {"authorization": f"Bearer {secret}"}
        args = {"data": body, "content_type": "application/json"} if body is not None else {}
        return getattr(client, method)(f"/api/v1/{path}", headers=headers, **args)

    return call


def facts(line, **changes):
    return {
        "email": line.employment.person.email,
        "post": line.post,
        "nations": list(line.nations),
        "starts_on": line.starts_on.isoformat(),
    } | changes


@pytest.mark.both_engines
def test_it_reads_and_supplies_posts_of_any_organisation(call, line, where, officer):
    made, secret = make_hub_key("The Hub's system", LAST, by=officer)
    page = call("get", "hub/posts", secret).json()
    [post] = page["posts"]
    assert (post["entry"], post["organisation"]) == (line.employment.reference, where.code)
    assert page["more"] is False
    assert call("get", f"hub/posts?after={post['cursor']}", secret).json()["posts"] == []
    file = call("get", "hub/posts.csv", secret)
    [row] = check_import("register", "r.csv", b"".join(file.streaming_content), by=officer).rows
    assert row["verdict"] == "unchanged"
    entries = Entry.objects.filter(action="cohorts.export_register")
    assert {e.actor for e in entries} == {f"hubkey:{made.pk}"} and entries.count() == 3
    path = f"hub/organisations/{where.code.lower()}/posts/{line.employment.reference}"
    dry = call("put", f"{path}?dry_run=true", secret, facts(line)).json()
    assert dry["what"] == "confirmed" and EmploymentLine.objects.count() == 1
    answer = call("put", path, secret, facts(line, kind="permanent", hours=37.5)).json()
    assert answer["what"] == "confirmed"
    newest = EmploymentLine.objects.get(number=2)
    assert (newest.kind, newest.hours, newest.confirmed_by) == (
        "permanent",
        37.5,
        f"hubkey:{made.pk}",
    )
    assert LastHeard.objects.get().way == "hub"
    made.refresh_from_db()
    assert made.heard_at and made.used_on == TODAY and secret not in str(made.__dict__)
    assert call("put", path, secret, facts(line, hours=20)).json()["what"] == "to_check"
    assert "Hours a week: 20" in PostReport.objects.get().text
    close_report(PostReport.objects.get(), "It is 37.5.", by=officer)
    with clock.at(scene.at(TODAY + timedelta(days=1))):
        answer = call("put", path, secret, facts(line, hours=20)).json()
    assert "It is 37.5." in answer["problem"] and PostReport.objects.count() == 1, "no task anew"
    assert call("get", f"hub/posts?after={10**30}", secret).json() == {"posts": [], "more": False}
    answer = call("put", f"hub/organisations/{where.code}/posts/NEW", secret, facts(line))
    assert answer.json()["what"] == "received" and SuppliedPost.objects.count() == 1
    for wrong in ("hub/organisations/NONE/posts/X", "hub/organisations/%00/posts/X"):
        assert call("put", wrong, secret, facts(line)).status_code in (404, 422)
    assert call("put", path, secret, facts(line, hours=100)).status_code == 422


def test_only_such_a_key_opens_it_and_it_opens_nothing_else(
    call, client, line, where, officer, employer, registrar
):
    _, of_organisation = make_token(where, "HR", ["posts"], LAST, by=employer)
    key, secret = make_hub_key("System", LAST, by=officer)
    for path in ("hub/posts", "hub/posts.csv"):
        assert client.get(f"/api/v1/{path}").status_code == 401
        assert call("get", path, of_organisation).status_code == 401
    for path in ("posts", "watches", "checks"):
        assert call("get", path, secret).status_code == 401
    for by in (employer, registrar):
        with pytest.raises(NotAllowed):
            make_hub_key("x", LAST, by=by)
        with pytest.raises(NotAllowed):
            end_hub_key(key, by=by)
    for name, day in (("", LAST), ("x", TODAY + timedelta(days=400)), ("x", TODAY - timedelta(1))):
        with pytest.raises(Refused):
            make_hub_key(name, day, by=officer)
    assert HubKey.objects.count() == 1
    assert call("get", "hub/posts", secret).status_code == 200
    # It ends with its day, with its maker's role, and when any officer ends it.
    with clock.at(scene.at(LAST + timedelta(days=1))):
        assert call("get", "hub/posts", secret).status_code == 401
    end_grants(officer, Role.HUB_OFFICER, by=Operator("test"), on=TODAY - timedelta(days=1))
    assert call("get", "hub/posts", secret).status_code == 401


def test_its_ids_are_none_of_the_organisations(call, line, where, officer, employer):
    _, theirs = make_token(where, "HR", ["posts"], LAST, by=employer)
    _, ours = make_hub_key("System", LAST, by=officer)
    path = f"hub/organisations/{where.code}/posts/17"
    for post, where_to, secret in (("Cook", "posts/17", theirs), ("Driver", path, ours)):
        answer = call("put", where_to, secret, facts(line, post=post)).json()
        assert (answer["what"], answer["external_id"]) == ("received", "17")
    kept = SuppliedPost.objects.order_by("pk")
    assert [(s.external_id, s.facts["post"]) for s in kept] == [
        ("17", "Cook"),
        ("hub:17", "Driver"),
    ]
    link_supplied(kept[1], line.employment.reference, by=officer)
    assert call("get", "posts", theirs).json()["posts"][0]["external_ids"] == []
    assert call("put", path, ours, facts(line)).json()["what"] == "confirmed"


def test_a_key_that_ends_while_its_program_waits_does_nothing_more(line, where, officer):
    key, secret = make_hub_key("System", LAST, by=officer)
    program = hub_client_of(secret)
    end_hub_key(key, by=officer)
    entries = Entry.objects.count()
    given = facts(line) | {"starts_on": line.starts_on, "ends_on": None}
    with pytest.raises(NotAllowed, match="has ended"):
        supply_post(where, line.employment.reference, given, by=program)
    with pytest.raises(NotAllowed, match="has ended"):
        note_export("all", "json", None, 1, by=program)
    assert (Entry.objects.count(), EmploymentLine.objects.count()) == (entries, 1)


def test_officers_hear_of_a_key_and_any_of_them_ends_it(
    call, client, line, officer, second_officer
):
    scene.sign_in(client, officer)
    page = client.post("/hub/keys/", {"name": "", "ends_on": "x"})
    assert "Enter the name of the program" in page.content.decode()
    answer = client.post(
        "/hub/keys/", {"name": "Payroll", "ends_on": LAST.isoformat()}, follow=True
    )
    secret = answer.content.decode().split('class="hash">')[1].split("<")[0]
    assert call("get", "hub/posts", secret).status_code == 200
    assert secret not in client.get("/hub/keys/").content.decode()
    key = HubKey.objects.get()
    [told] = Notice.objects.filter(subject="A key to the register was made")
    assert told.person == second_officer and "Payroll" in told.body and secret not in told.body
    for _ in range(2):
        end_hub_key(key, by=second_officer)
    assert call("get", "hub/posts", secret).status_code == 401
    assert Notice.objects.get(subject="Your key to the register was ended").person == officer
    assert "Ended on" in client.get("/hub/keys/").content.decode()


def test_it_is_slowed_and_its_description_is_true(call, officer, line):
    _, secret = make_hub_key("System", LAST, by=officer)
    statuses = [
        call("get", "hub/posts.csv", secret).status_code for _ in range(EXPORTS_AN_HOUR + 1)
    ]
    assert statuses == [200] * EXPORTS_AN_HOUR + [429]
    paths = hub.get_openapi_schema()["paths"]
    assert {*paths} == {
        "/api/v1/hub/posts",
        "/api/v1/hub/posts.csv",
        "/api/v1/hub/organisations/{code}/posts/{external_id}",
    }
