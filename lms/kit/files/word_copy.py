"""Makes the markers' copy of a Word file: the parts and words that a reader sees, and nothing that says who wrote them.

It keeps by lists of what a reader needs (relationships, parts, settings, codes of fields), so that a place for a name
that nobody has met yet is left behind and not passed on.
"""

import io
import re
import zipfile

from django.utils.translation import gettext as _
from lxml import etree

from .addresses import is_harmless
from .docx import (
    DAMAGED,
    OVERRIDE,
    RELATIONSHIP,
    TYPES,
    main_part,
    named,
    parts_of,
    rels_of,
    resolved,
    tree,
    usual,
)
from .limits import BadFile
from .pictures import clean_picture

STILL = (1980, 1, 1, 0, 0, 0)
# By the last word of their type: what leads to something that a reader sees.
KEPT_RELATIONSHIPS = frozenset(
    "officeDocument styles stylesWithEffects settings webSettings fontTable numbering theme themeOverride footnotes endnotes comments "
    "commentsExtended commentsIds commentsExtensible header footer image hyperlink chart chartEx chartStyle chartColorStyle "
    "chartUserShapes diagramData diagramLayout diagramQuickStyle diagramColors diagramDrawing".split()
)
KEPT_SETTINGS = frozenset(
    "view zoom removePersonalInformation removeDateAndTime displayBackgroundShape mirrorMargins gutterAtTop "
    "bordersDoNotSurroundHeader bordersDoNotSurroundFooter defaultTabStop autoHyphenation consecutiveHyphenLimit hyphenationZone "
    "doNotHyphenateCaps evenAndOddHeaders bookFoldPrinting bookFoldRevPrinting drawingGridHorizontalSpacing "
    "drawingGridVerticalSpacing characterSpacingControl noLineBreaksAfter noLineBreaksBefore footnotePr endnotePr compat mathPr "
    "themeFontLang clrSchemeMapping decimalSymbol listSeparator".split()
)
AUTHORED = {"author": "Author", "initials": "A"}
TELLING_ATTRIBUTES = frozenset(
    "userId lastModifiedBy providerId tooltip docLocation descr title alt href gfxdata presenceId".split()
)
# Of elements that hold no word of the work; what is inside goes with them.
DROPPED = frozenset(
    "docVars mailMerge customXmlPr smartTagPr permStart permEnd tblCaption tblDescription dataBinding alias tag placeholder helpText "
    "statusText entryMacro exitMacro externalData attachedSchema docPartList autoTextList fldData svgBlip decorative "
    "embedRegular embedBold embedItalic embedBoldItalic OLEObject control".split()
)
CHANGES = re.compile(
    r"^(\w+PrChange|numberingChange|del|moveFrom|cellDel|delText|delInstrText|customXmlDelRangeStart)$"
)
KEPT_CODES = frozenset(
    "PAGE NUMPAGES SECTION SECTIONPAGES TOC PAGEREF REF NOTEREF SEQ STYLEREF DATE TIME FORMTEXT FORMCHECKBOX FORMDROPDOWN SYMBOL "
    "EQ LISTNUM HYPERLINK BIBLIOGRAPHY".split()
)
# What these show comes from the author's account, the file's name or its properties.
TELLING_CODES = frozenset(
    "AUTHOR LASTSAVEDBY USERNAME USERINITIALS USERADDRESS FILENAME DOCPROPERTY DOCVARIABLE INFO TEMPLATE COMMENTS KEYWORDS MERGEFIELD "
    "ADDRESSBLOCK GREETINGLINE FILLIN ASK DATABASE INCLUDETEXT AUTOTEXT AUTOTEXTLIST".split()
)
KEPT_BINDINGS = frozenset(
    "title subject description keywords category contentStatus Abstract PublishDate".split()
)
LONGEST_PROPERTY = 250  # a bound control with more in it than a property holds is the work itself
ADDRESS = re.compile(r'"([^"]*)"|(?<=\s)([^\s"\\]+)')
R_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PICTURES = re.compile(r"/media/[^/]*\.(jpe?g|png|gif|tiff?|webp|bmp|emf|wmf)$", re.I)


def without_properties(content: bytes) -> bytes:
    """The markers' copy of a Word file. Raises BadFile."""
    try:
        return package(parts_of(content))
    except (etree.XMLSyntaxError, KeyError, ValueError) as fault:
        if isinstance(fault, BadFile):
            raise
        raise BadFile(_(DAMAGED)) from None


def package(parts: dict[str, bytes]) -> bytes:
    """The copy, the same every time. Raises BadFile for a picture of a kind that cannot be cleaned."""
    kept, loose = _followed(parts)
    for name in [n for n in parts if PICTURES.search(n) and n not in kept]:
        kept[name] = parts[name]
    for name, content in kept.items():
        if name.endswith(".rels"):
            continue
        kept[name] = (
            _cleaned(content, loose.get(name, set()))
            if name.lower().endswith(".xml")
            else clean_picture(content)
        )
    types = tree(parts[TYPES])
    for override in list(types.iter(OVERRIDE)):
        if not named(kept, override.get("PartName", "").lstrip("/")):
            types.remove(override)
    kept = {TYPES: _serialise(types), **kept}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in kept.items():
            entry = zipfile.ZipInfo(name, STILL)
            entry.compress_type, entry.external_attr, entry.create_system = (
                zipfile.ZIP_DEFLATED,
                0o600 << 16,
                3,
            )
            archive.writestr(entry, content)
    return out.getvalue()


def _serialise(root):
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


# ---- which parts ----


def _followed(parts):
    """The parts that the kept relationships lead to from the root, with their relationships; and, by part, the ids of
    those that were cut."""
    kept, loose, waiting, seen = {}, {}, ["", main_part(parts)], {"", main_part(parts)}
    while waiting:
        source = waiting.pop()
        rels = named(parts, rels_of(source))
        if source:
            kept[source] = parts[source]
        if not rels:
            continue
        root = tree(parts[rels])
        for one in list(root.iter(RELATIONSHIP)):
            target = _target(parts, source, one)
            if target is None:
                loose.setdefault(source, set()).add(one.get("Id"))
                root.remove(one)
            elif target and target not in seen:
                seen.add(target)
                waiting.append(target)
        kept[rels] = _serialise(root)
    return kept, loose


def _target(parts, source, relationship):
    """The part's name; “” for one that leads out and stays; None for one that is cut."""
    kind, target = relationship.get("Type", "").rpartition("/")[2], relationship.get("Target", "")
    if kind not in KEPT_RELATIONSHIPS:
        return None
    if relationship.get("TargetMode") == "External":
        if kind == "hyperlink" and is_harmless(target):
            return ""
        if kind in ("hyperlink", "image"):
            relationship.set("Target", "about:blank")
            return ""
        return None
    name = named(parts, resolved(source, target))
    return None if name.lower().endswith(".svg") else name or None


# ---- what stands in them ----


def _cleaned(content, loose):
    root = tree(usual(content))
    for note in [n for n in root.iter(etree.Comment, etree.PI)]:
        _take_out(note)
    _take_changes_as_made(root)
    for control in list(root.iter("{*}sdt")):
        _empty_if_bound(control)
    settings = etree.QName(root).localname == "settings"
    for element in list(root.iter(etree.Element)):
        name = etree.QName(element).localname
        if element is not root and (
            name in DROPPED
            or settings
            and element.getparent() is root
            and name not in KEPT_SETTINGS
            or name == "bookmarkStart"
            and not _attribute(element, "name").startswith("_")
            or any(
                etree.QName(k).namespace == R_SPACE and v in loose
                for k, v in element.attrib.items()
            )
        ):
            _take_out(element)
            continue
        _clean_attributes(element, name)
    _clean_fields(root)
    return _serialise(root)


def _attribute(element, name):
    return next((v for k, v in element.attrib.items() if etree.QName(k).localname == name), "")


def _take_out(element):
    """Without the element, and with what follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _take_changes_as_made(root):
    """Words that tracked changes delete go: they can be the author's own name. What they insert stays."""
    for element in list(root.iter(etree.Element)):
        if not CHANGES.match(etree.QName(element).localname) or "wordprocessingml" not in (
            etree.QName(element).namespace or ""
        ):
            continue
        parent = element.getparent()
        if (
            parent is not None
            and etree.QName(parent).localname == "trPr"
            and parent.getparent() is not None
        ):
            _take_out(parent.getparent())
        else:
            _take_out(element)


def _empty_if_bound(control):
    """A control shows what the file's properties say (or did, or is called so): an author's name on a cover page."""
    properties = next(control.iterchildren("{*}sdtPr"), None)
    content = next(control.iterchildren("{*}sdtContent"), None)
    if properties is None or content is None:
        return
    bound = [
        _attribute(one, "xpath")
        for one in properties
        if etree.QName(one).localname == "dataBinding"
    ]
    names = {
        _attribute(one, "val").casefold()
        for one in properties
        if etree.QName(one).localname in ("alias", "tag")
    }
    last = {
        re.sub(r"\[[^\[\]]*+\]", "", path).rpartition("/")[2].rpartition(":")[2] for path in bound
    }
    telling = bool(last - KEPT_BINDINGS) or bool(
        names & {"author", "name", "student", "student name", "company", "manager", "email"}
    )
    texts = list(content.iter("{*}t"))
    if telling and sum(len(t.text or "") for t in texts) <= LONGEST_PROPERTY:
        for text in texts:
            text.text = ""


def _clean_attributes(element, name):
    for key in list(element.attrib):
        local, space = etree.QName(key).localname, etree.QName(key).namespace or ""
        if local in AUTHORED:
            element.set(key, AUTHORED[local])
        elif local in TELLING_ATTRIBUTES and name != "lvlText":
            del element.attrib[key]
        elif name in ("docPr", "cNvPr") and local == "name":
            element.set(key, "Picture")
        elif (
            local == "src"
            and space == ""
            or name in ("smartTag", "customXml")
            and local in ("uri", "element")
        ):
            element.set(key, "about:blank" if local in ("src", "uri") else "x")
    if name == "ffData":
        for one in element.iter("{*}name", "{*}default"):
            if etree.QName(one).localname == "name":
                for key in one.attrib:
                    one.set(key, "field")


# ---- fields ----


def _code(instruction):
    return (instruction.split() or [""])[0].upper()


def _safe_instruction(instruction):
    """The instruction, or nothing where it could say who wrote this."""
    code = _code(instruction)
    if code not in KEPT_CODES and not code.startswith("="):
        return ""
    if code == "HYPERLINK":
        switches = re.sub(r'\\[otmn]\s+"[^"]*"', "", instruction)
        found = ADDRESS.search(switches[switches.upper().find("HYPERLINK") + 9 :])
        inside = r"\l" in switches.lower()
        return switches if inside or found and is_harmless(found[1] or found[2] or "") else ""
    return instruction


def _clean_fields(root):
    for simple in root.iter("{*}fldSimple"):
        for key in simple.attrib:
            if etree.QName(key).localname == "instr":
                instruction = simple.get(key)
                if _code(instruction) in TELLING_CODES:
                    _blank(simple.iter("{*}t"))
                simple.set(key, _safe_instruction(instruction))
    fields = []  # open fields, each [pieces of the instruction, has its result begun]
    for element in root.iter("{*}fldChar", "{*}instrText", "{*}t"):
        name = etree.QName(element).localname
        if name == "instrText":
            if fields and not fields[-1][1]:
                fields[-1][0].append(element)
            else:
                element.text = ""
        elif name == "t" and any(
            begun and _code(_whole(pieces)) in TELLING_CODES for pieces, begun in fields
        ):
            element.text = ""
        elif name == "fldChar":
            kind = _attribute(element, "fldCharType")
            if kind == "begin":
                fields.append([[], False])
            elif kind == "separate" and fields:
                fields[-1][1] = True
            elif kind == "end" and fields:
                fields.pop()
                # Only now: its result is judged by what the instruction was.
    _clean_instructions(root)


def _clean_instructions(root):
    open_fields = []
    for element in root.iter("{*}fldChar", "{*}instrText"):
        if etree.QName(element).localname == "instrText":
            if open_fields:
                open_fields[-1].append(element)
            continue
        kind = _attribute(element, "fldCharType")
        if kind == "begin":
            open_fields.append([])
        elif kind in ("separate", "end") and open_fields:
            _rewrite(open_fields[-1])
            open_fields[-1] = []
            if kind == "end":
                open_fields.pop()
    for pieces in open_fields:
        _blank(pieces)


def _rewrite(pieces):
    if pieces:
        kept = _safe_instruction(_whole(pieces))
        pieces[0].text = kept
        _blank(pieces[1:])


def _whole(pieces):
    return "".join(piece.text or "" for piece in pieces)


def _blank(texts):
    for text in texts:
        text.text = ""
