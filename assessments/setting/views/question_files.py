"""Files of questions: one from another system is looked at and then imported, and a version's questions go out as one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit.addresses import number_in
from lms.kit.files import BadFile
from lms.kit.refusals import Refused

from ..actions.question_imports import drop_file, import_questions, keep_file, new_rows
from ..actions.versions import Outdated
from ..forms.question_files import QuestionFileForm
from ..models import Question
from ..queries import questions_in
from ..question_exports import FORMATS
from ..question_files import read_rows
from .assessments import version_or_404


def quiz_or_404(request, code, number):
    found = version_or_404(request, code, number)
    if not found.assessment.is_quiz:
        raise Http404("Written work has no questions.")
    return found


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def choose_file(request, code, number):
    """Choose a file and look at it. No question is written."""
    draft = quiz_or_404(request, code, number)
    if not draft.is_draft:
        raise Http404("An approved version has no new questions.")
    is_sent = request.method == "POST"
    form = QuestionFileForm(request.POST, request.FILES) if is_sent else QuestionFileForm()
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            rows, losses = read_rows(file.name, file.read())
            values = [row.as_values() for row in rows]
            made = keep_file(draft, file.name, values, losses, by=request.user)
            return redirect("assessments:question_file", code, number, made.pk)
        except BadFile as fault:
            form.add_error("file", f"{file.name}: {fault}")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"version": draft, "assessment": draft.assessment, "form": form}
    status = 422 if form.errors else 200
    return render(request, "assessments/setting/choose_file.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def question_file(request, code, number, pk):
    """All that a file would add to a draft, and what of it stays behind; confirmed, it is added."""
    draft = quiz_or_404(request, code, number)
    file = get_object_or_404(draft.question_files.filter(person_id=request.user.pk), pk=pk)
    file.version = draft
    if file.imported_at:
        messages.info(request, _("The questions of this file are in the draft already."))
        return redirect("assessments:version", code, number)
    if not draft.is_draft:
        messages.info(request, _("This version is no draft any more, so nothing is added to it."))
        return redirect("assessments:version", code, number)
    if request.method == "POST":
        return _answer(request, draft, file)
    new = {id(row) for row in new_rows(draft, file.rows)}
    context = {
        "version": draft,
        "assessment": draft.assessment,
        "file": file,
        "new": [_row_in_words(row) for row in file.rows if id(row) in new],
        "there": [row for row in file.rows if row["facts"] and id(row) not in new],
        "refused": [row for row in file.rows if not row["facts"]],
    }
    return render(request, "assessments/setting/question_file.html", context)


def _answer(request, draft, file):
    here = redirect("assessments:version", draft.assessment.code, draft.number)
    if request.POST.get("action") == "drop":
        drop_file(file, by=request.user)
        messages.info(request, _("Nothing was added."))
        return here
    try:
        seen = number_in(request.POST.get("seen"))
        count = import_questions(file, by=request.user, seen=seen)
    except Outdated:
        messages.error(
            request, _("The draft changed while you looked at the file. Look at it again.")
        )
        return redirect(request.path)
    messages.success(
        request,
        ngettext(
            "%(count)s question from %(name)s stands at the end of the draft.",
            "%(count)s questions from %(name)s stand at the end of the draft.",
            count,
        )
        % {"count": count, "name": file.name},
    )
    return here


def _row_in_words(row):
    """A question of a file as solution.html takes it."""
    facts = row["facts"]
    return {
        **row,
        "kind": facts["kind"],
        "get_kind_display": dict(Question.KINDS)[facts["kind"]],
        "text": facts["text"],
        "why": facts["why"],
        "scenario_text": facts.get("scenario_text", ""),
        "solution": facts.get("solution", {}),
        "choices": {"all": facts.get("choices", [])},
    }


@login_required
@require_GET
def export_questions(request, code, number, ending):
    """The questions of a version as a file that other systems read."""
    found = quiz_or_404(request, code, number)
    if ending not in FORMATS:
        raise Http404("There is no such format.")
    kind, write = FORMATS[ending]
    name = f"{found.assessment.code}-{found.number}.{ending}"
    return HttpResponse(
        write(questions_in(found)),
        content_type=kind,
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )
