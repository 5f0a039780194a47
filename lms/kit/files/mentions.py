"""Where given words still stand in the text of a Word file or a PDF, said in words; it changes nothing and refuses nothing."""

import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml import etree

from . import docx, pdfs
from .limits import OutOfTime, within

SECONDS = 4  # a page waits for it
LONGEST = 90  # letters shown of a paragraph
SURE = 5  # letters from which a word is looked for even where spaces are lost, as they are in many PDFs
TOKEN = re.compile(r"\w+(?:[’'-]\w+)*+")
OF_PARTS = {
    "hdr": gettext_lazy("the header"),
    "ftr": gettext_lazy("the footer"),
    "footnotes": gettext_lazy("a footnote"),
    "endnotes": gettext_lazy("an endnote"),
    "comments": gettext_lazy("a comment"),
    "chartSpace": gettext_lazy("a chart"),
    "dataModel": gettext_lazy("a diagram"),
    "drawing": gettext_lazy("a diagram"),
}


@dataclass(frozen=True)
class Mention:
    """`words` as they were asked for; `places`: “page 2”, “paragraph 3 (“…”)”, “the header”, in order, each once."""

    words: str
    places: tuple[str, ...]


def mentions_of(kind: str, content: bytes, whole=(), alone=()) -> list[Mention] | None:
    """Where each of `whole` stands, however it is spaced, and each of `alone` as a word with a capital letter.

    None where the text could not be read in time, or at all; a scanned page has no text and is not read.
    """
    try:
        with within(SECONDS):
            places = _texts(kind, content)
            if not places:
                return None
            found = [
                Mention(words, _where(places, words, is_alone))
                for is_alone, group in ((False, whole), (True, alone))
                for words in group
            ]
    except (Exception, OutOfTime):  # advice only: the page that wanted it is shown
        return None
    return [mention for mention in found if mention.places]


def look_through(kind: str, content: bytes, look: Callable[[str], Iterable]) -> list | None:
    """What `look` finds in the whole text, each (it has a `text`) with the places where it stands: pairs. None as in `mentions_of`."""
    try:
        with within(SECONDS):
            places = _texts(kind, content)
            if not places:
                return None
            found = look("\n\n".join(text for _place, text in places))
            return [(one, _where(places, one.text, is_alone=False)) for one in found]
    except (Exception, OutOfTime):  # advice only, as above
        return None


def _texts(kind, content):
    """(place, text) in order; nothing where there is no text at all."""
    places = list((_pages if kind == "pdf" else paragraphs)(content))
    return places if any(text.strip() for _place, text in places) else []


def _where(places, words, is_alone):
    stands = _stands_alone if is_alone else _stands
    return tuple(dict.fromkeys(place for place, text in places if stands(text, words)))


def _stands(text, words):
    """Whatever the spaces, hyphens, accents and capitals; a short word only as words."""
    wanted = _squeezed(words)
    if len(wanted) >= SURE:
        return wanted in _squeezed(text)
    return bool(wanted) and f" {_plain(words)} " in f" {_plain(text)} "


def _stands_alone(text, word):
    """“Grace” and “GRACE”; not “grace”, “Graceful”. “Grace’s” too."""
    wanted = _squeezed(word)
    return any(
        token[0].isupper()
        and wanted in (_squeezed(token), *map(_squeezed, re.split(r"[’'-]", token)))
        for token in TOKEN.findall(_composed(text))
    )


def _composed(text):
    return unicodedata.normalize("NFC", text)


def _letters(text):
    return "".join(
        one
        for one in unicodedata.normalize("NFKD", text).casefold()
        if not unicodedata.combining(one)
    )


def _squeezed(text):
    return "".join(filter(str.isalnum, _letters(text)))


def _plain(text):
    return " ".join(TOKEN.findall(_letters(text)))


def _pages(content):
    for number, page in enumerate(pdfs.opened(content).pages, start=1):
        yield _("page %(number)s") % {"number": number}, page.extract_text()


def paragraphs(content):
    """The body first, then what stands round it."""
    parts = docx.parts_of(content)
    main = docx.main_part(parts)
    around = sorted(
        name
        for name in parts
        if name != main
        and name.endswith(".xml")
        and posixpath.dirname(name) not in ("", "_rels", "docProps")
    )
    for name in (main, *around):
        root = etree.fromstring(docx.usual(parts[name]), etree.XMLParser(**docx.SAFE_PARSER))
        for fallback in list(
            root.iter("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
        ):
            fallback.getparent().remove(fallback)  # the same again, for old programs
        of_part, number = (
            OF_PARTS.get(etree.QName(root).localname, _("another part of the file")),
            0,
        )
        for paragraph in root.iter("{*}p"):
            text = "".join(own_text(paragraph))
            number += bool(text.strip())
            if text.strip():
                yield (
                    _("paragraph %(number)s (“%(short)s”)")
                    % {"number": number, "short": short(text)}
                    if name == main
                    else of_part,
                    text,
                )


def own_text(paragraph):
    """Without the paragraphs inside it: a text box stands in one."""
    for one in paragraph.iter("{*}t", "{*}tab", "{*}br", "{*}cr", "{*}noBreakHyphen"):
        owner = next(one.iterancestors("{*}p"), None)
        if owner is paragraph:
            yield (
                (one.text or "")
                if etree.QName(one).localname == "t"
                else "-"
                if etree.QName(one).localname == "noBreakHyphen"
                else " "
            )


def short(text):
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"
