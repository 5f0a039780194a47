"""“I think mine is right”: an answer goes to the authors without a name, counts once it is accepted, and changes nothing before."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

import courses.demonstration as demonstration
from courses.actions import (
    accept_challenge,
    answer_check,
    challenge_answer,
    decline_challenge,
    mark_studied,
    open_plan,
)
from courses.actions.editor_access import open_editor
from courses.actions.notes import Guarded
from courses.knowledge_checks import feedback
from courses.knowledge_checks.completion import question_hash
from courses.knowledge_checks.wording import says_the_same
from courses.models import (
    AnswerChallenge,
    CorePage,
    ModulePage,
    ProgrammePage,
    Progress,
    Study,
    Term,
    Unit,
    UnitPage,
    UnitVersion,
    Variant,
)
from lms.kit import nations
from lms.kit.refusals import NotAllowed, Refused
from lms.pages.actions import lay_pages
from lms.people.models import Notice, Role
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
CASES = json.loads((Path(__file__).parents[1] / "cases" / "short_answers.json").read_text())
QUESTION = {
    "text": "Whom does the public authority tell?",
    "accept": ["police scotland"],
    "also": [],
    "hint": "",
    "why": "Section 38 names the chief constable.",
}
ADDRESS = "/study/units/U1/scotland/"
FROM = date(2025, 9, 1)


def stream(*blocks):
    return json.dumps(
        [
            {"type": kind, "value": value, "id": f"block-{n}-of-this-page"}
            for n, (kind, value) in enumerate(blocks)
        ]
    )


def tree(module, operator):
    above = demonstration.page_for(
        lay_pages(by=operator), ProgrammePage, "programme", module.programme, "PGC", slug="pgc"
    )
    return demonstration.page_for(above, ModulePage, "module", module, "M1", slug="m1")


def add_page(above, unit, key, codes, body):
    page = above.add_child(
        instance=UnitPage(
            variant=Variant.objects.create(unit=unit, key=key, nations=codes),
            title=f"Duty: {key}",
            slug=f"u1-{key}",
            live=False,
            body=body,
        )
    )
    page.save_revision().publish()
    return UnitPage.objects.get(pk=page.pk)


@pytest.fixture
def unit(module):
    return Unit.objects.create(
        module=module, code="U1", title="Duty", order=1, needs=["read", "check"]
    )


@pytest.fixture
def page(module, unit, operator):
    made = add_page(
        tree(module, operator),
        unit,
        "scotland",
        ["scotland"],
        stream(("text", "<p>The duty.</p>"), ("short_check", QUESTION)),
    )
    open_editor(by=operator)
    return made


@pytest.fixture
def version(page):
    return page.variant.versions.get()


@pytest.fixture
def key(version):
    return next(s["id"] for s in version.segments if s["kind"] == "check")


def answered(person, version, key, answer):
    return answer_check(person, version, key, answer, by=person)


@pytest.fixture
def challenge(trainee, plan, version, key):
    answered(trainee, version, key, "Chief Constable")
    return challenge_answer(trainee, version, key, by=trainee)


class TestUsualForms:
    @pytest.mark.parametrize(("answer", "wording", "same"), CASES["cases"])
    def test_every_case_of_the_table(self, answer, wording, same):
        assert says_the_same(answer, [wording], CASES["forms"]) is same
        assert says_the_same(wording, [answer], CASES["forms"]) is same

    def test_a_usual_form_is_judged_right(self):
        question = {"style": "short", "key": "k", "accept": ["section 22 of the Act"], "why": "So."}
        assert feedback.judge(question, "s.22 of Act").right
        assert not feedback.judge(question, "section 2 of the Act").right

    def test_one_accepted_later_counts_and_leaves_earlier_answers_valid(self):
        question = {"style": "short", "key": "k", "text": "?", "accept": ["one"], "why": "So."}
        later = {**question, "also": ["a single one"], "forms": {"1": "one"}}
        assert feedback.judge(later, "single one").right
        assert question_hash(later) == question_hash(question)
        assert question_hash({**question, "accept": ["two"]}) != question_hash(question)

    def test_a_unit_carries_the_glossarys_forms_of_its_answers(self, module, unit, operator):
        Term.objects.create(
            key="nca", term="National Crime Agency", also=["NCA"], meaning="Decides nothing."
        )
        asked = {**QUESTION, "accept": ["the National Crime Agency"]}
        made = add_page(
            tree(module, operator), unit, "all", nations.ALL, stream(("short_check", asked))
        )
        part = made.variant.versions.get().segments[0]
        assert part["forms"] == {"NCA": "National Crime Agency"} and "also" not in part
        assert feedback.judge(part, "NCA").right


class TestTicksAndTheRightAnswer:
    SEVERAL = {
        "style": "several",
        "key": "s",
        "text": "Which?",
        "options": [
            {"text": "A", "right": True, "why": "a is so"},
            {"text": "B", "right": True, "why": "b is so"},
            {"text": "C", "right": False, "why": "c is not"},
        ],
    }
    MATCH = {
        "style": "match",
        "key": "m",
        "text": "Match",
        "pairs": [
            {"left": "Glasgow", "right": "Scotland"},
            {"left": "Cardiff", "right": "Wales"},
            {"left": "Perth", "right": "Scotland"},
        ],
    }
    ORDER = {"style": "order", "key": "o", "text": "?", "items": ["x", "y", "z"], "why": "So."}

    @pytest.mark.parametrize(
        ("question", "answer"),
        [(SEVERAL, [0, 2]), (MATCH, [2, 1, 0]), (ORDER, [2, 0, 1]), (SEVERAL, [1])],
    )
    def test_a_form_shows_what_was_given_and_sends_it_again(self, question, answer):
        sent = feedback.form_values(question, answer)

        class Data(dict):
            def getlist(self, name):
                return self.get(name, [])

        again = feedback.read_given(question, Data(sent))
        assert feedback.judge(question, again) == feedback.judge(question, answer)
        shown = feedback.rows(question, values=sent)
        assert {row.name: list(row.values) for row in shown} == sent
        assert all(set(row.values) <= {value for value, _words in row.options} for row in shown)

    def test_the_right_answer_of_each_style_is_right(self):
        said = {line.text for line in feedback.right_answer(self.SEVERAL).lines}
        assert said == {"A", "B"}
        assert [line.text for line in feedback.right_answer(self.ORDER).lines] == ["x", "y", "z"]
        assert [line.about for line in feedback.right_answer(self.MATCH).lines] == [
            "Glasgow",
            "Cardiff",
            "Perth",
        ]
        short = {"style": "short", "accept": ["first", "second"], "why": "So."}
        assert [line.text for line in feedback.right_answer(short).lines] == ["first"]

    def test_after_three_wrong_tries_the_reason_is_shown_and_the_check_is_not_yet_done(
        self, enter, trainee, plan, version, key
    ):
        inside, shown = enter(trainee), "Section 38 names the chief constable."
        for _try in range(3):
            assert shown not in inside.get(ADDRESS).content.decode()
            inside.post(f"{ADDRESS}check/{key}/", {"version": version.pk, "given": "the council"})
        page = inside.get(ADDRESS).content.decode()
        assert shown in page and "The right answer" in page and 'value="the council"' in page
        with pytest.raises(Refused, match="knowledge check"):
            mark_studied(trainee, version, by=trainee)
        answered(trainee, version, key, "Police Scotland")
        page = inside.get(ADDRESS).content.decode()
        assert "The right answer" not in page
        mark_studied(trainee, version, by=trainee)
        assert Study.objects.get().version == version


class TestSending:
    @pytest.mark.both_engines
    def test_it_is_one_row_and_the_authors_learn_no_name(
        self, trainee, author, challenge, version, key
    ):
        again = challenge_answer(trainee, version, key, by=trainee)
        assert again == challenge and AnswerChallenge.objects.count() == 1
        told = Notice.objects.get(person=author)
        assert told.url == f"/authoring/answers/{challenge.pk}/"
        assert trainee.last_name not in told.body and "Mairi" not in told.body
        assert Entry.objects.filter(action="courses.challenge_answer").count() == 1

    def test_the_page_offers_it_and_then_says_that_it_was_sent(
        self, enter, trainee, plan, version, key
    ):
        inside = enter(trainee)
        assert "I think mine is right" not in inside.get(ADDRESS).content.decode()
        inside.post(f"{ADDRESS}check/{key}/", {"version": version.pk, "given": "Chief Constable"})
        assert "I think mine is right" in inside.get(ADDRESS).content.decode()
        inside.post(f"{ADDRESS}check/{key}/send/", {"version": version.pk})
        page = inside.get(ADDRESS).content.decode()
        assert "I think mine is right" not in page and "You sent this answer" in page
        inside.post(f"{ADDRESS}check/{key}/", {"version": version.pk, "given": "The council"})
        assert "I think mine is right" in inside.get(ADDRESS).content.decode()
        inside.post(f"{ADDRESS}check/{key}/", {"version": version.pk, "given": "chief constable."})
        assert "You sent this answer" in inside.get(ADDRESS).content.decode()

    def test_an_answer_that_may_tell_who_somebody_is_is_held_until_the_person_says_so(
        self, enter, trainee, plan, version, key
    ):
        inside, words = enter(trainee), "Svetlana Petrova, 07700 900123"
        answered(trainee, version, key, words)
        with pytest.raises(Guarded):
            challenge_answer(trainee, version, key, by=trainee)
        page = inside.post(f"{ADDRESS}check/{key}/send/", {"version": version.pk})
        assert page.status_code == 422 and "07700" in page.content.decode()
        assert not AnswerChallenge.objects.exists()
        inside.post(f"{ADDRESS}check/{key}/send/", {"version": version.pk, "send": "1"})
        assert AnswerChallenge.objects.get().answer == words

    def test_only_a_wrong_answer_of_ones_own_can_be_sent(self, trainee, plan, author, version, key):
        with pytest.raises(Refused):
            challenge_answer(trainee, version, key, by=trainee)
        answered(trainee, version, key, "Police Scotland")
        with pytest.raises(Refused):
            challenge_answer(trainee, version, key, by=trainee)
        with pytest.raises(NotAllowed):
            challenge_answer(trainee, version, key, by=author)
        assert not AnswerChallenge.objects.exists()

    def test_the_database_keeps_it_one(self, challenge):
        challenge.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            challenge.save(force_insert=True)


class TestDeciding:
    @pytest.mark.both_engines
    def test_an_accepted_answer_counts_for_everybody_who_gave_it(
        self, make_person, programme, operator, trainee, author, challenge, version, key
    ):
        silent = make_person("Ona", Role.LEARNER)
        open_plan(silent, programme, ["scotland"], by=operator, opened_on=FROM)
        answered(silent, version, key, "the Chief Constable")
        accept_challenge(challenge, by=author)
        accept_challenge(challenge, by=author)
        newest = version.variant.versions.order_by("-number").first()
        assert newest.number == 2 and newest.segments[1]["also"] == ["Chief Constable"]
        assert newest.reviews[0]["by"] == author.pk
        assert all(mark.is_done for mark in Progress.objects.filter(kind="check"))
        assert "now counts as right" in Notice.objects.get(person=trainee).body
        assert not Notice.objects.filter(person=silent).exists()
        mark_studied(silent, newest, by=silent)
        page = UnitPage.objects.get()
        assert page.live and not page.has_unpublished_changes
        assert page.body[1].value["also"][0] == "Chief Constable"

    def test_a_reply_reaches_everybody_who_sent_it_and_changes_nothing_else(
        self, make_person, programme, operator, trainee, tutor, challenge, version, key
    ):
        other = make_person("Ona", Role.LEARNER)
        open_plan(other, programme, ["scotland"], by=operator, opened_on=FROM)
        answered(other, version, key, "the chief constable")
        challenge_answer(other, version, key, by=other)
        with pytest.raises(Refused):
            decline_challenge(challenge, by=tutor, reply="  ")
        decline_challenge(challenge, by=tutor, reply="It names the police service.")
        for person in (trainee, other):
            assert "It names the police service." in Notice.objects.get(person=person).body
        assert UnitVersion.objects.count() == 1
        assert not Progress.objects.filter(kind="check", is_done=True).exists()
        assert {one.state for one in AnswerChallenge.objects.all()} == {"declined"}

    def test_who_may_not(self, trainee, tutor, consultant, challenge, make_person, programme):
        for by in (trainee, tutor, consultant):
            with pytest.raises(NotAllowed):
                accept_challenge(challenge, by=by)
        with pytest.raises(NotAllowed):
            decline_challenge(challenge, by=trainee, reply="No.")
        assert AnswerChallenge.objects.get().state == "open" and UnitVersion.objects.count() == 1

    def test_nobody_accepts_their_own(self, challenge, trainee, author, operator):
        AnswerChallenge.objects.update(person=author)
        with pytest.raises(NotAllowed):
            accept_challenge(challenge, by=author)
        assert UnitVersion.objects.count() == 1

    def test_a_draft_is_never_published_by_it(self, page, challenge, author):
        page.title = "Not reviewed"
        page.save_revision()
        with pytest.raises(Refused, match="draft"):
            accept_challenge(challenge, by=author)
        assert UnitVersion.objects.count() == 1 and AnswerChallenge.objects.get().state == "open"

    def test_a_question_that_is_another_by_now_is_not_changed(self, page, challenge, author):
        page.body = stream(
            ("text", "<p>The duty.</p>"), ("short_check", {**QUESTION, "accept": ["the council"]})
        )
        page.save_revision().publish()
        with pytest.raises(Refused, match="changed"):
            accept_challenge(challenge, by=author)
        assert "also" not in UnitVersion.objects.order_by("number").last().segments[1]

    def test_law_that_has_changed_since_keeps_its_warning(
        self, page, challenge, author, provision, version
    ):
        from courses.models import Citation

        Citation.objects.create(version=version, provision=provision, reading=provision.reading - 1)
        with pytest.raises(Refused, match="law"):
            accept_challenge(challenge, by=author)
        assert UnitVersion.objects.count() == 1

    def test_a_question_of_the_core_is_accepted_in_every_text_that_asks_it(
        self, module, unit, operator, trainee, plan, author
    ):
        above = tree(module, operator)
        core = above.add_child(
            instance=CorePage(
                title="Core",
                slug="u1-core",
                unit=unit,
                live=False,
                body=stream(
                    ("short_check", QUESTION), ("gap", {"name": "where", "label": "Where"})
                ),
            )
        )
        core.save_revision().publish()
        fill = stream(("fill", {"gap": "where"}), ("text", "<p>Here.</p>"))
        for name, codes in (("scotland", ["scotland"]), ("rest", ["england", "wales"])):
            add_page(above, unit, name, codes, fill)
        version = UnitVersion.objects.get(variant__key="scotland")
        key = next(s["id"] for s in version.segments if s["kind"] == "check")
        answered(trainee, version, key, "Chief Constable")
        accept_challenge(challenge_answer(trainee, version, key, by=trainee), by=author)
        core = CorePage.objects.get()
        for variant in Variant.objects.all():
            newest = variant.versions.order_by("-number").first()
            assert newest.number == 2 and newest.core_revision == core.live_revision_id
            assert any(s.get("also") == ["Chief Constable"] for s in newest.segments)


class TestDesk:
    @pytest.mark.both_engines
    def test_each_answer_is_listed_once_with_how_often_and_without_a_name(
        self,
        enter,
        make_person,
        programme,
        operator,
        author,
        challenge,
        version,
        key,
        django_assert_max_num_queries,
    ):
        other = make_person("Ona", Role.LEARNER)
        open_plan(other, programme, ["scotland"], by=operator, opened_on=FROM)
        answered(other, version, key, "the chief constable")
        challenge_answer(other, version, key, by=other)
        inside = enter(author)
        with django_assert_max_num_queries(15):
            page = inside.get("/authoring/answers/").content.decode()
        assert page.count(f"/authoring/answers/{challenge.pk}/") == 1
        assert ">2<" in page and "Mairi" not in page and "Ona" not in page
        page = inside.get(f"/authoring/answers/{challenge.pk}/").content.decode()
        assert "2 people" in page and "Mairi" not in page and "Accept answer" in page
        reply = inside.post(f"/authoring/answers/{challenge.pk}/", {"action": "accept"})
        assert reply.status_code == 302
        assert "No answers to check" in inside.get("/authoring/answers/").content.decode()

    def test_a_tutor_replies_and_does_not_accept(self, enter, tutor, challenge):
        inside, address = enter(tutor), f"/authoring/answers/{challenge.pk}/"
        assert "Accept answer" not in inside.get(address).content.decode()
        assert inside.post(address, {"action": "accept"}).status_code == 403
        assert inside.post(address, {"action": "decline", "reply": ""}).status_code == 422
        assert AnswerChallenge.objects.get().state == "open"
        inside.post(address, {"action": "decline", "reply": "Not this."})
        assert AnswerChallenge.objects.get().reply == "Not this."

    def test_the_person_finds_it_in_what_is_held_about_them(self, enter, trainee, challenge):
        inside = enter(trainee)
        assert "Chief Constable" in inside.get("/study/mine/").content.decode()
        assert "answers_sent_to_authors" in inside.get("/study/mine/study.json").content.decode()
