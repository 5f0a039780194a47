"""States of what this room keeps moving, and the legal transitions."""

from django.db import models


class RunState(models.TextChoices):
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    STOPPED = "stopped", "Stopped"


RUN_TRANSITIONS = {
    (RunState.RUNNING, "finish_run"): RunState.DONE,
    (RunState.RUNNING, "stop_run"): RunState.STOPPED,
}


class LineState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    ISSUED = "issued", "Issued"
    NOT_ISSUED = "not_issued", "Not issued"


LINE_TRANSITIONS = {
    (LineState.WAITING, "issue_line"): LineState.ISSUED,
    (LineState.WAITING, "refuse_line"): LineState.NOT_ISSUED,
}


class ConcernState(models.TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


CONCERN_TRANSITIONS = {(ConcernState.OPEN, "close_concern"): ConcernState.CLOSED}


class ProposalState(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    CONFIRMED = "confirmed", "Confirmed"
    DROPPED = "dropped", "Dropped"


PROPOSAL_TRANSITIONS = {
    (ProposalState.PROPOSED, "confirm_proposal"): ProposalState.CONFIRMED,
    (ProposalState.PROPOSED, "drop_proposal"): ProposalState.DROPPED,
}


class RenewalState(models.TextChoices):
    DRAFT = "draft", "Being prepared"
    ASKED = "asked", "Asked for"
    AUDIT = "audit", "The log is being read"
    GRANTED = "granted", "Renewed"
    REFUSED = "refused", "Not renewed"


RENEWAL_TRANSITIONS = {
    (RenewalState.DRAFT, "ask_renewal"): RenewalState.ASKED,
    (RenewalState.DRAFT, "ask_renewal_with_audit"): RenewalState.AUDIT,
    (RenewalState.AUDIT, "accept_log"): RenewalState.ASKED,
    (RenewalState.ASKED, "grant_renewal"): RenewalState.GRANTED,
    (RenewalState.ASKED, "refuse_renewal"): RenewalState.REFUSED,
    (RenewalState.AUDIT, "refuse_renewal"): RenewalState.REFUSED,
}


class RequestState(models.TextChoices):
    ASKED = "asked", "Asked for"
    DONE = "done", "Done"
    NOT_DONE = "not_done", "Not done"
    WITHDRAWN = "withdrawn", "Taken back"


REQUEST_TRANSITIONS = {
    (RequestState.ASKED, "do_request"): RequestState.DONE,
    (RequestState.ASKED, "decline_request"): RequestState.NOT_DONE,
    (RequestState.ASKED, "withdraw_request"): RequestState.WITHDRAWN,
}


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    GIVEN_UP = "given_up", "Given up"


DELIVERY_TRANSITIONS = {
    (DeliveryState.WAITING, "deliver"): DeliveryState.DELIVERED,
    (DeliveryState.WAITING, "give_up"): DeliveryState.GIVEN_UP,
}
