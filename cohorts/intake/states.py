"""States of a nomination."""

from django.db import models
from django.utils.translation import gettext_lazy


class NominationState(models.TextChoices):
    NEW = "new", gettext_lazy("Waiting for a decision")
    WAITING_LIST = "waiting_list", gettext_lazy("On the waiting list")
    OFFERED = "offered", gettext_lazy("Place offered")
    ACCEPTED = "accepted", gettext_lazy("Accepted and enrolled")
    DECLINED = "declined", gettext_lazy("Offer declined")
    LAPSED = "lapsed", gettext_lazy("Offer not answered in time")
    REFUSED = "refused", gettext_lazy("No place offered")
    WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")


class EmployerAnswer(models.TextChoices):
    AGREES = "yes", gettext_lazy("Agrees")
    DISAGREES = "no", gettext_lazy("Does not agree")


S = NominationState
NOMINATION_TRANSITIONS = {
    **{
        (state, "offer_place"): S.OFFERED for state in (S.NEW, S.WAITING_LIST, S.DECLINED, S.LAPSED)
    },
    **{(state, "list_nomination"): S.WAITING_LIST for state in (S.NEW, S.OFFERED)},
    **{(state, "refuse_nomination"): S.REFUSED for state in (S.NEW, S.WAITING_LIST)},
    **{
        (state, "defer_nomination"): S.WAITING_LIST
        for state in (S.NEW, S.WAITING_LIST, S.OFFERED, S.DECLINED, S.LAPSED)
    },
    **{(state, "withdraw_nomination"): S.WITHDRAWN for state in (S.NEW, S.WAITING_LIST, S.OFFERED)},
    (S.OFFERED, "mail_offer_again"): S.OFFERED,
    (S.OFFERED, "accept_place"): S.ACCEPTED,
    (S.OFFERED, "decline_place"): S.DECLINED,
    (S.OFFERED, "lapse"): S.LAPSED,
}
WITH_A_PLACE = [S.OFFERED, S.ACCEPTED]  # whose nations count among those that are taken
WAITING = [S.NEW, S.WAITING_LIST, S.OFFERED]
CLOSED = [S.REFUSED, S.WITHDRAWN, S.DECLINED, S.LAPSED]
# Of one organisation and cohort, one of them at a time.
ONE_AT_A_TIME = [S.NEW, S.WAITING_LIST, S.OFFERED, S.ACCEPTED]
