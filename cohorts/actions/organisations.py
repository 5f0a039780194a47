"""Adds Employing Organisations and decides on their approval; it refuses a decision that does not follow the last."""

from django.db import IntegrityError, transaction

from lms.kit import clock
from lms.kit import nations as four_nations
from lms.kit.effective_dates import OF_ROW, in_force, replaced_from
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day, short_day
from lms.people.actions import grant, tell
from lms.people.invitations import invite_if_new
from lms.people.models import Role, User
from lms.record.actions import write

from ..models import Approval, Contact, Organisation
from ..queries import contacts_of
from ..register import last_lines
from ..rules import may_approve, may_decide
from ..states import ApprovalAction
from .telling import tell_organisation

LONGEST_NAME = 150  # so that the subject of a message has room for it


@transaction.atomic
def add_organisation(code, name, nations, sector, *, by, is_invented=False) -> Organisation:
    """1. the organisation, not approved yet, 2. a record entry. The same again is the one there is."""
    insist(may_approve(by))
    codes = [c for c in four_nations.ALL if c in set(nations)]
    if not codes:
        raise Refused("Choose at least one nation the organisation works in.")
    code, name, sector = code.strip().upper(), " ".join(name.split()), " ".join(sector.split())
    if not code or not name or len(name) > LONGEST_NAME:
        raise Refused(
            f"An organisation needs a code, and a name of at most {LONGEST_NAME} characters."
        )
    standing = Organisation.objects.filter(code__iexact=code).first()
    if standing and (standing.name, list(standing.nations), standing.sector) == (
        name,
        codes,
        sector,
    ):
        return standing
    if standing:
        raise Refused(f"The code {code} belongs to {standing.name}. Choose another code.")
    if Organisation.objects.filter(name__iexact=name).exists():
        raise Refused(f"{name} is here already.")
    try:
        with transaction.atomic():
            made = Organisation.objects.create(
                code=code, name=name, nations=codes, sector=sector, is_invented=is_invented
            )
    except IntegrityError:
        raise Refused(
            f"Someone has just added {name} or the code {code}. Look at the list."
        ) from None
    write("cohorts.add_organisation", made, by=by, after={"code": code})
    return made


@transaction.atomic
def decide_approval(organisation, action, from_day, reason, *, by) -> Approval:
    """Decide on an organisation from a day.

    1. the decision is added; earlier days keep the earlier one, and decisions that were to begin
    after its day are replaced, 2. a record entry, 3. the organisation's contacts are told, also what
    is replaced; where it has none a call is left for the Hub, 4. everybody with a post there is told, once the
    organisation was decided about before. The same decision again is the one there is.
    """
    insist(may_approve(by))
    locked = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    lines = approvals_as_recorded(locked)
    last, replaced = in_force(lines, from_day, OF_ROW), replaced_from(from_day, lines, OF_ROW)
    if last and not replaced and (last.action, last.from_day) == (action, from_day):
        return last
    answer = may_decide(lines, action, from_day, reason, clock.today())
    if not answer:
        raise Refused(answer.reason)
    made = Approval.objects.create(
        organisation=locked,
        action=action,
        from_day=from_day,
        reason=reason.strip(),
        decided_by=by.record_label,
        decided_at=clock.now(),
    )
    after = {"deed": str(action), "from": from_day.isoformat()}
    if replaced:
        after["replaces"] = [{"deed": r.action, "from": r.from_day.isoformat()} for r in replaced]
    write(
        "cohorts.decide_approval",
        locked,
        by=by,
        before=last and last.action,
        after=after,
        reason=made.reason,
    )
    told = (
        tell_organisation(locked, _subject(locked, action), _letter(locked, made, replaced))
        if last or contacts_of(locked, clock.today())
        else []
    )
    if last:
        _tell_people(locked, made, told)
    return made


def _tell_people(organisation, approval, told):
    """Those in a post there on the day or later; a contact has the organisation's letter already."""
    lines = [
        p
        for p in last_lines().filter(organisation=organisation)
        if p.ends_on is None or p.ends_on >= approval.from_day
    ]
    keys = {p.employment.person_id for p in lines} - set(told)
    means = {
        ApprovalAction.APPROVED: "your post there can count towards an accreditation again.",
        ApprovalAction.SUSPENDED: "your post there does not count, until the approval is restored. If your accreditation rests on it, you may not act as "
        "an IMSA from that day, unless you have another post at an approved organisation.",
        ApprovalAction.ENDED: "your post there does not count. If your accreditation rests on it, you may not act as an IMSA from that day, unless you "
        "have another post at an approved organisation.",
    }[approval.action]
    for person in User.objects.filter(pk__in=keys).order_by("pk"):
        tell(
            person,
            _subject(organisation, approval.action),
            f"From {day(approval.from_day)} {means}",
            "/certificates/mine/",
        )


def approvals_as_recorded(organisation) -> list[Approval]:
    """Every decision on an organisation, in the order of recording."""
    return list(organisation.approvals.order_by("pk"))


def replaced_in_words(approval) -> str:
    to_do = {
        ApprovalAction.APPROVED: "to approve",
        ApprovalAction.SUSPENDED: "to suspend approval",
        ApprovalAction.ENDED: "to end approval",
    }[approval.action]
    return f"The decision {to_do} from {day(approval.from_day)} is replaced by this one."


def _subject(organisation, action):
    words = {
        ApprovalAction.APPROVED: "{} is approved",
        ApprovalAction.SUSPENDED: "Approval of {} suspended",
        ApprovalAction.ENDED: "Approval of {} ended",
    }
    return words[action].format(organisation.name)


def _letter(organisation, approval, replaced):
    meaning = {
        ApprovalAction.APPROVED: "People in a post with you can be accredited.",
        ApprovalAction.SUSPENDED: "Until it is restored, people in a post with you may not act as IMSAs.",
        ApprovalAction.ENDED: "From that day, people in a post with you may not act as IMSAs.",
    }[approval.action]
    why = f" The reason given: {approval.reason}" if approval.reason else ""
    verb = {
        ApprovalAction.APPROVED: "{} is approved",
        ApprovalAction.SUSPENDED: "The approval of {} is suspended",
        ApprovalAction.ENDED: "{} is no longer approved",
    }[approval.action].format(organisation.name)
    said = f"{verb} from {day(approval.from_day)}. {meaning}"
    return " ".join([said, *map(replaced_in_words, replaced)]) + why


@transaction.atomic
def add_contact(person, organisation, *, by, starts_on) -> Contact:
    """1. the person may act for the organisation, 2. and has the role of an employer contact,
    3. a record entry, 4. the person is told. A second open contact is the first."""
    insist(may_approve(by))
    contact, is_new = Contact.objects.get_or_create(
        person=person, organisation=organisation, ends_on=None, defaults={"starts_on": starts_on}
    )
    if is_new:
        grant(person, Role.EMPLOYER, by=by, starts_on=starts_on)
        write(
            "cohorts.add_contact",
            contact,
            by=by,
            after={"person": person.pk, "organisation": organisation.code},
        )
        tell(
            person,
            f"You may act for {organisation.name}",
            f"From {short_day(starts_on)} you can see the standing of the people employed by {organisation.name}.",
            "/employer/",
        )
        invite_if_new(person, by=by)
    return contact


@transaction.atomic
def end_contact(contact, ends_on, *, by) -> Contact:
    """1. after that day the person no longer acts for the organisation, 2. a record entry, 3. the person is told."""
    insist(may_approve(by))
    locked = (
        Contact.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person", "organisation")
        .get(pk=contact.pk)
    )
    if locked.ends_on:
        return locked
    if ends_on < locked.starts_on:
        raise Refused(
            f"The contact began on {short_day(locked.starts_on)}; the last day cannot be earlier."
        )
    locked.ends_on = ends_on
    locked.save(update_fields=["ends_on"])
    write("cohorts.end_contact", locked, by=by, after=ends_on.isoformat())
    tell(
        locked.person,
        f"You no longer act for {locked.organisation.name}",
        f"Your last day as its contact is {short_day(ends_on)}.",
    )
    return locked
