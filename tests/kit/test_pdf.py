"""A page is drawn exactly as written, with its letters inside it, or not at all."""

import pytest

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
