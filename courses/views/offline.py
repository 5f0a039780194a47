"""A module taken along: what a device sends when it is back, what stands on it, and the worker between. The copies: offline_copies.py."""

import json
from datetime import timedelta
from functools import cache, partial
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit.addresses import number_in
from lms.kit.refusals import Refused
from lms.people.models import Role
from lms.people.roles import has_role

from ..actions.offline_sync import receive, settle_held
from ..queries.offline import writings_held_back

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
    "js/judging.js",
    "js/wording.js",
    "js/verdict.js",
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
    may_write = has_role(person, Role.LEARNER)
    return {
        "reader_mark": mark_of(person),
        "reader_until": device_expiry(person),
        "offline_hours": settings.IMSA_OFFLINE_HOURS,
        "may_hold_writings": may_write,
        "held_writings": SimpleLazyObject(partial(writings_held_back, person))
        if may_write and request.path.startswith("/study/")
        else [],
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


# ---- what stands on the device ----


@login_required
def shelf(request):
    """What is kept on this device and what waits; the device itself fills it in. And what was held back, of any device."""
    if request.method == "POST":
        settle_held(request.user, number_in(request.POST.get("held")), by=request.user)
        return redirect("courses:offline")
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
