"""What the programme office does besides: a draft of questions of several kinds, minutes that were signed, a transcript, a claim and an appeal that wait, a file of marks; and what the second intake talks about. Nobody's marks,
decisions or awards are others because of it."""

import tomllib
import uuid
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from assessments.cases.actions.appeals import make_appeal
from assessments.cases.actions.claims import make_claim
from assessments.deciding import export_formats
from assessments.deciding.actions.export_profiles import add_profile
from assessments.deciding.actions.exports import make_export
from assessments.deciding.actions.minutes import sign_minutes
from assessments.deciding.actions.transcripts import issue_transcript
from assessments.deciding.models import Board, BoardDecision
from assessments.deciding.queries.minutes import minutes_of
from assessments.setting.actions.questions import write_question
from assessments.setting.actions.versions import start_version
from assessments.setting.models import Assessment
from cohorts.discussion.actions import accept_code, add_post, open_space, start_thread
from cohorts.enrolment.models import Cohort

from .scene import FIRST_INTAKE, SECOND_INTAKE, on

HERE = Path(__file__).parent
MOODLE = "moodle"
NAMES = uuid.UUID("6f1c6d1e-5f0b-4c56-9a37-0d3c1c0f5b2e")  # of posts: the same at every seeding


def show_more(scene, groups):
    """At the last stage alone, after everything else."""
    registrar = scene.staff["registrar"]
    board = Board.objects.get(cohort__code=FIRST_INTAKE, state="ratified")
    with on(date(2026, 7, 17)):
        sign_minutes(board, by=registrar, sha256=minutes_of(board).sha256, day=date(2026, 7, 16))
    with on(date(2026, 7, 21)):
        issue_transcript(groups["issued"][6], by=registrar)
        export_marks(board, by=registrar)
    appeal(groups["decided"][3])
    claim(scene, groups["studying"][2])
    draft_questions(scene)
    discuss(scene, groups)


def export_marks(board, *, by):
    """A profile that was filled from a public shape, and one file made with it: of what the board decided, so that no later mark is in it."""
    shape = export_formats.preset(MOODLE)
    form = replace(shape.form, basis=export_formats.AGREED)
    profile = add_profile(shape.title, form, by=by, source=shape.source)
    make_export(profile, board.cohort, board, by=by)


def appeal(enrolment):
    """In time, and not answered yet."""
    decision = BoardDecision.objects.filter(enrolment=enrolment).order_by("-pk").first()
    with on(date(2026, 7, 22)):
        words = "The extension that was agreed with me in June is not in the letter. I ask the office to look at the dates."
        make_appeal(decision, "error", words, by=enrolment.person)


def claim(scene, enrolment):
    """More time for an essay that is due ahead."""
    essay = Assessment.objects.get(code="701-ESSAY")
    with on(scene.day - timedelta(1)):
        words = (
            "My shifts were changed for the two weeks before the due date. I ask for one more week."
        )
        make_claim(
            essay, enrolment, "extension", words, scene.day + timedelta(28), by=enrolment.person
        )


def draft_questions(scene):
    """The next version of a quiz, which its author has not finished: questions of several kinds, with tags."""
    found = tomllib.loads((HERE / "questions.toml").read_text(encoding="utf-8"))["question"]
    quiz = Assessment.objects.filter(kind=Assessment.QUIZ).order_by("code").last()
    draft = start_version(quiz.versions.get(state="approved"), by=scene.staff["registrar"])
    for one in found:
        facts = one | {
            "choices": one.get("choice", []),
            "tags": [tuple(tag) for tag in one["tags"]],
        }
        write_question(draft, facts, by=scene.staff["registrar"])


def discuss(scene, groups):
    """The discussion of the second intake: two threads, between those who study and their tutor."""
    found = tomllib.loads((HERE / "discussion.toml").read_text(encoding="utf-8"))["thread"]
    speakers = {f"trainee{n}": e.person for n, e in enumerate(groups["studying"], start=1)}
    speakers["tutor"] = scene.staff["tutor"]
    cohort = Cohort.objects.get(code=SECOND_INTAKE)
    with on(scene.day - timedelta(9)):
        space = open_space(cohort, by=scene.staff["registrar"])
        for person in speakers.values():
            accept_code(space, by=person)
    for thread, facts in enumerate(found):
        for number, post in enumerate(facts["post"]):
            who, token = speakers[post["by"]], uuid.uuid5(NAMES, f"{thread}.{number}")
            with on(scene.day - timedelta(post["days_ago"])):
                if number == 0:
                    note = facts.get("content_note", "")
                    first = start_thread(space, facts["title"], note, post["text"], token, by=who)
                else:
                    add_post(first.thread, "", post["text"], token, by=who)
