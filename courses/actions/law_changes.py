"""Changes of law: one person who keeps the law proposes, and another confirms or drops it, once a published unit teaches it."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.people.actions import tell
from lms.record.actions import write

from .. import rules
from ..models import LawChange, LawProposal, Provision
from ..models.provisions import reading_hash
from ..queries.law import effect_of
from ..states import Basis
from .law import check_provision, keepers
from .top_ups import recall_top_up

LAW = (
    "section",
    "title",
    "summary",
    "commencement",
    "jurisdictions",
    "source",
    "as_at",
    "review_by",
    "rights",
    "extent",
    "commenced_on",
    "instrument",
    "basis",
    "read_at",
)
# What an entry has that says nothing of it.
NONE_OF_IT = {
    "rights": [],
    "extent": "",
    "commenced_on": None,
    "instrument": "",
    "basis": Basis.NOTES,
    "read_at": "",
}
SAID_ALREADY = gettext_noop(
    "The ledger says this already. Change its words, its section or whether it is in force."
)
MOVED = gettext_noop(
    "The ledger was changed, or someone recorded that nothing had changed, after this was proposed. Drop it; "
    "what was typed can then be proposed again beside what the ledger says now."
)


@transaction.atomic
def record_change(provision, *, by, words, effective_on, now) -> LawChange:
    """Write down a change of law that no published unit teaches, so that it binds nobody.

    1. what the provision said, says, and since when, never to change; 2. the ledger says the new law; 3. the record is
    written. `now`: the new values of any of LAW. Refused when they say nothing else than the ledger does, and once a published
    unit cites the provision: then a second person confirms it (`propose_change`).
    """
    insist(rules.may_keep_law(by))
    locked = lock(provision)
    if locked.citations.exists():
        raise Refused(
            _(
                "Published units teach this provision, so a second person confirms the change. Propose it."
            )
        )
    refuse_open(locked)
    was, last = locked.as_it_stands(), locked.changes.first()
    words = insist_words(words, effective_on)
    write_law(locked, now)
    if reading_hash(locked.as_it_stands()) == locked.said:
        if last and last.words == words and last.now == locked.as_it_stands():
            return last
        raise Refused(_(SAID_ALREADY))
    return keep(locked, by, words, was, effective_on, next_reading(locked))


@transaction.atomic
def propose_change(provision, *, by, words, effective_on, now) -> LawProposal:
    """Put a change of law before a second person. Nothing changes for anybody yet.

    1. what the provision says, would say, and since when; 2. the record is written; 3. the others who keep the law are told.
    `now`: the new values of any of LAW. Twice is once; Refused as the change itself would be, and while another waits.
    """
    insist(rules.may_propose_change(by))
    locked = lock(provision)
    was, last = locked.as_it_stands(), locked.changes.first()
    words = insist_words(words, effective_on)
    write_law(locked, now)
    if reading_hash(locked.as_it_stands()) == reading_hash(was):
        made = (
            LawProposal.objects.filter(change=last, words=words).first()
            if last and last.now == locked.as_it_stands()
            else None
        )
        if made:
            return made
        raise Refused(_(SAID_ALREADY))
    locked.reading = next_reading(locked)
    return put_before_another(locked, by, words, was, effective_on)


@transaction.atomic
def propose_undoing(change, *, by, why) -> LawProposal:
    """The law had not changed, and the ledger says that it had: put this before a second person.

    1. the proposal, in which only what the change altered goes back; 2. the record is written; 3. the others who keep the law
    are told. Twice is once; Refused for any but the newest change, and without a reason.
    """
    insist(rules.may_propose_change(by))
    locked, why = lock(change.provision), why.strip()
    change = LawChange.objects.get(pk=change.pk)
    undone = change.undoings.exclude(change=None).first()
    if undone and undone.words == why:
        return undone
    if locked.changes.first() != change:
        raise Refused(
            _(
                "The law has changed again since, so this change cannot be undone. Record what the law says now as a change."
            )
        )
    if not why:
        raise Refused(
            _("Say how you know that the law had not changed, for those who were told that it had.")
        )
    was, today = locked.as_it_stands(), clock.today()
    before, after = (
        {name: reading.get(name, NONE_OF_IT.get(name)) for name in LAW}
        for reading in (change.was, change.now)
    )
    back = {
        name: before[name]
        for name in LAW
        if before[name] != after[name] and name not in ("as_at", "review_by")
    }
    due = locked.review_by if locked.review_by > today else today + timedelta(days=92)
    write_law(locked, {**back, "as_at": today, "review_by": due})
    locked.reading = change.was["reading"]
    return put_before_another(locked, by, why, was, today, undoes=change)


@transaction.atomic
def confirm_change(proposal, *, by, seen) -> LawChange:
    """A second person confirms what another proposed.

    1. the change is kept, never to change; 2. the ledger says the new law; 3. from now on every unit that teaches another
    reading warns its readers; 4. the record is written; 5. where it undoes a change whose top-up was sent, that is recalled, and
    whoever had it is told; 6. the others who keep the law are told. Twice is once. `seen`: the mark of the effect that the page showed
    (`queries.effect_of(...).seen`); Refused when it would bind others by now, when the proposer may not propose any more, and
    when the ledger has changed since.
    """
    locked, proposal = locked_with(proposal)
    insist(rules.may_confirm_change(by, proposal))
    if proposal.change_id:
        return proposal.change
    if proposal.is_dropped:
        raise Refused(_("This proposal was dropped. Propose the change again."))
    if not rules.may_propose_change(proposal.proposed_by):
        raise Refused(
            _(
                "The person who proposed it no longer keeps the law. Drop it, so that someone else can propose it."
            )
        )
    was = locked.as_it_stands()
    if was != proposal.was:
        raise Refused(_(MOVED))
    insist_words(proposal.words, proposal.effective_on)
    if effect_of(locked, proposal.now["reading"], proposal.now["jurisdictions"]).seen != seen:
        raise Refused(
            _(
                "It would now concern other people or units than the page said. They are shown below; check them again."
            )
        )
    write_law(locked, {name: proposal.now.get(name, NONE_OF_IT.get(name)) for name in LAW})
    made = keep(locked, by, proposal.words, was, proposal.effective_on, proposal.now["reading"])
    proposal.change, proposal.settled_at, proposal.settled_by = made, clock.now(), by
    proposal.save()
    sent = (
        proposal.undoes.top_ups.filter(sent_at__isnull=False, recalled_at=None)
        if proposal.undoes
        else ()
    )
    for top_up in sent:
        recall_top_up(top_up, by=by, reason=proposal.words)
    for person in keepers(but=by):
        tell(
            person,
            _("A change of law is undone") if proposal.undoes else _("A change of law is recorded"),
            _(
                "%(what)s, confirmed by %(full_name)s. %(proposal_words)s Publish the units that teach another text again."
            )
            % {"what": locked, "full_name": by.full_name, "proposal_words": proposal.words},
            made.get_absolute_url(),
        )
    return made


@transaction.atomic
def drop_change(proposal, *, by, reason) -> LawProposal:
    """Drop a proposal: the proposer takes it back, or a second person finds something wrong. What was typed is kept.

    1. it is settled, with the reason; 2. the record is written; 3. the proposer is told, where someone else drops it. Twice is once.
    """
    insist(rules.may_propose_change(by))
    _unused, proposal = locked_with(proposal)
    reason = reason.strip()
    if proposal.change_id:
        raise Refused(
            _("This change was confirmed. If the law had not changed, undo it from its own page.")
        )
    if proposal.is_dropped:
        return proposal
    if not reason:
        raise Refused(_("Say why the proposal is dropped."))
    proposal.settled_at, proposal.settled_by, proposal.reason = clock.now(), by, reason
    proposal.save()
    write("courses.drop_law_change", proposal, by=by, reason=reason)
    if proposal.proposed_by_id != by.pk:
        tell(
            proposal.proposed_by,
            _("Your change of law was not recorded"),
            _("%(provision)s: %(reason)s What you typed is kept.")
            % {"provision": proposal.provision, "reason": reason},
            proposal.get_absolute_url(),
        )
    return proposal


def lock(provision) -> Provision:
    return Provision.objects.select_for_update(no_key=True).get(pk=provision.pk)


def locked_with(proposal):
    """The provision first, as in every other action on it, then the proposal as it is now."""
    locked = lock(Provision(pk=proposal.provision_id))
    rows = LawProposal.objects.select_for_update(of=("self",), no_key=True)
    return locked, rows.select_related("proposed_by", "undoes", "change", "provision").get(
        pk=proposal.pk
    )


def insist_words(words, effective_on) -> str:
    if effective_on > clock.today():
        raise Refused(
            _(
                "The ledger says what the law is today. Record the change on the day from which it applies."
            )
        )
    if not words.strip():
        raise Refused(_("Write what changed, in words an advocate can use."))
    return words.strip()


def write_law(locked, now):
    """Set new values of any of LAW; days may be words, as a proposal keeps them."""
    if set(now) - set(LAW):
        raise Refused(_("Only what the ledger says of the law can change."))
    for name, value in now.items():
        is_day = name in ("as_at", "review_by", "commenced_on") and isinstance(value, str)
        setattr(locked, name, (date.fromisoformat(value) if value else None) if is_day else value)
    check_provision(locked)


def refuse_open(locked):
    if LawProposal.objects.filter(provision=locked, settled_at=None).exists():
        raise Refused(
            _(
                "Another change of this provision needs a second person first. Confirm it or drop it, then propose yours."
            )
        )


def put_before_another(locked, by, words, was, effective_on, undoes=None) -> LawProposal:
    facts = {
        "words": words,
        "effective_on": effective_on,
        "was": was,
        "now": locked.as_it_stands(),
        "undoes": undoes,
    }
    waiting = LawProposal.objects.filter(provision=locked, settled_at=None, proposed_by=by).first()
    if waiting and all(getattr(waiting, name) == value for name, value in facts.items()):
        return waiting
    refuse_open(locked)
    made = LawProposal.objects.create(provision=locked, proposed_by=by, **facts)
    write("courses.propose_law_change", made, by=by, before=was, after=made.now)
    for person in keepers(but=by):
        tell(
            person,
            _("A change of law needs a second person"),
            _(
                "%(full_name)s proposes %(words)s %(what)s. Compare it with the source, then "
                "confirm it or drop it."
            )
            % {
                "full_name": by.full_name,
                "words": _("to undo a change of") if undoes else _("a change of"),
                "what": locked,
            },
            made.get_absolute_url(),
        )
    return made


def next_reading(locked) -> int:
    """One that the provision never had: after a change was undone, its number is not given again."""
    return max([locked.reading, *(c.now["reading"] for c in locked.changes.all())]) + 1


def keep(locked, by, words, was, effective_on, reading) -> LawChange:
    locked.reading = reading
    locked.save()
    change = LawChange.objects.create(
        provision=locked,
        words=words,
        was=was,
        now=locked.as_it_stands(),
        effective_on=effective_on,
        recorded_by_id=by.pk,
    )
    write("courses.change_law", change, by=by, before=was, after=change.now)
    return change
