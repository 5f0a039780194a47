"""A marker's own phrases: kept, changed and removed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit.addresses import number_in
from lms.kit.refusals import Refused, insist

from ..actions.snippets import keep_snippet, remove_snippet
from ..forms.marks import SnippetForm
from ..queries import snippets_of
from ..rules import may_keep_snippets


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def snippets(request):
    """Every phrase with a form to change it, and one for the next. A desk's script keeps chosen words here too, and reads JSON."""
    insist(may_keep_snippets(request.user))
    new, bound = SnippetForm(), {}
    if request.method == "POST":
        key = number_in(request.POST.get("snippet"), None)
        form = SnippetForm(request.POST, prefix="" if key is None else f"p{key}")
        done = _act(request, form, key)
        if "application/json" in request.headers.get("Accept", ""):
            return _as_json(done, form)
        if done:
            return redirect("assessments:snippets")
        if key is None:
            new = form
        else:
            bound[key] = form
    rows = [
        (one, bound.get(one.pk) or SnippetForm(initial={"text": one.text}, prefix=f"p{one.pk}"))
        for one in snippets_of(request.user)
    ]
    status = 422 if bound or new.errors else 200
    return render(request, "assessments/snippets.html", {"form": new, "rows": rows}, status=status)


def _act(request, form, key):
    """What was kept or removed, or None, and then the form says why."""
    if request.POST.get("action") == "remove" and key is not None:
        remove_snippet(key, by=request.user)
        messages.success(
            request, _("The phrase is removed. Comments that hold its words keep them.")
        )
        return True
    if not form.is_valid():
        return None
    try:
        kept = keep_snippet(form.cleaned_data["text"], by=request.user, snippet=key)
    except Refused as refusal:
        form.add_error("text", str(refusal))
        return None
    if "application/json" not in request.headers.get("Accept", ""):
        messages.success(
            request, _("The phrase is kept. You find it beside each comment you write.")
        )
    return kept


def _as_json(snippet, form):
    if not snippet:
        return JsonResponse({"words": " ".join(form.errors.get("text", []))}, status=422)
    return JsonResponse({"key": snippet.pk, "text": snippet.text})
