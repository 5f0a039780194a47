"""States of a survey. Whether it is open is said by its days."""

from django.db import models
from django.utils.translation import gettext_lazy


class SurveyState(models.TextChoices):
    LIVE = "live", gettext_lazy("Live")
    CLOSED = "closed", gettext_lazy("Closed")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")


SURVEY_TRANSITIONS = {
    (SurveyState.LIVE, "close_survey"): SurveyState.CLOSED,
    (SurveyState.LIVE, "cancel_survey"): SurveyState.CANCELLED,
}
