"""Draws the certificate's page: its facts set in type, a seal and a QR code in vector; it refuses letters it cannot print."""
import base64
import io
import math
from datetime import date

import segno
from django.template.loader import render_to_string

from lms.kit import pdf

NAME_FONT = pdf.FONTS / "EBGaramond-Regular.ttf"
NAME_WIDTH = 680  # points between the margins
INK, HEATHER = "#1d1a22", "#5a3d66"


def draw(facts: dict) -> bytes:
    """The unsigned PDF of a certificate with these frozen facts."""
    html = render_to_string("certificates/certificate_pdf.html", {
        **shown(facts),
        "fonts": pdf.FONTS,
        "name_size": pdf.fitting_size(facts["name"], NAME_FONT, NAME_WIDTH, largest=52, smallest=30),
        "seal": _as_address(seal()),
        "qr": _as_address(qr(facts["check_address"])),
    })
    drawn = pdf.draw(html, fonts=pdf.FONTS, title=f"Certificate {facts['number']}, {facts['name']}")
    if pdf.pages_in(drawn) != 1:
        raise pdf.NotDrawn("the certificate does not fit on one page")
    return drawn


def shown(facts: dict) -> dict:
    """The frozen facts with their days as days, for the PDF and for its twin in HTML."""
    days = {k: date.fromisoformat(facts[k]) for k in ("conferred_on", "issued_on", "valid_until")}
    return {"certificate": {**facts, **days}}


def unprintable(words: str) -> str:
    """The letters of `words` that the certificate's typeface does not have."""
    return pdf.missing_letters(words, NAME_FONT)


def seal() -> str:
    """Two strokes, a tall one and a near one, inside a ring of fine rays: somebody standing beside somebody."""
    rays = []
    for n in range(120):
        angle = math.tau * n / 120
        inner, outer = (80, 92) if n % 2 else (76, 94)
        x, y = math.sin(angle), math.cos(angle)
        rays.append(f"M{100 + inner * x:.2f} {100 - inner * y:.2f}L{100 + outer * x:.2f} {100 - outer * y:.2f}")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200" viewBox="0 0 200 200">'
        f'<g fill="none" stroke="{HEATHER}">'
        f'<path stroke-width="1.1" d="{"".join(rays)}"/>'
        '<circle cx="100" cy="100" r="98" stroke-width="1.6"/><circle cx="100" cy="100" r="70" stroke-width="1.6"/>'
        '<circle cx="100" cy="100" r="66" stroke-width="0.6"/>'
        '<path stroke-width="9" stroke-linecap="round" d="M84 62L84 138M116 84L116 138"/>'
        "</g></svg>"
    )


def qr(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=0, dark=INK, scale=4, xmldecl=False)
    return out.getvalue().decode()


def _as_address(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
