"""What later attempts at pieces of work count at most: by the version that a cohort sits where it says so, else by the cohort's rules."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from ...attempts.models import Cap
from ...setting.judging import Rules, attempt_rule
from ...setting.queries import version_for
from ...setting.scale import in_figures


def caps_of(pieces: Iterable, cohort: int, rules: Rules) -> dict[int, Cap | None]:
    """By the key of each piece, as `modules_of` has it; None: no cap. A query for each that has a cap of its own."""
    found: dict[int, Cap | None] = {}
    for piece in pieces:
        if piece.pk in found:
            continue
        rule = attempt_rule(rules, piece)
        if rule.cap is None:
            found[piece.pk] = None
            continue
        version = version_for(piece.pk, cohort) if rule.is_own_cap else None
        found[piece.pk] = Cap(Decimal(rule.cap), version.number if version else None)
    return found


def work_in_words(
    pieces: Iterable, caps: Mapping[int, Cap | None]
) -> tuple[str, Decimal | None, bool]:
    """The titles of pieces, the cap that all of them have, and whether it is one for all: where it is not, each title has its own beside it."""
    pieces = list(pieces)
    own = [caps.get(piece.pk) for piece in pieces]
    different = {cap and cap.most for cap in own}
    if len(different) <= 1:
        return "; ".join(piece.title for piece in pieces), next(iter(different), None), True
    named = [
        _("%(title)s (counts at most %(cap)s)")
        % {"title": piece.title, "cap": in_figures(cap.most)}
        if cap
        else _("%(title)s (no cap)") % {"title": piece.title}
        for piece, cap in zip(pieces, own, strict=True)
    ]
    return "; ".join(named), None, False
