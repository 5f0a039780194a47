"""An author brings in a file: chooses it, looks at all that it would add, then adds it to the draft."""

from dataclasses import dataclass, replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from wagtail.models import Page

from lms.kit.refusals import Refused, insist

from .. import rules
from ..actions import importing as actions
from ..authoring.validation import faults
from ..editor.overview import block_html, names_of
from ..forms.imports import ImportForm
from ..importing import BadFile, from_file
from ..knowledge_checks.questions import parts_of
from ..models import UnitPage


@dataclass(frozen=True)
class ToAdd:
    """One block as it would read, what its author has to mend, and, for a question, its answers."""

    label: str
    html: str
    mend: list
    style: str = ""
    parts: list | tuple = ()
    why: str = ""
    hint: str = ""


@login_required
@never_cache
def choose(request):
    """Choose a page and a file, and look at it. Nothing of a page is written."""
    insist(rules.may_publish(request.user))
    if request.method != "POST":
        return render(
            request,
            "courses/importing/choose.html",
            {"form": ImportForm(initial={"page": request.GET.get("page")})},
        )
    form = ImportForm(request.POST, request.FILES)
    if form.is_valid():
        page, file = form.cleaned_data["page"], form.cleaned_data["file"]
        try:
            content = file.read()
            preview = actions.make_preview(
                page, file.name, content, from_file(file.name, content), by=request.user
            )
        except BadFile as fault:
            form.add_error("file", f"{file.name}: {fault}")
        except Refused as fault:
            form.add_error(None, str(fault))
        else:
            return redirect("courses:import_look", preview.token())
    return render(request, "courses/importing/choose.html", {"form": form}, status=422)


@login_required
@never_cache
def look(request, token):
    """Everything a file would add, and what of it stays behind; sent, it is added to the draft."""
    insist(rules.may_publish(request.user))
    try:
        preview = actions.open_preview(token, by=request.user)
    except actions.TooOld as fault:
        messages.error(request, str(fault))
        return redirect("courses:import")
    page = preview and Page.objects.filter(pk=preview.page_id).first()
    if page is None:
        raise Http404("No one looked at this, or its page is gone.")
    page = page.specific
    if request.method == "POST":
        return add(request, preview, page)
    draft = actions.draft_of(page)
    if actions.is_in(preview, draft):
        messages.info(request, _("These blocks are in the draft already."))
        return redirect("wagtailadmin_pages:edit", page.pk)
    if page.latest_revision_id != preview.revision:
        return redirect(
            "courses:import_look", replace(preview, revision=page.latest_revision_id).token()
        )
    title, before = draft.title, len(draft.body)
    return render(
        request,
        "courses/importing/look.html",
        {
            "preview": preview,
            "page": page,
            "title": title,
            "before": before,
            "where": where(page),
            "blocks": blocks_of(preview, draft),
        },
    )


def add(request, preview, page):
    try:
        actions.add_to_draft(preview, by=request.user)
    except actions.Elsewhere as fault:
        messages.warning(request, str(fault))
        return redirect(
            "courses:import_look", replace(preview, revision=page.latest_revision_id).token()
        )
    count = len(preview.blocks)
    messages.success(
        request,
        ngettext(
            "%(count)s block from %(preview)s stand at the end of the draft. Nothing is published.",
            "%(count)s blocks from %(preview)s stand at the end of the draft. Nothing is published.",
            count,
        )
        % {"count": count, "preview": preview.name},
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


def where(page) -> str:
    return names_of(page.variant) if isinstance(page, UnitPage) else _("Core, for every nation")


def blocks_of(preview, draft) -> list[ToAdd]:
    """Drawn in the draft they would join, so that what has to be mended is what the editor would say."""
    actions.with_blocks(draft, preview)
    mend = {}
    for fault in faults(draft, getattr(draft, "core", None)):
        mend.setdefault(fault.block, []).append(fault)
    wanted = {block["id"] for block in preview.blocks}
    return [preview_of(block, mend.get(block.id, [])) for block in draft.body if block.id in wanted]


def preview_of(block, mend) -> ToAdd:
    html = mark_safe(block_html(block))  # noqa: S308 - blocks escape or clean what they draw
    style = block.block_type.removesuffix("_check") if block.block_type.endswith("_check") else ""
    if not style:
        return ToAdd(block.block.label, html, mend)
    question = {"style": style, **block.block.plain(block.value)}
    return ToAdd(
        block.block.label,
        html,
        mend,
        style,
        parts_of(question),
        question.get("why") or "",
        question.get("hint") or "",
    )
