"""States of a board."""

from django.db import models


class BoardState(models.TextChoices):
    CALLED = "called", "Called"
    RATIFIED = "ratified", "Decided"


BOARD_TRANSITIONS = {(BoardState.CALLED, "ratify"): BoardState.RATIFIED}
