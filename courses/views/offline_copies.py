"""What a device keeps when a module is taken along: units, and the pages beside them. No copy holds a name, or anything about anybody."""

import re
from hashlib import sha256
from html import unescape

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from wagtail.documents import get_document_model

from lms.people.roles import has_role

from .. import queries, rules
from ..models import UnitVersion
from ..queries.offline import judging_rules, progress_in
from . import search
from .offline import STYLES, mark_of, shell

DOCUMENT = re.compile(r'href="(/documents/(\d{1,15})/[^"]+)"')
# Pages that are kept with any module: their name in the address of the copy, and where they are read.
PAGES = {
    "home": "/study/",  # the page of a room above
    "offline": "/study/offline/",
    "notes": "/study/notes/",
    "contacts": "/study/contacts/",
    "glossary": "/study/glossary/",
}


@never_cache
@login_required
@require_GET
def manifest(request, code):
    """What a device needs to keep a module: each unit the reader may open now, and those that these open, with version and size."""
    entry, found, plans = download_of(request.user, code)
    can_take = takeable(found, plans)
    steps = [s for s in entry.units if s.variant.pk in can_take]
    versions = UnitVersion.objects.defer("html").in_bulk([s.version.id for s in steps])
    done = progress_in(request.user, versions.values())
    pages = {
        step.variant.pk: unit_page(
            versions[step.version.id],
            step.variant,
            entry.module,
            may_record=may_record(step.variant, plans),
        )
        for step in steps
    }
    documents = documents_in(pages)
    units = []
    for step in steps:
        page = pages[step.variant.pk]
        pictures = [{"url": url, "bytes": weight_of(name)} for url, name in pictures_in(page)]
        files = documents[step.variant.pk]
        units.append(
            {
                "code": step.unit.code,
                "key": step.variant.key,
                "title": step.label,
                "address": step.url,
                "version": step.version.id,
                "number": step.version.number,
                "done": {
                    **done[step.variant.pk],
                    "studied": step.is_studied,
                    "opens_after": opens_after(step, found),
                },
                "bytes": len(page.encode()) + sum(one["bytes"] for one in pictures + files),
                "pictures": pictures,
                "documents": files,
                "take": reverse(
                    "courses:offline_unit", args=[step.unit.code, step.variant.key, step.version.id]
                ),
            }
        )
    left_out = [
        f"{step.label} ({step.note.rstrip('.')})" for step in entry.units if step not in steps
    ]
    return JsonResponse(
        {
            "module": entry.module.code,
            "title": entry.module.title,
            "person": mark_of(request.user),
            "units": units,
            "left_out": left_out,
            "pages": pages_of(entry.module),
            "notes": reverse("courses:notes_json"),
            "files": shell()["files"],
            "bytes": sum(unit["bytes"] for unit in units) + shell()["bytes"],
        }
    )


def pages_of(module) -> list[dict]:
    """Pages that are kept with a module: where each is read, and where the copy comes from."""
    found = [
        {"address": address, "take": reverse("courses:offline_page", args=[page])}
        for page, address in PAGES.items()
    ]
    return [
        *found,
        {
            "address": reverse("courses:module", args=[module.code]),
            "take": reverse("courses:offline_module", args=[module.code]),
        },
    ]


@never_cache
@login_required
@require_GET
def offline_unit(request, code, key, version):
    """A unit as a device keeps it: its whole text, and nothing about anybody."""
    found = (
        UnitVersion.objects.select_related("variant__unit__module")
        .filter(pk=version, variant__key=key, variant__unit__code=code)
        .first()
    )
    if found is None:
        raise Http404("There is no such version.")
    entry, on_path, plans = download_of(request.user, found.variant.unit.module.code)
    step = next((s for s in entry.units if s.variant.pk == found.variant_id), None)
    if step is None or step.variant.pk not in takeable(on_path, plans):
        raise Http404("This unit is not open to the reader.")
    return HttpResponse(
        unit_page(found, step.variant, entry.module, may_record=may_record(step.variant, plans))
    )


@never_cache
@login_required
@require_GET
def offline_page(request, page):
    """A page that is kept beside units: contacts and the glossary as the reader has them, and pages that the device fills in."""
    if page not in PAGES:
        raise Http404("There is no such page.")
    if page in search.CONTENTS:
        template, context = search.CONTENTS[page](request.user)
        return HttpResponse(
            render_to_string(
                template, {**context, "layout": "courses/offline/beside.html", "styles": STYLES}
            )
        )
    return HttpResponse(
        render_to_string("courses/offline/place.html", {"place": page, "styles": STYLES})
    )


@never_cache
@login_required
@require_GET
def offline_module(request, code):
    """The page of a module as a device keeps it: the device fills in its units, and how far each is."""
    entry, *_unused = download_of(request.user, code)
    return HttpResponse(
        render_to_string(
            "courses/offline/place.html",
            {"place": "module", "module": entry.module, "styles": STYLES},
        )
    )


def download_of(person, code):
    """A module with the units the reader may read, as its own page shows them; all modules; and the plans they stand on."""
    plans = queries.plans_of(person)
    subject = next((m for m in queries.outline_for(plans).modules if m.code == code), None)
    plans = [p for p in plans if subject and p.programme_id == subject.programme_id]
    if subject is None or not plans and not has_role(person, *rules.READERS):
        raise Http404("This module is not on the reader's plan.")
    found = queries.path(person, plans=plans) if plans else queries.shelf(subject.programme_id)
    entry = next((e for e in found if e.module.pk == subject.pk), None)
    if entry is None:
        raise Http404("This module is not on the reader's plan.")
    return entry, found, plans


def is_open(step) -> bool:
    """May the unit be opened now? What is taken down or locked stays open to those who have begun it."""
    shut = step.why_locked or step.variant.withdrawn_at
    return step.version is not None and (step.is_begun or not shut)


def takeable(modules, plans) -> set:
    """The variants that a device may keep: those that are open, and those that only such ones keep shut, in any module."""
    steps = [s for entry in modules for s in entry.units]
    found = {s.variant.pk for s in steps if is_open(s)}
    waiting = [
        s
        for s in steps
        if s.firsts and s.version and not s.variant.withdrawn_at and may_record(s.variant, plans)
    ]
    for _unused in waiting:  # what one of them opens may open another
        found |= {s.variant.pk for s in waiting if {v.pk for v in s.firsts} <= found}
    return found


def opens_after(step, modules) -> list[dict]:
    """The units that are to be studied before this one opens on the device."""
    if is_open(step):
        return []
    firsts = {v.pk for v in step.firsts}
    steps = [s for entry in modules for s in entry.units if s.variant.pk in firsts]
    return [{"address": s.url, "title": s.label} for s in steps]


def may_record(variant, plans) -> bool:
    return any(p.closed_on is None and rules.covers(p, variant) for p in plans)


def unit_page(version, variant, module, *, may_record) -> str:
    """A unit as a device keeps it: no name, nobody's answer, no form token; the same for everybody who may read it.

    `may_record`: whether it asks, and judges what is answered, or only tells.
    """
    parts = queries.parts_for(None, version, {})
    for n, shown in enumerate(parts):
        shown.offline = template_for(shown)
        shown.ends = (
            n + 1 == len(parts) or parts[n + 1].kind != "html"
        )  # a note box after each stretch of text
        shown.steps = [
            (step, mixed(step, shown.part["id"])) for step in shown.part.get("steps") or []
        ]
    return render_to_string(
        "courses/offline/unit.html",
        {
            "version": version,
            "variant": variant,
            "unit": variant.unit,
            "module": module,
            "parts": parts,
            "may_record": may_record,
            "rules": judging_rules(version, variant.unit.needs) if may_record else {},
            "styles": STYLES,
        },
    )


def template_for(item) -> str:
    """Most parts are drawn as on the site; what needs the site at every step is drawn otherwise."""
    if item.kind in ("reflection", "html"):
        return f"courses/offline/{item.kind}.html"
    if item.kind == "check" and item.part.get("style") == "scenario":
        return "courses/offline/scenario.html"
    return item.template


def mixed(step, part) -> list[tuple]:
    """(place, choice) of a story's step, in an order that gives nothing away and is always the same."""
    lot = {
        n: sha256(f"{part} {step.get('key')} {n}".encode()).digest()
        for n in range(len(step.get("choices") or []))
    }
    return [(n, step["choices"][n]) for n in sorted(lot, key=lot.get)]


def pictures_in(page) -> list[tuple[str, str]]:
    """(address, name in the storage) of each picture of ours on a page, once each."""
    found = re.findall(r'<img[^<>]*?\ssrc="([^"]+)"', page)
    ours = [unescape(url) for url in dict.fromkeys(found) if url.startswith(settings.MEDIA_URL)]
    return [(url, url.removeprefix(settings.MEDIA_URL)) for url in ours]


def documents_in(pages) -> dict:
    """The documents that each page (key to HTML) leads to, with their size: one question for all of them."""
    links = {key: dict.fromkeys(DOCUMENT.findall(page)) for key, page in pages.items()}
    numbers = {int(number) for found in links.values() for _unused, number in found}
    sizes = {
        d.pk: d.get_file_size() or 0 for d in get_document_model().objects.filter(pk__in=numbers)
    }
    return {
        key: [
            {"url": unescape(url), "bytes": sizes[int(number)]}
            for url, number in found
            if int(number) in sizes
        ]
        for key, found in links.items()
    }


def weight_of(name) -> int:
    return default_storage.size(name) if default_storage.exists(name) else 0
