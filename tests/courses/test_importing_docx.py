"""Word to blocks: an author who imports thirty units must be able to trust that no paragraph went missing unsaid."""

import html
import io
import re
import zipfile

import pytest

from courses.blocks import UnitBlocks
from courses.importing import BadFile, from_file, read_docx

from .imports import NS, STYLES, cell, item, link, packed, para, run, table, word, word_parts


def texts(taken):
    return [block["value"] for block in taken.blocks if block["type"] == "text"]


def one(body, links=None, **more):
    """The HTML of a file that makes one text block, and what was left."""
    taken = read_docx(word(body, links, **more))
    (text,) = texts(taken)
    return text, taken.losses


def test_headings_divide_the_text_and_keep_their_rank():
    body = (
        para("Law", "Heading1")
        + para("It differs.")
        + para("Scotland", "Mine")
        + para("Part 1", "berschrift3")
        + para("Words.")
    )
    taken = read_docx(word(body))
    assert texts(taken) == [
        "<h2>Law</h2><p>It differs.</p>",
        "<h2>Scotland</h2><h3>Part 1</h3><p>Words.</p>",
    ]
    assert taken.losses == []
    assert len({block["id"] for block in taken.blocks}) == 2


def test_emphasis_comes_from_runs_and_styles_and_words_are_not_broken_by_words_own_divisions():
    body = para(
        run("An ad")
        + run("vocate ")
        + run("must", "<w:b/>")
        + run(" not", '<w:b w:val="0"/>')
        + run(" wait", "<w:i/>")
        + run(" alone", '<w:rStyle w:val="Strong"/>')
    )
    assert (
        one(body)[0]
        == "<p>An advocate <strong>must</strong> not<em> wait</em><strong> alone</strong></p>"
    )


def test_lists_nest_and_a_list_that_goes_on_is_named():
    body = (
        item("a")
        + item("b", 1, 1)
        + item("c", 1, 2)
        + item("d")
        + para("Between")
        + item("x", 2)
        + para("and")
        + item("y", 2)
    )
    text, left = one(body)
    assert text == (
        "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul><p>Between</p>"
        "<ol><li>x</li></ol><p>and</p><ol><li>y</li></ol>"
    )
    assert left == [
        "Paragraph 8 (“y”): a list goes on here at 2, and begins at 1 again in the block."
    ]


def test_only_addresses_that_a_reader_can_follow_stay_links():
    links = {
        "a": "https://law.example/a?b=1&amp;c=2",
        "b": "javascript:alert(1)",
        "c": "file:///C:/x",
        "d": "mailto:help@imsa.example",
    }
    text, left = one(
        para(link("a", "the Act") + link("b", "press") + link("c", "mine") + link("d", "write")),
        links,
    )
    assert text == (
        '<p><a href="https://law.example/a?b=1&amp;c=2">the Act</a>pressmine<a href="mailto:help@imsa.example">write</a></p>'
    )
    assert (
        len(left) == 2
        and "javascript:alert(1)" in left[0]
        and left[1].startswith("Paragraph 1 (“the Actpressminewrite”)")
    )


def test_a_link_that_word_keeps_as_a_field():
    body = para(
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "https://law.example/" </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + run("the law")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        + run(" after")
    )
    assert one(body)[0] == '<p><a href="https://law.example/">the law</a> after</p>'


def test_notes_stand_after_their_paragraph_with_their_own_links():
    notes = f'<w:footnotes {NS}><w:footnote w:id="2">{para(run("See ") + link("n1", "s.8"))}</w:footnote></w:footnotes>'
    parts = word_parts(
        para(run("Duty") + '<w:r><w:footnoteReference w:id="2"/></w:r>') + para("Next"),
        word__footnotes=notes,
    )
    rels = parts["word/_rels/document.xml.rels"].replace(
        "</Rel",
        '<Relationship Id="n1" Type="x/hyperlink" Target="https://law.example/8" TargetMode="External"/></Rel',
    )
    (text,) = texts(read_docx(packed(parts | {"word/_rels/footnotes.xml.rels": rels})))
    assert (
        text
        == '<p>Duty[1]</p><p>[Note 1: See <a href="https://law.example/8">s.8</a>]</p><p>Next</p>'
    )


def test_a_tracked_insertion_is_kept_and_deletions_are_named_once():
    gone = '<w:del w:id="2"><w:r><w:delText>gone</w:delText></w:r></w:del>'
    text, left = one(
        para(run("kept ") + f'<w:ins w:id="1">{run("added")}</w:ins>' + gone)
        + para(run("more") + gone)
    )
    assert text == "<p>kept added</p><p>more</p>"
    assert len(left) == 1 and "tracked changes" in left[0] and "paragraph 1" in left[0]


DRAWING = '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="A hand"/><a:graphic>{}</a:graphic></wp:inline></w:drawing></w:r>'


@pytest.mark.parametrize(
    "inside, says",
    [
        (
            DRAWING.format("<pic:pic/>"),
            "a picture was left out. Add it with the image block and describe it. Its description in Word is “A hand”.",
        ),
        (DRAWING.format("<c:chart/>"), "a chart was left out"),
        (
            "<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>",
            "an equation was left out (it says “x=1”)",
        ),
        ('<w:r><w:commentReference w:id="0"/></w:r>', "a comment was left out."),
        ("<w:r><w:object/></w:r>", "an embedded thing was left out"),
        (
            "<w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent><w:p><w:r><w:t>Boxed</w:t></w:r></w:p></w:txbxContent></w:drawing>"
            "</mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent><w:p><w:r><w:t>Boxed</w:t></w:r></w:p></w:txbxContent></v:textbox>"
            "</w:pict></mc:Fallback></mc:AlternateContent></w:r>",
            "a text box was left out (it says “Boxed”).",
        ),
        (
            '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>',
            "a symbol of the font “Wingdings” was left out.",
        ),
    ],
)
def test_what_has_no_words_is_named_once_with_its_place(inside, says):
    text, left = one(para("First") + para(run("Here ") + inside + run("after")))
    assert text == "<p>First</p><p>Here after</p>"
    assert len(left) == 1 and left[0].startswith("Paragraph 2 (“Here ") and says in left[0]


def test_a_plain_table_is_a_comparison_that_the_block_accepts():
    taken = read_docx(
        word(
            para("Nations", "Heading1")
            + table(["", "England", "Wales"], ["Duty", "s.52", "s.52"])
            + para("After")
        )
    )
    kinds = [block["type"] for block in taken.blocks]
    assert kinds == ["text", "comparison", "text"]
    value = taken.blocks[1]["value"]
    assert value["title"] == "Nations"
    assert [column["heading"] for column in value["table"]["columns"]] == ["", "England", "Wales"]
    assert value["table"]["rows"] == [{"values": ["Duty", "s.52", "s.52"]}]
    stream = UnitBlocks().to_python(taken.blocks)
    assert stream[1].value["table"].row_data[0]["values"] == ["Duty", "s.52", "s.52"]
    assert "s.52" in UnitBlocks().render(stream)


@pytest.mark.parametrize(
    "rows, why",
    [
        ([[cell("Both", '<w:gridSpan w:val="2"/>')], ["c", "d"]], "merged or missing cells"),
        (
            [["a", cell("tall", '<w:vMerge w:val="restart"/>')], ["c", cell("", "<w:vMerge/>")]],
            "merged or missing cells",
        ),
        ([["a", cell(para("in") + table(["p", "q"]))], ["c", "d"]], "another table inside it"),
    ],
)
def test_a_merged_or_nested_table_becomes_text_and_is_named(rows, why):
    taken = read_docx(word(table(*rows)))
    words = " ".join(texts(taken))
    assert [block["type"] for block in taken.blocks] == ["text"]
    for row in rows:
        for one_cell in row:
            assert all(
                said in words for said in re.findall(r"<w:t[^>]*>([^<]*)", one_cell) or [one_cell]
            )
    assert (
        len(taken.losses) == 1 and taken.losses[0].startswith("Table 1") and why in taken.losses[0]
    )


def test_a_table_of_one_column_keeps_its_links_and_emphasis():
    taken = read_docx(
        word(
            table([cell(para(run("Ring ", "<w:b/>") + link("a", "the helpline")))]),
            {"a": "https://help.example/"},
        )
    )
    assert texts(taken) == [
        '<p><strong>Ring </strong><a href="https://help.example/">the helpline</a></p>'
    ]
    assert "one row or one column" in taken.losses[0]


def test_contents_heads_and_feet_are_named():
    text, left = one(
        para("Law 3", "TOC1") + para("Words"),
        word__header1=f"<w:hdr {NS}>{para('Draft of May')}</w:hdr>",
    )
    assert text == "<p>Words</p>"
    assert any("table of contents" in said for said in left) and any(
        "Draft of May" in said for said in left
    )


@pytest.mark.parametrize(
    "body",
    [
        "".join(para(f"{n} " + "word &amp; more " * 60) for n in range(1100)),
        para("word &amp; more " * 66_000),
        "".join(item(f"{n} " + "word &amp; more " * 60, 2) for n in range(1100)),
        table(["", "x"], *([str(n), "word &amp; more " * 60] for n in range(1100))),
    ],
    ids=["paragraphs", "one paragraph", "a list", "a table"],
)
def test_a_megabyte_is_taken_whole_in_blocks_an_editor_can_hold(body):
    taken = read_docx(word(body))
    said = []
    for block in taken.blocks:
        if block["type"] == "text":
            assert len(block["value"]) <= 20_000
            said.append(html.unescape(re.sub(r"<[^>]+>", " ", block["value"])))
        else:
            said += [" ".join(row["values"]) for row in block["value"]["table"]["rows"]]
    wanted = html.unescape(" ".join(re.findall(r"<w:t[^>]*>([^<]*)", body))).split()
    got = " ".join(said).split()
    assert got == (
        wanted if body.startswith("<w:p>") else wanted[1:]
    )  # a table's first heading is empty, its second x


def test_more_than_we_take_is_refused_in_numbers():
    with pytest.raises(BadFile, match="2,100,000 characters"):
        read_docx(word(para("seven77" * 300_000)))


def test_script_in_words_stays_words():
    text, _ = one(para("&lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x onerror=alert(1)&gt;"))
    assert text == "<p>&lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x onerror=alert(1)&gt;</p>"


def test_the_strict_form_of_word_reads_the_same():
    parts = {
        name: content.replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
        for name, content in word_parts(para("Law", "Heading1")).items()
    }
    assert texts(read_docx(packed(parts))) == ["<h2>Law</h2>"]


def bomb():
    return packed(word_parts(para("x")) | {"word/media/a.bin": b"\0" * 40_000_000})


def renamed(name):
    return packed(word_parts(para("x")) | {name: b"x"})


def with_entity():
    document = word_parts(para("&amp;x;"))["word/document.xml"].replace("&amp;x;", "&x;")
    document = document.replace(
        "<w:document", '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><w:document', 1
    )
    return packed(word_parts("") | {"word/document.xml": document})


def nested_tables():
    return word("<w:tbl><w:tr><w:tc>" * 3000 + para("deep") + "</w:tc></w:tr></w:tbl>" * 3000)


@pytest.mark.parametrize(
    "content, says",
    [
        (b"", "empty"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (word(para("x"))[:-60], "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "locked with a password"),
        (bomb(), "unfolds to far more"),
        (renamed("../../etc/cron.d/x"), "cannot read safely"),
        (renamed("word/vbaProject.bin"), "macros"),
        (with_entity(), "cannot read safely"),
        (word(""), "no words"),
        (word(para(DRAWING.format("<pic:pic/>"))), "a picture was left out"),
        (packed({"word/document.xml": "<x/>"}), "not a Word file"),
    ],
)
def test_a_bad_file_is_refused_by_a_sentence(content, says):
    with pytest.raises(BadFile, match=says) as refused:
        read_docx(content)
    assert str(refused.value).endswith((".", "”."))


def test_tables_inside_tables_without_end_are_refused_and_do_not_break_us():
    with pytest.raises(BadFile):
        read_docx(nested_tables())


def test_a_broken_part_beside_the_text_is_refused():
    parts = word_parts(para("x")) | {"word/styles.xml": f"<w:styles {NS}>{STYLES}"}
    with pytest.raises(BadFile):
        read_docx(packed(parts))


def test_reading_changes_nothing_in_the_file():
    content = word(para("x"))
    before = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert (
        texts(read_docx(content)) == ["<p>x</p>"]
        and zipfile.ZipFile(io.BytesIO(content)).namelist() == before
    )


@pytest.mark.parametrize(
    "name, says",
    [
        ("a.docm", "macros"),
        ("a.doc", "ends in .doc"),
        ("a.pdf", "We take Word files"),
        ("none", "We take Word files"),
    ],
)
def test_other_kinds_of_file_are_refused_by_name(name, says):
    with pytest.raises(BadFile, match=says):
        from_file(name, word(para("x")))
