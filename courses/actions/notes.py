"""A reader's own words: notes, highlights and reflections. Each for themselves; nobody writes, reads or erases for another.

The record gets no word of them, and nothing of notes; only that a reflection was shared, answered or
taken back, with keys (docs/decisions/0004). Here alone a row is deleted: the words are the writer's.
"""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.clean import plain
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.people.actions import tell
from lms.people.models import Role
from lms.people.roles import holders_of, may_act_as
from lms.record.actions import write

from .. import rules
from ..models import Helpline, ReaderNote
from ..privacy_guard.guard import capitalised, look
from ..states import NoteKind
from .study import insist_open, part_of

LONGEST = {"text": 20000, "quote": 1000, "reply": 4000}


class Conflict(Refused):
    """Another device changed the words first. `theirs`: the ReaderNote as it stands, or None where it was erased."""

    def __init__(self, theirs):
        super().__init__(
            _(
                "You changed these words on another device. Both are kept: choose which to go on with."
            )
        )
        self.theirs = theirs


class Guarded(Refused):
    """The words seem to tell who somebody is. `findings`: what, where, and what to write instead."""

    def __init__(self, findings):
        super().__init__(
            _(
                "This seems to tell who someone is. Change it, or say that it is not about a real person."
            )
        )
        self.findings = findings


# ---- notes ----


def write_note(person, version, *, by, key, quote, text, token=None) -> ReaderNote:
    """Keep a note at a part of the text, or a highlight: a quote without words. The same token twice is once."""
    own(person, by)
    insist(rules.may_study(person, version.variant))
    insist_open(person, version.variant)
    if not any(segment["id"] == key for segment in version.segments):
        raise Refused(_("This part is not in the version you are reading. Open the unit again."))
    quote, text = fitting(quote, "quote"), fitting(text, "text")
    if not quote and not text:
        raise Refused(_("Write something, or mark some words, then save."))
    try:
        with transaction.atomic():
            kept = ReaderNote.objects.filter(person=person, token=token).first() if token else None
            return kept or ReaderNote.objects.create(
                person=person,
                variant=version.variant,
                kind=NoteKind.NOTE,
                key=key,
                token=token,
                quote=quote,
                text=text,
            )
    except IntegrityError:  # it came twice at once: the constraint let one through
        return ReaderNote.objects.get(person=person, token=token)


@transaction.atomic
def change_note(note, *, by, text, edition) -> ReaderNote:
    """Write a note anew. Raises Conflict where another device did so since `edition`; the same words are no conflict."""
    own(note.person, by)
    locked = standing(note.pk)
    if locked is None or locked.kind != NoteKind.NOTE:
        raise Refused(_("This note has been erased."))
    insist(rules.may_study(locked.person, locked.variant))
    text = fitting(text, "text")
    if not text and not locked.quote:
        raise Refused(_("Write something, or erase the note."))
    return locked if locked.text == text else changed(locked, text, edition)


@transaction.atomic
def erase(note, *, by):
    """Delete one's own words for good, twice is once.

    1. the row; for a shared reflection first 2. the tutor's view ends, the record is written and the
    tutor is told. The reply goes with it.
    """
    own(note.person, by)
    locked = standing(note.pk)
    if locked is None:
        return
    take_back(locked, by)
    locked.delete()


# ---- reflections ----


def write_reflection(person, version, key, text, *, by, edition, keep_anyway=False) -> ReaderNote:
    """Keep what somebody thinks at a prompt of the version. `edition`: the one they read, 0 for none yet.

    Raises Conflict where another device wrote since, Guarded where the words seem to tell who somebody
    is and the writer has not said to keep them all the same. The same words again change nothing.
    """
    own(person, by)
    insist(rules.may_study(person, version.variant))
    insist_open(person, version.variant)
    prompt = part_of(version, key, "reflection")["prompt"]
    text = fitting(text, "text")
    if not text:
        raise Refused(_("Write something, or erase the reflection."))
    try:
        with transaction.atomic():
            return reflect(person, version, key, prompt, text, edition, keep_anyway)
    except IntegrityError:  # two devices began at once: the second now finds the first
        with transaction.atomic():
            return reflect(person, version, key, prompt, text, edition, keep_anyway)


def reflect(person, version, key, prompt, text, edition, keep_anyway):
    of = {"person": person, "variant": version.variant, "key": key, "kind": NoteKind.REFLECTION}
    locked = ReaderNote.objects.select_for_update(no_key=True).filter(**of).first()
    if locked and locked.text == text:
        return locked
    if edition != (locked.edition if locked else 0):
        raise Conflict(locked)
    if not keep_anyway and (findings := look(text, names_in(version))):
        raise Guarded(findings)
    if locked is None:
        return ReaderNote.objects.create(**of, prompt=prompt, text=text)
    return changed(locked, text, edition, prompt=prompt)


@transaction.atomic
def share(note, tutor, *, by) -> ReaderNote:
    """Let one tutor read one reflection, until it is taken back.

    1. the tutor, 2. the record is written, 3. the tutor is told, without a word of it.
    """
    own(note.person, by)
    locked = reflection(note)
    insist(rules.may_study(locked.person, locked.variant))
    if tutor.pk == locked.person_id or tutor.pk not in {
        holder.pk for holder in holders_of(Role.TUTOR)
    }:
        raise Refused(_("Choose someone who is a tutor today."))
    if locked.shared_with_id == tutor.pk:
        return locked
    if locked.shared_with_id:
        raise Refused(_("This reflection is shared with another tutor. Stop sharing it first."))
    locked.shared_with, locked.shared_at = tutor, clock.now()
    locked.save(update_fields=["shared_with", "shared_at"])
    write("courses.share_reflection", locked, by=by, after={"tutor": tutor.pk})
    tell(
        tutor,
        _("A reflection has been shared with you"),
        _(
            "%(full_name)s has shared a reflection with you. Only you can read it, and only for as long as they share it."
        )
        % {"full_name": locked.person.full_name},
        f"/teaching/reflections/{locked.pk}/",
    )
    return locked


@transaction.atomic
def unshare(note, *, by) -> ReaderNote:
    """End the tutor's view at once: 1. the tutor goes, 2. the record is written, 3. the tutor is told. A reply stays."""
    own(note.person, by)
    locked = reflection(note)
    take_back(locked, by)
    return locked


@transaction.atomic
def reply(note, *, by, text) -> ReaderNote:
    """Answer a reflection that is shared with `by`: 1. the reply, 2. the record is written, 3. the trainee is told."""
    locked = standing(note.pk)
    if (
        locked is None
        or locked.shared_with_id is None
        or locked.shared_with_id != getattr(by, "pk", None)
    ):
        raise NotAllowed(_("This reflection is not shared with you."))
    insist(may_act_as(by, Role.TUTOR))
    words = fitting(text, "reply")
    if not words:
        raise Refused(_("Write your reply, then send it."))
    if locked.reply != words:
        locked.reply, locked.replied_at = words, clock.now()
        locked.save(update_fields=["reply", "replied_at"])
        write("courses.reply_to_reflection", locked, by=by)
        tell(
            locked.person,
            _("Your tutor has replied to a reflection"),
            _("%(full_name)s has replied to a reflection you shared.")
            % {"full_name": by.full_name},
            f"/study/notes/{locked.pk}/",
        )
    return locked


# ---- what the actions share ----


def own(person, by):
    """Refuse anybody but the writer; there is no operator of somebody's thoughts."""
    if getattr(by, "pk", None) is None or by.pk != person.pk:
        raise NotAllowed(_("Only the person who wrote this can do that."))


def standing(pk):
    """The row as it stands now, held until the action is done; None once it was erased."""
    rows = ReaderNote.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("person", "variant__unit__module").filter(pk=pk).first()


def reflection(note):
    locked = standing(note.pk)
    if locked is None or locked.kind != NoteKind.REFLECTION:
        raise Refused(_("Only a reflection that is kept here can be shared."))
    return locked


def changed(locked, text, edition, **more):
    if locked.edition != edition:
        raise Conflict(locked)
    for field, value in {
        "text": text,
        "edition": locked.edition + 1,
        "changed_at": clock.now(),
        **more,
    }.items():
        setattr(locked, field, value)
    locked.save(update_fields=["text", "edition", "changed_at", *more])
    return locked


def take_back(locked, by):
    tutor = locked.shared_with
    if tutor is None:
        return
    locked.shared_with = locked.shared_at = None
    locked.save(update_fields=["shared_with", "shared_at"])
    write("courses.unshare_reflection", locked, by=by, before={"tutor": tutor.pk})
    tell(
        tutor,
        _("A reflection is no longer shared with you"),
        _(
            "%(full_name)s has taken back a reflection they had shared with you. There is nothing you need to do."
        )
        % {"full_name": locked.person.full_name},
        "/teaching/reflections/",
    )


def fitting(words, field) -> str:
    """The words without what a database cannot hold; Refused where they are too many."""
    words = str(words or "").replace("\0", "").replace("\r\n", "\n").strip()
    if len(words) > LONGEST[field]:
        raise Refused(
            _(
                "This is %(count)s signs long, and %(longest)s are kept. Nothing was saved: shorten it, or save it in two parts."
            )
            % {"count": len(words), "longest": LONGEST[field]}
        )
    return words


def names_in(version) -> set[str]:
    """What the unit itself names: the people of its invented cases, Acts and organisations."""
    return capitalised(plain(version.html)) | set(Helpline.objects.values_list("name", flat=True))
