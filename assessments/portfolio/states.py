"""States of what somebody at work is asked to confirm, and the kinds of what stands in a portfolio."""

from django.db import models
from django.utils.translation import gettext_lazy


class EntryKind(models.TextChoices):
    PRACTICE = "practice", gettext_lazy("Practice")
    REFLECTION = "reflection", gettext_lazy("Reflection")


class Activity(models.TextChoices):
    """What was practised. ASSUMED: the programme has not confirmed the list."""

    DIRECT = "direct", gettext_lazy("Work with a survivor")
    MEETING = "meeting", gettext_lazy("Meeting with other services")
    ADVOCACY = "advocacy", gettext_lazy("Letters, calls and other advocacy")
    RECORDS = "records", gettext_lazy("Case notes and records")
    SUPERVISION = "supervision", gettext_lazy("Supervision")
    SHADOWING = "shadowing", gettext_lazy("Shadowing a colleague")
    OTHER = "other", gettext_lazy("Something else")


class SignOffState(models.TextChoices):
    WAITING = "waiting", gettext_lazy("Waiting for an answer")
    SIGNED = "signed", gettext_lazy("Confirmed")
    DECLINED = "declined", gettext_lazy("Not confirmed")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")
    OUTDATED = "outdated", gettext_lazy("No longer counts: an entry was changed")
    TAKEN_BACK = "taken_back", gettext_lazy("Withdrawn by the person who confirmed it")
    VOIDED = "voided", gettext_lazy("Removed by the programme office")


LIVE = (SignOffState.WAITING, SignOffState.SIGNED)
# Whoever confirmed may look at what it was; nobody else sees an entry once there is nothing to answer.
CONFIRMED_ONCE = (SignOffState.SIGNED, SignOffState.TAKEN_BACK, SignOffState.VOIDED)
SIGN_OFF_TRANSITIONS = {
    (SignOffState.WAITING, "sign_item"): SignOffState.SIGNED,
    (SignOffState.WAITING, "decline_item"): SignOffState.DECLINED,
    (SignOffState.WAITING, "cancel_sign_off"): SignOffState.CANCELLED,
    (SignOffState.WAITING, "outdate_sign_off"): SignOffState.OUTDATED,
    (SignOffState.SIGNED, "outdate_sign_off"): SignOffState.OUTDATED,
    (SignOffState.SIGNED, "take_sign_off_back"): SignOffState.TAKEN_BACK,
    (SignOffState.SIGNED, "void_sign_off"): SignOffState.VOIDED,
}
TONES = {
    SignOffState.WAITING: "wait",
    SignOffState.SIGNED: "good",
    SignOffState.DECLINED: "stop",
    SignOffState.CANCELLED: "plain",
    SignOffState.OUTDATED: "care",
    SignOffState.TAKEN_BACK: "care",
    SignOffState.VOIDED: "care",
}


class SignOffStep(models.TextChoices):
    """What happened to a request, a line each."""

    ASKED = "asked", gettext_lazy("Requested")
    REPEATED = "repeated", gettext_lazy("Sent again")
    SIGNED = "signed", gettext_lazy("Confirmed")
    DECLINED = "declined", gettext_lazy("Not confirmed")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")
    OUTDATED = "outdated", gettext_lazy("An entry was changed, so it no longer counts")
    TAKEN_BACK = "taken_back", gettext_lazy("Withdrawn by the person who confirmed it")
    VOIDED = "voided", gettext_lazy("Removed by the programme office")
