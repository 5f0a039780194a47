"""The ledger of law: changes, the short top-up units that follow them, and who has done theirs."""
from django.db import transaction
from django.db.models import F
from django.utils.html import format_html

from lms.kit import clock, nations
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.kit.templatetags.kit import day
from lms.people.actions import tell
from lms.people.models import User
from lms.record.actions import write

from .. import checks, rules
from ..completion import asked_hash
from ..drawing import draw_stream
from ..models import Citation, Correction, LawChange, Provision, StudyPlan, TopUp, TopUpDue
from ..models.taught import said_of
from ..queries.law import studied_old_text
from ..states import Commencement

LAW = ("section", "title", "summary", "commencement", "jurisdictions", "source", "as_at", "review_by")
WRITTEN = ("act", "section", "title", "summary", "commencement", "jurisdictions", "source")


@transaction.atomic
def record_change(provision, *, by, words, effective_on, now) -> LawChange:
    """Write down that the law changed.

    1. what the provision said, says, and since when, never to change; 2. the ledger says the new law;
    3. from now on every unit that teaches the old text warns its readers; 4. the record is written.
    `now`: the new values of any of LAW. Refused when they say nothing else than the ledger does.
    """
    insist(rules.may_keep_law(by))
    locked = Provision.objects.select_for_update(no_key=True).get(pk=provision.pk)
    was, last = locked.as_it_stands(), locked.changes.first()
    words = words.strip()
    if effective_on > clock.today():
        raise Refused("The ledger says what the law is today. Record the change on the day from which it applies.")
    if not words:
        raise Refused("Write what changed, in words an advocate can use.")
    if set(now) - set(LAW):
        raise Refused("Only what the ledger says of the law can change.")
    for name, value in now.items():
        setattr(locked, name, value)
    check_provision(locked)
    if said_of(locked.as_it_stands()) == locked.said:
        if last and last.words == words and last.now == locked.as_it_stands():
            return last
        raise Refused("The ledger says this already. Change its words, its section or whether it is in force.")
    locked.reading += 1
    locked.save()
    change = LawChange.objects.create(
        provision=locked, words=words, was=was, now=locked.as_it_stands(), effective_on=effective_on, recorded_by_id=by.pk,
    )
    write("courses.change_law", change, by=by, before=was, after=change.now)
    return change


@transaction.atomic
def put_right(provision, *, by, why, now) -> Correction | None:
    """The ledger was written down wrongly; the law has not changed.

    1. what it said, says, and why, never to change; 2. the ledger is right; 3. the record is written. Nobody is told
    that the law changed; units print the slip until they are published again. `now`: new values of any of WRITTEN.
    None, and nothing kept, when they say what the ledger says.
    """
    insist(rules.may_keep_law(by))
    locked = Provision.objects.select_for_update(no_key=True).get(pk=provision.pk)
    was, why = locked.as_it_stands(), why.strip()
    if set(now) - set(WRITTEN):
        raise Refused("Only what the ledger says of the law can be put right.")
    for name, value in now.items():
        setattr(locked, name, value)
    if locked.as_it_stands() == was:
        return None
    if not why:
        raise Refused("Say what was wrong, for those who have read it.")
    check_provision(locked)
    locked.save()
    made = Correction.objects.create(provision=locked, why=why, was=was, now=locked.as_it_stands(), corrected_by_id=by.pk)
    write("courses.put_law_right", made, by=by, before=was, after=made.now)
    return made


@transaction.atomic
def read_again(provision, *, by, as_at, review_by) -> Provision:
    """Somebody read the source and nothing had changed: 1. the two dates, 2. the record is written."""
    insist(rules.may_keep_law(by))
    locked = Provision.objects.select_for_update(no_key=True).get(pk=provision.pk)
    before = [str(locked.as_at), str(locked.review_by)]
    if before == [str(as_at), str(review_by)]:
        return locked
    if as_at > clock.today():
        raise Refused("The day you read it cannot be later than today.")
    if as_at < locked.as_at:
        raise Refused(f"Somebody read it on {day(locked.as_at)}, after the day you give.")
    locked.as_at, locked.review_by = as_at, review_by
    check_provision(locked)
    locked.save(update_fields=["as_at", "review_by"])
    write("courses.read_law_again", locked, by=by, before=before, after=[str(as_at), str(review_by)])
    return locked


@transaction.atomic
def take_on(provision, *, by, owner) -> Provision:
    """Say who looks after a provision: 1. the owner, 2. the record is written."""
    insist(rules.may_keep_law(by))
    locked = Provision.objects.select_for_update(no_key=True).get(pk=provision.pk)
    if locked.owner_id != owner.pk:
        insist(rules.may_keep_law(owner))
        before, locked.owner = locked.owner_id, owner
        locked.save(update_fields=["owner"])
        write("courses.take_on_law", locked, by=by, before=before, after=owner.pk)
    return locked


def check_provision(provision):
    if provision.commencement not in Commencement.values:
        raise Refused("Say whether the provision is in force.")
    if not provision.summary.strip() or not provision.title.strip():
        raise Refused("A provision needs a title and a plain summary.")
    if not provision.act.strip() or not provision.section.strip():
        raise Refused("Say which Act and which section it is.")
    if provision.review_by <= provision.as_at:
        raise Refused("It is read again after the day it was last read.")
    if not provision.nations:
        raise Refused("Say in which nations it is law.")


# ---- top-ups ----


@transaction.atomic
def draft_top_up(change, *, by) -> TopUp:
    """Begin the top-up of a change, with the new law in it: 1. the draft, 2. the record is written. Twice is once."""
    insist(rules.may_publish(by))
    LawChange.objects.select_for_update(no_key=True).get(pk=change.pk)
    top_up, made = TopUp.objects.get_or_create(change=change, defaults={
        "title": f"The law has changed: {change.provision}"[:200],
        "body": [("text", format_html("<p>{}</p>", change.words)), ("provision", {"provision": change.provision, "note": ""})],
    })
    if made:
        write("courses.draft_top_up", top_up, by=by)
    return top_up


@transaction.atomic
def send_top_up(top_up, *, by, counts_from) -> TopUp:
    """Send a top-up to everybody who studied the old text and nothing newer, and to nobody else.

    1. at the first sending it is drawn and never changes, with its nations and the day from which it
    counts; 2. each person has it to do; 3. the record is written; 4. each is told. Pressed again it
    reaches those who studied the old text since, and nobody twice.
    """
    insist(rules.may_publish(by))
    locked = TopUp.objects.select_for_update(no_key=True).select_related("change__provision").get(pk=top_up.pk)
    if locked.change.is_overtaken:
        raise Refused("The law has changed again since. Send the top-up of the newest change instead.")
    if locked.sent_at is None:
        if counts_from is None or counts_from <= clock.today():
            raise Refused("Choose a day to come: people need time to read it before it counts.")
        html, parts = draw_stream(locked.body)
        if not html.strip():
            raise Refused("The top-up is empty. Write it, then send it.")
        before = {*locked.change.was["jurisdictions"], *locked.change.provision.jurisdictions}
        locked.html, locked.parts, locked.counts_from = html, parts, counts_from
        locked.nations = Provision(jurisdictions=list(before)).nations
        locked.sent_at, locked.sent_by_id = clock.now(), by.pk
        locked.save()
        write("courses.send_top_up", locked, by=by, after={"counts_from": str(counts_from), "nations": locked.nations})
    reached = reach(locked, by)
    if reached:
        write("courses.reach_by_top_up", locked, by=by, after={"people": sorted(reached)})
    return locked


def reach(top_up, by) -> list[int]:
    """Make it due for everybody who lacks it; returns their keys."""
    studied = {}
    for person, version in studied_old_text(top_up.change.provision).values_list("person_id", "version_id"):
        studied.setdefault(person, []).append(version)
    have = set(TopUpDue.objects.filter(top_up=top_up).values_list("person_id", flat=True))
    new = sorted(set(studied) - have)
    sent = clock.now()
    counts_from = TopUpDue(top_up=top_up, sent_at=sent).counts_from
    TopUpDue.objects.bulk_create(TopUpDue(sent_at=sent, top_up=top_up, person_id=p, versions=sorted(studied[p])) for p in new)
    theirs = {}
    for person, codes in StudyPlan.objects.filter(person_id__in=new).values_list("person_id", "nations"):
        theirs.setdefault(person, set()).update(codes)
    for person in User.objects.filter(pk__in=new, is_active=True).order_by("pk"):
        where = nations.sentence(set(top_up.nations) & theirs.get(person.pk, set()))
        asked = (
            f"Please read a short text about it by {day(counts_from)}: from that day your endorsement for {where} "
            "waits until you have." if where else "Please read a short text about it. Your own endorsement does not wait for it."
        )
        tell(
            person, "The law you studied has changed", f"{top_up.change.provision} has changed. {asked}",
            f"/study/top-ups/{top_up.pk}/",
        )
    return new


def reach_late(study, *, by):
    """Whoever studies a text that the law has overtaken, after its top-up went out, has it to do too."""
    old = Citation.objects.filter(version=study.version_id, reading__lt=F("provision__reading")).values("provision")
    for top_up in TopUp.objects.filter(change__provision__in=old, sent_at__isnull=False).select_related("change__provision"):
        if not top_up.change.is_overtaken and (reached := reach(top_up, by)):
            write("courses.reach_by_top_up", top_up, by=by, after={"people": sorted(reached)})


@transaction.atomic
def answer_top_up(due, key, given, *, by):
    """Judge an answer in a top-up and keep it; returns the verdict. Raises checks.Unanswered."""
    locked = own(due, by)
    question = next((s for s in locked.top_up.parts if s["kind"] == "check" and s["id"] == key), None)
    if question is None:
        raise Refused("This question is not in the top-up. Open it again.")
    verdict = checks.judge(question, given)
    before = locked.data.get(key, {})
    locked.data = {**locked.data, key: {
        "asked": asked_hash(question), "given": given, "right": verdict.right or before.get("right", False),
    }}
    locked.save(update_fields=["data"])
    return verdict


@transaction.atomic
def finish_top_up(due, *, by) -> TopUpDue:
    """The person has read it: 1. the moment, 2. the record is written. Refused while a check is not answered rightly."""
    locked = own(due, by)
    if locked.done_at:
        return locked
    left = [s for s in locked.top_up.parts if s["kind"] == "check" and not locked.data.get(s["id"], {}).get("right")]
    if left:
        raise Refused("Answer the question in the text first. You can try as often as you like.")
    locked.done_at = clock.now()
    locked.save(update_fields=["done_at"])
    write("courses.finish_top_up", locked, by=by, after={"person": locked.person_id})
    return locked


def own(due, by) -> TopUpDue:
    insist(rules.may_record_study(by, due.person) if due.person_id != getattr(by, "pk", None) else rules.YES)
    locked = TopUpDue.objects.select_for_update(of=("self",), no_key=True).select_related("top_up").get(pk=due.pk)
    if locked.top_up.sent_at is None:
        raise NotAllowed("This top-up has not been sent.")
    return locked

