"""What is typed in a portfolio, and by whoever confirms."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.fields import Day
from lms.kit import clock

from ..taking.forms import HandInForm
from .states import Activity, EntryKind

NO_NAMES = gettext_lazy(
    "Do not name a survivor, and leave out anything by which someone could be recognised. Write “a survivor I work with”."
)


class ReflectionForm(forms.Form):
    day = Day(label=gettext_lazy("Day"))
    text = forms.CharField(
        label=gettext_lazy("Your reflection"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=NO_NAMES,
        error_messages={"required": gettext_lazy("Write your reflection.")},
    )

    def __init__(self, *args, line=None, **kwargs):
        super().__init__(*args, **kwargs)
        if line and not self.is_bound:
            self.initial = {
                "day": line.day,
                "hours": line.hours,
                "activity": line.activity,
                "text": line.text,
            }
        elif not self.is_bound:
            self.initial = {"day": clock.today()}

    def values(self) -> dict:
        """As the actions take them."""
        return {name: self.cleaned_data[name] for name in ("day", "text")}


class PracticeForm(ReflectionForm):
    hours = forms.DecimalField(
        label=gettext_lazy("Hours"),
        min_value=Decimal("0.25"),
        max_value=24,
        help_text=gettext_lazy("In quarter hours, such as 1.5 or 0.75."),
        widget=forms.NumberInput(attrs={"step": "0.25", "inputmode": "decimal"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            gettext_lazy("Enter the hours in quarter hours, from 0.25 to 24."),
        ),
    )
    activity = forms.ChoiceField(
        label=gettext_lazy("Kind of activity"),
        choices=[("", gettext_lazy("Choose one")), *Activity.choices],
        error_messages={"required": gettext_lazy("Choose what kind of activity it was.")},
    )
    text = forms.CharField(
        label=gettext_lazy("What you did"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=NO_NAMES,
        error_messages={"required": gettext_lazy("Write what you did.")},
    )
    field_order = ["day", "hours", "activity", "text"]

    def clean_hours(self):
        hours = self.cleaned_data["hours"]
        if hours * 4 != int(hours * 4):
            raise forms.ValidationError(
                _("Enter the hours in quarter hours, such as 1.25, 1.5 or 1.75.")
            )
        return hours

    def values(self) -> dict:
        found = {name: self.cleaned_data[name] for name in ("day", "text", "activity")}
        return found | {"quarters": int(self.cleaned_data["hours"] * 4)}


ENTRY_FORMS = {EntryKind.PRACTICE: PracticeForm, EntryKind.REFLECTION: ReflectionForm}


class AskForm(forms.Form):
    """Who is asked to confirm an item, and on which entries of the log."""

    supervisor = forms.ChoiceField(
        label=gettext_lazy("Your supervisor"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose your supervisor.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the witness"),
        max_length=200,
        help_text=gettext_lazy("Someone who saw your practice."),
        error_messages={"required": gettext_lazy("Enter the witness’s name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Email address of the witness"),
        max_length=254,
        help_text=gettext_lazy("We send them a link that works for this one item."),
        error_messages=dict.fromkeys(
            ("required", "invalid"), gettext_lazy("Enter the witness’s email address.")
        ),
    )
    entries = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Entries to show"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "They see the entries that you choose here, and nothing else of your portfolio: no reflections and no marks."
        ),
        error_messages={
            "required": gettext_lazy("Choose at least one entry of your log that shows this.")
        },
    )

    def __init__(self, *args, supervisors, entries, **kwargs):
        """`supervisors`: pairs of key and label, or None where a witness confirms; `entries`: pairs of number and label."""
        super().__init__(*args, **kwargs)
        if supervisors is None:
            del self.fields["supervisor"]
        else:
            del self.fields["name"], self.fields["email"]
            self.fields["supervisor"].choices = supervisors
        self.fields["entries"].choices = entries


class SignForm(forms.Form):
    answer = forms.ChoiceField(
        label=gettext_lazy("Do you confirm this?"),
        choices=[
            ("yes", gettext_lazy("Yes, I confirm it")),
            ("no", gettext_lazy("No, I do not confirm it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether you confirm it.")},
    )
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "The trainee reads it. Do not name a survivor. If you do not confirm, say why."
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        error_messages={"required": gettext_lazy("Enter your name.")},
    )
    job = forms.CharField(
        label=gettext_lazy("Your job title"),
        max_length=200,
        error_messages={"required": gettext_lazy("Enter your job title.")},
    )

    def clean(self):
        given = super().clean()
        if given.get("answer") == "no" and not given.get("comment"):
            self.add_error("comment", _("Say why you do not confirm it."))
        return given


class EndForm(forms.Form):
    """Why a confirmation is withdrawn or removed."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The trainee reads it."),
        error_messages={"required": gettext_lazy("Give the reason.")},
    )


class FileForm(HandInForm):
    """What its author declares when the file of a portfolio is made; the file is drawn by us."""

    file = None

    def __init__(self, *args, is_in=False, **kwargs):
        """`is_in`: the note went in with the first file, and stays as it was written."""
        super().__init__(*args, **kwargs)
        if is_in:
            del self.fields["note"]
