"""Surveys for registrars and leaders of modules: make, watch, read, respond."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.kit.lists import address, page_of
from lms.kit.refusals import Refused, insist, refusals_at
from lms.kit.spreadsheets import TYPES

from ...enrolment.models import Cohort
from ...permissions import open_to
from .. import actions, exports, responses
from ..answers import Guarded
from ..forms import LastDayForm, RemovalForm, ResponseForm, SurveyForm
from ..models import Survey, SurveyResponse
from ..queries import results_of, surveys_for
from ..rules import may_run_survey, may_see_surveys, may_write_questions


@never_cache
@require_safe
@open_to(may_see_surveys)
def surveys(request):
    cohort = Cohort.objects.filter(code__iexact=request.GET.get("cohort", "")[:20]).first()
    rows = surveys_for(request.user, cohort=cohort)
    return render(
        request,
        "cohorts/surveys/list.html",
        {
            "page": page_of(rows, request.GET.get("page")),
            "cohort": cohort,
            "may_write_questions": bool(may_write_questions(request.user)),
            "query": address(cohort=cohort.code if cohort else ""),
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
@open_to(may_see_surveys)
def new_survey(request):
    form = SurveyForm(
        request.POST if request.method == "POST" else None,
        person=request.user,
        initial={
            "cohort": Cohort.objects.filter(code__iexact=request.GET.get("cohort", "")[:20]).first()
        },
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_at(form):
            made = actions.make_survey(
                data["cohort"],
                data["module"],
                data["question_set"],
                data["title"],
                data["opens_on"],
                data["closes_on"],
                data["token"],
                by=request.user,
            )
            messages.success(request, _("The survey is saved. Trainees are told when it opens."))
            return redirect("cohorts:survey", made.pk)
    return render(
        request,
        "cohorts/surveys/new.html",
        {"form": form, "has_modules": form.fields["module"].queryset.exists()},
        status=422 if form.errors else 200,
    )


def survey_for(request, pk) -> Survey:
    """A survey that the reader sees and may look after; 404 or 403."""
    insist(may_see_surveys(request.user))
    rows = Survey.objects.visible_to(request.user)
    found = get_object_or_404(rows.select_related("cohort", "module", "question_set"), pk=pk)
    insist(may_run_survey(request.user, found.cohort, found.module))
    return found


@never_cache
@require_safe
@open_to(may_see_surveys)
def survey(request, pk):
    return show(request, survey_for(request, pk))


def show(request, subject, *, form=None, status=200):
    return render(
        request,
        "cohorts/surveys/survey.html",
        {
            "survey": subject,
            "results": results_of(subject),
            "response": SurveyResponse.objects.filter(survey=subject).first(),
            "form": form or LastDayForm(initial={"closes_on": subject.closes_on}),
        },
        status=status,
    )


@require_POST
@open_to(may_see_surveys)
def survey_action(request, pk, action):
    found = survey_for(request, pk)
    if action == "cancel":
        actions.cancel_survey(found, by=request.user)
        messages.success(
            request, _("The survey is cancelled. Answers that were sent have been deleted unread.")
        )
    elif action == "last-day":
        form = LastDayForm(request.POST)
        if not form.is_valid():
            return show(request, found, form=form, status=422)
        try:
            actions.change_last_day(found, form.cleaned_data["closes_on"], by=request.user)
        except Refused as why:
            form.add_error(None, str(why))
            return show(request, found, form=form, status=409)
        messages.success(request, _("The last day is changed."))
    elif action == "remove":
        form = RemovalForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Enter the reason why the text is to be removed."))
            return redirect("cohorts:survey", pk)
        was_there = responses.remove_text(
            found,
            request.POST.get("question", ""),
            request.POST.get("text", ""),
            form.cleaned_data["reason"],
            by=request.user,
        )
        messages.success(
            request,
            _("The text is removed.") if was_there else _("The text was not there any more."),
        )
    elif action == "withdraw":
        responses.withdraw_response(found, by=request.user)
        messages.success(request, _("The response is no longer shown."))
    else:
        raise Http404
    return redirect("cohorts:survey", pk)


@require_POST
@never_cache
@open_to(may_see_surveys)
def survey_file(request, pk, ending):
    if ending not in TYPES:
        raise Http404
    found = survey_for(request, pk)
    content = exports.export_survey(found, ending, by=request.user)
    return HttpResponse(
        content,
        content_type=TYPES[ending],
        headers={"Content-Disposition": f'attachment; filename="survey-{found.pk}.{ending}"'},
    )


@never_cache
@require_http_methods(["GET", "POST"])
@open_to(may_see_surveys)
def response(request, pk):
    """What was heard, and what changes."""
    found = survey_for(request, pk)
    existing = SurveyResponse.objects.filter(survey=found).first()
    form = ResponseForm(
        request.POST if request.method == "POST" else None,
        initial={"you_said": existing.you_said, "we_did": existing.we_did} if existing else None,
    )
    findings = []
    if request.method == "POST" and form.is_valid():
        try:
            responses.publish_response(
                found, **form.cleaned_data, by=request.user, keep_anyway="keep" in request.POST
            )
        except Guarded as guarded:
            findings = [one for several in guarded.findings.values() for one in several]
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("The response is published."))
            return redirect("cohorts:survey", pk)
    return render(
        request,
        "cohorts/surveys/response.html",
        {
            "survey": found,
            "form": form,
            "findings": findings,
            "results": results_of(found),
        },
        status=422 if form.errors or findings else 200,
    )
