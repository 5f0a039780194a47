"""Which line of a mark's history counts, and what follows when a mark is settled; it knows no person and no script."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lms.kit.languages import in_english

from ..setting.scale import in_figures

SETTLED = ("agreed", "quiz", "not_submitted")  # stages with which an attempt has a mark
STANDING = (*SETTLED, "capped", "misconduct", "ratified")  # stages whose mark is somebody's result


@dataclass(frozen=True)
class Line:
    """A line to be added: its stage, its mark of 0 to 100, and why it is this mark."""

    stage: str
    mark: Decimal
    rule: str


def standing(lines: Iterable) -> Decimal | None:
    """The mark of the last line that is somebody's result; None where there is none. A single marker's mark is nobody's result.
    `lines` have a `stage` and a `mark`, oldest first."""
    marks = [line.mark for line in lines if line.stage in STANDING]
    return marks[-1] if marks else None


def settled(stage: str, mark: Decimal, rule: str, cap: Decimal | None) -> list[Line]:
    """The lines that a settled mark adds: itself and, where the attempt has a cap below it, what the attempt counts."""
    lines = [Line(stage, mark, rule)]
    if cap is not None and mark > cap:
        lines.append(
            Line("capped", cap, in_english(f"Another attempt counts at most {in_figures(cap)}."))
        )
    return lines
