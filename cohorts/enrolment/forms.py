"""What registrars type about a cohort and its people."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Programme

from ..fields import Day, Nations
from ..sheets.cells import Unread, edits, name, reference
from ..sheets.table import Cell


class CohortForm(forms.Form):
    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9-]*$",
        label=gettext_lazy("Code"),
        max_length=20,
        help_text=gettext_lazy("As cohort files will call it, such as IMSA-2026-09."),
        error_messages={
            "invalid": gettext_lazy("Use letters without accents, digits and hyphens.")
        },
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=150,
        help_text=gettext_lazy("As people read it, such as “Intake of September 2026”."),
    )
    programme = forms.ModelChoiceField(
        label=gettext_lazy("Programme"),
        queryset=Programme.objects.order_by("title"),
        empty_label=None,
    )
    starts_on = Day(label=gettext_lazy("First day"))
    ends_on = Day(label=gettext_lazy("Last day"))

    def clean(self):
        data = super().clean()
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] <= data["starts_on"]:
            self.add_error("ends_on", _("The last day must come after the first."))
        return data


class NationsForm(forms.Form):
    nations = Nations(label=gettext_lazy("Nations to be endorsed"))
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False)


class NameForm(forms.Form):
    """A name as the certificate prints it; read as a name in a cohort's file is."""

    first_name = forms.CharField(
        label=gettext_lazy("Given names"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("As the certificate will print them. One of the two may be empty."),
    )
    last_name = forms.CharField(label=gettext_lazy("Family name"), max_length=150, required=False)
    known_as = forms.CharField(
        label=gettext_lazy("What the site calls them"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Their first given name if left empty."),
    )

    def clean(self):
        data, self.edits = super().clean(), []
        for field in self.fields:
            cell = Cell(text=data.get(field) or "")
            try:
                data[field] = name(cell)
                self.edits += [
                    f"{self.fields[field].label}: {sentence}"
                    for sentence in edits(cell, data[field])
                ]
            except Unread as unread:
                self.add_error(field, str(unread))
        if not self.errors and not data["first_name"] and not data["last_name"]:
            self.add_error(
                "last_name",
                _("A person needs at least one name: fill in given names, family name or both."),
            )
        return data


class CodesForm(forms.Form):
    """Codes of other systems; read as those in a cohort's file are."""

    spr_code = forms.CharField(label=gettext_lazy("SPR code"), max_length=40, required=False)
    exam_number = forms.CharField(label=gettext_lazy("Exam number"), max_length=40, required=False)

    def clean(self):
        data = super().clean()
        for field in self.fields:
            try:
                data[field] = reference(Cell(text=data[field])) if data.get(field) else ""
            except Unread as unread:
                self.add_error(field, str(unread))
        return data


class ReasonForm(forms.Form):
    """An action that needs nothing but a reason to go with it."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False)


class LeaveForm(forms.Form):
    on = Day(label=gettext_lazy("Last day"))
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False)
    is_sure = forms.BooleanField(
        label=gettext_lazy(
            "I have checked: this person leaves the programme, and the enrolment cannot be opened again."
        ),
        error_messages={"required": gettext_lazy("Tick to say that you have checked.")},
    )
