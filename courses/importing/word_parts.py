"""The parts of a vetted Word file: its text, styles, lists, notes and links, ready to be walked."""

import posixpath
import re
from functools import cached_property

from django.utils.translation import gettext as _
from lxml import etree

from lms.kit.files import BadFile
from lms.kit.files import docx as word_files

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
MOST_XML = 40 * 1024 * 1024
SAFE_PARSER = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
HEADING = re.compile(r"^heading ?([1-9])$", re.I)
LIST_NAME = re.compile(r"^list (bullet|number)(?: ([2-9]))?$", re.I)
CHAIN = 20  # how far a style is followed to the styles that it is based on


def tag_of(element) -> str:
    """The name without its namespace."""
    return etree.QName(element).localname


def val(element, path, default=None):
    """The w:val of what stands at `path`, a child or a grandchild."""
    found = (
        element.find("/".join(W + step for step in path.split("/")))
        if element is not None
        else None
    )
    return default if found is None else found.get(W + "val", default)


def whole(text, default=0) -> int:
    return int(text) if re.fullmatch(r"-?\d{1,9}", text or "") else default


def is_on(element, name):
    """A switch in Word: on, off, or not said (None)."""
    found = element.find(W + name) if element is not None else None
    return (
        None
        if found is None
        else found.get(W + "val", "1").lower() not in ("0", "false", "off", "none")
    )


class Parts:
    """What a Word file is made of. Only call it with what `lms.kit.files.docx.look` let through."""

    def __init__(self, content: bytes):
        self.parts = word_files.parts_of(content)
        self.main = word_files.main_part(self.parts)
        self.document = self.tree(self.main)
        self.links = self.relationships(self.main)

    def tree(self, name):
        """A part's tree, or None where there is no such part."""
        name = word_files.named(self.parts, name)
        if not name:
            return None
        content = self.parts[name]
        if len(content) > MOST_XML:
            raise BadFile(
                _(
                    "This Word file holds more than we can read at once. Divide it and choose the parts one by one."
                )
            )
        try:
            return etree.fromstring(word_files.usual(content), etree.XMLParser(**SAFE_PARSER))
        except etree.XMLSyntaxError:
            raise BadFile(
                _(
                    "This Word file is damaged and cannot be opened. Open it in Word, save it again and choose the new file."
                )
            ) from None

    def relationships(self, name) -> dict[str, tuple[str, str, bool]]:
        """By id: the kind, the target, and whether it leads out of the file."""
        root = self.tree(
            posixpath.join(posixpath.dirname(name), "_rels", posixpath.basename(name) + ".rels")
        )
        found = {}
        for one in root.iter(PACKAGE + "Relationship") if root is not None else ():
            kind = one.get("Type", "").rpartition("/")[2]
            found[one.get("Id", "")] = (
                kind,
                one.get("Target", ""),
                one.get("TargetMode") == "External",
            )
        return found

    def name_of(self, kind, usual):
        """Where the document says that its styles, notes and so on are."""
        for what, target, is_outside in self.links.values():
            if what == kind and not is_outside:
                name = word_files.named(self.parts, word_files.resolved(self.main, target))
                if name:
                    return name
        return f"word/{usual}.xml"

    @cached_property
    def styles(self):
        return Styles(self.tree(self.name_of("styles", "styles")))

    @cached_property
    def lists(self):
        return Lists(self.tree(self.name_of("numbering", "numbering")), self.styles)

    @cached_property
    def notes(self) -> dict[str, tuple[dict, dict]]:
        """By kind: foot- or endnotes by id, and the links that they use."""
        return {kind: self._notes(kind) for kind in ("footnote", "endnote")}

    def _notes(self, kind):
        name = self.name_of(f"{kind}s", f"{kind}s")
        root = self.tree(name)
        found = {} if root is None else {note.get(W + "id"): note for note in root.iter(W + kind)}
        return found, self.relationships(name)

    def margins(self) -> list[str]:
        """The words of headers and footers."""
        pointed = (
            word_files.named(self.parts, word_files.resolved(self.main, target))
            for what, target, is_outside in self.links.values()
            if what in ("header", "footer") and not is_outside
        )
        names = sorted(
            {
                *(name for name in pointed if name),
                *(
                    name
                    for name in self.parts
                    if re.fullmatch(r"word/(header|footer)\d*\.xml", name)
                ),
            }
        )
        words = [
            " ".join("".join(t.text or "" for t in self.tree(name).iter(W + "t")).split())
            for name in names
        ]
        return list(dict.fromkeys(said for said in words if said))


class Styles:
    """What a style makes of a paragraph or of words, followed through the styles it is based on."""

    def __init__(self, root):
        found = root.iter(W + "style") if root is not None else ()
        self.by_id = {style.get(W + "styleId", ""): style for style in found}
        self.style_names = {}

    def chain(self, style_id):
        for _unused in range(CHAIN):
            style = self.by_id.get(style_id)
            if style is None:
                return
            yield style
            style_id = val(style, "basedOn")

    def names(self, style_id) -> list[str]:
        """Its own name and those of the styles below it. A file without styles still tells by its ids."""
        if style_id not in self.style_names:
            names = [(val(style, "name") or "").lower() for style in self.chain(style_id)]
            self.style_names[style_id] = names or [
                re.sub(r"(?<=[a-z])(?=[A-Z0-9])", " ", style_id or "").lower()
            ]
        return self.style_names[style_id]

    def heading(self, style_id) -> int:
        """1 to 9, or 0 for what is not a heading."""
        for name in self.names(style_id):
            if name == "title":
                return 1
            if found := HEADING.match(name):
                return int(found[1])
        for style in self.chain(style_id):
            level = whole(val(style, "pPr/outlineLvl"), 9)
            if val(style, "pPr/outlineLvl") is not None:
                return level + 1 if 0 <= level < 9 else 0
        return 0

    def is_quote(self, style_id) -> bool:
        return any(
            name in ("quote", "intense quote", "block text") for name in self.names(style_id)
        )

    def is_contents(self, style_id) -> bool:
        return any(re.fullmatch(r"toc \d", name) for name in self.names(style_id))

    def switch(self, style_id, name, unsaid=False):
        """Bold, italic, struck or hidden, as a style says."""
        for style in self.chain(style_id):
            if (said := is_on(style.find(W + "rPr"), name)) is not None:
                return said
        return unsaid


class Lists:
    """Which paragraphs are items of lists, and how each list counts."""

    def __init__(self, root, styles):
        self.styles, self.nums, self.kinds = styles, {}, {}
        if root is not None:
            self.nums = {num.get(W + "numId"): num for num in root.iter(W + "num")}
            self.kinds = {
                kind.get(W + "abstractNumId"): kind for kind in root.iter(W + "abstractNum")
            }

    def item(self, properties, style_id):
        """(list, level, its w:lvl or None) of an item; None for a paragraph that is not one."""
        level, num = val(properties, "numPr/ilvl"), val(properties, "numPr/numId")
        if num is None:
            for style in self.styles.chain(style_id):
                if (num := val(style, "pPr/numPr/numId")) is not None:
                    level = (
                        level
                        or val(style, "pPr/numPr/ilvl")
                        or self._level_for(num, style.get(W + "styleId"))
                    )
                    break
        if num is None or num == "0":
            return self._by_name(style_id) if num is None else None
        level = min(max(whole(level), 0), 8)
        return num, level, self._level(num, level)

    def _by_name(self, style_id):
        for name in self.styles.names(style_id):
            if found := LIST_NAME.match(name):
                return f"style {found[1]}", whole(found[2], 1) - 1, None
        return None

    def kind_of(self, num):
        """The definition that a list, and those that go on from it, share."""
        kind = self.kinds.get(val(self.nums.get(num), "abstractNumId"))
        linked = val(kind, "numStyleLink")
        if linked:
            for style in self.styles.chain(linked):
                other = self.nums.get(val(style, "pPr/numPr/numId"))
                if other is not None:
                    return self.kinds.get(val(other, "abstractNumId"))
        return kind

    def _level(self, num, level):
        for override in self.nums[num].iter(W + "lvlOverride") if num in self.nums else ():
            if override.get(W + "ilvl") == str(level) and override.find(W + "lvl") is not None:
                return override.find(W + "lvl")
        kind = self.kind_of(num)
        for one in kind.iter(W + "lvl") if kind is not None else ():
            if one.get(W + "ilvl") == str(level):
                return one
        return None

    def _level_for(self, num, style_id):
        kind = self.kind_of(num)
        for one in kind.iter(W + "lvl") if kind is not None else ():
            if val(one, "pStyle") == style_id:
                return one.get(W + "ilvl")
        return None

    def starts_again(self, num) -> bool:
        """Does this list begin to count anew although another has the same definition?"""
        return (
            num in self.nums and self.nums[num].find(f"{W}lvlOverride/{W}startOverride") is not None
        )
