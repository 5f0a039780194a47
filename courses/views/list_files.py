"""Sessions, who was there, and closures, as files."""

from django.contrib.auth.decorators import login_required
from django.db.models import CharField, Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils.timezone import localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.kit import nations
from lms.kit.list_files import ListFile, send
from lms.kit.refusals import insist

from ..actions.attendance import MODES, WAYS
from ..actions.closures import may_record_closures
from ..actions.sessions import may_arrange
from ..models import Closure, Progress, Session
from ..queries.timetables import people_at
from ..states import Mark
from .sessions import for_staff, session_or_404

SESSIONS = {
    "cohort": lambda one: one.timetable.code,
    "module": lambda one: one.unit.module.code,
    "unit": lambda one: one.unit.title,
    "date": lambda one: localtime(one.starts_at).date(),
    "starts_at": lambda one: f"{localtime(one.starts_at):%H:%M}",
    "ends_at": lambda one: f"{localtime(one.ends_at):%H:%M}",
    "mode": lambda one: one.get_mode_display(),
    "where": lambda one: one.where,
    "people_there": lambda one: one.people_there,
}
ATTENDANCE = {
    "given_names": lambda one: one.person.first_name,
    "family_name": lambda one: one.person.last_name,
    "attendance": lambda one: MODES.get(one.mode, ""),
    "recorded_by": lambda one: WAYS.get(one.way, "") if one.mode else "",
}
CLOSURES = {
    "title": lambda one: one.title,
    "starts_on": lambda one: one.starts_on,
    "ends_on": lambda one: one.ends_on,
    "nations": lambda one: "; ".join(nations.labels(one.nations)),
}


@require_POST
@for_staff
def sessions(request, ending):
    """Every session, the last first, with how many people are recorded; the joining link stays on its page."""
    came = (
        Progress.objects.filter(
            kind=Mark.ATTENDED,
            key=Cast(OuterRef("pk"), CharField()),
            variant__unit=OuterRef("unit"),
        )
        .order_by()
        .values("key")
        .annotate(count=Count("person", distinct=True))
        .values("count")
    )
    rows = (
        Session.objects.select_related("unit__module", "timetable")
        .annotate(people_there=Coalesce(Subquery(came, output_field=IntegerField()), 0))
        .order_by("-starts_at", "-pk")
    )
    return send(ListFile("sessions", rows, SESSIONS, may_arrange), ending, by=request.user)


@require_POST
@for_staff
def attendance(request, pk, ending):
    """The people of one session, and how each was there; empty for who is not recorded."""
    subject = session_or_404(pk)
    name = f"attendance-{subject.timetable.code}-{localtime(subject.starts_at):%Y-%m-%d-%H%M}"
    return send(
        ListFile(name, people_at(subject), ATTENDANCE, may_arrange), ending, by=request.user
    )


@require_POST
@login_required
@never_cache
def closures(request, ending):
    insist(may_record_closures(request.user))
    rows = Closure.objects.filter(cancelled_at=None).order_by("-starts_on", "-pk")
    return send(ListFile("closures", rows, CLOSURES, may_record_closures), ending, by=request.user)
