"""Top-ups: a short text on changed law, which one author proposes and a second person sends, recalls, or lets stand."""

from django.db import transaction
from django.db.models import F
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from lms.kit import clock, nations
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.kit.templatetags.kit import day
from lms.people.actions import tell
from lms.people.models import User
from lms.record.actions import write

from .. import rules
from ..knowledge_checks import feedback
from ..knowledge_checks.completion import question_hash
from ..models import Citation, LawChange, Provision, StudyPlan, TopUp, TopUpDue
from ..queries.law import unreached
from ..rendering.units import draw_stream
from .law import keepers

OVERTAKEN = gettext_noop(
    "The law has changed again since. Send the top-up of the newest change instead."
)
WAITS = gettext_noop("This top-up waits for a second person. Take it back to change it.")


@transaction.atomic
def draft_top_up(change, *, by) -> TopUp:
    """Begin the top-up of a change, with the new law in it: 1. the draft, 2. the record is written. Twice is once."""
    insist(rules.may_publish(by))
    LawChange.objects.select_for_update(no_key=True).get(pk=change.pk)
    top_up, made = TopUp.objects.get_or_create(
        change=change,
        recalled_at=None,
        defaults={
            "title": f"The law has changed: {change.provision}"[:200],
            "body": [
                ("text", format_html("<p>{}</p>", change.words)),
                ("provision", {"provision": change.provision, "note": ""}),
            ],
        },
    )
    if made:
        write("courses.draft_top_up", top_up, by=by)
    return top_up


@transaction.atomic
def propose_top_up(top_up, *, by, counts_from) -> TopUp:
    """Put a draft before a second person.

    1. it is drawn and its text stands still, with its nations and the day from which it counts; 2. the record is written;
    3. the other authors and the tutors are told. Nobody who studied has it yet. Twice is once; Refused for another day,
    for a day on which there is no time to read it, for an empty text, and when the law has changed again.
    """
    insist(rules.may_publish(by))
    locked = lock(top_up)
    if locked.sent_at or locked.proposed_at:
        if locked.proposed_by_id == by.pk and locked.counts_from == counts_from:
            return locked
        raise Refused(_("This top-up was sent.") if locked.sent_at else _(WAITS))
    check_sendable(locked, counts_from)
    html, parts = draw_stream(locked.body)
    if not html.strip():
        raise Refused(_("The top-up is empty. Write it, then propose it."))
    locked.html, locked.parts, locked.counts_from, locked.nations = (
        html,
        parts,
        counts_from,
        nations_of(locked.change),
    )
    locked.proposed_at, locked.proposed_by_id = clock.now(), by.pk
    locked.save()
    write(
        "courses.propose_top_up",
        locked,
        by=by,
        after={"counts_from": str(counts_from), "nations": locked.nations},
    )
    for person in keepers(but=by):
        tell(
            person,
            _("A top-up waits for a second person"),
            _(
                "“%(title)s” is to be sent to those who studied the old text. Check it, then send it or return it."
            )
            % {"title": locked.title},
            locked.sending_url,
        )
    return locked


@transaction.atomic
def return_top_up(top_up, *, by, reason) -> TopUp:
    """Make a proposal a draft again: the proposer takes it back, or a second person finds something wrong.

    1. it can be written again; 2. the record is written with the reason; 3. the proposer is told, where someone else returns it.
    """
    insist(rules.may_keep_law(by))
    locked, reason = lock(top_up), reason.strip()
    if locked.sent_at:
        raise Refused(_("This top-up was sent. Recall it instead."))
    if locked.proposed_at is None:
        return locked
    if not reason:
        raise Refused(_("Say why the top-up is returned."))
    proposer, counts_from = locked.proposed_by, str(locked.counts_from)
    locked.proposed_at = locked.proposed_by = locked.counts_from = None
    locked.html, locked.parts, locked.nations = "", [], []
    locked.save()
    write(
        "courses.return_top_up", locked, by=by, before={"counts_from": counts_from}, reason=reason
    )
    if proposer.pk != by.pk:
        tell(
            proposer,
            _("Your top-up was returned"),
            _("“%(title)s” was not sent. %(reason)s") % {"title": locked.title, "reason": reason},
            locked.sending_url,
        )
    return locked


@transaction.atomic
def send_top_up(top_up, *, by, people=None, seen=None) -> TopUp:
    """A second person sends what was proposed to everybody who studied the old text and nothing newer, and to nobody else.

    1. it never changes from now on; 2. each person has it to do; 3. the record is written; 4. each is told. Pressed again it
    reaches those who studied the old text since, and nobody twice. `people`: how many the page said; Refused when it would
    bind another number, when the proposer may not propose any more, and when what it prints has changed since. `seen`: the mark of
    the proposal that the page showed; Refused where it was returned and proposed anew since.
    """
    locked = lock(top_up)
    if locked.sent_at:
        insist(rules.may_keep_law(by))
        if locked.recalled_at:
            raise Refused(_("This top-up was recalled, so no one else gets it."))
    else:
        insist(rules.may_confirm_top_up(by, locked))
        if not rules.may_publish(locked.proposed_by):
            raise Refused(
                _(
                    "The person who proposed it is no longer a course author. Return it, so that another author can propose it."
                )
            )
        if seen is not None and seen != locked.mark:
            raise Refused(
                _(
                    "It was returned and proposed again since this page was shown, perhaps with another text. Read it again, then send it."
                )
            )
        check_sendable(locked, locked.counts_from)
        if (locked.html, locked.parts) != draw_stream(locked.body):
            raise Refused(
                _(
                    "What it prints has changed since it was proposed. Return it, so that it can be proposed as it is now."
                )
            )
    if people is not None and people != (now := len(unreached(locked))):
        raise Refused(
            ngettext(
                "It would now reach %(now)s person, and the page said %(people)s. Check it again.",
                "It would now reach %(now)s people, and the page said %(people)s. Check it again.",
                now,
            )
            % {"now": now, "people": people}
        )
    if locked.sent_at is None:
        locked.sent_at, locked.sent_by_id = clock.now(), by.pk
        locked.save()
        write(
            "courses.send_top_up",
            locked,
            by=by,
            after={"counts_from": str(locked.counts_from), "nations": locked.nations},
        )
    elif locked.change.is_overtaken:
        raise Refused(_(OVERTAKEN))
    reached = reach(locked, by)
    if reached:
        write("courses.reach_by_top_up", locked, by=by, after={"people": sorted(reached)})
    return locked


@transaction.atomic
def recall_top_up(top_up, *, by, reason) -> TopUp:
    """What was sent was wrong. One person may, for every day of it binds people to something false.

    1. from this moment nobody's endorsement waits for it; what was answered of earlier days stays; 2. the change may have
    another top-up; 3. the record is written with the reason; 4. everybody who had it is told, and so are the other authors
    and the tutors. Twice is once. A wrong recall is put right by another top-up, which two people send.
    """
    locked, reason = lock(top_up), reason.strip()
    insist(rules.may_recall_top_up(by, locked))
    if locked.sent_at is None:
        raise Refused(_("This top-up was not sent. Return it instead."))
    if locked.recalled_at:
        return locked
    if not reason:
        raise Refused(_("Say what was wrong, for those who were asked to read it."))
    locked.recalled_at, locked.recalled_by_id, locked.recall_reason = clock.now(), by.pk, reason
    locked.save()
    due = locked.due.select_related("person").order_by("person_id")
    write(
        "courses.recall_top_up",
        locked,
        by=by,
        after={"people": [line.person_id for line in due]},
        reason=reason,
    )
    for line in due:
        if line.person.is_active:
            tell(
                line.person,
                _("A text about changed law was recalled"),
                _(
                    "“%(title)s” was wrong, and you need not read it. %(reason)s Your endorsement does not wait for it."
                )
                % {"title": locked.title, "reason": reason},
                locked.get_absolute_url(),
            )
    for person in keepers(but=by):
        tell(
            person,
            _("A top-up was recalled"),
            _("“%(title)s” binds no one any more. %(reason)s")
            % {"title": locked.title, "reason": reason},
            locked.sending_url,
        )
    return locked


def nations_of(change) -> list[str]:
    """Where the provision was law before the change or is since."""
    return Provision(
        jurisdictions=[*{*change.was["jurisdictions"], *change.provision.jurisdictions}]
    ).nations


def lock(top_up) -> TopUp:
    return (
        TopUp.objects.select_for_update(of=("self",), no_key=True)
        .select_related("change__provision")
        .get(pk=top_up.pk)
    )


def check_sendable(top_up, counts_from):
    if top_up.change.is_overtaken:
        raise Refused(_(OVERTAKEN))
    if counts_from is None or counts_from <= clock.today():
        raise Refused(_("Choose a day to come: people need time to read it before it counts."))


def reach(top_up, by) -> list[int]:
    """Make it due for everybody who lacks it; returns their keys."""
    studied = unreached(top_up)
    new = sorted(studied)
    sent = clock.now()
    counts_from = TopUpDue(top_up=top_up, sent_at=sent).counts_from
    TopUpDue.objects.bulk_create(
        TopUpDue(sent_at=sent, top_up=top_up, person_id=p, versions=sorted(studied[p])) for p in new
    )
    theirs = {}
    for person, codes in StudyPlan.objects.filter(person_id__in=new).values_list(
        "person_id", "nations"
    ):
        theirs.setdefault(person, set()).update(codes)
    for person in User.objects.filter(pk__in=new, is_active=True).order_by("pk"):
        where = nations.sentence(set(top_up.nations) & theirs.get(person.pk, set()))
        asked = (
            _(
                "Please read a short text about it before %(day)s: from that day your endorsement for %(where)s "
                "waits until you have."
            )
            % {"day": day(counts_from), "where": where}
            if where
            else _("Please read a short text about it. Your own endorsement does not wait for it.")
        )
        tell(
            person,
            _("The law you studied has changed"),
            _("%(provision)s has changed. %(asked)s")
            % {"provision": top_up.change.provision, "asked": asked},
            f"/study/top-ups/{top_up.pk}/",
        )
    return new


def reach_late(study, *, by):
    """Whoever studies a text that the law has overtaken, after its top-up went out, has it to do too."""
    old = (
        Citation.objects.filter(version=study.version_id)
        .exclude(reading=F("provision__reading"))
        .values("provision")
    )
    for top_up in TopUp.objects.filter(
        change__provision__in=old, sent_at__isnull=False, recalled_at=None
    ).select_related("change__provision"):
        if not top_up.change.is_overtaken and (reached := reach(top_up, by)):
            write("courses.reach_by_top_up", top_up, by=by, after={"people": sorted(reached)})


@transaction.atomic
def answer_top_up(due, key, answer, *, by):
    """Judge an answer in a top-up and keep it; returns the verdict. Raises checks.Unanswered."""
    locked = own(due, by)
    question = next(
        (s for s in locked.top_up.parts if s["kind"] == "check" and s["id"] == key), None
    )
    if question is None:
        raise Refused(_("This question is not in the top-up. Open it again."))
    verdict = feedback.judge(question, answer)
    before = locked.data.get(key, {})
    locked.data = {
        **locked.data,
        key: {
            "asked": question_hash(question),
            "given": answer,
            "right": verdict.right or before.get("right", False),
            "tries": before.get("tries", 0) + 1,
        },
    }
    locked.save(update_fields=["data"])
    return verdict


@transaction.atomic
def finish_top_up(due, *, by) -> TopUpDue:
    """The person has read it: 1. the moment, 2. the record is written. Refused while a check is not answered rightly."""
    locked = own(due, by)
    if locked.done_at:
        return locked
    left = [
        s
        for s in locked.top_up.parts
        if s["kind"] == "check" and not locked.data.get(s["id"], {}).get("right")
    ]
    if left:
        raise Refused(_("Answer the question in the text first. You can try as often as you like."))
    locked.done_at = clock.now()
    locked.save(update_fields=["done_at"])
    write("courses.finish_top_up", locked, by=by, after={"person": locked.person_id})
    return locked


def own(due, by) -> TopUpDue:
    insist(
        rules.may_record_study(by, due.person)
        if due.person_id != getattr(by, "pk", None)
        else rules.YES
    )
    locked = (
        TopUpDue.objects.select_for_update(of=("self",), no_key=True)
        .select_related("top_up")
        .get(pk=due.pk)
    )
    if locked.top_up.sent_at is None:
        raise NotAllowed(_("This top-up has not been sent."))
    if locked.top_up.recalled_at:
        raise Refused(
            _(
                "This text was recalled. You need not read it, and your endorsement does not wait for it."
            )
        )
    return locked
