"""Marking without a connection: a marker takes scripts and a sheet along, and brings the sheet back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cohorts.sheets.table import MOST_BYTES, FileProblem
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from .. import blind
from ..actions.marks import Conflict, open_script, save_many
from ..forms.marks import MarkSheetForm
from ..mark_sheets import MOST, check_rows, package, rows_in
from ..models import Allocation
from ..rules import stopped
from .remarks import task_of

ROWS = "mark_sheet"  # in the session: the rows of a sheet that came back


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def away(request):
    """What can be taken along, by piece of work, and a sheet that comes back: shown first, then one press."""
    insist(may_act_as(request.user, Role.TUTOR))
    form, returned, status = MarkSheetForm(), None, 200
    if request.method == "POST" and request.POST.get("action") == "save":
        returned, done = _save(request)
        if done:
            return redirect("assessments:queue")
        status = 409
    elif request.method == "POST":
        form = MarkSheetForm(request.POST, request.FILES)
        if form.is_valid() and _keep_rows(request, form):
            return redirect(f"{reverse('assessments:away')}?sheet=1")
        status = 422
    elif "sheet" in request.GET and ROWS in request.session:
        returned = check_rows(request.user, request.session[ROWS])
    context = {
        "form": form,
        "returned": returned,
        "waiting": blind.waiting_counts(request.user),
        "most": MOST,
        "is_refused": status == 409,
    }
    return render(request, "assessments/away.html", context, status=status)


def _keep_rows(request, form) -> bool:
    try:
        request.session[ROWS] = rows_in(form.cleaned_data["file"].read(MOST_BYTES + 1))
    except FileProblem as problem:
        for sentence in problem.sentences:
            form.add_error("file", sentence)
        return False
    return True


def _save(request):
    """(what the sheet says, is it done): every draft of it or, where one row stands against it, none."""
    returned = check_rows(request.user, request.session.get(ROWS, []))
    if returned.faults or not returned.drafts:
        return returned, False
    tasks = [(task_of(found), found, marks, comment) for found, marks, comment in returned.drafts]
    for task, *_rest in tasks:
        open_script(
            task, by=request.user
        )  # outside the transaction: a conflict is reported, and stays
    try:
        count = save_many(
            [(task, marks, comment, found.version) for task, found, marks, comment in tasks],
            by=request.user,
        )
    except Refused as refusal:
        returned.faults.append((_("Sheet"), str(refusal)))
        return returned, False
    request.session.pop(ROWS, None)
    words = ngettext(
        "The marks of %(count)s script are saved as a draft. Check and submit them on its page.",
        "The marks of %(count)s scripts are saved as drafts. Check and submit them on their pages.",
        count,
    )
    messages.success(request, words % {"count": count})
    return returned, True


@login_required
@never_cache
@require_GET
def away_package(request, code):
    """A ZIP of a marker's scripts of one piece of work with the sheet; without those that they may no longer mark, of which registrars hear."""
    insist(may_act_as(request.user, Role.TUTOR))
    scripts = blind.waiting_of(request.user, code, MOST)
    keys = [one.allocation_id for one in scripts]
    tasks = Allocation.objects.select_related("submission__enrolment", "marker").in_bulk(keys)
    against = stopped(tasks.values()) if tasks else {}
    for key in against:
        try:
            open_script(tasks[key], by=request.user)
        except Conflict:
            continue
    scripts = [one for one in scripts if one.allocation_id not in against]
    if not scripts:
        raise Http404("There is no script to take along.")
    answer = FileResponse(
        package(request.user, scripts),
        as_attachment=True,
        filename=f"scripts-{scripts[0].assessment_code}.zip",
        content_type="application/zip",
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
