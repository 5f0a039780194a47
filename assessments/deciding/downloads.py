"""Files to take along: minutes of a board, its pack as a PDF or a workbook, made in parts so that a thousand people fit; and transcripts."""

import io
from collections.abc import Iterator
from datetime import date

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from lms.kit import pdf
from lms.kit.spreadsheets import cell_of

from ..setting.scale import in_figures
from .models import award_label
from .queries.transcripts import CREDITED
from .states import Outcome

PLAIN = pdf.FONTS / "AtkinsonHyperlegibleNext-Regular.ttf"
A_PART = 250  # rows that are drawn at once


def minutes_pdf(about: dict, lists: list[dict]) -> bytes:
    """`about` as the page of the minutes has it."""
    title = _("Minutes: %(title)s") % {"title": about["content"]["title"]}
    first = _first_page("assessments/minutes_pdf.html", about)
    return pdf.join(_parts(first, lists, title), title=title)


def pack_pdf(board, lists: list[dict]) -> bytes:
    """The pack of a board, list after list."""
    title = _("Board pack: %(title)s") % {"title": board.title}
    first = _first_page("assessments/pack_pdf.html", {"board": board})
    return pdf.join(_parts(first, lists, title, is_wide=True), title=title)


def _first_page(template, about) -> str:
    """In the second typeface where the first lacks a letter: a chair called Nguyễn is not printed with a gap."""
    html = pdf.printable(render_to_string(template, {**about, "fonts": pdf.FONTS}))
    if not pdf.missing_letters(html.replace("\n", ""), PLAIN):
        return html
    return pdf.printable(
        render_to_string(template, {**about, "fonts": pdf.FONTS, "face": "Garamond"})
    )


def _parts(first, lists, title, is_wide=False) -> Iterator[bytes]:
    """The first page, then each list on pages of its own, so many rows at a time."""
    yield pdf.draw(first, fonts=pdf.FONTS, title=title)
    for one in lists:
        for start in range(0, len(one["rows"]), A_PART):
            heading = one["label"] if not start else _("%(label)s (continued)") % one
            rows = one["rows"][start : start + A_PART]
            yield pdf.draw_table(heading, one["heads"], rows, title=title, is_wide=is_wide)


def pack_workbook(lists: list[dict]) -> bytes:
    """A sheet for each list. Rows are written as they come, so that none of them waits in memory."""
    book = Workbook(write_only=True)
    for one in lists:
        sheet = book.create_sheet(one["name"])
        sheet.freeze_panes = "B2"
        for place in range(len(one["heads"])):
            sheet.column_dimensions[get_column_letter(place + 1)].width = 24
        sheet.append([cell_of(sheet, head, font=Font(bold=True)) for head in one["heads"]])
        for row in one["rows"]:
            sheet.append([cell_of(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def transcript_pdf(transcript) -> bytes:
    """What was issued, as it was. A name with letters that the first typeface lacks is set in the second."""
    content, award = transcript.content, transcript.content["award"]
    about = {
        "transcript": transcript,
        "content": content,
        "name_font": "Garamond" if pdf.missing_letters(content["name"], PLAIN) else "Atkinson",
        "is_cut": bool(
            pdf.missing_letters(content["name"], PLAIN) and pdf.unprintable(content["name"])
        ),
        "credits": sum(one["credits"] for one in content["modules"] if one["is_pass"]),
        "modules": [
            {
                **one,
                "mark": in_figures(one["mark"]) if one["mark"] else "–",
                "attempt": one["attempt"] or "–",
                "outcome": _("Credited (RPL)")
                if one["outcome"] == CREDITED
                else Outcome(one["outcome"]).label,
                "board": date.fromisoformat(one["board"]),
            }
            for one in content["modules"]
        ],
        "award": award and award_label(award["title"], award["classification"]),
        "is_rescinded": bool(award and award.get("is_rescinded")),
        "conferred_on": award and date.fromisoformat(award["conferred_on"]),
        "fonts": pdf.FONTS,
    }
    html = render_to_string("assessments/transcript_pdf.html", about)
    title = _("Transcript %(number)s") % {"number": transcript.number}
    return pdf.draw(html, fonts=pdf.FONTS, title=title)
