"""What everybody types: a check, a file to verify, a receipt; and the fields that other forms of this room share."""

from django import forms
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock
from lms.kit.codes import Misread
from lms.kit.refusals import Refused
from lms.kit.templatetags.kit import short_day

from ..checking.questions import insist_readable, numbers_meant
from ..models import Purpose
from ..rules import FIRST_DAY, may_be_asked

LARGEST = 5 * 1024 * 1024
SECONDS_FOR_A_FILE = 15
PLAIN_TYPING = {"autocomplete": "off", "spellcheck": "false"}


def day_field(**kwargs):
    return forms.DateField(
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", **kwargs.pop("attrs", {})}
        ),
        error_messages={
            "required": _("Choose a day."),
            "invalid": _("Write the day as 14 November 2026 would be here: 2026-11-14."),
        },
        **kwargs,
    )


def insist_askable(day):
    """The day as it was given; a ValidationError for one about which nothing is answered."""
    may = may_be_asked(day) if day else True
    if not may:
        raise forms.ValidationError(may.reason)
    return day


def hub_words(label, empty, help_text=None, rows=5):
    if help_text is None:
        help_text = gettext_lazy("Only Hub officers read this.")
    return forms.CharField(
        label=label,
        widget=forms.Textarea(attrs={"rows": rows}),
        max_length=4000,
        help_text=help_text,
        error_messages={"required": empty},
    )


class CheckForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("IMSA number or certificate number"),
        max_length=40,
        help_text=gettext_lazy(
            "Such as IMSA-7K3M-29XR or C-7K3M-29XR. Capitals, spaces and hyphens do not matter."
        ),
        widget=forms.TextInput(attrs={**PLAIN_TYPING, "autocapitalize": "characters"}),
        error_messages={
            "required": gettext_lazy("Type the number on the certificate or the badge."),
            "max_length": gettext_lazy(
                "That is too long for a number. It has eight characters after IMSA or C."
            ),
        },
    )
    surname = forms.CharField(
        label=gettext_lazy("Family name"),
        max_length=150,
        help_text=gettext_lazy("As on the certificate. For someone with one name, that name."),
        widget=forms.TextInput(attrs=PLAIN_TYPING),
        error_messages={
            "required": gettext_lazy("Type the family name."),
            "max_length": gettext_lazy("That is too long for a name."),
        },
    )
    on = day_field(
        label=gettext_lazy("Day"),
        required=False,
        help_text=format_lazy(
            gettext_lazy("Any day from {day} to today. Leave empty for today."),
            day=lazy(short_day, str)(FIRST_DAY),
        ),
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("Why you ask"),
        choices=[("", gettext_lazy("Choose one")), *Purpose.choices],
        required=False,
        help_text=gettext_lazy("The person reads this beside your organisation’s name."),
        error_messages={"required": gettext_lazy("Choose why you ask. The person reads it.")},
    )
    why = forms.CharField(
        label=gettext_lazy("In your own words"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("The person reads this too. Name no survivor."),
        error_messages={"max_length": gettext_lazy("That is longer than 200 characters.")},
    )
    organisation = forms.ChoiceField(label=gettext_lazy("On behalf of"), required=False)

    def __init__(self, *args, organisations=(), **kwargs):
        """`organisations`: those the asker is a contact of; with one or more they say why they ask."""
        super().__init__(*args, **kwargs)
        self.organisations = {str(o.pk): o for o in organisations}
        self.fields["organisation"].choices = [
            (key, o.name) for key, o in self.organisations.items()
        ]
        if not self.organisations:
            self.fields["purpose"].help_text = self.fields["why"].help_text = _(
                "The person can read this. They do not learn who you are."
            )
        self.fields["purpose"].required = bool(self.organisations)
        self.fields["organisation"].required = len(self.organisations) > 1
        if len(self.organisations) < 2:
            del self.fields["organisation"]

    def behalf(self):
        """The organisation on whose behalf a valid form asks, or None."""
        if len(self.organisations) == 1:
            return next(iter(self.organisations.values()))
        return self.organisations.get(self.cleaned_data.get("organisation"))

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
        return insist_askable(self.cleaned_data["on"])


def one_of(field):
    """A field that may stay empty where the other one is filled: neither is called optional."""
    field.is_one_of = True
    return field


class VerifyForm(forms.Form):
    file = one_of(
        forms.FileField(
            label=gettext_lazy("Certificate or badge"),
            required=False,
            allow_empty_file=True,
            help_text=gettext_lazy(
                "The PDF, or a badge as a PNG or SVG picture or a text file, up to 5 MB. It is read and not kept."
            ),
            widget=forms.FileInput(
                attrs={"accept": "application/pdf,.pdf,image/png,.png,image/svg+xml,.svg,.jwt,.txt"}
            ),
        )
    )
    text = one_of(
        forms.CharField(
            label=gettext_lazy("Or paste a credential"),
            required=False,
            max_length=200_000,
            widget=forms.Textarea(attrs={"rows": 3, **PLAIN_TYPING}),
            help_text=gettext_lazy("A long line of letters in three parts, as a wallet shows it."),
        )
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST:
            raise forms.ValidationError(
                _(
                    "That file is larger than 5 MB, and nothing we issue is. Choose the file that was issued."
                )
            )
        if file is not None and file is not False and not file.size:
            raise forms.ValidationError(_("That file is empty. Choose the file that was issued."))
        return file

    def clean(self):
        data = super().clean()
        if not self.errors and not data.get("file") and not (data.get("text") or "").strip():
            self.add_error(
                "file", _("Choose the file of a certificate or badge, or paste a credential.")
            )
        return data

    def content(self) -> bytes:
        file = self.cleaned_data.get("file")
        return file.read() if file else self.cleaned_data["text"].strip().encode()


class ReceiptForm(forms.Form):
    file = one_of(
        forms.FileField(
            label=gettext_lazy("Receipt"),
            required=False,
            help_text=gettext_lazy("The file as it was downloaded, up to 1 MB."),
            allow_empty_file=True,
        )
    )
    pasted = one_of(
        forms.CharField(
            label=gettext_lazy("Or paste it"),
            required=False,
            max_length=100_000,
            widget=forms.Textarea(attrs={"rows": 4, **PLAIN_TYPING}),
            help_text=gettext_lazy(
                "A long line of letters in three parts; or type the receipt number, which begins with Q."
            ),
        )
    )

    def clean(self):
        data = super().clean()
        file = data.get("file")
        if file and file.size > 1024 * 1024:
            self.add_error("file", _("That file is larger than 1 MB, and no receipt of ours is."))
        elif (
            not self.errors and not (file and file.size) and not (data.get("pasted") or "").strip()
        ):
            self.add_error("file", _("Choose the file of a receipt, or paste one."))
        return data

    def text(self) -> str:
        file = self.cleaned_data.get("file")
        return file.read().decode("utf-8-sig", "replace") if file else self.cleaned_data["pasted"]
