"""Ties publishing and reviewing in the editor to the room's own actions."""

from django.apps import AppConfig
from django.db.models.signals import pre_save
from django.utils.translation import gettext as _


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self):
        from django.contrib.auth.signals import user_logged_in
        from wagtail import signals
        from wagtail.models import TaskState, WorkflowState

        from .models import UnitPage

        signals.page_published.connect(
            keep_version, sender=UnitPage, dispatch_uid="courses.keep_version"
        )
        signals.page_unpublished.connect(
            take_down, sender=UnitPage, dispatch_uid="courses.take_down"
        )
        pre_save.connect(before_review, sender=WorkflowState, dispatch_uid="courses.before_review")
        pre_save.connect(before_verdict, sender=TaskState, dispatch_uid="courses.before_verdict")
        signals.task_submitted.connect(after_asking, dispatch_uid="courses.after_asking")
        signals.task_approved.connect(after_verdict, dispatch_uid="courses.approved")
        signals.task_rejected.connect(after_verdict, dispatch_uid="courses.rejected")
        # Wagtail would publish as the last reviewer, who may approve and not publish. Its setting for this is read before
        # any app is ready.
        WorkflowState.on_finish = publish_reviewed
        user_logged_in.connect(follow, dispatch_uid="courses.follow")


def keep_version(instance, revision, **kwargs):
    """A unit page went live: keep what it says, in the name of the author who submitted it, with who reviewed it.
    A page that is only scheduled, or a copy without a unit, is not yet anything to read."""
    from lms.people.roles import Operator

    from .actions import publish_version
    from .authoring.reviewers import may_move, reviews_of
    from .rendering.units import draw

    if instance.live and instance.variant_id:
        state, reviews = reviews_of(instance, revision)
        by = (
            (state and state.requested_by)
            or (revision and revision.user)
            or Operator("publish_pages")
        )
        publish_version(
            instance.variant,
            draw(instance, instance.core),
            by=by,
            revision=revision and revision.pk,
            reviews=reviews,
            moves=may_move(instance.variant, state),
        )


def take_down(instance, **kwargs):
    """A unit page was taken down: stop offering its unit. Wagtail does not say who did it; its log does."""
    from lms.people.roles import Operator

    from .actions import withdraw

    if instance.variant_id:
        withdraw(instance.variant, by=Operator("unpublish_pages"))


def before_review(instance, **kwargs):
    """A review begins or ends: the page has to be sound both times, for law may change in between. A review that asked
    for changes does not go on where it stopped: it begins anew, because the words are others."""
    from .authoring.reviewers import BeginAnew, insist_seen, is_taught
    from .authoring.validation import insist_valid

    kind, begins = type(instance), instance._state.adding
    page = instance.content_object
    if page is None or not is_taught(getattr(page, "specific", page)):
        return
    if not begins and instance.status == kind.STATUS_IN_PROGRESS:
        if kind.objects.filter(pk=instance.pk, status=kind.STATUS_NEEDS_CHANGES).exists():
            raise BeginAnew(
                _(
                    "Changes were asked for, so the review begins anew. Submit the page again from the editor."
                )
            )
    if begins or instance.status == kind.STATUS_APPROVED:
        insist_valid(page.get_latest_revision_as_object())
        insist_seen(page.specific, instance, approved=not begins)


def publish_reviewed(state, user=None):
    """The last review is done: publish what was reviewed."""
    state.content_object.get_latest_revision().publish(user=user, skip_permission_checks=True)


def before_verdict(instance, **kwargs):
    from wagtail.models import TaskState

    from .actions.reviews import allow_decision
    from .authoring.reviewers import is_taught

    if instance.pk and instance.status in (TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED):
        if is_taught(instance.workflow_state.content_object.specific):
            allow_decision(instance)


def after_asking(instance, user, **kwargs):
    from .actions.reviews import ask_for_review
    from .authoring.reviewers import is_taught

    if user and is_taught(instance.workflow_state.content_object.specific):
        ask_for_review(instance, by=user)


def after_verdict(instance, user, **kwargs):
    from .actions.reviews import note_review
    from .authoring.reviewers import is_taught

    if user and is_taught(instance.workflow_state.content_object.specific):
        note_review(instance, by=user)


def follow(user, **kwargs):
    """Whoever signs in finds the editor as their roles of today open it."""
    from lms.people.roles import Operator

    from .actions.editor_access import follow_roles

    follow_roles(user, by=Operator("sign_in"))
