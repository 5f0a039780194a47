"""Reviews and checks in Wagtail's page editor: what it offers, what it refuses, and in which words."""

from inspect import unwrap

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from lms.kit.refusals import NotAllowed, Refused
from lms.kit.templatetags.kit import day
from lms.people.models import Role
from lms.people.roles import has_role

from ..actions.reviews import submit_again
from ..authoring.reviewers import (
    BeginAnew,
    are_children_taught,
    effect_of_draft,
    is_review_needed,
    is_taught,
    may_review,
)
from ..authoring.validation import ValidationFailed, faults, insist_valid
from ..middleware import REVIEW_KEPT
from ..models import UnitPage
from ..rules import may_publish
from .overview import is_behind, names_of

DECIDING = (
    "action-publish",
    "action-submit",
    "action-restart-workflow",
    "action-workflow-action",
    "action-cancel-workflow",
)
FIRST_REVIEWS = gettext_noop(
    "Units are read by two reviewers before they are published, so this was not published. Your draft is kept: submit it to the "
    "course review. If the law in it is wrong and cannot wait, publish an urgent correction."
)
SHOWN = 8

# Our own notices tell reviewers and authors, on the site and by mail after the action; Wagtail's would come twice.
for signal, kind, uid in (
    (task_submitted, TaskState, "group_approval_task_submitted_email_notification"),
    (workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification"),
    (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification"),
    (workflow_approved, WorkflowState, "workflow_state_approved_email_notification"),
):
    signal.disconnect(sender=kind, dispatch_uid=uid)


# ---- coming in, and what is refused ----


@hooks.register("before_edit_page")
def authors_and_reviewers(request, page):
    """Authors come in; a tutor or consultant for a page that waits for them."""
    if not may_publish(request.user):
        may = may_review(request.user, page)
        if not may:
            return render(request, "403.html", {"reason": may.reason}, status=403)
    if request.method == "GET" and "json" not in request.headers.get("Accept", ""):
        say_what_stands(request, page)
    return guarded(request, lambda: page)


@hooks.register("before_create_page")
def creating(request, parent, kind):
    return guarded(request, lambda: None)


def guarded(request, page):
    """Let Wagtail save and decide; when an action refuses, go back to the draft it saved, with the reasons."""
    if (
        request.method != "POST"
        or getattr(request, "is_guarded", False)
        or not set(DECIDING) & set(request.POST)
    ):
        return None
    request.is_guarded = True
    match = request.resolver_match
    # Once more without Wagtail's guard, which has one sentence for every refusal.
    view = unwrap(match.func)
    try:
        return view(request, *match.args, **match.kwargs)
    except BeginAnew:
        return begin_anew(request, page())
    except ValidationFailed as refusal:
        return say_faults(request, refusal)
    except (Refused, NotAllowed) as refusal:
        messages.error(request, str(refusal))
        return (
            redirect("wagtailadmin_pages:edit", page().pk)
            if page()
            else redirect("wagtailadmin_home")
        )


def begin_anew(request, page):
    draft = Page.objects.get(pk=page.pk).specific
    try:
        submit_again(draft, by=request.user)
    except ValidationFailed as refusal:
        return say_faults(request, refusal)
    messages.success(
        request,
        _("%(title)s is submitted again. Both reviewers read it anew.")
        % {"title": draft.get_admin_display_title()},
    )
    return redirect("wagtailadmin_explore", draft.get_parent().pk)


def say_faults(request, refusal):
    messages.error(
        request,
        listed(
            _("Your draft is kept, and nothing else was done. Mend this first:"), refusal.faults
        ),
    )
    if may_publish(request.user) or may_review(request.user, refusal.page):
        return redirect(f"{reverse('wagtailadmin_pages:edit', args=[refusal.page.pk])}?said=1")
    return redirect("wagtailadmin_home")


def listed(opening, issues):
    lines = [
        (f"#block-{f.block}-section" if f.block else "#id_title", f.where, f.words)
        for f in issues[:SHOWN]
    ]
    more = _(" And %(count)s more.") % {"count": len(issues) - SHOWN} if len(issues) > SHOWN else ""
    return format_html(
        "{} <ul>{}</ul>{}",
        opening,
        format_html_join(
            "", '<li><a class="w-text-current w-underline" href="{}">{}</a>: {}</li>', lines
        ),
        more,
    )


@hooks.register("before_publish_page")
def reviewed_first(request, page):
    if is_taught(page) and is_review_needed():
        messages.error(request, _(FIRST_REVIEWS))
        return redirect("wagtailadmin_pages:edit", page.pk)
    if is_taught(page):
        insist_valid(page)


@hooks.register("before_bulk_action")
def one_at_a_time(request, action, things, view):
    if (
        action == "publish"
        and any(isinstance(thing, Page) for thing in things)
        and is_review_needed()
    ):
        messages.error(
            request,
            _("Pages are published one at a time, after their reviews. Nothing was published."),
        )
        return redirect("wagtailadmin_home")


@hooks.register("after_edit_page")
def reviewers_leave(request, page):
    """A reviewer who has decided may not see the page's folder, where Wagtail would send them."""
    if not may_publish(request.user) and not may_review(request.user, Page.objects.get(pk=page.pk)):
        messages.success(request, _(REVIEW_KEPT))
        return redirect("wagtailadmin_home")


# ---- what is said and offered ----


def say_what_stands(request, page):
    if not is_taught(page):
        return
    state = page.current_workflow_state
    if state and state.status == state.STATUS_NEEDS_CHANGES and state.current_task_state:
        asked = state.current_task_state
        messages.warning(
            request,
            format_html(
                _("{} asked for changes: {}"),
                asked.finished_by or _("A reviewer"),
                asked.comment or _("see the comments."),
            ),
        )
    found = faults(page, getattr(page, "core", None))
    stops, warns = ([f for f in found if f.stops is stop] for stop in (True, False))
    if stops and "said" not in request.GET:
        messages.warning(request, listed(_("To be mended before this can be reviewed:"), stops))
    if warns:
        messages.info(request, listed(_("Worth a look:"), warns))
    since = is_behind(page) if isinstance(page, UnitPage) else None
    if since:
        beside = reverse("courses:side_by_side", args=[page.variant.unit.code])
        messages.warning(
            request,
            format_html(
                _("The core changed on {}, and the text for {} was not looked at since. {}"),
                day(since),
                names_of(page.variant),
                format_html(
                    _('<a class="w-text-current w-underline" href="{}">See them side by side</a>'),
                    beside,
                ),
            ),
        )
    say_whom(request, page)
    if not may_publish(request.user):
        messages.info(
            request,
            _(
                "You are reviewing this page. Comment on any words, then approve it or ask for changes. The words "
                "themselves are changed by their author."
            ),
        )


def say_whom(request, page):
    effect = effect_of_draft(page)
    if effect and effect.binds:
        people = len(effect.outcomes)
        messages.warning(
            request,
            format_html(
                _("Publishing this changes the programme of {} {}. {}{}"),
                people,
                "person" if people == 1 else "people",
                format_html(
                    _(
                        '<a class="w-text-current w-underline" href="{}">Whose programme this changes</a>'
                    ),
                    reverse("courses:whose_programme", args=[page.pk]),
                ),
                ""
                if may_publish(request.user)
                else _(": look at it and confirm it before you approve the page."),
            ),
        )


class SubmitAgain(ActionMenuItem):
    name, label, icon_name = (
        "action-submit",
        gettext_lazy("Submit to both reviewers again"),
        "resubmit",
    )


class Urgent(ActionMenuItem):
    name, label, icon_name = "urgent", gettext_lazy("Publish an urgent correction"), "warning"

    def get_url(self, context):
        return reverse("courses:urgent", args=[context["page"].pk])


@hooks.register("construct_page_action_menu")
def offer(items, request, context):
    """No button that would be refused."""
    page, parent = context.get("page"), context.get("parent_page")
    taught = is_taught(page) if page else bool(parent) and are_children_taught(parent.specific)
    if not taught or not is_review_needed():
        return
    state = page.current_workflow_state if page else None
    refused = {"action-publish", "action-restart-workflow"}
    if not may_publish(request.user):
        refused.add("action-cancel-workflow")  # a reviewer asks for changes instead, and says which
    items[:] = [item for item in items if item.name not in refused]
    if state and state.status == state.STATUS_NEEDS_CHANGES:
        items[:] = [item for item in items if item.name != "action-submit"] + [
            SubmitAgain(order=60)
        ]
    in_review = state and state.status == state.STATUS_IN_PROGRESS
    if page and page.pk and not in_review and may_publish(request.user):
        items.append(Urgent(order=70))


class ForStaff(MenuItem):
    def is_shown(self, request):
        return has_role(request.user, Role.AUTHOR, Role.TUTOR)


@hooks.register("register_admin_menu_item")
def units_and_reviews():
    return ForStaff(
        _("Units and reviews"), reverse("courses:authoring"), icon_name="list-ul", order=105
    )


@hooks.register("register_reports_menu_item")
def checks_and_links():
    return ForStaff(
        _("Checks and links"),
        reverse("courses:authoring_report"),
        icon_name="clipboard-list",
        order=50,
    )
