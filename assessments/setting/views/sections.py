"""One section of a quiz's draft: its title, its instructions, and where it begins."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit.addresses import number_in
from lms.kit.refusals import Refused

from ..actions.sections import remove_section, write_section
from ..forms.sections import SectionForm
from ..queries import questions_in
from ..sections import QuizSection, possible_beginnings
from .assessments import add_refusal, version_or_404


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def section(request, code, number, pk=None):
    """Write a new section, or change or remove one; approved versions keep theirs."""
    draft = version_or_404(request, code, number)
    if not draft.assessment.is_quiz:
        raise Http404("Written work has no sections.")
    found = draft.sections.select_related("first__question").filter(pk=pk).first() if pk else None
    if pk and found is None:
        if request.method == "GET":
            raise Http404("There is no such section in this version.")
        # Removed since the page was opened: the action says so, and what was typed stays.
        found = QuizSection(pk=pk, version=draft, title=request.POST.get("title", ""))
    if not draft.is_draft and not request.POST.get("seen"):
        raise Http404("An approved version has no sections to write.")
    beginnings = possible_beginnings(draft, questions_in(draft))
    if request.method == "POST":
        return _save(request, draft, found, beginnings)
    first = found.first.question.key if found and found.first else request.GET.get("first", "")
    given = {"title": found.title, "text": found.text} if found else {}
    return _show(
        request, draft, found, SectionForm(initial=given | {"first": first}, beginnings=beginnings)
    )


def _save(request, draft, section, beginnings):
    seen = number_in(request.POST.get("seen"))
    back = reverse("assessments:version", args=[draft.assessment.code, draft.number])
    if section and request.POST.get("action") == "remove":
        remove_section(draft, section, by=request.user, seen=seen)
        messages.success(request, _("The section is removed. Its questions stay in this version."))
        return redirect(f"{back}#questions")
    form = SectionForm(request.POST, beginnings=beginnings)
    if not form.is_valid():
        return _show(request, draft, section, form, status=422, seen=seen)
    given = form.cleaned_data
    try:
        about = (given["title"], given["text"], given["first"])
        write_section(draft, *about, by=request.user, section=section, seen=seen)
    except Refused as refusal:
        seen = add_refusal(form, refusal, seen)
        return _show(request, draft, section, form, status=409, seen=seen)
    messages.success(request, _("The section is saved. Trainees do not see it yet."))
    return redirect(f"{back}#questions")


def _show(request, draft, section, form, status=200, seen=None):
    draft.refresh_from_db(fields=["revision"])
    context = {
        "version": draft,
        "assessment": draft.assessment,
        "section": section,
        "form": form,
        "seen": draft.revision if seen is None else seen,
    }
    return render(request, "assessments/setting/section.html", context, status=status)
