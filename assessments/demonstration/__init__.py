"""The invented assessments of the demonstration, and helpers that drive one person's work through the
true actions; it refuses nothing that the actions do not refuse."""

import io
import random
import tomllib
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

from courses.models import Module

from ..marking.actions.allocation import allocate, allocate_third
from ..marking.actions.marks import seal
from ..setting.actions.loading import keep_assessment
from ..setting.models import Assessment
from ..setting.queries import criteria_for, questions_for
from ..taking.actions.quizzes import begin_quiz, hand_in_quiz
from ..taking.actions.submissions import submit
from ..taking.models import Submission

HERE = Path(__file__).parent
FONT = "EBGaramond-Regular"  # carried in the file, so that it looks the same in every reader


@transaction.atomic
def load(*, by) -> list[Assessment]:
    """Write the assessments of assessments.toml down. Twice is once."""
    found = tomllib.loads((HERE / "assessments.toml").read_text(encoding="utf-8"))["assessment"]
    modules = {
        module.code: module
        for module in Module.objects.filter(code__in=[one["module"] for one in found])
    }
    return [
        keep_assessment(modules[one["module"]], _with_outcomes(one, modules[one["module"]]), by=by)
        for one in found
    ]


def _with_outcomes(facts, module) -> dict:
    """Criteria name the learning outcomes that they show by their numbers; a version keeps their words."""
    criteria = [
        {**one, "outcomes": [module.outcomes[n - 1] for n in one.get("shows", [])]}
        for one in facts.get("criterion", [])
    ]
    return {**facts, "criterion": criteria}


def hand_in_quiz_for(enrolment, right, by, assessment=None):
    """Begin, answer and hand in one quiz with `right` right answers (as many as there are, at most)."""
    quiz = (
        assessment
        or Assessment.objects.filter(
            module__programme_id=enrolment.cohort.programme_id, kind=Assessment.QUIZ
        )
        .select_related("module")
        .first()
    )
    attempt = begin_quiz(quiz, enrolment, by=by)
    answers = {}
    for number, question in enumerate(questions_for(quiz, enrolment)):
        answers[question.key] = next(
            c.pk for c in question.choices.all() if c.is_right == (number < right)
        )
    return hand_in_quiz(attempt, answers, by=by)


def essay_bytes(seed) -> bytes:
    """A small real PDF of invented sentences, the same for the same seed."""
    chance = random.Random(str(seed))
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(
            TTFont(FONT, settings.BASE_DIR / "lms" / "kit" / "fonts" / f"{FONT}.ttf")
        )
    page = io.BytesIO()
    sheet = canvas.Canvas(page, pagesize=A4, invariant=1)
    sheet.setTitle("Essay")
    sheet.setAuthor("An invented author")
    for _ in range(2):
        text = sheet.beginText(72, 760)
        text.setFont(FONT, 12)
        text.setLeading(18)
        for _ in range(4):
            said = " ".join(
                " ".join((chance.choice(OPENINGS), chance.choice(MIDDLES), chance.choice(ENDINGS)))
                for _ in range(7)
            )
            for line in [*simpleSplit(said, FONT, 12, A4[0] - 144), ""]:
                text.textLine(line)
        sheet.drawText(text)
        sheet.showPage()
    sheet.save()
    return page.getvalue()


OPENINGS = [
    "The survivor in this case, who is invented,",
    "An advocate standing beside her",
    "The agency holding the duty",
    "A letter dated the following week",
    "The adviser whose question this was",
    "The interpreter, chosen by the survivor,",
]
MIDDLES = [
    "asked for the decision in writing",
    "kept the choice where it belonged",
    "named the provision and its date",
    "said what could not be confirmed",
    "recorded who would do what, and by when",
    "left room for a change of mind",
]
ENDINGS = [
    "before anything else was done.",
    "and wrote down the source.",
    "without giving advice.",
    "as the plan had said.",
    "in words she could keep.",
    "and checked it again in a month.",
]


def submit_for(enrolment, assessment, seed, by, note="") -> Submission:
    """Hand an invented essay in, as the trainee would; the one that is in already stays."""
    there = (
        Submission.objects.filter(assessment=assessment, enrolment=enrolment)
        .exclude(state="draft")
        .first()
    )
    if there:
        return there
    upload = SimpleUploadedFile(
        f"{assessment.code.lower()}-final.pdf", essay_bytes(seed), "application/pdf"
    )
    return submit(assessment, enrolment, upload, note, by=by)


def mark_for(
    submission, marks_first, marks_second, markers, by, marks_third=None, due_on=None
) -> Submission:
    """Give a script to `markers` (first, second, and a third where one is needed) and seal their marks.

    Marks are a number for every criterion, or a number each by criterion key. None leaves that
    marker's script open; `by` is whoever shares the scripts out.
    """
    tasks = allocate(submission, markers[0], markers[1], by=by, due_on=due_on)
    _seal(tasks[0], marks_first, markers[0])
    _seal(tasks[1], marks_second, markers[1])
    submission.refresh_from_db()
    if marks_third is not None and submission.state == "third":
        _seal(
            allocate_third(submission, markers[2], by=by, due_on=due_on),
            marks_third,
            markers[2],
        )
        submission.refresh_from_db()
    return submission


def _seal(task, marks, marker):
    if marks is None:
        return
    author = task.submission.enrolment
    keys = [c.key for c in criteria_for(task.submission.assessment_id, author.cohort_id)]
    marks = marks if isinstance(marks, dict) else dict.fromkeys(keys, marks)
    seal(task, by=marker, marks=marks, comment=_comment(marks))


def _comment(marks):
    """Words that fit the marks."""
    mean = sum(marks.values()) / len(marks)
    if mean >= 70:
        return "Exact on the law and its dates, and the survivor leads throughout. The comparison is truly argued."
    if mean >= 60:
        return "Sound on the law, with sources. The comparison would gain from meeting the strongest case against it."
    if mean >= 50:
        return "The main steps are right. Several statements need a source and a date, and one belongs to another nation."
    return "The account follows the law of another nation in places. Please see the criteria, and talk to your tutor."
