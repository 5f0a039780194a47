"""The Hub's decisions about an accreditation: one officer proposes, the person may answer, a second officer confirms."""

from dataclasses import replace
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from lms.kit import clock
from lms.kit.effective_dates import OF_ROW, in_force, replaced_from
from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.people.models import Role, User
from lms.people.roles import holders_of
from lms.record.actions import actor_label, write

from ..accreditation.facts import RESTORED, Decision, sanction_on
from ..accreditation.sentences import in_words
from ..accreditation.standing import verdict
from ..models import Concern, Kind, Proposal, Sanction
from ..queries import facts_and_rules_of, load_facts
from ..queries.previews import effect_on
from ..rules import may_confirm, may_reply, may_sanction
from ..states import ConcernState, ProposalState
from .announcing import announce

TOLD = {
    Kind.CONDITIONS: gettext_lazy("From {day} your accreditation has these conditions: {words}"),
    Kind.SUSPENDED: gettext_lazy(
        "Your accreditation is suspended from {day}. You may not act as an IMSA until it is lifted. "
        "A suspension is not a finding of fault."
    ),
    Kind.RESTORED: gettext_lazy(
        "From {day} nothing the Hub decided before limits your accreditation."
    ),
    Kind.WITHDRAWN: gettext_lazy(
        "Your accreditation is withdrawn from {day}. You may not act as an IMSA."
    ),
}
HEADED = {
    Kind.CONDITIONS: gettext_lazy("Your accreditation has conditions"),
    Kind.SUSPENDED: gettext_lazy("Your accreditation is suspended"),
    Kind.RESTORED: gettext_lazy("Your accreditation is restored"),
    Kind.WITHDRAWN: gettext_lazy("Your accreditation is withdrawn"),
}
HEADED_LATER = {
    Kind.CONDITIONS: gettext_lazy("Your accreditation will have conditions"),
    Kind.SUSPENDED: gettext_lazy("Your accreditation will be suspended"),
    Kind.RESTORED: gettext_lazy("Your accreditation will be restored"),
    Kind.WITHDRAWN: gettext_lazy("Your accreditation will be withdrawn"),
}
TOLD_LATER = {
    **TOLD,
    Kind.SUSPENDED: gettext_lazy(
        "Your accreditation will be suspended from {day}. You may act as before until then, and from that day not until it is "
        "lifted. A suspension is not a finding of fault."
    ),
    Kind.WITHDRAWN: gettext_lazy(
        "Your accreditation will be withdrawn from {day}. From that day you may not act as an IMSA."
    ),
}
TO_DO = {
    Kind.CONDITIONS: gettext_lazy("to set conditions"),
    Kind.SUSPENDED: gettext_lazy("to suspend"),
    Kind.RESTORED: gettext_lazy("to restore"),
    Kind.WITHDRAWN: gettext_lazy("to withdraw"),
}
SPEAK = gettext_noop("Speak to the IMSA Model Hub if you want to know more.")


# ---- proposals ----


@transaction.atomic
def propose(
    enrolment,
    kind,
    from_day,
    *,
    by,
    words="",
    reason="",
    grounds="",
    until_day=None,
    is_interim=False,
    concern=None,
) -> Proposal:
    """Propose to limit or restore an accreditation. Nothing changes until a second officer confirms it.

    1. the proposal, 2. a record entry without the reasons, 3. the person is told that they may answer, and by when
    (not of a restoration; of an interim decision when it is confirmed), 4. the other Hub officers are told that one is
    wanted. The same proposal twice is one; another while one is open is refused.
    """
    insist(may_sanction(by, enrolment.person))
    User.objects.select_for_update(no_key=True).get(pk=enrolment.person_id)
    kind, words, reason, grounds = (
        Kind(kind),
        " ".join(words.split()),
        reason.strip(),
        grounds.strip(),
    )
    terms = {
        "kind": kind,
        "from_day": from_day,
        "until_day": until_day if kind in (Kind.CONDITIONS, Kind.SUSPENDED) else None,
        "words": words if kind == Kind.CONDITIONS else "",
        "is_interim": is_interim and kind in (Kind.CONDITIONS, Kind.SUSPENDED),
    }
    held = Proposal.objects.filter(
        enrolment__person=enrolment.person_id, state=ProposalState.PROPOSED
    ).first()
    if held:
        if held.proposed_by_id == by.pk and all(
            getattr(held, name) == value for name, value in terms.items()
        ):
            return held
        raise Refused(
            _("A decision about this person is proposed already. It is confirmed or dropped first.")
        )
    if (
        concern is not None
        and not Concern.objects.filter(
            pk=concern.pk, person=enrolment.person_id, state=ConcernState.OPEN
        ).exists()
    ):
        raise Refused(
            _(
                "That concern is closed, or is about someone else. Propose it without the concern, or write a new one down."
            )
        )
    insist_possible(enrolment, kind, from_day, terms["words"], reason, terms["until_day"])
    is_told = kind != Kind.RESTORED and not terms["is_interim"]
    if is_told and not grounds:
        raise Refused(_("Write what the person is told of the grounds, so that they can answer."))
    proposal = Proposal.objects.create(
        enrolment=enrolment,
        reason=reason,
        grounds=grounds,
        concern=concern,
        proposed_by=by,
        **terms,
        effect=_effect(
            enrolment, kind, max(from_day, clock.today()), terms["words"], terms["until_day"]
        ),
        **(
            {
                "told_at": clock.now(),
                "reply_by": clock.today() + timedelta(settings.IMSA_REPLY_DAYS),
            }
            if is_told
            else {}
        ),
    )
    write(
        "certificates.propose",
        proposal,
        by=by,
        after={"kind": str(kind), "from": from_day.isoformat(), "interim": proposal.is_interim},
    )
    if is_told:
        tell(
            enrolment.person,
            _("The Hub asks for your answer"),
            _(
                "The IMSA Model Hub is thinking of a decision about your accreditation. Nothing is decided. You can answer until "
                "%(day)s: your page says what it is about."
            )
            % {"day": in_words(proposal.reply_by)},
            reverse("certificates:reply", args=[proposal.pk]),
        )
    for officer in holders_of(Role.HUB_OFFICER):
        if officer.pk not in (by.pk, enrolment.person_id):
            tell(
                officer,
                _("A decision waits for a second officer"),
                _("A Hub officer proposed a decision about an accreditation."),
                reverse("certificates:proposal", args=[proposal.pk]),
            )
    return proposal


@transaction.atomic
def reply(proposal, text, *, by) -> Proposal:
    """The person's answer, once. 1. it is kept, 2. a record entry without its words, 3. both officers' side is told."""
    insist(may_reply(by, proposal))
    locked = Proposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    if not text.strip():
        raise Refused(_("Write your answer, then send it."))
    if locked.told_at is None:
        raise Refused(_("There is nothing to answer here."))
    if locked.replied_at:
        if locked.reply == text.strip():
            return locked
        raise Refused(
            _("Your answer is with the Hub already. Speak to the Hub if you want to add to it.")
        )
    if locked.state == ProposalState.DROPPED:
        raise Refused(_("The Hub dropped this, so no answer is needed."))
    locked.reply, locked.replied_at = text.strip(), clock.now()
    locked.save(update_fields=["reply", "replied_at"])
    write("certificates.reply", locked, by=by)
    for officer in holders_of(Role.HUB_OFFICER):
        if officer.pk != by.pk:
            tell(
                officer,
                _("An answer has come"),
                _("Someone answered what the Hub asked about."),
                reverse("certificates:proposal", args=[locked.pk]),
            )
    return locked


def _effect(enrolment, kind, day, words, until) -> dict:
    """Before and after as pages show it, with what the decision replaces: kept with it, since later facts would tell it otherwise."""
    replaced = replaced_from(day, sanctions_of(enrolment.person_id), OF_ROW)
    return {
        **effect_on(enrolment, kind, day, words, until),
        "replaced": [replaced_in_words(line) for line in replaced],
    }


def may_be_confirmed_from(proposal) -> date:
    """The first day on which it can be confirmed: at once where nobody is asked or the answer is in."""
    if proposal.is_interim or proposal.kind == Kind.RESTORED or proposal.replied_at:
        return clock.today()
    return proposal.reply_by + timedelta(days=1)


@transaction.atomic
def confirm(proposal, *, by, seen=None) -> Sanction:
    """A second officer makes it count.

    1. the proposal is closed, with its before and after as of then, 2. one more dated line, from its day or today if that has passed; it replaces those that
    were to begin later, 3. a record entry without the reasons, 4. the person is told what was decided and from when, what
    it replaces, and after an interim decision by when they may answer; not why, 5. so is every approved organisation they
    have a post at, watch or no watch; one without a contact is left to be telephoned. Twice is once. `seen`: the mark of the proposal as the
    officer read it; Refused where the person has answered since.
    """
    insist(may_confirm(by, proposal))
    User.objects.select_for_update(no_key=True).get(pk=proposal.enrolment.person_id)
    locked = (
        Proposal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("enrolment__person")
        .get(pk=proposal.pk)
    )
    if locked.state == ProposalState.CONFIRMED:
        return locked.sanction
    proposed = may_sanction(locked.proposed_by, locked.enrolment.person)
    if not proposed:
        raise Refused(
            _(
                "%(full_name)s, who proposed this, is not a Hub officer today. Drop it, and propose it yourself."
            )
            % {"full_name": locked.proposed_by.full_name}
        )
    if seen is not None and seen != locked.mark:
        raise Refused(_("The person answered while you read. Read what they say, then decide."))
    if may_be_confirmed_from(locked) > clock.today():
        raise Refused(
            _("The person may answer until %(day)s. Confirm it once they have, or after that day.")
            % {"day": in_words(locked.reply_by)}
        )
    from_day, kind = max(locked.from_day, clock.today()), Kind(locked.kind)
    lines = sanctions_of(locked.enrolment.person_id)
    last, replaced = in_force(lines, from_day, OF_ROW), replaced_from(from_day, lines, OF_ROW)
    insist_possible(locked.enrolment, kind, from_day, locked.words, locked.reason, locked.until_day)
    before = load_facts([locked.enrolment.person_id])
    effect = _effect(locked.enrolment, kind, from_day, locked.words, locked.until_day)
    told: dict = (
        {"told_at": clock.now(), "reply_by": clock.today() + timedelta(settings.IMSA_REPLY_DAYS)}
        if locked.is_interim
        else {}
    )
    make_transition(
        locked,
        "confirm_proposal",
        by=by,
        closed_by=by,
        closed_at=clock.now(),
        effect=effect,
        **told,
    )
    line = Sanction.objects.create(
        enrolment=locked.enrolment,
        proposal=locked,
        kind=kind,
        from_day=from_day,
        until_day=locked.until_day,
        words=locked.words,
        reason=locked.reason,
        proposed_by=actor_label(locked.proposed_by),
        decided_by=actor_label(by),
    )
    after = {"kind": str(kind), "from": from_day.isoformat()}
    after |= {"until": line.until_day.isoformat()} if line.until_day else {}
    if replaced:
        after["replaces"] = [{"kind": r.kind, "from": r.from_day.isoformat()} for r in replaced]
    write("certificates.sanction", line, by=by, before=last and last.kind, after=after)
    tell(
        locked.enrolment.person,
        str((HEADED_LATER if from_day > clock.today() else HEADED)[kind]),
        " ".join(
            filter(
                None,
                [
                    (TOLD_LATER if from_day > clock.today() else TOLD)[kind].format(
                        day=in_words(from_day), words=locked.words
                    ),
                    locked.until_day
                    and _("This ends by itself after %(day)s.")
                    % {"day": in_words(locked.until_day)},
                    *map(replaced_in_words, replaced),
                    locked.is_interim
                    and _(
                        "It was decided while something is looked into. You can answer until %(day)s."
                    )
                    % {"day": in_words(locked.reply_by)},
                    _(SPEAK),
                ],
            )
        ),
        reverse("certificates:reply", args=[locked.pk])
        if locked.is_interim
        else reverse("certificates:my_certificates"),
    )
    announce(before, [locked.enrolment.person_id], from_day, tells_person=False)
    return line


@transaction.atomic
def drop(proposal, why, *, by) -> Proposal:
    """A second officer, or the one who proposed it, lets it go. 1. it is closed, 2. whoever was told of it is told. Twice is once."""
    insist(may_sanction(by, proposal.enrolment.person))
    locked = (
        Proposal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("enrolment__person")
        .get(pk=proposal.pk)
    )
    if locked.state == ProposalState.DROPPED:
        return locked
    if not why.strip():
        raise Refused(_("Write down why it is dropped. Only the Hub reads it."))
    make_transition(
        locked, "drop_proposal", by=by, closed_by=by, closed_at=clock.now(), why_dropped=why.strip()
    )
    if locked.told_at:
        tell(
            locked.enrolment.person,
            _("The Hub decided nothing"),
            _("What the IMSA Model Hub asked you about is closed. Nothing was decided."),
            reverse("certificates:reply", args=[locked.pk]),
        )
    return locked


# ---- what is possible ----


def sanctions_of(person_id) -> list[Sanction]:
    """Every decision about one person, in the order of recording."""
    return list(Sanction.objects.filter(enrolment__person_id=person_id).order_by("pk"))


def replaced_in_words(line) -> str:
    return _("The decision %(to_do)s from %(day)s is replaced by this one.") % {
        "to_do": TO_DO[line.kind],
        "day": in_words(line.from_day),
    }


def insist_possible(enrolment, kind, from_day, words, reason, until_day):
    facts, book = facts_and_rules_of(enrolment)
    here, replaced = sanction_on(from_day, facts), replaced_from(from_day, facts.sanctions, OF_ROW)
    if not reason:
        raise Refused(_("Write down why. Only the Hub reads it."))
    if kind == Kind.CONDITIONS and not words:
        raise Refused(_("Write the conditions as a checker should read them."))
    if len(words) > 300:
        raise Refused(_("The conditions are longer than 300 characters. Say them more briefly."))
    if from_day < clock.today():
        raise Refused(
            _(
                "A decision counts from the day it is recorded or later. What we answered before then stands."
            )
        )
    if until_day and until_day < from_day:
        raise Refused(_("The last day comes before the first. Choose a later last day, or none."))
    if (
        here
        and not replaced
        and kind != Kind.RESTORED
        and (here.kind, here.words, here.until_day) == (kind, words, until_day)
    ):
        raise Refused(_("That is in force already, so there is nothing to decide."))
    # To say again what is in force is possible when it calls off what was to follow.
    if (
        here
        and here.kind == Kind.WITHDRAWN
        and kind != Kind.RESTORED
        and not (kind == here.kind and replaced)
    ):
        raise Refused(_("This accreditation is withdrawn. It can only be restored."))
    if kind == Kind.RESTORED and (here is None or here.kind == Kind.RESTORED) and not replaced:
        # A restoration can be needed again: an accreditation that was restored may lapse once more.
        if verdict(from_day, facts, book).code != "lapsed":
            raise Refused(_("Nothing limits this accreditation, so there is nothing to restore."))
        restored = replace(facts, sanctions=(*facts.sanctions, Decision(from_day, RESTORED)))
        if verdict(from_day, restored, book).code == "lapsed":
            raise Refused(
                _(
                    "The term of this accreditation ran out, and a restoration does not bring it back. The person asks for a renewal."
                )
            )
