"""Headings, paragraphs and items of lists on their way into text blocks that an editor can hold."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from .results import BLOCK_MOST

BLOCK_ROOM = BLOCK_MOST - 1000  # for one piece, which must fit a block with the tags around it
LIST_TAGS = (
    45  # what an item may add to its words: its own tags and those of a list that begins there
)


class Flow:
    """Collects (kind, value) pairs in order; a text is divided at headings of level 2, and where it grows too long."""

    def __init__(self, name: Callable[[str], None]):
        self.name, self.last_heading = name, ""
        self.done, self.html, self.items, self.size = [], [], [], 0

    def heading(self, level, pieces, words):
        if level == 2:
            self._close()
        self.last_heading = words
        # Long “headings” are paragraphs that somebody made look like one.
        self._add(
            [f"<h{level}>{pieces[0]}</h{level}>", *(f"<p>{piece}</p>" for piece in pieces[1:])]
        )

    def paragraph(self, pieces, tag="p"):
        self._add([f"<{tag}>{piece}</{tag}>" for piece in pieces])

    def item(self, pieces, level, tag, number):
        """One item of a list. `number` is what stood before it, to say so where it changes."""
        first, *rest = pieces
        if self.size + len(first) + LIST_TAGS > BLOCK_MOST:
            self._close()
        if not self.items and tag == "ol" and number > 1:
            self.name(
                _("a list goes on here at %(number)s, and begins at 1 again in the block.")
                % {"number": number}
            )
        self.items.append([level, tag, first])
        self.size += len(first) + LIST_TAGS
        self.paragraph(rest)

    def note(self, pieces):
        """A note to the last item, kept inside it so that its list goes on."""
        for piece in pieces:
            if self.items and self.size + len(piece) + 1 <= BLOCK_MOST:
                self.items[-1][2] += f" {piece}"
                self.size += len(piece) + 1
            else:
                self.paragraph([piece])

    def other(self, kind, value):
        self._close()
        self.done.append((kind, value))

    def finished(self) -> list[tuple]:
        self._close()
        return self.done

    def _add(self, elements):
        for element in elements:
            self._end_list()
            if self.size + len(element) > BLOCK_MOST:
                self._close()
            self.html.append(element)
            self.size += len(element)

    def _end_list(self):
        if self.items:
            self.html.append(as_lists(self.items))
            self.items = []

    def _close(self):
        self._end_list()
        if self.html:
            self.done.append(("text", "".join(self.html)))
        self.html, self.size = [], 0


def as_lists(items) -> str:
    """Nested lists from (level, tag, html); a level that is skipped on the way in is not missed on the way out."""
    out, open_lists = [], []  # each open list: (level, tag), with its last item open
    for level, tag, html in items:
        while open_lists and (open_lists[-1][0] > level):
            out.append(f"</li></{open_lists.pop()[1]}>")
        if open_lists and open_lists[-1][0] == level and open_lists[-1][1] == tag:
            out.append("</li>")
        else:
            if open_lists and open_lists[-1][0] == level:
                out.append(f"</li></{open_lists.pop()[1]}>")
            out.append(f"<{tag}>")
            open_lists.append((level, tag))
        out.append(f"<li>{html}")
    out += [f"</li></{tag}>" for _unused, tag in reversed(open_lists)]
    return "".join(out)
