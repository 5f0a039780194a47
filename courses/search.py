"""Searches what one reader may see: units, law, contacts, words of the glossary, and their own notes and reflections.

The units are asked of Wagtail's search in the database (an index kept at publishing; full text on
PostgreSQL too). Where nothing holds the words as they were typed, they are looked for once more, as they
are spelt there (`queries/spelling.py`), and what has some of them is shown. What a plan does not cover, or a reader may not open yet, is not found.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Case, Q, Value, When
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.search.backends import get_search_backend

from lms.kit import nations
from lms.kit.clean import plain
from lms.people.roles import has_role

from . import queries, rules
from .models import Citation, Helpline, ReaderNote, Term, UnitVersion
from .models.search_words import words_in

LONGEST, MOST_WORDS, MOST_HITS = 200, 8, 25
MOST_PARTLY = 60  # looked at for those that have the most of the words
BEFORE, AFTER = 90, 170
GROUPS = ("units", "contacts", "law", "terms", "own")
SMALL_WORDS = frozenset(
    "a about an and any are as at be been by can could did do does for from had has have how i if in into is it its me mine my no not of on or our shall should so than that the their"
    " them then there these they this those to us was we were what whats when where which who whom whose why will with would you your".split()
)


@dataclass(frozen=True)
class Hit:
    title: SafeString
    url: str
    snippet: SafeString
    nations: list = field(default_factory=list)  # names, where it is not for everybody
    where: str = ""
    matches: int = 0  # of the words


@dataclass
class SearchResult:
    """`words`: what was looked for. `corrected`: the words instead of which others were typed, or "". `is_partial`: what is shown has some of the words."""

    words: list
    fault: str = ""
    corrected: str = ""
    is_partial: bool = False
    units: list[Hit] = field(default_factory=list)
    contacts: list[Hit] = field(default_factory=list)
    law: list[Hit] = field(default_factory=list)
    terms: list[Hit] = field(default_factory=list)
    own: list[Hit] = field(default_factory=list)

    @property
    def count(self):
        return sum(len(getattr(self, group)) for group in GROUPS)


@dataclass
class Reach:
    """What one reader may find: the variants that are open to them by their newest version, the glossary and the contacts of their nations."""

    person: object
    version_of: dict  # UnitVersion key -> Variant
    terms: list
    contacts: list


def search(person, typed, exactly=False) -> SearchResult:
    """What holds every word that was typed, without the small words of a question. Where nothing does: what holds them as they are spelt where the reader may
    read, or some of them, best first. `exactly`: no other spelling and no part of the words. A calm sentence where nothing can be sought."""
    words = words_of(typed)
    if not words:
        found = SearchResult(words)
        if typed.strip():
            found.fault = _("Type a word of at least two letters or numbers.")
        return found
    words = words if exactly else content_words(words)
    reach = reach_of(person)
    found = results_in(words, reach)
    return found if found.count or exactly else nearest(words, reach) or found


def reach_of(person) -> Reach:
    plans = queries.plans_of(person)
    outline = queries.outline_for(plans)
    seen = visible(person, plans, outline)
    only_for = None if has_role(person, *rules.READERS) else {n for p in plans for n in p.nations}
    return Reach(
        person,
        {outline.newest[v.pk].id: v for v in seen},
        [
            t
            for t in Term.objects.all()
            if only_for is None or not t.nations or set(t.nations) & only_for
        ],
        [h for h in Helpline.objects.all() if only_for is None or set(h.nations) & only_for],
    )


def results_in(words, reach, partly=False) -> SearchResult:
    """`partly`: also what has only some of the words."""
    found = SearchResult(words)
    found.units = in_units(words, reach, partly)
    found.contacts = in_contacts(words, reach, partly)
    found.law = in_law(words, reach, partly)
    found.terms = in_glossary(words, reach, partly)
    found.own = in_own(words, reach, partly)
    return found


def nearest(words, reach) -> SearchResult | None:
    """With the words as they are spelt in what the reader may read: what has all of them, or else some, with the most first."""
    listed = [
        word
        for text in (
            *(f"{t.term} {' '.join(t.also)} {t.meaning}" for t in reach.terms),
            *(f"{h.name} {h.who_for}" for h in reach.contacts),
        )
        for word in words_in(text)
    ]
    better = queries.spellings(words, list(reach.version_of), Counter(listed))
    meant = list(dict.fromkeys(better.get(word, word) for word in words))
    if not better and len(words) == 1:
        return None
    found = results_in(meant, reach, partly=True)
    found.corrected = " ".join(meant) if better else ""
    most = max((hit.matches for group in GROUPS for hit in getattr(found, group)), default=0)
    found.is_partial = most < len(meant)
    for group in GROUPS:
        hits = sorted(getattr(found, group), key=lambda hit: -hit.matches)
        least = 1 if found.is_partial else len(meant)
        setattr(found, group, [hit for hit in hits if hit.matches >= least][:MOST_HITS])
    return found


def words_of(typed) -> list[str]:
    """The words alone: no sign of a query language reaches the database."""
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)*", str(typed or "")[:LONGEST].replace("\0", " "))
    words = [re.split(r"['’]", word)[0] if re.search(r"['’]s$", word) else word for word in words]
    long_enough = dict.fromkeys(word.casefold() for word in words if len(word) > 1)
    return list(long_enough)[:MOST_WORDS]


def content_words(words) -> list[str]:
    """Without the small words of a question; all of them where there are no others."""
    return [word for word in words if word not in SMALL_WORDS] or words


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


def in_units(words, reach, partly=False) -> list[Hit]:
    of = reach.version_of
    if not of:
        return []
    rows = UnitVersion.objects.filter(pk__in=list(of)).only("title", "html")
    hits = get_search_backend().search(" ".join(words), rows, operator="or" if partly else "and")[
        : MOST_PARTLY if partly else MOST_HITS
    ]
    return [_unit_hit(version, of[version.pk], words) for version in hits]


def _unit_hit(version, variant, words):
    text = re.sub(r"(?<!\s)\s++([.,;:)])", r"\1", plain(version.html))
    return Hit(
        marked(version.title, words),
        variant.get_absolute_url(),
        snippet(text, words),
        [] if variant.is_for_all else nations.labels(variant.nations),
        variant.unit.module.title,
        matches(words, f"{version.title} {text}"),
    )


def in_glossary(words, reach, partly=False) -> list[Hit]:
    found = [
        (count, term)
        for term in reach.terms
        if (count := matches(words, term.term, term.meaning, *term.also)) >= least(words, partly)
    ]
    found.sort(
        key=lambda one: (
            -one[0],
            not any(w in one[1].term.casefold() for w in words),
            one[1].term.casefold(),
        )
    )
    return [
        Hit(
            marked(t.term, words),
            f"/study/glossary/#term-{t.key}",
            snippet(t.meaning, words),
            nations.labels(t.nations),
            matches=count,
        )
        for count, t in found[:MOST_HITS]
    ]


def in_contacts(words, reach, partly=False) -> list[Hit]:
    found = [
        (matches(words, helpline.name, helpline.who_for, helpline.phone), helpline)
        for helpline in reach.contacts
    ]
    found.sort(key=lambda one: -one[0])
    return [
        Hit(
            marked(h.name, words),
            f"/study/contacts/#contact-{h.key}",
            marked(f"{h.phone}. {h.who_for}".removeprefix(". "), words),
            nations.labels(h.nations),
            matches=count,
        )
        for count, h in found[:MOST_HITS]
        if count >= least(words, partly)
    ]


def in_law(words, reach, partly=False) -> list[Hit]:
    """Provisions that hold the words, each where the reader can read it: a unit that cites it."""
    of = reach.version_of
    rows = Citation.objects.filter(
        holding(words, partly, "provision__act", "provision__section", "provision__title"),
        version_id__in=list(of),
    )
    found = {}
    for line in rows.select_related("provision").order_by(
        "provision__act", "provision__section", "version_id"
    ):
        found.setdefault(line.provision, of[line.version_id])
    # Those with the most words before it is cut: “act” alone stands in nearly all.
    best = sorted(
        found.items(), key=lambda one: -matches(words, one[0].act, one[0].section, one[0].title)
    )
    return [
        Hit(
            marked(str(law), words),
            variant.get_absolute_url(),
            marked(law.title, words),
            [law.jurisdiction_names],
            _("In “%(unit)s”") % {"unit": variant.unit.title},
            matches(words, law.act, law.section, law.title),
        )
        for law, variant in best[: MOST_PARTLY if partly else MOST_HITS]
    ]


def in_own(words, reach, partly=False) -> list[Hit]:
    """The reader's own notes and reflections; nobody else's are asked for."""
    names = ("text", "quote", "prompt", "reply")
    rows = ReaderNote.objects.visible_to(reach.person).filter(holding(words, partly, *names))
    rows = rows.select_related("variant__unit").order_by("-changed_at")
    if partly:  # those with the most words before it is cut
        held = [Case(When(holding([word], False, *names), then=1), default=0) for word in words]
        rows = rows.annotate(held=sum(held, Value(0))).order_by("-held", "-changed_at")
    return [
        Hit(
            format_html("{}", w.get_kind_display()),
            f"/study/notes/{w.pk}/",
            snippet(" ".join(filter(None, [w.quote, w.text, w.reply, w.prompt])), words),
            [],
            w.variant.unit.title,
            matches(words, w.quote, w.text, w.reply, w.prompt),
        )
        for w in rows[: MOST_PARTLY if partly else MOST_HITS]
    ]


def holding(words, partly, *fields) -> Q:
    """Each word, or one of them, in one field or another."""
    wanted = Q()
    for word in words:
        one = Q()
        for name in fields:
            one |= Q(**{f"{name}__icontains": word})
        wanted = wanted | one if partly else wanted & one
    return wanted


def matches(words, *texts) -> int:
    """How many of the words stand in one of the texts."""
    small = "\n".join(texts).casefold()
    return sum(word in small for word in words)


def least(words, partly) -> int:
    return 1 if partly else len(words)


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
