"""A unit in steps: which of its parts are read together, so that none is taller than about six screens of a phone. Stores nothing.

A step begins at a heading of the second level, or where the one before is tall enough; a long text is divided between its
paragraphs, at a heading where there is one. Heights are estimates for a screen of 390 by 844 px.
"""

import re
from dataclasses import dataclass, field
from html import unescape

SCREEN = 844
TALLEST = 4.2 * SCREEN  # an answer adds its feedback, and larger type its lines
LEAST = 1.2 * SCREEN  # a section shorter than this is read with the next
LINE, LETTERS = 28, 38  # of running text on a phone
VOID = {"br", "img", "hr", "input", "source", "track", "col", "wbr"}
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)([^<>]*+)>")
BLOCKS = re.compile(r"</(?:p|li|h[1-6]|td|th|dt|dd|summary|figcaption|blockquote)>")
HEADING = re.compile(r"<h([23])(?:\s[^<>]*)?>")
SECTION = re.compile(r"\s*(<section(?:\s[^<>]*)?>)")
WORDS = "words"  # the glossary's part at the end: each step has the words that it uses


@dataclass(frozen=True)
class Piece:
    """A part of the unit, or a piece of a long text. `html` is None where the part is whole."""

    index: int
    key: str
    number: int = 0
    html: str | None = None

    @property
    def anchor(self):
        return f"{self.key}-{self.number}" if self.number else self.key


@dataclass
class UnitStep:
    number: int
    title: str = ""
    kind: str = ""  # of its first part, which names it where it has no heading
    pieces: list[Piece] = field(default_factory=list)
    is_continued: bool = False

    @property
    def anchor(self):
        return self.pieces[0].anchor


_kept: dict = {}
MOST = 600


def steps_of_version(version) -> list[UnitStep]:
    """The steps of a published version, kept in memory: what is published never changes. Nobody changes them."""
    key = version.pk, version.hash
    found = _kept.get(key)  # another thread may empty it at any moment
    if found is None:
        if len(_kept) >= MOST:
            _kept.clear()
        found = _kept[key] = steps_of(version.segments)
    return found


def steps_of(segments) -> list[UnitStep]:
    """The steps of a unit in order; each part that is not the glossary stands in one, a long text in several."""
    steps, height, step = [], 0.0, None
    for index, key, html, segment in _pieces(segments):
        own = height_of(segment) if html is None else text_height(html)
        level = _level(segment.get("html", "") if html is None else html, segment)
        if step is None or height + own > TALLEST or (level == 2 and height >= LEAST):
            step = UnitStep(len(steps) + 1, kind=segment["kind"])
            steps.append(step)
            height = 0.0
        _add(step, index, key, html)
        step.title = step.title or _title(segment, html)
        height += own
    return _numbered(steps, segments)


def step_at(steps, anchor) -> UnitStep | None:
    """The step in which a part stands, by the part's key or by a piece's own."""
    for step in steps:
        if any(anchor in (piece.anchor, piece.key) for piece in step.pieces):
            return step
    return None


def _pieces(segments):
    """(index, key, html, segment) in order: html is None for a part that is never divided."""
    for index, segment in enumerate(segments):
        if segment["id"] == WORDS and segment["kind"] == "html":
            continue
        elements = elements_of(segment["html"]) if segment["kind"] == "html" else []
        if len(elements) < 2:
            yield index, segment["id"], None, segment
            continue
        for html in _stretches(elements):
            yield index, segment["id"], html, segment


def _stretches(elements):
    """Elements from one heading to the next; one that is too tall alone is divided between its elements."""
    said, height = "", 0.0
    for html in elements:
        own = text_height(html)
        is_heading = re.match(r"\s*<h[23][\s>]", html) is not None
        if said and (is_heading or height + own > TALLEST):
            yield said
            said, height = "", 0.0
        said, height = said + html, height + own
    if said:
        yield said


def _add(step, index, key, html):
    """A piece that goes on where the last one ended is one with it."""
    if html is not None and step.pieces and step.pieces[-1].index == index:
        last = step.pieces[-1]
        step.pieces[-1] = Piece(index, key, 0, (last.html or "") + html)
    else:
        step.pieces.append(Piece(index, key, 0, html))


def _numbered(steps, segments):
    """Pieces of one part are numbered; one that stands in a single step is whole again. A step without a title has the one before's."""
    counts: dict[int, int] = {}
    for step in steps:
        for piece in step.pieces:
            counts[piece.index] = counts.get(piece.index, 0) + 1
    given: dict[int, int] = {}
    title = ""
    for step in steps:
        for n, piece in enumerate(step.pieces):
            if counts[piece.index] == 1:
                step.pieces[n] = Piece(piece.index, piece.key)
            else:
                step.pieces[n] = Piece(
                    piece.index, piece.key, given.get(piece.index, 0), piece.html
                )
                given[piece.index] = given.get(piece.index, 0) + 1
        step.is_continued = not step.title and bool(title)
        step.title = title = step.title or title
    return steps


def _level(html, segment):
    """The level of the heading with which a text begins; 0 for none."""
    found = re.match(r"\s*<h([2-4])[\s>]", html)
    return int(found[1]) if found and segment["kind"] == "html" else 0


def _title(segment, html):
    if segment["kind"] in ("case_study", "activity"):
        return segment.get("title", "")
    html = segment.get("html", "") if html is None else html
    found = HEADING.search(html)
    if not found:
        return ""
    end = html.find(f"</h{found[1]}>", found.end())
    return " ".join(unescape(TAG.sub("", html[found.end() : end])).split()) if end > 0 else ""


def elements_of(html) -> list[str]:
    """What a text can be divided between: its top elements, and a list of rights that is too tall between the rights."""
    found = []
    for element in top_elements(html):
        opened = SECTION.match(element)
        if opened and text_height(element) > TALLEST and element.rstrip().endswith("</section>"):
            inner = element[opened.end() : element.rindex("</section>")]
            found += [f"{opened[1]}{part}</section>" for part in _entries(top_elements(inner))]
        else:
            found.append(element)
    return found


def _entries(elements):
    """Stretches that are not too tall, each from a heading of the fourth level on; what comes before the first stands with it."""
    entries: list[str] = [""]
    for html in elements:
        if re.match(r"\s*<h4[\s>]", html) and "<h4" in entries[-1]:
            entries.append("")
        entries[-1] += html
    packed, height = [""], 0.0
    for entry in entries:
        own = text_height(entry)
        if packed[-1] and height + own > TALLEST:
            packed.append("")
            height = 0.0
        packed[-1] += entry
        height += own
    return packed


def top_elements(html) -> list[str]:
    """The elements of a text that stand in no other, with what is between them; the whole text where tags do not match."""
    found, start, depth = [], 0, 0
    for tag in TAG.finditer(html):
        name = tag[2].lower()
        if name in VOID or tag[3].endswith("/"):
            continue
        depth += -1 if tag[1] else 1
        if depth < 0:
            return [html]
        if depth == 0:
            found.append(html[start : tag.end()])
            start = tag.end()
    if depth:
        return [html]
    if html[start:].strip():
        found.append(html[start:])
    return found


# ---- heights ----


def text_height(html) -> float:
    """About how tall a text is on a phone, in px."""
    total = 0.0
    for block in BLOCKS.split(html):
        letters = len(" ".join(unescape(TAG.sub(" ", block)).split()))
        if letters:
            total += (letters // LETTERS + 1) * LINE + 20
    total += LINE * html.count("</td>")  # a cell has its column's name above it
    return total + 300 * html.count("<img") + 250 * html.count("<video")


def height_of(segment) -> float:
    kind = segment["kind"]
    if kind == "check":
        lines = [segment.get("text", ""), segment.get("hint", "")]
        lines += [o.get("text", "") for o in segment.get("options") or ()]
        lines += list(segment.get("items") or ())
        for pair in segment.get("pairs") or ():
            lines += [pair.get("left", ""), ""]
        for step in (segment.get("steps") or ())[:1]:
            lines += [step.get("text", ""), *(c.get("text", "") for c in step.get("choices") or ())]
        return 260 + sum((len(words) // LETTERS + 1) * LINE + 30 for words in lines)
    if kind == "poll":
        return 260 + 60 * len(segment.get("options") or ())
    if kind == "reflection":
        return 420 + (len(segment.get("prompt", "")) // LETTERS + 1) * LINE
    return 150 + text_height(segment.get("html", ""))
