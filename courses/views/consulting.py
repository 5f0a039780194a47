"""Survivor consultants suggest, tutors and authors answer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lms.kit.refusals import insist
from lms.people.names import public_name

from .. import actions, queries, rules
from ..forms.study import TAKE_UP, AnswerForm, SuggestForm
from ..models import Suggestion
from ..states import SuggestionState
from .study import newest, open_variant


@login_required
def consult(request):
    """A survivor consultant's page: what there is to read, and what came of their suggestions."""
    insist(rules.may_suggest(request.user))
    own = Suggestion.objects.filter(person=request.user).select_related(
        "version__variant__unit", "answered_by"
    )
    modules = [e for e in queries.shelf() if any(s.is_open for s in e.units)]
    return render(request, "courses/consult.html", {"modules": modules, "suggestions": own})


@login_required
def suggest(request, code, key):
    """Suggest a change to the version that was read."""
    insist(rules.may_suggest(request.user))
    subject, *_unused = open_variant(request.user, code, key)
    given = request.POST.get("version", "")
    about = subject.versions.filter(pk=given).first() if given.isdecimal() else newest(subject)
    if about is None:
        raise Http404("Nothing of this unit is published.")
    form = SuggestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.suggest(about, by=request.user, text=form.cleaned_data["text"])
        messages.success(
            request,
            _("Your suggestion about %(title)s is sent. You will be told what comes of it.")
            % {"title": about.title},
        )
        return redirect("courses:consult")
    return render(
        request,
        "courses/suggest.html",
        {
            "form": form,
            "version": about,
            "variant": subject,
            "unit": subject.unit,
            "earlier": Suggestion.objects.filter(
                person=request.user, version__variant=subject
            ).select_related("version"),
        },
    )


def suggestions_for(person):
    visible = Suggestion.objects.visible_to(person)
    return visible.select_related("person", "version__variant__unit", "answered_by")


@login_required
def suggestions(request):
    """What survivor consultants suggested: those that wait, then those that were answered."""
    insist(rules.may_answer(request.user))
    every = suggestions_for(request.user)
    waiting = every.filter(state=SuggestionState.OFFERED).order_by("offered_at")
    answered = every.exclude(state=SuggestionState.OFFERED).order_by("-answered_at")
    page = Paginator(answered, 20).get_page(request.GET.get("page"))
    return render(request, "courses/suggestions.html", {"waiting": waiting, "page": page})


@login_required
def suggestion(request, pk):
    """One suggestion; tutors and authors answer it here."""
    subject = get_object_or_404(suggestions_for(request.user), pk=pk)
    may_answer = rules.may_answer(request.user)
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        insist(may_answer)
        if form.is_valid():
            action = (
                actions.take_up if form.cleaned_data["action"] == TAKE_UP else actions.set_aside
            )
            action(subject, by=request.user, answer=form.cleaned_data["answer"])
            messages.success(
                request,
                _("Your answer has been sent to %(short_name)s.")
                % {"short_name": public_name(subject.person)},
            )
            return redirect("courses:suggestions")
    return render(
        request,
        "courses/suggestion.html",
        {
            "suggestion": subject,
            "form": form,
            "may_answer": may_answer and subject.state == SuggestionState.OFFERED,
            "may_list": bool(may_answer),
            "may_tell": bool(rules.may_publish(request.user))
            and subject.state != SuggestionState.OFFERED,
        },
    )
