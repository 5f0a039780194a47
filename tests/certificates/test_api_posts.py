"""An organisation's own system confirms and ends its posts, sends new ones to the Hub, and learns of nobody who is here."""

import json
from datetime import date, timedelta

import pytest

from certificates.accreditation.standing import verdict
from certificates.actions import end_token, make_token
from certificates.actions.api_access import api_client_of
from certificates.actions.stretches import keep_stretches
from certificates.api_posts import api
from certificates.queries import facts_and_rules_of
from cohorts.confirming.actions import close_report
from cohorts.confirming.models import LastHeard, PostReport, SuppliedPost
from cohorts.confirming.supplying import (
    accept_supplied,
    link_supplied,
    refuse_supplied,
    supply_post,
    version_of,
)
from cohorts.employment import register
from cohorts.employment.models import Employment, EmploymentLine
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice
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
def held(where):
    return scene.certified("Ada", "One", where=where).enrolment.person


@pytest.fixture
def line(held):
    return EmploymentLine.objects.get(employment__person=held)


@pytest.fixture
def ask(client, where, employer):
    _, secret = make_token(where, "HR system", ["posts"], LAST, by=employer)

    def call(method, path, body=None, key=secret):
        headers = {"authorization": f"Bearer {key}"} if key else {}
        args = {"data": body, "content_type": "application/json"} if body is not None else {}
        answer = getattr(client, method)(f"/api/v1/{path}", headers=headers, **args)
        return answer.status_code, answer.json()

    return call


def facts(line, **changes):
    return {
        "email": line.employment.person.email.upper(),
        "post": line.post,
        "nations": list(line.nations),
        "starts_on": line.starts_on.isoformat(),
    } | changes


def lines():
    return EmploymentLine.objects.count()


@pytest.mark.both_engines
def test_a_post_as_the_register_says_is_confirmed_once(ask, line):
    reference = line.employment.reference
    for what in ("confirmed", "unchanged"):
        status, answer = ask("put", f"posts/{reference}", facts(line))
        assert (status, answer["what"], answer["entry"]) == (200, what, reference)
    newest = EmploymentLine.objects.get(number=2)
    assert newest.confirmed_on == TODAY and newest.confirmed_by.startswith("token:")
    assert LastHeard.objects.get().way == "api" and lines() == 2
    status, answer = ask("get", "posts")
    [post] = answer["posts"]
    assert (post["entry"], post["to_confirm"], answer["more"]) == (reference, False, False)


def test_a_key_that_ends_while_its_program_waits_does_nothing_more(line, where, employer):
    given = facts(line) | {"starts_on": line.starts_on, "ends_on": None}
    token, secret = make_token(where, "HR system", ["posts"], LAST, by=employer)
    program, _ = api_client_of(secret)
    entry = line.employment.reference
    assert supply_post(where, entry, given, by=program, dry_run=True).what == "confirmed"
    with clock.at(scene.at(LAST + timedelta(days=1))), pytest.raises(NotAllowed, match="ended"):
        supply_post(where, entry, given, by=program)
    end_token(token, by=employer)
    entries = Entry.objects.count()
    with pytest.raises(NotAllowed, match="ended"):
        supply_post(where, entry, given, by=program)
    assert (Entry.objects.count(), lines()) == (entries, 1) and not LastHeard.objects.exists()


def test_a_dry_run_answers_the_same_and_keeps_nothing(ask, line):
    path = f"posts/{line.employment.reference}?dry_run=true"
    later = (TODAY + timedelta(days=3)).isoformat()
    for sent, what in (
        (facts(line), "confirmed"),
        (facts(line, ends_on=later), "ended"),
        (facts(line, nations=["wales"]), "to_check"),
    ):
        assert ask("put", path, sent)[1]["what"] == what
    assert ask("put", "posts/NEW?dry_run=1", facts(line))[1]["what"] == "received"
    assert lines() == 1 and not PostReport.objects.exists()
    assert not Notice.objects.filter(subject__contains="ends").exists()
    assert not SuppliedPost.objects.exists() and not LastHeard.objects.exists()


@pytest.mark.both_engines
def test_a_last_day_ends_the_post_and_the_person_is_told_once(ask, line, held):
    last = (TODAY + timedelta(days=3)).isoformat()
    for what in ("ended", "confirmed"):
        answer = ask("put", f"posts/{line.employment.reference}", facts(line, ends_on=last))[1]
        assert answer["what"] == what
    assert [n.subject for n in Notice.objects.filter(person=held, subject__contains="post")] == [
        "Your post at Harbour House ends"
    ]
    assert not register.employment_on(held, TODAY + timedelta(days=4))
    status, answer = ask("put", f"posts/{line.employment.reference}", facts(line))
    assert answer["what"] == "refused" and "not opened again" in answer["problem"]
    assert EmploymentLine.objects.order_by("number").last().ends_on


def test_what_is_different_or_contradicts_is_a_task_and_the_register_stays(ask, line, held):
    reference = line.employment.reference
    for _ in range(2):
        status, answer = ask("put", f"posts/{reference}", facts(line, nations=["scotland"]))
        assert answer["what"] == "to_check" and "Nations: Scotland" in answer["problem"]
    before = (line.confirmed_on - timedelta(days=1)).isoformat()
    status, answer = ask("put", f"posts/{reference}", facts(line, ends_on=before))
    assert answer["what"] == "refused", "before its first day"
    ask("put", f"posts/{reference}", facts(line))
    for _ in range(2):
        status, answer = ask(
            "put", f"posts/{reference}", facts(line, ends_on=(TODAY - timedelta(9)).isoformat())
        )
        assert answer["what"] == "to_check"
    assert {r.kind for r in PostReport.objects.all()} == {"different", "left"}
    assert PostReport.objects.count() == 2 and lines() == 2
    assert register.employment_on(held, TODAY)


def test_a_new_post_waits_for_the_hub_whether_anybody_is_here_or_not(ask, held, line, client):
    for email in (held.email, "nobody@example.org"):
        new = facts(line, email=email, post="Other", starts_on="2026-03-01")
        answers = [ask("put", f"posts/HR-{email[:3]}", new) for _ in range(2)]
        assert answers[0] == answers[1]
        assert {**answers[0][1], "external_id": ""} == {
            "external_id": "",
            "what": "received",
            "entry": "",
            "problem": "The Hub looks at a new post before it is in the register.",
        }
    assert Employment.objects.count() == 1 and SuppliedPost.objects.count() == 2
    officer = scene.hub_officer()
    known, unknown = (
        SuppliedPost.objects.get(facts__email=e.lower()) for e in (held.email, "nobody@example.org")
    )
    with pytest.raises(Refused, match="No one here has the address"):
        accept_supplied(unknown, by=officer)
    with pytest.raises(NotAllowed):
        accept_supplied(known, by=held)
    scene.sign_in(client, officer)
    assert f"/hub/posts/supplied/{known.pk}/" in client.get("/hub/posts/").content.decode()
    page = client.get(f"/hub/posts/supplied/{known.pk}/").content.decode()
    assert "Enter it as a new post" in page and line.employment.reference in page
    read = {"version": version_of(known)}
    for _ in range(2):
        client.post(f"/hub/posts/supplied/{known.pk}/", {"what": "enter", **read})
    assert Employment.objects.count() == 2
    known.refresh_from_db()
    assert (
        ask("put", f"posts/{known.external_id}", facts(line, post="Other", starts_on="2026-03-01"))[
            1
        ]["what"]
        == "confirmed"
    )
    read = {"version": version_of(unknown)}
    page = client.post(
        f"/hub/posts/supplied/{unknown.pk}/", {"what": "refuse", "note": "", **read}
    ).content.decode()
    assert "required" in page
    client.post(
        f"/hub/posts/supplied/{unknown.pk}/",
        {"what": "refuse", "note": "Wrong address", **read},
    )
    new = facts(line, email="nobody@example.org", post="Other", starts_on="2026-03-01")
    answer = ask("put", f"posts/{unknown.external_id}", new)[1]
    assert (answer["what"], answer["problem"]) == ("refused", "Wrong address")
    answer = ask("put", f"posts/{unknown.external_id}", {**new, "email": held.email})[1]
    assert answer["what"] == "received", "another fact is looked at anew"
    with pytest.raises(Refused):
        refuse_supplied(unknown, " ", by=officer)


def test_an_id_is_linked_to_a_post_of_the_same_person_and_organisation_alone(ask, held, line):
    ask("put", "posts/HR-1", facts(line))
    supplied, officer = SuppliedPost.objects.get(), scene.hub_officer()
    other = scene.employ(scene.person(), where=line.organisation)
    elsewhere = scene.employ(held, where=scene.organisation("MILL", "Mill House"))
    for wrong in (other, elsewhere):
        with pytest.raises(Refused):
            link_supplied(supplied, wrong.employment.reference, by=officer)
    for _ in range(2):
        link_supplied(supplied, line.employment.reference.lower(), by=officer)
    status, answer = ask("put", "posts/HR-1", facts(line))
    assert (answer["what"], answer["entry"]) == ("confirmed", line.employment.reference)
    assert ask("get", "posts")[1]["posts"][0]["external_ids"] == ["HR-1"]
    status, answer = ask("put", "posts/HR-1", facts(other))
    assert answer["what"] == "refused" and "another person" in answer["problem"]
    assert lines() == 4


def test_many_posts_are_answered_one_by_one_and_a_post_left_out_is_not_ended(ask, line, where):
    other = scene.employ(scene.person(), where=where)
    sent = [
        {**facts(line), "external_id": line.employment.reference},
        {**facts(line), "external_id": other.employment.reference},
        {**facts(line), "external_id": "HR-9"},
    ]
    status, answer = ask("post", "posts", {"posts": sent})
    assert [p["what"] for p in answer["posts"]] == ["confirmed", "refused", "received"]
    assert other.employment.lines.count() == 1
    status, answer = ask("post", "posts", {"posts": [{**sent[0], "starts_on": "soon"}]})
    assert status == 422 and "posts.0.starts_on" in answer["detail"]
    status, answer = ask("post", "posts", {"posts": [sent[0]] * 201})
    assert status == 422


def test_posts_of_another_organisation_are_neither_shown_nor_touched(ask, held):
    elsewhere = scene.employ(held, where=scene.organisation("MILL", "Mill House"))
    reference = elsewhere.employment.reference
    assert ask("put", f"posts/{reference}", facts(elsewhere))[1]["what"] == "received"
    assert elsewhere.employment.lines.count() == 1
    assert reference not in json.dumps(ask("get", "posts")[1])


def test_keys_scopes_and_approval(client, ask, line, where, employer):
    _, other = make_token(where, "Rota", ["check"], LAST, by=employer)
    path, sent = f"posts/{line.employment.reference}", facts(line)
    assert ask("put", path, sent, key="imsa_none")[0] == 401
    status, answer = ask("put", path, sent, key=other)
    assert status == 403 and "scope “posts”" in answer["detail"]
    scene.decide(where, "suspended", TODAY)
    for method, address, body in (
        ("put", path, sent),
        ("post", "posts", {"posts": [{**sent, "external_id": "X"}]}),
        ("get", "posts", None),
    ):
        status, answer = ask(method, address, body)
        assert status in (401, 403), (method, answer)
    assert lines() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"nations": []},
        {"nations": ["france"]},
        {"post": ""},
        {"post": "a\x00b"},
        {"email": "x" * 300},
        {"starts_on": "2026-02-30"},
        {"starts_on": None},
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(ask, line, wrong):
    status, answer = ask("put", f"posts/{line.employment.reference}", facts(line, **wrong))
    assert status == 422 and next(iter(wrong)) in answer["detail"]
    assert ask("put", "posts/-bad", facts(line))[0] == 422


def test_the_interface_describes_its_answers_and_refusals():
    shapes = api.get_openapi_schema()["paths"]
    for path, method in (
        ("/api/v1/posts/{external_id}", "put"),
        ("/api/v1/posts", "post"),
        ("/api/v1/posts", "get"),
    ):
        responses = shapes[path][method]["responses"]
        assert set(responses) >= {200, 401, 403, 409, 422, 429}
        assert "schema" in responses[200]["content"]["application/json"]
    assert date(2026, 7, 20) == TODAY


@pytest.mark.parametrize("day", ["9999-12-31", "2099-12-31", "1025-12-31"])
def test_a_last_day_that_cannot_be_meant_ends_nothing_and_stops_nothing(ask, line, held, day):
    keep_stretches()
    for path in (line.employment.reference, "HR-1"):
        status, answer = ask("put", f"posts/{path}", facts(line, ends_on=day))
        if (path, day) != ("HR-1", "2099-12-31"):  # a new one is read by an officer
            assert (status, answer["what"]) == (200, "refused"), answer
    assert lines() == 1 and not Notice.objects.filter(subject__contains="ends").exists()
    assert register.employment_on(held, TODAY + timedelta(days=400))
    assert ask("put", f"posts/{line.employment.reference}", facts(line))[1]["what"] == "confirmed"
    # One that came in before days were bounded is read all the same.
    scene.end(EmploymentLine.objects.latest("number"), date.max)
    keep_stretches()
    assert verdict(TODAY, *facts_and_rules_of(held)).code == "accredited"


def test_the_same_each_night_is_neither_a_task_nor_a_line_each_night(ask, line):
    path, officer = f"posts/{line.employment.reference}", scene.hub_officer()
    different = facts(line, post="Support Worker II")
    ask("put", path, different)
    close_report(PostReport.objects.get(), "The title here is right.", by=officer)
    for night in range(1, 4):
        with clock.at(scene.at(TODAY + timedelta(days=night))):
            answer = ask("put", path, different)[1]
            assert answer["what"] == "to_check"
            assert (
                "The Hub looked at it on 20 July 2026: The title here is right."
                in (answer["problem"])
            )
    assert PostReport.objects.count() == 1
    with clock.at(scene.at(TODAY + timedelta(days=4))):
        ask("put", path, facts(line, post="Manager"))
        assert PostReport.objects.count() == 2, "other words are another task"
    came = []
    for night in range(40):
        with clock.at(scene.at(TODAY + timedelta(days=night))):
            came.append(ask("put", path, facts(line))[1]["what"])
    assert [n for n, what in enumerate(came) if what == "confirmed"] == [0, 30]
    assert set(came) == {"confirmed", "unchanged"} and lines() == 3


def test_a_report_of_a_system_says_who_reads_the_answer(ask, line, client):
    ask("put", f"posts/{line.employment.reference}", facts(line, post="Other"))
    scene.sign_in(client, scene.hub_officer())
    path = f"/hub/posts/{PostReport.objects.get().pk}/"
    page = client.get(path).content.decode()
    assert "The person who reported it" not in page and "system is answered" in page
    page = client.post(path, {"note": "Looked"}, follow=True).content.decode()
    assert "The person who reported it" not in page


def test_a_key_neither_confirms_nor_ends_the_post_of_who_made_it(ask, employer, where):
    own = scene.employ(employer, where=where)
    path = f"posts/{own.employment.reference}"
    for _ in range(2):
        for sent in (facts(own), facts(own, ends_on=(TODAY + timedelta(days=3)).isoformat())):
            answer = ask("put", path, sent)[1]
            assert answer["what"] == "to_check" and "made by the person" in answer["problem"]
    assert {r.kind for r in PostReport.objects.all()} == {"different", "left"}
    assert PostReport.objects.count() == 2 and lines() == 1


def test_the_hub_enters_and_refuses_what_it_read_and_nothing_newer(ask, line, held, client):
    new = facts(line, post="Other", starts_on="2026-03-01")
    ask("put", "posts/HR-1", new)
    read, officer = SuppliedPost.objects.get(), scene.hub_officer()
    scene.sign_in(client, officer)
    path = f"/hub/posts/supplied/{read.pk}/"
    assert version_of(read) in client.get(path).content.decode()
    ask("put", "posts/HR-1", {**new, "email": scene.person().email})
    for what in ("enter", "link", "refuse"):
        sent = {"what": what, "version": version_of(read), "note": "x", "entry": "E1"}
        page = client.post(path, sent, follow=True).content.decode()
        assert "said something else since you opened this page" in page
    for decide in (
        lambda: accept_supplied(read, by=officer),
        lambda: link_supplied(read, line.employment.reference, by=officer),
        lambda: refuse_supplied(read, "x", by=officer),
    ):
        with pytest.raises(Refused, match="something else"):
            decide()
    assert Employment.objects.count() == 1
    assert SuppliedPost.objects.get().closed_at is None


def test_no_officer_decides_about_their_own_post(ask, where, client):
    officer = scene.hub_officer()
    own = scene.employ(officer, where=where)
    ask("put", "posts/HR-1", facts(own))
    ask("put", f"posts/{own.employment.reference}", facts(own, post="Other"))
    supplied, report = SuppliedPost.objects.get(), PostReport.objects.get()
    for decide in (
        lambda: accept_supplied(supplied, by=officer),
        lambda: link_supplied(supplied, own.employment.reference, by=officer),
        lambda: refuse_supplied(supplied, "x", by=officer),
        lambda: close_report(report, "x", by=officer),
    ):
        with pytest.raises(NotAllowed, match="their own post"):
            decide()
    scene.sign_in(client, officer)
    for path in (f"/hub/posts/supplied/{supplied.pk}/", f"/hub/posts/{report.pk}/"):
        page = client.get(path).content.decode()
        assert "This is your own post" in page and 'name="note"' not in page
        sent = {"what": "refuse", "note": "x", "version": version_of(supplied)}
        assert client.post(path, sent).status_code == 403
    assert SuppliedPost.objects.get().closed_at is None
    assert PostReport.objects.get().closed_at is None


@pytest.mark.both_engines
def test_a_wrong_link_or_refusal_is_put_right_and_no_decision_replaces_one_that_was_not_read(
    ask, line, held, client
):
    second = scene.employ(held, where=line.organisation)
    first_entry, second_entry = line.employment.reference, second.employment.reference
    ask("put", "posts/HR-1", facts(line))
    supplied, officer = SuppliedPost.objects.get(), scene.hub_officer()
    refuse_supplied(supplied, "No post", by=officer)
    scene.sign_in(client, officer)
    path = f"/hub/posts/supplied/{supplied.pk}/"
    assert "If that was a mistake" in client.get(path).content.decode()
    sent = {"what": "link", "version": version_of(supplied), "entry": second_entry}
    for _ in range(2):
        client.post(path, sent)
    assert SuppliedPost.objects.get().employment == second.employment
    with pytest.raises(Refused, match="Another officer"):
        link_supplied(supplied, first_entry, by=officer)
    with pytest.raises(Refused, match="Another officer"):
        refuse_supplied(supplied, "No post", by=officer)
    assert SuppliedPost.objects.get().employment == second.employment
    page = client.get(path).content.decode()
    assert f'name="linked" value="{second_entry}"' in page and "Enter it as" not in page
    client.post(path, sent | {"entry": first_entry, "linked": second_entry})
    assert SuppliedPost.objects.get().employment == line.employment
    assert ask("put", "posts/HR-1", facts(line))[1]["entry"] == first_entry


def test_a_last_day_is_not_lost_where_something_else_differs_too(ask, line):
    path, day = f"posts/{line.employment.reference}", TODAY + timedelta(days=3)
    for _ in range(2):
        answer = ask("put", path, facts(line, post="Other", ends_on=day.isoformat()))[1]
        assert answer["what"] == "to_check" and "Last day: 23 July 2026" in answer["problem"]
    assert "Last day: 23 July 2026, in the register none" in PostReport.objects.get().text
    assert lines() == 1
