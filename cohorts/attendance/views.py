"""Attendance from a meeting's file: choose it, look at every row, record. Between the two nothing of it is kept."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from courses.actions.attendance import MODES, may_record_attendance, record_attendance
from courses.models import Session
from courses.queries.timetables import people_at
from lms.kit import clock
from lms.kit.refusals import Refused

from ..permissions import open_to
from ..sheets.meetings import read_stays
from ..sheets.table import MOST_BYTES, FileProblem
from .forms import MeetingFileForm, PeopleForm
from .matching import match_stays


@open_to(may_record_attendance)
@never_cache
def meeting_file(request, pk):
    """Choose a file; its rows come back to look at, with who is selected. The second form brings keys of people, and no file."""
    session = get_object_or_404(Session.objects.select_related("unit__module", "timetable"), pk=pk)
    if request.method == "POST" and request.POST.get("step") == "record":
        return record(request, session)
    first = request.method != "POST"
    form = MeetingFileForm(
        None if first else request.POST,
        None if first else request.FILES,
        initial={"least": settings.IMSA_SHORT_STAY_MINUTES},
    )
    found = None
    if form.is_bound and form.is_valid():
        try:
            stays = read_stays(form.cleaned_data["file"].read(MOST_BYTES + 1))
            found = match_stays(session, stays, form.cleaned_data["least"])
            for one in found.recorded:
                one.mode_words = MODES[one.mode]
        except FileProblem as problem:
            for sentence in problem.sentences:
                form.add_error("file", sentence)
    return show(request, session, form, found, 422 if form.errors else 200)


def show(request, session, form, match=None, status=200, faults=()):
    return render(
        request,
        "cohorts/meeting_file.html",
        {
            "session": session,
            "has_begun": session.starts_at <= clock.now(),
            "form": form,
            "found": match,
            "faults": faults,
            "least": form.cleaned_data.get("least") if match else None,
        },
        status=status,
    )


def record(request, session):
    people = [one for one in people_at(session) if one.is_open]
    chosen = PeopleForm(request.POST, people=people)
    form = MeetingFileForm(initial={"least": settings.IMSA_SHORT_STAY_MINUTES})
    if not chosen.is_valid():
        return show(request, session, form, status=422, faults=chosen.errors["people"])
    present = {pk: "online" for pk in chosen.cleaned_data["people"]}
    try:
        count = record_attendance(session, present, by=request.user, way="import")
    except Refused as why:
        return show(request, session, form, status=409, faults=[str(why)])
    messages.success(
        request,
        ngettext(
            "Recorded from the file: %(count)s person was online.",
            "Recorded from the file: %(count)s people were online.",
            count,
        )
        % {"count": count}
        if count
        else _("This was recorded already."),
    )
    return redirect("courses:session", session.pk)
