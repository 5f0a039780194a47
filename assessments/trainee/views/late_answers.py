"""The programme office looks at answers that a quiz did not take any more, and at those that it took by rule."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit.addresses import number_in
from lms.kit.refusals import insist, refusals_at
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...cases.actions.office import read_case
from ...setting import kinds
from ...setting.models import Question
from ...taking.actions.late_answers import answer_late_answers
from ...taking.forms import OutcomeForm
from ...taking.queries import (
    answers_of,
    end_of,
    late_answers_for,
    late_arrivals_for,
    open_late_answers,
)
from ...taking.rules import may_answer_late_answers
from .questions import in_words, moment_in, text_of, values_in_words

A_PAGE = 20


@login_required
@never_cache
@require_GET
def late_answers(request):
    """Those to answer first; those that are answered; and quizzes of which late answers count by rule."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    show = request.GET.get("show", "")
    rows = late_answers_for(request.user)
    if show == "accepted":
        rows = late_arrivals_for(request.user)
    elif show == "answered":
        rows = rows.exclude(answered_at=None).order_by("-answered_at", "-pk")
    else:
        show, rows = "", rows.filter(pk__in=open_late_answers(request.user).values("pk"))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "assessments/late_answers.html", {"page": page, "show": show})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def late_answers_of(request, pk):
    """What one trainee sent, beside what counted, and the office's answer. Whoever reads essays here marks none of this trainee's."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    row = get_object_or_404(late_answers_for(request.user), pk=pk)
    if row.quiz.items.filter(question__kind=kinds.ESSAY).exists():
        read_case(row.quiz, by=request.user)  # an essay and its author's name: no script of theirs
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            seen = number_in(request.POST.get("seen"))
            answer_late_answers(row, form.cleaned_data["outcome"], by=request.user, seen=seen)
            messages.success(request, _("The trainee has your answer."))
            return redirect("assessments:late_answers")
    context = {
        "row": row,
        "lines": _lines(row),
        "earlier": [one | {"at": moment_in(one["at"])} for one in row.earlier_outcomes[::-1]],
        "ends_at": end_of(row.quiz),
        "form": form,
        "may": may_answer_late_answers(request.user, row.quiz),
    }
    status = 422 if form.is_bound else 200
    return render(request, "assessments/late_answers_of.html", context, status=status)


def _lines(row):
    """Each answer that was sent, beside the one that counts now."""
    keys = [one["question"] for one in row.answers]
    rows = Question.objects.select_related("scenario").prefetch_related("choices")
    questions = rows.in_bulk(keys)
    counted, found = answers_of(row.quiz), []
    for one in row.answers:
        question = questions[one["question"]]
        choices = list(question.choices.all())
        found.append(
            {
                "number": one["position"],
                "text": text_of(question),
                "scenario_id": question.scenario_id,
                "scenario": question.scenario.text if question.scenario_id else "",
                "late": values_in_words(question, choices, one["values"])
                or [v for v in one["values"] if v],
                "counted": in_words(question, choices, counted.get(question.key)),
                "at": moment_in(one["at"]),
            }
        )
    return found
