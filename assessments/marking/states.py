"""States of a marking task, and why one ends before it is marked."""

from django.db import models
from django.utils.translation import gettext_lazy


class AllocationState(models.TextChoices):
    OPEN = "open", gettext_lazy("To be marked")
    SEALED = "sealed", gettext_lazy("Submitted")
    WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")


ALLOCATION_TRANSITIONS = {
    (AllocationState.OPEN, "seal"): AllocationState.SEALED,
    (AllocationState.OPEN, "withdraw"): AllocationState.WITHDRAWN,
}


class Why(models.TextChoices):
    """Why a task was taken from its marker. Shown to registrars; a marker chooses among MARKERS_OWN."""

    AWAY = "away", gettext_lazy("The marker is ill or away")
    RECOGNISED = "recognised", gettext_lazy("The marker knows who wrote it")
    CONFLICT = "conflict", gettext_lazy("There is a link between the marker and the author")
    LEFT = "left", gettext_lazy("The marker has left or is no longer a tutor")
    OTHER = "other", gettext_lazy("Another reason")
    NOT_NEEDED = "not_needed", gettext_lazy("The mark was agreed without it")
    AUTHOR_LEFT = "author_left", gettext_lazy("The author has left the programme")


REGISTRARS_OWN = (Why.AWAY, Why.RECOGNISED, Why.CONFLICT, Why.LEFT, Why.OTHER)
MARKERS_OWN = (Why.RECOGNISED, Why.AWAY, Why.OTHER)


class CorrectionState(models.TextChoices):
    REQUESTED = "requested", gettext_lazy("Waiting for a second person")
    AGREED = "agreed", gettext_lazy("Agreed")
    DECLINED = "declined", gettext_lazy("Not agreed")


CORRECTION_TRANSITIONS = {
    (CorrectionState.REQUESTED, "agree_correction"): CorrectionState.AGREED,
    (CorrectionState.REQUESTED, "decline_correction"): CorrectionState.DECLINED,
}


class DiscussionState(models.TextChoices):
    OPEN = "open", gettext_lazy("Being discussed")
    AGREED = "agreed", gettext_lazy("Agreed after discussion")
    ENDED = "ended", gettext_lazy("Ended without an agreed mark")
    CLOSED = "closed", gettext_lazy("No longer needed: the marks were corrected")


DISCUSSION_TRANSITIONS = {
    (DiscussionState.OPEN, "agree_in_discussion"): DiscussionState.AGREED,
    (DiscussionState.OPEN, "end_discussion"): DiscussionState.ENDED,
    (DiscussionState.OPEN, "close_discussion"): DiscussionState.CLOSED,
}


class ProposalState(models.TextChoices):
    WAITING = "waiting", gettext_lazy("Waiting for an answer")
    AGREED = "agreed", gettext_lazy("Agreed")
    DECLINED = "declined", gettext_lazy("Not agreed")
    LAPSED = "lapsed", gettext_lazy("Not answered")


PROPOSAL_TRANSITIONS = {
    (ProposalState.WAITING, "agree_to_proposal"): ProposalState.AGREED,
    (ProposalState.WAITING, "decline_proposal"): ProposalState.DECLINED,
    (ProposalState.WAITING, "lapse_proposal"): ProposalState.LAPSED,
}


class ModerationState(models.TextChoices):
    OPEN = "open", gettext_lazy("Being moderated")
    SOUND = "sound", gettext_lazy("Sound: the single marks stand")
    AGAIN = "again", gettext_lazy("Not sound: every script is marked again")


MODERATION_TRANSITIONS = {
    (ModerationState.OPEN, "confirm_marks"): ModerationState.SOUND,
    (ModerationState.OPEN, "mark_set_again"): ModerationState.AGAIN,
}


class VerdictState(models.TextChoices):
    WAITING = "waiting", gettext_lazy("To be moderated")
    AGREES = "agrees", gettext_lazy("The moderator agrees")
    DISAGREES = "disagrees", gettext_lazy("The moderator does not agree")


VERDICT_TRANSITIONS = {
    (VerdictState.WAITING, "agree_in_moderation"): VerdictState.AGREES,
    (VerdictState.WAITING, "disagree_in_moderation"): VerdictState.DISAGREES,
    (VerdictState.AGREES, "take_back_verdict"): VerdictState.WAITING,
    (VerdictState.DISAGREES, "take_back_verdict"): VerdictState.WAITING,
}
