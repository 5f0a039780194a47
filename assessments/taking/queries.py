"""What is read of handed-in work: its words, its author's names for the author's eyes, notes to the programme office, and the day all was in."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.core.cache import cache
from django.db.models import (
    Count,
    Exists,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Subquery,
    Sum,
    Window,
)
from django.db.models.functions import Cast, Mod, NullIf, RowNumber
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import STUDYING
from lms.kit import files

from ..attempts.adjustments import extra_percent
from ..setting.models import Assessment, Question, Sitting
from ..setting.queries import rules_of
from ..setting.rules import studied_by
from . import timing
from .item_figures import ItemFigures, item_figures
from .models import (
    Handing,
    ItemCredit,
    LateAnswers,
    PaperItem,
    QuizAttempt,
    ReplacementPermission,
    Response,
    Submission,
)
from .states import AttemptState, SubmissionState
from .text_models import WorkText

DAYS = 90


def has_words(copy: str, fingerprint: str) -> bool | None:
    """False for a markers' copy (its private path and SHA-256) without a letter or digit in it, None where that could not be found out in
    time, or where the copy is gone. The answer is remembered by the fingerprint, for a marker's desk asks at each page."""
    key = f"assessments.words:{fingerprint}"
    kept = cache.get(key)
    if kept is None:
        try:
            found = files.has_words(copy.rpartition(".")[2], files.read(copy))
        except FileNotFoundError:
            return None
        kept = {True: "yes", False: "no", None: "unknown"}[found]
        cache.set(key, kept, DAYS * 86400 if found is not None else 3600)
    return {"yes": True, "no": False}.get(kept)


SHORTEST = 2  # letters of a name that is looked for alone


@dataclass(frozen=True)
class OwnNames:
    """`labels`: what each of the words is, by the words. `alone` are looked for as words with a capital."""

    whole: tuple[str, ...]
    alone: tuple[str, ...]
    labels: dict[str, str]

    def label(self, words: str) -> str:
        return self.labels[words]


def own_names(enrolment) -> OwnNames:
    """Names on the account, now and before, either part first; student reference, IMSA number and email address."""
    person = enrolment.person
    whole, alone = {}, dict.fromkeys(person.known_as.split(), _("your name"))
    pairs = [
        (person.first_name, person.last_name, _("your name")),
        *(
            (former.first_name, former.last_name, _("your former name"))
            for former in person.former_names.all()
        ),
    ]
    for first, last, label in pairs:
        for words in (f"{first} {last}".strip(), f"{last} {first}".strip()):
            whole.setdefault(words, label)
        for words in {
            part
            for part in (first, last, *first.split(), *last.split())
            if len(part) >= SHORTEST and part[0].isupper()
        }:
            alone.setdefault(words, label)
    for words, label in (
        (enrolment.student_reference, _("your student reference")),
        (person.imsa_number, _("your IMSA number")),
        (person.email, _("your email address")),
    ):
        if words:
            whole.setdefault(words, label)
    return OwnNames(
        tuple(words for words in whole if words),
        tuple(sorted(set(alone) - set(whole))),
        alone | whole,
    )


def questions_asked(quiz) -> list[Question]:
    """What an attempt at a quiz is asked, in its order, each with the `options` it has, in theirs. Two queries; none before it has begun."""
    if quiz is None:
        return []
    asked = []
    for item in _items_of(quiz):
        item.question.item = item.pk
        question, place = item.question, {pk: n for n, pk in enumerate(item.choices)}
        question.section = item.section
        question.options = sorted(question.choices.all(), key=lambda c: place.get(c.pk, len(place)))
        asked.append(question)
    return asked


def _items_of(quiz):
    return quiz.items.select_related("question__scenario", "section").prefetch_related(
        "question__choices"
    )


def newest_responses(quiz) -> dict[str, Response]:
    """The answer that counts to each question that has one, by the question's key. One query."""
    if quiz is None:
        return {}
    # The newest of each by its index: what was written before, many times over in an essay, is not read.
    newest = Response.objects.filter(item=OuterRef("pk")).order_by("-number").values("pk")[:1]
    items = PaperItem.objects.filter(quiz=quiz).order_by().annotate(newest=Subquery(newest))
    rows = Response.objects.filter(pk__in=items.values("newest")).select_related("item__question")
    return {one.item.question.key: one for one in rows.order_by("item")}


def late_arrivals_in(quiz) -> int:
    """To how many questions the answer that counts came after the end of the time, and was accepted by rule. One query."""
    later = Response.objects.filter(item=OuterRef("item"), number__gt=OuterRef("number"))
    rows = Response.objects.filter(quiz=quiz, is_late_arrival=True)
    return rows.exclude(Exists(later)).count()


def answers_of(quiz) -> dict:
    """Question key to answer: as they were handed in, or as they are now."""
    if quiz is None or quiz.state != AttemptState.OPEN:
        return quiz.answers if quiz else {}
    return {key: one.value for key, one in newest_responses(quiz).items()}


def end_of(quiz) -> datetime | None:
    """When the time for a quiz that was begun is over, with the extra time its trainee has now; None where it has no limit. Two queries."""
    sits = Sitting.objects.filter(
        assessment=quiz.assessment_id, cohort=quiz.enrolment.cohort_id
    ).values_list("version__minutes", flat=True)
    minutes = sits.first()
    return timing.end(quiz.begun_at, minutes, extra_percent(quiz.enrolment)) if minutes else None


def late_minutes(quiz) -> int:
    """How many minutes after the end of the time answers that waited on a device are taken, by the rules of its cohort. One query."""
    return rules_of(quiz.enrolment.cohort_id).late_answers


def figures_of(questions) -> dict[int, ItemFigures]:
    """What first attempts that were handed in tell about questions, by their keys, in whichever version they were asked. They are counted in steps of
    IMSA_STATISTICS_ATTEMPTS: the first 10, then the first 20. Between two looks at a figure as many have answered or none, so no look tells what one person
    did; before the first step there is none. One query."""
    least = settings.IMSA_STATISTICS_ATTEMPTS
    all_of_them = ItemCredit.objects.filter(
        item__question__in=[q.pk for q in questions], item__quiz__attempt__number=1
    ).annotate(
        nth=Window(RowNumber(), order_by="pk", partition_by="item__question"),
        there=Window(Count("pk"), partition_by="item__question"),
    )
    in_steps = all_of_them.filter(nth__lte=F("there") - Mod(F("there"), least)).values("pk")
    # Essays are left out: no rule marks them.
    asked = (
        ItemCredit.objects.filter(item__quiz=OuterRef("item__quiz")).order_by().values("item__quiz")
    )
    count = Cast(Subquery(asked.annotate(n=Count("pk")).values("n")), FloatField())
    whole = Subquery(asked.annotate(sum=Sum("credit")).values("sum"), output_field=FloatField())
    rows = (
        ItemCredit.objects.filter(pk__in=in_steps)
        .annotate(questions=count)
        .annotate(rest=(whole - F("credit")) / NullIf(F("questions") - 1.0, 0.0))
        .values("item__question")
        .annotate(
            n=Count("pk"),
            x=Sum("credit"),
            xx=Sum(F("credit") * F("credit")),
            y=Sum("rest"),
            yy=Sum(F("rest") * F("rest")),
            xy=Sum(F("credit") * F("rest")),
        )
        .order_by()
    )
    return {
        row["item__question"]: item_figures(
            row["n"], row["x"], row["xx"], row["y"] or 0.0, row["yy"] or 0.0, row["xy"] or 0.0
        )
        for row in rows
    }


def quizzes_with_an_end():
    """Quizzes that are going on and have a time limit, of people who study. A QuerySet."""
    sits = Sitting.objects.filter(
        assessment=OuterRef("assessment"), cohort=OuterRef("enrolment__cohort")
    )
    rows = QuizAttempt.objects.filter(
        Exists(sits.exclude(version__minutes=None)),
        state=AttemptState.OPEN,
        attempt__is_current=True,
        attempt__not_submitted_at=None,
        enrolment__state__in=STUDYING,
    )
    return rows.select_related("enrolment").order_by("begun_at", "pk")


def own_quiz(assessment, enrolment) -> QuizAttempt | None:
    """The quiz of somebody's current attempt, begun or handed in."""
    rows = QuizAttempt.objects.filter(assessment=assessment, enrolment=enrolment)
    return rows.filter(attempt__is_current=True).select_related("attempt", "enrolment").first()


def own_submission(assessment, enrolment) -> Submission | None:
    """The written work of somebody's current attempt, a draft or handed in."""
    return Submission.objects.filter(
        assessment=assessment, enrolment=enrolment, attempt__is_current=True
    ).first()


def declaration_asked(enrolment) -> str:
    """What somebody declares of being fit when they hand in, by the rules of their cohort; empty where it is not asked. One query."""
    return rules_of(enrolment.cohort_id).fit_to_sit


def declaration_of(attempt) -> Handing | None:
    """The newest hand-in of an attempt that came with such a declaration. One query."""
    return (
        Handing.objects.filter(submission__attempt=attempt)
        .exclude(fit_to_sit="")
        .order_by("number")
        .last()
    )


def own_text(assessment, enrolment) -> WorkText | None:
    """What somebody typed in their current attempt, handed in or not."""
    return WorkText.objects.filter(
        attempt__assessment=assessment, attempt__enrolment=enrolment, attempt__is_current=True
    ).first()


def earlier_text(assessment, enrolment) -> str:
    """What somebody typed in an attempt that is over and handed in nowhere, as before a deferral; the newest, or nothing. One query."""
    rows = WorkText.objects.filter(
        attempt__assessment=assessment,
        attempt__enrolment=enrolment,
        attempt__is_current=False,
        attempt__submission__submitted_at=None,
    )
    return rows.order_by("attempt__number").values_list("text", flat=True).last() or ""


def handings_for(person):
    """Hand-ins of written work by their receipts, also of files that were replaced: a person's own, and a registrar's all but those of scripts
    they mark, for they would learn whose it is. A QuerySet, with the work and its author."""
    rows = Handing.objects.visible_to(person).exclude(submission__allocations__marker_id=person.pk)
    return rows.select_related(
        "submission__assessment__module",
        "submission__attempt",
        "submission__enrolment__person",
    )


def permissions_of(enrolment, registrar) -> dict[int, list]:
    """The permissions to replace a file that somebody was given for their current attempts, by assessment; none of a piece of which the
    registrar was given any script of the cohort, for its marker is told of a new file. One query."""
    found: dict[int, list] = {}
    rows = ReplacementPermission.objects.filter(
        submission__enrolment=enrolment, submission__attempt__is_current=True
    )
    marked = Submission.objects.filter(
        enrolment__cohort=enrolment.cohort_id, allocations__marker=registrar.pk
    )
    rows = rows.exclude(submission__assessment__in=marked.values("assessment"))
    for one in rows.select_related("submission"):
        found.setdefault(one.submission.assessment_id, []).append(one)
    return found


def notes_for(registrar):
    """Notes of work that is handed in, but for the registrar's own and those of authors of whom they were given any script; the newest first. As
    `may_read_note`."""
    rows = Submission.objects.exclude(state=SubmissionState.DRAFT).exclude(note="")
    own = Enrolment.objects.filter(person_id=registrar.pk).values(
        "pk"
    )  # joined, PostgreSQL read every enrolment
    rows = _not_of_authors(rows.exclude(enrolment__in=own), registrar, "enrolment")
    return rows.select_related(
        "assessment", "enrolment__person", "enrolment__cohort", "note_read_by"
    ).order_by("-submitted_at", "-pk")


def unread_notes(registrar):
    """The same, of which no registrar has said that they read it; the oldest first."""
    return notes_for(registrar).filter(note_read_at=None).order_by("submitted_at", "pk")


def late_answers_for(registrar):
    """What trainees sent of answers that came too late, but for the registrar's own and those of programmes that they study, whose questions and answers they would
    read, and those of whom they mark; the oldest first."""
    rows = _not_of_scripts(LateAnswers.objects.visible_to(registrar), registrar)
    rows = rows.exclude(quiz__enrolment__in=_studied_with(registrar))
    return _counted(rows).select_related(
        "quiz__assessment", "quiz__enrolment__person", "quiz__enrolment__cohort", "answered_by"
    )


def open_late_answers(registrar):
    """The same, of what no registrar has answered."""
    own = Enrolment.objects.filter(person_id=registrar.pk).values("pk")
    rows = _not_of_scripts(LateAnswers.objects.filter(answered_at=None), registrar)
    rows = rows.exclude(quiz__enrolment__in=_studied_with(registrar))
    return rows.exclude(quiz__enrolment__in=own)


def _not_of_scripts(rows, registrar):
    """Without late answers of whoever wrote a script that the registrar was given, and of quizzes of which they were given essays of the cohort."""
    rows = _not_of_authors(rows, registrar, "quiz__enrolment")
    given = Submission.objects.filter(allocations__marker=registrar.pk).order_by()
    of_quiz = given.filter(
        assessment=OuterRef("quiz__assessment"),
        enrolment__cohort=OuterRef("quiz__enrolment__cohort"),
    )
    return rows.exclude(Exists(of_quiz))


def _not_of_authors(rows, registrar, enrolment: str):
    """As `rules.was_given_script_of`: without those of whoever wrote a script that the registrar was given. `enrolment`: the way from a row to its
    trainee's. A condition for each, since one for both would read every script."""
    for way in ("allocations__marker", "moderation_script__moderator"):
        given = Submission.objects.filter(**{way: registrar.pk}).order_by()
        rows = rows.exclude(**{f"{enrolment}__in": given.values("enrolment")})
    return rows


def _studied_with(registrar):
    """The enrolments of programmes that a registrar studies, as keys."""
    rows = Enrolment.objects.filter(cohort__programme__in=studied_by(registrar))
    return rows.order_by().values("pk")


def late_answers_of(assessment, enrolment):
    """What one trainee sent of all their attempts at a quiz, the oldest first."""
    rows = LateAnswers.objects.filter(quiz__assessment=assessment, quiz__enrolment=enrolment)
    return _counted(rows).select_related("quiz__attempt")


def _counted(rows):
    """Late answers with how many there are (`count`), and not the answers, which may be megabytes, before they are asked for."""
    return rows.defer("answers").annotate(count=_ArrayLength("answers"))


class _ArrayLength(Func):
    function = "json_array_length"
    output_field = IntegerField()

    def as_postgresql(self, compiler, connection, **more):
        return self.as_sql(compiler, connection, function="jsonb_array_length", **more)


def late_arrivals_for(registrar):
    """Quizzes of which answers came after the end of the time and count by rule, the newest first; not the registrar's own, nor of programmes that they study."""
    late = Response.objects.filter(is_late_arrival=True)  # few, and an index of their own
    rows = QuizAttempt.objects.filter(pk__in=late.order_by().values("quiz"))
    rows = rows.exclude(enrolment__person_id=registrar.pk)
    rows = rows.exclude(enrolment__in=_studied_with(registrar))
    count = Response.objects.filter(quiz=OuterRef("pk"), is_late_arrival=True).order_by()
    count = count.values("quiz").annotate(n=Count("pk")).values("n")
    rows = rows.annotate(late_count=Subquery(count))
    return rows.select_related("assessment", "enrolment__person", "enrolment__cohort").order_by(
        "-pk"
    )


def all_work_in_on(enrolment) -> date | None:
    """The day (London) on which the last required piece of work came in; None while one is missing."""
    required = set(
        Assessment.objects.filter(module__programme_id=enrolment.cohort.programme_id).values_list(
            "pk", flat=True
        )
    )
    papers = Submission.objects.filter(enrolment=enrolment).exclude(submitted_at=None)
    quizzes = QuizAttempt.objects.filter(enrolment=enrolment).exclude(handed_in_at=None)
    came_in = dict(papers.values_list("assessment_id", "submitted_at"))
    came_in.update(quizzes.values_list("assessment_id", "handed_in_at"))
    if not required or required - set(came_in):
        return None
    return localtime(max(came_in[pk] for pk in required)).date()
