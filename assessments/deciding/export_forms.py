"""What a registrar types about files of marks for other systems."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit.spreadsheets import safe

from . import export_formats as formats
from .actions.export_profiles import LONGEST_REASON, LONGEST_TITLE
from .export_formats import Format

HOLDS = {
    "student": gettext_lazy("the student, by the identifier chosen below"),
    "reference": gettext_lazy("student reference"),
    "spr": gettext_lazy("SPR code"),
    "exam": gettext_lazy("exam number"),
    "mark": gettext_lazy("mark"),
    "grade": gettext_lazy("code of a result that is not a plain mark"),
    "attempt": gettext_lazy("number of the reassessment; 0 is the first attempt"),
    "module": gettext_lazy("module, as this site calls it"),
    "module_title": gettext_lazy("title of the module"),
    "mod_code": gettext_lazy("module code of the student record system (MOD)"),
    "occurrence": gettext_lazy("occurrence (MAV)"),
    "period": gettext_lazy("period slot (PSL)"),
    "map": gettext_lazy("assessment pattern (MAP)"),
    "outcome": gettext_lazy("what was decided on the module"),
    "piece": gettext_lazy("piece of work, as this site calls it"),
    "title": gettext_lazy("title of the piece of work"),
    "weight": gettext_lazy("weight of the piece of work"),
    "mab": gettext_lazy("component (MAB)"),
    "mks": gettext_lazy("marking scheme (MKS)"),
    "cohort": gettext_lazy("code of the cohort"),
    "year": gettext_lazy("academic year in which the cohort started, as 2026/7"),
    "board_date": gettext_lazy("day of the board"),
    "basis": gettext_lazy("actual or agreed"),
    "source": gettext_lazy("the words under “Source”"),
}
CHOICES = {
    "identifier": [
        (formats.REFERENCE, gettext_lazy("Student reference")),
        (formats.SPR, gettext_lazy("SPR code")),
        (formats.EXAM, gettext_lazy("Exam number")),
    ],
    "basis": [
        (formats.AGREED, gettext_lazy("Agreed: what a board decided, or its chair")),
        (formats.ACTUAL, gettext_lazy("Actual: the marks as they are before the board")),
    ],
    "level": [
        (formats.PIECES, gettext_lazy("Pieces of work")),
        (formats.MODULES, gettext_lazy("Modules")),
    ],
    "layout": [
        (formats.ROWS, gettext_lazy("One file, a row for each mark")),
        (formats.WIDE, gettext_lazy("One file, a row for each student and a column for each mark")),
        (formats.FILES, gettext_lazy("A file for each piece or module, in one ZIP archive")),
    ],
    "header": [
        (formats.HEADER, gettext_lazy("With headings in the first row")),
        (formats.NO_HEADER, gettext_lazy("Without headings")),
    ],
    "rounding": [
        (formats.TWO_PLACES, gettext_lazy("Up to two decimal places, as decided")),
        (formats.ONE_PLACE, gettext_lazy("One decimal place, halves up")),
        (formats.WHOLE_MARK, gettext_lazy("Whole marks, halves up")),
    ],
    "code_place": [
        (formats.APART, gettext_lazy("In the column “grade” only")),
        (formats.IN_MARK, gettext_lazy("In the column “mark”, in the place of the mark")),
    ],
    "attempt_digits": [("1", "0"), ("2", "00"), ("3", "000")],
    "kind": [
        (formats.CSV, gettext_lazy("CSV")),
        (formats.XLSX, gettext_lazy("Excel workbook (.xlsx)")),
    ],
    "encoding": [
        (formats.UTF8_BOM, gettext_lazy("UTF-8 with a byte order mark")),
        (formats.UTF8, gettext_lazy("UTF-8 without a byte order mark")),
        (formats.WINDOWS, gettext_lazy("Windows-1252")),
    ],
    "separator": [
        (formats.COMMA, gettext_lazy("Comma")),
        (formats.SEMICOLON, gettext_lazy("Semicolon")),
        (formats.TAB, gettext_lazy("Tab")),
    ],
    "line_end": [
        (formats.CRLF, gettext_lazy("Windows (CR LF)")),
        (formats.LF, gettext_lazy("Unix (LF)")),
    ],
}
LABELS = {
    "columns": gettext_lazy("Columns"),
    "identifier": gettext_lazy("Identifier of students"),
    "basis": gettext_lazy("Which marks"),
    "level": gettext_lazy("Marks of"),
    "layout": gettext_lazy("Layout"),
    "header": gettext_lazy("Headings"),
    "rounding": gettext_lazy("Rounding"),
    "code_place": gettext_lazy("Where the code of a result without a mark stands"),
    "attempt_digits": gettext_lazy("First attempt is written"),
    "kind": gettext_lazy("File type"),
    "encoding": gettext_lazy("Encoding of a CSV file"),
    "separator": gettext_lazy("Separator of a CSV file"),
    "line_end": gettext_lazy("Line ends of a CSV file"),
    "file_name": gettext_lazy("File name"),
    "source": gettext_lazy("Source"),
    "codes": gettext_lazy("Codes"),
}
CODE_LABELS = {
    formats.NOT_SUBMITTED: gettext_lazy("Code: not handed in"),
    formats.LATE: gettext_lazy("Code: penalty for late work"),
    formats.CAPPED: gettext_lazy("Code: capped"),
    formats.CREDITED: gettext_lazy("Code: credited for prior learning"),
    formats.DEFERRED: gettext_lazy("Code: deferred"),
    formats.HOLD: gettext_lazy("Code: held back"),
    formats.AGAIN: gettext_lazy("Code: to be decided again"),
    formats.WAITING: gettext_lazy("Code: no result yet"),
    "pass": gettext_lazy("Outcome: passed"),
    "compensated": gettext_lazy("Outcome: passed by compensation"),
    "refer": gettext_lazy("Outcome: another attempt"),
    "fail": gettext_lazy("Outcome: not passed"),
    "reopened": gettext_lazy("Outcome: to be decided again"),
}
# What of a preset its source does not say.
ASSUMPTIONS = {
    "ucl": gettext_lazy(
        "UCL sends these values through an interface, component by component; a file of them, its headings, the code NS and three digits of the reassessment are our assumption."
    ),
    "edinburgh": gettext_lazy(
        "The exam number, agreed marks, whole marks, UTF-8 without a byte order mark, and the names of the files are our assumption."
    ),
    "warwick": gettext_lazy(
        "The columns, their headings, their order and Windows-1252 are our assumption. Two lines for one student are refused here."
    ),
    "moodle": gettext_lazy(
        "We assume that “ID number” holds the student reference, and that grade items are called as the pieces are."
    ),
}
FAULTS = {
    "mark": ("columns", gettext_lazy("Add a line “mark” or “grade”.")),
    "student": (
        "columns",
        gettext_lazy("Add a line “student”, so that it is clear whose mark it is."),
    ),
    "pieces": (
        "columns",
        gettext_lazy(
            "Rows of modules have no piece, title, weight, mab or mks. Take these lines out."
        ),
    ),
    "wide": (
        "columns",
        gettext_lazy(
            "A row for each student has no column of one module, piece, attempt or board. Take these lines out."
        ),
    ),
    "heading": (
        "columns",
        gettext_lazy("Two columns have the same heading. Give one another heading."),
    ),
    "file_name": (
        "file_name",
        gettext_lazy(
            "Put {piece} into the name, or {module} for marks of modules, so that each file has its own."
        ),
    ),
}


def _choice(name):
    return forms.ChoiceField(label=LABELS[name], choices=CHOICES[name])


class ProfileForm(forms.Form):
    """One version of a profile. `form()` is what was typed."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=LONGEST_TITLE)
    basis = _choice("basis")
    level = _choice("level")
    layout = _choice("layout")
    columns = forms.CharField(
        label=LABELS["columns"],
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 9, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "A line for each column, in the order of the file: what it holds, = and its heading, as “student = SPR_CODE”. “What a column can hold” above names them all."
        ),
    )
    identifier = _choice("identifier")
    rounding = _choice("rounding")
    header = _choice("header")
    code_place = _choice("code_place")
    attempt_digits = _choice("attempt_digits")
    kind = _choice("kind")
    encoding = _choice("encoding")
    separator = _choice("separator")
    line_end = _choice("line_end")
    file_name = forms.CharField(
        label=LABELS["file_name"],
        max_length=100,
        help_text=gettext_lazy(
            "Without its ending. {cohort}, {year}, {module} and {piece} are filled in; other signs than letters, digits and hyphens become low lines."
        ),
    )
    source = forms.CharField(
        label=LABELS["source"],
        max_length=40,
        required=False,
        help_text=gettext_lazy("What the column “source” holds."),
    )

    def __init__(self, *args, form: Format, title="", is_new=True, **kwargs):
        initial = {name: getattr(form, name) for name in CHOICES}
        initial |= {
            "title": title,
            "columns": formats.columns_in_words(form.columns),
            "attempt_digits": str(form.attempt_digits),
            "file_name": form.file_name,
            "source": form.source,
        }
        initial |= {f"code_{name}": form.code(name) for name in CODE_LABELS}
        super().__init__(*args, initial=initial, **kwargs)
        for name, label in CODE_LABELS.items():
            self.fields[f"code_{name}"] = forms.CharField(
                label=label, max_length=20, required=False
            )
        if not is_new:
            self.fields["reason"] = forms.CharField(
                label=gettext_lazy("Why"), max_length=LONGEST_REASON, required=False
            )

    def clean_columns(self):
        found: list[tuple[str, str]] = []
        faults = []
        for number, line in enumerate(self.cleaned_data["columns"].splitlines(), start=1):
            if not line.strip():
                continue
            name, _sign, heading = line.partition("=")
            name, heading = name.strip().lower(), heading.strip() or name.strip()
            where = _("Line %(number)s:") % {"number": number}
            if name not in formats.COLUMNS:
                words = _("there is no column “%(name)s”. Choose one of the list.")
                faults.append(f"{where} {words % {'name': name[:40]}}")
            elif name in [one for one, _heading in found]:
                words = _("the column “%(name)s” stands above already. Take one out.")
                faults.append(f"{where} {words % {'name': name}}")
            elif len(heading) > 100 or safe(heading) != heading:
                words = _("choose a heading of up to 100 characters that no spreadsheet runs.")
                faults.append(f"{where} {words}")
            else:
                found.append((name, heading))
        if faults:
            raise forms.ValidationError(faults)
        return tuple(found)

    def clean(self):
        data = super().clean()
        for name in ("source", *(f"code_{one}" for one in CODE_LABELS)):
            if safe(text := data.get(name) or "") != text:
                self.add_error(name, _("A spreadsheet would run this. Choose another word."))
        if not self.errors:
            for fault in formats.faults(self.form()):
                self.add_error(*FAULTS[fault])
        return data

    def form(self) -> Format:
        data = self.cleaned_data
        values = {name: data[name] for name in (*CHOICES, "columns", "file_name", "source")}
        codes = {name: data[f"code_{name}"] for name in CODE_LABELS if data[f"code_{name}"]}
        return Format(**values | {"attempt_digits": int(data["attempt_digits"]), "codes": codes})


def in_words(form: Format) -> list[tuple[str, str]]:
    """A profile in words, for its page."""
    rows = [(str(LABELS[name]), _in_words(name, getattr(form, name))) for name in CHOICES]
    if form.kind == formats.XLSX:
        rows = [
            row
            for name, row in zip(CHOICES, rows, strict=True)
            if name not in ("encoding", "separator", "line_end")
        ]
    rows += [
        (str(LABELS["columns"]), "; ".join(f"{name} = {head}" for name, head in form.columns)),
        (str(LABELS["file_name"]), form.file_name),
        (str(LABELS["source"]), form.source),
    ]
    codes = [(str(label), form.code(name)) for name, label in CODE_LABELS.items()]
    return rows + [row for row in codes if row[1]]


def _in_words(name, value) -> str:
    return str(dict(CHOICES[name]).get(str(value), value))


class CodesForm(forms.Form):
    """What the student record system calls a module and its pieces of work."""

    MODULE = {
        "mod_code": gettext_lazy("Module code (MOD)"),
        "map_code": gettext_lazy("Assessment pattern (MAP)"),
        "occurrence": gettext_lazy("Occurrence (MAV)"),
        "period": gettext_lazy("Period slot (PSL)"),
    }
    PIECE = {
        "mab_sequence": gettext_lazy("%(code)s: component (MAB)"),
        "mks_code": gettext_lazy("%(code)s: marking scheme (MKS)"),
    }

    def __init__(self, *args, pieces, **kwargs):
        super().__init__(*args, **kwargs)
        self.pieces = list(pieces)
        for name, label in self.MODULE.items():
            self.fields[name] = _code_field(label)
        for piece in self.pieces:
            for name, label in self.PIECE.items():
                self.fields[f"{name}_{piece.pk}"] = _code_field(str(label) % {"code": piece.code})

    def of_module(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.MODULE}

    def of_pieces(self) -> dict[int, dict]:
        return {
            piece.pk: {name: self.cleaned_data[f"{name}_{piece.pk}"] for name in self.PIECE}
            for piece in self.pieces
        }


def _code_field(label):
    return forms.CharField(label=label, max_length=20, required=False, validators=[_sound_code])


def _sound_code(text):
    if not formats.is_code(text):
        raise forms.ValidationError(
            _(
                "Use letters without accents, digits, hyphens, full stops and strokes, and no spaces."
            )
        )
