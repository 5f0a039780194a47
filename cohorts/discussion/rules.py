"""Who takes part in the discussion of a cohort, who moderates it; each says no with its reason."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import YES, May, no
from lms.people.models import Role
from lms.people.roles import has_role, is_operator, may_act_as
from lms.record.actions import actor_label

from ..enrolment.models import Enrolment
from ..enrolment.rules import cohorts_with_account_of, may_have_account_in
from ..enrolment.states import EnrolmentState
from .models import DiscussionAppeal, DiscussionMember
from .states import AppealState, PostState

MODERATORS = (Role.TUTOR, Role.REGISTRAR)


def may_open_spaces(by) -> May:
    return may_act_as(by, Role.REGISTRAR)


def cohorts_studied_by(person, cohorts) -> set[int]:
    """Of some cohorts (keys): those they are in. Who left one is not in it; who completed is."""
    rows = Enrolment.objects.filter(cohort__in=cohorts, person=person.pk)
    return set(rows.exclude(state=EnrolmentState.LEFT).values_list("cohort_id", flat=True))


def may_read(by, space) -> May:
    """The people of the cohort; its tutors and registrars."""
    if readable(by, [space]):
        return YES
    return no(_("This discussion is for the people of its cohort and those who teach them."))


def readable(by, spaces) -> list:
    """Those of some spaces that `may_read` says yes to, in their order. Three questions and that for the roles, however many they are."""
    keys = {space.cohort_id for space in spaces}
    open_to = cohorts_studied_by(by, keys)
    rest = keys - open_to
    if rest and may_act_as(by, *MODERATORS):
        open_to |= rest if is_operator(by) else rest - cohorts_with_account_of(by, rest)
    return [space for space in spaces if space.cohort_id in open_to]


def may_moderate(by, space) -> May:
    """Tutors and registrars. Nothing ties a tutor to a cohort; none moderates where they, or somebody with their name or address, study."""
    allowed = may_act_as(by, *MODERATORS)
    if allowed and not is_operator(by) and may_have_account_in(by, space.cohort):
        return no(
            _(
                "You, or someone with your name or email address, studies in this cohort. Someone else moderates it."
            )
        )
    return allowed


def may_moderate_post(by, post) -> May:
    """Look at its reports, hide it, show it again: a moderator who did not write it."""
    may = may_moderate(by, post.thread.space)
    if may and post.author_id == by.pk:
        return no(_("You wrote this post. Someone else moderates it."))
    return may


def may_hide(by, post) -> May:
    """Who moderates the post; once a registrar has upheld an appeal about it, registrars only."""
    may = may_moderate_post(by, post)
    if may and not may_act_as(by, Role.REGISTRAR):
        if DiscussionAppeal.objects.filter(post=post.pk, state=AppealState.UPHELD).exists():
            return no(
                _("A registrar has decided that this post is shown. Ask a registrar to hide it.")
            )
    return may


def may_write(by, space) -> May:
    """Who may read, has accepted the code of conduct, while the space is open."""
    may = may_read(by, space)
    if not may:
        return may
    if not space.takes_posts:
        return no(_("This discussion is closed. You can still read it."))
    if not DiscussionMember.objects.filter(space=space, person=by.pk).exists():
        return no(_("Read and accept the code of conduct first."))
    return YES


def may_change(by, post) -> May:
    """The author, for IMSA_DISCUSSION_CHANGE_MINUTES, what is shown."""
    space = post.thread.space
    if post.author_id != by.pk:
        return no(_("Only its author can change a post."))
    may = may_write(by, space)
    if not may:
        return may
    if post.state != PostState.SHOWN:
        return no(_("This post is not shown any more."))
    if clock.now() > post.at + timedelta(minutes=settings.IMSA_DISCUSSION_CHANGE_MINUTES):
        return no(
            _(
                "A post can be changed or removed for %(minutes)s minutes. To have it removed now, report it and say that it is yours."
            )
            % {"minutes": settings.IMSA_DISCUSSION_CHANGE_MINUTES}
        )
    return YES


def may_report(by, post) -> May:
    may = may_read(by, post.thread.space)
    if may and post.state != PostState.SHOWN:
        return no(_("This post is not shown any more."))
    return may


def may_appeal(by, post) -> May:
    """The author of a hidden post, as long as they are in the cohort."""
    if post.author_id != by.pk or post.state != PostState.HIDDEN:
        return no(_("Only the author of a hidden post can ask a registrar to look at it."))
    return may_read(by, post.thread.space)


def may_decide_appeal(by, post) -> May:
    """A registrar who neither hid nor wrote the post."""
    may = may_moderate(by, post.thread.space)
    if not may or not has_role(by, Role.REGISTRAR):
        return may_act_as(by, Role.REGISTRAR) and may
    if post.hidden_by == actor_label(by) or post.author_id == by.pk:
        return no(_("You hid or wrote this post. Another registrar decides."))
    return YES
