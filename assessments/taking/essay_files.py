"""The essays of a quiz, or work that was typed on the page, as one Word file: what markers read, download and comment on, with nothing in it but what was
written. Pure."""

import io
import re
import zipfile
from xml.sax.saxutils import escape

from django.utils.translation import ngettext

DATED = (1980, 1, 1, 0, 0, 0)  # the same words are the same file
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = (
    f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    f'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
LINKS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)


def word_file(essays, *, has_heads=True) -> bytes:
    """`essays`: of `essay_answers.EssayAnswer`; each a heading with its question and how long it is, unless without heads, and its paragraphs."""
    return _file([paragraph for one in essays for paragraph in _of_one(one, has_heads)])


def text_file(text) -> bytes:
    """Typed work: an empty line begins a paragraph, and a line of its own that begins with # is a heading. The same text is the same file."""
    return _file([_block(lines) for lines in _blocks(text)])


def _file(parts) -> bytes:
    begin = f'{HEAD}<w:document xmlns:w="{MAIN}"><w:body>'
    body = "".join([begin, *parts, "</w:body></w:document>"])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            ("[Content_Types].xml", TYPES),
            ("_rels/.rels", LINKS),
            ("word/document.xml", body),
        ):
            entry = zipfile.ZipInfo(name, DATED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def _of_one(essay, has_heads):
    if has_heads:
        yield _paragraph(essay.title, heading=True)
        words = ngettext("%(count)s word", "%(count)s words", essay.words)
        yield _paragraph(words % {"count": essay.words})
    for line in essay.text.split("\n"):
        yield _paragraph(line)


def _blocks(text):
    lines: list[str] = []
    for line in [*text.split("\n"), ""]:
        is_heading = line.startswith("#")
        if lines and (is_heading or not line.strip()):
            yield lines
            lines = []
        if is_heading and line.strip("# "):
            yield [line]
        elif line.strip() and not is_heading:
            lines.append(line)


def _block(lines):
    if lines[0].startswith("#"):
        return _paragraph(lines[0].lstrip("# "), heading=True)
    runs = "<w:r><w:br/></w:r>".join(_run(line) for line in lines)
    return f"<w:p>{runs}</w:p>"


def _run(text, style=""):
    words = escape(NOT_XML.sub("", text))
    return f'<w:r>{style}<w:t xml:space="preserve">{words}</w:t></w:r>'


def _paragraph(text, heading=False):
    level = '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>' if heading else ""
    style = '<w:rPr><w:b/><w:sz w:val="28"/></w:rPr>' if heading else ""
    return f"<w:p>{level}{_run(text, style)}</w:p>"
