"""States of a post, and of a report of one."""

from django.db import models
from django.utils.translation import gettext_lazy


class PostState(models.TextChoices):
    SHOWN = "shown", gettext_lazy("Shown")
    HIDDEN = "hidden", gettext_lazy("Hidden by a moderator")
    REMOVED = "removed", gettext_lazy("Removed by its author")


POST_TRANSITIONS = {
    (PostState.SHOWN, "hide_post"): PostState.HIDDEN,
    (PostState.HIDDEN, "restore_post"): PostState.SHOWN,
    (PostState.SHOWN, "remove_post"): PostState.REMOVED,
}


class ReportState(models.TextChoices):
    OPEN = "open", gettext_lazy("To look at")
    CLOSED = "closed", gettext_lazy("Looked at")


REPORT_TRANSITIONS = {(ReportState.OPEN, "close_report"): ReportState.CLOSED}


class AppealState(models.TextChoices):
    OPEN = "open", gettext_lazy("To decide")
    UPHELD = "upheld", gettext_lazy("The post is shown again")
    DECLINED = "declined", gettext_lazy("The post stays hidden")


APPEAL_TRANSITIONS = {
    (AppealState.OPEN, "uphold_appeal"): AppealState.UPHELD,
    (AppealState.OPEN, "decline_appeal"): AppealState.DECLINED,
}
