"""What stands against a file of marks before it is made, each by student reference with what to do, and what the file leaves out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit.spreadsheets import safe

from ...setting.scale import in_figures
from .. import export_formats as formats
from ..export_formats import Format
from ..exporting import Reading, Result, Table, is_in, misfits

STATUS_WORDS = {
    formats.CREDITED: gettext_lazy("Credited for prior learning, without a mark"),
    formats.HOLD: gettext_lazy("Held back"),
    formats.AGAIN: gettext_lazy("To be decided again"),
    formats.DEFERRED: gettext_lazy("Deferred, and not marked yet"),
    formats.WAITING: gettext_lazy("Not decided by a board yet"),
    formats.NOT_SUBMITTED: gettext_lazy("Not handed in"),
    formats.CAPPED: gettext_lazy("Capped"),
    formats.LATE: gettext_lazy("Penalty for late work"),
}
NO_MARK_YET = gettext_lazy("No mark yet")
IDENTIFIERS = {
    formats.REFERENCE: gettext_lazy("student reference"),
    formats.SPR: gettext_lazy("SPR code"),
    formats.EXAM: gettext_lazy("exam number"),
}


class Issue(NamedTuple):
    """`reference` is empty where it is about the file; `url`: where it is put right, or empty."""

    reference: str
    piece: str
    what: str
    advice: str
    url: str = ""


@dataclass(frozen=True)
class Preflight:
    """`stops`: no file is made while there is one. `notes`: the file is made, and this is not in it as a plain mark."""

    stops: list[Issue]
    notes: list[Issue]


def preflight_of(form: Format, reading: Reading, tables: list[Table], *, cohort) -> Preflight:
    """No query."""
    results = [one for one in reading.results if is_in(form, one)]
    stops = [
        *_identifiers(form, results, cohort),
        *_marks(results),
        *_codes(form, reading, results),
        *_headings(form, tables),
        *_letters(form, results, tables),
    ]
    if not any(table.rows for table in tables):
        what = _("There is nothing to export.")
        stops.append(Issue("", "", what, _("Export it when there are results.")))
    return Preflight(stops, [*_notes(form, reading)])


def _identifiers(form, results, cohort) -> Iterator[Issue]:
    people = {one.person.key: one.person for one in results}
    for name in formats.identifiers(form):
        yield from _identifiers_of(people, name, cohort)


def _identifiers_of(people, name, cohort) -> Iterator[Issue]:
    label = IDENTIFIERS[name]
    ids = {key: getattr(person, name) for key, person in people.items()}
    counts = Counter(value.casefold() for value in ids.values() if value)
    for key, person in people.items():
        page = reverse("cohorts:enrolment", args=[cohort.code, key])
        if not ids[key]:
            yield Issue(
                person.reference,
                "",
                _("There is no %(label)s.") % {"label": label},
                _("Enter it on the enrolment’s page, or bring it in a cohort file."),
                page,
            )
        elif counts[ids[key].casefold()] > 1:
            yield Issue(
                person.reference,
                "",
                _("Someone else in this file has the same %(label)s, %(value)s.")
                % {"label": label, "value": ids[key]},
                _("Correct it on one of the two enrolments’ pages."),
                page,
            )


def _marks(results: list[Result]) -> Iterator[Issue]:
    for one in results:
        if one.mark is not None and not 0 <= one.mark <= 100:
            yield Issue(
                one.person.reference,
                one.piece.code,
                _("The mark %(mark)s is not between 0 and 100.") % {"mark": one.mark},
                _("Tell whoever runs this site: no mark should be able to be that."),
            )
        if one.history is not None:
            yield Issue(
                one.person.reference,
                one.piece.code,
                _("The board’s decision says %(mark)s, and the history of the mark says %(other)s.")
                % {
                    "mark": in_figures(one.mark or Decimal(0)),
                    "other": in_figures(one.history),
                },
                _("Tell whoever runs this site, who runs the check of all marks."),
            )


def _codes(form, reading, results) -> Iterator[Issue]:
    """Columns of the student record system's codes that somebody has to write down first."""
    used = {one.piece.code for one in results}
    wanted = [n for n in (*formats.MODULE_CODES, *formats.PIECE_CODES) if n in form.names]
    for piece in reading.pieces:
        lacking = [name for name in wanted if not piece.codes.get(name)]
        if lacking and piece.code in used:
            yield Issue(
                "",
                piece.code,
                _("There is no code for %(columns)s.") % {"columns": ", ".join(lacking)},
                _("Enter it at “Codes of modules”."),
                reverse("assessments:record_codes_of", args=[piece.module]),
            )


def _headings(form, tables) -> Iterator[Issue]:
    if form.header == formats.HEADER:
        for table in tables:
            for heading, count in Counter(table.heads).items():
                if count > 1:
                    yield Issue(
                        "",
                        "",
                        _("%(count)s columns are called “%(heading)s”.")
                        % {"count": count, "heading": heading},
                        _("Put {piece} into the heading of the column, in the profile."),
                    )


def _letters(form, results, tables) -> Iterator[Issue]:
    """What the encoding lacks, and what would be changed so that no spreadsheet runs it."""
    heads = {head for table in tables for head in table.heads}
    cells = {cell for table in tables for row in table.rows for cell in row}
    lacking = misfits(form, heads | cells)
    names = {
        getattr(one.person, name): one.person.reference
        for one in results
        for name in formats.identifiers(form)
    }
    for text, letters in sorted(lacking.items()):
        yield Issue(
            names.get(text, ""),
            "",
            _("“%(text)s” has letters that Windows-1252 lacks: %(letters)s")
            % {"text": text, "letters": letters},
            _("Choose UTF-8 in the profile, or other words."),
        )
    for text in sorted(cell for cell in heads | cells if safe(cell) != cell):
        yield Issue(
            names.get(text, ""),
            "",
            _("A spreadsheet would run “%(text)s” as a formula, so it would be written otherwise.")
            % {"text": text},
            _("Choose other words for it."),
        )


def _notes(form, reading) -> Iterator[Issue]:
    advice = {
        formats.CREDITED: _("Give the profile a code for it if your system has one."),
        formats.HOLD: _("Let it go when the question is settled, then export again."),
        formats.AGAIN: _("A later board decides it, then export again."),
        formats.DEFERRED: _("Export again when it is marked and decided."),
        formats.WAITING: _("Export again after the board.")
        if form.basis == formats.AGREED
        else _("Export again when it is marked."),
    }
    for one in reading.results:
        if one.status in formats.WITHOUT_MARK:
            place = (
                _("In the file as %(code)s.") % {"code": form.code(one.status)}
                if is_in(form, one)
                else _("Not in the file.")
            )
            yield Issue(
                one.person.reference,
                one.piece.code,
                f"{status_in_words(form, one.status)}. {place}",
                advice[one.status],
            )


def status_in_words(form: Format, status: str) -> str:
    if status == formats.WAITING and form.basis == formats.ACTUAL:
        return str(NO_MARK_YET)
    return str(STATUS_WORDS[status]) if status else ""
