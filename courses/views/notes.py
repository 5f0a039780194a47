"""What is the reader's own: notes, reflections, whom they share one with, and everything held about their study.

A row of somebody else's does not exist here: 404. Nothing of these pages may stay in a shared cache.
"""

import json
import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.people.models import Role
from lms.people.roles import has_role, may_act_as

from .. import rules
from ..actions import choose_place
from ..actions import notes as actions
from ..models import ReaderNote, UnitVersion
from ..privacy_guard.guard import look
from ..queries import notes as queries
from ..states import NoteKind
from .study import insist_readable, newest, open_variant, read_version


def private(view):
    return login_required(never_cache(view))


def own_or_404(request, pk, **of) -> ReaderNote:
    rows = ReaderNote.objects.visible_to(request.user).select_related(
        "person", "shared_with", "variant__unit__module"
    )
    return get_object_or_404(rows, pk=pk, **of)


def number(request, name) -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def refused(request, fault, page, context):
    """The page again with the text that was sent, whatever came between: nothing anybody wrote is lost."""
    if isinstance(fault, actions.Conflict):
        return render(
            request, "courses/own/conflict.html", {**context, "theirs": fault.theirs}, status=409
        )
    if isinstance(fault, actions.Guarded):
        return render(request, page, {**context, "findings": fault.findings}, status=422)
    return render(
        request,
        page,
        {**context, "fault": str(fault)},
        status=403 if isinstance(fault, NotAllowed) else 422,
    )


# ---- reflections ----


@private
def reflect(request, code, key, part):
    """Write at a prompt of a unit, or change what stands there."""
    subject, *_unused = open_variant(request.user, code, key)
    version = read_version(request, subject) if request.method == "POST" else newest(subject)
    prompt = (
        next((s for s in version.segments if s["kind"] == "reflection" and s["id"] == part), None)
        if version
        else None
    )
    if prompt is None:
        raise Http404("There is no such prompt in this unit.")
    here = subject.part_url(part)
    if request.method != "POST":
        insist(rules.may_study(request.user, subject))
        insist_readable(request.user, subject)
    writing = ReaderNote.objects.filter(
        person=request.user, variant=subject, kind=NoteKind.REFLECTION, key=part
    ).first()
    context = {
        "variant": subject,
        "unit": subject.unit,
        "version": version,
        "part": prompt,
        "note": writing,
        "back": here,
        "text": writing.text if writing else "",
        "edition": writing.edition if writing else 0,
        "action": f"{subject.get_absolute_url()}reflect/{part}/",
    }
    if request.method == "POST":
        text, edition = request.POST.get("text", ""), number(request, "edition")
        try:
            actions.write_reflection(
                request.user,
                version,
                part,
                text,
                by=request.user,
                edition=edition,
                keep_anyway="keep" in request.POST,
            )
        except (Refused, NotAllowed) as fault:
            return refused(
                request,
                fault,
                "courses/own/reflect.html",
                {**context, "text": text, "edition": edition},
            )
        messages.success(
            request, _("Your reflection is saved. Only you can read it, unless you share it.")
        )
        return redirect(here)
    return render(request, "courses/own/reflect.html", context)


@private
def share(request, pk):
    """Choose the tutor who may read one reflection, or take it back."""
    subject = own_or_404(request, pk, kind=NoteKind.REFLECTION)
    tutors = queries.tutors_for(request.user)
    if request.method == "POST" and request.POST.get("action") == "unshare":
        actions.unshare(subject, by=request.user)
        messages.success(request, _("Only you can read this reflection now."))
        return redirect("courses:own_note", pk)
    fault = ""
    if request.method == "POST":
        chosen = next((t for t in tutors if t.pk == number(request, "tutor")), None)
        if chosen:
            actions.share(subject, chosen, by=request.user)
            messages.success(
                request,
                _("%(full_name)s can read this reflection, until you stop sharing it.")
                % {"full_name": chosen.full_name},
            )
            return redirect("courses:own_note", pk)
        fault = _("Choose a tutor, then share it.")
    findings = (
        []
        if subject.shared_with_id
        else look(subject.text, actions.names_in(newest(subject.variant)))
    )
    context = {"note": subject, "tutors": tutors, "fault": fault, "findings": findings}
    return render(request, "courses/own/share.html", context, status=422 if fault else 200)


# ---- notes ----


@private
def new_note(request):
    """Write a note at a part of a unit, or keep a highlight."""
    sent = request.POST if request.method == "POST" else request.GET
    given = sent.get("version", "")
    versions = UnitVersion.objects.select_related("variant__unit__module")
    version = get_object_or_404(versions, pk=given if given.isdecimal() and len(given) < 10 else 0)
    insist_readable(request.user, version.variant)
    part, quote, text = sent.get("part", ""), sent.get("quote", ""), request.POST.get("text", "")
    at = sent.get("at", "") or part  # the piece of a long text beside which it was written
    back = version.variant.part_url(at, at="n")
    token = read_token(sent.get("token")) or uuid.uuid4()
    context = {
        "version": version,
        "unit": version.variant.unit,
        "part": part,
        "at": at,
        "quote": quote[:1000],
        "text": text,
        "token": token,
        "back": back,
    }
    if request.method != "POST":
        insist(rules.may_study(request.user, version.variant))
        return render(request, "courses/own/note.html", context)
    try:
        careful(request, text, version)
        actions.write_note(
            request.user, version, by=request.user, key=part, quote=quote, text=text, token=token
        )
    except (Refused, NotAllowed) as fault:
        return refused(request, fault, "courses/own/note.html", context)
    messages.success(request, _("Your note is saved."))
    return redirect(back)


def careful(request, text, version):
    """Notes are warned about as reflections are; a device that sends them later is not asked."""
    if "keep" not in request.POST and text and (findings := look(text, actions.names_in(version))):
        raise actions.Guarded(findings)


def read_token(typed):
    try:
        return uuid.UUID(typed or "")
    except ValueError:
        return None


@private
def one_note(request, pk):
    """One note to change, or one reflection with what became of it."""
    subject = own_or_404(request, pk)
    is_note = subject.kind == NoteKind.NOTE
    may_write = bool(rules.may_study(request.user, subject.variant))
    context = {
        "note": subject,
        "unit": subject.variant.unit,
        "is_note": is_note,
        "may_write": may_write,
        "text": subject.text,
        "edition": subject.edition,
        "back": "/study/notes/",
        "action": f"/study/notes/{pk}/",
        "quote": subject.quote,
    }
    if request.method != "POST" or not is_note:
        return render(request, "courses/own/own_note.html", context)
    text, edition = request.POST.get("text", ""), number(request, "edition")
    try:
        careful(request, text, newest(subject.variant))
        actions.change_note(subject, by=request.user, text=text, edition=edition)
    except (Refused, NotAllowed) as fault:
        return refused(
            request,
            fault,
            "courses/own/own_note.html",
            {**context, "text": text, "edition": edition},
        )
    messages.success(request, _("Your note is saved."))
    return redirect(f"/study/notes/#w-{pk}")


@private
def erase(request, pk):
    """A page that asks first; what is erased is gone."""
    subject = own_or_404(request, pk)
    if request.method == "POST":
        actions.erase(subject, by=request.user)
        messages.success(
            request, _("It is erased. No one can bring it back, and no one keeps a copy.")
        )
        return redirect("courses:notes")
    return render(
        request, "courses/own/erase.html", {"note": subject, "unit": subject.variant.unit}
    )


@private
def notes(request):
    """All one's own words by module and unit."""
    units = queries.units_written_in(request.user)
    chosen = request.GET.get("unit", "").replace("\0", "")
    rows = queries.notes_of(request.user, chosen)
    return render(
        request,
        "courses/own/notes.html",
        {
            "modules": queries.by_unit(rows),
            "units": units,
            "chosen": chosen,
            "count": len(rows),
        },
    )


@private
def notes_text(request):
    return download(
        queries.as_text(queries.notes_of(request.user)),
        "my-notes.txt",
        "text/plain; charset=utf-8",
    )


@private
def notes_json(request):
    return download([queries.as_data(w) for w in queries.notes_of(request.user)], "my-notes.json")


def download(what, name, kind="application/json"):
    if not isinstance(what, str):
        what = json.dumps(what, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    return HttpResponse(
        what, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


# ---- for tutors ----


@private
def reflections(request):
    """The reflections that trainees chose to share with this tutor."""
    insist(may_act_as(request.user, Role.TUTOR))
    return render(request, "courses/own/shared.html", {"notes": queries.shared_with(request.user)})


@private
def reflection(request, pk):
    """One of them, and the tutor's reply."""
    if not has_role(request.user, Role.TUTOR):
        raise Http404("Reflections are shared with tutors only.")
    subject = get_object_or_404(queries.shared_with(request.user), pk=pk)
    # What another tutor answered before was not meant for this one.
    replied = (
        subject.reply if subject.replied_at and subject.replied_at >= subject.shared_at else ""
    )
    context = {
        "note": subject,
        "unit": subject.variant.unit,
        "replied": replied,
        "text": replied,
    }
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            actions.reply(subject, by=request.user, text=text)
        except Refused as fault:
            return render(
                request,
                "courses/own/shared_one.html",
                {**context, "text": text, "fault": str(fault)},
                status=422,
            )
        messages.success(
            request,
            _("Your reply has been sent to %(short_name)s.")
            % {"short_name": subject.person.short_name},
        )
        return redirect("courses:reflections")
    return render(request, "courses/own/shared_one.html", context)


# ---- everything held ----


@private
def my_study_data(request):
    """What is held about the reader's own study, to read."""
    context = {"keeps_place": rules.keeps_place(request.user)}
    return render(request, "courses/own/mine.html", queries.study_data_of(request.user) | context)


@require_POST
@private
def own_place(request):
    """Turn off or on that the units somebody opens, and where they stop, are kept."""
    keeps = request.POST.get("choice") == "on"
    choose_place(request.user, keeps, by=request.user)
    messages.success(
        request,
        _("We record where you stop reading, so that you can carry on from there.")
        if keeps
        else _("Nothing is recorded while you only read. The places recorded before are deleted."),
    )
    return redirect(f"{reverse('courses:my_study_data')}#while-you-read")


@private
def mine_json(request):
    """The same, whole, to take away."""
    return download({"drawn_up_at": clock.now(), **queries.as_file(request.user)}, "my-study.json")
