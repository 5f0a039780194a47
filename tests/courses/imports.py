"""Invented Word files for the import, made here and never downloaded."""

import io
import zipfile

NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WML = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
STYLES = (
    "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>{rest}</w:style>'
        for key, name, rest in [
            ("Heading1", "heading 1", ""),
            ("Heading2", "heading 2", ""),
            ("berschrift3", "heading 3", ""),
            ("Mine", "My heading", '<w:basedOn w:val="Heading2"/>'),
            ("Zitat", "Quote", ""),
            ("TOC1", "toc 1", ""),
        ]
    )
    + '<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>'
)
LISTS = (
    '<w:abstractNum w:abstractNumId="0">'
    + "".join(
        f'<w:lvl w:ilvl="{n}"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl>'
        for n in range(3)
    )
    + '</w:abstractNum><w:abstractNum w:abstractNumId="1">'
    + "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%{n + 1}."/></w:lvl>'
        for n in range(3)
    )
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
)


def run(text, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def para(inside, style="", properties=""):
    inside = inside if inside.startswith("<") else run(inside)
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{style}{properties}</w:pPr>{inside}</w:p>"


def item(text, num=1, level=0):
    return para(
        text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>'
    )


def cell(inside, properties=""):
    inside = inside if inside.startswith("<") else para(inside)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def table(*rows):
    return (
        "<w:tbl>"
        + "".join(
            "<w:tr>"
            + "".join(one if one.startswith("<w:tc>") else cell(one) for one in row)
            + "</w:tr>"
            for row in rows
        )
        + "</w:tbl>"
    )


def link(key, text):
    return f'<w:hyperlink r:id="{key}">{run(text)}</w:hyperlink>'


def rels(targets):
    inside = "".join(
        f'<Relationship Id="{key}" Type="{KINDS}/hyperlink" Target="{target}" TargetMode="External"/>'
        for key, target in targets.items()
    )
    return f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'


def word_parts(body, links=None, **more) -> dict:
    """The parts of a file; `more` adds parts, with / written as __ and the ending .xml left out."""
    parts = {
        "[Content_Types].xml": (
            f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{WML}"/></Types>'
        ),
        "word/document.xml": f"{HEAD}<w:document {NS}><w:body>{body}<w:sectPr/></w:body></w:document>",
        "word/styles.xml": f"{HEAD}<w:styles {NS}>{STYLES}</w:styles>",
        "word/numbering.xml": f"{HEAD}<w:numbering {NS}>{LISTS}</w:numbering>",
        "word/_rels/document.xml.rels": rels(links or {}),
    }
    return parts | {
        f"{name.replace('__', '/')}.xml": f"{HEAD}{content}" for name, content in more.items()
    }


def packed(parts) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def word(body, links=None, **more) -> bytes:
    return packed(word_parts(body, links, **more))
