"""Around taught sessions: series, cancellations, days without teaching, who tries codes, and calendar addresses."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from lms.kit import clock, nations

from .curriculum import Unit
from .plans import Timetable

PERSON = settings.AUTH_USER_MODEL


class SessionMode(models.TextChoices):
    CAMPUS = "campus", gettext_lazy("On campus")
    ONLINE = "online", gettext_lazy("Online")
    BOTH = "both", gettext_lazy("On campus and online")


class CancelReason(models.TextChoices):
    """Why a session does not take place: told to those for whom it was, and kept in the record, so never free words."""

    TUTOR = "tutor", gettext_lazy("The tutor is not available")
    CLOSURE = "closure", gettext_lazy("The site is closed")
    FEW = "few", gettext_lazy("Too few people can come")
    REPLACED = "replaced", gettext_lazy("Another session takes its place")
    WEATHER = "weather", gettext_lazy("Weather or travel")
    OTHER = "other", gettext_lazy("Another reason")


class SessionSeries(models.Model):
    """Sessions that were arranged together, such as every Tuesday evening."""

    PERSONAL_DATA = {"made_by": "who arranged it"}

    timetable = models.ForeignKey(Timetable, on_delete=models.PROTECT, related_name="series")
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = gettext_lazy("session series")


class SessionCancellation(models.Model):
    """A session that does not take place: what calendars that have it must be told. Never edited."""

    PERSONAL_DATA = {"by": "who cancelled it"}

    number = models.PositiveBigIntegerField(
        unique=True, help_text=gettext_lazy("The key that the session had; no other gets it.")
    )
    timetable = models.ForeignKey(Timetable, on_delete=models.PROTECT, related_name="cancellations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="cancellations")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(null=True)
    sequence = models.PositiveIntegerField()
    reason = models.CharField(max_length=10, choices=CancelReason.choices)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["timetable", "starts_at"], name="cancelled_in_a_timetable")]


class Closure(models.Model):
    """Days without teaching that are no working days: of the University, or of some nations. Cancelled before it begins or ended early, never deleted."""

    PERSONAL_DATA = {"made_by": "who recorded it", "cancelled_by": "who cancelled it"}

    title = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    nations = models.JSONField(
        default=list,
        blank=True,
        help_text=gettext_lazy("In which nations; none for everyone."),
    )
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    cancelled_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="a_closure_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["title", "starts_on", "ends_on"],
                condition=models.Q(cancelled_at=None),
                name="one_closure_of_a_title",
            ),
        ]

    def concerns(self, codes) -> bool:
        """Is it a closure for somebody who studies these nations?"""
        return not self.nations or bool(set(self.nations) & set(codes))

    @property
    def has_begun(self) -> bool:
        return self.starts_on <= clock.today()

    @property
    def goes_on(self) -> bool:
        """Is there a day of it after today?"""
        return self.ends_on > clock.today()

    @property
    def nation_names(self) -> list[str]:
        return nations.labels(self.nations)

    def __str__(self):
        return self.title


class AttendanceCodeTries(models.Model):
    """How many wrong attendance codes somebody entered in the stretch that is running."""

    PERSONAL_DATA = {"person": "who entered them", "count": "how many; counted anew each stretch"}

    person = models.OneToOneField(PERSON, on_delete=models.PROTECT, related_name="code_tries")
    counts_from = models.DateTimeField(default=clock.now)
    count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = gettext_lazy("attendance code tries")


class CalendarFeedQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(person_id=user.pk)


class CalendarFeed(models.Model):
    """An address at which a calendar program reads somebody's dates, or a cohort's sessions; kept by its hash, until it is revoked."""

    PERSONAL_DATA = {
        "person": "whose calendar",
        "fetched_at": "when a calendar program last read it",
    }

    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="calendar_feeds")
    timetable = models.ForeignKey(
        Timetable, on_delete=models.PROTECT, null=True, related_name="calendar_feeds"
    )  # None: the person's own dates
    sha256 = models.CharField(max_length=64, unique=True)
    shows_titles = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    content_hash = models.CharField(max_length=64, blank=True)
    content_at = models.DateTimeField(null=True)
    counts_from = models.DateTimeField(null=True)
    count = models.PositiveSmallIntegerField(default=0)
    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(revoked_at=None, timetable=None),
                name="one_open_feed_of_ones_own",
            ),
            models.UniqueConstraint(
                fields=["person", "timetable"],
                condition=models.Q(revoked_at=None, timetable__isnull=False),
                name="one_open_feed_of_a_cohort",
            ),
        ]
