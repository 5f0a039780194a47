"""Words that people read go through gettext, and the catalogues of lms/locale hold them (docs/translating.md, decision 0016).

Deliberately in English only, and so not looked at:
- what programs and the people who run the site read: the documentation of the API, commands at the shell, logs, settings, what /readyz says;
- the record: labels, reasons and values that are kept as they were written (a plain str, never a lazy one);
- invented data of the demonstration, its page, and the gallery of components;
- what authors, officers and the University write: units, pages, designs, conditions, titles of awards;
- names and marks inside `translate="no"`, `<code>`, `<pre>` and `<kbd>`.

`not_translated_yet.txt` has the folders of templates and the files of code that have not been through yet. It only shrinks.
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

from certificates.accreditation.standing_wording import PAST, STANDINGS
from certificates.document.wording import FAMILY_NAME, WORDING
from lms.kit import catalogues
from lms.kit.catalogues import TRANSLATED

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("lms", "courses", "cohorts", "assessments", "certificates")
NOT_YET = (ROOT / "tests/house/not_translated_yet.txt").read_text(encoding="utf-8").split()
ENGLISH_ONLY = {  # for developers, for whoever runs the site, and of the demonstration
    "certificates/templates/certificates/api_docs.html",
    "lms/templates/gallery.html",
    "lms/templates/people/demonstration.html",
    "lms/kit/checks.py",
    "lms/kit/gallery.py",
    "lms/kit/installation.py",
    "lms/kit/readiness.py",
    "lms/kit/triggers.py",
    "certificates/api_client.py",
    "certificates/views/api_docs.py",
}
NAMES = {"IMSA", "IMSA Learning", "PDF", "EPUB", "CSV", "GOV.UK", "English", "Cymraeg"}
LETTERS = re.compile(r"[^\W\d_]{2}")
QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')


# ---- templates ----

HUMAN_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "aria-description", "data-label"}
HUMAN_ARGUMENTS = re.compile(
    r"\b(title|label|body|submit|cancel|mend_title|hint|note|empty|word|unit|legend|code_label|waits_label|text)="
    r"(\"[^\"]*\"|'[^']*')"
)
HUMAN_FILTERS = re.compile(r"\|(default|default_if_none|yesno):(\"[^\"]*\"|'[^']*')")
NO_WORDS = {"script", "style", "code", "pre", "kbd", "samp"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
A_VALUE = "\ufffc"  # where a variable stands


def has_words(text: str) -> bool:
    return bool(LETTERS.search(text)) and text.strip(f" \n.,:;()·{A_VALUE}") not in NAMES


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
        human = HUMAN_ATTRIBUTES | (
            {"value"} if have.get("type") in ("submit", "button") else set()
        )
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


def outside_translation(source: str) -> tuple[str, list[str]]:
    """The page with its tags and variables taken out, and the words that stand in those."""
    text, words, ends = [], [], None
    for token in Lexer(source).tokenize():
        first = token.contents.split(maxsplit=1)[0] if token.contents.strip() else ""
        if ends:
            if token.token_type == TokenType.BLOCK and first in ends:
                ends = None
        elif token.token_type == TokenType.TEXT:
            text.append(token.contents)
        elif token.token_type == TokenType.BLOCK and first in ("blocktranslate", "blocktrans"):
            ends = ("endblocktranslate", "endblocktrans")
            text.append(A_VALUE)
        elif token.token_type == TokenType.BLOCK and first == "comment":
            ends = ("endcomment",)
        elif token.token_type in (TokenType.VAR, TokenType.BLOCK):
            text.append(
                A_VALUE if token.token_type == TokenType.VAR or first == "translate" else " "
            )
            if first not in ("translate", "trans"):
                words += _words_in_tag(token.contents)
    return "".join(text), words


def _words_in_tag(contents: str) -> list[str]:
    found = HUMAN_ARGUMENTS.findall(contents) if contents.startswith(("include ", "with ")) else []
    found += HUMAN_FILTERS.findall(contents)
    words = [f"{name}={words}" for name, words in found if has_words(words.strip("\"'"))]
    return words + (["a plural in pieces: |pluralize"] if "|pluralize" in contents else [])


@cache
def found_in_template(path: Path) -> list[str]:
    text, words = outside_translation(path.read_text(encoding="utf-8"))
    if path.suffix == ".txt":
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
    *("_", "Sentence", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"),
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
    if not LETTERS.search(text) or text.startswith(("/", "http")) or text in NAMES:
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
        if SENTENCE.fullmatch("".join(words)):
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
    """By the name that stands in the list: a folder of templates, a file of code."""
    found = {}
    for path in templates():
        for words in found_in_template(path):
            found.setdefault(named(path.parent), []).append(f"{path.name}: {words}")
    for path in code():
        if found_in_code(path):
            found[named(path)] = found_in_code(path)
    return found


def test_what_people_read_goes_through_gettext():
    left = {place: words for place, words in findings().items() if place not in NOT_YET}
    assert not left, "\n".join(
        f"{place}: {line}" for place, words in left.items() for line in words
    )


def test_the_list_of_what_is_left_only_shrinks():
    done = sorted(set(NOT_YET) - set(findings()))
    assert not done, f"These are through; take their lines from not_translated_yet.txt: {done}"
    assert NOT_YET == sorted(set(NOT_YET))


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
