"""Looks into PDF files and makes the copy that says nothing of its author; it refuses scripts, bombs and attachments.

It uses names that pypdf does not promise: `StreamObject._data` and `decoded_self`, `PdfReader.xref` and `xref_objStm`,
`PdfWriter._ID`. pypdf is therefore bound to one minor version, and `tests/kit/test_private_names.py` says when a name is gone.
"""

import base64
import io
import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pypdf import PasswordType, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from .addresses import is_harmless
from .limits import BadFile, unfolded
from .pictures import without_marks

BEGINS = b"%PDF-"
HEADER_WITHIN = 1024  # ISO 32000-1, annex H.3, note 13
OTHER_BEGINNINGS = (b"MZ", b"PK\x03\x04", b"\x7fELF", b"#!", b"<")
MOST_PAGES = 400
MOST_OBJECTS = 200_000
MOST_UNFOLDED = 75 * 1024 * 1024  # of one stream
MOST_UNFOLDED_IN_ALL = 300 * 1024 * 1024
MOST_PIXELS = 100_000_000

ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/Movie", "/GoToE"}
PACKINGS = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL", "/BrotliDecode"}
# What a reader of the work needs, key by key; whatever else a program wrote beside it is not copied. Bookmarks, page
# labels and named places carry words that no page shows, so they go too.
KEPT = {"/Type", "/Version", "/Pages", "/StructTreeRoot", "/MarkInfo", "/Lang", "/OCProperties"}
KEPT_OF_A_PAGE = {
    "/Type",
    "/Parent",
    "/MediaBox",
    "/CropBox",
    "/BleedBox",
    "/TrimBox",
    "/ArtBox",
    "/Rotate",
    "/Resources",
    "/Contents",
    "/Annots",
    "/StructParents",
    "/Tabs",
    "/UserUnit",
    "/Group",
}
KEPT_OF_A_LINK = {
    "/Type",
    "/Subtype",
    "/Rect",
    "/A",
    "/Border",
    "/BS",
    "/H",
    "/QuadPoints",
    "/Dest",
    "/StructParent",
    "/F",
    "/C",
}
KEPT_OF_AN_ACTION = {"/Type", "/S", "/URI", "/D"}
KEPT_OF_A_STRUCTURE = {
    "/Type",
    "/S",
    "/P",
    "/K",
    "/Pg",
    "/A",
    "/Lang",
    "/ParentTree",
    "/ParentTreeNextKey",
    "/RoleMap",
}
KEPT_OF_A_PICTURE = {
    "/Type",
    "/Subtype",
    "/Width",
    "/Height",
    "/ColorSpace",
    "/BitsPerComponent",
    "/Intent",
    "/ImageMask",
    "/Mask",
    "/Decode",
    "/Interpolate",
    "/SMask",
    "/SMaskInData",
    "/StructParent",
    "/Filter",
    "/DecodeParms",
    "/Length",
    "/Matte",
    "/OC",
}
TELLTALE = {
    "/Metadata",
    "/PieceInfo",
    "/LastModified",
    "/AA",
    "/A_JS",
    "/JS",
    "/EF",
    "/AF",
    "/Measure",
    "/Creator",
    "/CreatorInfo",
    "/Author",
    "/Producer",
    "/Title",
    "/Alt",
    "/ActualText",
    "/E",
    "/OPI",
    "/Thumb",
    "/Desc",
    "/UF",
}
OF_A_COMMENT = {"/T", "/NM", "/M", "/CreationDate", "/RC", "/Contents", "/TU", "/TM"}
# The same in the drawing of a page: /Span <</ActualText (…)>> BDC.
UNSEEN_WORDS = re.compile(
    rb"/(?:Alt|ActualText|Contents|Author|Title|E|T)\s*(?:\((?:[^()\\]|\\.){0,2000}\)|<[0-9A-Fa-f\s]{0,4000}>)(?=[^()]{0,400}>>\s*(?:BDC|DP))",
    re.S,
)

DAMAGED = gettext_noop(
    "This PDF is damaged and cannot be opened. Save it as a PDF again and choose the new file."
)
BOMB = gettext_noop(
    "This PDF unfolds to far more than its size. Print it to a new PDF and choose that."
)
ALIVE = gettext_noop(
    "This PDF can run a script or start a program. Print it to a new PDF, which leaves that behind, and choose that."
)
LOCKED = gettext_noop(
    "This PDF is locked with a password. Save a copy without one and choose that."
)
LOCKED_OTHERWISE = gettext_noop(
    "This PDF is locked in a way that we cannot open. Print it to a new PDF and choose that."
)
ATTACHED = gettext_noop(
    "This PDF has another file attached to it. Take that out, or print your work to a new PDF, and choose that."
)
FORM = gettext_noop(
    "This PDF is a form that was filled in, and markers would not see the answers. Print it to a new PDF and choose that."
)
FAULTS = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError)


def begins_at(content: bytes) -> int:
    """Where the header stands: within the first 1024 bytes, and not after what begins another kind of file; else -1."""
    at = content.find(BEGINS, 0, HEADER_WITHIN + len(BEGINS))
    return (
        -1 if at > 0 and content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(OTHER_BEGINNINGS) else at
    )


def bodies(content: bytes):
    """Nothing beside the file itself: what is attached is refused."""
    return ()


def look(content: bytes):
    """Raise BadFile unless this is an open, whole, still PDF of a reasonable size, with nothing attached."""
    reader = opened(content)
    try:
        pages = len(reader.pages)
    except FAULTS:
        raise BadFile(_(DAMAGED)) from None
    if not pages:
        raise BadFile(
            _("This PDF has no pages. Save your work as a PDF again and choose the new file.")
        )
    if pages > MOST_PAGES:
        raise BadFile(
            _(
                "This PDF has %(pages)s pages; we take up to %(most_pages)s. Leave out what was not asked for."
            )
            % {"pages": pages, "most_pages": MOST_PAGES}
        )
    in_all = 0
    for thing in _objects(reader):
        _insist_still(thing)
        in_all += _weight(thing)
        if in_all > MOST_UNFOLDED_IN_ALL:
            raise BadFile(_(BOMB))


def without_properties(content: bytes) -> bytes:
    """A new PDF of the same pages, open to everybody, without Info, XMP, identifiers, attachments, comments, bookmarks
    and whatever else is not seen on a page."""
    try:
        reader = opened(content)
        root = reader.root_object
        for key in [key for key in root if key not in KEPT]:
            del root[key]
        for thing in _objects(reader):
            _forget(thing)
            if isinstance(thing, DictionaryObject):
                _drop_comments(thing)
            if isinstance(thing, StreamObject):
                _clean_stream(thing)
        # Only what the catalogue still leads to is copied.
        writer = PdfWriter(clone_from=reader)
        writer.metadata = None
        writer._ID = None
        copy = io.BytesIO()
        writer.write(copy)
    except FAULTS as fault:
        if isinstance(fault, BadFile):
            raise
        raise BadFile(_(DAMAGED)) from None
    return copy.getvalue()


def opened(content: bytes) -> PdfReader:
    """A reader of the pages. One that only restricts printing or editing opens with the empty password, as in every
    viewer (ISO 32000-1, 7.6.3.1). Raises BadFile."""
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise BadFile(_(LOCKED))
        if len(reader.xref_objStm) + sum(map(len, reader.xref.values())) > MOST_OBJECTS:
            raise BadFile(_(BOMB))
    except NotImplementedError:
        raise BadFile(_(LOCKED_OTHERWISE)) from None
    except FAULTS as fault:
        if isinstance(fault, BadFile):
            raise
        raise BadFile(_(DAMAGED)) from None
    return reader


def _objects(reader):
    """Every object the file names, whether a page leads to it or not."""
    for generation, places in list(reader.xref.items()):
        for number in list(places):
            yield _object_at(reader, number, generation)
    for number in list(reader.xref_objStm):
        yield _object_at(reader, number, 0)


def _object_at(reader, number, generation):
    try:
        return IndirectObject(number, generation, reader).get_object()
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as fault:
        if "limit" in type(fault).__name__.lower():
            raise BadFile(_(BOMB)) from None
        return None


def _insist_still(thing):
    waiting = [thing]
    while waiting:
        now = waiting.pop()
        if isinstance(now, DictionaryObject):
            if (
                "/JS" in now
                or now.get("/S") in ACTIONS
                or now.get("/Subtype") in {"/RichMedia", "/Movie", "/Screen", "/3D"}
            ):
                raise BadFile(_(ALIVE))
            if (
                now.get("/Type") == "/EmbeddedFile"
                or "/EF" in now
                or now.get("/Subtype") == "/FileAttachment"
            ):
                raise BadFile(_(ATTACHED))
            if (
                "/FT" in now
                and now.get("/FT") in ("/Tx", "/Ch")
                and str(now.get("/V") or "").strip()
            ):
                raise BadFile(_(FORM))
            waiting += [
                v for v in dict.values(now) if isinstance(v, (DictionaryObject, ArrayObject))
            ]
        elif isinstance(now, ArrayObject):
            waiting += [
                v for v in list.__iter__(now) if isinstance(v, (DictionaryObject, ArrayObject))
            ]


def _weight(thing) -> int:
    """Bytes a stream unfolds to; a picture is weighed by its pixels."""
    if not isinstance(thing, StreamObject):
        return 0
    if thing.get("/Subtype") == "/Image":
        if int(thing.get("/Width", 0)) * int(thing.get("/Height", 0)) > MOST_PIXELS:
            raise BadFile(
                _("A picture in this PDF is too large. Make it smaller, then save the PDF again.")
            )
        return 0
    filters = thing.get("/Filter") or []
    filters = [filters] if isinstance(filters, NameObject) else list(filters)
    if sum(name in PACKINGS for name in filters) > 1:
        raise BadFile(_(BOMB))
    # As written: a parsed object stream has been decoded already.
    data = getattr(thing, "_data", b"") or b""
    data = data.encode("latin-1", "replace") if isinstance(data, str) else data
    if filters and filters[0] in {"/ASCII85Decode", "/A85"}:
        try:
            data = base64.a85decode(data.strip().removesuffix(b"~>"), ignorechars=b" \t\n\r\v\0")
        except ValueError:
            return len(data)
    size = (
        unfolded(data, MOST_UNFOLDED)
        if filters and filters[-1] in {"/FlateDecode", "/Fl"}
        else len(data)
    )
    if size > MOST_UNFOLDED:
        raise BadFile(_(BOMB))
    return size


def _drop_comments(page):  # as the reader holds it; reader.pages gives copies
    """Keep only links to the web and within the work: a comment, a form field or a link to a
    folder on somebody's computer can carry a name."""
    if "/Annots" not in page:
        return
    links = []
    for found in list.__iter__(page["/Annots"].get_object() or ArrayObject()):
        note = found.get_object()
        if (
            isinstance(note, DictionaryObject)
            and note.get("/Subtype") == "/Link"
            and _is_harmless(note)
        ):
            links.append(found)
    if links:
        page[NameObject("/Annots")] = ArrayObject(links)
    else:
        del page["/Annots"]


def _is_harmless(link):
    action = link.get("/A")
    action = action.get_object() if action is not None else None
    if action is None or action.get("/S") == "/GoTo":
        return not isinstance(
            (action or link).get("/D", link.get("/Dest")), (str, TextStringObject)
        )  # a named place went
    return action.get("/S") == "/URI" and is_harmless(str(action.get("/URI", "")))


def _forget(thing):
    waiting = [thing]
    while waiting:
        now = waiting.pop()
        if isinstance(now, DictionaryObject):
            _keep_only(now)
            waiting += [
                v for v in dict.values(now) if isinstance(v, (DictionaryObject, ArrayObject))
            ]
        elif isinstance(now, ArrayObject):
            waiting += [
                v for v in list.__iter__(now) if isinstance(v, (DictionaryObject, ArrayObject))
            ]


def _keep_only(thing):
    kind = thing.get("/Type")
    kept = None
    if kind == "/Page":
        kept = KEPT_OF_A_PAGE
    elif thing.get("/Subtype") == "/Link" and "/Rect" in thing:
        kept = KEPT_OF_A_LINK
    elif (
        kind in ("/StructElem", "/StructTreeRoot")
        or "/S" in thing
        and "/P" in thing
        and "/K" in thing
    ):
        kept = KEPT_OF_A_STRUCTURE
    elif thing.get("/S") in ("/URI", "/GoTo"):
        kept = KEPT_OF_AN_ACTION
    elif thing.get("/Subtype") == "/Image":
        kept = KEPT_OF_A_PICTURE
    elif kind == "/OCG" and "/Name" in thing:
        thing[NameObject("/Name")] = TextStringObject("Layer")
    elif isinstance(dict.get(thing, "/Name"), (TextStringObject, ByteStringObject)):
        del thing[
            "/Name"
        ]  # of layers' settings and comments; what draws is named by a name and not by words
    for key in list(dict.keys(thing)):
        if (
            (key not in kept)
            if kept
            else key in TELLTALE or "/Rect" in thing and key in OF_A_COMMENT
        ):
            del thing[key]


def _clean_stream(stream):
    """Pictures without what a camera wrote; drawings without words that are not seen."""
    if not isinstance(stream._data, bytes):
        return
    if stream.get("/Subtype") == "/Image":
        stream._data = without_marks(stream._data)
        return
    if (
        stream.get("/Type") in ("/XRef", "/ObjStm")
        or stream.get("/FunctionType") is not None
        or "/Length1" in stream
    ):
        return
    drawn = (
        stream.get_data()
        if stream.get("/Filter") in ("/FlateDecode", ["/FlateDecode"], None)
        else b""
    )
    without = UNSEEN_WORDS.sub(b"", drawn) if b"BDC" in drawn or b"DP" in drawn else drawn
    if without != drawn:
        for key in ("/Filter", "/DecodeParms"):
            if key in stream:
                del stream[key]
        stream._data = without
        if hasattr(stream, "decoded_self"):
            stream.decoded_self = None
