"""States of what this room keeps moving, and the legal transitions."""

from django.db import models
from django.utils.translation import gettext_lazy


class RunState(models.TextChoices):
    RUNNING = "running", gettext_lazy("Running")
    DONE = "done", gettext_lazy("Done")
    STOPPED = "stopped", gettext_lazy("Stopped")


RUN_TRANSITIONS = {
    (RunState.RUNNING, "finish_run"): RunState.DONE,
    (RunState.RUNNING, "stop_run"): RunState.STOPPED,
}


class LineState(models.TextChoices):
    WAITING = "waiting", gettext_lazy("Waiting")
    ISSUED = "issued", gettext_lazy("Issued")
    NOT_ISSUED = "not_issued", gettext_lazy("Not issued")


LINE_TRANSITIONS = {
    (LineState.WAITING, "issue_line"): LineState.ISSUED,
    (LineState.WAITING, "refuse_line"): LineState.NOT_ISSUED,
}


class ConcernState(models.TextChoices):
    OPEN = "open", gettext_lazy("Open")
    CLOSED = "closed", gettext_lazy("Closed")


CONCERN_TRANSITIONS = {(ConcernState.OPEN, "close_concern"): ConcernState.CLOSED}


class ProposalState(models.TextChoices):
    PROPOSED = "proposed", gettext_lazy("Proposed")
    CONFIRMED = "confirmed", gettext_lazy("Confirmed")
    DROPPED = "dropped", gettext_lazy("Dropped")


PROPOSAL_TRANSITIONS = {
    (ProposalState.PROPOSED, "confirm_proposal"): ProposalState.CONFIRMED,
    (ProposalState.PROPOSED, "drop_proposal"): ProposalState.DROPPED,
}


class MergeState(models.TextChoices):
    PROPOSED = "proposed", gettext_lazy("Proposed")
    MERGED = "merged", gettext_lazy("Merged")
    DROPPED = "dropped", gettext_lazy("Dropped")
    SEPARATING = "separating", gettext_lazy("Merged, separation proposed")
    SEPARATED = "separated", gettext_lazy("Separated again")


MERGE_TRANSITIONS = {
    (MergeState.PROPOSED, "confirm_merge"): MergeState.MERGED,
    (MergeState.PROPOSED, "drop_merge"): MergeState.DROPPED,
    (MergeState.MERGED, "propose_separation"): MergeState.SEPARATING,
    (MergeState.SEPARATING, "drop_separation"): MergeState.MERGED,
    (MergeState.SEPARATING, "confirm_separation"): MergeState.SEPARATED,
}


class RenewalState(models.TextChoices):
    DRAFT = "draft", gettext_lazy("Being prepared")
    ASKED = "asked", gettext_lazy("Asked for")
    AUDIT = "audit", gettext_lazy("The log is being read")
    GRANTED = "granted", gettext_lazy("Renewed")
    REFUSED = "refused", gettext_lazy("Not renewed")


RENEWAL_TRANSITIONS = {
    (RenewalState.DRAFT, "ask_renewal"): RenewalState.ASKED,
    (RenewalState.DRAFT, "ask_renewal_with_audit"): RenewalState.AUDIT,
    (RenewalState.AUDIT, "accept_log"): RenewalState.ASKED,
    (RenewalState.ASKED, "grant_renewal"): RenewalState.GRANTED,
    (RenewalState.ASKED, "refuse_renewal"): RenewalState.REFUSED,
    (RenewalState.AUDIT, "refuse_renewal"): RenewalState.REFUSED,
}


class RequestState(models.TextChoices):
    ASKED = "asked", gettext_lazy("Asked for")
    DONE = "done", gettext_lazy("Done")
    NOT_DONE = "not_done", gettext_lazy("Not done")
    WITHDRAWN = "withdrawn", gettext_lazy("Taken back")


REQUEST_TRANSITIONS = {
    (RequestState.ASKED, "do_request"): RequestState.DONE,
    (RequestState.ASKED, "decline_request"): RequestState.NOT_DONE,
    (RequestState.ASKED, "withdraw_request"): RequestState.WITHDRAWN,
}


class DeliveryState(models.TextChoices):
    WAITING = "waiting", gettext_lazy("Waiting")
    DELIVERED = "delivered", gettext_lazy("Delivered")
    GIVEN_UP = "given_up", gettext_lazy("Given up")


DELIVERY_TRANSITIONS = {
    (DeliveryState.WAITING, "deliver"): DeliveryState.DELIVERED,
    (DeliveryState.WAITING, "give_up"): DeliveryState.GIVEN_UP,
}
