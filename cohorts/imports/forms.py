"""A file to bring."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from ..sheets.columns import KINDS
from ..sheets.table import MOST_ROWS


class FileForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        choices=[
            (kind, f"A {name}" if kind == "cohort" else f"An {name}")
            for kind, name in KINDS.items()
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say which kind of file it is.")},
    )
    file = forms.FileField(
        label=gettext_lazy("The file"),
        help_text=format_lazy(
            gettext_lazy("CSV in UTF-8, or an Excel workbook (.xlsx). Up to {rows} rows."),
            rows=f"{MOST_ROWS:,}",
        ),
        allow_empty_file=True,
        max_length=400,
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "max_length": gettext_lazy("Give the file a shorter name."),
        },
    )
