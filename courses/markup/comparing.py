"""Compares two versions of a text word by word: what was added, what was removed, and where. Knows no Django.

The text is read into blocks (a heading, a paragraph, a list item, a row of a table). Blocks are paired first, and
words are compared inside a pair, so that a long unit is quick and a moved paragraph does not spoil its neighbours.
Bold and italic are not compared; the address behind a link or a picture is, and is shown where it changed.
"""

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from html import escape

from .tree import BLOCKS, BREAKING, FORBIDDEN, HEADINGS, tree, walk

ENDS_A_BLOCK = BREAKING | BLOCKS | {"body", "html"}
WORDS = re.compile(r"(?<!\s)(\s*+)(\w+(?:[.,'’\-/:@]\w+)*|[^\w\s])")
MANY = 1_000_000  # pairs of words; above it sentences are compared before words
CROWD = 100_000  # pairs of blocks; above it blocks are paired by place
ENOUGH = 0.35  # of the words of two blocks that are the same, to call them one block that changed
DEEPEST = 6  # lists inside lists
SHOWN = 12  # words of one change in a summary


@dataclass(frozen=True)
class Compared:
    """`html` is safe to show as it stands; `changes` are plain text, to be escaped like any other."""

    html: str
    added: int
    removed: int
    changes: list[str]

    @property
    def same(self) -> bool:
        return not self.changes


@dataclass(frozen=True)
class Token:
    """A word or a sign. One with an address only is the end of a link: seen where it changed, silent where not."""

    text: str
    address: str = ""
    gap: bool = field(default=True, compare=False)

    @property
    def as_text(self):
        return f"({self.address})" if self.address else self.text


@dataclass(frozen=True)
class Block:
    """`cells` is one tuple of tokens, and for a row of a table one for each cell."""

    kind: str
    cells: tuple[tuple[Token, ...], ...]
    heads: tuple[bool, ...] = field(default=(), compare=False)
    lists: tuple[str, ...] = field(default=(), compare=False)

    @property
    def tokens(self):
        return [token for cell in self.cells for token in cell]


def compare(old_html: str, new_html: str) -> Compared:
    """The new text in its order, with what went in `<del>` and what came in `<ins>`."""
    writer = _Writer()
    for old, new in _paired(blocks(old_html), blocks(new_html)):
        writer.write(old, new)
    return Compared(writer.finish(), writer.added, writer.removed, writer.changes)


# ---- reading ----


def blocks(html: str) -> list[Block]:
    """The text as a flat list of blocks, whatever the mark-up was."""
    reader = _Reader()
    for what, thing in walk(tree(html)):
        if what == "text":
            reader.words.append(FORBIDDEN.sub(" ", thing))
        elif what == "open":
            reader.open(thing)
        else:
            reader.close(thing)
    return reader.finish()


class _Reader:
    def __init__(self):
        self.blocks, self.words, self.lists = [], [], []
        self.kind, self.row, self.tables, self.in_cell = "p", None, 0, False

    def open(self, element):
        tag = element.tag
        if tag in ENDS_A_BLOCK:
            self.break_off()
        if tag in ("ul", "ol"):
            self.lists.append(tag)
        elif tag == "table":
            self.tables += 1
        elif tag == "tr" and self.tables == 1:
            self.row = ([], [])
        elif tag in ("td", "th") and self.tables == 1 and self.row is not None:
            self.in_cell = True
        elif not self.in_cell and (tag in HEADINGS or tag == "li"):
            self.kind = HEADINGS.get(tag) or "li"
        elif tag == "br":
            self.words.append(" ")
        elif tag in ("img", "area"):
            self.words.append(f" {element.get('alt', '')} ")

    def close(self, element):
        tag = element.tag
        address = element.get("href") if tag == "a" else element.get("src")
        if address and address.strip():
            self.words.append(Token("", address.strip()))
        if tag in ("td", "th") and self.tables == 1 and self.row is not None:
            self.row[0].append(self.take_tokens())
            self.row[1].append(tag == "th")
            self.in_cell = False
        elif tag in ENDS_A_BLOCK:
            self.break_off()
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag == "table":
            self.tables -= 1
        elif tag == "tr" and self.tables == 1 and self.row is not None:
            cells, heads = self.row
            self.row = None
            if any(cells):
                self.blocks.append(Block("tr", tuple(cells), tuple(heads)))

    def take_tokens(self):
        """The words since the last block began, as tokens."""
        tokens, text = [], ""
        for part in [*self.words, None]:
            if isinstance(part, str):
                text += part
                continue
            tokens += [Token(word, gap=bool(gap)) for gap, word in WORDS.findall(text)]
            tokens += [part] if part else []
            text = text[len(text.rstrip()) :]
        self.words = []
        return tuple(tokens)

    def break_off(self):
        if self.in_cell:
            self.words.append(" ")
            return
        tokens = self.take_tokens()
        if tokens:
            in_list = self.kind == "li" or (self.kind == "p" and self.lists)
            kind = (self.lists[-1] if self.lists else "ul") if in_list else self.kind
            self.blocks.append(Block(kind, (tokens,), lists=tuple(self.lists[:DEEPEST]) or ("ul",)))
        self.kind = "p"

    def finish(self):
        self.in_cell = False
        self.break_off()
        return self.blocks


# ---- pairing ----


def _steps(old, new):
    """difflib's steps, with what begins and ends alike taken off first."""
    start, end = 0, 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    if start:
        yield "equal", 0, start, 0, start
    if a or b:
        # difflib leaves crowds of the same thing out of long texts, or a crowd would take minutes.
        for what, i1, i2, j1, j2 in SequenceMatcher(
            None, a, b, autojunk=len(a) * len(b) > MANY
        ).get_opcodes():
            yield what, start + i1, start + i2, start + j1, start + j2
    if end:
        yield "equal", len(old) - end, len(old), len(new) - end, len(new)


def _paired(old, new):
    """(old block, new block) in the order of the new text; None stands where there is no partner."""
    for what, i1, i2, j1, j2 in _steps(old, new):
        if what == "equal":
            yield from zip(old[i1:i2], new[j1:j2], strict=True)
        else:
            yield from _matched(old[i1:i2], new[j1:j2])


def _matched(old, new):
    """Blocks that both changed, paired where enough of their words are the same, without crossing."""
    if len(old) * len(new) > CROWD:
        likes = {(i, i): 1.0 for i in range(min(len(old), len(new))) if _may_pair(old[i], new[i])}
    elif len(old) == len(new) == 1 and old[0].kind == new[0].kind and _may_pair(old[0], new[0]):
        likes = {(0, 0): 1.0}
    else:
        olds, news = (
            [{t.as_text.casefold() for t in block.tokens} for block in side] for side in (old, new)
        )
        likes = {}
        for i, one in enumerate(olds):
            for j, other in enumerate(news):
                like = 2 * len(one & other) / (len(one) + len(other) or 1)
                if like > ENOUGH and _may_pair(old[i], new[j]):
                    likes[i, j] = like
    i = j = 0
    for at, partner in sorted(_best_path(likes, len(old), len(new)).items()):
        yield from ((gone, None) for gone in old[i:partner])
        yield from ((None, come) for come in new[j:at])
        yield old[partner], new[at]
        i, j = partner + 1, at + 1
    yield from ((gone, None) for gone in old[i:])
    yield from ((None, come) for come in new[j:])


def _may_pair(old, new):
    return (old.kind == "tr") == (new.kind == "tr") and len(old.cells) == len(new.cells)


def _best_path(likes, height, width):
    """{new: old} along which the likenesses add up to most."""
    if height * width > CROWD:
        return {j: i for i, j in likes}
    best = [[0.0] * (width + 1) for _ in range(height + 1)]
    for i in range(height - 1, -1, -1):
        here, below = best[i], best[i + 1]
        for j in range(width - 1, -1, -1):
            here[j] = max(below[j], here[j + 1], below[j + 1] + likes.get((i, j), -1))
    pairs, i, j = {}, 0, 0
    while i < height and j < width:
        if (i, j) in likes and best[i][j] == best[i + 1][j + 1] + likes[i, j]:
            pairs[j], i, j = i, i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _word_steps(old, new):
    """(kept or None, gone, come) runs of tokens; sentences first where there are very many words."""
    if len(old) * len(new) <= MANY:
        for what, i1, i2, j1, j2 in _steps(old, new):
            yield (new[j1:j2], (), ()) if what == "equal" else (None, old[i1:i2], new[j1:j2])
        return
    olds, news = _sentences(old), _sentences(new)
    for what, i1, i2, j1, j2 in _steps(olds, news):
        gone, come = (
            tuple(token for one in side for token in one) for side in (olds[i1:i2], news[j1:j2])
        )
        if what == "equal":
            yield come, (), ()
        elif len(gone) * len(come) <= MANY:
            yield from _word_steps(gone, come)
        else:
            for kind, a1, a2, b1, b2 in _steps(gone, come):
                yield (come[b1:b2], (), ()) if kind == "equal" else (None, gone[a1:a2], come[b1:b2])


def _sentences(tokens):
    found = [[]]
    for token in tokens:
        found[-1].append(token)
        if token.text in (".", "?", "!", ";", ":"):
            found.append([])
    return [tuple(one) for one in found if one]


# ---- writing ----


class _Writer:
    def __init__(self):
        self.out, self.open, self.changes, self.added, self.removed = [], [], [], 0, 0

    def write(self, old, new):
        shape = new or old
        cells = [
            self.cell(
                before, after, *((1, 0) if new is None else (0, 1) if old is None else (0, 0))
            )
            for before, after in zip(
                old.cells if old else [()] * len(shape.cells),
                new.cells if new else [()] * len(shape.cells),
                strict=True,
            )
        ]
        self.stand_in(
            shape.lists if shape.kind in ("ul", "ol") else ("table",) * (shape.kind == "tr")
        )
        if shape.kind == "tr":
            heads = [
                ("th", f' scope="{"col" if all(shape.heads) else "row"}"') if head else ("td", "")
                for head in shape.heads
            ]
            row = "".join(
                f"<{tag}{more}>{cell}</{tag}>"
                for (tag, more), cell in zip(heads, cells, strict=True)
            )
            self.out.append(f"<tr>{row}</tr>")
        elif shape.kind in ("ul", "ol"):
            self.out.append(f"<li>{cells[0]}")
        else:
            self.out.append(f"<{shape.kind}>{cells[0]}</{shape.kind}>\n")

    def stand_in(self, wanted):
        """Close and open lists and tables until exactly `wanted` are open; a list stands inside its item."""
        shared = 0
        while shared < min(len(wanted), len(self.open)) and wanted[shared] == self.open[shared]:
            shared += 1
        while len(self.open) > shared:
            self.shut(self.open.pop())
        if shared and wanted and wanted[-1] != "table" and shared == len(wanted):
            self.out.append("</li>\n")
        for n, tag in enumerate(wanted[shared:]):
            # A list may begin deeper than the item before it, and nothing but an item may stand in a list.
            self.out.append("<li>" if n and tag != "table" else "")
            self.out.append('<table class="table"><tbody>' if tag == "table" else f"<{tag}>\n")
            self.open.append(tag)

    def shut(self, tag):
        self.out.append("</tbody></table>\n" if tag == "table" else f"</li></{tag}>\n")

    def cell(self, old, new, all_gone, all_come):
        if all_gone or all_come or old == new:
            runs = [(None, old, ()) if all_gone else (None, (), new) if all_come else (new, (), ())]
        else:
            runs = list(_word_steps(old, new))
        html = ""
        for n, (kept, gone, come) in enumerate(runs):
            if kept is not None:
                html += "".join(_html(token) for token in kept)
                continue
            html += _marked("del", "removed", gone, "") + _marked(
                "ins", "added", come, " " if gone else ""
            )
            self.removed += _words(gone)
            self.added += _words(come)
            if gone or come:
                before = runs[n - 1][0] if n else ()
                after = runs[n + 1][0] if n + 1 < len(runs) else ()
                self.changes.append(_summary(before or (), gone, come, after or ()))
        return html.strip()

    def finish(self):
        self.stand_in(())
        return "".join(self.out)


def _html(token):
    return "" if token.address else f"{' ' if token.gap else ''}{escape(token.text)}"


def _marked(tag, label, tokens, before):
    words = _plain(tokens)
    if not words:
        return ""
    gap = " " if tokens[0].gap else before
    return f'{gap}<{tag}><span class="vh">{label}: </span>{escape(words)}</{tag}>'


def _plain(tokens):
    return "".join(f"{' ' if token.gap else ''}{token.as_text}" for token in tokens).strip()


def _words(tokens):
    return sum(1 for token in tokens if token.address or any(c.isalnum() for c in token.text))


def _short(tokens):
    return _plain(tokens) if len(tokens) <= SHOWN else f"{_plain(tokens[:SHOWN])} …"


def _summary(before, removed, come, after):
    """“… people may [removed: seven] [added: ten] days after …”."""
    before, after = ([token for token in side if token.text] for side in (before, after))
    parts = [
        f"{'… ' if len(before) > 4 else ''}{_plain(before[-4:])}" if before else "",
        f"[removed: {_short(removed)}]" if removed else "",
        f"[added: {_short(come)}]" if come else "",
        f"{_plain(after[:4])}{' …' if len(after) > 4 else ''}" if after else "",
    ]
    return " ".join(part for part in parts if part)
