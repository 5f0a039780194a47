"""Letters of a Word paragraph that look alike, as HTML and as words."""

import html
from dataclasses import dataclass, replace
from itertools import groupby

from .results import cut
from .wording import RUNNABLE


@dataclass(frozen=True)
class Atom:
    """Letters that look alike; "\\n" is a line break. `note` is the number of a note that stands here."""

    text: str
    bold: bool = False
    italic: bool = False
    raised: str = ""
    href: str = ""


def without_leading_space(atoms):
    for place, atom in enumerate(atoms):
        if atom.text.strip():
            return [replace(atom, text=atom.text.lstrip()), *atoms[place + 1 :]]
    return []


def as_words(atoms) -> str:
    """The letters alone, with the address of each link after its words."""
    said = []
    for href, group in groupby(atoms, lambda atom: atom.href):
        words = "".join(atom.text for atom in group)
        said.append(
            f"{words} ({href})" if href and words.strip() and words.strip() != href else words
        )
    return "\n".join(" ".join(row.split()) for row in "".join(said).strip().split("\n"))


def as_html(atoms, most: int, *, bold=True) -> list[str]:
    """Inline HTML, cut into pieces of at most about `most` characters; none when there are no words."""
    pieces, current = [], ""
    for atom in _trimmed(_merged(atoms, bold)):
        for text in cut(atom.text, most // 10):
            drawn = _as_html(replace(atom, text=text))
            if current and len(current) + len(drawn) > most:
                pieces.append(current)
                current = ""
            current += drawn
    return [piece for piece in (*pieces, current) if piece]


def _merged(atoms, bold):
    """Neighbours that look alike as one, so that a word is not broken by Word's own divisions."""
    alike = groupby(
        (atom if bold else replace(atom, bold=False) for atom in atoms),
        lambda atom: replace(atom, text=""),
    )
    return [replace(look, text="".join(atom.text for atom in group)) for look, group in alike]


def _trimmed(atoms):
    while atoms and not atoms[0].text.strip():
        atoms.pop(0)
    while atoms and not atoms[-1].text.strip():
        atoms.pop()
    if atoms:
        atoms[0] = replace(atoms[0], text=atoms[0].text.lstrip())
        atoms[-1] = replace(atoms[-1], text=atoms[-1].text.rstrip())
    return atoms


def _as_html(atom):
    text = (
        html.escape(RUNNABLE.sub(r"\1 :", atom.text), quote=False)
        .replace("\xa0", "&nbsp;")
        .replace("\n", "<br>")
    )
    if not atom.text.strip():
        return text
    for tag, is_so in (("em", atom.italic), ("strong", atom.bold), (atom.raised, atom.raised)):
        if is_so:
            text = f"<{tag}>{text}</{tag}>"
    return f'<a href="{html.escape(atom.href)}">{text}</a>' if atom.href else text
