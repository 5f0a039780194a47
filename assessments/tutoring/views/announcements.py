"""What tutors announce to a cohort: those that are shown, a form for another, and those that are over."""

from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lms.kit.lists import page_of
from lms.kit.refusals import insist, refusals_at

from ..actions.announcements import announce, change_announcement, end_announcement
from ..forms import AnnouncementForm
from ..models import Announcement
from ..queries import MOST_ANNOUNCED, announcements_of, notices_today
from ..rules import may_support
from .cohorts import may_write, of_cohort


@of_cohort
@require_http_methods(["GET", "POST"])
def announcements(request, cohort):
    if request.method == "POST":
        insist(may_support(request.user, cohort))
    form = AnnouncementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form), form.ways_on():
            announce(cohort, form.values(), form.cleaned_data["token"], by=request.user)
            messages.success(
                request, _("The announcement is on the study page of everyone in this cohort.")
            )
            _say_where_no_notice_went(request, cohort)
            return redirect("assessments:announcements", cohort.code)
    return render(
        request,
        "assessments/tutoring/announcements.html",
        {
            "cohort": cohort,
            "shown": announcements_of(cohort, are_shown=True)[:MOST_ANNOUNCED],
            "page": page_of(announcements_of(cohort, are_shown=False), request.GET.get("page")),
            "form": form,
            "may_write": may_write(request),
        },
        status=422 if form.errors else 200,
    )


@of_cohort
@require_http_methods(["GET", "POST"])
def announcement(request, cohort, pk):
    """One announcement with its versions; correct or end it."""
    rows = Announcement.objects.select_related("cohort")
    found = get_object_or_404(rows, pk=pk, cohort=cohort)
    if request.method == "POST":
        insist(may_support(request.user, cohort))
    versions = list(found.versions.select_related("by"))
    newest = versions[0]
    seen = request.POST.get("seen", "")
    seen = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else 0
    action = request.POST.get("action")
    initial = {name: getattr(newest, name) for name in ("title", "text", "show_until")}
    form = AnnouncementForm(
        request.POST if action == "change" else None, initial={**initial, "token": uuid4()}
    )
    status = 200
    if action == "change":
        status = 422
        if form.is_valid():
            with refusals_at(form):
                change_announcement(found, form.values(), seen, by=request.user)
                messages.success(request, _("The announcement is saved."))
                _say_where_no_notice_went(request, cohort)
                return redirect("assessments:announcement", cohort.code, found.pk)
    elif action == "end":
        end_announcement(found, seen, by=request.user)
        messages.success(request, _("The announcement has ended. No one sees it on their page."))
        return redirect("assessments:announcements", cohort.code)
    return render(
        request,
        "assessments/tutoring/announcement.html",
        {
            "cohort": cohort,
            "newest": newest,
            "earlier": versions[1:],
            "form": form,
            "seen": newest.number if status == 200 else seen,
            "may_write": may_write(request),
            "most": settings.IMSA_ANNOUNCEMENT_NOTICES_A_DAY,
        },
        status=status,
    )


def _say_where_no_notice_went(request, cohort):
    if notices_today(cohort.pk) > settings.IMSA_ANNOUNCEMENT_NOTICES_A_DAY:
        messages.warning(
            request,
            _(
                "Announcements to this cohort have sent %(count)s notices today, which is the most for one day. No more are sent until tomorrow; people read "
                "the rest on their study page."
            )
            % {"count": settings.IMSA_ANNOUNCEMENT_NOTICES_A_DAY},
        )
