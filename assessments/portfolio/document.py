"""A portfolio as the file that is handed in: what markers read, without the names of its author, of whoever confirmed, and of their workplace."""

from datetime import date

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from lms.kit import pdf
from lms.kit.languages import ENGLISH
from lms.kit.templatetags.kit import day as in_words
from lms.kit.templatetags.kit import short_day

from ..setting.portfolio_items import PortfolioItem
from .content import fingerprint, in_hours, without_names
from .queries import (
    line_rows,
    names_to_leave_out,
    newest_lines,
    progress_of,
    sign_offs_of,
)
from .states import Activity, EntryKind

A_PART = 200  # rows drawn at a time


def portfolio_content(portfolio, version) -> dict:
    """All that the file says, as data without names: log and reflections by day, and each item with how it was confirmed. Its fingerprint tells whether a
    file is of the portfolio as it is, so its words are English in whichever language it is read. A dozen queries."""
    whole, alone = names_to_leave_out(portfolio)

    def clean(text):
        return without_names(text, whole, alone)

    found: dict[str, list] = {kind.value: [] for kind in EntryKind}
    for line in newest_lines(portfolio).order_by("day", "entry__number"):
        number, _line, day, quarters, activity, text = line_rows([line])[0]
        found[line.entry.kind].append([number, day, quarters, activity, clean(text)])
    with override(ENGLISH):
        progress = progress_of(portfolio, version, sign_offs_of(portfolio))
        missing = [str(words) for words in progress.missing]
    return {
        "title": portfolio.assessment.title,
        "code": portfolio.assessment.code,
        "asked": [version.practice_hours or 0, version.reflections or 0],
        "missing": missing,
        **found,
        "items": [_item(one) for one in progress.items],
    }


def _item(one) -> list:
    """[title, signer, day of confirmation or "", numbers of the entries it rests on]"""
    if not one.is_confirmed:
        return [one.item.title, one.item.signer, "", []]
    numbers = sorted(shown.line.entry.number for shown in one.live.basis.all())
    day = localdate(one.live.signed_at).isoformat()
    return [one.item.title, one.item.signer, day, numbers]


def content_fingerprint(portfolio, version) -> str:
    return fingerprint(portfolio_content(portfolio, version))


def differs_from(portfolio, version, sha256) -> bool:
    """Does the portfolio say something else now than the file with this fingerprint, which was made from it?"""
    made = portfolio.files.filter(sha256=sha256).first()
    return made is not None and made.content != content_fingerprint(portfolio, version)


def draw_portfolio(content) -> bytes:
    """The PDF of a `portfolio_content`, in English whoever makes it: for its markers. A long one is drawn some rows at a time."""
    with override(ENGLISH):
        title = _("Portfolio of practice: %(code)s") % content
        sections = list(_sections(content))
        if sum(len(one[-1]) for one in sections) <= A_PART:
            return pdf.draw_sections(sections, title=title)
        parts = [pdf.draw_sections([one], title=title) for s in sections for one in _parts_of(s)]
    return pdf.join(parts, title=title)


def _parts_of(section):
    """The same list, or texts, in pieces that can be drawn one after the other."""
    *about, rows = section[1:]
    for start in range(0, max(len(rows), 1), A_PART):
        label = section.heading
        if start:
            label = _("%(label)s (continued)") % {"label": label}
        yield type(section)(label, *about, rows[start : start + A_PART])


def _sections(content):
    log, reflections = content[EntryKind.PRACTICE], content[EntryKind.REFLECTION]
    hours, count = content["asked"]
    total = sum(quarters for _number, _day, quarters, *_unused in log)
    confirmed = [one for one in content["items"] if one[2]]
    rows = [
        (_("Hours of practice"), in_hours(total), str(hours or "")),
        (_("Reflections"), str(len(reflections)), str(count or "")),
        (_("Items confirmed"), str(len(confirmed)), str(len(content["items"]) or "")),
    ]
    rows += [(_("Still missing"), words, "") for words in content["missing"]]
    heads = (_("What"), _("In this portfolio"), _("Asked for"))
    yield pdf.ListOf(content["title"], heads, rows)
    if content["items"]:
        rows = [
            (title, _confirmed_in_words(signer, day), ", ".join(map(str, numbers)))
            for title, signer, day, numbers in content["items"]
        ]
        yield pdf.ListOf(_("Items"), (_("Item"), _("Confirmation"), _("Rests on entries")), rows)
    if log:
        labels = dict(Activity.choices)
        rows = [
            (str(number), short_day(date.fromisoformat(day)), in_hours(q), str(labels[kind]), text)
            for number, day, q, kind, text in log
        ]
        heads = (_("Entry"), _("Day"), _("Hours"), _("Activity"), _("What was done"))
        yield pdf.ListOf(_("Practice log"), heads, rows)
    if reflections:
        texts = [
            (
                _("Entry %(number)s, %(day)s")
                % {"number": number, "day": short_day(date.fromisoformat(day))},
                text,
            )
            for number, day, _q, _kind, text in reflections
        ]
        yield pdf.Passages(_("Reflections"), texts)


def _confirmed_in_words(signer, day) -> str:
    if not day:
        return _("Not confirmed")
    words = (
        _("Confirmed by a workplace supervisor on %(day)s")
        if signer == PortfolioItem.SUPERVISOR
        else _("Confirmed by a witness on %(day)s")
    )
    return words % {"day": in_words(date.fromisoformat(day))}
