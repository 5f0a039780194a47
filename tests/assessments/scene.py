"""A small invented university for the tests of this room: one programme, one cohort, one author whose
name could be nobody else's, and the people who mark, examine and register."""

import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from reportlab.pdfgen import canvas

from assessments.deciding.actions.boards import call_board, confirm_sample
from assessments.deciding.actions.release import release_marks
from assessments.deciding.models import Board, ExaminerReport
from assessments.marking.actions.allocation import allocate, allocate_third
from assessments.marking.actions.marks import seal as seal_marks
from assessments.setting.actions.loading import keep_assessment
from assessments.setting.actions.sittings import set_deadline
from assessments.taking.actions.quizzes import begin_quiz, hand_in_quiz
from assessments.taking.actions.submissions import submit
from cohorts.enrolment.actions import enrol, make_cohort
from courses.models import Module, Programme
from lms.kit import clock
from lms.kit.refusals import Refused
from lms.people.actions import admit, grant
from lms.people.middleware import DEMONSTRATION_KEY
from lms.people.models import Role
from lms.people.roles import Operator

OP = Operator("test")
DAY = date(2026, 11, 20)
DUE = datetime(2026, 12, 11, 17, 0, tzinfo=ZoneInfo("Europe/London"))
TELLTALES = [
    "Zebedee",
    "Quuxington",
    "zq.unmistakable",
    "REF-ZQ-998877",
    "quuxington-final-draft",
    "Wordperson McProperty",
    "Secret note to the office",
]
QUIZ = {
    "code": "T1-QUIZ",
    "kind": "quiz",
    "title": "Five questions",
    "weight": 30,
    "brief": "Answer them all.",
    "question": [
        {
            "key": f"T1-Q{n}",
            "text": f"Question number {n}?",
            "nation": nation,
            "why": f"Because of reason {n}.",
            "choice": [
                {"text": f"Right {n}", "right": True},
                {"text": f"Wrong {n}", "right": False},
                {"text": f"Odd {n}", "right": False},
            ],
        }
        for n, nation in enumerate(["", "", "scotland", "england", ""], start=1)
    ],
}
CRITERIA = [
    {"key": "law", "title": "Law", "weight": 60, "description": "Right and dated."},
    {"key": "role", "title": "Role", "weight": 40, "description": "Within its limits."},
]
ESSAY = {
    "code": "T1-ESSAY",
    "kind": "assignment",
    "title": "An essay on one year",
    "weight": 70,
    "brief": "Write it.",
    "words": 3000,
    "criterion": CRITERIA,
}
PORTFOLIO = {
    "code": "T2-PORT",
    "kind": "assignment",
    "title": "A portfolio",
    "weight": 100,
    "brief": "Gather it.",
    "words": 4000,
    "criterion": CRITERIA,
}


def person(key, *roles, first="Given", last=None):
    made = admit(
        by=OP,
        email=f"{key}@test.example",
        first_name=first,
        last_name=last or key.title(),
        is_invented=True,
    )
    for role in roles:
        grant(made, role, by=OP, starts_on=date(2025, 1, 1))
    return made


class Scene:
    """Everybody and everything a test needs, made by the true actions."""

    def __init__(self):
        self.registrar = person("registrar", Role.REGISTRAR)
        self.agnes, self.tomasz, self.helen = (
            person(key, Role.TUTOR) for key in ("agnes", "tomasz", "helen")
        )
        self.examiner = person("ruth", Role.EXTERNAL_EXAMINER)
        self.programme = Programme.objects.create(
            code="T-PGC", title="Certificate of Testing", credits=40
        )
        self.one = Module.objects.create(
            programme=self.programme, code="T1", title="Law in tests", credits=20, order=1
        )
        self.two = Module.objects.create(
            programme=self.programme, code="T2", title="Practice in tests", credits=20, order=2
        )
        self.quiz = keep_assessment(self.one, QUIZ, by=OP)
        self.essay = keep_assessment(self.one, ESSAY, by=OP)
        self.portfolio = keep_assessment(self.two, PORTFOLIO, by=OP)
        self.cohort = make_cohort(
            "T2026", "Cohort of testing", self.programme, date(2026, 9, 1), date(2027, 8, 31), by=OP
        )
        self.author = admit(
            by=OP,
            email="zq.unmistakable@author.example",
            first_name="Zebedee",
            last_name="Quuxington",
            is_invented=True,
        )
        self.enrolment = self.enrol(self.author, "REF-ZQ-998877", ["scotland"])

    def enrol(self, someone, reference, nations=("england",)):
        return enrol(
            self.cohort, someone, list(nations), reference, by=OP, enrolled_on=date(2026, 9, 1)
        )

    def another(self, n):
        made = person(f"trainee{n}", last=f"Trainee{n}")
        return self.enrol(made, f"REF-{n:04}")

    def due(self, assessment, at=DUE):
        return set_deadline(assessment, self.cohort, at, by=OP)

    def hand_in(self, assessment=None, enrolment=None, seed="one", note=""):
        enrolment = enrolment or self.enrolment
        return submit(assessment or self.essay, enrolment, pdf(seed), note, by=enrolment.person)

    def allocate(self, submission, markers=None):
        first, second = markers or (self.agnes, self.tomasz)
        return allocate(submission, first, second, by=self.registrar)

    def take_quiz(self, enrolment=None, right=4):
        enrolment = enrolment or self.enrolment
        attempt = begin_quiz(self.quiz, enrolment, by=enrolment.person)
        return hand_in_quiz(attempt, answers(self.quiz, enrolment, right), by=enrolment.person)

    def mark(self, submission, first, second, third=None):
        tasks = self.allocate(submission)
        seal(tasks[0], first), seal(tasks[1], second)
        if third is not None:
            seal(allocate_third(submission, self.helen, by=self.registrar), third)
        submission.refresh_from_db()
        return submission

    def release(self, assessment=None):
        return release_marks(assessment or self.essay, self.cohort, by=self.registrar)

    def everything_marked(self, enrolment=None, mark=62):
        """One trainee with a quiz, an essay and a portfolio, all with a provisional mark."""
        self.take_quiz(enrolment)
        return [
            self.mark(
                self.hand_in(a, enrolment, seed=f"{a.code}{enrolment and enrolment.pk}"), mark, mark
            )
            for a in (self.essay, self.portfolio)
        ]

    def board(self, confirmed=True, meets_on=DAY):
        board = call_board(self.cohort, "Autumn board", meets_on, by=self.registrar)
        if not confirmed:
            return board
        try:
            return confirm_sample(board, "Sound.", by=self.examiner)
        except Refused:  # nothing is marked: as a board that was confirmed before this was refused
            now = clock.now()
            ExaminerReport.objects.create(
                board=board,
                number=1,
                examiner=self.examiner,
                opinion="sound",
                comment="Sound.",
                at=now,
            )
            Board.objects.filter(pk=board.pk).update(
                sample_confirmed_at=now, sample_confirmed_by=self.examiner, sample_comment="Sound."
            )
            board.refresh_from_db()
            return board


def seal(task, mark, comment="Well argued."):
    return seal_marks(task, by=task.marker, marks={"law": mark, "role": mark}, comment=comment)


def answers(quiz, enrolment, right):
    from assessments.setting.queries import questions_for

    chosen = {}
    for number, question in enumerate(questions_for(quiz, enrolment)):
        chosen[question.key] = next(
            c.pk for c in question.choices.all() if c.is_right == (number < right)
        )
    return chosen


def pdf_bytes(seed="one", author="Wordperson McProperty"):
    out = io.BytesIO()
    sheet = canvas.Canvas(out, invariant=1)
    sheet.setAuthor(author)
    sheet.setTitle(f"Essay of {author}")
    sheet.setCreator(author)
    sheet.drawString(72, 720, f"An invented survivor. {seed}")
    sheet.showPage()
    sheet.save()
    return out.getvalue()


def pdf(seed="one", name="quuxington-final-draft.pdf"):
    return SimpleUploadedFile(name, pdf_bytes(seed), "application/pdf")


def sign_in(client, someone):
    """As somebody whose second factor has been given."""
    client.force_login(someone)
    session = client.session
    session[DEMONSTRATION_KEY] = True
    session.save()
    return client


def in_days(n):
    return DUE + timedelta(days=n)
