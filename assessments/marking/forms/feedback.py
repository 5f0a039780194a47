"""A file with which a marker gives feedback."""

from django import forms
from django.utils.translation import gettext_lazy


class FeedbackForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Feedback file"),
        allow_empty_file=True,
        max_length=None,
        help_text=gettext_lazy(
            "One PDF or Word (.docx) file, up to 20 MB. We remove names and dates from its properties and comments. Leave your name out of the text: trainees do not see who marked."
        ),
        error_messages={
            "required": gettext_lazy("Choose the file."),
            "missing": gettext_lazy("Choose the file."),
        },
    )
