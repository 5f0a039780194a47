"""A marker's feedback file: chosen, looked at, replaced and removed until the marks are submitted. Nothing here holds a submission."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit import files
from lms.kit.refusals import Refused

from ...taking.downloads import download, play
from .. import blind
from ..actions.feedback import attach_feedback, remove_feedback
from ..actions.marks import open_script
from ..discussions import other_feedback_file
from ..feedback_files import NoSuchFeedback
from ..forms.feedback import FeedbackForm
from ..moderating import feedback_to_moderate
from .desk import script_or_404
from .moderation import insist_moderator
from .remarks import task_of

MOST_PLACES = 5


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def feedback(request, number):
    """The file that goes to the author with the marks, and another in its place."""
    found = script_or_404(request, number)
    if found.is_sealed:
        return redirect("assessments:script", number)
    open_script(task_of(found), by=request.user)
    form = FeedbackForm()
    if request.method == "POST" and request.POST.get("action") == "remove":
        remove_feedback(task_of(found), by=request.user)
        messages.success(request, _("The feedback file is removed."))
        return redirect("assessments:feedback", number)
    if request.method == "POST":
        form = FeedbackForm(request.POST, request.FILES)
        if form.is_valid() and _attach(request, found, form):
            messages.success(
                request, _("The file is kept. The trainee gets it with your marks and comments.")
            )
            return redirect("assessments:feedback", number)
        found = script_or_404(request, number)
    context = {
        "script": found,
        "form": form,
        "mentions": [m for one in found.files for m in _names_in(request.user, found, one)],
    }
    status = 422 if form.errors else 200
    return render(request, "assessments/feedback.html", context, status=status)


def _attach(request, script, form):
    try:
        seen = request.POST.get("seen")
        return attach_feedback(
            task_of(script), form.cleaned_data["file"], by=request.user, seen=seen
        )
    except (files.BadFile, Refused) as refusal:
        form.add_error("file", str(refusal))
        return None


def _names_in(marker, script, file):
    """Where the marker's own name still stands in the text: advice, never a refusal."""
    path, _name = blind.feedback_file_for(marker, script.script, file.key)
    first, last = marker.first_name, marker.last_name
    whole = {marker.full_name, f"{first} {last}".strip(), f"{last} {first}".strip(), marker.email}
    try:
        found = files.mentions_of(file.ending, files.read(path), tuple(filter(None, whole)), ())
    except FileNotFoundError:
        return []
    return [{"words": one.words, "places": one.places[:MOST_PLACES]} for one in found or ()]


@login_required
@require_GET
def feedback_file(request, number, pk):
    """A marker's own file, as the author gets it."""
    open_script(task_of(script_or_404(request, number)), by=request.user)
    return feedback_answer(request, blind.feedback_file_for, request.user, number, pk)


@login_required
@require_GET
def verdict_feedback(request, number, pk):
    """The same for the script's moderator."""
    insist_moderator(request, number)
    return feedback_answer(request, feedback_to_moderate, request.user, number, pk)


@login_required
@require_GET
def discussion_feedback(request, number, pk):
    """The same for the two markers who discuss a mark: both are submitted."""
    return feedback_answer(request, other_feedback_file, request.user, number, pk)


def feedback_answer(request, find, *args):
    """A feedback file under its script number, to keep, or a recording to hear."""
    try:
        path, name = find(*args)
    except (blind.NoSuchScript, NoSuchFeedback):
        raise Http404("There is no such file.") from None
    return play(request, path, name) if path.endswith(".mp3") else download(path, name)
