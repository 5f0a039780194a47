"""Pages of how somebody is contacted: their own, an officer's, and the notes that only named officers open."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lms.kit.lists import page_of
from lms.kit.refusals import insist, refusals_at

from . import contact, safe_contact
from .contact_forms import ContactForm, NoteForm, OpenNoteForm, ReadersForm
from .models import SafeContactNote, SafeContactOpening, User
from .roles import OFFICERS, has_role, may_act_as


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def own_contact(request):
    """What the reader chose, and a form to choose otherwise."""
    chosen = contact.preferences_of(request.user)
    shown = {name: getattr(chosen, name) for name in ContactForm.base_fields}
    form = ContactForm(
        request.POST if request.method == "POST" else None,
        initial=shown | {"ways": list(chosen.ways)},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            contact.set_contact(request.user, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved. Those who contact you see this from now on."))
            return redirect("people:own_contact")
    return render(
        request,
        "people/own_contact.html",
        {"form": form, "is_unreadable": chosen.is_unreadable},
        status=422 if form.errors else 200,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def own_notes(request):
    """The notes about the reader, removed ones too, and a form to write one."""
    form = NoteForm(request.POST or None, officers=_others(request.user))
    form.fields["text"].label = _("How can you be contacted safely?")
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            safe_contact.write_note(request.user, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved. Those you named were told that they may open it."))
            return redirect("people:own_notes")
    rows = SafeContactNote.objects.filter(person=request.user).select_related("author")
    return render(
        request,
        "people/own_notes.html",
        {"form": form, "page": page_of(rows, request.GET.get("page"))},
        status=422 if form.errors else 200,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def contact_of(request, pk):
    """For registrars and Hub officers: how a person wants to be reached, the notes that name the reader, and a form for one. The page is the same
    for a person with notes that do not name the reader, and for one without any."""
    insist(may_act_as(request.user, *OFFICERS))
    person = get_object_or_404(User, pk=pk)
    if person.pk == request.user.pk:
        return redirect("people:own_contact")
    form = NoteForm(request.POST or None, officers=_others(person, request.user))
    form.fields["readers"].required = False
    form.fields["readers"].label = _("Who may open it besides you?")
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            safe_contact.write_note(person, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved. The person was told, and so were those you named."))
            return redirect("people:contact_of", person.pk)
    notes = safe_contact.notes_for(request.user, person).select_related("author")
    return render(
        request,
        "people/contact_of.html",
        {
            "person": person,
            "preferences": contact.preferences_of(person),
            "notes": page_of(notes, request.GET.get("page")),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def note(request, pk):
    """One note. Its person reads it, and who opened it; a named officer gives a reason first; its author names others or removes it."""
    found = _note(request, pk)
    is_own = found.person_id == request.user.pk
    may_change = safe_contact.may_change_note(request.user, found)
    may_open = safe_contact.may_open_note(request.user, found)
    may_name = safe_contact.may_name_readers(request.user, found)
    if not (may_change or may_open):
        insist(may_open)
    form = OpenNoteForm(request.POST or None)
    if request.method == "POST" and not is_own and form.is_valid():
        with refusals_at(form):
            safe_contact.open_note(found, by=request.user, reason=form.cleaned_data["reason"])
            return redirect("people:note_text", found.pk)
    named = {reader.reader_id: reader.reader for reader in found.readers.select_related("reader")}
    choices = _others(found.person, request.user if not is_own else None)
    openings = None
    if is_own:
        openings = page_of(found.openings.select_related("opener"), request.GET.get("page"))
        for opening in openings.object_list:
            opening.why = safe_contact.reason_of(opening)
    return render(
        request,
        "people/note.html",
        {
            "note": found,
            "is_own": is_own,
            "text": safe_contact.text_of(found) if is_own else "",
            "may_open": may_open,
            "may_change": may_change,
            "may_name": may_name,
            "form": form,
            "readers": [(r, has_role(r, *OFFICERS)) for r in named.values()],
            "readers_form": ReadersForm(officers=choices, initial={"readers": list(named)}),
            "openings": openings,
        },
        status=422 if form.errors else 200,
    )


@never_cache
@require_GET
@login_required
def note_text(request, pk):
    """What a note says, for who opened it a moment ago; later they are asked why again."""
    found = _note(request, pk)
    insist(safe_contact.may_open_note(request.user, found))
    latest = SafeContactOpening.objects.filter(note=found, opener=request.user).first()
    if found.removed_at or latest is None or not safe_contact.is_open(latest):
        return redirect("people:note", found.pk)
    return render(
        request, "people/note_text.html", {"note": found, "text": safe_contact.text_of(found)}
    )


@require_POST
@login_required
def note_readers(request, pk):
    found = _note(request, pk)
    insist(safe_contact.may_name_readers(request.user, found))
    form = ReadersForm(request.POST, officers=_others(found.person))
    form.fields["readers"].required = request.user.pk == found.person_id
    if form.is_valid():
        with refusals_at(form):
            safe_contact.name_readers(found, by=request.user, readers=form.cleaned_data["readers"])
            messages.success(request, _("Saved. These are the people who may open it."))
            return redirect("people:note", found.pk)
    for faults in form.errors.values():
        messages.warning(request, " ".join(faults))
    return redirect("people:note", found.pk)


@require_POST
@login_required
def note_remove(request, pk):
    found = _note(request, pk)
    insist(safe_contact.may_change_note(request.user, found))
    safe_contact.remove_note(found, by=request.user)
    messages.success(request, _("The note is removed. No one can open it any more."))
    if found.person_id == request.user.pk:
        return redirect("people:own_notes")
    return redirect("people:contact_of", found.person_id)


def _note(request, pk):
    rows = SafeContactNote.objects.visible_to(request.user).select_related("person", "author")
    return get_object_or_404(rows, pk=pk)


def _others(*people):
    """Who may be named, but for these people."""
    return safe_contact.officers().exclude(pk__in=[one.pk for one in people if one])
