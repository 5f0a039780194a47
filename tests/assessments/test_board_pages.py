"""A board's pages count and page in the database; what they say is what the action does, case by case."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client

from assessments.attempts.chain import STANDING
from assessments.attempts.models import Attempt, MarkLine
from assessments.deciding import module_results
from assessments.deciding.actions.boards import call_board
from assessments.deciding.models import BoardDecision
from assessments.deciding.queries import board_scripts, tallies
from assessments.deciding.queries.boards import AWAY, UNSEEN, modules_of, readiness
from assessments.deciding.queries.sample import sample_of
from assessments.taking.models import QuizAttempt, Submission
from cohorts.enrolment.models import Enrolment
from courses.models import StudyPlan
from lms.kit import clock
from lms.people.models import User

from .scene import DAY, sign_in

LOOKED = timedelta(hours=2)  # after clock.now(): when the examiner confirmed


def crowd(scene, count, lot=None, begin=0, spread=None):
    """Rows, not actions: `count` trainees with work in any state (`lot`), or all of it marked before the examiner looked."""
    numbers, now = range(begin, begin + count), clock.now()
    pick = lot.choice if lot else lambda choices: choices[0]
    people = User.objects.bulk_create(
        [
            User(email=f"crowd{n}@test.example", first_name="Zoë", last_name=f"Crowd{n}")
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
                student_reference=f"C-{n:05}",
                enrolled_on=DAY,
                state=pick(["enrolled"] * 5 + ["interrupted", "left", "completed"]),
            )
            for n, p, plan in zip(numbers, people, plans, strict=True)
        ]
    )
    papers = []
    for n, e in zip(numbers, enrolments, strict=True):
        for a in (scene.essay, scene.portfolio):
            state = pick(
                ["agreed"] * 5 + ["", "draft", "submitted", "marking", "third", "ratified"]
            )
            if state:
                papers.append(
                    Submission(
                        assessment=a,
                        enrolment=e,
                        attempt=Attempt.objects.create(assessment=a, enrolment=e),
                        script=f"S-{a.pk}-{n:05}",
                        receipt=f"R-{a.pk}-{n}",
                        state=state,
                        submitted_at=now,
                    )
                )
        state = pick(["marked", "marked", "", "open", "ratified"])
        if state:
            mark = (
                None
                if state == "open"
                else Decimal(pick([60, 49, 50, Decimal("49.99"), Decimal("49.5"), 20]))
            )
            handed_in_at = None if state == "open" else now + pick([LOOKED * 0, LOOKED, LOOKED * 2])
            attempt = Attempt.objects.create(assessment=scene.quiz, enrolment=e)
            QuizAttempt.objects.create(
                assessment=scene.quiz,
                enrolment=e,
                attempt=attempt,
                receipt=f"Q-{n}",
                state=state,
                mark=mark,
                handed_in_at=handed_in_at,
            )
            if mark is not None:
                MarkLine.objects.create(
                    attempt=attempt,
                    number=1,
                    stage="quiz",
                    mark=mark,
                    by="person:1",
                    at=handed_in_at,
                )
    lines = []
    for paper in Submission.objects.bulk_create(papers):
        mark = Decimal(
            pick(
                [spread(paper.enrolment_id)]
                if spread
                else [
                    62,
                    49,
                    50,
                    Decimal("49.99"),
                    48,
                    52,
                    70,
                    71,
                    35,
                    90,
                    Decimal("50.01"),
                    55,
                    57,
                    64,
                    66,
                    75,
                ]
            )
        )
        stages = {
            "agreed": ["first", "second", "agreed"],
            "ratified": ["first", "second", "agreed", "ratified"],
            "third": ["first", "second"],
        }.get(paper.state, [])
        if stages and stages[-1] in STANDING and lot and lot.random() < 0.2:
            stages.insert(2, "third")
        at = now + pick([LOOKED * 0, LOOKED, LOOKED * 2])
        lines += [
            MarkLine(attempt=paper.attempt, number=k, stage=stage, mark=mark, by="person:1", at=at)
            for k, stage in enumerate(stages, 1)
        ]
    MarkLine.objects.bulk_create(lines)
    return enrolments


def decide_some(scene, boards, enrolments, lot):
    now = clock.now()
    for e in enrolments:
        for module in (scene.one, scene.two):
            for board in boards:
                if lot.random() < 0.2:
                    BoardDecision.objects.create(
                        board=board,
                        enrolment=e,
                        module=module,
                        mark=60,
                        is_pass=lot.random() < 0.7,
                        decided_at=now + lot.choice([-1, 0, 1, 2]) * LOOKED,
                    )
    decided = set(BoardDecision.objects.values_list("enrolment", "module"))
    for paper in Submission.objects.filter(state__in=["agreed", "ratified"]).select_related(
        "assessment"
    ):
        is_decided = (paper.enrolment_id, paper.assessment.module_id) in decided
        paper.state = "ratified" if is_decided else "agreed"
        paper.save(update_fields=["state"])


def by_hand(board):
    """The figures of a board's page from `readiness`, case by case, as the action decides them."""
    cases, passes, ready = readiness(board), {}, set()
    settled = {}
    for case in cases:
        fine = (
            case.decision.is_pass
            if case.decision
            else case.is_ready and module_results.is_pass(case.mark, settings.IMSA_PASS_MARK)
        )
        passes[case.enrolment.pk] = passes.get(case.enrolment.pk, True) and fine
        settled[case.enrolment.pk] = settled.get(case.enrolment.pk, True) and bool(case.decision)
        ready |= {case.enrolment.pk} if case.is_ready else set()
    return tallies.Tally(
        sum(c.is_ready for c in cases),
        sum(bool(c.decision) for c in cases),
        sum(bool(c.why_not) for c in cases),
        len(ready),
        sum(ok for pk, ok in passes.items() if pk in ready),
        sum(not s for s in settled.values()),
        sum(settled.values()),
    )


def scripts_by_hand(board):
    """{section: how many} from `readiness`."""
    parts = [p for case in readiness(board) for p in case.parts if p.submission]
    return {
        section: sum(p.submission.state in states for p in parts)
        for section, states in (
            ("marked", {"agreed"}),
            ("marking", {"submitted", "marking", "third"}),
            ("decided", {"ratified"}),
        )
    }


def sample_by_hand(board):
    """({script: …}, how many, left, unsettled, {earlier}) from `readiness` and `results.sample`."""
    asked, chosen, earlier, left, unsettled = {}, set(), set(), 0, 0
    for case in readiness(board):
        papers = [p for p in case.parts if p.submission and p.submission.state != "draft"]
        marked = [p for p in papers if p.mark is not None]
        unsettled += len(papers) - len(marked)
        if (
            case.decision.board_id == board.pk
            if case.decision
            else board.state == "called" and case.why_not in ("", UNSEEN, AWAY)
        ):
            for p in marked:
                third = any(line.stage == "third" for line in p.submission.lines.all())
                asked.setdefault(p.assessment.code, []).append(
                    module_results.Marked(p.submission.script, p.mark, third)
                )
        elif not case.decision:
            left += len(marked)
        elif not board.ratified_at or case.decision.decided_at < board.ratified_at:
            earlier |= {p.submission.script for p in marked}
    for scripts in asked.values():
        chosen |= {
            one.number for one in module_results.sample(scripts, settings.IMSA_CLASS_BOUNDARIES)
        }
    return chosen, sum(map(len, asked.values())), left, unsettled, earlier


def whole_sample(board):
    first = sample_of(board)
    pages = [
        sample_of(board, page=n, earlier=n)
        for n in range(
            1, max(first.page.paginator.num_pages, first.earlier.paginator.num_pages) + 1
        )
    ]
    shown = [
        s.script
        for n, p in enumerate(pages, 1)
        if n <= p.page.paginator.num_pages
        for group in p.groups
        for s in group["scripts"]
    ]
    earlier = [
        line["script"].script
        for n, p in enumerate(pages, 1)
        if n <= p.earlier.paginator.num_pages
        for line in p.earlier
    ]
    assert len(shown) == len(set(shown)) == first.count and len(earlier) == len(set(earlier)), (
        "a script is shown twice or lost"
    )
    return set(shown), first.of, first.for_later, first.unsettled, set(earlier)


@pytest.mark.both_engines
@pytest.mark.parametrize("seed", range(6))
def test_the_database_counts_and_chooses_as_the_board_decides(scene, seed):
    lot = random.Random(seed)
    enrolments = crowd(scene, 60, lot)
    board, other = (
        scene.board(confirmed=False),
        call_board(scene.cohort, "Another", DAY, by=scene.registrar),
    )
    decide_some(scene, [other] if seed % 2 else [board, other], enrolments, lot)
    for looked, state, ratified in (
        (None, "called", None),
        (LOOKED, "called", None),
        (LOOKED, "ratified", LOOKED),
    ):
        board.sample_confirmed_at, board.state, board.ratified_at = (
            looked and clock.now() + looked,
            state,
            ratified and clock.now() + ratified,
        )
        assert tallies.tally_of(board, modules_of(board)) == by_hand(board)
        assert board_scripts.script_counts(board) == scripts_by_hand(board)
        assert whole_sample(board) == sample_by_hand(board)


def walk(client, url, name, count, rows_of):
    return [
        row for n in range(1, count + 1) for row in rows_of(client.get(f"{url}?{name}={n}").context)
    ]


@pytest.mark.both_engines
def test_students_and_scripts_are_each_shown_once(scene):
    enrolments = crowd(scene, 120)
    board = scene.board()
    for e in enrolments[:70]:
        for module in (scene.one, scene.two):
            BoardDecision.objects.create(
                board=board, enrolment=e, module=module, mark=60, is_pass=True
            )
    client, url = sign_in(Client(), scene.registrar), f"/boards/{board.pk}/"
    for name, count, expected in (
        ("settled", 7, [e.student_reference for e in enrolments[:70]]),
        ("open", 3, [e.student_reference for e in enrolments[70:]] + ["REF-ZQ-998877"]),
    ):
        seen = walk(
            client,
            url,
            name,
            count,
            lambda c, name=name: [row["reference"] for row in c["students"][name]["rows"]],
        )
        assert seen == expected
    numbers = walk(
        client,
        f"{url}scripts/",
        "marked",
        10,
        lambda c: [
            s["number"]
            for section in c["sections"]
            for g in section["groups"]
            for s in g["scripts"]
        ],
    )
    assert len(numbers) == 240 and numbers == sorted(numbers)
    text = client.get(f"{url}?settled=2&open=3").content.decode()
    assert "70 students have every module decided" in text and "240 scripts are in" in text
    assert 'href="?settled=2&amp;open=2"' in text and 'href="?open=3&amp;settled=1"' in text, (
        "a list forgets where the others are"
    )
    scripts = client.get(f"{url}scripts/?marked=3").content.decode()
    assert "Marked, provisional: 240" in scripts and "Page 3 of 10" in scripts
    for reference, number in (("REF-ZQ-998877", numbers[0]), ("C-00000", numbers[-1])):
        assert reference not in scripts and number not in text, (
            "a student reference and a script number stand on one page"
        )


def test_a_search_narrows_the_tables_and_never_the_decision(scene):
    crowd(scene, 60)
    board, client = scene.board(), sign_in(Client(), scene.registrar)
    url = f"/boards/{board.pk}/?q=c-00007"
    page = client.get(url)
    assert [row["reference"] for row in page.context["students"]["open"]["rows"]] == ["C-00007"]
    text = page.content.decode()
    assert (
        "Now: 120 module results of 60 people are provisional" in text
        and "60 people receive the award" in text
    )
    assert "the decisions, are of the whole board" in text and 'value="c-00007"' in text
    numbers = [
        s["number"]
        for section in client.get(f"/boards/{board.pk}/scripts/?q=-00007").context["sections"]
        for g in section["groups"]
        for s in g["scripts"]
    ]
    assert numbers == sorted(
        Submission.objects.filter(enrolment__student_reference="C-00007").values_list(
            "script", flat=True
        )
    )
    lost = client.get(f"/boards/{board.pk}/", {"q": numbers[0]}).content.decode()
    assert "No student reference fits" in lost and (
        f'href="/boards/{board.pk}/scripts/?q={numbers[0]}"' in lost
    ), "who types a script number here is led to it"
    check = f"/boards/{board.pk}/check/?q=c-00007"
    record = {"fingerprint": client.get(check).context["fingerprint"]}
    refused = client.post(check, record | {"chair": ""})
    assert refused.status_code == 200 and not BoardDecision.objects.exists()
    assert client.post(check, record | {"chair": "Prof. Chair"}).status_code == 302
    assert BoardDecision.objects.filter(board=board).count() == 120, (
        "the action decides on the whole board, whatever page was shown"
    )
    decided = client.get(f"/boards/{board.pk}/").content.decode()
    assert "left to a later board" in decided and "ready to decide" not in decided, (
        "a board that has met still counts what it could decide"
    )


@pytest.mark.both_engines
def test_board_pages_cost_the_same_at_5_and_120_people(scene, rows_read):
    board, cost = scene.board(confirmed=False), {}
    call_board(scene.cohort, "Another", DAY, by=scene.registrar)
    registrar, examiner = sign_in(Client(), scene.registrar), sign_in(Client(), scene.examiner)
    for begin, count in ((0, 5), (5, 115)):
        made = crowd(scene, count, begin=begin, spread=lambda n: 45 + n % 30)
        BoardDecision.objects.bulk_create(
            [
                BoardDecision(board=board, enrolment=e, module=m, mark=60, is_pass=True)
                for e in made[::2]
                for m in (scene.one, scene.two)
            ]
        )
        for name, client, url in (
            ("board", registrar, f"/boards/{board.pk}/"),
            ("scripts", registrar, f"/boards/{board.pk}/scripts/"),
            ("examine", examiner, f"/examining/{board.pk}/"),
        ):
            client.get(url)
            with rows_read() as read:
                assert client.get(url).status_code == 200
            cost.setdefault(name, []).append(read)
    board_cost, examine = cost["board"], cost["examine"]
    assert (
        board_cost[0].statements == board_cost[1].statements <= 15
        and examine[0].statements == examine[1].statements <= 15
    )
    # A line for each of the 121 people; thirty-five students with a quiz, two papers of three lines and two decisions each.
    assert board_cost[1].rows <= 121 + 35 * (1 + 1 + 2 + 6 + 2) + 30
    assert cost["scripts"][0].statements == cost["scripts"][1].statements <= 15
    assert cost["scripts"][1].rows <= 25 * 4 + 30
    # A line for each of the 240 papers, of which the sample is chosen; of twenty-five scripts three lines; a line for each of the 360 marks, of which the
    # distributions are found.
    assert examine[1].rows <= 240 + 25 * 4 + 360 + 30


def test_a_long_sample_is_confirmed_as_a_whole(scene):
    crowd(scene, 120, spread=lambda n: 48 + n % 15)
    board, client = scene.board(confirmed=False), sign_in(Client(), scene.examiner)
    first = client.get(f"/examining/{board.pk}/")
    sample = first.context["sample"]
    assert (
        sample.of == 240
        and 25 < sample.count < 240
        and sample_by_hand(board)[0] == whole_sample(board)[0]
    )
    text = first.content.decode()
    assert (
        f"The sample has {sample.count} scripts" in text
        and "You confirm all of them together." in text
        and "On another page of the sample." in text
    )
    assert f"{sample.count} of the 240 scripts this board can decide" in text
    asked = client.post(f"/examining/{board.pk}/?page=2", {"comment": ""})
    board.refresh_from_db()
    assert (
        asked.status_code == 200
        and board.sample_confirmed_at is None
        and asked.context["sample"].page.number == 2
    )
    sound = {"opinion": "sound", "comment": "Sound."}
    assert client.post(f"/examining/{board.pk}/?page=2", sound).status_code == 302
    board.refresh_from_db()
    assert (
        board.sample_comment == "Sound."
        and tallies.tally_of(board, modules_of(board)).ready == 240 == by_hand(board).ready
    )


def test_a_programme_without_modules_has_an_empty_board(scene):
    programme = type(scene.programme).objects.create(code="EMPTY", title="Nothing yet", credits=0)
    cohort = type(scene.cohort).objects.create(
        code="EMPTY",
        title="Empty",
        programme=programme,
        starts_on=DAY,
        ends_on=DAY + timedelta(days=9),
    )
    board = call_board(cohort, "Empty board", DAY, by=scene.registrar)
    for someone, url in (
        (scene.registrar, f"/boards/{board.pk}/"),
        (scene.examiner, f"/examining/{board.pk}/"),
    ):
        assert sign_in(Client(), someone).get(url).status_code == 200
