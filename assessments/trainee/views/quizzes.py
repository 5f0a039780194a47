"""Taking a quiz: its questions, the look before the answers count, and what came of them."""

import json
import secrets

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.kit import clock
from lms.kit.addresses import number_in
from lms.kit.refusals import NotAllowed, Refused, insist

from ...attempts.queries import extra_percent, number_of_current
from ...setting.queries import questions_for, version_for
from ...taking import timing
from ...taking.actions.quizzes import Unanswered, begin_quiz, hand_in_quiz, save_answers
from ...taking.actions.responses import answer_question
from ...taking.queries import answers_of, end_of, newest_responses, own_quiz, questions_asked
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
        action = request.POST.get("action")
        attempt = _begin(request, assessment, enrolment, attempt)
        if action == "begin":
            return redirect("assessments:piece", assessment.code)
        if action in ("save", "check"):
            if timing.is_over(end_of(attempt), clock.now()):
                messages.warning(
                    request, _("The time for this quiz is over. Hand in what is saved.")
                )
                return redirect("assessments:piece", assessment.code)
            _save(request, attempt, answers)
            if action == "check":
                return redirect("assessments:check", assessment.code)
            messages.success(request, _("Your answers so far are saved. Nothing is handed in yet."))
            return redirect("assessments:piece", assessment.code)
        try:
            hand_in_quiz(attempt, answers, by=request.user)
            return redirect("assessments:piece", assessment.code)
        except Unanswered as refusal:
            _save(request, attempt, answers)
            missing, context["refusal"] = refusal.missing, str(refusal)
    is_in = bool(attempt and attempt.state != AttemptState.OPEN)
    newest = newest_responses(attempt) if attempt and not is_in else {}
    chosen = attempt.answers if is_in else {key: one.choice_id for key, one in newest.items()}
    context |= {
        "page": secrets.token_hex(16),
        "seen": max((one.pk for one in newest.values()), default=0),
        "attempt": attempt,
        "attempt_number": number_of_current(assessment, enrolment),
        "is_in": is_in,
        "is_decided": is_in and attempt.state == AttemptState.RATIFIED,
    }
    if attempt and not is_in:
        context |= _time(attempt)
    may_see = may_see_answers(attempt, assessment.due_at) if is_in else None
    asked = _questions_for(assessment, enrolment, attempt, context)
    context["questions"] = _questions(asked, chosen, bool(may_see), missing)
    context["may_see"] = may_see
    context["right"] = sum(question["is_right"] for question in context["questions"])
    context["answered"] = sum(question["is_answered"] for question in context["questions"])
    return render(request, "assessments/quiz.html", context)


def _begin(request, assessment, enrolment, attempt):
    """The quiz a form is about, begun where it was not. Only its own button begins one whose questions or time start with it; a form that names no
    attempt is of the first."""
    if attempt is None and request.POST.get("action") != "begin":
        if _hides(version_for(assessment.pk, enrolment.cohort_id)):
            raise Refused(
                _("You have not begun this quiz. Open it again and choose “Begin the quiz”.")
            )
    seen = number_in(request.POST.get("attempt"), 1)
    return begin_quiz(assessment, enrolment, by=request.user, seen=seen)


def check_quiz(request, context):
    """The answers as they are saved; what is shown is what the button hands in."""
    assessment, enrolment = context["assessment"], context["enrolment"]
    attempt = own_quiz(assessment, enrolment)
    if attempt is None or attempt.state != AttemptState.OPEN:
        return redirect("assessments:piece", assessment.code)
    context["questions"] = _questions(questions_asked(attempt), answers_of(attempt))
    context |= {"attempt_number": attempt.attempt.number, **_time(attempt)}
    context["open"] = [question for question in context["questions"] if not question["is_answered"]]
    return render(request, "assessments/check_quiz.html", context)


def _save(request, attempt, answers):
    """What a form brought; what another page answered meanwhile stays, and its reader is told."""
    seen, page = number_in(request.POST.get("seen"), None), request.POST.get("page", "")
    left = save_answers(attempt, answers, by=request.user, page=page[:36], seen=seen)
    if left:
        numbers = [n for n, q in enumerate(questions_asked(attempt), start=1) if q.key in left]
        messages.warning(
            request,
            ngettext(
                "Question %(numbers)s was answered on another page since you opened this one. That answer is kept: look at it.",
                "Questions %(numbers)s were answered on another page since you opened this one. Those answers are kept: look at them.",
                len(numbers),
            )
            % {"numbers": ", ".join(map(str, numbers))},
        )


@never_cache
@require_POST
def answers(request):
    """One answer as it is given, from the script of a quiz's page, in JSON; so is why it cannot be kept."""
    if not request.user.is_authenticated:
        return _sentence(_("You are signed out. Sign in, and your answer is sent."), 401)
    try:
        sent = json.loads(request.body)
        item, choice, seen = (int(sent[name]) for name in ("paper_item", "choice", "seen"))
        page, key = str(sent["page"]), str(sent["key"])
        is_late = sent.get("late") is True
        if not all(0 <= number < 2**63 for number in (item, choice, seen)):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return _sentence(_("This answer could not be read. Load the page again."), 400)
    try:
        done = answer_question(
            item, choice, by=request.user, page=page, key=key, seen=seen, is_late=is_late
        )
    except NotAllowed as refusal:
        return _sentence(str(refusal), 403)
    except Refused as refusal:
        return _sentence(str(refusal), 409)
    return JsonResponse({"seen": done.seen, "other": done.is_other})


def _sentence(sentence, status):
    return JsonResponse({"sentence": sentence}, status=status)


def _time(attempt):
    """When the time of a quiz that is going on ends, by the site's clock; a page counts down by it, and asks again after sleep."""
    ends_at, now = end_of(attempt), clock.now()
    if ends_at is None:
        return {}
    left = max(0, int((ends_at - now).total_seconds()))
    return {"ends_at": ends_at, "seconds_left": left, "is_over": ends_at < now}


def _hides(version) -> bool:
    """Are its questions shown only once it has begun?"""
    return bool(version and (version.asks or version.shuffles_choices or version.minutes))


def _questions_for(assessment, enrolment, attempt, context):
    """What this attempt is asked. Before it has begun, all of a version that asks everybody the same; of one that draws or has a time limit, how many there
    will be."""
    if attempt:
        return questions_asked(attempt)
    version, bank = (
        version_for(assessment.pk, enrolment.cohort_id),
        questions_for(assessment, enrolment),
    )
    if not _hides(version):
        return bank
    context["to_begin"] = min(version.asks or len(bank), len(bank))
    if version.minutes:
        now = clock.now()
        ends_at = timing.end(now, version.minutes, extra_percent(enrolment))
        context["minutes"] = (ends_at - now).seconds // 60
    return []


def _questions(questions, answers, shows_answers=False, missing=()):
    return [
        _question(question, n, len(questions), answers.get(question.key), shows_answers, missing)
        for n, question in enumerate(questions, start=1)
    ]


def _question(question, number, total, chosen, shows_answers, missing):
    """A question as components/question.html takes it. It carries no right answer before its trainee may see them."""
    choices = getattr(question, "options", None) or list(question.choices.all())
    is_right = shows_answers and any(c.is_right and c.pk == chosen for c in choices)
    return {
        "text": question.text,
        "kind": "one",
        "name": f"answer-{question.key}",
        "number": number,
        "total": total,
        "key": question.key,
        "item": getattr(question, "item", ""),
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
