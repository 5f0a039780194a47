"""What Word says of letters and paragraphs beside their words: each property is on a list here, or is named as left out."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .markup_look import is_symbol_font
from .results import shortened
from .word_parts import W, is_on, tag_of, val

# Of runs: understood by word_runs.py, or without meaning (sizes, room, language, what a spelling checker wants).
UNDERSTOOD = set("rStyle b bCs i iCs vertAlign vanish strike dstrike rFonts position".split())
SILENT = set(
    "sz szCs kern spacing w lang noProof webHidden specVanish snapToGrid rtl cs fitText ins moveTo del moveFrom rPrChange eastAsianLayout "
    "oMath cnfStyle ligatures numForm numSpacing stylisticSets cntxtAlts".split()
)
NAMES = {
    "u": gettext_noop("underlining"),
    "highlight": gettext_noop("highlighting"),
    "color": gettext_noop("colours of letters"),
    "shd": gettext_noop("colours behind words"),
    "caps": gettext_noop("capital letters"),
    "smallCaps": gettext_noop("small capitals"),
    "bdr": gettext_noop("frames around words"),
    "effect": gettext_noop("moving letters"),
    "em": gettext_noop("marks of emphasis"),
    "outline": gettext_noop("outlined letters"),
    "shadow": gettext_noop("shadows"),
    "emboss": gettext_noop("raised letters"),
    "imprint": gettext_noop("sunken letters"),
}
# Of paragraphs: understood, or without meaning.
OF_PARAGRAPHS = set(
    "pStyle numPr outlineLvl framePr rPr keepNext keepLines pageBreakBefore widowControl suppressLineNumbers suppressAutoHyphens spacing "
    "contextualSpacing mirrorIndents tabs kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid "
    "textAlignment textboxTightWrap cnfStyle sectPr pPrChange divId".split()
)
PARAGRAPH_NAMES = {
    "pBdr": gettext_noop("lines around paragraphs"),
    "shd": gettext_noop("colours behind paragraphs"),
    "ind": gettext_noop("indents of paragraphs"),
    "jc": gettext_noop("the alignment of paragraphs"),
    "textDirection": gettext_noop("the direction of writing"),
}
OFF = {"none", "nil", "auto", "clear", "0", "false", "off"}
BLACK = {"auto", "000000", "windowtext"}
USUAL_STYLES = {
    "hyperlink",
    "followedhyperlink",
    "strong",
    "emphasis",
    "footnote reference",
    "endnote reference",
    "annotation reference",
    "intense emphasis",
    "subtle emphasis",
    "page number",
    "line number",
    "placeholder text",
    "default paragraph font",
    "internetlink",
    "internet link",
    "visited internet link",
    "normal",
}
POINTS = set(
    "•·oo▪◦●○■□*-–—‣⁃§Øvqn\uf0b7\uf0a7\uf0d8\uf076\uf0a8\uf06e\uf071\uf06f\uf09f\uf02d\uf0be"
)


def looks_of(properties, style, styles):
    """The names of what a run's look says and a text block cannot."""
    for child in properties if properties is not None else ():
        kind = tag_of(child)
        if kind in UNDERSTOOD | SILENT:
            continue
        if kind in NAMES:
            if _says(child, kind):
                yield NAMES[kind]
        else:
            yield _("what Word calls “%(kind)s”") % {"kind": shortened(kind, 40)}
    name = (val(styles.by_id.get(style), "name") or style or "").lower()
    if style and name not in USUAL_STYLES:
        for one in styles.chain(style):
            for child in one.find(W + "rPr") if one.find(W + "rPr") is not None else ():
                if tag_of(child) in NAMES and _says(child, tag_of(child)):
                    yield NAMES[tag_of(child)]


def looks_of_paragraph(properties, *, is_item):
    for child in properties if properties is not None else ():
        kind = tag_of(child)
        if kind in OF_PARAGRAPHS or kind == "ind" and (is_item or not _indents(child)):
            continue
        if kind == "jc" and child.get(W + "val") in ("left", "start", "both", "distribute"):
            continue
        if kind == "shd" and not _says(child, "shd"):
            continue
        yield PARAGRAPH_NAMES.get(
            kind, _("what Word calls “%(kind)s”") % {"kind": shortened(kind, 40)}
        )


def _says(element, kind):
    value = (element.get(W + "val") or "").lower()
    if kind == "color":
        return value not in BLACK and not (not value and not element.get(W + "themeColor"))
    if kind == "shd":
        return (element.get(W + "fill") or "auto").lower() not in (
            "auto",
            "ffffff",
        ) or value not in OFF | {""}
    return value not in OFF


def _indents(element):
    return any(
        re.fullmatch(r"[1-9]\d{0,8}", element.get(W + side) or "") for side in ("left", "start")
    )


def symbol_font(properties, style, paragraph_style, styles) -> str:
    """The font that shows signs for letters, where these words are set in one; otherwise nothing."""
    bags = [properties]
    for one in (style, paragraph_style):
        bags += [found.find(W + "rPr") for found in styles.chain(one)] if one else []
    for bag in bags:
        fonts = bag.find(W + "rFonts") if bag is not None else None
        said = (
            [fonts.get(W + which) for which in ("ascii", "hAnsi", "cs")]
            if fonts is not None
            else []
        )
        if any(said):
            return next((font for font in said[:2] if font and is_symbol_font(font)), "")
    return ""


def switch(properties, style, paragraph_style, styles, name) -> bool:
    """Is it on, by what is said nearest to the words?"""
    said = is_on(properties, name)
    for one in (style, paragraph_style):
        if said is None and one:
            said = styles.switch(one, name, None)
    return bool(said)


def raised(properties, style, styles) -> str:
    """sup, sub or nothing."""
    said = val(properties, "vertAlign")
    for one in styles.chain(style) if said is None and style else ():
        said = val(one, "rPr/vertAlign")
        if said is not None:
            break
    return {"superscript": "sup", "subscript": "sub"}.get(said, "")


def goes_on(properties) -> str:
    """Why Word shows this paragraph and the next as one: a drop cap, a deleted or a hidden paragraph mark."""
    frame = properties.find(W + "framePr") if properties is not None else None
    if frame is not None and frame.get(W + "dropCap") in ("drop", "margin"):
        return "drop cap"
    mark = properties.find(W + "rPr") if properties is not None else None
    if mark is None:
        return ""
    if mark.find(W + "del") is not None or mark.find(W + "moveFrom") is not None:
        return "deleted mark"
    return "hidden mark" if is_on(mark, "specVanish") or is_on(mark, "vanish") else ""


def is_plain_point(shape) -> bool:
    return not shape.strip() or shape.strip() in POINTS


def form_box(data) -> str | None:
    """☒ or ☐ of a form field's checkbox; None where it is none."""
    found = data.find(W + "checkBox") if data is not None else None
    if found is None:
        return None
    said = is_on(found, "checked")
    return "☒" if (is_on(found, "default") if said is None else said) else "☐"


def controlled_box(control) -> str | None:
    """☒ or ☐ of a content control, whatever sign and font its author chose for them."""
    for one in control.iter():
        if tag_of(one) == "checkbox" and tag_of(one.getparent()) == "sdtPr":
            said = next((inner for inner in one if tag_of(inner) == "checked"), None)
            value = next(iter(said.attrib.values()), "1") if said is not None else "0"
            return "☒" if value.lower() not in OFF else "☐"
        if tag_of(one) == "sdtContent":
            return None
    return None


def chosen(data) -> tuple[str, list[str]] | None:
    """What is chosen in a drop-down form field, and what else it offers; None where it is none."""
    found = data.find(W + "ddList") if data is not None else None
    if found is None:
        return None
    entries = [entry.get(W + "val", "") for entry in found.iter(W + "listEntry")]
    at = val(found, "result") or val(found, "default") or "0"
    place = int(at) if re.fullmatch(r"\d{1,3}", at) else 0
    return (entries[place] if place < len(entries) else ""), [
        entry for n, entry in enumerate(entries) if n != place
    ]
