"""Asks and tells other systems, never a machine of our own network: each connection is looked at before it is made.

`_create_connection`, which it replaces, is a private name of Python's `http.client`: were it not asked any more, addresses inside would be
open. `requires-python` has an upper bound, and `tests/kit/test_private_names.py` asks on each Python.
"""

import http.client
import ipaddress
import socket
import ssl
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from lms.kit.languages import in_english

from .files.limits import OutOfTime, within

SECONDS = 10  # for one step: a connection, a piece of an answer
LONGEST = 20  # for everything together


class Private(OSError):
    """The address belongs to a machine inside: nothing is asked of it."""


NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Translation with prefixes of one's own, addresses written as translated ones, the old relays to either, and what is reserved and leads
# nowhere today (documentation, segment routing, discarding, AS112's sinks; IANA's special-purpose registries).
ALSO_INSIDE = [
    ipaddress.ip_network(net)
    for net in (
        "64:ff9b:1::/48",
        "::ffff:0:0:0/96",
        "192.88.99.0/24",
        "5f00::/16",
        "3fff::/20",
        "100::/64",
        "100:0:0:1::/64",
        "192.31.196.0/24",
        "192.175.48.0/24",
        "2001:4:112::/48",
        "2620:4f:8000::/48",
        "2001::/23",
    )
]


def is_inside(ip) -> bool:
    """Python calls some addresses global that lead inside: by translation, by the old forms, or to many at once."""
    if any(ip in net for net in ALSO_INSIDE if net.version == ip.version):
        return True
    if ip.version == 6 and (ip in NAT64 or ip.packed[:12] == bytes(12)):
        ip = ipaddress.IPv4Address(ip.packed[12:])
    elif ip.version == 6 and ip.sixtofour:
        ip = ip.sixtofour
    return not ip.is_global or ip.is_multicast or ip.version == 6 and ip.is_site_local


def opener_for(is_private_allowed, *, may_use_http, follows=True):
    """An opener without proxies, files or other schemes; each connection, redirected or not, is looked at first."""

    def dial(place, timeout=SECONDS, source_address=None):
        """Connect to an address that was looked at, so that a name cannot point elsewhere a moment later."""
        host, port = place
        last = OSError(in_english("The name is not known."))
        for *_, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            if not is_private_allowed and is_inside(ipaddress.ip_address(where[0].split("%")[0])):
                raise Private(host)
            try:
                return socket.create_connection(where[:2], timeout, source_address)
            except OSError as error:
                last = error
        raise last

    class Plain(http.client.HTTPConnection):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self._create_connection = dial

    class Secure(http.client.HTTPSConnection):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self._create_connection = dial

    class OverHttp(urllib.request.HTTPHandler):
        def http_open(self, request):
            if not may_use_http:
                raise urllib.error.URLError(
                    in_english("It leads from a safe address to one that is not.")
                )
            return self.do_open(Plain, request)

    class OverHttps(urllib.request.HTTPSHandler):
        def https_open(self, request):
            return self.do_open(Secure, request, context=ssl.create_default_context())

    opener = urllib.request.OpenerDirector()
    redirects = [urllib.request.HTTPRedirectHandler] if follows else []
    for handler in (
        OverHttp,
        OverHttps,
        *redirects,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener


def post(address, body: bytes, headers: dict, *, is_private_allowed=False) -> tuple[bool, str]:
    """(was it taken, what came of it in words). Follows no redirection, reads a little of the answer, and waits no longer
    than LONGEST seconds, however slowly somebody answers."""
    kind = urlsplit(address).scheme.lower()
    if kind != "https" and not (is_private_allowed and kind == "http"):
        return False, in_english("Only addresses that begin with https:// are used.")
    request = urllib.request.Request(address, data=body, method="POST", headers=headers)  # noqa: S310 - http(s) only
    opener = opener_for(is_private_allowed, may_use_http=kind == "http", follows=False)
    try:
        with within(LONGEST), opener.open(request, timeout=SECONDS) as response:
            response.read(1024)
            return True, f"{response.status}"
    except OutOfTime:
        return False, in_english(f"It took longer than {LONGEST} seconds to answer.")
    except urllib.error.HTTPError as error:
        with error:
            if 300 <= error.code < 400:
                return (
                    False,
                    in_english(
                        f"{error.code}: it leads elsewhere, and that is not followed. Give the address it leads to."
                    ),
                )
            return False, f"{error.code} {error.reason}"[:200]
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, Private):
            return False, in_english("It points at a private address, so nothing was sent.")
        return False, f"No answer: {reason or type(error).__name__}"[:200]
