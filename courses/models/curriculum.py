"""What is taught, in which nation, as of when; nothing here that a certificate depends on is a page."""

import hashlib
import json
from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from wagtail.search import index

from lms.kit import clock, nations
from lms.kit.clean import plain
from lms.kit.templatetags.kit import day
from lms.kit.transitions import state_field

from ..states import SUGGESTION_MOVES, Basis, Commencement, Need, SuggestionState
from .curriculum_stamp import Stamped


def just_read():
    return [Need.READ]


class Programme(Stamped):
    PERSONAL_DATA = {}

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    credits = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=60, blank=True)
    notice = models.TextField(
        blank=True, help_text="Shown with the title, such as “demonstration curriculum”."
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
        max_length=60, blank=True, help_text="Left empty, the level of the programme."
    )
    order = models.PositiveSmallIntegerField()
    summary = models.TextField(blank=True)
    outcomes = models.JSONField(default=list, blank=True)
    subject_areas = models.JSONField(
        default=list, blank=True, help_text="Skills for Care subject areas."
    )
    taught_hours = models.PositiveSmallIntegerField(default=0, help_text="Sessions with tutors.")
    assessment_hours = models.PositiveSmallIntegerField(
        default=0, help_text="Preparing and writing what is assessed."
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
        help_text="What completes the unit: read, check, activity, attended.",
    )

    class Meta:
        ordering = ["module__order", "order", "code"]

    def asks_for(self, need) -> bool:
        return need in self.needs

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
                {"first": "That unit belongs to another programme. Choose one of this programme."}
            )
        waits_for = {}
        for unit, first in Prerequisite.objects.exclude(pk=self.pk).values_list(
            "unit_id", "first_id"
        ):
            waits_for.setdefault(unit, set()).add(first)
        seen, ahead = set(), {self.first_id}
        while ahead:
            if self.unit_id in ahead:
                words = f"{self.first.code} already waits for {self.unit.code}, so neither could be opened. Choose another unit."
                raise ValidationError({"first": words})
            seen |= ahead
            ahead = {first for unit in ahead for first in waits_for.get(unit, ())} - seen

    def save(self, *args, **kwargs):
        with transaction.atomic():
            super().save(*args, **kwargs)  # its stamp lets one writer through at a time
            self.clean()

    def __str__(self):
        return f"{self.first.code} before {self.unit.code}"


class Variant(Stamped):
    """The text of a unit for some nations; a unit for everybody has one variant with all four."""

    PERSONAL_DATA = {}

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="variants")
    key = models.SlugField(
        max_length=40, help_text="all, england-wales, scotland, northern-ireland"
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
        return (
            f"“{self.key}” of {self.unit.code} would be for no nation any more. Leave it one of its nations, or take its page down "
            "first. If both say the same, write it on the page of that text."
        )

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

    def __str__(self):
        return (
            f"{self.unit} ({'all nations' if self.is_for_all else nations.sentence(self.nations)})"
        )


TAUGHT = ("act", "section", "title", "summary", "jurisdictions", "commencement")
# Taught as well, where an entry has them: a reading from before they were kept has the hash that it had.
TAUGHT_WHERE_THERE = ("extent", "commenced_on", "instrument", "rights")


def said_of(reading: dict) -> str:
    """The hash of what a reading of a provision teaches: not its dates, which change when somebody looks again."""
    taught = {name: reading[name] for name in TAUGHT} | {
        name: reading[name] for name in TAUGHT_WHERE_THERE if reading.get(name)
    }
    text = json.dumps(taught, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Provision(Stamped):
    """A section of an Act as it stood on `as_at`, the day it was read, with its source.

    `extent` and `instrument` are as printed beside it (“E+W”, “S.I. 2023/33, reg. 2”); `basis` is what the entry rests on, `read_at` where
    its text was read when that is not the official address, and `rights` what it gives to somebody: see `courses.rights`.
    """

    PERSONAL_DATA = {"owner": "who looks after it", "read_by": "who read it last"}

    key = models.SlugField(max_length=60, unique=True)
    act = models.CharField(max_length=200)
    section = models.CharField(max_length=60)
    jurisdictions = models.JSONField(default=list)
    title = models.CharField(max_length=200)
    summary = models.TextField()
    rights = models.JSONField(default=list, blank=True)
    extent = models.CharField(
        max_length=20, blank=True, help_text="As printed beside the provision: U.K., E+W, S, N.I."
    )
    commencement = models.CharField(max_length=16, choices=Commencement.choices)
    commenced_on = models.DateField(
        null=True, blank=True, help_text="The day from which it is law."
    )
    instrument = models.CharField(
        max_length=160,
        blank=True,
        help_text="What brought it into force, as printed: “S.I. 2023/33, reg. 2”.",
    )
    source = models.URLField(max_length=400, help_text="Its official address.")
    basis = models.CharField(max_length=8, choices=Basis.choices, default=Basis.NOTES)
    read_at = models.URLField(
        max_length=400,
        blank=True,
        help_text="Where its text was read, when not at the official address.",
    )
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    as_at = models.DateField()
    review_by = models.DateField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    said = models.CharField(
        max_length=64, default="", editable=False, help_text="Hash of what it teaches now."
    )
    reading = models.PositiveIntegerField(
        default=1,
        editable=False,
        help_text="Goes up when the law changes, not when a slip is put right.",
    )

    class Meta:
        ordering = ["act", "section"]

    def as_it_stands(self) -> dict:
        """The reading as plain words, to be kept with a version."""
        return {
            "key": self.key,
            "act": self.act,
            "section": self.section,
            "title": self.title,
            "summary": self.summary,
            "jurisdictions": [code for code in nations.JURISDICTIONS if code in self.jurisdictions],
            "nation": self.jurisdiction_names,
            "commencement": self.commencement,
            "state": self.get_commencement_display(),
            "source": self.source,
            "as_at": str(self.as_at),
            "review_by": str(self.review_by),
            "reading": self.reading,
            **{name: value for name, value in self.where_there.items() if value},
        }

    @property
    def where_there(self) -> dict:
        """What not every entry has: left out of its reading where there is none, so that readings from before stay the same."""
        return {
            "extent": self.extent,
            "commenced_on": str(self.commenced_on or ""),
            "instrument": self.instrument,
            "rights": self.rights,
            "basis": self.basis if self.basis != Basis.NOTES else "",
            "read_at": self.read_at,
        }

    @property
    def is_own(self) -> bool:
        return self.basis == Basis.OWN

    @property
    def since(self) -> str:
        """“since Monday 30 January 2023, by S.I. 2023/33, reg. 2”, as far as it is known."""
        when = f"since {day(self.commenced_on)}" if self.commenced_on else ""
        return ", ".join(filter(None, [when, self.instrument and f"by {self.instrument}"]))

    @property
    def mark(self) -> str:
        """Another one as soon as the ledger says something else: who puts a slip right, or has read the source, saw this text."""
        return f"{self.reading}:{self.said[:16]}"

    def save(self, *args, **kwargs):
        self.said = said_of(self.as_it_stands())
        if (only := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*only, "said"}
        super().save(*args, **kwargs)

    @property
    def nations(self) -> list[str]:
        return nations.of_jurisdictions(self.jurisdictions)

    @property
    def jurisdiction_names(self):
        if {"england_wales", "scotland", "northern_ireland"} <= set(self.jurisdictions):
            return "United Kingdom"
        return ", ".join(nations.JURISDICTIONS[j] for j in self.jurisdictions)

    def __str__(self):
        return f"{self.act}, {self.section}"


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
    html = models.TextField(help_text="The whole text as it reads on paper.")
    parts = models.JSONField(
        default=list, help_text="The same in order, where readers answer, write or choose."
    )
    words = models.PositiveIntegerField(default=0)
    core_revision = models.PositiveBigIntegerField(
        null=True, help_text="Wagtail revision of the unit's core in it."
    )
    reviews = models.JSONField(
        default=list, help_text="Who looked at it before it was published, and when."
    )
    provisions = models.JSONField(default=list, help_text="Each cited provision as it stood.")
    review_by = models.DateField(null=True)
    revision = models.PositiveBigIntegerField(
        null=True, help_text="Wagtail revision it was made from."
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
        return f"{self.title}, version {self.number}"


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


class Timetable(Stamped):
    """When one group of people may begin each unit, and by when it asks to be finished."""

    PERSONAL_DATA = {}

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="timetables")
    code = models.CharField(max_length=40, unique=True)

    def __str__(self):
        return self.code


class Release(Stamped):
    """One unit's line in a timetable."""

    PERSONAL_DATA = {}

    timetable = models.ForeignKey(Timetable, on_delete=models.PROTECT, related_name="releases")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="releases")
    opens_on = models.DateField(null=True, blank=True)
    finish_by = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["timetable", "unit"], name="one_release_per_unit"),
            models.CheckConstraint(
                condition=models.Q(opens_on=None)
                | models.Q(finish_by=None)
                | models.Q(finish_by__gte=models.F("opens_on")),
                name="a_unit_opens_before_it_ends",
            ),
        ]


class ProgrammeCheck(models.Model):
    """A second person has seen whom a draft concerns when it is published: whose programme changes, and how. Never edited."""

    PERSONAL_DATA = {
        "submitted_by": "who submitted the draft",
        "by": "who looked at whom it concerns",
    }

    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="checks")
    review = models.PositiveBigIntegerField(
        help_text="Wagtail review in which it was seen: the words stand still in it."
    )
    seen = models.CharField(max_length=32, help_text="A mark of what the page said.")
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


class StudyPlan(models.Model):
    """What one person may study: a programme for some nations. Opened by whoever enrols."""

    PERSONAL_DATA = {"person": "the trainee", "nations": "nations to be endorsed"}

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="study_plans"
    )
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="plans")
    nations = models.JSONField(default=list, validators=[nations.validate_nations])
    timetable = models.ForeignKey(
        Timetable, on_delete=models.PROTECT, null=True, blank=True, related_name="plans"
    )
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "programme"],
                condition=models.Q(closed_on__isnull=True),
                name="one_open_plan_per_programme",
            ),
        ]

    def __str__(self):
        return f"{self.programme.code} for {nations.sentence(self.nations)}"


class Study(models.Model):
    """Who studied which version, and when; a fact, never edited."""

    PERSONAL_DATA = {"person": "the trainee", "studied_at": "evidence for the nation endorsement"}

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="studies", db_index=False
    )  # the constraint's
    version = models.ForeignKey(UnitVersion, on_delete=models.PROTECT, related_name="studies")
    studied_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "studies"
        constraints = [
            models.UniqueConstraint(fields=["person", "version"], name="one_study_per_version")
        ]
        # Somebody's studies lie scattered over the years; a check reads them from here alone (PostgreSQL).
        indexes = [
            models.Index(
                fields=["person"], include=["version", "studied_at"], name="studies_of_person"
            )
        ]


class Suggestions(models.QuerySet):
    def visible_to(self, user):
        """One's own; tutors and authors see all."""
        from lms.people.models import Role
        from lms.people.roles import has_role

        if has_role(user, Role.TUTOR, Role.AUTHOR):
            return self
        return self.filter(person_id=user.pk)


class Suggestion(models.Model):
    """What a survivor consultant would change in a unit, and what came of it."""

    PERSONAL_DATA = {
        "person": "who suggested it",
        "text": "their words",
        "answer": "what was answered",
        "answered_by": "who answered",
        "you_said": "in words they agreed to, without a name",
    }
    MOVES = SUGGESTION_MOVES

    version = models.ForeignKey(UnitVersion, on_delete=models.PROTECT, related_name="suggestions")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="suggestions"
    )
    text = models.TextField(max_length=4000)
    offered_at = models.DateTimeField(default=clock.now)
    state = state_field(SuggestionState, SuggestionState.OFFERED)
    answer = models.TextField(blank=True, max_length=4000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    # What the public page says, in words of its own: no name, nothing that tells who asked.
    you_said = models.TextField(blank=True, max_length=1000)
    we_did = models.TextField(blank=True, max_length=1000)
    told_on = models.DateField(null=True, help_text="Since when it is on the public page.")
    objects = Suggestions.as_manager()

    class Meta:
        ordering = ["-offered_at"]
