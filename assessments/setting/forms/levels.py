"""The levels of a criterion, as rows of the form of a draft."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _

from ..rubric import HALF, is_mark, level_faults, read_mark
from ..scale import in_figures

SPARE, MOST_LEVELS = 2, 12  # empty rows at the end, and rows at most
PARTS = ("from", "to", "text")


def row_count(typed, most) -> int:
    """How many rows a page says that it sent: a number, and never more than `most`."""
    typed = str(typed or "")
    is_number = typed.isascii() and typed.isdigit() and len(typed) < 4
    return min(int(typed), most) if is_number else 0


class BoundField(forms.CharField):
    """Where a level begins or ends: a mark, in halves at most."""

    def __init__(self, label):
        widget = forms.TextInput(attrs={"inputmode": "decimal", "size": 5})
        super().__init__(label=label, required=False, widget=widget)

    def clean(self, value):
        typed = super().clean(value)
        if not typed:
            return None
        if not is_mark(typed, HALF):
            raise forms.ValidationError(_("Give a mark from 0 to 100."), code="invalid")
        return Decimal(str(read_mark(typed, HALF)))


class LevelRows:
    """A row for each level of criterion `number`, with empty ones at the end; a row that stays empty is left out. A page that sends no rows, and
    not even how many, leaves the levels as they are."""

    def __init__(self, form, number, levels):
        self.form, self.number, self.name = form, number, f"levels-{number}"
        self.is_sent = not form.is_bound or self.name in form.data
        there = list(levels)
        most = max(MOST_LEVELS, len(there))
        count = row_count(form.data.get(self.name), most) if form.is_bound else len(there) + SPARE
        self.rows = list(range(1, count + 1))
        for row in self.rows:
            form.fields |= {
                self._name("from", row): BoundField(_("From")),
                self._name("to", row): BoundField(_("To")),
                self._name("text", row): forms.CharField(
                    label=_("What such work is like"),
                    required=False,
                    max_length=1000,
                    widget=forms.Textarea(attrs={"rows": 2}),
                ),
            }
            if row <= len(there) and not form.is_bound:
                level = there[row - 1]
                values = (
                    in_figures(level.mark_from),
                    in_figures(level.mark_to),
                    level.descriptor,
                )
                for part, value in zip(PARTS, values, strict=True):
                    form.initial[self._name(part, row)] = value

    def _name(self, part, row):
        return f"level-{part}-{self.number}-{row}"

    def __len__(self):
        return len(self.rows)

    def count(self):
        """How many levels there are."""
        return len(self.typed())

    def lines(self):
        return [[self.form[self._name(part, row)] for part in PARTS] for row in self.rows]

    def is_open(self):
        return any(field.errors for line in self.lines() for field in line)

    def typed(self):
        """The rows in which something stands."""
        return [
            row
            for row, line in zip(self.rows, self.lines(), strict=True)
            if any(str(field.value() or "").strip() for field in line)
        ]

    def check(self, step):
        """Each fault stands at the field where it is put right."""
        form, given, bounds = self.form, self.form.cleaned_data, []
        words = {
            "from": _("Give the lowest mark of this level."),
            "to": _("Give the highest mark of this level."),
            "text": _("Say what such work is like, or empty this row."),
        }
        rows = self.typed()
        for row in rows:
            for part in PARTS:
                name = self._name(part, row)
                if given.get(name) in (None, "") and name not in form.errors:
                    form.add_error(name, words[part])
            bounds.append(tuple(given.get(self._name(part, row)) for part in PARTS[:2]))
        if any(None in pair for pair in bounds):
            return
        for place, fault in level_faults(bounds, step):
            form.add_error(self._name("from", rows[place]), fault)

    def facts(self) -> dict:
        """As a criterion of `edit_version` takes them."""
        if not self.is_sent:
            return {}
        given = self.form.cleaned_data
        found = [
            {
                "mark_from": given[self._name("from", row)],
                "mark_to": given[self._name("to", row)],
                "descriptor": given[self._name("text", row)],
            }
            for row in self.typed()
        ]
        return {"levels": found}
