"""Looks into Word files and makes the copy that says nothing of its author; it refuses macros and bombs."""

import io
import posixpath
import re
import zipfile
import zlib

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError
from defusedxml.ElementTree import fromstring as vetted
from lxml import etree

from .limits import BadFile
from .pictures import JPEG, PNG, without_marks

BEGINS = b"PK\x03\x04"
MOST_PARTS = 3000
MOST_UNFOLDED = 150 * 1024 * 1024
MOST_PART = 75 * 1024 * 1024
MOST_RATIO = 200  # only asked of what is large enough to hurt
LARGE = 10 * 1024 * 1024

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
CORE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
    b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
# Parts that tell of the author and that no reader misses.
DROPPED = re.compile(
    r"^(docProps/(custom\.xml|thumbnail\..*)|customXml/.*|_xmlsignatures/.*|docMetadata/.*|word/people\.xml"
    r"|(word|xl|ppt)/printerSettings/.*|word/attachedToolbars\.bin)$",
    re.I,
)
EMPTIED = {"docProps/core.xml": CORE, "docProps/app.xml": APP}
AUTHORED = {"author": "Author", "initials": "A", "userId": "", "lastModifiedBy": "", "providerId": ""}
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
OVERRIDE = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TELLING_FIELD = re.compile(r"^\s*(AUTHOR|LASTSAVEDBY|USERNAME|USERINITIALS|USERADDRESS|FILENAME|DOCPROPERTY)\b", re.I)
SAFE_PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
STILL = (1980, 1, 1, 0, 0, 0)

DAMAGED = "This Word file is damaged and cannot be opened. Open it, save it again and choose the new file."
BOMB = "This Word file unfolds to far more than its size. Copy its text into a new document and choose that."
ODD = "This Word file is built in a way we cannot read safely. Copy its text into a new document and choose that."


def look(content: bytes):
    """Raise BadFile unless this is an unlocked, whole Word file without macros, of a reasonable size."""
    parts = _parts(content)
    types = parts.get("[Content_Types].xml", b"")
    if "word/document.xml" not in parts or MAIN.encode() not in types:
        raise BadFile("This file is named .docx, but it is not a Word file. Open it, save it as .docx and choose that.")
    _look_through(parts, types, depth=0)


def without_properties(content: bytes) -> bytes:
    """The same document with empty properties, nameless comments and tracked changes, and no link to a folder."""
    try:
        return _package(_parts(content))
    except (etree.XMLSyntaxError, KeyError, ValueError) as fault:
        if isinstance(fault, BadFile):
            raise
        raise BadFile(DAMAGED) from None


def _parts(content) -> dict[str, bytes]:
    """Every part by name, read no further than the limits whatever the archive says of itself."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise BadFile(DAMAGED) from None
    entries = archive.infolist()
    if len(entries) > MOST_PARTS or sum(e.file_size for e in entries) > MOST_UNFOLDED:
        raise BadFile(BOMB)
    parts, left, seen = {}, MOST_UNFOLDED, set()
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise BadFile("This file is locked with a password. Save a copy without one and choose that.")
        name = entry.filename
        if _is_a_trick(name) or name.casefold() in seen or entry.external_attr >> 28 == 0xA:
            raise BadFile(ODD)
        seen.add(name.casefold())
        if entry.is_dir():
            continue
        if entry.file_size > LARGE and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise BadFile(BOMB)
        try:
            with archive.open(entry) as part:
                parts[name] = part.read(min(MOST_PART, left) + 1)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
            raise BadFile(DAMAGED) from None
        left -= len(parts[name])
        if len(parts[name]) > MOST_PART or left < 0:
            raise BadFile(BOMB)
    return parts


def _is_a_trick(name):
    return (
        not name
        or "\\" in name
        or "\0" in name
        or name.startswith("/")
        or ":" in name
        or ".." in name.split("/")
        or posixpath.normpath(name) != name.rstrip("/")
    )


def _look_through(parts, types, depth):
    if b"macroEnabled" in types or b"vbaProject" in types or any(n.lower().endswith("vbaproject.bin") for n in parts):
        raise BadFile("This Word file holds macros. Save it as .docx without macros and choose that.")
    for name, content in parts.items():
        if _is_xml(name):
            try:
                vetted(content, forbid_dtd=True)
            except (DefusedXmlException, ParseError, ValueError, LookupError):
                raise BadFile(ODD) from None
        elif content.startswith(BEGINS):
            _look_at_embedded(content, depth)
        elif content.startswith(b"\xd0\xcf\x11\xe0") or "/activeX/" in name:
            raise BadFile("This Word file has another program’s file inside it. Take that out, save the file and choose it again.")


def _look_at_embedded(content, depth):
    """A chart keeps its figures in a workbook of its own; anything else, or anything deeper, is not taken."""
    inner = _parts(content)
    types = inner.get("[Content_Types].xml")
    if depth or not types or "xl/workbook.xml" not in inner:
        raise BadFile("This Word file has another archive inside it. Take that out, save the file and choose it again.")
    _look_through(inner, types, depth + 1)


def _is_xml(name):
    return name.lower().endswith((".xml", ".rels", ".vml"))


# ---- the copy ----


def _package(parts) -> bytes:
    dropped = {name for name in parts if DROPPED.match(name)}
    kept = {
        name: EMPTIED.get(name, content) for name, content in parts.items() if name not in dropped | _rels_of(dropped)
    }
    loose = _drop_relationships(kept, dropped)
    for name, content in kept.items():
        if name == "[Content_Types].xml":
            kept[name] = _without_overrides(content, dropped)
        elif _is_xml(name) and name not in EMPTIED and not name.endswith(".rels"):
            kept[name] = _without_authors(content, loose.get(name, set()))
        elif content.startswith(BEGINS):
            kept[name] = _package(_parts(content))
        elif content.startswith((JPEG, PNG)):
            kept[name] = without_marks(content)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in kept.items():
            entry = zipfile.ZipInfo(name, STILL)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            archive.writestr(entry, content)
    return out.getvalue()


def _rels_of(names):
    return {posixpath.join(posixpath.dirname(n), "_rels", posixpath.basename(n) + ".rels") for n in names}


def _tree(content):
    return etree.fromstring(content, etree.XMLParser(**SAFE_PARSER))


def _written(root):
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _drop_relationships(kept, dropped) -> dict[str, set]:
    """Cut what leads to a dropped part or out of the package; a link to the web stays. Returns the
    cut relationship ids by the part whose elements may still use them."""
    loose = {}
    for name in [n for n in kept if n.endswith(".rels")]:
        root, source = (
            _tree(kept[name]),
            name.replace("_rels/", "", 1) if name.startswith("_rels/") else name.replace("/_rels/", "/"),
        )
        source = source.removesuffix(".rels")
        for relationship in list(root.iter(RELATIONSHIP)):
            target, kind = relationship.get("Target", ""), relationship.get("Type", "").rpartition("/")[2]
            if relationship.get("TargetMode") == "External":
                if kind == "hyperlink" and target.lower().startswith(("http://", "https://")):
                    continue
                if kind != "attachedTemplate":
                    relationship.set("Target", "about:blank")
                    continue
            elif _resolved(source, target) not in dropped:
                continue
            loose.setdefault(source, set()).add(relationship.get("Id"))
            root.remove(relationship)
        kept[name] = _written(root)
    return loose


def _resolved(source, target):
    return posixpath.normpath(
        target.lstrip("/") if target.startswith("/") else posixpath.join(posixpath.dirname(source), target)
    )


def _without_overrides(content, dropped):
    root = _tree(content)
    for override in list(root.iter(OVERRIDE)):
        if override.get("PartName", "").lstrip("/") in dropped:
            root.remove(override)
    return _written(root)


def _without_authors(content, loose):
    root = _tree(content)
    for element in list(root.iter(etree.Element)):
        for key in element.attrib:
            if etree.QName(key).localname in AUTHORED:
                element.set(key, AUTHORED[etree.QName(key).localname])
        if loose and element.get(R_ID) in loose and element.getparent() is not None:
            element.getparent().remove(element)
    _empty_fields(root)
    return _written(root)


def _empty_fields(root):
    """Blank what Word last put where the text says “the author’s name” or “the file’s name”."""
    for simple in root.iter(f"{W}fldSimple"):
        if TELLING_FIELD.match(simple.get(f"{W}instr", "")):
            _blank(simple.iter(f"{W}t"))
    fields = []  # open fields, each [instruction, has its result begun]
    for element in root.iter(f"{W}fldChar", f"{W}instrText", f"{W}t"):
        if element.tag == f"{W}instrText" and fields:
            fields[-1][0] += element.text or ""
        elif element.tag == f"{W}t" and any(begun and TELLING_FIELD.match(code) for code, begun in fields):
            element.text = ""
        elif element.tag == f"{W}fldChar":
            kind = element.get(f"{W}fldCharType")
            if kind == "begin":
                fields.append(["", False])
            elif kind == "separate" and fields:
                fields[-1][1] = True
            elif kind == "end" and fields:
                fields.pop()


def _blank(texts):
    for text in texts:
        text.text = ""
