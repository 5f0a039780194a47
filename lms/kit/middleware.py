"""Answers refusals in plain words, sends pages small, and lets Wagtail's admin keep its inline styles."""

import base64
import gzip
import hashlib
import json
import re
from urllib.parse import urlsplit

from csp.constants import SELF, UNSAFE_INLINE
from django.conf import settings
from django.http import HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from . import readiness
from .refusals import NotAllowed, NotNow, Refused
from .views import unavailable

# Wagtail's date fields start their picker in the page; nothing but that call, and what is given to it has to be JSON.
PICKER = re.compile(
    r"<script>(init(?:Date|DateTime|Time)Chooser\(\"(?:[\w-]|\\u00[0-9A-F]{2}){1,200}\", (\{[^<>]{0,2000}\})\);)</script>"
)


class Health:
    """/healthz: this process answers. /readyz: 200, or 503 and one line for each thing that is missing. Both answer a probe
    that asks by address and over http, need no session, and tell no secret and nobody's data."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path == "/healthz":
            return HttpResponse(
                "ok\n",
                content_type="text/plain; charset=utf-8",
                headers={"Cache-Control": "no-store"},
            )
        if request.path == "/readyz":
            found = readiness.faults()
            text = "".join(f"{name}: {fault}\n" for name, fault in found.items()) or "ready\n"
            headers = {"Cache-Control": "no-store"} | ({"Retry-After": "30"} if found else {})
            return HttpResponse(
                text,
                content_type="text/plain; charset=utf-8",
                status=503 if found else 200,
                headers=headers,
            )
        return self.get_response(request)


class Devices:
    """No page may use a camera, a microphone or a place, but for one that says so itself (spoken feedback)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        return response


class AdminStyles:
    """Wagtail's editor sets inline styles and starts date pickers; only /admin/ may, and only these: a picker's
    script is let through by the hash of its own words. `_csp_update` is what django-csp's own decorators set."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_update = {"style-src": [SELF, UNSAFE_INLINE], "img-src": ["blob:"]}
            if pickers := self.pickers_in(response):
                response._csp_update["script-src"] = [SELF, *pickers]
        return response

    @staticmethod
    def pickers_in(response):
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return []
        found = {
            script.encode()
            for script, given in PICKER.findall(response.content.decode(response.charset))
            if is_json(given)
        }
        return sorted(
            f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
            for script in found
        )


def is_json(text) -> bool:
    """JSON has no way to name a function: what is JSON cannot run."""
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


class Small(GZipMiddleware):
    """Compresses pages, styles and scripts, and nothing that shows a secret.

    A compressed page can give away a secret by its length (BREACH). Django masks the form token,
    adds bytes by chance, and our session cookie does not travel with another site's request; the
    account pages, which show keys and recovery codes, are left as they are all the same.
    """

    packed = {}
    KINDS = ("text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml")

    def process_request(self, request):
        # Comparing weakly, as a browser's question means it: this middleware weakens what WhiteNoise names.
        if asked := request.META.get("HTTP_IF_NONE_MATCH"):
            request.META["HTTP_IF_NONE_MATCH"] = asked.removeprefix("W/")

    def process_response(self, request, response):
        if (
            request.path.startswith(settings.STATIC_URL)
            and response.streaming
            and response.status_code == 200
        ):
            return self.file_as_a_whole(request, response)
        if request.path.startswith("/accounts/") or not response.get("Content-Type", "").startswith(
            self.KINDS
        ):
            return response
        return super().process_response(request, response)

    def file_as_a_whole(self, request, response):
        """A style or script holds no secret: it is packed once, whole and tight, and kept in memory."""
        kind = response.get("Content-Type", "")
        if response.has_header(
            "Content-Encoding"
        ):  # collectstatic packed it already; packed twice, no browser reads it
            return response
        if not kind.startswith(self.KINDS) or "gzip" not in request.headers.get(
            "Accept-Encoding", ""
        ):
            return response
        key = request.path, response.get("ETag", ""), response.get("Last-Modified", "")
        if key not in self.packed:
            self.packed[key] = gzip.compress(b"".join(response.streaming_content), 9, mtime=0)
        response.close()
        small = HttpResponse(
            self.packed[key], headers={**response.headers, "Content-Encoding": "gzip"}
        )
        small.headers["Content-Length"] = str(len(self.packed[key]))
        if small.get("ETag", "").startswith('"'):
            small.headers["ETag"] = f"W/{small['ETag']}"
        patch_vary_headers(small, ("Accept-Encoding",))
        return small


class PlainRefusals:
    """NotAllowed becomes a 403 page with its reason, Refused a 409 page with its reason and the way back, and an address
    asked in a way it does not take a 405 page: a browser shows a page of its own for an empty one."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path:
            return render(
                request, "404.html", status=404
            )  # PostgreSQL cannot be asked for a nought byte
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and request.path.startswith("/api/"):
            ways = response["Allow"]
            return JsonResponse(
                {"detail": _("This address is asked with %(ways)s.") % {"ways": ways}},
                status=405,
                headers={"Allow": ways},
            )
        if (
            isinstance(response, HttpResponseNotAllowed)
            and not response.content
            and request.accepts("text/html")
        ):
            context = {"back": way_back(request), "can_be_read": "GET" in response["Allow"]}
            page = render(request, "405.html", context, status=405)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request, exception):
        if isinstance(exception, NotAllowed):
            return render(request, "403.html", {"reason": str(exception)}, status=403)
        if isinstance(exception, NotNow):
            return unavailable(str(exception))
        if isinstance(exception, Refused):
            return render(
                request,
                "409.html",
                {"reason": str(exception), "back": way_back(request)},
                status=409,
            )
        return None


def way_back(request) -> str:
    """Where somebody who was refused can look at how things stand: the page of ours they came from, else the nearest
    page above the address. Never that address itself, which may take nothing but a form."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc == request.get_host() and _is_page(came_from.path):
        if came_from.path != request.path or request.method not in ("GET", "HEAD"):
            return came_from.path + (f"?{came_from.query}" if came_from.query else "")
    steps = request.path.strip("/").split("/")
    above = (f"/{'/'.join(steps[:n])}/" for n in range(len(steps) - 1, 0, -1))
    return next(
        (path for path in above if _is_page(path)),
        "/today/" if request.user.is_authenticated else "/",
    )


def _is_page(path):
    """Is it an address of a room of ours? Wagtail's own pattern takes any address whatever."""
    try:
        return not path.startswith("//") and resolve(path).url_name != "wagtail_serve"
    except Resolver404:
        return False
