"""What becomes of mail that comes back after a server took it; it believes only who knows the installation's secret, or a mail of ours."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from lms.kit import clock
from lms.kit.refusals import YES, May, Refused, insist, no
from lms.record.actions import actor_label, write

from .actions import tell, tell_many
from .models import DeliveryReport, Mail, ReportKind, Role, RoleGrant, UnreachableAddress, User
from .outbox import PREFIX, UNLISTED, Office
from .roles import OFFICERS, has_role, holders_of, holders_of_each, may_act_as

PROVED = "proved"  # cleared because its owner read mail that went there
REPORT = "report"  # cleared because a later mail arrived
RETURNED = gettext_noop("Email to someone comes back")
OFFICES = {Role.REGISTRAR: Office.REGISTRY, Role.HUB_OFFICER: Office.HUB}


@dataclass(frozen=True)
class Report:
    """What is reported about one address. `message_id`: of the mail, where the report names it; `is_of_anybody`: it is believed by that alone."""

    address: str
    kind: str
    at: datetime
    diagnostic: str = ""
    message_id: str = ""
    is_of_anybody: bool = False

    @property
    def key(self) -> str:
        when = "" if self.message_id else self.at.isoformat()  # one mail comes back once
        parts = (self.address.lower(), self.kind, when, self.message_id)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def may_deal_with(by) -> May:
    return may_act_as(by, *OFFICERS)


def may_want_address(by, row) -> May:
    if getattr(by, "pk", None) == row.person_id and by.pk is not None:
        return YES
    return no(_("Each person asks for their own address."))


# ---- questions ----


def open_bounces():
    """Addresses that mail does not reach today. A QuerySet."""
    return UnreachableAddress.objects.filter(cleared_at=None)


def unreachable_of(person) -> UnreachableAddress | None:
    """That mail to the address of `person` came back, or None. One query."""
    return open_bounces().filter(person=person.pk, address=person.email.lower()).first()


def offices_of(officer) -> set[str]:
    """Whose part of the list is theirs."""
    own = {office for role, office in OFFICES.items() if has_role(officer, role)}
    return own | {Office.BOTH}


def bounces_listed(reader, show):
    """The newest first: those of the reader's office (`mine`) or `all`. A QuerySet."""
    rows = open_bounces().select_related("person")
    return rows.filter(office__in=offices_of(reader)) if show == "mine" else rows


# ---- actions ----


@transaction.atomic
def record_reports(reports, *, by) -> dict[str, int]:
    """What was reported, all or nothing. How many were `recorded`, `known` (reported before) and `unknown` (of an address to which nothing was sent).

    For each: 1. the report is kept, 2. a hard one of an address that is still in use marks it as not reached, 3. the record, without the address, 4. the
    officers who deal with it are told once. A delivered one clears it. A report that is older than what cleared the address changes nothing.
    """
    counted = {"recorded": 0, "known": 0, "unknown": 0}
    for one in sorted(reports, key=lambda r: (r.address.lower(), r.at)):  # rows in one order
        counted[_record(one, by)] += 1
    return counted


def _record(report, by) -> str:
    address = report.address.strip().lower()
    person = User.objects.filter(email__iexact=address).select_for_update(no_key=True).first()
    sent = Mail.objects.filter(to__iexact=address)
    if report.is_of_anybody:
        sent = sent.filter(message_id=report.message_id)
    if (report.is_of_anybody or person is None) and not sent.exists():
        return "unknown"
    words = " ".join(report.diagnostic.split())
    words = words.replace(report.address, "the address").replace(address, "the address")
    made, is_new = DeliveryReport.objects.get_or_create(
        key=report.key,
        defaults={
            "person": person,
            "address": address,
            "kind": report.kind,
            "at": report.at,
            "diagnostic": words[:300],
        },
    )
    if not is_new:
        return "known"
    if report.kind == ReportKind.HARD:
        _mark(made, report.message_id, by)
    elif report.kind == ReportKind.DELIVERED:
        found = open_bounces().filter(address=address, since_at__lte=report.at)
        _clear(found, REPORT, report.at)
    return "recorded"


def _mark(report, message_id, by):
    person = report.person
    if (
        person is None
        and Mail.objects.filter(to__iexact=report.address, person__isnull=False).exists()
    ):
        return  # somebody's address of before: nothing goes there any more
    if report.at < clock.now() - timedelta(days=settings.IMSA_MAIL_DAYS):
        return  # what was reported then is forgotten, so this may be known already
    newer = DeliveryReport.objects.filter(
        address=report.address, kind=ReportKind.DELIVERED, at__gt=report.at
    )
    cleared = UnreachableAddress.objects.filter(address=report.address, cleared_at__gt=report.at)
    if newer.exists() or cleared.exists():
        return
    mail = _mail_to_stranger(report.address, message_id) if person is None else None
    if person is None and mail is None:
        return  # whoever typed the address into a public page is nobody who could be reached otherwise
    office = _office_of(person) if person else (mail.office or Office.BOTH)
    row, is_new = UnreachableAddress.objects.get_or_create(
        address=report.address,
        cleared_at=None,
        defaults={
            "person": person,
            "office": office,
            "since_at": report.at,
            "diagnostic": report.diagnostic,
            "about": mail.subject.removeprefix(PREFIX) if mail else "",
        },
    )
    if not is_new:
        if person is None and row.office not in (office, Office.BOTH):  # of both now
            row.office, row.about, row.told_on = Office.BOTH, "", None
            row.save(update_fields=["office", "about", "told_on"])
        return
    write("people.mark_unreachable", row, by=by)
    if person is not None:
        _tell_officers(row, _(RETURNED), _("The list says whose address it is and what to do."))


def _mail_to_stranger(address, message_id) -> Mail | None:
    """The mail that came back from an address without an account, or else the newest that went there and is listed. Two queries at most."""
    rows = Mail.objects.filter(to__iexact=address, person=None).exclude(office=UNLISTED)
    named = rows.filter(message_id=message_id).first() if message_id else None
    return named or rows.order_by("-queued_at", "-pk").first()


def _office_of(person) -> str:
    """Registrars for trainees and whoever else is not the Hub's; the Hub for contacts, consultants and its officers."""
    today = clock.today()
    grants = RoleGrant.objects.filter(person=person, starts_on__lte=today)
    roles = set(
        grants.filter(Q(ends_on=None) | Q(ends_on__gte=today)).values_list("role", flat=True)
    )
    of_hub = {Role.EMPLOYER, Role.SURVIVOR_CONSULTANT, Role.HUB_OFFICER}
    return Office.HUB if roles & of_hub and Role.LEARNER not in roles else Office.REGISTRY


def _tell_officers(row, subject, body):
    role = Role.HUB_OFFICER if row.office == Office.HUB else Role.REGISTRAR
    for officer in holders_of(role):
        if officer.pk != row.person_id:
            tell(officer, subject, body, reverse("people:bounces"))


@transaction.atomic
def tell_of_strangers(*, by) -> int:
    """The worker: once a day, between the hours of IMSA_REMINDER_HOURS, tell each officer how many addresses without an account are new on their office's list. 1. the day, on each of them,
    2. a message for each officer, who is told nothing of another office's. How many were told. Twice in a day is once; what comes later waits for the next day."""
    if not clock.is_hour_in(settings.IMSA_REMINDER_HOURS):
        return 0
    today = clock.today()
    rows = open_bounces().filter(person=None, told_on=None).order_by("pk")
    rows = list(rows.select_for_update(no_key=True))
    if not rows or UnreachableAddress.objects.filter(told_on=today).exists():
        return 0
    UnreachableAddress.objects.filter(pk__in=[row.pk for row in rows]).update(told_on=today)
    own: dict[User, set[str]] = {}
    for role, officers in holders_of_each(*OFFICES).items():
        for officer in officers:
            own.setdefault(officer, {Office.BOTH}).add(OFFICES[role])
    new = {officer: sum(row.office in of for row in rows) for officer, of in own.items()}
    lines = [(officer, *_words_of_strangers(count)) for officer, count in new.items() if count]
    return len(tell_many(lines))


def _words_of_strangers(count):
    return (
        _("Email to people without an account comes back"),
        ngettext(
            "%(count)s address is new on the list for your office. The list says what the email was about.",
            "%(count)s addresses are new on the list for your office. The list says what each email was about.",
            count,
        )
        % {"count": count},
        reverse("people:bounces"),
    )


@transaction.atomic
def want_address(row, *, by, address) -> UnreachableAddress:
    """The person says which address to use instead: 1. it stands in the officers' list, who check it before anything changes, 2. a record entry without it,
    3. the first time, those officers are told. The same again changes nothing. Raises NotAllowed for anybody else, Refused for the address that does not work and once mail arrives again."""
    locked = _lock(row)
    insist(may_want_address(by, locked))
    wanted = address.strip().lower()
    if locked.cleared_at:
        raise Refused(_("Email reaches your address again, so nothing needs to change."))
    if wanted == locked.address:
        raise Refused(_("Email to this address comes back. Enter another address."))
    if locked.wanted_address != wanted:
        if not locked.wanted_address:
            _tell_officers(
                locked,
                _("Someone says which email address to use"),
                _(
                    "Their email comes back. The list says whose it is; check the new address with them."
                ),
            )
        locked.wanted_address = wanted
        locked.save(update_fields=["wanted_address"])
        write("people.want_address", locked, by=by)
    return locked


@transaction.atomic
def close_bounce(row, *, by) -> UnreachableAddress:
    """An officer dealt with it: 1. it leaves the list, and the person's pages, 2. a record entry. Twice is once; a mail that comes back later is listed anew."""
    insist(may_deal_with(by))
    locked = _lock(row)
    if locked.cleared_at is None:
        _clear(UnreachableAddress.objects.filter(pk=locked.pk), actor_label(by))
        write("people.close_bounce", locked, by=by)
    return UnreachableAddress.objects.get(pk=locked.pk)


def clear_of(person):
    """Inside the transaction in which somebody proves an address: mail reaches them, so what came back before is dealt with, also where it is reported
    later."""
    now, address = clock.now(), person.email.lower()
    _clear(open_bounces().filter(Q(person=person) | Q(address=address)), PROVED)
    arrived = Report(address, ReportKind.DELIVERED, now, message_id=f"{PROVED} {now.isoformat()}")
    DeliveryReport.objects.get_or_create(
        key=arrived.key,
        defaults={"person": person, "address": address, "kind": arrived.kind, "at": now},
    )


def _clear(rows, label, at=None):
    """`at`: since when mail arrives again, now if left out; what came back before that marks nothing any more."""
    rows.filter(cleared_at=None).update(
        cleared_at=at or clock.now(), cleared_by=label, wanted_address=""
    )


def _lock(row) -> UnreachableAddress:
    rows = UnreachableAddress.objects.select_for_update(of=("self",), no_key=True)
    return rows.get(pk=row.pk)


def drop_old_reports() -> int:
    """Delete reports after IMSA_MAIL_DAYS, and what was dealt with, or is of nobody here, after a year."""
    now = clock.now()
    old = DeliveryReport.objects.filter(
        received_at__lt=now - timedelta(days=settings.IMSA_MAIL_DAYS)
    )
    year = now - timedelta(days=365)
    over = UnreachableAddress.objects.filter(
        Q(cleared_at__lt=year) | Q(person=None, listed_at__lt=year)
    )
    return old.delete()[0] + over.delete()[0]
