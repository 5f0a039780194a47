"""Searches what one reader may see: units, law, contacts, words of the glossary, and their own notes and reflections.

The units are asked of Wagtail's search in the database (an index kept at publishing; full text on
PostgreSQL too). What a plan does not cover, or a reader may not open yet, is not found.
"""

import re
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.search.backends import get_search_backend

from lms.kit import nations
from lms.kit.clean import plain
from lms.people.roles import has_role

from . import queries, rules
from .models import Citation, Helpline, ReaderNote, Term, UnitVersion

LONGEST, MOST_WORDS, MOST_HITS = 200, 8, 25
BEFORE, AFTER = 90, 170


@dataclass(frozen=True)
class Hit:
    title: SafeString
    url: str
    snippet: SafeString
    nations: list = field(default_factory=list)  # names, where it is not for everybody
    where: str = ""


@dataclass
class SearchResult:
    words: list
    fault: str = ""
    units: list[Hit] = field(default_factory=list)
    contacts: list[Hit] = field(default_factory=list)
    law: list[Hit] = field(default_factory=list)
    terms: list[Hit] = field(default_factory=list)
    own: list[Hit] = field(default_factory=list)

    @property
    def count(self):
        return sum(map(len, (self.units, self.contacts, self.law, self.terms, self.own)))


def search(person, typed) -> SearchResult:
    """What holds every word that was typed. A calm sentence where nothing can be sought."""
    words = words_of(typed)
    found = SearchResult(words)
    if not words:
        if typed.strip():
            found.fault = _("Type a word of at least two letters or numbers.")
        return found
    plans = queries.plans_of(person)
    outline = queries.outline_for(plans)
    seen = visible(person, plans, outline)
    only_for = None if has_role(person, *rules.READERS) else {n for p in plans for n in p.nations}
    found.units = in_units(words, seen, outline)
    found.contacts = in_contacts(words, only_for)
    found.law = in_law(words, seen, outline)
    found.terms = in_glossary(words, only_for)
    found.own = in_own(words, person)
    return found


def words_of(typed) -> list[str]:
    """The words alone: no sign of a query language reaches the database."""
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)*", str(typed or "")[:LONGEST].replace("\0", " "))
    words = [re.split(r"['’]", word)[0] if re.search(r"['’]s$", word) else word for word in words]
    long_enough = dict.fromkeys(word.casefold() for word in words if len(word) > 1)
    return list(long_enough)[:MOST_WORDS]


def visible(person, plans, outline) -> list:
    """The variants whose newest text the person may open today."""
    found = [v for v in rules.readable(person, outline.variants, plans) if v.pk in outline.newest]
    if not plans:
        return [v for v in found if not v.withdrawn_at]
    steps = {s.variant.pk: s for entry in queries.path(person, plans=plans) for s in entry.units}

    def is_open(variant):
        step = steps.get(variant.pk)
        begun = step is not None and step.is_begun
        return begun or not (variant.withdrawn_at or step is not None and step.why_locked)

    return [v for v in found if is_open(v)]


def in_units(words, variants, outline) -> list[Hit]:
    of = {outline.newest[v.pk].id: v for v in variants}
    if not of:
        return []
    rows = UnitVersion.objects.filter(pk__in=list(of)).only("title", "html")
    hits = get_search_backend().search(" ".join(words), rows, operator="and")[:MOST_HITS]
    return [
        Hit(
            marked(version.title, words),
            of[version.pk].get_absolute_url(),
            snippet(re.sub(r"(?<!\s)\s++([.,;:)])", r"\1", plain(version.html)), words),
            [] if of[version.pk].is_for_all else nations.labels(of[version.pk].nations),
            of[version.pk].unit.module.title,
        )
        for version in hits
    ]


def in_glossary(words, only_for) -> list[Hit]:
    """Terms that hold the words; `only_for`: the nations of a trainee, None for those who read everything."""
    rows = Term.objects.filter(every(words, "term", "meaning", "also"))
    found = [t for t in rows if only_for is None or not t.nations or set(t.nations) & only_for]
    found.sort(key=lambda t: (not any(w in t.term.casefold() for w in words), t.term.casefold()))
    return [
        Hit(
            marked(t.term, words),
            f"/study/glossary/#term-{t.key}",
            snippet(t.meaning, words),
            nations.labels(t.nations),
        )
        for t in found[:MOST_HITS]
    ]


def in_contacts(words, only_for) -> list[Hit]:
    rows = Helpline.objects.filter(every(words, "name", "who_for", "phone"))
    return [
        Hit(
            marked(h.name, words),
            f"/study/contacts/#contact-{h.key}",
            marked(f"{h.phone}. {h.who_for}".removeprefix(". "), words),
            nations.labels(h.nations),
        )
        for h in rows[:MOST_HITS]
        if only_for is None or set(h.nations) & only_for
    ]


def in_law(words, variants, outline) -> list[Hit]:
    """Provisions that hold the words, each where the reader can read it: a unit that cites it."""
    of = {outline.newest[v.pk].id: v for v in variants}
    rows = Citation.objects.filter(
        every(words, "provision__act", "provision__section", "provision__title"),
        version_id__in=list(of),
    )
    found = {}
    for line in rows.select_related("provision").order_by(
        "provision__act", "provision__section", "version_id"
    ):
        found.setdefault(line.provision, of[line.version_id])
    return [
        Hit(
            marked(str(law), words),
            variant.get_absolute_url(),
            marked(law.title, words),
            [law.jurisdiction_names],
            _("In “%(unit)s”") % {"unit": variant.unit.title},
        )
        for law, variant in list(found.items())[:MOST_HITS]
    ]


def in_own(words, person) -> list[Hit]:
    rows = ReaderNote.objects.visible_to(person).filter(
        every(words, "text", "quote", "prompt", "reply")
    )
    rows = rows.select_related("variant__unit").order_by("-changed_at")[:MOST_HITS]
    return [
        Hit(
            format_html("{}", w.get_kind_display()),
            f"/study/notes/{w.pk}/",
            snippet(" ".join(filter(None, [w.quote, w.text, w.reply, w.prompt])), words),
            [],
            w.variant.unit.title,
        )
        for w in rows
    ]


def every(words, *fields) -> Q:
    """Each word in one field or another."""
    wanted = Q()
    for word in words:
        one = Q()
        for name in fields:
            one |= Q(**{f"{name}__icontains": word})
        wanted &= one
    return wanted


# ---- showing ----


def pattern(words):
    return re.compile(
        rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})\w*",
        re.I,
    )


def marked(text, words) -> SafeString:
    """The text with the words marked, safe to show whatever is in it."""
    pieces, at = [], 0
    for match in pattern(words).finditer(text):
        pieces += [("", text[at : match.start()]), ("mark", match[0])]
        at = match.end()
    pieces.append(("", text[at:]))
    return format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", words) if tag else words,) for tag, words in pieces),
    )


def snippet(text, words) -> SafeString:
    """The part of the text around the first of the words."""
    match = pattern(words).search(text)
    start = max(0, match.start() - BEFORE) if match else 0
    end = start + BEFORE + AFTER
    if start:
        start = text.find(" ", start) + 1 or start
    cut = text[start:end] if end >= len(text) else text[start:end].rsplit(" ", 1)[0]
    return format_html(
        "{}{}{}", "… " if start else "", marked(cut, words), " …" if end < len(text) else ""
    )
