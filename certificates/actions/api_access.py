"""Keys with which an organisation's programs ask, and addresses to which changes are sent."""

import hashlib
import ipaddress
import secrets
import socket
from datetime import date
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cohorts.organisations.models import Organisation
from lms.kit import clock
from lms.kit.languages import in_english
from lms.kit.outgoing_http import is_inside
from lms.kit.refusals import YES, May, Refused, insist, no
from lms.kit.transitions import make_transition
from lms.people.models import User
from lms.record.actions import write

from ..accreditation.facts import months_after
from ..accreditation.sentences import in_words
from ..accreditation.standing import verdict
from ..api_client import ApiClient
from ..models import Delivery, ShareLink, Token, Webhook
from ..queries import facts_and_rules_of
from ..rules import may_end_api_clients, may_keep_api_clients, may_share_standing
from ..signing.webhooks import new_secret
from ..states import DeliveryState

PREFIX, SHOWN = "imsa_", 12
MOST_WEBHOOKS, MOST_TOKENS = 5, 10


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


# ---- keys ----


@transaction.atomic
def make_token(organisation, name, scopes, ends_on: date, *, by) -> tuple[Token, str]:
    """A key for a program, and the only time its secret is told.

    1. its hash, 2. a record entry. Refused beyond a year or beside ten others.
    """
    insist(may_keep_api_clients(by, organisation))
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    name, today = " ".join(name.split()), clock.today()
    chosen = [scope for scope in Token.Scope.values if scope in set(scopes)]
    if not name or not chosen:
        raise Refused(_("Name the key after the program that uses it, and choose what it may do."))
    if not today <= ends_on <= months_after(today, 12):
        raise Refused(
            _("A key lasts a year at most: choose a last day up to %(day)s.")
            % {"day": in_words(months_after(today, 12))}
        )
    if (
        Token.objects.filter(organisation=organisation, ended_at=None, ends_on__gte=today).count()
        >= MOST_TOKENS
    ):
        raise Refused(
            _("There are %(most_tokens)s keys already. End one that is no longer used.")
            % {"most_tokens": MOST_TOKENS}
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    made = Token.objects.create(
        organisation=organisation,
        name=name[:80],
        beginning=secret[:SHOWN],
        sha256=digest(secret),
        scopes=chosen,
        made_by=by,
        ends_on=ends_on,
    )
    write(
        "certificates.make_token",
        made,
        by=by,
        after={"scopes": chosen, "ends_on": ends_on.isoformat()},
    )
    return made, secret


@transaction.atomic
def end_token(token, *, by) -> Token:
    """End a key at once. 1. it opens nothing any more, 2. a record entry. Twice is once."""
    locked = (
        Token.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation")
        .get(pk=token.pk)
    )
    insist(may_end_api_clients(by, locked.organisation))
    if locked.ended_at is None:
        locked.ended_at = clock.now()
        locked.save(update_fields=["ended_at"])
        write("certificates.end_token", locked, by=by)
    return locked


def api_client_of(secret: str) -> tuple[ApiClient, Organisation] | None:
    """Whose key this is, while it holds. One question; on its first use in a day one more, to note that."""
    if not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    token, today = _token_that_holds(sha256=digest(secret)), clock.today()
    if token is None:
        return None
    if token.used_on != today:
        Token.objects.filter(pk=token.pk).update(used_on=today)
    client = ApiClient(
        token.pk,
        token.organisation_id,
        tuple(token.scopes),
        token.made_by_id,
        may_act=partial(_may_act, token.pk),
    )
    return client, token.organisation


def _token_that_holds(**which) -> Token | None:
    tokens = Token.objects.select_related("organisation")
    return tokens.filter(ended_at=None, ends_on__gte=clock.today(), **which).first()


def _may_act(token_id) -> May:
    """It may have ended since it was sent: a program waits for locks too. One question."""
    return YES if _token_that_holds(pk=token_id) else no(_("This key has ended."))


# ---- addresses ----


@transaction.atomic
def add_webhook(organisation, address, *, by) -> Webhook:
    """Send changes to an address of the organisation's own. 1. the address, with a secret of its own, 2. a record entry.
    An address that is there is returned. Refused for anything that is not https, or that points inside."""
    insist(may_keep_api_clients(by, organisation))
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    address = address.strip()
    insist_outside(address)
    held = Webhook.objects.filter(organisation=organisation, address=address, ended_at=None).first()
    if held:
        return held
    if Webhook.objects.filter(organisation=organisation, ended_at=None).count() >= MOST_WEBHOOKS:
        raise Refused(
            _("There are %(most_webhooks)s addresses already. End one that is no longer used.")
            % {"most_webhooks": MOST_WEBHOOKS}
        )
    made = Webhook.objects.create(
        organisation=organisation, address=address, secret=new_secret(), made_by=by
    )
    write("certificates.add_hook", made, by=by)
    return made


@transaction.atomic
def end_webhook(webhook, *, by) -> Webhook:
    """Send nothing to an address any more. 1. it ends, 2. what waited for it is given up; the feed has it still, 3. a record
    entry. Twice is once."""
    locked = (
        Webhook.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation")
        .get(pk=webhook.pk)
    )
    insist(may_end_api_clients(by, locked.organisation))
    if locked.ended_at is None:
        locked.ended_at = clock.now()
        locked.save(update_fields=["ended_at"])
        for delivery in (
            Delivery.objects.select_for_update(no_key=True)
            .filter(hook=locked, state=DeliveryState.WAITING)
            .order_by("pk")
        ):
            make_transition(delivery, "give_up", by=by, said=in_english("The address was ended."))
        write("certificates.end_hook", locked, by=by)
    return locked


def insist_outside(address):
    """It is looked at again at each sending, for a name can point elsewhere later."""
    try:
        parts = urlsplit(address)
    except ValueError:
        raise Refused(
            _("Write an address that begins with https:// and holds no user name.")
        ) from None
    if settings.IMSA_HOOKS_INSIDE and parts.scheme in ("http", "https") and parts.hostname:
        return
    if (
        parts.scheme != "https"
        or not parts.hostname
        or parts.username
        or parts.password
        or len(address) > 400
    ):
        raise Refused(_("Write an address that begins with https:// and holds no user name."))
    try:
        port = parts.port or 443
        found = {
            line[4][0].split("%")[0]
            for line in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        }
    except (OSError, ValueError, UnicodeError):
        raise Refused(
            _("This address is not known on the internet. Look at its spelling.")
        ) from None
    if any(is_inside(ipaddress.ip_address(one)) for one in found):
        raise Refused(_("This address points at a private network, and nothing is sent there."))


# ---- proof links of a holder ----


@transaction.atomic
def make_share_link(person, label, ends_at, *, by) -> tuple[ShareLink, str]:
    """A link that shows one's own name and standing to whoever has it, until it ends; the only time its address is told.

    1. its hash, 2. a record entry. Raises Refused for somebody whose award was rescinded or whose accreditation was withdrawn, is suspended
    or has lapsed; a link made before goes on and shows that.
    """
    if getattr(by, "pk", None) != person.pk:
        raise Refused(_("Each person makes their own links."))
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    facts, book = facts_and_rules_of(person)
    may = may_share_standing(verdict(clock.today(), facts, book).code)
    if not may:
        raise Refused(may.reason)
    label = " ".join(label.split())[:120]
    if not label:
        raise Refused(_("Write for whom the link is, so that you know which to end."))
    if not clock.now() < ends_at <= clock.now() + settings.IMSA_PROOF_LONGEST:
        raise Refused(
            _("A link lasts %(days)s days at most.") % {"days": settings.IMSA_PROOF_LONGEST.days}
        )
    secret = secrets.token_urlsafe(24)
    made = ShareLink.objects.create(
        person=person, label=label, sha256=digest(secret), ends_at=ends_at
    )
    write("certificates.make_proof", made, by=by, after={"ends_at": ends_at.isoformat()})
    return made, secret


def open_share_link(link):
    """Count that a link was opened; its maker reads how often and when."""
    ShareLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, opened_at=clock.now())


@transaction.atomic
def end_share_link(link, *, by) -> ShareLink:
    """End one's own link now. 1. it shows nothing any more, 2. a record entry. Twice is once."""
    locked = ShareLink.objects.select_for_update(no_key=True).get(pk=link.pk)
    if getattr(by, "pk", None) != locked.person_id:
        raise Refused(_("Each person ends their own links."))
    if locked.ended_at is None:
        locked.ended_at = clock.now()
        locked.save(update_fields=["ended_at"])
        write("certificates.end_proof", locked, by=by)
    return locked
