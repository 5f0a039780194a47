"""Versions of the form: what applicants see, and the draft that the Hub changes and publishes."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit.refusals import Refused, refusals_at

from ...permissions import open_to
from ..actions import versions
from ..definition import ALWAYS_ASKED, pages_of
from ..forms import ChecklistForm, PageForm, QuestionForm
from ..models import ApplicationForm
from ..queries import draft_form, form_in_use
from ..rules import may_review


@never_cache
@open_to(may_review)
@require_http_methods(["GET", "POST"])
def form_versions(request):
    """The draft, question by question, and the versions that were published."""
    refused = ""
    if request.method == "POST":
        try:
            messages.success(request, _change(request))
            return redirect("cohorts:form_versions")
        except Refused as why:
            refused = str(why)
    draft, current = draft_form(), form_in_use()
    context = {
        "draft": draft,
        "pages": pages_of(draft.questions) if draft else [],
        "current": current,
        "is_assumed": bool(current and any(one.is_assumed for one in current.questions)),
        "published": ApplicationForm.objects.exclude(published_at=None),
        "refused": refused,
        "always_asked": ALWAYS_ASKED,
    }
    return render(request, "cohorts/form_versions.html", context, status=409 if refused else 200)


def _change(request) -> str:
    action, by, seen = request.POST.get("action"), request.user, request.POST.get("seen", "")
    if action == "begin":
        versions.begin_draft(by=by)
        return _("There is a draft now. Applicants see it when you publish it.")
    if action == "drop":
        versions.drop_draft(by=by, seen=seen)
        return _("The draft is deleted. The version in use stays.")
    draft = draft_form()
    if action != "publish" or draft is None:
        raise Refused(_("There is no draft. Begin one first."))
    made = versions.publish_form(draft, by=by, seen=seen)
    return _("Version %(number)s is published. New applications use it.") % {"number": made.number}


@never_cache
@open_to(may_review)
def form_version(request, number):
    """A version as an applicant sees it, page after page. Nothing can be sent from here."""
    version = get_object_or_404(ApplicationForm, number=number)
    pages = [
        {
            "heading": heading,
            "form": PageForm(questions=questions, answers={}, file_counts={}, prefix=f"p{n}"),
        }
        for n, (heading, questions) in enumerate(pages_of(version.questions), start=1)
    ]
    return render(request, "cohorts/form_version.html", {"version": version, "pages": pages})


@never_cache
@open_to(may_review)
@require_http_methods(["GET", "POST"])
def question(request, key=""):
    """One question of the draft: change it, move it, remove it; or add one."""
    draft = draft_form()
    if draft is None:
        return redirect("cohorts:form_versions")
    there = next((one for one in draft.questions if one.key == key), None)
    if key and there is None:
        raise Http404("There is no such question in the draft.")
    action = request.POST.get("action", "")
    if key and action in ("up", "down", "remove"):
        if action == "remove":
            versions.remove_question(key, by=request.user)
            messages.success(request, _("The question is removed from the draft."))
        else:
            versions.move_question(key, by=request.user, up=action == "up")
        return redirect("cohorts:form_versions")
    initial = {"is_required": True}
    if there:
        fields = ("page", "label", "kind", "hint", "is_required")
        initial = {name: getattr(there, name) for name in fields}
        initial["options"] = "\n".join(there.options)
    form = QuestionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            versions.save_question(form.question(key), by=request.user)
            messages.success(request, _("The draft is saved."))
            return redirect("cohorts:form_versions")
    context = {"form": form, "question": there, "draft": draft}
    return render(request, "cohorts/form_question.html", context)


@never_cache
@open_to(may_review)
@require_http_methods(["GET", "POST"])
def checklist(request):
    """The lines of the review's checklist, in the draft."""
    draft = draft_form()
    if draft is None:
        return redirect("cohorts:form_versions")
    initial = {"lines": "\n".join(line["label"] for line in draft.checklist)}
    form = ChecklistForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            versions.save_checklist(form.cleaned_data["lines"].splitlines(), by=request.user)
            messages.success(request, _("The draft is saved."))
            return redirect("cohorts:form_versions")
    return render(request, "cohorts/form_checklist.html", {"form": form, "draft": draft})
