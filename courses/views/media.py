"""Films and sound in pieces: a player asks for a stretch of a file, to begin in the middle or to go on after a gap."""

import re

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from wagtail import hooks
from wagtail.documents import get_document_model
from wagtail.documents.views.serve import serve

ASKED = re.compile(r"bytes=(\d{0,15})-(\d{0,15})$")
CHUNK = 64 * 1024


def document(request, document_id, document_filename):
    """The whole file as Wagtail sends it, or the stretch of it that was asked for."""
    match = ASKED.match(request.headers.get("Range", "").replace(" ", ""))
    if (
        not match
        or match[0] == "bytes=-"
        or request.method != "GET"
        or "If-Range" in request.headers
        or not request.user.is_authenticated
    ):
        return serve(request, document_id, document_filename)
    found = get_object_or_404(get_document_model(), pk=document_id)
    if found.filename != document_filename:
        raise Http404("This file has another name.")
    # Who may have the file is asked of the hooks (privacy of collections among them), as Wagtail does before it sends a whole one.
    for hook in hooks.get_hooks("before_serve_document"):
        if isinstance(refused := hook(found, request), HttpResponseBase):
            return refused
    return piece(found, match)


def piece(document, byte_range):
    """The stretch (206), or a refusal of one that is not in the file (416)."""
    size = document.file.size
    first, last = (int(end) if end else None for end in byte_range.groups())
    if first is None:
        first, last = max(0, size - last), size - 1
    last = size - 1 if last is None else min(last, size - 1)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    return StreamingHttpResponse(
        read(document.file, first, last),
        status=206,
        headers={
            "Content-Type": document.content_type,
            "Content-Length": str(last - first + 1),
            "Accept-Ranges": "bytes",
            "Content-Range": f"bytes {first}-{last}/{size}",
            "Content-Disposition": document.content_disposition,
            "Content-Security-Policy": "default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )


def read(field, first, last):
    with field.storage.open(field.name, "rb") as file:
        file.seek(first)
        left = last - first + 1
        while left and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
