"""What we attest: certificates, the credentials that go with them, and the keys that signed both; what was issued never changes."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.deciding.models import Award
from cohorts.employment.models import EmploymentLine
from cohorts.enrolment.models import Cohort, Enrolment
from lms.kit import clock
from lms.kit.languages import ENGLISH, LANGUAGES
from lms.kit.transitions import state_field
from lms.people.models import Role
from lms.people.roles import has_role

from ..states import LINE_TRANSITIONS, RUN_TRANSITIONS, LineState, RunState

PERSON = settings.AUTH_USER_MODEL


class AppendOnlyModel(models.Model):
    """A row that is added and never changed; the database refuses it too."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError(f"A {self._meta.verbose_name} never changes.")
        super().save(*args, **kwargs)


class PublicKey(AppendOnlyModel):
    """The public half of a key that signed something; kept for ever, so that what it signed stays ours."""

    PERSONAL_DATA = {}
    CERTIFICATE, CREDENTIAL = "certificate", "credential"

    kid = models.CharField(gettext_lazy("key"), max_length=64, unique=True)
    use = models.CharField(
        max_length=12,
        choices=[
            (CERTIFICATE, gettext_lazy("Signs certificates")),
            (CREDENTIAL, gettext_lazy("Signs credentials and receipts")),
        ],
    )
    algorithm = models.CharField(max_length=10)
    jwk = models.JSONField(null=True, help_text=gettext_lazy("As /.well-known/jwks.json shows it."))
    chain = models.TextField(
        blank=True, help_text=gettext_lazy("PEM: the certificate of the key, then its authorities.")
    )
    first_used_at = models.DateTimeField(default=clock.now)

    def __str__(self):
        return self.kid


class DesignVersion(AppendOnlyModel):
    """A design of the certificate as it was published: the wording in each language, and who signs. Pictures are kept inside."""

    PERSONAL_DATA = {
        "signatories": "name, office and signature of those who sign; for as long as their certificates",
        "published_by": "who published it",
    }

    number = models.PositiveIntegerField(unique=True)
    wording = models.JSONField(help_text=gettext_lazy("Language to the words of each place."))
    signatories = models.JSONField(default=list)
    shows_nations = models.BooleanField(default=True)
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.CharField(max_length=80)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-number"]

    def __str__(self):
        return _("Version %(number)s") % {"number": self.number}


class Certificates(models.QuerySet):
    def visible_to(self, user):
        """The holder's own; registrars and Hub officers see all."""
        if has_role(user, Role.REGISTRAR, Role.HUB_OFFICER):
            return self
        return self.filter(enrolment__person_id=user.pk)

    def current(self):
        """Those that no other replaced."""
        return self.filter(superseded_by=None)


class Certificate(AppendOnlyModel):
    """A certificate as printed. The register line it was checked against is part of it."""

    PERSONAL_DATA = {
        "facts": "name, nations and dates as printed; kept for life",
        "enrolment": "the holder",
        "issued_by": "who issued it",
        "register_answer": "the post it rests on",
        "supersedes": "the one before, under another name perhaps",
        "nations": "as printed",
    }

    class Why(models.TextChoices):
        FIRST = "first", gettext_lazy("First certificate")
        NATIONS = "nations", gettext_lazy("A nation was added")
        NAME = "name", gettext_lazy("The name changed")
        RENEWED = "renewed", gettext_lazy("The accreditation was renewed")
        AGAIN = "again", gettext_lazy("Issued again")

    number = models.CharField(max_length=20, unique=True)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="certificates")
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="certificates")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    why = models.CharField(max_length=12, choices=Why.choices, default=Why.FIRST)
    register_line = models.ForeignKey(
        EmploymentLine, on_delete=models.PROTECT, related_name="certificates"
    )
    register_answer = models.JSONField(
        help_text=gettext_lazy("What the register said, when it was asked, and by whom.")
    )
    facts = models.JSONField(help_text=gettext_lazy("Everything printed, frozen."))
    nations = models.JSONField()
    language = models.CharField(max_length=2, choices=list(LANGUAGES.items()), default=ENGLISH)
    design = models.ForeignKey(DesignVersion, on_delete=models.PROTECT, related_name="certificates")
    issued_on = models.DateField()
    valid_until = models.DateField(
        help_text=gettext_lazy("The last day of the accreditation as printed.")
    )
    issued_at = models.DateTimeField(default=clock.now)
    issued_by = models.CharField(max_length=80)
    file = models.CharField(
        max_length=200, help_text=gettext_lazy("Private path of the signed PDF.")
    )
    sha256 = models.CharField(max_length=64, db_index=True)
    key_id = models.CharField(max_length=64)
    objects = Certificates.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        indexes = [models.Index(fields=["issued_at", "id"], name="certificates_by_moment")]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=models.Q(supersedes=None),
                name="one_first_certificate",
            ),
        ]

    def __str__(self):
        return self.number


class StatusList(models.Model):
    """A signed list of one bit a credential (W3C Bitstring Status List): set, it is revoked or suspended today."""

    PERSONAL_DATA = {}
    REVOCATION, SUSPENSION = "revocation", "suspension"
    LENGTH = 131_072

    purpose = models.CharField(
        max_length=12,
        choices=[
            (REVOCATION, gettext_lazy("Revocation")),
            (SUSPENSION, gettext_lazy("Suspension")),
        ],
    )
    taken = models.PositiveIntegerField(
        default=0, help_text=gettext_lazy("How many places are given.")
    )
    token = models.TextField(blank=True, help_text=gettext_lazy("The list as it was last signed."))
    made_at = models.DateTimeField(
        null=True, help_text=gettext_lazy("The moment its bits are true of.")
    )

    class Meta:
        ordering = ["pk"]


class Credentials(models.QuerySet):
    def with_revoked(self):
        """Each says whether it `is_revoked`, without a question of its own."""
        return self.annotate(
            is_revoked=models.Exists(Revocation.objects.filter(credential=models.OuterRef("pk")))
        )


class Credential(AppendOnlyModel):
    """An Open Badge 3.0 as it was signed. It names nobody: a random subject, and the live answer tells the rest."""

    PERSONAL_DATA = {
        "certificate": "whose it is",
        "subject": "a number drawn by lot for this credential",
    }
    AWARD, ACCREDITATION = "award", "accreditation"
    PURPOSE = {AWARD: StatusList.REVOCATION, ACCREDITATION: StatusList.SUSPENSION}

    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    kind = models.CharField(
        max_length=14,
        choices=[
            (AWARD, gettext_lazy("The University’s award")),
            (ACCREDITATION, gettext_lazy("IMSA accreditation")),
        ],
    )
    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, related_name="credentials"
    )
    subject = models.UUIDField(default=uuid.uuid4)
    status_list = models.ForeignKey(
        StatusList, on_delete=models.PROTECT, related_name="credentials"
    )
    status_index = models.PositiveIntegerField()
    valid_until = models.DateField(null=True)
    token = models.TextField(help_text=gettext_lazy("The signed JWT."))
    issued_at = models.DateTimeField(default=clock.now)
    key_id = models.CharField(max_length=64)
    objects = Credentials.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["status_list", "status_index"], name="one_credential_per_place"
            ),
        ]


class Revocation(AppendOnlyModel):
    """An award credential that no longer holds: the University rescinded the award, or the credential was a mistake."""

    PERSONAL_DATA = {
        "credential": "whose award",
        "why": "rescinded or a mistake; the registry and the Hub only",
        "reason": "why; the registry and the Hub only",
        "decided_by": "who decided",
    }

    class Why(models.TextChoices):
        RESCINDED = "rescinded", gettext_lazy("The University rescinded the award")
        MISTAKE = "mistake", gettext_lazy("The credential was a mistake, and the award stands")

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="revocations")
    why = models.CharField(max_length=9, choices=Why, default=Why.RESCINDED)
    reason = models.TextField(max_length=4000)
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        # A rescission can follow a mistake, and an earlier rescission that was put right; the person's lock keeps it single.
        constraints = [
            models.UniqueConstraint(
                fields=["credential"],
                condition=models.Q(why="mistake"),
                name="one_revocation_by_mistake",
            )
        ]


class Reinstatement(AppendOnlyModel):
    """The University's award counts again from a day on: the rescission was wrong. The rescission stays on the record."""

    PERSONAL_DATA = {
        "revocation": "whose award",
        "reason": "why; the registry and the Hub only",
        "proposed_by": "who proposed",
        "decided_by": "who confirmed",
    }

    revocation = models.OneToOneField(
        Revocation, on_delete=models.PROTECT, related_name="reinstatement"
    )
    reason = models.TextField(max_length=4000)
    proposed_by = models.CharField(max_length=80)
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]


class FollowUp(AppendOnlyModel):
    """What a Hub officer did about the people somebody supported when their award was rescinded. With it the rescission is dealt with."""

    PERSONAL_DATA = {
        "revocation": "whose award",
        "note": "what was done; the Hub only; kept with the rescission",
        "noted_by": "who wrote it",
    }

    revocation = models.OneToOneField(
        Revocation, on_delete=models.PROTECT, related_name="follow_up"
    )
    note = models.TextField(max_length=4000)
    noted_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = gettext_lazy("follow-up of a rescission")


class IssueRun(models.Model):
    """Certificates to be issued together: goes on where it stopped, whoever was killed."""

    PERSONAL_DATA = {"made_by": "who began it"}
    TRANSITIONS = RUN_TRANSITIONS

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=5, choices=sorted(LANGUAGES.items()), default=ENGLISH)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    state = state_field(RunState, RunState.RUNNING)

    class Meta:
        db_table = "certificates_run"
        ordering = ["-made_at", "-pk"]
        verbose_name = gettext_lazy("run of certificates")


class IssueRunLine(models.Model):
    """One person of a run, and what came of it."""

    PERSONAL_DATA = {"enrolment": "for whom", "why_not": "what stands against a certificate"}
    TRANSITIONS = LINE_TRANSITIONS

    run = models.ForeignKey(IssueRun, on_delete=models.PROTECT, related_name="lines")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, null=True, related_name="+"
    )
    why_not = models.TextField(blank=True)
    state = state_field(LineState, LineState.WAITING)

    class Meta:
        db_table = "certificates_runline"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "enrolment"], name="one_line_per_person_and_run")
        ]
        verbose_name = gettext_lazy("line of a run")
