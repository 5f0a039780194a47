"""Private files: kept whole before a row names them, looked into before they are kept; it refuses
what is not what its name says, and never puts a person's name into a path."""

import hashlib
import os
import secrets
from pathlib import Path

import puremagic
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from . import docx, odf, pdfs, photos, slides, sound, word_copy
from .limits import BadFile, PassingFault, reading
from .losses import insist_nothing_is_lost as _insist_nothing_is_lost
from .measures import Measured, has_words, measured, text_of
from .mentions import Mention, look_through, mentions_of
from .outages import disk
from .places import inside, make_folder, sync

__all__ = [
    "BadFile",
    "Measured",
    "Mention",
    "PassingFault",
    "WORK",
    "copy_kind",
    "drop",
    "evidence_of",
    "has_words",
    "insist_name_and_size",
    "insist_nothing_is_lost",
    "keep",
    "look_into",
    "measured",
    "look_through",
    "mentions_of",
    "open_kept",
    "read",
    "recording_of",
    "sha256",
    "text_of",
    "without_properties",
]

KINDS = {"pdf": pdfs, "docx": docx, "odt": odf, "odp": odf, "pptx": slides}
# What makes the markers' copy of each; of the last three it is a Word file (`copy_kind`).
COPIES = {"pdf": pdfs, "docx": word_copy, "odt": odf, "odp": odf, "pptx": slides}
DOCUMENTS = ("pdf", "docx")
WORK = (*DOCUMENTS, "odt", "pptx", "odp")  # what written work may be
MEDIA_TYPES = {
    "jpg": "image/jpeg",
    "mp3": "audio/mpeg",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    **odf.TYPES,
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SECONDS = 20
ODD = gettext_noop(
    "This file is built in a way we cannot read safely. Print it to a new PDF and choose that."
)
EMPTY = gettext_noop(
    "This file is empty. Open it on your own device to check it, then choose it again."
)
# The string that every virus scanner must report (eicar.org); in two halves, so that no scanner reports this file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
HARMFUL = gettext_noop(
    "This file holds something that a virus scanner reports, so we do not keep it. Scan your device, then save your work again."
)


# ---- keeping ----


def keep(content: bytes, folder: str, ending: str) -> str:
    """Write `content` below PRIVATE_ROOT and return its path there, chosen at random.

    The bytes are on the disk when this returns (file and folder are synced), so a row that names
    the path never points at nothing. A row that is never written leaves a harmless stray file.
    Raises NotNow, and leaves nothing, where the disk is full or takes no file.
    """
    name = secrets.token_hex(16)
    path = f"{folder}/{name[:2]}/{name}.{ending}"
    place = Path(settings.PRIVATE_ROOT, path)
    part = place.with_suffix(".part")
    with disk():
        folders = make_folder(place)
        try:
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            part.unlink(missing_ok=True)
            raise
        os.replace(part, place)
        for changed in folders:
            sync(changed)
    return path


def read(path: str) -> bytes:
    """The kept bytes. Raises FileNotFoundError for a path that leaves PRIVATE_ROOT."""
    return inside(path).read_bytes()


def open_kept(path: str):
    """The kept file, opened for streaming."""
    return inside(path).open("rb")


def drop(path: str):
    """Delete a kept file that no row names any more; one that is gone already is no fault."""
    if path:
        inside(path).unlink(missing_ok=True)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# ---- looking ----


def look_into(upload, kinds=DOCUMENTS) -> str:
    """Which of `kinds` it is, when the upload is whole, open and what its name says. Raises BadFile with
    a sentence for the person who chose the file. The upload is left at its beginning."""
    _insist_size(upload.size)
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    kind = _kind(upload.name or "", content, kinds)
    with reading(SECONDS, _(ODD)):
        KINDS[kind].look(content)
        if any(EICAR in body for body in (content, *KINDS[kind].bodies(content))):
            raise BadFile(_(HARMFUL))
    _scan(content)
    return kind


def evidence_of(upload) -> tuple[str, bytes]:
    """What is kept of a file that somebody sends to the office: a PDF or Word file as it is, or a photograph drawn anew as “jpg”. Raises BadFile."""
    ending = (upload.name or "").rpartition(".")[2].lower()
    if ending not in photos.ENDINGS:
        return look_into(upload), upload.read()
    _insist_size(upload.size)
    upload.seek(0)
    content = upload.read()
    _scan(content)
    unread = _("We cannot read this picture. Save it as a JPEG or PDF, then choose it again.")
    with reading(SECONDS, unread):
        return "jpg", photos.redraw(content)


def recording_of(upload) -> tuple[bytes, int]:
    """What is kept of a recording: the same speech as an MP3 of one channel without properties, and its whole seconds. Neither its name nor what the
    browser says of it is asked. Ten minutes take 6 to 12 seconds of a processor. Raises BadFile."""
    most = settings.IMSA_RECORDING_MAX_BYTES
    if upload.size > most:
        raise BadFile(
            _("This recording is larger than %(most)s MB. Make it shorter, or save it as MP3.")
            % {"most": most // (1024 * 1024)}
        )
    if not upload.size:
        raise BadFile(_("This recording is empty. Record it again."))
    upload.seek(0)
    content = upload.read()
    _scan(content)
    unread, too_slow = _(sound.UNREAD), _(sound.TOO_SLOW)
    with reading(settings.IMSA_RECORDING_READ_SECONDS, unread, too_slow):
        return sound.write_anew(content)


def insist_name_and_size(name: str, size: int, kinds=DOCUMENTS):
    """What `look_into` refuses by them alone, of a file that is not here yet. `size` in bytes. Raises BadFile."""
    _insist_size(size)
    if not size:
        raise BadFile(_(EMPTY))
    _ending(name, kinds)


def _insist_size(size):
    if size > settings.IMSA_UPLOAD_MAX_BYTES:
        most = settings.IMSA_UPLOAD_MAX_BYTES // (1024 * 1024)
        raise BadFile(
            _(
                "This file is larger than %(most)s MB. Make its pictures smaller, then choose it again."
            )
            % {"most": most}
        )


def _scan(content):
    """Ask the scanner that this site has, if it has one: IMSA_UPLOAD_SCANNER names a function of the bytes that
    answers True for what must not be kept. One that fails lets nothing through."""
    if not settings.IMSA_UPLOAD_SCANNER:
        return
    words = _("We cannot check files for viruses at the moment. Try again in an hour.")
    with reading(SECONDS, words, words, PassingFault):
        if import_string(settings.IMSA_UPLOAD_SCANNER)(content):
            raise BadFile(_(HARMFUL))


def without_properties(kind: str, content: bytes) -> bytes:
    """The same work without what its file says of the author: names, dates, programs, comments' authors. Raises BadFile."""
    with reading(SECONDS, _(ODD)):
        return COPIES[kind].without_properties(content)


def copy_kind(kind: str) -> str:
    """What the markers' copy of such a file is."""
    return kind if kind in DOCUMENTS else "docx"


def insist_nothing_is_lost(kind: str, content: bytes):
    """Raises BadFile where `without_properties` would leave words of a file behind: comments of a PDF, tracked changes of a Word file."""
    with reading(SECONDS, _(ODD)):
        _insist_nothing_is_lost(kind, content)


def _kind(name, content, kinds):
    """What the name says, if the first bytes say so too."""
    if not content:
        raise BadFile(_(EMPTY))
    ending = _ending(name, kinds)
    if content.startswith(OLE):
        if ending == "docx":
            raise BadFile(
                _(
                    "This file is locked with a password, or is in Word’s old format. "
                    "Save it as .docx without a password, or as a PDF."
                )
            )
        if ending != "pdf":
            raise BadFile(
                _(
                    "This file is locked with a password, or is in an old format. Save it as .%(ending)s without a password, or as a PDF."
                )
                % {"ending": ending}
            )
        raise BadFile(
            _("This file is named .pdf, but it is not a PDF. Save it as a PDF and choose that.")
        )
    begins = KINDS[ending].begins_at(content)
    is_it = begins >= 0 and _puremagic_agrees(ending, content[begins:])
    if is_it and ending in odf.TYPES:
        is_it = odf.kind_of(content) == ending
    if not is_it:
        what = {
            "pdf": _("a PDF"),
            "docx": _("a Word file"),
            "odt": _("an OpenDocument text"),
            "odp": _("an OpenDocument presentation"),
            "pptx": _("a PowerPoint presentation"),
        }[ending]
        raise BadFile(
            _(
                "This file is named .%(ending)s, but it is not %(what)s. Open it, save it as %(what)s and choose that."
            )
            % {"ending": ending, "what": what}
        )
    return ending


def _ending(name, kinds):
    """What the name says it is. Raises BadFile for what we take in no case."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending in {"docm", "dotm"}:
        raise BadFile(
            _("This Word file can hold macros. Save it as .docx without macros and choose that.")
        )
    if ending in {"pptm", "potm", "ppsm", "fodt"}:
        raise BadFile(
            _(
                "We do not take this kind of file: it can hold macros or is not packed. Save it as .pptx, .odt or PDF and choose that."
            )
        )
    if ending not in kinds:
        if len(kinds) > len(DOCUMENTS):
            raise BadFile(
                _(
                    "We take PDF, Word (.docx), OpenDocument (.odt, .odp) and PowerPoint (.pptx) files. Save your work as one of these and choose it again."
                )
            )
        raise BadFile(
            _(
                "We take PDF and Word (.docx) files. Save your work as one of these and choose it again."
            )
        )
    return ending


def _puremagic_agrees(ending, content):
    """A second opinion on the first bytes: Word files are ZIP files to it unless it looks further."""
    try:
        found = {match.extension.lstrip(".").lower() for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return False
    return bool(found & ({"pdf", "ai", "fdf"} if ending == "pdf" else {ending, "zip"}))
