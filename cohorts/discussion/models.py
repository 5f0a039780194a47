"""The discussion of a cohort: its space, who takes part, threads, posts, what was reported and what moderators decided."""

from django.conf import settings
from django.db import models
from django.utils.html import linebreaks, urlize
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from lms.kit import clock
from lms.kit.clean import clean
from lms.kit.transitions import state_field

from ..enrolment.models import Cohort
from .states import (
    APPEAL_TRANSITIONS,
    POST_TRANSITIONS,
    REPORT_TRANSITIONS,
    AppealState,
    PostState,
    ReportState,
)

PERSON = settings.AUTH_USER_MODEL


class DiscussionSpace(models.Model):
    """The discussion of one cohort. There is none before a registrar opens it."""

    PERSONAL_DATA = {}

    cohort = models.OneToOneField(Cohort, on_delete=models.PROTECT, related_name="discussion")
    is_open = models.BooleanField(default=True)
    closed_on = models.DateField(
        null=True, help_text=gettext_lazy("Since when nobody writes; empty while it is open.")
    )
    is_cleared = models.BooleanField(
        default=False, help_text=gettext_lazy("Its posts are deleted, after the set days.")
    )

    class Meta:
        ordering = ["cohort_id"]
        verbose_name = gettext_lazy("discussion space")

    @property
    def takes_posts(self) -> bool:
        return self.is_open and self.cohort.ends_on >= clock.today()


class DiscussionMember(models.Model):
    """That somebody accepted the code of conduct of a space, and whether they want its digest."""

    PERSONAL_DATA = {
        "person": "who takes part; until the discussion is cleared",
        "digest_on": "when they were last told of new posts",
    }

    space = models.ForeignKey(DiscussionSpace, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="discussions")
    accepted_at = models.DateTimeField(default=clock.now)
    is_digest_off = models.BooleanField(default=False)
    digest_on = models.DateField(null=True)
    digest_post = models.BigIntegerField(
        default=0, help_text=gettext_lazy("Key of the newest post that a digest counted.")
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = gettext_lazy("member of a discussion")
        constraints = [
            models.UniqueConstraint(fields=["space", "person"], name="one_member_of_a_discussion")
        ]


class DiscussionThread(models.Model):
    """What is talked about under one title."""

    PERSONAL_DATA = {}

    space = models.ForeignKey(DiscussionSpace, on_delete=models.PROTECT, related_name="threads")
    title = models.CharField(max_length=150)
    # Where it stands in the list: the key of its newest post, falling, so that all fields of the order rise.
    place = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["place", "pk"]
        verbose_name = gettext_lazy("thread of a discussion")
        indexes = [models.Index(fields=["space", "place", "id"], name="threads_by_newest_post")]

    def __str__(self):
        return self.title


class DiscussionPost(models.Model):
    """Some words of one person. What its author removed is gone; what a moderator hid is kept for the author and the moderators."""

    PERSONAL_DATA = {
        "author": "who wrote it; until the discussion is cleared",
        "text": "their words; until they remove them or the discussion is cleared",
        "reason": "why a moderator hid it; the author reads it",
        "hidden_by": "key of the moderator",
    }
    TRANSITIONS = POST_TRANSITIONS

    thread = models.ForeignKey(DiscussionThread, on_delete=models.PROTECT, related_name="posts")
    token = models.UUIDField(unique=True, help_text=gettext_lazy("Makes it stand here once."))
    author = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="discussion_posts")
    content_note = models.CharField(max_length=100, blank=True)
    text = models.TextField(max_length=5000, blank=True)
    at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(null=True)
    state = state_field(PostState, PostState.SHOWN)
    reason = models.CharField(max_length=300, blank=True)
    hidden_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = gettext_lazy("post of a discussion")
        indexes = [models.Index(fields=["thread", "id"], name="posts_of_a_thread")]

    @property
    def html(self):
        return mark_safe(clean(linebreaks(urlize(self.text, autoescape=True))))  # noqa: S308 - cleaned


class DiscussionReading(models.Model):
    """Up to which post somebody has read a thread."""

    PERSONAL_DATA = {"person": "who read; until the discussion is cleared"}

    thread = models.ForeignKey(DiscussionThread, on_delete=models.PROTECT, related_name="readings")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    post = models.BigIntegerField(default=0, help_text=gettext_lazy("Key of the last post read."))

    class Meta:
        ordering = ["pk"]
        verbose_name = gettext_lazy("reading of a thread")
        constraints = [
            models.UniqueConstraint(fields=["thread", "person"], name="one_reading_of_a_thread")
        ]


class DiscussionReport(models.Model):
    """That somebody asks moderators to look at a post. By whom stands here alone: on no page, and not in the record, which an author may read."""

    PERSONAL_DATA = {
        "person": "who reported it; nobody is shown it, so that it is made once; until the discussion is cleared",
        "reason": "their words; until the discussion is cleared",
        "closed_by": "key of the moderator",
    }
    TRANSITIONS = REPORT_TRANSITIONS

    post = models.ForeignKey(DiscussionPost, on_delete=models.PROTECT, related_name="reports")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=1000)
    at = models.DateTimeField(default=clock.now)
    state = state_field(ReportState, ReportState.OPEN)
    closed_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = gettext_lazy("report of a post")
        constraints = [
            models.UniqueConstraint(fields=["post", "person"], name="one_report_of_a_post")
        ]


class DiscussionAppeal(models.Model):
    """What an author says against the hiding of their post, once; a registrar who did not hide it decides."""

    PERSONAL_DATA = {
        "words": "the author's words; until the discussion is cleared",
        "answer": "what the author is told",
        "decided_by": "key of the registrar",
    }
    TRANSITIONS = APPEAL_TRANSITIONS

    post = models.OneToOneField(DiscussionPost, on_delete=models.PROTECT, related_name="appeal")
    words = models.TextField(max_length=1000)
    at = models.DateTimeField(default=clock.now)
    state = state_field(AppealState, AppealState.OPEN)
    answer = models.CharField(max_length=300, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = gettext_lazy("appeal against a hiding")
