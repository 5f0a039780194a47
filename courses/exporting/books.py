"""A module as a book: the newest texts that somebody may read, and the file drawn from them, kept until they change."""

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from lms.kit import clock, nations
from lms.kit.files.outages import disk
from lms.kit.refusals import Refused
from lms.kit.templatetags.kit import short_day
from lms.people.roles import has_role

from .. import queries, rules
from ..models import Module, UnitVersion
from . import Book, Chapter

NOTHING = gettext_noop(
    "No unit of this module is open yet, so there is nothing to take with you. Come back when the first one opens."
)
KEPT_FOR = timedelta(days=30)  # a drawn file can always be drawn again
HERE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class BookRequest:
    """What one book holds: decided by who asks, and without the texts themselves."""

    module: Module
    nations: tuple[str, ...]
    steps: tuple  # in order, each with a version that is open to the reader
    missing: tuple[str, ...]  # the titles of units that are not open
    hashes: dict[int, str]  # version's key to the hash of its text
    modified: datetime
    handbook: str = ""  # its HTML

    @property
    def name(self) -> str:
        """“IMSA701-scotland-2026-11-21”, without the ending."""
        where = (
            "all-nations"
            if set(self.nations) == set(nations.ALL)
            else "-".join(self.nations).replace("_", "-")
        )
        code = "".join(
            c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in self.module.code
        )
        return f"{code}-{where}-{timezone.localtime(self.modified):%Y-%m-%d}"

    @property
    def key(self) -> str:
        """The same texts for the same nations, drawn in the same way, have the same key."""
        module, programme = self.module, self.module.programme
        parts = [
            look(),
            get_language(),
            settings.WAGTAIL_SITE_NAME,
            module.code,
            module.title,
            programme.notice,
            self.nations,
            self.missing,
            self.modified.isoformat(),
            self.handbook,
            [
                (step.label, step.variant.nations, self.hashes[step.version.id])
                for step in self.steps
            ],
        ]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def book_request(person, code, nation="") -> BookRequest:
    """The book that `person` gets. A trainee has the nations on their own plan and no others; `nation` narrows it.

    Raises Http404 where the person may not read the module or the nation, Refused where nothing of it is open.
    """
    plans = queries.plans_of(person)
    outline = queries.outline_for(plans)
    module = next((m for m in outline.modules if m.code == code), None)
    if module is None:
        raise Http404("There is no such module.")
    if has_role(person, *rules.READERS):
        open_to, found = list(nations.ALL), queries.shelf(module.programme_id, outline)
    else:
        plans = [plan for plan in plans if plan.programme_id == module.programme_id]
        plans = [plan for plan in plans if plan.closed_on is None] or plans[:1]
        if not plans:
            raise Http404("This module is not on the reader's plan.")
        open_to = [one for one in nations.ALL if any(one in plan.nations for plan in plans)]
        found = queries.path(person, plans=plans)
    if nation and nation not in open_to:
        raise Http404("This nation is not on the reader's plan.")
    wanted = [nation] if nation else open_to
    entry = next(one for one in found if one.module.pk == module.pk)
    steps = [
        step
        for step in entry.units
        if set(step.variant.nations) & set(wanted) or is_kept(step, open_to)
    ]
    return collect(module, wanted, steps)


def is_kept(step, open_to) -> bool:
    """Was it studied before another text came in its place? It stays in their book, as on their path."""
    return step.is_studied and not set(step.variant.nations) & set(open_to)


def collect(module, wanted, steps) -> BookRequest:
    inside = [step for step in steps if step.is_open]
    if not inside:
        raise Refused(_(NOTHING))
    hashes = dict(
        UnitVersion.objects.filter(pk__in=[step.version.id for step in inside]).values_list(
            "pk", "hash"
        )
    )
    moments = [step.version.published_at for step in inside] + [
        s.variant.withdrawn_at for s in steps if s.variant.withdrawn_at
    ]
    return BookRequest(
        module,
        tuple(wanted),
        tuple(inside),
        tuple(step.label for step in steps if not step.is_open),
        hashes,
        max(moments),
        handbook_of(module),
    )


def handbook_of(module) -> str:
    """The module's handbook as HTML, or nothing where it is not written."""
    found = queries.handbook(module)
    return (
        render_to_string("courses/handbook_text.html", {"handbook": found, "module": module})
        if found.is_written
        else ""
    )


def book_of(request: BookRequest) -> Book:
    """The texts, asked for once."""
    programme = request.module.programme
    versions = UnitVersion.objects.defer("parts").in_bulk(
        [step.version.id for step in request.steps]
    )
    missing = request.missing and _(
        "Not in this copy, because they are not open yet or are being put right: %(missings)s."
    ) % {"missings": "; ".join(request.missing)}
    where = ",".join(request.nations)
    return Book(
        identifier=f"urn:imsa:{programme.code}:{request.module.code}:{where}",
        title=f"{request.module.code} {request.module.title}",
        modified=request.modified,
        chapters=[
            *(chapter(step, versions[step.version.id]) for step in request.steps),
            *(
                [
                    Chapter(
                        title=_("Handbook: hours, a task to practise with, reading list"),
                        html=request.handbook,
                    )
                ]
                if request.handbook
                else []
            ),
        ],
        publisher=settings.WAGTAIL_SITE_NAME,
        notice=" ".join(one for one in (programme.notice, missing) if one),
        nations=nations.sentence(request.nations),
    )


def chapter(step, version) -> Chapter:
    return Chapter(
        title=step.label,
        html=version.html,
        nations=_("All nations")
        if step.variant.is_for_all
        else nations.sentence(step.variant.nations),
        version=_("Version %(version_number)s, published on %(day)s")
        % {"version_number": version.number, "day": short_day(version.published_at)},
        content_note=version.content_note,
        outcomes=tuple(version.outcomes),
        law_as_at=version.law_as_at,
    )


# ---- the file ----


def book_file(request: BookRequest, ending: str, draw: Callable[[Book], bytes]) -> Path:
    """The file of this book, drawn when nobody has asked for these texts before. It is there whole or not at all."""
    folder = Path(settings.PRIVATE_ROOT, "exports")
    place = folder / f"{request.key}.{ending}"
    if place.exists():
        return place
    content = draw(book_of(request))
    part = folder / f"{secrets.token_hex(16)}.part"
    with disk():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        sweep(folder)
        try:
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, place)
        finally:
            part.unlink(missing_ok=True)
    return place


def sweep(folder: Path):
    """Take away files that were drawn long ago; whoever asks for one of them again waits a second."""
    oldest = (clock.now() - KEPT_FOR).timestamp()
    for old in folder.iterdir():
        with contextlib.suppress(OSError):  # somebody else was quicker, or is reading it
            if old.stat().st_mtime < oldest:
                old.unlink()


@cache
def look() -> str:
    """A hash of what draws books, so that a file drawn the old way is not handed out after a change."""
    parts = [
        *HERE.glob("exporting/*.py"),
        *HERE.glob("markup/*.py"),
        *HERE.glob("templates/courses/export/*"),
    ]
    total = hashlib.sha256()
    for part in sorted(parts):
        total.update(part.name.encode() + b"\0" + part.read_bytes())
    return total.hexdigest()
