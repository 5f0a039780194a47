"""Follows the links of the curriculum: inside ones without the network, outside ones politely and never to a private address."""
import http.client
import ipaddress
import socket
import ssl
import urllib.error
import urllib.request
from urllib.parse import urldefrag, urlsplit

from django.urls import Resolver404, resolve
from wagtail.models import Page, Site

from .soundness import Seen

SECONDS = 10
NAME = "IMSA-Learning-link-check/1"
SHY = {401, 402, 403, 405, 406, 429, 451}  # there, but not for programs


class Private(OSError):
    """The address belongs to a machine inside: nothing is asked of it."""


# ---- inside ----


def is_outside(address) -> bool:
    return bool(urlsplit(address).netloc) or address.startswith("//")


def broken_inside(places) -> dict[str, str]:
    """Inside address to what is wrong with it, among `places` (address to (words, version, mend))."""
    found = {}
    for address, where in places.items():
        if is_outside(address) or address.startswith(("mailto:", "tel:")):
            continue
        path, anchor = urldefrag(address)
        if path:
            found |= {} if is_there(path) else {address: "No page has this address."}
        elif anchor and any(version and anchor not in Seen(version.html).ids for _, version, _ in where):
            found[address] = "Nothing in the unit has this name."
    return found


def is_there(path) -> bool:
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return False
    if match.url_name != "wagtail_serve":
        return True
    root = Site.objects.filter(is_default_site=True).values_list("root_page__url_path", flat=True).first() or "/"
    wanted = root + urlsplit(path).path.lstrip("/")
    return Page.objects.live().filter(url_path=wanted if wanted.endswith("/") else f"{wanted}/").exists()


# ---- outside ----


def ask(address, *, is_private_allowed=False) -> tuple[str, bool]:
    """(what it answered in words, is it broken)."""
    kind = urlsplit(address).scheme.lower()
    if kind not in ("https", "http"):
        return "Only web addresses are followed.", True
    opener = opener_for(is_private_allowed, may_use_http=kind == "http")
    answer = ("No answer.", True)
    for method in ("HEAD", "GET"):
        answer = answer_to(opener, address, method)
        if not answer[1]:
            break
    return answer


def answer_to(opener, address, method):
    request = urllib.request.Request(address, method=method, headers={"User-Agent": NAME, "Accept": "*/*"})  # noqa: S310 - http(s) only
    try:
        with opener.open(request, timeout=SECONDS) as response:
            if method == "GET":
                response.read(1024)
            return f"{response.status}", False
    except urllib.error.HTTPError as error:
        with error:
            if error.code in SHY:
                return f"{error.code}: it does not answer programs. Open it by hand now and then.", False
            return f"{error.code} {error.reason}"[:200], True
    except Private:
        return "It points at a private address, so it was not asked.", True
    except urllib.error.URLError as error:
        if isinstance(error.reason, Private):
            return "It points at a private address, so it was not asked.", True
        return f"No answer: {error.reason}"[:200], True
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"No answer: {error or type(error).__name__}"[:200], True


NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_inside(ip) -> bool:
    """Python calls some addresses global that lead inside: by translation, by the old forms, or to many at once."""
    if ip.version == 6 and (ip in NAT64 or ip.packed[:12] == bytes(12)):
        ip = ipaddress.IPv4Address(ip.packed[12:])
    elif ip.version == 6 and ip.sixtofour:
        ip = ip.sixtofour
    return not ip.is_global or ip.is_multicast or ip.version == 6 and ip.is_site_local


def opener_for(is_private_allowed, *, may_use_http):
    """An opener without proxies, files or other schemes; each connection, redirected or not, is looked at first."""

    def dial(place, timeout=SECONDS, source_address=None):
        """Connect to an address that was looked at, so that a name cannot point elsewhere a moment later."""
        host, port = place
        last = OSError("The name is not known.")
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
                raise urllib.error.URLError("It leads from a safe address to one that is not.")
            return self.do_open(Plain, request)

    class OverHttps(urllib.request.HTTPSHandler):
        def https_open(self, request):
            return self.do_open(Secure, request, context=ssl.create_default_context())

    opener = urllib.request.OpenerDirector()
    for handler in (
        OverHttp, OverHttps, urllib.request.HTTPRedirectHandler, urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener
