"""Handing in written work: the file, the look before it counts, and another file in its place."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock, files
from lms.kit.refusals import Refused, insist

from ...attempts.queries import due_of
from ...deciding.queries.release import rule_in_words
from ...setting.queries import criteria_for
from ...setting.states import TAKES_TEXT, SubmissionType
from ...taking.actions.partial_uploads import (
    confirmed,
    drop_upload_parts,
    finish_upload,
    is_chosen,
    whole_file,
)
from ...taking.actions.replacements import drop_replacement, keep_replacement, replace_file
from ...taking.actions.submissions import drop_file, keep_file, save_note, submit, submit_kept
from ...taking.forms import HandInForm, ReplaceForm
from ...taking.models import PartialUpload, Submission, Upload
from ...taking.queries import declaration_asked, has_words, own_text
from ...taking.rules import has_permission, is_settled, may_replace, tasks_of
from ...taking.states import SubmissionState
from ..queries import comments_of
from .mentions import names_in_file, people_in_file

DECLARED = ("is_anonymised", "is_own")
NAMED_FILE = gettext_lazy(
    "One PDF, Word (.docx), OpenDocument or PowerPoint (.pptx) file, up to %(most)s MB."
)
KINDS = {
    "pdf": "PDF",
    "docx": gettext_lazy("Word file"),
    "odt": gettext_lazy("OpenDocument text"),
    "odp": gettext_lazy("OpenDocument presentation"),
    "pptx": gettext_lazy("PowerPoint presentation"),
}


def paper(request, context):
    assessment, enrolment = context["assessment"], context["enrolment"]
    own = _own(request, context).select_related("attempt").prefetch_related("allocations")
    there = own.first()
    is_in = bool(there and there.state != SubmissionState.DRAFT)
    form = ReplaceForm() if is_in else HandInForm(initial={"note": there.note if there else ""})
    if request.method == "POST":
        insist(context["may"])
        answer, form = (_replace if is_in else _take_in)(request, context, there)
        if answer:
            return answer
    # Work that is in goes on as its author was told, whatever a later version says.
    if there.names_author if there and is_in else assessment.names_author:
        form.fields["file"].help_text = NAMED_FILE % {
            "most": settings.IMSA_UPLOAD_MAX_BYTES // (1024 * 1024)
        }
    context |= {
        "form": form,
        "submission": there,
        "is_in": is_in,
        "kept": there if there and not is_in and there.original else None,
        "criteria": criteria_for(assessment.pk, enrolment.cohort_id, levels=True),
        "comments": comments_of(there) if is_in else [],
        "release_rule": rule_in_words(there.attempt.release_rule) if is_in else "",
        "on_its_way": _on_its_way(context, there),
    }
    text = own_text(assessment, enrolment)
    kind = assessment.submission_type
    context |= {
        "text": text,
        "takes_text": kind in TAKES_TEXT,
        "takes_file": kind != SubmissionType.TEXT,
    }
    if is_in:
        context |= _replacing(request, there)
    return render(request, "assessments/paper.html", context)


def _take_in(request, context, there):
    """(where to go, None), or (None, the form that is not right)."""
    about = (context["assessment"], context["enrolment"])
    note, action = request.POST.get("note", ""), request.POST.get("action")
    if action == "save" and len(note.strip()) <= HandInForm.base_fields["note"].max_length:
        save_note(*about, note, by=request.user)
        messages.success(request, _("Your note is saved. Nothing is handed in yet."))
        return redirect("assessments:piece", about[0].code), None
    if action == "drop":
        drop_file(*about, by=request.user)
        messages.success(request, _("Your file is removed. Nothing is handed in."))
        return redirect("assessments:piece", about[0].code), None
    if action == "drop_parts":
        return _drop_parts(request, context), None
    if action == "hand_in" and "fingerprint" in request.POST:
        return _hand_in_kept(request, context, submit_kept), None
    answer, form, parts = _form_with_file(request, context, there, HandInForm)
    if answer:
        return answer, None
    if form.is_valid():
        file, by = form.cleaned_data["file"], request.user
        try:
            if action == "hand_in":
                ticked = request.POST.get("fit_to_sit", "")
                done = submit(*about, file, note, by=by, fit_to_sit=ticked)
            else:
                done = keep_file(*about, file, note, by=by)
        except files.BadFile as refusal:
            form.add_error("file", _("%(refusal)s Your note is kept.") % {"refusal": refusal})
            _refuse_parts(parts, refusal, form, by=request.user)
        else:
            _finish_parts(parts, done.sha256, by=request.user)
            return _onward(done), None
    elif "note" in form.errors:
        # It comes back as it was typed, with why it is not kept; to save a note asks for nothing else.
        for name in [name for name in form.errors if action == "save" and name != "note"]:
            del form.errors[name]
    else:
        save_note(*about, note, by=request.user)
    return None, form


def _replace(request, context, there):
    """The same for work that is in. A file never replaces another without a look: an old request that a browser sends again would undo it."""
    about, action = (context["assessment"], context["enrolment"]), request.POST.get("action")
    if action == "drop":
        drop_replacement(*about, by=request.user)
        messages.success(request, _("The new file is removed. The earlier one still counts."))
        return redirect("assessments:piece", about[0].code), None
    if action == "drop_parts":
        return _drop_parts(request, context), None
    if action == "hand_in" and "fingerprint" in request.POST:
        return _hand_in_kept(request, context, replace_file), None
    if action == "save":
        save_note(*about, request.POST.get("note", ""), by=request.user)  # which says that it is in
    answer, form, parts = _form_with_file(request, context, there, ReplaceForm)
    if answer:
        return answer, None
    if form.is_valid():
        try:
            chosen = keep_replacement(*about, form.cleaned_data["file"], by=request.user)
        except files.BadFile as refusal:
            form.add_error("file", str(refusal))
            _refuse_parts(parts, refusal, form, by=request.user)
        else:
            _finish_parts(parts, (chosen or there).sha256, by=request.user)
            if chosen:
                return redirect("assessments:check", about[0].code), None
            return redirect("assessments:receipt", there.receipt), None
    return None, form


# ---- a file that came in pieces ----


def _form_with_file(request, context, there, form_class):
    """(where to go, None, None) for a press that is done already; else (None, the form, the row of a file that came in pieces, or None). A file in the
    form itself comes first."""
    key, row = request.POST.get("upload", ""), _parts_of(context)
    if request.FILES or row is None or row.key != key:
        return None, form_class(request.POST, request.FILES), None
    if row.sha256 and is_chosen(row, there):
        return redirect("assessments:check", context["assessment"].code), None, None
    try:
        whole = whole_file(row, by=request.user)
    except files.BadFile as refusal:
        form = form_class(request.POST)
        form.errors.pop("file", None)
        form.add_error("file", str(refusal))
        return None, form, None
    return None, form_class(request.POST, {"file": whole}), row


def _parts_of(context):
    rows = PartialUpload.objects.filter(
        attempt__enrolment=context["enrolment"],
        attempt__assessment=context["assessment"],
        attempt__is_current=True,
    )
    return rows.select_related(
        "attempt__assessment__module", "attempt__enrolment__cohort", "attempt__enrolment__person"
    ).first()


def _on_its_way(context, there):
    """What the page says of a file that is sent in pieces; None where there is none, or it is the one that is kept."""
    row = _parts_of(context)
    if row is None or row.sha256:
        return None
    return {"row": row, "here": confirmed(row), "is_whole": confirmed(row) == row.size}


def _finish_parts(row, sha256, *, by):
    if row:
        finish_upload(row, sha256, by=by)


def _refuse_parts(row, refusal, form, *, by):
    """A file that is not taken is not gone on with, unless the fault is ours and passes."""
    if row and isinstance(refusal, files.PassingFault):
        form.add_error(
            "file",
            _("Your file has arrived and stays here: check it again later, without choosing it."),
        )
    elif row:
        drop_upload_parts(row, by=by)


def _drop_parts(request, context):
    if row := _parts_of(context):
        drop_upload_parts(row, by=request.user)
    messages.success(request, _("The file on its way is removed. Nothing else has changed."))
    return redirect("assessments:piece", context["assessment"].code)


def _replacing(request, there):
    """What the page of work that is in says about another file."""
    answer, due_at = may_replace(request.user, there), due_of(there.attempt)
    return {
        "may_replace": answer,
        "upload": Upload.objects.filter(submission=there).first(),
        "replace_by": due_at if due_at and due_at >= clock.now() else None,
        "is_permitted": bool(answer) and has_permission(there),
        "is_settled": is_settled(there, tasks_of(there)),
    }


def check_paper(request, context):
    """The file that was chosen, as we hold it; the button hands in the one with this fingerprint."""
    there = _own(request, context).select_related("attempt").first()
    upload = Upload.objects.filter(submission=there).first() if there else None
    is_draft = bool(there and there.state == SubmissionState.DRAFT and there.original)
    kept = there if is_draft else upload
    if kept is None:
        return redirect("assessments:piece", context["assessment"].code)
    if not is_draft and context["may"]:
        context["may"] = may_replace(request.user, there)
    kind = kept.original.rpartition(".")[2]
    # Of a kind that markers get as a Word file, that file is what is measured and looked through.
    copied = files.copy_kind(kind)
    try:
        length = files.measured(copied, files.read(kept.original if copied == kind else kept.copy))
    except FileNotFoundError:
        raise Refused(_("The file you chose is not here any more. Choose it again.")) from None
    due_at = context["work"].due_at
    declared = [(name, HandInForm.base_fields[name].label) for name in DECLARED]
    is_named = context["assessment"].names_author if is_draft else there.names_author
    if not is_named:
        context |= names_in_file(kept, copied, there.enrolment)
    context["is_named"] = is_named
    if not context["assessment"].is_portfolio:  # its entries were looked through one by one
        context |= people_in_file(kept, copied, there.enrolment, _public_words(context))
    context |= _text_of_file(own_text(context["assessment"], context["enrolment"]), kept)
    context["is_wordless"] = has_words(kept.copy, kept.copy_sha256) is False
    context |= {
        "kept": kept,
        "kind": KINDS[kind],
        "is_rewritten": copied != kind,
        "length": length,
        "declared": declared,
        "fit_to_sit": declaration_asked(context["enrolment"]),
        "days": settings.IMSA_KEPT_FILE_DAYS,
        "note": there.note,
        "replaces": None if is_draft else there,
        "is_late": bool(due_at and clock.now() > due_at),
        "due_at": due_at,
    }
    return render(request, "assessments/check_paper.html", context)


def _public_words(context):
    """What was asked: its names are no finding."""
    assessment, enrolment = context["assessment"], context["enrolment"]
    asked = [assessment.title, assessment.module.title, assessment.brief]
    for one in criteria_for(assessment.pk, enrolment.cohort_id):
        asked += [one.title, one.description]
    return "\n\n".join(asked)


def _text_of_file(work, upload) -> dict:
    """What the check page says of a file that was made of a text; empty of any other."""
    if work is None or not upload.sha256 or work.sha256 != upload.sha256:
        return {}
    return {"text": work, "is_text_newer": work.revision != work.file_revision}


def _own(request, context):
    own = Submission.objects.visible_to(request.user)
    return own.filter(
        assessment=context["assessment"], enrolment=context["enrolment"], attempt__is_current=True
    )


def _hand_in_kept(request, context, take):
    if not all(request.POST.get(name) for name in DECLARED):
        raise Refused(
            _("Confirm that no one can be recognised, and that the work is yours. Then hand it in.")
        )
    if request.POST.get("has_people") and not request.POST.get("is_no_person"):
        raise Refused(
            _(
                "Go back, and change what may tell who someone is, or tick that it is not about a real person. Then hand it in."
            )
        )
    fingerprint = request.POST["fingerprint"]
    told = {
        "is_wordless_meant": bool(request.POST.get("is_wordless_meant")),
        "fit_to_sit": request.POST.get("fit_to_sit", ""),
    }
    if take is submit_kept:  # who replaces a file said so with the first one
        told["knows_of_name"] = bool(request.POST.get("knows_of_name"))
    about = (context["assessment"], context["enrolment"])
    return _onward(take(*about, fingerprint, by=request.user, **told))


def _onward(submission):
    """To the check while it is a draft, else to the receipt."""
    if submission.state == SubmissionState.DRAFT:
        return redirect("assessments:check", submission.assessment.code)
    return redirect("assessments:receipt", submission.receipt)
