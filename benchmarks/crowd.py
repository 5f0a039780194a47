"""Very many people in a copy of the demonstration, as rows and not by actions, on both engines: what list pages are measured with.

`grow(people)` adds until the crowd has as many. Its first thousand are the cohort BENCH-0, half way through its marking, with a board that
was called. All others are in cohorts of 400 that a board has decided: awarded, in a post, and four of five with a certificate. A grown crowd is
what a greater one begins with, so sizes are measured one after another on one database.
"""

from datetime import timedelta

from django.db import transaction

from assessments.attempts.models import Attempt, MarkLine
from assessments.deciding.models import Award, Board, BoardDecision
from assessments.marking.models import Allocation
from assessments.setting.models import Assessment
from assessments.taking.models import QuizAttempt, Submission
from certificates.models import Certificate, DesignVersion
from cohorts.employment.models import Employment, EmploymentLine
from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.organisations.models import Approval, Contact, Organisation
from courses.models import Module, Programme, StudyPlan
from lms.kit import clock
from lms.people.models import Role, User
from lms.people.roles import holders_of

MARKING, DECIDED = 1000, 400  # people in BENCH-0, and in each later cohort
GIVEN = "Ada Aisha Alasdair Amara Anwen Bronagh Callum Catrin Chidi Ciarán Dafydd Eilidh Farah Gwen Hana Ifan Jamal Kofi Lucía Màiri".split()
FAMILY = "Ashford Adeyemi Blackwood Claydon Dunmore Evans Fairfield Glenn Hussain Kaur Llwyd-Price MacLeòid Nguyễn Okafor Ó’Briain Szabó Whitby Żeleński".split()
LOT = 2000


def grow(people):
    """Adds people until the crowd has `people`; returns how many were added."""
    have = User.objects.filter(email__endswith="@crowd.example").count()
    for begin in range(have, people, LOT):
        with transaction.atomic():
            Lot(begin, min(LOT, people - begin)).write()
    return max(0, people - have)


def cohort_number(n):
    return 0 if n < MARKING else 1 + (n - MARKING) // DECIDED


class Lot:
    """Some people one after another, from the `begin`th of the crowd on."""

    def __init__(self, begin, count):
        self.numbers = range(begin, begin + count)
        self.programme = Programme.objects.get()
        self.modules = list(Module.objects.filter(programme=self.programme))
        self.assessments = list(Assessment.objects.filter(module__programme=self.programme))
        self.tutors = holders_of(Role.TUTOR)
        self.now, self.today = clock.now(), clock.today()

    def write(self):
        self.cohorts = {n: self.cohort(n) for n in sorted({cohort_number(n) for n in self.numbers})}
        self.boards = {n: self.board(n, cohort) for n, cohort in self.cohorts.items()}
        self.people = User.objects.bulk_create(
            [
                User(
                    email=f"bench{n}@crowd.example",
                    password="!",
                    first_name=GIVEN[n % len(GIVEN)],
                    last_name=FAMILY[n * 7 % len(FAMILY)],
                    imsa_number=None if n < MARKING else f"IMSA-B{n:07}",
                    is_invented=True,
                )
                for n in self.numbers
            ],
            batch_size=LOT,
        )
        plans = StudyPlan.objects.bulk_create(
            [
                StudyPlan(
                    person=p,
                    programme=self.programme,
                    nations=[("england", "wales", "scotland")[n % 3]],
                    opened_on=self.today - timedelta(days=300),
                )
                for n, p in zip(self.numbers, self.people, strict=True)
            ]
        )
        self.enrolments = Enrolment.objects.bulk_create(
            [
                Enrolment(
                    cohort=self.cohorts[cohort_number(n)],
                    person=p,
                    plan=plan,
                    student_reference=f"CROWD{n:06}",
                    enrolled_on=plan.opened_on,
                    state="enrolled" if n < MARKING else "completed",
                )
                for n, p, plan in zip(self.numbers, self.people, plans, strict=True)
            ]
        )
        self.posts()
        self.work()
        self.decisions()

    def cohort(self, n):
        begins = self.today - timedelta(days=300 if not n else 900 + n)
        return Cohort.objects.get_or_create(
            code=f"BENCH-{n}",
            defaults={
                "title": f"Crowd {n}",
                "programme": self.programme,
                "starts_on": begins,
                "ends_on": begins + timedelta(days=365),
            },
        )[0]

    def board(self, n, cohort):
        given = {"meets_on": cohort.ends_on} | (
            {"state": "ratified", "ratified_at": self.now, "chair": "Bench"} if n else {}
        )
        return Board.objects.get_or_create(
            cohort=cohort, title=f"Board of crowd {n}", defaults=given
        )[0]

    def posts(self):
        """One post each; twenty-five people work at one organisation, and one of two hundred at the first."""
        keys = {n: 0 if n % 200 == 0 else n // 25 for n in self.numbers}
        codes = sorted({f"CROWD-{key}" for key in keys.values()})
        there = set(Organisation.objects.filter(code__in=codes).values_list("code", flat=True))
        made = Organisation.objects.bulk_create(
            [
                Organisation(
                    code=c,
                    name=f"Crowd Employer {c}",
                    nations=["england", "wales", "scotland"],
                    sector="Housing",
                    is_invented=True,
                )
                for c in codes
                if c not in there
            ]
        )
        Approval.objects.bulk_create(
            [
                Approval(
                    organisation=o,
                    action="approved",
                    from_day=self.today - timedelta(days=900),
                    decided_by="command:bench",
                )
                for o in made
            ]
        )
        employer = holders_of(Role.EMPLOYER)
        Contact.objects.bulk_create(
            [
                Contact(person=employer[0], organisation=o, starts_on=self.today)
                for o in made
                if o.code == "CROWD-0" and employer
            ]
        )
        organisations = {o.code: o for o in Organisation.objects.filter(code__in=codes)}
        entries = Employment.objects.bulk_create(
            [
                Employment(reference=f"CE-{n}", person=p)
                for n, p in zip(self.numbers, self.people, strict=True)
            ]
        )
        self.lines = EmploymentLine.objects.bulk_create(
            [
                EmploymentLine(
                    employment=e,
                    number=1,
                    organisation=organisations[f"CROWD-{keys[n]}"],
                    post="Advocate",
                    nations=["england", "wales", "scotland"],
                    starts_on=self.today - timedelta(days=800),
                    source="bench",
                )
                for n, e in zip(self.numbers, entries, strict=True)
            ]
        )

    def work(self):
        """Of the decided, everything is ratified. Of BENCH-0 the quiz is marked; a fifth of the first papers waits for markers, a fifth is being
        marked, a fifth waits for a third, and of a fifth all is marked."""
        attempts, papers = [], []
        at = self.now - timedelta(days=40)
        for n, enrolment in zip(self.numbers, self.enrolments, strict=True):
            first = next(a for a in self.assessments if not a.is_quiz)
            for o, assessment in enumerate(self.assessments):
                same = {"assessment": assessment, "enrolment": enrolment, "receipt": f"CR{o}-{n}"}
                state = (
                    "ratified"
                    if n >= MARKING
                    else ("submitted", "marking", "third", "agreed", "agreed")[n % 5]
                )
                if assessment.is_quiz:
                    attempts.append(
                        QuizAttempt(
                            **same,
                            begun_at=at,
                            handed_in_at=at,
                            mark=70,
                            state="ratified" if n >= MARKING else "marked",
                        )
                    )
                elif n >= MARKING or n % 5 == 4 or assessment == first:
                    papers.append(
                        Submission(
                            **same,
                            script=f"CS{o}-{n}",
                            original="submissions/bench",
                            original_name="work.pdf",
                            size=17_990,
                            sha256="0" * 64,
                            copy="submissions/bench",
                            submitted_at=at + timedelta(minutes=n % 500),
                            note="A note." if n % 20 == 7 else "",
                            state=state,
                            note_read_at=at if n >= MARKING else None,
                        )
                    )
        for work in (*attempts, *papers):
            work.attempt = Attempt(
                enrolment_id=work.enrolment_id, assessment_id=work.assessment_id, opened_at=at
            )
        Attempt.objects.bulk_create([w.attempt for w in (*attempts, *papers)], batch_size=LOT)
        QuizAttempt.objects.bulk_create(attempts, batch_size=LOT)
        papers = Submission.objects.bulk_create(papers, batch_size=LOT)
        lines = [
            MarkLine(
                attempt=quiz.attempt,
                number=1,
                stage="quiz",
                mark=70,
                rule="Right answers out of a hundred.",
                by="person:1",
                at=at,
            )
            for quiz in attempts
        ]
        tasks = []
        for paper in papers:
            first = 40 + paper.enrolment_id * 7 % 40
            stages = {
                "marking": [],
                "submitted": [],
                "third": [("first", first), ("second", first + 15)],
                "agreed": [("first", first), ("second", first + 2), ("agreed", first + 1)],
                "ratified": [
                    ("first", first),
                    ("second", first + 2),
                    ("agreed", first + 1),
                    ("ratified", first + 1),
                ],
            }[paper.state]
            lines += [
                MarkLine(
                    attempt=paper.attempt,
                    number=k,
                    stage=stage,
                    mark=mark,
                    rule="The mean.",
                    by="person:1",
                    at=at + timedelta(days=9),
                )
                for k, (stage, mark) in enumerate(stages, 1)
            ]
            if paper.state not in ("submitted", "ratified"):
                is_open = paper.state == "marking"
                tasks += [
                    Allocation(
                        submission=paper,
                        marker=self.tutors[k],
                        stage=stage,
                        due_on=self.today + timedelta(days=paper.pk % 30),
                        state="open" if is_open else "sealed",
                        sealed_at=None if is_open else at + timedelta(days=8),
                        total=None if is_open else first,
                    )
                    for k, stage in enumerate(("first", "second"))
                ]
        MarkLine.objects.bulk_create(lines, batch_size=LOT)
        Allocation.objects.bulk_create(tasks, batch_size=LOT)

    def decisions(self):
        decided = [
            (n, e, line)
            for n, e, line in zip(self.numbers, self.enrolments, self.lines, strict=True)
            if n >= MARKING
        ]
        BoardDecision.objects.bulk_create(
            [
                BoardDecision(
                    board=self.boards[cohort_number(n)],
                    enrolment=e,
                    module=m,
                    mark=60,
                    is_pass=True,
                    decided_at=self.now - timedelta(days=1),
                )
                for n, e, _ in decided
                for m in self.modules
            ],
            batch_size=LOT,
        )
        awards = Award.objects.bulk_create(
            [
                Award(
                    enrolment=e,
                    board=self.boards[cohort_number(n)],
                    title=self.programme.title,
                    conferred_on=self.today - timedelta(days=30),
                )
                for n, e, _ in decided
            ]
        )
        example, design = (
            Certificate.objects.order_by("pk").first(),
            DesignVersion.objects.latest("number"),
        )
        Certificate.objects.bulk_create(
            [
                Certificate(
                    number=f"C-B{n:07}",
                    enrolment=e,
                    award=award,
                    register_line=line,
                    register_answer=example.register_answer,
                    facts=example.facts
                    | {
                        "number": f"C-B{n:07}",
                        "imsa_number": e.person.imsa_number,
                        "given_names": e.person.first_name,
                        "family_name": e.person.last_name,
                    },
                    nations=e.plan.nations,
                    design=design,
                    issued_on=self.today - timedelta(days=n % 700),
                    valid_until=self.today + timedelta(days=1095 - n % 700),
                    issued_by="person:1",
                    file="certificates/bench.pdf",
                    sha256=f"{n:064}",
                    key_id=example.key_id,
                )
                for (n, e, line), award in zip(decided, awards, strict=True)
                if n % 5
            ]
            if example
            else [],
            batch_size=LOT,
        )
