"""A marker who falls ill, leaves or knows the author stops no script: another takes it, and what is submitted stays."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from assessments.jobs import LEAVERS
from assessments.marking.actions.allocation import allocate_third
from assessments.marking.actions.marks import save_marks
from assessments.marking.actions.marks import seal as seal_marks
from assessments.marking.actions.replacing import decline_script, replace_marker, set_marking_day
from assessments.marking.models import Allocation
from assessments.marking.queries import (
    awaiting_allocation,
    awaiting_third,
    needing_another_marker,
    open_tasks,
)
from assessments.taking.models import Submission
from cohorts.enrolment.actions import leave
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import end_grants, grant
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import OP, person, seal, sign_in


def rows():
    return list(
        Allocation.objects.order_by("pk").values_list(
            "marker_id", "stage", "state", "withdrawn_why"
        )
    )


@pytest.fixture
def tasks(scene):
    return scene.allocate(scene.hand_in())


@pytest.mark.both_engines
def test_a_script_of_a_marker_who_is_ill_goes_to_another_and_is_marked_to_the_end(scene, tasks):
    first, second = tasks
    save_marks(first, {"law": 60}, "Half a thought.", by=scene.agnes)
    seal(second, 62)
    Notice.objects.all().delete()
    made = replace_marker(first, scene.helen, "away", by=scene.registrar)
    assert rows() == [
        (scene.agnes.pk, "first", "withdrawn", "away"),
        (scene.tomasz.pk, "second", "sealed", ""),
        (scene.helen.pk, "first", "open", ""),
    ]
    assert (made.marks, made.comment) == ({}, ""), "the new marker starts from nothing"
    assert Allocation.objects.get(pk=first.pk).comment == "Half a thought."
    told = dict(Notice.objects.values_list("person__email", "body"))
    assert set(told) == {scene.agnes.email, scene.helen.email}
    assert not any("ill" in body or "Zebedee" in body for body in told.values())
    seal(made, 64)
    submission = Submission.objects.get()
    assert submission.state == "agreed" and submission.lines.last().mark == 63


def test_the_same_replacement_twice_is_one_and_another_is_told(scene, tasks):
    made = replace_marker(tasks[0], scene.helen, "away", by=scene.registrar)
    before, other = rows(), person("wanda", Role.TUTOR)
    entries = Entry.objects.count()
    assert replace_marker(tasks[0], scene.helen, "away", by=scene.registrar) == made
    with pytest.raises(Refused, match="Helen has this script by now"):
        replace_marker(tasks[0], other, "away", by=scene.registrar)
    assert rows() == before and Entry.objects.count() == entries


@pytest.mark.parametrize("who", ["author", "agnes", "tomasz", "examiner"])
def test_who_may_not_replace_a_marker_changes_nothing(scene, tasks, who):
    before, by = rows(), getattr(scene, who)

    if who != "examiner":  # an examiner without the role, the others with it
        grant(by, Role.REGISTRAR, by=OP, starts_on=clock.today())
    with pytest.raises(NotAllowed):
        replace_marker(tasks[0], scene.helen, "away", by=by)
    with pytest.raises(NotAllowed):
        set_marking_day(tasks[0], clock.today() + timedelta(days=9), by=by)
    assert rows() == before


def test_submitted_marks_stand_and_no_one_marks_a_script_twice(scene, tasks):
    seal(tasks[0], 60)
    before = rows()
    with pytest.raises(Refused, match="submitted, so they stand"):
        replace_marker(tasks[0], scene.helen, "away", by=scene.registrar)
    with pytest.raises(Refused, match="marks script .* already"):
        replace_marker(tasks[1], scene.agnes, "away", by=scene.registrar)
    with pytest.raises(Refused, match="has this script already"):
        replace_marker(tasks[1], scene.tomasz, "away", by=scene.registrar)
    with pytest.raises(Refused, match="Choose why"):
        replace_marker(tasks[1], scene.helen, "because", by=scene.registrar)
    with pytest.raises(Refused, match="day is over"):
        replace_marker(
            tasks[1],
            scene.helen,
            "away",
            by=scene.registrar,
            due_on=clock.today() - timedelta(days=1),
        )
    assert rows() == before


def test_a_marker_who_knows_the_author_gives_the_script_back_and_never_gets_it_again(scene, tasks):
    Notice.objects.all().delete()
    decline_script(tasks[0], "recognised", by=scene.agnes)
    decline_script(tasks[0], "recognised", by=scene.agnes)
    assert rows()[0] == (scene.agnes.pk, "first", "withdrawn", "recognised")
    notice = Notice.objects.get()
    assert notice.person == scene.registrar and "Agnes" not in notice.body
    ((task, why),) = needing_another_marker(scene.registrar)
    assert task.pk == tasks[0].pk and why == "The marker knows who wrote it"
    with pytest.raises(Refused, match="know who wrote it"):
        replace_marker(task, scene.agnes, by=scene.registrar)
    replace_marker(task, scene.helen, by=scene.registrar)
    assert needing_another_marker(scene.registrar) == []
    client = sign_in(Client(), scene.agnes)
    script = tasks[0].submission.script
    for rest in ("", "seal/", "file/", "view/", "decline/"):
        assert client.get(f"/marking/{script}/{rest}").status_code == 404


def test_nobody_gives_back_for_another_nor_what_is_submitted(scene, tasks):
    with pytest.raises(NotAllowed):
        decline_script(tasks[0], "away", by=scene.tomasz)
    with pytest.raises(Refused, match="Choose why"):
        decline_script(tasks[0], "author_left", by=scene.agnes)
    seal(tasks[0], 60)
    with pytest.raises(Refused, match="so they stand"):
        decline_script(tasks[0], "away", by=scene.agnes)
    assert [row[2] for row in rows()] == ["sealed", "open"]


def test_what_a_replaced_marker_typed_meanwhile_comes_back_to_be_copied(scene, tasks):
    client, script = sign_in(Client(), scene.agnes), tasks[0].submission.script
    replace_marker(tasks[0], scene.helen, "away", by=scene.registrar)
    for rest in ("", "seal/"):
        answer = client.post(
            f"/marking/{script}/{rest}",
            {"mark-law": "60", "mark-role": "60", "comment": "An hour’s words.", "action": "save"},
        )
        assert answer.status_code == 409 and "An hour’s words." in answer.content.decode()
    for change in (save_marks, seal_marks):
        with pytest.raises(Refused, match="no longer yours"):
            change(tasks[0], marks={"law": 60, "role": 60}, comment="x", by=scene.agnes)
    assert Allocation.objects.get(pk=tasks[0].pk).comment == ""


def test_a_third_marker_who_cannot_go_on_leaves_the_script_waiting_for_another(scene, tasks):
    seal(tasks[0], 40), seal(tasks[1], 80)
    third = allocate_third(Submission.objects.get(), scene.helen, by=scene.registrar)
    decline_script(third, "away", by=scene.helen)
    assert [s.script for s in awaiting_third(scene.registrar.pk)] == [tasks[0].submission.script]
    other = person("wanda", Role.TUTOR)
    seal(allocate_third(Submission.objects.get(), other, by=scene.registrar), 60)
    assert Submission.objects.get().lines.last().mark == 60


@pytest.mark.both_engines
def test_a_marker_whose_role_ended_is_replaced_on_the_page(scene, tasks):
    end_grants(scene.agnes, Role.TUTOR, by=OP, on=clock.today() - timedelta(days=1))
    client, script = sign_in(Client(), scene.registrar), tasks[0].submission.script
    page = client.get("/registry/allocation/").content.decode()
    assert f"/registry/scripts/{script}/" in page
    url = f"/registry/scripts/{script}/"
    page = client.get(url).content.decode()
    assert "Zebedee" not in page and "REF-ZQ" not in page
    key, day = tasks[0].pk, clock.today() + timedelta(days=12)
    typed = {"action": "replace", "task": key, f"replace-{key}-due_on": day.isoformat()}
    answer = client.post(url, typed | {f"replace-{key}-why": "left"})
    assert answer.status_code == 422 and "Choose the new marker." in answer.content.decode()
    assert rows()[0][2] == "open"
    typed |= {f"replace-{key}-why": "left", f"replace-{key}-marker": str(scene.helen.pk)}
    assert client.post(url, typed, follow=True).status_code == 200
    assert rows()[-1] == (scene.helen.pk, "first", "open", "")
    assert Allocation.objects.latest("pk").due_on == day


def test_more_time_is_given_and_the_author_hears_the_later_day(scene, tasks):
    Notice.objects.all().delete()
    day = tasks[0].due_on + timedelta(days=7)
    set_marking_day(tasks[0], day, by=scene.registrar)
    set_marking_day(tasks[0], day, by=scene.registrar)
    assert {n.person for n in Notice.objects.all()} == {scene.agnes, scene.author}
    assert Notice.objects.count() == 2
    set_marking_day(tasks[1], day - timedelta(days=1), by=scene.registrar)
    assert Notice.objects.filter(person=scene.author).count() == 1, "they hear no later than told"


def test_the_list_shows_who_has_what_and_what_is_overdue(scene, tasks):
    Allocation.objects.filter(pk=tasks[1].pk).update(due_on=clock.today() - timedelta(days=2))
    client = sign_in(Client(), scene.registrar)
    page = client.get("/registry/scripts/").content.decode()
    assert "Agnes" in page and "Tomasz" in page and "Overdue: 1" in page
    late = client.get("/registry/scripts/?show=late&q=tomasz").content.decode()
    assert "Tomasz" in late and "Agnes" not in late
    assert "Zebedee" not in page + late
    scene.author.grants.create(role=Role.REGISTRAR, starts_on=clock.today(), granted_by="t")
    assert not open_tasks(scene.author).exists(), "an author never follows their own script"
    assert not open_tasks(scene.agnes).exists(), "nor a marker one of theirs"


@pytest.mark.both_engines
def test_scripts_of_somebody_who_left_are_marked_by_nobody(scene, tasks):
    seal(tasks[0], 61)
    waiting = scene.hand_in(scene.portfolio)
    leave(scene.enrolment, by=OP, reason="left")
    client = sign_in(Client(), scene.tomasz)
    script = tasks[1].submission.script
    assert client.get(f"/marking/{script}/").status_code == 404
    assert waiting not in awaiting_allocation(scene.registrar.pk)
    Notice.objects.all().delete()
    assert LEAVERS.do() == 1 and LEAVERS.do() == 0
    assert [row[2:] for row in rows()] == [("sealed", ""), ("withdrawn", "author_left")]
    assert [n.person for n in Notice.objects.all()] == [scene.tomasz]
    assert not needing_another_marker(scene.registrar)


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_registrars_replace_one_marker_and_one_of_them_is_told(scene, tasks):
    other, second = person("wanda", Role.TUTOR), person("registrar2", Role.REGISTRAR)
    outcomes, gate = [], threading.Barrier(2)

    def press(marker, by):
        try:
            gate.wait()
            replace_marker(tasks[0], marker, "away", by=by)
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    presses = [(scene.helen, scene.registrar), (other, second)]
    threads = [threading.Thread(target=press, args=one) for one in presses]
    [t.start() for t in threads], [t.join() for t in threads]
    assert sorted(o == "done" for o in outcomes) == [False, True], outcomes
    assert [row[2] for row in rows() if row[1] == "first"] == ["withdrawn", "open"]
