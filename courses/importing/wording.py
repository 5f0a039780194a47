"""Turns what question files hold (HTML, Markdown, or words) into plain words, and says what was lost on the way.

Tags are taken out in one pass (`markup.py`), so that a file cannot make a parser slow; `lms.kit.clean` has the last word.
"""

import html
import re

from django.utils.translation import gettext as _

from lms.kit.clean import clean, plain

from .markup import FORMULA, Scan, look, lose, without_mlang, without_own_letters
from .results import BLOCK_MOST, cut, shortened

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
PROCESSING = re.compile(r"<(?:!doctype|!\[(?:if|endif)|\?xml)[^<>]*>", re.I)
RUNNABLE = re.compile(r"(javascript|vbscript)(\s*):", re.I)
LIKE_A_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
# Markdown: emphasis and struck words are read; other signs stay as they were typed and are named.
MARKED = re.compile(r"(\*\*|__|~~)(?=\S)([^*_~\n]++)\1")
LEANING = re.compile(
    r"(?<![\w*])\*(?=\S)([^*\n]++)\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]++)_(?![\w_])"
)
SIGNS = re.compile(r"^[ \t]{0,3}(?:#{1,6}[ \t]|>|```|[*+-][ \t])|`|\]\(|\*\*|__|~~", re.M)


def words(source: str, form: str = "html", *, lines: bool = False) -> tuple[str, list[str]]:
    """Plain words and what was lost. `form` is html, moodle (HTML whose line ends count), markdown or plain.

    With `lines`, paragraphs stand on lines of their own; without, all is one line.
    """
    source, lost = CONTROLS.sub("", source), []
    if form == "markdown":
        source, form = _as_html(source, lost), "moodle"
    if form == "html":
        source = " ".join(source.split())
    if form in ("html", "moodle"):
        source = without_mlang(_without_tags(source, lost), lost)
        source = source.replace("<", "&lt;")
    else:
        source = html.escape(source, quote=False)
    rows = [html.unescape(plain(row)).strip() for row in source.splitlines()]
    text = ("\n" if lines else " ").join(row for row in rows if row)
    text = without_own_letters(text, lost).strip()
    if form != "plain" and (formula := FORMULA.search(text)):
        lose(
            _("the drawing of a formula (its TeX, “%(word)s”, stays as it was typed)")
            % {"word": shortened(text[formula.start() :], 40)},
            lost,
        )
    return harmless(text if lines else " ".join(text.split())), lost


def harmless(text: str) -> str:
    """The same words, but nothing that a browser could take for a tag or run, wherever they are shown."""
    return LIKE_A_TAG.sub("< ", RUNNABLE.sub(r"\1 :", CONTROLS.sub("", text)))


def rich(source: str, form: str) -> tuple[list[str], list[str]]:
    """Cleaned HTML in pieces that a text block can hold, and what was lost."""
    text, lost = words(source, form, lines=True)
    if form == "html" and len(text) < BLOCK_MOST:
        lost_here = []
        kept = PROCESSING.sub("", _without(CONTROLS.sub("", source), "<!--", "-->"))
        kept = without_mlang(
            Scan(lost_here, keeps_tags=True).read(_bare(kept, lost_here)), lost_here
        )
        kept = without_own_letters(kept, lost_here)
        kept = (
            kept.replace("</td>", "</td> ").replace("</th>", "</th> ").replace("</tr>", "</tr><br>")
        )
        whole = RUNNABLE.sub(r"\1 :", clean(kept)).strip()
        if len(whole) <= BLOCK_MOST - 7:
            if not re.match(r"<(p|h[2-4]|ul|ol|blockquote)>", whole):
                whole = clean(f"<p>{whole}</p>")
            # The words decide whether there is anything to show; links and emphasis stay here.
            return ([whole] if text else []), lost_here
    paragraphs = [piece for row in text.split("\n") for piece in cut(row, 3900) if piece]
    pieces, current = [], ""
    for paragraph in paragraphs:
        drawn = f"<p>{html.escape(paragraph, quote=False)}</p>"
        if current and len(current) + len(drawn) > BLOCK_MOST:
            pieces.append(current)
            current = ""
        current += drawn
    return [clean(piece) for piece in (*pieces, current) if piece], lost


def _as_html(source, lost):
    tags = {"**": "strong", "__": "strong", "~~": "s"}
    source = MARKED.sub(lambda hit: f"<{tags[hit[1]]}>{hit[2]}</{tags[hit[1]]}>", source)
    source = LEANING.sub(lambda hit: f"<em>{hit[1] or hit[2]}</em>", source)
    if SIGNS.search(source):
        lose(look(_("Markdown signs other than emphasis (they stay as they were typed)")), lost)
    return source


def _without_tags(source, lost):
    source = PROCESSING.sub("", _without(source, "<!--", "-->"))
    return Scan(lost).read(_bare(source, lost))


def _bare(source, lost=None):
    """Without scripts and styles, whose insides are not words."""
    for name in ("script", "style"):
        without = _without(source, f"<{name}", f"</{name}>")
        if without != source and lost is not None:
            lose(_("a script") if name == "script" else look("a style sheet"), lost)
        source = without
    return source


def _without(source, begins, ends):
    """Without what stands between two marks, the marks included; one that never ends is left to stand."""
    kept, at, low = [], 0, source.lower()
    if len(low) != len(source):  # a few letters grow when made small
        low = source
    while (start := low.find(begins, at)) >= 0 and (
        end := low.find(ends, start + len(begins))
    ) >= 0:
        kept.append(source[at:start])
        at = end + len(ends)
    return "".join([*kept, source[at:]])
