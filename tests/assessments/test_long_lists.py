"""What waits for markers, boards and samples is read a page at a time, and a button does what it says it does."""

import itertools
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from assessments.attempts.models import Attempt, MarkLine
from assessments.deciding.models import Board, BoardDecision
from assessments.marking.models import Allocation
from assessments.taking.models import Submission
from cohorts.enrolment.models import Cohort, Enrolment
from courses.models import StudyPlan
from lms.kit import clock
from lms.people.models import User

from .scene import DAY, person, sign_in

URL = "/registry/allocation/"


def waiting(scene, count, state="submitted", begin=0):
    """Rows, not actions: `count` scripts that wait, one after another."""
    numbers, now = range(begin, begin + count), clock.now()
    people = User.objects.bulk_create(
        [
            User(email=f"{state}{n}@test.example", first_name="Zoë", last_name=f"Wait{n}")
            for n in numbers
        ]
    )
    plans = StudyPlan.objects.bulk_create(
        [
            StudyPlan(person=p, programme=scene.programme, nations=["wales"], opened_on=DAY)
            for p in people
        ]
    )
    enrolments = Enrolment.objects.bulk_create(
        [
            Enrolment(
                cohort=scene.cohort,
                person=p,
                plan=plan,
                student_reference=f"{state}-{n:05}",
                enrolled_on=DAY,
            )
            for n, p, plan in zip(numbers, people, plans, strict=True)
        ]
    )
    papers = Submission.objects.bulk_create(
        [
            Submission(
                assessment=scene.essay,
                enrolment=e,
                attempt=Attempt.objects.create(assessment=scene.essay, enrolment=e),
                script=f"{state[0].upper()}-{n:05}",
                receipt=f"{state}-{n}",
                state=state,
                submitted_at=now + timedelta(seconds=n // 9),
                note="A note." if n % 2 else "",
            )
            for n, e in zip(numbers, enrolments, strict=True)
        ]
    )
    if state in ("third", "marking"):
        Allocation.objects.bulk_create(
            [
                Allocation(
                    submission=s,
                    marker=m,
                    stage=stage,
                    due_on=DAY,
                    state="sealed" if state == "third" else "open",
                    sealed_at=now if state == "third" else None,
                )
                for s in papers
                for m, stage in ((scene.agnes, "first"), (scene.tomasz, "second"))
            ]
        )
    if state == "third":
        MarkLine.objects.bulk_create(
            [
                MarkLine(attempt=s.attempt, number=k, stage=stage, mark=40 + 20 * k, by="person:1")
                for s in papers
                for k, stage in ((1, "first"), (2, "second"))
            ]
        )
    return papers


def as_shown(text):
    """The fields of the form as a browser sends them."""
    fields = {}
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', text, re.S):
        fields[name] = next(iter(re.findall(r'value="(\d+)" selected', options)), "")
    return fields


def test_all_on_this_page_are_given_out_and_no_others(scene):
    papers = waiting(scene, 120)
    client = sign_in(Client(), scene.registrar)
    pages = [client.get(f"{URL}?page={n}") for n in range(1, 6)]
    shown = [row["number"] for page in pages for row in page.context["rows"]]
    assert shown == [p.script for p in papers] and [
        len(page.context["rows"]) for page in pages
    ] == [25, 25, 25, 25, 20]
    text = pages[1].content.decode()
    assert (
        "Waiting for markers: 120" in text
        and "120 scripts wait for markers; this page shows 25." in text
        and "Allocate the 25 on this page as shown" in text
    )
    led = client.post(f"{URL}?page=2", {**as_shown(text), "script": "all"}, follow=True)
    assert (
        led.redirect_chain == [(f"{URL}?page=2", 302)]
        and "25 scripts are with markers now." in led.content.decode()
    )
    with_markers = set(Submission.objects.filter(state="marking").values_list("script", flat=True))
    assert (
        with_markers == {row["number"] for row in pages[1].context["rows"]}
        and Allocation.objects.count() == 50
    )
    assert "95 scripts wait for markers; this page shows 25." in led.content.decode(), (
        "the count is not of what waits now"
    )


def test_one_is_given_out_and_what_was_not_chosen_stays(scene):
    papers = waiting(scene, 60)
    client = sign_in(Client(), scene.registrar)
    fields = {
        f"first-{papers[55].script}": scene.agnes.pk,
        f"second-{papers[55].script}": scene.tomasz.pk,
        "script": papers[55].script,
    }
    assert client.post(f"{URL}?page=2", fields)["Location"] == f"{URL}?page=2"
    assert list(Submission.objects.filter(state="marking")) == [papers[55]]
    client.post(URL, {"script": papers[3].script})
    client.post(URL, {"script": "all"})
    client.post(URL, {"script": "nothing", "first-nothing": scene.agnes.pk})
    assert (
        Submission.objects.filter(state="marking").count() == 1 and Allocation.objects.count() == 2
    )


def test_thirds_and_tasks_without_a_marker_have_pages_of_their_own(scene):
    waiting(scene, 60), waiting(scene, 60, "third"), waiting(scene, 60, "marking")
    scene.agnes.grants.update(ends_on=DAY - timedelta(days=1))
    person("more", scene.helen.grants.first().role)
    client = sign_in(Client(), scene.registrar)
    pages = [client.get(f"{URL}?page=2&third={n}&stopped={n}") for n in range(1, 7)]
    for name, key in (
        ("thirds", lambda row: row["number"]),
        ("stopped", lambda row: row[0].submission.script),
    ):
        seen = [key(row) for page in pages for row in page.context[name]]
        assert len(seen) == len(set(seen)) == 60, name
    text = pages[0].content.decode()
    assert (
        'href="?page=2&amp;stopped=1&amp;third=2"' in text
        and 'href="?page=2&amp;third=1&amp;stopped=2"' in text
        and 'href="?third=1&amp;stopped=1&amp;page=1"' in text
    )
    assert text.count("is not a tutor.") == 10 and "Waiting for a third marker: 60" in text


@pytest.mark.both_engines
def test_allocation_and_notes_cost_the_same_at_5_and_120_scripts(scene, rows_read):
    client, cost = sign_in(Client(), scene.registrar), {}
    for begin, count in ((0, 5), (5, 115)):
        for state in ("submitted", "third", "marking"):
            waiting(scene, count, state, begin)
        Allocation.objects.filter(state="open", marker=scene.agnes).update(
            conflict_reported_at=clock.now()
        )
        for url in (URL, "/registry/notes/"):
            client.get(url)
            with rows_read() as read:
                assert client.get(url).status_code == 200
            cost.setdefault(url, []).append(read)
    for url, (few, many) in cost.items():
        assert few.statements == many.statements <= 15, (url, few.statements, many.statements)
    # twenty-five and twice ten, two tasks and two marks of each third, and what does not grow
    assert (
        cost[URL][1].rows <= 25 + 2 * 10 + 4 * 10 + 60
        and cost["/registry/notes/"][1].rows <= 20 + 10
    )


@pytest.mark.parametrize("url", ["/boards/{}/", "/examining/{}/"])
def test_each_person_more_costs_a_board_the_same_whatever_was_decided_before(scene, url):
    """Counted in SQLite's steps: without statistics it once chose to read every decision of a module for each person (4.6 s at 1,000)."""
    board = scene.board()
    client, steps = sign_in(Client(), scene.registrar if "boards" in url else scene.examiner), []
    for begin, count in ((0, 30), (30, 30), (60, 60)):
        papers = waiting(scene, count, "ratified", begin)
        MarkLine.objects.bulk_create(
            [
                MarkLine(attempt=p.attempt, number=1, stage="agreed", mark=60, by="person:1")
                for p in papers
            ]
        )
        BoardDecision.objects.bulk_create(
            [
                BoardDecision(
                    board=board,
                    enrolment=paper.enrolment,
                    module=scene.essay.module,
                    mark=60,
                    is_pass=True,
                )
                for paper in papers
            ]
        )
        client.get(url.format(board.pk))
        taken = itertools.count()
        connection.connection.set_progress_handler(lambda taken=taken: next(taken) and None, 100)
        assert client.get(url.format(board.pk)).status_code == 200
        connection.connection.set_progress_handler(None, 0)
        steps.append(next(taken))
    few, more, most = steps
    assert most - more < 2.6 * (more - few), steps


def boards(scene, count, **given):
    day = DAY - timedelta(days=400)
    cohorts = Cohort.objects.bulk_create(
        [
            Cohort(
                code=f"B-{n:03}",
                title=f"Intake Ó {n:03}",
                programme=scene.programme,
                starts_on=day + timedelta(days=n),
                ends_on=day + timedelta(days=n + 300),
            )
            for n in range(count)
        ]
    )
    return Board.objects.bulk_create(
        [
            Board(cohort=c, title=f"Board {c.code}", meets_on=DAY + timedelta(days=n % 7), **given)
            for n, c in enumerate(cohorts)
        ]
    )


def test_boards_are_paged_found_and_counted(scene, rows_read):
    made = boards(scene, 119)
    Board.objects.filter(pk__in=[b.pk for b in made[:59]]).update(
        state="ratified", ratified_at=clock.now(), chair="Chair"
    )
    scene.board()
    client = sign_in(Client(), scene.registrar)
    client.get("/boards/")
    with rows_read() as read:
        pages = [client.get("/boards/")]
    assert read.statements <= 15 and read.rows <= 25 + 51 + 10, "the cohorts to choose from end too"
    pages += [client.get(f"/boards/?page={n}") for n in range(2, 6)]
    seen = [b.pk for page in pages for b in page.context["boards"]]
    assert (
        seen == list(Board.objects.order_by("state", "meets_on", "pk").values_list("pk", flat=True))
        and len(seen) == 120
    )
    found = client.get("/boards/", {"q": "Ó b-0", "state": "ratified"}).content.decode()
    assert (
        "Decided: 59" in found
        and "Called: 41" in found
        and "Page 1 of 3" in found
        and "state=ratified&amp;q=%C3%93+b-0&amp;page=2" in found
    )
    assert "No boards found" in client.get("/boards/?q=zzz").content.decode()


def test_a_board_can_be_called_on_a_cohort_that_is_not_among_the_newest(scene):
    made = boards(scene, 60)
    oldest, client = made[0].cohort, sign_in(Client(), scene.registrar)
    assert f'value="{oldest.pk}"' not in client.get("/boards/").content.decode()
    assert (
        f'/boards/?cohort={oldest.code}"'
        in client.get(f"/registry/cohorts/{oldest.code}/").content.decode()
    )
    asked = client.get(f"/boards/?cohort={oldest.code}").content.decode()
    assert f'value="{oldest.pk}" selected' in asked and "The 50 newest cohorts." in asked
    back = client.post(
        "/boards/", {"cohort": oldest.pk, "title": "", "meets_on": "2026-12-01"}
    ).content.decode()
    assert f'value="{oldest.pk}" selected' in back and 'value="2026-12-01"' in back, (
        "what was chosen is lost"
    )
    for wrong in ("x", "9" * 30, "²", "-1"):
        assert (
            client.post(
                "/boards/", {"cohort": wrong, "title": "T", "meets_on": "2026-12-01"}
            ).status_code
            == 200
        )
    assert Board.objects.count() == 60
    assert (
        client.post(
            "/boards/", {"cohort": oldest.pk, "title": "Late board", "meets_on": "2026-12-01"}
        ).status_code
        == 302
    )
    assert Board.objects.get(title="Late board").cohort == oldest


def test_samples_to_confirm_and_confirmed_have_pages_of_their_own(scene, rows_read):
    made = boards(scene, 120)
    Board.objects.filter(pk__in=[b.pk for b in made[:60]]).update(
        sample_confirmed_at=clock.now(), sample_confirmed_by=scene.examiner, sample_comment="Sound."
    )
    client = sign_in(Client(), scene.examiner)
    client.get("/examining/")
    with rows_read() as read:
        client.get("/examining/")
    assert read.statements <= 15 and read.rows <= 20 + 25 + 10
    pages = [client.get(f"/examining/?page={n}&seen={n}") for n in (1, 2, 3)]
    waits = [b.pk for page in pages for b in page.context["waiting"]]
    seen = [b.pk for page in pages for b in page.context["seen"]]
    assert len(set(waits)) == len(waits) == 60 and len(set(seen)) == len(seen) == 60
    assert (
        'href="?seen=1&amp;page=2"' in pages[0].content.decode()
        and 'href="?page=1&amp;seen=2"' in pages[0].content.decode()
    )
