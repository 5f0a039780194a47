"""Taking a quiz: its questions, the look before the answers count, and what came of them."""

import json
import secrets
from datetime import timedelta

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

from ...attempts.adjustments import extra_percent
from ...attempts.queries import number_of_current
from ...marking.rules import is_sealed
from ...setting import kinds
from ...setting.queries import questions_for, version_for
from ...setting.sections import with_sections
from ...taking import timing
from ...taking.actions.quizzes import (
    Unanswered,
    Unreadable,
    begin_quiz,
    hand_in_quiz,
    misread,
    save_answers,
)
from ...taking.actions.responses import answer_question
from ...taking.essay_answers import answers_in, marks_that_count
from ...taking.queries import (
    answers_of,
    end_of,
    late_answers_of,
    late_minutes,
    newest_responses,
    own_quiz,
    questions_asked,
)
from ...taking.rules import may_see_answers
from ...taking.states import AttemptState
from ..queries import comments_of
from .mentions import names_in_essays
from .questions import as_shown

MOST_VALUES = 100  # of one answer, in what a script sends


def quiz(request, context):
    assessment, enrolment = context["assessment"], context["enrolment"]
    attempt, faults, typed = own_quiz(assessment, enrolment), {}, {}
    if request.method == "POST":
        insist(context["may"])
        typed = _typed(request)
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
            _save(request, attempt, typed)
            faults = misread(attempt, typed)
            if not faults:
                return _saved(request, assessment, action)
            context["refusal"] = _("Your other answers are saved.")
        else:
            try:
                hand_in_quiz(attempt, typed, by=request.user)
                return redirect("assessments:piece", assessment.code)
            except (Unanswered, Unreadable) as refusal:
                _save(request, attempt, typed)
                faults = _faults(attempt, typed, refusal)
                context["refusal"] = str(refusal)
    context |= _page(assessment, enrolment, attempt, faults, typed, context["work"])
    status = 422 if faults and context["refusal"] else 200
    return render(request, "assessments/quiz.html", context, status=status)


def _typed(request) -> dict[str, list[str]]:
    """What a form answers: the values of each question, by its key."""
    return {
        name.removeprefix("answer-"): values
        for name, values in request.POST.lists()
        if name.startswith("answer-")
    }


def _saved(request, assessment, action):
    if action == "check":
        return redirect("assessments:check", assessment.code)
    messages.success(request, _("Your answers so far are saved. Nothing is handed in yet."))
    return redirect("assessments:piece", assessment.code)


def _faults(attempt, typed, refusal):
    """A sentence for each question that has to be put right before the quiz is handed in."""
    missing = getattr(refusal, "missing", ())
    by_key = {q.key: q for q in questions_asked(attempt)}
    ask = {
        key: _("Write an answer to this question.")
        if by_key[key].kind in kinds.WRITTEN
        else _("Choose an answer to every line of this question.")
        if by_key[key].kind == kinds.MATCH
        else _("Give each item of this question a place.")
        if by_key[key].kind == kinds.ORDER
        else _("Fill in every gap of this question.")
        if by_key[key].kind == kinds.CLOZE
        else _("Choose an answer to this question.")
        for key in missing
    }
    return ask | misread(attempt, typed)


def _page(assessment, enrolment, attempt, faults, typed, work):
    """What the page of a quiz shows of its questions, and of what was answered."""
    is_in = bool(attempt and attempt.state != AttemptState.OPEN)
    newest = newest_responses(attempt) if attempt and not is_in else {}
    answers = attempt.answers if is_in else {key: one.value for key, one in newest.items()}
    may_see = may_see_answers(attempt, assessment.due_at) if is_in else None
    if not is_in:
        faults = _complaints(answers) | faults
    found = {
        "page": secrets.token_hex(16),
        "seen": max((one.pk for one in newest.values()), default=0),
        "attempt": attempt,
        "attempt_number": number_of_current(assessment, enrolment),
        "is_in": is_in,
        "is_decided": is_in and attempt.state == AttemptState.RATIFIED,
        "may_see": may_see,
        "late_answers": list(late_answers_of(assessment, enrolment)),
        **(_time(attempt) if attempt and not is_in else {}),
    }
    asked = _questions_for(assessment, enrolment, attempt, found)
    found |= _marking(attempt, may_see, work) if is_in else {}
    shown = as_shown(
        asked,
        answers,
        bool(may_see),
        faults,
        {key: typed[key] for key in faults if key in typed},
        found.get("earned"),
    )
    ruled = [question for question in shown if not question["is_essay"]]
    return found | {
        "ruled": ruled,
        "has_essays": any(question["is_essay"] for question in shown),
        "questions": shown,
        "has_places": any(one["kind"] == "places" for one in shown),
        "right": sum(question["is_right"] for question in ruled),
        "partly_right": sum(question["is_partly_right"] for question in ruled),
        "answered": sum(question["is_answered"] for question in shown),
    }


def _marking(attempt, may_see, work) -> dict:
    """Of a quiz whose essays people mark: how far that is, and, once it is released, what each essay earned and what its markers say."""
    script = getattr(attempt.attempt, "submission", None)
    if script is None:
        return {}
    comments = comments_of(script)
    is_released = work.status in ("provisional", "decided")
    tasks = {task.stage: task for task in script.allocations.all() if is_sealed(task)}
    earned = marks_that_count(script.lines.all(), tasks) if is_released else {}
    return {
        "script": script,
        "is_marked": is_released,
        "is_decided": work.status == "decided",
        "comments": comments if may_see else [],  # as `may_read_comments`, which a file asks
        "earned": earned if may_see else {},
    }


def _complaints(answers):
    """What is wrong with answers that are saved, by the question's key."""
    found = {key: kinds.complaint(answer) for key, answer in answers.items()}
    return {key: words for key, words in found.items() if words}


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
    given = answers_of(attempt)
    asked = questions_asked(attempt)
    context["questions"] = as_shown(asked, given, faults=_complaints(given))
    context |= {"attempt_number": attempt.attempt.number, **_time(attempt)}
    context["essays"] = [question for question in context["questions"] if question["is_essay"]]
    context["names"] = names_in_essays(answers_in(asked, given), enrolment)
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
        item, seen = (int(sent[name]) for name in ("paper_item", "seen"))
        answer = _answer_in(sent)
        page, key = str(sent["page"]), str(sent["key"])
        is_late = sent.get("late") is True
        if not all(0 <= number < 2**63 for number in (item, seen)):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return _sentence(_("This answer could not be read. Load the page again."), 400)
    try:
        done = answer_question(
            item, answer, by=request.user, page=page, key=key, seen=seen, is_late=is_late
        )
    except NotAllowed as refusal:
        return _sentence(str(refusal), 403)
    except Refused as refusal:
        return _sentence(str(refusal), 409)
    return JsonResponse({"seen": done.seen, "other": done.is_other, "fault": done.fault})


def _answer_in(message):
    """The values of an answer; one choice alone from a page that was opened before there were other kinds. Raises ValueError."""
    if "answer" not in message:
        return [str(int(message["choice"]))]
    values = message["answer"]
    if not isinstance(values, list) or len(values) > MOST_VALUES:
        raise ValueError
    if not all(isinstance(value, str) for value in values):
        raise ValueError
    return values


def _sentence(sentence, status):
    return JsonResponse({"sentence": sentence}, status=status)


def _time(attempt):
    """When the time of a quiz that is going on ends, by the site's clock; a page counts down by it, and asks again after sleep."""
    ends_at, now = end_of(attempt), clock.now()
    if ends_at is None:
        return {}
    left = max(0, int((ends_at - now).total_seconds()))
    found = {"ends_at": ends_at, "seconds_left": left, "is_over": ends_at < now}
    if found["is_over"] and (minutes := late_minutes(attempt)):
        found["late_until"] = ends_at + timedelta(minutes=minutes)
    return found


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
        return with_sections(version, bank) if version else bank
    context["to_begin"] = min(version.asks or len(bank), len(bank))
    if version.minutes:
        now = clock.now()
        ends_at = timing.end(now, version.minutes, extra_percent(enrolment))
        context["minutes"] = (ends_at - now).seconds // 60
    return []
