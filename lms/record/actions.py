"""Writes the record; it refuses to write outside a transaction."""

import json
from collections.abc import Iterable
from datetime import UTC

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Subquery
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock

from .models import Entry, Head
from .queries import is_behind
from .sequencer import sequence_all

CLOCK = gettext_noop(
    "The clock of this site is wrong: it stands earlier than what was done last. Nothing was changed. "
    "Tell whoever runs this site, and try again when the clock is right."
)


def actor_label(by) -> str:
    """“person:12” for a person, or the label of an operator at the command line."""
    return by.record_label


def thing_label(thing) -> str:
    return thing if isinstance(thing, str) else f"{thing._meta.label_lower}:{thing.pk}"


def write(action: str, thing, *, by, before=None, after=None, reason: str = "") -> Entry:
    """Add one entry, inside the action's own transaction. It takes no lock that another action could wait for.

    Raises RuntimeError outside a transaction: an action and its entry stand or fall together. Raises NotNow, so that the whole
    action is undone, where the clock of a real installation went back: late work would become punctual.
    """
    return write_many(
        [{"action": action, "thing": thing, "before": before, "after": after, "reason": reason}],
        by=by,
    )[0]


def write_many(lines: Iterable[dict], *, by) -> list[Entry]:
    """Add an entry for each line in one statement, in their order. A line has `action` and `thing`, and may have `before`, `after`
    and `reason`. Raises what `write` raises."""
    if not connection.in_atomic_block:
        raise RuntimeError("An action and its record entry need one transaction.")
    insist_clock()
    return _insert(lines, by)


def insist_clock():
    """Raises NotNow where the clock of a real installation went back."""
    if not settings.DEMONSTRATION and is_behind(latest()):
        raise import_string(settings.IMSA_RECORD_REFUSAL)(_(CLOCK))


def entries_for(lines: Iterable[dict], *, by) -> list[Entry]:
    """The entries of these lines with their hashes, not written yet; lms.kit.batches writes them inside the action's transaction."""
    at, actor, entries = clock.now().astimezone(UTC), actor_label(by), []
    for line in lines:
        entry = Entry(at=at, actor=actor, **line | {"thing": thing_label(line["thing"])})
        insist_kept([entry.before, entry.after])
        entry.hash = entry.digest()
        entries.append(entry)
    return entries


def _insert(lines, by):
    return Entry.objects.bulk_create(entries_for(lines, by=by), batch_size=500)


def insist_kept(content):
    """Raises ValueError for numbers that a database gives back as others, so that the entry would look changed for ever: PostgreSQL
    keeps no sign of a zero, and 1e16 as a whole number."""

    def parse_number(literal):
        if "e+" in literal or literal.startswith("-") and float(literal) == 0:
            raise ValueError(
                f"The record keeps no number like {literal}. Write it as a whole number or as words."
            )
        return float(literal)

    json.loads(json.dumps(content, allow_nan=False), parse_float=parse_number)


def latest():
    """The latest time in the record, sequenced or not; None before the first entry. One statement."""
    newest = Entry.objects.order_by("-pk").values("at")[:1]
    found = Head.objects.filter(pk=1).values_list("at", Subquery(newest)).first() or ()
    return max((at for at in found if at), default=None)


@transaction.atomic
def accept_clock(*, by, reason: str) -> Entry:
    """The clock is right now, and what was written before it was too late: actions are possible again from this moment. 1. what was
    written at the wrong time is sequenced, 2. a record entry with the reason, 3. the head's time. The entries of the wrong time stay
    as they are."""
    sequence_all()
    (made,) = _insert([{"action": "record.accept_clock", "thing": "record", "reason": reason}], by)
    Head.objects.filter(pk=1).update(at=made.at)
    return made
