"""Changes are sent to the addresses that organisations gave for their own programs."""

import json
import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cohorts.organisations.models import Contact
from lms.kit import clock, outgoing_http
from lms.kit.transitions import make_transition
from lms.people.actions import tell

from ..models import Delivery
from ..rules import is_approved_today
from ..signing.webhooks import signed_headers
from ..states import DeliveryState

PAUSES = (
    60,
    300,
    1800,
    7200,
    21600,
    43200,
    86400,
    86400,
)  # seconds before a delivery is tried again
TURN = 30  # seconds of sending before the worker's other jobs have their turn
IN_HAND = timedelta(minutes=5)  # how long a delivery that was begun is nobody else's


def deliver_changes(*, by) -> int:
    """Send what waits to organisations' own addresses, for half a minute at most. How many were taken.

    An address that does not take one is left in peace for the rest of the turn: somebody's slow machine holds up neither
    the others nor the worker's other jobs. Each: 1. it is taken in hand for some minutes, 2. it is sent, signed, outside any transaction, 3. it is done, or tried again
    after a longer pause each time, or given up, and then the contacts are told. A process killed between 1 and 3 leaves it to
    be sent again: the receiver knows it by its id.
    """
    taken, resting, until = 0, set(), time.monotonic() + TURN
    while time.monotonic() < until and (delivery := _next(resting)) is not None:
        is_taken, said = _send(delivery)
        taken += is_taken
        resting |= set() if is_taken else {delivery.hook_id}
        _settle(delivery, is_taken, said, by)
    return taken


@transaction.atomic
def _next(resting=frozenset()) -> Delivery | None:
    now = clock.now()
    rows = Delivery.objects.select_for_update(
        of=("self",), skip_locked=True, no_key=True
    ).select_related("hook__organisation", "change__watch")
    found = (
        rows.filter(state=DeliveryState.WAITING, next_at__lte=now, hook__ended_at=None)
        .exclude(hook_id__in=resting)
        .order_by("next_at", "pk")
        .first()
    )
    if found:
        found.tries, found.next_at = found.tries + 1, now + IN_HAND
        found.save(update_fields=["tries", "next_at"])
    return found


def _send(delivery) -> tuple[bool, str]:
    """Was it taken, and what the address said."""
    hook = delivery.hook
    if not is_approved_today(hook.organisation):
        return False, _("The organisation is not approved, so nothing was sent.")
    message = message_of(delivery.change)
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    headers = signed_headers(hook.secret, f"change_{delivery.change_id}", body, clock.now())
    return outgoing_http.post(
        hook.address, body, headers, is_private_allowed=settings.IMSA_HOOKS_INSIDE
    )


@transaction.atomic
def _settle(delivery, is_taken, answer, by):
    locked = (
        Delivery.objects.select_for_update(of=("self",), no_key=True)
        .select_related("hook")
        .get(pk=delivery.pk)
    )
    if locked.state != DeliveryState.WAITING:
        return
    if is_taken:
        make_transition(locked, "deliver", by=by, said=answer)
    elif locked.hook.ended_at or locked.tries > len(PAUSES):
        make_transition(locked, "give_up", by=by, said=answer)
        _tell_given_up(locked)
    else:
        locked.said, locked.next_at = (
            answer,
            clock.now() + timedelta(seconds=PAUSES[locked.tries - 1]),
        )
        locked.save(update_fields=["said", "next_at"])


def _tell_given_up(delivery):
    today = clock.today()
    for contact in Contact.objects.filter(
        organisation_id=delivery.hook.organisation_id, starts_on__lte=today
    ).select_related("person"):
        if contact.ends_on is None or contact.ends_on >= today:
            tell(
                contact.person,
                _("A change could not be sent to your address"),
                _(
                    "%(address)s did not take a change for days (%(words)s). The feed on your page has it."
                )
                % {"address": delivery.hook.address, "words": delivery.said},
                reverse("certificates:api_clients"),
            )


def message_of(change) -> dict:
    """What a machine is sent of a change: no name, and the organisation's own reference."""
    watch = change.watch
    then = {"then": change.after["then"]} if "then" in change.after else {}

    def part(answer):
        return answer and {
            name: answer.get(name) for name in ("code", "label", "nations", "conditions", "until")
        }

    return {
        "type": f"standing.{change.what}",
        "timestamp": localtime(change.at).isoformat(),
        "data": {
            "cursor": change.pk,
            "watch": watch.pk,
            "number": watch.asked_number,
            "reference": watch.reference,
            "before": part(change.before),
            "after": part(change.after),
            **then,
        },
    }
