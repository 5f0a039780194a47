"""Keeps drafts of the certificate's design and publishes them as versions that never change; it refuses what cannot be printed."""

import base64
import binascii
import hashlib
import json
import struct
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from lms.kit import clock, nations, pdf
from lms.kit.languages import ENGLISH, LANGUAGES, WELSH
from lms.kit.refusals import Refused, insist
from lms.record.actions import actor_label, write

from ..accreditation.facts import DAY, months_after
from ..accreditation.sentences import in_words
from ..document import drawing, wording
from ..document.wording import BUILT_IN, PLACES
from ..models import Design, DesignVersion
from ..rules import may_design

NAMES = {ENGLISH: "English", WELSH: "Welsh"}
MOST_SIGNERS = 3
# Of those who sign: what it is for, the most characters, its typeface, and the widest a word of it may be (points, at a size).
SIGNER = {
    "name": ("Name", 60, "EBGaramond-SemiBold", 11, 212),
    "office": ("Office", 80, "EBGaramond-Regular", 11, 212),
}
# Place to its typeface, its largest size and the width of its lines, as certificate_pdf.html sets them.
SET_IN = {
    "issuer": ("EBGaramond-Regular", 15, 564),
    "title": ("EBGaramond-Regular", 27, 564),
    "lead": ("EBGaramond-Italic", 19, 694),
    "body": ("EBGaramond-Regular", 19, 644),
    "statement": ("AtkinsonHyperlegibleNext-Regular", 8.6, 590),
    "valid": ("AtkinsonHyperlegibleNext-Bold", 8.6, 590),
}
MOST_PICTURE = 60 * 1024
PNG, CHUNKS = (
    b"\x89PNG\r\n\x1a\n",
    {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"},
)  # a picture, and nothing said beside it
WIDEST = 4  # times its height

# Whoever a preview names is invented; a design has to have room for the second as well.
INVENTED = "Siân Llewellyn"
LONG = "Wilhelmina Aleksandra Konstantynowicz-Featherstonehaugh Llywelyn-Rhys"
LONG_DAY = date(2026, 9, 30)
NUMBER = "C-0000-0000"


class Content(NamedTuple):
    """What a design says."""

    wording: dict
    signatories: list
    shows_nations: bool


class Fault(NamedTuple):
    """What stands against publishing, and at which field: “cy-title”, “signer2-name”."""

    field: str
    words: str


class Unfit(Refused):
    """The design cannot be printed as it is; nothing was published."""

    def __init__(self, faults):
        super().__init__(" ".join(f"{called(f.field)}: {f.words}" for f in faults))
        self.faults = faults


class Overtaken(Refused):
    """Somebody else saved a draft meanwhile; neither theirs nor these words were touched."""

    def __init__(self, revision):
        who = revision.user.full_name if revision.user else "Someone at the server’s command line"
        at = timezone.localtime(revision.created_at)
        super().__init__(
            f"{who} saved the design on {in_words(at.date())} at {at:%H:%M}, after you opened it. Nothing of theirs is changed, and your "
            "words are all here, not saved yet. Theirs stand beside yours where they differ: take over what you want, then save."
        )
        self.revision, self.who = revision, who


# ---- what certificates are drawn with ----


def the_design(*, by) -> DesignVersion:
    """The design certificates are drawn with today: the newest version, or the built-in one at the very first."""
    return newest_version() or _keep_first(by=by)


def newest_version() -> DesignVersion | None:
    return DesignVersion.objects.order_by("-number").first()


def languages_of_design() -> list[str]:
    """The languages the design of today has words in."""
    newest = newest_version()
    return [code for code in LANGUAGES if code in (newest.wording if newest else BUILT_IN)]


@transaction.atomic
def publish_design(wording, signatories, shows_nations, *, by) -> DesignVersion:
    """Keep a design: from now on certificates are drawn with it, and those issued before keep theirs.

    1. it is the newest draft, if it was none, 2. the next version, never to change, 3. the record is written. The same as
    the newest is the newest. Refused, with every fault and its field, when it cannot be printed.
    """
    insist(may_design(by))
    content, design = Content(wording, signatories, shows_nations), _locked()
    newest = newest_version()
    if newest and newest.hash == hash_of(*content):
        return newest
    found = faults_of(content)
    if found:
        raise Unfit(found)
    drafted, revision = newest_draft()
    if revision is None or drafted != content:
        _add_draft(design, content, by=by)
    return _keep(content, by=by)


@transaction.atomic
def keep_draft(content, base, *, by):
    """Keep what an officer wrote as the newest draft, faults and all; certificates are drawn as before.

    1. Wagtail's revision, with the officer's name, 2. the record is written. The same words again are no new draft. `base` is the
    key of the draft they began from (None for the very first): refused as Overtaken when there is a newer one.
    """
    insist(may_design(by))
    if any(not is_clean(one.get("picture")) for one in content.signatories):
        raise Refused(
            "A signature is kept as a small picture without anything said beside it. Choose the picture again."
        )
    design = _locked()
    standing, revision = newest_draft()
    if standing == content:
        return revision
    if revision and revision.pk != base:
        raise Overtaken(revision)
    return _add_draft(design, content, by=by)


def newest_draft():
    """What the newest draft says, and its revision; before the first draft, what is published or built in, and None."""
    design = Design.objects.filter(pk=Design.ONLY).select_related("latest_revision__user").first()
    revision = design and design.latest_revision
    if revision:
        return content_of(revision.as_object()), revision
    newest = newest_version()
    return content_of(newest) if newest else Content(BUILT_IN, [], True), None


def content_of(kept) -> Content:
    """What a draft or a version says."""
    return Content(kept.wording, kept.signatories, kept.shows_nations)


def _locked() -> Design:
    """The one row that two officers would fight over."""
    Design.objects.get_or_create(pk=Design.ONLY, defaults={"wording": BUILT_IN})
    return Design.objects.select_for_update(of=("self",), no_key=True).get(pk=Design.ONLY)


def _add_draft(design, content, *, by):
    design.wording, design.signatories, design.shows_nations = content
    design.save(update_fields=Content._fields)
    revision = design.save_revision(user=by if by.pk else None, clean=False)
    write(
        "certificates.draft_design",
        design,
        by=by,
        after={"revision": revision.pk, "hash": hash_of(*content)},
    )
    return revision


@transaction.atomic
def _keep_first(*, by) -> DesignVersion:
    _locked()
    return newest_version() or _keep(Content(BUILT_IN, [], True), by=by)


def _keep(content, *, by) -> DesignVersion:
    number = (DesignVersion.objects.aggregate(n=Max("number"))["n"] or 0) + 1
    made = DesignVersion.objects.create(
        number=number, published_by=actor_label(by), hash=hash_of(*content), **content._asdict()
    )
    write("certificates.publish_design", made, by=by, after={"number": number, "hash": made.hash})
    return made


def hash_of(*parts) -> str:
    return hashlib.sha256(
        json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()


# ---- what stands against publishing ----


def faults_of(content, languages=None) -> list[Fault]:
    """Every reason why it cannot be printed in these languages (all of its own if left out), each at its field."""
    found = [
        fault for n, one in enumerate(content.signatories, 1) for fault in _faults_of_signer(n, one)
    ]
    if len(content.signatories) > MOST_SIGNERS:
        found.append(Fault("signer1-name", f"At most {MOST_SIGNERS} sign."))
    if languages is None and ENGLISH not in content.wording:
        found.append(Fault("en-title", "The design needs its words in English."))
    for language in languages or content.wording:
        found += _faults_of_words(content, language)
    return found or [
        fault
        for language in languages or content.wording
        for fault in _faults_of_page(content, language)
    ]


def _faults_of_words(content, language) -> list[Fault]:
    if language not in LANGUAGES:
        return [Fault("en-title", f"Certificates are not issued in “{language}”.")]
    words = content.wording.get(language, {})
    found: list[tuple[str, str]] = [*wording.faults(words, content.shows_nations)]
    if not found:
        said = wording.filled(words, _values(language, LONG_DAY))
        found = [
            (place, why) for place in PLACES for why in _unprintable(said[place], *SET_IN[place])
        ]
    return [Fault(f"{language}-{place}", why) for place, why in found]


def _faults_of_signer(n, one) -> list[Fault]:
    found = []
    for part, (_, most, *type_and_room) in SIGNER.items():
        words = one.get(part, "")
        if not words.strip():
            found.append(
                (
                    part,
                    "Write the name of the person who signs, or empty this place."
                    if part == "name"
                    else "Write their office.",
                )
            )
        elif len(words) > most:
            found.append((part, f"This has {len(words)} characters; {most} fit."))
        else:
            found += [(part, why) for why in _unprintable(words, *type_and_room)]
    if not is_clean(one.get("picture")):
        found.append(
            (
                "picture",
                "This is not a small, clean picture. Choose the picture of the signature again.",
            )
        )
    return [Fault(f"signer{n}-{part}", why) for part, why in found]


def _unprintable(words, typeface, size, width) -> list[str]:
    """Why these words would be cut or have blanks in them."""
    font = pdf.FONTS / f"{typeface}.ttf"
    if odd := pdf.missing_letters(words, font):
        return [
            f"The certificate’s typeface has no letter “{odd[0]}”, so it would print as a blank. Write it in another way."
        ]
    room = int(width / size * 100)  # a hundred times larger, because sizes are whole
    wide = [
        word
        for word in words.split()
        if pdf.fitting_size(word, font, room, largest=100, smallest=1) < 100
    ]
    return [f"“{wide[0][:24]}…” is one word and wider than the page. Part it."] if wide else []


def is_clean(picture) -> bool:
    """Is it nothing, or the base64 of a small PNG that says nothing but the picture?"""
    if not picture:
        return picture == ""
    try:
        content = base64.b64decode(picture, validate=True)
    except (binascii.Error, TypeError, ValueError):
        return False
    if len(content) > MOST_PICTURE or not content.startswith(PNG) or len(content) < 33:
        return False
    place, name = len(PNG), b""
    while place + 12 <= len(content) and name != b"IEND":
        length, name = struct.unpack(">I4s", content[place : place + 8])
        if name not in CHUNKS:
            return False
        place += 12 + length
    width, height = struct.unpack(">II", content[16:24])
    return name == b"IEND" and place == len(content) and 0 < width <= WIDEST * height


def _faults_of_page(content, language) -> list[Fault]:
    """Does it fit on one page for somebody with a long name, in all four nations?"""
    try:
        drawing.draw(_facts(content, language, LONG, LONG_DAY), content.signatories)
    except pdf.NotDrawn as reason:
        said, called_so = str(reason), NAMES[language]
        if "'foot'" in said:
            return [
                Fault(
                    f"{language}-statement",
                    f"In {called_so}, the small print and the line with the number do not fit on one page. Shorten them.",
                )
            ]
        if "'signed'" in said:
            return [
                Fault(
                    "signer1-name",
                    f"In {called_so}, the names and offices of those who sign do not fit on one page. Shorten them.",
                )
            ]
        if isinstance(reason, pdf.DoesNotFit):
            return [
                Fault(
                    f"{language}-body",
                    (
                        f"In {called_so}, the text does not fit on one page beside a long name and all four nations. Shorten this sentence or the title."
                    ),
                )
            ]
        return [
            Fault(
                f"{language}-body",
                f"In {called_so}, the page cannot be drawn as it should be. Tell whoever runs this site.",
            )
        ]
    return []


def called(field) -> str:
    """A field in words: “Welsh, the title of the role”, “Second to sign, name”."""
    group, _, part = field.partition("-")
    if group in NAMES:
        what = PLACES[part][0]
        return f"{NAMES[group]}, {what[0].lower()}{what[1:]}"
    first = {"1": "First", "2": "Second", "3": "Third"}.get(group.removeprefix("signer"), "Another")
    return f"{first} to sign, {part}"


# ---- how it would look ----


def drawn_for_preview(content, language) -> bytes:
    """The page for somebody who is invented: it says so, it is not signed, and it is kept nowhere. Raises Unfit."""
    found = faults_of(content, [language])
    if found:
        raise Unfit(found)
    return drawn_as_it_was(content, language)


def drawn_as_it_was(content, language) -> bytes:
    """The same without asking for faults: what was published is shown whatever is asked of designs since."""
    try:
        return drawing.draw(_facts(content, language, INVENTED, clock.today()), content.signatories)
    except pdf.NotDrawn:
        raise Refused(
            "This design cannot be drawn any more as it was. Its words stand on its page."
        ) from None


def _facts(content, language, name, day) -> dict:
    return {
        "number": NUMBER,
        "name": name,
        "language": language,
        "said": wording.filled(content.wording[language], _values(language, day)),
        "conferred_on": day.isoformat(),
        "issued_on": day.isoformat(),
        "valid_until": _until(day).isoformat(),
        "check_address": f"{settings.SITE_URL}/check/?number={NUMBER}",
        "demonstration": True,
    }


def _values(language, day) -> dict:
    return {
        "award": settings.IMSA_AWARD_TITLE,
        "conferred": in_words(day, language),
        "nations": in_words(tuple(nations.NATIONS), language),
        "site": settings.SITE_URL,
        "number": NUMBER,
        "imsa_number": f"IMSA{NUMBER[1:]}",
        "issued": in_words(day, language),
        "until": in_words(_until(day), language),
    }


def _until(day) -> date:
    return months_after(day, 36) - DAY
