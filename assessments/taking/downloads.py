"""A private file, given to keep and never to run, or a recording to hear."""

import re

from django.http import FileResponse, Http404, HttpResponse

from lms.kit import files

RANGE = re.compile(r"bytes=([0-9]{0,12})-([0-9]{0,12})")
AS_IT_IS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}


def download(path, name, in_page=False):
    """A private file to keep, never to run: an attachment whose type nobody guesses, or a PDF shown in our own page."""
    kind = path.rpartition(".")[2]
    try:
        answer = FileResponse(
            files.open_kept(path),
            as_attachment=not in_page,
            filename=name,
            content_type=files.MEDIA_TYPES[kind],
        )
    except FileNotFoundError:
        raise Http404("This file is not here.") from None
    for header, value in AS_IT_IS.items():
        answer[header] = value
    return answer


def play(request, path, name):
    """A recording in our own page. A player asks for parts of it (RFC 9110, 14.2): one part is given, anything else is answered with the whole."""
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    if not asked or not any(asked.groups()):
        answer = download(path, name, in_page=True)
        answer["Accept-Ranges"] = "bytes"
        return answer
    try:
        content = files.read(path)
    except FileNotFoundError:
        raise Http404("This file is not here.") from None
    first, last = _bounds(*asked.groups(), len(content))
    if first is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{len(content)}"})
    headers = {
        "Content-Range": f"bytes {first}-{last}/{len(content)}",
        "Content-Type": files.MEDIA_TYPES[path.rpartition(".")[2]],
        "Content-Disposition": f'inline; filename="{name}"',
        "Accept-Ranges": "bytes",
        **AS_IT_IS,
    }
    return HttpResponse(content[first : last + 1], status=206, headers=headers)


def _bounds(first, last, size):
    """The first and the last byte that are asked for; two Nones where the file has none of them."""
    if not first:
        found = max(size - int(last), 0), size - 1
    else:
        found = int(first), min(int(last), size - 1) if last else size - 1
    return found if found[0] <= found[1] else (None, None)
