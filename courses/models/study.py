"""What a reader leaves behind: that they studied a version, marks of progress, and words of their own, which are theirs alone."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from lms.kit import clock

from ..states import Mark, NoteKind
from .curriculum import UnitVersion, Variant
from .curriculum_stamp import Stamped
from .teaching import SessionMode, SessionSeries

LINK_BEFORE = timedelta(days=1)


class OnesOwn(models.QuerySet):
    def visible_to(self, user):
        return self.filter(person_id=user.pk)


class Study(models.Model):
    """Who studied which version, and when; a fact, never edited."""

    PERSONAL_DATA = {"person": "the trainee", "studied_at": "evidence for the nation endorsement"}

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="studies", db_index=False
    )  # the constraint's
    version = models.ForeignKey(UnitVersion, on_delete=models.PROTECT, related_name="studies")
    studied_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = gettext_lazy("studies")
        constraints = [
            models.UniqueConstraint(fields=["person", "version"], name="one_study_per_version")
        ]
        # Somebody's studies lie scattered over the years; a check reads them from here alone (PostgreSQL).
        indexes = [
            models.Index(
                fields=["person"], include=["version", "studied_at"], name="studies_of_person"
            )
        ]


class Progress(models.Model):
    """One mark on the way through a unit. `data`: for a check given, right, asked and tries; for a
    poll the choice; for a place the part; for a session its key and mode. Never how long it took."""

    PERSONAL_DATA = {
        "person": "the trainee",
        "data": "their answers; tutors of their cohort see how often a check was tried in vain, never an answer",
        "at": "when, for the trainee's own record; in days for tutors of their cohort",
    }

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="progress"
    )
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="progress")
    kind = models.CharField(max_length=12, choices=Mark.choices)
    key = models.CharField(max_length=80, blank=True)
    data = models.JSONField(default=dict)
    is_done = models.BooleanField(default=True)
    at = models.DateTimeField(default=clock.now)
    objects = OnesOwn.as_manager()

    class Meta:
        verbose_name_plural = gettext_lazy("progress")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "variant", "kind", "key"], name="one_mark_per_place"
            )
        ]
        indexes = [
            models.Index(
                fields=["key"], condition=models.Q(kind=Mark.ATTENDED), name="who_was_at_a_session"
            )
        ]


class NoteQuerySet(OnesOwn):
    def shared_with(self, tutor):
        return self.filter(shared_with_id=tutor.pk)


class ReaderNote(models.Model):
    """A note (with the words it hangs on) or a reflection. Private unless shared; the writer may erase it."""

    PERSONAL_DATA = {
        "person": "the writer",
        "text": "their words; until they erase them",
        "quote": "what they marked",
        "shared_with": "the tutor they chose",
        "reply": "the tutor's words to them",
    }

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reader_notes"
    )
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="reader_notes")
    kind = models.CharField(max_length=12, choices=NoteKind.choices)
    # A reflection's key is its prompt; a note's is the part of the text it stands at, so there may be many.
    key = models.CharField(max_length=80, blank=True)
    token = models.UUIDField(
        null=True,
        help_text=gettext_lazy("Given by the reader's device, so that a note arrives once."),
    )
    quote = models.TextField(blank=True, max_length=1000)
    prompt = models.TextField(blank=True)
    text = models.TextField(blank=True, max_length=20000)
    edition = models.PositiveIntegerField(
        default=1,
        help_text=gettext_lazy("Counts changes, so that two devices cannot undo each other."),
    )
    made_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    shared_with = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    shared_at = models.DateTimeField(null=True)
    reply = models.TextField(blank=True, max_length=4000)
    replied_at = models.DateTimeField(null=True)
    objects = NoteQuerySet.as_manager()

    @property
    def url(self) -> str:
        """What of the unit it is about."""
        return self.variant.part_url(self.key)

    class Meta:
        db_table = "courses_writing"
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "variant", "key"],
                condition=models.Q(kind=NoteKind.REFLECTION),
                name="one_reflection_per_prompt",
            ),
            models.UniqueConstraint(fields=["person", "token"], name="one_writing_per_token"),
        ]


class OfflineSync(models.Model):
    """Something a device sent after it had no connection: its token makes it arrive once."""

    PERSONAL_DATA = {"person": "whose device", "outcome": "what came of it; 90 days"}

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="offline_syncs"
    )
    token = models.UUIDField()
    kind = models.CharField(max_length=20)
    outcome = models.JSONField(default=dict)
    came_at = models.DateTimeField(default=clock.now)
    is_held = models.BooleanField(default=False)  # not saved before the writer has chosen
    version = models.ForeignKey(
        "courses.UnitVersion", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        db_table = "courses_arrival"
        indexes = [
            models.Index(fields=["person"], condition=models.Q(is_held=True), name="held_of_person")
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "token"], name="one_arrival_per_token")
        ]


class Session(Stamped):
    """A taught session of a unit, in a room or online."""

    PERSONAL_DATA = {"made_by": "who arranged it"}

    timetable = models.ForeignKey(
        "courses.Timetable", on_delete=models.PROTECT, related_name="sessions"
    )
    unit = models.ForeignKey("courses.Unit", on_delete=models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField()
    where = models.CharField(max_length=200, help_text=gettext_lazy("The room, or how to join."))
    mode = models.CharField(max_length=8, choices=SessionMode.choices, blank=True, default="")
    minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=gettext_lazy("How long it lasts, where that is known.")
    )
    link = models.URLField(
        max_length=500,
        blank=True,
        default="",
        help_text=gettext_lazy("Where to join online: shown to the cohort from a day before."),
    )
    series = models.ForeignKey(
        SessionSeries, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    sequence = models.PositiveIntegerField(
        default=0, help_text=gettext_lazy("Counts changes, for calendars (RFC 5545, 3.8.7.4).")
    )
    changed_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["timetable", "unit", "starts_at"], name="one_session_at_a_time"
            )
        ]

    @property
    def ends_at(self):
        """When it ends; of one without a length, by IMSA_SESSION_MINUTES."""
        return self.starts_at + timedelta(minutes=self.minutes or settings.IMSA_SESSION_MINUTES)

    @property
    def is_over(self) -> bool:
        return self.ends_at <= clock.now()

    @property
    def open_link(self) -> str:
        """The joining link, from a day before until it is over."""
        if not self.link or not self.starts_at - LINK_BEFORE <= clock.now() <= self.ends_at:
            return ""
        return self.link
