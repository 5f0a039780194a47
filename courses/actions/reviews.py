"""Reviews before publishing: who is asked, what they decide, and what is published with or without them."""

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import (
    Page,
    TaskState,
)

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import moment
from lms.people.actions import tell
from lms.people.models import Role
from lms.people.names import public_name
from lms.people.roles import holders_of
from lms.record.actions import write

from .. import rules
from ..authoring import reviewers
from ..authoring.reviewers import LOOKED_AT, URGENT
from ..authoring.validation import ValidationFailed, faults_of_gaps, insist_valid
from ..models import (
    CorePage,
    ProgrammeCheck,
    UnitPage,
    UnitVersion,
)
from ..queries.programme import programme_effect
from ..rendering.units import draw
from .publishing import publish_version

# ---- who comes into the editor ----


# ---- the review itself; Wagtail keeps its states, these actions guard and tell of them ----


@transaction.atomic
def ask_for_review(task_state, *, by):
    """A page now waits for a task: 1. the record is written, 2. whoever may do it is told."""
    page = task_state.workflow_state.content_object.specific
    write(
        "courses.ask_for_review",
        page,
        by=by,
        after={"task": task_state.task.name, "revision": task_state.revision_id},
    )
    role = reviewers.role_of(task_state.task)
    for person in holders_of(role) if role else []:
        if person.pk != task_state.workflow_state.requested_by_id:
            tell(
                person,
                _("%(title)s is ready for you")
                % {"title": page.get_latest_revision_as_object().title},
                _("It waits for its %(task)s. Read it, comment, and approve it or ask for changes.")
                % {"task": task_state.task.name.lower()},
                editing(page),
            )


@transaction.atomic
def allow_decision(task_state):
    """Before Wagtail keeps a verdict: only who may gives it, and only while it is still asked for."""
    if task_state.finished_by is None:
        return
    locked = TaskState.objects.select_for_update(no_key=True).get(pk=task_state.pk)
    if locked.status != TaskState.STATUS_IN_PROGRESS:
        raise Refused(_("This review is already done. Open the page again to see where it stands."))
    insist(reviewers.may_decide(task_state.finished_by, task_state.workflow_state, task_state.task))
    if task_state.status == TaskState.STATUS_APPROVED:
        reviewers.insist_seen(
            task_state.workflow_state.content_object.specific,
            task_state.workflow_state,
            approved=True,
        )


@transaction.atomic
def confirm_programme(page, *, by, seen) -> ProgrammeCheck | None:
    """A reviewer has looked at whose programme a draft changes, and how; without this it is not approved.

    1. that this person saw exactly this, never to change; 2. the record is written. Twice is once. `seen`: the mark of what the
    page showed (`ProgrammeEffect.seen`); Refused where it would do something else by now. None where it changes nobody's.
    """
    insist(reviewers.may_review(by, page))
    effect, state = reviewers.effect_of_draft(page), page.current_workflow_state
    if effect is None or not effect.binds:
        return None
    if effect.seen != seen:
        raise Refused(
            _(
                "It would now concern other people, or do something else, than the page said. It is shown below; look at it again."
            )
        )
    made, is_new = ProgrammeCheck.objects.get_or_create(
        variant=effect.variant,
        review=state.pk,
        seen=seen,
        by=by,
        defaults={"people": len(effect.outcomes), "submitted_by": state.requested_by},
    )
    if is_new:
        nations = {row.nation: row.after for row in effect.rows if row.changes}
        write(
            "courses.confirm_programme",
            made,
            by=by,
            after={"people": made.people, "nations": nations},
        )
    return made


@transaction.atomic
def note_review(task_state, *, by):
    """A reviewer decided: 1. the record is written, 2. the author is told when there is something to do or it is done."""
    state = task_state.workflow_state
    page = state.content_object.specific
    write(
        "courses.review",
        page,
        by=by,
        after={"task": task_state.task.name, "verdict": task_state.status},
    )
    if state.requested_by is None:
        return
    title = page.get_latest_revision_as_object().title
    if task_state.status == TaskState.STATUS_REJECTED:
        tell(
            state.requested_by,
            _("%(title)s: changes are asked for") % {"title": title},
            _("%(full_name)s writes: %(comment)s Mend it, then submit it again.")
            % {
                "full_name": public_name(by),
                "comment": task_state.comment or _("See the comments on the page."),
            },
            editing(page),
        )
    elif state.status == state.STATUS_APPROVED:
        later = page.get_latest_revision_as_object().go_live_at
        when = (
            _("it will be published on %(moment)s") % {"moment": moment(later)}
            if later and later > clock.now()
            else _("it is published")
        )
        tell(
            state.requested_by,
            _("%(title)s is approved") % {"title": title},
            _("Both reviews are done, and %(when)s.") % {"when": when},
            editing(page),
        )


@transaction.atomic
def submit_again(page, *, by):
    """After changes were asked for, begin the review anew: both reviewers read the mended words.

    1. the old review ends, 2. a new one begins. Refused where the page is not sound.
    """
    insist(rules.may_publish(by))
    state = page.current_workflow_state
    if state and state.status == state.STATUS_NEEDS_CHANGES:
        state.cancel(user=by)
    if not page.workflow_in_progress:
        page.get_workflow().start(page, by)


def editing(page) -> str:
    return f"/admin/pages/{page.pk}/edit/"


# ---- publishing beside the review ----


@transaction.atomic
def publish_urgently(page, *, by, why) -> UnitVersion | None:
    """Publish the newest draft without a review, because the law in it is wrong.

    1. the version, with the reason in its reviews (a core has none of its own), 2. the page goes live,
    3. the record is written with the reason, 4. Hub officers and survivor consultants are told.
    """
    insist(rules.may_publish(by))
    reason = why.strip()
    if not reason:
        raise Refused(_("Say what is wrong in the law, and why it cannot wait."))
    Page.objects.select_for_update(no_key=True).get(pk=page.pk)
    if page.workflow_in_progress:
        raise Refused(
            _(
                "This page is in review. Cancel the review in the editor first, so that no one reviews words that are gone."
            )
        )
    revision = page.get_latest_revision()
    if page.live and page.live_revision_id == revision.pk:
        return UnitVersion.objects.filter(revision=revision.pk).first()
    draft, version = revision.as_object(), None
    if draft.go_live_at and draft.go_live_at > clock.now():
        raise Refused(
            _(
                "This draft is set to be published later. Take that day out of it in the editor first."
            )
        )
    insist_valid(draft)
    effect = reviewers.effect_of_draft(page)
    if effect and effect.binds and not is_back(draft.variant, effect):
        raise Refused(
            _(
                "It changes what trainees study, not only the law in a text they have. Submit it to the course review."
            )
        )
    if isinstance(draft, UnitPage):
        line = {"task": URGENT, "by": by.pk, "on": clock.now().isoformat(), "why": reason}
        version = publish_version(
            draft.variant, draw(draft, draft.core), by=by, revision=revision.pk, reviews=[line]
        )
    revision.publish(user=by)
    write("courses.publish_urgently", page, by=by, after={"revision": revision.pk}, reason=reason)
    for person in {
        p.pk: p for role in (Role.HUB_OFFICER, Role.SURVIVOR_CONSULTANT) for p in holders_of(role)
    }.values():
        tell(
            person,
            _("%(title)s was corrected at once") % {"title": draft.title},
            _("%(full_name)s published it before its reviews. The reason: %(reason)s")
            % {"full_name": by.full_name, "reason": reason},
            "",
        )
    return version


def is_back(variant, effect) -> bool:
    """Does the page only come back as it was, after it was taken down?"""
    moves = any(set(row.before) - set(row.after) for row in effect.rows)
    return variant.versions.exists() and variant.coming is None and not moves


@transaction.atomic
def look_again(variant, *, by, core_revision) -> UnitVersion:
    """Say that a nation's text is still right beside its unit's new core.

    1. the next version, drawn with the new core, naming who looked and who reviewed the core, 2. the record is
    written. Refused when the core has changed since it was read, or asks for something the text does not say.
    """
    insist(rules.may_publish(by))
    page = (
        UnitPage.objects.filter(variant=variant, live=True).select_related("live_revision").first()
    )
    core = (
        CorePage.objects.select_for_update(of=("self",), no_key=True)
        .filter(unit_id=variant.unit_id, live=True)
        .first()
    )
    if page is None or core is None:
        raise Refused(_("There is no published text, or no published core, to look at."))
    if core.live_revision_id != core_revision:
        raise Refused(_("The core was published again while you read it. Read it again."))
    last = UnitVersion.objects.filter(variant=variant).order_by("-number").first()
    if last and last.core_revision == core.live_revision_id:
        return last
    found = faults_of_gaps(page, core)
    if found:
        raise ValidationFailed(page, found)
    if programme_effect(variant).binds:
        raise Refused(
            _(
                "Other nations were chosen for this text, which changes people’s programmes. Submit its page to the course review."
            )
        )
    _unused, reviewed = reviewers.reviews_of(core, core.live_revision)
    looked = {"task": LOOKED_AT, "by": by.pk, "on": clock.now().isoformat(), "why": ""}
    return publish_version(
        variant,
        draw(page, core),
        by=by,
        revision=page.live_revision_id,
        reviews=[*reviewed, looked],
    )


# ---- you said, we did ----


# ---- links ----
