"""The script itself, for its marker: the copy without document properties, to keep or to read in the page."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from .. import blind
from ..actions.marks import open_script
from ..places import page_of
from .desk import file_answer, script_or_404
from .remarks import task_of

# A PDF shown in our own page: it fetches nothing, and no other site may frame it. Viewers style themselves.
IN_PAGE = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'"


@login_required
@require_GET
def script_file(request, number):
    """The copy without document properties, under the script's number."""
    open_script(task_of(script_or_404(request, number)), by=request.user)
    return file_answer(blind.file_for, request.user, number)


@login_required
@never_cache
@require_GET
@xframe_options_sameorigin
def script_view(request, number):
    """The same copy, to be read in the page beside the rubric, or by itself: a PDF by the browser, a Word file by our own reading of it."""
    found = script_or_404(request, number)
    open_script(task_of(found), by=request.user)
    return script_in_page(
        request,
        found,
        reverse("assessments:script", args=[number]),
        blind.file_for,
        request.user,
        number,
    )


def script_in_page(request, script, back_url, find, *args):
    """A script as its page shows it: a PDF by the browser, a Word file by our own reading, with a way back where it stands by itself. `find` asks of whose
    it is, as `file_answer` does; whoever calls has asked whether they may. The page allows its own site to frame it."""
    if script.is_pdf:
        answer = file_answer(find, *args, in_page=True)
        answer["Content-Security-Policy"] = IN_PAGE
        return answer
    copy, _unused = find(*args)
    page = page_of(copy, script.file_sha256)
    if page is None:
        raise Http404("This script cannot be shown in the page.")
    template = "script_beside" if request.GET.get("beside") else "script_words"
    context = {"script": script, "page": page, "back_url": back_url}
    return render(request, f"assessments/{template}.html", context)
