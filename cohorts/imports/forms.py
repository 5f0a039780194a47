"""A file to bring, and what of the register to take out."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..organisations.queries import organisation_called
from ..sheets.headers import KINDS
from .register_exports import ALL, OPEN
from .rules import most_rows


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
        allow_empty_file=True,
        max_length=400,
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "max_length": gettext_lazy("Give the file a shorter name."),
        },
    )
    leave_out = forms.BooleanField(
        label=gettext_lazy("Leave out columns that are not listed below"),
        required=False,
        help_text=gettext_lazy(
            "What they hold is not read or kept. The first row then says which they were."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "CSV in UTF-8, or an Excel workbook (.xlsx). Up to {rows} rows."
        ).format(rows=f"{most_rows():,}")


class ExportForm(forms.Form):
    """Which part of the register is taken out, and in which form."""

    which = forms.ChoiceField(
        label=gettext_lazy("Which posts"),
        choices=[
            (OPEN, gettext_lazy("Posts that have not ended")),
            (ALL, gettext_lazy("All posts, with those that have ended")),
        ],
        widget=forms.RadioSelect,
        initial=OPEN,
        error_messages={"required": gettext_lazy("Select which posts.")},
    )
    organisation = forms.CharField(
        label=gettext_lazy("Only one organisation"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Its code, such as ORG-01, or its full name."),
    )
    ending = forms.ChoiceField(
        label=gettext_lazy("File"),
        choices=[("csv", gettext_lazy("CSV")), ("xlsx", gettext_lazy("Excel workbook (.xlsx)"))],
        widget=forms.RadioSelect,
        initial="csv",
        error_messages={"required": gettext_lazy("Select the kind of file.")},
    )

    def clean_organisation(self):
        words = self.cleaned_data["organisation"]
        found = organisation_called(words) if words else None
        if words and not found:
            raise ValidationError(_("There is no organisation with this code or name."))
        self.organisation = found
        return words
