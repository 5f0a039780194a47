"""States of the things that are taught."""

from django.db import models


class SuggestionState(models.TextChoices):
    OFFERED = "offered", "Offered"
    TAKEN_UP = "taken_up", "Taken up"
    NOT_TAKEN_UP = "not_taken_up", "Not taken up"


SUGGESTION_TRANSITIONS = {
    (SuggestionState.OFFERED, "take_up"): SuggestionState.TAKEN_UP,
    (SuggestionState.OFFERED, "set_aside"): SuggestionState.NOT_TAKEN_UP,
}


# The Skills for Care training framework's six (skillsforcare.org.uk, read 21 November 2026).
SUBJECT_AREAS = [
    "What is modern slavery",
    "National and international legal frameworks and rights",
    "Person-centred victim care",
    "Care and support needs",
    "Risk reduction and understanding demand",
    "Understanding self in practice",
]


class Commencement(models.TextChoices):
    IN_FORCE = "in_force", "In force"
    PARTLY = "partly", "Partly in force"
    NOT_IN_FORCE = "not_in_force", "Not in force"
    BILL = "bill", "Bill, not law"
    UNCONFIRMED = "unconfirmed", "Whether in force: not confirmed"


class Basis(models.TextChoices):
    """What an entry of the ledger of law rests on."""

    READ = "read", "Its text was read whole"
    NOTES = "notes", "Official notes or guidance were read"
    OWN = "own", "Legal knowledge, to be confirmed by a solicitor"


class Need(models.TextChoices):
    """What completes a unit. Time is never one of them."""

    READ = "read", "Read to the end"
    CHECK = "check", "Pass its knowledge checks"
    ACTIVITY = "activity", "Do its activities"
    ATTENDED = "attended", "Attend its session"


class Mark(models.TextChoices):
    """What a reader leaves in a unit, besides words of their own."""

    PLACE = "place", "Where they stopped"
    LATER = "later", "Set aside for later"
    CHECK = "check", "Answer to a knowledge check"
    ACTIVITY = "activity", "Activity done"
    POLL = "poll", "Answer to a poll"
    ATTENDED = "attended", "Session attended"


class NoteKind(models.TextChoices):
    NOTE = "note", "Note"
    REFLECTION = "reflection", "Reflection"
