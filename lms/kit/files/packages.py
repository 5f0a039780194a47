"""Looks into OpenDocument files and PowerPoint presentations; it refuses macros, bombs, locked files, sound and film, and what is no part of a document.
`odf` and `slides` read them."""

from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring as vetted
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from lxml import etree

from . import docx
from .limits import BadFile

OLE = b"\xd0\xcf\x11\xe0"
PLAYED = tuple(f".{e}" for e in "mp4 m4v mov avi wmv mpg mpeg webm mp3 m4a wav wma ogg aac".split())
DAMAGED = gettext_noop(
    "This file is damaged, or built in a way we cannot read safely. Open it and save it again, or save it as a PDF, and choose that."
)
LOCKED = gettext_noop(
    "This file is locked with a password. Save a copy without one and choose that."
)
MACROS = gettext_noop(
    "This file holds macros. Save it without macros, or as a PDF, and choose that."
)
PROGRAM = gettext_noop(
    "This file has a program, a web page or another program’s file inside it. Take that out, or save it as a PDF, and choose that."
)
SOUND = gettext_noop(
    "This presentation has sound or film inside it, which markers do not get. Take it out, save the file and choose it again."
)


def parts_of(content: bytes) -> dict[str, bytes]:
    """Every part by name, within the limits of a Word file. Raises BadFile."""
    try:
        return docx.parts_of(content)
    except BadFile:
        raise BadFile(_(DAMAGED)) from None


def root_of(content: bytes):
    """Raises BadFile for XML that is broken."""
    try:
        return etree.fromstring(content, etree.XMLParser(**docx.SAFE_PARSER))
    except etree.XMLSyntaxError:
        raise BadFile(_(DAMAGED)) from None


def look_through(parts: dict[str, bytes], depth: int = 0):
    """Raises BadFile for a part that no document needs. A chart keeps its figures in a workbook of its own; nothing else stands in an archive inside."""
    for name, content in parts.items():
        low = name.lower()
        if low.endswith("vbaproject.bin"):
            raise BadFile(_(MACROS))
        if low.endswith(PLAYED):
            raise BadFile(_(SOUND))
        if low.endswith((".xml", ".rels", ".vml", ".rdf")):
            try:
                root = vetted(content or b"<empty/>", forbid_dtd=True)
            except (DefusedXmlException, ParseError, ValueError, LookupError):
                raise BadFile(_(DAMAGED)) from None
            if str(root.tag).rpartition("}")[2].lower() in ("html", "script"):
                raise BadFile(_(PROGRAM))
        elif (
            content.startswith((*docx.PROGRAMS, OLE))
            or content[:400].lstrip().lower().startswith(docx.PAGES)
            or low.endswith(docx.ENDINGS)
            or "/activex/" in low
        ):
            raise BadFile(_(PROGRAM))
        elif content.startswith(docx.BEGINS):
            inner = parts_of(content)
            if depth or "xl/workbook.xml" not in inner:
                raise BadFile(_(PROGRAM))
            look_through(inner, depth + 1)
