"""Follows the links of the curriculum: those of this site without the network, others politely and never to a private address."""

import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urldefrag, urlsplit

from django.urls import Resolver404, resolve
from wagtail.models import Page, Site

from lms.kit.languages import in_english
from lms.kit.outgoing_http import SECONDS, Private, opener_for

from ..models import UnitVersion
from .block_validation import Seen

NAME = "IMSA-Learning-link-check/1"
SHY = {401, 402, 403, 405, 406, 429, 451}  # there, but not for programs


# ---- inside ----


def is_outside(address) -> bool:
    return bool(urlsplit(address).netloc) or address.startswith("//")


def broken_inside(places) -> dict[str, str]:
    """Inside address to what is wrong with it, among `places` (address to (words, version, mend))."""
    inside = {
        address: urldefrag(address)
        for address in places
        if not is_outside(address) and not address.startswith(("mailto:", "tel:"))
    }
    gone = missing_pages({path for path, _ in inside.values() if path})
    links = links_of(
        [version for address in inside for _, version, _ in places[address] if version]
    )
    found = {}
    for address, (path, anchor) in inside.items():
        if path in gone:
            found[address] = in_english("No page has this address.")
        elif (
            not path
            and anchor
            and any(
                version and anchor not in links[version.pk].ids for _, version, _ in places[address]
            )
        ):
            found[address] = in_english("Nothing in the unit has this name.")
    return found


def missing_pages(paths) -> set[str]:
    """Those of these paths at which nothing of ours answers. Two statements, however many there are."""
    gone, pages = set(), {}
    for path in paths:
        try:
            if resolve(urlsplit(path).path).url_name == "wagtail_serve":
                pages[path] = urlsplit(path).path.strip("/")
        except Resolver404:
            gone.add(path)
    if pages:
        root = (
            Site.objects.filter(is_default_site=True)
            .values_list("root_page__url_path", flat=True)
            .first()
            or "/"
        )
        wanted = {path: f"{root}{rest}/" if rest else root for path, rest in pages.items()}
        live = set(
            Page.objects.live()
            .filter(url_path__in=set(wanted.values()))
            .values_list("url_path", flat=True)
        )
        gone |= {path for path, url_path in wanted.items() if url_path not in live}
    return gone


# ---- what a version links to ----


@dataclass(frozen=True)
class Links:
    """Where the links of one published version lead, and the names that its parts have."""

    addresses: tuple[str, ...]
    ids: frozenset[str]


MOST_READ = 2_000
_read: dict[
    tuple[int, str], Links
] = {}  # a version never changes, so what was read of it never does


def links_of(versions) -> dict[int, Links]:
    """Version's key to its Links. The HTML is fetched, in one statement, for those alone that this process has not read yet."""
    keys = {version.pk: (version.pk, version.hash) for version in versions}
    known = {key: _read[key] for key in keys.values() if key in _read}
    missing = [pk for pk, key in keys.items() if key not in known]
    for pk, html in (
        UnitVersion.objects.filter(pk__in=missing).values_list("pk", "html") if missing else ()
    ):
        seen = Seen(html)
        known[keys[pk]] = Links(
            tuple(attrs.get("href") or "" for _, attrs in seen.links), frozenset(seen.ids)
        )
    if len(_read) + len(missing) > MOST_READ:
        _read.clear()
    _read.update(known)
    return {pk: known[key] for pk, key in keys.items()}


# ---- other sites ----


def ask(address, *, is_private_allowed=False) -> tuple[str, bool]:
    """(what it answered in words, is it broken)."""
    kind = urlsplit(address).scheme.lower()
    if kind not in ("https", "http"):
        return in_english("Only web addresses are followed."), True
    opener = opener_for(is_private_allowed, may_use_http=kind == "http")
    answer = (in_english("No answer."), True)
    for method in ("HEAD", "GET"):
        answer = answer_to(opener, address, method)
        if not answer[1]:
            break
    return answer


def answer_to(opener, address, method):
    request = urllib.request.Request(
        address, method=method, headers={"User-Agent": NAME, "Accept": "*/*"}
    )  # noqa: S310 - http(s) only
    try:
        with opener.open(request, timeout=SECONDS) as response:
            if method == "GET":
                response.read(1024)
            return f"{response.status}", False
    except urllib.error.HTTPError as error:
        with error:
            if error.code in SHY:
                return (
                    in_english(
                        f"{error.code}: it does not answer programs. Open it by hand now and then."
                    ),
                    False,
                )
            return f"{error.code} {error.reason}"[:200], True
    except Private:
        return in_english("It points at a private address, so it was not asked."), True
    except urllib.error.URLError as error:
        if isinstance(error.reason, Private):
            return in_english("It points at a private address, so it was not asked."), True
        return f"No answer: {error.reason}"[:200], True
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"No answer: {error or type(error).__name__}"[:200], True
