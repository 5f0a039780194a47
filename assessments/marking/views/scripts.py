"""Who has yet to mark which script, and what can be done about it; by number, without an author and without a mark."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit import clock
from lms.kit.lists import address, chosen, page_of, words_of
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import holders_of, holders_of_each, may_act_as

from ...taking.models import Submission
from ...taking.states import WITH_MARKERS, SubmissionState
from ..actions.allocation import marking_day
from ..actions.replacing import replace_marker, set_marking_day
from ..conflicts import conflicts
from ..forms.allocation import MarkingDayForm, ReplaceForm
from ..models import Allocation
from ..queries import open_tasks, open_tasks_by_marker
from ..rules import is_current, is_sealed, may_be_given, may_follow
from ..states import AllocationState

LATE = "late"


@login_required
@never_cache
@require_GET
def scripts(request):
    """Every script that somebody has yet to mark, the soonest due first."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    wanted, show = words_of(request.GET), chosen(request.GET, show=["", LATE])["show"]
    everything = open_tasks(request.user, wanted=wanted)
    late = open_tasks(request.user, wanted=wanted, overdue=True)
    counts = {"": everything.count(), LATE: late.count()}
    return render(
        request,
        "assessments/scripts.html",
        {
            "page": page_of(
                late if show else everything, request.GET.get("page"), count=counts[show]
            ),
            "today": clock.today(),
            "tally": [
                {
                    "label": label,
                    "count": counts[key],
                    "url": f"?{address(show=key, q=wanted)[:-1]}",
                    "is_chosen": key == show,
                }
                for key, label in (("", _("With a marker")), (LATE, _("Overdue")))
            ],
            "wanted": wanted,
            "show": show,
            "query": address(show=show, q=wanted),
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def script(request, number):
    """The markers of one script: another in the place of one who cannot mark it, or more time."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    found = (
        Submission.objects.filter(script__iexact=number)
        .exclude(state=SubmissionState.DRAFT)
        .select_related("assessment", "enrolment")
        .prefetch_related("allocations__marker")
        .first()
    )
    if found is None:
        raise Http404("There is no such script.")
    insist(may_follow(request.user, found))
    forms = {}
    if request.method == "POST":
        done, forms = _act(request, found)
        if done:
            messages.success(request, done)
            return redirect("assessments:script_tasks", found.script)
    return render(
        request,
        "assessments/script_tasks.html",
        {"script": found, "rows": _rows(request, found, forms), "today": clock.today()},
        status=422 if forms else 200,
    )


def _act(request, submission):
    """(what was done, in words, {}), or ("", the form that is not right, by task and action)."""
    tasks = {str(task.pk): task for task in submission.allocations.all()}
    task, action = tasks.get(request.POST.get("task", "")), request.POST.get("action")
    if task is None or action not in ("replace", "day"):
        raise Refused(_("Load the page again, and choose what is to be done."))
    form = _form(request, submission, task, action, request.POST)
    if not form.is_valid():
        return "", {(task.pk, action): form}
    day = form.cleaned_data["due_on"]
    try:
        if action == "day":
            set_marking_day(task, day, by=request.user)
            return _("The day is changed, and the marker is told."), {}
        marker = next(p for p in holders_of(Role.TUTOR) if str(p.pk) == form.cleaned_data["marker"])
        why = form.cleaned_data.get("why", "")
        replace_marker(task, marker, why, by=request.user, due_on=day)
        return _("%(full_name)s has the script now, and is told.") % {
            "full_name": marker.full_name
        }, {}
    except Refused as refusal:
        form.add_error("marker" if action == "replace" else "due_on", str(refusal))
        return "", {(task.pk, action): form}


def _form(request, submission, task, action, data=None):
    prefix = f"{action}-{task.pk}"
    if action == "day":
        return MarkingDayForm(data, prefix=prefix, initial={"due_on": task.due_on})
    return ReplaceForm(
        data,
        prefix=prefix,
        markers=_markers(request, submission, task),
        asks_why=is_current(task),
        initial={"due_on": marking_day(submission)},
    )


def _markers(request, submission, task):
    """Tutors who may have the script, the least loaded first, with how many scripts they have."""
    load, holders = open_tasks_by_marker(), holders_of_each(Role.TUTOR, Role.REGISTRAR)
    registrars = {person.pk for person in holders[Role.REGISTRAR]}
    people = [p for p in holders[Role.TUTOR] if p.pk != request.user.pk]
    tied = conflicts([submission], people)
    free = [
        p
        for p in people
        if may_be_given(
            p,
            submission,
            task.stage,
            tied,
            {Role.TUTOR, Role.REGISTRAR} if p.pk in registrars else {Role.TUTOR},
        )
    ]
    free.sort(key=lambda person: (load.get(person.pk, 0), person.last_name, person.pk))
    return [(str(p.pk), f"{p.full_name} ({load.get(p.pk, 0)})") for p in free]


def _rows(request, submission, bound):
    """Each task with the forms that can be used on it now, and those of `bound`, which came back with a fault."""
    order = [stage for stage, _label in Allocation.STAGES]
    tasks = sorted(submission.allocations.all(), key=lambda t: (order.index(t.stage), t.pk))
    newest = {task.stage: task.pk for task in tasks}
    is_open = submission.state in WITH_MARKERS
    rows = []
    for task in tasks:
        is_last = newest[task.stage] == task.pk
        may = {
            "replace": is_open and is_last and not is_sealed(task),
            "day": is_open and task.state == AllocationState.OPEN,
        }
        rows.append(
            {
                "task": task,
                "is_withdrawn": not is_current(task),
                "replace": bound.get((task.pk, "replace"))
                or (may["replace"] and _form(request, submission, task, "replace")),
                "day": bound.get((task.pk, "day"))
                or (may["day"] and _form(request, submission, task, "day")),
            }
        )
    return rows
