"""What people type in this room: a check, a file to verify, and the Hub's decisions."""
from django import forms

from lms.kit import clock
from lms.kit.codes import Misread
from lms.kit.refusals import Refused

from .actions.checks import insist_readable, numbers_meant
from .models import Sanction
from .rules import FIRST_DAY, may_be_asked

LARGEST = 5 * 1024 * 1024
PLAIN_TYPING = {"autocomplete": "off", "spellcheck": "false"}


def day_field(**kwargs):
    return forms.DateField(
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **kwargs.pop("attrs", {})}),
        error_messages={
            "required": "Choose a day.", "invalid": "Write the day as 14 November 2026 would be here: 2026-11-14.",
        }, **kwargs,
    )


class CheckForm(forms.Form):
    number = forms.CharField(
        label="IMSA number or certificate number", max_length=40,
        help_text="Such as IMSA-7K3M-29XQ or C-7K3M-29XQ. Capitals, spaces and hyphens do not matter.",
        widget=forms.TextInput(attrs={**PLAIN_TYPING, "autocapitalize": "characters"}),
        error_messages={
            "required": "Type the number on the certificate or the badge.",
            "max_length": "That is too long for a number. It has eight characters after IMSA or C.",
        },
    )
    surname = forms.CharField(
        label="Family name", max_length=150, help_text="As on the certificate. For somebody with one name, that name.",
        widget=forms.TextInput(attrs=PLAIN_TYPING),
        error_messages={"required": "Type the family name.", "max_length": "That is too long for a name."},
    )
    on = day_field(
        label="Day", required=False, help_text=f"Any day from {FIRST_DAY.day} {FIRST_DAY:%B %Y} to today. Leave empty for today.",
    )

    def clean_number(self):
        try:
            self.numbers = numbers_meant(self.cleaned_data["number"])
        except Misread as misread:
            raise forms.ValidationError(str(misread)) from None
        return self.cleaned_data["number"]

    def clean_surname(self):
        try:
            insist_readable(self.cleaned_data["surname"], clock.today())
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from None
        return self.cleaned_data["surname"]

    def clean_on(self):
        day = self.cleaned_data["on"]
        may = may_be_asked(day) if day else True
        if not may:
            raise forms.ValidationError(may.reason)
        return day


class VerifyForm(forms.Form):
    file = forms.FileField(
        label="Certificate file", help_text="A PDF of up to 5 MB. It is read and not kept.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}), allow_empty_file=True,
        error_messages={"required": "Choose the PDF of a certificate."},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(
                "That file is larger than 5 MB, and no certificate of ours is. Choose the PDF that was issued."
            )
        if not file.size:
            raise forms.ValidationError("That file is empty. Choose the PDF that was issued.")
        return file


class DecisionForm(forms.Form):
    kind = forms.ChoiceField(
        label="What is decided?", widget=forms.RadioSelect,
        choices=[
            (Sanction.Kind.CONDITIONS, "Conditions: they may act, within what you write"),
            (Sanction.Kind.SUSPENDED, "Suspended: they may not act for now"),
            (Sanction.Kind.RESTORED, "Restored: nothing decided before limits them"),
            (Sanction.Kind.WITHDRAWN, "Withdrawn: the accreditation ends"),
        ],
        error_messages={"required": "Choose what is decided."},
    )
    from_day = day_field(label="From which day?", help_text="Today or later. What we answered before stands.")
    words = forms.CharField(
        label="The conditions", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only for conditions. Everybody who checks reads these words, so leave out why.",
    )
    reason = forms.CharField(
        label="Why", widget=forms.Textarea(attrs={"rows": 5}), max_length=4000,
        help_text="Only the Hub reads this. The person is told what was decided, not these words.",
        error_messages={"required": "Write down why. Only the Hub reads it."},
    )

    def clean(self):
        given = super().clean()
        day = given.get("from_day")
        if given.get("kind") == Sanction.Kind.CONDITIONS and not (given.get("words") or "").strip():
            self.add_error("words", "Write the conditions as a checker should read them.")
        if given.get("kind") and given["kind"] != Sanction.Kind.CONDITIONS:
            given["words"] = ""
        if day and day < clock.today():
            self.add_error("from_day", "A decision counts from the day it is recorded or later. Choose today or a later day.")
        return given


class WithholdForm(forms.Form):
    reason = forms.CharField(
        label="Why", widget=forms.Textarea(attrs={"rows": 4}), max_length=4000, help_text="Only the Hub reads this.",
        error_messages={"required": "Write down why. Only the Hub reads it."},
    )
