"""Question sets, for registrars."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lms.kit.refusals import refusals_at

from ...permissions import open_to
from ..actions import save_question_set
from ..forms import Questions, SetTitleForm, initial_of
from ..queries import question_set_of, question_sets
from ..rules import may_write_questions


@never_cache
@require_safe
@open_to(may_write_questions)
def sets(request):
    return render(request, "cohorts/surveys/sets.html", {"sets": question_sets()})


@never_cache
@require_http_methods(["GET", "POST"])
@open_to(may_write_questions)
def question_set(request, key=""):
    """A set as it is, to save another version of; without a key a new one."""
    found = question_set_of(key) if key else None
    if key and found is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    title = SetTitleForm(
        data, initial={"title": found.title, "seen": found.number} if found else {"seen": 0}
    )
    forms = Questions(data, initial=initial_of(found.questions) if found else None, prefix="q")
    if request.method == "POST" and title.is_valid() & forms.is_valid():
        words = title.cleaned_data["title"]
        with refusals_at(title):
            made = save_question_set(
                key or _free_key(words),
                words,
                forms.questions(),
                title.cleaned_data["seen"],
                by=request.user,
            )
            messages.success(
                request,
                _("Saved as version %(number)s. Surveys that were made before keep theirs.")
                % {"number": made.number},
            )
            return redirect("cohorts:question_sets")
    is_faulty = bool(data and (title.errors or forms.total_error_count()))
    return render(
        request,
        "cohorts/surveys/set.html",
        {"found": found, "title": title, "questions": forms, "is_faulty": is_faulty},
        status=422 if is_faulty else 200,
    )


def _free_key(title) -> str:
    """An address for a new set that no other has."""
    base, taken = slugify(title)[:50] or "set", {one.key for one in question_sets()}
    return next(
        key for n in range(1, 10_000) if (key := base if n == 1 else f"{base}-{n}") not in taken
    )
