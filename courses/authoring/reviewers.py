"""Who reviews a unit before it is published, who may, and who did."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.models import TaskState, WorkflowState

from lms.kit import clock
from lms.kit.refusals import YES, May, Refused, no
from lms.people.models import Role
from lms.people.roles import has_role

from ..models import CorePage, ModulePage, ProgrammeCheck, UnitPage
from ..queries.programme import programme_effect

WORKFLOW = "Course review"
# In this order: the task, the group that Wagtail asks, the role that group follows.
REVIEWS = (
    ("Academic review", "Academic reviewers", Role.TUTOR),
    ("Lived-experience review", "Survivor consultants", Role.SURVIVOR_CONSULTANT),
)
WAITS: dict[str, object] = {
    Role.TUTOR: gettext_lazy("This page waits for its academic review, which only a tutor can do."),
    Role.SURVIVOR_CONSULTANT: gettext_lazy(
        "This page waits for its lived-experience review, which only a survivor consultant can do."
    ),
}
AUTHORS = "Course authors"
GROUPS = {AUTHORS: Role.AUTHOR, **{group: role for _unused, group, role in REVIEWS}}
URGENT, LOOKED_AT = "Urgent correction", "Looked at with the new core"
ANSWER_ACCEPTED = "An answer was accepted"


class BeginAnew(Refused):
    """Changes were asked for and made: the review begins again, with its first task."""


def is_taught(page) -> bool:
    """Does what the page says reach trainees?"""
    return isinstance(page, UnitPage | CorePage)


def are_children_taught(page) -> bool:
    return isinstance(page, ModulePage)


def is_review_needed() -> bool:
    return getattr(settings, "IMSA_PUBLISH_NEEDS_REVIEW", True)


def role_of(task) -> str | None:
    return next((role for name, _unused, role in REVIEWS if name == task.name), None)


def may_review(person, page) -> May:
    """Whoever holds the role that the page waits for today, and did not submit it."""
    state = page.current_workflow_state
    if (
        state is None
        or state.status != WorkflowState.STATUS_IN_PROGRESS
        or state.current_task_state is None
    ):
        return no(_("This page is not waiting for a review."))
    return may_decide(person, state, state.current_task_state.task)


def may_decide(person, state, task) -> May:
    role = role_of(task)
    if role is None:  # a task that somebody added in Wagtail
        return no(
            _("This page waits for its %(task)s, which only a reviewer can do.")
            % {"task": task.name[:1].lower() + task.name[1:]}
        )
    if not has_role(person, role):
        return no(str(WAITS[role]))
    if state.requested_by_id == person.pk:
        return no(_("You submitted this page, so someone else reviews it."))
    if state.task_states.filter(status=TaskState.STATUS_APPROVED, finished_by=person).exists():
        return no(_("You have done the other review of this page, so someone else does this one."))
    return YES


def newest_draft(page):
    """The page as its newest draft says, or as it is."""
    revision = page.get_latest_revision()
    return revision.as_object() if revision else page


def effect_of_draft(page):
    """Whose programme the newest draft of a page changes once it is published; None where it concerns no variant."""
    draft = newest_draft(page) if isinstance(page, UnitPage) else None
    return programme_effect(draft.variant) if draft and draft.variant_id else None


def insist_seen(page, state, approved: bool):
    """Raise Refused unless what a page does to people's programmes can be done; and, to approve it, unless a second person
    has looked at exactly that."""
    effect = effect_of_draft(page)
    if effect is None:
        return
    if effect.variants_without_nation:
        raise Refused(" ".join(other.if_left_for_none for other in effect.variants_without_nation))
    if not effect.binds:
        return
    later = newest_draft(page).go_live_at
    if later and later > clock.now():
        raise Refused(
            _(
                "It changes people’s programmes, so it is published when its reviews are done. Take the day for publishing out of it."
            )
        )
    if approved and not has_been_seen(effect, state):
        raise Refused(
            ngettext(
                "Publishing this changes the programme of %(count)s person. "
                "Open “Whose programme this changes”, look at it and confirm it, then approve.",
                "Publishing this changes the programme of %(count)s people. "
                "Open “Whose programme this changes”, look at it and confirm it, then approve.",
                len(effect.outcomes),
            )
            % {"count": len(effect.outcomes)}
        )


def has_been_seen(effect, state) -> bool:
    """Has a reviewer confirmed, in this review, exactly what would happen now?"""
    seen = ProgrammeCheck.objects.filter(variant=effect.variant, review=state.pk, seen=effect.seen)
    return seen.exclude(by=state.requested_by_id).exists()


def may_move(variant, state) -> bool:
    """May a coming choice of nations count with this publication? Not when it was chosen after the review, for a day to come."""
    if variant.coming is None or not is_review_needed():
        return True
    effect = programme_effect(variant)
    return not effect.binds or state is not None and has_been_seen(effect, state)


def reviews_of(page, revision) -> tuple[WorkflowState | None, list[dict]]:
    """The finished review in which `revision` was read, and who approved what in it; none where it was not."""
    if revision is None:
        return None, []
    state = (
        page.workflow_states.filter(status=WorkflowState.STATUS_APPROVED)
        .order_by("-created_at", "-pk")
        .first()
    )
    if state is None:
        return None, []
    done = list(
        state.task_states.filter(status=TaskState.STATUS_APPROVED)
        .select_related("task")
        .order_by("finished_at", "pk")
    )
    if (
        not done
        or not done[0].revision_id <= revision.pk
        or revision.created_at > done[-1].finished_at
    ):
        return None, []
    return state, [
        {
            "task": one.task.name,
            "by": one.finished_by_id,
            "on": one.finished_at.isoformat(),
            "why": one.comment,
        }
        for one in done
    ]
