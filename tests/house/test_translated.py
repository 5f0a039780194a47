"""Words that people read go through gettext, and the catalogues of lms/locale hold them (docs/translating.md, decision 0016).

Deliberately in English only, and so not looked at:
- what programs and the people who run the site read: the documentation of the API, commands at the shell, logs, settings, what /readyz says;
- the record: labels, reasons and values that are kept as they were written (a plain str, never a lazy one);
- invented data of the demonstration, its page, and the gallery of components;
- what authors, officers and the University write: units, pages, designs, conditions, titles of awards;
- names and marks inside `translate="no"`, `<code>`, `<pre>` and `<kbd>`.
- words inside `in_english(…)`, which says so where they stand (`lms/kit/languages.py`).
"""

import ast
import io
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from django.template.base import Lexer, TokenType
from django.template.loader import get_template

from certificates.accreditation.standing_wording import PAST, STANDINGS
from certificates.document.wording import FAMILY_NAME, WORDING
from lms.kit import catalogues
from lms.kit.catalogues import TRANSLATED

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("lms", "courses", "cohorts", "assessments", "certificates")
ENGLISH_ONLY = {  # for developers, for whoever runs the site, and of the demonstration
    "certificates/templates/certificates/api_docs.html",
    "lms/templates/gallery.html",
    # what version 1 of a form asks: stored as the Hub's own words, which the Hub edits
    "cohorts/applications/first_version.py",
    "cohorts/surveys/first_version.py",
    "lms/templates/people/demonstration.html",
    "lms/kit/checks.py",
    "lms/kit/gallery.py",
    "lms/kit/installation.py",
    "lms/kit/readiness.py",
    "lms/kit/triggers.py",
    "lms/record/notes.py",  # its sentences are read at the shell, by `check_record`
    "certificates/api_hub.py",
    "certificates/api_posts.py",
    "certificates/api.py",  # its answers, errors and description are read by programs and their makers
    "certificates/api_client.py",
    "certificates/hub_client.py",
    "certificates/views/api_docs.py",
    # answers to the program of a mail server
    "lms/people/bounce_reading.py",
    "lms/people/bounce_views.py",
}
NAMES = {"IMSA", "IMSA Learning", "PDF", "EPUB", "CSV", "GOV.UK", "English", "Cymraeg"}
LETTERS = re.compile(r"[^\W\d_]{2}")
QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')


# ---- templates ----

HUMAN_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "aria-description", "data-label"}
ARGUMENTS = re.compile(r"(?<=\s)(\w+)=(\"[^\"]*\"|'[^']*')")
HUMAN_ARGUMENTS = {
    *("title", "label", "body", "submit", "cancel", "mend_title", "hint", "note", "empty", "word"),
    *("unit", "legend", "code_label", "waits_label", "text", "action", "heading"),
}
HUMAN_FILTERS = re.compile(r"\|(default|default_if_none|yesno):(\"[^\"]*\"|'[^']*')")
NO_WORDS = {"script", "style", "code", "pre", "kbd", "samp"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
A_VALUE = "\ufffc"  # where a variable stands


def has_words(text: str) -> bool:
    return bool(LETTERS.search(text)) and text.strip(f" \n.,:;()·–{A_VALUE}") not in NAMES


class Page(HTMLParser):
    """Words between tags and in attributes, where no translation stands around them."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found, self.silent = [], []

    def handle_starttag(self, tag, attributes):
        have = dict(attributes)
        if self.silent or tag in NO_WORDS or have.get("translate") == "no":
            self.silent += [] if tag in VOID else [tag]
            return
        human = HUMAN_ATTRIBUTES
        if tag == "input" and have.get("type") in ("submit", "button", "reset"):
            human = human | {"value"}  # a <button> shows what stands in it, and sends its value
        if tag == "meta" and have.get("name") == "description":
            human = human | {"content"}
        for name, value in attributes:
            if name in human and has_words(value or ""):
                self.found.append(f"{name}={value}")

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        if self.silent and tag in self.silent:
            while self.silent.pop() != tag:
                pass

    def handle_data(self, data):
        if not self.silent and has_words(data):
            self.found.append(" ".join(data.split()))


IN_A_TAG = re.compile(r"<[\w!/￼][^<>]*\Z|<\Z")
IN_AN_ATTRIBUTE = re.compile(r"([\w:-]+)=(\"[^\"]*|'[^']*)\Z")


def stands_in(text: str) -> str | None:
    """The attribute that `text` ends in, "" in a tag outside of its attributes or in a script, None where a reader would read on."""
    tag = IN_A_TAG.search(text[text.rfind("<") :]) if "<" in text else None
    if tag:
        attribute = IN_AN_ATTRIBUTE.search(tag.group())
        return attribute.group(1) if attribute else ""
    for silent in ("script", "style"):
        if text.rfind(f"<{silent}") > text.rfind(f"</{silent}"):
            return ""
    return None


def is_read_there(text: str) -> bool:
    where = stands_in(text)
    return where is None or where in HUMAN_ATTRIBUTES


@cache
def blocks_in_tags(layout: str) -> frozenset[str]:
    """The blocks of a layout, and of what it extends itself, that stand in a tag: what a page writes there is a class or an attribute."""
    return blocks_in_tags_of(get_template(layout).template.source)


def blocks_in_tags_of(source: str) -> frozenset[str]:
    text, found = "", extended_blocks_in_tags(source)
    fragment, in_fragments = "", {}  # a value that is made first, and put in its place later
    for token in Lexer(source).tokenize():
        words = token.contents.split()
        if token.token_type == TokenType.TEXT:
            text += token.contents
            continue
        in_a_tag = not is_read_there(text)
        text += A_VALUE if token.token_type == TokenType.VAR else ""
        if words[:2] == ["fragment", "as"]:
            fragment = words[2]
        elif words[:1] == ["endfragment"]:
            fragment = ""
        elif words[:1] == ["block"] and fragment:
            in_fragments.setdefault(fragment, set()).add(words[1])
        elif words[:1] == ["block"] and in_a_tag:
            found |= {words[1]}
        elif in_a_tag:
            found = found.union(*(in_fragments.get(word, ()) for word in words))
    return found


def extended_blocks_in_tags(source: str) -> frozenset[str]:
    extended = re.search(r"{% extends [\"']([^\"']+)[\"'] %}", source)
    return blocks_in_tags(extended.group(1)) if extended else frozenset()


def outside_translation(source: str) -> tuple[str, list[str]]:
    """The page with its tags and variables taken out, and the words that stand in those."""
    text, words, ends = "", [], None
    in_tags = extended_blocks_in_tags(source)
    for token in Lexer(source).tokenize():
        first, *rest = token.contents.split() or [""]
        if ends:
            if token.token_type == TokenType.BLOCK and first in ends:
                ends = None
        elif token.token_type == TokenType.TEXT:
            text += token.contents
        elif token.token_type == TokenType.BLOCK and first in ("blocktranslate", "blocktrans"):
            ends = ("endblocktranslate", "endblocktrans")
            text += A_VALUE
        elif token.token_type == TokenType.BLOCK and first == "comment":
            ends = ("endcomment",)
        elif token.token_type == TokenType.BLOCK and first == "block" and rest[0] in in_tags:
            ends = ("endblock",)
        elif token.token_type in (TokenType.VAR, TokenType.BLOCK):
            is_value = token.token_type == TokenType.VAR or first in ("translate", "trans", "url")
            if first not in ("translate", "trans"):
                words += _words_in_tag(token.contents, is_read_there(text))
            # `<{% if … %}a …` is a tag in pieces, and no words after a “<”
            text += A_VALUE if is_value else "" if text.endswith("<") else " "
    return text, words


def _words_in_tag(contents: str, is_read: bool) -> list[str]:
    """The arguments of an include that people read: these names, and whatever is a sentence. What a filter gives is read where it stands;
    a single small word that `with` or `include` gets (`tone|default:"info"`) is the name of a kind."""
    found, is_argument = [], contents.startswith(("include ", "with "))
    if is_argument:
        found += [
            (name, words)
            for name, words in ARGUMENTS.findall(contents)
            if name in HUMAN_ARGUMENTS or is_sentence(words[1:-1])
        ]
    if is_read:
        found += [
            (name, words)
            for name, words in HUMAN_FILTERS.findall(contents)
            if not is_argument or is_sentence(words[1:-1])
        ]
    words = [f"{name}={words}" for name, words in found if is_text(words[1:-1])]
    return words + (["a plural in pieces: |pluralize"] if "|pluralize" in contents else [])


def is_text(words: str) -> bool:
    return has_words(words) and not words.startswith("/")


@cache
def found_in_template(path: Path) -> list[str]:
    text, words = outside_translation(path.read_text(encoding="utf-8"))
    if path.suffix == ".txt":
        text = re.sub(rf"(?<={A_VALUE})[#?/]\S+", "", text)  # the end of an address
        return words + [" ".join(line.split()) for line in text.splitlines() if has_words(line)]
    page = Page()
    page.feed(text)
    page.close()
    return words + page.found


def templates() -> list[Path]:
    found = [path for room in ROOMS for path in (ROOT / room).rglob("templates/**/*")]
    return sorted(
        path
        for path in found
        if path.suffix in (".html", ".xhtml", ".txt") and named(path) not in ENGLISH_ONLY
    )


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# ---- code ----

GETTEXT = {
    *(
        "_",
        "Sentence",
        "counting",
        "in_english",
        "gettext",
        "gettext_lazy",
        "gettext_noop",
        "ngettext",
        "ngettext_lazy",
    ),
    *("pgettext", "pgettext_lazy", "pgettext_noop", "npgettext", "npgettext_lazy"),
}
# Of a call: the arguments that a person reads, by place. A name that begins with `tell` has a subject and a body somewhere in it.
READ_ARGUMENTS = {
    "no": (0,),
    "Refused": (0,),
    "NotAllowed": (0,),
    "NotNow": (0,),
    "Misread": (0,),
    "ValidationError": (0,),
    "Fault": (1,),
    "add_error": (1,),
    "post": (1, 2),
    **{level: (1,) for level in ("success", "info", "warning", "error")},  # of messages
}
READ_KEYWORDS = {
    *("label", "help_text", "verbose_name", "verbose_name_plural", "empty_label", "choices"),
    *("error_messages", "labels", "help_texts", "subject", "body", "heading", "legend"),
}
# A whole sentence is looked for everywhere else too, but in these calls: nobody reads them on a page.
NOT_READ = {
    *(
        "ImproperlyConfigured",
        "ValueError",
        "RuntimeError",
        "TypeError",
        "KeyError",
        "AssertionError",
    ),
    *("Http404", "debug", "exception", "critical", "write", "write_many"),
}
SENTENCE = re.compile(r"\W*[A-Z].*\s.*[.?!:]\W*", re.S)
CHOICES = {"TextChoices", "IntegerChoices"}


def called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def literals(node):
    """Words in an expression that no gettext stands around; an f-string is a sentence in pieces wherever it stands."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and is_sentence(node.value):
            yield node
    elif isinstance(node, ast.JoinedStr):
        if any(
            isinstance(part, ast.Constant) and LETTERS.search(part.value) for part in node.values
        ):
            if not _is_address(node.values[0]):
                yield node
    elif isinstance(node, ast.Call):
        if called(node) == "format" and isinstance(node.func, ast.Attribute):
            yield from literals(node.func.value)
        elif called(node) in ("format_html", "join", "mark_safe"):
            for argument in node.args:
                yield from literals(argument)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from literals(value)
    elif isinstance(node, ast.BinOp):
        yield from literals(node.left)
        if isinstance(node.op, ast.Add):
            yield from literals(node.right)
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from literals(value)
    elif isinstance(node, ast.Tuple | ast.List):
        for value in node.elts:
            yield from literals(value)


def _is_address(node) -> bool:
    return isinstance(node, ast.Constant) and node.value.startswith(("/", "http"))


def is_sentence(text: str) -> bool:
    """Words for people: not a key, an address or a name of a thing in code."""
    if not LETTERS.search(text) or text.startswith(("/", "http")) or text.strip(" :") in NAMES:
        return False
    return " " in text.strip() or text[:1].isupper()


def read_by_people(node):
    """The expressions below `node` itself that a person reads."""
    if isinstance(node, ast.Call) and called(node) not in GETTEXT:
        places = READ_ARGUMENTS.get(called(node), ())
        if called(node) in ("success", "info", "warning", "error"):
            places = (
                places if getattr(getattr(node.func, "value", None), "id", "") == "messages" else ()
            )
        if called(node).startswith("tell"):
            places = range(len(node.args))
        yield from (node.args[place] for place in places if place < len(node.args))
        yield from (word.value for word in node.keywords if word.arg in READ_KEYWORDS)
    elif isinstance(node, ast.ClassDef) and any(
        getattr(base, "attr", "") in CHOICES for base in node.bases
    ):
        for line in node.body:
            if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple):
                yield line.value.elts[-1]
    elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in READ_KEYWORDS:
        yield node.value


def whole_sentences(node):
    """Literals that are a sentence, wherever they stand; docstrings are not looked at."""
    if isinstance(node, ast.Call):
        of = getattr(getattr(node.func, "value", None), "id", "")
        if called(node) in GETTEXT | NOT_READ or of in ("log", "logger"):
            return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Constant | ast.JoinedStr):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        words = (str(part.value) if isinstance(part, ast.Constant) else "X" for part in parts)
        text = "".join(words)
        is_pattern = "(?" in text
        if SENTENCE.fullmatch(text) and is_sentence(text) and not is_pattern:
            yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from whole_sentences(child)


def found_in(source: str) -> list[str]:
    found, tree = {}, ast.parse(source)
    read = [one for node in ast.walk(tree) for one in read_by_people(node)]
    for literal in [*whole_sentences(tree), *(one for part in read for one in literals(part))]:
        found[literal.lineno, literal.col_offset] = ast.unparse(literal)
    return [f"{line}: {words}" for (line, _), words in sorted(found.items())]


@cache
def found_in_code(path: Path) -> list[str]:
    return found_in(path.read_text(encoding="utf-8"))


def code() -> list[Path]:
    for_us = {"migrations", "management", "demonstration", "settings"}
    return sorted(
        path
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if not for_us & set(path.relative_to(ROOT).parts)
        and path.stem != "demonstration"
        and named(path) not in ENGLISH_ONLY
    )


# ---- the house ----


def findings() -> dict[str, list[str]]:
    """By the folder of templates and the file of code."""
    found = {}
    for path in templates():
        for words in found_in_template(path):
            found.setdefault(named(path.parent), []).append(f"{path.name}: {words}")
    for path in code():
        if found_in_code(path):
            found[named(path)] = found_in_code(path)
    return found


def test_what_people_read_goes_through_gettext():
    found = findings()
    assert not found, "\n".join(
        f"{place}: {line}" for place, words in found.items() for line in words
    )


@pytest.mark.parametrize("place", sorted(ENGLISH_ONLY))
def test_what_is_in_english_on_purpose_is_there(place):
    assert (ROOT / place).is_file()


def test_no_reader_chooses_a_language(settings):
    """Messages to others, stored verdicts and drawn units are worded in the language of whoever acts, so there is one (docs/translating.md)."""
    assert settings.LANGUAGE_CODE == "en-gb" and settings.WAGTAILADMIN_PERMITTED_LANGUAGES == [
        ("en", "English")
    ]
    assert not [name for name in settings.MIDDLEWARE if "Locale" in name]


@pytest.mark.parametrize(
    ("page", "finds"),
    [
        ("<p>Ask again</p>", ["Ask again"]),
        ("<p>{% translate 'Ask again' %}</p>", []),
        ("<p>{% blocktranslate %}Ask {{ name }}{% endblocktranslate %}, or wait</p>", [f"{A_VALUE}, or wait"]),
        ('<td data-label="Day">{{ day }}</td>', ["data-label=Day"]),
        ('<input type="submit" value="Send"><input name="a" value="Send">', ["value=Send"]),
        ('{% include "a.html" with title="Receipt" tone="good" %}', ['title="Receipt"']),
        ('{% include "a.html" with title=_("Receipt") %}', []),
        ('{{ title|default:"Receipt" }}', ['default="Receipt"']),
        ("{{ n }} unit{{ n|pluralize }}", ["a plural in pieces: |pluralize", f"{A_VALUE} unit{A_VALUE}"]),
        ('<button name="action" value="Send">{{ send }}</button>', []),
        ('{% extends "layouts/base.html" %}{% block width %}wide{% endblock %}{% block title %}Wide{% endblock %}', ["Wide"]),
        ('{% extends "layouts/with_rail.html" %}{% block rail_label %}Beside it{% endblock %}', ["Beside it"]),
        ('{% extends "wagtailadmin/base.html" %}{% block bodyclass %}editor-view{% endblock %}', []),
        ('<b class="tag--{{ tone|default:"plain" }}">{{ word|default:"plain" }}</b>', ['default="plain"']),
        ('{% with t=tone|default:"info" %}{% with t=tone|default:"Please note" %}', ['default="Please note"']),
        ('{% include "a.html" with cancel="/me/" action="Look again" kind="Of one kind" %}', ['action="Look again"', 'kind="Of one kind"']),
        ('<{% if url %}a href="{{ url }}"{% else %}button{% endif %} class="button">{{ word }}</{% if url %}a{% else %}button{% endif %}>', []),
        ('<title>{{ title }} – IMSA Learning</title>', []),
        ('<code>GET /api</code> <b translate="no">Hope for Justice</b> {% comment %}Us{% endcomment %}', []),
    ],
)  # fmt: skip
def test_words_of_a_page_are_found(page, finds):
    text, words = outside_translation(page)
    read = Page()
    read.feed(text)
    read.close()
    assert words + read.found == finds


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ('raise Refused("Choose a day.")', 1),
        ('raise Refused(gettext("Choose a day."))', 0),
        ('raise Refused(gettext("Choose %(day)s.") % {"day": day})', 0),
        ('raise Refused(f"Choose {day}.")', 1),
        ('messages.success(request, "Kept." if kept else _("Gone."))', 1),
        ('log.error(request, "It failed.")', 0),
        ('tell(person, "A subject", f"{who} asks.", f"/hub/{pk}/")', 2),
        ('forms.CharField(label="Name", help_text=_("As on file."))', 1),
        ('forms.ChoiceField(choices=[("a", "One"), ("b", _("Two"))])', 1),
        ('class Kind(models.TextChoices):\n    A = "a", "One"\n    B = "b", _("Two")', 1),
        ('class Meta:\n    verbose_name = "piece of work"', 1),
        ('def why(day):\n    """A docstring of ours."""\n    return [f"Ask {day}."]', 1),
        ('raise ValueError("This is no day.")', 0),
        ('return Sentence("The post ended on %(day)s.", day=day)', 0),
        (
            'return Sentence.counting("%(count)s day is left.", "%(count)s days are left.", count=3)',
            0,
        ),
        ('said = in_english("The address was ended.")', 0),
        ('PATTERN = r"(?:,[ ](?:[A-Z]\\.[ ]?){1,3})?+"', 0),
        ('write("renewal.asked", thing, by=by, reason="As the Hub decided.")', 0),
    ],
)
def test_words_in_code_are_found(line, count):
    assert len(found_in(line)) == count


# ---- the catalogues ----

# What stands in Welsh somewhere: `./dev manage makemessages` after a change, then its Welsh.
READ_IN_WELSH = (
    "certificates/accreditation/sentences.py",
    "certificates/templates/certificates/answer_cy.html",
    "lms/kit/languages.py",
)
PLACES = re.compile(r"%\(\w+\)[sd]|{\w+}")


@pytest.fixture(scope="module")
def fresh():
    return catalogues.collected()


def entries(catalog) -> dict:
    return {
        (m.id if isinstance(m.id, str) else m.id[0], m.context): m.string
        for m in catalog
        if catalogues.is_translated(m)
    }


@pytest.mark.parametrize("language", TRANSLATED)
class TestCatalogues:
    def test_it_has_every_message_of_code_and_templates(self, language, fresh):
        have = {(m.id, m.context) for m in catalogues.read(language) if m.id}
        want = {(m.id, m.context) for m in fresh if m.id}
        assert have == want, "./dev manage makemessages collects them"

    def test_what_is_compiled_is_what_was_translated(self, language):
        kept = catalogues.read(language)
        compiled = read_mo(io.BytesIO(catalogues.place(language, "mo").read_bytes()))
        assert entries(compiled) == entries(kept), "./dev manage compilemessages"
        assert all(catalogues.is_translated(m) for m in compiled if m.id), "it would show nothing"
        assert compiled.plural_expr == kept.plural_expr
        assert not [m.id for m in kept if m.id and m.fuzzy], "fuzzy words are not compiled"

    def test_a_translation_has_the_places_of_its_sentence(self, language):
        for message in catalogues.read(language):
            if not catalogues.is_translated(message):
                continue
            one = isinstance(message.id, str)
            english = message.id if one else message.id[-1]
            for words in [message.string] if one else message.string:
                assert words, f"a form of the plural is missing: {english}"
                assert set(PLACES.findall(words)) <= set(PLACES.findall(english)), words
                assert not one or set(PLACES.findall(words)) == set(PLACES.findall(english)), words

    def test_a_draft_says_so(self, language):
        head = catalogues.place(language).read_text(encoding="utf-8")[:400]
        assert "DRAFT" in head and "docs/translating.md" in head


def test_what_is_read_in_welsh_is_translated():
    welsh = entries(catalogues.read("cy"))
    read = catalogues.collected([ROOT / place for place in READ_IN_WELSH])
    want = {(message.id, message.context) for message in read if message.id}
    want |= {(words, None) for words in (*WORDING.values(), FAMILY_NAME, PAST)}
    for words in STANDINGS.values():
        want |= {(words.label, "standing"), (words.was, "on a past day")}
        want |= {(words.meaning, None), (words.advice, None)}
    around = {("Check someone else", None)}  # the page around the answer is in English
    assert want - around - set(welsh) == set()


def test_welsh_counts_as_welsh_does():
    read = catalogues.read("cy")
    forms = [read.plural_expr, read.num_plurals]
    assert forms == [catalogues.Catalog(locale="cy").plural_expr, 6]
