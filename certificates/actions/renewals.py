"""Renewing an accreditation: the log, talks with peers, asking, the audit by lot, and the Hub's decision."""

from dataclasses import asdict

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.kit import clock, codes
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.people.models import Role, User
from lms.people.roles import holders_of
from lms.record.actions import write

from ..accreditation.renewal import granted_until
from ..accreditation.rule_book import Rules
from ..accreditation.sentences import in_words
from ..accreditation.standing import verdict
from ..checking.questions import Question, numbers_meant
from ..models import LogEntry, Renewal
from ..queries import load_facts, rescinded
from ..queries.renewals import cpd_log_of, frozen_until, renewing
from ..rules import may_keep_cpd_log, may_renew, may_sanction
from ..states import RenewalState
from .announcing import announce
from .checks import look_up

LONGEST = 24 * 60


# ---- the log ----


@transaction.atomic
def keep_entry(person, fields, *, by, entry=None) -> LogEntry:
    """Write an entry of one's own log, or change it until a renewal rests on it.

    1. the entry; its words are one's own and not in the record. A talk that was confirmed is to be confirmed again when
    the words change. The same twice is one.
    """
    insist(may_keep_cpd_log(by, person))
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    fields = {
        "on_day": fields["on_day"],
        "minutes": fields["minutes"],
        "what": " ".join(fields["what"].split()),
        "learnt": fields["learnt"].strip(),
    }
    if fields["on_day"] > clock.today():
        raise Refused(_("Record it once it has happened: that day has not come yet."))
    if not fields["what"] or not fields["learnt"]:
        raise Refused(_("Write what it was, and what you take from it."))
    if not 1 <= fields["minutes"] <= LONGEST:
        raise Refused(_("An entry lasts between one minute and a whole day."))
    _insist_free(person, fields["on_day"])
    if entry is None:
        same = LogEntry.objects.filter(person=person, **fields).first()
        return same or LogEntry.objects.create(person=person, **fields)
    locked = LogEntry.objects.select_for_update(no_key=True).get(pk=entry.pk, person=person)
    _insist_free(person, locked.on_day)
    if any(getattr(locked, name) != value for name, value in fields.items()):
        for name, value in fields.items():
            setattr(locked, name, value)
        locked.changed_at, locked.talked_at, locked.peer_words = clock.now(), None, ""
        locked.save()
    return locked


@transaction.atomic
def remove_entry(entry, *, by):
    """Take an entry of one's own log out for good; it is nobody else's business. Twice is once."""
    insist(may_keep_cpd_log(by, entry.person))
    User.objects.select_for_update(no_key=True).get(pk=entry.person_id)
    locked = LogEntry.objects.select_for_update(no_key=True).filter(pk=entry.pk).first()
    if locked:
        _insist_free(locked.person, locked.on_day)
        locked.delete()


def _insist_free(person, day):
    frozen = frozen_until(person.pk)
    if frozen and day <= frozen:
        raise Refused(
            _(
                "Your renewal rests on the log up to %(day)s, so entries up to that day no longer change."
            )
            % {"day": in_words(frozen)}
        )


# ---- talks with a peer ----


@transaction.atomic
def ask_peer(entry, number, surname, *, by) -> None:
    """Ask a colleague to talk an entry over, named by their IMSA number and family name.

    1. where that is somebody, the entry names them, 2. they are told. The asker is told the same whether it is somebody or
    not, so that nobody is found in this way. Raises Misread for a mistyped number.
    """
    insist(may_keep_cpd_log(by, entry.person))
    numbers = tuple(numbers_meant(number))
    User.objects.select_for_update(no_key=True).get(pk=entry.person_id)
    locked = LogEntry.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.pk)
    _insist_free(locked.person, locked.on_day)
    found = look_up([Question(numbers, " ".join(surname.split()), clock.today())])[0]
    is_nobody = (
        found.person is None
        or found.standing.code == "not_found"
        or found.person == locked.person_id
    )
    if not is_nobody and found.person == locked.peer_id:
        return
    if is_nobody:  # it looks the same as one that was sent
        locked.peer, locked.peer_asked_at, locked.talked_at, locked.peer_words = (
            None,
            clock.now(),
            None,
            "",
        )
        locked.save(update_fields=["peer", "peer_asked_at", "talked_at", "peer_words"])
        return
    locked.peer_id, locked.peer_asked_at, locked.talked_at, locked.peer_words = (
        found.person,
        clock.now(),
        None,
        "",
    )
    locked.save(update_fields=["peer", "peer_asked_at", "talked_at", "peer_words"])
    tell(
        locked.peer,
        _("A colleague asks you to talk something over"),
        _(
            "%(full_name)s asks you to talk over something they learnt. Your page shows it, and you may say no."
        )
        % {"full_name": locked.person.full_name},
        reverse("certificates:peer_discussion", args=[locked.pk]),
    )


@transaction.atomic
def confirm_peer_discussion(entry, words, *, by) -> LogEntry:
    """The peer confirms that they talked it over. 1. the moment and their words, 2. a record entry without them, 3. the
    colleague is told. Twice is once."""
    locked = _of_peer(entry, by)
    if locked.talked_at:
        return locked
    locked.talked_at, locked.peer_words = clock.now(), words.strip()
    locked.save(update_fields=["talked_at", "peer_words"])
    write("certificates.confirm_talk", locked, by=by)
    tell(
        locked.person,
        _("Your talk is confirmed"),
        _("Your colleague confirmed that you talked an entry of your log over."),
        reverse("certificates:cpd_log"),
    )
    return locked


@transaction.atomic
def decline_peer_discussion(entry, *, by) -> None:
    """The peer says no. 1. the entry names nobody, 2. the colleague is told, without a reason. A talk that was confirmed stays."""
    locked = _of_peer(entry, by)
    if locked.talked_at:
        raise Refused(_("You confirmed this talk already, so it stays."))
    locked.peer, locked.peer_asked_at, locked.talked_at, locked.peer_words = None, None, None, ""
    locked.save(update_fields=["peer", "peer_asked_at", "talked_at", "peer_words"])
    tell(
        locked.person,
        _("Ask someone else"),
        _("Your colleague cannot talk that entry of your log over. Ask someone else."),
        reverse("certificates:cpd_log"),
    )


def _of_peer(entry, by) -> LogEntry:
    User.objects.select_for_update(no_key=True).get(pk=entry.person_id)
    locked = (
        LogEntry.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person", "peer")
        .get(pk=entry.pk)
    )
    if locked.peer_id != getattr(by, "pk", None) or by.pk is None:
        raise NotAllowed(_("Only the colleague who was asked can answer this."))
    return locked


# ---- asking ----


@transaction.atomic
def prepare_renewal(person, statement, is_declared, *, by) -> Renewal:
    """Keep the draft of a renewal. 1. the draft; its words are not in the record. Twice is once."""
    found = _mine(person, by)
    if found.renewal and found.renewal.state != RenewalState.DRAFT:
        raise Refused(
            _(
                "Your renewal is asked for already. Speak to the Hub if you want to change what you wrote."
            )
        )
    if not found.term.is_open(clock.today()):
        raise Refused(
            _("You can prepare and ask for your renewal from %(day)s.")
            % {"day": in_words(found.term.opens_on)}
        )
    renewal = found.renewal or Renewal(enrolment=found.enrolment, term_ends_on=found.term.last_day)
    renewal.statement, renewal.is_declared = statement.strip(), bool(is_declared)
    renewal.save()
    return renewal


@transaction.atomic
def ask_renewal(person, *, by) -> Renewal:
    """Ask for the renewal that was prepared.

    1. every step is looked at again (Refused, naming each that is missing), 2. the rules of the day are kept with it,
    3. the lot decides whether the Hub reads its log, 4. it is asked for, with a record entry, 5. the person and the Hub's
    officers are told. Twice is once.
    """
    found = _mine(person, by)
    if found.renewal and found.renewal.state != RenewalState.DRAFT:
        return found.renewal
    if not found.renewal:
        raise Refused(_("Write about your practice and make the declaration first."))
    if not found.term.is_open(clock.today()):
        raise Refused(
            _("You can ask for your renewal from %(day)s.") % {"day": in_words(found.term.opens_on)}
        )
    _insist_award(found.enrolment)
    if found.missing:
        raise Refused(" ".join(f"{step.label}: {step.note}" for step in found.missing))
    is_drawn = codes.chance().randrange(100) < found.term.rules.audit_percent
    renewal = make_transition(
        found.renewal,
        "ask_renewal_with_audit" if is_drawn else "ask_renewal",
        by=by,
        asked_at=clock.now(),
        rules=asdict(found.term.rules),
    )
    late = (
        _(" Your term was over, so it holds again from the day it is granted.")
        if found.term.is_late(clock.today())
        else _(" Until it is decided your accreditation goes on.")
    )
    tell(
        person,
        _("Your renewal is asked for"),
        _("The IMSA Model Hub decides about it.")
        + late
        + (_(" By lot, the Hub reads your log this time.") if is_drawn else ""),
        reverse("certificates:renewal"),
    )
    _tell_hub(person, _("A renewal was asked for"), renewal)
    return renewal


def _mine(person, by):
    insist(may_keep_cpd_log(by, person))
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    found = renewing(person.pk)
    if found is None:
        raise Refused(_("You have no certificate, so there is nothing to renew."))
    may = may_renew(verdict(clock.today(), found.facts, found.book).code)
    if not may:
        raise Refused(may.reason)
    return found


def _tell_hub(person, subject, renewal):
    for officer in holders_of(Role.HUB_OFFICER):
        if officer.pk != person.pk:
            tell(
                officer,
                subject,
                _("Someone asks the Hub to renew their accreditation."),
                reverse("certificates:renewal_decide", args=[renewal.pk]),
            )


# ---- deciding ----


@transaction.atomic
def accept_cpd_log(renewal, words, *, by) -> Renewal:
    """The log that was drawn by lot is in order. 1. the renewal waits for its decision, with a record entry. Twice is once."""
    locked = _of_hub(renewal, by)
    if locked.state != RenewalState.AUDIT:
        return locked
    return make_transition(
        locked,
        "accept_log",
        by=by,
        audit_words=words.strip(),
        audited_by=by,
        audited_at=clock.now(),
    )


@transaction.atomic
def grant_renewal(renewal, *, by) -> Renewal:
    """Renew. 1. the accreditation has a new last day, by the rules of the day it was asked for, 2. a record entry, 3. the
    person is told, 4. the registrars are told that a certificate can be issued again. Twice is once."""
    locked = _of_hub(renewal, by)
    if locked.state == RenewalState.GRANTED:
        return locked
    _insist_award(locked.enrolment)
    assert locked.rules is not None  # they joined it when it was asked for
    until, before = (
        granted_until(locked.term_ends_on, clock.today(), Rules(**locked.rules)),
        load_facts([locked.enrolment.person_id]),
    )
    make_transition(
        locked, "grant_renewal", by=by, decided_by=by, decided_at=clock.now(), granted_until=until
    )
    tell(
        locked.enrolment.person,
        _("Your accreditation is renewed"),
        _(
            "It is valid until %(day)s, while you are in a post at an approved organisation. A new certificate is issued next."
        )
        % {"day": in_words(until)},
        reverse("certificates:my_certificates"),
    )
    for registrar in holders_of(Role.REGISTRAR):
        tell(
            registrar,
            _("A certificate can be issued again"),
            _("An accreditation was renewed."),
            reverse("certificates:issue_list"),
        )
    announce(before, [locked.enrolment.person_id], clock.today(), tells_person=False)
    return locked


def _insist_award(enrolment):
    if rescinded().filter(certificate__enrolment=enrolment).exists():
        raise Refused(
            _(
                "The University rescinded the award this accreditation rests on, so it is not renewed."
            )
        )


@transaction.atomic
def refuse_renewal(renewal, reason, *, by) -> Renewal:
    """Do not renew. 1. it is closed with the reason, 2. a record entry without it, 3. the person is told, with the reason on
    their own page. They can ask again. Twice is once."""
    locked = _of_hub(renewal, by)
    if locked.state == RenewalState.REFUSED:
        return locked
    if not reason.strip():
        raise Refused(_("Write down why. The person reads it, so that they know what to do."))
    before = load_facts([locked.enrolment.person_id])
    make_transition(
        locked,
        "refuse_renewal",
        by=by,
        decided_by=by,
        decided_at=clock.now(),
        why_not=reason.strip(),
    )
    tell(
        locked.enrolment.person,
        _("Your renewal was not granted"),
        _(
            "Your page says why, and what you can do. You can ask again, and you can ask the Hub to look at it again."
        ),
        reverse("certificates:renewal"),
    )
    announce(before, [locked.enrolment.person_id], clock.today(), tells_person=False)
    return locked


def _of_hub(renewal, by) -> Renewal:
    locked = (
        Renewal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("enrolment__person")
        .get(pk=renewal.pk)
    )
    insist(may_sanction(by, locked.enrolment.person))
    return locked


def cpd_log_of_renewal(renewal):
    """The log a renewal rests on, for whoever reads it in an audit."""
    found = renewing(renewal.enrolment.person_id)
    return (
        cpd_log_of(renewal.enrolment.person_id, found.term, clock.today())
        if found
        else LogEntry.objects.none()
    )
