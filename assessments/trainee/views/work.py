"""A trainee's work: the list, one piece, its receipts and its files."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit import clock
from lms.kit.refusals import Refused, insist, no, refusals_at
from lms.kit.templatetags.kit import moment
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...attempts.queries import due_of
from ...cases.actions.unmasking import open_author
from ...cases.forms.unmasking import ReasonForm
from ...cases.queries.claims import open_claims_of
from ...cases.queries.misconduct import letters_of
from ...cases.queries.unmasking import has_opened
from ...cases.rules import may_handle
from ...marking.views.feedback import feedback_answer
from ...taking.downloads import download
from ...taking.models import Handing, QuizAttempt, Submission, Upload
from ...taking.queries import handings_for
from ...taking.rules import may_hand_in
from ...taking.states import AttemptState
from ..queries import (
    comments_of,
    earlier_attempts,
    enrolment_of,
    least_needed,
    own_feedback_file,
    penalty_on,
    work_in,
)
from .portfolio import check_portfolio, portfolio
from .quizzes import check_quiz, quiz
from .written import check_paper, paper


@login_required
@require_GET
def pieces(request):
    enrolment = enrolment_of(request.user)
    if enrolment is None:
        insist(may_act_as(request.user, Role.LEARNER))
        return render(request, "assessments/not_enrolled.html")
    return render(
        request,
        "assessments/work.html",
        {
            "enrolment": enrolment,
            "work": work_in(enrolment),
            "asked": open_claims_of(enrolment),
            "today": clock.today(),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def piece(request, code):
    """One assessment: a quiz, a portfolio or a file to hand in, and afterwards what came of it."""
    context = piece_context(request, code)
    if not context["work"].is_open and request.method == "GET":
        return render(request, "assessments/not_open.html", context)
    assessment = context["assessment"]
    page = quiz if assessment.is_quiz else portfolio if assessment.is_portfolio else paper
    return page(request, context)


@login_required
@require_GET
def check(request, code):
    """What is about to be handed in, to look at once more. Its button posts to the work's own page."""
    context = piece_context(request, code)
    if not context["work"].is_open:
        return redirect("assessments:piece", code)
    assessment = context["assessment"]
    is_portfolio = assessment.is_portfolio
    page = check_quiz if assessment.is_quiz else check_portfolio if is_portfolio else check_paper
    return page(request, context)


def piece_context(request, code) -> dict:
    """What every page of one piece of work needs. Raises Http404 where it is not this person's."""
    enrolment = enrolment_of(request.user)
    if enrolment is None:
        raise Http404("No one without an enrolment has work here.")
    work = next((w for w in work_in(enrolment) if w.assessment.code == code), None)
    if work is None:
        raise Http404("This programme has no such work.")
    assessment = work.assessment
    context = {
        "assessment": assessment,
        "enrolment": enrolment,
        "work": work,
        "letter": next(iter(letters_of(enrolment, assessment)), None),
        "claim": open_claims_of(enrolment).get(assessment.pk),
        "earlier": [_earlier(a) for a in earlier_attempts(assessment, enrolment)],
        "may": may_hand_in(request.user, assessment, enrolment),
        "needed": least_needed(assessment, enrolment),
        "today": clock.today(),
    }
    if context["may"] and not work.is_open:
        context["may"] = no(
            _("This opens on %(moment)s. You can hand it in from then on.")
            % {"moment": moment(assessment.opens_at)}
        )
    if work.status == "credited":
        context["may"] = no(
            _("This module is credited for prior learning, so nothing is handed in for it.")
        )
    if context["may"] and not context["work"].is_in and not context["work"].is_to_do:
        context["may"] = no(
            _("This was recorded as not handed in. Speak to the programme office if that is wrong.")
        )
    return context


def _earlier(attempt):
    """An attempt that is over: what came of it, and the markers' words."""
    work, quiz = getattr(attempt, "submission", None), getattr(attempt, "quiz", None)
    return {
        "kind": attempt.get_kind_display(),
        "mark": attempt.standing_mark,
        **penalty_on(attempt),
        "was_missed": attempt.not_submitted_at,
        "receipt": getattr(quiz or work, "receipt", ""),
        "comments": comments_of(work) if work else [],
    }


@login_required
@require_http_methods(["GET", "POST"])
def receipt(request, receipt):
    """What was handed in, when, and its fingerprint, also where another file replaced it since. The author's own; registrars see all, and whose work it is
    once they have said why."""
    about = ("assessment__module", "attempt", "enrolment__person")
    handing = handings_for(request.user).filter(receipt=receipt).first()
    found = handing.submission if handing else None
    if found is None:
        quizzes = QuizAttempt.objects.visible_to(request.user).exclude(state=AttemptState.OPEN)
        found = quizzes.filter(receipt=receipt).select_related(*about).first()
    if found is None:
        raise Http404("There is no such receipt.")
    is_own = found.enrolment.person_id == request.user.pk
    may_open = bool(handing) and not is_own and bool(may_handle(request.user, found.enrolment))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not may_open:
            raise Refused(_("Load the page again, and choose what is to be done."))
        with refusals_at(form):
            open_author(found, form.cleaned_data["reason"], by=request.user)
            return redirect("assessments:receipt", receipt)
    is_open = may_open and has_opened(request.user, found)
    context = {
        "found": found,
        "handing": handing,
        "number": handing.receipt if handing else found.receipt,
        "due_at": due_of(found.attempt),
        "assessment": found.assessment,
        "is_quiz": found.assessment.is_quiz,
        "is_open": is_open,
        "form": form if may_open and not is_open else None,
        "is_own": is_own,
        "enrolment": found.enrolment,
        "today": clock.today(),
    }
    if handing:
        beside = {one.number: one for one in found.handings.all()}
        context["replaced_by"] = beside.get(handing.number + 1)
        context["replaces"] = beside.get(handing.number - 1)
    return render(request, "assessments/receipt.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def own_file(request, code):
    """The author's file, byte for byte as it was chosen or handed in: the newest, the one that is to replace it with `?chosen`, or the one with
    `?receipt=`; with `?copy` the copy of it that markers get."""
    own = {"enrolment__person_id": request.user.pk, "assessment__code": code}
    of_own = {f"submission__{name}": value for name, value in own.items()}
    if receipt := request.GET.get("receipt"):
        there = Handing.objects.filter(receipt=receipt, **of_own).first()
    elif "chosen" in request.GET:
        there = Upload.objects.filter(submission__attempt__is_current=True, **of_own).first()
    else:
        there = Submission.objects.filter(**own).exclude(original="").order_by("pk").last()
    if there is None:
        raise Http404("There is no file here.")
    if "copy" in request.GET and there.copy:
        ending = there.copy.rpartition(".")[2]
        return download(there.copy, f"{there.original_name.rpartition('.')[0]}-copy.{ending}")
    return download(there.original, there.original_name)


@login_required
@require_GET
def own_feedback(request, pk):
    """A marker's feedback file on one's own work: there is none before the comments are released."""
    return feedback_answer(request, own_feedback_file, request.user, pk)
