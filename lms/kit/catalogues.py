"""Collects the sentences of code and templates for the translators, and compiles what they wrote. Babel does what gettext's programs would.

For whoever writes code or translates: a server reads the compiled files alone, and has no Babel.
"""

import io
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from .languages import ENGLISH, LANGUAGES, LOCALE

ROOT = LOCALE.parents[1]
ROOMS = ("lms", "courses", "cohorts", "assessments", "certificates")
TRANSLATED = [language for language in LANGUAGES if language != ENGLISH]
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "Sentence": None,
    "counting": (1, 2),
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "pgettext_noop": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
FOR_TRANSLATORS = ("Translators:",)


def sources() -> list[Path]:
    """Migrations keep what once was; nobody reads them on a page."""
    found = [path for room in ROOMS for path in (ROOT / room).rglob("*")]
    return sorted(
        path
        for path in found
        if path.is_file()
        and "migrations" not in path.parts
        and (path.suffix == ".py" or "templates" in path.parts)
    )


def messages_in(path: Path):
    """(line, message, comments, context) of one file; a message with a plural is a tuple."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Each call that Django makes of a tag on a line of its own, where Babel need not know what stands around it.
        calls = templatize(text, origin=str(path))
        text = "\n".join(line.lstrip() for line in calls.splitlines())
    return extract("python", io.BytesIO(text.encode()), KEYWORDS, FOR_TRANSLATORS)


def collected(paths: list[Path] | None = None) -> Catalog:
    catalog = Catalog()
    for path in sources() if paths is None else paths:
        for _, message, comments, context in messages_in(path):
            catalog.add(
                message,
                locations=[(path.relative_to(ROOT).as_posix(), 0)],
                auto_comments=comments,
                context=context,
            )
    return catalog


def place(language: str, kind="po") -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"django.{kind}"


def read(language: str) -> Catalog:
    with place(language).open("rb") as file:
        return read_po(file, locale=language)


def with_translations(fresh: Catalog, earlier: Catalog) -> Catalog:
    """The messages of `fresh` with the translations of `kept`. A translation whose message is gone stays at the end, as obsolete, until a
    translator removes it: a sentence is often reworded, and its translation still helps."""
    new = Catalog(
        locale=earlier.locale,
        header_comment=earlier.header_comment,
        project="imsa-learning",
        version="1",
        msgid_bugs_address=earlier.msgid_bugs_address,
        last_translator=earlier.last_translator,
        language_team=earlier.language_team,
        creation_date=earlier.creation_date,
        revision_date=earlier.revision_date,
        fuzzy=False,
    )
    before = {_key(m): m for m in [*earlier.obsolete.values(), *earlier] if is_translated(m)}
    for message in fresh:
        if not message.id:
            continue
        old = before.pop(_key(message), None)
        same = old and isinstance(old.id, str) == isinstance(message.id, str)
        new.add(
            message.id,
            old.string if same else None,
            locations=message.locations,
            flags=old.flags if same else (),
            auto_comments=message.auto_comments,
            user_comments=old.user_comments if same else (),
            context=message.context,
        )
    new.obsolete.update(before)
    return new


def _key(message: Message):
    return message.id if isinstance(message.id, str) else message.id[0], message.context


def is_translated(message: Message) -> bool:
    """The header is no message."""
    if not message.id:
        return False
    words = message.string or ""
    return bool(words) if isinstance(words, str) else any(words)


def write(language: str, catalog: Catalog):
    """Without line numbers, so that a change elsewhere in a file changes nothing here."""
    with place(language).open("wb") as file:
        write_po(file, catalog, width=100, sort_by_file=True, include_lineno=False)


def compile_catalogue(language: str):
    """Without what is not translated: Babel would write a plural's empty forms, and a page would show nothing instead of English."""
    catalog = read(language)
    for message in [m for m in catalog if m.id and not is_translated(m)]:
        catalog.delete(message.id, message.context)
    with place(language, "mo").open("wb") as file:
        write_mo(file, catalog)
