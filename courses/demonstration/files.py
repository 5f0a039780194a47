"""A picture and a paper for the invented curriculum, drawn when they are loaded; twice is once."""

import io
from pathlib import Path

from django.core.files.base import ContentFile
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from lms.kit import pdf
from lms.record.actions import write

SHEET, LINE, INK, SOFT, TONES = (
    "#f7f5f1",
    "#4d3a66",
    "#1f1b25",
    "#4f4957",
    ("#eeecea", "#ece7f1", "#ded3ea"),
)
BOXES = (
    ("Referral", "The adult has said yes", ()),
    (
        "First decision",
        "Reasonable grounds",
        ("Are there reasonable grounds to believe", "that this person is a victim?"),
    ),
    (
        "Final decision",
        "Conclusive grounds",
        ("Is it more likely than not", "that this person is a victim?"),
    ),
)
PAPER = Path(__file__).parent / "around_one_table.html"


def load_files(*, by) -> dict:
    """Key to the file that units show: 1. each that is missing is drawn, 2. the record is written."""
    pictures, papers = get_image_model(), get_document_model()
    wanted = {
        "two-decisions": (pictures, "Two decisions", "two-decisions.png", two_decisions),
        "around-one-table": (
            papers,
            "Around one table: a page to print",
            "around-one-table.pdf",
            around_one_table,
        ),
    }
    return {key: ensure_file(*entry, by=by) for key, entry in wanted.items()}


def ensure_file(model, title, name, make_content, *, by):
    found = model.objects.filter(title=title).first()
    if found is None:
        found = model(title=title, file=ContentFile(make_content(), name=name))
        found.save()
        write("courses.write_curriculum", found, by=by)
    return found


def two_decisions() -> bytes:
    """The National Referral Mechanism as three boxes, wide letters on an opaque sheet: as clear on a dark page."""
    width, gap, edge, tall = 900, 84, 30, (170, 312, 312)
    sheet = Pillow.new("RGB", (width, sum(tall) + 2 * gap + 2 * edge), SHEET)
    pen, top = ImageDraw.Draw(sheet), edge
    for n, ((heading, name, asks), height, tone) in enumerate(zip(BOXES, tall, TONES, strict=True)):
        pen.rounded_rectangle(
            (edge, top, width - edge, top + height), 18, fill=tone, outline=LINE, width=4
        )
        lines = [(heading, letters("Bold", 52), INK), (name, letters("Regular", 42), LINE)]
        lines += [(words, letters("Regular", 40), SOFT) for words in asks]
        for at, (words, font, colour) in enumerate(lines):
            pen.text(
                (width / 2, top + 56 + at * 62 + (14 if at > 1 else 0)),
                words,
                font=font,
                fill=colour,
                anchor="mm",
            )
        top += height
        if n < len(BOXES) - 1:
            pen.line((width / 2, top + 12, width / 2, top + gap - 30), fill=LINE, width=8)
            pen.polygon(
                [
                    (width / 2 - 24, top + gap - 38),
                    (width / 2 + 24, top + gap - 38),
                    (width / 2, top + gap - 10),
                ],
                fill=LINE,
            )
        top += gap
    out = io.BytesIO()
    sheet.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def letters(weight, size):
    return ImageFont.truetype(pdf.FONTS / f"AtkinsonHyperlegibleNext-{weight}.ttf", size)


def around_one_table() -> bytes:
    return pdf.draw(
        PAPER.read_text().replace("FONTS", str(pdf.FONTS)),
        fonts=pdf.FONTS,
        title="Around one table: a page to print",
    )
