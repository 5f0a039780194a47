"""Writes blocks of text as a Word file with nothing in it but them: the markers' copy of a file whose own kind we do not hand on. `odf` and `slides` read the blocks.

By construction nothing else comes through: no properties, comments, tracked changes, names of people, files or programs, no links, headers or footers."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from .limits import BadFile
from .pictures import clean_picture

STILL = (1980, 1, 1, 0, 0, 0)  # the same blocks are the same file
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WML = "application/vnd.openxmlformats-officedocument.wordprocessingml"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
WIDEST, HIGHEST = 5_400_000, 7_200_000  # EMU: what stands between the margins of A4
USUAL = (4_000_000, 3_000_000)
KINDS = {
    b"\xff\xd8\xff": ("jpeg", "image/jpeg"),
    b"\x89PNG": ("png", "image/png"),
    b"GIF8": ("gif", "image/gif"),
    b"II*\x00": ("tiff", "image/tiff"),
    b"MM\x00*": ("tiff", "image/tiff"),
    b"BM": ("bmp", "image/bmp"),
}


@dataclass(frozen=True)
class Words:
    """Words of one look; a line break is “\\n”."""

    text: str
    is_bold: bool = False
    is_italic: bool = False


@dataclass(frozen=True)
class Picture:
    """`size`: width and height in EMU, or None."""

    content: bytes
    size: tuple[int, int] | None = None


@dataclass(frozen=True)
class Note:
    """A footnote or an endnote, where it is called."""

    pieces: tuple


@dataclass(frozen=True)
class Block:
    """A paragraph; with a `level` a heading, with a `depth` an item of a list, whose `mark` is written before it."""

    pieces: tuple
    level: int = 0
    depth: int = 0
    mark: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells, each a list of blocks."""

    rows: tuple


@dataclass
class _Writer:
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # by digest: name, content
    types: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    drawings: int = 0

    def blocks(self, blocks) -> str:
        return "".join(map(self.block, blocks))

    def block(self, block) -> str:
        if isinstance(block, Table):
            return self.table(block)
        properties = ""
        if block.level:
            properties = f'<w:pPr><w:outlineLvl w:val="{min(block.level, 9) - 1}"/></w:pPr>'
        elif block.depth:
            properties = f'<w:pPr><w:ind w:left="{360 * min(block.depth, 9)}"/></w:pPr>'
        pieces = (Words(f"{block.mark} "), *block.pieces) if block.mark else block.pieces
        runs = "".join(self.piece(one, is_heading=bool(block.level)) for one in pieces)
        return f"<w:p>{properties}{runs}</w:p>"

    def table(self, table) -> str:
        edges = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        rows = "".join(
            "<w:tr>"
            + "".join(f"<w:tc>{self.blocks(cell) or '<w:p/>'}</w:tc>" for cell in row)
            + "</w:tr>"
            for row in table.rows
            if row
        )
        if not rows:
            return ""
        return f"<w:tbl><w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr>{rows}</w:tbl><w:p/>"

    def piece(self, piece, is_heading=False) -> str:
        if isinstance(piece, Picture):
            return self.picture(piece)
        if isinstance(piece, Note):
            inside = "".join(self.piece(one) for one in piece.pieces if isinstance(one, Words))
            self.notes.append(inside)
            return f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="{len(self.notes)}"/></w:r>'
        look = ("<w:b/>" if piece.is_bold or is_heading else "") + (
            "<w:i/>" if piece.is_italic else ""
        )
        look += '<w:sz w:val="28"/>' if is_heading else ""
        style = f"<w:rPr>{look}</w:rPr>" if look else ""
        lines = NOT_XML.sub("", piece.text).split("\n")
        words = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
        return f"<w:r>{style}{words}</w:r>"

    def picture(self, picture) -> str:
        try:
            content = clean_picture(picture.content)
        except BadFile:
            content = b""
        kind = next((found for sign, found in KINDS.items() if content.startswith(sign)), None)
        if kind is None:
            return self.piece(Words(_("[A picture that cannot be shown in this copy]")))
        ending, media_type = kind
        digest = hashlib.sha256(content).hexdigest()
        name, _content = self.media.setdefault(
            digest, (f"image{len(self.media) + 1}.{ending}", content)
        )
        self.types[ending] = media_type
        self.drawings += 1
        width, height = _fit(picture.size)
        size = f'cx="{width}" cy="{height}"'
        head = f'id="{self.drawings}" name="Picture"'
        return (
            f'<w:r><w:drawing><wp:inline xmlns:wp="{DRAWING}/wordprocessingDrawing"><wp:extent {size}/><wp:docPr {head}/>'
            f'<a:graphic xmlns:a="{DRAWING}/main"><a:graphicData uri="{DRAWING}/picture"><pic:pic xmlns:pic="{DRAWING}/picture">'
            f'<pic:nvPicPr><pic:cNvPr {head}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{name.partition(".")[0]}"/>'
            f'<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
            f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
        )


def _fit(size):
    width, height = size if size and min(size) > 0 else USUAL
    scale = min(1, WIDEST / width, HIGHEST / height)
    return max(1, int(width * scale)), max(1, int(height * scale))


def write_word(blocks: Iterable[Block | Table]) -> bytes:
    """The Word file. A picture of a kind that we cannot clean is a word that says so."""
    writer = _Writer()
    body = writer.blocks(blocks)
    parts = {"word/document.xml": _part("document", f"<w:body>{body}</w:body>")}
    links = [
        (name.partition(".")[0], "image", f"media/{name}") for name, _c in writer.media.values()
    ]
    overrides = [("document", "document.main")]
    if writer.notes:
        notes = "".join(
            f'<w:footnote w:id="{n}"><w:p>{inside}</w:p></w:footnote>'
            for n, inside in enumerate(writer.notes, start=1)
        )
        parts["word/footnotes.xml"] = _part("footnotes", notes)
        links.append(("notes", "footnotes", "footnotes.xml"))
        overrides.append(("footnotes", "footnotes"))
    if links:
        parts["word/_rels/document.xml.rels"] = _relationships(links)
    types = "".join(
        f'<Default Extension="{ending}" ContentType="{kind}"/>'
        for ending, kind in sorted(writer.types.items())
    ) + "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{WML}.{kind}+xml"/>'
        for name, kind in overrides
    )
    everything: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": _relationships([("rId1", "officeDocument", "word/document.xml")]),
        **parts,
        **{f"word/media/{name}": content for name, content in writer.media.values()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in everything.items():
            entry = zipfile.ZipInfo(name, STILL)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def _part(name, inside):
    return f'{HEAD}<w:{name} {W} xmlns:r="{R_SPACE}">{inside}</w:{name}>'


def _relationships(links):
    lines = "".join(
        f'<Relationship Id="{key}" Type="{R_SPACE}/{kind}" Target="{target}"/>'
        for key, kind, target in links
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'
