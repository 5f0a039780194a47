"""Threads and posts as a reader may see them, and what moderators have to look at."""

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from lms.kit.keyset import Keyset, page_of
from lms.people.roles import has_role

from ..enrolment.models import Enrolment
from ..enrolment.states import EnrolmentState
from .models import (
    DiscussionAppeal,
    DiscussionPost,
    DiscussionReading,
    DiscussionReport,
    DiscussionSpace,
    DiscussionThread,
)
from .names_shown import names_shown
from .rules import MODERATORS
from .states import AppealState, PostState, ReportState


def spaces_for(person):
    """The discussions that somebody may open: of their cohorts; of all cohorts for who teaches or keeps them, less what `readable` leaves out of
    them. A QuerySet."""
    rows = DiscussionSpace.objects.filter(is_cleared=False).select_related("cohort")
    if not has_role(person, *MODERATORS):
        own = Enrolment.objects.filter(person=person.pk).exclude(state=EnrolmentState.LEFT)
        rows = rows.filter(cohort__in=own.values("cohort"))
    return rows.order_by("-cohort__starts_on", "cohort__code")


def threads_of(space, person, query) -> Keyset:
    """A page of threads, the one with the newest post first, each with `count` (how many posts are shown), `is_unread`, and `first_state` of its first post. Three queries."""
    posts = DiscussionPost.objects.filter(thread=OuterRef("pk")).order_by("pk")
    read = DiscussionReading.objects.filter(thread=OuterRef("thread"), person=person.pk).values(
        "post"
    )
    unread = (
        DiscussionPost.objects.filter(thread=OuterRef("pk"), state=PostState.SHOWN)
        .exclude(author=person.pk)
        .annotate(read=Subquery(read[:1]))
        .filter(Q(read=None) | Q(pk__gt=Subquery(read[:1])))
    )
    rows = DiscussionThread.objects.filter(space=space).annotate(
        first_state=Subquery(posts.values("state")[:1]),
        first_author=Subquery(posts.values("author")[:1]),
        is_unread=Exists(unread),
    )

    def place_of(key):
        return (
            DiscussionThread.objects.filter(space=space, pk=key).values_list("place", "pk").first()
        )

    page = page_of(rows, ("place", "pk"), place_of, query)
    counts = dict(
        DiscussionPost.objects.filter(
            thread__in=[thread.pk for thread in page], state=PostState.SHOWN
        )
        .order_by()
        .values_list("thread")
        .annotate(Count("pk"))
    )
    for thread in page:
        thread.count = counts.get(thread.pk, 0)
    return page


def is_title_shown(thread, first_state, reads_hidden) -> bool:
    """A title stands and falls with the first post, with which it was written. `reads_hidden`: a moderator, or its author."""
    return first_state == PostState.SHOWN or (first_state == PostState.HIDDEN and reads_hidden)


def posts_of(thread, query) -> Keyset:
    """A page of posts in the order of writing, each with its author and `name`. At most five queries."""
    rows = DiscussionPost.objects.filter(thread=thread).select_related("author")

    def place_of(key):
        return DiscussionPost.objects.filter(thread=thread, pk=key).values_list("pk").first()

    page = page_of(rows, ("pk",), place_of, query)
    with_names(page.rows, thread.space.cohort)
    return page


def with_names(posts, cohort) -> list:
    """Each post with `name`, by which others see its author."""
    posts = list(posts)
    names = names_shown([post.author for post in posts], cohort)
    for post in posts:
        post.name = names[post.author_id]
    return posts


def first_post_of(thread) -> DiscussionPost | None:
    return DiscussionPost.objects.filter(thread=thread).order_by("pk").first()


def reports_to_look_at(space, moderator):
    """Open reports, the oldest first, of posts that others wrote. A QuerySet."""
    return (
        DiscussionReport.objects.filter(post__thread__space=space, state=ReportState.OPEN)
        .exclude(post__author=moderator.pk)
        .select_related("post__author", "post__thread")
        .order_by("pk")
    )


def appeals_to_decide(space):
    """Appeals that wait, the oldest first. A QuerySet."""
    return (
        DiscussionAppeal.objects.filter(post__thread__space=space, state=AppealState.OPEN)
        .select_related("post__author", "post__thread")
        .order_by("pk")
    )
