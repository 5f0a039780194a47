"""A Word file is read as a page: its words and their form, and nothing that acts, leads out, or never ends."""

import re

import pytest

from lms.kit import files
from lms.kit.clean import clean_document
from lms.kit.files import word_page as module
from lms.kit.files.word_page import word_page

from .documents import HEAD, REL, R, W, packed, word_bytes, word_parts

PARTS = {"styles": "styles", "numbering": "numbering", "footnotes": "footnotes"}
STYLES = (
    f'{HEAD}<w:styles {W}><w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="H1"/></w:style>'
    '<w:style w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>'
    '<w:style w:styleId="LB"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    "</w:styles>"
)
NUMBERING = (
    f'{HEAD}<w:numbering {W}><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
)
FOOTNOTES = (
    f'{HEAD}<w:footnotes {W}><w:footnote w:id="5"><w:p><w:r><w:t>Section 45.</w:t></w:r></w:p></w:footnote>'
    "</w:footnotes>"
)


def word(body, **more):
    parts = {**word_parts(), **more}
    parts["word/document.xml"] = f"{HEAD}<w:document {W} {R}><w:body>{body}</w:body></w:document>"
    found = {"styles": STYLES, "numbering": NUMBERING, "footnotes": FOOTNOTES}
    rels = "word/_rels/document.xml.rels"
    for name, content in found.items():
        parts.setdefault(f"word/{name}.xml", content)
        line = f'<Relationship Id="x{name}" Type="{REL}/{name}" Target="{name}.xml"/>'
        parts[rels] = parts[rels].replace("</Relationships>", f"{line}</Relationships>")
    return packed(parts)


def p(text, style="", extra="", run=""):
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f"<w:p><w:pPr>{style}{extra}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"
    )


def item(text, key, level):
    return p(text, extra=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{key}"/></w:numPr>')


def html(body, **more):
    return word_page(word(body, **more)).html


def test_paragraphs_headings_bold_and_italic():
    page = html(
        p("Law", "H1")
        + p("Own heading", "Mine")
        + p("Round", "Loop")
        + p("loud", run="<w:b/>")
        + p("not loud", run='<w:b w:val="0"/>')
        + p("lean", run="<w:i/>")
        + p("2", run='<w:vertAlign w:val="superscript"/>')
    )
    assert '<h2 id="p1">Law</h2><h2 id="p2">Own heading</h2><p id="p3">Round</p>' in page
    assert "<strong>loud</strong>" in page and "<em>lean</em>" in page and "<sup>2</sup>" in page
    assert '<p id="p5">not loud</p>' in page


def test_lists_nest_as_html_does():
    page = html(
        item("One", 1, 0) + item("Deep", 1, 2) + item("Two", 1, 0) + p("Dot", "LB") + p("End")
    )
    assert (
        '<ol><li id="p1">One<ol><li><ol><li id="p2">Deep</li></ol></li></ol></li><li id="p3">Two</li></ol>'
        '<ul><li id="p4">Dot</li></ul><p id="p5">End</p>'
    ) in page


def test_tables_and_notes():
    cell = f'<w:tc>{p("A")}</w:tc><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{p("B")}</w:tc>'
    note = '<w:p><w:r><w:t>Said</w:t></w:r><w:r><w:footnoteReference w:id="5"/></w:r></w:p>'
    page = html(f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>{note}")
    assert '<td><p id="p1">A</p></td><td colspan="2"><p id="p2">B</p></td>' in page
    assert 'Said<sup><a href="#note-1">1</a></sup>' in page
    assert '<li id="note-1">Section 45.</li>' in page


def test_a_picture_is_a_word_and_hidden_words_stay_hidden():
    picture = '<w:p><w:r><w:drawing><a:blip xmlns:a="urn:a"/></w:drawing></w:r></w:p>'
    found = word_page(word(picture + p("secret", run="<w:vanish/>") + p("shown")))
    assert found.pictures == 1 and "[Picture: download the file to see it]" in found.html
    assert "secret" not in found.html and "shown" in found.html


def test_paragraphs_have_the_numbers_that_their_author_was_told():
    body = p("One") + "<w:p/>" + f"<w:tbl><w:tr><w:tc>{p('Two')}</w:tc></w:tr></w:tbl>" + p("Three")
    found = word_page(word(body))
    assert found.beginnings == ("One", "Two", "Three")
    told = files.mentions_of("docx", word(body), whole=("Three",))
    assert told[0].places == ("paragraph 3 (“Three”)",) or "paragraph 3" in str(told[0].places)


def test_nothing_in_it_acts_or_leads_out():
    page = html(
        p("&lt;script&gt;x()&lt;/script&gt;")
        + '<w:p><w:hyperlink r:id="rId5"><w:r><w:t>a link</w:t></w:r></w:hyperlink></w:p>'
        + '<w:p><w:r><w:footnoteReference w:id="&quot;&gt;&lt;img src=x&gt;"/></w:r></w:p>'
    )
    assert "&lt;script&gt;" in page and "<script" not in page and "<img" not in page
    assert "a link" in page and set(re.findall(r'href="([^"]*)"', page)) <= {"#note-1"}
    assert clean_document('<a href="https://x.example">a</a><a href="#note-1">b</a>') == (
        '<a>a</a><a href="#note-1">b</a>'
    )
    assert clean_document('<p id="p1" onclick="x()" style="y">a</p><iframe src="x">') == (
        '<p id="p1">a</p>'
    )


def test_the_markers_copy_shows_no_author():
    copy = files.without_properties("docx", word_bytes("Zebedee Quuxington"))
    assert (
        "Quuxington" not in word_page(copy).html and "An invented survivor." in word_page(copy).html
    )


def test_what_is_too_long_or_too_deep_ends(monkeypatch):
    deep = p("Bottom")
    for _unused in range(60):
        deep = f"<w:tbl><w:tr><w:tc>{deep}</w:tc></w:tr></w:tbl>"
    assert "Bottom" in html(deep)
    monkeypatch.setattr(module, "MOST_CHARACTERS", 500)
    found = word_page(word(item("x" * 100, 1, 0) * 50))
    assert found.is_cut and len(found.html) < 800 and found.html.endswith("</ol>")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no more", packed({"a.txt": "x"})])
def test_what_is_no_word_file_is_refused_in_words(content):
    with pytest.raises(files.BadFile):
        word_page(content)
