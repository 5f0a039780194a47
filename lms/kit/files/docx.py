"""Looks into Word files; it refuses macros, bombs, and what is no part of a document. `word_copy` makes the markers’ copy."""

import io
import posixpath
import zipfile
import zlib

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError
from defusedxml.ElementTree import fromstring as vetted
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from lxml import etree

from .limits import BadFile

BEGINS = b"PK\x03\x04"
MOST_PARTS = 3000
MOST_UNFOLDED = 150 * 1024 * 1024
MOST_PART = 75 * 1024 * 1024
MOST_RATIO = 200  # only asked of what is large enough to hurt
LARGE = 10 * 1024 * 1024

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TEMPLATE = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
TYPES = "[Content_Types].xml"
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
OVERRIDE = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Word can also save in the “strict” form (ISO 29500-1), which says the same under other names.
STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
# Programs and pages: no word processor puts them into a document.
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
PAGES = (b"<html", b"<!doctype html", b"<script", b"<?php", b"mime-version:", b"{\\rtf")
ENDINGS = tuple(
    f".{e}"
    for e in "exe dll scr com bat cmd ps1 vbs js jse wsf hta lnk jar msi sh py php htm html xhtml mht mhtml svgz chm rtf".split()
)
SAFE_PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}

PROGRAM = gettext_noop(
    "This Word file has a program or a web page inside it. Copy its text into a new document and choose that."
)
NOT_WORD = gettext_noop(
    "This file is named .docx, but it is not a Word file. Open it, save it as .docx and choose that."
)
DAMAGED = gettext_noop(
    "This Word file is damaged and cannot be opened. Open it, save it again and choose the new file."
)
BOMB = gettext_noop(
    "This Word file unfolds to far more than its size. Copy its text into a new document and choose that."
)
ODD = gettext_noop(
    "This Word file is built in a way we cannot read safely. Copy its text into a new document and choose that."
)


def begins_at(content: bytes) -> int:
    """0 for a ZIP archive, which every Word file is; else -1."""
    return 0 if content.startswith(BEGINS) else -1


def bodies(content: bytes):
    """What stands folded in the file, part by part."""
    return parts_of(content).values()


def look(content: bytes):
    """Raise BadFile unless this is an unlocked, whole Word file without macros, of a reasonable size."""
    parts = parts_of(content)
    types = parts.get(TYPES, b"")
    kind = type_of(parts, main_part(parts))
    if kind == TEMPLATE:
        raise BadFile(_("This is a Word template. Save it as .docx and choose that."))
    if kind != MAIN and "macroEnabled" not in kind:
        raise BadFile(_(NOT_WORD))
    _look_through(parts, types, depth=0)


def main_part(parts) -> str:
    """The name of the part that `_rels/.rels` calls the document (ECMA-376 part 2, 9.3); where a program wrote no
    such list, the part whose type is that of a document. Raises BadFile."""
    if not named(parts, rels_of("")):
        return next((name for name in parts if type_of(parts, name) == MAIN), "") or _no_word_file()
    for kind, target, is_outside in relationships(parts, ""):
        if kind == "officeDocument" and not is_outside:
            name = named(parts, resolved("", target))
            if name:
                return name
    return _no_word_file()


def _no_word_file():
    raise BadFile(_(NOT_WORD))


def relationships(parts, source) -> list[tuple[str, str, bool]]:
    """(last word of the type, target, does it lead out) for each relationship of a part, or of the package (“”)."""
    name = named(parts, rels_of(source))
    if not name:
        return []
    found = tree(parts[name]).iter(RELATIONSHIP)
    return [
        (
            one.get("Type", "").rpartition("/")[2],
            one.get("Target", ""),
            one.get("TargetMode") == "External",
        )
        for one in found
    ]


def type_of(parts, name) -> str:
    """What `[Content_Types].xml` says of a part: by its name, else by its ending (ECMA-376 part 2, 7.2.3)."""
    if TYPES not in parts:
        return ""
    by_ending, wanted = "", name.casefold()
    for one in tree(parts[TYPES]):
        if not isinstance(one.tag, str):
            continue
        if one.tag == OVERRIDE and one.get("PartName", "").lstrip("/").casefold() == wanted:
            return one.get("ContentType", "")
        if one.get("Extension") and wanted.endswith("." + one.get("Extension").casefold()):
            by_ending = one.get("ContentType", "")
    return by_ending


def named(parts, name) -> str:
    """The part of that name as it is written here; names do not tell capitals from small letters. “” when there is none."""
    return (
        name
        if name in parts
        else next((one for one in parts if one.casefold() == name.casefold()), "")
    )


def rels_of(name) -> str:
    return posixpath.join(posixpath.dirname(name), "_rels", posixpath.basename(name) + ".rels")


def resolved(source, target) -> str:
    whole = (
        target.lstrip("/")
        if target.startswith("/")
        else posixpath.join(posixpath.dirname(source), target)
    )
    return posixpath.normpath(whole.replace("\\", "/"))


def tree(content):
    """Raises BadFile for XML that is broken."""
    try:
        return etree.fromstring(content, etree.XMLParser(**SAFE_PARSER))
    except etree.XMLSyntaxError:
        raise BadFile(_(DAMAGED)) from None


def usual(content: bytes) -> bytes:
    """The part with the usual names where it has the strict ones."""
    for strict, name in STRICT.items():
        content = content.replace(strict, name)
    return content


def parts_of(content) -> dict[str, bytes]:
    """Every part by name, read no further than the limits whatever the archive says of itself."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise BadFile(_(DAMAGED)) from None
    entries = archive.infolist()
    if len(entries) > MOST_PARTS or sum(e.file_size for e in entries) > MOST_UNFOLDED:
        raise BadFile(_(BOMB))
    parts, left, seen = {}, MOST_UNFOLDED, set()
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise BadFile(
                _("This file is locked with a password. Save a copy without one and choose that.")
            )
        name = entry.filename.replace("\\", "/")  # some programs write Windows’ own
        if name.casefold() == TYPES.casefold():
            name = TYPES
        if _is_a_trick(name) or name.casefold() in seen or entry.external_attr >> 28 == 0xA:
            raise BadFile(_(ODD))
        seen.add(name.casefold())
        if entry.is_dir():
            continue
        if entry.file_size > LARGE and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise BadFile(_(BOMB))
        try:
            with archive.open(entry) as part:
                parts[name] = part.read(min(MOST_PART, left) + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            RuntimeError,
            EOFError,
            OSError,
            ValueError,
        ):
            raise BadFile(_(DAMAGED)) from None
        left -= len(parts[name])
        if len(parts[name]) > MOST_PART or left < 0:
            raise BadFile(_(BOMB))
    return parts


def _is_a_trick(name):
    return (
        not name
        or "\0" in name
        or name.startswith("/")
        or ":" in name
        or ".." in name.split("/")
        or posixpath.normpath(name) != name.rstrip("/")
    )


def _look_through(parts, types, depth):
    if (
        b"macroEnabled" in types
        or b"vbaProject" in types
        or any(n.lower().endswith("vbaproject.bin") for n in parts)
    ):
        raise BadFile(
            _("This Word file holds macros. Save it as .docx without macros and choose that.")
        )
    for name, content in parts.items():
        if _is_xml(name):
            try:
                root = vetted(content, forbid_dtd=True)
            except (DefusedXmlException, ParseError, ValueError, LookupError):
                raise BadFile(_(ODD)) from None
            if str(root.tag).rpartition("}")[2].lower() in ("html", "script"):
                raise BadFile(_(PROGRAM))
        elif (
            content.startswith(PROGRAMS)
            or content[:400].lstrip().lower().startswith(PAGES)
            or name.lower().endswith(ENDINGS)
        ):
            raise BadFile(_(PROGRAM))
        elif content.startswith(BEGINS):
            _look_at_embedded(content, depth)
        elif content.startswith(b"\xd0\xcf\x11\xe0") or "/activeX/" in name:
            raise BadFile(
                _(
                    "This Word file has another program’s file inside it. Take that out, save the file and choose it again."
                )
            )


def _look_at_embedded(content, depth):
    """A chart keeps its figures in a workbook of its own; anything else, or anything deeper, is not taken."""
    inner = parts_of(content)
    types = inner.get("[Content_Types].xml")
    if depth or not types or "xl/workbook.xml" not in inner:
        raise BadFile(
            _(
                "This Word file has another archive inside it. Take that out, save the file and choose it again."
            )
        )
    _look_through(inner, types, depth + 1)


def _is_xml(name):
    return name.lower().endswith((".xml", ".rels", ".vml"))
