"""Gives every mail one layout: its text when it is queued, the HTML of the same words when it is sent; it refuses to load anything from the network."""

import re
from email.utils import parseaddr
from functools import lru_cache
from itertools import groupby

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# The same for everyone: a phone that lies on a table shows the beginning of a mail, so it greets nobody by name.
GREETING = gettext_noop("Hello,")
FOOT = "\n\n-- \n"  # what mail programs know as the beginning of a signature
SITE = "IMSA Learning\nTraining and accreditation for Independent Modern Slavery Advocates"
AROUND = "()[]<>“”‘’\"'.,;:!?"  # what a sentence puts around an address
NO_REPLY = re.compile(r"(?:do-?not|no)-?reply\b", re.I)


def whole_text(words: str, *, has_account: bool) -> str:
    """The text of a mail: greeting, `words`, who sends it and from where, why it came, and whether it can be answered."""
    words = re.sub(r"^-- $", "--", words.strip(), flags=re.M)  # a mark of ours is not to be typed
    return f"{_(GREETING)}\n\n{words}{FOOT}{foot(has_account=has_account)}"


def foot(*, has_account: bool) -> str:
    why = (
        _("You received this email because you have an account on IMSA Learning.")
        if has_account
        else _("You received this email because this address was given to IMSA Learning.")
    )
    return f"{SITE}\n{settings.SITE_URL}\n\n{why}{cannot_reply()}"


def cannot_reply() -> str:
    """Said only where it is true: an installation may give an address that someone reads."""
    return (
        _("\nYou cannot reply to this email.")
        if _takes_no_reply(settings.DEFAULT_FROM_EMAIL)
        else ""
    )


@lru_cache(maxsize=4)  # a thousand mails of one file have one sender
def _takes_no_reply(sender: str) -> bool:
    return bool(NO_REPLY.match(parseaddr(sender)[1]))


def as_html(text: str, *, subject: str, heading: str = "") -> str:
    """The same words as HTML, made from the text alone, so that mail queued by an earlier version has it too. The paragraph that
    is the message's `heading` becomes one. Only addresses of this site become links, whatever a person wrote."""
    message, _unused, foot = text.replace("\r\n", "\n").rpartition(FOOT)
    if not message or not foot.startswith(SITE):  # queued by a version that had no foot
        message, foot = text.replace("\r\n", "\n"), ""
    blocks = _blocks(message)
    headings = [block for block in blocks if heading and block["words"] == _flat(heading)]
    return render_to_string(
        "people/letter_mail.html",
        {
            "subject": subject,
            "message": blocks,
            "heading": headings[0] if headings else None,
            "foot": _blocks(foot),
        },
    )


def _blocks(text):
    """Paragraphs: lines between empty ones. One that ends with a line that is an address of this site is a next step."""
    found = []
    for is_empty, lines in groupby(text.split("\n"), key=lambda line: not line.strip()):
        if not is_empty:
            written = [line.strip() for line in lines]
            pieces = [_pieces(line) for line in written]
            found.append(
                {
                    "lines": pieces,
                    "words": _flat(" ".join(written)),
                    "is_step": len(pieces) > 1 and all(piece["is_link"] for piece in pieces[-1]),
                }
            )
    return found


def _pieces(line):
    """A line as words, spaces and addresses of this site, in turn."""
    found = []
    for word in re.split(r"(\s+)", line):
        bare = word.strip(AROUND)
        if bare == settings.SITE_URL or bare.startswith(f"{settings.SITE_URL}/"):
            before, _unused, after = word.partition(bare)
            found += [(before, False), (bare, True), (after, False)]
        else:
            found.append((word, False))
    return [{"words": words, "is_link": is_link} for words, is_link in found if words]


def _flat(words):
    return " ".join(words.split())
