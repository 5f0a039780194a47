"""A marker's spoken feedback: recorded or chosen, heard, replaced and removed until the marks are submitted. Nothing here holds a submission."""

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit import files
from lms.kit.refusals import NotAllowed, Refused

from ..actions.marks import open_script
from ..actions.recordings import attach_recording, remove_recording
from ..feedback_files import version_of
from ..forms.feedback import RecordingForm
from .desk import script_or_404
from .remarks import task_of

BY_SCRIPT = "application/json"  # what static/js/recorder.js accepts


@login_required
@never_cache
@csp_update({"media-src": [SELF, "blob:"]})  # to hear a recording before it is sent
@require_http_methods(["GET", "POST"])
def recording(request, number):
    """What the trainee hears with the marks, and the same in writing. 404 where spoken feedback is off and nothing was recorded before."""
    found = script_or_404(request, number)
    if found.is_sealed and not _is_by_script(request):
        return redirect("assessments:script", number)
    if not found.takes_recordings and not found.recording:
        raise Http404("This assessment takes no spoken feedback.")
    task = task_of(found)
    if not found.is_sealed:
        open_script(task, by=request.user)
    if request.method == "POST" and request.POST.get("action") == "remove":
        remove_recording(task, by=request.user)
        messages.success(request, _("The recording is removed."))
        return redirect("assessments:script", number)
    form = RecordingForm(found)
    if request.method == "POST":
        form = RecordingForm(found, request.POST, request.FILES)
        if form.is_valid() and _attach(request, task, form):
            messages.success(request, _words_after(form))
            here = reverse("assessments:recording", args=[number])
            return JsonResponse({"to": here}) if _is_by_script(request) else redirect(here)
        if _is_by_script(request):
            faults = [fault for those in form.errors.values() for fault in those]
            return JsonResponse({"words": " ".join(faults)}, status=422)
    status = 422 if form.errors else 200
    context = {
        "script": found,
        "form": form,
        "known": request.POST.get("known", version_of(found.recording)),
        "most_seconds": settings.IMSA_RECORDING_MAX_SECONDS,
        "most_bytes": settings.IMSA_RECORDING_MAX_BYTES,
    }
    page = render(request, "assessments/recording.html", context, status=status)
    page["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(self)"
    return page


def _is_by_script(request):
    return request.headers.get("Accept") == BY_SCRIPT


def _attach(request, task, form):
    typed = form.cleaned_data
    try:
        return attach_recording(
            task,
            typed["file"],
            typed["words"],
            by=request.user,
            seen=request.POST.get("seen"),
            version=request.POST.get("known"),
        )
    except (files.BadFile, Refused, NotAllowed) as refusal:
        form.add_error("file", str(refusal))
        return None


def _words_after(form):
    if form.cleaned_data["words"].strip():
        return _("The recording is saved. The trainee gets it with your marks and comments.")
    return _("The recording is saved. Write down what it says before you submit your marks.")
