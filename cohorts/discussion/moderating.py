"""Reports of posts, hiding and showing again, and the author's appeal."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell, tell_many
from lms.people.models import Role
from lms.people.roles import Operator, holders_of
from lms.record.actions import actor_label, write

from .actions import lock_post
from .models import DiscussionAppeal, DiscussionMember, DiscussionPost, DiscussionReport
from .rules import (
    may_appeal,
    may_decide_appeal,
    may_hide,
    may_moderate,
    may_moderate_post,
    may_read,
    may_report,
)
from .states import AppealState, PostState, ReportState

BY_READER = Operator("report_post")  # whoever reported; the report says who, until it is cleared


def _address(post, rest="") -> str:
    return f"/study/discussion/{post.thread.space.cohort.code}/{rest}"


@transaction.atomic
def report_post(post, reason, *, by) -> DiscussionReport:
    """Ask moderators to look at a post. 1. the report, 2. the record is written, without the reason and without who reported it: the author may be a registrar, who reads it, 3. registrars are told, the first time the post is reported. The author is not. Twice is once. Refused without a
    reason, to who reported it before a moderator looked at it, and to who has reported IMSA_DISCUSSION_POSTS_AN_HOUR in the last hour: each is a letter to every registrar."""
    locked = lock_post(post)
    insist(may_report(by, locked))
    if existing := DiscussionReport.objects.filter(post=locked, person=by).first():
        if existing.state == ReportState.OPEN:
            return existing
        raise Refused(
            _(
                "You reported this post before, and a moderator has looked at it. Write to the programme office if it should be looked at again."
            )
        )
    if not reason.strip():
        raise Refused(_("Enter what is wrong with the post."))
    _insist_rate(locked.thread.space, by)
    is_first = not DiscussionReport.objects.filter(post=locked, state=ReportState.OPEN).exists()
    made = DiscussionReport.objects.create(post=locked, person=by, reason=reason.strip())
    write("cohorts.report_post", made, by=BY_READER)
    if is_first:
        _tell_registrars(
            locked,
            _("A post is reported in the discussion of %(cohort)s"),
            _("Someone asks you to look at a post. Tutors of the cohort can look at it too."),
        )
    return made


def _insist_rate(space, by):
    # One after another, as for posts; a moderator who takes no part has no row, and needs none.
    DiscussionMember.objects.select_for_update(no_key=True).filter(space=space, person=by).first()
    since = clock.now() - timedelta(hours=1)
    count = DiscussionReport.objects.filter(
        post__thread__space=space, person=by, at__gt=since
    ).count()
    if count >= settings.IMSA_DISCUSSION_POSTS_AN_HOUR:
        raise Refused(
            _(
                "You have reported %(count)s posts in the last hour, and moderators have been told. Report the others later, or write to the programme office."
            )
            % {"count": count}
        )


def _tell_registrars(post, subject, body, but_not=()):
    cohort = post.thread.space.cohort
    tell_many(
        [
            (person, subject % {"cohort": cohort.title}, body, _address(post, "moderation/"))
            for person in holders_of(Role.REGISTRAR)
            if may_moderate(person, post.thread.space)
            and actor_label(person) not in but_not
            and person.pk != post.author_id
        ]
    )


@transaction.atomic
def hide_post(post, reason, *, by) -> DiscussionPost:
    """Hide a post. 1. a neutral line stands in its place, 2. its open reports are closed, 3. the record is written, 4. the author reads the reason and, where they can, how to appeal. Twice is once. Refused without
    a reason, of what its author removed, and where somebody else has hidden it meanwhile, with a reason of their own."""
    locked = lock_post(post)
    insist(may_hide(by, locked))
    if locked.state == PostState.HIDDEN:
        if locked.hidden_by == actor_label(by):
            return locked
        raise Refused(_("Another moderator has hidden this post meanwhile."))
    if not reason.strip():
        raise Refused(_("Enter the reason: the author reads it."))
    if locked.state == PostState.REMOVED:
        raise Refused(_("Its author has removed this post."))
    make_transition(locked, "hide_post", by=by, hidden_by=actor_label(by))
    # Not by the transition: its `reason` is the record's, which holds no words of this kind.
    _keep_reason(locked, reason.strip())
    _close_reports(locked, by)
    words = _("It stood in the discussion of %(cohort)s. The reason: %(reason)s") % {
        "cohort": locked.thread.space.cohort.title,
        "reason": reason.strip(),
    }
    is_appealed = DiscussionAppeal.objects.filter(post=locked).exists()
    if may_appeal(locked.author, locked) and not is_appealed:
        words += "\n\n" + _("You can still read it yourself, and ask a registrar to decide again.")
    _tell_author(locked, _("A post of yours is hidden"), words, f"posts/{locked.pk}/")
    return locked


def _tell_author(post, subject, body, rest):
    """With the address, where they can still open it: who has left the cohort cannot."""
    is_reader = may_read(post.author, post.thread.space)
    tell(post.author, subject, body, _address(post, rest) if is_reader else "")


def _keep_reason(post, reason):
    post.reason = reason
    post.save(update_fields=["reason"])


def _close_reports(post, by):
    for report in DiscussionReport.objects.filter(post=post, state=ReportState.OPEN):
        make_transition(report, "close_report", by=by, closed_by=actor_label(by))


@transaction.atomic
def keep_post(post, *, by) -> DiscussionPost:
    """A post that was reported stays as it is: 1. its open reports are closed, 2. the record is written. Nobody is told. Twice is once."""
    locked = lock_post(post)
    insist(may_moderate_post(by, locked))
    _close_reports(locked, by)
    return locked


@transaction.atomic
def restore_post(post, *, by) -> DiscussionPost:
    """Show a hidden post again, without an appeal: 1. it is shown, 2. the record is written, 3. the author is told. Twice is once. Refused while the author's appeal waits: a registrar decides it."""
    locked = lock_post(post)
    insist(may_moderate_post(by, locked))
    if locked.state != PostState.HIDDEN:
        return locked
    if DiscussionAppeal.objects.filter(post=locked).exists():
        raise Refused(_("The author has appealed, so a registrar’s decision counts."))
    _show_again(locked, by)
    return locked


def _show_again(post, by):
    make_transition(post, "restore_post", by=by, hidden_by="")
    _keep_reason(post, "")
    _tell_author(
        post,
        _("A post of yours is shown again"),
        _("It stands in the discussion of %(cohort)s as before.")
        % {"cohort": post.thread.space.cohort.title},
        f"{post.thread_id}/",
    )


@transaction.atomic
def appeal(post, words, *, by) -> DiscussionAppeal:
    """The author asks a registrar to decide again, once. 1. the appeal, 2. the record is written, without its words, 3. registrars who did not hide the post are told. Twice is once. Refused without words."""
    locked = lock_post(post)
    if existing := DiscussionAppeal.objects.filter(post=locked, post__author=by).first():
        return existing
    insist(may_appeal(by, locked))
    if not words.strip():
        raise Refused(_("Enter why the post should be shown."))
    made = DiscussionAppeal.objects.create(post=locked, words=words.strip())
    write("cohorts.appeal_hiding", made, by=by)
    _tell_registrars(
        locked,
        _("An author appeals in the discussion of %(cohort)s"),
        _("A post was hidden, and its author asks a registrar to decide again."),
        but_not=[locked.hidden_by],
    )
    return made


@transaction.atomic
def decide_appeal(post, is_upheld: bool, answer, *, by) -> DiscussionAppeal:
    """A registrar decides, once. 1. the decision, 2. upheld: the post is shown again, 3. the record is written, 4. the author is told. Twice is once. Refused without an answer, and where somebody
    else has decided it."""
    locked = lock_post(post)
    insist(may_decide_appeal(by, locked))
    found = DiscussionAppeal.objects.select_for_update(no_key=True).filter(post=locked).first()
    if found is None:
        raise Refused(_("The author has not appealed."))
    if found.state != AppealState.OPEN:
        if found.decided_by == actor_label(by):
            return found
        raise Refused(_("Another registrar has decided this appeal already."))
    if not answer.strip():
        raise Refused(_("Enter the answer: the author reads it."))
    make_transition(
        found,
        "uphold_appeal" if is_upheld else "decline_appeal",
        by=by,
        answer=answer.strip(),
        decided_by=actor_label(by),
    )
    if is_upheld and locked.state == PostState.HIDDEN:
        _show_again(locked, by)
    else:
        _tell_author(
            locked,
            _("Your appeal is decided"),
            _("The post stays hidden. The registrar’s answer: %(answer)s")
            % {"answer": answer.strip()},
            f"posts/{locked.pk}/",
        )
    return found
