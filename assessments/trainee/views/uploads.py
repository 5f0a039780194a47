"""A file of written work that is sent in pieces, in the shapes of tus 1.0 (tus.io): created, asked where it stands, gone on with, given up. It is for the
script of the page; the page's own form takes a file without it."""

import base64
import binascii
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.kit.files import BadFile
from lms.kit.refusals import NotAllowed, NotNow, Refused, insist

from ...taking.actions.partial_uploads import (
    MOST_BYTES,
    UNREADABLE,
    WrongChecksum,
    WrongOffset,
    append_piece,
    begin_upload,
    confirmed,
    drop_upload_parts,
)
from ...taking.models import PartialUpload
from .work import piece_context

TUS = "1.0.0"
EXTENSIONS = "creation,checksum,expiration,termination"
WRONG_CHECKSUM = 460  # tus 1.0, checksum
PIECE = "application/offset+octet-stream"
LONGEST = 4096  # of Upload-Metadata


def tus(view):
    """Answers in JSON: to whoever is signed out, and with the sentence of a refusal."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            response = _checked(request, view, *args, **kwargs)
        except WrongOffset as refusal:
            response = _sentence(refusal, 409)
            response["Upload-Offset"] = str(refusal.offset)
        except WrongChecksum as refusal:
            response = _sentence(refusal, WRONG_CHECKSUM)
        except NotAllowed as refusal:
            response = _sentence(refusal, 403)
        except NotNow as refusal:
            response = _sentence(refusal, 503)
        except (Refused, BadFile) as refusal:
            response = _sentence(refusal, 409)
        response["Tus-Resumable"] = TUS
        return response

    return answer


def _checked(request, view, *args, **kwargs):
    if not request.user.is_authenticated:
        return _sentence(_("You are signed out. Sign in, then choose the file again."), 401)
    if request.headers.get("Tus-Resumable") != TUS:
        response = _sentence(_(UNREADABLE), 412)
        response["Tus-Version"] = TUS
        return response
    return view(request, *args, **kwargs)


@never_cache
@require_POST
@tus
def begin(request, code):
    """Where to send a file of so many bytes; 200 where some of it is here already, else 201."""
    context = piece_context(request, code)
    insist(context["may"])
    metadata = _metadata(request.headers.get("Upload-Metadata", ""))
    size = _number(request.headers.get("Upload-Length", ""))
    if size is None or not {"filename", "fingerprint"} <= metadata.keys():
        return _sentence(_(UNREADABLE), 400)
    row = begin_upload(
        context["assessment"],
        context["enrolment"],
        metadata["filename"],
        size,
        metadata["fingerprint"],
        by=request.user,
    )
    here = confirmed(row)
    response = JsonResponse({"key": row.key}, status=200 if here else 201)
    response["Location"] = reverse("assessments:upload_pieces", args=[row.key])
    return _where(response, row, here)


@never_cache
@require_http_methods(["HEAD", "PATCH", "DELETE", "POST"])
@tus
def pieces(request, key):
    """HEAD: how much is here. PATCH: the next piece. DELETE: give it up. A POST that says so stands for one that a proxy lets through no more."""
    method = request.method
    if method == "POST":
        method = request.headers.get("X-HTTP-Method-Override", "")
    row = (
        PartialUpload.objects.visible_to(request.user)
        .filter(key=key)
        .select_related("attempt__enrolment")
        .first()
    )
    if row is None:
        raise Http404("No file with this key is on its way.")
    if method == "HEAD":
        return _where(HttpResponse(), row, confirmed(row))
    if method == "DELETE":
        drop_upload_parts(row, by=request.user)
        return HttpResponse(status=204)
    if method != "PATCH":
        return _sentence(_(UNREADABLE), 400)
    return _append(request, row)


def _append(request, row):
    offset = _number(request.headers.get("Upload-Offset", ""))
    length = _number(request.headers.get("Content-Length", ""))
    algorithm, _space, typed = request.headers.get("Upload-Checksum", "").partition(" ")
    if request.content_type != PIECE:
        return _sentence(_(UNREADABLE), 415)
    if length is not None and length > MOST_BYTES:
        return _sentence(_(UNREADABLE), 413)
    try:
        checksum = base64.b64decode(typed, validate=True)
        piece = request.read(length or 0)
    except (binascii.Error, ValueError, UnreadablePostError):
        return _sentence(_(UNREADABLE), 400)
    if offset is None or algorithm != "sha256":
        return _sentence(_(UNREADABLE), 400)
    row = append_piece(row, offset, piece, checksum, by=request.user)
    return _where(HttpResponse(status=204), row, confirmed(row))


def _where(response, row, here):
    """How much is here, of how much, and until when it is kept."""
    response["Upload-Offset"], response["Upload-Length"] = str(here), str(row.size)
    response["Upload-Expires"] = http_date(row.expires_at.timestamp())
    response["Tus-Extension"], response["Tus-Max-Size"] = (
        EXTENSIONS,
        str(settings.IMSA_UPLOAD_MAX_BYTES),
    )
    return response


def _metadata(header) -> dict[str, str]:
    """Of “name base64,name base64”; nothing where it cannot be read."""
    found = {}
    for pair in header[:LONGEST].split(","):
        name, _space, value = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode().replace("\0", "")
        except (binascii.Error, ValueError):
            return {}
    return found


def _number(header) -> int | None:
    is_number = header.isascii() and header.isdecimal() and len(header) < 19
    return int(header) if is_number else None


def _sentence(sentence, status):
    return JsonResponse({"sentence": str(sentence)}, status=status)
