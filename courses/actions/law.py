"""The ledger of law: what was written down wrongly, who read it again, who looks after it. Changes of law: `law_changes`."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.nations import sentence
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day
from lms.people.models import User
from lms.people.roles import holders_of
from lms.record.actions import write

from .. import rules
from ..models import Correction, Provision
from ..rights import faults_of
from ..states import Basis, Commencement

WRITTEN = (
    "act",
    "section",
    "title",
    "summary",
    "rights",
    "extent",
    "commencement",
    "commenced_on",
    "instrument",
    "jurisdictions",
    "source",
    "basis",
    "read_at",
)


@transaction.atomic
def put_right(provision, *, by, why, now, seen=None) -> Correction | None:
    """The ledger was written down wrongly; the law has not changed.

    1. what it said, says, and why, never to change; 2. the ledger is right; 3. the record is written. Nobody is told
    that the law changed; units print the slip until they are published again. `now`: new values of any of WRITTEN.
    None, and nothing kept, when they say what the ledger says. `seen`: the mark of the provision as the page showed it; Refused when
    the ledger has changed since, for the fields of an old page would bring the old law back.
    """
    insist(rules.may_keep_law(by))
    locked = Provision.objects.select_for_update(no_key=True).get(pk=provision.pk)
    was, why, mark = locked.as_it_stands(), why.strip(), locked.mark
    if set(now) - set(WRITTEN):
        raise Refused(_("Only what the ledger says of the law can be put right."))
    for name, value in now.items():
        setattr(locked, name, value)
    if locked.as_it_stands() == was:
        return None
    insist_seen(locked, seen, mark)
    if not why:
        raise Refused(_("Say what was wrong, for those who have read it."))
    check_provision(locked)
    locked.save()
    made = Correction.objects.create(
        provision=locked, why=why, was=was, now=locked.as_it_stands(), corrected_by_id=by.pk
    )
    write("courses.put_law_right", made, by=by, before=was, after=made.now)
    return made


@transaction.atomic
def read_again(provision, *, by, as_at, review_by, basis=Basis.READ, seen=None) -> Provision:
    """Somebody read the source and nothing had changed: 1. the two dates and who read, 2. what it rests on from now (`basis`: what they
    read), 3. the record is written. `seen`: as of `put_right`."""
    insist(rules.may_keep_law(by))
    locked = Provision.objects.select_for_update(no_key=True).get(pk=provision.pk)
    before = [str(locked.as_at), str(locked.review_by)]
    if before == [str(as_at), str(review_by)] and (locked.basis, locked.read_by_id) == (
        basis,
        by.pk,
    ):
        return locked
    insist_seen(locked, seen, locked.mark)
    if as_at > clock.today():
        raise Refused(_("The day you read it cannot be later than today."))
    if as_at < locked.as_at:
        raise Refused(
            _("Someone read it on %(day)s, after the day you give.") % {"day": day(locked.as_at)}
        )
    locked.as_at, locked.review_by, locked.basis, locked.read_by_id = as_at, review_by, basis, by.pk
    check_provision(locked)
    locked.save(update_fields=["as_at", "review_by", "basis", "read_by"])
    write(
        "courses.read_law_again", locked, by=by, before=before, after=[str(as_at), str(review_by)]
    )
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


def insist_seen(provision, seen, mark):
    if seen is not None and seen != mark:
        raise Refused(
            _(
                "The ledger was changed while you read, so nothing was saved. Open %(provision)s again and compare it with what it says now."
            )
            % {"provision": provision}
        )


def check_provision(provision):
    if provision.commencement not in Commencement.values:
        raise Refused(_("Say whether the provision is in force."))
    if not provision.summary.strip() or not provision.title.strip():
        raise Refused(_("A provision needs a title and a plain summary."))
    if not provision.act.strip() or not provision.section.strip():
        raise Refused(_("Say which Act and which section it is."))
    if provision.review_by <= provision.as_at:
        raise Refused(_("It is read again after the day it was last read."))
    if not provision.nations:
        raise Refused(_("Say in which nations it is law."))
    for right in provision.rights:
        if found := faults_of(right):
            raise Refused(f"“{right.get('title') or 'A right'}”: {found[0]}")
        if beyond := set(right["nations"]) - set(provision.nations):
            raise Refused(
                _(
                    "“%(title)s” is given to %(nations)s, where %(provision)s is not law. Change its nations."
                )
                % {"title": right["title"], "nations": sentence(beyond), "provision": provision}
            )


def keepers(but) -> list[User]:
    """Everybody who keeps the law, but one."""
    return sorted(
        {p for role in rules.ANSWERERS for p in holders_of(role)} - {but}, key=lambda p: p.pk
    )
