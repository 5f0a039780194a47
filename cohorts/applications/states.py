"""Where an application stands, and what may follow."""

from django.db import models
from django.utils.translation import gettext_lazy


class ApplicationState(models.TextChoices):
    DRAFT = "draft", gettext_lazy("Not submitted yet")
    SUBMITTED = "submitted", gettext_lazy("With the IMSA Model Hub")
    QUESTION = "question", gettext_lazy("Question for the applicant")
    APPROVED = "approved", gettext_lazy("Approved")
    DECLINED = "declined", gettext_lazy("Declined")
    WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn by the applicant")


class FormState(models.TextChoices):
    DRAFT = "draft", gettext_lazy("Draft")
    PUBLISHED = "published", gettext_lazy("Published")


class DecisionState(models.TextChoices):
    PROPOSED = "proposed", gettext_lazy("Waiting for a second officer")
    CONFIRMED = "confirmed", gettext_lazy("Confirmed")
    DROPPED = "dropped", gettext_lazy("Dropped")


S, D = ApplicationState, DecisionState
WITH_HUB = {S.SUBMITTED, S.QUESTION}
OPEN = {S.DRAFT, *WITH_HUB}
APPLICATION_TRANSITIONS = {
    (S.DRAFT, "submit_application"): S.SUBMITTED,
    (S.SUBMITTED, "ask_applicant"): S.QUESTION,
    (S.QUESTION, "ask_applicant"): S.QUESTION,
    (S.QUESTION, "answer_hub"): S.SUBMITTED,
    **{(state, "withdraw_application"): S.WITHDRAWN for state in OPEN},
    **{(state, "decline_application"): S.DECLINED for state in WITH_HUB},
    **{(state, "approve_application"): S.APPROVED for state in WITH_HUB},
}
FORM_TRANSITIONS = {(FormState.DRAFT, "publish_form"): FormState.PUBLISHED}
DECISION_TRANSITIONS = {
    (D.PROPOSED, "confirm_application_decision"): D.CONFIRMED,
    (D.PROPOSED, "drop_application_decision"): D.DROPPED,
}
TONES = {
    S.DRAFT: "plain",
    S.SUBMITTED: "wait",
    S.QUESTION: "care",
    S.APPROVED: "good",
    S.DECLINED: "stop",
    S.WITHDRAWN: "plain",
}
