"""Files that trainees send to the office, and who opened them; apart from the work, and never a marker's."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from lms.kit import clock

from .appeals import Appeal
from .claims import Claim
from .prior_learning import PriorLearningClaim

PERSON = settings.AUTH_USER_MODEL


class Evidence(models.Model):
    """A file that a trainee sent with a claim, an appeal or a claim on prior learning. It is deleted IMSA_EVIDENCE_DAYS after that is closed; that it was there stays."""

    PERSONAL_DATA = {
        "claim": "whose evidence; may be health",
        "appeal": "whose evidence; may be health",
        "prior": "whose certificates or other evidence of learning",
        "path": "the file; deleted IMSA_EVIDENCE_DAYS after what it came with is closed",
        "name": "the trainee's file name; emptied with the file",
    }

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, null=True, related_name="evidence")
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, null=True, related_name="evidence")
    prior = models.ForeignKey(
        PriorLearningClaim, on_delete=models.PROTECT, null=True, related_name="evidence"
    )
    path = models.CharField(
        max_length=200,
        blank=True,
        help_text=gettext_lazy("Private path of the file as it was sent."),
    )
    name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    added_at = models.DateTimeField(default=clock.now)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "sha256"], name="evidence_once_per_claim"),
            models.UniqueConstraint(fields=["appeal", "sha256"], name="evidence_once_per_appeal"),
            models.UniqueConstraint(
                fields=["prior", "sha256"], name="evidence_once_per_prior_claim"
            ),
            models.CheckConstraint(
                condition=Q(claim=None, prior=None, appeal__isnull=False)
                | Q(appeal=None, prior=None, claim__isnull=False)
                | Q(appeal=None, claim=None, prior__isnull=False),
                name="evidence_of_one_case",
            ),
        ]

    @property
    def case(self) -> Claim | Appeal | PriorLearningClaim:
        """What it was sent with."""
        case = self.claim or self.appeal or self.prior
        assert case is not None
        return case


class EvidenceOpening(models.Model):
    """A registrar, or the academic who was asked, opened a file of evidence: added at each opening, never edited."""

    PERSONAL_DATA = {"evidence": "whose evidence", "by": "who opened it"}

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="openings")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]
