"""Tables of the question bank: scenarios, the tags of questions, and files of questions that wait to be looked at."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy

from lms.kit import clock

from .models import Assessment, AssessmentVersion, Question


class Scenario(models.Model):
    """A text that several questions are about; they stay together, in their order. Once a version that asks them is out of its author's hands it never changes."""

    PERSONAL_DATA = {}

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="scenarios")
    key = models.CharField(max_length=20, unique=True)
    text = models.TextField()

    class Meta:
        ordering = ["pk"]


class QuestionTag(models.Model):
    """What a question is found and drawn by, besides its nation. It stands with the question: another tag of one that was used is another question."""

    PERSONAL_DATA = {}

    OUTCOME, DIFFICULTY, WORD = "outcome", "difficulty", "word"
    FACETS = [
        (OUTCOME, gettext_lazy("Learning outcome")),
        (DIFFICULTY, gettext_lazy("Difficulty")),
        (WORD, gettext_lazy("Tag")),
    ]
    DIFFICULTIES = [
        ("easy", gettext_lazy("Easy")),
        ("medium", gettext_lazy("Medium")),
        ("hard", gettext_lazy("Hard")),
    ]

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="tags")
    facet = models.CharField(max_length=12, choices=FACETS)
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["question_id", "facet", "name"]
        verbose_name = gettext_lazy("tag")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "facet", "name"], name="one_question_tag_per_name"
            )
        ]
        indexes = [models.Index(fields=["facet", "name"], name="questions_by_tag")]

    @property
    def label(self):
        """Its name as people read it."""
        is_difficulty = self.facet == self.DIFFICULTY
        return dict(self.DIFFICULTIES).get(self.name, self.name) if is_difficulty else self.name


def tags_in(version) -> list[QuestionTag]:
    """Every tag that the questions of a version have, once. One query."""
    rows = QuestionTag.objects.filter(question__places__version=version).order_by("facet", "name")
    found: dict[tuple[str, str], QuestionTag] = {}
    for tag in rows:
        found.setdefault((tag.facet, tag.name), tag)
    return list(found.values())


def questions_with(version, *, words="", kind="", nation="", tag="") -> QuerySet[Question]:
    """The questions of a version, in their order, that say these words, are of this kind, are asked of this nation (“all”: of everyone) and have this tag
    (its facet and its name, with a colon between them)."""
    rows = Question.objects.filter(places__version=version).order_by("places__order", "pk")
    if words:
        rows = rows.filter(text__icontains=words)
    if kind:
        rows = rows.filter(kind=kind)
    if nation:
        rows = rows.filter(nation="" if nation == "all" else nation)
    if tag:
        facet, _colon, name = tag.partition(":")
        has = QuestionTag.objects.filter(question=OuterRef("pk"), facet=facet, name=name)
        rows = rows.filter(Exists(has))
    return rows.prefetch_related("tags")


def is_tagged(tags, name) -> bool:
    """Does one of these tags have this name, however it is written?"""
    return any(name.casefold() in (tag.name.casefold(), str(tag.label).casefold()) for tag in tags)


def parts_by_tag(version, questions) -> list[tuple[set[str], int]]:
    """For each tag that a version draws by, the keys of the questions that have it, and how many are drawn. One query where it draws by any."""
    if not version.draws:
        return []
    tags: dict[int, list] = {}
    for tag in QuestionTag.objects.filter(question__in=[q.pk for q in questions]):
        tags.setdefault(tag.question_id, []).append(tag)
    return [
        (
            {q.key for q in questions if is_tagged(tags.get(q.pk, ()), one["tag"])},
            one["count"],
        )
        for one in version.draws
    ]


class QuestionFile(models.Model):
    """What a file of questions holds, kept aside until who chose it says yes: then its questions stand in the draft."""

    PERSONAL_DATA = {
        "person": "who chose the file",
        "name": "what the file was called",
        "rows": "its questions, until they are imported",
        "losses": "what stands beside them and is left out, until then",
    }

    version = models.ForeignKey(
        AssessmentVersion, on_delete=models.CASCADE, related_name="question_files"
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    rows = models.JSONField(
        default=list, help_text=gettext_lazy("As assessments.setting.question_files.QuestionRow.")
    )
    losses = models.JSONField(default=list)
    at = models.DateTimeField(default=clock.now)
    imported_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = gettext_lazy("file of questions")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "person"],
                condition=models.Q(imported_at=None),
                name="one_question_file_waits_per_person",
            )
        ]
