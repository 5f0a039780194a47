"""The marker's day: the queue, one script, and sealing. Nothing here holds a submission."""

from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lms.kit import clock, files
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.kit.templatetags.kit import mark, moment
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...attempts.chain import STANDING
from ...setting.rules import led_today
from ...taking.downloads import download
from ...taking.queries import has_words
from .. import blind
from ..actions.corrections import request_correction
from ..actions.marks import Outdated, open_script, save_marks
from ..actions.marks import seal as seal_marks
from ..actions.recordings import BadRecording
from ..actions.replacing import decline_script
from ..discussions import discussions_of
from ..forms.allocation import DeclineForm
from ..forms.corrections import CorrectionForm
from ..forms.marks import MarksForm
from ..models import Allocation
from ..moderating import count_to_moderate
from ..places import is_shown
from ..queries import snippets_of
from ..reconcile import look_like_shares, total
from ..states import AllocationState
from .remarks import act_on_remarks, remark_context, remark_in, task_of, to_change, with_snippet

WAITING = "typed_marks"  # in the session, what a marker typed whose sign-in had ended
TYPED, MOST_TYPED = {"comment", "seen", "remark_place", "remark_text", "remark_key"}, 20_000


@login_required
@require_GET
def queue(request):
    insist(may_act_as(request.user, Role.TUTOR))
    found = blind.queue_of(
        request.user, waiting=request.GET.get("page"), sealed=request.GET.get("sealed")
    )
    return render(
        request,
        "assessments/queue.html",
        {
            "queue": found,
            "discussions": discussions_of(request.user, request.GET.get("discussions")),
            "to_moderate": count_to_moderate(request.user),
            "today": clock.today(),
            "each": settings.IMSA_MINUTES_PER_SCRIPT,
            "is_leader": led_today(request.user).exists(),
        },
    )


def keep_typing(view):
    """A sign-in that ended while a marker typed loses nothing: it waits in this browser's session, for that marker alone."""

    @wraps(view)
    def view_or_wait(request, number):
        if request.method == "POST" and not request.user.is_authenticated:
            task = request.POST.get("seen", "").partition("-")[0]
            if (
                task.isdecimal()
                and Allocation.objects.filter(pk=task, submission__script=number).exists()
            ):
                typed = {
                    name: value[:MOST_TYPED]
                    for name, value in request.POST.items()
                    if name in TYPED or name.startswith(("mark-", "level-"))
                }
                request.session[WAITING] = {**typed, "task": int(task)}
        return view(request, number)

    return view_or_wait


@keep_typing
@login_required
@require_http_methods(["GET", "POST"])
def script(request, number):
    """The rubric beside the script; a draft is kept by “Save for later” and by going on to the check.
    Once sealed: what came of it, and which script is next."""
    if request.method == "POST" and _is_withdrawn(request, number):
        return _no_longer_yours(request, number)
    found = script_or_404(request, number)
    if found.is_sealed and request.method == "GET":
        copy, _unused = blind.file_for(request.user, number)
        context = {
            "script": found,
            "lines": _lines(found),
            "rows": _rows(found, found.marks),
            "next": blind.next_for(request.user),
            "is_shown": is_shown(copy, found.file_sha256),
            **addresses_of(found),
        }
        return render(request, "assessments/sealed.html", context)
    if request.method == "POST":
        return _save(request, found)
    open_script(task_of(found), by=request.user)
    if request.session.get(WAITING, {}).get("task") == found.allocation_id:
        typed = request.session.pop(WAITING)
        form = MarksForm(found, typed)
        form.allow_missing()
        return _desk(
            request, found, form, is_back=True, seen=typed["seen"], remark=remark_in(typed)
        )
    form = MarksForm(found, initial=MarksForm.draft_of(found))
    return _desk(request, found, form, remark=to_change(request, found))


def _save(request, script):
    """Keep what can be kept; what cannot comes back as it was typed, with why, and is not said to be saved."""
    action, _dash, key = request.POST.get("action", "").partition("-")
    form = MarksForm(script, with_snippet(request, action, key))
    for_later = action not in ("check", "")
    marks, comment = form.draft()
    try:
        save_marks(task_of(script), marks, comment, by=request.user, seen=request.POST.get("seen"))
    except Outdated:
        return _outdated(request, script.script, form)
    except Refused as refusal:
        form.add_error(
            None, _("%(refusal)s What you typed here is not saved.") % {"refusal": refusal}
        )
        return _desk(request, script, form, status=409)
    if for_later:
        form.allow_missing()
    remark, where = act_on_remarks(request, script, action, key)
    if not form.errors and remark is None:
        if not for_later:
            return redirect("assessments:seal", script.script)
        if action in ("feedback", "recording"):
            return redirect(f"assessments:{action}", script.script)
        if not where:
            messages.success(request, _("Saved for later. No one but you sees it."))
        return redirect(reverse("assessments:script", args=[script.script]) + where)
    return _desk(
        request,
        script_or_404(request, script.script),
        form,
        unsaved=any(map(form.is_faulty, form.fields)),
        remark=remark,
    )


@require_POST
@keep_typing
@login_required
def save_typing(request, number):
    """What a page saves by itself while its marker types, by the rules of `script`; the answer is for static/js/marks.js."""
    if _is_withdrawn(request, number):
        return _not_saved(
            _("Script %(script)s is no longer yours to mark.") % {"script": number}, 409
        )
    found = script_or_404(request, number)
    form = MarksForm(found, request.POST)
    marks, comment = form.draft()
    task = task_of(found)
    try:
        save_marks(
            task, marks, comment, by=request.user, seen=request.POST.get("seen"), while_typing=True
        )
    except Outdated:
        words = _(
            "You saved other marks for this script from another page. Choose “Save for later” here to see both."
        )
        return _not_saved(words, 409)
    except (Refused, NotAllowed) as refusal:
        return _not_saved(str(refusal), 409)
    faults = [form[name].label for name in form.fields if form.is_faulty(name)]
    return JsonResponse(
        {
            "seen": task.version,
            "time": f"{localtime(task.saved_at or clock.now()):%H:%M}",
            "faults": [str(label) for label in faults],
        }
    )


def _not_saved(words, status):
    return JsonResponse({"words": words}, status=status)


def _outdated(request, number, form):
    """What was typed stays in the form; what was saved meanwhile stands above it, and the marker chooses."""
    found = script_or_404(request, number)
    rows = _rows(found, found.marks)
    form.allow_missing()
    return _desk(request, found, form, status=409, saved=rows, is_outdated=True)


def _desk(request, script, form, status=200, remark=None, **more):
    copy, _unused = blind.file_for(request.user, script.script)
    more["is_wordless"] = (
        has_words(copy, script.file_sha256) is False
    )  # nothing in it can be searched or read aloud
    context = {
        "script": script,
        "form": form,
        "snippets": list(snippets_of(request.user)),
        "is_shown": is_shown(copy, script.file_sha256),
        **addresses_of(script),
        **remark_context(request, script, remark),
        **more,
    }
    return render(request, "assessments/script.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def seal(request, number):
    """Check the marks, then seal them: what was shown is what is sealed."""
    if request.method == "POST" and _is_withdrawn(request, number):
        return _no_longer_yours(request, number)
    found = script_or_404(request, number)
    if found.is_sealed and request.method == "GET":
        return redirect("assessments:script", number)
    if request.method == "POST":
        form = MarksForm(found, request.POST)
        if not form.is_valid():
            return _desk(request, found, form)
        marks, comment, seen = form.marks(), form.cleaned_data["comment"], request.POST.get("seen")
        try:
            seal_marks(
                task_of(found),
                by=request.user,
                marks=marks,
                comment=comment,
                seen=seen,
                noted=request.POST.get("noted"),
            )
        except Outdated:
            return _outdated(request, number, form)
        messages.success(
            request, _("Your marks for %(number)s are submitted.") % {"number": number}
        )
        return redirect("assessments:script", number)
    open_script(task_of(found), by=request.user)
    form = MarksForm(found, MarksForm.draft_of(found))
    if not form.is_valid():
        return redirect("assessments:script", number)
    if found.recording and not found.recording.words:
        messages.warning(request, _("Write down what your recording says before you submit."))
        return redirect("assessments:recording", number)
    marks, weights = form.marks(), {c.key: c.weight for c in found.criteria}
    return render(
        request,
        "assessments/seal.html",
        {
            "script": found,
            "form": form,
            "comment": form.cleaned_data["comment"],
            "rows": _rows(found, marks),
            "total": total(marks, weights),
            "look_like_shares": not found.essays and look_like_shares(marks, weights),
            "added_up": sum(marks.values()),
        },
    )


def script_or_404(request, number):
    try:
        return blind.script_for(request.user, number)
    except blind.NoSuchScript:
        raise Http404("There is no such script.") from None


@login_required
@require_http_methods(["GET", "POST"])
def correct(request, number):
    """A marker puts a mistake in submitted marks right; a second person agrees before it counts."""
    found = script_or_404(request, number)
    if not found.is_sealed:
        return redirect("assessments:script", number)
    form = CorrectionForm(
        found,
        request.POST or None,
        files=request.FILES or None,
        initial=CorrectionForm.draft_of(found),
    )
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            request_correction(
                task_of(found),
                form.marks(),
                typed["comment"],
                typed["why"],
                by=request.user,
                other=form.other_feedback(),
            )
        except files.BadFile as refusal:
            where = "recording" if isinstance(refusal, BadRecording) else "file"
            form.add_error(where, str(refusal))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("Your correction is sent. Until it is agreed, the marks you submitted count."),
            )
            return redirect("assessments:script", number)
    context = {"script": found, "form": form, "rows": _rows(found, found.marks)}
    status = 422 if form.errors else 200
    return render(request, "assessments/correct.html", context, status=status)


def _is_withdrawn(request, number):
    """Was the script taken from this marker while a page of theirs was open?"""
    tasks = Allocation.objects.filter(marker_id=request.user.pk, submission__script=number)
    return {task.state for task in tasks} == {AllocationState.WITHDRAWN}


def _no_longer_yours(request, number):
    """What was typed comes back once more, to be copied: nobody saves it."""
    names = ("comment", "remark_text")
    typed = "\n\n".join(filter(None, (request.POST.get(name, "")[:MOST_TYPED] for name in names)))
    marks = [
        (name.removeprefix("mark-"), value[:20])
        for name, value in request.POST.items()
        if name.startswith("mark-") and value
    ]
    context = {"number": number, "typed": typed, "marks": marks}
    return render(request, "assessments/withdrawn.html", context, status=409)


@login_required
@require_http_methods(["GET", "POST"])
def decline(request, number):
    """A marker gives a script back: they know its author, or cannot mark it."""
    if request.method == "POST" and _is_withdrawn(request, number):
        return redirect("assessments:queue")
    found = script_or_404(request, number)
    form = DeclineForm(request.POST or None)
    if found.is_sealed:
        return redirect("assessments:script", number)
    if request.method == "POST" and form.is_valid():
        decline_script(task_of(found), form.cleaned_data["why"], by=request.user)
        messages.success(
            request,
            _("Script %(number)s is given back. The programme office chooses another marker.")
            % {"number": number},
        )
        return redirect("assessments:queue")
    return render(request, "assessments/decline.html", {"script": found, "form": form})


def addresses_of(script):
    """Where its marker reads and downloads a script."""
    return {
        "view_url": reverse("assessments:script_view", args=[script.script]),
        "file_url": reverse("assessments:script_file", args=[script.script]),
    }


def _rows(script, marks):
    """Each criterion with its mark, as the pages that only read take it."""
    return [
        {"title": c.title, "weight": c.counts, "mark": marks.get(c.key), "name": f"mark-{c.key}"}
        for c in script.criteria
    ]


def _lines(script):
    """The chain as components/chain.html takes it."""
    return chain(script.chain)


def chain(lines):
    final = [n for n, line in enumerate(lines) if line.stage in STANDING]
    return [
        {
            "what": line.label,
            "mark": mark(line.mark),
            "when": moment(line.at),
            "why": line.rule,
            "final": bool(final) and n == final[-1],
        }
        for n, line in enumerate(lines)
    ]


def file_answer(find, *args, in_page=False):
    """A markers' copy, under its script number."""
    try:
        return download(*find(*args), in_page=in_page)
    except blind.NoSuchScript:
        raise Http404("There is no such script.") from None
