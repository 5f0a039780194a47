"""Draws what an author wrote into what a reader reads; it refuses nothing and stores nothing."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date

from lms.kit.clean import plain

from ..blocks import Asking
from ..knowledge_checks.questions import wordings_of
from .glossary import Glossary


@dataclass(frozen=True)
class RenderedUnit:
    """A unit as it will be read. `html` is shown as it stands: it comes from `draw`, or was cleaned."""

    title: str
    html: str
    outcomes: list = field(default_factory=list)
    content_note: str = ""
    provisions: list = field(default_factory=list)
    review_by: date | None = None
    parts: list = field(default_factory=list)
    core_revision: int | None = field(default=None, compare=False)

    @property
    def hash(self) -> str:
        """SHA-256 of the content in one fixed spelling; the same words give the same hash."""
        said = {name: value for name, value in asdict(self).items() if name != "core_revision"}
        text = json.dumps(
            said, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
        )
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def words(self) -> int:
        return len(plain(self.html).split())


def draw(page, core=None) -> RenderedUnit:
    """The page's words, blocks and law, with every provision as it stands now.

    `core`: the core page of the unit, whose gaps this page fills; None where the unit has none.
    """
    blocks = merged(core.body if core else [], page.body)
    provisions = {}
    for block in blocks:
        for law in law_in(block):
            provisions.setdefault(law.key, law.as_it_stands())
    html, parts = draw_stream(blocks)
    return RenderedUnit(
        title=page.title,
        html=html,
        outcomes=page.outcome_lines,
        content_note=page.content_note,
        provisions=list(provisions.values()),
        review_by=page.review_by,
        parts=parts,
        core_revision=core.live_revision_id if core else None,
    )


def law_in(block) -> list:
    """The provisions that a block teaches."""
    if block.block_type == "provision":
        found = [block.value["provision"]]
    elif block.block_type == "rights":
        found = [line["provision"] for line in block.value["rights"]]
    else:
        found = []
    return [law for law in found if law]


def draw_stream(blocks) -> tuple[str, list]:
    """The text on paper, and its parts where readers answer, write or choose ([] where they do not)."""
    parts, paper, taken = [], [], set()
    # Two: a word that stands on the screen in a question alone is marked on paper, and there is nothing to lead back to.
    on_paper = Glossary()
    on_screen = Glossary(on_paper.terms)
    for block in blocks:
        key = short_key(block.id or "", taken)
        asks = isinstance(block.block, Asking)
        html = block.render()
        paper.append(on_paper.mark(html))
        part = (
            block.block.part(block.value, key)
            if asks
            else {"kind": "html", "id": key, "html": html}
        )
        if part.get("style") == "short" and (forms := on_paper.forms_in(wordings_of(part))):
            part["forms"] = forms
        if "html" in part:
            part["html"] = on_screen.mark(part["html"])
        parts.append(part)
    if words := on_paper.render():
        paper.append(words)
    if words := on_screen.render():
        parts.append({"kind": "html", "id": "words", "html": words})
    asked = any(part["kind"] != "html" for part in parts)
    return "\n".join(paper), parts if asked else []


def short_key(key, used_keys) -> str:
    """The block's own key, as short as tells it apart on its page: it stands there a dozen times."""
    length = 8
    while key[:length] in used_keys and length < len(key):
        length += 4
    used_keys.add(key[:length])
    return key[:length]


def merged(core, overlay) -> list:
    """The blocks of a core with its gaps filled; what comes before the first fill comes first."""
    first, fills, into = [], {}, None
    for block in overlay:
        if block.block_type == "fill":
            into = fills.setdefault(block.value["gap"], [])
        else:
            (first if into is None else into).append(block)
    found = list(first)
    for block in core:
        if block.block_type == "gap":
            found += fills.pop(block.value["name"], [])
        else:
            found.append(block)
    return found + [block for left in fills.values() for block in left]


def gaps_of(body) -> dict[str, str]:
    """Name to label of every gap in a core."""
    return {
        block.value["name"]: block.value["label"] for block in body if block.block_type == "gap"
    }


def filled_by(body) -> set[str]:
    return {block.value["gap"] for block in body if block.block_type == "fill"}
