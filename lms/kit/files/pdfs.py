"""Looks into PDF files and makes the copy that says nothing of its author; it refuses scripts and bombs."""

import base64
import io

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from .limits import BadFile, unfolded
from .pictures import without_marks

BEGINS = b"%PDF-"
MOST_PAGES = 400
MOST_OBJECTS = 200_000
MOST_UNFOLDED = 75 * 1024 * 1024  # of one stream
MOST_UNFOLDED_IN_ALL = 300 * 1024 * 1024
MOST_PIXELS = 100_000_000

DEEDS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/Movie", "/GoToE"}
PACKINGS = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL", "/BrotliDecode"}
# The catalogue's entries that a reader of the work needs.
KEPT = {
    "/Type",
    "/Version",
    "/Pages",
    "/PageLabels",
    "/Outlines",
    "/Dests",
    "/StructTreeRoot",
    "/MarkInfo",
    "/Lang",
    "/OCProperties",
    "/Extensions",
}
TELLTALE = {"/Metadata", "/PieceInfo", "/LastModified", "/AA", "/A_JS", "/JS", "/EF", "/AF", "/Measure"}
OF_A_COMMENT = {"/T", "/NM", "/M", "/CreationDate", "/RC"}

DAMAGED = "This PDF is damaged and cannot be opened. Save it as a PDF again and choose the new file."
BOMB = "This PDF unfolds to far more than its size. Print it to a new PDF and choose that."
ALIVE = (
    "This PDF can run a script or start a program. Print it to a new PDF, which leaves that behind, and choose that."
)


def look(content: bytes):
    """Raise BadFile unless this is an unlocked, whole, still PDF of a reasonable size."""
    reader = _opened(content)
    try:
        pages = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise BadFile(DAMAGED) from None
    if not pages:
        raise BadFile("This PDF has no pages. Save your work as a PDF again and choose the new file.")
    if pages > MOST_PAGES:
        raise BadFile(f"This PDF has {pages} pages; we take up to {MOST_PAGES}. Leave out what was not asked for.")
    in_all = 0
    for thing in _objects(reader):
        _insist_still(thing)
        in_all += _weight(thing)
        if in_all > MOST_UNFOLDED_IN_ALL:
            raise BadFile(BOMB)


def without_properties(content: bytes) -> bytes:
    """A new PDF of the same pages, without Info, XMP, identifiers, attachments and comments."""
    try:
        reader = PdfReader(io.BytesIO(content))
        root = reader.trailer["/Root"].get_object()
        for key in [key for key in root if key not in KEPT]:
            del root[key]
        for thing in _objects(reader):
            _forget(thing)
            if isinstance(thing, DictionaryObject):
                _drop_comments(thing)
            if isinstance(thing, StreamObject) and isinstance(thing._data, bytes):
                thing._data = without_marks(thing._data)
        # Only what the catalogue still leads to is copied.
        writer = PdfWriter(clone_from=reader)
        writer.metadata = None
        writer._ID = None
        copy = io.BytesIO()
        writer.write(copy)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise BadFile(DAMAGED) from None
    return copy.getvalue()


def _opened(content):
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise BadFile("This PDF is locked with a password. Save a copy without one and choose that.")
        if len(reader.xref_objStm) + sum(map(len, reader.xref.values())) > MOST_OBJECTS:
            raise BadFile(BOMB)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError) as fault:
        if isinstance(fault, BadFile):
            raise
        raise BadFile(DAMAGED) from None
    return reader


def _objects(reader):
    """Every object the file names, whether a page leads to it or not."""
    for generation, places in list(reader.xref.items()):
        for number in list(places):
            yield _found(reader, number, generation)
    for number in list(reader.xref_objStm):
        yield _found(reader, number, 0)


def _found(reader, number, generation):
    try:
        return IndirectObject(number, generation, reader).get_object()
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as fault:
        if "limit" in type(fault).__name__.lower():
            raise BadFile(BOMB) from None
        return None


def _insist_still(thing):
    waiting = [thing]
    while waiting:
        now = waiting.pop()
        if isinstance(now, DictionaryObject):
            if (
                "/JS" in now
                or now.get("/S") in DEEDS
                or now.get("/Subtype") in {"/RichMedia", "/Movie", "/Screen", "/3D"}
            ):
                raise BadFile(ALIVE)
            waiting += [v for v in dict.values(now) if isinstance(v, (DictionaryObject, ArrayObject))]
        elif isinstance(now, ArrayObject):
            waiting += [v for v in list.__iter__(now) if isinstance(v, (DictionaryObject, ArrayObject))]


def _weight(thing) -> int:
    """Bytes a stream unfolds to; a picture is weighed by its pixels."""
    if not isinstance(thing, StreamObject):
        return 0
    if thing.get("/Subtype") == "/Image":
        if int(thing.get("/Width", 0)) * int(thing.get("/Height", 0)) > MOST_PIXELS:
            raise BadFile("A picture in this PDF is too large. Make it smaller, then save the PDF again.")
        return 0
    filters = thing.get("/Filter") or []
    filters = [filters] if isinstance(filters, NameObject) else list(filters)
    if sum(name in PACKINGS for name in filters) > 1:
        raise BadFile(BOMB)
    # As written: a parsed object stream has been decoded already.
    data = getattr(thing, "_data", b"") or b""
    data = data.encode("latin-1", "replace") if isinstance(data, str) else data
    if filters and filters[0] in {"/ASCII85Decode", "/A85"}:
        try:
            data = base64.a85decode(data.strip().removesuffix(b"~>"), ignorechars=b" \t\n\r\v\0")
        except ValueError:
            return len(data)
    size = unfolded(data, MOST_UNFOLDED) if filters and filters[-1] in {"/FlateDecode", "/Fl"} else len(data)
    if size > MOST_UNFOLDED:
        raise BadFile(BOMB)
    return size


def _drop_comments(page):  # as the reader holds it; reader.pages gives copies
    """Keep only links to the web and within the work: a comment, a form field or a link to a
    folder on somebody's computer can carry a name."""
    if "/Annots" not in page:
        return
    links = []
    for found in list.__iter__(page["/Annots"].get_object() or ArrayObject()):
        note = found.get_object()
        if isinstance(note, DictionaryObject) and note.get("/Subtype") == "/Link" and _is_harmless(note):
            links.append(found)
    if links:
        page[NameObject("/Annots")] = ArrayObject(links)
    else:
        del page["/Annots"]


def _is_harmless(link):
    action = link.get("/A")
    action = action.get_object() if action is not None else None
    if action is None:
        return True
    if action.get("/S") == "/GoTo":
        return True
    return action.get("/S") == "/URI" and str(action.get("/URI", "")).lower().startswith(("http://", "https://"))


def _forget(thing):
    waiting = [thing]
    while waiting:
        now = waiting.pop()
        if isinstance(now, DictionaryObject):
            for key in TELLTALE | (OF_A_COMMENT if "/Rect" in now else set()):
                if key in now:
                    del now[key]
            waiting += [v for v in dict.values(now) if isinstance(v, (DictionaryObject, ArrayObject))]
        elif isinstance(now, ArrayObject):
            waiting += [v for v in list.__iter__(now) if isinstance(v, (DictionaryObject, ArrayObject))]
