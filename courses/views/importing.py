"""An author brings in a file: chooses it, looks at all that it would add, then adds it to the draft."""

from dataclasses import dataclass, replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from wagtail.models import Page

from lms.kit.refusals import Refused, insist

from .. import rules
from ..actions import importing as actions
from ..authoring.validation import faults
from ..editor.overview import as_drawn, names_of
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
            looked = actions.look_at(
                page, file.name, content, from_file(file.name, content), by=request.user
            )
        except BadFile as fault:
            form.add_error("file", f"{file.name}: {fault}")
        except Refused as fault:
            form.add_error(None, str(fault))
        else:
            return redirect("courses:import_look", looked.token())
    return render(request, "courses/importing/choose.html", {"form": form}, status=422)


@login_required
@never_cache
def look(request, token):
    """Everything a file would add, and what of it stays behind; sent, it is added to the draft."""
    insist(rules.may_publish(request.user))
    try:
        looked = actions.looked_at(token, by=request.user)
    except actions.TooOld as fault:
        messages.error(request, str(fault))
        return redirect("courses:import")
    page = looked and Page.objects.filter(pk=looked.page_id).first()
    if page is None:
        raise Http404("No one looked at this, or its page is gone.")
    page = page.specific
    if request.method == "POST":
        return add(request, looked, page)
    draft = actions.draft_of(page)
    if actions.is_in(looked, draft):
        messages.info(request, "These blocks are in the draft already.")
        return redirect("wagtailadmin_pages:edit", page.pk)
    if page.latest_revision_id != looked.revision:
        return redirect(
            "courses:import_look", replace(looked, revision=page.latest_revision_id).token()
        )
    title, before = draft.title, len(draft.body)
    return render(
        request,
        "courses/importing/look.html",
        {
            "looked": looked,
            "page": page,
            "title": title,
            "before": before,
            "where": where(page),
            "blocks": blocks_of(looked, draft),
        },
    )


def add(request, looked, page):
    try:
        actions.add_to_draft(looked, by=request.user)
    except actions.Elsewhere as fault:
        messages.warning(request, str(fault))
        return redirect(
            "courses:import_look", replace(looked, revision=page.latest_revision_id).token()
        )
    count = len(looked.blocks)
    messages.success(
        request,
        f"{count} {'block' if count == 1 else 'blocks'} from {looked.name} stand at the end of the draft. Nothing is published.",
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


def where(page) -> str:
    return names_of(page.variant) if isinstance(page, UnitPage) else "Core, for every nation"


def blocks_of(looked, draft) -> list[ToAdd]:
    """Drawn in the draft they would join, so that what has to be mended is what the editor would say."""
    actions.with_blocks(draft, looked)
    mend = {}
    for fault in faults(draft, getattr(draft, "core", None)):
        mend.setdefault(fault.block, []).append(fault)
    wanted = {block["id"] for block in looked.blocks}
    return [shown(block, mend.get(block.id, [])) for block in draft.body if block.id in wanted]


def shown(block, mend) -> ToAdd:
    html = mark_safe(as_drawn(block))  # noqa: S308 - blocks escape or clean what they draw
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
