"""One question of a draft."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit.addresses import number_in
from lms.kit.lists import address, chosen, page_of, words_of
from lms.kit.nations import NATIONS
from lms.kit.refusals import Refused

from ..actions.questions import remove_question, write_question
from ..bank import questions_with, tags_in
from ..forms.question_kinds import form_for
from ..models import Question
from ..queries import questions_in
from ..scenarios import scenario_in
from .assessments import add_refusal, version_or_404


@login_required
@require_GET
def bank(request, code, number):
    """The questions of a version, found by their words, kind, nation and tags."""
    found = version_or_404(request, code, number)
    if not found.assessment.is_quiz:
        raise Http404("Written work has no questions.")
    tags = tags_in(found)
    wanted = chosen(
        request.GET,
        kind=["", *dict(Question.KINDS)],
        nation=["", "all", *NATIONS],
        tag=["", *(f"{tag.facet}:{tag.name}" for tag in tags)],
    )
    words = words_of(request.GET)
    rows = questions_with(found, words=words, **wanted)
    context = {
        "version": found,
        "assessment": found.assessment,
        "page": page_of(rows, request.GET.get("page")),
        "query": address(q=words, **wanted),
        "words": words,
        "wanted": wanted,
        "is_filtered": bool(words or any(wanted.values())),
        "kinds": Question.KINDS,
        "nations": [("all", _("Everyone")), *NATIONS.items()],
        "tags": tags,
    }
    return render(request, "assessments/setting/bank.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def question(request, code, number, key=None):
    """Write a new question, or another text of one; approved versions that ask it keep theirs."""
    draft = version_or_404(request, code, number)
    if not draft.assessment.is_quiz:
        raise Http404("Written work has no questions.")
    found = None
    if key:
        found = next((one for one in questions_in(draft) if one.key == key), None)
        if found is None:
            raise Http404("There is no such question in this version.")
    elif not draft.is_draft and not request.POST.get(
        "seen"
    ):  # a page that is old shows what was typed
        raise Http404("An approved version has no new questions.")
    if request.method == "POST":
        return _save(request, draft, found)
    _scenario_of(request, draft, found)
    return _show(request, draft, found, _form_of(request, found)(question=found))


def _scenario_of(request, draft, question):
    """The scenario that a question is about, or a new one would be."""
    key = "" if question else request.GET.get("scenario", "")
    if not key:
        return question.scenario if question else None
    found = scenario_in(draft, key)
    if found is None and request.method == "GET":
        raise Http404("There is no such scenario in this version.")
    return found


def _form_of(request, question):
    """The form of a question's kind; of a new one its address names the kind."""
    return form_for(question.kind if question else request.GET.get("kind"))


def _save(request, draft, question):
    back = reverse("assessments:version", args=[draft.assessment.code, draft.number])
    seen = number_in(request.POST.get("seen"))
    if question and request.POST.get("action") == "remove":
        remove_question(draft, question, by=request.user, seen=seen)
        messages.success(request, _("The question is no longer in this version."))
        return redirect(f"{back}#questions")
    form = _form_of(request, question)(request.POST, question=question)
    if not form.is_valid():
        return _show(request, draft, question, form, status=422, seen=seen)
    try:
        facts = form.facts() | {"scenario": request.GET.get("scenario", "")}
        write_question(draft, facts, by=request.user, question=question, seen=seen)
    except Refused as refusal:
        seen = add_refusal(form, refusal, seen)
        return _show(request, draft, question, form, status=409, seen=seen)
    messages.success(request, _("The question is saved. Trainees do not see it yet."))
    return redirect(f"{back}#questions")


def _show(request, draft, question, form, status=200, seen=None):
    draft.refresh_from_db(fields=["revision"])
    context = {
        "version": draft,
        "assessment": draft.assessment,
        "question": question,
        "scenario": _scenario_of(request, draft, question),
        "form": form,
        "kind": dict(Question.KINDS)[form.kind],
        "seen": draft.revision if seen is None else seen,
        "is_shared": bool(question and question.places.exclude(version=draft).exists()),
    }
    return render(request, "assessments/setting/question.html", context, status=status)
