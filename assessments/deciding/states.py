"""States of a board, and what it can decide."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class BoardState(models.TextChoices):
    CALLED = "called", gettext_lazy("Called")
    RATIFIED = "ratified", gettext_lazy("Decided")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")


BOARD_TRANSITIONS = {
    (BoardState.CALLED, "ratify"): BoardState.RATIFIED,
    (BoardState.CALLED, "cancel_board"): BoardState.CANCELLED,
}


class MemberRole(models.TextChoices):
    """As what somebody sits on a board."""

    CHAIR = "chair", gettext_lazy("Chair")
    SECRETARY = "secretary", gettext_lazy("Secretary")
    INTERNAL = "internal", gettext_lazy("Internal member")
    EXTERNAL = "external", gettext_lazy("External member")


class MinutesKind(models.TextChoices):
    """What a line under the minutes of a board is."""

    SIGNED = "signed", gettext_lazy("Signed by the chair")
    ON_PAPER = "paper", gettext_lazy("Signed by the chair on paper")
    CORRECTION = "correction", gettext_lazy("Correction")
    ACTION = "action", gettext_lazy("Decision of the chair signed")


SIGNATURES = (MinutesKind.SIGNED, MinutesKind.ON_PAPER)


class Opinion(models.TextChoices):
    """The external examiner's word to a board."""

    SOUND = "sound", gettext_lazy("The marking is sound")
    RESERVATIONS = "reservations", gettext_lazy("The marking is sound, with reservations")
    UNSOUND = "not_sound", gettext_lazy("The marking is not sound")
    MORE = "more", gettext_lazy("I want to see more scripts")


LETS_DECIDE = (Opinion.SOUND, Opinion.RESERVATIONS)


class HoldKind(models.TextChoices):
    """Why a result is held back; a board sees this, and not the reason."""

    QUERY = "query", gettext_lazy("A question about the mark")
    MISCONDUCT = "misconduct", gettext_lazy("Academic misconduct")
    CIRCUMSTANCES = "circumstances", gettext_lazy("Extenuating circumstances")


class Outcome(models.TextChoices):
    PASS = "pass", gettext_lazy("Passed")
    COMPENSATED = "compensated", gettext_lazy("Passed by compensation")
    REFER = "refer", gettext_lazy("Another attempt")
    FAIL = "fail", gettext_lazy("Not passed")
    REOPENED = "reopened", gettext_lazy("To be decided again")


LEAVES_OPEN = (Outcome.REFER, Outcome.REOPENED)  # decided again when the other attempt has its mark


class AwardClass(models.TextChoices):
    PASS = "pass", gettext_lazy("Pass")
    MERIT = "merit", gettext_lazy("Merit")
    DISTINCTION = "distinction", gettext_lazy("Distinction")


def class_label(classification) -> str:
    """The class of an award in words."""
    return str(AwardClass(classification).label) if classification else _("Without a class")


class ChairsKind(models.TextChoices):
    """Why a chair decides after the board."""

    APPEAL = "appeal", gettext_lazy("Appeal upheld")
    ERROR = "error", gettext_lazy("Correction of an error")
    CIRCUMSTANCES = "circumstances", gettext_lazy("Circumstances accepted late")
    COMPENSATION = "compensation", gettext_lazy("Compensation")
    LEAVER = "leaver", gettext_lazy("Left before a board decided")


class ChairsOutcome(models.TextChoices):
    """What a chair can decide after the board."""

    COMPENSATED = "compensated", gettext_lazy("Passed by compensation; the mark stays")
    CAPPED = "capped", gettext_lazy("Another attempt, with the cap of a second attempt")
    UNCAPPED = "uncapped", gettext_lazy("Another attempt, without a cap")
    BY_MARKS = "by_marks", gettext_lazy("Passed by its marks")


# Of what a board has decided; the others are of somebody who left before one did.
AFTER_BOARD_KINDS = [one for one in ChairsKind.choices if one[0] != ChairsKind.LEAVER]
AFTER_BOARD_OUTCOMES = [one for one in ChairsOutcome.choices if one[0] != ChairsOutcome.BY_MARKS]
