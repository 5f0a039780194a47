"""Work that is typed on the page: writing it, its versions, and the file that is made of it."""

import json
import secrets
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lms.kit import clock, files
from lms.kit.addresses import number_in
from lms.kit.refusals import NotAllowed, Refused, insist

from ...setting.states import TAKES_TEXT
from ...taking.actions.submissions import save_note
from ...taking.actions.texts import (
    Outdated,
    keep_text,
    overwrite_text,
    restore_version,
    save_text,
)
from ...taking.forms import NAMED_TEXT, TextForm
from ...taking.models import Submission
from ...taking.queries import earlier_text, own_submission, own_text
from ...taking.rules import may_replace, may_write_text
from ...taking.states import SubmissionState
from .work import piece_context

LARGEST = 2**53
WAITING = "typed_text"  # in the session, what a trainee typed whose sign-in had ended
WHOSE, LONGEST_OPEN = "assessments.text", 7 * 24 * 3600  # seconds that a page may have been open


def _context(request, code) -> dict:
    """What each of these pages needs. Raises Http404 where this work takes no text and has none."""
    context = piece_context(request, code)
    assessment, enrolment = context["assessment"], context["enrolment"]
    work = own_text(assessment, enrolment)
    if assessment.kind != assessment.ASSIGNMENT or not (
        assessment.submission_type in TAKES_TEXT or work
    ):
        raise Http404("This work takes no text.")
    there = own_submission(assessment, enrolment)
    is_in = bool(there and there.state != SubmissionState.DRAFT)
    if context["may"]:
        context["may"] = may_write_text(request.user, assessment, enrolment)
    if there and is_in and context["may"]:
        context["may"] = may_replace(request.user, there)
    return context | {"text": work, "submission": there, "is_in": is_in}


def keep_typing(view):
    """A sign-in that ended while a trainee typed loses nothing: it waits in this browser's session, for that trainee alone. Only a page that was given to a trainee can have it
    kept, as its signature says."""

    @wraps(view)
    def view_or_wait(request, code):
        if request.method == "POST" and not request.user.is_authenticated:
            try:
                whose = signing.loads(
                    request.POST.get("whose", ""), salt=WHOSE, max_age=LONGEST_OPEN
                )
            except signing.BadSignature:
                return view(request, code)
            names = ("text", "note", "seen")
            typed = {name: request.POST.get(name, "") for name in names}
            request.session[WAITING] = typed | {"whose": whose, "code": code}
        return view(request, code)

    return view_or_wait


@never_cache
@keep_typing
@login_required
@require_http_methods(["GET", "POST"])
def writing(request, code):
    """The text as it is saved, to go on with. Saved by its script while it is typed, and by its buttons."""
    context = _context(request, code)
    about = (context["assessment"], context["enrolment"])
    work, there = context["text"], context["submission"]
    note = there.note if there else ""
    earlier = "" if work else earlier_text(*about)
    seen = None
    form = TextForm(initial={"text": work.text if work else earlier, "note": note})
    waiting = request.session.get(WAITING, {})
    if request.method == "GET" and (waiting.get("whose"), waiting.get("code")) == (
        context["enrolment"].pk,
        code,
    ):
        typed = request.session.pop(WAITING)
        form, seen = TextForm(initial=typed), number_in(typed["seen"], 0)
    if request.method == "POST":
        insist(context["may"])
        answer, form = _take(request, context, TextForm(request.POST))
        if answer:
            return answer
        work = own_text(*about)
    if there.names_author if there and context["is_in"] else context["assessment"].names_author:
        form.fields["text"].help_text = NAMED_TEXT
    if context["is_in"]:
        form.fields.pop("note", None)
    context |= {
        "form": form,
        "seen": seen if seen is not None else work.revision if work else 0,
        "is_back": seen is not None,
        "whose": signing.dumps(context["enrolment"].pk, salt=WHOSE),
        "page": secrets.token_hex(16),
        "text": work,
        "is_earlier": bool(earlier) and not work and not form.is_bound and seen is None,
    }
    return render(request, "assessments/text.html", context)


def _take(request, context, form):
    """(where to go, None), or (None, the form as it was typed, with what is to be put right)."""
    assessment, enrolment = context["assessment"], context["enrolment"]
    action, is_check = request.POST.get("action"), request.POST.get("action") == "check"
    form.is_valid()
    for name in [name for name in form.errors if not is_check and name != "note"]:
        del form.errors[name]
    typed, note = request.POST.get("text", ""), request.POST.get("note", "")
    try:
        if action == "overwrite":
            saved = overwrite_text(
                assessment, enrolment, typed, by=request.user, seen=_number(request, "saved")
            )
        else:
            count = _number(request, "count")
            saved = save_text(
                assessment,
                enrolment,
                typed,
                by=request.user,
                seen=_number(request, "seen"),
                page=_page_name(request.POST.get("page", "")) if count else "",
                count=count,
            )
    except Outdated as outdated:
        context["outdated"] = outdated.saved
        return None, form
    except Refused as refusal:
        form.add_error("text", str(refusal))
        return None, form
    if form.errors:
        context["is_saved"] = True
        return None, form
    if not context["is_in"]:
        save_note(assessment, enrolment, note, by=request.user)
    if not is_check:
        messages.success(
            request,
            _("Your text is saved. What you handed in has not changed.")
            if context["is_in"]
            else _("Your text is saved. Nothing is handed in yet."),
        )
        return redirect("assessments:text", assessment.code), None
    if not saved.words:
        form.add_error("text", _("Nothing is written yet. Write your work first."))
        return None, form
    try:
        kept = keep_text(assessment, enrolment, note, by=request.user, seen=saved.revision)
    except files.BadFile as refusal:
        form.add_error("text", str(refusal))
        context["is_saved"] = True
        return None, form
    if isinstance(kept, Submission) and kept.state != SubmissionState.DRAFT:
        messages.info(request, _("You have handed in this text already. Nothing has changed."))
        return redirect("assessments:receipt", kept.receipt), None
    return redirect("assessments:check", assessment.code), None


@never_cache
@require_POST
def saving(request, code):
    """The text while it is typed, from the script of its page, in JSON; so is why it cannot be kept."""
    if not request.user.is_authenticated:
        return _sentence(_("You are signed out. Sign in, and your text is sent."), 401)
    try:  # whatever is wrong is told as JSON: what waits on a device is tried for ever otherwise, and all that waits behind it
        context = _context(request, code)
        sent = json.loads(request.body)
        text, page = sent["text"], _page_name(str(sent["page"]))
        seen, count = int(sent["seen"]), int(sent["count"])
        if not isinstance(text, str) or not 0 <= seen < LARGEST or not 0 <= count < LARGEST:
            raise ValueError
    except Http404:
        return _sentence(_("This work takes no text from you now. Copy what you typed."), 404)
    except RequestDataTooBig:
        return _sentence(_("This text is too long to be saved. Shorten it, then save."), 413)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return _sentence(_("This text could not be read. Load the page again."), 400)
    try:
        insist(context["may"])
        done = save_text(
            context["assessment"],
            context["enrolment"],
            text,
            by=request.user,
            seen=seen,
            page=page,
            count=count,
            is_late=sent.get("late") is True,
        )
    except NotAllowed as refusal:
        return _sentence(str(refusal), 403)
    except Outdated as refusal:
        return JsonResponse({"sentence": str(refusal), "is_stale": True}, status=409)
    except Refused as refusal:
        return _sentence(str(refusal), 409)
    return JsonResponse(
        {
            "seen": done.revision,
            "words": done.words,
            "sentence": _(
                "This text was saved on another page or device meanwhile. What waited on this device is kept under “Earlier versions”."
            )
            if done.is_aside
            else "",
            "time": time_format(localtime(clock.now()), "H:i"),
        }
    )


@never_cache
@login_required
@require_GET
def versions(request, code):
    """The versions of the text, the newest first: at most `text_versions.MOST`."""
    context = _with_text(request, code)
    context["versions"] = context["text"].versions.defer("text")
    return render(request, "assessments/text_versions.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def version(request, code, number):
    """One version, to read; its button brings it back."""
    context = _with_text(request, code)
    found = context["text"].versions.filter(number=number).first()
    if request.method == "POST":
        insist(context["may"])
        about = (context["assessment"], context["enrolment"])
        restore_version(*about, number, by=request.user, seen=_number(request, "seen"))
        messages.success(
            request, _("The earlier version is restored. The text before it is kept as a version.")
        )
        return redirect("assessments:text", code)
    if found is None:
        raise Http404("There is no such version.")
    context["version"] = found
    return render(request, "assessments/text_version.html", context)


def _with_text(request, code):
    context = _context(request, code)
    if context["text"] is None:
        raise Http404("Nothing is written yet.")
    return context


def _page_name(name) -> str:
    """As `writing` gives it to a page; empty for anything else, which no database need keep."""
    return name[:36] if name.isascii() and name.isalnum() else ""


def _number(request, name) -> int:
    return number_in(request.POST.get(name, ""), 0)


def _sentence(sentence, status):
    return JsonResponse({"sentence": sentence}, status=status)
