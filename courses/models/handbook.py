"""A module's handbook: what is read, how its hours are made, and a task to practise with that nobody marks."""

from django.db import models
from django.utils.translation import gettext_lazy

from lms.kit import nations

from .curriculum import Module, Unit


class Work(models.Model):
    """Something to read, by author and year; listed only once somebody has seen that it exists."""

    PERSONAL_DATA = {}

    class Kind(models.TextChoices):
        ARTICLE = "article", gettext_lazy("Peer-reviewed article")
        BOOK = "book", gettext_lazy("Book")
        GUIDANCE = "guidance", gettext_lazy("Official guidance")
        INSPECTION = "inspection", gettext_lazy("Inspection or inquiry")
        JUDGMENT = "judgment", gettext_lazy("Judgment")
        REPORT = "report", gettext_lazy("Report")
        TREATY = "treaty", gettext_lazy("Treaty")

    key = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    authors = models.CharField(
        max_length=300,
        help_text=gettext_lazy(
            "“Surname, A. and Surname, B.”; the court of a judgment; the body of a guidance."
        ),
    )
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=400)
    published_in = models.CharField(
        max_length=300,
        blank=True,
        help_text=gettext_lazy(
            "The journal with its volume and pages, the publisher, the neutral citation."
        ),
    )
    address = models.URLField(max_length=400)
    verified_on = models.DateField(
        help_text=gettext_lazy("The day on which somebody saw that it exists.")
    )
    verified_at = models.URLField(
        max_length=400, help_text=gettext_lazy("The page on which its existence was seen.")
    )
    argues = models.TextField(
        help_text=gettext_lazy("One sentence: what it argues, finds or decides.")
    )
    disputed = models.TextField(
        help_text=gettext_lazy("One sentence: where it is disputed, limited or overtaken.")
    )
    is_core = models.BooleanField(default=False, verbose_name=gettext_lazy("everybody reads it"))
    nations = models.JSONField(
        default=list, blank=True, help_text=gettext_lazy("Empty: the whole United Kingdom.")
    )
    modules = models.ManyToManyField(Module, related_name="works")
    units = models.ManyToManyField(Unit, blank=True, related_name="works")

    class Meta:
        ordering = ["authors", "year", "title"]
        verbose_name = gettext_lazy("work to read")
        verbose_name_plural = gettext_lazy("works to read")

    @property
    def by_line(self) -> str:
        """“Surname, A. (2020)”, as a text refers to it."""
        return f"{self.authors} ({self.year})"

    @property
    def reference(self) -> str:
        """As a list of other things names it: a judgment by its parties, anything else by who wrote it."""
        return (
            f"{self.title} ({self.year})"
            if self.kind in (self.Kind.JUDGMENT, self.Kind.TREATY)
            else self.by_line
        )

    @property
    def nation_words(self) -> str:
        return nations.sentence(self.nations) if self.nations else ""

    def __str__(self):
        return f"{self.by_line} {self.title}"


class StudyTask(models.Model):
    """Guided independent study: what to do on one's own, and how long it takes."""

    PERSONAL_DATA = {}

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="study_tasks")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    minutes = models.PositiveIntegerField()
    text = models.TextField()
    works = models.ManyToManyField(Work, blank=True, related_name="+")

    class Meta:
        ordering = ["module", "order"]
        constraints = [
            models.UniqueConstraint(fields=["module", "order"], name="one_study_task_per_place")
        ]

    def __str__(self):
        return f"{self.module.code}: {self.title}"


class FormativeTask(models.Model):
    """A task to practise with. Nobody marks it: its model answer and a marker's commentary are there to compare with."""

    PERSONAL_DATA = {}

    module = models.OneToOneField(Module, on_delete=models.PROTECT, related_name="formative_task")
    title = models.CharField(max_length=200)
    minutes = models.PositiveIntegerField()
    brief = models.TextField()
    model_answer = models.TextField()
    commentary = models.TextField()

    def __str__(self):
        return f"{self.module.code}: {self.title}"
