"""A trainee’s own surveys: which wait, the questions, reminders or none."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.kit.refusals import Refused, insist

from ..actions import choose_reminders
from ..answers import Guarded, hand_in
from ..forms import AnswerForm
from ..models import SurveyInvitation, SurveyReminderChoice
from ..queries import open_surveys_of, responses_for, surveys_of_learner
from ..rules import may_answer


@never_cache
@require_safe
@login_required
def own_surveys(request):
    person = request.user
    return render(
        request,
        "cohorts/surveys/own.html",
        {
            "surveys": open_surveys_of(person),
            "responses": responses_for(person),
            "is_off": SurveyReminderChoice.objects.filter(person=person, is_off=True).exists(),
        },
    )


@require_POST
@login_required
def reminders(request):
    is_off = request.POST.get("reminders") != "on"
    choose_reminders(request.user, is_off, by=request.user)
    messages.success(
        request,
        _("You get no reminders of surveys.")
        if is_off
        else _("You get one reminder of each survey."),
    )
    return redirect("cohorts:own_surveys")


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def own_survey(request, pk):
    """The questions, and the thanks afterwards. Nothing is kept before everything is handed in."""
    subject = get_object_or_404(surveys_of_learner(request.user), pk=pk)
    has_answered = SurveyInvitation.objects.filter(
        survey=subject, enrolment__person=request.user, has_answered=True
    ).exists()
    if request.method == "GET" and (has_answered or not subject.is_open):
        return _show(request, subject, has_answered=has_answered)
    insist(may_answer(request.user, subject))
    questions = subject.question_set.questions
    form = AnswerForm(request.POST if request.method == "POST" else None, questions=questions)
    findings = []
    if request.method == "POST" and form.is_valid():
        try:
            is_counted = hand_in(
                subject, form.answers(), by=request.user, keep_anyway="keep" in request.POST
            )
        except Guarded as guarded:
            findings = [finding for several in guarded.findings.values() for finding in several]
        except Refused as why:
            form.add_error(None, str(why))
        else:
            if not is_counted:
                messages.info(request, _("You had answered already. Your first answers count."))
            return redirect("cohorts:own_survey", pk)
    return _show(request, subject, form=form, findings=findings)


def _show(request, subject, *, form=None, findings=(), has_answered=False):
    return render(
        request,
        "cohorts/surveys/answer.html",
        {"survey": subject, "form": form, "findings": findings, "has_answered": has_answered},
        status=422 if form is not None and (form.errors or findings) else 200,
    )
