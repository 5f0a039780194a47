"""States of a board."""

from django.db import models
from django.utils.translation import gettext_lazy


class BoardState(models.TextChoices):
    CALLED = "called", gettext_lazy("Called")
    RATIFIED = "ratified", gettext_lazy("Decided")


BOARD_TRANSITIONS = {(BoardState.CALLED, "ratify"): BoardState.RATIFIED}
