"""What a trainee answers, does and sets aside on the way; and what a unit asks before it counts."""

from datetime import date
from functools import partial

import pytest

from courses.actions import (
    answer_check,
    do_activity,
    keep_place,
    mark_studied,
    open_plan,
    publish_version,
    take_later,
    take_now,
    vote,
    withdraw,
)
from courses.knowledge_checks import feedback
from courses.models import Prerequisite, Progress, Release, Study, Timetable, Unit
from courses.queries import next_unit, path, study_progress_of
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Role
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
CHECK = {
    "kind": "check",
    "id": "c1",
    "key": "c1",
    "style": "choice",
    "text": "Whom do you notify?",
    "why": "",
    "options": [
        {"text": "The Home Office", "right": False, "why": "That is England and Wales."},
        {"text": "No one yet", "right": True, "why": "The duty is not operating."},
    ],
}
STORY = {
    "kind": "check",
    "id": "s1",
    "key": "s1",
    "style": "scenario",
    "text": "At the door",
    "why": "Well ended.",
    "steps": [
        {
            "key": "a",
            "text": "She says no.",
            "choices": [
                {"text": "Ask again", "goes": "a", "why": "No is an answer."},
                {"text": "Thank her", "goes": "b", "right": True, "why": "Yes."},
            ],
        },
        {
            "key": "b",
            "text": "She comes back.",
            "choices": [{"text": "Listen", "goes": "", "right": True, "why": "Yes."}],
        },
    ],
}
ACTIVITY = {"kind": "activity", "id": "a1", "title": "Draw", "html": "<p>Draw it.</p>"}
POLL = {"kind": "poll", "id": "p1", "question": "Which room?", "options": ["Yours", "Theirs"]}
HARD = {
    "kind": "case_study",
    "id": "h1",
    "title": "The case",
    "content_note": "It mentions threats.",
    "html": "<p>Words</p>",
}
ADDRESS = "/study/units/U1/all/"


@pytest.fixture
def version(make_unit, the_words, operator):
    variant = make_unit("U1").variants.get()
    parts = [
        {"kind": "html", "id": "t1", "html": "<p>Read</p>"},
        CHECK,
        STORY,
        ACTIVITY,
        POLL,
        HARD,
    ]
    return publish_version(variant, the_words("Unit U1", "<p>Read</p>", parts=parts), by=operator)


@pytest.fixture
def needing(version):
    def need(*needs):
        Unit.objects.filter(code="U1").update(needs=["read", *needs])
        version.refresh_from_db()
        return version

    return need


def text(response):
    return " ".join(response.content.decode().split())


class TestKnowledgeChecks:
    def test_feedback_belongs_to_the_answer_and_a_right_one_stays_right(
        self, enter, plan, trainee, version
    ):
        inside, address = enter(trainee), f"{ADDRESS}check/c1/"
        assert inside.post(address, {"version": version.pk, "given": "0"}).status_code == 302
        page = text(inside.get(ADDRESS))
        assert "That is England and Wales." in page and "The duty is not operating." not in page
        inside.post(address, {"version": version.pk, "given": "1"})
        assert "The duty is not operating." in text(inside.get(ADDRESS))
        inside.post(address, {"version": version.pk, "given": "0"})
        mark = Progress.objects.get(kind="check")
        assert mark.is_done and mark.data["tries"] == 3 and not mark.data["right"]

    @pytest.mark.parametrize(
        "given", [{}, {"given": "9"}, {"given": "-1"}, {"given": ["0", "1"]}, {"given": "<script>"}]
    )
    def test_what_cannot_be_judged_is_asked_again_and_not_kept(
        self, enter, plan, trainee, version, given
    ):
        response = enter(trainee).post(f"{ADDRESS}check/c1/", {"version": version.pk, **given})
        assert response.status_code == 422 and "Choose one answer." in text(response)
        assert not Progress.objects.filter(kind="check").exists()

    def test_a_story_goes_on_step_by_step_and_counts_at_its_end(
        self, enter, plan, trainee, version
    ):
        inside, address = enter(trainee), f"{ADDRESS}check/s1/"
        page = text(inside.post(address, {"version": version.pk, "given-0": "0"}))
        assert "No is an answer." in page and 'name="given-0" value="0"' in page
        assert not Progress.objects.filter(kind="check").exists()
        page = text(inside.post(address, {"version": version.pk, "given-0": "0", "given-1": "1"}))
        assert "She comes back." in page
        inside.post(
            address, {"version": version.pk, "given-0": "0", "given-1": "1", "given-2": "0"}
        )
        assert Progress.objects.get(kind="check").is_done and "The story has ended" in text(
            inside.get(ADDRESS)
        )

    def test_an_answer_to_other_words_proves_nothing(
        self, plan, trainee, needing, the_words, operator
    ):
        version = needing("check")
        for key, given in (("c1", 1), ("s1", [1, 0])):
            answer_check(trainee, version, key, given, by=trainee)
        changed = [{**CHECK, "text": "Whom do you notify in Wales?"}, STORY]
        newer = publish_version(
            version.variant, the_words("Unit U1", "<p>New</p>", parts=changed), by=operator
        )
        with pytest.raises(Refused, match="1 knowledge check"):
            mark_studied(trainee, newer, by=trainee)

    def test_nobody_answers_for_another_or_outside_their_plan(
        self, plan, trainee, tutor, make_person, version
    ):
        stranger = make_person("Una", Role.LEARNER)
        for person, by in ((trainee, tutor), (stranger, stranger), (tutor, tutor)):
            for action in (
                partial(answer_check, person, version, "c1", 1),
                partial(do_activity, person, version, "a1"),
                partial(vote, person, version, "p1", 0),
                partial(take_later, person, version.variant),
            ):
                with pytest.raises(NotAllowed):
                    action(by=by)
        with pytest.raises(Refused):
            answer_check(trainee, version, "a1", 1, by=trainee)
        with pytest.raises(feedback.Unanswered):
            answer_check(trainee, version, "c1", True, by=trainee)
        assert not Progress.objects.exists()


class TestWhatCompletesAUnit:
    def test_each_need_is_named_and_only_then_it_counts(self, enter, plan, trainee, needing):
        version = needing("check", "activity", "attended")
        inside, entries = enter(trainee), Entry.objects.count()
        page = text(inside.get(ADDRESS))
        for words in ("2 knowledge checks are", "1 activity is", "Your tutor has not recorded"):
            assert words in page
        response = inside.post(f"{ADDRESS}studied/", {"version": version.pk})
        assert (
            response.status_code == 409
            and not Study.objects.exists()
            and Entry.objects.count() == entries
        )
        answer_check(trainee, version, "c1", 1, by=trainee)
        answer_check(trainee, version, "s1", [1, 0], by=trainee)
        do_activity(trainee, version, "a1", by=trainee)
        with pytest.raises(Refused, match="tutor has not recorded"):
            mark_studied(trainee, version, by=trainee)
        Progress.objects.create(
            person=trainee, variant=version.variant, kind="attended", data={"mode": "online"}
        )
        assert "I have studied this unit" in text(inside.get(ADDRESS))
        assert mark_studied(trainee, version, by=trainee)

    def test_recording_study_asks_four_questions_and_the_page_five(
        self, enter, plan, trainee, needing, django_assert_num_queries
    ):
        version = needing("check")
        answer_check(trainee, version, "c1", 1, by=trainee)
        answer_check(trainee, version, "s1", [1, 0], by=trainee)
        inside = enter(trainee)
        inside.get(ADDRESS)
        # The page: the session, the reader, their roles and plans, the version. The action: plans, what was studied and answered, the
        # study; the record's entry. (And the savepoint a test has instead of a transaction.)
        with django_assert_num_queries(5 + 4 + 2):
            inside.post(f"{ADDRESS}studied/", {"version": version.pk})
        assert Study.objects.count() == 1

    def test_twice_is_once(self, plan, trainee, version):
        assert mark_studied(trainee, version, by=trainee) == mark_studied(
            trainee, version, by=trainee
        )
        assert Study.objects.count() == Entry.objects.filter(action="courses.study").count() == 1


class TestLocks:
    def test_a_unit_waits_for_the_one_before_it_and_says_why(
        self, enter, plan, trainee, make_unit, version
    ):
        second = make_unit("U2")
        Prerequisite.objects.create(
            unit=second, first=version.variant.unit, why="It uses its words."
        )
        inside = enter(trainee)
        response = inside.get("/study/units/U2/all/")
        assert response.status_code == 403 and "First study “Unit U1”. It uses its words." in text(
            response
        )
        locked = second.variants.get().versions.get()
        assert (
            inside.post("/study/units/U2/all/studied/", {"version": locked.pk}).status_code == 409
        )
        assert not Study.objects.exists() and next_unit(trainee).unit.code == "U1"
        mark_studied(trainee, version, by=trainee)
        assert (
            inside.get("/study/units/U2/all/").status_code == 200
            and next_unit(trainee).unit.code == "U2"
        )

    def test_a_release_opens_on_its_day_in_london(
        self, enter, trainee, programme, make_unit, operator, version
    ):
        timetable = Timetable.objects.create(programme=programme, code="T")
        plan = open_plan(trainee, programme, ["scotland"], by=operator, opened_on=date(2025, 9, 1))
        type(plan).objects.filter(pk=plan.pk).update(timetable=timetable)
        Release.objects.create(
            timetable=timetable,
            unit=version.variant.unit,
            opens_on=date(2027, 3, 1),
            finish_by=date(2027, 3, 12),
        )
        inside = enter(trainee)
        with clock.at(date(2027, 2, 28)):
            assert "Opens on Monday 1 March 2027" in text(inside.get(ADDRESS))
            with pytest.raises(Refused, match="Opens on"):
                mark_studied(trainee, version, by=trainee)
        with clock.at(date(2027, 3, 1)):
            assert inside.get(ADDRESS).status_code == 200
            assert "to finish by Friday 12 March 2027" in text(inside.get("/study/modules/M1/"))

    def test_what_was_studied_or_begun_is_never_locked_again(
        self, enter, plan, trainee, make_unit, version
    ):
        second = make_unit("U2")
        inside = enter(trainee)
        assert inside.get("/study/units/U2/all/").status_code == 200
        Prerequisite.objects.create(unit=second, first=version.variant.unit, why="Why.")
        assert inside.get("/study/units/U2/all/").status_code == 200


def test_a_unit_taken_down_stays_readable_to_those_who_began_it(
    enter, plan, trainee, make_person, programme, operator, version, author
):
    inside = enter(trainee)
    inside.get(ADDRESS)
    withdraw(version.variant, by=author)
    page = text(inside.get(ADDRESS))
    assert "Draw it." in page and "taken this unit down" in page
    other = make_person("Una", Role.LEARNER)
    open_plan(other, programme, ["wales"], by=operator, opened_on=date(2025, 9, 1))
    assert "Draw it." not in text(enter(other).get(ADDRESS))


def test_set_aside_another_comes_first_and_nothing_is_lost(
    enter, plan, trainee, make_unit, version
):
    make_unit("U2")
    inside = enter(trainee)
    inside.post(f"{ADDRESS}later/")
    assert next_unit(trainee).unit.code == "U2" and "Saved for later" in text(
        inside.get("/study/modules/M1/")
    )
    take_now(trainee, version.variant, by=trainee)
    assert next_unit(trainee).unit.code == "U1"
    take_later(trainee, version.variant, by=trainee)
    mark_studied(trainee, path(trainee)[0].units[1].variant.versions.get(), by=trainee)
    assert next_unit(trainee).unit.code == "U1"  # nothing else is left


def test_hard_material_waits_closed(enter, plan, trainee, version):
    page = text(enter(trainee).get(ADDRESS))
    assert "It mentions threats." in page and '<details class="hard">' in page


def test_a_poll_tells_nobody_apart(enter, plan, trainee, make_person, programme, operator, version):
    inside = enter(trainee)
    vote(trainee, version, "p1", 1, by=trainee)
    vote(trainee, version, "p1", 0, by=trainee)
    assert Progress.objects.get(kind="poll").data["choice"] == 0
    assert "once five people have answered" in text(inside.get(ADDRESS))
    for n in range(4):
        other = make_person(f"Una{n}", Role.LEARNER)
        open_plan(other, programme, ["wales"], by=operator, opened_on=date(2025, 9, 1))
        vote(other, version, "p1", 1, by=other)
    page = text(inside.get(ADDRESS))
    assert "1 of 5" in page and "4 of 5" in page
    with pytest.raises(Refused):
        vote(trainee, version, "p1", 2, by=trainee)


@pytest.mark.both_engines
def test_the_place_and_the_answers_come_back(plan, trainee, version):
    keep_place(trainee, version.variant, "a1", by=trainee)
    keep_place(trainee, version.variant, "c1", by=trainee)
    answer_check(trainee, version, "c1", 1, by=trainee)
    taken = study_progress_of(trainee, marks_of=version.variant_id)
    assert taken.last == (version.variant_id, "c1") and taken.marks["check", "c1"].is_done
    mark_studied(trainee, version, by=trainee)
    assert path(trainee)[0].units[0].is_studied


def test_the_home_leads_back_to_where_somebody_stopped(enter, plan, trainee, version):
    inside = enter(trainee)
    assert inside.post(f"{ADDRESS}place/", {"part": "c1"}).status_code == 204
    assert f'href="{ADDRESS}?part=c1#p-c1"' in text(inside.get("/study/modules/M1/"))
    assert 'href="#p-c1"' in text(inside.get(ADDRESS))


def test_nobody_leaves_a_mark_in_a_unit_they_may_not_open(
    enter, plan, trainee, make_unit, version, author
):
    """A mark makes a unit begun, and what is begun stays open: so none is taken before it may be opened."""
    second = make_unit("U2")
    Prerequisite.objects.create(unit=second, first=version.variant.unit, why="Why.")
    inside, shut = enter(trainee), second.variants.get()
    assert inside.post("/study/units/U2/all/place/", {"part": "x"}).status_code == 409
    for action in (partial(keep_place, trainee, shut, "x"), partial(take_later, trainee, shut)):
        with pytest.raises(Refused, match="First study"):
            action(by=trainee)
    withdraw(version.variant, by=author)
    with pytest.raises(Refused, match="put right"):
        mark_studied(trainee, version, by=trainee)
    assert inside.post(f"{ADDRESS}place/", {"part": "x"}).status_code == 409
    assert inside.get(f"/study/versions/{version.pk}/").status_code == 404
    assert not Progress.objects.exists() and not Study.objects.exists()


def test_an_answer_to_other_choices_is_not_told_as_an_answer_to_these(
    enter, plan, trainee, version, the_words, operator
):
    vote(trainee, version, "p1", 0, by=trainee)
    turned = [{**POLL, "options": ["Theirs", "Yours"]}]
    publish_version(version.variant, the_words("Unit U1", "<p>New</p>", parts=turned), by=operator)
    page = text(enter(trainee).get(ADDRESS))
    assert "Your answer is kept" not in page and 'name="choice"' in page


def test_what_one_reader_got_right_is_not_shown_to_another(
    enter, plan, trainee, make_person, programme, operator, version
):
    other = make_person("Una", Role.LEARNER)
    open_plan(other, programme, ["wales"], by=operator, opened_on=date(2025, 9, 1))
    for given in (1, 0):
        answer_check(trainee, version, "c1", given, by=trainee)
    for given in (0, 0):
        answer_check(other, version, "c1", given, by=other)
    assert "check--passed" in text(enter(trainee).get(ADDRESS))
    assert "check--passed" not in text(enter(other).get(ADDRESS))
