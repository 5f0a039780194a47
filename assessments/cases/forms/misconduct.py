"""What a marker tells the office, what the office writes and decides, and what the trainee answers."""

from django import forms
from django.utils.translation import gettext_lazy

from ..states import CaseOutcome, Level


class FlagForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("What did you see?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "Say what is in the script, and do not guess whose it is. Mark it as you would without this."
        ),
        error_messages={"required": gettext_lazy("Say what you saw.")},
    )
    place = forms.CharField(
        label=gettext_lazy("Where in the script?"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example: page 3, second paragraph."),
    )


class OpenForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why you look into it"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "For the programme office. The trainee’s result in this module is held back until the case is closed, and you see whose script it is."
        ),
        error_messages={"required": gettext_lazy("Say why you look into it.")},
    )


class CloseForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Why there is nothing to look into"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For the programme office. The trainee is not told."),
        error_messages={"required": gettext_lazy("Say why there is nothing to look into.")},
    )


class LetterForm(forms.Form):
    letter = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "Say what was seen, as a question and not as a finding, and where the trainee finds support. The email only says that there is a letter."
        ),
        error_messages={"required": gettext_lazy("Write to the trainee what it is about.")},
    )
    reply_by = forms.DateField(
        label=gettext_lazy("They can answer until"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Say until when the trainee can answer."),
            "invalid": gettext_lazy("Give the day as 12/12/2025."),
        },
    )


class DecisionForm(forms.Form):
    level = forms.ChoiceField(
        label=gettext_lazy("What you find"),
        choices=Level.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you find.")},
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("What follows"),
        choices=CaseOutcome.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "No case: nothing follows. Poor practice: nothing, or a warning. Low: a warning, or zero. Medium: any but nothing. High: zero, or the University. "
            "Assumed: the University has not confirmed this table."
        ),
        error_messages={"required": gettext_lazy("Choose what follows.")},
    )
    answer = forms.CharField(
        label=gettext_lazy("Words to the trainee"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What is decided, and why. This goes by email too."),
        error_messages={"required": gettext_lazy("Write to the trainee what is decided, and why.")},
    )


class ReplyForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Write your answer.")},
    )
