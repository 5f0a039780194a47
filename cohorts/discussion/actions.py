"""Opens and closes spaces; accepts the code of conduct; writes, changes and removes posts; sends the digest; clears what is old."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.privacy_guard.guard import look
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.record.actions import write

from ..enrolment.models import Cohort
from .models import (
    DiscussionAppeal,
    DiscussionMember,
    DiscussionPost,
    DiscussionReading,
    DiscussionReport,
    DiscussionSpace,
    DiscussionThread,
)
from .rules import may_change, may_open_spaces, may_read, may_write
from .states import PostState


class Guarded(Refused):
    """The words seem to tell who somebody is. `findings`: what."""

    def __init__(self, reason, findings):
        super().__init__(reason)
        self.findings = findings


@transaction.atomic
def open_space(cohort, *, by) -> DiscussionSpace:
    """Open the discussion of a cohort, or open it again: 1. the space, 2. the record is written. Nobody is told. Twice is once. Refused for a cohort that has ended, and for a space
    that was cleared."""
    insist(may_open_spaces(by))
    locked = Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    if locked.ends_on < clock.today():
        raise Refused(_("This cohort has ended, so its discussion cannot be opened."))
    space, is_new = DiscussionSpace.objects.get_or_create(cohort=locked)
    if space.is_open and not is_new:
        return space
    if space.is_cleared:
        raise Refused(_("This discussion was cleared, so it cannot be opened again."))
    space.is_open, space.closed_on = True, None
    space.save(update_fields=["is_open", "closed_on"])
    write("cohorts.open_discussion", space, by=by, after={"cohort": locked.code})
    return space


@transaction.atomic
def close_space(space, *, by) -> DiscussionSpace:
    """Nobody writes any more; people still read: 1. it is closed, 2. the record is written. Twice is once."""
    insist(may_open_spaces(by))
    locked = lock_space(space)
    if not locked.is_open:
        return locked
    locked.is_open, locked.closed_on = False, clock.today()
    locked.save(update_fields=["is_open", "closed_on"])
    write("cohorts.close_discussion", locked, by=by)
    return locked


def lock_space(space) -> DiscussionSpace:
    rows = DiscussionSpace.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("cohort").get(pk=space.pk)


@transaction.atomic
def accept_code(space, *, by) -> DiscussionMember:
    """Accept the code of conduct: 1. that somebody takes part, 2. the record is written. Twice is once."""
    insist(may_read(by, space))
    member, is_new = DiscussionMember.objects.get_or_create(space=space, person=by)
    if is_new:
        newest = newest_post(space)
        member.digest_post = newest
        member.save(update_fields=["digest_post"])
        write("cohorts.accept_code_of_conduct", member, by=by)
    return member


def newest_post(space) -> int:
    rows = DiscussionPost.objects.filter(thread__space=space).order_by("-pk")
    return rows.values_list("pk", flat=True).first() or 0


@transaction.atomic
def choose_digest(space, is_off: bool, *, by) -> DiscussionMember:
    """Turn one's digest of a discussion off, or on again: 1. the choice, from now on. It is not in the record. Twice is once. Refused before the code of conduct is accepted."""
    insist(may_read(by, space))
    member = DiscussionMember.objects.filter(space=space, person=by).first()
    if member is None:
        raise Refused(_("Read and accept the code of conduct first."))
    member.is_digest_off, member.digest_post = is_off, newest_post(space)
    member.save(update_fields=["is_digest_off", "digest_post"])
    return member


@transaction.atomic
def start_thread(space, title, content_note, text, token, *, by, keep_anyway=False):
    """Begin a thread with its first post, which is returned. What `add_post` does and raises holds here too."""
    space = _fresh(space)
    insist(may_write(by, space))
    if existing := DiscussionPost.objects.filter(token=token, author=by).first():
        return existing
    _insist_privacy(f"{title}\n{content_note}\n{text}", keep_anyway)
    _insist_rate(space, by)
    thread = DiscussionThread.objects.create(space=space, title=title)
    return _post(thread, content_note, text, token, by)


@transaction.atomic
def add_post(thread, content_note, text, token, *, by, keep_anyway=False) -> DiscussionPost:
    """Write something in a thread.

    1. the post, 2. the thread comes first in the list, 3. the record is written, without the words. Nobody is mailed: the digest counts it. The same token is once. Raises Guarded where the words seem to tell who somebody
    is, unless `keep_anyway`; Refused for who has written IMSA_DISCUSSION_POSTS_AN_HOUR in the last hour; NotAllowed for who may not write.
    """
    insist(may_write(by, _fresh(thread.space)))
    if existing := DiscussionPost.objects.filter(token=token, author=by).first():
        return existing
    _insist_privacy(f"{content_note}\n{text}", keep_anyway)
    _insist_rate(thread.space, by)
    return _post(thread, content_note, text, token, by)


def _fresh(space) -> DiscussionSpace:
    """As it is now, and not as it was when a page was opened."""
    return DiscussionSpace.objects.select_related("cohort").get(pk=space.pk)


def _post(thread, content_note, text, token, by):
    try:
        with transaction.atomic():
            made = DiscussionPost.objects.create(
                thread=thread, token=token, author=by, content_note=content_note, text=text
            )
    except IntegrityError:  # pressed twice at once
        raise Refused(_("This was sent already.")) from None
    DiscussionThread.objects.filter(pk=thread.pk, place__gt=-made.pk).update(place=-made.pk)
    mark_read(thread, made.pk, by=by)
    write("cohorts.add_post", made, by=by, after={"thread": thread.pk})
    return made


def _insist_privacy(text, keep_anyway):
    findings = look(text)
    if findings and not keep_anyway:
        raise Guarded(_("It is not sent yet: it seems to tell who someone is."), findings)


def _insist_rate(space, by):
    # One after another, so that two windows together send no more than the limit.
    DiscussionMember.objects.select_for_update(no_key=True).get(space=space, person=by)
    since = clock.now() - timedelta(hours=1)
    count = DiscussionPost.objects.filter(
        thread__space=space, author=by, at__gt=since, at__lte=clock.now()
    ).count()
    if count >= settings.IMSA_DISCUSSION_POSTS_AN_HOUR:
        raise Refused(
            _(
                "You have written %(count)s posts in the last hour. Copy your words, and send them later."
            )
            % {"count": count}
        )


def lock_post(post) -> DiscussionPost:
    rows = DiscussionPost.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("thread__space__cohort", "author").get(pk=post.pk)


@transaction.atomic
def change_post(post, content_note, text, *, by, keep_anyway=False) -> DiscussionPost:
    """Put one's own post right, for some minutes: 1. the words, and that they were changed, 2. the record is written. The same words change nothing. Raises Guarded as `add_post`."""
    locked = lock_post(post)
    insist(may_change(by, locked))
    if (locked.content_note, locked.text) == (content_note, text):
        return locked
    _insist_privacy(f"{content_note}\n{text}", keep_anyway)
    locked.content_note, locked.text, locked.changed_at = content_note, text, clock.now()
    locked.save(update_fields=["content_note", "text", "changed_at"])
    write("cohorts.change_post", locked, by=by)
    return locked


@transaction.atomic
def remove_own_post(post, *, by) -> DiscussionPost:
    """Take one's own post back, for some minutes: 1. its words are gone and a line stays; with the first post of a thread its title goes too, 2. the record is written. Twice is once."""
    locked = lock_post(post)
    if locked.state == PostState.REMOVED and locked.author_id == by.pk:
        return locked
    insist(may_change(by, locked))
    if not DiscussionPost.objects.filter(thread=locked.thread_id, pk__lt=locked.pk).exists():
        DiscussionThread.objects.filter(pk=locked.thread_id).update(title="")
    return make_transition(locked, "remove_post", by=by, text="", content_note="")


@transaction.atomic
def mark_read(thread, post: int, *, by) -> None:
    """Somebody has read a thread up to the post with this key: 1. the mark. It is not in the record."""
    reading, is_new = DiscussionReading.objects.get_or_create(
        thread=thread, person=by, defaults={"post": post}
    )
    if not is_new and reading.post < post:
        DiscussionReading.objects.filter(pk=reading.pk, post__lt=post).update(post=post)


def send_digests(*, by) -> int:
    """The worker: once a day, between IMSA_DISCUSSION_HOURS, tell each member how many posts of others are new since the last digest. Each in one transaction: 1. the day, 2. the message.
    Nobody who turned it off, who left, or who has read them. How many messages; a run that was killed goes on with those who were not told."""
    first, last = settings.IMSA_DISCUSSION_HOURS
    if not first <= localtime(clock.now()).hour < last:
        return 0
    today = clock.today()
    due = DiscussionMember.objects.filter(
        Q(digest_on=None) | Q(digest_on__lt=today),
        is_digest_off=False,
        space__is_open=True,
        space__cohort__ends_on__gte=today,
        person__is_active=True,
    )
    return sum(_digest(key, today) for key in list(due.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _digest(key, today) -> bool:
    rows = DiscussionMember.objects.select_for_update(of=("self",), no_key=True)
    member = rows.select_related("space__cohort", "person").get(pk=key)
    if member.is_digest_off or member.digest_on == today:
        return False
    new = DiscussionPost.objects.filter(
        thread__space=member.space, pk__gt=member.digest_post, state=PostState.SHOWN
    ).exclude(author=member.person_id)
    read = DiscussionReading.objects.filter(thread=OuterRef("thread"), person=member.person_id)
    unread = new.annotate(read=Subquery(read.values("post")[:1])).filter(
        Q(read=None) | Q(pk__gt=F("read"))
    )
    count, newest = unread.order_by().aggregate(count=Count("pk"), newest=Max("pk")).values()
    if not count or not may_read(member.person, member.space):
        return False
    member.digest_on, member.digest_post = today, newest
    member.save(update_fields=["digest_on", "digest_post"])
    tell(
        member.person,
        ngettext(
            "%(count)s new post in the discussion of %(cohort)s",
            "%(count)s new posts in the discussion of %(cohort)s",
            count,
        )
        % {"count": count, "cohort": member.space.cohort.title},
        _(
            "You get at most one message a day about it. You can turn these messages off on the page of the discussion."
        ),
        f"/study/discussion/{member.space.cohort.code}/",
    )
    return True


def clear_old_spaces(*, by) -> int:
    """The worker: delete what was said in a discussion IMSA_DISCUSSION_DAYS after it was closed or its cohort ended. Each in one transaction: 1. threads, posts, reports, appeals,
    marks and members are gone, 2. the record is written. How many."""
    before = clock.today() - timedelta(days=settings.IMSA_DISCUSSION_DAYS)
    old = DiscussionSpace.objects.filter(
        Q(cohort__ends_on__lt=before) | Q(is_open=False, closed_on__lt=before), is_cleared=False
    )
    return sum(_clear(space, by=by) for space in old.order_by("pk")[:20])


@transaction.atomic
def _clear(space, *, by) -> bool:
    locked = lock_space(space)
    if locked.is_cleared:
        return False
    for model, path in (
        (DiscussionAppeal, "post__thread__space"),
        (DiscussionReport, "post__thread__space"),
        (DiscussionReading, "thread__space"),
        (DiscussionPost, "thread__space"),
        (DiscussionThread, "space"),
        (DiscussionMember, "space"),
    ):
        model.objects.filter(**{path: locked}).delete()
    locked.is_cleared, locked.is_open = True, False
    locked.closed_on = locked.closed_on or clock.today()
    locked.save(update_fields=["is_cleared", "is_open", "closed_on"])
    write("cohorts.clear_discussion", locked, by=by)
    return True
