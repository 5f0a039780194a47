"""Who people are here and what they were granted; it refuses to hold lived experience."""

import unicodedata

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock

from .fields import SearchKey, SortKey


def same_form(password: str) -> str:
    """One form for what two keyboards write differently (NIST SP 800-63B-4, 3.1.1.2: normalise with NFKC before hashing)."""
    return unicodedata.normalize("NFKC", password)


class Role(models.TextChoices):
    LEARNER = "learner", gettext_lazy("Trainee")
    TUTOR = "tutor", gettext_lazy("Tutor")
    EXTERNAL_EXAMINER = "external_examiner", gettext_lazy("External examiner")
    REGISTRAR = "registrar", gettext_lazy("Registrar")
    HUB_OFFICER = "hub_officer", gettext_lazy("Hub officer")
    EMPLOYER = "employer", gettext_lazy("Employer contact")
    SURVIVOR_CONSULTANT = "survivor_consultant", gettext_lazy("Survivor consultant")
    AUTHOR = "author", gettext_lazy("Course author")


NAMES = {"first_name", "last_name"}


class People(models.QuerySet):
    def update(self, **fields):
        """Names change by `rename`, which keeps the former ones; the keys below follow a row that is saved, not an UPDATE."""
        if NAMES & set(fields):
            raise TypeError("A name is changed by lms.people.actions.rename, one person at a time.")
        return super().update(**fields)


class Users(BaseUserManager.from_queryset(People)):  # type: ignore[misc]
    """What Django needs to make a person with an email address and no username."""

    def create_user(self, email, password=None, **fields):
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractUser):
    """A person. `first_name` and `last_name` are given and family names as the certificate
    prints them; either may be empty for somebody with one name, but not both."""

    PERSONAL_DATA = {
        "email": "signing in and notices; for as long as the account is open",
        "first_name": "certificate and register answer",
        "last_name": "certificate and register check",
        "sort_key": "where the name stands in a list; follows the name",
        "search_key": "finding people by name; follows the name",
        "known_as": "how the person is greeted",
        "display_name": "how others in the course see them, where they chose one (DisplayName); as long as the account",
        "imsa_number": "the register's number; lifetime of the award record",
        "last_login": "account safety; after IMSA_SIGN_IN_YEARS only the year",
        "reading": "how large and how spaced they read; never why",
    }

    username = None  # type: ignore[assignment]
    email = models.EmailField(gettext_lazy("email address"), unique=True)
    first_name = models.CharField(gettext_lazy("given names"), max_length=150, blank=True)
    last_name = models.CharField(gettext_lazy("family name"), max_length=150, blank=True)
    sort_key = SortKey()
    search_key = SearchKey()
    known_as = models.CharField(
        max_length=150, blank=True, help_text=gettext_lazy("What the site calls this person.")
    )
    display_name = models.CharField(max_length=60, blank=True, default="", editable=False)
    imsa_number = models.CharField(
        gettext_lazy("IMSA number"),
        max_length=20,
        unique=True,
        null=True,
        blank=True,
        editable=False,
    )
    reading = models.JSONField(
        default=dict,
        blank=True,
        help_text=gettext_lazy("Text size, spacing and typeface of their choice."),
    )
    is_invented = models.BooleanField(
        default=False, editable=False, help_text=gettext_lazy("Made by the demonstration.")
    )

    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is not None and NAMES & set(update_fields):
            update_fields = {*update_fields, "sort_key", "search_key"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def set_password(self, raw_password):
        super().set_password(raw_password and same_form(raw_password))

    def check_password(self, raw_password):
        """A password that was set before it was brought into one form is tried as it was typed too."""
        if raw_password is None:
            return False
        same = same_form(raw_password)
        return super().check_password(same) or (
            same != raw_password and super().check_password(raw_password)
        )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = Users()  # type: ignore[misc]

    class Meta:
        verbose_name = gettext_lazy("person")
        verbose_name_plural = gettext_lazy("people")
        indexes = [models.Index(fields=["sort_key", "id"], name="people_in_order")]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_person_per_email",
                violation_error_message=gettext_lazy("This address is already in use."),
            ),
        ]

    @property
    def record_label(self):
        return f"person:{self.pk}"

    def get_full_name(self):
        return " ".join(filter(None, [self.first_name, self.last_name])) or self.email

    @property
    def full_name(self):
        return self.get_full_name()

    @property
    def public_name(self):
        """As `lms.people.names.public_name`, for templates."""
        return self.display_name or self.full_name

    @property
    def short_name(self):
        return self.known_as or self.first_name or self.full_name

    def __str__(self):
        return self.full_name


class FormerName(models.Model):
    """A name somebody had on file until a day; added when it changes, and never changed itself."""

    PERSONAL_DATA = {
        "person": "whose name it was",
        "first_name": "asking by an older paper; lifetime of the award record",
        "last_name": "asking by an older paper; lifetime of the award record",
    }

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="former_names")
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    until_day = models.DateField(help_text=gettext_lazy("The day on which another name followed."))

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return _("A name until %(until_day)s") % {"until_day": self.until_day}


class RoleGrant(models.Model):
    """A role for a stretch of days; ended, never deleted."""

    PERSONAL_DATA = {"person": "what the person may do here", "granted_by": "who gave it"}

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=24, choices=Role.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(
        null=True, blank=True, help_text=gettext_lazy("The last day of the role.")
    )
    granted_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="grant_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=models.Q(ends_on__isnull=True),
                name="one_open_grant_per_role",
            ),
        ]

    def __str__(self):
        return _("%(role)s from %(starts_on)s") % {
            "role": self.get_role_display(),
            "starts_on": self.starts_on,
        }


class Notices(models.QuerySet):
    def visible_to(self, user):
        """The person to whom it was written, and nobody else."""
        return self.filter(person=user.pk)


class Notice(models.Model):
    """A message to a person: shown under “Messages”, and mailed after the action that caused it."""

    PERSONAL_DATA = {
        "person": "addressee",
        "subject": "what happened",
        "body": "what happened; emptied after IMSA_MESSAGE_YEARS",
    }

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices"
    )
    subject = models.CharField(max_length=200)
    body = models.TextField()
    url = models.CharField(max_length=200, blank=True)
    written_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(
        null=True,
        help_text=gettext_lazy(
            "When a mail server took its mail; of invented people, when it was written."
        ),
    )
    read_at = models.DateTimeField(null=True)

    objects = Notices.as_manager()

    class Meta:
        ordering = ["-written_at", "-pk"]
        indexes = [
            # The header of every page counts these.
            models.Index(
                fields=["person"], condition=models.Q(read_at=None), name="notices_not_read"
            ),
            models.Index(fields=["person", "-written_at", "-id"], name="notices_of_person"),
            models.Index(
                fields=["written_at"], condition=~models.Q(body=""), name="messages_with_text"
            ),
        ]

    def __str__(self):
        return self.subject


class NoticeBatch(models.Model):
    """What a long action still has to tell people: kept in its transaction, brought afterwards some at a time, and gone when all is told."""

    PERSONAL_DATA = {
        "lines": "who is told what; some seconds, until it stands among their messages",
        "made_by": "who acted",
    }

    lines = models.JSONField(
        default=list,
        help_text=gettext_lazy("In order: {person, subject, body, url}, or {person, invite}."),
    )
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return _("%(count)s messages") % {"count": len(self.lines)}


class Mails(models.QuerySet):
    def visible_to(self, user):
        """Of a person, not delivered and not dealt with: registrars and Hub officers, who are asked to do something about it."""
        from .roles import has_role  # which knows the models

        return (
            self.undelivered() if has_role(user, Role.REGISTRAR, Role.HUB_OFFICER) else self.none()
        )

    def undelivered(self):
        return self.filter(gave_up_at__isnull=False, closed_at=None, person__isnull=False)

    def waiting(self):
        return self.filter(sent_at=None, gave_up_at=None)


class Mail(models.Model):
    """A mail on its way out: queued by an action, sent by the worker (lms/people/sending.py), deleted some weeks later."""

    PERSONAL_DATA = {
        "person": "addressee",
        "notice": "the message it carries",
        "to": "where it goes; IMSA_MAIL_DAYS after it is dealt with",
        "encrypted_body": "what it says; emptied when it is sent or given up for good",
        "failure": "why a mail server did not take it, without the address",
        "claimed_by": "a process, no person",
        "closed_by": "who dealt with a mail that could not be delivered",
    }

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="mails"
    )
    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, null=True, related_name="mail")
    to = models.CharField(max_length=320)
    subject = models.CharField(max_length=200)
    office = models.CharField(
        max_length=10,
        blank=True,
        help_text=gettext_lazy(
            "Of a mail to an address without an account: which office deals with it if it comes back; “unlisted” where no one is known behind the address."
        ),
    )
    encrypted_body = models.TextField(blank=True)
    message_id = models.CharField(
        max_length=200,
        unique=True,
        help_text=gettext_lazy("The same at every try, so that a mail program knows a repeat."),
    )
    queued_at = models.DateTimeField(default=clock.now)
    claimed_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=40, blank=True)
    tries = models.PositiveIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(default=clock.now)
    failure_code = models.CharField(max_length=20, blank=True)
    failure = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    gave_up_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = Mails.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) | models.Q(gave_up_at__isnull=True),
                name="mail_is_not_sent_and_given_up",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | models.Q(gave_up_at__isnull=False),
                name="only_mail_given_up_is_closed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(sent_at__isnull=True, gave_up_at__isnull=True),
                name="mail_waiting",
            ),
            models.Index(
                fields=["-gave_up_at"],
                condition=models.Q(gave_up_at__isnull=False, closed_at__isnull=True),
                name="mail_undelivered",
            ),
            models.Index(fields=["queued_at"], name="mail_by_age"),
        ]

    def __str__(self):
        return self.subject

    @property
    def why(self) -> str:
        """Why it could not be delivered, for somebody who does not read mail servers' codes."""
        if self.failure_code in ("unreadable", "address"):
            return self.failure
        if self.failure_code == "no connection":
            return _("Our mail server could not be reached for several days.")
        if self.failure_code.startswith("4"):
            return _(
                "The receiving mail server put the email off for several days. It said: “%(failure)s”"
            ) % {"failure": self.failure}
        return _("The receiving mail server refused it. It said: “%(failure)s”") % {
            "failure": self.failure
        }


from .models_of_access import (  # noqa: E402, F401 - they point at the people above
    AddressChange,
    Invitation,
    OpenSession,
    Recovery,
)
from .models_of_contact import (  # noqa: E402, F401
    ContactPreference,
    SafeContactNote,
    SafeContactOpening,
    SafeContactReader,
    Way,
)
from .models_of_delivery import (  # noqa: E402, F401
    DeliveryReport,
    ReportKind,
    UnreachableAddress,
)
from .models_of_merging import FormerAccount  # noqa: E402, F401
from .models_of_names import DisplayName  # noqa: E402, F401
