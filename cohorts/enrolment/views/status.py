"""Enrolling one person, leave of absence, a last day, leaving undone, transfer: written on one page, checked on the next, then done."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.kit import clock
from lms.kit.list_files import downloads
from lms.kit.lists import page_of
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day

from ...permissions import open_to
from .. import places, status_actions
from ..forms import (
    EnrolForm,
    LastDayForm,
    LeaveOfAbsenceForm,
    NeedsReasonForm,
    NoteForm,
    ReturnForm,
    TransferForm,
)
from ..models import Cohort, StatusChange
from ..queries import leaves, overdue_returns, planned_changes
from ..rules import is_changeable, may_change_status, may_enrol
from ..states import EnrolmentState
from .cohorts import enrolment_of


@dataclass(frozen=True)
class Change:
    """One change of an enrolment: its page's heading and button, whether it can be offered, its form, its sentences and its action."""

    title: object
    button: object
    is_offered: object
    form: object
    lines: object
    do: object
    message: object
    preview: str = "preview_of_nothing"
    day: object = lambda data: None
    is_grave: bool = False


def _preview(name, *args):
    return import_string(f"{settings.IMSA_ENROLMENT_PREVIEWS}.{name}")(*args)


def _leave_lines(enrolment, data):
    first, back = data["first_day"], data["return_on"]
    yield (
        _("From %(day)s") % {"day": day(first)},
        _("No work falls due, and nothing can be handed in. The place is kept."),
    )
    if first > clock.today():
        yield _("Until then"), _("Nothing changes: the person studies and hands in work.")
    yield _("Expected back"), day(back)
    yield (
        _("After that day"),
        _(
            "The leave goes on until you record the return. The person is asked whether they are back."
        ),
    )


def _last_day_lines(enrolment, data):
    last = data["last_day"]
    if last > clock.today():
        yield (
            _("Until %(day)s") % {"day": day(last)},
            _(
                "Nothing changes: the person studies and hands in work. You can cancel this until then."
            ),
        )
        yield _("The day after"), _("The person has left the programme.")
    else:
        yield (
            _("At once"),
            _("The person has left the programme, from %(day)s.") % {"day": day(last)},
        )
    yield (
        _("What ends"),
        _("The study plan closes. Scripts that are not marked yet are taken from their markers."),
    )
    yield _("What stays"), _("Results, work and certificates.")


def _reinstate_lines(enrolment, data):
    yield (
        _("At once"),
        _("The person is enrolled, as if they had not left on %(day)s.")
        % {"day": day(enrolment.left_on)},
    )
    yield _("What comes back"), _("The study plan, with its nations and everything studied.")
    yield (
        _("What does not"),
        _(
            "Markers who were taken off a script: allocate it anew. Due dates that passed meanwhile have passed; change them under “Due dates and attempts”."
        ),
    )


def _transfer_lines(enrolment, data):
    after = data["cohort"]
    yield _("From"), enrolment.cohort.title
    yield _("To"), after.title
    yield (
        _("What stays"),
        _(
            "The student reference, nations, everything studied, attempts, marks, and what boards decided."
        ),
    )
    yield (
        _("What changes"),
        _(
            "Units follow the timetable of %(cohort)s. Work not handed in is due on its dates, unless a due date was set for this person alone. Its board decides from now on."
        )
        % {"cohort": after.title},
    )


def _return_lines(enrolment, data):
    yield _("Expected back"), day(data["return_on"])


def _resume_lines(enrolment, data):
    yield (
        _("At once"),
        _(
            "The person studies again, and work falls due again. Check the due dates that passed during the leave."
        ),
    )


def _is_on_leave(enrolment) -> bool:
    return enrolment.state == EnrolmentState.INTERRUPTED


def _cohorts_for(enrolment):
    return (
        Cohort.objects.filter(programme=enrolment.cohort.programme_id, ends_on__gte=clock.today())
        .exclude(pk=enrolment.cohort_id)
        .order_by("starts_on", "code")
    )


CHANGES = {
    "leave-of-absence": Change(
        gettext_lazy("Leave of absence"),
        gettext_lazy("Record the leave of absence"),
        is_changeable,
        lambda e, data: LeaveOfAbsenceForm(data, initial={"first_day": clock.today()}),
        _leave_lines,
        lambda e, data, by: status_actions.plan_leave(
            e,
            data["first_day"],
            data["return_on"],
            by=by,
            reason_kind=data["reason_kind"],
            reason=data["reason"],
        ),
        gettext_lazy("The leave of absence is recorded, and the person has been told."),
    ),
    "expected-return": Change(
        gettext_lazy("Change the expected return"),
        gettext_lazy("Change the expected return"),
        _is_on_leave,
        lambda e, data: ReturnForm(data),
        _return_lines,
        lambda e, data, by: status_actions.change_return(
            e, data["return_on"], by=by, reason=data["reason"]
        ),
        gettext_lazy("The expected return is changed, and the person has been told."),
    ),
    "return": Change(
        gettext_lazy("End the leave of absence"),
        gettext_lazy("Record the return"),
        _is_on_leave,
        lambda e, data: NoteForm(data),
        _resume_lines,
        lambda e, data, by: status_actions.resume_study(e, by=by, reason=data["reason"]),
        gettext_lazy("The leave of absence is over, and the person has been told."),
    ),
    "last-day": Change(
        gettext_lazy("Last day on the programme"),
        gettext_lazy("Record the last day"),
        is_changeable,
        lambda e, data: LastDayForm(data, initial={"last_day": clock.today()}),
        _last_day_lines,
        lambda e, data, by: status_actions.set_last_day(
            e,
            data["last_day"],
            by=by,
            reason_kind=data["reason_kind"],
            reason=data["reason"],
        ),
        gettext_lazy("The last day is recorded, and the person has been told."),
        "preview_of_departure",
        lambda data: data["last_day"],
        is_grave=True,
    ),
    "undo-leaving": Change(
        gettext_lazy("Undo leaving"),
        gettext_lazy("Undo leaving"),
        lambda e: e.state == EnrolmentState.LEFT,
        lambda e, data: NeedsReasonForm(data),
        _reinstate_lines,
        lambda e, data, by: status_actions.reinstate(e, by=by, reason=data["reason"]),
        gettext_lazy("Leaving is undone, and the person has been told."),
        "preview_of_departure",
    ),
    "transfer": Change(
        gettext_lazy("Transfer to another cohort"),
        gettext_lazy("Transfer this person"),
        is_changeable,
        lambda e, data: TransferForm(data, cohorts=_cohorts_for(e)),
        _transfer_lines,
        lambda e, data, by: places.transfer(e, data["cohort"], by=by, reason=data["reason"]),
        gettext_lazy("The person is in the new cohort, and has been told."),
    ),
}


@never_cache
@require_http_methods(["GET", "POST"])
@open_to(may_change_status)
def status_change(request, code, pk, change):
    """A change of one enrolment. GET: its form. POST: what it would change, with what was typed; POST with `confirm`: it is done."""
    if change not in CHANGES:
        raise Http404
    kind, found = CHANGES[change], enrolment_of(code, pk)
    insist(may_change_status(request.user, found))
    if found.cohort.code.lower() != code.lower():  # it has moved meanwhile
        return redirect("cohorts:enrolment", found.cohort.code, found.pk)
    form = kind.form(found, request.POST if request.method == "POST" else None)
    context = {"enrolment": found, "kind": kind, "form": form, "change": change}
    if request.method == "GET" or "edit" in request.POST or not form.is_valid():
        _insist_offered(kind, found)
        return render(request, "cohorts/status_change.html", context)
    data = form.cleaned_data
    try:
        if "confirm" in request.POST:
            kind.do(found, data, request.user)
            messages.success(request, kind.message)
            found.refresh_from_db()
            return redirect("cohorts:enrolment", found.cohort.code, found.pk)
        _insist_offered(kind, found)
        _refuse_early(change, found, data)
    except Refused as why:
        form.add_error(None, str(why))
        return render(request, "cohorts/status_change.html", context)
    args = [found]
    if kind.preview == "preview_of_departure":
        args.append(kind.day(data))
    context |= {
        "lines": list(kind.lines(found, data)),
        "preview": _preview(kind.preview, *args),
    }
    return render(request, "cohorts/status_change_check.html", context)


def _insist_offered(kind, enrolment):
    if not kind.is_offered(enrolment):
        raise Refused(
            _("“%(state)s”: this cannot be recorded now. Go back to the enrolment.")
            % {"state": enrolment.get_state_display()}
        )


def _refuse_early(change, enrolment, data):
    """What the action would refuse is said before the check page, not after it."""
    if change == "transfer":
        barriers = places.barriers_to(enrolment, data["cohort"])
        if barriers:
            raise Refused(" ".join(barriers))
    if change == "undo-leaving":
        status_actions.insist_reinstatable(enrolment)
    first = data.get("first_day") or data.get("last_day")
    if first and first < enrolment.enrolled_on:
        raise Refused(
            _("The enrolment began on %(day)s. Enter that day or a later one.")
            % {"day": day(enrolment.enrolled_on)}
        )


@require_POST
@open_to(may_change_status)
def cancel_change(request, pk):
    """What was planned does not happen."""
    change = get_object_or_404(
        StatusChange.objects.select_related("enrolment__cohort", "enrolment__person"), pk=pk
    )
    insist(may_change_status(request.user, change.enrolment))
    status_actions.cancel_change(change, by=request.user)
    messages.success(request, _("Cancelled. The person has been told."))
    return redirect("cohorts:enrolment", change.enrolment.cohort.code, change.enrolment_id)


@never_cache
@require_http_methods(["GET", "POST"])
@open_to(may_enrol)
def enrol_one(request, code):
    """Enrol one person: GET the form, POST the check page, POST with `confirm` the enrolment."""
    cohort = get_object_or_404(Cohort.objects.select_related("programme"), code__iexact=code)
    form = EnrolForm(
        request.POST if request.method == "POST" else None,
        initial={"enrolled_on": max(cohort.starts_on, clock.today())},
    )
    context = {"cohort": cohort, "form": form}
    if request.method == "GET" or "edit" in request.POST or not form.is_valid():
        return render(request, "cohorts/enrol_one.html", context)
    data = form.cleaned_data
    person = data["account"]
    if "confirm" in request.POST:
        try:
            made = places.enrol_one(
                cohort,
                data["nations"],
                data["student_reference"],
                by=request.user,
                enrolled_on=data["enrolled_on"],
                person=person,
                email=data.get("email", ""),
                names=(data["given_names"], data["family_name"]),
            )
        except Refused as why:
            form.add_error(None, str(why))
            return render(request, "cohorts/enrol_one.html", context)
        messages.success(
            request,
            _("%(full_name)s is enrolled, and has been told.")
            % {"full_name": made.person.full_name},
        )
        return redirect("cohorts:enrolment", cohort.code, made.pk)
    context |= {
        "person": person,
        "data": data,
        "full_name": person.full_name
        if person
        else f"{data['given_names']} {data['family_name']}".strip(),
        "email": person.email if person else data["email"],
        "preview": _preview(
            "preview_of_enrolment", person and person.pk, data["nations"], data["enrolled_on"]
        ),
    }
    return render(request, "cohorts/enrol_one_check.html", context)


@never_cache
@require_safe
@open_to(may_change_status)
def planned(request):
    """Who has not come back from leave, and what is planned; each list paged."""
    related = ("enrolment__person", "enrolment__cohort")
    today = clock.today()
    late = overdue_returns(today).select_related(*related).order_by("return_on", "pk")
    coming = planned_changes().select_related(*related).order_by("on_day", "pk")
    away = leaves().filter(return_on__gte=today)
    away = away.select_related(*related).order_by("return_on", "pk")
    return render(
        request,
        "cohorts/planned.html",
        {
            "late": page_of(late, request.GET.get("late")),
            "coming": page_of(coming, request.GET.get("coming")),
            "away": page_of(away, request.GET.get("away")),
            "download": downloads("cohorts:planned_changes_file"),
        },
    )
