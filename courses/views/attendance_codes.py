"""The attendance code: on the tutor's screen, and where a trainee enters it."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lms.kit import clock
from lms.kit.refusals import Refused, insist

from ..actions.attendance import MODES, may_record_attendance
from ..actions.attendance_codes import (
    ONLY_MODE,
    ModeNeeded,
    TooManyCodes,
    attend_by_code,
    may_attend_by_code,
    running_sessions,
)
from ..forms.attendance_codes import CodeForm
from ..queries import timetables as queries
from ..queries.attendance_codes import code_at, is_taking_codes
from .sessions import for_staff, session_or_404


@for_staff
def attendance_code(request, pk):
    """What is shown in the room or shared on the screen: the code, and how many are recorded. No name of anyone."""
    insist(may_record_attendance(request.user))
    subject, now = session_or_404(pk), clock.now()
    is_open = is_taking_codes(subject, now)
    people = queries.people_at(subject) if is_open else []
    margin = timedelta(minutes=settings.IMSA_ATTENDANCE_CODE_MARGIN_MINUTES)
    return render(
        request,
        "courses/sessions/code.html",
        {
            "session": subject,
            "code": code_at(subject, now) if is_open else None,
            "is_over": now > subject.ends_at,
            "opens_at": subject.starts_at - margin,
            "count": len(people),
            "recorded": sum(bool(one.mode) for one in people),
            "step": settings.IMSA_ATTENDANCE_CODE_SECONDS,
        },
    )


@login_required
@never_cache
def attend(request):
    """A trainee enters the code of a session of theirs that runs."""
    insist(may_attend_by_code(request.user))
    rows = running_sessions(request.user)
    asks_mode = any(one.mode not in ONLY_MODE for one in rows)
    form = CodeForm(request.POST if request.method == "POST" else None, asks_mode=asks_mode)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            session, mode = attend_by_code(
                by=request.user, code=given["code"], mode=given.get("mode", "")
            )
            messages.success(
                request,
                _("Your attendance is recorded: %(title)s, %(mode)s.")
                % {"title": session.unit.title, "mode": MODES[mode].lower()},
            )
            return redirect("courses:own_sessions")
        except ModeNeeded as why:
            form.add_error("mode" if asks_mode else None, str(why))
        except TooManyCodes as why:
            form.add_error(None, str(why))
            status = 429
        except Refused as why:
            form.add_error("code", str(why))
    return render(
        request,
        "courses/sessions/attend.html",
        {"form": form, "running": rows, "margin": settings.IMSA_ATTENDANCE_CODE_MARGIN_MINUTES},
        status=status,
    )
