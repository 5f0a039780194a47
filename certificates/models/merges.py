"""Two accounts of one person made one: who proposed it and who confirmed it, what its owner said, and what was moved."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock
from lms.kit.transitions import state_field

from ..states import MERGE_TRANSITIONS, MergeState

PERSON = settings.AUTH_USER_MODEL
OPEN = models.Q(state=MergeState.PROPOSED)
IN_FORCE = models.Q(state__in=[MergeState.MERGED, MergeState.SEPARATING])


class AccountMerge(models.Model):
    """One officer proposes that an account is another person's second one and closes; a second officer confirms it.

    `moves` is what was moved, by “app.Model.field”: the keys of the rows. By it the two are separated again.
    """

    PERSONAL_DATA = {
        "account": "the account that closes",
        "person": "the account of the same person that stays",
        "reason": "why the two are one person's, in the officer's words; officers only; no end is set yet",
        "identity_check": "how an officer checked who they are, where the links were not used; officers only; no end is set yet",
        "proposed_by": "who proposed",
        "closed_by": "who confirmed or dropped",
        "why_dropped": "officers only",
        "preview": "a hash of the preview that was shown",
        "moves": "keys of the rows that were moved",
        "separation_reason": "why it was wrong; officers only; no end is set yet",
        "separation_proposed_by": "who proposed to separate them again",
        "separation_closed_by": "who confirmed it",
    }
    TRANSITIONS = MERGE_TRANSITIONS

    account = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=4000)
    identity_check = models.TextField(max_length=4000, blank=True)
    account_secret_hash = models.CharField(max_length=64, unique=True)
    person_secret_hash = models.CharField(max_length=64, unique=True)
    account_proof_at = models.DateTimeField(
        null=True, help_text=gettext_lazy("When its owner said yes by the link in that mailbox.")
    )
    person_proof_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    preview = models.CharField(max_length=64)
    proposed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    closed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    why_dropped = models.TextField(blank=True, max_length=4000)
    moves = models.JSONField(default=dict)
    separation_reason = models.TextField(blank=True, max_length=4000)
    separation_proposed_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, related_name="+"
    )
    separation_proposed_at = models.DateTimeField(null=True)
    separation_closed_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, related_name="+"
    )
    separation_closed_at = models.DateTimeField(null=True)
    state = state_field(MergeState, MergeState.PROPOSED)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = gettext_lazy("merge of accounts")
        verbose_name_plural = gettext_lazy("merges of accounts")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(account=models.F("person")), name="merge_of_two_accounts"
            ),
            models.CheckConstraint(
                condition=~IN_FORCE
                | (
                    models.Q(closed_by__isnull=False) & ~models.Q(closed_by=models.F("proposed_by"))
                ),
                name="merge_takes_two_officers",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=MergeState.SEPARATED)
                | (
                    models.Q(separation_closed_by__isnull=False)
                    & ~models.Q(separation_closed_by=models.F("separation_proposed_by"))
                ),
                name="separation_takes_two_officers",
            ),
            models.CheckConstraint(
                condition=~IN_FORCE
                | ~models.Q(identity_check="")
                | models.Q(account_proof_at__isnull=False, person_proof_at__isnull=False),
                name="merge_of_proved_owner",
            ),
            models.UniqueConstraint(
                fields=["account"], condition=OPEN, name="one_open_merge_of_an_account"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=OPEN, name="one_open_merge_into_an_account"
            ),
            models.UniqueConstraint(
                fields=["account"], condition=IN_FORCE, name="one_merge_in_force_of_an_account"
            ),
        ]

    def __str__(self):
        return _("A merge proposed on %(day)s") % {"day": f"{self.proposed_at:%Y-%m-%d}"}

    @property
    def is_proved(self) -> bool:
        return bool(self.identity_check or (self.account_proof_at and self.person_proof_at))
