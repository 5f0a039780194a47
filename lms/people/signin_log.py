"""Writes sign-in events where whoever runs the site collects its log; it writes no address of a person or of a network in the clear."""

import hashlib
import hmac
import ipaddress
import logging

from allauth.account.adapter import get_adapter
from django.conf import settings

log = logging.getLogger("imsa.signin")


def asker_of(request) -> str:
    """The network somebody asks from, as a keyed hash: the same network is the same word, and nobody reads which it is."""
    try:
        address = ipaddress.ip_address(str(get_adapter().get_client_ip(request)).split("%")[0])
        network = str(address)
        if isinstance(address, ipaddress.IPv6Address):
            network = str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    except Exception:
        network = "unknown"
    return hmac.new(
        settings.SECRET_KEY.encode(), f"network:{network}".encode(), hashlib.sha256
    ).hexdigest()[:12]


def note(event: str, request=None, person=None):
    """One line: what happened, whose account (its key), from which network (hashed)."""
    log.info(
        "%s account=%s network=%s",
        event,
        person.pk if person is not None else "-",
        asker_of(request) if request is not None else "-",
    )
