"""The ledger of law: what changed, what was written down wrongly, who looks after it."""
from django.db import transaction

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day
from lms.record.actions import write

from .. import rules
from ..models import Correction, LawChange, Provision
from ..models.taught import said_of
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
