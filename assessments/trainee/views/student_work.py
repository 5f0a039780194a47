"""One student's work for the programme office: due dates, deferrals, and what was not handed in. No mark and no script number stands here."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cohorts.enrolment.models import Enrolment
from lms.kit.lists import address, page_of, words_of
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...attempts.actions import defer, record_not_submitted, set_due
from ...attempts.forms import DueForm, ExtensionForm, MissedForm
from ...attempts.queries import current_attempts
from ...attempts.rules import may_keep_attempts
from ...setting.models import Assessment
from ..queries import work_in

FORMS = {"due": ExtensionForm, "defer": DueForm, "missed": MissedForm}
WORDS = {
    "due": {"submit": gettext_lazy("Change the due date"), "about": "", "tone": ""},
    "defer": {
        "submit": gettext_lazy("Defer it"),
        "about": gettext_lazy(
            "The student hands it in by a later date, as if for the first time. No cap is added."
        ),
        "tone": "quiet",
    },
    "missed": {
        "submit": gettext_lazy("Record as not handed in"),
        "about": gettext_lazy(
            "It counts 0, the student is told, and the board can decide. They cannot hand it in afterwards."
        ),
        "tone": "grave",
    },
}


@login_required
@never_cache
@require_GET
def students(request):
    """Find a student, to change a due date or record that nothing came in."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    wanted = words_of(request.GET)
    rows = Enrolment.objects.select_related("person", "cohort").exclude(person_id=request.user.pk)
    for word in wanted.split():
        rows = rows.filter(
            Q(student_reference__icontains=word)
            | Q(person__first_name__icontains=word)
            | Q(person__last_name__icontains=word)
        )
    rows = rows.order_by("student_reference", "pk") if wanted else rows.none()
    return render(
        request,
        "assessments/students.html",
        {
            "page": page_of(rows, request.GET.get("page")),
            "wanted": wanted,
            "query": address(q=wanted),
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def student(request, pk):
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
            return redirect("assessments:student", pk)
    return render(
        request,
        "assessments/student.html",
        {"enrolment": found, "rows": _rows(found, forms)},
        status=422 if forms else 200,
    )


def _act(request, enrolment):
    """(what was done, in words, {}), or ("", the forms that are not right)."""
    assessment = get_object_or_404(
        Assessment,
        code=request.POST.get("assessment", ""),
        module__programme_id=enrolment.cohort.programme_id,
    )
    seen, action = _number(request.POST.get("seen")), request.POST.get("action")
    about = {"title": assessment.title}
    if action not in FORMS:
        raise Refused(_("Load the page again, and choose what is to be done."))
    form = FORMS[action](request.POST, prefix=f"{assessment.code}-{action}")
    if not form.is_valid():
        return "", {(assessment.pk, action): form}
    by = {"by": request.user, "seen": seen}
    try:
        if action == "due":
            set_due(assessment, enrolment, form.due_at(), form.cleaned_data["kind"], **by)
            return _("“%(title)s” has its new due date, and the student is told.") % about, {}
        if action == "defer":
            defer(assessment, enrolment, form.due_at(), **by)
            return _("“%(title)s” is deferred, and the student is told.") % about, {}
        record_not_submitted(assessment, enrolment, **by)
        return _("“%(title)s” is recorded as not handed in, and the student is told.") % about, {}
    except Refused as refusal:
        form.add_error(None if action == "missed" else "day", str(refusal))
        return "", {(assessment.pk, action): form}


def _number(typed):
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 5 else None


def _rows(enrolment, bound):
    """Each piece of work with the forms that can be used on it now; `bound` are those that came back with a fault."""
    attempts, rows = current_attempts(enrolment), []
    for work in work_in(enrolment):
        attempt = attempts.get(work.assessment.pk)
        may = {
            "due": work.is_to_do or work.status in ("in", "marking"),
            "defer": work.is_to_do,
            "missed": work.is_overdue,
        }
        rows.append(
            {
                "work": work,
                "seen": attempt.number if attempt else 1,
                "due_lines": list(attempt.due_lines.all()) if attempt else [],
                "forms": [
                    {
                        "action": action,
                        **WORDS[action],
                        "form": bound.get((work.assessment.pk, action))
                        or form(prefix=f"{work.assessment.code}-{action}"),
                    }
                    for action, form in FORMS.items()
                    if may[action]
                ],
            }
        )
    return rows
