"""What an author has to mend in one block of a page: its words, headings, links, pictures, recordings and tables."""

import re
from html.parser import HTMLParser
from pathlib import PurePath

from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from lms.kit import clock
from lms.kit.clean import plain
from lms.kit.templatetags.kit import short_day

from ..knowledge_checks import feedback
from ..models import Helpline, Provision, Term

VAGUE = {
    "here",
    "click here",
    "click",
    "link",
    "this link",
    "more",
    "read more",
    "this",
    "this page",
    "see here",
    "follow this link",
}
BARE = re.compile(r"(https?://|www\.)\S+", re.I)
SHOWS = re.compile(r"(an? |the )?(image|picture|photo|photograph|graphic|screenshot) of\b", re.I)
RUNS = ("javascript:", "data:", "vbscript:")
TEXTS = {
    "text": 1,
    "case_study": 3,
    "activity": 3,
}  # kind to the level of heading its text stands under


class Seen(HTMLParser):
    """The headings, links and sources of a piece of HTML, as they were written."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.headings, self.links, self.ids, self.sources, self.open = [], [], set(), [], []
        self.feed(html or "")
        self.close()
        for entry in self.open:
            self.keep(*entry)

    def handle_starttag(self, tag, attrs):
        attrs = {name: value or "" for name, value in attrs}
        self.ids |= {attrs["id"]} if attrs.get("id") and "linktype" not in attrs else set()
        self.sources += [
            attrs[name]
            for name in ("src", "data", "poster", "action", "formaction")
            if attrs.get(name)
        ]
        if tag == "a" or re.fullmatch("h[1-6]", tag):
            self.open.append((tag, attrs, []))

    def handle_data(self, data):
        for _unused, _unused, words in self.open:
            words.append(data)

    def handle_endtag(self, tag):
        found = next((entry for entry in reversed(self.open) if entry[0] == tag), None)
        if found:
            self.open.remove(found)
            self.keep(*found)

    def keep(self, tag, attrs, words):
        text = " ".join("".join(words).split())
        if tag == "a":
            self.links.append((text, attrs))
        else:
            self.headings.append((int(tag[1]), text))


class References:
    """The rows that a page's blocks point at, asked for once."""

    def __init__(self, body):
        pks = {"provision": [], "picture": [], "glossary": [], "contacts": [], "file": []}
        for block in body:
            kind, value = block["type"], block["value"]
            if kind in ("glossary", "contacts"):
                pks[kind] += lines(value["terms" if kind == "glossary" else "contacts"])
            elif kind == "provision":
                pks[kind].append(value["provision"])
            elif kind == "rights":
                pks["provision"] += [line["provision"] for line in lines(value["rights"])]
            elif kind == "picture":
                pks[kind].append(value["file"])
            elif kind in ("video", "audio", "document"):
                pks["file"] += [value["file"], value.get("captions")]
        self.provisions = rows(Provision, pks["provision"])
        self.pictures = rows(get_image_model(), pks["picture"])
        self.terms, self.contacts = rows(Term, pks["glossary"]), rows(Helpline, pks["contacts"])
        self.files = rows(get_document_model(), pks["file"])


def rows(model, pks) -> dict:
    wanted = {pk for pk in pks if pk}
    return model.objects.in_bulk(wanted) if wanted else {}


def lines(value) -> list:
    """A list block's values, in either of the ways it is stored."""
    return [
        line["value"] if isinstance(line, dict) and line.get("type") == "item" else line
        for line in value or []
    ]


def faults_of_block(block, level, references):
    """([(words, stops)], the level of the last heading in running text)."""
    kind, value = block["type"], block["value"]
    if kind in TEXTS:
        html = value if kind == "text" else value.get("html")
        found, last = faults_of_text(html, level if kind == "text" else TEXTS[kind])
        if not plain(html):
            found.append((_("There are no words in it. Write them, or take the block out."), True))
        if kind == "case_study" and not (value.get("content_note") or "").strip():
            found.append(
                (
                    _(
                        "It has no content note. Say what a reader may find hard, if there is anything."
                    ),
                    False,
                )
            )
        return found, last if kind == "text" else level
    if kind in OTHERS:
        return OTHERS[kind](value, references), level
    if kind.endswith("_check"):
        question = {
            "style": kind.removesuffix("_check"),
            "key": block.get("id") or kind,
            **unwrapped(value),
        }
        return [(words, True) for words in feedback.faults(question)], level
    return [], level


def unwrapped(value):
    if isinstance(value, dict):
        return {name: unwrapped(inner) for name, inner in value.items()}
    return [unwrapped(line) for line in lines(value)] if isinstance(value, list) else value


def faults_of_text(html, level):
    found, seen = [], Seen(html)
    for depth, text in seen.headings:
        if not text:
            found.append((_("A heading is empty. Write it, or take it out."), True))
        elif depth > level + 1:
            found.append(
                (
                    _(
                        "The heading “%(words)s” is a level too deep. Use a heading one level below the one before."
                    )
                    % {"words": text},
                    True,
                )
            )
        level = depth
    for text, attrs in seen.links:
        found += [(words, True) for words in faults_of_link(text, attrs)]
    if any(source.strip().lower().startswith(RUNS) for source in seen.sources):
        found.append(
            (
                _(
                    "Something in it is not a web address and would be run by a browser. Take it out."
                ),
                True,
            )
        )
    return found, level


def faults_of_link(text, attrs):
    address = "".join(attrs.get("href", "").split())
    named = f"“{text or address}”"
    if address.lower().startswith(RUNS):
        yield _(
            "The link %(named)s is not a web address and would be run by a browser. Take it out."
        ) % {"named": named}
    elif not attrs.get("linktype") and address in ("", "#"):
        yield _("The link %(named)s leads nowhere. Give it an address, or take it out.") % {
            "named": named
        }
    if not text:
        yield _("A link has no words. Say where it leads.")
    elif text.casefold().strip(" .:»>") in VAGUE:
        yield _(
            "The words of the link %(named)s do not say where it leads. Name the page it opens."
        ) % {"named": named}
    elif BARE.fullmatch(text):
        yield _("A bare address is hard to hear read aloud: %(named)s. Name the page it opens.") % {
            "named": named
        }


def provision(value, references):
    law = references.provisions.get(value["provision"])
    if law is None:
        return [(_("The provision is no longer in the ledger. Choose it again."), True)]
    if law.review_by < clock.today():
        return [
            (
                _(
                    "The review of %(law)s was due on %(day)s. Read the law again and say so in the ledger."
                )
                % {"law": law, "day": short_day(law.review_by)},
                False,
            )
        ]
    return []


def rights(value, references):
    found = []
    for line in lines(value.get("rights")):
        law = references.provisions.get(line["provision"])
        found += provision(line, references)
        if law and line["key"] not in {right["key"] for right in law.rights}:
            found.append(
                (
                    _(
                        "%(law)s gives no right with the key “%(key)s”. Its page in the ledger lists those that it gives."
                    )
                    % {"law": law, "key": line["key"]},
                    True,
                )
            )
    return found


def picture(value, references):
    file, alt = references.pictures.get(value["file"]), (value.get("alt") or "").strip()
    if file is None:
        return [(_("The picture is no longer there. Choose it again."), True)]
    names = {file.title, PurePath(file.file.name).name, PurePath(file.file.name).stem}
    if not alt:
        return [(_("Say in words what the picture shows."), True)]
    if alt.casefold() in {name.casefold() for name in names} or re.fullmatch(
        r"\S+\.(png|jpe?g|gif|webp|svg|avif)", alt, re.I
    ):
        return [
            (
                _(
                    "What it shows is only the name of the file. Say what someone would miss who cannot see it."
                ),
                True,
            )
        ]
    if SHOWS.match(alt):
        return [
            (
                _("Leave out “%(match)s”: a screen reader says that it is a picture.")
                % {"match": SHOWS.match(alt)[0]},
                True,
            )
        ]
    return []


def film(value, references):
    found = recording(value, references)
    captions = references.files.get(value.get("captions"))
    if captions is None:
        found.append((_("It has no captions. Choose a WebVTT file."), True))
    elif not captions.filename.lower().endswith(".vtt"):
        found.append(
            (
                _("“%(filename)s” is not a captions file. Choose one that ends in .vtt.")
                % {"filename": captions.filename},
                True,
            )
        )
    return found


def recording(value, references):
    found = (
        []
        if value.get("file") in references.files
        else [(_("The file is no longer there. Choose it again."), True)]
    )
    if not plain(value.get("transcript")):
        found.append((_("It has no transcript. Write down everything that is said."), True))
    return found + faults_of_text(value.get("transcript"), 3)[0]


def document(value, references):
    return (
        []
        if value.get("file") in references.files
        else [(_("The file is no longer there. Choose it again."), True)]
    )


def table(value, references):
    grid = value.get("table") or {}
    columns, found = grid.get("columns") or [], []
    if len(columns) < 2 or not grid.get("rows"):
        return [(_("The table needs at least two columns and a row."), True)]
    # The first column says what each row is about, so its own heading may be empty.
    if any(not (column.get("heading") or "").strip() for column in columns[1:]):
        found.append(
            (
                _(
                    "A column has no heading. Without it no one who hears the table knows what a cell is about."
                ),
                True,
            )
        )
    if any(len(row["values"]) != len(columns) for row in grid["rows"]):
        found.append((_("A row has more or fewer cells than there are columns."), True))
    if any(row["values"] and not str(row["values"][0] or "").strip() for row in grid["rows"]):
        found.append((_("A row does not say what it is about: its first cell is empty."), True))
    return found


def reading(value, references):
    found = []
    for line in lines(value.get("items")):
        found += [
            (words, True)
            for words in faults_of_link(
                (line.get("title") or "").strip(), {"href": line.get("source") or ""}
            )
        ]
    return found


def poll(value, references):
    said = [words.strip() for words in lines(value.get("options")) if (words or "").strip()]
    return (
        []
        if len(set(said)) > 1
        else [(_("A poll needs at least two answers to choose from."), True)]
    )


def glossary(value, references):
    gone = [pk for pk in lines(value.get("terms")) if pk not in references.terms]
    return [(_("A word is no longer in the glossary. Choose it again."), True)] if gone else []


def contacts(value, references):
    gone = [pk for pk in lines(value.get("contacts")) if pk not in references.contacts]
    return [(_("A contact is no longer in the list. Choose it again."), True)] if gone else []


OTHERS = {
    "provision": provision,
    "rights": rights,
    "picture": picture,
    "video": film,
    "audio": recording,
    "document": document,
    "comparison": table,
    "reading": reading,
    "poll": poll,
    "glossary": glossary,
    "contacts": contacts,
}
