"""The programme office's post: notes trainees wrote with their work, and the work behind a receipt number; and what answers tell about a quiz's questions."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit.addresses import number_in
from lms.kit.lists import page_of
from lms.kit.refusals import insist, refusals_at
from lms.people.models import Role
from lms.people.roles import holders_of

from ..setting.bank import questions_with
from ..setting.views.assessments import version_or_404
from .actions.notes import answer_note, assign_note, read_note
from .forms import AssignForm, NoteAnswerForm, ReceiptForm
from .models import QuizAttempt
from .notes import NoteLine, lines_of, with_assignee
from .queries import figures_of, handings_for, notes_for, unread_notes
from .rules import may_read_note, may_read_notes
from .states import AttemptState

A_PAGE = 20


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def notes(request):
    """Unread notes first; a note is marked as read by the registrar who read it."""
    insist(may_read_notes(request.user))
    if request.method == "POST":
        # Its author may have replaced the file since this page was opened; the note is the same.
        receipt = request.POST.get("receipt", "")
        note = get_object_or_404(notes_for(request.user), handings__receipt=receipt)
        read_note(note, by=request.user)
        messages.success(request, _("Note %(receipt)s marked as read.") % {"receipt": note.receipt})
        return redirect("assessments:notes")
    form = ReceiptForm(request.GET if "receipt" in request.GET else None)
    if form.is_bound and form.is_valid():
        number = form.cleaned_data["receipt"]
        if _is_receipt(request.user, number):
            return redirect("assessments:receipt", number)
        form.add_error(
            "receipt",
            _("There is no work with the receipt %(number)s that you can see.")
            % {"number": number},
        )
    show, rows = request.GET.get("show", ""), unread_notes(request.user)
    if show == "read":
        rows = notes_for(request.user).exclude(note_read_at=None)
    rows = with_assignee(rows)
    if show == "mine":
        rows = rows.filter(assignee=request.user.pk)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    have = get_user_model().objects.in_bulk({one.assignee for one in page if one.assignee})
    for one in page:
        one.registrar = have.get(one.assignee)
    return render(
        request,
        "assessments/notes.html",
        {
            "page": page,
            "show": show if show in ("read", "mine") else "",
            "is_read": show == "read",
            "form": form,
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def note(request, receipt):
    """One note: who has it, what was answered, and the next answer. `receipt`: of any file of the work."""
    insist(may_read_notes(request.user))
    found = get_object_or_404(notes_for(request.user).distinct(), handings__receipt=receipt)
    action = request.POST.get("action") if request.method == "POST" else None
    who = [one for one in holders_of(Role.REGISTRAR) if may_read_note(one, found)]
    sent = request.POST if action else None
    answer = NoteAnswerForm(sent if action == "answer" else None)
    assign = AssignForm(sent if action == "assign" else None, registrars=who)
    seen = number_in(request.POST.get("seen"), None)
    if action == "answer" and answer.is_valid():
        with refusals_at(answer):
            answer_note(found, answer.cleaned_data["words"], by=request.user, seen=seen)
            messages.success(request, _("Your answer is saved, and the trainee has been told."))
            return redirect("assessments:note", found.receipt)
    if action == "assign" and assign.is_valid():
        chosen = next(one for one in who if str(one.pk) == assign.cleaned_data["registrar"])
        with refusals_at(assign):
            assign_note(found, chosen, by=request.user, seen=seen)
            messages.success(
                request, _("The note is assigned to %(name)s.") % {"name": chosen.full_name}
            )
            return redirect("assessments:note", found.receipt)
    lines = lines_of(found)
    # Whoever was told that somebody was here has read it on this page, and can send what they typed.
    is_told = answer.non_field_errors() or assign.non_field_errors()
    is_newest = action is None or is_told
    return render(
        request,
        "assessments/note.html",
        {
            "note": found,
            "answers": [one for one in lines if one.kind == NoteLine.ANSWER],
            "assignments": [one for one in lines if one.kind == NoteLine.ASSIGNMENT],
            "seen": (lines[-1].number if lines else 0)
            if is_newest
            else request.POST.get("seen", ""),
            "answer": answer,
            "assign": assign,
        },
        status=422 if action else 200,
    )


def _is_receipt(registrar, number):
    quizzes = QuizAttempt.objects.exclude(state=AttemptState.OPEN)
    return (
        handings_for(registrar).filter(receipt=number).exists()
        or quizzes.filter(receipt=number).exists()
    )


@login_required
@never_cache
@require_GET
def statistics(request, code, number):
    """How a version's questions were answered, for whoever sets them: no figure where few have answered, and none of a person."""
    found = version_or_404(request, code, number)
    if not found.assessment.is_quiz:
        raise Http404("Written work has no questions.")
    page = page_of(questions_with(found), request.GET.get("page"))
    figures = figures_of(page.object_list)
    for question in page.object_list:
        question.figures = figures.get(question.pk)
    context = {
        "version": found,
        "assessment": found.assessment,
        "page": page,
        "least": settings.IMSA_STATISTICS_ATTEMPTS,
    }
    return render(request, "assessments/statistics.html", context)
