"""A change of law reaches everybody who learned the old text, and nobody else."""

import re
from datetime import date, timedelta

import pytest
from django.db import Error, connection, transaction
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from courses.actions import (
    answer_top_up,
    confirm_change,
    draft_top_up,
    finish_top_up,
    mark_studied,
    open_plan,
    propose_change,
    propose_top_up,
    publish_version,
    put_right,
    read_again,
    recall_top_up,
    record_change,
    return_top_up,
    send_top_up,
    take_on,
)
from courses.editor.top_ups import TopUpViewSet
from courses.models import (
    Correction,
    LawChange,
    LawProposal,
    Provision,
    Study,
    StudyPlan,
    TopUp,
    TopUpDue,
    UnitPage,
)
from courses.queries import (
    effect_of,
    review_calendar,
    studied_old_text,
    top_ups_by_person,
    top_ups_of,
    versions_citing,
    versions_teaching_old_text,
)
from courses.rendering.units import draw
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import grant
from lms.people.models import Notice, Role, RoleGrant, User
from lms.people.roles import Operator
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
NEW = {
    "summary": "Prosecutors must not proceed.",
    "as_at": date(2026, 11, 22),
    "review_by": date(2027, 5, 22),
}
LATER = date(2027, 1, 31)


@pytest.fixture(autouse=True)
def today():
    with clock.at(date(2026, 11, 22)):
        yield


def teach(provision, variant, operator):
    page = UnitPage(title="Law", body=[("provision", {"provision": provision, "note": ""})])
    return publish_version(variant, draw(page), by=operator)


@pytest.fixture
def taught(provision, law_unit, operator):
    return teach(provision, law_unit.variants.get(key="scotland"), operator)


TOLD = {"words": "The presumption became a bar.", "effective_on": date(2026, 11, 1)}


def change(provision, by, **now):
    """Where units teach it, one proposes and a second person confirms; otherwise one records it."""
    if not provision.citations.exists():
        return record_change(provision, by=by, **TOLD, now={**NEW, **now})
    return confirm(
        propose_change(provision, by=by, **TOLD, now={**NEW, **now}),
        User.objects.get(email="sorcha@imsa.example"),
    )


def seen_of(proposal):
    return effect_of(
        Provision.objects.get(pk=proposal.provision_id),
        proposal.now["reading"],
        proposal.now["jurisdictions"],
    ).seen


def confirm(proposal, by):
    return confirm_change(proposal, by=by, seen=seen_of(proposal))


def everything():
    return [
        list(m.objects.values())
        for m in (Provision, LawChange, LawProposal, Correction, TopUp, TopUpDue, Entry, Notice)
    ]


@pytest.fixture
def change_of(author, provision):
    return change(provision, author)


@pytest.fixture(autouse=True)
def second(make_person):
    """Another tutor: whoever did not propose it."""
    return make_person("Sorcha", Role.TUTOR)


def send(top_up, author, counts_from=LATER):
    """Proposed by an author and sent by a second person."""
    if TopUp.objects.get(pk=top_up.pk).sent_at is None:
        propose_top_up(top_up, by=author, counts_from=counts_from)
    return send_top_up(top_up, by=User.objects.get(email="sorcha@imsa.example"))


class TestRecording:
    def test_what_it_said_and_says_is_kept_and_the_ledger_moves_on(self, provision, author):
        made = change(provision, author)
        provision.refresh_from_db()
        assert (
            made.was["summary"].startswith("The Lord Advocate")
            and made.now["summary"] == NEW["summary"]
        )
        assert provision.summary == NEW["summary"] and str(provision.as_at) == "2026-11-22"
        entry = Entry.objects.get(action="courses.change_law")
        assert entry.before["summary"] == made.was["summary"] and entry.actor == author.record_label

    def test_twice_is_once(self, provision, author):
        assert change(provision, author).pk == change(provision, author).pk
        assert LawChange.objects.count() == 1

    def test_law_to_come_is_recorded_when_it_comes(self, provision, author):
        before = everything()
        with pytest.raises(Refused, match="on the day"):
            record_change(
                provision, by=author, words="Soon.", effective_on=date(2026, 11, 23), now=NEW
            )
        assert everything() == before

    @pytest.mark.parametrize(
        "now",
        [
            {"summary": "The Lord Advocate instructs prosecutors."},
            {"summary": " "},
            {"commencement": "soon"},
            {"jurisdictions": []},
            {"review_by": date(2026, 11, 22)},
            {"owner_id": 1},
        ],
    )
    def test_what_the_ledger_could_not_stand_behind_is_refused(self, provision, author, now):
        before = everything()
        with pytest.raises(Refused):
            change(provision, author, **now)
        assert everything() == before

    def test_only_those_who_write_or_teach(self, provision, trainee, consultant, make_person):
        people = (
            trainee,
            consultant,
            make_person("Reg", Role.REGISTRAR),
            make_person("Emp", Role.EMPLOYER),
        )
        before = everything()
        for person in people:
            for action in (
                lambda by: change(provision, by),
                lambda by: slip(provision, by),
                lambda by: take_on(provision, by=by, owner=by),
                lambda by: read_again(provision, by=by, as_at=date(2026, 11, 22), review_by=LATER),
            ):
                with pytest.raises(NotAllowed):
                    action(person)
        assert everything() == before

    @pytest.mark.both_engines
    @pytest.mark.parametrize(
        "table", ["courses_lawchange", "courses_citation", "courses_correction"]
    )
    def test_the_database_keeps_changes_and_citations_as_they_are(
        self, taught, provision, author, table
    ):
        change(provision, author)
        slip(provision, author)
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
        assert (
            LawChange.objects.count() == Correction.objects.count() == taught.citations.count() == 1
        )


def slip(provision, by, why="The section was mistyped.", **now):
    return put_right(provision, by=by, why=why, now={"section": "s.45", **now})


class TestPuttingASlipRight:
    def test_nobody_is_told_that_the_law_changed(self, taught, provision, author, plan, trainee):
        mark_studied(trainee, taught, by=trainee)
        made = slip(provision, author)
        provision.refresh_from_db()
        assert (provision.section, made.was["section"], made.now["section"]) == (
            "s.45",
            "s.8",
            "s.45",
        )
        assert not studied_old_text(provision).exists() and not versions_teaching_old_text(
            provision
        )
        assert not Notice.objects.exists() and not LawChange.objects.exists()
        assert [v.teaches for v in versions_citing(provision)] == ["slip"]
        assert Entry.objects.get(action="courses.put_law_right").after["section"] == "s.45"

    def test_after_a_change_the_old_text_stays_old(self, taught, provision, author, plan, trainee):
        mark_studied(trainee, taught, by=trainee)
        changed = change(provision, author)
        slip(provision, author)
        assert [v.teaches for v in versions_citing(Provision.objects.get())] == ["old"]
        assert studied_old_text(Provision.objects.get()).count() == 1
        send(
            draft_top_up(changed, by=author), author
        )  # a slip put right does not overtake the change
        assert TopUpDue.objects.get().person == trainee

    def test_twice_is_once(self, provision, author):
        assert slip(provision, author) and slip(provision, author) is None
        assert Correction.objects.count() == 1

    @pytest.mark.parametrize(
        "now",
        [
            {"why": " "},
            {"act": " "},
            {"section": ""},
            {"jurisdictions": []},
            {"as_at": date(2026, 1, 1)},
        ],
    )
    def test_what_the_ledger_could_not_stand_behind_is_refused(self, provision, author, now):
        before = everything()
        with pytest.raises(Refused):
            slip(provision, author, **now)
        assert everything() == before

    @pytest.mark.parametrize("page", ["slip/", ""])
    def test_an_old_page_brings_no_old_law_back(
        self, taught, provision, author, tutor, enter, page
    ):
        """Two people changed the law meanwhile. The fields of one person's older page would undo them, as a slip."""
        address = f"/law/{provision.key}/"
        inside = enter(author)
        shown = inside.get(address + page).content.decode()
        seen = re.search(r'name="seen" value="([^"]+)"', shown)[1]
        fields = {
            name: getattr(provision, name)
            for name in (
                "act",
                "title",
                "summary",
                "commencement",
                "jurisdictions",
                "source",
                "basis",
            )
        }
        given = (
            fields | {"section": "s.45", "why": "The section was mistyped."}
            if page
            else {
                "action": "read",
                "basis": "read",
                "as_at": "2026-11-22",
                "review_by": "2027-02-28",
            }
        )
        change(provision, author)
        before = everything()
        answer = inside.post(address + page, given | {"seen": seen})
        assert (
            answer.status_code in (409, 422) and "changed while you read" in answer.content.decode()
        )
        assert everything() == before and Provision.objects.get().summary == NEW["summary"]
        seen = re.search(
            r'name="seen" value="([^"]+)"', inside.get(address + page).content.decode()
        )[1]
        assert (
            inside.post(
                address + page, given | {"seen": seen, "summary": NEW["summary"]}
            ).status_code
            == 302
        )
        assert Provision.objects.get().summary == NEW["summary"]


class TestWhoLearnedTheOldText:
    @pytest.mark.both_engines
    def test_those_who_studied_it_and_nothing_newer(
        self, taught, provision, author, plan, trainee, make_person, programme, operator
    ):
        other, fresh = make_person("Una", Role.LEARNER), make_person("Ros", Role.LEARNER)
        for person in (other, fresh):
            open_plan(person, programme, ["scotland"], by=operator, opened_on=date(2025, 9, 1))
        mark_studied(trainee, taught, by=trainee)
        mark_studied(other, taught, by=other)
        assert not versions_teaching_old_text(provision)
        change(provision, author)
        provision.refresh_from_db()
        assert [v.pk for v in versions_teaching_old_text(provision)] == [taught.pk]
        newer = teach(provision, taught.variant, operator)
        for person in (other, fresh):
            mark_studied(person, newer, by=person)
        assert {s.person_id for s in studied_old_text(provision)} == {trainee.pk}

    def test_reading_again_and_new_dates_make_no_text_old(self, taught, provision, author):
        read_again(provision, by=author, as_at=date(2026, 11, 22), review_by=LATER)
        provision.refresh_from_db()
        assert not versions_teaching_old_text(provision) and not LawChange.objects.exists()
        with pytest.raises(Refused, match="later than today"):
            read_again(provision, by=author, as_at=date(2026, 11, 23), review_by=LATER)

    def test_a_reader_of_the_old_text_is_warned(
        self, enter, plan, trainee, taught, provision, author
    ):
        inside = enter(trainee)
        assert (
            "The law has changed" not in inside.get("/study/units/LAW/scotland/").content.decode()
        )
        change(provision, author)
        assert "The law has changed" in inside.get("/study/units/LAW/scotland/").content.decode()


class TestTopUps:
    @pytest.fixture
    def studied(self, taught, plan, trainee):
        mark_studied(trainee, taught, by=trainee)

    @pytest.fixture
    def top_up(self, studied, change_of, author):
        return draft_top_up(change_of, by=author)

    def test_it_goes_to_those_people_alone_and_says_by_when(
        self, top_up, author, trainee, make_person
    ):
        make_person("Ros", Role.LEARNER)
        send(top_up, author)
        due = TopUpDue.objects.get()
        assert due.person == trainee and due.done_at is None
        notice = Notice.objects.get(person=trainee)
        assert "31 January 2027" in notice.body and notice.url == f"/study/top-ups/{top_up.pk}/"
        sent = TopUp.objects.get()
        assert sent.nations == ["scotland"] and NEW["summary"] in sent.html

    def test_sent_twice_reaches_nobody_twice_and_those_who_came_since(
        self, top_up, author, taught, make_person, programme, operator
    ):
        send(top_up, author)
        send(top_up, author)
        assert (
            TopUpDue.objects.count()
            == Notice.objects.filter(subject="The law you studied has changed").count()
            == 1
        )
        late = make_person("Una", Role.LEARNER)
        open_plan(late, programme, ["scotland"], by=operator, opened_on=date(2025, 9, 1))
        Study.objects.create(
            person=late, version=taught
        )  # as a row from before top-ups were sent at once
        send(top_up, author)
        assert TopUpDue.objects.count() == 2 and TopUpDue.objects.filter(person=late).count() == 1

    def test_whoever_studies_the_old_text_later_has_it_to_do_at_once_with_as_many_days(
        self, top_up, author, taught, make_person, programme, operator
    ):
        send(top_up, author)
        late = make_person("Una", Role.LEARNER)
        open_plan(late, programme, ["scotland"], by=operator, opened_on=date(2025, 9, 1))
        with clock.at(date(2027, 3, 1)):
            mark_studied(late, taught, by=late)
            due = TopUpDue.objects.get(person=late)
            assert due.counts_from == date(2027, 3, 1) + (LATER - date(2026, 11, 22))
            assert "10 May 2027" in Notice.objects.get(person=late, url__contains="top-ups").body

    def test_a_top_up_that_the_law_has_overtaken_is_not_sent(self, top_up, author, provision):
        change(provision, author, summary="Changed once more.")
        before = everything()
        with pytest.raises(Refused, match="changed again"):
            send(top_up, author)
        assert everything() == before

    def test_what_was_sent_stays(self, top_up, author):
        sent = send(top_up, author)
        html = TopUp.objects.get().html
        sent.body = [("text", "<p>Other words</p>")]
        sent.save()
        send(sent, author, LATER + timedelta(days=5))
        again = TopUp.objects.get()
        assert again.html == html and again.counts_from == LATER

    @pytest.mark.parametrize("day", [None, date(2026, 11, 22), date(2026, 1, 1)])
    def test_people_need_time(self, top_up, author, day):
        before = everything()
        with pytest.raises(Refused, match="day to come"):
            send(top_up, author, day)
        assert everything() == before

    def test_only_an_author_proposes_and_only_the_person_finishes(
        self, top_up, tutor, trainee, author
    ):
        before = everything()
        for person in (tutor, trainee):
            with pytest.raises(NotAllowed):
                propose_top_up(top_up, by=person, counts_from=LATER)
        assert everything() == before
        send(top_up, author)
        before = everything()
        with pytest.raises(NotAllowed):
            finish_top_up(TopUpDue.objects.get(), by=author)
        assert everything() == before

    def test_a_question_in_it_is_answered_first(self, top_up, author, trainee, enter):
        top_up.body = [
            ("text", "<p>New law</p>"),
            (
                "choice_check",
                {
                    "text": "What now?",
                    "why": "",
                    "options": [
                        {"text": "Bar", "right": True, "why": "Yes."},
                        {"text": "Presumption", "right": False, "why": "That was before."},
                    ],
                },
            ),
        ]
        top_up.save()
        send(TopUp.objects.get(), author)
        due = top_ups_of(trainee)[0]
        key = next(p["id"] for p in due.top_up.parts if p["kind"] == "check")
        with pytest.raises(Refused, match="Answer the question"):
            finish_top_up(due, by=trainee)
        inside, address = enter(trainee), f"/study/top-ups/{top_up.pk}/"
        assert inside.post(address, {"check": key}).status_code == 422
        inside.post(address, {"check": key, "given": "1"})
        assert "That was before." in inside.get(address).content.decode()
        assert inside.post(address, {}).status_code == 409
        assert TopUpDue.objects.get().done_at is None
        assert answer_top_up(due, key, 0, by=trainee).right
        assert inside.post(address, {}).status_code == 302
        done = TopUpDue.objects.get()
        assert done.done_at and finish_top_up(done, by=trainee).done_at == done.done_at
        assert Entry.objects.filter(action="courses.finish_top_up").count() == 1

    def test_whoever_left_is_not_written_to_and_has_it_to_do_all_the_same(
        self, top_up, author, trainee
    ):
        User.objects.filter(pk=trainee.pk).update(is_active=False)
        send(top_up, author)
        assert (
            TopUpDue.objects.get().person == trainee
            and not Notice.objects.filter(person=trainee).exists()
        )

    def test_once_answered_rightly_it_stays_so(self, top_up, author, trainee):
        top_up.body = [
            (
                "choice_check",
                {
                    "text": "What now?",
                    "why": "",
                    "options": [
                        {"text": "Bar", "right": True, "why": "Yes."},
                        {"text": "Presumption", "right": False, "why": "Before."},
                    ],
                },
            )
        ]
        top_up.save()
        send(top_up, author)
        due = TopUpDue.objects.get()
        key = due.top_up.parts[0]["id"]
        assert (
            answer_top_up(due, key, 0, by=trainee).right
            and not answer_top_up(due, key, 1, by=trainee).right
        )
        assert finish_top_up(due, by=trainee).done_at

    def test_nobody_else_opens_it(self, top_up, author, enter, make_person, tutor):
        send(top_up, author)
        for person in (make_person("Una", Role.LEARNER), tutor):
            assert enter(person).get(f"/study/top-ups/{top_up.pk}/").status_code == 404


class TestTwoPeople:
    @pytest.fixture
    def top_up(self, taught, plan, trainee, change_of, author, tutor):
        mark_studied(trainee, taught, by=trainee)
        return draft_top_up(change_of, by=author)

    @pytest.fixture
    def proposed(self, top_up, author):
        return propose_top_up(top_up, by=author, counts_from=LATER)

    def refused(self, error, words, action):
        before = everything()
        with pytest.raises(error) as refusal:
            action()
        assert words in str(refusal.value)
        assert everything() == before

    def test_nobody_who_studied_has_it_before_a_second_person_sends_it(
        self, proposed, author, second, trainee, tutor, make_person
    ):
        assert not TopUpDue.objects.exists() and not Notice.objects.filter(person=trainee).exists()
        told = Notice.objects.filter(subject="A top-up waits for a second person")
        assert {n.person for n in told} == {second, tutor} and told[
            0
        ].url == f"/law/top-ups/{proposed.pk}/sending/"
        everybody_else = [
            author,
            trainee,
            make_person("Reg", Role.REGISTRAR),
            make_person("Hub", Role.HUB_OFFICER),
            Operator("shell"),
        ]
        for person in everybody_else:
            self.refused(NotAllowed, "", lambda by=person: send_top_up(proposed, by=by))
        sent = send_top_up(proposed, by=second, people=1)
        assert (sent.proposed_by, sent.sent_by) == (
            author,
            second,
        ) and TopUpDue.objects.get().person == trainee
        entry = Entry.objects.get(action="courses.send_top_up")
        assert entry.actor == second.record_label
        assert Entry.objects.get(action="courses.propose_top_up").actor == author.record_label

    def test_a_draft_is_sent_by_nobody(self, top_up, second, author):
        for person in (second, author):
            self.refused(NotAllowed, "proposed this", lambda by=person: send_top_up(top_up, by=by))

    @pytest.mark.both_engines
    def test_the_database_knows_one_person_from_two(self, proposed, author):
        with pytest.raises(Error), transaction.atomic():
            TopUp.objects.filter(pk=proposed.pk).update(sent_at=clock.now(), sent_by=author)

    def test_proposed_twice_is_once_and_another_day_is_another_proposal(self, proposed, author):
        before = everything()
        propose_top_up(proposed, by=author, counts_from=LATER)
        assert everything() == before
        self.refused(
            Refused,
            "second person",
            lambda: propose_top_up(proposed, by=author, counts_from=LATER + timedelta(1)),
        )

    def test_what_was_true_at_the_proposal_is_asked_again_at_the_sending(
        self, proposed, author, second, provision, taught
    ):
        with clock.at(LATER):
            self.refused(Refused, "day to come", lambda: send_top_up(proposed, by=second))
        self.refused(
            Refused,
            "It would now reach 1 person, and the page said 2",
            lambda: send_top_up(proposed, by=second, people=2),
        )
        slip(provision, author)
        self.refused(
            Refused, "has changed since it was proposed", lambda: send_top_up(proposed, by=second)
        )
        slip(provision, author, section="s.8")
        RoleGrant.objects.filter(person=author).update(ends_on=date(2026, 11, 21))
        self.refused(Refused, "no longer a course author", lambda: send_top_up(proposed, by=second))
        RoleGrant.objects.filter(person=author).update(ends_on=None)
        author = User.objects.get(pk=author.pk)
        change(provision, author, summary="Changed once more.")
        self.refused(Refused, "changed again", lambda: send_top_up(proposed, by=second))

    def test_it_binds_no_more_people_than_the_page_said(
        self, proposed, second, taught, make_person, programme, operator
    ):
        late = make_person("Una", Role.LEARNER)
        open_plan(late, programme, ["scotland"], by=operator, opened_on=date(2025, 9, 1))
        mark_studied(late, taught, by=late)
        self.refused(
            Refused,
            "It would now reach 2 people, and the page said 1",
            lambda: send_top_up(proposed, by=second, people=1),
        )

    def test_whose_plan_is_for_another_nation_now_is_not_told_that_an_endorsement_waits(
        self, proposed, second, trainee
    ):
        StudyPlan.objects.filter(person=trainee).update(nations=["england"])
        send_top_up(proposed, by=second)
        body = Notice.objects.get(person=trainee, subject="The law you studied has changed").body
        assert (
            "Your own endorsement does not wait for it." in body and "endorsement for" not in body
        )

    def test_whoever_left_is_not_written_to_of_a_recall(self, proposed, second, trainee):
        send_top_up(proposed, by=second)
        User.objects.filter(pk=trainee.pk).update(is_active=False)
        recall_top_up(proposed, by=second, reason="There is no such law.")
        assert not Notice.objects.filter(
            person=trainee, subject="A text about changed law was recalled"
        ).exists()

    def test_what_the_law_has_overtaken_reaches_nobody_later(
        self, proposed, second, author, provision, taught, make_person, programme, operator
    ):
        send_top_up(proposed, by=second)
        change(provision, author, summary="Changed once more.")
        late = make_person("Una", Role.LEARNER)
        open_plan(late, programme, ["scotland"], by=operator, opened_on=date(2025, 9, 1))
        mark_studied(late, taught, by=late)
        assert not TopUpDue.objects.filter(person=late).exists()

    def test_a_proposal_is_not_written_on(self, proposed, enter, author):
        proposed.body = [("text", "<p>Other words, which no one checked</p>")]
        proposed.save()
        self.refused(
            Refused,
            "has changed since",
            lambda: send_top_up(proposed, by=User.objects.get(email="sorcha@imsa.example")),
        )

    def test_an_author_who_saves_while_it_is_sent_undoes_nothing(self, top_up, author, second):
        """Wagtail's form holds the row as it was when it was opened."""
        written = nested_form_data(
            {
                "title": "Other words",
                "body": streamfield([("text", rich_text("<p>Other words.</p>"))]),
            }
        )
        form_class = TopUpViewSet.edit_handler.bind_to_model(TopUp).get_form_class()
        early, late = (
            form_class(written, instance=TopUp.objects.get(), for_user=author) for _ in range(2)
        )
        assert early.is_valid()
        propose_top_up(top_up, by=author, counts_from=LATER)
        send_top_up(top_up, by=second)
        self.refused(Refused, "while you wrote", early.save)
        assert (
            not late.is_valid()
            and "while you wrote" in str(late.errors)
            and TopUp.objects.get().sent_by == second
        )

    def test_returned_it_is_a_draft_again_and_its_author_knows_why(self, proposed, second, author):
        self.refused(Refused, "Say why", lambda: return_top_up(proposed, by=second, reason=" "))
        again = return_top_up(proposed, by=second, reason="There is no such law.")
        assert (again.proposed_at, again.proposed_by, again.html, again.counts_from) == (
            None,
            None,
            "",
            None,
        )
        assert (
            "There is no such law."
            in Notice.objects.get(person=author, subject="Your top-up was returned").body
        )
        assert Entry.objects.get(action="courses.return_top_up").reason == "There is no such law."
        before = everything()
        return_top_up(proposed, by=second, reason="There is no such law.")
        assert everything() == before
        send(again, author)
        assert TopUpDue.objects.count() == 1

    def test_recalled_it_holds_nobody_back_and_everybody_is_told(
        self, proposed, second, author, trainee, tutor, enter
    ):
        self.refused(
            Refused, "was not sent", lambda: recall_top_up(proposed, by=second, reason="Wrong")
        )
        send_top_up(proposed, by=second)
        self.refused(
            Refused, "what was wrong", lambda: recall_top_up(proposed, by=second, reason="")
        )
        self.refused(
            NotAllowed, "", lambda: recall_top_up(proposed, by=trainee, reason="I want it gone")
        )
        with clock.at(LATER + timedelta(days=1)):
            assert top_ups_by_person([trainee.pk])[trainee.pk][0][4] is None
            recall_top_up(proposed, by=tutor, reason="There is no such law.")
            assert top_ups_by_person([trainee.pk])[trainee.pk][0][4] == clock.today(), (
                "settled from this day, and not before"
            )
            assert not top_ups_of(trainee)
            notice = Notice.objects.get(
                person=trainee, subject="A text about changed law was recalled"
            )
            assert "There is no such law." in notice.body
            assert {n.person for n in Notice.objects.filter(subject="A top-up was recalled")} == {
                author,
                second,
            }
            entry = Entry.objects.get(action="courses.recall_top_up")
            assert (entry.actor, entry.reason, entry.after) == (
                tutor.record_label,
                "There is no such law.",
                {"people": [trainee.pk]},
            )
            before = everything()
            recall_top_up(proposed, by=tutor, reason="Again")
            assert everything() == before
            self.refused(
                Refused, "recalled", lambda: finish_top_up(TopUpDue.objects.get(), by=trainee)
            )
            self.refused(Refused, "recalled", lambda: send_top_up(proposed, by=second))
            page = enter(trainee).get(f"/study/top-ups/{proposed.pk}/").content.decode()
            assert (
                "you need not read it" in page
                and "There is no such law." in page
                and "I have read what changed" not in page
            )

    def test_nobody_frees_themselves(self, proposed, second, trainee):
        grant(trainee, Role.TUTOR, by=Operator("test"), starts_on=date(2025, 9, 1))
        send_top_up(proposed, by=second)
        self.refused(
            NotAllowed,
            "sent to you",
            lambda: recall_top_up(proposed, by=User.objects.get(pk=trainee.pk), reason="No"),
        )

    def test_after_a_recall_the_change_has_another(
        self,
        proposed,
        second,
        author,
        tutor,
        change_of,
        trainee,
        taught,
        make_person,
        programme,
        operator,
    ):
        send_top_up(proposed, by=second)
        recall_top_up(proposed, by=second, reason="The day was wrong.")
        late = make_person("Una", Role.LEARNER)
        open_plan(late, programme, ["scotland"], by=operator, opened_on=date(2025, 9, 1))
        mark_studied(late, taught, by=late)
        assert not TopUpDue.objects.filter(person=late).exists(), (
            "what was recalled reaches no one later"
        )
        anew = draft_top_up(LawChange.objects.get(), by=author)
        assert (
            anew.pk != proposed.pk
            and draft_top_up(LawChange.objects.get(), by=author).pk == anew.pk
        )
        send(anew, author)
        assert {line.person for line in anew.due.all()} == {trainee, late}

    def test_a_second_person_sends_the_text_that_they_read(
        self, proposed, author, second, trainee, enter
    ):
        address, people = f"/law/top-ups/{proposed.pk}/sending/", "1"
        read = re.search(
            r'name="seen" value="([^"]+)"', enter(second).get(address).content.decode()
        )[1]
        counts_from = proposed.counts_from
        return_top_up(proposed, by=author, reason="A word is missing.")
        TopUp.objects.filter(pk=proposed.pk).update(
            body=[("text", "<p>Another text, which no one else has read.</p>")]
        )
        with clock.at(clock.now() + timedelta(minutes=5)):
            propose_top_up(TopUp.objects.get(), by=author, counts_from=counts_from)
        inside, before = enter(second), Entry.objects.count()
        answer = inside.post(address, {"action": "send", "people": people, "seen": read})
        assert answer.status_code == 409 and "proposed again" in answer.content.decode()
        assert (
            Entry.objects.count() == before
            and not TopUpDue.objects.exists()
            and TopUp.objects.get().sent_at is None
        )
        read = re.search(r'name="seen" value="([^"]+)"', inside.get(address).content.decode())[1]
        assert (
            inside.post(address, {"action": "send", "people": people, "seen": read}).status_code
            == 302
        )
        assert TopUpDue.objects.get().person == trainee

    def test_the_pages_say_whom_and_ask_a_second_person(
        self, top_up, author, second, trainee, enter
    ):
        address = f"/law/top-ups/{top_up.pk}/sending/"
        inside = enter(author)
        page = inside.get(address).content.decode()
        assert (
            "1 person has studied the old text" in page
            and "In no cohort" in page
            and trainee.last_name not in page.split("<main")[1]
        )
        assert (
            inside.post(address, {"action": "propose", "counts_from": "2026-11-22"}).status_code
            == 422
        )
        assert (
            inside.post(address, {"action": "propose", "counts_from": "2027-01-31"}).status_code
            == 302
        )
        assert "another author or a tutor sends it" in inside.get(address).content.decode()
        assert inside.get(f"/admin/snippets/courses/topup/edit/{top_up.pk}/").status_code == 403
        assert (
            inside.post(address, {"action": "send", "people": "1"}).status_code == 403
            and not TopUpDue.objects.exists()
        )
        inside = enter(second)
        assert "Send it to 1 person" in inside.get(address).content.decode()
        for seen in ("2", "", "x"):
            assert inside.post(address, {"action": "send", "people": seen}).status_code == 409
        assert not TopUpDue.objects.exists()
        assert (
            inside.post(
                address, {"action": "send", "people": "1", "seen": TopUp.objects.get().mark}
            ).status_code
            == 302
        )
        assert TopUpDue.objects.get().person == trainee
        assert inside.post(address, {"action": "recall", "reason": ""}).status_code == 422
        assert TopUp.objects.get().recalled_at is None
        assert (
            inside.post(address, {"action": "recall", "reason": "It was invented."}).status_code
            == 302
        )
        assert "It was invented." in inside.get(address).content.decode()


def test_the_calendar_says_what_is_overdue_soon_and_unowned(provision, author):
    def where():
        found = review_calendar()
        return [
            name
            for name in ("overdue", "soon", "later", "unowned")
            if provision in getattr(found, name)
        ]

    assert where() == ["later", "unowned"]
    take_on(provision, by=author, owner=author)
    for day, expected in (
        (date(2027, 1, 1), ["soon"]),
        (date(2027, 2, 21), ["soon"]),
        (date(2027, 2, 22), ["overdue"]),
    ):
        with clock.at(day):
            assert where() == expected


def test_pages_ask_a_fixed_number_of_questions(
    enter, author, tutor, provision, taught, django_assert_num_queries
):
    made = change(provision, author)
    for n in range(30):
        Provision.objects.create(
            key=f"k{n}",
            act="Act",
            section=f"s.{n}",
            jurisdictions=["scotland"],
            title="T",
            summary="S",
            commencement="bill",
            source="https://law.example/",
            as_at=date(2026, 11, 21),
            review_by=date(2027, 2, 21),
        )
    inside = enter(tutor)
    for address, questions in (
        ("/law/", 7),
        (f"/law/{provision.key}/", 9),
        (f"/law/changes/{made.pk}/", 12),
    ):
        inside.get(address)
        with django_assert_num_queries(questions):
            assert inside.get(address).status_code == 200
