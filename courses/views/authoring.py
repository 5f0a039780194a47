"""The working pages of authors and tutors: where every unit stands, variants side by side, what to mend."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.models import Page

from lms.kit.refusals import Refused, insist
from lms.people.models import Role, User
from lms.people.roles import has_role

from .. import rules
from ..actions import reviews
from ..authoring.reviewers import (
    effect_of_draft,
    has_been_seen,
    is_taught,
    may_review,
    newest_draft,
)
from ..authoring.validation import stopping
from ..editor import overview
from ..forms.study import UrgentForm
from ..models import Unit, UnitPage, Variant
from ..queries.programme import OUTCOMES


@login_required
def desk(request):
    """Every unit: its state, who has it in review, what is behind its core, overdue or faulty."""
    insist(rules.may_answer(request.user))
    modules = overview.desk()
    every = [line for _unused, units in modules for _unused, entries in units for line in entries]
    return render(
        request,
        "courses/authoring/desk.html",
        {
            "modules": modules,
            "may_write": bool(rules.may_publish(request.user)),
            "in_review": [line for line in every if line.review],
            "behind": [line for line in every if line.core_changed],
            "overdue": [line for line in every if line.overdue],
            "faulty": [line for line in every if line.stops],
        },
    )


@login_required
def report(request):
    """All faults of all units, and every link that is broken."""
    insist(rules.may_answer(request.user))
    faulty = [
        (unit, line)
        for _unused, units in overview.desk()
        for unit, entries in units
        for line in entries
        if line.faults
    ]
    return render(
        request,
        "courses/authoring/report.html",
        {
            "faulty": faulty,
            "broken": overview.broken_links(),
            "asked": overview.links_last_asked(),
            "may_write": bool(rules.may_publish(request.user)),
        },
    )


@login_required
def side_by_side(request, code):
    """A unit's core and each nation's text, gap by gap."""
    insist(rules.may_answer(request.user))
    unit = get_object_or_404(Unit.objects.select_related("module"), code=code)
    core, rows, columns = overview.side_by_side(unit)
    return render(
        request,
        "courses/authoring/side_by_side.html",
        {
            "unit": unit,
            "core": core,
            "rows": rows,
            "columns": columns,
            "may_write": bool(rules.may_publish(request.user)),
            "core_review": core and overview.reviews_of([core]).get(core.pk),
        },
    )


@require_POST
@login_required
def confirm_reviewed(request, code, key):
    """A nation's text is still right beside the new core."""
    insist(rules.may_publish(request.user))
    variant = get_object_or_404(Variant.objects.select_related("unit"), unit__code=code, key=key)
    given = request.POST.get("core", "")
    try:
        version = reviews.look_again(
            variant, by=request.user, core_revision=int(given) if given.isdecimal() else None
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _(
                "Recorded: %(names_of)s is right beside the new core. Version %(version_number)s is published."
            )
            % {"names_of": overview.names_of(variant), "version_number": version.number},
        )
    return redirect("courses:side_by_side", code)


@login_required
def urgent(request, pk):
    """Publish the newest draft without a review, with the reason."""
    insist(rules.may_publish(request.user))
    page = get_object_or_404(Page, pk=pk).specific
    if not is_taught(page):
        raise Http404("This page is not taught to anyone, so it needs no review.")
    if not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied(_("The editor does not let you publish this page."))
    revision = page.get_latest_revision()
    if revision is None:
        raise Http404("Nothing is written on this page yet.")
    draft = revision.as_object()
    form = UrgentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reviews.publish_urgently(page, by=request.user, why=form.cleaned_data["why"])
        except Refused as refusal:  # what was typed stays on the page
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("%(title)s is published. The Hub and the survivor consultants are told why.")
                % {"title": draft.title},
            )
            return redirect("courses:authoring")
    return render(
        request,
        "courses/authoring/urgent.html",
        {
            "page": page,
            "draft": draft,
            "revision": revision,
            "form": form,
            "stops": stopping(draft, getattr(draft, "core", None)),
            "is_new": page.live_revision_id != revision.pk,
        },
        status=422 if form.errors else 200,
    )


def by_nation(effect, title):
    """The rows of an effect with the texts by their titles, and by the key of the row."""
    titles = {
        v.variant.key: v.title
        for v in overview.newest_versions(variant__unit=effect.variant.unit).values()
    }
    titles[effect.variant.key] = title
    named = {key: f"“{said}” ({key})" for key, said in titles.items()}
    return [
        {
            "nation": row.nation,
            "changes": row.changes,
            "before": [named[k] for k in row.before],
            "after": [named[k] for k in row.after],
        }
        for row in effect.rows
    ]


@login_required
def whose_programme(request, pk):
    """Whose programme a draft changes once it is published; a reviewer confirms here that they have looked."""
    page = get_object_or_404(UnitPage, pk=pk)
    may_confirm = may_review(request.user, page)
    if not may_confirm:
        insist(rules.may_keep_law(request.user))
    fault = ""
    if request.method == "POST":
        insist(may_confirm)
        try:
            reviews.confirm_programme(page, by=request.user, seen=request.POST.get("seen", ""))
        except Refused as refused:
            fault = str(refused)
        else:
            messages.success(
                request,
                _(
                    "Recorded: you have looked at whose programme this changes. Now approve the page, or ask for changes."
                ),
            )
            return redirect("wagtailadmin_pages:edit", page.pk)
    effect, state = effect_of_draft(page), page.current_workflow_state
    context = {
        "page": page,
        "draft": newest_draft(page),
        "effect": effect,
        "fault": fault,
        "may_confirm": may_confirm,
        "is_seen": bool(effect and state) and has_been_seen(effect, state),
        "may_name": has_role(request.user, Role.REGISTRAR, Role.HUB_OFFICER, Role.TUTOR),
    }
    if effect:
        context["rows"] = by_nation(effect, context["draft"].title)
    if effect and effect.binds and context["may_name"]:
        people = Paginator(
            User.objects.filter(pk__in=list(effect.outcomes)).order_by(
                "last_name", "first_name", "pk"
            ),
            25,
        )
        people = people.get_page(request.GET.get("page"))
        people.object_list = list(people.object_list)
        for person in people.object_list:
            person.outcome = OUTCOMES[effect.outcomes[person.pk]]
        context["people"] = people
    return render(
        request, "courses/authoring/whose_programme.html", context, status=409 if fault else 200
    )
