"""What a portfolio asks, as fields and rows of the form of a draft."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..actions.items import MOST_HOURS, MOST_ITEMS, MOST_REFLECTIONS
from ..portfolio_items import PortfolioItem
from .levels import row_count

SPARE = 2  # empty rows at the end
PARTS = ("title", "text", "signer")
OF_PORTFOLIO = ("practice_hours", "reflections", "may_lack")


def count_field(label, most, help_text):
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=most,
        help_text=help_text,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            gettext_lazy("Enter a whole number from 1 to %(most)s, or leave it empty.")
            % {"most": most},
        ),
    )


def portfolio_fields() -> dict:
    return {
        "practice_hours": count_field(
            _("Hours of practice"),
            MOST_HOURS,
            _("Trainees log them day by day. Leave it empty where no hours are asked."),
        ),
        "reflections": count_field(
            _("Number of reflections"),
            MOST_REFLECTIONS,
            _("Leave it empty where none are asked."),
        ),
        "may_lack": forms.BooleanField(
            label=_("It can be handed in when something is still missing"), required=False
        ),
    }


class ItemRows:
    """A row for each item of a portfolio, with empty ones at the end; a row that stays empty is left out. A page that sends no rows, and not even
    how many, leaves the items as they are."""

    name = "items"

    def __init__(self, form, items):
        self.form = form
        self.is_sent = not form.is_bound or self.name in form.data
        there = list(items)
        count = (
            row_count(form.data.get(self.name), MOST_ITEMS + SPARE)
            if form.is_bound
            else len(there) + SPARE
        )
        self.rows = list(range(1, count + 1))
        for row in self.rows:
            form.fields |= {
                f"item-key-{row}": forms.SlugField(
                    required=False, max_length=40, widget=forms.HiddenInput
                ),
                f"item-title-{row}": forms.CharField(
                    label=_("Item %(number)s") % {"number": row}, required=False, max_length=200
                ),
                f"item-text-{row}": forms.CharField(
                    label=_("What is to be confirmed"),
                    required=False,
                    max_length=2000,
                    widget=forms.Textarea(attrs={"rows": 3}),
                ),
                f"item-signer-{row}": forms.ChoiceField(
                    label=_("Who confirms it"),
                    required=False,
                    choices=PortfolioItem.SIGNERS,
                    initial=PortfolioItem.SUPERVISOR,
                    widget=forms.RadioSelect,
                ),
                f"item-drop-{row}": forms.BooleanField(label=_("Remove this item"), required=False),
            }
            if row <= len(there) and not form.is_bound:
                for part in ("key", *PARTS):
                    form.initial[f"item-{part}-{row}"] = getattr(there[row - 1], part)

    def __len__(self):
        return len(self.rows)

    def lines(self):
        form = self.form
        return [
            {
                "number": row,
                "key": form[f"item-key-{row}"],
                "fields": [form[f"item-{part}-{row}"] for part in PARTS],
                "drop": form[f"item-drop-{row}"] if form[f"item-key-{row}"].value() else None,
            }
            for row in self.rows
        ]

    def typed(self):
        """The rows in which something stands and that are not to go."""
        form = self.form
        return [
            row
            for row in self.rows
            if not form.cleaned_data.get(f"item-drop-{row}")
            and any(
                str(form[f"item-{part}-{row}"].value() or "").strip() for part in ("title", "text")
            )
        ]

    def check(self):
        form, keys = self.form, []
        for row in self.typed():
            name = f"item-title-{row}"
            if not form.cleaned_data.get(name) and name not in form.errors:
                form.add_error(name, _("Name this item, or remove it."))
            keys += filter(None, [form.cleaned_data.get(f"item-key-{row}")])
        if len(set(keys)) < len(keys):
            form.add_error(None, _("Load the page again: two items have the same key."))

    def facts(self) -> dict:
        """As `edit_version` takes them."""
        if not self.is_sent:
            return {}
        given = self.form.cleaned_data
        found = [
            {
                "key": given[f"item-key-{row}"],
                "title": given[f"item-title-{row}"],
                "text": given[f"item-text-{row}"],
                "signer": given[f"item-signer-{row}"] or PortfolioItem.SUPERVISOR,
            }
            for row in self.typed()
        ]
        return {"items": found}
