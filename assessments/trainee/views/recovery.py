"""Answers to quizzes that come back in a file: chosen, looked at beside what the site has, then saved with one press."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...setting import kinds
from ...taking import recovery_files
from ...taking.actions.late_answers import LONGEST, digest_of, send_late_answers
from ...taking.actions.recovery import recover_answers
from ...taking.forms import RecoveryForm
from .questions import in_words, moment_in, text_of, values_in_words

ROWS = "recovery"  # in the session: the answers of a file that came back
STATUSES = {
    recovery_files.TO_SAVE: ("care", gettext_lazy("Would be saved")),
    recovery_files.SAME: ("info", gettext_lazy("The same as on the site")),
    recovery_files.HERE: ("good", gettext_lazy("On the site already")),
    recovery_files.ELSEWHERE: ("stop", gettext_lazy("Answered on another page since")),
    recovery_files.CLOSED: ("stop", gettext_lazy("The quiz is handed in")),
    recovery_files.TIME_OVER: ("stop", gettext_lazy("The time is over")),
    recovery_files.BARRED: ("stop", gettext_lazy("Cannot be saved now")),
    recovery_files.MISREAD: ("stop", gettext_lazy("No answer to this question")),
}


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def recovery(request):
    """A file of answers: choose it, see what it holds and what differs, save."""
    insist(may_act_as(request.user, Role.LEARNER))
    if request.method == "POST" and request.POST.get("action") == "save":
        return _save(request)
    if request.method == "POST" and request.POST.get("action") == "send":
        return _send(request)
    form, status = RecoveryForm(), 200
    if request.method == "POST":
        form = RecoveryForm(request.POST, request.FILES)
        if form.is_valid() and _keep_rows(request, form):
            return redirect(f"{reverse('assessments:recovery')}?file=1")
        status = 422
    context = {"form": form, **_file_context(request)}
    return render(request, "assessments/recovery.html", context, status=status)


def _keep_rows(request, form) -> bool:
    content = form.cleaned_data["file"].read(recovery_files.MOST_BYTES + 1)
    try:
        answers = recovery_files.read(content)
    except recovery_files.BadRecoveryFile as fault:
        form.add_error("file", str(fault))
        return False
    request.session[ROWS] = recovery_files.as_rows(answers)
    return True


def _answers(request):
    try:
        return recovery_files.answers_in(request.session.get(ROWS))
    except recovery_files.BadRecoveryFile:
        return []


def _file_context(request) -> dict:
    """What the page says of the file that was chosen; nothing where none was."""
    if "file" not in request.GET:
        request.session.pop(ROWS, None)  # looked at and left
    answers = _answers(request)
    if not answers:
        return {"quizzes": None}
    quizzes = [_quiz(one) for one in recovery_files.quizzes_in(request.user, answers)]
    if not any(one["to_save"] or (one["refused"] and not one["sent"]) for one in quizzes):
        request.session.pop(ROWS, None)  # all is saved or sent: this page is the last of it
    return {
        "quizzes": quizzes,
        "can_save": any(one["to_save"] for one in quizzes),
        "longest": LONGEST,
        "has_foreign": recovery_files.has_foreign(request.user, answers),
    }


def _quiz(group) -> dict:
    refused = [line.answer for line in group.refused]
    sent = group.quiz.late_answers.filter(digest=digest_of(refused)).first() if refused else None
    return {
        "quiz": group.quiz,
        "sent": sent,
        "assessment": group.quiz.assessment,
        "reason": group.reason,
        "to_save": group.to_save,
        "refused": len(group.refused),
        "lines": [_line(line) for line in group.lines],
    }


def _line(line) -> dict:
    question, choices = line.item.question, list(line.item.question.choices.all())
    tone, label = STATUSES[line.status]
    in_file = values_in_words(question, choices, line.answer.values)
    if not in_file and question.kind in kinds.WRITTEN:
        in_file = [value for value in line.answer.values if value]
    return {
        "number": line.item.position,
        "text": text_of(question),
        "scenario_id": question.scenario_id,
        "scenario": question.scenario.text if question.scenario_id else "",
        "in_file": in_file,
        "on_site": in_words(question, choices, line.on_site.value) if line.on_site else [],
        "at": moment_in(line.answer.at),
        "tone": tone,
        "label": label,
    }


def _save(request):
    """Every quiz of the file; what is not taken stays on the page, with why."""
    answers = _answers(request)
    if not answers:
        raise Refused(_("The file you looked at is not here any more. Choose it again."))
    count, refusals = 0, []
    for found in recovery_files.quizzes_in(request.user, answers):
        more, why = recover_answers(found.quiz, found.answers, by=request.user)
        count, refusals = count + more, [*refusals, *why]
    if count:
        words = ngettext("%(count)s answer is saved.", "%(count)s answers are saved.", count)
        messages.success(request, words % {"count": count})
    for sentence in dict.fromkeys(refusals):
        messages.warning(request, sentence)
    if not count and not refusals:
        messages.info(request, _("Everything in this file was on the site already."))
    return redirect(f"{reverse('assessments:recovery')}?file=1")


def _send(request):
    """To the office: what one quiz of the file did not take."""
    quiz = request.POST.get("quiz", "")
    for found in recovery_files.quizzes_in(request.user, _answers(request)):
        if str(found.quiz.pk) == quiz:
            send_late_answers(
                found.quiz, found.refused, request.POST.get("note", ""), by=request.user
            )
            messages.success(
                request, _("The programme office has these answers. You are told what comes of it.")
            )
            return redirect(f"{reverse('assessments:recovery')}?file=1")
    raise Refused(_("The file you looked at is not here any more. Choose it again."))
