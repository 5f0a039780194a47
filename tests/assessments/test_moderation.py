"""Work with one marker: no mark of a set counts before another tutor looked at a sample, and one disagreement is never one mark changed in silence."""

import threading
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from assessments.attempts.queries import chains_that_differ
from assessments.deciding.actions.corrections import agree_to_correction
from assessments.deciding.queries.boards import cases_of_leaver
from assessments.deciding.queries.release import awaiting_release
from assessments.marking.actions.allocation import allocate, allocate_many
from assessments.marking.actions.corrections import request_correction
from assessments.marking.actions.moderation import (
    allocate_second,
    appoint_moderator,
    begin_all,
    end_all,
    give_verdict,
    settle_moderated,
    take_back_verdict,
)
from assessments.marking.models import Allocation, Moderation, ModerationScript
from assessments.marking.plans import plan_shares, waiting_scripts
from assessments.marking.queries import awaiting_second, draws_that_differ
from assessments.marking.sampling import (
    BORDER,
    EVERY,
    FAIL,
    Candidate,
    SampleRule,
    extension,
    first_draw,
    size_of,
)
from assessments.setting.actions.loading import keep_assessment
from assessments.setting.judging import Rules
from assessments.taking.models import Submission
from cohorts.enrolment.actions import leave
from cohorts.enrolment.models import Enrolment
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import ESSAY, OP, TELLTALES, person, seal, sign_in

RULE = SampleRule.of(Rules())


# ---- which scripts are drawn ----
def scripts(marks):
    return [
        Candidate(f"S-{n}", Decimal(m), n % 3, ("england", "wales")[n % 2 :])
        for n, m in enumerate(marks)
    ]


@given(marks=st.lists(st.integers(0, 100), max_size=60), seed=st.text(max_size=8))
def test_every_fail_borderline_marker_and_nation_is_in_it_and_the_seed_decides_the_rest(
    marks, seed
):
    there = scripts(marks)
    found = first_draw(there, RULE, seed)
    assert found == first_draw(list(reversed(there)), RULE, seed), "reproducible"
    assert len(found) >= size_of(len(there), RULE)
    chosen = [one for one in there if one.script in found]
    for one in there:
        near = any(abs(one.mark - edge) <= RULE.margin for edge in RULE.boundaries)
        assert one.script in found or not (one.mark < RULE.pass_mark or near)
    assert {one.marker for one in chosen} == {one.marker for one in there}
    nations = [{n for one in group for n in one.nations} for group in (chosen, there)]
    assert nations[0] == nations[1]
    more = extension(there, RULE, seed, found)
    assert not set(more) & set(found)
    assert bool(more) == (len(found) < len(there))


@pytest.mark.parametrize(
    ("count", "figures", "size"),
    [
        (0, {}, 0),
        (9, {}, 9),
        (10, {}, 5),
        (26, {}, 6),
        (100, {}, 10),
        (101, {}, 11),
        (101, {"sample_size": "percent", "sample_percent": 10}, 11),
        (20, {"sample_size": "percent", "sample_percent": 10, "sample_least": 8}, 8),
        (3, {"sample_all_below": 0}, 3),
    ],
)
def test_how_large_a_sample_is(count, figures, size):
    assert size_of(count, SampleRule.of(Rules(**figures))) == size


def test_why_a_script_is_in_it():
    there = scripts([64] * 20 + [30, 51])
    found = first_draw(there, RULE, "x")
    assert (found["S-20"], found["S-21"]) == (FAIL, BORDER)
    assert set(first_draw(scripts([64] * 4), RULE, "x").values()) == {EVERY}


# ---- a set of single marks ----
@pytest.fixture
def piece(scene):
    return keep_assessment(
        scene.one, {**ESSAY, "code": "T1-ONE", "scheme": "moderated", "weight": 0}, by=OP
    )


@pytest.fixture
def many(scene, piece):
    """Twelve scripts with Agnes: a sample of five at least, so that some are outside it."""
    found = [scene.hand_in(piece)]
    found += [scene.hand_in(piece, scene.another(n), seed=str(n)) for n in range(11)]
    return [allocate(one, scene.agnes, by=scene.registrar)[0] for one in found]


@pytest.fixture
def moderated(scene, many):
    for task in many:
        seal(task, 65)
    found = Moderation.objects.get()
    appoint_moderator(found, scene.tomasz, by=scene.registrar)
    return found


def sample(moderation, **more):
    return list(moderation.scripts.filter(draw__gt=0, state="waiting", **more).order_by("pk"))


def agree_all(moderation, by):
    for one in sample(moderation):
        give_verdict(one, True, "As I would have marked it.", by=by)


def states():
    return sorted(Submission.objects.filter(assessment__code="T1-ONE").values_list("state"))


def world():
    return (
        list(Moderation.objects.values_list("state", "moderator")),
        list(ModerationScript.objects.order_by("pk").values_list("state", "draw", "moderator")),
        list(Allocation.objects.order_by("pk").values_list("stage", "state", "total")),
        states(),
        Entry.objects.count(),
        Notice.objects.count(),
    )


def refused(call, match, kind=Refused):
    before = world()
    with pytest.raises(kind, match=match):
        call()
    assert world() == before


def test_a_script_has_as_many_markers_as_its_version_says(scene, piece):
    alone, double = scene.hand_in(piece), scene.hand_in(seed="two")
    by = scene.registrar
    refused(lambda: allocate(alone, scene.agnes, scene.tomasz, by=by), "has one marker")
    refused(lambda: allocate(double, scene.agnes, by=by), "needs two markers")
    done, why = allocate_many([(alone, scene.agnes, None), (double, scene.agnes, None)], by=by)
    assert (done, len(why)) == (1, 1) and "needs two markers" in why[0]
    assert Allocation.objects.get().stage == "first"
    told = Notice.objects.get(person=scene.author, subject="Your work is with a marker")
    assert "two" not in told.body


def test_a_plan_shares_single_scripts_out_one_by_one(scene, piece):
    for n in range(4):
        scene.hand_in(piece, scene.another(n), seed=str(n))
    weights = {scene.agnes.pk: 1, scene.tomasz.pk: 1}
    plan = plan_shares(scene.registrar, waiting_scripts(scene.registrar), weights)
    assert not plan.faults and [second for _s, _f, second in plan.lines] == [None] * 4
    assert {row["total"] for row in plan.totals()} == {2}
    assert all(line.endswith(",") for line in plan.text().split("\n"))


def test_the_last_mark_draws_the_sample_and_none_counts_before(scene, many):
    for task in many[:-1]:
        seal(task, 65)
    assert not Moderation.objects.exists()
    seal(many[-1], 65)
    found = Moderation.objects.get()
    assert found.scripts.count() == 12 and 5 <= len(sample(found)) < 12
    assert begin_all(by=OP) == 0, "twice is once"
    assert set(states()) == {("moderation",)}
    assert not awaiting_release(scene.registrar).exists()
    assert Notice.objects.filter(person=scene.registrar, subject__contains="to moderate").exists()
    assert draws_that_differ() == []


@pytest.mark.both_engines
def test_a_sound_sample_lets_every_single_mark_stand(scene, moderated):
    agree_all(moderated, scene.tomasz)
    moderated.refresh_from_db()
    assert moderated.state == "sound" and set(states()) == {("agreed",)}
    line = Submission.objects.first().lines.last()
    assert (line.stage, line.mark, line.inputs["by"]) == ("agreed", 65, "moderated")
    assert line.inputs["lines"] == [1] and line.inputs["of"] == 12
    assert "stands after moderation" in line.rule
    assert chains_that_differ() == (12, [])
    call_command("check_marks")
    assert awaiting_release(scene.registrar).count() == 12


@pytest.mark.both_engines
def test_one_disagreement_draws_again_and_changes_no_single_mark(scene, moderated):
    first, *others = sample(moderated)
    give_verdict(first, False, "The law is out of date.", by=scene.tomasz)
    task = first.submission.allocations.get()
    marks = {"law": 55, "role": 55}
    asked = request_correction(task, marks, "Other words.", "A slip.", by=scene.agnes)
    refused(lambda: agree_to_correction(asked, by=scene.registrar), "none of its single marks")
    for one in others:
        give_verdict(one, True, "Right.", by=scene.tomasz)
    more = sample(moderated)
    assert more and {one.draw for one in more} == {2}
    assert {one.moderator for one in more} == {scene.tomasz}
    assert draws_that_differ() == [] and set(states()) == {("moderation",)}
    agree_all(moderated, scene.tomasz)
    moderated.refresh_from_db()
    assert moderated.state == "sound"
    assert states() == [("agreed",)] * 11 + [("marking",)]
    (again,) = awaiting_second(moderated)
    assert again.pk == first.submission_id
    by = scene.registrar
    refused(lambda: allocate_second(again, scene.tomasz, by=by), "moderated script")
    refused(lambda: allocate_second(again, scene.agnes, by=by), "already")
    second = allocate_second(again, scene.helen, by=by)
    assert allocate_second(again, scene.helen, by=by) == second
    agree_to_correction(asked, by=by)
    seal(second, 59)
    again.refresh_from_db()
    assert (again.state, again.lines.last().mark) == ("agreed", Decimal(57))
    assert chains_that_differ() == (12, [])


def test_a_verdict_given_by_mistake_is_taken_back_until_the_moderation_has_ended(scene, moderated):
    first, *rest = sample(moderated)
    give_verdict(first, False, "Wrong button.", by=scene.tomasz)
    before = world()
    refused(lambda: take_back_verdict(first, " ", by=scene.tomasz), "Say why")
    refused(
        lambda: take_back_verdict(first, "Ours.", by=scene.helen), "Only the moderator", NotAllowed
    )
    assert world() == before
    take_back_verdict(first, "I took the other button.", by=scene.tomasz)
    entries = Entry.objects.count()
    assert take_back_verdict(first, "Again.", by=scene.tomasz).state == "waiting"
    assert Entry.objects.count() == entries
    assert Entry.objects.get(action="assessments.take_back_verdict").before == "disagrees"
    assert Notice.objects.filter(
        person=scene.registrar, subject__startswith="A verdict is taken back"
    )
    tomasz, own = sign_in(Client(), scene.tomasz), f"/marking/{first.submission.script}/moderation/"
    agree_all(moderated, scene.tomasz)
    moderated.refresh_from_db()
    assert moderated.state == "sound" and "Take it back" not in tomasz.get(own).content.decode()
    refused(lambda: take_back_verdict(rest[0], "Late.", by=scene.tomasz), "has ended")


def test_a_page_takes_a_verdict_back(scene, moderated):
    one = sample(moderated)[0]
    give_verdict(one, True, "Right.", by=scene.tomasz)
    tomasz, own = sign_in(Client(), scene.tomasz), f"/marking/{one.submission.script}/moderation/"
    assert tomasz.post(own, {"action": "take_back"}).status_code == 422
    sent = tomasz.post(own, {"action": "take_back", "why": "I read another script."}, follow=True)
    assert "Say what you think of the mark" in sent.content.decode()
    one.refresh_from_db()
    assert (one.state, one.words, one.answered_at) == ("waiting", "", None)


def test_a_moderator_who_is_replaced_is_told(scene, moderated):
    appoint_moderator(moderated, scene.helen, by=scene.registrar)
    told = Notice.objects.get(subject__startswith="Someone else moderates")
    assert told.person == scene.tomasz
    appoint_moderator(moderated, scene.helen, by=scene.registrar)
    assert Notice.objects.filter(subject__startswith="Someone else moderates").count() == 1


def test_a_set_that_stays_unsound_is_marked_again_whole(scene, moderated):
    while rest := sample(moderated):
        for one in rest:
            give_verdict(one, False, "Too generous.", by=scene.tomasz)
    moderated.refresh_from_db()
    assert moderated.state == "again" and set(states()) == {("marking",)}
    assert awaiting_second(moderated).count() == 12
    assert not awaiting_release(scene.registrar).exists()
    told = Notice.objects.filter(person=scene.registrar, subject__contains="has ended")
    assert "not sound" in told.get().body


def test_whoever_may_not_moderate_does_not(scene, moderated):
    one = sample(moderated)[0]
    by = scene.registrar
    refused(lambda: appoint_moderator(moderated, scene.agnes, by=by), "was given script")
    refused(lambda: appoint_moderator(moderated, scene.author, by=by), "not a tutor")
    for someone in (scene.agnes, scene.author):
        call = lambda p=someone: appoint_moderator(moderated, scene.helen, by=p)  # noqa: E731
        refused(call, ".", NotAllowed)
    for someone in (scene.agnes, scene.helen, scene.author, by):
        call = lambda p=someone: give_verdict(one, True, "Yes.", by=p)  # noqa: E731
        refused(call, "Only the moderator", NotAllowed)
    refused(lambda: give_verdict(one, True, " ", by=scene.tomasz), "Give your reasons")
    refused(lambda: give_verdict(one, True, "x" * 2001, by=scene.tomasz), "up to 2000")
    refused(lambda: give_verdict(one, True, "Yes.", by=scene.tomasz, seen="x"), "were corrected")
    give_verdict(one, True, "Yes.", by=scene.tomasz)
    before = world()
    give_verdict(one, True, "Yes.", by=scene.tomasz)
    assert world() == before, "twice is once"
    refused(lambda: give_verdict(one, False, "No.", by=scene.tomasz), "already")
    appoint_moderator(moderated, scene.helen, by=by)
    assert {s.moderator for s in sample(moderated)} == {scene.helen}
    one.refresh_from_db()
    assert one.moderator == scene.tomasz, "whose verdict it is stays"


def test_a_registrar_who_marks_in_the_set_does_not_look_after_it(scene, moderated):
    from lms.people.actions import grant

    grant(scene.agnes, Role.REGISTRAR, by=OP)
    client = sign_in(Client(), type(scene.agnes).objects.get(pk=scene.agnes.pk))
    assert client.get(f"/registry/moderation/{moderated.pk}/").status_code == 403
    page = client.get("/registry/moderation/").content.decode()
    assert f"/registry/moderation/{moderated.pk}/" not in page


def test_feedback_that_changed_since_the_verdict_is_flagged(scene, moderated):
    one = sample(moderated)[0]
    give_verdict(one, True, "Right.", by=scene.tomasz)
    office = sign_in(Client(), scene.registrar)
    address, words = f"/registry/moderation/{moderated.pk}/", "Marks or comment changed since"
    assert words not in office.get(address).content.decode()
    task = one.submission.allocations.get()
    asked = request_correction(task, task.marks, "Kinder words.", "Too harsh.", by=scene.agnes)
    agree_to_correction(asked, by=scene.registrar)
    assert words in office.get(address).content.decode()
    assert one.submission.lines.last().stage == "first"


def test_a_corrected_single_mark_that_was_moderated_is_agreed_anew(scene, moderated):
    agree_all(moderated, scene.tomasz)
    script = Submission.objects.filter(state="agreed").first()
    task = script.allocations.get()
    asked = request_correction(task, {"law": 70, "role": 70}, "Yes.", "A slip.", by=scene.agnes)
    agree_to_correction(asked, by=scene.registrar)
    assert script.lines.last().mark == 70 and chains_that_differ() == (12, [])


def test_a_killed_end_is_finished_by_the_worker(scene, moderated):
    agree_all(moderated, scene.tomasz)
    key = Submission.objects.filter(state="agreed").values_list("pk", flat=True)[0]
    Submission.objects.filter(pk=key).update(state="moderation")
    assert settle_moderated(by=OP) == 1 and settle_moderated(by=OP) == 0


def test_somebody_who_left_holds_no_moderation_up(scene, moderated):
    first, *others = sample(moderated)
    for one in others:
        give_verdict(one, True, "Right.", by=scene.tomasz)
    assert end_all(by=OP) == 0
    Enrolment.objects.filter(pk=first.submission.enrolment_id).update(state="left")
    assert end_all(by=OP) == 1 and end_all(by=OP) == 0
    settle_moderated(by=OP)
    assert set(states()) == {("agreed",)}


def test_a_single_mark_of_somebody_who_left_stands_with_the_set(scene, piece, many):
    """Out of the draw, for nobody moderates it; never out of the set, for then nothing would settle it."""
    task = many[0]
    seal(task, 65)
    leave(scene.enrolment, by=scene.registrar)
    assert begin_all(by=OP) == 0
    board = scene.board()
    (case,) = [one for one in cases_of_leaver(board, scene.enrolment) if one.module == scene.one]
    assert "for their leaving to be undone" in case.why_not
    for one in many[1:]:
        seal(one, 65)
    found = Moderation.objects.get()
    assert found.scripts.get(submission=task.submission).draw == 0 and not draws_that_differ()
    appoint_moderator(found, scene.tomasz, by=scene.registrar)
    agree_all(found, scene.tomasz)
    assert set(states()) == {("agreed",)}
    (case,) = [one for one in cases_of_leaver(board, scene.enrolment) if one.module == scene.one]
    assert "T1-ONE" not in case.why_not


def test_work_of_somebody_who_left_that_is_marked_again_says_what_to_do(scene, moderated):
    leave(scene.enrolment, by=scene.registrar)
    Submission.objects.filter(enrolment=scene.enrolment).update(state="marking")
    (case,) = [
        one for one in cases_of_leaver(scene.board(), scene.enrolment) if one.module == scene.one
    ]
    assert "no one goes on marking it, unless their leaving is undone" in case.why_not


def test_work_that_comes_later_has_a_moderation_of_its_own(scene, piece, moderated):
    agree_all(moderated, scene.tomasz)
    late = scene.hand_in(piece, scene.another(40), seed="late")
    seal(allocate(late, scene.helen, by=scene.registrar)[0], 60)
    second = Moderation.objects.get(number=2)
    assert second.scripts.get().submission == late and len(sample(second)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_engines
def test_the_last_two_marks_at_once_draw_one_sample(scene, piece):
    works = [scene.hand_in(piece), scene.hand_in(piece, scene.another(1), seed="b")]
    markers = (scene.agnes, scene.tomasz)
    tasks = [
        allocate(work, marker, by=scene.registrar)[0]
        for work, marker in zip(works, markers, strict=True)
    ]
    gate = threading.Barrier(2)

    def press(task):
        try:
            gate.wait()
            seal(task, 65)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(task,)) for task in tasks]
    [t.start() for t in threads], [t.join() for t in threads]
    assert Moderation.objects.get().scripts.filter(draw=1).count() == 2


def test_the_pages_lead_from_one_mark_to_its_moderation_and_name_no_author(scene, many):
    office, tomasz = sign_in(Client(), scene.registrar), sign_in(Client(), scene.tomasz)
    agnes = sign_in(Client(), scene.agnes)
    for task in many[:-1]:
        seal(task, 65)
    assert "Waiting for their last marks" in office.get("/registry/moderation/").content.decode()
    seal(many[-1], 65)
    found = Moderation.objects.get()
    address = f"/registry/moderation/{found.pk}/"
    assert address in office.get("/registry/moderation/").content.decode()
    assert "Moderation of marks" in office.get("/registry/").content.decode()
    form = {"action": "moderator", "moderator-person": str(scene.agnes.pk)}
    lame = office.post(address, form)
    assert lame.status_code == 422 and "was given script" in lame.content.decode()
    form["moderator-person"] = str(scene.tomasz.pk)
    assert office.post(address, form).status_code == 302
    script = many[0].submission.script
    assert "moderation follows" in agnes.get(f"/marking/{script}/").content.decode()
    assert agnes.get(f"/marking/{script}/moderation/").status_code == 404
    one = sample(found)[0]
    own = f"/marking/{one.submission.script}/moderation/"
    assert own in tomasz.get("/marking/moderation/").content.decode()
    assert "/marking/moderation/" in tomasz.get("/marking/").content.decode()
    page = tomasz.get(own).content.decode()
    assert "65" in page and "Well argued." in page and scene.agnes.full_name not in page
    assert tomasz.get(f"{own}file/").status_code == 200
    assert tomasz.post(own, {"words": "Fine."}).status_code == 422
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    stale = tomasz.post(own, {"verdict": "agree", "words": "Fine.", "seen": "x"})
    assert stale.status_code == 422 and "Fine." in stale.content.decode()
    sent = tomasz.post(own, {"verdict": "disagree", "words": "The law is old.", "seen": seen})
    assert sent.status_code == 302
    texts = [
        client.get(url).content.decode()
        for client, url in (
            (office, address),
            (office, "/registry/moderation/"),
            (tomasz, own),
            (tomasz, "/marking/moderation/"),
            (tomasz, "/marking/"),
            (agnes, f"/marking/{script}/"),
        )
    ]
    assert "The law is old." in texts[0] and "The law is old." in texts[2]
    texts += [f"{n.subject} {n.body}" for n in Notice.objects.exclude(person=scene.author)]
    assert not [t for t in TELLTALES for text in texts if t in text]
    agree_all(found, scene.tomasz)
    agree_all(found, scene.tomasz)
    found.refresh_from_db()
    assert found.state == "sound"
    second = {"action": "second", "second-person": str(scene.helen.pk)}
    assert "needs a second marker" in office.get(address).content.decode()
    assert office.post(address, second).status_code == 302
    assert Allocation.objects.filter(stage="second", marker=scene.helen).count() == 1


def test_no_page_of_it_takes_more_than_fifteen_statements(scene, moderated, rows_read):
    for one in sample(moderated)[:2]:
        give_verdict(one, True, "Right.", by=scene.tomasz)
    office, tomasz = sign_in(Client(), scene.registrar), sign_in(Client(), scene.tomasz)
    pages = [
        (office, "/registry/moderation/"),
        (office, f"/registry/moderation/{moderated.pk}/"),
        (office, "/registry/statistics/"),
        (office, "/registry/discussions/"),
        (tomasz, "/marking/moderation/"),
        (tomasz, "/marking/"),
    ]
    for client, url in pages:
        client.get(url)
        with rows_read() as read:
            assert client.get(url).status_code == 200
        assert read.statements <= 15, (url, read.statements)


def test_a_tutor_who_was_not_chosen_finds_nothing(scene, moderated):
    other = person("olive", Role.TUTOR)
    script = sample(moderated)[0].submission.script
    assert sign_in(Client(), other).get(f"/marking/{script}/moderation/").status_code == 404
