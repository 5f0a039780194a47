"""What a page's main part leads to, and whether a sentence that sends somebody to the Hub says how it is reached; read by test_access."""

import html
import re

from django.urls import Resolver404, resolve

MAIN = re.compile(r"<main[^>]*>(.*?)</main>", re.S)
HREF = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
TAGS = re.compile(r"<[^>]*>")
SENT = re.compile(r"\b(?:speak to|ask|tell|contact) (?:the )?(?:IMSA Model )?Hub\b", re.I)
OURS_NOT = ("/static/", "/admin/", "/documents/", "/accounts/", "/media/")
MOST = 2  # links followed from the pages of one address to one view


def main_of(page: str) -> str:
    found = MAIN.search(page)
    return found[1] if found else ""


def links_of(page: str, here: str):
    """Addresses of ours inside the main part, without their place on the page."""
    for href in HREF.findall(main_of(page)):
        address = html.unescape(href).partition("#")[0]
        address = here + address if address.startswith("?") else address
        if address.startswith("/") and not address.startswith(OURS_NOT):
            yield address


def view_of(address: str) -> str:
    try:
        return resolve(address.partition("?")[0]).view_name
    except Resolver404:
        return address


def sends_without_a_way(page: str) -> str:
    """The words that send the reader to the Hub, where nothing on the page says how it is reached; else “”."""
    main = main_of(page)
    found = SENT.search(html.unescape(TAGS.sub(" ", main)))
    return found[0] if found and 'class="reach"' not in main else ""


class Followed:
    """Follows what one role's pages lead to, each address once; `wrong` names those that end in 403 or 404."""

    def __init__(self, client):
        self.client, self.wrong, self.seen, self.counts = client, [], {}, {}

    def note(self, address, status):
        self.seen[address] = status

    def follow(self, page, here, name):
        """From a page that was shown: a refusal offers ways out to whoever may see them, and is not where people walk."""
        if self.seen.get(here) != 200:
            return
        for address in links_of(page, here):
            key = (name, view_of(address))
            if address not in self.seen:
                if self.counts.get(key, 0) >= MOST:
                    continue
                self.counts[key] = self.counts.get(key, 0) + 1
                self.seen[address] = self.client.get(address, follow=True).status_code
            if self.seen[address] in (403, 404):
                self.wrong.append(f"{here} ({name}) leads to {address}: {self.seen[address]}")
