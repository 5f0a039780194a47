"""Keeps why an action was done, in the officer's words; the record cannot be erased, so it never holds them."""

from lms.kit import clock
from lms.record.actions import actor_label, thing_label

from ..models import Remark


def remark(thing, action, text, *, by) -> Remark | None:
    """Called by an action inside its own transaction, once it is sure to be done. No words, no remark."""
    text = " ".join(text.split())
    if not text:
        return None
    return Remark.objects.create(
        about=thing_label(thing),
        action=action,
        text=text,
        written_by=actor_label(by),
        written_at=clock.now(),
    )
