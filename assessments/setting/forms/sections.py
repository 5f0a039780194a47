"""What is typed about a section of a quiz."""

from django import forms
from django.utils.translation import gettext_lazy


class SectionForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        help_text=gettext_lazy("Trainees read it as a heading above its questions."),
        error_messages={"required": gettext_lazy("Give the section a title.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Instructions"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("An empty line begins a new paragraph."),
    )
    first = forms.ChoiceField(
        label=gettext_lazy("Begins with question"),
        help_text=gettext_lazy("It ends where another section begins, or with the last question."),
        error_messages={
            "required": gettext_lazy("Choose the question it begins with."),
            "invalid_choice": gettext_lazy(
                "The questions of this draft have changed. Choose the question it begins with again."
            ),
        },
    )

    def __init__(self, *args, beginnings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["first"].choices = [("", "–"), *beginnings]
