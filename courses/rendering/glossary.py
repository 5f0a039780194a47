"""Marks the first time a unit uses a word of the glossary, and sets the words out at its end."""

import re
from html import escape

from ..models.reference import Term

TAG = re.compile(r"(<[^>]*(?:>|\Z))")
# Not inside a link, a heading, or what names an Act.
QUIET = {"a", "h1", "h2", "h3", "h4", "th", "dt", "button", "summary", "label", "legend"}
VOID = {"br", "img", "hr", "input", "source", "track"}
LEADS = re.compile(r'href="#term-([^"<>]+)"')
MEANS = re.compile(r'<div id="term-([^"<>]+)">')
HEAD = re.compile(r'class="[^"]*(provision__head|provision__foot|quiet)')


def _has_words(words, form) -> bool:
    return f" {form} " in f" {words} "


class Glossary:
    """The words of one unit: `mark` each text in order, then `render` what was found."""

    def __init__(self, terms=None):
        self.terms = list(Term.objects.all()) if terms is None else terms
        self.by_form = {
            form.casefold(): term for term in self.terms for form in (term.term, *term.also)
        }
        forms = sorted(self.by_form, key=len, reverse=True)
        self.pattern = (
            re.compile(
                rf"(?<!\w)({'|'.join(re.escape(escape(form)) for form in forms)})(?!\w)", re.I
            )
            if forms
            else None
        )
        self.terms_in_text = {}

    def mark(self, html: str) -> str:
        if not self.pattern:
            return html
        out, quiet = [], []
        for token in TAG.split(html):
            if token.startswith("<"):
                self._follow(token, quiet)
                out.append(token)
            else:
                out.append(token if any(quiet) else self.pattern.sub(self._link, token))
        return "".join(out)

    def forms_in(self, wordings) -> dict[str, str]:
        """Form to term, for each form of a term that stands in one of the wordings: a reader may write any of them."""
        said = [" ".join(words.casefold().split()) for words in wordings]
        found = {}
        for term in self.terms:
            forms = [form for form in (term.term, *term.also) if form.strip()]
            if any(_has_words(words, form.casefold()) for words in said for form in forms):
                found |= {form: term.term for form in forms if form != term.term}
        return found

    @staticmethod
    def _follow(token, quiet):
        """Keep a stack of open tags: is the text that comes one to leave alone?"""
        name = re.match(r"</?([a-zA-Z0-9]+)", token)
        if not name or name[1].lower() in VOID or token.endswith("/>"):
            return
        if token.startswith("</"):
            if quiet:
                quiet.pop()
        else:
            quiet.append(name[1].lower() in QUIET or bool(HEAD.search(token)))

    def _link(self, match):
        term = self.by_form.get(match[0].casefold()) or self.by_form.get(
            match[0].casefold().replace("&amp;", "&")
        )
        if term is None or term.key in self.terms_in_text:
            return match[0]
        self.terms_in_text[term.key] = term
        return f'<a class="term" href="#term-{term.key}" id="says-{term.key}">{match[0]}</a>'

    def render(self) -> str:
        """The words of the unit with their meanings, or nothing."""
        if not self.terms_in_text:
            return ""
        lines = "\n".join(
            f'<div id="term-{t.key}"><dt>{escape(t.term)}</dt><dd>{escape(t.meaning)} '
            f'<a href="#says-{t.key}">Back<span class="vh"> to where {escape(t.term)} stands in the text</span></a></dd></div>'
            for t in sorted(self.terms_in_text.values(), key=lambda t: t.term.casefold())
        )
        return f'<section class="words" aria-labelledby="words"><h2 id="words">Words in this unit</h2><p class="quiet">In our own words. They help with reading; they are not legal definitions.</p><dl>\n{lines}\n</dl></section>'


def words_used(html, words) -> str:
    """Of the words at a unit's end (as `Glossary.render` draws them) those that a stretch of its text leads to, as list items; "" for none."""
    keys = set(LEADS.findall(html))
    return "\n".join(
        line for line in words.split("\n") if (found := MEANS.match(line)) and found[1] in keys
    )
