"""Sections of a quiz: a title and instructions above the questions from one place on, until the next section begins."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import AssessmentVersion, VersionQuestion
from .scenarios import groups_of
from .together import units_of


class QuizSection(models.Model):
    """It begins with the question at `first` and ends where another begins; empty once all of its questions have left. It changes with its draft alone."""

    PERSONAL_DATA = {}

    version = models.ForeignKey(
        AssessmentVersion, on_delete=models.PROTECT, related_name="sections"
    )
    first = models.OneToOneField(
        VersionQuestion, on_delete=models.SET_NULL, null=True, related_name="opening"
    )
    title = models.CharField(max_length=200)
    text = models.TextField(
        blank=True, max_length=4000, help_text=gettext_lazy("What trainees read before it.")
    )

    class Meta:
        ordering = ["version_id", "first__order", "pk"]
        verbose_name = gettext_lazy("section of a quiz")


def sections_by_question(version) -> dict[int, QuizSection]:
    """The section of each question of a version that is in one, by the question's key. One query, two where there are sections."""
    begins = {one.first_id: one for one in version.sections.exclude(first=None)}
    if not begins:
        return {}
    found, here = {}, None
    for pk, question in version.places.order_by("order", "pk").values_list("pk", "question_id"):
        here = begins.get(pk, here)
        if here:
            found[question] = here
    return found


def with_sections(version, questions) -> list:
    """These questions of a version, each with its `section`, or None."""
    found, questions = sections_by_question(version), list(questions)
    for question in questions:
        question.section = found.get(question.pk)
    return questions


def empty_sections(version) -> list[QuizSection]:
    """Those that no question belongs to any more. One query."""
    return list(version.sections.filter(first=None))


def possible_beginnings(version, questions) -> list[tuple[str, str]]:
    """Where a section can begin: the key of each question, but of a scenario its first alone, with its number and words."""
    numbers = {question.key: n for n, question in enumerate(questions, start=1)}
    words = {question.key: question.text for question in questions}
    units = units_of(list(numbers), groups_of(questions))
    return [(unit[0], f"{numbers[unit[0]]}. {words[unit[0]][:100]}") for unit in units]


def section_faults(version, questions) -> list[str]:
    """In sentences: a section without questions, and one that begins within a scenario."""
    found = [
        _("Section “%(title)s” has no questions. Say where it begins, or remove it.")
        % {"title": one.title}
        for one in empty_sections(version)
    ]
    sections = version.sections.exclude(first=None).select_related("first")
    by_question = {one.first.question_id: one for one in sections}
    keys = dict(possible_beginnings(version, questions))
    return found + [
        _(
            "Section “%(title)s” begins within a scenario. Begin it at the scenario’s first question."
        )
        % {"title": by_question[question.pk].title}
        for question in questions
        if question.pk in by_question and question.key not in keys
    ]
