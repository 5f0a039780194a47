"""Turns what question files hold (HTML, or words) into plain words, and says what was lost on the way.

Tags are taken out here in one pass, so that a file cannot make a parser slow; `lms.kit.clean` has the last word.
"""
import html
import re

from lms.kit.clean import clean, plain

from .taken import BLOCK_MOST, cut

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
TAG = re.compile(r"""<(/?)([a-zA-Z][\w:-]*+)((?:[\s/](?:[^<>"']|"[^"<]*"|'[^'<]*')*+)?)>""")
PROCESSING = re.compile(r"<(?:!doctype|!\[(?:if|endif)|\?xml)[^<>]*>", re.I)
ADDRESS = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.I)
RUNNABLE = re.compile(r"(javascript|vbscript)(\s*):", re.I)
LIKE_A_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
NAMED = {
    "img": "a picture", "svg": "a picture", "picture": "a picture", "canvas": "a picture", "table": "a table",
    "video": "a video", "audio": "a sound", "iframe": "an embedded page", "object": "an embedded thing",
    "embed": "an embedded thing", "applet": "an embedded thing", "script": "a script", "form": "a form", "math": "an equation",
}
BREAKS = set(
    "p div br li ul ol dl dt dd tr table tbody thead tfoot caption h1 h2 h3 h4 h5 h6 blockquote pre hr section article "
    "header footer main aside nav figure figcaption address fieldset form legend center details summary".split()
)
SPACES = set("td th img input button select option textarea label iframe object embed video audio source svg math canvas".split())
GLUED = set(
    "a b i u s em strong span font sub sup small big code kbd samp var tt mark abbr acronym cite q del ins strike dfn bdi "
    "bdo wbr nobr script style param track picture applet area map link meta title html head body base time data col "
    "colgroup template noscript ruby rt rp path g circle rect line text mi mo mn mrow msup msub".split()
)
ONE_LETTER = re.compile(r"\s*+(?:/\s*+)?|[^=]*+=.*", re.S)


def words(source: str, form: str = "html", *, lines: bool = False) -> tuple[str, list[str]]:
    """Plain words and what was lost. `form` is html, moodle (HTML whose line ends count) or plain.

    With `lines`, paragraphs stand on lines of their own; without, all is one line.
    """
    source, lost = CONTROLS.sub("", source), []
    if form == "html":
        source = " ".join(source.split())
    if form in ("html", "moodle"):
        source = _without_tags(source, lost)
        source = source.replace("<", "&lt;")
    else:
        source = html.escape(source, quote=False)
    rows = [html.unescape(plain(row)).strip() for row in source.splitlines()]
    text = ("\n" if lines else " ").join(row for row in rows if row)
    return harmless(text if lines else " ".join(text.split())), lost


def harmless(text: str) -> str:
    """The same words, but nothing that a browser could take for a tag or run, wherever they are shown."""
    return LIKE_A_TAG.sub("< ", RUNNABLE.sub(r"\1 :", CONTROLS.sub("", text)))


def rich(source: str, form: str) -> tuple[list[str], list[str]]:
    """Cleaned HTML in pieces that a text block can hold, and what was lost."""
    text, lost = words(source, form, lines=True)
    if form == "html" and len(text) < BLOCK_MOST:
        kept = source.replace("</td>", "</td> ").replace("</th>", "</th> ").replace("</tr>", "</tr><br>")
        whole = RUNNABLE.sub(r"\1 :", clean(_bare(CONTROLS.sub("", kept)))).strip()
        if len(whole) <= BLOCK_MOST - 7:
            if not re.match(r"<(p|h[2-4]|ul|ol|blockquote)>", whole):
                whole = clean(f"<p>{whole}</p>")
            # The words decide whether there is anything to show; links stay links here.
            return ([whole] if text else []), [what for what in lost if not what.startswith("the address")]
    paragraphs = [piece for row in text.split("\n") for piece in cut(row, 3900) if piece]
    pieces, current = [], ""
    for paragraph in paragraphs:
        drawn = f"<p>{html.escape(paragraph, quote=False)}</p>"
        if current and len(current) + len(drawn) > BLOCK_MOST:
            pieces.append(current)
            current = ""
        current += drawn
    return [clean(piece) for piece in (*pieces, current) if piece], lost


def _without_tags(source, lost):
    source = PROCESSING.sub("", _without(source, "<!--", "-->"))
    source = _bare(source, lost)
    return TAG.sub(lambda tag: _instead_of(tag, lost), source)


def _bare(source, lost=None):
    """Without scripts and styles, whose insides are not words."""
    for name in ("script", "style"):
        without = _without(source, f"<{name}", f"</{name}>")
        if without != source and name == "script" and lost is not None:
            _lose("a script", lost)
        source = without
    return source


def _without(source, begins, ends):
    """Without what stands between two marks, the marks included; one that never ends is left to stand."""
    kept, at, low = [], 0, source.lower()
    if len(low) != len(source):  # a few letters grow when made small
        low = source
    while (start := low.find(begins, at)) >= 0 and (end := low.find(ends, start + len(begins))) >= 0:
        kept.append(source[at:start])
        at = end + len(ends)
    return "".join([*kept, source[at:]])


def _instead_of(tag, lost):
    closes, name, attributes = tag[1], tag[2].lower(), tag[3]
    known = name in BREAKS | SPACES | GLUED or name in NAMED or ":" in name
    if not known or (len(name) == 1 and not ONE_LETTER.fullmatch(attributes)):
        return tag[0].replace("<", "&lt;")  # “x<y and y>z” is not a tag
    if name in NAMED and not closes:
        _lose(NAMED[name], lost)
    if name == "a" and not closes and (found := ADDRESS.search(attributes)):
        address = harmless(html.unescape(next(part for part in found.groups() if part is not None)))[:300]
        if address and not address.startswith("#"):
            _lose(f"the address of a link ({address})", lost)
    return "\n" if name in BREAKS else " " if name in SPACES else ""


def _lose(what, lost):
    if what not in lost:
        lost.append(what)
