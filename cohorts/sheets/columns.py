"""What the columns of each file are called and hold; it refuses a value it would have to guess."""

import difflib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import nations
from lms.kit.letters import is_a_name, mended, stranger, unseen_in, without_unseen
from lms.kit.spreadsheets import is_run
from lms.kit.templatetags.kit import short_day

from .table import Cell, FileProblem, Row, Sheet, letter

COHORT, REGISTER = "cohort", "register"
KINDS = {COHORT: gettext_lazy("cohort file"), REGISTER: gettext_lazy("employment register file")}


TURNED = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # what follows is shown in another order than it stands


class Unread(ValueError):
    """A cell that cannot be read; the message says why and what to do."""


def plain_text(cell: Cell, longest: int) -> str:
    """The text of a cell, tidied; letters are composed, so that á is one letter everywhere."""
    if any(c in TURNED for c in cell.text):
        raise Unread(
            _("There is a character in the cell that cannot be seen. Type the cell again.")
        )
    text = without_unseen(cell.text).strip(" ")
    if cell.day:
        made = short_day(cell.day)
        raise Unread(
            _(
                "The spreadsheet has made a date of this (%(made)s). Mark the cell as text and type it again."
            )
            % {"made": made}
        )
    if is_run(text) or text[:1] in ("\t", "\r"):
        raise Unread(
            _(
                "“%(word)s” begins with “%(words)s”, which a spreadsheet would run as a formula. Take it away."
            )
            % {"word": text[:20], "words": text[0]}
        )
    if "\n" in text or "\r" in text:
        raise Unread(_("There is a line break in the cell. Write it on one line."))
    if any(unicodedata.category(c) == "Cc" for c in text):
        raise Unread(
            _("There is a character in the cell that cannot be seen. Type the cell again.")
        )
    if "\ufffd" in text:
        raise Unread(
            _(
                "“%(words)s” holds “�”: a letter was lost when the file was saved. Type it again and save as CSV UTF-8."
            )
            % {"words": text}
        )
    if (meant := mended(text)) != text:
        raise Unread(
            _(
                "“%(words)s” was spoilt when the file was saved; it was probably “%(meant)s”. Type it again and save as CSV UTF-8."
            )
            % {"words": text, "meant": meant}
        )
    if len(text) > longest:
        raise Unread(
            _("This has %(count)s characters; %(longest)s fit.")
            % {"count": len(text), "longest": longest}
        )
    return unicodedata.normalize("NFC", " ".join(text.split()))


def edits(cell: Cell, value) -> list[str]:
    """Every way in which `value` is not what was typed in the cell, as sentences; where a letter is spelt with another code of the same
    letter (á as one or two) nothing is said, for the text is the same."""
    made = []
    if unseen := unseen_in(cell.text):
        made.append(
            _("A character that cannot be seen was left out (%(unseens)s).")
            % {"unseens": ", ".join(unseen)}
        )
    shown = without_unseen(cell.text).strip(" ")
    if shown != " ".join(shown.split()):
        made.append(_("Spaces within the cell became one ordinary space."))
    if cell.had_spaces or without_unseen(cell.text) != shown:
        made.append(_("Spaces at the start or end of the cell were left out."))
    if (
        isinstance(value, str)
        and value.casefold() == shown.casefold()
        and value != unicodedata.normalize("NFC", shown)
    ):
        made.append(_("“%(shown)s” is kept as “%(value)s”.") % {"shown": shown, "value": value})
    return made


def name(cell):
    """A name as the certificate prints it; what no checker could type is refused, and so is what was lost on the way."""
    text = plain_text(cell, 150)
    if "@" in text:
        raise Unread(
            _(
                "“%(words)s” is an email address, not a name. Perhaps two columns have changed places."
            )
            % {"words": text}
        )
    if "?" in text or "¿" in text:
        raise Unread(
            _(
                "“%(words)s” holds a question mark, which Excel writes in place of a letter it cannot save. Type the name again and save as CSV UTF-8."
            )
            % {"words": text}
        )
    odd, called = stranger(text)
    if odd:
        raise Unread(
            _(
                "“%(odd)s” in “%(words)s” is not the letter it looks like (%(called)s): the rest of the word is in another script. Type the name again."
            )
            % {"odd": odd, "words": text, "called": called}
        )
    if text and not is_a_name(text):
        sign = next((c for c in text if not (c.isalpha() or is_a_name(f"a{c}"))), text[:1])
        raise Unread(
            _(
                "“%(sign)s” in “%(words)s” does not belong to a name. A name holds letters, spaces, hyphens, apostrophes and full stops."
            )
            % {"sign": sign, "words": text}
        )
    return text


def title(cell):
    return plain_text(cell, 200)


def code(cell):
    return reference(cell, 20).upper()


def organisation(cell):
    try:
        return code(cell)
    except Unread:
        raise Unread(
            _(
                "“%(cell)s” is not an organisation's code. Write the code from its page under Organisations, such as ORG-01, and not its name."
            )
            % {"cell": cell.text[:40]}
        ) from None


def reference(cell, longest=40):
    text = plain_text(cell, longest)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]*", text):
        raise Unread(
            _(
                "“%(words)s” may hold letters without accents, digits, hyphens, full stops and strokes, and no spaces."
            )
            % {"words": text}
        )
    return text


def entry(cell):
    text = reference(cell)
    if "/" in text:
        raise Unread(
            _("“%(words)s” holds a stroke (/), which an entry cannot have. Use a hyphen.")
            % {"words": text}
        )
    return text


def email(cell):
    text = plain_text(cell, 254).lower()
    try:
        validate_email(text)
    except ValidationError:
        raise Unread(
            _("“%(words)s” is not an email address such as name@organisation.example.")
            % {"words": text}
        ) from None
    return text


def some_nations(cell):
    text = plain_text(cell, 100)
    try:
        found = nations.read(text)
    except nations.UnknownNation as unknown:
        raise Unread(
            _("“%(unknown)s” is not one of the four nations: %(values)s.")
            % {"unknown": unknown, "values": ", ".join(nations.NATIONS.values())}
        ) from None
    if not found:
        raise Unread(_("Name at least one nation."))
    return found


def day(cell):
    """An ISO day. 2025-09-22, 22/09/2025 and 22.09.2025 are understood; nothing that could be two days is."""
    found = cell.day
    if cell.is_number:
        raise Unread(
            _(
                "“%(cell)s” is a number, not a date. Give the cell a date format, or write 2025-09-22."
            )
            % {"cell": cell.text}
        )
    if not found:
        text = plain_text(cell, 40)
        year, month, of_month = _parts_of_day(text)
        try:
            found = date(year, month, of_month)
        except ValueError:
            raise Unread(
                _(
                    "“%(words)s” is not a day in the calendar. The day comes before the month: 22/09/2025."
                )
                % {"words": text}
            ) from None
    if not date(1950, 1, 1) <= found <= date(2099, 12, 31):
        raise Unread(
            _(
                "%(day)s is too far away to be meant. Check the year: days from 1950 to 2099 are read."
            )
            % {"day": short_day(found)}
        )
    return found.isoformat()


MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


def _parts_of_day(text) -> tuple[int, int, int]:
    """Year, month, day; a month in words is as clear as the order of 2025-09-22. Two figures of a year are not read."""
    if parts := re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text):
        return int(parts[1]), int(parts[2]), int(parts[3])
    if parts := re.fullmatch(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})", text):
        return int(parts[3]), int(parts[2]), int(parts[1])
    if parts := re.fullmatch(
        r"([0-9]{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})\.?[ -]([0-9]{4})", text
    ):
        word = parts[2].casefold()
        month = next(
            (
                n
                for n, name in enumerate(MONTHS, start=1)
                if word in (name, name[:3]) or (word, n) == ("sept", 9)
            ),
            None,
        )
        if month:
            return int(parts[3]), month, int(parts[1])
    if re.fullmatch(r"[0-9]{1,2}[/. -](?:[0-9]{1,2}|[A-Za-z]{3,9})[/. -][0-9]{2}", text):
        raise Unread(
            _("“%(words)s” has a year of two figures. Write the year in full, such as 22/09/2025.")
            % {"words": text}
        )
    raise Unread(
        _("“%(words)s” is not a date written as 2025-09-22, 22/09/2025 or 22 September 2025.")
        % {"words": text}
    )


@dataclass(frozen=True)
class Column:
    """One column: what it must be called, how it is read, and whether it or its cells may be missing."""

    name: str
    says: object
    read: Callable
    example: str
    is_needed: bool = True
    may_be_empty: bool = False


COLUMNS = {
    COHORT: [
        Column(
            "cohort", gettext_lazy("Code of a cohort that is here already"), code, "IMSA-2025-09"
        ),
        Column(
            "student_reference",
            gettext_lazy("The University's own key for the person"),
            reference,
            "SMU-250101",
        ),
        Column(
            "given_names",
            gettext_lazy("As the certificate will print them"),
            name,
            "Morag Ann",
            may_be_empty=True,
        ),
        Column(
            "family_name",
            gettext_lazy("As the certificate will print it; one of the two names may be empty"),
            name,
            "Sample",
            may_be_empty=True,
        ),
        Column(
            "known_as",
            gettext_lazy("What the site calls the person"),
            name,
            "Morag",
            is_needed=False,
            may_be_empty=True,
        ),
        Column(
            "email",
            gettext_lazy("Where the person signs in; this is who the person is"),
            email,
            "morag.sample@imsa.example",
        ),
        Column(
            "nations",
            gettext_lazy("Nations to be endorsed, with a semicolon between them"),
            some_nations,
            "Scotland; England",
        ),
        Column("enrolled_on", gettext_lazy("First day"), day, "2025-09-22"),
    ],
    REGISTER: [
        Column("entry", gettext_lazy("The register's own key for this post"), entry, "ER-0001"),
        Column(
            "email",
            gettext_lazy("The person, who must be here already"),
            email,
            "morag.sample@imsa.example",
        ),
        Column(
            "organisation",
            gettext_lazy("Code of an Employing Organisation"),
            organisation,
            "ORG-01",
        ),
        Column("post", gettext_lazy("The role held"), title, "Independent Modern Slavery Advocate"),
        Column(
            "nations",
            gettext_lazy("Where the person works, with a semicolon between them"),
            some_nations,
            "Scotland",
        ),
        Column("starts_on", gettext_lazy("First day of the post"), day, "2025-09-01"),
        Column(
            "ends_on",
            gettext_lazy("Last day of the post; empty while it goes on"),
            day,
            "",
            may_be_empty=True,
        ),
        Column(
            "line_manager",
            gettext_lazy("Email address; this person is never given the trainee's work to mark"),
            email,
            "manager@organisation.example",
            is_needed=False,
            may_be_empty=True,
        ),
        Column(
            "confirmed_on",
            gettext_lazy("When the employer last confirmed the post"),
            day,
            "2025-09-15",
            is_needed=False,
            may_be_empty=True,
        ),
    ],
}


def columns_of(kind: str) -> list[Column]:
    return COLUMNS[kind]


def read_rows(kind: str, sheet: Sheet) -> list[dict]:
    """Each row's values, what could not be read, and the cells as they were. Raises FileProblem for a bad header."""
    places = _places(kind, sheet)
    rows = [_read_row(kind, row, places) for row in sheet.rows]
    for column in {COHORT: ["email", "student_reference"], REGISTER: ["entry"]}[kind]:
        _refuse_doubles(rows, column)
    return rows


def _places(kind, sheet) -> dict[str, int]:
    """Where each column stands. Raises FileProblem that names every fault of the header."""
    _refuse_words_above(kind, sheet)
    number, known, found, faults = sheet.header.number, {c.name: c for c in COLUMNS[kind]}, {}, []
    for index, cell in enumerate(sheet.header.cells):
        where = _("row %(number)s, column %(letter)s") % {"number": number, "letter": letter(index)}
        if cell.fault:
            faults.append(f"{where}: {cell.fault}")
            continue
        label = re.sub(r"[\s-]+", "_", without_unseen(cell.text).strip().casefold())
        label = ALSO_CALLED[kind].get(label, label)
        if not label:
            filled = next(
                (r.number for r in sheet.rows if index < len(r.cells) and r.cells[index].text), None
            )
            if filled:
                faults.append(
                    _("%(where)s has no name, though row %(filled)s has something below it")
                    % {"where": where, "filled": filled}
                )
        elif label in found:
            faults.append(
                _("%(where)s: the column “%(label)s” stands twice; it is in column %(letter)s too")
                % {"where": where, "label": label, "letter": letter(found[label])}
            )
        elif label not in known:
            near = difflib.get_close_matches(label, known, 1, 0.75)
            hint = _(" (is it “%(near)s”?)") % {"near": near[0]} if near else ""
            faults.append(
                _("%(where)s: “%(cell)s” is not a column of %(kind)s%(hint)s")
                % {"where": where, "cell": cell.text[:40], "kind": _a(kind), "hint": hint}
            )
        else:
            found[label] = index
    missing = [c.name for c in known.values() if c.is_needed and c.name not in found]
    if missing:
        listed = ", ".join(f"“{label}”" for label in missing)
        which = _("these columns are") if len(missing) > 1 else _("this column is")
        faults.append(
            _("row %(number)s, from column A on: %(which)s missing: %(listed)s")
            % {"number": number, "which": which, "listed": listed}
        )
    if faults:
        other = REGISTER if kind == COHORT else COHORT
        names = {
            re.sub(r"[\s-]+", "_", cell.text.strip().casefold()) for cell in sheet.header.cells
        }
        if {c.name for c in COLUMNS[other] if c.is_needed} <= names:
            raise FileProblem(
                _(
                    "Row %(number)s, column A on: these are the columns of %(other)s. Bring it as one."
                )
                % {"number": number, "other": _a(other)}
            )
        told = [f"{fault[0].upper()}{fault[1:]}." for fault in faults]
        raise FileProblem(
            *told,
            _("The columns of %(kind)s are: %(knowns)s.")
            % {"kind": _a(kind), "knowns": ", ".join(known)},
        )
    return found


# As other systems' exports call them; only what can mean nothing else.
ALSO_CALLED = {
    COHORT: {
        "forename": "given_names",
        "forenames": "given_names",
        "first_name": "given_names",
        "first_names": "given_names",
        "given_name": "given_names",
        "surname": "family_name",
        "last_name": "family_name",
        "email_address": "email",
        "e_mail": "email",
        "start_date": "enrolled_on",
    },
    REGISTER: {
        "email_address": "email",
        "e_mail": "email",
        "start_date": "starts_on",
        "end_date": "ends_on",
    },
}


def _refuse_words_above(kind, sheet):
    """A title above the table is the commonest reason why no column is known. Raises FileProblem that says so."""

    def known(row):
        labels = {_label(cell.text) for cell in row.cells}
        return len(
            {ALSO_CALLED[kind].get(label, label) for label in labels}
            & {c.name for c in COLUMNS[kind]}
        )

    below = next((row for row in sheet.rows[:20] if known(row) >= 3), None)
    if below and known(sheet.header) < 3:
        raise FileProblem(
            _(
                "Row %(number)s, column A: the column names stand in row %(below_number)s. Delete the rows above it, and choose the file again."
            )
            % {"number": sheet.header.number, "below_number": below.number}
        )


def _label(text):
    return "_".join(without_unseen(text).replace("-", " ").split()).casefold()


def _a(kind):
    return f"{'an' if kind == REGISTER else 'a'} {KINDS[kind]}"


def _read_row(kind: str, row: Row, places: dict[str, int]) -> dict:
    values, unread, cells, changed = {}, [], {}, []
    for column in COLUMNS[kind]:
        if column.name not in places:
            continue
        index = places[column.name]
        cell = row.cells[index] if index < len(row.cells) else Cell()
        cells[column.name] = cell.text
        try:
            values[column.name] = _value(column, cell)
            changed += [
                f"{letter(index)}{row.number}, {column.name}: {sentence}"
                for sentence in edits(cell, values[column.name])
            ]
        except Unread as why:
            unread.append(reason(column.name, str(why), f"{letter(index)}{row.number}"))
    beyond = [
        i
        for i, cell in enumerate(row.cells)
        if i not in places.values() and (cell.text or cell.fault)
    ]
    if beyond:
        too_many = _(
            "There are more cells in this row than columns. A comma or semicolon inside a cell needs quotation marks around "
            "the cell."
        )
        unread.append(reason("", too_many, f"{letter(beyond[0])}{row.number}"))
    unread += [
        reason(name_, why, f"{letter(places[name_])}{row.number}")
        for name_, why in _at_odds(kind, values)
    ]
    stands_in = {name_: f"{letter(index)}{row.number}" for name_, index in places.items()}
    return {
        "row": row.number,
        "values": values,
        "unread": unread,
        "edits": changed,
        "cells": cells,
        "stands_in": stands_in,
    }


def _value(column, cell):
    if cell.fault:
        raise Unread(cell.fault)
    if not without_unseen(cell.text).strip():
        if not column.may_be_empty:
            raise Unread(_("This cell is empty. It must be filled in."))
        return ""
    return column.read(cell)


def _at_odds(kind, values):
    """Cells that are well written each, but cannot be true together."""
    if kind == COHORT and not values.get("given_names", "?") and not values.get("family_name", "?"):
        yield (
            "family_name",
            _("A person needs at least one name: fill in given_names, family_name or both."),
        )
    if kind == REGISTER:
        starts, ends = values.get("starts_on"), values.get("ends_on")
        if starts and ends and ends < starts:
            yield (
                "ends_on",
                _("The post ends on %(ends)s, before it starts on %(starts)s.")
                % {"ends": _words(ends), "starts": _words(starts)},
            )
        if values.get("line_manager") and values["line_manager"] == values.get("email"):
            yield (
                "line_manager",
                _(
                    "No one is their own line manager. Give the manager's address, or leave the cell empty."
                ),
            )


def _words(iso):
    return short_day(date.fromisoformat(iso))


def _refuse_doubles(rows, column):
    first = {}
    for row in rows:
        value = str(row["values"].get(column, "")).casefold()
        if not value:
            continue
        if value in first:
            for one, two in ((row, first[value]), (first[value], row)):
                why = _("“%(value)s” stands in row %(row)s too. Keep one of the two.") % {
                    "value": one["values"][column],
                    "row": two["row"],
                }
                one["unread"].append(reason(column, why, one["stands_in"][column]))
        else:
            first[value] = row


def reason(column: str, why: str, cell: str = "") -> dict:
    return {"column": column, "cell": cell, "why": why}
