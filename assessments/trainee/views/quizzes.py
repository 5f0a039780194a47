"""Taking a quiz: its questions, the look before the answers count, and what came of them."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lms.kit.refusals import insist

from ...setting.queries import questions_for, version_for
from ...taking.actions.quizzes import Unanswered, begin_quiz, hand_in_quiz, save_answers
from ...taking.queries import own_quiz, questions_asked
from ...taking.rules import may_see_answers
from ...taking.states import AttemptState


def quiz(request, context):
    assessment, enrolment = context["assessment"], context["enrolment"]
    attempt, missing = own_quiz(assessment, enrolment), ()
    if request.method == "POST":
        insist(context["may"])
        answers = {
            key.removeprefix("answer-"): value
            for key, value in request.POST.items()
            if key.startswith("answer-")
        }
        attempt = begin_quiz(assessment, enrolment, by=request.user)
        action = request.POST.get("action")
        if action == "begin":
            return redirect("assessments:piece", assessment.code)
        if action in ("save", "check"):
            save_answers(attempt, answers, by=request.user)
            if action == "check":
                return redirect("assessments:check", assessment.code)
            messages.success(request, _("Your answers so far are saved. Nothing is handed in yet."))
            return redirect("assessments:piece", assessment.code)
        try:
            hand_in_quiz(attempt, answers, by=request.user)
            return redirect("assessments:piece", assessment.code)
        except Unanswered as refusal:
            save_answers(attempt, answers, by=request.user)
            missing, context["refusal"] = refusal.missing, str(refusal)
    is_in = bool(attempt and attempt.state != AttemptState.OPEN)
    context |= {
        "attempt": attempt,
        "is_in": is_in,
        "is_decided": is_in and attempt.state == AttemptState.RATIFIED,
    }
    may_see = may_see_answers(attempt, assessment.due_at) if is_in else None
    asked = _asked(assessment, enrolment, attempt, context)
    context["questions"] = _questions(asked, attempt, bool(may_see), missing)
    context["may_see"] = may_see
    context["right"] = sum(question["is_right"] for question in context["questions"])
    context["answered"] = sum(question["is_answered"] for question in context["questions"])
    return render(request, "assessments/quiz.html", context)


def check_quiz(request, context):
    """The answers as they are saved; what is shown is what the button hands in."""
    assessment, enrolment = context["assessment"], context["enrolment"]
    attempt = own_quiz(assessment, enrolment)
    if attempt is None or attempt.state != AttemptState.OPEN:
        return redirect("assessments:piece", assessment.code)
    context["questions"] = _questions(questions_asked(attempt), attempt)
    context["open"] = [question for question in context["questions"] if not question["is_answered"]]
    return render(request, "assessments/check_quiz.html", context)


def _asked(assessment, enrolment, attempt, context):
    """What this attempt is asked. Before it has begun, all of a version that asks everybody the same; of one that draws, how many there will be."""
    if attempt:
        return questions_asked(attempt)
    version, bank = (
        version_for(assessment.pk, enrolment.cohort_id),
        questions_for(assessment, enrolment),
    )
    if not (version and (version.asks or version.shuffles_choices)):
        return bank
    context["to_draw"] = min(version.asks or len(bank), len(bank))
    return []


def _questions(asked, attempt, shows_answers=False, missing=()):
    return [
        _question(question, n, len(asked), attempt, shows_answers, missing)
        for n, question in enumerate(asked, start=1)
    ]


def _question(question, number, total, attempt, shows_answers, missing):
    """A question as components/question.html takes it. It carries no right answer before its trainee may see them."""
    chosen = attempt.answers.get(question.key) if attempt else None
    choices = getattr(question, "options", None) or list(question.choices.all())
    is_right = shows_answers and any(c.is_right and c.pk == chosen for c in choices)
    return {
        "text": question.text,
        "kind": "one",
        "name": f"answer-{question.key}",
        "number": number,
        "total": total,
        "key": question.key,
        "is_right": is_right,
        "is_answered": chosen is not None,
        "chosen": chosen,
        "answer": next((c.text for c in choices if c.pk == chosen), ""),
        "fault": _("Choose an answer to this question.") if question.key in missing else "",
        "options": [
            {
                "value": c.pk,
                "label": c.text,
                "checked": c.pk == chosen,
                "right": shows_answers and c.is_right,
            }
            for c in choices
        ],
        "feedback": question.why if shows_answers else "",
        "tone": "good" if is_right else "info",
    }
