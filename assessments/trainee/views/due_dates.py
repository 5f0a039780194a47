"""One trainee's work for the programme office: due dates, deferrals, and what was not handed in.

No mark, no script number and nothing of how far marking is stands here: a registrar who marks would learn whose script theirs is.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.queries import people_wanted
from cohorts.enrolment.states import OVER, STUDYING
from lms.kit import clock
from lms.kit.addresses import number_in
from lms.kit.lists import address, page_of, words_of
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...attempts.actions import defer, record_not_submitted
from ...attempts.adjustments import adjustment_on, adjustments_of
from ...attempts.forms import DueForm, ExtensionForm, MissedForm
from ...attempts.queries import current_attempts
from ...attempts.rules import may_keep_attempts
from ...cases.queries.claims import open_claims_of
from ...cases.rules import may_handle
from ...deciding.actions.due_dates import change_due
from ...deciding.queries.chairs_actions import board_to_act_on
from ...setting.models import Assessment
from ...taking.actions.replacements import NOTHING_IN, permit_replacement
from ...taking.forms import PermitForm
from ...taking.queries import own_submission, permissions_of
from ..queries import Work, work_in

FORMS = {"due": ExtensionForm, "replace": PermitForm, "defer": DueForm, "missed": MissedForm}
WORDS = {
    "due": {"submit": gettext_lazy("Change the due date"), "about": "", "tone": ""},
    "replace": {
        "submit": gettext_lazy("Allow another file"),
        "about": gettext_lazy(
            "The trainee can replace their file once, until a marker has submitted marks. After the due date it counts as late: "
            "change the due date too if it should not."
        ),
        "tone": "quiet",
    },
    "defer": {
        "submit": gettext_lazy("Defer it"),
        "about": gettext_lazy(
            "The trainee hands it in by a later date, as if for the first time. No cap is added."
        ),
        "tone": "quiet",
    },
    "missed": {
        "submit": gettext_lazy("Record as not handed in"),
        "about": gettext_lazy(
            "It counts 0, the trainee is told, and the board can decide. They cannot hand it in afterwards."
        ),
        "tone": "grave",
    },
}


@login_required
@never_cache
@require_GET
def find_trainee(request):
    """Find a trainee, to change a due date or record that nothing came in."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    wanted = words_of(request.GET)
    rows = Enrolment.objects.exclude(person_id=request.user.pk).select_related("person", "cohort")
    rows = rows.filter(people_wanted(wanted)).order_by("student_reference", "pk")
    return render(
        request,
        "assessments/due_dates.html",
        {
            "page": page_of(rows if wanted else rows.none(), request.GET.get("page")),
            "wanted": wanted,
            "query": address(q=wanted),
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def of_trainee(request, pk):
    insist(may_act_as(request.user, Role.REGISTRAR))
    found = get_object_or_404(
        Enrolment.objects.visible_to(request.user).select_related("person", "cohort__programme"),
        pk=pk,
    )
    insist(may_keep_attempts(request.user, found))
    forms = {}
    if request.method == "POST":
        done, forms = _act(request, found)
        if done:
            messages.success(request, done)
            return redirect("assessments:due_dates_of", pk)
    return render(
        request,
        "assessments/due_dates_of.html",
        {
            "enrolment": found,
            "rows": _rows(found, forms, request.user),
            "board": board_to_act_on(found),
            "claims": open_claims_of(found) if may_handle(request.user, found) else {},
            "adjustment": adjustment_on(adjustments_of(found.person_id), clock.today()),
        },
        status=422 if forms else 200,
    )


def _act(request, enrolment):
    """(what was done, in words, {}), or ("", the form that is not right, by assessment and action)."""
    assessment = get_object_or_404(
        Assessment,
        code=request.POST.get("assessment", ""),
        module__programme_id=enrolment.cohort.programme_id,
    )
    action, about = request.POST.get("action"), {"title": assessment.title}
    if action not in FORMS:
        raise Refused(_("Load the page again, and choose what is to be done."))
    form = FORMS[action](request.POST, prefix=f"{assessment.code}-{action}")
    if not form.is_valid():
        return "", {(assessment.pk, action): form}
    by = {"by": request.user, "seen": number_in(request.POST.get("seen"), None)}
    try:
        if action == "due":
            change_due(assessment, enrolment, form.due_at(), form.cleaned_data["kind"], **by)
            return _("“%(title)s” has its new due date, and the trainee is told.") % about, {}
        if action == "defer":
            defer(assessment, enrolment, form.due_at(), **by)
            return _("“%(title)s” is deferred, and the trainee is told.") % about, {}
        if action == "replace":
            submission = own_submission(assessment, enrolment)
            if submission is None:
                raise Refused(_(NOTHING_IN))
            permit_replacement(submission, form.cleaned_data["reason"], **by)
            return _(
                "Another file is allowed for “%(title)s”, and the trainee is told."
            ) % about, {}
        record_not_submitted(assessment, enrolment, **by)
        return _("“%(title)s” is recorded as not handed in, and the trainee is told.") % about, {}
    except Refused as refusal:
        form.add_error("day" if "day" in form.fields else None, str(refusal))
        return "", {(assessment.pk, action): form}


def _rows(enrolment, bound, registrar):
    """Each piece of work with the forms that can be used on it now, and those of `bound`, which came back with a fault."""
    attempts, permissions = current_attempts(enrolment), permissions_of(enrolment, registrar)
    return [
        _row(enrolment, work, attempts.get(work.assessment.pk), bound, permissions)
        for work in work_in(enrolment)
    ]


def _row(enrolment, work, attempt, bound, permissions):
    key, code = work.assessment.pk, work.assessment.code
    is_over, is_missed = enrolment.state in OVER, work.status == "missed"
    is_in = not (work.is_to_do or is_missed or work.status == "decided")
    may = {
        # After a board, for late work alone: the board decides again where the mark is another one.
        "due": not (is_over or is_missed or (work.status == "decided" and not work.is_late)),
        "defer": not is_over and (work.is_to_do or is_missed),
        "replace": not is_over and is_in and not work.assessment.is_quiz,
        "missed": work.is_overdue and enrolment.state in STUDYING,
    }
    return {
        "work": work,
        "label": Work.LABELS["in"] if is_in else work.label,
        "tone": Work.TONES["in"] if is_in else work.tone,
        "seen": attempt.number if attempt else 1,
        "permissions": permissions.get(key, []),
        "due_lines": list(attempt.due_lines.all()) if attempt else [],
        "forms": [
            {
                "action": action,
                **WORDS[action],
                "form": bound.get((key, action)) or form(prefix=f"{code}-{action}"),
            }
            for action, form in FORMS.items()
            if may[action] or (key, action) in bound
        ],
    }
