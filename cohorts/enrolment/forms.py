"""What registrars type about a cohort and its people."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Programme

from ..fields import Day, Nations
from ..sheets.cells import Unread, edits, email, name, reference
from ..sheets.table import Cell
from .models import Cohort
from .queries import account_of
from .states import ReasonKind


class CohortChoice(forms.ModelChoiceField):
    """One of some cohorts; which, the form says when it is made."""

    def __init__(self, *, label):
        super().__init__(
            label=label,
            queryset=Cohort.objects.none(),
            empty_label=gettext_lazy("Choose a cohort"),
            error_messages={"required": gettext_lazy("Select a cohort.")},
        )


def read_as_cells(form, readers: dict):
    """Reads what was typed as a file's cells are read, by a function for each field; what cannot be read is a fault of its field."""
    for field, read in readers.items():
        if form.cleaned_data.get(field):
            try:
                form.cleaned_data[field] = read(Cell(text=form.cleaned_data[field]))
            except Unread as unread:
                form.add_error(field, str(unread))


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
        super().clean()
        read_as_cells(self, dict.fromkeys(self.fields, reference))
        return self.cleaned_data


class NoteForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Note for the office"), max_length=300, required=False
    )


class ReasonKindForm(NoteForm):
    reason_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of reason"), choices=ReasonKind.choices, required=False
    )


class LeaveOfAbsenceForm(ReasonKindForm):
    first_day = Day(
        label=gettext_lazy("First day of the leave"),
        help_text=gettext_lazy("A day to come is kept: the leave begins on it."),
    )
    return_on = Day(
        label=gettext_lazy("Expected return"),
        help_text=gettext_lazy("The first day back. It can be changed later."),
    )
    field_order = ("first_day", "return_on", "reason_kind", "reason")

    def clean(self):
        data = super().clean()
        if data.get("first_day") and data.get("return_on"):
            if data["return_on"] <= data["first_day"]:
                self.add_error("return_on", _("The expected return must come after the first day."))
        return data


class ReturnForm(NoteForm):
    return_on = Day(label=gettext_lazy("Expected return"))
    field_order = ("return_on", "reason")


class LastDayForm(ReasonKindForm):
    last_day = Day(
        label=gettext_lazy("Last day on the programme"),
        help_text=gettext_lazy(
            "Today or earlier: the person has left at once. A day to come is kept: they can study and hand in work until it is over."
        ),
    )
    field_order = ("last_day", "reason_kind", "reason")


class NeedsReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        error_messages={"required": gettext_lazy("Enter the reason.")},
    )


class TransferForm(NeedsReasonForm):
    cohort = CohortChoice(label=gettext_lazy("New cohort"))
    field_order = ("cohort", "reason")

    def __init__(self, *args, cohorts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cohort"].queryset = cohorts


class EnrolForm(forms.Form):
    """One person for a cohort; read as a row of a cohort file is."""

    person = forms.CharField(
        label=gettext_lazy("Email address or IMSA number"),
        max_length=254,
        help_text=gettext_lazy(
            "Exactly as it is. Someone who has an account here is found by it, also by an address they had; anyone else is new and needs an email address."
        ),
        error_messages={"required": gettext_lazy("Enter an email address or an IMSA number.")},
    )
    given_names = forms.CharField(
        label=gettext_lazy("Given names"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Only for someone new, as the certificate prints them."),
    )
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=150, required=False)
    student_reference = forms.CharField(
        label=gettext_lazy("Student reference"),
        max_length=40,
        error_messages={"required": gettext_lazy("Enter the student reference.")},
    )
    enrolled_on = Day(label=gettext_lazy("First day"))
    nations = Nations(label=gettext_lazy("Nations to be endorsed"))

    def clean(self):
        data = super().clean()
        typed = data.get("person", "").strip()
        if typed:
            data["account"] = account_of(typed)
            if data["account"] is None:
                self._clean_new(data, typed)
        read_as_cells(self, {"student_reference": reference})
        return data

    def _clean_new(self, data, typed):
        """Nobody has this address or number: it must be an address, and the person needs a name."""
        try:
            data["email"] = email(Cell(text=typed))
        except Unread:
            self.add_error(
                "person",
                _(
                    "No one here has this address or number. Check it, or enter the email address of someone new."
                ),
            )
            return
        read_as_cells(self, {"given_names": name, "family_name": name})
        if not self.errors and not data["given_names"] and not data["family_name"]:
            self.add_error(
                "family_name",
                _("No one here has this address, so this person is new: enter their name."),
            )
