"""What is taught, in which nation, as of when; nothing here that a certificate depends on is a page."""

from datetime import date, datetime
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.search import index

from lms.kit import clock, nations
from lms.kit.clean import plain

from ..states import Need
from .curriculum_stamp import Stamped
from .provisions import Provision


def just_read():
    return [Need.READ]


class Programme(Stamped):
    PERSONAL_DATA = {}

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    credits = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=60, blank=True)
    notice = models.TextField(
        blank=True,
        help_text=gettext_lazy("Shown with the title, such as “demonstration curriculum”."),
    )

    def __str__(self):
        return self.title


class Module(Stamped):
    PERSONAL_DATA = {}

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="modules")
    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    credits = models.PositiveSmallIntegerField()
    level = models.CharField(
        max_length=60, blank=True, help_text=gettext_lazy("Left empty, the level of the programme.")
    )
    order = models.PositiveSmallIntegerField()
    summary = models.TextField(blank=True)
    outcomes = models.JSONField(default=list, blank=True)
    subject_areas = models.JSONField(
        default=list, blank=True, help_text=gettext_lazy("Skills for Care subject areas.")
    )
    taught_hours = models.PositiveSmallIntegerField(
        default=0, help_text=gettext_lazy("Sessions with tutors.")
    )
    assessment_hours = models.PositiveSmallIntegerField(
        default=0, help_text=gettext_lazy("Preparing and writing what is assessed.")
    )

    class Meta:
        ordering = ["order", "code"]

    def __str__(self):
        return f"{self.code} {self.title}"


class Unit(Stamped):
    """One unit; where the law differs it has a variant for each jurisdiction."""

    PERSONAL_DATA = {}

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="units")
    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    order = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField(default=20)
    needs = models.JSONField(
        default=just_read,
        blank=True,
        help_text=gettext_lazy("What completes the unit: read, check, activity, attended."),
    )

    class Meta:
        ordering = ["module__order", "order", "code"]

    def asks_for(self, need) -> bool:
        return need in self.needs

    def own_texts(self) -> str:
        """“Its own text for England and Wales, for Scotland, and for Northern Ireland.”"""
        *first, last = [nations.sentence(v.nations) for v in self.variants.all()]
        # Translators: between two of several: “England and Wales, for Scotland”.
        words = {"nations": _(", for ").join(first), "last": last}
        return _("Its own text for %(nations)s, and for %(last)s.") % words

    def __str__(self):
        return f"{self.code} {self.title}"


class Prerequisite(Stamped):
    """A unit that is studied before another, and why, in words for the trainee."""

    PERSONAL_DATA = {}

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="prerequisites")
    first = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "first"], name="one_prerequisite_per_pair"),
            models.CheckConstraint(
                condition=~models.Q(unit=models.F("first")), name="no_unit_before_itself"
            ),
        ]

    def clean(self):
        """A unit that waits, through others, for itself could never be opened."""
        if not (self.unit_id and self.first_id):
            return
        if self.unit.module.programme_id != self.first.module.programme_id:
            raise ValidationError(
                {
                    "first": _(
                        "That unit belongs to another programme. Choose one of this programme."
                    )
                }
            )
        waits_for = {}
        for unit, first in Prerequisite.objects.exclude(pk=self.pk).values_list(
            "unit_id", "first_id"
        ):
            waits_for.setdefault(unit, set()).add(first)
        seen, ahead = set(), {self.first_id}
        while ahead:
            if self.unit_id in ahead:
                words = _(
                    "%(first_code)s already waits for %(unit_code)s, so neither could be opened. Choose another unit."
                ) % {"first_code": self.first.code, "unit_code": self.unit.code}
                raise ValidationError({"first": words})
            seen |= ahead
            ahead = {first for unit in ahead for first in waits_for.get(unit, ())} - seen

    def save(self, *args, **kwargs):
        with transaction.atomic():
            super().save(*args, **kwargs)  # its stamp lets one writer through at a time
            self.clean()

    def __str__(self):
        return _("%(first_code)s before %(unit_code)s") % {
            "first_code": self.first.code,
            "unit_code": self.unit.code,
        }


class Variant(Stamped):
    """The text of a unit for some nations; a unit for everybody has one variant with all four."""

    PERSONAL_DATA = {}

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="variants")
    key = models.SlugField(
        max_length=40, help_text=gettext_lazy("all, england-wales, scotland, northern-ireland")
    )
    nations = models.JSONField(default=list, validators=[nations.validate_nations])
    # When its page was taken down; empty again once it is published again.
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    # The nations it is for from the next time its page is published; None where they stay.
    coming = models.JSONField(null=True, blank=True, editable=False)
    # Dated, so that an answer about an earlier day stays what it was: [{"until", "nations"}], the oldest first.
    was = models.JSONField(default=list, blank=True, editable=False)
    # For which nations it came in the place of another text of the unit, and when: [{"from", "nations", "at"}].
    took_over = models.JSONField(default=list, blank=True, editable=False)

    class Meta:
        ordering = ["unit__module__order", "unit__order", "key"]
        constraints = [models.UniqueConstraint(fields=["unit", "key"], name="one_variant_per_key")]

    @property
    def is_for_all(self):
        return set(self.nations) == set(nations.ALL)

    @property
    def target(self) -> list[str]:
        """The nations it is for once its page is published."""
        return self.nations if self.coming is None else self.coming

    @property
    def if_left_for_none(self) -> str:
        """What to do where another text would take all its nations."""
        return _(
            "“%(key)s” of %(code)s would be for no nation any more. Leave it one of its nations, or take its page down "
            "first. If both say the same, write it on the page of that text."
        ) % {"key": self.key, "code": self.unit.code}

    def nations_at(self, moment) -> list[str]:
        """The nations it was for at a moment."""
        return next(
            (
                line["nations"]
                for line in self.was
                if datetime.fromisoformat(line["until"]) > moment
            ),
            self.nations,
        )

    def get_absolute_url(self):
        return reverse("courses:variant", args=[self.unit.code, self.key])

    def part_url(self, part, *, asks="part", at="p") -> str:
        """Where a part of it is read, one at a time or all on one page. `asks`: “again” for a check that is tried once more; `at`: “n” for the notes beside it."""
        part = quote(part, safe="")
        return f"{vars(self).get('url') or self.get_absolute_url()}?{asks}={part}#{at}-{part}"

    def __str__(self):
        return (
            f"{self.unit} ({'all nations' if self.is_for_all else nations.sentence(self.nations)})"
        )


def one_part(html) -> list[dict]:
    return [{"kind": "html", "id": "text", "html": html}]


class UnitVersion(index.Indexed, Stamped):
    """What a published revision of a variant said, drawn once and never changed."""

    PERSONAL_DATA = {"published_by": "who published the text", "reviews": "who reviewed the text"}

    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    outcomes = models.JSONField(default=list)
    content_note = models.CharField(max_length=300, blank=True)
    html = models.TextField(help_text=gettext_lazy("The whole text as it reads on paper."))
    parts = models.JSONField(
        default=list,
        help_text=gettext_lazy("The same in order, where readers answer, write or choose."),
    )
    words = models.PositiveIntegerField(default=0)
    core_revision = models.PositiveBigIntegerField(
        null=True, help_text=gettext_lazy("Wagtail revision of the unit's core in it.")
    )
    reviews = models.JSONField(
        default=list, help_text=gettext_lazy("Who looked at it before it was published, and when.")
    )
    provisions = models.JSONField(
        default=list, help_text=gettext_lazy("Each cited provision as it stood.")
    )
    review_by = models.DateField(null=True)
    revision = models.PositiveBigIntegerField(
        null=True, help_text=gettext_lazy("Wagtail revision it was made from.")
    )
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    hash = models.CharField(max_length=64)

    search_fields = [
        index.SearchField("title", boost=5),
        index.SearchField("plain_words"),
        index.FilterField("id"),
    ]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["variant", "number"], name="one_version_per_number")
        ]

    def plain_words(self) -> str:
        """What the search in the database keeps of it."""
        return plain(self.html)

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A published version never changes; publish a new one.")
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("courses:version", args=[self.pk])

    @property
    def segments(self) -> list[dict]:
        """The parts in order; a version without any is one text."""
        return self.parts or one_part(self.html)

    @property
    def law_as_at(self):
        """The day the oldest reading of its law was made; None where it cites none."""
        return min((date.fromisoformat(p["as_at"]) for p in self.provisions), default=None)

    @property
    def review_due(self):
        """The first day on which somebody has to read its law again."""
        days = [date.fromisoformat(p["review_by"]) for p in self.provisions]
        return min([*days, self.review_by] if self.review_by else days, default=None)

    @property
    def is_review_overdue(self):
        return bool(self.review_due and self.review_due < clock.today())

    def __str__(self):
        return _("%(title)s, version %(number)s") % {"title": self.title, "number": self.number}


class Citation(models.Model):
    """A published version cites a provision in one of its readings; in an earlier one it teaches old law."""

    PERSONAL_DATA = {}

    version = models.ForeignKey(UnitVersion, on_delete=models.PROTECT, related_name="citations")
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="citations")
    reading = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "provision"], name="one_citation_per_version"
            )
        ]


class ProgrammeCheck(models.Model):
    """A second person has seen whom a draft concerns when it is published: whose programme changes, and how. Never edited."""

    PERSONAL_DATA = {
        "submitted_by": "who submitted the draft",
        "by": "who looked at whom it concerns",
    }

    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="checks")
    review = models.PositiveBigIntegerField(
        help_text=gettext_lazy("Wagtail review in which it was seen: the words stand still in it.")
    )
    seen = models.CharField(max_length=32, help_text=gettext_lazy("A mark of what the page said."))
    people = models.PositiveIntegerField()
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "review", "seen", "by"], name="one_programme_check_each"
            ),
            models.CheckConstraint(
                condition=~models.Q(by=models.F("submitted_by")),
                name="two_people_change_a_programme",
            ),
        ]
