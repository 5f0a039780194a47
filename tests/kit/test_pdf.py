"""A page is drawn exactly as written, with its letters inside it, or not at all."""

import io

import pytest
from pypdf import PdfReader

from lms.kit import pdf

FONTS = pdf.FONTS
FACE = f'@font-face {{ font-family: G; src: url("{FONTS}/EBGaramond-Regular.ttf"); }}'


def page(body, face=FACE, lang="en-GB", style="body { font-family: G; }"):
    return (
        f'<html lang="{lang}"><head><style>{face} {style}</style></head><body>{body}</body></html>'
    )


def draw(html):
    return pdf.draw(html, fonts=FONTS, title="A page")


def test_names_come_out_as_they_went_in_with_every_font_embedded():
    names = "Siân Mòrag Júlia Łukasz Nguyễn Ọlábísí"
    drawn = draw(page(f"<p>{names}</p>"))
    assert names in pdf.text_of(drawn)
    assert pdf.fonts_in(drawn) and all(embedded for _, embedded in pdf.fonts_in(drawn))


@pytest.mark.parametrize(
    "html",
    [
        page("<p>Plain</p>", style=""),
        page("<p>Plain</p>", face='@font-face { font-family: G; src: url("/etc/hostname.ttf"); }'),
        page(
            "<p>Plain</p>",
            face='@font-face { font-family: G; src: url("http://127.0.0.1:9/a.ttf"); }',
        ),
        page('<p>Plain</p><img src="/etc/passwd">'),
        page('<p>Plain</p><img src="http://127.0.0.1:9/a.png">'),
        page("<p>Plain</p>", lang="cy"),
    ],
    ids=[
        "no font",
        "a font elsewhere",
        "a remote font",
        "a file elsewhere",
        "a remote picture",
        "another language",
    ],
)
def test_what_cannot_be_drawn_as_written_is_not_drawn(html):
    with pytest.raises(pdf.NotDrawn):
        draw(html)


def test_a_long_name_is_set_smaller_but_never_too_small():
    font = FONTS / "EBGaramond-Regular.ttf"
    assert pdf.fitting_size("Siân", font, 600, largest=50, smallest=28) == 50
    middle = pdf.fitting_size(
        "Wolfeschlegelsteinhausenbergerdorffianosx", font, 600, largest=50, smallest=20
    )
    assert 20 < middle < 50
    assert pdf.fitting_size("W" * 200, font, 600, largest=50, smallest=28) == 28
    assert pdf.fitting_size("", font, 600, largest=50, smallest=28) == 50


def test_missing_letters_are_named():
    font = FONTS / "EBGaramond-Regular.ttf"
    assert pdf.missing_letters("Łukasz Nguyễn O’Brien", font) == ""
    assert pdf.missing_letters("Łس", font) == "س"


def test_a_table_of_many_rows_has_its_heads_on_each_page_and_long_cells_whole():
    rows = [[f"REF-{n:04}", "62.5: Passed <&>"] for n in range(150)]
    rows.append(["REF-LONG", "\n".join(f"Line {n} of a long comment." for n in range(200))])
    drawn = pdf.draw_table("Results & more", ["Student", "Result"], rows, title="Pack")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(drawn)).pages]
    assert len(pages) > 3 and all("Student" in page for page in pages)
    words = "\n".join(pages)
    assert "Results & more" in words and "62.5: Passed <&>" in words and "REF-0149" in words
    assert "Line 0 of" in words and "Line 199 of" in words
    assert all(embedded for _name, embedded in pdf.fonts_in(drawn))
    whole = pdf.join([drawn, drawn], title="Twice")
    assert pdf.pages_in(whole) == 2 * len(pages)
    assert PdfReader(io.BytesIO(whole)).root_object["/Lang"] == "en-GB"


def test_a_name_with_letters_that_one_face_lacks_stands_whole_in_a_list_and_others_are_named():
    rows = [["Nguyễn Thị Ánh", "Held"], ["Ж and 名", "Held"]]
    drawn = pdf.draw_table("Members", ["Name", "What"], rows, title="List")
    words = pdf.text_of(drawn)
    assert "Nguyễn Thị Ánh" in words
    assert "名" not in words and pdf.UNPRINTED in " ".join(words.split())
