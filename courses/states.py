"""States of the things that are taught."""

from django.db import models
from django.utils.translation import gettext_lazy, gettext_noop


class SuggestionState(models.TextChoices):
    OFFERED = "offered", gettext_lazy("Offered")
    TAKEN_UP = "taken_up", gettext_lazy("Taken up")
    NOT_TAKEN_UP = "not_taken_up", gettext_lazy("Not taken up")


SUGGESTION_TRANSITIONS = {
    (SuggestionState.OFFERED, "take_up"): SuggestionState.TAKEN_UP,
    (SuggestionState.OFFERED, "set_aside"): SuggestionState.NOT_TAKEN_UP,
}


class ChallengeState(models.TextChoices):
    """What became of an answer that a trainee thinks is right."""

    OPEN = "open", gettext_lazy("Waiting for an answer")
    ACCEPTED = "accepted", gettext_lazy("Accepted")
    DECLINED = "declined", gettext_lazy("Not accepted")


CHALLENGE_TRANSITIONS = {
    (ChallengeState.OPEN, "accept_challenge"): ChallengeState.ACCEPTED,
    (ChallengeState.OPEN, "decline_challenge"): ChallengeState.DECLINED,
}


# The Skills for Care training framework's six (skillsforcare.org.uk, read 21 November 2026).
SUBJECT_AREAS = [
    gettext_noop("What is modern slavery"),
    gettext_noop("National and international legal frameworks and rights"),
    gettext_noop("Person-centred victim care"),
    gettext_noop("Care and support needs"),
    gettext_noop("Risk reduction and understanding demand"),
    gettext_noop("Understanding self in practice"),
]


class Commencement(models.TextChoices):
    IN_FORCE = "in_force", gettext_lazy("In force")
    PARTLY = "partly", gettext_lazy("Partly in force")
    NOT_IN_FORCE = "not_in_force", gettext_lazy("Not in force")
    BILL = "bill", gettext_lazy("Bill, not law")
    UNCONFIRMED = "unconfirmed", gettext_lazy("Whether in force: not confirmed")


class Basis(models.TextChoices):
    """What an entry of the ledger of law rests on."""

    READ = "read", gettext_lazy("Its text was read whole")
    NOTES = "notes", gettext_lazy("Official notes or guidance were read")
    OWN = "own", gettext_lazy("Legal knowledge, to be confirmed by a solicitor")


class Need(models.TextChoices):
    """What completes a unit. Time is never one of them."""

    READ = "read", gettext_lazy("Read to the end")
    CHECK = "check", gettext_lazy("Pass its knowledge checks")
    ACTIVITY = "activity", gettext_lazy("Do its activities")
    ATTENDED = "attended", gettext_lazy("Attend its session")


class Mark(models.TextChoices):
    """What a reader leaves in a unit, besides words of their own."""

    PLACE = "place", gettext_lazy("Where they stopped")
    LATER = "later", gettext_lazy("Saved for later")
    CHECK = "check", gettext_lazy("Answer to a knowledge check")
    ACTIVITY = "activity", gettext_lazy("Activity done")
    POLL = "poll", gettext_lazy("Answer to a poll")
    ATTENDED = "attended", gettext_lazy("Session attended")


class NoteKind(models.TextChoices):
    NOTE = "note", gettext_lazy("Note")
    REFLECTION = "reflection", gettext_lazy("Reflection")
