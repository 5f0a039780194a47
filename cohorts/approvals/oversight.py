"""What an organisation owes once it is approved, and what is changed about it: conditions, memorandum, annual reviews, its contacts' own word, dated facts.
None of it changes anybody's standing: that is decided in `actions`. Nobody records anything about where they work or for which they act."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.kit.templatetags.kit import day, short_day
from lms.record.actions import write

from ..organisations.actions import CONTACT_PAGE, LONGEST_NAME, tell_organisation
from ..organisations.models import (
    Condition,
    Contact,
    Memorandum,
    Organisation,
    OrganisationLine,
    OrganisationReview,
)
from .rules import may_oversee


def lock(organisation) -> Organisation:
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


@transaction.atomic
def set_condition(organisation, text, due_on, *, by) -> Condition:
    """1. the condition, open, 2. a record entry, 3. the organisation's contacts are told what to do and by when (or a call is left). The same again,
    still open, is the one there is. Raises Refused for a day that is past."""
    insist(may_oversee(by, organisation))
    locked, text = lock(organisation), text.strip()
    if not text:
        raise Refused(_("Enter the condition."))
    there = locked.conditions.filter(text=text, due_on=due_on, met_on=None).first()
    if there:
        return there
    if due_on < clock.today():
        raise Refused(_("Enter a day from today by which the condition is to be met."))
    made = Condition.objects.create(
        organisation=locked, text=text[:1000], due_on=due_on, recorded_by=by.record_label
    )
    write("cohorts.set_condition", made, by=by, after={"due": due_on.isoformat()})
    tell_organisation(
        locked,
        _("A condition of your approval"),
        _("By %(day)s: %(text)s") % {"day": day(due_on), "text": made.text},
        CONTACT_PAGE,
    )
    return made


@transaction.atomic
def meet_condition(condition, note, *, by) -> Condition:
    """1. the condition is met from today, with what the officer saw, 2. a record entry, 3. the organisation is told. Twice is once."""
    insist(may_oversee(by, condition.organisation))
    locked = (
        Condition.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation")
        .get(pk=condition.pk)
    )
    if locked.met_on:
        return locked
    if not note.strip():
        raise Refused(_("Enter what you saw."))
    locked.met_on, locked.met_by, locked.note = (
        clock.today(),
        by.record_label,
        note.strip()[:300],
    )
    locked.save(update_fields=["met_on", "met_by", "note"])
    write("cohorts.meet_condition", locked, by=by, after={"on": locked.met_on.isoformat()})
    tell_organisation(
        locked.organisation,
        _("A condition of your approval is met"),
        _("The IMSA Model Hub recorded that this is done: %(text)s") % {"text": locked.text},
        CONTACT_PAGE,
    )
    return locked


@transaction.atomic
def withdraw_condition(condition, reason, *, by) -> None:
    """A condition that was set wrongly and is open: 1. it goes, 2. a record entry keeps it with the reason, 3. the organisation is told that it need not meet it, and why. Twice is
    once. Raises Refused without a reason, and for one that is met."""
    insist(may_oversee(by, condition.organisation))
    locked = (
        Condition.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation")
        .filter(pk=condition.pk)
        .first()
    )
    if locked is None:
        return
    if locked.met_on:
        raise Refused(_("This condition is met already, so it is not withdrawn."))
    if not reason.strip():
        raise Refused(_("Enter why it is withdrawn."))
    write(
        "cohorts.withdraw_condition",
        locked,
        by=by,
        before={"text": locked.text, "due": locked.due_on.isoformat()},
        reason=reason.strip()[:300],
    )
    text = locked.text
    locked.delete()
    tell_organisation(
        condition.organisation,
        _("A condition of your approval is withdrawn"),
        _("You need not meet this condition: %(text)s The reason given: %(reason)s")
        % {"text": text, "reason": reason.strip()[:300]},
        CONTACT_PAGE,
    )


@transaction.atomic
def sign_memorandum(organisation, version, signatory, signed_on, *, by) -> Memorandum:
    """1. a line: which version, who signed it and when, 2. a record entry. The same again is the one there is. Raises Refused for a coming day."""
    insist(may_oversee(by, organisation))
    locked, version, signatory = lock(organisation), version.strip(), signatory.strip()
    if not (version and signatory):
        raise Refused(_("Enter the version of the memorandum and who signed it."))
    if signed_on > clock.today():
        raise Refused(_("Enter the day on which it was signed, not a later one."))
    about = {"version": version[:40], "signatory": signatory[:200], "signed_on": signed_on}
    there = locked.memoranda.filter(**about).first()
    if there:
        return there
    made = Memorandum.objects.create(organisation=locked, recorded_by=by.record_label, **about)
    write("cohorts.sign_memorandum", made, by=by, after={"version": made.version})
    return made


@transaction.atomic
def record_review(organisation, on_day, findings, *, by) -> OrganisationReview:
    """1. the annual review, from whose day the next is counted, 2. a record entry without the findings. The same day again is the one there is. Raises Refused for
    a coming day."""
    insist(may_oversee(by, organisation))
    locked = lock(organisation)
    if on_day > clock.today():
        raise Refused(_("Enter the day of the review, not a later one."))
    if not findings.strip():
        raise Refused(_("Enter what the review found."))
    there = locked.reviews.filter(on_day=on_day).first()
    if there:
        if there.findings == findings.strip():
            return there
        raise Refused(
            _("A review of %(day)s is recorded already. Record another with its own day.")
            % {"day": short_day(on_day)}
        )
    made = OrganisationReview.objects.create(
        organisation=locked,
        on_day=on_day,
        findings=findings.strip()[:4000],
        recorded_by=by.record_label,
    )
    write("cohorts.record_review", made, by=by, after={"on": on_day.isoformat()})
    return made


@transaction.atomic
def confirm_contact(contact, *, by) -> Contact:
    """The contact says, signed in, that they act for the organisation: 1. the moment, 2. a record entry. Twice is once. Raises NotAllowed for anyone
    else, and Refused where their time is over."""
    locked = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    if by.pk is None or locked.person_id != by.pk:
        raise NotAllowed(_("Only the contact themselves can confirm this."))
    if locked.ends_on and locked.ends_on < clock.today():
        raise Refused(_("Your time as a contact is over, so there is nothing to confirm."))
    if locked.confirmed_at:
        return locked
    locked.confirmed_at = clock.now()
    locked.save(update_fields=["confirmed_at"])
    write("cohorts.confirm_contact", locked, by=by)
    return locked


@transaction.atomic
def change_organisation(organisation, name, sector, charity_number, reason, *, by) -> Organisation:
    """Another name, sector or number, from today.

    1. the first time, a line of how it was from the beginning, 2. a line from today with its reason, 3. the organisation has them, 4. a record
    entry, 5. its contacts are told. The same as it is changes nothing. Nations are not changed here: people's standings rest on them. Raises Refused for a name
    that another organisation has.
    """
    insist(may_oversee(by, organisation))
    locked = lock(organisation)
    name, sector, charity_number = (
        " ".join(text.split()) for text in (name, sector, charity_number)
    )
    new = {"name": name, "sector": sector[:120], "charity_number": charity_number[:40]}
    was = {field: getattr(locked, field) for field in new}
    if new == was:
        return locked
    if not name or len(name) > LONGEST_NAME:
        raise Refused(_("Enter a name of at most %(most)s characters.") % {"most": LONGEST_NAME})
    if not reason.strip():
        raise Refused(_("Enter why it changes."))
    taken = _("Another organisation has the name %(name)s.") % {"name": name}
    if Organisation.objects.filter(name__iexact=name).exclude(pk=locked.pk).exists():
        raise Refused(taken)
    label = by.record_label
    OrganisationLine.objects.get_or_create(
        organisation=locked, from_day=None, defaults={**was, "recorded_by": label}
    )
    OrganisationLine.objects.create(
        organisation=locked,
        from_day=clock.today(),
        reason=reason.strip()[:300],
        recorded_by=label,
        **new,
    )
    for field, value in new.items():
        setattr(locked, field, value)
    try:
        with transaction.atomic():
            locked.save(update_fields=list(new))
    except IntegrityError:
        raise Refused(taken) from None
    write(
        "cohorts.change_organisation", locked, by=by, before=was, after=new, reason=reason.strip()
    )
    tell_organisation(
        locked,
        _("Your organisation’s entry was changed"),
        _(
            "From %(day)s the register has: %(name)s; sector: %(sector)s; charity or company number: %(number)s. Tell the IMSA Model Hub if this is wrong."
        )
        % {
            "day": day(clock.today()),
            "name": name,
            "sector": new["sector"] or _("not given"),
            "number": new["charity_number"] or _("not given"),
        },
    )
    return locked


def organisation_on(organisation, on_day, lines) -> dict:
    """Name, sector and number as they were on that day. `lines`: the organisation's, in the order of recording."""
    fitting = [line for line in lines if line.from_day is None or line.from_day <= on_day]
    source = fitting[-1] if fitting else organisation
    return {field: getattr(source, field) for field in ("name", "sector", "charity_number")}
