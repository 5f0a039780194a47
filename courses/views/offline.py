"""A module taken along: what a device may keep, what it sends when it is back, and the worker that stands between."""

import json
import re
from datetime import timedelta
from functools import cache
from hashlib import sha256
from html import unescape

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit.refusals import Refused
from lms.people.roles import has_role

from .. import queries, rules
from ..actions.offline_sync import receive
from ..models import UnitVersion

LARGEST = 500_000  # bytes in one sending
SIGN_IN = gettext_noop(
    "You are signed out. What you wrote is kept on your device; sign in, and it is sent."
)
SOMEBODY_ELSE = gettext_noop("Someone else is signed in on this device, so nothing was taken in.")
TOO_LARGE = gettext_noop(
    "Too much was sent at once. Nothing was taken in, and everything is still on your device."
)
UNREADABLE = gettext_noop(
    "What was sent could not be read. Nothing was taken in, and everything is still on your device."
)

# What a kept page is made of. The scripts are kept under their plain names, too: one asks for another by its name.
SCRIPTS = (
    "js/quick-exit.js",
    "js/queue.js",
    "js/words.js",
    "js/send.js",
    "js/recovery.js",
    "js/shelf.js",
    "js/offline.js",
    "js/notes.js",
    "js/site.js",
)
STYLES = ("css/site.css", "css/study.css")
REST = (
    "fonts/atkinson-next-latin.woff2",
    "fonts/atkinson-next-latin-ext.woff2",
    "fonts/atkinson-next-more.woff2",
    "favicon.svg",
    *(
        f"icons/{name}.svg"
        for name in ("good", "care", "stop", "info", "wait", "plain", "locked", "tick")
    ),
)


def mark_of(person) -> str:
    """Who somebody is to their own device: the same at every visit, and nothing that tells who it is."""
    return salted_hmac("courses.offline", str(person.pk), algorithm="sha256").hexdigest()[:32]


def reader(request):
    """For every page (a context processor): the mark of who is signed in, so that a device knows whose it is."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {"reader_mark": ""}
    return {
        "reader_mark": mark_of(person),
        "reader_until": device_expiry(person),
        "offline_hours": settings.IMSA_OFFLINE_HOURS,
    }


def device_expiry(person) -> str:
    """When what a device keeps of the person ends, in milliseconds since 1970: some hours after they last signed in."""
    ends = person.last_login and person.last_login + timedelta(hours=settings.IMSA_OFFLINE_HOURS)
    return str(int(ends.timestamp() * 1000)) if ends else ""


# ---- what comes back ----


@never_cache
@require_http_methods(["GET", "POST"])
def sync(request):
    """GET: who is signed in, and the token to send with. POST: what a device kept, in order."""
    if not request.user.is_authenticated:
        return sentence_response(_(SIGN_IN), 403)
    mark = mark_of(request.user)
    if request.method == "GET":
        return JsonResponse({"person": mark, "token": get_token(request)})
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > LARGEST:
        return sentence_response(_(TOO_LARGE), 413)
    if request.content_type != "application/json":
        return sentence_response(_(UNREADABLE), 400)
    try:
        body = json.loads(request.body)
        items, whose = body["items"], body["person"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return sentence_response(_(UNREADABLE), 400)
    if whose != mark:
        return sentence_response(_(SOMEBODY_ELSE), 403)
    try:
        return JsonResponse(
            {"person": mark, "outcomes": receive(request.user, items, by=request.user)}
        )
    except Refused as refusal:
        return sentence_response(str(refusal), 413)


def sentence_response(sentence, status):
    return JsonResponse({"sentence": sentence}, status=status)


# ---- what is taken along ----


@never_cache
@login_required
@require_GET
def manifest(request, code):
    """What a device needs to keep a module: each unit the reader may open now, its version and its size."""
    entry, plans = download_of(request.user, code)
    steps = [s for s in entry.units if is_open(s)]
    versions = UnitVersion.objects.defer("html").in_bulk([s.version.id for s in steps])
    units = []
    for step in steps:
        page = unit_page(
            versions[step.version.id],
            step.variant,
            entry.module,
            may_record=may_record(step.variant, plans),
        )
        pictures = [{"url": url, "bytes": weight_of(name)} for url, name in pictures_in(page)]
        units.append(
            {
                "code": step.unit.code,
                "key": step.variant.key,
                "title": step.label,
                "address": step.url,
                "version": step.version.id,
                "number": step.version.number,
                "bytes": len(page.encode()) + sum(p["bytes"] for p in pictures),
                "pictures": pictures,
                "take": reverse(
                    "courses:offline_unit", args=[step.unit.code, step.variant.key, step.version.id]
                ),
            }
        )
    left_out = [
        f"{step.label} ({step.note.rstrip('.')})" for step in entry.units if not is_open(step)
    ]
    return JsonResponse(
        {
            "module": entry.module.code,
            "title": entry.module.title,
            "person": mark_of(request.user),
            "units": units,
            "left_out": left_out,
            "files": shell()["files"],
            "bytes": sum(unit["bytes"] for unit in units) + shell()["bytes"],
        }
    )


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
    entry, plans = download_of(request.user, found.variant.unit.module.code)
    step = next((s for s in entry.units if s.variant.pk == found.variant_id), None)
    if step is None or not is_open(step):
        raise Http404("This unit is not open to the reader.")
    return HttpResponse(
        unit_page(found, step.variant, entry.module, may_record=may_record(step.variant, plans))
    )


def download_of(person, code):
    """A module with the units the reader may read, as its own page shows them, and the plans they stand on."""
    plans = queries.plans_of(person)
    subject = next((m for m in queries.outline_for(plans).modules if m.code == code), None)
    plans = [p for p in plans if subject and p.programme_id == subject.programme_id]
    if subject is None or not plans and not has_role(person, *rules.READERS):
        raise Http404("This module is not on the reader's plan.")
    found = queries.path(person, plans=plans) if plans else queries.shelf(subject.programme_id)
    entry = next((e for e in found if e.module.pk == subject.pk), None)
    if entry is None:
        raise Http404("This module is not on the reader's plan.")
    return entry, plans


def is_open(step) -> bool:
    """May the unit be opened now? What is taken down or locked stays open to those who have begun it."""
    shut = step.why_locked or step.variant.withdrawn_at
    return step.version is not None and (step.is_begun or not shut)


def may_record(variant, plans) -> bool:
    return any(p.closed_on is None and rules.covers(p, variant) for p in plans)


def unit_page(version, variant, module, *, may_record) -> str:
    """A unit as a device keeps it: no name, no answer, no form token; the same for everybody who may read it.

    `may_record`: whether it asks, or only tells.
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


def weight_of(name) -> int:
    return default_storage.size(name) if default_storage.exists(name) else 0


# ---- what stands on the device ----


@login_required
def shelf(request):
    """What is kept on this device and what waits; the device itself fills it in."""
    return render(request, "courses/offline/page.html")


def offline_shell(request):
    """The page a device shows where it has nothing better. It holds no word about anybody, so everybody may have it."""
    return HttpResponse(render_to_string("courses/offline/bare.html", {"styles": STYLES}))


def worker(request):
    """The service worker, with the names of the files it keeps; it is new when any of them is."""
    source = f"const SHELL = {json.dumps(shell())};\n{read('js/worker.js').decode()}"
    response = HttpResponse(source, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


@cache
def shell() -> dict:
    """The files every kept page needs, and a version that changes with any of them."""
    names = [*SCRIPTS, *STYLES, *REST]
    total = sha256(render_to_string("courses/offline/bare.html", {"styles": STYLES}).encode())
    for name in (*names, "js/worker.js"):
        total.update(read(name))
    plain = [
        f"{static('js/site.js').rpartition('/')[0]}/{name.partition('/')[2]}" for name in SCRIPTS
    ]
    return {
        "version": total.hexdigest()[:16],
        "page": reverse("courses:offline_shell"),
        "scripts": [static("js/queue.js"), static("js/send.js")],
        "static": static("js/queue.js").partition("js/")[0],
        "files": list(dict.fromkeys([*(static(name) for name in names), *plain])),
        "bytes": sum(len(read(name)) for name in names),
    }


def read(name) -> bytes:
    with open(finders.find(name), "rb") as file:
        return file.read()
