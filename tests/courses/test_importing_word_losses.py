"""What Word says beside its words: struck law, a ticked box, a sign of Wingdings, a drop cap. A loss unsaid teaches what its author struck out."""

from pathlib import Path

import pytest

from courses.importing import from_file, read_docx

from .imports import LISTS, NS, STYLES, cell, item, packed, para, run, table, word, word_parts

CASES = Path(__file__).parents[1] / "cases"
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'


def case(name):
    taken = from_file(name, (CASES / name).read_bytes())
    return "".join(block["value"] for block in taken.blocks), taken.losses


def one(body, **more):
    taken = read_docx(word(body, **more))
    return "".join(str(block["value"]) for block in taken.blocks), taken.losses


def field(instruction, shown="", data=""):
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r><w:r><w:instrText> {instruction} </w:instrText></w:r>'
        + (f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{shown}' if shown else "")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def styled(properties, kind="character"):
    return f'<w:styles {NS}>{STYLES}<w:style w:type="{kind}" w:styleId="Own"><w:name w:val="Own"/><w:rPr>{properties}</w:rPr></w:style></w:styles>'


# ---- the cases ----


def test_struck_words_are_left_out_and_named():
    text, left = case("docx-struck-words.docx")
    assert text == "<p>The period is 30 days.</p>"
    assert len(left) == 1 and "struck-out words were left out (they say “45 days”)" in left[0]


def test_boxes_of_a_form_keep_their_tick():
    assert case("docx-form-checkboxes.docx") == (
        "<p>☒ Consent was asked</p><p>☐ Consent was refused</p>",
        [],
    )


def test_a_sign_of_wingdings_is_named():
    text, left = case("docx-wingdings-letters.docx")
    assert (
        text == "<p>Right.</p>"
        and len(left) == 1
        and "signs of the font “Wingdings” were left out (in other fonts “U+F0FC”)" in left[0]
    )


def test_a_drop_cap_belongs_to_its_word():
    assert case("docx-drop-cap.docx") == ("<p>Words that begin with a large letter.</p>", [])


# ---- others of their kinds ----


@pytest.mark.parametrize(
    "body, more",
    [
        (para(run("now ") + run("45 days", "<w:dstrike/>") + run(" 30 days")), {}),
        (
            para(
                run("now ")
                + run("45", '<w:strike w:val="true"/>')
                + run(" days", "<w:strike/>")
                + run(" 30 days")
            ),
            {},
        ),
        (
            para(run("now ") + run("45 days", '<w:rStyle w:val="Own"/>') + run(" 30 days")),
            {"word__styles": styled("<w:strike/>")},
        ),
    ],
)
def test_struck_words_however_struck(body, more):
    text, left = one(body, **more)
    assert text == "<p>now 30 days</p>" and len(left) == 1 and "(they say “45 days”)" in left[0]


def test_struck_by_the_style_of_a_paragraph_and_kept_where_a_run_says_so():
    text, left = one(
        para("45 days", "Own") + para(run("30 days", '<w:strike w:val="0"/>'), "Own"),
        word__styles=styled("<w:strike/>", "paragraph"),
    )
    assert text == "<p>30 days</p>" and len(left) == 1 and "“45 days”" in left[0]


def test_struck_words_in_cells_and_notes_are_named():
    notes = f'<w:footnotes {NS}><w:footnote w:id="2">{para(run("old", "<w:strike/>") + run("new"))}</w:footnote></w:footnotes>'
    body = table(["", "x"], ["a", cell(para(run("45", "<w:strike/>") + run("30")))]) + para(
        run("Duty") + '<w:r><w:footnoteReference w:id="2"/></w:r>'
    )
    text, left = one(body, word__footnotes=notes)
    assert "'30'" in text and "[Note 1: new]" in text and "45" not in text and "old" not in text
    assert sum("struck-out words" in said for said in left) == 2


@pytest.mark.parametrize(
    "data, shown",
    [
        ('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>', "☒"),
        ('<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>', "☐"),
        ("<w:checkBox/>", "☐"),
    ],
)
def test_a_tick_set_by_a_reader_counts_before_its_default(data, shown):
    assert one(para(field("FORMCHECKBOX", data=f"<w:ffData>{data}</w:ffData>") + run(" yes"))) == (
        f"<p>{shown} yes</p>",
        [],
    )


def test_a_box_of_a_content_control_is_read_and_not_its_sign():
    control = (
        f'<w:sdt {W14}><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr>'
        '<w:sdtContent><w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r></w:sdtContent></w:sdt>'
    )
    assert one(para(control + run(" yes"))) == ("<p>☒ yes</p>", [])


def test_a_drop_down_list_keeps_its_choice_and_names_the_rest():
    data = '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="No"/><w:listEntry w:val="Yes"/></w:ddList></w:ffData>'
    text, left = one(para(run("Asked: ") + field("FORMDROPDOWN", data=data)))
    assert text == "<p>Asked: Yes</p>" and len(left) == 1 and "“No”" in left[0]


@pytest.mark.parametrize(
    "instruction",
    ["EQ \\f(1;2)", "SYMBOL 252 \\f Wingdings", "FORMCHECKBOX", "MACROBUTTON x Press"],
)
def test_a_field_that_shows_nothing_here_is_named(instruction):
    text, left = one(para(run("It is ") + field(instruction)))
    assert text == "<p>It is</p>" and len(left) == 1 and "a field was left out" in left[0]


def test_a_field_that_shows_its_words_is_not_named():
    assert one(para(run("On ") + field("DATE", run("28 May")) + field("XE Law"))) == (
        "<p>On 28 May</p>",
        [],
    )


@pytest.mark.parametrize(
    "inside, says",
    [
        (
            run("ü", '<w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/>'),
            "signs of the font “Wingdings 2”",
        ),
        (run("a", '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>'), "signs of the font “Symbol”"),
        (run("\uf0fc"), "signs of the font “unknown”"),
        (
            '<w:r><w:sym w:font="Wingdings" w:char="00FC"/></w:r>',
            "a symbol of the font “Wingdings”",
        ),
    ],
)
def test_letters_that_only_their_font_shows(inside, says):
    text, left = one(para(run("Right ") + inside + run(" now")))
    assert " ".join(text.split()) == "<p>Right now</p>" and len(left) == 1 and says in left[0]


def test_ordinary_fonts_and_a_unicode_sign_are_taken():
    body = para(
        run("✓ Ring", '<w:rFonts w:ascii="Segoe UI Symbol" w:hAnsi="Segoe UI Symbol"/>')
        + run(" now", '<w:rFonts w:ascii="Arial"/>')
    )
    assert one(body) == ("<p>✓ Ring now</p>", [])


def test_a_new_emoji_that_word_writes_twice_is_taken_once():
    inside = (
        '<w:r><mc:AlternateContent><mc:Choice><x:symEx xmlns:x="x" x:font="Segoe UI Emoji" x:char="1F600"/></mc:Choice>'
        "<mc:Fallback><w:t>😀</w:t></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert one(para(run("Well ") + inside)) == ("<p>Well 😀</p>", [])


@pytest.mark.parametrize(
    "mark",
    [
        "<w:rPr><w:del/></w:rPr>",
        "<w:rPr><w:vanish/><w:specVanish/></w:rPr>",
        '<w:framePr w:dropCap="margin" w:lines="2"/>',
    ],
)
def test_paragraphs_that_word_shows_as_one_are_one(mark):
    assert one(para("With", properties=mark) + para("out delay.") + para("Next.")) == (
        "<p>Without delay.</p><p>Next.</p>",
        [],
    )


def test_a_drop_cap_without_a_paragraph_is_not_lost():
    frame = '<w:framePr w:dropCap="drop"/>'
    assert one(para("W", properties=frame) + para("") + para("ords."))[0] == "<p>Words.</p>"
    assert one(para("Before") + para("W", properties=frame))[0] == "<p>Before</p><p>W</p>"
    assert "<p>W</p>" in str(
        read_docx(word(para("W", properties=frame) + table(["", "x"], ["a", "b"]))).blocks[0][
            "value"
        ]
    )


@pytest.mark.parametrize(
    "properties, says",
    [
        ('<w:u w:val="single"/>', "underlining"),
        ('<w:highlight w:val="yellow"/>', "highlighting"),
        ('<w:color w:val="FF0000"/>', "colours of letters"),
        ("<w:smallCaps/>", "small capitals"),
        ("<w:caps/>", "capital letters"),
        ('<w:shd w:val="clear" w:fill="FFFF00"/>', "colours behind words"),
        ('<w:position w:val="6"/>', "above or below the line"),
        ("<w:wobble/>", "what Word calls “wobble”"),
        ('<w:em w:val="dot"/>', "marks of emphasis"),
    ],
)
def test_a_look_that_is_left_out_is_named_once(properties, says):
    text, left = one(para(run("must ", properties) + run("not")) + para(run("ever", properties)))
    assert text == "<p>must not</p><p>ever</p>"
    assert len(left) == 1 and says in left[0] and "The first is at paragraph 1" in left[0]


@pytest.mark.parametrize(
    "properties",
    [
        '<w:u w:val="none"/>',
        '<w:color w:val="auto"/>',
        '<w:color w:val="000000"/>',
        '<w:highlight w:val="none"/>',
        '<w:sz w:val="22"/><w:szCs w:val="22"/>',
        '<w:lang w:val="cy-GB"/><w:noProof/>',
        '<w:shd w:val="clear" w:color="auto" w:fill="auto"/>',
        '<w:caps w:val="0"/>',
    ],
)
def test_what_word_writes_everywhere_is_not_a_loss(properties):
    assert one(para(run("must", properties))) == ("<p>must</p>", [])


@pytest.mark.parametrize(
    "properties, says",
    [
        ('<w:jc w:val="center"/>', "alignment"),
        ('<w:ind w:left="720"/>', "indents"),
        ("<w:pBdr><w:top/></w:pBdr>", "lines around"),
        ("<w:wobble/>", "“wobble”"),
        ('<w:framePr w:w="100"/>', "Words in frames"),
    ],
)
def test_the_look_of_a_paragraph_is_named(properties, says):
    text, left = one(para("Words", properties=properties))
    assert text == "<p>Words</p>" and len(left) == 1 and says in left[0]


def test_raised_letters_stay_raised_in_text_in_styles_and_in_tables():
    up = '<w:vertAlign w:val="superscript"/>'
    assert one(para(run("10") + run("2", up))) == ("<p>10<sup>2</sup></p>", [])
    assert one(para(run("10") + run("2", '<w:rStyle w:val="Own"/>')), word__styles=styled(up)) == (
        "<p>10<sup>2</sup></p>",
        [],
    )
    text, left = one(table(["", "x"], ["a", cell(para(run("10") + run("2", up)))]))
    assert "10²" in text and left == []
    text, left = one(table(["", "x"], ["a", cell(para(run("s") + run("xyz", up)))]))
    assert (
        "sxyz" in text and len(left) == 1 and "“xyz” in this table stand on the line now" in left[0]
    )


def test_ticks_before_items_colours_of_cells_and_hidden_rows_are_named():
    ticks = LISTS.replace('<w:lvlText w:val="•"/>', '<w:lvlText w:val="\uf0fc"/>')
    assert (
        "such as ticks"
        in one(item("done"), word__numbering=f"<w:numbering {NS}>{ticks}</w:numbering>")[1][0]
    )
    assert (
        "colours of its cells"
        in one(table(["", "x"], ["a", cell("b", '<w:shd w:val="clear" w:fill="FF0000"/>')]))[1][0]
    )
    rows = table(["", "x"], ["a", "b"], ["secret", "c"]).replace(
        "<w:tr><w:tc><w:tcPr></w:tcPr><w:p><w:pPr></w:pPr><w:r><w:rPr></w:rPr>"
        '<w:t xml:space="preserve">secret',
        "<w:tr><w:trPr><w:hidden/></w:trPr>"
        '<w:tc><w:tcPr></w:tcPr><w:p><w:pPr></w:pPr><w:r><w:rPr></w:rPr><w:t xml:space="preserve">secret',
    )
    text, left = one(rows)
    assert "secret" not in text and any("hides" in said for said in left)


def test_a_foot_of_the_pages_is_found_under_any_name():
    links = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="f" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="foot.xml"/></Relationships>'
    )

    parts = word_parts(para("Words")) | {
        "word/_rels/document.xml.rels": links,
        "word/foot.xml": f"<w:ftr {NS}>{para('Draft of May')}</w:ftr>",
    }
    assert any("Draft of May" in said for said in read_docx(packed(parts)).losses)
