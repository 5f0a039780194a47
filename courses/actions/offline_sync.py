"""What a device sends after it had no connection: each thing arrives once, in the order it was done.

The device gives every thing a token. What came of it is kept with the token, so that a thing sent
again because the answer was lost is not done again. No words of the reader are kept with a token:
they stand in what they wrote, which they may erase.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock
from lms.kit.clearing import drop_rows
from lms.kit.refusals import NotAllowed, Refused, insist

from .. import rules
from ..knowledge_checks import feedback
from ..models import OfflineSync, ReaderNote, UnitVersion
from ..states import NoteKind
from . import notes, study

MOST = 100  # things in one sending
LONGEST = 20_000  # characters in one text, as everywhere
SETTLED = "settled"
KEPT, CONFLICT, LOOK, REFUSED = "kept", "conflict", "look", "refused"
DAYS = 90  # a token is remembered this long
FINAL = (KEPT, REFUSED)  # in the two others nothing was done, so the same thing is judged again
MALFORMED = gettext_noop(
    "This could not be read, so nothing was done with it. It is still on your device."
)
NO_TOKEN = gettext_noop(
    "This has no number of its own, so it cannot be taken in once and only once. It is still on your device."
)
NOT_ON_PLAN = gettext_noop(
    "This text is not on your study plan, so nothing was kept on the site. It is still on your device."
)
TOO_LONG = gettext_noop(
    "This text is longer than %(longest)s characters. Make it shorter, then send it again."
)
TOO_MANY = gettext_noop(
    "Send at most %(most)s things at a time. Nothing was taken in, and everything is still on your device."
)
# The device judged by rules that are older or newer than the site's: what the site says stands.
RIGHT = gettext_noop(
    "Your device said that this answer is not right yet. It is right, and recorded as right."
)
NOT_RIGHT = gettext_noop(
    "Your device said that this answer is right. The site found it not right yet. Open the unit on the site and try again."
)


class Fields(dict):
    """The fields of a form, as a browser would have sent them."""

    def getlist(self, name):
        return self.get(name, [])


@dataclass(frozen=True)
class OfflineItem:
    """One thing, with what any action may ask of it."""

    person: object
    version: UnitVersion
    token: uuid.UUID
    data: dict
    by: object

    def words(self, name, longest=LONGEST) -> str:
        """A text of the thing, without what no database keeps. Raises Refused when it is none or too long."""
        said = self.data.get(name, "")
        if not isinstance(said, str):
            raise Refused(_(MALFORMED))
        if len(said) > longest:
            raise Refused(
                _(TOO_LONG) % {"longest": f"{LONGEST:,}"} if longest == LONGEST else _(MALFORMED)
            )
        return said.replace("\0", "").encode(errors="replace").decode()

    def number(self, name) -> int:
        said = self.data.get(name, 0)
        if isinstance(said, str) and said.isdecimal() and len(said) < 10:
            said = int(said)
        if type(said) is not int or not 0 <= said < 2**63:
            raise Refused(_(MALFORMED))
        return said

    @property
    def part(self) -> str:
        return self.words("part", longest=80)

    @property
    def fields(self) -> Fields:
        fields = self.data.get("fields")
        if not isinstance(fields, dict) or not all(
            isinstance(v, list) and all(isinstance(o, str) for o in v) for v in fields.values()
        ):
            raise Refused(_(MALFORMED))
        return Fields(
            {
                name: [one.replace("\0", "").encode(errors="replace").decode() for one in v]
                for name, v in fields.items()
            }
        )


def receive(person, items, *, by) -> list[dict]:
    """Do what a device sends, in its order; returns a line for each: its token, its outcome, and what to say.

    1. each thing is a transaction of its own, with its `OfflineSync`. A thing that is refused does not stop
    the next. 2. tokens older than 90 days are forgotten. Raises Refused, and does nothing, when too much
    comes at once.
    """
    insist(rules.may_record_study(by, person))
    if not isinstance(items, list):
        raise Refused(_(MALFORMED))
    if len(items) > MOST:
        raise Refused(_(TOO_MANY) % {"most": MOST})
    done = [{"token": named(item), **once(person, item, by)} for item in items]
    OfflineSync.objects.filter(
        person=person, came_at__lt=clock.now() - timedelta(days=DAYS)
    ).delete()
    return done


def drop_old_syncs(*, by) -> int:
    """Of a device that sends no more: 1. tokens older than 90 days are deleted, with what came of them, 2. a record entry. How many. Twice is once."""
    old = OfflineSync.objects.filter(came_at__lt=clock.now() - timedelta(days=DAYS))
    return drop_rows(old, "courses.drop_old_syncs", by=by)


def once(person, item, by) -> dict:
    token = token_of(item)
    if token is None:
        return refused(_(NO_TOKEN))
    kind = item.get("kind")
    kind = kind if isinstance(kind, str) and kind in (*ACTIONS, SETTLED) else ""
    with transaction.atomic():
        arrival, is_new = OfflineSync.objects.get_or_create(
            person=person, token=token, defaults={"kind": kind}
        )
        if not is_new:
            arrival = OfflineSync.objects.select_for_update(no_key=True).get(pk=arrival.pk)
            if arrival.outcome.get("outcome") in FINAL:
                return outcome_of(arrival)
        settle(person, item.get("instead_of"))
        outcome = judged(person, kind, item, token, by)
        arrival.outcome = {
            name: outcome[name]
            for name in ("outcome", "sentence", "edition", "right")
            if name in outcome
        }
        if written := moment_of(item):
            arrival.outcome["at"] = written
        arrival.is_held = outcome["outcome"] in (CONFLICT, LOOK)
        arrival.version_id = item["version"] if arrival.is_held else None
        arrival.save(update_fields=["outcome", "is_held", "version"])
    return outcome


def settle(person, token):
    """The writer chose what becomes of a writing that was held back: what comes now is instead of it."""
    token = token_of({"token": token})
    if token:
        OfflineSync.objects.filter(person=person, token=token).update(is_held=False)


@transaction.atomic
def settle_held(person, pk, *, by):
    """The writer needs no reminder of a writing that was held back: its device was cleared, or they wrote it anew. Nothing is
    deleted; where the device still has it, it is there. Twice is once."""
    insist(rules.may_record_study(by, person))
    OfflineSync.objects.filter(person=person, pk=pk).update(is_held=False)


def outcome_of(arrival) -> dict:
    return {name: said for name, said in arrival.outcome.items() if name != "at"}


def judged(person, kind, item, token, by) -> dict:
    """Do it, and say what came of it; what is refused leaves nothing behind."""
    try:
        with transaction.atomic():
            if not kind:
                raise Refused(_(MALFORMED))
            if kind == SETTLED:  # the choice was to leave it: `once` has noted that
                return {"outcome": KEPT}
            more = ACTIONS[kind](OfflineItem(person, version_of(person, item), token, item, by))
        return {"outcome": KEPT, **(more or {})}
    except notes.Conflict as conflict:
        return conflicting(person, kind, item, conflict)
    except notes.Guarded as guarded:
        return {
            "outcome": LOOK,
            "sentence": str(guarded),
            "findings": [
                {"found": one.text, "advice": f"{one.why} {one.advice}"} for one in guarded.findings
            ],
        }
    except (NotAllowed, Refused, feedback.Unanswered) as refusal:
        return refused(str(refusal))


def version_of(person, item) -> UnitVersion:
    """The version the reader had before them. What is not on their plan is not there, as on the site."""
    pk = item.get("version")
    if type(pk) is not int or not 0 < pk < 2**63:
        raise Refused(_(MALFORMED))
    found = (
        UnitVersion.objects.select_related("variant__unit__module")
        .defer("html")
        .filter(pk=pk)
        .first()
    )
    if found is None or not rules.may_read(person, found.variant):
        raise Refused(_(NOT_ON_PLAN))
    insist(rules.may_study(person, found.variant))
    return found


# ---- what each kind does ----


def place(item):
    study.keep_place(item.person, item.version.variant, item.part, by=item.by)


def check(item):
    question = study.part_of(item.version, item.part, "check")
    _unused, verdict = study.answer_check(
        item.person, item.version, item.part, feedback.read_given(question, item.fields), by=item.by
    )
    told = item.data.get("right")
    if isinstance(told, bool) and told is not verdict.right:
        return {"right": verdict.right, "sentence": _(RIGHT if verdict.right else NOT_RIGHT)}
    return {"right": verdict.right}


def activity(item):
    study.do_activity(item.person, item.version, item.part, by=item.by)


def poll(item):
    study.vote(item.person, item.version, item.part, item.number("choice"), by=item.by)


def later(item):
    study.take_later(item.person, item.version.variant, by=item.by)


def now(item):
    study.take_now(item.person, item.version.variant, by=item.by)


def studied(item):
    study.mark_studied(item.person, item.version, by=item.by)


def note(item):
    # The thing's own token unless the page's form had one: a note sent twice, by either way, is one note.
    token = token_of({"token": item.data.get("note_token")}) or item.token
    made = notes.write_note(
        item.person,
        item.version,
        by=item.by,
        key=item.part,
        quote=item.words("quote", longest=1000),
        text=item.words("text"),
        token=token,
    )
    return {"edition": made.edition}


def note_change(item):
    own = ReaderNote.objects.visible_to(item.person).filter(
        kind=NoteKind.NOTE, variant=item.version.variant_id
    )
    found = own.filter(pk=item.number("writing")).first()
    if found is None:
        raise Refused(
            _("This note is no longer on the site. What you wrote is still on your device.")
        )
    changed = notes.change_note(
        found, by=item.by, text=item.words("text"), edition=item.number("edition")
    )
    return {"edition": changed.edition}


def reflection(item):
    made = notes.write_reflection(
        item.person,
        item.version,
        item.part,
        item.words("text"),
        by=item.by,
        edition=item.number("edition"),
        keep_anyway=item.data.get("keep_anyway") is True,
    )
    return {"edition": made.edition}


ACTIONS = {
    "place": place,
    "check": check,
    "activity": activity,
    "poll": poll,
    "later": later,
    "now": now,
    "studied": studied,
    "note": note,
    "note_change": note_change,
    "reflection": reflection,
}


# ---- saying what came of it ----


def refused(sentence) -> dict:
    return {"outcome": REFUSED, "sentence": sentence}


def conflicting(person, kind, item, conflict) -> dict:
    """Both texts, for the reader to choose; the same words twice are no conflict."""
    theirs = conflict.theirs
    if not isinstance(theirs, ReaderNote):
        theirs = own_writing(person, kind, item)
    text, edition = (theirs.text, theirs.edition) if theirs else ("", 0)
    yours = item.get("text", "")
    if theirs and text == yours:
        return {"outcome": KEPT, "edition": edition}
    return {
        "outcome": CONFLICT,
        "sentence": str(conflict),
        "theirs": text,
        "yours": yours,
        "edition": edition,
    }


def own_writing(person, kind, item):
    """The writing that stands in the way, read again."""
    own = ReaderNote.objects.visible_to(person)
    if kind == "note_change":
        return own.filter(pk=item["writing"]).first()
    variant = UnitVersion.objects.filter(pk=item["version"]).values("variant")
    return own.filter(
        variant__in=variant, kind=NoteKind.REFLECTION, key=item.get("part", "").replace("\0", "")
    ).first()


# ---- reading ----


def token_of(item):
    said = item.get("token") if isinstance(item, dict) else None
    try:
        return uuid.UUID(said) if isinstance(said, str) and len(said) == 36 else None
    except ValueError:
        return None


def named(item) -> str:
    """The token as the device spelt it, so that it knows its own thing again."""
    said = item.get("token") if isinstance(item, dict) else ""
    return said[:100].encode(errors="replace").decode() if isinstance(said, str) else ""


def moment_of(item) -> str:
    """When the device says it was done: shown to the reader alone, and measures nobody."""
    said = item.get("at")
    try:
        return (
            datetime.fromisoformat(said).isoformat()
            if isinstance(said, str) and len(said) <= 40
            else ""
        )
    except ValueError:
        return ""
