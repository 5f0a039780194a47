"""A text for some nations changes people's programmes: whose, and how, is seen by a second person before it is published."""

from datetime import date, timedelta

import pytest
from django.db import Error, transaction
from wagtail.models import WorkflowState
from wagtail.test.utils.form_data import rich_text

from courses.actions import close_plan, mark_studied, open_plan, publish_version, withdraw
from courses.actions.reviews import confirm_programme, publish_urgently
from courses.models import ModulePage, ProgrammeCheck, Study, UnitPage, UnitVersion, Variant
from courses.queries import counts, outstanding, path
from courses.queries.programme import BEGUN, DONE, DROPPED, KEPT, NEW, REPLACED, programme_effect
from courses.wagtail_hooks import said_of_variant
from lms.kit import clock, nations
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Role
from lms.record.models import Entry

from .editing import address, form_for, published_page
from .test_reviews import READING, SUBMIT, decide, said

pytestmark = pytest.mark.django_db
FROM = date(2025, 9, 1)


@pytest.fixture
def learn(make_person, programme, operator):
    """`learn("Una", ["scotland"])`: somebody with an open plan."""

    def begin(name, codes):
        person = make_person(name, Role.LEARNER)
        open_plan(person, programme, codes, by=operator, opened_on=FROM)
        return person

    return begin


@pytest.fixture
def everywhere(make_unit):
    """A unit with one text for all nations."""
    return make_unit("U1")


def study(person, variant):
    return mark_studied(person, variant.versions.latest("number"), by=person)


def steps(person):
    return [(s.variant.key, s.is_studied) for entry in path(person) for s in entry.units]


class TestAnOwnTextForScotland:
    @pytest.fixture
    def people(self, everywhere, learn, plan, trainee):
        all_nations = everywhere.variants.get()
        found = {
            "fresh": trainee,
            "done": learn("Una", ["scotland"]),
            "two": learn("Ros", ["scotland", "england"]),
            "away": learn("Bob", ["wales"]),
        }
        found["begun"] = learn("Kim", ["scotland"])
        study(found["done"], all_nations)
        found["begun"].progress.create(variant=all_nations, kind="place", data={"part": "x"})
        return found

    @pytest.fixture
    def scottish(self, everywhere, people):
        return Variant.objects.create(unit=everywhere, key="scotland", nations=["scotland"])

    def test_an_empty_row_changes_nothing_for_anybody(self, scottish, people, programme):
        for person in people.values():
            assert [key for key, _ in steps(person)] == ["all"]
        assert [v.key for v in outstanding(people["fresh"], programme, "scotland")] == ["all"]
        assert outstanding(people["done"], programme, "scotland") == []

    def test_the_preview_says_person_by_person_what_then_follows(
        self, scottish, people, everywhere, operator, the_words, programme, enter
    ):
        effect = programme_effect(scottish)
        theirs = {name: effect.outcomes.get(person.pk) for name, person in people.items()}
        assert theirs == {
            "fresh": REPLACED,
            "done": KEPT,
            "two": REPLACED,
            "begun": BEGUN,
            "away": None,
        }
        assert [(r.nation, r.before, r.after) for r in effect.rows if r.changes] == [
            ("scotland", ("all",), ("scotland",))
        ]
        publish_version(scottish, the_words("U1", "<p>Scots law</p>"), by=operator)
        assert {name: steps(person) for name, person in people.items()} == {
            "fresh": [("scotland", False)],
            "begun": [("scotland", False)],
            "done": [("all", True)],
            "two": [("all", False), ("scotland", False)],
            "away": [("all", False)],
        }
        assert str(counts(path(people["done"]))) == "1 of 1 unit"
        assert outstanding(people["done"], programme, "scotland") == [], (
            "what was studied stays done"
        )
        assert [v.key for v in outstanding(people["fresh"], programme, "scotland")] == ["scotland"]
        assert enter(people["done"]).get("/study/units/U1/all/").status_code == 200, (
            "and stays readable"
        )
        assert enter(people["done"]).get("/study/modules/M1/module.epub").status_code == 200, (
            "and in their book"
        )
        assert enter(people["fresh"]).get("/study/units/U1/all/").status_code == 404
        assert not programme_effect(Variant.objects.get(pk=scottish.pk)).changes
        entry = Entry.objects.get(action="courses.hand_over_nations")
        assert entry.after == {
            "nations": ["england", "wales", "northern_ireland"],
            "to": scottish.pk,
        }

    def test_what_was_answered_of_an_earlier_day_stays(
        self, people, everywhere, operator, the_words, programme
    ):
        scottish = Variant.objects.create(unit=everywhere, key="scotland", nations=["scotland"])
        today = clock.today()
        before = [v.key for v in outstanding(people["fresh"], programme, "scotland", today)]
        with clock.at(today + timedelta(days=2)):
            publish_version(scottish, the_words("U1", "<p>Scots law</p>"), by=operator)
            assert (
                [v.key for v in outstanding(people["fresh"], programme, "scotland", today)]
                == before
                == ["all"]
            )
            assert [v.key for v in outstanding(people["fresh"], programme, "scotland")] == [
                "scotland"
            ]

    def test_who_studies_the_other_text_afterwards_has_this_one_to_do(
        self, scottish, people, everywhere, operator, the_words, programme
    ):
        publish_version(scottish, the_words("U1", "<p>Scots law</p>"), by=operator)
        study(people["two"], everywhere.variants.get(key="all"))
        assert [v.key for v in outstanding(people["two"], programme, "scotland")] == ["scotland"]

    def test_back_again_and_once_more_it_stays_done(
        self, scottish, people, everywhere, operator, the_words, programme
    ):
        """From all to Scotland's own, and back."""
        publish_version(scottish, the_words("U1", "<p>Scots law</p>"), by=operator)
        study(people["fresh"], scottish)
        withdraw(scottish, by=operator)
        whole = everywhere.variants.get(key="all")
        Variant.objects.filter(pk=whole.pk).update(coming=nations.ALL)
        effect = programme_effect(Variant.objects.get(pk=whole.pk))
        assert effect.outcomes[people["begun"].pk] == NEW
        publish_version(
            Variant.objects.get(pk=whole.pk), the_words("U1", "<p>For all again</p>"), by=operator
        )
        for name in ("done", "fresh"):
            assert outstanding(people[name], programme, "scotland") == []
        assert steps(people["begun"]) == [("all", False)] and steps(people["fresh"]) == [
            ("scotland", True)
        ]

    def test_a_closed_plan_is_asked_for_nothing(self, scottish, people, operator):
        plan = people["fresh"].study_plans.get()
        close_plan(plan, by=operator, on=clock.today())
        effect = programme_effect(scottish)
        assert people["fresh"].pk not in effect.outcomes and effect.closed == 1

    def test_nobody_is_left_without_a_text_by_another(
        self, everywhere, people, operator, the_words
    ):
        again = Variant.objects.create(unit=everywhere, key="again", nations=nations.ALL)
        assert [v.key for v in programme_effect(again).left_for_none] == ["all"]
        before = list(Variant.objects.values())
        with pytest.raises(Refused, match="“all” of U1 would be for no nation"):
            publish_version(again, the_words("U1", "<p>Twice</p>"), by=operator)
        assert list(Variant.objects.values()) == before and UnitVersion.objects.count() == 1


class TestOtherNations:
    def test_a_nation_that_is_dropped(self, everywhere, plan, trainee, learn, operator, the_words):
        whole, done = everywhere.variants.get(), learn("Una", ["scotland"])
        study(done, whole)
        Variant.objects.filter(pk=whole.pk).update(coming=["england", "wales"])
        whole = Variant.objects.get()
        effect = programme_effect(whole)
        assert effect.outcomes == {trainee.pk: DROPPED, done.pk: DONE}
        assert steps(trainee) == [("all", False)], "nothing changes before it is published"
        publish_version(whole, the_words("Unit U1", "<p>Text for all</p>"), by=operator)
        assert steps(trainee) == [] and Study.objects.filter(person=done).exists()
        assert Variant.objects.get().coming is None and Variant.objects.get().nations == [
            "england",
            "wales",
        ]

    def test_the_row_of_a_published_text_waits_for_its_page(
        self, enter, author, module, provision, operator, plan, trainee
    ):
        page = published_page(module, provision, operator)
        row, unit = page.variant, page.variant.unit
        inside = enter(author)
        edit = f"/admin/snippets/courses/variant/edit/{row.pk}/"
        answer = inside.post(
            edit, {"unit": unit.pk, "key": "all", "nations": ["england"]}, follow=True
        )
        row.refresh_from_db()
        assert (row.nations, row.coming) == (
            nations.ALL,
            ["england"],
        ) and "submit the page to the course review" in said(answer)
        assert "no text of this unit is for this" in said(answer)
        assert [key for key, _ in steps(trainee)] == ["all"]
        inside.post(edit, {"unit": unit.pk, "key": "all", "nations": nations.ALL})
        row.refresh_from_db()
        assert row.coming is None

    def test_a_row_that_would_take_all_of_another_is_refused_at_the_form(
        self, enter, author, module, provision, operator
    ):
        unit = published_page(module, provision, operator).variant.unit
        answer = enter(author).post(
            "/admin/snippets/courses/variant/add/",
            {"unit": unit.pk, "key": "again", "nations": nations.ALL},
        )
        assert (
            answer.status_code == 200
            and "would be for no nation any more" in said(answer)
            and Variant.objects.count() == 1
        )

    def test_overlap_and_gaps_are_said_where_the_row_is_written(self, law_unit, everywhere):
        own = Variant.objects.create(unit=everywhere, key="scotland", nations=["scotland"])
        assert any("“all” is for this too" in words for words in said_of_variant(own))
        Variant.objects.filter(unit=law_unit, key="northern-ireland").update(nations=["wales"])
        assert any(
            words.startswith("Northern Ireland: no text")
            for words in said_of_variant(law_unit.variants.get(key="scotland"))
        )


class TestTheReview:
    @pytest.fixture
    def page(self, module, provision, operator, author, tutor, consultant, plan, trainee):
        return published_page(module, provision, operator)

    @pytest.fixture
    def own(self, page, operator, provision, enter, author):
        """Scotland's own page, written and not published, submitted by its author."""
        variant = Variant.objects.create(
            unit=page.variant.unit, key="scotland", nations=["scotland"]
        )
        made = UnitPage(
            title="In Scotland",
            slug="in-scotland",
            variant=variant,
            outcomes=page.outcomes,
            review_by=page.review_by,
            body=page.body,
            live=False,
            owner=author,
        )
        ModulePage.objects.get().add_child(instance=made)
        enter(author).post(
            address(made),
            form_for(made, ("text", rich_text("<p>Scots law.</p>")), READING, **SUBMIT),
            follow=True,
        )
        assert WorkflowState.objects.get().status == "in_progress"
        return made

    def seen(self, page):
        return programme_effect(UnitPage.objects.get(pk=page.pk).variant).seen

    def test_it_is_approved_only_by_who_has_seen_exactly_this(
        self, own, enter, author, tutor, consultant, trainee, learn, operator
    ):
        here = f"/authoring/pages/{own.pk}/programme/"
        answer = decide(enter(tutor), own, "approve")
        assert (
            "changes the programme of 1 person" in said(answer)
            and WorkflowState.objects.get().current_task_state.task.name == "Academic review"
        )
        shown = said(enter(tutor).get(here))
        assert "Mairi" in shown and "Replaced" in shown
        assert enter(author).post(here, {"seen": self.seen(own)}).status_code == 403
        assert enter(consultant).get(here).status_code == 403, "it is not yet the consultant's turn"
        assert (
            enter(tutor).post(here, {"seen": "x"}).status_code == 409
            and not ProgrammeCheck.objects.exists()
        )
        for _ in range(2):
            assert enter(tutor).post(here, {"seen": self.seen(own)}).status_code == 302
        check = ProgrammeCheck.objects.get()
        assert (check.by, check.submitted_by, check.people) == (tutor, author, 1)
        assert Entry.objects.filter(action="courses.confirm_programme").count() == 1
        decide(enter(tutor), own, "approve")
        assert WorkflowState.objects.get().current_task_state.task.name == "Lived-experience review"
        learn("Una", ["scotland"])  # somebody else would be concerned by now
        assert "changes the programme of 2 people" in said(
            decide(enter(consultant), own, "approve")
        )
        assert not own.variant.versions.exists() and steps(trainee) == [("all", False)]
        page = said(enter(consultant).get(here))
        assert "Mairi" not in page and "It concerns the programme of 2 people" in page
        enter(consultant).post(here, {"seen": self.seen(own)})
        decide(enter(consultant), own, "approve")
        assert own.variant.versions.count() == 1 and steps(trainee) == [("scotland", False)]

    def test_an_author_confirms_nothing_and_an_urgent_correction_is_no_way_around(
        self, own, author, tutor, operator, enter
    ):
        for person in (author, operator):
            with pytest.raises(NotAllowed):
                confirm_programme(own, by=person, seen=self.seen(own))
        WorkflowState.objects.get().cancel(user=author)
        answer = enter(author).post(
            f"/authoring/pages/{own.pk}/urgent/", {"why": "I typed all this."}
        )
        assert (
            answer.status_code == 422
            and "I typed all this." in said(answer)
            and "Submit it to the course review" in said(answer)
        )
        with pytest.raises(Refused, match="course review"):
            publish_urgently(UnitPage.objects.get(pk=own.pk), by=author, why="Now")
        assert not own.variant.versions.exists() and not ProgrammeCheck.objects.exists()

    @pytest.mark.both_engines
    def test_the_database_knows_one_person_from_two(self, own, author):
        with pytest.raises(Error), transaction.atomic():
            ProgrammeCheck.objects.create(
                variant=own.variant, review=1, seen="x", people=1, submitted_by=author, by=author
            )

    def test_new_words_alone_ask_nobody(self, page, enter, author, tutor, consultant):
        enter(author).post(
            address(page),
            form_for(page, ("text", rich_text("<p>New.</p>")), READING, **SUBMIT),
            follow=True,
        )
        assert "Nothing changes in anyone" in said(
            enter(author).get(f"/authoring/pages/{page.pk}/programme/")
        )
        decide(enter(tutor), page, "approve")
        decide(enter(consultant), page, "approve")
        assert page.variant.versions.count() == 2

    def test_a_page_taken_down_comes_back_urgently_as_it_was(self, page, author, trainee):
        page.unpublish()
        assert programme_effect(page.variant).outcomes == {trainee.pk: NEW}
        page.save_revision(user=author)
        publish_urgently(UnitPage.objects.get(), by=author, why="It was taken down by mistake.")
        assert steps(trainee) == [("all", False)]

    def test_a_choice_made_after_the_review_does_not_slip_through(self, page, author, trainee):
        row = page.variant
        Variant.objects.filter(pk=row.pk).update(coming=["england"])
        page.save_revision(user=author).publish(user=author)  # as the hour does that was set for it
        row.refresh_from_db()
        assert (row.nations, row.coming) == (nations.ALL, ["england"]) and steps(trainee) == [
            ("all", False)
        ]
