"""Two people decide, the person answers, what a checker reads is kept apart from why; and how an entry answers."""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from certificates.accreditation.facts import sanction_on
from certificates.accreditation.sentences import in_words
from certificates.actions import (
    answer_check,
    ask_of_entry,
    close_concern,
    confirm,
    confirm_decision,
    decline_request,
    do_request,
    drop,
    drop_decision,
    lift_withholding,
    open_concern,
    propose,
    propose_decision,
    reply,
    withdraw_request,
    withhold,
    work_under,
)
from certificates.actions.concerns import clear_old_concerns
from certificates.models import (
    Concern,
    EntryRequest,
    PendingDecision,
    Proposal,
    Sanction,
    Withholding,
    WorkingName,
)
from certificates.queries import facts_of
from certificates.queries.entry_previews import name_preview, name_terms
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import rename
from lms.people.models import Notice, Role
from lms.record.models import Entry

from . import scene
from .scene import TODAY

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=15)
COUNTED = (Sanction, Proposal, Concern, Withholding, WorkingName, EntryRequest, Entry, Notice)


@pytest.fixture
def today():
    with clock.at(TODAY):
        yield TODAY


@pytest.fixture
def held(today):
    return scene.certified().enrolment


@pytest.fixture
def one():
    return scene.hub_officer()


@pytest.fixture
def two():
    return scene.hub_officer()


def counted():
    return tuple(model.objects.count() for model in COUNTED)


def code(held):
    return answer_check(held.person.imsa_number, "Llewellyn").answer["code"]


class TestTwoPeople:
    def test_nothing_changes_until_a_second_officer_confirms(self, held, one, two):
        proposal = propose(
            held,
            "conditions",
            TODAY,
            by=one,
            words="  With   supervision. ",
            reason="PRIVATE",
            grounds="Supervision lapsed.",
        )
        assert not Sanction.objects.exists() and code(held) == "accredited"
        reply(proposal, "I agree.", by=held.person)
        line = confirm(proposal, by=two)
        assert (line.words, line.proposed_by, line.decided_by) == (
            "With supervision.",
            one.record_label,
            two.record_label,
        )
        assert code(held) == "accredited_with_conditions"
        notice = Notice.objects.get(subject="Your accreditation has conditions")
        assert "With supervision." in notice.body and "PRIVATE" not in notice.body
        assert not any(
            "PRIVATE" in str(e.__dict__) or "lapsed" in str(e.__dict__) for e in Entry.objects.all()
        )
        before = counted()
        assert confirm(proposal, by=two) == line and counted() == before

    def test_the_one_who_proposed_cannot_confirm_nor_can_the_database_be_told_so(self, held, one):
        proposal = propose(held, "suspended", TODAY, by=one, reason="x", is_interim=True)
        before = counted()
        with pytest.raises(NotAllowed, match="second Hub officer"):
            confirm(proposal, by=one)
        assert counted() == before
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.filter(pk=proposal.pk).update(state="confirmed", closed_by=one)
        with pytest.raises(IntegrityError), transaction.atomic():
            Sanction.objects.create(
                enrolment=held,
                kind="suspended",
                from_day=TODAY,
                reason="x",
                proposed_by="person:1",
                decided_by="person:1",
            )

    def test_two_officers_decide_and_both_are_officers_on_the_day_it_counts(self, held, one, two):
        proposal = propose(held, "suspended", TODAY, by=one, reason="x", is_interim=True)
        one.grants.update(ends_on=TODAY - timedelta(days=1))
        before = counted()
        with pytest.raises(Refused, match="not a Hub officer today"):
            confirm(proposal, by=two)
        assert counted() == before
        assert drop(proposal, "Its proposer has left.", by=two).state == "dropped"

    def test_not_before_the_person_has_answered_or_their_time_is_over(self, held, one, two):
        proposal = propose(
            held, "withdrawn", TODAY, by=one, reason="x", grounds="What it is about."
        )
        assert proposal.reply_by == TODAY + timedelta(days=14)
        for day in (TODAY, proposal.reply_by):
            with clock.at(day), pytest.raises(Refused, match="may answer until"):
                confirm(proposal, by=two)
        assert not Sanction.objects.exists()
        with clock.at(LATER):
            assert confirm(proposal, by=two).from_day == LATER, (
                "never from a day for which we answered otherwise"
            )

    @pytest.mark.both_engines
    def test_the_words_of_a_closed_concern_go_after_six_years(self, held, one):
        closed, opened = (open_concern(held.person, f"Told {n}.", by=one) for n in range(2))
        close_concern(closed, "Nothing in it.", by=one)
        before = code(held)
        with clock.at(TODAY.replace(year=TODAY.year + 6)):
            assert clear_old_concerns(by=one) == 0
        with clock.at(TODAY.replace(year=TODAY.year + 6) + timedelta(days=1)):
            assert [clear_old_concerns(by=one) for _twice in range(2)] == [1, 0]
        [concern.refresh_from_db() for concern in (closed, opened)]
        assert (closed.text, closed.outcome, closed.closed_by) == ("", "", one)
        assert opened.text == "Told 1." and code(held) == before

    def test_an_interim_decision_counts_at_once_and_is_answered_afterwards(self, held, one, two):
        concern = open_concern(held.person, "Someone told us.", by=one)
        proposal = propose(
            held,
            "suspended",
            TODAY,
            by=one,
            reason="x",
            is_interim=True,
            until_day=LATER,
            concern=concern,
        )
        assert Notice.objects.filter(person=held.person).count() == 1, (
            "told when it is confirmed (the first is of the certificate)"
        )
        confirm(proposal, by=two)
        assert code(held) == "suspended"
        proposal.refresh_from_db()
        assert (
            reply(proposal, "It was not like that.", by=held.person).reply
            == "It was not like that."
        )
        with clock.at(LATER + timedelta(days=1)):
            assert code(held) == "accredited"

    def test_dropped_it_leaves_everything_as_it_was_and_says_so(self, held, one, two):
        proposal = propose(held, "suspended", TODAY, by=one, reason="x", grounds="y")
        with pytest.raises(Refused, match="why it is dropped"):
            drop(proposal, " ", by=two)
        drop(proposal, "Nothing in it.", by=two)
        before = counted()
        assert drop(proposal, "Again.", by=two).state == "dropped" and counted() == before
        assert (
            code(held) == "accredited"
            and Notice.objects.filter(subject="The Hub decided nothing").count() == 1
        )
        with pytest.raises(Refused):
            confirm(proposal, by=two)

    def test_one_proposal_at_a_time_and_the_same_twice_is_one(self, held, one, two):
        given = {"by": one, "reason": "x", "grounds": "y"}
        first = propose(held, "suspended", TODAY, **given)
        before = counted()
        assert propose(held, "suspended", TODAY, **given) == first
        for other in ({"kind": "withdrawn", **given}, {"kind": "suspended", **given, "by": two}):
            with pytest.raises(Refused, match="proposed already"):
                propose(held, other.pop("kind"), TODAY, **other)
        assert counted() == before

    def test_an_answer_is_sent_once_by_the_person_alone(self, held, one):
        proposal = propose(held, "suspended", TODAY, by=one, reason="x", grounds="y")
        with pytest.raises(NotAllowed):
            reply(proposal, "For them.", by=one)
        with pytest.raises(Refused, match="Write your answer"):
            reply(proposal, "  ", by=held.person)
        reply(proposal, "Mine.", by=held.person)
        before = counted()
        assert reply(proposal, "Mine.", by=held.person).reply == "Mine."
        with pytest.raises(Refused, match="with the Hub already"):
            reply(proposal, "Another.", by=held.person)
        assert counted() == before and Proposal.objects.get().reply == "Mine."

    def test_nobody_decides_about_themselves(self, held, two):
        scene.RoleGrant.objects.create(
            person=held.person, role=Role.HUB_OFFICER, starts_on=date(2025, 1, 1), granted_by="t"
        )
        proposal = propose(held, "suspended", TODAY, by=two, reason="x", is_interim=True)
        before = counted()
        for action in (
            lambda: propose(held, "restored", TODAY, by=held.person, reason="x"),
            lambda: confirm(proposal, by=held.person),
            lambda: drop(proposal, "x", by=held.person),
            lambda: withhold(held.person, "x", by=held.person),
        ):
            with pytest.raises(NotAllowed, match="own accreditation"):
                action()
        assert counted() == before


class TestRefusals:
    @pytest.mark.parametrize("role", [Role.LEARNER, Role.TUTOR, Role.REGISTRAR, Role.EMPLOYER])
    def test_only_the_hub(self, held, one, role):
        by = scene.person("A", "B", role)
        proposal = propose(held, "suspended", TODAY, by=one, reason="x", is_interim=True)
        concern, asked = (
            open_concern(held.person, "x", by=one),
            ask_of_entry(held.person, "withhold", by=held.person),
        )
        before = counted()
        for action in (
            lambda: propose(held, "suspended", TODAY, reason="x", grounds="y", by=by),
            lambda: confirm(proposal, by=by),
            lambda: drop(proposal, "x", by=by),
            lambda: withhold(held.person, "x", by=by),
            lambda: lift_withholding(held.person, "x", by=by, proposed_by=scene.hub_officer()),
            lambda: work_under(held.person, "Other", by=by),
            lambda: open_concern(held.person, "y", by=by),
            lambda: close_concern(concern, "x", by=by),
            lambda: do_request(asked, "", by=by),
            lambda: decline_request(asked, "x", by=by),
        ):
            with pytest.raises(NotAllowed):
                action()
        assert counted() == before

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"reason": "  "}, "Write down why"),
            ({"kind": "conditions", "words": " "}, "Write the conditions"),
            ({"kind": "conditions", "words": "x" * 301}, "longer than 300"),
            ({"from_day": TODAY - timedelta(days=1)}, "from the day it is recorded"),
            ({"until_day": TODAY - timedelta(days=1)}, "last day comes before"),
            ({"kind": "restored"}, "nothing to restore"),
            ({"grounds": " "}, "what the person is told"),
        ],
    )
    def test_refusals_change_nothing(self, held, one, changes, said):
        given = {"kind": "suspended", "from_day": TODAY, "reason": "x", "grounds": "y", **changes}
        before = counted()
        with pytest.raises(Refused, match=said):
            propose(held, given.pop("kind"), given.pop("from_day"), by=one, **given)
        assert counted() == before

    def test_what_is_in_force_already_is_not_decided_again(self, held):
        scene.sanctioned(held, "suspended")
        by = scene.hub_officer()
        before = counted()
        with pytest.raises(Refused, match="in force already"):
            propose(held, "suspended", TODAY, by=by, reason="x", grounds="y")
        assert counted() == before

    def test_after_a_withdrawal_only_a_restoration(self, held):
        scene.sanctioned(held, "withdrawn")
        with pytest.raises(Refused, match="only be restored"):
            scene.sanctioned(held, "suspended")
        scene.sanctioned(held, "restored")
        assert [s.kind for s in facts_of(held.person).sanctions] == ["withdrawn", "restored"]

    @pytest.mark.parametrize("waiting", ["conditions", "suspended", "restored", "withdrawn"])
    @pytest.mark.parametrize("kind", ["conditions", "suspended", "restored", "withdrawn"])
    def test_a_decision_to_come_never_stands_in_the_way_of_one_today(self, held, waiting, kind):
        far = date(2036, 12, 1)
        if waiting == "restored":
            scene.sanctioned(held, "conditions", words="Before.")
        scene.sanctioned(held, waiting, far, words="Later.")
        line = scene.sanctioned(held, kind, words="Now.")
        facts = facts_of(held.person)
        assert (line.kind, sanction_on(TODAY, facts).kind, sanction_on(far, facts).kind) == (
            kind,
            kind,
            kind,
        )
        assert (
            "from Monday 1 December 2036 is replaced by this one."
            in Notice.objects.filter(person=held.person).order_by("pk").last().body
        )

    def test_a_restoration_to_come_is_called_off_but_a_withdrawal_not_softened(self, held):
        later = TODAY + timedelta(days=30)
        scene.sanctioned(held, "withdrawn")
        scene.sanctioned(held, "restored", later)
        for kind in ("suspended", "conditions"):
            with pytest.raises(Refused, match="only be restored"):
                scene.sanctioned(held, kind, TODAY + timedelta(days=1), words="x")
        scene.sanctioned(held, "withdrawn", TODAY + timedelta(days=1))
        assert sanction_on(later, facts_of(held.person)).kind == "withdrawn"


class TestConcerns:
    def test_written_once_told_to_nobody_and_closed_with_its_outcome(self, held, one, two):
        concern = open_concern(held.person, " What we were told. ", by=one)
        before = counted()
        assert (
            open_concern(held.person, "What we were told.", by=two) == concern
            and counted() == before
        )
        assert Notice.objects.filter(person=held.person).count() == 1
        proposal = propose(
            held, "suspended", TODAY, by=one, reason="x", is_interim=True, concern=concern
        )
        with pytest.raises(Refused, match="Confirm or drop it first"):
            close_concern(concern, "Nothing in it.", by=one)
        drop(proposal, "x", by=two)
        assert close_concern(concern, "Nothing in it.", by=one).state == "closed"
        assert not any(
            "What we were told" in str(e.__dict__) or "Nothing in it" in str(e.__dict__)
            for e in Entry.objects.all()
        )


class TestEntries:
    def test_withholding_once_and_lifting_once(self, held, one):
        first = withhold(held.person, "For safety.", by=one)
        assert (
            withhold(held.person, "Again.", by=one).pk == first.pk
            and Withholding.objects.count() == 1
        )
        assert "safety" not in Notice.objects.get(subject="Your entry on the register").body
        assert lift_withholding(
            held.person, "No longer needed.", by=one, proposed_by=scene.hub_officer()
        ).until_day == TODAY - timedelta(days=1)
        assert (
            lift_withholding(held.person, "Again.", by=one, proposed_by=scene.hub_officer()) is None
        )
        assert (
            Entry.objects.filter(action__startswith="certificates.").exclude(reason="").count() == 0
        )

    def test_approved_organisations_are_sent_to_the_hub_and_nobody_else_learns_it(self, held, one):
        employer = scene.contact()
        where = employer.contacts.get().organisation
        number = held.person.imsa_number
        withhold(held.person, "Asked for.", by=one, mode="hub")
        assert (
            answer_check(number, "Llewellyn", by=employer, organisation=where).answer["code"]
            == "ask_the_hub"
        )
        assert answer_check(number, "Llewellyn").answer["code"] == "not_found"
        withhold(held.person, "Now no one.", by=one, mode="everybody")
        assert (
            answer_check(number, "Llewellyn", by=employer, organisation=where).answer["code"]
            == "not_found"
        )
        assert Withholding.objects.filter(until_day=None).count() == 1

    def test_nobody_asks_on_behalf_of_an_organisation_that_is_not_theirs_or_not_approved(
        self, held
    ):
        other = scene.organisation("MILL", "Mill House")
        employer = scene.contact()
        with pytest.raises(NotAllowed, match="not a contact"):
            answer_check(held.person.imsa_number, "Llewellyn", by=employer, organisation=other)
        own = employer.contacts.get().organisation
        scene.decide(own, "suspended", TODAY)
        with pytest.raises(NotAllowed, match="not approved today"):
            answer_check(held.person.imsa_number, "Llewellyn", by=employer, organisation=own)
        assert not held.person.checks.exists()

    @pytest.mark.parametrize(("what", "name"), [("withhold", ""), ("hub", ""), ("name", "Harper")])
    def test_a_holder_asks_and_the_hub_does_it_once(self, held, one, what, name):
        asked = ask_of_entry(held.person, what, "PRIVATE", name, by=held.person)
        before = counted()
        assert (
            ask_of_entry(held.person, what, "PRIVATE", name, by=held.person) == asked
            and counted() == before
        )
        assert (
            Notice.objects.filter(person=one, subject="Someone asks about their entry").count() == 1
        )
        do_request(asked, "Done.", by=one)
        done = counted()
        assert do_request(asked, "Done.", by=one).state == "done" and counted() == done
        assert answer_check(held.person.imsa_number, "Llewellyn").answer["code"] == "not_found"
        back = ask_of_entry(held.person, "lift", by=held.person, is_proved=True)
        do_request(back, "", by=one)
        assert code(held) == "accredited"
        assert not any(
            "PRIVATE" in str(e.__dict__) for e in Entry.objects.all()
        ) and "PRIVATE" not in str(list(Notice.objects.values()))

    def test_lifting_ends_what_runs_and_what_is_to_come(self, held, one):
        withhold(held.person, "Now.", by=one)
        withhold(
            held.person,
            "Through us from next week.",
            by=one,
            mode="hub",
            from_day=TODAY + timedelta(days=7),
            proposed_by=scene.hub_officer(),
        )
        lift_withholding(held.person, "Safe again.", by=one, proposed_by=scene.hub_officer())
        for n in (0, 8):
            with clock.at(TODAY + timedelta(days=n)):
                assert code(held) == "accredited"
        before = counted()
        assert (
            lift_withholding(held.person, "Again.", by=one, proposed_by=scene.hub_officer()) is None
            and counted() == before
        )

    def test_an_officer_does_what_they_read_and_not_what_was_asked_since(self, client, held, one):
        asked = ask_of_entry(held.person, "lift", by=held.person, is_proved=True)
        scene.sign_in(client, one)
        read = re.search(
            r'name="mark" value="(\w+)"', client.get(f"/hub/requests/{asked.pk}/").content.decode()
        )[1]
        ask_of_entry(held.person, "withhold", "They found me.", by=held.person)
        before = counted()
        page = client.post(
            f"/hub/requests/{asked.pk}/",
            {"action": "do", "mark": read, "answer": "Agreed by telephone."},
        )
        assert (
            "changed what they ask while you read" in page.content.decode()
            and "They found me." in page.content.decode()
        )
        assert "Agreed by telephone." in page.content.decode() and counted() == before
        client.post(
            f"/hub/requests/{asked.pk}/",
            {"action": "do", "mark": EntryRequest.objects.get().mark, "answer": ""},
        )
        assert Withholding.objects.get().mode == "everybody"

    def test_a_proposal_to_show_says_nothing_of_what_was_hidden_after_it(self, held, one):
        """Found again, somebody is hidden anew. A second officer reads why it was safe before, and must not undo that."""
        two = scene.hub_officer()
        withhold(held.person, "For safety.", by=one)
        made = propose_decision("lift", {"mode": ""}, TODAY, "Moved away.", by=one, enrolment=held)
        back = ask_of_entry(held.person, "lift", by=held.person, is_proved=True)
        do_request(back, "", by=one)
        with clock.at(clock.now() + timedelta(hours=1)):
            withhold(held.person, "They found me.", by=one)
            before = counted()
            with pytest.raises(Refused, match="anew"):
                confirm_decision(made, by=two)
            assert counted() == before and Withholding.objects.filter(until_day=None).exists()
            drop_decision(made, "Overtaken.", by=two)
            confirm_decision(
                propose_decision("lift", {"mode": ""}, TODAY, "Safe now.", by=one, enrolment=held),
                by=two,
            )
        assert code(held) == "accredited"

    @pytest.mark.parametrize(
        ("what", "name"), [("lift", ""), ("name", "Llewellyn"), ("name", "Other")]
    )
    def test_a_name_that_hides_is_not_ended_by_whoever_sits_at_an_open_session(
        self, client, held, one, what, name
    ):
        """Under a working name the name on file is “Not found”: who hides that way is hidden as by a withholding."""
        work_under(held.person, "Harper", by=one)
        asked = ask_of_entry(held.person, what, "", name, by=held.person)
        before = counted()
        with pytest.raises(Refused, match="second factor"):
            do_request(asked, "", by=one)
        assert counted() == before and WorkingName.objects.get(until_day=None).name == "Harper"
        page = scene.sign_in(client, one).get(f"/hub/requests/{asked.pk}/").content.decode()
        assert "This takes two officers" in page and "Do what they ask" not in page
        page = client.post(
            f"/hub/requests/{asked.pk}/", {"action": "propose", "mark": asked.mark}, follow=True
        ).content.decode()
        assert (
            "Answering to another family name".lower() in page.lower()
            and (name or "the name on file") in page
        )
        assert counted() == before
        do_request(
            ask_of_entry(held.person, what, "", name, by=held.person, is_proved=True), "", by=one
        )
        assert not WorkingName.objects.filter(until_day=None, name="Harper").exists()

    @pytest.mark.parametrize(("name", "answers"), [("", "Llewellyn"), ("Other", "Other")])
    def test_another_name_than_the_one_that_hides_takes_two_and_the_person_hears_of_it_first(
        self, client, held, one, two, name, answers
    ):
        person, where = held.person, f"/hub/people/{held.pk}/name/"
        scene.sign_in(client, one).post(where, {"name": "Harper"})
        assert WorkingName.objects.get(until_day=None).name == "Harper", (
            "the first name protects: one officer, at once"
        )
        before = counted()
        for by, proposed_by in ((one, None), (one, one), (one, person), (scene.registrar(), one)):
            with pytest.raises(NotAllowed):
                work_under(person, name, by=by, proposed_by=proposed_by)
        changed = {"name": name, "reason": "PRIVATE why", "was": "Harper"}
        assert "Write down why" in client.post(where, {**changed, "reason": ""}).content.decode()
        stale = client.post(where, {"name": name, "was": "", "reason": "PRIVATE why"})
        assert "changed since this page was shown" in stale.content.decode()
        shown = client.post(where, changed, follow=True).content.decode()
        assert "the name that answers today" in shown and counted() == before
        assert f"{answers}{'' if name else ', the name on file'}" in shown
        scene.press(client, "/hub/decisions/check/")
        made = PendingDecision.objects.get()
        told = Notice.objects.get(person=person, subject="A change to your entry is proposed")
        assert (
            "name" not in told.subject + told.body
            and "PRIVATE" not in told.body
            and "Harper" not in told.body
            and answer_check(person.imsa_number, "Harper").answer["code"] == "accredited"
        )
        assert "A change is proposed already" in client.get(where).content.decode()
        for by in (one, person, scene.registrar()):
            with pytest.raises(NotAllowed):
                confirm_decision(made, by=by)
        confirm_decision(made, by=two)
        confirm_decision(made, by=two)
        said = {
            typed: answer_check(person.imsa_number, typed).answer["code"]
            for typed in ("Harper", answers)
        }
        assert said == {"Harper": "not_found", answers: "accredited"}
        assert (
            Entry.objects.get(
                action="certificates.work_under", after__proposed_by=one.record_label
            ).actor
            == two.record_label
        )
        assert (
            "the name that answers today"
            in scene.sign_in(client, two).get(f"/hub/decisions/{made.pk}/").content.decode()
        )

    def test_a_name_proposed_before_a_newer_one_does_not_end_the_newer(self, held, one, two):
        work_under(held.person, "Harper", by=one)
        made = propose_decision(
            "name", name_terms(held.person, ""), TODAY, "Safe.", by=one, enrolment=held
        )
        with clock.at(clock.now() + timedelta(hours=1)):
            do_request(
                ask_of_entry(held.person, "name", "", "Hardy", by=held.person, is_proved=True),
                "",
                by=one,
            )
            before = counted()
            with pytest.raises(Refused, match="changed after"):
                confirm_decision(made, by=two)
            assert counted() == before and WorkingName.objects.get(until_day=None).name == "Hardy"
        with clock.at(clock.now() + timedelta(hours=2)):
            drop_decision(made, "Overtaken.", by=two)
            for name, why in (("Hardy", "already"), ("1234", "letters")):
                with pytest.raises(Refused, match=why):
                    propose_decision(
                        "name", name_terms(held.person, name), TODAY, "x", by=one, enrolment=held
                    )
        assert PendingDecision.objects.count() == 1

    @pytest.mark.parametrize(
        ("first", "proposed"),
        [
            ("Khan", "Khan Ali"),
            ("Müller", "Mueller"),
            ("Harper", ""),
            ("Harper", "Other"),
            ("Harper", "Llewellyn"),
        ],
    )
    def test_what_the_preview_of_a_name_promises_is_what_the_check_then_answers(
        self, held, one, two, first, proposed
    ):
        """A part of a name and another spelling fit too, and without a working name the earlier names answer again."""
        person = held.person
        rename(person, by=scene.registrar(), first_name=person.first_name, last_name="Price")
        work_under(person, first, by=one)
        typed = {
            "new_name": proposed or "Price",
            "old_name": first,
            "file_name": "Price",
            "earlier_names": "Llewellyn",
        }
        code_of = lambda who: answer_check(person.imsa_number, typed[who]).answer["code"]  # noqa: E731
        rows = name_preview(person, proposed).rows
        assert {who for who, *_ in rows} == {*typed} - ({"file_name"} if not proposed else set())
        assert {who: code_of(who) for who, *_ in rows} == {who: before for who, before, _ in rows}
        made = propose_decision(
            "name", name_terms(person, proposed), TODAY, "x", by=one, enrolment=held
        )
        confirm_decision(made, by=two)
        assert {who: code_of(who) for who, *_ in rows} == {who: after for who, _, after in rows}

    def test_the_person_sees_what_is_proposed_and_hears_that_it_was_dropped(
        self, client, held, one, two
    ):
        work_under(held.person, "Harper", by=one)
        made = propose_decision(
            "name", name_terms(held.person, ""), TODAY, "PRIVATE", by=one, enrolment=held
        )
        page = scene.sign_in(client, held.person).get("/certificates/entry/").content.decode()
        assert (
            "A Hub officer proposed a change" in page
            and "<strong>Llewellyn</strong>" in page
            and "PRIVATE" not in page
        )
        drop_decision(made, "Not safe.", by=two)
        drop_decision(made, "Not safe.", by=two)
        told = Notice.objects.get(
            person=held.person, subject="A proposed change to your entry was dropped"
        )
        assert "name" not in told.body and "Not safe" not in told.body
        assert "A Hub officer proposed" not in client.get("/certificates/entry/").content.decode()
        made.refresh_from_db()
        assert not made.terms and "Harper" not in f"{made.preview}{made.effect}"
        page = scene.sign_in(client, two).get(f"/hub/decisions/{made.pk}/").content.decode()
        assert "Not kept, because the proposal was dropped" in page and "Harper" not in page

    def test_the_name_on_file_that_changed_meanwhile_is_not_the_one_that_was_agreed(
        self, held, one, two
    ):
        work_under(held.person, "Harper", by=one)
        made = propose_decision(
            "name", name_terms(held.person, ""), TODAY, "x", by=one, enrolment=held
        )
        rename(
            held.person, by=scene.registrar(), first_name=held.person.first_name, last_name="Price"
        )
        before = counted()
        with pytest.raises(Refused, match="changed after|facts changed"):
            confirm_decision(made, by=two)
        assert counted() == before and WorkingName.objects.get(until_day=None).name == "Harper"

    def test_a_request_for_what_is_so_already_has_an_answer_that_the_person_hears_of(
        self, held, one
    ):
        work_under(held.person, "Harper", by=one)
        asked = ask_of_entry(held.person, "name", "", "Harper", by=held.person)
        before = Notice.objects.filter(person=held.person).count()
        do_request(asked, "It is so already.", by=one)
        assert Notice.objects.filter(person=held.person).count() == before + 1

    def test_one_that_was_answered_meanwhile_is_not_called_taken_back(self, client, held, one):
        withhold(held.person, "Asked for.", by=one)
        asked = ask_of_entry(held.person, "lift", by=held.person, is_proved=True)
        do_request(asked, "", by=one)
        page = (
            scene.sign_in(client, held.person)
            .post("/certificates/entry/", {"action": "withdraw"}, follow=True)
            .content.decode()
        )
        assert "the Hub answered already" in page and "is taken back" not in page
        assert EntryRequest.objects.get().state == "done"

    def test_an_interim_decision_to_come_is_not_said_to_count(self, client, held, one, two):
        day = TODAY + timedelta(days=20)
        confirm(
            propose(held, "suspended", day, by=one, reason="x", grounds="y", is_interim=True),
            by=two,
        )
        page = scene.sign_in(client, held.person).get("/study/").content.decode()
        assert (
            f"From {in_words(day)} it counts while something is looked into" in page
            and "It counts while" not in page
        )

    def test_a_request_is_taken_back_by_who_asked_and_then_nobody_does_it(self, held, one):
        asked = ask_of_entry(held.person, "withhold", by=held.person)
        with pytest.raises(NotAllowed):
            withdraw_request(asked, by=one)
        assert withdraw_request(asked, by=held.person).state == "withdrawn"
        assert withdraw_request(asked, by=held.person).state == "withdrawn"
        for action in (
            lambda: do_request(asked, "", by=one),
            lambda: decline_request(asked, "x", by=one),
        ):
            with pytest.raises(Refused, match="took back"):
                action()
        assert not Withholding.objects.exists() and EntryRequest.objects.get().state == "withdrawn"

    def test_nobody_asks_for_another_and_a_refusal_has_words(self, held, one):
        with pytest.raises(NotAllowed):
            ask_of_entry(held.person, "withhold", by=one)
        asked = ask_of_entry(held.person, "hub", by=held.person)
        with pytest.raises(Refused, match="Write an answer"):
            decline_request(asked, " ", by=one)
        decline_request(asked, "Speak to us first.", by=one)
        assert not Withholding.objects.exists() and code(held) == "accredited"
        with pytest.raises(Refused):
            do_request(asked, "", by=one)
        assert not Withholding.objects.exists()


class TestWhatTheHolderSees:
    def test_a_decision_that_begins_later_is_not_announced_as_if_it_had_begun(self, held):
        scene.sanctioned(held, "suspended", TODAY + timedelta(days=20))
        told = Notice.objects.get(
            person=held.person, subject="Your accreditation will be suspended"
        )
        assert told.body.startswith(
            "Your accreditation will be suspended from Sunday 9 August 2026. You may act as before until then"
        )
        assert (
            not Notice.objects.filter(subject="Your accreditation is suspended").exists()
            and code(held) == "accredited"
        )

    @pytest.mark.parametrize("path", ["/study/", "/certificates/{number}/"])
    def test_an_open_question_and_a_coming_decision_stand_on_the_pages_they_work_with(
        self, client, held, one, two, path
    ):
        path = path.format(number=held.certificates.get().number)
        scene.sign_in(client, held.person)
        proposal = propose(
            held,
            "suspended",
            TODAY + timedelta(days=30),
            by=one,
            reason="PRIVATE",
            grounds="A complaint.",
        )
        page = client.get(path).content.decode()
        assert (
            f"/certificates/questions/{proposal.pk}/" in page
            and f"You can answer until {in_words(proposal.reply_by)}" in page
            and "PRIVATE" not in page
        )
        reply(proposal, "My answer.", by=held.person)
        assert "The Hub asks for your answer" not in client.get(path).content.decode()
        confirm(proposal, by=two)
        page = client.get(path).content.decode()
        assert "From Wednesday 19 August 2026" in page and "will be suspended" in page
        with clock.at(TODAY + timedelta(days=30)):
            assert "will be suspended" not in client.get(path).content.decode()

    def test_after_sending_the_page_says_that_the_answer_is_there(self, client, held, one):
        proposal = propose(held, "suspended", TODAY, by=one, reason="x", grounds="A complaint.")
        scene.sign_in(client, held.person)
        page = client.post(
            f"/certificates/questions/{proposal.pk}/", {"reply": "It was not so."}, follow=True
        ).content.decode()
        assert (
            "Your answer is with the Hub</h1>" in page
            and "You can answer until" not in page
            and "It was not so." in page
        )


class TestWhatCannotBe:
    def test_a_term_that_ran_out_is_not_restored(self, held, one):
        with clock.at(date(2029, 8, 1)):
            before = counted()
            with pytest.raises(Refused, match="asks for a renewal"):
                propose(held, "restored", date(2029, 8, 1), by=one, reason="x")
            assert counted() == before

    def test_a_lapse_between_posts_is_restored(self, held, one):
        scene.end(held.certificates.get().register_line, TODAY)
        with clock.at(date(2027, 9, 1)):
            assert scene.sanctioned(held, "restored", date(2027, 9, 1)).kind == "restored"

    def test_a_suspension_is_lifted_though_the_term_ran_out_meanwhile(self, held):
        scene.sanctioned(held, "suspended")
        with clock.at(date(2029, 8, 1)):
            scene.sanctioned(held, "restored", date(2029, 8, 1))
            assert code(held) == "lapsed"

    def test_a_concern_of_somebody_else_or_a_closed_one_carries_no_proposal(self, held, one):
        other = open_concern(scene.certified("O", "Other").enrolment.person, "x", by=one)
        closed = close_concern(
            open_concern(held.person, "y", by=one), "Nothing came of it.", by=one
        )
        before = counted()
        for concern in (other, closed):
            with pytest.raises(Refused, match="about someone else"):
                propose(held, "suspended", TODAY, by=one, reason="x", grounds="y", concern=concern)
        assert counted() == before

    def test_conditions_typed_beside_a_suspension_are_not_lost_unsaid(self, client, held, one):
        scene.sign_in(client, one)
        given = {
            "kind": "suspended",
            "from_day": TODAY,
            "words": "Only with a colleague.",
            "grounds": "g",
            "reason": "r",
        }
        page = client.post(f"/hub/people/{held.pk}/decide/", given)
        assert (
            page.status_code == 200
            and "Conditions go with" in page.content.decode()
            and "Only with a colleague." in page.content.decode()
        )
