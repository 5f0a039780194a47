"""Joins two accounts of one person, and separates them again where that was wrong: one officer proposes, another confirms.

Each locks the two accounts by their keys, then the merge, then the rows that are moved. What was issued and what may only be added to is not touched.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock
from lms.kit.languages import in_english
from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.people.invitations import hash_of
from lms.people.models import User
from lms.people.outbox import post
from lms.people.roles import OFFICERS, Operator, holders_of_each
from lms.record.actions import write

from ..models import AccountMerge
from ..queries.account_hindrances import silent_hindrances
from ..queries.account_merges import preview_of_merge
from ..rules import may_confirm_merge, may_confirm_separation, may_merge
from ..states import MergeState
from .account_rows import join, separate

SUBJECT = gettext_noop("Are both accounts yours?")
CHANGED = gettext_noop("Your accounts on IMSA Learning")
BY_LINK = Operator("answer_merge")  # whoever has the link, which went to one of the two mailboxes


@transaction.atomic
def propose_merge(account, person, reason, *, by, identity_check="") -> AccountMerge:
    """Propose that `account` closes and all that is its owner's goes to `person`; nothing is moved yet.

    1. the proposal, with a hash of the preview, 2. a link to each of the two addresses, by which their owner says whether both are theirs,
    3. the record, 4. a message to both accounts, and to the officers who may confirm. The same twice is one. Raises NotAllowed, and Refused
    while something stands in the way or another merge of one of the two is open.
    """
    insist(may_merge(by, account, person))
    account, person = _lock(account, person)
    reason, identity_check = reason.strip(), identity_check.strip()
    if account.pk == person.pk:
        raise Refused(_("These are one account already."))
    if not reason:
        raise Refused(_("Enter why you think that both accounts are one person’s."))
    both = (account.pk, person.pk)
    open_one = AccountMerge.objects.filter(
        Q(account__in=both) | Q(person__in=both), state=MergeState.PROPOSED
    ).first()
    if open_one:
        wanted = (account.pk, person.pk, by.pk, reason, identity_check)
        if wanted == (
            open_one.account_id,
            open_one.person_id,
            open_one.proposed_by_id,
            open_one.reason,
            open_one.identity_check,
        ):
            return open_one
        raise Refused(
            _("A merge of one of these accounts is proposed already. Confirm or drop it first.")
        )
    shown = preview_of_merge(account, person)
    if shown.hindrances:
        raise Refused(" ".join(shown.hindrances))
    links = {"account": secrets.token_urlsafe(32), "person": secrets.token_urlsafe(32)}
    made = AccountMerge.objects.create(
        account=account,
        person=person,
        reason=reason,
        identity_check=identity_check,
        account_secret_hash=hash_of(links["account"]),
        person_secret_hash=hash_of(links["person"]),
        expires_at=clock.now() + timedelta(days=settings.IMSA_INVITATION_DAYS),
        preview=shown.digest,
        proposed_by=by,
    )
    write("certificates.propose_merge", made, by=by, after={"checked": bool(identity_check)})
    for owner, secret in ((account, links["account"]), (person, links["person"])):
        _ask(owner, secret, made)
    _tell_officers(
        made,
        _("A merge of two accounts waits for a second officer"),
        _(
            "An officer proposed that two accounts are one person’s. Read what it does, then confirm or drop it."
        ),
        but_not=by,
    )
    made.links = links  # type: ignore[attr-defined]  # kept nowhere but in the mails
    return made


@transaction.atomic
def answer_merge(secret, *, is_owner: bool) -> AccountMerge:
    """Whoever reads the mail of one of the two addresses answers, by the link that was sent there.

    `is_owner`: 1. that mailbox is proved. Else 1. the merge is dropped, with the link of the other mailbox. 2. the record, 3. the officers are told of
    a no, and when both have said yes. Twice is once. Raises Refused for a link that does not work.
    """
    found = merge_of(secret)
    if found:
        _lock(found.account, found.person)
        found = AccountMerge.objects.select_for_update(no_key=True).get(pk=found.pk)
    column = column_of(found, secret)
    if found and is_owner and found.state == MergeState.PROPOSED and getattr(found, column):
        return found
    if fault := link_fault(found):
        raise Refused(fault)
    assert found is not None  # `link_fault` has words for a link that nobody knows
    if not is_owner:
        refusal = in_english("The owner of one of the two addresses said no by the link.")
        make_transition(found, "drop_merge", by=BY_LINK, closed_at=clock.now(), why_dropped=refusal)
        _tell_officers(
            found,
            _("Two accounts are not one person’s"),
            _(
                "Someone who reads the mail of one of the two addresses says that the other account is not theirs. Nothing was changed."
            ),
        )
        return found
    setattr(found, column, clock.now())
    found.save(update_fields=[column])
    write("certificates.answer_merge", found, by=BY_LINK, after={"mailbox": column.split("_")[0]})
    if found.account_proof_at and found.person_proof_at:
        _tell_officers(
            found,
            _("The owner of two accounts has confirmed both"),
            _("Both links were opened. A second officer confirms or drops the merge."),
        )
    return found


@transaction.atomic
def confirm_merge(merge, *, by, seen=None) -> AccountMerge:
    """A second officer makes it so.

    1. rule and preview are asked again: raises Refused where something stands in the way (also what no preview tells), or it is not the preview `seen`, or the owner has not
    proved both mailboxes and nobody wrote down how else they were checked, 2. the rows are moved and the account closes (`account_rows.join`), 3. the
    merge, with what was moved, and the record, also of both accounts, 4. its owner is told at both addresses; the closed one does not learn the other. Twice is once.
    """
    insist(may_confirm_merge(by, merge))
    account, person = _lock(merge.account, merge.person)
    locked = _lock_merge(merge)
    insist(may_confirm_merge(by, locked))
    if locked.state == MergeState.MERGED:
        return locked
    if locked.state != MergeState.PROPOSED:
        raise Refused(_("This was dropped. Propose it again if it is still needed."))
    if not may_merge(locked.proposed_by, account, person):
        raise Refused(_("The officer who proposed this may not propose it today. Drop it."))
    if not locked.is_proved:
        raise Refused(
            _(
                "Their owner has not opened both links yet. Wait for that; or drop this, and propose it again with how you checked who they are."
            )
        )
    now = preview_of_merge(account, person)
    if hindrances := now.hindrances + silent_hindrances(account, person):
        raise Refused(" ".join(hindrances))
    if now.digest != (seen or locked.preview):
        raise Refused(
            _("Nothing was merged: the facts changed since the preview you saw. Read it again.")
        )
    address = account.email
    moves = join(account, person, now.moves, by=by)
    make_transition(
        locked, "confirm_merge", by=by, closed_by=by, closed_at=clock.now(), moves=moves
    )
    for one in (account, person):
        write("certificates.merge_accounts", one, by=by, after={"merge": locked.pk})
    words = _(
        "Your two accounts on IMSA Learning are one now. Sign in with the email address %(email)s; the other account is closed. All that was yours is here. Look at how you are contacted and at your display name: where you had chosen in both accounts, what you chose in this one counts. If one of the two was not yours, tell the programme office at once: they can be separated again."
    ) % {"email": person.email}
    tell(person, _(CHANGED), words, reverse("people:me"))
    if not account.is_invented:
        # Without the other address: where an officer's word counted, somebody else may read this mailbox.
        post(
            address,
            _(CHANGED),
            _(
                "Your two accounts on IMSA Learning are one now. The one with this email address is closed: sign in with the email address of the other. If you have no other account here, tell the programme office at once: the two can be separated again."
            ),
        )
    return locked


@transaction.atomic
def drop_merge(merge, why, *, by) -> AccountMerge:
    """Let it go. 1. it is closed and its links are dead, 2. the record, 3. both accounts are told that nothing changed. Whoever proposed may take it
    back. Twice is once."""
    _lock(merge.account, merge.person)
    locked = _lock_merge(merge)
    insist(may_merge(by, locked.account, locked.person))
    if locked.state == MergeState.DROPPED:
        return locked
    if not why.strip():
        raise Refused(_("Enter why you drop it."))
    make_transition(
        locked,
        "drop_merge",
        by=by,
        closed_by=by,
        closed_at=clock.now(),
        why_dropped=why.strip(),
    )
    for one in (locked.account, locked.person):
        tell(
            one,
            _(CHANGED),
            _(
                "It was proposed that you have two accounts here. That was dropped: nothing changed, and the link in the email does not work any more."
            ),
            reverse("people:me"),
        )
    return locked


@transaction.atomic
def propose_separation(merge, reason, *, by) -> AccountMerge:
    """Propose that a merge was wrong; nothing changes yet. 1. the merge says so, 2. the record, 3. the officers who may confirm are told. The same twice is
    one. Raises Refused after `IMSA_MERGE_UNDO_DAYS`."""
    _lock(merge.account, merge.person)
    locked = _lock_merge(merge)
    insist(may_merge(by, locked.account, locked.person))
    reason = reason.strip()
    if (locked.state, locked.separation_proposed_by_id, locked.separation_reason) == (
        MergeState.SEPARATING,
        by.pk,
        reason,
    ):
        return locked
    if not reason:
        raise Refused(_("Enter why the two are not one person’s."))
    if locked.state == MergeState.MERGED and clock.today() > last_day_to_separate(locked):
        raise Refused(
            _(
                "This merge is too long ago to be undone here: too much may rest on it. Ask the IMSA Model Hub how to put it right."
            )
        )
    make_transition(
        locked,
        "propose_separation",
        by=by,
        separation_reason=reason,
        separation_proposed_by=by,
        separation_proposed_at=clock.now(),
    )
    _tell_officers(
        locked,
        _("Two accounts are to be separated again"),
        _("An officer says that a merge of two accounts was wrong. Confirm or drop it."),
        but_not=by,
    )
    return locked


@transaction.atomic
def drop_separation(merge, *, by) -> AccountMerge:
    """They stay joined. 1. the merge says so, 2. the record. Whoever proposed may take it back. Twice is once. Raises IllegalTransition once they are separated."""
    _lock(merge.account, merge.person)
    locked = _lock_merge(merge)
    insist(may_merge(by, locked.account, locked.person))
    if locked.state == MergeState.MERGED:
        return locked
    return make_transition(
        locked, "drop_separation", by=by, separation_reason="", separation_proposed_by=None
    )


@transaction.atomic
def confirm_separation(merge, *, by) -> AccountMerge:
    """A second officer separates them: 1. what was moved goes back, and the account is open again (`account_rows.separate`), 2. the merge and the
    record, also of both accounts, 3. both are told. What came since stays where it came. Twice is once. Raises Refused where the address, or the number, is another's
    by now."""
    insist(may_confirm_separation(by, merge))
    account, person = _lock(merge.account, merge.person)
    locked = _lock_merge(merge)
    insist(may_confirm_separation(by, locked))
    if locked.state == MergeState.SEPARATED:
        return locked
    if locked.state != MergeState.SEPARATING:
        raise Refused(_("No one proposed to separate these accounts."))
    separate(account, person, locked, by=by)
    make_transition(
        locked,
        "confirm_separation",
        by=by,
        separation_closed_by=by,
        separation_closed_at=clock.now(),
    )
    for one in (account, person):
        write("certificates.separate_accounts", one, by=by, after={"merge": locked.pk})
        tell(
            one,
            _(CHANGED),
            _(
                "Two accounts were joined by mistake and are separate again. What was entered before is where it was. Look at your pages, and tell the programme office if something is missing."
            ),
            reverse("people:me"),
        )
    return locked


# ---- links ----


def merge_of(secret) -> AccountMerge | None:
    """The merge to which one of its two links belongs."""
    digest = hash_of(secret)
    rows = AccountMerge.objects.select_related("account", "person")
    return rows.filter(Q(account_secret_hash=digest) | Q(person_secret_hash=digest)).first()


def column_of(merge, secret) -> str:
    """Which mailbox a link proves."""
    is_accounts = merge is not None and merge.account_secret_hash == hash_of(secret)
    return "account_proof_at" if is_accounts else "person_proof_at"


def link_fault(merge) -> str:
    """Why a link does not work, in words; empty for one that does."""
    if merge is None:
        return _("We do not know this link. Check that you copied all of it from the email.")
    if merge.state == MergeState.DROPPED:
        return _("This was dropped. Nothing was changed.")
    if merge.state != MergeState.PROPOSED:
        return _("This is decided. If something is wrong, tell the programme office.")
    if clock.now() >= merge.expires_at:
        return _("This link has expired. Ask the programme office.")
    return ""


def last_day_to_separate(merge):
    return localdate(merge.closed_at) + timedelta(days=settings.IMSA_MERGE_UNDO_DAYS)


# ---- parts ----


def _lock(account, person):
    """Both, by their keys, whatever each is."""
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=[account.pk, person.pk])
    found = {row.pk: row for row in rows.order_by("pk")}
    return found[account.pk], found[person.pk]


def _lock_merge(merge) -> AccountMerge:
    rows = AccountMerge.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("account", "person", "proposed_by").get(pk=merge.pk)


def _ask(owner, secret, merge):
    tell(
        owner,
        _("Do you have two accounts here?"),
        _(
            "The programme office thinks that you have two accounts on IMSA Learning, and proposes to make them one. A link was sent to the email address of each: open both to say whether they are yours. Nothing changes before a second officer has confirmed it."
        ),
        reverse("people:me"),
    )
    if owner.is_invented:
        return
    link = f"{settings.SITE_URL}{reverse('certificates:answer_merge', args=[secret])}"
    post(
        owner.email,
        _(SUBJECT),
        _(
            "The programme office thinks that one person has two accounts on IMSA Learning, of which one uses this email address, and proposes to make them one.\n\nSay here whether both are yours:\n%(link)s\n\nThe link works for %(days)s days. If you know nothing of a second account, say no there."
        )
        % {"link": link, "days": settings.IMSA_INVITATION_DAYS},
        person=owner,
    )


def _tell_officers(merge, subject, body, but_not=None):
    known = {merge.account_id, merge.person_id, but_not and but_not.pk}
    for officer in {one for found in holders_of_each(*OFFICERS).values() for one in found}:
        if officer.pk not in known:
            tell(officer, subject, body, reverse("certificates:merge", args=[merge.pk]))
