"""Taught sessions: for those who teach, the list of people; for a trainee, their own cohort's dates."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from lms.kit import clock
from lms.kit.list_files import downloads
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import has_role, may_act_as

from ..actions.attendance import (
    MODES,
    WAYS,
    may_record_attendance,
    put_attendance_right,
    record_attendance,
)
from ..actions.series import cancel_following, move_following
from ..actions.sessions import arrange_session, call_off_session, may_arrange, move_session
from ..actions.timetables import Changed
from ..exporting.calendars import as_calendar
from ..forms.sessions import AttendanceForm, CallOffForm, MoveForm, NewSessionForm, PutRightForm
from ..models import Session
from ..queries import plans_of
from ..queries import timetables as queries
from ..queries.attendance_codes import is_taking_codes


def for_staff(view):
    """For those who arrange sessions. Who was where is nobody else's, so no shared cache keeps it."""

    @login_required
    @never_cache
    @wraps(view)
    def guarded(request, *args, **kwargs):
        insist(may_arrange(request.user))
        return view(request, *args, **kwargs)

    return guarded


def session_or_404(pk) -> Session:
    return get_object_or_404(Session.objects.select_related("unit__module", "timetable"), pk=pk)


@for_staff
def sessions(request):
    """Sessions whose attendance is missing, those that come, and those that are past."""
    return render(
        request,
        "courses/sessions/list.html",
        {
            **queries.sessions_taught(request.GET.get("page")),
            "download": downloads("courses:sessions_list_file"),
            "may_record": bool(may_record_attendance(request.user)),
        },
    )


@for_staff
def new_session(request):
    """Arrange a session."""
    form = NewSessionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            made = arrange_session(
                given["timetable"],
                given["unit"],
                by=request.user,
                starts_at=given["starts_at"],
                where=given["where"],
                details=form.details,
            )
            told = "" if made.is_over else _(" Everyone whom it is for has a message.")
            messages.success(request, _("The session is arranged.%(told)s") % {"told": told})
            return redirect("courses:session", made.pk)
        except Refused as why:
            form.add_error("starts_at", str(why))
    return render(
        request, "courses/sessions/new.html", {"form": form}, status=422 if form.errors else 200
    )


@for_staff
def session(request, pk):
    """The people of a session, and how each was there."""
    subject = session_or_404(pk)
    if request.method == "POST":
        insist(may_record_attendance(request.user))
        return attend(request, subject)
    return show(request, subject)


def attend(request, subject):
    """Record the list as it was sent; what somebody else recorded meanwhile stays, and is said."""
    before = queries.people_at(subject)
    form = AttendanceForm(request.POST, people=[one for one in before if one.is_open])
    # Those whom another page has recorded since this one was opened, and whom this one calls not there.
    passed = [
        one for one in before if one.mode and request.POST.get(f"p_{one.person.pk}") == "absent"
    ]
    if not form.is_valid():
        return show(request, subject, form=form)
    try:
        count = record_attendance(subject, form.present, by=request.user)
    except Changed as fault:
        form.add_error(None, str(fault))
        return show(request, subject, form=form, changed=fault.lines, status=409)
    messages.success(
        request,
        ngettext(
            "Recorded: %(count)s person was there.", "Recorded: %(count)s people were there.", count
        )
        % {"count": count}
        if count
        else _("This was recorded already."),
    )
    if passed:
        names = ", ".join(f"{one.person.full_name} ({MODES[one.mode].lower()})" for one in passed)
        messages.info(
            request,
            _("Someone else recorded these since you opened the page, and that stays: %(names)s.")
            % {"names": names},
        )
    return redirect("courses:session", subject.pk)


def show(request, subject, *, form=None, changed=(), status=None):
    people = queries.people_at(subject)
    for one in people:
        one.mode_words, one.way_words = MODES.get(one.mode, ""), WAYS.get(one.way, "")
    waiting = [one for one in people if not one.mode and one.is_open]
    has_begun = queries.OwnSession(subject).is_over
    may_record = bool(may_record_attendance(request.user))
    if form is None and may_record and waiting:
        fill = request.GET.get("fill", "")
        form = AttendanceForm(people=waiting, fill=fill if fill in MODES else "")
    return render(
        request,
        "courses/sessions/session.html",
        {
            "session": subject,
            "download": downloads("courses:attendance_file", subject.pk),
            "recorded": [one for one in people if one.mode],
            "waiting": waiting,
            "form": form,
            "changed": [one for one in people if one.person.pk in changed],
            "is_filled": bool(request.GET.get("fill")) and not (form and form.is_bound),
            "has_begun": has_begun,
            "gap": queries.gap_of(subject),
            "may_record": may_record,
            "takes_codes": is_taking_codes(subject, clock.now()),
            "fields": [
                form[f"p_{one.person.pk}"] for one in waiting if f"p_{one.person.pk}" in form.fields
            ]
            if form
            else [],
        },
        status=status or (422 if form and form.is_bound else 200),
    )


@for_staff
def change_session(request, pk):
    """Another time or place, or no session at all; of this one, or of those of its series that follow too."""
    subject = session_or_404(pk)
    action, count = request.POST.get("action"), queries.following_count(subject)
    move, call_off = (
        MoveForm.of(subject, request.POST if action == "move" else None, bool(count)),
        CallOffForm(request.POST if action == "call_off" else None, has_following=bool(count)),
    )
    status = 200
    try:
        if move.is_bound and move.is_valid():
            messages.success(request, save_move(request, subject, move))
            return redirect("courses:session", pk)
        if call_off.is_bound and call_off.is_valid():
            messages.success(request, save_call_off(request, subject, call_off))
            return redirect("courses:sessions")
    except Refused as why:
        bound = move if move.is_bound else call_off
        if isinstance(why, Changed):  # what stands now counts as seen when it is sent again
            data = request.POST.copy()
            data["was_at"], data["was_where"] = why.lines[pk][0].isoformat(), why.lines[pk][1]
            data["was_sequence"] = str(session_or_404(pk).sequence)
            bound = move = MoveForm.of(subject, data, bool(count))
        bound.add_error(None, str(why))
        status = 409
    is_recorded = any(one.mode for one in queries.people_at(subject))
    return render(
        request,
        "courses/sessions/change.html",
        {
            "session": session_or_404(pk),
            "move": move,
            "call_off": call_off,
            "is_recorded": is_recorded,
            "following": count,
        },
        status=status if status != 200 or not (move.errors or call_off.errors) else 422,
    )


def save_move(request, subject, form) -> str:
    given = form.cleaned_data
    terms = {
        "by": request.user,
        "starts_at": given["starts_at"],
        "where": given["where"],
        "details": form.details,
        "sequence": given["was_sequence"],
    }
    if form.is_for_all:
        count = len(move_following(subject, **terms))
        return ngettext(
            "%(count)s session is changed.", "%(count)s sessions are changed.", count
        ) % {"count": count}
    move_session(subject, seen=form.seen, **terms)
    return _("The session is changed.")


def save_call_off(request, subject, form) -> str:
    reason = form.cleaned_data["reason"]
    if form.is_for_all:
        count = cancel_following(subject, by=request.user, reason=reason)
        return ngettext(
            "%(count)s session is cancelled.", "%(count)s sessions are cancelled.", count
        ) % {"count": count}
    call_off_session(subject, by=request.user, reason=reason)
    return _("The session is cancelled.")


@for_staff
def attendance(request, pk, person):
    """Put right how one person was there."""
    insist(may_record_attendance(request.user))
    subject = session_or_404(pk)
    one = next((a for a in queries.people_at(subject) if a.person.pk == person and a.mode), None)
    if one is None:
        raise Http404("Nothing is recorded of this person at this session.")
    form = PutRightForm(request.POST or None, initial={"mode": one.mode, "was": one.mode})
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        mode = given["mode"] if given["mode"] in MODES else ""
        try:
            put_attendance_right(
                subject, one.person, by=request.user, mode=mode, why=given["why"], seen=given["was"]
            )
            messages.success(
                request,
                _("The list is put right for %(full_name)s.") % {"full_name": one.person.full_name},
            )
            return redirect("courses:session", pk)
        except Changed as why:
            data = request.POST.copy()
            data["was"], status = why.lines[person], 409
            form = PutRightForm(data)
            form.add_error(None, str(why))
        except Refused as why:
            form.add_error(None, str(why))
    return render(
        request,
        "courses/sessions/attendance.html",
        {
            "session": subject,
            "one": one,
            "mode_words": MODES[one.mode],
            "form": form,
        },
        status=status,
    )


# ---- a trainee's own ----


@login_required
@never_cache
def own_sessions(request):
    """The sessions of one's own cohort, and how one was there."""
    insist(may_act_as(request.user, Role.LEARNER))
    plans = plans_of(request.user)
    found = queries.own_sessions(request.user, plans)
    for one in found:
        one.mode_words = MODES.get(one.mode, "")
    return render(
        request,
        "courses/sessions/own.html",
        {
            "takes_codes": any(is_taking_codes(s.session, clock.now()) for s in found),
            "cancelled": queries.own_cancellations(plans),
            "coming": [s for s in found if not s.is_finished],
            "past": [s for s in reversed(found) if s.is_finished],
        },
    )


@login_required
@never_cache
def own_sessions_file(request):
    """All that come, for one's own calendar."""
    insist(may_act_as(request.user, Role.LEARNER))
    found = [
        s.session
        for s in queries.own_sessions(request.user, plans_of(request.user))
        if not s.is_over
    ]
    return calendar_file(found, "imsa-sessions")


@login_required
@never_cache
def session_file(request, pk):
    """One session, for one's own calendar."""
    subject = session_or_404(pk)
    mine = (
        s.session.pk
        for s in queries.own_sessions(request.user, plans_of(request.user), subject.unit)
    )
    if not has_role(request.user, Role.TUTOR, Role.REGISTRAR) and subject.pk not in mine:
        raise Http404("This session is for another cohort.")
    return calendar_file([subject], f"imsa-session-{pk}")


def calendar_file(session_list, name):
    response = HttpResponse(as_calendar(session_list), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response
