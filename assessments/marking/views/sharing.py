"""Many scripts shared out at once: among tutors equally or by percent, or as a file says; shown first, then one press."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cohorts.sheets.reading import read_sheet
from cohorts.sheets.table import FileProblem
from lms.kit.refusals import insist
from lms.people.models import Role
from lms.people.roles import holders_of

from ..actions.allocation import allocate_many
from ..forms.allocation import PlanForm, ShareFileForm, ShareForm
from ..meter import small_groups, telling_groups
from ..plans import MOST, plan_lines, plan_shares, waiting_by_assessment, waiting_scripts
from ..rules import may_allocate

ROWS = "plan_rows"  # in the session: what a file said, row by row
COLUMNS = ("script", "first", "second")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def share_out(request):
    """The two ways of sharing out; with `preview` in the address what the first would do, with `file` what the rows of a file say."""
    insist(may_allocate(request.user))
    tutors = [one for one in holders_of(Role.TUTOR) if one.pk != request.user.pk]
    waiting = waiting_by_assessment(request.user)
    asked = request.GET if "preview" in request.GET else None
    form, file_form, plan = ShareForm(asked, tutors=tutors, waiting=waiting), ShareFileForm(), None
    status = 200
    if request.method == "POST" and request.POST.get("action") == "give":
        plan, done = _give_out(request, tutors)
        if done:
            return redirect("assessments:allocation")
        status = 409
    elif request.method == "POST":
        file_form = ShareFileForm(request.POST, request.FILES)
        if file_form.is_valid() and _keep_rows(request, file_form):
            return redirect(f"{reverse('assessments:share_out')}?file=1")
        status = 422
    elif "file" in request.GET:
        plan = plan_lines(request.user, _named(request.session.get(ROWS, []), tutors))
    elif asked and form.is_valid():
        rows = waiting_scripts(request.user, form.cleaned_data["assessment"])
        count = form.cleaned_data["count"] or MOST
        plan = plan_shares(request.user, rows[: min(count, MOST)], form.weights())
    context = {
        "form": form,
        "file_form": file_form,
        "plan": plan,
        "plan_form": PlanForm(initial={"due_on": request.GET.get("due_on")}),
        "waiting": sum(waiting.values()),
        "most": MOST,
        "enough": len(tutors) > 1,
        "small_groups": small_groups(request.user),
        "telling_groups": telling_groups(request.user),
        "is_refused": status == 409,
    }
    return render(request, "assessments/share_out.html", context, status=status)


def _give_out(request, tutors):
    """(the plan, is it done): all of it or, where one row cannot be given out, none."""
    people = {str(one.pk): one for one in tutors}
    wanted = []
    for line in request.POST.get("plan", "").splitlines()[:MOST]:
        script, first, second = (*line.split(","), "", "")[:3]
        pair = (people.get(key.strip(), key) for key in (first, second))
        wanted.append((script.strip(), script.strip(), *pair))
    plan, form = plan_lines(request.user, wanted), PlanForm(request.POST)
    if not form.is_valid():
        plan.faults += [(_("Day"), words) for words in form.errors["due_on"]]
    if plan.faults or not plan.lines:
        return plan, False
    done, refused = allocate_many(plan.lines, by=request.user, due_on=form.cleaned_data["due_on"])
    request.session.pop(ROWS, None)
    if done:
        words = ngettext(
            "%(done)s script is with markers now.", "%(done)s scripts are with markers now.", done
        )
        messages.success(request, words % {"done": done})
    for sentence in refused:
        messages.error(request, sentence)
    return plan, True


def _keep_rows(request, form) -> bool:
    """The rows of a file wait in the session for their preview. False, and why in the form, where it is no such table."""
    try:
        sheet = read_sheet(form.cleaned_data["file"].read(), MOST)
    except FileProblem as problem:
        for sentence in problem.sentences:
            form.add_error("file", sentence)
        return False
    header = [cell.text.strip().casefold() for cell in sheet.header.cells]
    if missing := [name for name in COLUMNS if name not in header]:
        words = _(
            "The first row must name the columns script, first and second. Missing: %(names)s."
        )
        form.add_error("file", words % {"names": ", ".join(missing)})
        return False
    places = [header.index(name) for name in COLUMNS]
    request.session[ROWS] = [
        [row.number, *(_text(row.cells, place) for place in places)] for row in sheet.rows
    ]
    return True


def _text(cells, place):
    return cells[place].text.strip() if place < len(cells) else ""


def _named(rows, tutors):
    """Rows as `plan_lines` takes them: a tutor is named by e-mail address, or by a whole name that no other has."""
    people, names = {}, {}
    for one in tutors:
        people[one.email.casefold()] = one
        names.setdefault(one.full_name.casefold(), []).append(one)
    people |= {name: found[0] for name, found in names.items() if len(found) == 1}
    return [
        (
            _("Row %(number)s") % {"number": number},
            script,
            *(people.get(" ".join(word.split()).casefold(), word) for word in pair),
        )
        for number, script, *pair in rows
    ]
