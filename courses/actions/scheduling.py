"""Publishes and takes down pages at the moment their author set; it refuses a page that its reviews, the law or its author no longer stand behind."""

import logging

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision

from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.people.actions import tell
from lms.people.models import Role
from lms.people.roles import Operator, holders_of, may_act_as
from lms.record.actions import write

from .. import rules
from ..authoring import reviewers
from ..authoring.validation import insist_valid

log = logging.getLogger("django.worker")


def keep_schedule(*, by) -> dict:
    """Publish every page whose moment has come, and take down every page that has expired. How many of each, and `refused`.

    Each page is a transaction of its own, so one that fails stops no other. Publishing makes the version just as publishing by
    hand does, with the reviews of exactly that draft; taking down withdraws the unit. Twice is once.
    """
    insist(may_act_as(by, Role.AUTHOR))
    counted = {"published": 0, "taken_down": 0, "refused": 0}
    now = clock.now()
    expired = Page.objects.filter(live=True, expire_at__lt=now).order_by("expire_at")
    due = Revision.page_revisions.filter(approved_go_live_at__lt=now).order_by(
        "approved_go_live_at"
    )
    for action, keys, name in (
        (take_down, list(expired.values_list("pk", flat=True)), "taken_down"),
        (go_live, list(due.values_list("pk", flat=True)), "published"),
    ):
        for pk in keys:
            try:
                counted[name] += action(pk, by=by)
            except (NotAllowed, Refused) as refusal:
                counted["refused"] += unschedule(pk, str(refusal), by=by)
            except Exception:
                log.exception("%s of %s failed.", name, pk)
                counted["failed"] = counted.get("failed", 0) + 1
    return counted


@transaction.atomic
def go_live(pk, *, by) -> bool:
    """Publish one scheduled revision. Refused where it was not reviewed, is not sound today, or its author may publish no more."""
    revision, page = _still_due(pk)
    if revision is None:
        return False
    draft = revision.as_object()
    if reviewers.is_taught(draft):
        if reviewers.is_review_needed() and not reviewers.reviews_of(page, revision)[1]:
            raise Refused(_("It has not been read by two reviewers."))
        insist(rules.may_publish(_author_of(page, revision)))
        insist_valid(draft)
    revision.publish(log_action="wagtail.publish.scheduled")
    write("courses.publish_as_scheduled", page, by=by, after={"revision": revision.pk})
    return True


@transaction.atomic
def take_down(pk, *, by) -> bool:
    """Take down one page that has expired."""
    page = Page.objects.select_for_update(no_key=True).get(pk=pk)
    if not page.live or not page.expire_at or page.expire_at >= clock.now():
        return False
    page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    write("courses.take_down_as_scheduled", page.specific, by=by)
    return True


@transaction.atomic
def unschedule(pk, why, *, by) -> bool:
    """Give up one scheduled publication that was refused: 1. the draft stays a draft, 2. the record is written with the reason,
    3. today's authors are told."""
    revision, page = _still_due(pk)
    if revision is None:
        return False
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
    write("courses.unschedule", page, by=by, after={"revision": revision.pk}, reason=why)
    for person in holders_of(Role.AUTHOR):
        tell(
            person,
            _("%(title)s was not published") % {"title": revision.as_object().title},
            _(
                "It was set to be published now and was not. %(why)s The draft is kept. Correct it, then submit it again."
            )
            % {"why": why},
            f"/admin/pages/{page.pk}/edit/",
        )
    return True


def _still_due(pk):
    """The revision and its page, locked; (None, None) where somebody was quicker or took the day out of it."""
    revision = Revision.objects.get(pk=pk)
    page = Page.objects.select_for_update(no_key=True).get(pk=revision.object_id).specific
    revision = Revision.objects.filter(pk=pk, approved_go_live_at__lt=clock.now()).first()
    return (revision, page) if revision else (None, None)


def _author_of(page, revision):
    """Whoever the version will be published as, as `courses.apps.keep_version` finds them."""
    state, _unused = reviewers.reviews_of(page, revision)
    return (state and state.requested_by) or revision.user or Operator("publish_pages")
