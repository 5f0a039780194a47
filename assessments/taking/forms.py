"""A piece of work to hand in, and a receipt to look for."""

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from lms.kit import codes

from .notes import LONGEST
from .states import ReplacementReason


class HandInForm(forms.Form):
    """A file, a note, and two declarations."""

    file = forms.FileField(
        label=gettext_lazy("Your work"),
        allow_empty_file=True,
        max_length=None,
        help_text=format_lazy(
            gettext_lazy(
                "One PDF, Word (.docx), OpenDocument (.odt, .odp) or PowerPoint (.pptx) file, up to {most} MB. Leave your name out of it: your markers see a number."
            ),
            most=lazy(lambda: str(settings.IMSA_UPLOAD_MAX_BYTES // (1024 * 1024)), str)(),
        ),
        error_messages={
            "required": gettext_lazy("Choose the file you want to hand in."),
            "missing": gettext_lazy("Choose the file you want to hand in."),
        },
    )
    note = forms.CharField(
        label=gettext_lazy("A note to the programme office"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Your markers do not see this."),
        error_messages={
            "max_length": gettext_lazy(
                "This note has %(show_value)d characters; there is room for %(limit_value)d."
            )
        },
    )
    is_anonymised = forms.BooleanField(
        label=gettext_lazy(
            "No one I write about can be recognised: people are invented, or every telling detail is changed."
        ),
        error_messages={
            "required": gettext_lazy(
                "Confirm that no one can be recognised. If you are not sure, save your note and ask your tutor."
            )
        },
    )
    is_own = forms.BooleanField(
        label=gettext_lazy("This is my own work, and I name every source I used."),
        error_messages={"required": gettext_lazy("Confirm that the work is yours.")},
    )


NAMED_TEXT = gettext_lazy(
    "Leave an empty line between paragraphs. A line that begins with # is a heading. Your markers see your name."
)


class TextForm(HandInForm):
    """Work that is typed on the page, a note, and the declarations. To save it asks for nothing but the text."""

    file = None
    text = forms.CharField(
        label=gettext_lazy("Your text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "class": "writing", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "Leave an empty line between paragraphs. A line that begins with # is a heading. Leave your name out of it: your markers see a number."
        ),
    )
    field_order = ("text", "note", "is_anonymised", "is_own")


class ReplaceForm(HandInForm):
    """Another file in the place of the one that is in; the note stays as it was written."""

    note = None


class PermitForm(forms.Form):
    """Why somebody may replace their file after its due date."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=ReplacementReason.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The trainee reads the reason."),
        error_messages={"required": gettext_lazy("Choose why another file is allowed.")},
    )


class ReceiptForm(forms.Form):
    """A receipt number, however it was typed."""

    receipt = forms.CharField(
        label=gettext_lazy("Receipt number"),
        max_length=40,
        help_text=gettext_lazy("It begins with R, for example R-7K3M-29XR."),
        error_messages={"required": gettext_lazy("Enter the receipt number.")},
    )

    def clean_receipt(self):
        try:
            return codes.read(self.cleaned_data["receipt"], "R")
        except codes.Misread as misread:
            raise forms.ValidationError(str(misread)) from None


class RecoveryForm(forms.Form):
    """The file in which answers to quizzes left a device."""

    file = forms.FileField(
        label=gettext_lazy("File of answers"),
        allow_empty_file=True,
        max_length=None,
        help_text=gettext_lazy("Its name begins with “quiz-answers” and ends with .json."),
        error_messages={
            "required": gettext_lazy("Choose the file of answers."),
            "missing": gettext_lazy("Choose the file of answers."),
        },
    )


class OutcomeForm(forms.Form):
    """What comes of answers that came too late."""

    outcome = forms.CharField(
        label=gettext_lazy("Your answer to the trainee"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Say what comes of them, as another attempt, or that the mark stands. The trainee reads it."
        ),
        error_messages={
            "required": gettext_lazy("Write what comes of these answers."),
            "max_length": gettext_lazy(
                "This has %(show_value)d characters; there is room for %(limit_value)d."
            ),
        },
    )


class NoteAnswerForm(forms.Form):
    """What the office answers to a note."""

    words = forms.CharField(
        label=gettext_lazy("Your answer to the trainee"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("The trainee reads it beside their note. Markers do not see it."),
        error_messages={
            "required": gettext_lazy("Write your answer."),
            "max_length": gettext_lazy(
                "This answer has %(show_value)d characters; there is room for %(limit_value)d."
            ),
        },
    )


class AssignForm(forms.Form):
    """Which registrar answers a note; `registrars` are those who may read it."""

    registrar = forms.ChoiceField(
        label=gettext_lazy("Registrar"),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), gettext_lazy("Choose a registrar from the list.")
        ),
    )

    def __init__(self, *args, registrars, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["registrar"].choices = [(one.pk, one.full_name) for one in registrars]
