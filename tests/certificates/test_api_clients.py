"""Keys, the interface by machine, and a holder's own links: scoped, ended at once, told once."""

import json
from collections import Counter
from datetime import timedelta

import pytest

from certificates.actions import (
    end_share_link,
    end_token,
    make_share_link,
    make_token,
    withhold,
    work_under,
)
from certificates.actions.changes import look_at_watches
from certificates.checking.uploaded_lists import pasted
from certificates.models import Check, ShareLink, Token, Watch
from certificates.views.api_docs import examples
from cohorts.confirming.models import SuppliedPost
from cohorts.confirming.supplying import accept_supplied
from lms.kit import clock, codes
from lms.kit.refusals import YES, NotAllowed, Refused
from lms.people.models import Notice
from lms.people.roles import Operator
from lms.record.models import Entry
from tests import shared

from . import scene
from .scene import TODAY

pytestmark = pytest.mark.django_db
LAST = TODAY + timedelta(days=300)
BOTH = ["check", "watch"]
EVERY = [*BOTH, "posts"]


@pytest.fixture(autouse=True)
def today():
    with clock.at(TODAY):
        yield TODAY


def ada():
    return scene.certified("Ada", "One")


@pytest.fixture
@shared.begins_with(ada)
def held():
    return shared.copy_of(ada)


@pytest.fixture
def ask(client, where, employer):
    """Call the interface with a key."""
    _, secret = make_token(where, "HR system", EVERY, LAST, by=employer)

    def call(method, path, body=None, key=secret):
        headers = {"authorization": f"Bearer {key}"} if key else {}
        args = {"data": body, "content_type": "application/json"} if body is not None else {}
        answer = getattr(client, method)(f"/api/v1/{path}", headers=headers, **args)
        return answer.status_code, answer.json()

    return call


class TestKeys:
    def test_only_its_hash_is_kept_and_it_is_told_once(self, client, where, employer):
        scene.sign_in(client, employer)
        given = {"action": "key", "name": "HR system", "scopes": BOTH, "ends_on": LAST.isoformat()}
        page = client.post("/employer/machines/", given, follow=True).content.decode()
        secret = next(
            word
            for word in page.replace("<", " ").replace(">", " ").split()
            if word.startswith("imsa_") and len(word) > 40
        )
        assert secret not in str(list(Token.objects.values())) + str(list(Entry.objects.values()))
        assert secret not in client.get("/employer/machines/").content.decode()

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"name": " "}, "Name the key"),
            ({"scopes": []}, "Name the key"),
            ({"scopes": ["all"]}, "Name the key"),
            ({"ends_on": TODAY + timedelta(days=400)}, "a year at most"),
            ({"ends_on": TODAY - timedelta(days=1)}, "a year at most"),
        ],
    )
    def test_what_cannot_be_is_refused(self, where, employer, changes, said):
        with pytest.raises(Refused, match=said):
            make_token(
                where, **{"name": "x", "scopes": BOTH, "ends_on": LAST, "by": employer, **changes}
            )
        assert not Token.objects.exists()

    def test_only_for_ones_own_organisation_and_never_by_a_key(self, where, employer):
        from certificates.api_client import ApiClient

        for by in (
            scene.registrar(),
            scene.person(),
            ApiClient(1, where.pk, tuple(BOTH), may_act=lambda: YES),
        ):
            with pytest.raises(NotAllowed):
                make_token(where, "x", BOTH, LAST, by=by)
        assert not Token.objects.exists()

    def test_without_one_ended_over_or_of_an_organisation_not_approved_nothing_opens(
        self, ask, where, employer, held
    ):
        body = {"number": held.number, "family_name": "One", "purpose": "work"}
        for key in ("", "imsa_nonsense", "x" * 500):
            assert ask("post", "check", body, key=key)[0] == 401
        with clock.at(LAST + timedelta(days=1)):
            assert ask("post", "check", body)[0] == 401
        scene.decide(where, "suspended", TODAY)
        status, said = ask("post", "check", body)
        assert status == 403 and "not approved today" in said["detail"]
        scene.decide(where, "approved", TODAY)
        end_token(Token.objects.get(), by=employer)
        end_token(Token.objects.get(), by=employer)
        assert ask("post", "check", body)[0] == 401 and not Check.objects.exists()
        assert Entry.objects.filter(action="certificates.end_token").count() == 1

    def test_a_refusal_stands_where_it_was_typed(self, client, where, employer):
        scene.sign_in(client, employer)
        before = Entry.objects.count()
        page = client.post(
            "/employer/machines/", {"action": "hook", "address": "https://10.0.0.1/changes"}
        ).content.decode()
        assert "points at a private network" in page and 'value="https://10.0.0.1/changes"' in page
        page = client.post(
            "/employer/machines/",
            {"action": "key", "name": "Payroll", "scopes": ["check"], "ends_on": "2036-01-01"},
        ).content.decode()
        assert (
            'value="Payroll"' in page
            and "2036-01-01" in page
            and Entry.objects.count() == before
            and not Token.objects.exists()
        )

    def test_a_scope_it_does_not_have(self, client, where, employer):
        _, secret = make_token(where, "Watcher", ["watch"], LAST, by=employer)
        answer = client.post(
            "/api/v1/check",
            {"number": "x", "family_name": "y", "purpose": "work"},
            content_type="application/json",
            headers={"authorization": f"Bearer {secret}"},
        )
        assert (
            answer.status_code == 403
            and "scope “check”" in answer.json()["detail"]
            and not Check.objects.exists()
        )


class TestInterface:
    def test_one_question_with_a_receipt_that_proves_it(self, ask, held, where):
        from certificates.signing.receipts import read_receipt

        status, said = ask(
            "post",
            "check",
            {
                "number": held.number,
                "family_name": "one",
                "purpose": "work",
                "why": "Starts on Monday",
            },
        )
        assert (
            status == 200
            and said["code"] == "accredited"
            and said["nations"] == ["England"]
            and "tone" not in said
        )
        assert read_receipt(said["signed_receipt"])["answer"]["code"] == "accredited"
        check = Check.objects.get()
        assert (check.organisation, check.asked_by, check.why) == (where, None, "Starts on Monday")

    def test_an_earlier_day_and_a_day_to_come(self, ask, held):
        assert (
            ask(
                "post",
                "check",
                {
                    "number": held.number,
                    "family_name": "One",
                    "purpose": "work",
                    "on": "2026-07-19",
                },
            )[1]["code"]
            == "eligible"
        )
        status, said = ask(
            "post",
            "check",
            {"number": held.number, "family_name": "One", "purpose": "work", "on": "2030-01-01"},
        )
        assert status == 422 and "has not come yet" in said["detail"]

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"number": "IMSA-22"}, 422),
            ({"family_name": "1"}, 409),
            ({"purpose": "curious"}, 422),
            ({"number": "x" * 500}, 422),
            ({"on": "soon"}, 422),
        ],
    )
    def test_a_slip_says_what_to_look_at_and_keeps_nothing(self, ask, held, changes, expected):
        status, said = ask(
            "post",
            "check",
            {"number": held.number, "family_name": "One", "purpose": "work", **changes},
        )
        assert (
            status == expected
            and isinstance(said["detail"], str)
            and said["detail"]
            and not Check.objects.exists()
        )

    def test_not_found_is_the_same_for_whoever_has_a_post_and_for_nobody(self, ask, where):
        somebody = scene.person("Bea", "Postonly")
        somebody.imsa_number = codes.numbered("IMSA", 77)
        somebody.save()
        scene.employ(somebody)
        said = [
            ask("post", "check", {"number": number, "family_name": "Postonly", "purpose": "work"})[
                1
            ]
            for number in (somebody.imsa_number, codes.numbered("IMSA", 78))
        ]
        own = ("number", "receipt", "signed_receipt", "answered_at")
        assert (
            said[0]["code"] == "not_found"
            and len({str({k: v for k, v in one.items() if k not in own}) for one in said}) == 1
        )

    @pytest.mark.both_engines
    def test_a_nought_byte_is_refused_in_words(self, ask, client, held, where):
        for name in ("why", "number", "family_name"):
            assert (
                ask(
                    "post",
                    "check",
                    {"number": held.number, "family_name": "One", "purpose": "work", name: "a\0b"},
                )[0]
                == 422
            )
        for address in ("/check/answers/%00/", "/certificates/%00/"):
            assert client.get(address).status_code == 404
        assert client.get("/check/?number=%00").status_code == 200
        assert (
            scene.sign_in(client, scene.contact(where))
            .get("/employer/history/?number=%00")
            .status_code
            == 200
        )
        assert not Check.objects.exists()

    def test_a_key_that_guesses_is_stopped_and_the_hub_is_told(self, ask, held, settings):
        settings.IMSA_LIST_MISSES = "5/d"
        hub = scene.hub_officer()
        said = [
            ask(
                "post",
                "check",
                {
                    "number": codes.numbered("IMSA", 900 + n),
                    "family_name": "One",
                    "purpose": "work",
                },
            )[0]
            for n in range(8)
        ]
        assert said == [200] * 5 + [429] * 3
        assert (
            ask("post", "check", {"number": held.number, "family_name": "One", "purpose": "work"})[
                0
            ]
            == 429
        )
        assert (
            Notice.objects.filter(person=hub, subject="An organisation may be guessing").count()
            == 1
        )

    def test_a_list_in_order_and_what_was_asked_before(self, ask, held):
        lines = [
            {"number": "IMSA-22", "family_name": "Slip"},
            {"number": held.number, "family_name": "One", "reference": "HR 1"},
        ]
        status, said = ask("post", "lists", {"purpose": "work", "lines": lines})
        assert status == 200 and [bool(line["answer"]) for line in said["lines"]] == [False, True]
        assert said["lines"][0]["problem"] and said["lines"][1]["reference"] == "HR 1"
        assert [c["receipt"] for c in ask("get", "checks")[1]["checks"]] == [
            said["lines"][1]["answer"]["receipt"]
        ]

    def test_watches_and_the_feed_by_cursor(self, ask, held):
        from certificates.actions.changes import look_at_watches
        from lms.people.roles import Operator

        body = {
            "purpose": "work",
            "ends_on": LAST.isoformat(),
            "lines": [{"number": held.number, "family_name": "One", "reference": "HR 1"}],
        }
        assert ask("post", "watches", body)[1]["lines"][0]["what"] == "added"
        assert ask("post", "watches", body)[1]["lines"][0]["what"] == "kept"
        watched = ask("get", "watches")[1]["watches"][0]
        assert ask("get", "changes")[1] == {"changes": [], "more": False, "cursor": 0}
        scene.sanctioned(held.enrolment, "suspended")
        look_at_watches(by=Operator("work"))
        first = ask("get", "changes")[1]
        assert (
            first["changes"][0]["data"]["reference"] == "HR 1"
            and ask("get", f"changes?after={first['cursor']}")[1]["changes"] == []
        )
        assert (
            ask("delete", f"watches/{watched['watch']}")[0] == 200 and Watch.objects.get().ended_at
        )
        assert ask("delete", "watches/999999")[0] == 404

    def test_another_organisations_rows_are_never_seen(self, ask, client, held):
        mill = scene.organisation("MILL", "Mill House")
        contact = scene.person("M", "Contact", scene.Role.EMPLOYER)
        scene.Contact.objects.create(person=contact, organisation=mill, starts_on=TODAY)
        from certificates.actions import watch

        watch(mill, pasted(f"{held.number}\tOne", TODAY), "work", LAST, by=contact)
        assert (
            ask("get", "watches")[1]["watches"] == []
            and ask("get", "checks")[1]["checks"] == []
            and ask("get", "changes")[1]["changes"] == []
        )
        assert (
            ask("delete", f"watches/{Watch.objects.get().pk}")[0] == 404
            and Watch.objects.get().ended_at is None
        )

    def test_too_many_in_a_minute(self, ask, held, monkeypatch):
        from certificates import api

        monkeypatch.setattr(api, "MOST_A_MINUTE", 2)
        assert [ask("get", "checks")[0] for _ in range(3)] == [200, 200, 429]

    def test_the_page_says_every_operation(self, client, employer):
        page = scene.sign_in(client, employer).get("/employer/interface/").content.decode()
        for words in (
            "/check",
            "/lists",
            "/watches",
            "/changes",
            "Ask about one person",
            "family_name",
            "webhook-signature",
        ):
            assert words in page

    def test_its_examples_are_of_the_form_of_real_answers(self, ask, held):
        line = {"number": held.number, "family_name": "One", "reference": "HR 7"}
        wrong = {**line, "number": "IMSA-22", "reference": "HR 8"}
        real = {
            ("POST", "/lists"): ask("post", "lists", {"purpose": "work", "lines": [line, wrong]})[
                1
            ],
            ("POST", "/check"): ask(
                "post", "check", {"purpose": "work", "number": held.number, "family_name": "One"}
            )[1],
            ("GET", "/checks"): ask("get", "checks")[1],
            ("POST", "/watches"): ask(
                "post",
                "watches",
                {
                    "purpose": "work",
                    "ends_on": (TODAY + timedelta(days=90)).isoformat(),
                    "lines": [line],
                },
            )[1],
            ("GET", "/watches"): ask("get", "watches")[1],
        }
        entry = held.register_line
        facts = {
            "email": entry.employment.person.email,
            "post": entry.post,
            "nations": entry.nations,
            "starts_on": entry.starts_on.isoformat(),
            "kind": "permanent",
            "hours": 37.5,
        }
        accept_supplied(
            SuppliedPost.objects.create(
                organisation=entry.organisation, external_id="HR-7", facts=facts
            ),
            by=scene.hub_officer(),
        )
        real["PUT", "/posts/{external_id}"] = ask("put", "posts/HR-7", facts)[1]
        real["POST", "/posts"] = ask(
            "post", "posts", {"posts": [{**facts, "external_id": "HR-7"}], "dry_run": True}
        )[1]
        real["GET", "/posts"] = ask("get", "posts")[1]
        scene.end(entry.employment.lines.last(), clock.today() + timedelta(days=10))
        look_at_watches(by=Operator("work"))
        real["GET", "/changes"] = ask("get", "changes")[1]
        real["DELETE", "/watches/{watch_id}"] = ask(
            "delete", f"watches/{real['GET', '/watches']['watches'][0]['watch']}"
        )[1]
        shown = {key: json.loads(answer) for key, (_, answer) in examples().items()}
        assert {key: form_of(answer) for key, answer in shown.items()} == {
            key: form_of(answer) for key, answer in real.items()
        }

    def test_an_address_that_leads_nowhere_answers_as_every_refusal(self, client, ask):
        for method in ("get", "post"):
            said = getattr(client, method)("/api/v1/people")
            assert said.status_code == 404 and "nothing at this address" in said.json()["detail"]
        assert ask("get", "changes?after=x")[1]["detail"].startswith("after: ")


def form_of(value):
    """Names and kinds of an answer, whatever it says: a list is as its members, a text is text."""
    if isinstance(value, dict):
        return {name: form_of(part) for name, part in value.items()}
    if isinstance(value, list):
        forms = [form_of(part) for part in value if isinstance(part, dict)]
        return [form for n, form in enumerate(forms) if form not in forms[:n]]
    return "text" if isinstance(value, str | int | None) else type(value).__name__


class TestProofLinks:
    def make(self, held, days=7):
        return make_share_link(
            held.enrolment.person,
            "A landlord",
            clock.now() + timedelta(days=days),
            by=held.enrolment.person,
        )

    def test_whoever_has_it_sees_the_standing_of_now_until_it_ends(self, client, held):
        link, secret = self.make(held)
        page = client.get(f"/proof/{secret}/").content.decode()
        assert "Ada One" in page and "Accredited" in page and held.number in page
        scene.sanctioned(held.enrolment, "suspended")
        assert (
            "Suspended" in client.get(f"/proof/{secret}/").content.decode()
            and ShareLink.objects.get().opened == 2
        )
        with clock.at(clock.now() + timedelta(days=8)):
            page = client.get(f"/proof/{secret}/")
            assert (
                page.status_code == 404
                and "shows nothing any more" in page.content.decode()
                and "Ada" not in page.content.decode()
            )
        end_share_link(link, by=held.enrolment.person)
        assert (
            client.get(f"/proof/{secret}/").status_code == 404
            and client.get("/proof/nonsense/").status_code == 404
        )
        assert secret not in str(list(ShareLink.objects.values())) + str(
            list(Entry.objects.values())
        )

    def test_kept_with_a_receipt_the_holder_sees_it_also_while_withheld(self, client, held):
        withhold(held.enrolment.person, "x", by=scene.hub_officer())
        _, secret = self.make(held)
        page = client.post(f"/proof/{secret}/", follow=True).content.decode()
        assert "Accredited" in page and "Receipt number" in page
        assert (
            "Your link: A landlord"
            in scene.sign_in(client, held.enrolment.person)
            .get("/certificates/checks/")
            .content.decode()
        )

    def test_nobody_makes_or_ends_anothers(self, client, held):
        link, _ = self.make(held)
        other = scene.certified("B", "Two").enrolment.person
        with pytest.raises(Refused):
            make_share_link(held.enrolment.person, "x", clock.now() + timedelta(days=1), by=other)
        with pytest.raises(Refused):
            end_share_link(link, by=other)
        scene.sign_in(client, other)
        assert client.post(f"/certificates/proofs/{link.pk}/end/").status_code == 404
        assert ShareLink.objects.get().ended_at is None
        with pytest.raises(Refused, match="30 days"):
            self.make(held, days=31)

    def test_whoever_works_under_another_name_is_shown_by_it(self, client, held):
        work_under(held.enrolment.person, "Safe", by=scene.hub_officer())
        _, secret = self.make(held)
        page = client.get(f"/proof/{secret}/").content.decode()
        assert "Ada Safe" in page and "Ada One" not in page
        client.post(f"/proof/{secret}/")
        assert Check.objects.get().asked_surname == "Safe"

    def test_made_and_ended_on_its_page(self, client, held):
        scene.sign_in(client, held.enrolment.person)
        page = client.post(
            "/certificates/proofs/", {"label": "A landlord", "days": "1"}, follow=True
        ).content.decode()
        assert (
            "/proof/" in page
            and "/proof/" not in client.get("/certificates/proofs/").content.decode()
        )
        client.post(f"/certificates/proofs/{ShareLink.objects.get().pk}/end/")
        assert ShareLink.objects.get().ended_at
        assert (
            "Write for whom"
            in client.post("/certificates/proofs/", {"label": "", "days": "1"}).content.decode()
        )


def test_guessing_slows_the_asker_and_tells_the_hub(client, held, settings):
    """Nothing is learned, the asker is slowed, the Hub is told once; a minute later they may ask two questions, not twenty."""
    settings.IMSA_MISSES, settings.IMSA_CHECKS_PER_ADDRESS, settings.IMSA_CHECKS_AFTER_MISSES = (
        "20/h",
        "1000/m",
        "2/m",
    )
    hub, said = scene.hub_officer(), []
    for n in range(60):
        said.append(
            client.post(
                "/check/", {"number": codes.numbered("IMSA", 1000 + n), "surname": "One"}
            ).status_code
        )
    assert said[:20] == [302] * 20 and set(said[20:]) == {429}
    assert Notice.objects.filter(person=hub, subject="Someone may be guessing").count() == 1
    assert {c.answer["code"] for c in Check.objects.all()} == {"not_found"}
    with clock.at(clock.now() + timedelta(minutes=1)):
        slow = [
            client.post("/check/", {"number": held.number, "surname": "One"}).status_code
            for _ in range(4)
        ]
    assert slow == [302, 302, 429, 429]


@pytest.mark.slow
def test_a_thousand_guesses_learn_nothing(client, held):
    """One address tries names with a number it has, and then numbers; the limits are those of a real installation."""
    hub = scene.hub_officer()
    names = [
        f"Guess{chr(97 + n // 676 % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}"
        for n in range(500)
    ]
    tries = [(held.number, name) for name in names] + [
        (codes.numbered("IMSA", 5000 + n), "One") for n in range(500)
    ]
    said = Counter(
        client.post("/check/", {"number": number, "surname": name}).status_code
        for number, name in tries
    )
    assert said == {302: 5, 429: 995}, (
        "five names a day for one number; whoever goes on asks too often altogether"
    )
    with clock.at(clock.now() + timedelta(minutes=1)):
        for n in range(60):
            client.post("/check/", {"number": codes.numbered("IMSA", n), "surname": "One"})
    assert {c.answer["code"] for c in Check.objects.all()} == {
        "not_found"
    } and Check.objects.count() <= 40
    assert Notice.objects.filter(person=hub, subject="Someone may be guessing").count() <= 1


def test_addresses_of_one_network_count_together(client, settings):
    settings.IMSA_CHECKS_PER_ADDRESS = "3/m"
    asked = [{"number": codes.numbered("IMSA", 40 + n), "surname": "One"} for n in range(6)]
    said = [
        client.post("/check/", one, REMOTE_ADDR=f"2001:db8:1:{n + 1}::1").status_code
        for n, one in enumerate(asked)
    ]
    assert said == [302] * 3 + [429] * 3
    assert client.post("/check/", asked[0], REMOTE_ADDR="2001:db8:2:2::1").status_code == 302


def test_many_addresses_about_one_number_have_one_name_each(client, held):
    said = [
        client.post(
            "/check/",
            {"number": held.number, "surname": "Guess"},
            REMOTE_ADDR=f"203.0.113.{n % 16}",
        ).status_code
        for n in range(64)
    ]
    assert said == [302] * 16 + [429] * 48, "sixteen addresses: one name each"


def test_a_program_that_asks_in_the_wrong_way_is_told_so_in_json(client):
    answer = client.get("/api/v1/check")
    assert answer.status_code == 405 and answer["Content-Type"].startswith("application/json")
    assert "POST" in answer["Allow"] and "POST" in answer.json()["detail"]
