"""Who reads which page of this room, what a page may not say, and what a press does."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from certificates.accreditation.sentences import Phrase
from certificates.actions import open_concern, propose, reply, withhold
from certificates.models import Certificate, Check, PendingDecision, Proposal, Sanction, Withholding
from lms.kit import clock, files
from lms.people.models import Role
from lms.record.models import Entry

from . import scene
from .scene import TODAY

pytestmark = pytest.mark.django_db
ROLES = [None, *Role]


@pytest.fixture(autouse=True)
def later():
    with clock.at(TODAY + timedelta(days=10)):
        yield


def as_role(client, role):
    return scene.sign_in(client, scene.person("A", "Reader", role)) if role else client


def pages(held):
    person, by = f"/hub/people/{held.enrolment_id}/", scene.hub_officer()
    concern = open_concern(held.enrolment.person, "PRIVATE", by=by)
    proposed = propose(
        held.enrolment,
        "suspended",
        clock.today(),
        by=by,
        reason="PRIVATE",
        is_interim=True,
        concern=concern,
    )
    return {
        "/registry/": {Role.REGISTRAR},
        "/registry/issue/": {Role.REGISTRAR},
        "/registry/issue/all/": {Role.REGISTRAR},
        f"/registry/issue/{scene.ready('Next', 'Person').pk}/": {Role.REGISTRAR},
        "/hub/": {Role.HUB_OFFICER},
        "/hub/people/": {Role.HUB_OFFICER},
        person: {Role.HUB_OFFICER},
        f"{person}decide/": {Role.HUB_OFFICER},
        f"{person}withholding/": {Role.HUB_OFFICER},
        "/employer/": {Role.EMPLOYER},
        f"{person}concern/": {Role.HUB_OFFICER},
        f"{person}name/": {Role.HUB_OFFICER},
        f"/hub/proposals/{proposed.pk}/": {Role.HUB_OFFICER},
        f"/hub/concerns/{concern.pk}/": {Role.HUB_OFFICER},
        f"/certificates/{held.number}/again/": {Role.REGISTRAR},
        f"/certificates/{held.number}/revoke/": {Role.REGISTRAR},
        f"/certificates/{held.number}/badges/award.png": {Role.REGISTRAR, Role.HUB_OFFICER},
        f"/certificates/{held.number}/": {Role.REGISTRAR, Role.HUB_OFFICER},
        f"/certificates/{held.number}.pdf": {Role.REGISTRAR, Role.HUB_OFFICER},
    }


@pytest.mark.parametrize("role", ROLES)
def test_every_role_by_every_page(client, role):
    held = scene.certified()
    as_role(client, role)
    for path, readers in pages(held).items():
        answer = client.get(path)
        if role is None:
            assert answer.status_code == 302 and "/accounts/login/" in answer["Location"], path
        elif role in readers:
            assert answer.status_code == 200, path
        else:
            assert answer.status_code in (403, 404), (path, answer.status_code)
            assert b"Llewellyn" not in answer.content and b"PRIVATE" not in answer.content, path


def test_a_holder_reads_their_own_and_nobody_elses(client):
    own, other = scene.certified(), scene.certified("Júlia", "Tomás")
    scene.sign_in(client, own.enrolment.person)
    assert client.get("/certificates/mine/")["Location"] == f"/certificates/{own.number}/"
    page = client.get(f"/certificates/{own.number}/").content.decode()
    for fact in (
        "Siân Llewellyn",
        own.number,
        "England",
        "15 July 2026",
        "Thursday 19 July 2029",
        "not a statutory registration",
    ):
        assert fact in page
    assert client.get(f"/certificates/{own.number}.pdf").content == files.read(own.file)
    for path in (f"/certificates/{other.number}/", f"/certificates/{other.number}.pdf"):
        assert client.get(path).status_code == 404


def test_a_kept_file_that_was_touched_is_not_handed_out(client, settings):
    from pathlib import Path

    held = scene.certified()
    place = Path(settings.PRIVATE_ROOT, held.file)
    place.write_bytes(place.read_bytes() + b" ")
    scene.sign_in(client, held.enrolment.person)
    assert client.get(f"/certificates/{held.number}.pdf").status_code == 409


def test_somebody_without_a_certificate_reads_what_is_missing(client):
    enrolment = scene.enrol(scene.person("New", "Trainee", Role.LEARNER), ("scotland",))
    page = scene.sign_in(client, enrolment.person).get("/certificates/mine/").content.decode()
    assert (
        "In training" in page
        and "has not conferred the award" in page
        and "Scotland: 2 units" in page
    )


class TestWhoCheckedMe:
    """The label goes by what the asker was on the day of asking, and no person is named."""

    def ask(self, held, by=None, day=TODAY):
        return Check.objects.create(
            receipt=f"R-{next(scene.counter)}",
            asked_number="N",
            asked_surname="L",
            on_day=day,
            asked_at=scene.at(day),
            answer={"label": "Accredited", "tone": "good"},
            person=held.enrolment.person,
            asked_by=by,
        )

    def askers(self, client, held):
        page = scene.sign_in(client, held.enrolment.person).get("/certificates/checks/")
        return [line.asker for line in page.context["page"].object_list], page.content.decode()

    def test_each_kind_of_asker(self, client):
        held = scene.certified()
        for who, words in (
            (scene.registrar(), "The registry or the IMSA Model Hub"),
            (scene.hub_officer(), "The registry or the IMSA Model Hub"),
            (scene.contact(), "Harbour House"),
            (scene.person("Tess", "Tutorperson", Role.TUTOR), "Someone signed in here"),
            (scene.person("Fay", "Fellowperson", Role.LEARNER), "Someone signed in here"),
            (scene.person("Eve", "Employerperson", Role.EMPLOYER), "Someone signed in here"),
            (held.enrolment.person, "You"),
            (None, "Someone who did not sign in"),
        ):
            self.ask(held, who)
            said, page = self.askers(client, held)
            assert said[0] == words, words
        for name in (
            "Lindqvist",
            "Rahman",
            "Pritchard",
            "Tutorperson",
            "Fellowperson",
            "Employerperson",
        ):
            assert name not in page

    def test_the_day_of_asking_decides_and_not_today(self, client):
        held, past, contact = scene.certified(), scene.registrar(), scene.contact()
        past.grants.update(ends_on=TODAY)
        contact.contacts.update(starts_on=TODAY, ends_on=TODAY)
        before, after = TODAY - timedelta(1), TODAY + timedelta(1)
        for who, day in (
            (contact, before),
            (past, TODAY),
            (contact, TODAY),
            (past, after),
            (contact, after),
        ):
            self.ask(held, who, day)
        said, _ = self.askers(client, held)
        at_noon = {"Harbour House", "The registry or the IMSA Model Hub"}
        assert said[:2] == ["Someone signed in here"] * 2 and set(said[2:4]) == at_noon
        assert said[4] == "Someone signed in here"

    def test_it_costs_the_same_at_1_and_at_20(self, client, django_assert_num_queries):
        held = scene.certified()
        scene.sign_in(client, held.enrolment.person)
        for n in (1, 19):
            for _ in range(n):
                self.ask(held, scene.contact())
            with django_assert_num_queries(
                11
            ):  # session, person, roles; own accounts, count, checks, owners, roles and contacts of the askers; wrong names, watches
                assert client.get("/certificates/checks/").status_code == 200


class TestRegistry:
    def test_issuing_one_shows_before_and_after_and_issues_once(self, client):
        enrolment = scene.ready()
        scene.sign_in(client, scene.registrar())
        path = f"/registry/issue/{enrolment.pk}/"
        page = client.get(path).content.decode()
        assert "Eligible" in page and "Accredited" in page and "Harbour House" in page
        first = client.post(path)
        made = Certificate.objects.get()
        assert first.status_code == 302 and first["Location"] == f"/certificates/{made.number}/"
        assert (
            client.post(path)["Location"] == first["Location"] and Certificate.objects.count() == 1
        )
        assert client.get(path).status_code == 302

    def test_the_reasons_of_the_others_are_all_named(self, client):
        enrolment = scene.ready("Cerys", "Bevan")
        scene.end(enrolment.person.employments.get().lines.get(), TODAY)
        scene.sign_in(client, scene.registrar())
        assert "ended on Monday 20 July 2026" in client.get("/registry/issue/").content.decode()
        assert (
            client.post(f"/registry/issue/{enrolment.pk}/").status_code == 409
            and not Certificate.objects.exists()
        )

    @pytest.mark.parametrize(
        ("typed", "found"),
        [("nguyen", 1), ("van nguyen", 1), ("IMSA", 1), ("smith", 0), ("%", 2), ("Ngu\u0000", 1)],
    )
    def test_people_are_found_by_a_part_of_their_name_or_number(self, client, typed, found):
        scene.certified("Văn", "Nguyễn")
        scene.ready("Ada", "One")
        scene.sign_in(client, scene.hub_officer())
        page = client.post("/hub/people/", {"q": typed}, follow=True)
        assert len(page.context["people"]) == found and page.status_code == 200

    def test_a_whole_number_finds_its_person_as_it_is_printed_and_without_its_hyphens(self, client):
        person = scene.certified("Văn", "Nguyễn").enrolment.person
        person.refresh_from_db()
        scene.certified("Ada", "One")
        scene.sign_in(client, scene.hub_officer())
        for typed in (
            person.imsa_number,
            person.imsa_number.lower(),
            person.imsa_number.replace("-", ""),
        ):
            page = client.post("/hub/people/", {"q": typed}, follow=True)
            assert [s.person for s in page.context["people"]] == [person], typed

    def test_how_the_hub_is_reached_stands_at_the_foot_where_it_is_known(self, client, settings):
        assert "The IMSA Model Hub:" not in client.get("/check/").content.decode()
        settings.IMSA_HUB_REACHED = "hub@example.org"
        assert 'href="mailto:hub@example.org"' in client.get("/check/").content.decode()

    def test_a_nation_that_is_printed_and_does_not_count_yet_is_said_before_issuing(self, client):
        """Their employer works in England only: the certificate names Scotland too, and Scotland waits for a post there."""
        enrolment = scene.ready("Ada", "Two", nations=("england", "scotland"))
        scene.organisation().__class__.objects.update(nations=["england"])
        scene.sign_in(client, scene.registrar())
        for path in (f"/registry/issue/{enrolment.pk}/", "/registry/issue/all/"):
            page = client.get(path).content.decode()
            assert (
                str(Phrase("nation_not_served")) in page
                and "England does not count" not in page
                and "England: " not in page
            )
        scene.organisation().__class__.objects.update(nations=["england", "scotland"])
        assert (
            str(Phrase("nation_not_served"))
            not in client.get(f"/registry/issue/{enrolment.pk}/").content.decode()
        )

    @pytest.mark.parametrize("path", ["/registry/", "/registry/issue/", "/hub/", "/hub/people/"])
    def test_the_number_of_questions_does_not_grow(
        self, client, path, django_assert_max_num_queries
    ):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        scene.sign_in(client, scene.person("A", "B", Role.REGISTRAR, Role.HUB_OFFICER))
        counts = []
        for n in range(3):
            for m in range(2 * n):
                scene.ready("N", f"Name{n}{m}")
            scene.certified("C", f"Holder{n}")
            client.get(path)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path).status_code == 200
            counts.append(len(asked))
        assert counts[1] == counts[2]


class TestHub:
    def decide(self, client, enrolment, **changes):
        given = {
            "kind": "suspended",
            "from_day": clock.today().isoformat(),
            "words": "",
            "reason": "PRIVATE",
            "grounds": "What it is about.",
            **changes,
        }
        return client.post(f"/hub/people/{enrolment.pk}/decide/", given)

    def test_it_counts_only_after_two_people_looked_at_it(self, client):
        enrolment = scene.certified().enrolment
        scene.sign_in(client, scene.hub_officer())
        path = f"/hub/people/{enrolment.pk}/decide/check/"
        assert self.decide(client, enrolment)["Location"] == path and not Proposal.objects.exists()
        page = client.get(path).content.decode()
        assert "Accredited" in page and "Suspended" in page and "PRIVATE" in page
        answer = scene.press(client, path, follow=True)
        proposal = Proposal.objects.get()
        assert "second Hub officer" in answer.content.decode() and not Sanction.objects.exists()
        where = f"/hub/proposals/{proposal.pk}/"
        assert client.post(path).status_code == 302 and Proposal.objects.count() == 1
        assert (
            client.post(where, {"action": "confirm"}).status_code == 403
            and not Sanction.objects.exists()
        )
        scene.sign_in(client, enrolment.person)
        own = f"/certificates/questions/{proposal.pk}/"
        page = client.get(own).content.decode()
        assert "What it is about." in page and "PRIVATE" not in page
        client.post(own, {"reply": "My side."})
        scene.sign_in(client, scene.hub_officer())
        assert "My side." in client.get(where).content.decode()
        client.post(where, {"action": "confirm", "seen": Proposal.objects.get().mark})
        assert Sanction.objects.get().kind == "suspended"

    def test_a_stranger_learns_nothing_of_a_proposal(self, client):
        held = scene.certified()
        proposal = propose(
            held.enrolment,
            "suspended",
            clock.today(),
            by=scene.hub_officer(),
            reason="PRIVATE",
            grounds="y",
        )
        scene.sign_in(client, scene.certified("B", "Other").enrolment.person)
        assert client.get(f"/certificates/questions/{proposal.pk}/").status_code == 404
        assert (
            client.post(f"/certificates/questions/{proposal.pk}/", {"reply": "x"}).status_code
            == 404
        )
        assert Proposal.objects.get().reply == ""

    def test_the_page_before_it_counts_says_what_it_replaces_and_the_history_too(self, client):
        enrolment = scene.certified().enrolment
        scene.sanctioned(enrolment, "conditions", date(2036, 12, 1), "With supervision.")
        scene.sign_in(client, scene.hub_officer())
        self.decide(client, enrolment, kind="conditions", words="Now.")
        page = client.get(f"/hub/people/{enrolment.pk}/decide/check/").content.decode()
        assert (
            "The decision to set conditions from Monday 1 December 2036 is replaced by this one."
            in page
        )
        scene.sanctioned(enrolment, "suspended")
        history = client.get(f"/hub/people/{enrolment.pk}/").content.decode()
        assert history.count("Replaced") == 1 and history.index(
            "Suspended</strong>"
        ) < history.index("Conditions</strong>")

    def test_what_is_missing_is_asked_for_and_what_was_typed_stays(self, client):
        enrolment = scene.certified().enrolment
        scene.sign_in(client, scene.hub_officer())
        page = self.decide(
            client, enrolment, kind="conditions", reason="Typed already"
        ).content.decode()
        assert "Write the conditions" in page and "Typed already" in page
        page = self.decide(client, enrolment, from_day="2026-07-01").content.decode()
        assert "today or a later day" in page and not Proposal.objects.exists()

    def test_a_draft_about_one_person_is_never_recorded_about_another(self, client):
        one, other = scene.certified().enrolment, scene.certified("B", "Other").enrolment
        scene.sign_in(client, scene.hub_officer())
        self.decide(client, one)
        assert (
            client.post(f"/hub/people/{other.pk}/decide/check/").status_code == 302
            and not Proposal.objects.exists()
        )

    @pytest.mark.parametrize("what", ["decide", "withholding"])
    def test_a_check_page_does_what_it_showed_and_not_what_another_page_wrote_since(
        self, client, what
    ):
        enrolment = scene.certified().enrolment
        scene.sign_in(client, scene.hub_officer())
        path = f"/hub/people/{enrolment.pk}/{what}/check/"

        def write(is_grave):
            if what == "decide":
                self.decide(
                    client,
                    enrolment,
                    kind="suspended" if is_grave else "conditions",
                    words="" if is_grave else "With supervision.",
                )
            else:
                client.post(
                    f"/hub/people/{enrolment.pk}/withholding/",
                    {
                        "action": "withhold",
                        "mode": "everybody" if is_grave else "hub",
                        "reason": "x",
                    },
                )
            return client.get(path).content.decode()

        shown, newer = write(False), write(True)
        before = Entry.objects.count()
        assert (
            scene.press(client, path, shown).status_code == 409 and Entry.objects.count() == before
        )
        assert scene.press(client, path, newer).status_code == 302
        assert (
            Proposal.objects.get().kind == "suspended"
            if what == "decide"
            else Withholding.objects.get().mode == "everybody"
        )

    def test_an_answer_that_came_while_an_officer_read_is_read_first(self, client):
        held = scene.certified()
        made = propose(
            held.enrolment,
            "suspended",
            clock.today(),
            by=scene.hub_officer(),
            reason="x",
            grounds="y",
        )
        where = f"/hub/proposals/{made.pk}/"
        with clock.at(clock.now() + timedelta(days=60)):
            scene.sign_in(client, scene.hub_officer())
            seen = re.search(r'name="seen" value="([^"]*)"', client.get(where).content.decode())[1]
            reply(made, "I was in hospital.", by=held.enrolment.person)
            before = Entry.objects.count()
            assert client.post(where, {"action": "confirm", "seen": seen}).status_code == 409
            assert not Sanction.objects.exists() and Entry.objects.count() == before
            page = client.get(where).content.decode()
            assert "I was in hospital." in page
            client.post(
                where,
                {"action": "confirm", "seen": re.search(r'name="seen" value="([^"]*)"', page)[1]},
            )
            assert Sanction.objects.get().kind == "suspended"

    def test_withholding_and_letting_it_answer_again(self, client):
        enrolment = scene.certified().enrolment
        scene.sign_in(client, scene.hub_officer())
        path = f"/hub/people/{enrolment.pk}/withholding/"
        assert (
            "Write down why"
            in client.post(path, {"action": "withhold", "reason": ""}).content.decode()
        )
        for reason in ("For safety.", "Pressed twice."):
            client.post(path, {"action": "withhold", "mode": "everybody", "reason": reason})
            scene.press(client, f"{path}check/")
        assert Withholding.objects.get().until_day is None
        client.post(path, {"action": "lift", "reason": "Safe now."})
        scene.press(client, "/hub/decisions/check/")
        assert Withholding.objects.get().until_day is None, "one officer alone shows no one"
        made = PendingDecision.objects.get()
        second = scene.sign_in(Client(), scene.hub_officer())
        seen = re.search(
            r'name="seen" value="(\w+)"', second.get(f"/hub/decisions/{made.pk}/").content.decode()
        )[1]
        second.post(f"/hub/decisions/{made.pk}/", {"action": "confirm", "seen": seen})
        assert Withholding.objects.get().until_day is not None

    def test_a_registrar_may_know_of_the_person_and_not_decide(self, client):
        enrolment = scene.certified().enrolment
        scene.sign_in(client, scene.registrar())
        before = Entry.objects.count()
        assert self.decide(client, enrolment).status_code == 403
        assert (
            client.post(
                f"/hub/people/{enrolment.pk}/withholding/", {"action": "withhold", "reason": "x"}
            ).status_code
            == 403
        )
        assert Entry.objects.count() == before

    def test_what_changes_soon_and_who_is_limited_is_named(self, client):
        soon, far = scene.certified("Soon", "Ending"), scene.certified("Far", "Off")
        scene.end(soon.register_line, TODAY + timedelta(days=40))
        scene.decide(scene.organisation("MILL", "Mill House"), "suspended", TODAY)
        scene.sanctioned(far.enrolment, "conditions", words="With supervision.", reason="PRIVATE")
        page = scene.sign_in(client, scene.hub_officer()).get("/hub/").content.decode()
        assert (
            "Soon Ending" in page
            and "Saturday 29 August 2026" in page
            and "With supervision." in page
            and "Mill House" in page
        )


class TestEmployer:
    def test_while_it_is_not_approved_an_organisation_is_shown_nothing_of_its_people(self, client):
        held = scene.certified("Ada", "Here")
        withhold(held.enrolment.person, "x", by=scene.hub_officer())
        where = held.register_line.organisation
        scene.sign_in(client, scene.contact(where))
        assert "Ada Here" in client.get("/employer/").content.decode()
        scene.decide(where, "suspended", clock.today())
        page = client.get("/employer/").content.decode()
        assert (
            "Ada Here" not in page
            and held.facts["imsa_number"] not in page
            and "not approved today" in page
        )

    def test_own_people_only_with_standing_and_no_private_reason(self, client):
        own = scene.certified("A", "Mine")
        scene.certified("B", "Theirs", where=scene.organisation("MILL", "Mill House"))
        withhold(own.enrolment.person, "PRIVATE", by=scene.hub_officer())
        scene.sanctioned(own.enrolment, "suspended", reason="PRIVATE")
        page = scene.sign_in(client, scene.contact()).get("/employer/").content.decode()
        assert (
            "A Mine" in page
            and "Suspended" in page
            and "B Theirs" not in page
            and "PRIVATE" not in page
        )

    def test_a_contact_whose_time_is_over_sees_nobody(self, client):
        scene.certified("A", "Mine")
        contact = scene.contact()
        contact.contacts.update(ends_on=TODAY)
        page = scene.sign_in(client, contact).get("/employer/").content.decode()
        assert "A Mine" not in page and "not a contact of an organisation today" in page


class TestVerify:
    def look(self, client, content, name="c.pdf"):
        return client.post(
            "/certificates/verify/", {"file": SimpleUploadedFile(name, content)}, follow=True
        ).content.decode()

    def test_ours_changed_and_not_ours(self, client):
        from certificates.document import drawing

        held = scene.certified()
        content = files.read(held.file)
        page = self.look(client, content)
        assert (
            "has not been changed" in page
            and held.number in page
            and "does not say whether this person may act" in page
        )
        kept = Check.objects.get()
        assert (kept.person, kept.answer["code"]) == (held.enrolment.person, "read"), (
            "the holder sees that someone asked"
        )
        assert "Do not rely on this file" in self.look(
            client, content[:30000] + b"x" + content[30001:]
        )
        assert "Do not rely on this file" in self.look(client, content + b"\n%more")
        for foreign, said in (
            (drawing.draw(held.facts), "We did not issue this"),
            (b"hello", "We cannot read this"),
            (b"%PDF-1.7", "We cannot read this"),
        ):
            page = self.look(client, foreign)
            assert said in page and held.number not in page

    def test_the_printed_day_is_over_and_nothing_is_answered(self, client):
        held = scene.certified()
        withhold(held.enrolment.person, "PRIVATE", by=scene.hub_officer())
        content = files.read(held.file)
        assert "has not been changed" in self.look(client, content)
        with clock.at(held.valid_until):
            assert "has not been changed" in self.look(client, content)
        with clock.at(held.valid_until + timedelta(days=1)):
            page = self.look(client, content)
        assert "its term ran out" in page and "Withdrawn" not in page and "PRIVATE" not in page

    def test_empty_large_and_none(self, client):
        assert "That file is empty" in self.look(client, b"")
        assert "larger than 5 MB" in self.look(client, b"%PDF-" + b"0" * (5 * 1024 * 1024))
        assert (
            "Choose the file of a certificate or badge"
            in client.post("/certificates/verify/", {}).content.decode()
        )

    def test_an_answer_cannot_be_made_up(self, client):
        assert client.get("/certificates/verify/?said=eyJraW5kIjoib3VycyJ9:x:y").status_code == 302
