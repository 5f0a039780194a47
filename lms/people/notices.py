"""Tells many people what a long action did, some at a time after it, so that nobody waits for it; it forgets no one when it is killed."""

import time
from dataclasses import dataclass

from django.db import transaction

from lms.kit.batches import rest

from .actions import tell_many
from .invitations import invite_new, link_of
from .models import NoticeBatch, User

AT_ONCE = 40  # in one transaction


@dataclass(frozen=True)
class Actor:
    """Whoever did the action, as the record names them."""

    record_label: str
    pk = None


def tell_after(messages: list[dict], *, by) -> NoticeBatch | None:
    """Inside an action's transaction: 1. what its batch will tell people is kept. Once that is committed, `bring` or the worker tells them."""
    return NoticeBatch.objects.create(lines=messages, made_by=by.record_label) if messages else None


def bring_now(batch):
    """Inside a short action's transaction: tell people what its batch says, and invite those it names."""
    _bring_lines(batch.messages, batch.by)


def bring(made: NoticeBatch | None = None, *, most: int | None = None) -> int:
    """Tell people what was kept for them, the oldest first or of one batch alone, in short transactions; at most so many. How many
    were told. Killed at any moment, or done by two at once, each message is told once."""
    link_of(
        "-"
    )  # the first address that a process spells costs it a second: not while it is SQLite's one writer
    told = 0
    while most is None or told < most:
        begun = time.monotonic()
        count = _bring_some(made and made.pk)
        if not count:
            return told
        told += count
        if count == AT_ONCE:
            rest(time.monotonic() - begun)
    return told


@transaction.atomic
def _bring_some(key) -> int:
    waiting = NoticeBatch.objects.select_for_update(skip_locked=True, no_key=True)
    held = (waiting.filter(pk=key) if key else waiting).first()
    if held is None:
        return 0
    now, later = held.lines[:AT_ONCE], held.lines[AT_ONCE:]
    _bring_lines(now, Actor(held.made_by))
    if later:
        held.lines = later
        held.save(update_fields=["lines"])
    else:
        held.delete()
    return len(now)


def _bring_lines(lines, by):
    if not lines:
        return
    people = User.objects.in_bulk({line["person"] for line in lines})
    tell_many(
        [
            (people[line["person"]], line["subject"], line["body"], line["url"])
            for line in lines
            if not line.get("invite")
        ]
    )
    invite_new([people[line["person"]] for line in lines if line.get("invite")], by=by)
