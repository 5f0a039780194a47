"""What a walk through the site met: pages that led to what is no longer possible, causes that were not the true ones, items that never left a
list, and entries that one officer could show again."""

import time
from datetime import timedelta

import pytest
from django.test import Client

from certificates.actions import (
    answer_check,
    ask_of_entry,
    ask_renewal,
    confirm,
    confirm_decision,
    do_request,
    drop_decision,
    end_watch,
    follow_up,
    give_temporary_accreditation,
    lift_withholding,
    make_share_link,
    prepare_renewal,
    propose,
    propose_decision,
    watch,
    withhold,
    work_under,
)
from certificates.actions.changes import look_at_watches
from certificates.actions.webhooks import message_of
from certificates.checking.uploaded_lists import line_of
from certificates.jobs import BY
from certificates.models import (
    Change,
    Credential,
    FollowUp,
    PendingDecision,
    Renewal,
    ShareLink,
    Withholding,
)
from certificates.queries import alerts_of, to_follow_up, to_issue_again
from certificates.queries.entry_previews import entry_preview
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import rename
from lms.people.models import Notice
from lms.record.models import Entry
from tests import shared

from . import scene
from .scene import TODAY

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
@shared.begins_with(scene.certified)
def held():
    made = shared.copy_of(scene.certified)
    with clock.at(TODAY + 10 * DAY):
        yield made


def signed_in(who):
    return scene.sign_in(Client(), who)


def page(who, address):
    return signed_in(who).get(address, follow=True).content.decode()


def main(text):
    return text.partition('<main id="main"')[2].partition("</main>")[0]


def rescind(held):
    credential = Credential.objects.get(certificate=held, kind="award")
    return confirm_decision(
        propose_decision(
            "rescission", {}, clock.today(), "PRIVATE", by=scene.registrar(), credential=credential
        ),
        by=scene.hub_officer(),
    )


def counted():
    return Entry.objects.count(), Notice.objects.count()


# ---- what leaves a list ----


class TestFollowUp:
    def test_a_rescission_leaves_the_list_when_an_officer_records_what_was_done(self, held):
        rescind(held)
        officer = scene.hub_officer()
        client, one = signed_in(officer), to_follow_up().get()
        address = f"/hub/rescissions/{one.pk}/"
        assert address in client.get("/hub/").content.decode()
        assert (
            "Write down what was done" in client.post(address, {"note": " "}).content.decode()
            and not FollowUp.objects.exists()
        )
        client.post(address, {"note": "Bethan PRIVATE supports them now."})
        made = FollowUp.objects.get()
        assert (made.noted_by, made.revocation) == (officer, one) and address not in client.get(
            "/hub/"
        ).content.decode()
        assert (
            "Bethan PRIVATE" in client.get(address).content.decode()
            and address in client.get(f"/hub/people/{held.enrolment_id}/").content.decode()
        )
        entry = Entry.objects.get(action="certificates.follow_up")
        assert "Bethan" not in str(entry.__dict__)
        before = counted()
        assert (
            follow_up(one, "Again.", by=officer) == made
            and counted() == before
            and FollowUp.objects.count() == 1
        )

    def test_neither_a_registrar_nor_the_person_writes_one(self, held):
        rescind(held)
        one, own = to_follow_up().get(), held.enrolment.person
        scene.RoleGrant.objects.create(
            person=own, role="hub_officer", starts_on=scene.BEGUN, granted_by="test"
        )
        before = counted()
        for by in (scene.registrar(), own):
            with pytest.raises(NotAllowed):
                follow_up(one, "x", by=by)
        assert counted() == before and to_follow_up().exists()
        assert (
            signed_in(scene.registrar())
            .post(f"/hub/rescissions/{one.pk}/", {"note": "x"})
            .status_code
            == 403
            and not FollowUp.objects.exists()
        )

    def test_one_that_was_put_right_leaves_by_itself_and_a_later_one_is_a_new_item(self, held):
        rescind(held)
        credential = Credential.objects.get(certificate=held, kind="award")
        confirm_decision(
            propose_decision(
                "reinstatement", {}, clock.today(), "x", by=scene.registrar(), credential=credential
            ),
            by=scene.hub_officer(),
        )
        assert not to_follow_up().exists()
        rescind(held)
        assert to_follow_up().count() == 1

    def test_a_withdrawal_is_no_item_that_can_never_leave(self, held):
        scene.sanctioned(held.enrolment, "suspended")
        officer = scene.hub_officer()
        assert (
            "Llewellyn"
            in page(officer, "/hub/").partition('id="limited"')[2].partition("</section>")[0]
        )
        scene.sanctioned(held.enrolment, "withdrawn")
        shown = page(officer, "/hub/")
        assert "Llewellyn" not in shown.partition('id="limited"')[2].partition("</section>")[0]
        assert "/hub/people/?standing=withdrawn" in shown

    def test_a_certificate_that_cannot_be_issued_again_is_not_on_the_list_to_issue_again(
        self, held
    ):
        rename(held.enrolment.person, by=scene.registrar(), first_name="Siân", last_name="Price")
        assert len(to_issue_again()) == 1
        line = scene.end(held.enrolment.person.employments.get().lines.get(), clock.today() - DAY)
        assert to_issue_again() == []
        scene.employ(held.enrolment.person, line.organisation, starts_on=clock.today())
        assert len(to_issue_again()) == 1


# ---- what leads a person's own pages ----

OFFERS = ("Give someone a link", "Your renewal, step by step", "Make a link", "Read what changed")


def stop(held, how):
    if how == "award_rescinded":
        rescind(held)
    elif how == "lapsed":
        return clock.at(held.valid_until + 5 * DAY)
    else:
        scene.sanctioned(held.enrolment, how)
    return clock.at(clock.now())


@pytest.mark.parametrize(
    ("how", "leads", "may_renew"),
    [
        (
            "award_rescinded",
            ("Your award was rescinded. You may not act as an IMSA.", "appeal to the University"),
            False,
        ),
        (
            "withdrawn",
            (
                "Your accreditation was withdrawn. You may not act as an IMSA.",
                "look at the decision again",
            ),
            False,
        ),
        (
            "suspended",
            (
                "Your accreditation is suspended. You may not act as an IMSA.",
                "not a finding of fault",
            ),
            True,
        ),
        (
            "lapsed",
            (
                "Your accreditation has lapsed. You may not act as an IMSA.",
                "still ask for its renewal",
            ),
            True,
        ),
    ],
)
class TestWhatIsTrueLeads:
    def test_pages_lead_with_it_and_offer_nothing_that_is_refused(
        self, held, how, leads, may_renew
    ):
        who = held.enrolment.person
        with stop(held, how):
            for address in (
                "/study/",
                "/certificates/mine/",
                "/certificates/proofs/",
                "/certificates/renewal/",
            ):
                shown = main(page(who, address))
                assert all(words in shown for words in leads) and 'class="reach"' in shown, address
                first = shown.index(leads[0])
                assert not any(offer in shown[:first] for offer in OFFERS), address
                assert "Give someone a link" not in shown and "Make a link" not in shown, address
                assert may_renew or "Your renewal, step by step" not in shown, address

    def test_the_actions_are_refused_and_a_link_made_before_says_what_is_true(
        self, held, how, leads, may_renew
    ):
        who = held.enrolment.person
        _, secret = make_share_link(who, "For HR", clock.now() + timedelta(days=30), by=who)
        scope = stop(held, how)
        with scope:
            before = counted()
            with pytest.raises(Refused):
                make_share_link(who, "For HR", clock.now() + timedelta(days=7), by=who)
            assert (
                signed_in(who)
                .post("/certificates/proofs/", {"label": "x", "days": "7"})
                .status_code
                == 200
            )
            assert ShareLink.objects.count() == 1 and counted() == before
            if not may_renew:
                for action in (
                    lambda: prepare_renewal(who, "x", True, by=who),
                    lambda: ask_renewal(who, by=who),
                ):
                    with pytest.raises(Refused, match="nothing to renew"):
                        action()
                assert (
                    signed_in(who)
                    .post(
                        "/certificates/renewal/",
                        {"statement": "x", "is_declared": "on", "action": "ask"},
                    )
                    .status_code
                    == 409
                )
                assert not Renewal.objects.exists() and counted() == before
        if how != "lapsed":
            label = {
                "award_rescinded": "Award rescinded",
                "withdrawn": "Withdrawn",
                "suspended": "Suspended",
            }[how]
            assert label in Client().get(f"/proof/{secret}/").content.decode()


def test_who_may_act_is_led_to_nothing_of_the_kind(held):
    who = held.enrolment.person
    assert alerts_of(who) == []
    shown = main(page(who, "/certificates/mine/"))
    assert "Give someone a link" in shown and "Your renewal, step by step" in shown


# ---- the true cause ----


def suspended_organisation(held):
    scene.decide(scene.organisation(), "suspended", clock.today())


def ended_approval(held):
    scene.decide(scene.organisation(), "ended", clock.today())


def post_over(held):
    scene.end(held.enrolment.person.employments.get().lines.get(), clock.today() - DAY)


def post_elsewhere(held):
    post_over(held)
    scene.employ(held.enrolment.person, nations=("scotland",))


def organisation_elsewhere(held):
    where = scene.organisation()
    where.nations = ["wales"]
    where.save()


CAUSES = {
    suspended_organisation: (
        "approval of the employing organisation was suspended on",
        "The approval of Harbour House was suspended on",
    ),
    ended_approval: (
        "the employing organisation lost its approval on",
        "Harbour House lost its approval on",
    ),
    post_over: (
        "The post on the employment register ended on",
        "The post at Harbour House ended on",
    ),
    post_elsewhere: (
        "is in a nation that the certificate does not name",
        "is in a nation that certificate",
    ),
    organisation_elsewhere: (
        "the employing organisation does not work in the nation of the post",
        "Harbour House does not work in the nation",
    ),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_each_reader_is_told_the_cause_that_is_true(held, cause):
    cause(held)
    public, named = CAUSES[cause]
    others = [pair[0] for one, pair in CAUSES.items() if one is not cause]
    who = held.enrolment.person
    asked = answer_check(held.number, "Llewellyn").answer
    assert (
        asked["code"] == "between_posts"
        and public in " ".join(asked["reasons"])
        and "Harbour" not in str(asked)
    )
    assert not any(other in str(asked) for other in others) and "There is no post" not in str(asked)
    receipt = answer_check(held.number, "Llewellyn").receipt
    assert public in Client().get(f"/check/answers/{receipt}/").content.decode()
    assert named in page(scene.hub_officer(), f"/hub/people/{held.enrolment_id}/")
    for address in ("/study/", "/certificates/mine/"):
        shown = main(page(who, address))
        assert (
            named in shown
            and not any(other in shown for other in others)
            and "no post on the employment register" not in shown.lower()
        )
    if cause is not post_over:
        employer = scene.contact(scene.organisation("MILL", "Mill House"))
        on_behalf = answer_check(
            held.number,
            "Llewellyn",
            by=employer,
            organisation=scene.organisation("MILL"),
            purpose="work",
        ).answer
        assert public in " ".join(on_behalf["reasons"]) and "Harbour" not in str(on_behalf)


@pytest.mark.parametrize(
    ("cause", "named"),
    [
        (suspended_organisation, "The approval of Harbour House was suspended on"),
        (organisation_elsewhere, "Harbour House does not work in the nation"),
    ],
)
def test_who_was_given_leave_reads_why_it_does_not_count(cause, named):
    enrolment = scene.ready()
    with clock.at(TODAY):
        give_temporary_accreditation(
            enrolment, ["england"], TODAY, TODAY + 60 * DAY, "Cover.", by=scene.hub_officer()
        )
        assert alerts_of(enrolment.person) == []
    with clock.at(TODAY + DAY):
        cause(None)
        for address in ("/study/", "/certificates/mine/"):
            shown = main(page(enrolment.person, address))
            assert (
                "Your temporary accreditation does not count today" in shown
                and named in shown
                and 'class="reach"' in shown
            ), address


# ---- before and after stays ----


class TestBeforeAndAfterIsKept:
    def test_a_confirmed_decision_shows_what_was_shown_and_not_what_is_true_now(self, held):
        one, two = scene.hub_officer(), scene.hub_officer()
        made = propose_decision(
            "approval",
            {"deed": "suspended"},
            clock.today(),
            "x",
            by=one,
            organisation=scene.organisation(),
        )
        confirm_decision(made, by=two)
        with clock.at(TODAY + 40 * DAY):
            scene.end(held.enrolment.person.employments.get().lines.get(), TODAY + 30 * DAY)
            shown = main(page(two, f"/hub/decisions/{made.pk}/"))
            assert (
                "Siân Llewellyn" in shown
                and "Accredited" in shown
                and "Between posts" in shown
                and "As it was shown to" in shown
            )
            assert "30 July 2026" in shown, "from which day"

    def test_what_the_second_officer_saw_is_kept_where_it_changed_since(self, held):
        one, two = scene.hub_officer(), scene.hub_officer()
        made = propose_decision(
            "approval",
            {"deed": "suspended"},
            clock.today() + 5 * DAY,
            "x",
            by=one,
            organisation=scene.organisation(),
        )
        new = scene.certified("Ada", "New", on=clock.today())
        with pytest.raises(Refused):
            confirm_decision(made, by=two)
        from certificates.queries.previews import digest_of, preview

        confirm_decision(
            made,
            by=two,
            seen=digest_of(
                preview("approval", made.terms, made.from_day, organisation=made.organisation).lines
            ),
        )
        kept = PendingDecision.objects.get().effect
        assert {line[0] for line in kept["turned"]} == {
            held.enrolment.person_id,
            new.enrolment.person_id,
        }
        assert "Ada New" in page(two, f"/hub/decisions/{made.pk}/")

    def test_one_kept_before_days_were_kept_still_shows_who(self, held):
        made = propose_decision(
            "approval",
            {"deed": "suspended"},
            clock.today(),
            "x",
            by=scene.hub_officer(),
            organisation=scene.organisation(),
        )
        confirm_decision(made, by=scene.hub_officer())
        PendingDecision.objects.update(effect={})
        shown = main(page(scene.hub_officer(), f"/hub/decisions/{made.pk}/"))
        assert "Siân Llewellyn" in shown and "Between posts" in shown

    def test_an_interim_one_and_a_dropped_one_too(self, held):
        one, two = scene.hub_officer(), scene.hub_officer()
        made = propose_decision(
            "approval",
            {"deed": "suspended"},
            clock.today(),
            "x",
            by=one,
            organisation=scene.organisation(),
            is_interim=True,
        )
        for _ in range(2):
            shown = main(page(two, f"/hub/decisions/{made.pk}/"))
            assert "Siân Llewellyn" in shown and "Accredited" in shown and "Between posts" in shown
            drop_decision(made, "No danger.", by=two)

    def test_a_decision_about_one_person_keeps_its_own(self, held):
        one, two = scene.hub_officer(), scene.hub_officer()
        made = propose(
            held.enrolment, "suspended", clock.today(), by=one, reason="x", is_interim=True
        )
        confirm(made, by=two)
        scene.sanctioned(held.enrolment, "restored", reason="y")
        shown = main(page(two, f"/hub/proposals/{made.pk}/"))
        assert (
            "Before" in shown
            and "Accredited" in shown
            and "Suspended" in shown
            and "As it was shown to" in shown
        )


# ---- withheld entries ----


class TestWithheld:
    @pytest.mark.parametrize("mode", ["everybody", "hub"])
    def test_the_check_page_says_what_each_asker_will_be_told_and_it_is_so(self, held, mode):
        knows, stranger = (
            scene.contact(scene.organisation("MILL", "Mill House")),
            scene.contact(scene.organisation("FAR", "Far House")),
        )
        mill, far = scene.organisation("MILL"), scene.organisation("FAR")
        watch(
            mill,
            [line_of(1, held.number, "Llewellyn", "", clock.today())],
            "work",
            clock.today() + 90 * DAY,
            by=knows,
        )
        promised = {who: after for who, _, after in entry_preview(held.enrolment.person, mode).rows}
        officer = scene.hub_officer()
        client, address = signed_in(officer), f"/hub/people/{held.enrolment_id}/withholding/"
        assert client.post(address, {"action": "withhold", "mode": mode, "reason": "For safety."})[
            "Location"
        ].endswith("/check/")
        assert not Withholding.objects.exists(), "nothing before it is confirmed"
        shown = client.get(f"{address}check/").content.decode()
        assert (
            "Not found" in shown
            and "Mill House" in shown
            and ("Ask the Hub" in shown) == (mode == "hub")
        )
        assert (
            scene.press(client, f"{address}check/", shown).status_code == 302
            and Withholding.objects.get().mode == mode
        ), "at once, by one officer"

        def code(**kwargs):
            return answer_check(held.number, "Llewellyn", **kwargs).answer["code"]

        assert code() == promised["public"]
        assert code(by=knows, organisation=mill, purpose="work") == promised["watcher"]
        assert code(by=stranger, organisation=far, purpose="work") == promised["organisation"]

    def test_showing_it_again_takes_two_and_shows_before_and_after(self, held):
        one, two, person = scene.hub_officer(), scene.hub_officer(), held.enrolment.person
        withhold(person, "For safety.", by=one)
        client = signed_in(one)
        shown = client.post(
            f"/hub/people/{held.enrolment_id}/withholding/",
            {"action": "lift", "mode": "", "reason": "Safe now."},
            follow=True,
        ).content.decode()
        assert "What each asker is told" in shown and "Accredited" in shown and "Not found" in shown
        scene.press(client, "/hub/decisions/check/")
        made = PendingDecision.objects.get()
        assert answer_check(held.number, "Llewellyn").answer["code"] == "not_found"
        before = counted()
        for by in (one, person, scene.registrar()):
            with pytest.raises(NotAllowed):
                confirm_decision(made, by=by)
        with pytest.raises(NotAllowed):
            lift_withholding(person, "x", by=one)
        with pytest.raises(NotAllowed):
            lift_withholding(person, "x", by=one, proposed_by=one)
        assert (
            counted() == before
            and answer_check(held.number, "Llewellyn").answer["code"] == "not_found"
        )
        confirm_decision(made, by=two)
        assert answer_check(held.number, "Llewellyn").answer["code"] == "accredited"
        assert "What each asker is told" in page(two, f"/hub/decisions/{made.pk}/")
        assert (
            Entry.objects.get(action="certificates.lift_withholding").after["proposed_by"]
            == one.record_label
        )

    def test_the_person_hears_of_it_while_nothing_is_shown_yet(self, held):
        one, person = scene.hub_officer(), held.enrolment.person
        withhold(person, "For safety.", by=one)
        messages = Notice.objects.filter(
            person=person, subject="A change to your entry is proposed"
        )

        def asked():
            return propose_decision(
                "lift", {"mode": ""}, clock.today(), "PRIVATE why", by=one, enrolment=held.enrolment
            )  # noqa: E731

        asked()
        asked()
        assert (
            messages.count() == 1
            and "PRIVATE" not in messages.get().body
            and answer_check(held.number, "Llewellyn").answer["code"] == "not_found"
        )

    def test_it_is_refused_where_what_the_public_would_read_changed_meanwhile(self, held):
        one, two = scene.hub_officer(), scene.hub_officer()
        withhold(held.enrolment.person, "For safety.", by=one)
        made = propose_decision(
            "lift", {"mode": ""}, clock.today(), "Safe.", by=one, enrolment=held.enrolment
        )
        scene.sanctioned(held.enrolment, "suspended")
        with pytest.raises(Refused, match="the facts changed"):
            confirm_decision(made, by=two)
        assert Withholding.objects.get().until_day is None

    def test_telling_organisations_again_is_showing_and_takes_two_as_well(self, held):
        one, person = scene.hub_officer(), held.enrolment.person
        withhold(person, "For safety.", by=one)
        with pytest.raises(NotAllowed):
            withhold(person, "Through us.", by=one, mode="hub")
        assert Withholding.objects.get().mode == "everybody"
        made = propose_decision(
            "lift", {"mode": "hub"}, clock.today(), "Through us.", by=one, enrolment=held.enrolment
        )
        confirm_decision(made, by=scene.hub_officer())
        assert Withholding.objects.get(until_day=None).mode == "hub"
        withhold(person, "Found again.", by=one)
        assert Withholding.objects.get(until_day=None).mode == "everybody", (
            "hiding more is one officer's, at once"
        )

    def test_who_asks_themselves_with_their_factor_needs_one_officer_and_otherwise_two(self, held):
        one, person = scene.hub_officer(), held.enrolment.person
        withhold(person, "For safety.", by=one)
        asked = ask_of_entry(person, "lift", by=person)
        before = counted()
        with pytest.raises(Refused, match="second officer"):
            do_request(asked, "", by=one)
        assert counted() == before and Withholding.objects.get().until_day is None
        shown = page(one, f"/hub/requests/{asked.pk}/")
        assert "This takes two officers" in shown and "Do what they ask" not in shown
        read = asked.mark
        signed_in(person).post("/certificates/entry/", {"what": "lift", "text": "", "name": ""})
        asked.refresh_from_db()
        assert asked.is_proved and asked.mark != read
        do_request(asked, "", by=one)
        assert answer_check(held.number, "Llewellyn").answer["code"] == "accredited"

    def test_a_session_without_a_fresh_factor_is_asked_for_it_first(self, held, settings):
        from allauth.mfa.models import Authenticator

        settings.DEMONSTRATION = False
        person = held.enrolment.person
        withhold(person, "For safety.", by=scene.hub_officer())
        Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
        client = Client()
        client.force_login(person)

        def proved(seconds):
            session = client.session
            session["account_authentication_methods"] = [
                {"method": "mfa", "at": time.time() - seconds}
            ]
            session["account_authentication_methods_user"] = str(person.pk)
            session.save()

        asked = {"what": "lift", "text": "", "name": ""}
        proved(settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 60)
        answer = client.post("/certificates/entry/", asked)
        assert (
            answer.status_code == 302
            and "reauthenticate" in answer["Location"]
            and not person.entry_requests.exists()
        )
        assert (
            client.post("/certificates/entry/", asked | {"what": "withhold"})["Location"]
            == "/certificates/entry/"
        ), "hiding waits for nothing"
        assert not person.entry_requests.get().is_proved
        proved(5)
        client.post("/certificates/entry/", asked)
        assert person.entry_requests.get().is_proved


# ---- a suspended organisation's own pages ----


def test_an_employer_of_a_suspended_organisation_reads_what_is_so_and_can_end_what_runs(held):
    employer = scene.contact()
    where = scene.organisation()
    listed = [line_of(1, held.number, "Llewellyn", "", clock.today())]
    [begun] = watch(where, listed, "work", clock.today() + 90 * DAY, by=employer)
    scene.decide(where, "suspended", clock.today())
    client = signed_in(employer)
    for address in ("/employer/lists/", "/employer/watches/", "/employer/machines/"):
        answer = client.get(address)
        shown = main(answer.content.decode())
        assert (
            answer.status_code == 200
            and "The approval of Harbour House is suspended" in shown
            and 'class="reach"' in shown
        ), address
        assert "/employer/history/" in shown and "/employer/lists/1/".rsplit("/", 2)[0] in shown
        assert "Siân" not in shown, "nothing about its people"
        before = counted()
        assert (
            client.post(address, {"pasted": "x", "action": "key"}).status_code == 409
            and counted() == before
        )
    assert "Stop watching" in client.get("/employer/watches/").content.decode()
    end_watch(begun.watch, by=employer)
    begun.watch.refresh_from_db()
    assert begun.watch.ended_at


# ---- how the Hub is reached ----


def test_a_sentence_that_sends_to_the_hub_says_how(held, settings):
    scene.sanctioned(held.enrolment, "suspended")
    receipt = answer_check(held.number, "Llewellyn").receipt
    who, registrar = held.enrolment.person, scene.registrar()
    settings.IMSA_HUB_REACHED = "020 7946 0000"
    assert "020 7946 0000" in main(
        Client().get(f"/check/answers/{receipt}/").content.decode()
    ) and "020 7946 0000" in main(page(who, "/study/"))
    settings.IMSA_HUB_REACHED = ""
    assert registrar.email in main(page(who, "/study/"))
    shown = main(Client().get(f"/check/answers/{receipt}/").content.decode())
    assert "ask the registry" in shown and registrar.email not in shown, (
        "a stranger is given no one's name"
    )


# ---- a watcher and a changed name ----


class TestWatchersAndNames:
    @pytest.fixture
    def watched(self, held):
        employer = scene.contact(scene.organisation("MILL", "Mill House"))
        [begun] = watch(
            scene.organisation("MILL"),
            [line_of(1, held.number, "Llewellyn", "", clock.today())],
            "work",
            clock.today() + 90 * DAY,
            by=employer,
        )
        look_at_watches(by=BY)
        assert not Change.objects.exists()
        return held.enrolment.person, employer, begun.watch

    def test_the_name_to_ask_by_is_told_once_on_the_page_and_in_no_mail_or_feed(self, watched):
        person, employer, _ = watched
        rename(person, by=scene.registrar(), first_name="Siân", last_name="Price")
        look_at_watches(by=BY)
        look_at_watches(by=BY)
        change = Change.objects.get()
        assert change.what == "name" and change.after["name"] == "Price"
        shown = page(employer, "/employer/watches/")
        assert "Price" in shown and "The family name for checks changed" in shown
        assert (
            "Price" not in str(message_of(change)) and message_of(change)["type"] == "standing.name"
        )
        notice = Notice.objects.get(person=employer, subject="A standing you watch")
        assert "Price" not in notice.body
        asked = answer_check(
            person.imsa_number,
            "Price",
            by=employer,
            organisation=scene.organisation("MILL"),
            purpose="work",
        )
        assert asked.answer["code"] == "accredited"

    def test_the_name_they_work_under_is_told_and_never_the_one_on_file_behind_it(self, watched):
        person, employer, _ = watched
        work_under(person, "Harper", by=scene.hub_officer())
        look_at_watches(by=BY)
        assert Change.objects.get().after["name"] == "Harper"
        rename(person, by=scene.registrar(), first_name="Siân", last_name="Price")
        look_at_watches(by=BY)
        assert Change.objects.count() == 1 and "Price" not in page(employer, "/employer/watches/")

    @pytest.mark.parametrize("mode", ["everybody", "hub"])
    def test_nothing_while_the_entry_is_withheld(self, watched, mode):
        person, employer, row = watched
        withhold(person, "PRIVATE", by=scene.hub_officer(), mode=mode)
        rename(person, by=scene.registrar(), first_name="Siân", last_name="Price")
        work_under(person, "Harper", by=scene.hub_officer())
        look_at_watches(by=BY)
        row.refresh_from_db()
        shown = page(employer, "/employer/watches/")
        assert (
            not Change.objects.exists()
            and row.told_name == "Llewellyn"
            and "Price" not in shown
            and "Harper" not in shown
        )
        lift_withholding(person, "x", by=scene.hub_officer(), proposed_by=scene.hub_officer())
        look_at_watches(by=BY)
        assert Change.objects.get().after["name"] == "Harper"

    def test_another_spelling_of_the_same_name_is_no_news(self, watched):
        person, *_ = watched
        rename(person, by=scene.registrar(), first_name="Siân", last_name="LLEWELLYN")
        look_at_watches(by=BY)
        assert not Change.objects.exists()
