"""States of what is asked of the office and of what it follows up."""

from django.db import models
from django.utils.translation import gettext_lazy


class ClaimKind(models.TextChoices):
    SELF_CERTIFIED = "self_certified", gettext_lazy("Days that you certify yourself")
    EXTENSION = "extension", gettext_lazy("More time for this piece of work")
    CIRCUMSTANCES = (
        "circumstances",
        gettext_lazy("Extenuating circumstances: something affected my work"),
    )
    DEFERRAL = "deferral", gettext_lazy("A later date, as if for the first time")


class ClaimState(models.TextChoices):
    WAITING = "waiting", gettext_lazy("With the programme office")
    EVIDENCE = "evidence", gettext_lazy("Evidence asked for")
    GRANTED = "granted", gettext_lazy("Granted")
    DEFERRED = "deferred", gettext_lazy("Granted as a deferral")
    NOT_GRANTED = "not_granted", gettext_lazy("Not granted")
    WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")


OPEN_CLAIMS = (ClaimState.WAITING, ClaimState.EVIDENCE)
CLAIM_TRANSITIONS = {
    (ClaimState.EVIDENCE, "send_evidence"): ClaimState.WAITING,
    **{(state, "grant_claim"): ClaimState.GRANTED for state in OPEN_CLAIMS},
    **{(state, "grant_deferral"): ClaimState.DEFERRED for state in OPEN_CLAIMS},
    **{(state, "decline_claim"): ClaimState.NOT_GRANTED for state in OPEN_CLAIMS},
    **{(state, "withdraw_claim"): ClaimState.WITHDRAWN for state in OPEN_CLAIMS},
    (ClaimState.WAITING, "ask_evidence"): ClaimState.EVIDENCE,
    (ClaimState.EVIDENCE, "ask_evidence"): ClaimState.EVIDENCE,
}
TONES = {
    ClaimState.WAITING: "wait",
    ClaimState.EVIDENCE: "care",
    ClaimState.GRANTED: "good",
    ClaimState.DEFERRED: "good",
    ClaimState.NOT_GRANTED: "stop",
    ClaimState.WITHDRAWN: "plain",
}


class Ground(models.TextChoices):
    """On what somebody may appeal [stmarys.ac.uk/policies/academic-appeals.aspx]; never on academic judgement."""

    CIRCUMSTANCES = (
        "circumstances",
        gettext_lazy("Mitigating circumstances that the board did not know of"),
    )
    ERROR = "error", gettext_lazy("A significant administrative error")


class AppealState(models.TextChoices):
    RECEIVED = "received", gettext_lazy("Received")
    LOOKING = "looking", gettext_lazy("Being looked at")
    UPHELD = "upheld", gettext_lazy("Upheld")
    NOT_UPHELD = "not_upheld", gettext_lazy("Not upheld")
    WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")


OPEN_APPEALS = (AppealState.RECEIVED, AppealState.LOOKING)
APPEAL_TRANSITIONS = {
    (AppealState.RECEIVED, "examine_appeal"): AppealState.LOOKING,
    **{(state, "uphold_appeal"): AppealState.UPHELD for state in OPEN_APPEALS},
    **{(state, "decline_appeal"): AppealState.NOT_UPHELD for state in OPEN_APPEALS},
    **{(state, "withdraw_appeal"): AppealState.WITHDRAWN for state in OPEN_APPEALS},
}
APPEAL_TONES = {
    AppealState.RECEIVED: "wait",
    AppealState.LOOKING: "wait",
    AppealState.UPHELD: "good",
    AppealState.NOT_UPHELD: "stop",
    AppealState.WITHDRAWN: "plain",
}


class CaseState(models.TextChoices):
    CONCERN = "concern", gettext_lazy("A concern")
    LOOKING = "looking", gettext_lazy("Being looked at")
    CLOSED = "closed", gettext_lazy("Closed")


CASE_TRANSITIONS = {
    (CaseState.CONCERN, "open_case"): CaseState.LOOKING,
    (CaseState.CONCERN, "close_concern"): CaseState.CLOSED,
    (CaseState.LOOKING, "decide_case"): CaseState.CLOSED,
}


class Level(models.TextChoices):
    """How grave it is [stmarys.ac.uk/registry/policies/academic-misconduct.aspx]; poor practice is a category of its own, below."""

    NONE = "none", gettext_lazy("No case")
    POOR = "poor", gettext_lazy("Poor academic practice")
    LOW = "low", gettext_lazy("Low level")
    MEDIUM = "medium", gettext_lazy("Medium level")
    HIGH = "high", gettext_lazy("High level")


class CaseOutcome(models.TextChoices):
    NOTHING = "nothing", gettext_lazy("Nothing follows")
    WARNING = "warning", gettext_lazy("A warning")
    ZERO = "zero", gettext_lazy("A mark of zero for this work; another attempt is capped")
    REFERRED = "referred", gettext_lazy("Referred to the University")


# ASSUMED: which outcome fits which level; the University's table was not seen.
OUTCOMES = {
    Level.NONE: {CaseOutcome.NOTHING},
    Level.POOR: {CaseOutcome.NOTHING, CaseOutcome.WARNING},
    Level.LOW: {CaseOutcome.WARNING, CaseOutcome.ZERO},
    Level.MEDIUM: {CaseOutcome.WARNING, CaseOutcome.ZERO, CaseOutcome.REFERRED},
    Level.HIGH: {CaseOutcome.ZERO, CaseOutcome.REFERRED},
}


class PriorKind(models.TextChoices):
    """What a claim on prior learning rests on: RPCL and RPEL, in the words of the sector."""

    ASSESSED = "assessed", gettext_lazy("A course on which I was assessed, and passed")
    EXPERIENCE = (
        "experience",
        gettext_lazy("What I learned from experience, such as work or a course without assessment"),
    )


class PriorState(models.TextChoices):
    CHECKING = "checking", gettext_lazy("With the programme office")
    ASKED = "asked", gettext_lazy("The office asked something")
    ACADEMIC = "academic", gettext_lazy("With an academic")
    BOARD = "board", gettext_lazy("With the exam board")
    GRANTED = "granted", gettext_lazy("Granted")
    REFUSED = "refused", gettext_lazy("Not granted")
    APPEALED = "appealed", gettext_lazy("Appeal made")
    WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")


OPEN_PRIOR = (
    PriorState.CHECKING,
    PriorState.ASKED,
    PriorState.ACADEMIC,
    PriorState.BOARD,
    PriorState.APPEALED,
)
BEFORE_BOARD = (PriorState.CHECKING, PriorState.ASKED, PriorState.ACADEMIC, PriorState.BOARD)
DECIDABLE = (PriorState.BOARD, PriorState.APPEALED, PriorState.GRANTED, PriorState.REFUSED)
PRIOR_TRANSITIONS = {
    (PriorState.CHECKING, "ask_claimant"): PriorState.ASKED,
    (PriorState.ASKED, "reply_to_office"): PriorState.CHECKING,
    **{
        (state, "send_to_academic"): PriorState.ACADEMIC
        for state in (PriorState.CHECKING, PriorState.ACADEMIC, PriorState.BOARD)
    },
    (PriorState.ACADEMIC, "recommend"): PriorState.BOARD,
    **{(state, "grant_prior_credit"): PriorState.GRANTED for state in DECIDABLE},
    **{(state, "refuse_prior_credit"): PriorState.REFUSED for state in DECIDABLE},
    (PriorState.REFUSED, "appeal_prior_claim"): PriorState.APPEALED,
    **{(state, "withdraw_prior_claim"): PriorState.WITHDRAWN for state in BEFORE_BOARD},
}
PRIOR_TONES = {
    PriorState.CHECKING: "wait",
    PriorState.ASKED: "care",
    PriorState.ACADEMIC: "wait",
    PriorState.BOARD: "wait",
    PriorState.GRANTED: "good",
    PriorState.REFUSED: "stop",
    PriorState.APPEALED: "wait",
    PriorState.WITHDRAWN: "plain",
}


class Opinion(models.TextChoices):
    FOR = "for", gettext_lazy("The learning meets the outcomes of the module: grant the credit")
    AGAINST = "against", gettext_lazy("It does not: do not grant the credit")
