"""Reviews before publishing: who is asked, what they decide, and what is published with or without them."""

import re

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    TaskState,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import moment
from lms.pages.models import HomePage
from lms.people.actions import tell
from lms.people.models import Role, User
from lms.people.roles import holders_of, may_act_as, roles_of
from lms.record.actions import write

from .. import rules
from ..authoring import reviewers
from ..authoring.reviewers import AUTHORS, GROUPS, LOOKED_AT, REVIEWS, URGENT, WORKFLOW
from ..authoring.validation import ValidationFailed, faults_of_gaps, insist_valid
from ..models import (
    CorePage,
    FormativeTask,
    Helpline,
    LinkCheck,
    Module,
    Prerequisite,
    Programme,
    ProgrammeCheck,
    Provision,
    StudyTask,
    Suggestion,
    Term,
    Unit,
    UnitPage,
    UnitVersion,
    Variant,
    Work,
)
from ..queries.programme import programme_effect
from ..rendering.units import draw
from ..states import SuggestionState
from .publishing import publish_version

CURRICULUM = (
    Programme,
    Module,
    Unit,
    Variant,
    Prerequisite,
    Provision,
    Term,
    Helpline,
    Work,
    StudyTask,
    FormativeTask,
)


# ---- who comes into the editor ----


@transaction.atomic
def open_editor(*, by) -> list[User]:
    """Open Wagtail's editor to the authors of today, and pages in review to their reviewers.

    1. a group for each role, with Wagtail's permissions, 2. the review's workflow on the first page,
    3. each group holds whoever holds its role today, and nobody else. Returns the authors.
    """
    insist(may_act_as(by, Role.HUB_OFFICER, Role.REGISTRAR))
    groups = {name: group_named(name) for name in GROUPS}
    give_authors_their_screens(groups[AUTHORS])
    lay_workflow(groups)
    people = {name: holders_of(role) for name, role in GROUPS.items()}
    for name, group in groups.items():
        if set(group.user_set.values_list("pk", flat=True)) != {
            person.pk for person in people[name]
        }:
            group.user_set.set(people[name])
            write(
                "courses.open_editor",
                f"courses.group:{name}",
                by=by,
                after=sorted(p.pk for p in people[name]),
            )
    return people[AUTHORS]


def group_named(name) -> Group:
    group, _unused = Group.objects.get_or_create(name=name)
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    return group


def give_authors_their_screens(group):
    acts = [
        f"{act}_{model._meta.model_name}"
        for model in CURRICULUM
        for act in ("add", "change", "view")
    ]
    acts += ["change_topup", "view_topup"]  # begun at a change of law, never here
    acts += [
        "delete_prerequisite"
    ]  # what comes first is advice of today; nobody's past rests on it
    group.permissions.add(
        *Permission.objects.filter(content_type__app_label="courses", codename__in=acts)
    )
    for act in ("add_page", "change_page", "publish_page"):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=act)
        GroupPagePermission.objects.get_or_create(
            group=group, page=first_page(), permission=permission
        )
    root = Collection.get_first_root_node()
    for app, kind in (("wagtailimages", "image"), ("wagtaildocs", "document")):
        for act in ("add", "change", "choose"):
            permission = Permission.objects.get(
                content_type__app_label=app, codename=f"{act}_{kind}"
            )
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=root, permission=permission
            )


def first_page():
    return HomePage.objects.first() or Page.get_first_root_node()


def lay_workflow(groups) -> Workflow:
    workflow, _unused = Workflow.objects.get_or_create(name=WORKFLOW)
    for order, (name, group, _unused) in enumerate(REVIEWS):
        task = GroupApprovalTask.objects.filter(
            name=name
        ).first() or GroupApprovalTask.objects.create(name=name)
        task.groups.set([groups[group]])
        WorkflowTask.objects.get_or_create(
            workflow=workflow, task=task, defaults={"sort_order": order}
        )
    WorkflowPage.objects.get_or_create(
        page=Page.objects.get(pk=first_page().pk), defaults={"workflow": workflow}
    )
    return workflow


@transaction.atomic
def follow_roles(person, *, by) -> bool:
    """Put one person into the groups of the roles they hold today: 1. the groups, 2. the record is written
    where they changed. Does nothing before `open_editor`."""
    groups = list(Group.objects.filter(name__in=GROUPS))
    if not groups:
        return False
    held = roles_of(person)
    wanted = {group for group in groups if GROUPS[group.name] in held}
    standing = set(person.groups.filter(name__in=GROUPS))
    if wanted == standing:
        return False
    person.groups.remove(*(standing - wanted))
    person.groups.add(*(wanted - standing))
    write("courses.follow_roles", person, by=by, after=sorted(group.name for group in wanted))
    return True


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
                "full_name": by.full_name,
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


@transaction.atomic
def publish_response(suggestion, *, by, you_said, we_did) -> Suggestion:
    """Put an answered suggestion on the public page, in words its consultant agreed to.

    1. the words, 2. since when they are shown, 3. the record is written, 4. the consultant is told. The page
    shows no name, and words that hold the consultant's are refused.
    """
    insist(rules.may_publish(by))
    locked = (
        Suggestion.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person", "version")
        .get(pk=suggestion.pk)
    )
    words = {"you_said": you_said.strip(), "we_did": we_did.strip()}
    if locked.state == SuggestionState.OFFERED:
        raise Refused(_("Answer the suggestion first. Then it can be shown to everyone."))
    if not all(words.values()):
        raise Refused(_("Write both: what was said, and what you did."))
    person, said = locked.person, " ".join(words.values())
    names = (person.first_name, person.last_name, person.known_as, person.email)
    if any(re.search(rf"\b{re.escape(name)}\b", said) for name in names if len(name) > 1):
        raise Refused(
            _("These words hold the consultant’s name. No one is named on the public page.")
        )
    if locked.told_on and all(getattr(locked, name) == value for name, value in words.items()):
        return locked
    locked.you_said, locked.we_did, locked.told_on = (
        words["you_said"],
        words["we_did"],
        locked.told_on or clock.today(),
    )
    locked.save(update_fields=["you_said", "we_did", "told_on"])
    write("courses.tell_all", locked, by=by, reason="The consultant agreed to these words.")
    tell(
        person,
        _("Your suggestion is on the public page"),
        _(
            "Without your name, “You said, we did” now says: %(you_said)s %(we_did)s "
            "If you want it taken off, tell a course author at any time."
        )
        % {"you_said": words["you_said"], "we_did": words["we_did"]},
        "/you-said/",
    )
    suggestion.refresh_from_db()
    return locked


@transaction.atomic
def withdraw_response(suggestion, *, by) -> Suggestion:
    """Take it off the public page: 1. the day, 2. the record is written. The words are kept for whoever wrote them."""
    insist(rules.may_publish(by))
    locked = Suggestion.objects.select_for_update(no_key=True).get(pk=suggestion.pk)
    if locked.told_on:
        locked.told_on = None
        locked.save(update_fields=["told_on"])
        write("courses.untell", locked, by=by)
    suggestion.told_on = None
    return locked


# ---- links ----


@transaction.atomic
def note_links(answers, *, by) -> int:
    """Keep what each outside address answered, and forget addresses that nothing points at any more.

    `answers`: address to (answer, is_broken). While an address stays broken its row keeps the moment it was first found
    so. 1. the rows, 2. the record is written. Returns how many are broken.
    """
    insist(may_act_as(by, Role.AUTHOR))
    now = clock.now()
    standing = {row.address: row for row in LinkCheck.objects.select_for_update(no_key=True)}
    for address, (answer, is_broken) in answers.items():
        row = standing.get(address) or LinkCheck(address=address, checked_at=now)
        if not (is_broken and row.is_broken):
            row.checked_at = now
        row.answer, row.is_broken = answer[:200], is_broken
        row.save()
    LinkCheck.objects.filter(address__in=set(standing) - set(answers)).delete()
    broken = sum(is_broken for _unused, is_broken in answers.values())
    write(
        "courses.note_links",
        "courses.links",
        by=by,
        after={"asked": len(answers), "broken": broken},
    )
    return broken
