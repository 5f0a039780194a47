"""Follows the links of the curriculum: inside ones without the network, outside ones politely and never to a private address."""
import http.client
import urllib.error
import urllib.request
from urllib.parse import urldefrag, urlsplit

from django.urls import Resolver404, resolve
from wagtail.models import Page, Site

from lms.kit.outside import SECONDS, Private, opener_for

from .soundness import Seen

NAME = "IMSA-Learning-link-check/1"
SHY = {401, 402, 403, 405, 406, 429, 451}  # there, but not for programs


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
