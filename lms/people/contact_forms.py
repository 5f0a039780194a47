"""Forms of how somebody wants to be reached."""

import re
import secrets

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .contact import WORDS
from .models import Way

TELEPHONE = re.compile(r"[0-9+() ./-]{5,30}(?:(?:ext|x)[. ]{0,2}[0-9]{1,6})?", re.IGNORECASE)


class ContactForm(forms.Form):
    """What a person chooses; nothing is chosen before."""

    ways = forms.MultipleChoiceField(
        label=gettext_lazy("How may the programme office, the Hub and your tutors contact you?"),
        choices=Way.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Choose as many as you like. They use these first."),
        error_messages={"invalid_choice": gettext_lazy("Choose from the ways that are listed.")},
    )
    telephone = forms.CharField(
        label=gettext_lazy("Telephone number"),
        max_length=WORDS["telephone"],
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    leaves_no_message = forms.BooleanField(
        label=gettext_lazy("Never leave a message on the telephone"), required=False
    )
    post = forms.CharField(
        label=gettext_lazy("Postal address"),
        max_length=WORDS["post"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    hours = forms.CharField(
        label=gettext_lazy("When"),
        max_length=WORDS["hours"],
        required=False,
        help_text=gettext_lazy("For example “Weekdays after 5pm, not on Wednesdays”."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name to ask for"),
        max_length=WORDS["name"],
        required=False,
        help_text=gettext_lazy("If it is not the name on your account."),
    )
    language = forms.CharField(
        label=gettext_lazy("Language"),
        max_length=WORDS["language"],
        required=False,
        help_text=gettext_lazy("For example “Welsh”, or “Polish, with an interpreter”."),
    )

    def clean_telephone(self):
        given = self.cleaned_data["telephone"].strip()
        if given and not TELEPHONE.fullmatch(given):
            raise forms.ValidationError(
                _("Enter a telephone number in figures, like 0161 496 0000 or +44 161 496 0000.")
            )
        return given

    def clean(self):
        data = super().clean()
        ways = data.get("ways", [])
        if Way.TELEPHONE in ways and not data.get("telephone") and "telephone" not in self.errors:
            self.add_error("telephone", _("Enter the telephone number, or leave “Telephone” out."))
        if Way.POST in ways and not data.get("post") and "post" not in self.errors:
            self.add_error("post", _("Enter the postal address, or leave “Post” out."))
        return data


class NoteForm(forms.Form):
    """A note, and who may open it (`officers`)."""

    text = forms.CharField(
        label=gettext_lazy("How can this person be contacted safely?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "Only what someone needs to know to make contact. Nothing about what anyone has lived through."
        ),
        error_messages={"required": gettext_lazy("Write the note.")},
    )
    readers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who may open it?"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Registrars and Hub officers. No one else can open it."),
        error_messages={
            "required": gettext_lazy("Select at least one person who may open it."),
            "invalid_choice": gettext_lazy(
                "Someone you selected is no longer a registrar or Hub officer. Select again."
            ),
            "invalid_pk_value": gettext_lazy("Select from the people who are listed."),
        },
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args, officers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["readers"].queryset = officers
        self.fields["readers"].label_from_instance = lambda officer: officer.full_name
        self.fields["token"].initial = secrets.token_urlsafe(16)


class ReadersForm(NoteForm):
    """Who may open a note that is there already."""

    text = None  # type: ignore[assignment]
    token = None  # type: ignore[assignment]

    def __init__(self, *args, officers, **kwargs):
        forms.Form.__init__(self, *args, **kwargs)
        self.fields["readers"].queryset = officers
        self.fields["readers"].label_from_instance = lambda officer: officer.full_name


class OpenNoteForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why do you need to open it?"),
        max_length=300,
        help_text=gettext_lazy("The person reads this, with your name and the time."),
        error_messages={"required": gettext_lazy("Say why you need to open it.")},
    )
