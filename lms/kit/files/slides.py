"""PowerPoint presentations (.pptx): looked into, and read as blocks for the markers' copy (`plain_word`): each slide a heading with its words, tables, pictures and notes.

Comments and their authors, properties, footers, dates, masters, thumbnails and links are not read at all."""

from django.utils.translation import gettext as _
from lxml import etree

from . import docx, packages, plain_word
from .limits import BadFile
from .plain_word import Block, Picture, Table, Words

MAIN = (
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
)
SPACES = "http://schemas.openxmlformats.org"
A, P = (f"{{{SPACES}/{name}/2006/main}}" for name in ("drawingml", "presentationml"))
C = f"{{{SPACES}/drawingml/2006/chart}}"
R = f"{{{SPACES}/officeDocument/2006/relationships}}"
D = f"{{{SPACES}/drawingml/2006/diagram}}"
# PowerPoint can save in the “strict” form (ISO 29500-1) too, under other names.
STRICT = {
    b"http://purl.oclc.org/ooxml/presentationml/main": P[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/drawingml/main": A[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/drawingml/chart": C[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/drawingml/diagram": D[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": R[1:-1].encode(),
}
NOT_SHOWN = {"ftr", "hdr", "dt", "sldNum", "sldImg"}
DEEPEST, MOST_SLIDES = 30, 1000


def begins_at(content: bytes) -> int:
    return docx.begins_at(content)


def bodies(content: bytes):
    return packages.parts_of(content).values()


def look(content: bytes):
    """Raise BadFile unless this is an unlocked, whole presentation without macros, sound and film."""
    parts = packages.parts_of(content)
    kind = docx.type_of(parts, _main(parts))
    if "macroEnabled" in kind or b"macroEnabled" in parts.get(docx.TYPES, b""):
        raise BadFile(_(packages.MACROS))
    if kind not in MAIN:
        raise BadFile(_(packages.DAMAGED))
    packages.look_through(parts)


def without_properties(content: bytes) -> bytes:
    """The markers' copy: a Word file with what stands on the slides and in their notes. Raises BadFile."""
    parts = packages.parts_of(content)
    return plain_word.write_word(_Reader(parts).whole())


def _main(parts) -> str:
    try:
        return docx.main_part(parts)
    except BadFile:
        raise BadFile(_(packages.DAMAGED)) from None


class _Reader:
    def __init__(self, parts):
        self.parts = parts

    def whole(self) -> list:
        main = _main(self.parts)
        listed, links = self._root(main).find(f"{P}sldIdLst"), self._links(main)
        found: list = []
        for number, one in enumerate([] if listed is None else listed, start=1):
            name = links.get(one.get(f"{R}id", ""), ("", ""))[1]
            if name and number <= MOST_SLIDES:
                found += self.slide(name, number)
        return found

    def _root(self, name):
        content = self.parts[name]
        for strict, usual in STRICT.items():
            content = content.replace(strict, usual)
        return packages.root_of(content)

    def _links(self, name) -> dict[str, tuple[str, str]]:
        """By id: the last word of a relationship's type, and the part that it leads to."""
        rels, found = docx.named(self.parts, docx.rels_of(name)), {}
        for one in packages.root_of(self.parts[rels]).iter(docx.RELATIONSHIP) if rels else ():
            target = docx.named(self.parts, docx.resolved(name, one.get("Target", "")))
            if target and one.get("TargetMode") != "External":
                kind = one.get("Type", "").rpartition("/")[2]
                found[one.get("Id", "")] = (kind, target)
        return found

    def slide(self, name, number) -> list:
        root, links = self._root(name), self._links(name)
        title, rest = "", []
        for shape, kind in _shapes(root):
            if kind in ("title", "ctrTitle") and not title:
                title = " ".join(" ".join(shape.itertext(f"{A}t")).split())
            elif kind not in NOT_SHOWN:
                rest += self.shape(shape, links)
        heading = _("Slide %(number)s") % {"number": number}
        if root.get("show") in ("0", "false"):
            heading = _("Slide %(number)s (hidden)") % {"number": number}
        found = [Block((Words(f"{heading}: {title}" if title else heading),), level=1), *rest]
        for kind, target in links.values():
            if kind == "notesSlide":
                found += self.notes(target)
        return found

    def notes(self, name) -> list:
        said = [
            block
            for shape, kind in _shapes(self._root(name))
            if kind not in NOT_SHOWN
            for block in self.shape(shape, self._links(name))
        ]
        return [Block((Words(_("Notes")),), level=2), *said] if said else []

    def shape(self, shape, links) -> list:
        name = etree.QName(shape).localname
        if name == "pic":
            return self.picture(shape, links)
        if name == "graphicFrame":
            return self.frame(shape, links)
        return self.paragraphs(shape.find(f"{P}txBody"))

    def paragraphs(self, body) -> list:
        found = []
        for paragraph in [] if body is None else body.iter(f"{A}p"):
            pieces = tuple(_runs(paragraph))
            if any(one.text.strip() for one in pieces):
                properties = paragraph.find(f"{A}pPr")
                said = "0" if properties is None else properties.get("lvl", "0")
                depth = int(said) if said in tuple("012345678") else 0
                found.append(Block(pieces, depth=depth, mark="–" if depth else ""))
        return found

    def picture(self, shape, links) -> list:
        blip = next(shape.iter(f"{A}blip"), None)
        name = "" if blip is None else links.get(blip.get(f"{R}embed", ""), ("", ""))[1]
        if not name:
            return []
        size = next(shape.iter(f"{A}ext"), None)
        sides = [] if size is None else [size.get(side, "") for side in ("cx", "cy")]
        is_known = len(sides) == 2 and all(
            s.isascii() and s.isdigit() and len(s) < 12 for s in sides
        )
        return [
            Block(
                (Picture(self.parts[name], (int(sides[0]), int(sides[1])) if is_known else None),)
            )
        ]

    def frame(self, frame, links) -> list:
        """A table, a diagram or a chart."""
        for table in frame.iter(f"{A}tbl"):
            rows = [
                tuple(
                    tuple(self.paragraphs(cell.find(f"{A}txBody"))) for cell in row.iter(f"{A}tc")
                )
                for row in table.iter(f"{A}tr")
            ]
            return [Table(tuple(rows))]
        for one in frame.iter(f"{D}relIds", f"{C}chart"):
            key = one.get(f"{R}dm") or one.get(f"{R}id") or ""
            name = links.get(key, ("", ""))[1]
            if name:
                return self.diagram(self._root(name))
        return [Block((Words(_("[An object that is not in this copy]")),))]

    def diagram(self, root) -> list:
        """The words of a diagram, or of a chart with its figures."""
        found = [tuple(_runs(paragraph)) for paragraph in root.iter(f"{A}p")]
        found += [
            (Words(", ".join(one.text or "" for one in group.iter(f"{C}v"))),)
            for group in root.iter(f"{C}tx", f"{C}cat", f"{C}val", f"{C}xVal", f"{C}yVal")
        ]
        return [Block(one) for one in found if any(run.text.strip() for run in one)]


def _shapes(root):
    """Each shape in its order, groups opened, with the kind of its placeholder."""
    tree = next(root.iter(f"{P}spTree"), None)
    waiting = [] if tree is None else [(tree, 0)]
    while waiting:
        shape, depth = waiting.pop(0)
        name = etree.QName(shape).localname if isinstance(shape.tag, str) else ""
        if name in ("spTree", "grpSp", "AlternateContent", "Choice") and depth < DEEPEST:
            inside = list(shape)
            if name == "AlternateContent":
                inside = [one for one in shape if etree.QName(one).localname == "Choice"][:1]
            waiting = [(one, depth + 1) for one in inside] + waiting
        elif name in ("sp", "pic", "graphicFrame", "cxnSp"):
            placeholder = next(shape.iter(f"{P}ph"), None)
            yield shape, "" if placeholder is None else placeholder.get("type", "body")


def _runs(paragraph):
    for child in paragraph:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if name == "br":
            yield Words("\n")
        elif name == "r":
            properties, text = child.find(f"{A}rPr"), child.find(f"{A}t")
            look = [False, False]
            if properties is not None:
                look = [properties.get(one) in ("1", "true") for one in "bi"]
            yield Words((text.text or "") if text is not None else "", *look)
