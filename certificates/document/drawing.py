"""Draws the certificate's page: its facts set in type, a seal and a QR code in vector; it refuses letters it cannot print."""

import base64
import io
import math
from datetime import date
from functools import lru_cache

import segno
from django.template.loader import render_to_string
from PIL import Image, ImageDraw

from lms.kit import pdf
from lms.kit.languages import catalogue, gettext_noop

NAME_FONT = pdf.NAMES
NAME_WIDTH = 680  # points between the margins
SMALLEST = 10  # of a name that has no place to break
INK, HEATHER = "#1d1a22", "#5a3d66"
INVENTED = gettext_noop(
    "DEMONSTRATION. This person is invented and this certificate means nothing."
)
TAGS = {"en": "en-GB", "cy": "cy"}


def draw(facts: dict, signatories=()) -> bytes:
    """The unsigned PDF of a certificate with these frozen facts; `signatories`: name, office and picture of each who signs."""
    html = render_to_string(
        "certificates/certificate_pdf.html",
        {
            **display_facts(facts),
            "invented": catalogue(facts["language"]).gettext(INVENTED),
            "fonts": pdf.FONTS,
            "signatories": signatories,
            "name_size": name_size(facts["name"]),
            "seal": _as_address(seal()),
            "qr": _as_address(qr(facts["check_address"])),
        },
    )
    title = f"{facts['said']['title']}: {facts['number']}, {facts['name']}"
    return pdf.draw(html, fonts=pdf.FONTS, title=title, lang=TAGS[facts["language"]], pages=1)


def name_size(name: str) -> int:
    """As large as fits one line; a long name breaks into lines, and one that has no place to break is set smaller."""
    whole = pdf.fitting_size(name, NAME_FONT, NAME_WIDTH, largest=52, smallest=30)
    by_length = next(
        (size for length, size in ((200, 16), (130, 19), (90, 22), (60, 25)) if len(name) > length),
        whole,
    )
    return min(
        by_length,
        *(
            pdf.fitting_size(word, NAME_FONT, NAME_WIDTH, largest=52, smallest=SMALLEST)
            for word in name.split() or [name]
        ),
    )


def is_too_wide(name: str) -> bool:
    """Is there a name without a place to break that is wider than the page at the smallest size?"""
    return any(
        int(NAME_WIDTH / max(pdf.width_of(word, NAME_FONT), 0.01)) < SMALLEST
        for word in name.split()
    )


def display_facts(facts: dict) -> dict:
    """The frozen facts with their days as days, for the PDF and for its twin in HTML."""
    days = {k: date.fromisoformat(facts[k]) for k in ("conferred_on", "issued_on", "valid_until")}
    return {"certificate": {**facts, **days}}


def unprintable(words: str) -> str:
    """What of `words` the certificate cannot set as it was typed."""
    return pdf.unprintable(words, NAME_FONT)


def seal() -> str:
    """Two strokes, a tall one and a near one, inside a ring of fine rays: somebody standing beside somebody."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200" viewBox="0 0 200 200">'
        f'<g fill="none" stroke="{HEATHER}">'
        f"{_rays(76, 94, 0)}{_rays(80, 92, 3)}"
        '<circle cx="100" cy="100" r="98" stroke-width="1.6"/><circle cx="100" cy="100" r="70" stroke-width="1.6"/>'
        '<circle cx="100" cy="100" r="66" stroke-width="0.6"/>'
        '<path stroke-width="9" stroke-linecap="round" d="M84 62L84 138M116 84L116 138"/>'
        "</g></svg>"
    )


def _rays(inner, outer, is_rotated) -> str:
    """Sixty of the rays as one circle, thick and broken: a path for each ray took a tenth of a certificate's time."""
    radius = (inner + outer) / 2
    step = math.tau * radius / 60
    return (
        f'<circle cx="100" cy="100" r="{radius}" stroke-width="{outer - inner}" stroke-dasharray="1.1 {step - 1.1:.4f}" '
        f'transform="rotate({is_rotated} 100 100)"/>'
    )


def qr(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=0, dark=INK, scale=4, xmldecl=False
    )
    return out.getvalue().decode()


def _as_address(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


# ---- the badge ----


def badge_svg(is_award: bool) -> str:
    """The seal on a field of its own; the award’s is open, the accreditation’s is filled."""
    strokes = seal().split("<g", 1)[1]
    field = "#fffefc" if is_award else "#ece7f1"
    title = (
        "Postgraduate Certificate, IMSA"
        if is_award
        else "Accredited Independent Modern Slavery Advocate"
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400" viewBox="0 0 200 200" role="img">'
        f'<title>{title}</title><circle cx="100" cy="100" r="100" fill="{field}"/><g{strokes}'
    )


@lru_cache(maxsize=2)
def badge_png(is_award: bool) -> bytes:
    """The same as a picture of dots, drawn large and made small so that its edges are smooth."""
    scale, size = 4, 400
    picture = Image.new("RGBA", (size * scale, size * scale), (0, 0, 0, 0))
    pen, middle = ImageDraw.Draw(picture), size * scale / 2
    unit = size * scale / 200

    def ring(radius, width, fill=None):
        box = [
            middle - radius * unit,
            middle - radius * unit,
            middle + radius * unit,
            middle + radius * unit,
        ]
        pen.ellipse(box, fill=fill, outline=HEATHER, width=max(1, round(width * unit)))

    ring(99, 1.6, fill="#fffefc" if is_award else "#ece7f1")
    for n in range(120):
        angle = math.tau * n / 120
        inner, outer = (80, 92) if n % 2 else (76, 94)
        x, y = math.sin(angle) * unit, math.cos(angle) * unit
        pen.line(
            [middle + inner * x, middle - inner * y, middle + outer * x, middle - outer * y],
            fill=HEATHER,
            width=round(1.1 * unit),
        )
    ring(70, 1.6)
    ring(66, 0.6)
    for x, top in ((84, 62), (116, 84)):
        pen.line([x * unit, top * unit, x * unit, 138 * unit], fill=HEATHER, width=round(9 * unit))
        for y in (top, 138):
            box = [(x - 4.5) * unit, (y - 4.5) * unit, (x + 4.5) * unit, (y + 4.5) * unit]
            pen.ellipse(box, fill=HEATHER)
    out = io.BytesIO()
    picture.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()
