"""A change of law binds everybody who learned the old text: two people, each of whom saw whom."""

import threading
from datetime import date, timedelta

import pytest
from django.db import Error, OperationalError, connection, transaction

from courses.actions import (
    confirm_change,
    draft_top_up,
    drop_change,
    mark_studied,
    open_plan,
    propose_change,
    propose_top_up,
    propose_undoing,
    publish_version,
    put_right,
    read_again,
    record_change,
    send_top_up,
)
from courses.models import (
    Citation,
    Correction,
    LawChange,
    LawProposal,
    Provision,
    TopUp,
    TopUpDue,
    UnitPage,
)
from courses.queries import (
    effect_of,
    people_of,
    studied_old_text,
    top_ups_by_person,
    versions_citing,
    versions_teaching_old_text,
)
from courses.rendering.units import draw
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role, RoleGrant
from lms.people.roles import Operator
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
TODAY, LATER = date(2026, 11, 22), date(2027, 1, 31)
NEW = {"summary": "Prosecutors must not proceed.", "as_at": TODAY, "review_by": date(2027, 5, 22)}
TOLD = {"words": "The presumption became a bar.", "effective_on": date(2026, 11, 1)}


@pytest.fixture(autouse=True)
def today():
    with clock.at(TODAY):
        yield


@pytest.fixture
def second(make_person):
    return make_person("Sorcha", Role.TUTOR)


def teach(provision, variant, operator):
    page = UnitPage(title="Law", body=[("provision", {"provision": provision, "note": ""})])
    return publish_version(variant, draw(page), by=operator)


@pytest.fixture
def taught(provision, law_unit, operator, plan, trainee):
    version = teach(provision, law_unit.variants.get(key="scotland"), operator)
    mark_studied(trainee, version, by=trainee)
    return version


@pytest.fixture
def proposed(taught, provision, author, second, tutor):
    return propose_change(provision, by=author, **TOLD, now=NEW)


def seen(proposal):
    return effect_of(
        Provision.objects.get(pk=proposal.provision_id),
        proposal.now["reading"],
        proposal.now["jurisdictions"],
    ).seen


def confirm(proposal, by):
    return confirm_change(proposal, by=by, seen=seen(proposal))


def everything():
    return [
        list(m.objects.values())
        for m in (Provision, LawChange, LawProposal, Correction, TopUp, TopUpDue, Entry, Notice)
    ]


def refused(error, words, action):
    before = everything()
    with pytest.raises(error) as refusal:
        action()
    assert words in str(refusal.value)
    assert everything() == before


class TestTwoPeople:
    def test_nothing_changes_for_anybody_before_a_second_person_confirms(
        self, proposed, provision, author, second, tutor, trainee, enter
    ):
        old = Provision.objects.get()
        assert (
            old.summary == provision.summary and old.reading == 1 and not LawChange.objects.exists()
        )
        assert (
            not studied_old_text(old).exists()
            and "The law has changed"
            not in enter(trainee).get("/study/units/LAW/scotland/").content.decode()
        )
        told = Notice.objects.filter(subject="A change of law needs a second person")
        assert {n.person for n in told} == {second, tutor} and told[
            0
        ].url == f"/law/proposals/{proposed.pk}/"
        made = confirm(proposed, second)
        new = Provision.objects.get()
        assert (new.summary, new.reading, made.was["summary"], made.recorded_by) == (
            NEW["summary"],
            2,
            provision.summary,
            second,
        )
        assert (
            studied_old_text(new).count() == 1
            and "The law has changed"
            in enter(trainee).get("/study/units/LAW/scotland/").content.decode()
        )
        assert Entry.objects.get(action="courses.change_law").actor == second.record_label
        assert Entry.objects.get(action="courses.propose_law_change").actor == author.record_label
        assert {n.person for n in Notice.objects.filter(subject="A change of law is recorded")} == {
            author,
            tutor,
        }
        assert not Notice.objects.filter(person=trainee).exists(), (
            "a change alone asks nothing of a trainee"
        )

    def test_nobody_confirms_alone_nor_without_the_role(
        self, proposed, author, trainee, consultant, make_person
    ):
        mark = seen(proposed)
        for person in (
            author,
            trainee,
            consultant,
            make_person("Reg", Role.REGISTRAR),
            make_person("Hub", Role.HUB_OFFICER),
            Operator("shell"),
        ):
            refused(NotAllowed, "", lambda by=person: confirm_change(proposed, by=by, seen=mark))

    def test_the_shell_proposes_nothing(self, taught, provision, operator):
        refused(NotAllowed, "", lambda: propose_change(provision, by=operator, **TOLD, now=NEW))

    def test_what_units_teach_is_not_recorded_by_one(self, taught, provision, author):
        refused(
            Refused, "a second person", lambda: record_change(provision, by=author, **TOLD, now=NEW)
        )

    def test_what_no_unit_teaches_binds_nobody_and_takes_one(self, provision, author):
        assert record_change(provision, by=author, **TOLD, now=NEW).recorded_by == author
        assert (
            read_again(Provision.objects.get(), by=author, as_at=TODAY, review_by=LATER).review_by
            == LATER
        )

    @pytest.mark.both_engines
    def test_the_database_knows_one_person_from_two_and_one_proposal_from_two(
        self, proposed, author, second, tutor
    ):
        made = confirm(proposed, second)
        for changes in ({"settled_by": author}, {"settled_by": None}):
            with pytest.raises(Error), transaction.atomic():
                LawProposal.objects.filter(pk=proposed.pk).update(**changes)
        again = {
            "provision": made.provision,
            "words": "x",
            "was": {},
            "now": {},
            "effective_on": TODAY,
            "proposed_by": author,
        }
        LawProposal.objects.create(**again)
        with pytest.raises(Error), transaction.atomic():
            LawProposal.objects.create(**again)

    def test_proposed_and_confirmed_twice_is_once(self, proposed, provision, author, second):
        before = everything()
        assert propose_change(provision, by=author, **TOLD, now=NEW).pk == proposed.pk
        assert everything() == before
        made, before = confirm(proposed, second), everything()
        assert confirm_change(proposed, by=second, seen="").pk == made.pk and everything() == before
        assert (
            propose_change(provision, by=author, **TOLD, now=NEW).pk == proposed.pk
            and everything() == before
        )

    def test_one_waits_at_a_time(self, proposed, provision, tutor):
        refused(
            Refused,
            "second person first",
            lambda: propose_change(
                provision, by=tutor, **TOLD, now={**NEW, "summary": "Something else."}
            ),
        )

    def test_what_was_true_at_the_proposal_is_asked_again(
        self, proposed, provision, author, second, taught, make_person, programme, operator
    ):
        mark = seen(proposed)
        late = make_person("Una", Role.LEARNER)
        open_plan(late, programme, ["scotland"], by=operator, opened_on=date(2025, 9, 1))
        mark_studied(late, taught, by=late)
        for old in (mark, ""):
            refused(
                Refused,
                "other people or units",
                lambda old=old: confirm_change(proposed, by=second, seen=old),
            )
        RoleGrant.objects.filter(person=author).update(ends_on=date(2026, 11, 21))
        refused(Refused, "no longer keeps the law", lambda: confirm(proposed, second))
        RoleGrant.objects.filter(person=author).update(ends_on=None)
        read_again(provision, by=second, as_at=TODAY, review_by=LATER)
        refused(Refused, "nothing had changed", lambda: confirm(proposed, second))

    def test_dropped_it_keeps_what_was_typed_and_its_author_knows_why(
        self, proposed, provision, author, second, enter
    ):
        refused(Refused, "Say why", lambda: drop_change(proposed, by=second, reason=" "))
        drop_change(proposed, by=second, reason="There is no such law.")
        assert (
            "There is no such law."
            in Notice.objects.get(person=author, subject="Your change of law was not recorded").body
        )
        assert Entry.objects.get(action="courses.drop_law_change").reason == "There is no such law."
        before = everything()
        drop_change(proposed, by=second, reason="Again")
        assert everything() == before
        refused(Refused, "was dropped", lambda: confirm(proposed, second))
        inside = enter(author)
        assert (
            f"?from={proposed.pk}" in inside.get(f"/law/proposals/{proposed.pk}/").content.decode()
        )
        typed = inside.get(f"/law/{provision.key}/change/?from={proposed.pk}").content.decode()
        assert TOLD["words"] in typed and NEW["summary"] in typed
        assert inside.get(f"/law/{provision.key}/change/?from=x").status_code == 200
        made = confirm(propose_change(provision, by=author, **TOLD, now=NEW), second)
        refused(Refused, "undo it", lambda: drop_change(made.proposal, by=second, reason="Late"))


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_make_one_change(proposed, second, tutor):
    mark, ready, answers = seen(proposed), threading.Barrier(2), []

    def press(action):
        ready.wait()
        try:
            with clock.at(TODAY):
                action()
        except (Refused, OperationalError) as refusal:  # SQLite may lock its whole file
            answers.append(str(refusal))
        finally:
            connection.close()

    actions = (
        lambda: confirm_change(proposed, by=second, seen=mark),
        lambda: drop_change(proposed, by=tutor, reason="No such law."),
    )
    at_once = [threading.Thread(target=press, args=(action,)) for action in actions]
    for one in at_once:
        one.start()
    for one in at_once:
        one.join()
    row = LawProposal.objects.get()
    assert LawChange.objects.count() == bool(row.change_id) and row.settled_at, answers
    assert (
        Entry.objects.filter(action__in=["courses.change_law", "courses.drop_law_change"]).count()
        == 1
    )


class TestThePreview:
    def test_it_says_what_then_follows(
        self, proposed, provision, law_unit, second, trainee, make_person, programme, operator
    ):
        newer, reader = make_person("Una", Role.LEARNER), make_person("Ros", Role.LEARNER)
        for person in (newer, reader):
            open_plan(person, programme, ["scotland"], by=operator, opened_on=date(2025, 9, 1))
        effect = effect_of(provision, 2, ["scotland"])
        assert (effect.new, effect.freed, effect.readers, [v.is_met for v in effect.versions]) == (
            {trainee.pk},
            set(),
            2,
            [True],
        )
        assert [p.pk for p in people_of(provision, 2)] == [trainee.pk]
        confirm(proposed, second)
        now = Provision.objects.get()
        assert {s.person_id for s in studied_old_text(now)} == effect.after
        assert [v.pk for v in versions_teaching_old_text(now)] == [
            v.pk for v in effect.versions if v.is_old
        ]

    def test_the_pages_say_whom_and_ask_a_second_person(
        self, taught, provision, author, second, trainee, enter
    ):
        inside, address = enter(author), f"/law/{provision.key}/change/"
        typed = {
            "words": "The presumption became a bar.",
            "effective_on": "2026-11-01",
            "title": provision.title,
            "summary": "Prosecutors must not.",
            "commencement": "in_force",
            "jurisdictions": ["scotland"],
            "source": provision.source,
            "basis": "read",
            "as_at": "2026-11-22",
            "review_by": "2027-05-22",
        }
        before = everything()
        answer = inside.post(address, typed)
        page = answer.content.decode()
        assert (
            answer.status_code == 200
            and "1 unit changes at once for its readers" in page
            and "1 person has studied the old text" in page
        )
        assert inside.post(address, {**typed, "summary": provision.summary}).status_code == 422
        assert (
            "Prosecutors must not." in inside.post(address, {**typed, "edit": "1"}).content.decode()
        )
        assert everything() == before, "looking ahead changes nothing"
        assert inside.post(address, {**typed, "checked": "1"}).status_code == 302
        proposal = LawProposal.objects.get()
        assert not LawChange.objects.exists()
        here = f"/law/proposals/{proposal.pk}/"
        shown = inside.get(here).content.decode()
        assert "another author or a tutor confirms it" in shown
        assert "Mairi" not in shown, "authors work with numbers"
        assert (
            inside.post(here, {"action": "confirm", "seen": seen(proposal)}).status_code == 403
            and not LawChange.objects.exists()
        )
        again = inside.post(address, {**typed, "summary": "Quite another text."})
        assert again.status_code == 422 and "Quite another text." in again.content.decode(), (
            "what was typed stays"
        )
        inside = enter(second)
        assert "Mairi" in inside.get(here).content.decode()
        stale = inside.post(here, {"action": "confirm", "seen": "x"})
        assert (
            stale.status_code == 409
            and "Nothing is recorded" in stale.content.decode()
            and not LawChange.objects.exists()
        )
        assert inside.post(here, {"action": "drop", "reason": ""}).status_code == 422
        assert inside.post(here, {"action": "confirm", "seen": seen(proposal)}).status_code == 302
        assert LawChange.objects.get().now["summary"] == "Prosecutors must not."
        assert inside.get(here).status_code == 200

    def test_many_people_are_paged(
        self,
        proposed,
        taught,
        programme,
        operator,
        second,
        enter,
        make_person,
        django_assert_max_num_queries,
    ):
        for n in range(30):
            person = make_person(f"P{n}", Role.LEARNER)
            open_plan(person, programme, ["scotland"], by=operator, opened_on=date(2025, 9, 1))
            mark_studied(person, taught, by=person)
        inside = enter(second)
        inside.get(f"/law/proposals/{proposed.pk}/")
        with django_assert_max_num_queries(20):
            page = inside.get(f"/law/proposals/{proposed.pk}/?page=2").content.decode()
        assert "Page 2 of 2" in page and "31 people have studied the old text" in page


class TestUndoing:
    """The change was recorded and the law had not changed."""

    @pytest.fixture
    def changed(self, proposed, second):
        return confirm(proposed, second)

    def test_who_studied_what_stood_before_is_current_again(
        self, changed, provision, taught, author, second, trainee, make_person, programme, operator
    ):
        wrong = teach(Provision.objects.get(), taught.variant, operator)
        late = make_person("Una", Role.LEARNER)
        open_plan(late, programme, ["scotland"], by=operator, opened_on=date(2025, 9, 1))
        mark_studied(late, wrong, by=late)
        refused(Refused, "how you know", lambda: propose_undoing(changed, by=author, why=" "))
        proposal = propose_undoing(changed, by=author, why="The Act was never passed.")
        effect = effect_of(
            Provision.objects.get(), proposal.now["reading"], proposal.now["jurisdictions"]
        )
        assert (effect.freed, effect.new) == ({trainee.pk}, {late.pk})
        refused(NotAllowed, "You proposed", lambda: confirm(proposal, author))
        undone = confirm(proposal, second)
        law = Provision.objects.get()
        assert (law.summary, law.reading) == (provision.summary, 1)
        assert {s.person_id for s in studied_old_text(law)} == {late.pk}
        assert [v.pk for v in versions_teaching_old_text(law)] == [wrong.pk]
        assert {v.pk: v.teaches for v in versions_citing(law)} == {
            wrong.pk: "old",
            taught.pk: "now",
        }
        assert (
            LawChange.objects.count() == 2
            and LawChange.objects.get(pk=changed.pk).now["summary"] == NEW["summary"]
        ), "the mistake stays on the record"
        assert undone.proposal.undoes == changed and undone.effective_on == TODAY
        before = everything()
        assert (
            propose_undoing(changed, by=author, why="The Act was never passed.").change == undone
            and everything() == before
        )

    def test_its_number_is_not_given_again(
        self, changed, provision, taught, author, second, operator
    ):
        wrong = teach(Provision.objects.get(), taught.variant, operator)
        confirm(propose_undoing(changed, by=author, why="No such law."), second)
        real = confirm(
            propose_change(
                provision,
                by=author,
                words="A new Act.",
                effective_on=TODAY,
                now={**NEW, "summary": "The real change."},
            ),
            second,
        )
        assert real.now["reading"] == 3
        assert {v.pk for v in versions_teaching_old_text(Provision.objects.get())} == {
            wrong.pk,
            taught.pk,
        }
        assert not Citation.objects.filter(reading=3).exists()

    def test_its_top_up_is_recalled_and_another_is_not_sent(
        self, changed, author, second, trainee, tutor
    ):
        top_up = propose_top_up(draft_top_up(changed, by=author), by=author, counts_from=LATER)
        send_top_up(top_up, by=second)
        assert top_ups_by_person([trainee.pk])[trainee.pk][0][4] is None
        confirm(propose_undoing(changed, by=author, why="No such law."), tutor)
        assert TopUp.objects.get().recall_reason == "No such law."
        assert top_ups_by_person([trainee.pk])[trainee.pk][0][4] == TODAY
        assert (
            "No such law."
            in Notice.objects.get(
                person=trainee, subject="A text about changed law was recalled"
            ).body
        )
        again = draft_top_up(LawChange.objects.get(pk=changed.pk), by=author)
        refused(
            Refused, "changed again", lambda: propose_top_up(again, by=author, counts_from=LATER)
        )

    def test_only_the_newest_is_undone_and_a_slip_put_right_since_stays(
        self, changed, provision, author, second
    ):
        put_right(Provision.objects.get(), by=author, why="Mistyped.", now={"section": "s.88"})
        undone = confirm(propose_undoing(changed, by=author, why="No such law."), second)
        law = Provision.objects.get()
        assert (
            (law.section, law.summary) == ("s.88", provision.summary)
            and law.as_at == TODAY
            and law.review_by > TODAY
        )
        refused(
            Refused, "changed again since", lambda: propose_undoing(changed, by=author, why="Again")
        )
        assert undone == law.changes.first()

    def test_the_page(self, changed, author, enter, provision):
        inside = enter(author)
        here = f"/law/changes/{changed.pk}/undo/"
        assert here in inside.get(f"/law/changes/{changed.pk}/").content.decode()
        assert (
            "For 1 person the text they studied would be current again"
            in inside.get(here).content.decode()
        )
        assert inside.post(here, {"why": ""}).status_code == 422
        assert inside.post(here, {"why": "No such law."}).status_code == 302
        assert LawProposal.objects.filter(undoes=changed, settled_at=None).exists()
        assert inside.post(here, {"why": "Other words that I typed"}).status_code == 422
        assert timedelta(0) < Provision.objects.get().review_by - TODAY
